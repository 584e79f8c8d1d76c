//! A project as the editor shows it: which folder it is, and what was last found out about it.

use super::buffers::Buffers;
use super::place;
use crate::error::Result;
use crate::load::{PROJECT_FILE, Unsaved};
use crate::pipeline::{self, Inspected, Options};
use crate::source::{FileId, Span};
use lsp_types::Location;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of the project that a file belongs to: the nearest one upwards with a project file, be it
/// saved or not.
pub(super) fn root_of(file: &Path, open: &Buffers) -> Option<PathBuf> {
    let has_project = |folder: &&Path| {
        let project = folder.join(PROJECT_FILE);
        open.0.contains_key(&project) || project.is_file()
    };
    file.ancestors().skip(1).find(has_project).map(Path::to_path_buf)
}

/// What was found out about a project, and the texts for which it holds.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    /// The project's folder.
    pub(super) root: PathBuf,
    /// The texts that were open.
    pub(super) unsaved: Unsaved,
    /// What was read, composed and found.
    pub(super) now: Arc<Inspected>,
    /// The same from when the project file could last be read: what there is to refer to.
    pub(super) good: Arc<Inspected>,
}

impl Snapshot {
    /// Reads and checks a project.
    ///
    /// # Errors
    /// If it cannot be read, or a template cannot be filled.
    pub(super) fn take(root: &Path, unsaved: Unsaved, options: &Options, before: Option<&Self>) -> Result<Self> {
        let now = Arc::new(pipeline::inspect_unsaved(root, &unsaved, options, &pipeline::Silent)?);
        let last = before.filter(|_| now.loaded.project.is_none()).map(|before| &before.good);
        let good = Arc::clone(last.unwrap_or(&now));
        Ok(Self { root: root.to_path_buf(), unsaved, now, good })
    }

    /// Whether a file is one of those that were read for the project.
    pub(super) fn takes(&self, file: &Path) -> bool {
        let path = place::relative(&self.root, file);
        path.is_some_and(|path| self.now.loaded.sources.find(&path).is_some())
    }

    /// The text of a file as it was when it was checked: secrets in it are not hidden if it is open.
    pub(super) fn text(&self, file: FileId) -> &str {
        let source = self.now.loaded.sources.file(file);
        self.unsaved.get(&source.path).map_or(&source.text, |text| text)
    }

    /// Whether a text that is open is the one that was checked.
    pub(super) fn is_of(&self, path: &str, text: &str) -> bool {
        self.unsaved.get(path).is_some_and(|checked| **checked == *text)
    }

    /// The file that a source is; `None` for what is built in.
    pub(super) fn file(&self, path: &str) -> Option<PathBuf> {
        if path.starts_with("built-in/") {
            return None;
        }
        let parts = path.split('/');
        Some(parts.fold(self.root.clone(), |mut folder, part| {
            if part == ".." {
                folder.pop();
            } else {
                folder.push(part);
            }
            folder
        }))
    }

    /// Where a place of the last good state is.
    pub(super) fn location(&self, span: Span) -> Option<Location> {
        let source = self.good.loaded.sources.file(span.file);
        let uri = place::uri(&self.file(&source.path)?)?;
        Some(Location { uri, range: place::range(&source.text, &span.range()) })
    }
}
