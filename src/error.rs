//! What stops us: one error that says what could not be done, to which path, why, and what to do.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// We cannot go on. What an author can mend is a [`Finding`](crate::finding::Finding) instead.
#[derive(Debug)]
pub struct Error {
    what: String,
    path: Option<PathBuf>,
    why: Option<String>,
    help: Option<String>,
}

/// The result of anything that can be stopped.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error that says what could not be done.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), path: None, why: None, help: None }
    }

    /// An error of reading or writing a path, with the advice that goes with its kind.
    #[must_use]
    pub fn io(what: impl Into<String>, path: &Path, error: &std::io::Error) -> Self {
        let told = error.to_string();
        // The number of the system says nothing to people.
        let why = told.split(" (os error").next().unwrap_or_default().to_owned();
        Self { help: advice(error.kind()).map(str::to_owned), ..Self::new(what).path(path).why(why) }
    }

    /// Names the path.
    #[must_use]
    pub fn path(mut self, path: &Path) -> Self {
        self.path = Some(path.to_path_buf());
        self
    }

    /// Says why.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What to do about a failure of the system.
fn advice(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NotFound => "check the path: the folders above a file must be there",
        ErrorKind::PermissionDenied => "see to it that you may read and write there, or choose another place",
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::IsADirectory => {
            "something else is in the way: choose another path, or move it away"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk, then try again",
        ErrorKind::ReadOnlyFilesystem => "choose a place that can be written to",
        ErrorKind::InvalidData => "the file is no text in UTF-8: name another one, or save it as UTF-8",
        _ => return None,
    })
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.what)?;
        if let Some(path) = &self.path {
            write!(out, ": {}", path.display())?;
        }
        if let Some(why) = &self.why {
            write!(out, "\n  why: {why}")?;
        }
        if let Some(help) = &self.help {
            write!(out, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_system_is_told_without_its_number_and_with_advice() {
        let error = std::io::Error::from_raw_os_error(2);
        let told = Error::io("the file cannot be read", Path::new("no/such/file"), &error).to_string();
        assert!(error.to_string().contains("os error"), "{error}");
        assert!(told.starts_with("the file cannot be read: no/such/file\n  why: "), "{told}");
        assert!(told.contains("help: check the path") && !told.contains("os error"), "{told}");
        let own = Error::io("x", Path::new("y"), &error).help("do this").to_string();
        assert!(own.contains("help: do this") && !own.contains("check the path"), "{own}");
    }
}
