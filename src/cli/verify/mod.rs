//! `handoff verify`: whether a bundle that somebody received is as it was sealed, and who signed it.

mod findings;

use super::terminal::{BOLD, CYAN, GREEN, RED, Stream, Terminal, YELLOW, paint};
use super::{Outcome, choice, clock, count};
use crate::bundle::{self, Verification, visible};
use crate::error::{Error, Result};
use crate::report;
use crate::signature::{AllowedSigners, Judgement, Signer, judge};
use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Compares every file with the hashes in SHA256SUMS and manifest.json: what was altered, is
missing or was added is named. A signature (SHA256SUMS.sig) is checked too, whether it was
made by `handoff sign` or by `ssh-keygen -Y sign -n file`.

Whose signature it is, only a list of allowed signers can tell, in the format of ssh-keygen.
Ask the sender for the line that belongs on it by another way than the bundle. With a list,
a bundle that is not signed by somebody on it does not pass.

A zip is read without being unpacked, and refused if anything in it is dangerous. With
--unpack it is unpacked only if all of it is as it was sealed.

Examples:
  handoff verify portal-1.0.0.zip
  handoff verify dist/portal-1.0.0 --allowed-signers allowed_signers
  handoff verify portal-1.0.0.zip --unpack deliveries";

/// What `verify` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The folder of a bundle, or its zip
    bundle: PathBuf,

    /// The list of those who may sign, in the format of ssh-keygen
    #[arg(long, short = 'f', value_name = "FILE")]
    allowed_signers: Option<PathBuf>,

    /// How to tell what was found
    #[arg(long, value_name = "FORMAT", default_value = report::FORMATS[0].name,
          value_parser = choice::<String>(report::FORMATS.iter().map(|format| format.name)))]
    format: String,

    /// Unpack the zip into this folder, if all is well
    #[arg(long, value_name = "DIR")]
    unpack: Option<PathBuf>,
}

/// Verifies the bundle and prints what was found.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let allowed = args.allowed_signers.as_deref().map(allowed_signers).transpose()?;
    let verification = bundle::verify(&args.bundle)?;
    let hashes = verification.hashes.as_deref().unwrap_or_default();
    let judgement = judge(hashes, verification.signature.as_deref(), allowed.as_ref(), clock::instant());
    let passes = verification.is_intact() && judgement.passes(allowed.is_some());
    let told = told(&args.format, &verification, &judgement, allowed.is_some())?;
    let for_people = args.format == report::FORMATS[0].name;
    if !(for_people && passes && terminal.is_quiet()) {
        Terminal::data(&told)?;
    }
    if !passes {
        return Ok(Outcome::Blocked);
    }
    if let Some(folder) = &args.unpack {
        let unpacked = bundle::unpack(&args.bundle, &verification, folder)?;
        if for_people {
            Terminal::data(&format!("{}\n", unpacked.display()))?;
        } else {
            terminal.mention(&unpacked.display().to_string());
        }
    }
    Ok(Outcome::Clean)
}

/// What was found, in a format of reports.
fn told(format: &str, verification: &Verification, judgement: &Judgement, asked: bool) -> Result<String> {
    if format == report::FORMATS[0].name {
        return Ok(files(verification) + &signature(judgement, asked));
    }
    let format = report::format(format).ok_or_else(|| Error::new(format!("there is no report format `{format}`")))?;
    let (report, sources) = findings::report(verification, judgement, asked);
    let day = verification.manifest.as_ref().map_or("", |manifest| &manifest.facts.release.date);
    let text = (format.write)(&report::Given {
        report: &report,
        sources: &sources,
        style: &Terminal::report_style(Stream::Out),
        rules: findings::RULES,
        base: "",
        day,
    });
    Ok(if text.ends_with('\n') { text } else { text + "\n" })
}

/// Reads a list of allowed signers.
#[expect(clippy::disallowed_methods, reason = "the list belongs to no project")]
fn allowed_signers(path: &Path) -> Result<AllowedSigners> {
    const LONGEST: u64 = 4 << 20;
    let what = "the list of allowed signers cannot be read";
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST).read_to_string(&mut text))
        .map_err(|error| Error::io(what, path, &error))?;
    AllowedSigners::read(&text).map_err(|why| {
        Error::new(what)
            .path(path)
            .why(visible(&why))
            .help("each line is a name and the text of a public key: `anna@company.example ssh-ed25519 AAAA…`")
    })
}

