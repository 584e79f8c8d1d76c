//! Writes files: one or several, all of them or none.

use super::place::{Place, Put};
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What may be at a path before something is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Whatever it is, it is replaced.
    Anything,
    /// Nothing.
    Nothing,
    /// These bytes: those that the new ones were made from.
    Bytes(Vec<u8>),
}

/// A file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub bytes: Vec<u8>,
    /// What may be there now.
    pub before: Before,
}

impl Change {
    /// A file that replaces what is there.
    #[must_use]
    pub fn replacing(path: PathBuf, bytes: Vec<u8>) -> Self {
        Self { path, bytes, before: Before::Anything }
    }
}

/// Writes files, all of them or none; they appear in this order, so the one that counts comes last.
///
/// # Errors
/// If one cannot be written, or something else is there than what may be; then all are as they were before.
pub fn all_or_none(changes: &[Change]) -> Result<()> {
    let unwritten = |path: &Path, error: &io::Error| {
        Error::io("a file cannot be written", path, error).help("nothing was changed; make the folder writable")
    };
    let targets: Vec<PathBuf> = changes.iter().map(|change| real(&change.path)).collect();
    // In a fixed order, so that two runs do not wait for each other.
    let mut places = BTreeMap::new();
    for target in &targets {
        let folder = folder(target);
        if !places.contains_key(folder) {
            places.insert(folder, Place::open(folder).map_err(|error| unwritten(target, &error))?);
        }
    }
    let mut drafts = Vec::new();
    for (index, (change, target)) in changes.iter().zip(&targets).enumerate() {
        let draft = places[folder(target)].draft(&index.to_string());
        write(&draft, &change.bytes, target).map_err(|error| unwritten(target, &error))?;
        drafts.push(draft);
    }
    let mut done: Vec<Put> = Vec::new();
    for ((change, target), draft) in changes.iter().zip(&targets).zip(&drafts) {
        if let Err(failure) = put(&places[folder(target)], change, target, draft, &mut done) {
            return Err(undone(failure, &done, places.into_values()));
        }
    }
    places.values().for_each(Place::settle);
    Ok(())
}

/// Puts a draft in its place, if what is there may be replaced.
fn put(place: &Place, change: &Change, target: &Path, draft: &Path, done: &mut Vec<Put>) -> Result<()> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::new("a file cannot be written").path(target).why("it is there already"),
        _ => Error::io("a file cannot be put in its place", target, &error),
    };
    if change.before == Before::Nothing {
        done.push(place.put_new(draft, target).map_err(failed)?);
        return Ok(());
    }
    let put = place.put(draft, target).map_err(failed)?;
    let former = put.former().map(fs::read).transpose();
    done.push(put);
    let Before::Bytes(wanted) = &change.before else { return Ok(()) };
    match former.map_err(|error| Error::io("a file cannot be read", target, &error))? {
        Some(found) if found == *wanted => Ok(()),
        _ => Err(Error::new("a file was changed by somebody else meanwhile").path(target)),
    }
}

/// Takes back what was done. What cannot be is kept and named.
fn undone(failure: Error, done: &[Put], places: impl Iterator<Item = Place>) -> Error {
    let stuck = done.iter().rev().filter(|put| put.take_back().is_err()).count();
    if stuck == 0 {
        return failure.help("nothing was changed; close the programs that use the file, and try again");
    }
    let kept: Vec<String> = places.map(|place| place.keep().display().to_string()).collect();
    failure.help(format!("not everything could be put back; what was there before is kept in {}", kept.join(", ")))
}

/// Writes a file, whatever was there before.
///
/// # Errors
/// If it cannot be written; then what was there is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = real(path);
    let place = Place::open(folder(&target))?;
    let draft = place.draft("file");
    write(&draft, bytes, &target)?;
    place.put(&draft, &target)?;
    place.settle();
    Ok(())
}

/// Writes a file that is not there yet; `false` if it is, and is left as it is.
///
/// # Errors
/// If it cannot be written.
pub fn new_file(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    let place = Place::open(folder(path))?;
    let draft = place.draft("file");
    write(&draft, bytes, path)?;
    match place.put_new(&draft, path) {
        Ok(_) => place.settle(),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    }
    Ok(true)
}

