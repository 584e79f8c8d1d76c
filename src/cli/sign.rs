//! `handoff sign`: a signature that the client can check with the tools that every system has.

use super::Outcome;
use super::passphrase;
use super::terminal::{CYAN, GREEN, Terminal, paint};
use crate::bundle;
use crate::error::{Error, Result};
use crate::signature::agent::Agent;
use crate::signature::{Judgement, Key, PublicKey, judge};
use jiff::Timestamp;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Signs the hashes in SHA256SUMS and writes the signature beside them, as SHA256SUMS.sig. The
folder of a bundle and the zip beside it are signed together, whichever you name. A bundle
that was altered since it was built is not signed.

The key is an ed25519 key of OpenSSH in a file, or any key that an ssh-agent holds
(SSH_AUTH_SOCK): then name its public part, or nothing if the agent has only one key.

The signature is that of `ssh-keygen -Y sign -n file`. Send your clients the line for their
list of allowed signers, which this command prints, by another way than the bundle.

Examples:
  handoff sign dist/portal-1.0.0 --key ~/.ssh/id_ed25519      with a key in a file
  handoff sign dist/portal-1.0.0 --key ~/.ssh/id_ed25519.pub  with this key, held by an agent
  handoff sign dist/portal-1.0.0.zip                          with the one key of the agent";

/// What to do about an agent that does not answer.
const AGENT: &str = "start it anew, or name the file of a private key with `--key`";

/// What `sign` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The folder of a bundle that was built, or its zip
    bundle: PathBuf,

    /// The private key that signs, or the public part of one that an agent holds [default: the one key of the agent]
    #[arg(long, short, value_name = "FILE")]
    key: Option<PathBuf>,

    #[command(flatten)]
    passphrase: passphrase::Source,
}

/// Signs the bundle and prints where the signature is.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let mut signer = Signer::find(args)?;
    let public = signer.public();
    let signed = bundle::sign(&args.bundle, |hashes| {
        let signature = signer.sign(hashes)?;
        // An agent is another program: what it gives is looked at before it is handed on.
        match judge(hashes, Some(&signature), None, Timestamp::UNIX_EPOCH) {
            Judgement::Right { .. } => Ok(signature),
            Judgement::Wrong { why, .. } => Err(Error::new("the signature that was made is wrong").why(why)),
            Judgement::Unsigned => Err(Error::new("no signature was made")),
        }
    })?;
    terminal.mention(&format!(
        "{} by {}{}",
        paint(GREEN, if signed.replaced { "signed again" } else { "signed" }),
        public.name(),
        if signed.places.len() > 1 { ", folder and zip" } else { "" }
    ));
    let principal = if public.comment().is_empty() || public.comment().contains(char::is_whitespace) {
        "supplier"
    } else {
        public.comment()
    };
    terminal.mention(&format!(
        "{} the line for the client's list of allowed signers:\n  {}",
        paint(CYAN, "help:"),
        bundle::visible(&public.allowed_line(principal))
    ));
    for place in &signed.places {
        Terminal::data(&format!("{}\n", place.display()))?;
    }
    Ok(Outcome::Clean)
}

/// What signs: a key that was read, or one that an agent keeps.
enum Signer {
    Key(Box<Key>),
    Agent(Agent<Box<dyn Stream>>, PublicKey),
}

impl Signer {
    fn find(args: &Args) -> Result<Self> {
        let Some(path) = &args.key else { return Self::only_one() };
        let bytes = read(path)?;
        if let Some(public) = std::str::from_utf8(&bytes).ok().and_then(|text| PublicKey::read(text).ok()) {
            return Self::held_by_agent(&public, path);
        }
        let key = Key::read(&bytes).map_err(|why| {
            Error::new("the key cannot be read").path(path).why(why).help("make one with `ssh-keygen -t ed25519`")
        })?;
        if !key.is_locked() {
            return Ok(Self::Key(Box::new(key)));
        }
        let what = format!("{}", path.display());
        args.passphrase.opens(&what, |passphrase| key.unlock(passphrase)).map(|key| Self::Key(Box::new(key)))
    }

