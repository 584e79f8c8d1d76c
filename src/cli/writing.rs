//! Writes several files at once: all of them, or none.
//!
//! Every file is written beside its place first. Only when all of them are there are they moved into
//! place; if one cannot be, those before it are put back.

use crate::error::{Error, Result};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A file that is ready to be moved into its place.
struct Ready {
    target: PathBuf,
    work: TempDir,
    /// Whether there was a file before, which then lies in `work`.
    had: bool,
    moved: bool,
}

impl Ready {
    fn new_file(&self) -> PathBuf {
        self.work.path().join("new")
    }

    fn old_file(&self) -> PathBuf {
        self.work.path().join("old")
    }

    /// Moves the file into its place, the one before out of the way.
    fn put(&mut self) -> io::Result<()> {
        if fs::symlink_metadata(&self.target).is_ok() {
            fs::rename(&self.target, self.old_file())?;
            self.had = true;
        }
        fs::rename(self.new_file(), &self.target)?;
        self.moved = true;
        Ok(())
    }

    /// Puts back what was there before.
    fn undo(&self) -> io::Result<()> {
        if self.moved {
            fs::remove_file(&self.target)?;
        }
        if self.had { fs::rename(self.old_file(), &self.target) } else { Ok(()) }
    }
}

/// Writes files: path to bytes.
///
/// # Errors
/// If one cannot be written; then all are as they were before.
pub(super) fn all_or_none(files: &[(PathBuf, Vec<u8>)]) -> Result<()> {
    let mut ready = Vec::new();
    for (target, bytes) in files {
        ready.push(prepare(target, bytes).map_err(|error| {
            Error::io("a file cannot be written", target, &error).help("nothing was changed; make the folder writable")
        })?);
    }
    for index in 0..ready.len() {
        let Err(error) = ready[index].put() else { continue };
        let failure = Error::io("a file cannot be put in its place", &ready[index].target, &error);
        let stuck: Vec<String> = ready[..=index]
            .iter()
            .rev()
            .filter(|file| file.undo().is_err())
            .map(|file| file.target.display().to_string())
            .collect();
        if stuck.is_empty() {
            return Err(failure.help("nothing was changed; close the programs that use the file, and try again"));
        }
        // What could not be put back is kept and named.
        let kept: Vec<String> = ready.into_iter().map(|file| file.work.keep().display().to_string()).collect();
        return Err(failure.help(format!("put {} back from {}", stuck.join(", "), kept.join(", "))));
    }
    Ok(())
}

/// Writes a file beside its place, with the permissions of the one that it replaces.
fn prepare(target: &Path, bytes: &[u8]) -> io::Result<Ready> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let work = tempfile::Builder::new().prefix(".handoff-").tempdir_in(folder)?;
    let ready = Ready { target: target.to_path_buf(), work, had: false, moved: false };
    fs::write(ready.new_file(), bytes)?;
    if let Ok(metadata) = fs::metadata(target) {
        fs::set_permissions(ready.new_file(), metadata.permissions())?;
    }
    Ok(ready)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_written_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "old").expect("written");
        all_or_none(&[(at("a"), b"new".to_vec()), (at("deep/b"), b"b".to_vec())]).expect("written");
        assert_eq!(fs::read_to_string(at("a")).expect("there"), "new");
        assert_eq!(fs::read_to_string(at("deep/b")).expect("there"), "b");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2);
        assert_eq!(fs::read_dir(at("deep")).expect("readable").count(), 1);
    }

    #[test]
    fn if_one_cannot_be_put_in_its_place_all_are_as_before() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "old").expect("written");
        let mut files = vec![prepare(&at("a"), b"new").expect("ready"), prepare(&at("b"), b"new").expect("ready")];
        fs::remove_file(files[1].new_file()).expect("removed");
        files[0].put().expect("moved");
        assert!(files[1].put().is_err());
        files.iter().rev().for_each(|file| file.undo().expect("put back"));
        drop(files);
        assert_eq!(fs::read_to_string(at("a")).expect("there"), "old");
        assert!(!at("b").exists());
    }

    #[test]
    fn a_folder_in_the_way_of_a_file_changes_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a"), "old").expect("written");
        fs::write(at("file"), "").expect("written");
        let error = all_or_none(&[(at("a"), b"new".to_vec()), (at("file/b"), Vec::new())]).expect_err("in the way");
        assert!(error.to_string().contains("nothing was changed"), "{error}");
        assert_eq!(fs::read_to_string(at("a")).expect("there"), "old");
    }
}