/// What is to be said about the files.
fn files(verification: &Verification) -> String {
    let mut out = String::new();
    if let Some(manifest) = &verification.manifest {
        let (project, release) = (&manifest.facts.project, &manifest.facts.release);
        let name = paint(BOLD, &visible(&project.name));
        let rest = [&release.version, &release.date, &release.status, &release.classification];
        let _ = writeln!(out, "{name} {}", rest.map(|text| visible(text)).join(", "));
    }
    for problem in &verification.problems {
        let _ = writeln!(out, "{problem}");
    }
    let files = count(verification.intact, "file is", "files are");
    let _ = match verification.problems.len() {
        0 => writeln!(out, "{} {files} as sealed", paint(GREEN, "intact:")),
        problems => {
            let not = count(problems, "file is not", "files are not");
            writeln!(out, "{} {not} as sealed, {files}", paint(RED, "not intact:"))
        }
    };
    out
}

/// What is to be said about the signature; `asked` is whether somebody wants to know whose it is.
fn signature(judgement: &Judgement, asked: bool) -> String {
    let help = |text: &str| format!("  {} {text}\n", paint(CYAN, "help:"));
    match judgement {
        Judgement::Unsigned if asked => {
            format!("{} nobody vouches for these files\n", paint(RED, "not signed:"))
                + &help("ask the sender for a bundle that is signed")
        }
        Judgement::Unsigned => format!("{} nobody vouches for these files\n", paint(YELLOW, "not signed:")),
        Judgement::Wrong { key, why } => {
            let key = key.as_ref().map(|key| format!(" (it names {})", visible(&key.to_string()))).unwrap_or_default();
            format!("{} {}{key}\n", paint(RED, "wrong signature:"), visible(why))
                + &help("do not trust this bundle: ask the sender for another copy")
        }
        Judgement::Right { key, signer: Signer::Known(names) } => {
            let names: Vec<_> = names.iter().map(|name| visible(name)).collect();
            format!("{} by {} with {key}\n", paint(GREEN, "signed:"), names.join(" or "))
        }
        Judgement::Right { key, signer: Signer::Unknown(why) } => {
            format!("{} with {key}: {}\n", paint(RED, "unknown signer:"), visible(why))
                + &help("ask the sender by another way whether this is their key")
        }
        Judgement::Right { key, signer: Signer::NotAsked } => {
            format!("{} with {key}\n", paint(GREEN, "signed:"))
                + &help("anybody can sign: --allowed-signers tells whether this is somebody whom you know")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Problem;
    use crate::signature::KeyName;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn what_is_wrong_is_named_and_counted() {
        let problems = vec![Problem::Altered("a".into()), Problem::Missing("b\u{1b}[2J".into())];
        let verification = Verification { manifest: None, intact: 1, problems, hashes: None, signature: None };
        let told = plain(&files(&verification));
        assert_eq!(told, "altered: a\nmissing: b\\u{1b}[2J\nnot intact: 2 files are not as sealed, 1 file is\n");
    }

    #[test]
    fn every_judgement_says_something_else() {
        let key = KeyName { kind: "ssh-ed25519".into(), fingerprint: "SHA256:abc".into() };
        let right = |signer| Judgement::Right { key: key.clone(), signer };
        let told: Vec<String> = [
            Judgement::Unsigned,
            Judgement::Wrong { key: Some(key.clone()), why: "odd".into() },
            right(Signer::NotAsked),
            right(Signer::Known(vec!["anna".into()])),
            right(Signer::Unknown("nobody has it".into())),
        ]
        .iter()
        .map(|judgement| plain(&signature(judgement, false)).lines().next().unwrap_or_default().to_owned())
        .collect();
        assert_eq!(
            told,
            [
                "not signed: nobody vouches for these files",
                "wrong signature: odd (it names ssh-ed25519 SHA256:abc)",
                "signed: with ssh-ed25519 SHA256:abc",
                "signed: by anna with ssh-ed25519 SHA256:abc",
                "unknown signer: with ssh-ed25519 SHA256:abc: nobody has it",
            ]
        );
    }
}
