//! Two things change places, and one thing moves to where nothing is: in one step where the system can do that.

use std::fs;
use std::io;
use std::path::Path;

/// Lets two paths of one file system change what they name. `spare` is a path at which nothing is; what it holds
/// if the program is killed is put back by the next run.
pub(super) fn exchange(new: &Path, target: &Path, spare: &Path) -> io::Result<()> {
    match at_once::exchange(new, target) {
        Err(error) if is_unknown(&error) => in_steps(new, target, spare),
        outcome => outcome,
    }
}

/// Moves something to a path at which nothing is.
pub(super) fn move_new(new: &Path, target: &Path) -> io::Result<()> {
    match at_once::move_new(new, target) {
        Err(error) if is_unknown(&error) => move_new_in_steps(new, target),
        outcome => outcome,
    }
}

/// Whether a system or a file system does not know the request at all.
fn is_unknown(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// For systems that cannot exchange: a file is replaced in one step all the same, a folder is away for a moment.
fn in_steps(new: &Path, target: &Path, spare: &Path) -> io::Result<()> {
    if let Some(folder) = spare.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::symlink_metadata(target)?.is_file() {
        fs::hard_link(target, spare).or_else(|_| fs::copy(target, spare).map(drop))?;
        fs::rename(new, target)?;
    } else {
        fs::rename(target, spare)?;
        if let Err(error) = fs::rename(new, target) {
            fs::rename(spare, target)?;
            return Err(error);
        }
    }
    fs::rename(spare, new)
}

/// For systems that cannot move without replacing: a second name for a file is refused where one is, and a folder
/// never replaces one that holds something.
fn move_new_in_steps(new: &Path, target: &Path) -> io::Result<()> {
    if fs::symlink_metadata(new)?.is_file() {
        match fs::hard_link(new, target) {
            Ok(()) => return fs::remove_file(new),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // No second names here: what is left is to look first.
            Err(_) => {}
        }
    }
    if fs::symlink_metadata(target).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(new, target)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod at_once {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use std::io;
    use std::path::Path;

    pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }

    pub(super) fn move_new(from: &Path, to: &Path) -> io::Result<()> {
        Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod at_once {
    use std::io;
    use std::path::Path;

    pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn move_new(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use tempfile::TempDir;

    type Exchange = fn(&Path, &Path, &Path) -> io::Result<()>;
    type Move = fn(&Path, &Path) -> io::Result<()>;

    fn folder() -> (TempDir, impl Fn(&str) -> PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().to_path_buf();
        (folder, move |name: &str| root.join(name))
    }

    fn text(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_default()
    }

    #[test]
    fn files_change_places_in_both_ways() {
        for way in [exchange as Exchange, in_steps] {
            let (_folder, at) = folder();
            fs::write(at("a"), "new").and_then(|()| fs::write(at("b"), "old")).expect("written");
            way(&at("a"), &at("b"), &at("spare/b")).expect("exchanged");
            assert_eq!((text(&at("a")), text(&at("b"))), ("old".to_owned(), "new".to_owned()));
            assert!(!at("spare/b").exists());
        }
    }

    #[test]
    fn folders_change_places_in_both_ways() {
        for way in [exchange as Exchange, in_steps] {
            let (_folder, at) = folder();
            for (path, content) in [("a", "new"), ("b", "old")] {
                fs::create_dir(at(path)).and_then(|()| fs::write(at(path).join("x"), content)).expect("written");
            }
            way(&at("a"), &at("b"), &at("spare/b")).expect("exchanged");
            assert_eq!((text(&at("a/x")), text(&at("b/x"))), ("old".to_owned(), "new".to_owned()));
        }
    }

    #[test]
    fn nothing_is_lost_when_there_is_nothing_to_move_in() {
        for way in [exchange as Exchange, in_steps] {
            let (_folder, at) = folder();
            fs::create_dir(at("b")).and_then(|()| fs::write(at("b/x"), "old")).expect("written");
            assert!(way(&at("a"), &at("b"), &at("spare/b")).is_err());
            assert_eq!(text(&at("b/x")), "old");
        }
    }

    #[test]
    fn nothing_is_replaced_by_what_is_new() {
        for way in [move_new as Move, move_new_in_steps] {
            let (_folder, at) = folder();
            fs::write(at("a"), "new").and_then(|()| fs::write(at("b"), "old")).expect("written");
            fs::create_dir(at("c")).and_then(|()| fs::create_dir(at("d"))).expect("made");
            for (from, to) in [("a", "b"), ("c", "d")] {
                let error = way(&at(from), &at(to)).expect_err("something is there");
                assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
            }
            assert_eq!((text(&at("a")), text(&at("b"))), ("new".to_owned(), "old".to_owned()));
            way(&at("a"), &at("e")).expect("moved");
            assert_eq!(text(&at("e")), "new");
            assert!(!at("a").exists());
        }
    }
}
