//! A place beside what is to be written: hidden, of this run alone, and gone when the run is over.

use super::exchange::{exchange, move_new};
use super::lock;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How the names of such places begin and end.
const NAME: (&str, &str) = (".handoff-", ".tmp");
/// What a place holds that was moved away, under the names of the things.
const AWAY: &str = "away";

/// A folder in which this run alone writes, and a place in it for what is not finished.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
    work: TempDir,
    /// Released when the place is gone.
    _lock: Option<File>,
}

impl Place {
    /// Waits until no other run writes to a folder, puts it in order if a run was killed there, and makes a place in
    /// it. The folder is made if it is not there.
    ///
    /// # Errors
    /// If the folder cannot be made or written to, or another run does not come to its end.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        fs::create_dir_all(folder)?;
        let lock = lock::acquire(folder)?;
        if lock.is_some() {
            // What lies around belongs to nobody any more.
            tidy(folder);
        }
        let work = tempfile::Builder::new().prefix(NAME.0).suffix(NAME.1).tempdir_in(folder)?;
        Ok(Self { folder: folder.to_path_buf(), work, _lock: lock })
    }

    /// Where something is written that gets its place later, under a name of its own.
    #[must_use]
    pub fn draft(&self, name: &str) -> PathBuf {
        self.work.path().join(name)
    }

    /// Moves a draft to where it belongs. What was there lies at the path of the draft then.
    ///
    /// # Errors
    /// If it cannot be moved; then everything is as it was.
    pub fn put(&self, draft: &Path, target: &Path) -> io::Result<Put> {
        let put = |replaced| Put { draft: draft.to_path_buf(), target: target.to_path_buf(), replaced };
        let spare = self.work.path().join(AWAY).join(target.file_name().unwrap_or_default());
        // What is there may come and go between a look and a step.
        loop {
            if fs::symlink_metadata(target).is_err() {
                match move_new(draft, target) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    outcome => return outcome.map(|()| put(false)),
                }
            }
            match exchange(draft, target, &spare) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && draft.exists() && !target.exists() => {}
                outcome => return outcome.map(|()| put(true)),
            }
        }
    }

    /// Moves a draft to where nothing may be.
    ///
    /// # Errors
    /// If something is there already, or it cannot be moved.
    pub fn put_new(&self, draft: &Path, target: &Path) -> io::Result<Put> {
        move_new(draft, target)?;
        Ok(Put { draft: draft.to_path_buf(), target: target.to_path_buf(), replaced: false })
    }

    /// Makes sure that what was moved survives a loss of power.
    pub fn settle(&self) {
        sync(&self.folder);
    }

    /// Leaves the place as it is, with what could not be put back, and says where that is.
    #[must_use]
    pub fn keep(self) -> PathBuf {
        // A later run would take it for what a killed one left.
        let kept = self.work.keep();
        let name = kept.file_name().unwrap_or_default().to_string_lossy().replace(NAME.1, ".kept");
        let renamed = kept.with_file_name(name);
        if fs::rename(&kept, &renamed).is_ok() { renamed } else { kept }
    }
}

/// Something that was put where it belongs.
#[derive(Debug)]
pub struct Put {
    draft: PathBuf,
    target: PathBuf,
    replaced: bool,
}

impl Put {
    /// What was there before, where it lies now.
    #[must_use]
    pub fn former(&self) -> Option<&Path> {
        self.replaced.then_some(self.draft.as_path())
    }

    /// Puts back what was there before.
    ///
    /// # Errors
    /// If that is not possible; then the former lies where [`Put::former`] says.
    pub fn take_back(&self) -> io::Result<()> {
        if self.replaced {
            let spare = self.draft.with_extension("spare");
            exchange(&self.draft, &self.target, &spare)
        } else {
            fs::rename(&self.target, &self.draft)
        }
    }
}

/// Makes sure that the names in a folder survive a loss of power. Not every system can do that, and none tells more
/// than that it could not.
fn sync(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// Removes what killed runs left in a folder, and puts back what they had moved away.
fn tidy(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let left = name.to_str().is_some_and(|name| name.starts_with(NAME.0) && name.ends_with(NAME.1));
        if !left || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        for away in fs::read_dir(entry.path().join(AWAY)).into_iter().flatten().flatten() {
            // Where something is, the run had come that far.
            let _ = move_new(&away.path(), &folder.join(away.file_name()));
        }
        // What cannot be removed is in nobody's way.
        let _ = fs::remove_dir_all(entry.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("readable").map(|entry| entry.expect("entry").file_name());
        let mut names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_put_replaces_what_was_there_and_can_be_taken_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let target = folder.path().join("x");
        let place = Place::open(folder.path()).expect("a place");
        for (content, former) in [("one", None), ("two", Some("one"))] {
            let draft = place.draft(content);
            fs::write(&draft, content).expect("written");
            let put = place.put(&draft, &target).expect("put");
            assert_eq!(put.former().map(|path| fs::read_to_string(path).expect("there")).as_deref(), former);
            put.take_back().expect("taken back");
            assert_eq!(fs::read_to_string(&target).ok().as_deref(), former);
            place.put(&draft, &target).expect("put again");
        }
        drop(place);
        assert_eq!(names(folder.path()), ["x"]);
        assert_eq!(fs::read_to_string(&target).expect("there"), "two");
    }

    #[test]
    fn what_is_new_replaces_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let target = folder.path().join("x");
        fs::write(&target, "old").expect("written");
        let place = Place::open(folder.path()).expect("a place");
        fs::write(place.draft("x"), "new").expect("written");
        let error = place.put_new(&place.draft("x"), &target).expect_err("there already");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&target).expect("there"), "old");
    }

    #[test]
    fn what_killed_runs_left_is_removed_and_what_they_moved_away_is_put_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |path: &str| folder.path().join(path);
        for path in [".handoff-aaaaaa.tmp/away/bundle", ".handoff-bbbbbb.tmp/away/other", "other", ".handoff-notes"] {
            fs::create_dir_all(at(path)).expect("made");
        }
        fs::write(at(".handoff-aaaaaa.tmp/away/bundle/x"), "kept").expect("written");
        fs::write(at(".handoff-mine.tmp"), "a file of somebody").expect("written");
        drop(Place::open(folder.path()).expect("a place"));
        assert_eq!(names(folder.path()), [".handoff-mine.tmp", ".handoff-notes", "bundle", "other"]);
        assert_eq!(fs::read_to_string(at("bundle/x")).expect("put back"), "kept");
    }

    #[test]
    fn what_is_kept_survives_the_next_run() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kept = Place::open(folder.path()).expect("a place").keep();
        drop(Place::open(folder.path()).expect("a place"));
        assert!(kept.is_dir());
    }
}
