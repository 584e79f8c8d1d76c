//! Tells when a file of the project is saved.
//!
//! Only the folders that the project reads are watched: the folder of the repository may hold much more.

use crate::error::{Error, Result};
use crate::model::loaded::Loaded;
use notify_debouncer_full::notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// How long nothing must happen to a file before it counts as saved.
const QUIET: Duration = Duration::from_millis(10);
/// How often that is looked at.
const TICK: Duration = Duration::from_millis(5);
/// The folders of a project that are read with all that is below them.
const FOLDERS: [&str; 4] = ["docs", "records", "checklists", "theme"];

/// What is known of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    /// A file is another one than before.
    Changed,
    /// A folder came, went or was renamed: what is watched may be gone.
    Moved,
}

/// Watches the folders that a project reads.
pub(super) struct Watch {
    root: PathBuf,
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
    watched: BTreeMap<PathBuf, bool>,
    news: Receiver<News>,
}

impl Watch {
    /// Begins to watch the folder of a project.
    ///
    /// # Errors
    /// If the system does not let us.
    pub(super) fn new(root: &Path, loaded: Option<&Loaded>) -> Result<Self> {
        let (sender, news) = channel();
        let told = move |result: DebounceEventResult| tell(&sender, result);
        let debouncer = new_debouncer(QUIET, Some(TICK), told).map_err(|error| refused(root, &error.to_string()))?;
        let mut watch = Self { root: root.to_path_buf(), debouncer, watched: BTreeMap::new(), news };
        watch.follow(loaded)?;
        Ok(watch)
    }

    /// Waits for the next change; `false` if there will be none any more.
    pub(super) fn wait(&mut self) -> bool {
        let Ok(first) = self.news.recv() else { return false };
        let moved = std::iter::once(first).chain(self.news.try_iter()).any(|news| news == News::Moved);
        if moved {
            self.again();
        }
        true
    }

    /// Watches anew what may have been replaced by another folder of the same name: before it is read, so
    /// that no change is missed.
    fn again(&mut self) {
        for (path, deep) in std::mem::take(&mut self.watched) {
            // What is gone is not watched any more, and that is no failure.
            let _ = self.debouncer.unwatch(&path);
            if path.is_dir() && self.debouncer.watch(&path, mode(deep)).is_ok() {
                self.watched.insert(path, deep);
            }
        }
    }

    /// Watches what the project reads now.
    ///
    /// # Errors
    /// If the system does not let us.
    pub(super) fn follow(&mut self, loaded: Option<&Loaded>) -> Result<()> {
        let wanted = places(&self.root, loaded);
        let gone: Vec<PathBuf> = self
            .watched
            .iter()
            .filter(|(path, deep)| wanted.get(*path) != Some(deep))
            .map(|(path, _)| path.clone())
            .collect();
        for path in gone {
            let _ = self.debouncer.unwatch(&path);
            self.watched.remove(&path);
        }
        for (path, deep) in wanted {
            if self.watched.contains_key(&path) {
                continue;
            }
            self.debouncer.watch(&path, mode(deep)).map_err(|error| refused(&path, &error.to_string()))?;
            self.watched.insert(path, deep);
        }
        Ok(())
    }
}

fn mode(deep: bool) -> RecursiveMode {
    if deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive }
}

fn tell(sender: &Sender<News>, result: DebounceEventResult) {
    let news = match result {
        Ok(events) => {
            let events = events.iter().filter(|event| !event.kind.is_access());
            let is_move = |kind: &EventKind| {
                use notify_debouncer_full::notify::event::ModifyKind;
                kind.is_create() || kind.is_remove() || matches!(kind, EventKind::Modify(ModifyKind::Name(_)))
            };
            events
                .map(|event| if is_move(&event.kind) { News::Moved } else { News::Changed })
                .max_by_key(|news| *news == News::Moved)
        }
        // Events were lost: anything may have changed.
        Err(_) => Some(News::Moved),
    };
    if let Some(news) = news {
        // Nobody listens any more when the preview ends.
        let _ = sender.send(news);
    }
}

fn refused(path: &Path, why: &str) -> Error {
    Error::new("changes cannot be watched")
        .path(path)
        .why(why)
        .help("on Linux, raise fs.inotify.max_user_watches, or end other programs that watch files")
}

/// The folders to watch, each with whether all below it counts too.
fn places(root: &Path, loaded: Option<&Loaded>) -> BTreeMap<PathBuf, bool> {
    let mut places = BTreeMap::from([(root.to_path_buf(), false)]);
    places.extend(FOLDERS.iter().map(|folder| root.join(folder)).filter(|path| path.is_dir()).map(|path| (path, true)));
    let Some(loaded) = loaded else { return places };
    let taken = loaded.project.iter().flat_map(|project| &project.sources.0).flat_map(|source| &source.paths);
    let folders = taken.map(|path| root.join(path.as_str())).filter(|path| path.is_dir());
    places.extend(folders.filter_map(|path| path.canonicalize().ok()).map(|path| (path, true)));
    let sources = loaded.sources.iter().map(|file| file.path.as_str()).filter(|path| !path.starts_with("built-in/"));
    let parents = sources.chain(loaded.files.iter().map(String::as_str)).filter_map(|path| {
        let folder = root.join(path).parent()?.canonicalize().ok()?;
        folder.is_dir().then_some(folder)
    });
    for parent in parents.collect::<Vec<_>>() {
        let covered = places.iter().any(|(path, deep)| *deep && parent.starts_with(path) || *path == parent);
        if !covered {
            places.insert(parent, false);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_project_reads_is_watched_and_nothing_else() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/harbour-portal");
        let root = root.canonicalize().expect("the example");
        let options = crate::pipeline::Options::default();
        let read =
            crate::pipeline::inspect(&root, &options, &crate::pipeline::Silent).expect("the example can be read");
        let places = places(&root, Some(&read.loaded));
        assert_eq!(places.get(&root), Some(&false), "not what is built");
        assert_eq!(places.get(&root.join("docs")), Some(&true));
        assert!(places.keys().all(|path| path.is_dir()), "{places:?}");
    }
}
