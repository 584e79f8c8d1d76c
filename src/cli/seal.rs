//! `handoff seal`: credentials for the client, encrypted.

use super::passphrase;
use super::terminal::{CYAN, GREEN, Terminal, YELLOW, paint};
use super::{Outcome, project_root};
use crate::annex::{self, Recipient};
use crate::error::{Error, Result};
use crate::writing;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const AFTER_HELP: &str = "\
Encrypts a file for those who may read it, and writes it to `annex/` in the project. The
bundle carries the sealed file when `access.annex` in handoff.yaml names it. The recipient
opens it with `age -d`: with a key of age, with an SSH key that they have already, or with a
passphrase. Whoever seals a file for others cannot open it any more.

A recipient is the text of a public key (age1..., ssh-ed25519 ..., ssh-rsa ...) or a file
that holds some, such as id_ed25519.pub. Name several, and each can open the file.

Examples:
  handoff seal ~/portal-passwords.txt --to ~/keys/rasmus.pub
  handoff seal ~/portal-passwords.txt --to age1rq9... --to \"ssh-ed25519 AAAA...\"
  handoff seal ~/portal-passwords.txt --passphrase";

/// The folder of sealed files in a project.
const FOLDER: &str = "annex";

/// The largest file that is sealed.
const LARGEST: u64 = 32 << 20;

/// What `seal` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The file to seal; best outside of the project, so that it never gets into the repository
    file: PathBuf,

    /// Somebody who can open it: a public key of age or SSH, or a file that holds some
    #[arg(long, short, value_name = "RECIPIENT", required_unless_present_any = ["passphrase", "passphrase_file"])]
    to: Vec<String>,

    /// Seal it with a passphrase instead, which is asked for
    #[arg(long, short, conflicts_with = "to")]
    passphrase: bool,

    #[command(flatten)]
    source: passphrase::Source,

    /// The sealed file [default: annex/FILE.age in the project]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Take the place of a sealed file that is there already
    #[arg(long)]
    replace: bool,
}

/// Seals the file and prints where it is.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    if args.source.is_file() && !args.to.is_empty() {
        return Err(Error::new("a file is sealed either for recipients or with a passphrase")
            .help("leave out `--to` or `--passphrase-file`"));
    }
    let (target, entry) = target(args)?;
    refuse_target(args, &target)?;
    let recipients = recipients(&args.to)?;
    let plain = read(&args.file, LARGEST)?;
    if crate::model::annex::is_sealed(&plain) {
        return Err(Error::new("this file is sealed already").path(&args.file).help("name the plain one"));
    }
    let sealed = if recipients.is_empty() {
        let passphrase = args.source.new_one("the sealed file")?;
        annex::seal_with_passphrase(&plain, passphrase.as_str())
    } else {
        annex::seal(&plain, &recipients)
    };
    let sealed = sealed.map_err(|why| {
        Error::new("the file cannot be sealed")
            .path(&args.file)
            .why(why)
            .help("seal for other recipients, or with a passphrase")
    })?;
    write(&target, &sealed, args.replace)?;

    let names: Vec<_> = recipients.iter().map(Recipient::name).collect();
    let whom = if names.is_empty() { "with a passphrase".to_owned() } else { format!("for {}", names.join(", ")) };
    terminal.mention(&format!("{} {whom}", paint(GREEN, "sealed")));
    if let Some(entry) = entry {
        terminal.mention(&format!("{} name it in handoff.yaml:\n{entry}", paint(CYAN, "help:")));
    }
    Terminal::say(&warning(&args.file));
    Terminal::data(&format!("{}\n", target.display()))?;
    Ok(Outcome::Clean)
}

