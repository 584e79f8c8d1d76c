//! The sealed annex: which files `access.annex` names, whether they are sealed, and whether one of them
//! lies about in clear text. Of the files themselves only the first bytes are read.

use super::read::Reader;
use super::{files, index, sources};
use crate::finding::Finding;
use crate::model::annex::{AnnexFile, PlainFile, SEALED_HEAD, is_sealed};
use crate::model::loaded::resolve_path;
use crate::model::node::INVALID_FIELD;
use crate::model::project::Project;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use walkdir::WalkDir;

/// The folder whose files are all meant to be sealed.
const FOLDER: &str = "annex";

/// What sealed files are called behind the name of the plain file.
const ENDING: &str = ".age";

/// Folders that hold nothing of the author: they are not searched for plain files.
const SKIPPED: [&str; 5] = [".git", "dist", "node_modules", "target", "records"];

/// How many files of the project are looked at by their names.
const MOST: usize = 100_000;

/// Finds the files of the annex; of one that is named and not there, the finding says so.
pub(super) fn find(reader: &mut Reader, project: Option<&Project>) -> Vec<AnnexFile> {
    let mut found = Vec::new();
    let named = project.and_then(|project| project.access.as_ref()).map_or(&[][..], |access| &access.annex);
    for entry in named {
        let written = entry.file.as_str();
        match resolve_path("", written).filter(|path| !path.starts_with("../") && files::is_there(reader.root(), path))
        {
            Some(path) => found.push((path, entry.file.span, true)),
            None => reader.findings.push(
                Finding::error(INVALID_FIELD, format!("there is no file `{written}`"))
                    .at(entry.file.span, "not there")
                    .help("name the sealed file by its path from the project's root; `handoff seal` makes one"),
            ),
        }
    }
    for path in reader.walk(FOLDER) {
        if !found.iter().any(|(named, _, _)| *named == path) {
            let place = reader.place(&path);
            found.push((path, place, false));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let plain = Plain::find(reader.root());
    let root = reader.root().to_path_buf();
    let annex = |(path, place, named): (String, _, _)| {
        let sealed = is_sealed(&head(&root.join(&path)));
        let plain = if sealed { plain.of(&path) } else { Vec::new() };
        AnnexFile { path, place, named, sealed, plain }
    };
    found.into_iter().map(annex).collect()
}

/// Takes what lies in clear text out of the files that documents may show or link to, and puts the sealed
/// files there that are named.
pub(super) fn guard(files: &mut BTreeSet<String>, annex: &[AnnexFile]) {
    for file in annex {
        for plain in &file.plain {
            files.remove(&plain.path);
        }
        if file.sealed && file.named {
            files.insert(file.path.clone());
        }
        if !file.sealed {
            files.remove(&file.path);
        }
    }
}

fn head(path: &Path) -> Vec<u8> {
    let mut head = Vec::new();
    let limit = u64::try_from(SEALED_HEAD).unwrap_or(u64::MAX);
    // What cannot be read is not sealed.
    let _ = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut head));
    head
}

/// The files of the project and of its repository, by the last part of their paths.
struct Plain {
    by_name: BTreeMap<String, Vec<PlainFile>>,
}

impl Plain {
    fn find(root: &Path) -> Self {
        let mut all = BTreeMap::<String, PlainFile>::new();
        let skipped = |name: &str| SKIPPED.contains(&name);
        let wanted = |entry: &walkdir::DirEntry| entry.depth() == 0 || !skipped(&entry.file_name().to_string_lossy());
        for entry in WalkDir::new(root).into_iter().filter_entry(wanted).flatten().take(MOST) {
            if entry.file_type().is_file() {
                let path = relative(root, entry.path());
                all.insert(path.clone(), PlainFile { path, there: true, tracked: false });
            }
        }
        let canonical = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let repository = sources::repository(&canonical);
        let below = relative(&repository, &canonical);
        for tracked in index::tracked(&repository) {
            let path = from_project(&below, &tracked);
            let there = repository.join(&tracked).is_file();
            let file = PlainFile { path: path.clone(), there, tracked: true };
            all.entry(path).and_modify(|file| file.tracked = true).or_insert(file);
        }
        let mut by_name = BTreeMap::<String, Vec<PlainFile>>::new();
        for file in all.into_values() {
            by_name.entry(last(&file.path).to_owned()).or_default().push(file);
        }
        Self { by_name }
    }

    /// Those that have the name of a sealed file without its ending.
    fn of(&self, sealed: &str) -> Vec<PlainFile> {
        let name = last(sealed).strip_suffix(ENDING);
        name.and_then(|name| self.by_name.get(name)).cloned().unwrap_or_default()
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The path below a folder, with `/`.
fn relative(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A path from the root of the repository, as it is seen from the project's folder in it.
fn from_project(project: &str, path: &str) -> String {
    if project.is_empty() {
        return path.to_owned();
    }
    match path.strip_prefix(project).and_then(|rest| rest.strip_prefix('/')) {
        Some(below) => below.to_owned(),
        None => format!("{}{path}", "../".repeat(project.split('/').count())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_repository_are_seen_from_the_project() {
        assert_eq!(from_project("", "a/b"), "a/b");
        assert_eq!(from_project("delivery/docs", "delivery/docs/a"), "a");
        assert_eq!(from_project("delivery/docs", "secrets/a"), "../../secrets/a");
        assert_eq!(from_project("delivery", "delivery-2/a"), "../delivery-2/a");
    }

    #[test]
    fn plain_files_are_found_by_their_names() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in ["secrets/production.txt", "production.txt.age", "dist/x/production.txt", "other.txt"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, "text").expect("written");
        }
        let found = Plain::find(folder.path()).of("annex/production.txt.age");
        let paths: Vec<_> = found.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["secrets/production.txt"]);
        assert!(found[0].there && !found[0].tracked);
    }
}
