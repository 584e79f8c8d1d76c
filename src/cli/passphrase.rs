//! Passphrases: asked on the terminal without showing them, or read from a file.

use super::terminal::Terminal;
use crate::error::{Error, Result};
use console::Term;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The longest passphrase that is read from a file.
const LONGEST: u64 = 4096;

/// How often a passphrase is asked for.
const TRIES: usize = 3;

/// Where a passphrase comes from.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Source {
    /// The file whose first line is the passphrase; `-` is standard input [default: asked on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(super) passphrase_file: Option<PathBuf>,
}

/// A passphrase. Its debug form shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Passphrase(String);

impl fmt::Debug for Passphrase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Passphrase(…)")
    }
}

impl Passphrase {
    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Source {
    /// Whether it is read from a file.
    #[cfg(feature = "seal")]
    pub(super) fn is_file(&self) -> bool {
        self.passphrase_file.is_some()
    }

    /// A passphrase that opens something: what `open` makes of it. Asked for again if it was wrong.
    pub(super) fn opens<T>(&self, what: &str, open: impl Fn(&str) -> Option<T>) -> Result<T> {
        let wrong = || {
            Error::new(format!("this is not the passphrase of {what}"))
                .help("try again; what was sealed cannot be opened without it")
        };
        if let Some(file) = &self.passphrase_file {
            return open(read(file)?.as_str()).ok_or_else(|| wrong().path(file));
        }
        for _ in 0..TRIES {
            if let Some(opened) = open(ask(&format!("Passphrase of {what}: "))?.as_str()) {
                return Ok(opened);
            }
            Terminal::say("That was another passphrase.");
        }
        Err(wrong().help("nothing was changed"))
    }

    /// A passphrase that is used for the first time: asked for twice.
    #[cfg(feature = "seal")]
    pub(super) fn new_one(&self, what: &str) -> Result<Passphrase> {
        let passphrase = match &self.passphrase_file {
            Some(file) => read(file)?,
            None => ask(&format!("New passphrase for {what}: "))?,
        };
        if passphrase.as_str().is_empty() {
            return Err(Error::new("the passphrase is empty").help("take a long one, for example six random words"));
        }
        if self.passphrase_file.is_none() && ask("The same again: ")? != passphrase {
            return Err(Error::new("the two passphrases are not the same").help("nothing was written; try again"));
        }
        Ok(passphrase)
    }
}

/// Asks on the terminal, without showing what is typed.
fn ask(question: &str) -> Result<Passphrase> {
    let terminal = Term::stderr();
    if !terminal.is_term() {
        return Err(Error::new("a passphrase is needed, and there is nobody to ask")
            .help("name a file that holds it with `--passphrase-file`, `-` for standard input"));
    }
    let failed = |error: io::Error| Error::new("the passphrase cannot be asked for").why(error.to_string());
    terminal.write_str(question).map_err(failed)?;
    terminal.read_secure_line().map(Passphrase).map_err(failed)
}

/// The first line of a file, or of standard input.
#[expect(clippy::disallowed_methods, reason = "a passphrase belongs to no project")]
fn read(file: &Path) -> Result<Passphrase> {
    let failed = |error: &io::Error| Error::io("the passphrase cannot be read", file, error);
    let mut text = String::new();
    let read = if file == Path::new("-") {
        io::stdin().take(LONGEST).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|open| open.take(LONGEST).read_to_string(&mut text))
    };
    read.map_err(|error| failed(&error))?;
    Ok(Passphrase(text.lines().next().unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> (tempfile::TempDir, Source) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("passphrase");
        #[expect(clippy::disallowed_methods, reason = "a test writes what it likes")]
        std::fs::write(&path, text).expect("written");
        (folder, Source { passphrase_file: Some(path) })
    }

    #[test]
    fn a_file_holds_the_passphrase_in_its_first_line() {
        let (_folder, source) = from_file("open sesame\r\nand more\n");
        let opened = source.opens("a key", |passphrase| (passphrase == "open sesame").then_some(7));
        assert_eq!(opened.expect("the right one"), 7);
        let wrong = source.opens("a key", |_| None::<()>).expect_err("wrong").to_string();
        assert!(wrong.contains("not the passphrase of a key") && !wrong.contains("sesame"), "{wrong}");
    }

    #[test]
    fn a_passphrase_is_never_shown() {
        assert_eq!(format!("{:?}", Passphrase("sesame".into())), "Passphrase(…)");
    }
}
