//! Reading files of the project as text, within limits, and walking its folders in a fixed order.
//!
//! Whatever cannot be read is a finding; nothing here knows what the texts mean.

use super::{INVALID_TEXT, Unsaved};
use crate::finding::Finding;
use crate::parallel;
use crate::source::{FileId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// So many files are worth several threads.
pub(super) const MANY: usize = 50;
/// How deep folders are walked.
const MAX_FOLDERS: usize = 32;

/// Reads the files of one project and keeps their texts.
#[derive(Debug)]
pub(super) struct Reader {
    /// The project's folder.
    pub(super) root: PathBuf,
    /// Texts that go before the files.
    pub(super) unsaved: Unsaved,
    /// The texts that were read.
    pub(super) sources: Sources,
    /// What is wrong with them.
    pub(super) findings: Vec<Finding>,
    /// What was read of files before anybody asked for it.
    ahead: BTreeMap<String, std::io::Result<Option<Vec<u8>>>>,
    /// The folder of the workspace, from the project's root, if the project is in one.
    pub(super) shared: Option<String>,
    /// The files of the theme that are those of the workspace, by path below `theme/`.
    pub(super) shared_theme: BTreeSet<String>,
}

impl Reader {
    /// A reader to which texts that are not saved are what the files hold.
    pub(super) fn new(root: &Path, unsaved: Unsaved) -> Self {
        Self {
            root: root.to_path_buf(),
            unsaved,
            sources: Sources::default(),
            findings: Vec::new(),
            ahead: BTreeMap::new(),
            shared: None,
            shared_theme: BTreeSet::new(),
        }
    }

    /// The project's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Reads files of at most `limit` bytes that are asked for next, several at once if they are many.
    pub(super) fn read_ahead(&mut self, paths: &[String], limit: u64) {
        if paths.len() < MANY {
            return;
        }
        let (root, unsaved) = (&self.root, &self.unsaved);
        let saved: Vec<&String> = paths.iter().filter(|path| !unsaved.contains_key(*path)).collect();
        let read = parallel::each(true, saved, |path| (path.clone(), read_limited(&root.join(path), limit)));
        self.ahead.extend(read);
    }

    /// Reads a file of at most `limit` bytes as UTF-8. A byte order mark is dropped.
    pub(super) fn text(&mut self, path: &str, limit: u64) -> Option<FileId> {
        let bytes = self.bytes(path, limit)?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                self.not_utf8(path, bytes, error.valid_up_to());
                return None;
            }
        };
        let file = self.sources.add(path, text);
        let Some(at) = text.find('\0') else { return Some(file) };
        self.findings.push(
            Finding::error(INVALID_TEXT, "there is a zero byte in this text")
                .at(Span::new(file, at, at + 1), "an invisible character")
                .help("delete the character, or replace the file if it is no text at all"),
        );
        None
    }

    /// The text of a file that a document shows or links to; `None` if it is none, which is no mistake.
    pub(super) fn attachment(&mut self, path: &str, limit: u64) -> Option<FileId> {
        if self.sources.find(path).is_some() {
            return None;
        }
        let bytes = match self.unsaved.get(path) {
            Some(text) => text.as_bytes().to_vec(),
            None => read_limited(&self.root.join(path), limit).ok().flatten()?,
        };
        let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0'))?;
        Some(self.sources.add(path, text))
    }

    fn not_utf8(&mut self, path: &str, bytes: &[u8], valid: usize) {
        let lossy = String::from_utf8_lossy(bytes).into_owned();
        let file = self.sources.add(path, lossy);
        let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let encoding = if utf16 { "it looks like UTF-16" } else { "it may be Latin-1 or Windows-1252" };
        self.findings.push(
            Finding::error(INVALID_TEXT, format!("this text is not UTF-8; {encoding}"))
                .at(Span::new(file, valid, valid + '\u{fffd}'.len_utf8()), "not UTF-8 from here on")
                .help("save the file as UTF-8 in your editor"),
        );
    }

    /// Reads a file of at most `limit` bytes.
    pub(super) fn bytes(&mut self, path: &str, limit: u64) -> Option<Vec<u8>> {
        let read = match self.unsaved.get(path) {
            Some(text) => Ok((text.len() as u64 <= limit).then(|| text.as_bytes().to_vec())),
            None => self.ahead.remove(path).unwrap_or_else(|| read_limited(&self.root.join(path), limit)),
        };
        match read {
            Ok(Some(bytes)) => Some(bytes),
            Ok(None) => {
                self.unreadable(
                    path,
                    &format!("this file is larger than {}", megabytes(limit)),
                    "split it, or move what belongs elsewhere out of the folder",
                );
                None
            }
            Err(error) => {
                let message = format!("this file cannot be read: {error}");
                self.unreadable(path, &message, "check that it is there and that you may read it");
                None
            }
        }
    }

    /// A finding about a file as a whole, of which no text is shown.
    pub(super) fn unreadable(&mut self, path: &str, message: &str, help: &str) {
        let span = self.place(path);
        self.findings.push(Finding::error(INVALID_TEXT, message).at(span, "").help(help));
    }

    /// The place of a file that is not read, for findings about the file as a whole.
    pub(super) fn place(&mut self, path: &str) -> Span {
        let file = self.sources.find(path).unwrap_or_else(|| self.sources.add(path, ""));
        Span::start_of(file)
    }

    /// The paths of all files in a folder and below it, from the project's root with `/`, sorted.
    /// Hidden files are left out; links are findings.
    pub(super) fn walk(&mut self, folder: &str) -> Vec<String> {
        let start = self.root.join(folder);
        let mut paths = self.only_unsaved(folder);
        if start.symlink_metadata().is_err() {
            return paths;
        }
        let walk = WalkDir::new(&start).follow_links(false).follow_root_links(false).max_depth(MAX_FOLDERS);
        let wanted = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry);
        for entry in walk.sort_by_file_name().into_iter().filter_entry(wanted) {
            match entry {
                Ok(entry) => paths.extend(self.visit(folder, &entry)),
                Err(error) => {
                    let path = error.path().map_or_else(|| folder.to_owned(), |path| self.relative(path));
                    let message = format!("this folder cannot be read: {error}");
                    self.unreadable(&path, &message, "check that you may read it");
                }
            }
        }
        paths.sort();
        paths.dedup();
        paths
    }

    /// The paths of texts below a folder that are not saved.
    fn only_unsaved(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        let wanted = |path: &&String| {
            path.strip_prefix(&prefix).is_some_and(|below| !below.split('/').any(|part| part.starts_with('.')))
        };
        self.unsaved.keys().filter(wanted).cloned().collect()
    }

    /// The path of an entry if it is a file that can be named.
    fn visit(&mut self, folder: &str, entry: &DirEntry) -> Option<String> {
        let path = self.relative(entry.path());
        let kind = entry.file_type();
        if kind.is_symlink() {
            self.unreadable(&path, "symbolic links are not followed", "put the file itself here, or a copy of it");
        } else if kind.is_file() && entry.path().strip_prefix(&self.root).is_ok_and(|path| path.to_str().is_none()) {
            self.unreadable(&path, "the name of this file is not UTF-8", "rename the file");
        } else if entry.depth() == 0 && !kind.is_dir() {
            let message = format!("`{folder}` is a file where a folder is looked for");
            self.unreadable(&path, &message, "move its content into files below a folder of this name");
        } else if kind.is_file() {
            return Some(path);
        }
        None
    }

    fn relative(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        parts.join("/")
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

/// The content of a file; `None` if it is larger than `limit`.
pub(super) fn read_limited(path: &Path, limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// A size in words.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
