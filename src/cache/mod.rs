//! What was made before, in the user's cache folder: one file for each thing, named by its key.
//!
//! Nothing here is needed: a file that is not there, cannot be read, is damaged or was made by another
//! program only costs the time to make it again. Knows nothing about what is kept.

mod entry;

use crate::model::memory::{Key, Memory};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, UNIX_EPOCH};

/// The folder below the cache folder. Its number is the version of its form.
const FOLDER: &str = "made-1";
/// How the names of files begin that are being written.
const UNFINISHED: &str = "unfinished-";
/// Files that are used again count as used at most this often.
const FRESH: Duration = Duration::from_hours(1);
/// A file that was being written so long ago never will be.
const ABANDONED: Duration = Duration::from_hours(24);

/// How the cache is kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of this program in the user's cache folder.
    pub folder: PathBuf,
    /// What tells this program from any other, and from an earlier build of itself.
    pub program: String,
    /// How many bytes may stay in the folder when [`Cache::tidy`] is done.
    pub limit: u64,
    /// The present time in seconds since 1970.
    pub now: u64,
}

/// The cache folder of one program.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    settings: Settings,
    grown: AtomicBool,
}

impl Cache {
    /// The cache in a folder. Nothing is read or written yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { folder: settings.folder.join(FOLDER), settings, grown: AtomicBool::new(false) }
    }

    /// Removes what was not used for the longest time until the rest is small enough, if anything was added.
    pub fn tidy(&self) {
        if self.grown.load(Ordering::Relaxed) {
            // What cannot be removed is in nobody's way.
            let _ = self.shrink();
        }
    }

    /// The key of a thing for this program alone.
    fn own(&self, key: Key) -> Key {
        let bytes: [u8; 32] = key.into();
        Key::of("handoff").with(self.settings.program.as_bytes()).with(&bytes).key()
    }

    /// Where something is kept: two digits name a folder, so that none has too many files.
    fn path(&self, key: Key) -> PathBuf {
        let name = key.hex();
        self.folder.join(&name[..2]).join(&name[2..])
    }

    fn write(&self, key: Key, made: &[u8]) -> std::io::Result<()> {
        let path = self.path(key);
        let Some(folder) = path.parent() else { return Ok(()) };
        private_folder(folder)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        for part in [entry::head(key, made).as_slice(), made] {
            file.write_all(part)?;
        }
        file.persist(&path).map_err(|error| error.error)?;
        self.grown.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Notes that a file was used, unless that was noted a short time ago.
    fn touch(&self, path: &Path) -> std::io::Result<()> {
        let file = std::fs::File::options().append(true).open(path)?;
        if self.age(&file.metadata()?).is_none_or(|age| age > FRESH) {
            file.set_modified(UNIX_EPOCH + Duration::from_secs(self.settings.now))?;
        }
        Ok(())
    }

    /// How long ago a file was used; nothing if a clock was wrong.
    fn age(&self, about: &std::fs::Metadata) -> Option<Duration> {
        let used = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Duration::from_secs(self.settings.now).checked_sub(used)
    }

    fn shrink(&self) -> std::io::Result<()> {
        let mut kept = Vec::new();
        for folder in std::fs::read_dir(&self.folder)?.flatten().filter(|entry| is_name(&entry.file_name(), 2)) {
            for file in std::fs::read_dir(folder.path())?.flatten() {
                let Ok(about) = file.metadata() else { continue };
                let age = self.age(&about).unwrap_or(Duration::ZERO);
                if is_name(&file.file_name(), 62) {
                    kept.push((age, file.path(), about.len()));
                } else if is_unfinished(&file.file_name()) && age > ABANDONED {
                    let _ = std::fs::remove_file(file.path());
                }
            }
        }
        kept.sort();
        let mut room = self.settings.limit;
        for (_, path, size) in kept {
            if let Some(left) = room.checked_sub(size) {
                room = left;
            } else {
                // All that was used before this one goes as well.
                room = 0;
                let _ = std::fs::remove_file(path);
            }
        }
        Ok(())
    }
}

impl Memory for Cache {
    fn recall(&self, key: Key) -> Option<Vec<u8>> {
        let key = self.own(key);
        let path = self.path(key);
        if path.metadata().ok()?.len() > self.settings.limit {
            return None;
        }
        let made = entry::read(key, std::fs::read(&path).ok()?)?;
        // If it cannot be noted, it goes earlier than it should.
        let _ = self.touch(&path);
        Some(made)
    }

    fn remember(&self, key: Key, made: &[u8]) {
        // What cannot be kept is made again the next time.
        let _ = self.write(self.own(key), made);
    }
}

/// Makes a folder that only its owner reads: what is kept is part of what is delivered to somebody.
fn private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether a name is one of ours: so many hexadecimal digits.
fn is_name(name: &std::ffi::OsStr, digits: usize) -> bool {
    name.to_str().is_some_and(|name| name.len() == digits && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_unfinished(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(UNFINISHED))
}

#[cfg(test)]
mod tests;
