//! One run at a time writes to a folder.
//!
//! The lock is one of the operating system: it goes when the process goes, however that ends. Where a file system
//! knows no locks, runs are not kept apart, and nothing of other runs is touched.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// How long another run may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long to wait before the next look.
const PAUSE: Duration = Duration::from_millis(20);

/// The file that is locked where folders cannot be.
#[cfg(not(unix))]
pub(super) const FILE: &str = ".handoff-lock";

/// Waits until no other run writes to a folder; `None` where that cannot be known.
pub(super) fn acquire(folder: &Path) -> io::Result<Option<File>> {
    acquire_within(folder, PATIENCE)
}

fn acquire_within(folder: &Path, patience: Duration) -> io::Result<Option<File>> {
    let Ok(file) = open(folder) else { return Ok(None) };
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if waited < patience => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::new(
                    io::ErrorKind::WouldBlock,
                    format!("another run of handoff has been writing here for {} seconds", patience.as_secs()),
                ));
            }
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
}

#[cfg(unix)]
fn open(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

#[cfg(not(unix))]
fn open(folder: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(folder.join(FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_waits_and_then_says_why_it_does_not_go_on() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = acquire(folder.path()).expect("no other run").expect("locks are known here");
        let error = acquire_within(folder.path(), Duration::from_millis(50)).expect_err("locked");
        assert!(error.to_string().contains("another run of handoff"), "{error}");
        drop(first);
        assert!(acquire(folder.path()).expect("free again").is_some());
    }
}
