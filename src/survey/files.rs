//! The files of a repository, by path, and their texts within limits.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// How deep folders are looked into.
const MAX_DEPTH: usize = 8;
/// How many files are looked at.
const MAX_FILES: usize = 20_000;
/// How much of a file is read.
const MAX_BYTES: u64 = 1 << 20;

/// Folders whose files others wrote, or programs.
const FOREIGN: [&str; 14] = [
    "node_modules",
    "target",
    "vendor",
    "dist",
    "build",
    "out",
    "site",
    "_site",
    "venv",
    "__pycache__",
    "coverage",
    "third_party",
    "testdata",
    "fixtures",
];

/// The files of a repository.
pub(super) struct Files {
    root: PathBuf,
    /// Paths from the root with `/`, sorted.
    paths: Vec<String>,
}

impl Files {
    /// Finds the files in a folder and below it.
    pub(super) fn of(root: &Path) -> Result<Self> {
        std::fs::read_dir(root).map_err(|error| {
            Error::io("the repository cannot be read", root, &error).help("name the folder of a repository")
        })?;
        let walk = WalkDir::new(root).follow_links(false).max_depth(MAX_DEPTH).sort_by_file_name();
        let entries = walk.into_iter().filter_entry(|entry| entry.depth() == 0 || is_own(entry));
        let files = entries.filter_map(std::result::Result::ok).filter(|entry| entry.file_type().is_file());
        let mut paths: Vec<String> = files.take(MAX_FILES).filter_map(|entry| relative(root, entry.path())).collect();
        paths.sort();
        Ok(Self { root: root.to_path_buf(), paths })
    }

    /// All paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// The paths whose name is one of some, in any folder, those nearest to the root first.
    pub(super) fn named(&self, names: &[&str]) -> Vec<&str> {
        let mut found: Vec<&str> =
            self.paths().filter(|path| names.iter().any(|known| name(path).eq_ignore_ascii_case(known))).collect();
        found.sort_by_key(|path| path.matches('/').count());
        found
    }

    /// The text of a file; `None` if it is none, or too long to be what it is looked at for.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let mut bytes = Vec::new();
        File::open(self.root.join(path)).ok()?.take(MAX_BYTES + 1).read_to_end(&mut bytes).ok()?;
        if bytes.len() as u64 > MAX_BYTES {
            return None;
        }
        let text = String::from_utf8(bytes).ok()?;
        Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }
}

/// Whether a file or folder belongs to the project itself.
fn is_own(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    if entry.file_type().is_dir() {
        // A folder that is a handoff project is what is to be made, not what it is made of.
        let is_handoff = entry.path().join("handoff.yaml").is_file();
        let is_hidden = name.starts_with('.') && !matches!(&*name, ".github" | ".gitlab");
        return !is_hidden && !is_handoff && !FOREIGN.contains(&&*name);
    }
    !name.starts_with('.') || name.starts_with(".env")
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        path.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// The last part of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of a file without its ending.
pub(super) fn stem(path: &str) -> &str {
    let name = name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

/// The ending of a file's name, in lower case.
pub(super) fn ending(path: &str) -> String {
    name(path).rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

/// The folder of a path; empty at the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a file is Markdown.
pub(super) fn is_markdown(path: &str) -> bool {
    matches!(ending(path).as_str(), "md" | "markdown")
}

/// Whether a file is YAML.
pub(super) fn is_yaml(path: &str) -> bool {
    matches!(ending(path).as_str(), "yaml" | "yml")
}

/// A text as its words in lower case.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        assert_eq!((name("a/b.md"), stem("a/b.tar.gz"), folder("a/b/c"), folder("c")), ("b.md", "b.tar", "a/b", ""));
        assert_eq!((stem(".env"), ending("a/B.MD")), (".env", "md".to_owned()));
        assert_eq!(words("How-to: deploy_it"), ["how", "to", "deploy", "it"]);
    }
}
