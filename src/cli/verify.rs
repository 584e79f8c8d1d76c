//! `handoff verify`: whether a bundle that somebody received is as it was sealed.

use super::terminal::{BOLD, GREEN, RED, Terminal, paint};
use super::{Outcome, count};
use crate::bundle::{self, Verification, visible};
use crate::error::Result;
use std::fmt::Write;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Compares every file with the hashes in SHA256SUMS and manifest.json. That shows that
nothing was changed since the bundle was sealed; it does not show who sealed it.
A zip is read without being unpacked, and refused if anything in it is dangerous.

Examples:
  handoff verify portal-1.0.0.zip
  handoff verify dist/portal-1.0.0";

/// What `verify` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The folder of a bundle, or its zip
    bundle: PathBuf,
}

/// Verifies the bundle and prints what was found.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let verification = bundle::verify(&args.bundle)?;
    let intact = verification.is_intact();
    if !(intact && terminal.is_quiet()) {
        Terminal::data(&told(&verification))?;
    }
    Ok(if intact { Outcome::Clean } else { Outcome::Blocked })
}

fn told(verification: &Verification) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Problem;

    #[test]
    fn what_is_wrong_is_named_and_counted() {
        let problems = vec![Problem::Altered("a".into()), Problem::Missing("b\u{1b}[2J".into())];
        let told = told(&Verification { manifest: None, intact: 1, problems });
        let plain = anstream::adapter::strip_str(&told).to_string();
        assert_eq!(plain, "altered: a\nmissing: b\\u{1b}[2J\nnot intact: 2 files are not as sealed, 1 file is\n");
    }
}