    /// The one key that the agent holds.
    fn only_one() -> Result<Self> {
        let mut agent = agent()?;
        let mut keys =
            agent.keys().map_err(|why| Error::new("the ssh-agent does not tell its keys").why(why).help(AGENT))?;
        if keys.len() == 1 {
            return Ok(Self::Agent(agent, keys.remove(0)));
        }
        let listed: Vec<_> =
            keys.iter().map(|key| format!("{} {}", key.name(), bundle::visible(key.comment()))).collect();
        Err(if keys.is_empty() {
            Error::new("the ssh-agent holds no key").help("add one with `ssh-add FILE`, or name a file with `--key`")
        } else {
            Error::new("the ssh-agent holds several keys")
                .why(listed.join("\n       "))
                .help("name the public part of one with `--key FILE.pub`")
        })
    }

    fn held_by_agent(public: &PublicKey, path: &Path) -> Result<Self> {
        let mut agent = agent()?;
        let keys =
            agent.keys().map_err(|why| Error::new("the ssh-agent does not tell its keys").why(why).help(AGENT))?;
        match keys.into_iter().find(|key| key.is(public)) {
            Some(key) => Ok(Self::Agent(agent, key)),
            None => Err(Error::new("the ssh-agent does not hold this key")
                .path(path)
                .help("add it with `ssh-add`, or name the file of the private key")),
        }
    }

    fn public(&self) -> PublicKey {
        match self {
            Self::Key(key) => key.public(),
            Self::Agent(_, key) => key.clone(),
        }
    }

    fn sign(&mut self, hashes: &[u8]) -> Result<Vec<u8>> {
        let signed = match self {
            Self::Key(key) => key.sign(hashes),
            Self::Agent(agent, key) => agent.sign(key, hashes),
        };
        signed.map_err(|why| {
            Error::new("the key does not sign")
                .why(why)
                .help("look whether the agent asks you to confirm, or name the file of another key with `--key`")
        })
    }
}

/// Both ways of talking with an agent.
trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

/// The agent that the environment names.
#[expect(clippy::disallowed_methods, reason = "the environment says where the agent listens")]
fn agent() -> Result<Agent<Box<dyn Stream>>> {
    let Some(socket) = std::env::var_os("SSH_AUTH_SOCK").filter(|socket| !socket.is_empty()) else {
        return Err(Error::new("no key was named, and there is no ssh-agent")
            .why("SSH_AUTH_SOCK is not set")
            .help("name the file of a private key with `--key`, or start an agent"));
    };
    let path = PathBuf::from(socket);
    let stream = connect(&path).map_err(|error| {
        Error::io("the ssh-agent cannot be reached", &path, &error).help("start an agent, or name a key with `--key`")
    })?;
    Ok(Agent::new(stream))
}

#[cfg(unix)]
fn connect(path: &Path) -> io::Result<Box<dyn Stream>> {
    std::os::unix::net::UnixStream::connect(path).map(|stream| Box::new(stream) as Box<dyn Stream>)
}

/// Windows gives the agent a named pipe, which opens like a file.
#[cfg(not(unix))]
fn connect(path: &Path) -> io::Result<Box<dyn Stream>> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).open(path).map(|pipe| Box::new(pipe) as Box<dyn Stream>)
}

/// A key is short; whatever is longer is none.
#[expect(clippy::disallowed_methods, reason = "a key belongs to no project")]
fn read(path: &Path) -> Result<Vec<u8>> {
    const LONGEST: u64 = 64 << 10;
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes)).map_err(|error| {
        Error::io("the key cannot be read", path, &error).help("name the file of a key with `--key`")
    })?;
    Ok(bytes)
}