/// Writes a draft that survives a loss of power, with the permissions of what it replaces.
fn write(draft: &Path, bytes: &[u8], target: &Path) -> io::Result<()> {
    let mut file = File::create(draft)?;
    file.write_all(bytes)?;
    if let Ok(known) = fs::metadata(target)
        && known.is_file()
    {
        file.set_permissions(known.permissions())?;
    }
    file.sync_all()
}

/// The file itself, where a link leads to it.
fn real(path: &Path) -> PathBuf {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => path.canonicalize().unwrap_or_else(|_| path.to_path_buf()),
        _ => path.to_path_buf(),
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn folder() -> (TempDir, impl Fn(&str) -> PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().to_path_buf();
        (folder, move |name: &str| root.join(name))
    }

    fn text(path: PathBuf) -> Option<String> {
        fs::read_to_string(path).ok()
    }

    fn count(path: PathBuf) -> usize {
        fs::read_dir(path).expect("readable").count()
    }

    #[test]
    fn all_files_are_written_and_nothing_else_is_left() {
        let (folder, at) = folder();
        fs::write(at("a"), "old").expect("written");
        let changes = [Change::replacing(at("a"), b"new".to_vec()), Change::replacing(at("deep/b"), b"b".to_vec())];
        all_or_none(&changes).expect("written");
        assert_eq!((text(at("a")).as_deref(), text(at("deep/b")).as_deref()), (Some("new"), Some("b")));
        assert_eq!((count(folder.path().to_path_buf()), count(at("deep"))), (2, 1));
    }

    #[test]
    fn what_changed_meanwhile_is_kept_and_nothing_is_written() {
        let (folder, at) = folder();
        fs::write(at("a"), "old").and_then(|()| fs::write(at("b"), "of somebody else")).expect("written");
        let of = |path: &str, before| Change { path: at(path), bytes: b"new".to_vec(), before };
        for last in
            [of("b", Before::Bytes(b"old".to_vec())), of("b", Before::Nothing), of("c", Before::Bytes(b"x".to_vec()))]
        {
            let changes = [of("a", Before::Bytes(b"old".to_vec())), last];
            let error = all_or_none(&changes).expect_err("not what it was").to_string();
            assert!(error.contains("nothing was changed"), "{error}");
            assert_eq!((text(at("a")).as_deref(), text(at("b")).as_deref()), (Some("old"), Some("of somebody else")));
            assert_eq!(count(folder.path().to_path_buf()), 2);
        }
    }

    #[test]
    fn a_file_in_the_way_of_a_folder_changes_nothing() {
        let (_folder, at) = folder();
        fs::write(at("a"), "old").and_then(|()| fs::write(at("file"), "")).expect("written");
        let changes = [Change::replacing(at("a"), b"new".to_vec()), Change::replacing(at("file/b"), Vec::new())];
        let error = all_or_none(&changes).expect_err("in the way").to_string();
        assert!(error.contains("nothing was changed"), "{error}");
        assert_eq!(text(at("a")).as_deref(), Some("old"));
    }

    #[test]
    fn a_new_file_never_replaces_one() {
        let (_folder, at) = folder();
        assert!(new_file(&at("deep/a"), b"one").expect("written"));
        assert!(!new_file(&at("deep/a"), b"two").expect("left"));
        assert_eq!(text(at("deep/a")).as_deref(), Some("one"));
        assert_eq!(count(at("deep")), 1);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (_folder, at) = folder();
        fs::write(at("a"), "old").and_then(|()| symlink(at("a"), at("link"))).expect("written");
        fs::set_permissions(at("a"), fs::Permissions::from_mode(0o640)).expect("set");
        replace(&at("link"), b"new").expect("written");
        assert!(fs::symlink_metadata(at("link")).expect("there").is_symlink());
        assert_eq!(text(at("a")).as_deref(), Some("new"));
        assert_eq!(fs::metadata(at("a")).expect("there").permissions().mode() & 0o777, 0o640);
    }
}
