//! What stops us: one error that says what could not be done, to which path, why, and what to do.

use std::fmt;
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

    /// An error of reading or writing a path.
    #[must_use]
    pub fn io(what: impl Into<String>, path: &Path, error: &std::io::Error) -> Self {
        Self::new(what).path(path).why(error.to_string())
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