/// Where the sealed file goes, and what handoff.yaml has to say about it.
fn target(args: &Args) -> Result<(PathBuf, Option<String>)> {
    let root = project_root(None);
    if let Some(out) = &args.out {
        return Ok((out.clone(), None));
    }
    let root =
        root.map_err(|error| error.help("name the sealed file with `--out`, or go into the folder of a project"))?;
    let name = args.file.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
        Error::new("this is no file that can be sealed").path(&args.file).help("name a file with a plain name")
    })?;
    let path = format!("{FOLDER}/{name}.age");
    let entry = format!(
        "  access:\n    annex:\n      - file: {path}\n        holds: what it opens, in words\n        recipient: id-of-a-contact"
    );
    let target = if root == Path::new(".") { PathBuf::from(path) } else { root.join(path) };
    Ok((target, Some(entry)))
}

/// What is there stays, unless it is a sealed file and may be replaced.
fn refuse_target(args: &Args, target: &Path) -> Result<()> {
    if fs::symlink_metadata(target).is_err() {
        return Ok(());
    }
    let there = Error::new("there is something at the place of the sealed file").path(target);
    if !args.replace {
        return Err(there.help("say `--replace` if the new one shall take its place"));
    }
    match read(target, LARGEST) {
        Ok(bytes) if crate::model::annex::is_sealed(&bytes) => Ok(()),
        _ => Err(there.why("it is no sealed file").help("name another place with `--out`")),
    }
}

/// Those for whom it is sealed.
fn recipients(named: &[String]) -> Result<Vec<Recipient>> {
    let mut recipients = Vec::new();
    for text in named {
        let is_key = ["age1", "ssh-", "ecdsa-", "sk-", "AGE-"].iter().any(|start| text.starts_with(start));
        if is_key {
            let odd = |why| {
                Error::new(format!("`{}` cannot be a recipient", shown(text)))
                    .why(why)
                    .help("a recipient is an age key (`age1…`), an SSH public key, or a file that holds some")
            };
            recipients.push(Recipient::read(text).map_err(odd)?);
            continue;
        }
        let path = Path::new(text);
        let bytes = read(path, 64 << 10)
            .map_err(|error| error.help("a recipient is the text of a public key, or a file that holds some"))?;
        let keys = Recipient::read_all(&String::from_utf8_lossy(&bytes));
        recipients.extend(keys.map_err(|why| {
            Error::new("this file tells no recipient")
                .path(path)
                .why(why)
                .help("put a public key on each line: of age (`age1…`) or SSH")
        })?);
    }
    Ok(recipients)
}

/// What may be shown of a text that may be a private key.
fn shown(text: &str) -> String {
    text.chars().take(12).chain(['…']).collect()
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let what = "the file cannot be read";
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    read.map_err(|error| Error::io(what, path, &error))?;
    if bytes.len() as u64 > limit {
        return Err(Error::new(what)
            .path(path)
            .why(format!("it is larger than {} MiB", limit >> 20))
            .help("name the right file, or split it"));
    }
    Ok(bytes)
}

/// Writes the sealed file, whole or not at all.
fn write(target: &Path, sealed: &[u8], replace: bool) -> Result<()> {
    let failed = |error: &io::Error| Error::io("the sealed file cannot be written", target, error);
    if replace {
        return writing::replace(target, sealed).map_err(|error| failed(&error));
    }
    match writing::new_file(target, sealed) {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed(&io::ErrorKind::AlreadyExists.into())),
        Err(error) => Err(failed(&error)),
    }
}

/// What to do with the plain file; worse if git knows it.
fn warning(file: &Path) -> String {
    let head = paint(YELLOW, "remove the plain file:");
    if is_known_to_git(file) {
        return format!(
            "{head} {}; git knows it, so replace the credentials in it: its history keeps them",
            file.display()
        );
    }
    format!("{head} {} is still there", file.display())
}

/// Whether git has the file, or ever had it.
fn is_known_to_git(file: &Path) -> bool {
    let Some(name) = file.file_name() else { return false };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let asked = |args: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(args).arg("--").arg(name).stdin(Stdio::null()).stderr(Stdio::null());
        git.output().is_ok_and(|answer| answer.status.success() && !answer.stdout.is_empty())
    };
    asked(&["ls-files"]) || asked(&["log", "-1", "--format=%h"])
}
