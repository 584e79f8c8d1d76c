//! Load: from a folder to [`Loaded`]. Walks, reads and validates; everything that an author can mend is
//! a finding, and one run tells all of them.
//!
//! The only stage that reads the user's project. Knows nothing of documents as they will be composed.

mod adr;
mod checklists;
mod files;
mod fragments;
pub mod metrics;
mod openapi;
mod project;
mod read;
mod records;
mod references;
mod sources;
#[cfg(test)]
mod tests;
mod theme;
mod values;
mod yaml;

use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::markdown::Typography;
use crate::model::loaded::Loaded;
use crate::theme::Theme;
use read::{Reader, megabytes, read_limited};
pub use records::judge as judge_record;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
pub use values::values;

/// The name of the project file.
pub const PROJECT_FILE: &str = "handoff.yaml";

/// The slug of the findings about YAML that cannot be read.
pub const INVALID_YAML: &str = "invalid-yaml";
/// The slug of the findings about files that cannot be read as text.
pub const INVALID_TEXT: &str = "invalid-text";
/// The slug of the findings about contacts that do not exist.
pub const UNKNOWN_CONTACT: &str = "unknown-contact";
/// The slug of the findings about checklist items that do not exist.
pub const UNKNOWN_ITEM: &str = "unknown-item";
/// The slug of the findings about other ids that do not exist.
pub const UNKNOWN_ID: &str = "unknown-id";
/// The slug of the findings about files below `records/` that are no records.
pub const UNKNOWN_RECORD: &str = "unknown-record";
/// The slug of the findings about returned forms that are not the files that were recorded.
pub const ALTERED_FORM: &str = "altered-form";
/// The slug of the findings about checklists that contradict themselves.
pub const INVALID_CHECKLIST: &str = "invalid-checklist";

/// All files below `theme/` together, at most.
const MAX_THEME: u64 = 64 << 20;
/// The largest file that a fragment may show or link to.
const MAX_ASSET: u64 = 32 << 20;

/// Reads the project in a folder.
///
/// # Errors
/// If `root` is no folder that can be read, or has no project file. Everything else is a finding.
pub fn load(root: &Path) -> Result<Loaded> {
    let what = "the project cannot be read";
    std::fs::read_dir(root)
        .map_err(|error| Error::io(what, root, &error).help("name the folder that holds handoff.yaml"))?;
    if !root.join(PROJECT_FILE).is_file() {
        return Err(no_project(root));
    }
    let mut reader = Reader::new(root);
    let (project, tree) = project::load(&mut reader);
    let theme_files = theme_files(&mut reader);
    let theme = Theme::new(theme_files.clone());
    let messages = theme::messages(&mut reader, &theme);
    let templates = theme::templates(&mut reader, &theme, project.as_ref());
    let words = theme::words(&mut reader, &theme, project.as_ref());
    let language = project.as_ref().and_then(|project| project.project.language.as_ref()).map(|tag| tag.as_str());
    let checklists = checklists::load(&mut reader, &theme, language);
    let typography = language.map_or_else(Typography::default, Typography::of);
    let taken = project.as_ref().map(|project| &project.sources);
    let mut fragments = taken.map_or_else(Vec::new, |taken| sources::load(&mut reader, taken, typography));
    let taken: BTreeSet<String> = fragments.iter().map(|fragment| fragment.path.clone()).collect();
    fragments.extend(fragments::load(&mut reader, &taken, typography));
    fragments.sort_by(|a, b| a.path.cmp(&b.path));
    let records = records::load(&mut reader);
    let decisions = adr::find(&fragments, &reader.sources);
    let mut files = files::find(reader.root(), &fragments);
    files.extend(records::forms(&mut reader, &records));
    files.extend(theme::logos(&mut reader, project.as_ref()));
    let digests = files::digests(reader.root(), &files);
    theme::remember_styles(&mut reader, &theme);
    let Reader { sources, findings, .. } = reader;
    let root = root.to_path_buf();
    let mut loaded = Loaded {
        root,
        sources,
        project,
        tree,
        fragments,
        decisions,
        records,
        checklists,
        files,
        digests,
        templates,
        messages,
        words,
        theme_files,
        findings,
    };
    let broken = references::check(&loaded, &theme);
    loaded.findings.extend(broken);
    sort(&mut loaded);
    Ok(loaded)
}

fn no_project(root: &Path) -> Error {
    Error::new("there is no project here")
        .path(root)
        .why(format!("the folder has no {PROJECT_FILE}"))
        .help("name the folder of a project, or start one with `handoff init`")
}

/// The nearest folder at or above `start` that has a project file.
///
/// # Errors
/// If there is none.
pub fn find_root(start: &Path) -> Result<PathBuf> {
    let start = start
        .canonicalize()
        .map_err(|error| Error::io("the folder cannot be read", start, &error).help("name the folder of a project"))?;
    match start.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file()) {
        Some(folder) => Ok(folder.to_path_buf()),
        None => Err(Error::new("there is no project here")
            .path(&start)
            .why(format!("neither this folder nor one above it has a {PROJECT_FILE}"))
            .help("name the folder of a project, or start one with `handoff init`")),
    }
}

/// Reads files of the project, by path from its root: the images and other files of [`Loaded::files`].
///
/// # Errors
/// If one cannot be read, leads out of the project, or is larger than 32 MiB.
pub fn read_files<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let root = root.canonicalize().map_err(|error| Error::io("the project cannot be read", root, &error))?;
    let repository = sources::repository(&root);
    for path in paths {
        let what = "a file that the documents use cannot be read";
        let full = root.join(path);
        let real = full.canonicalize().map_err(|error| Error::io(what, &full, &error))?;
        let inside = if path.starts_with("../") { &repository } else { &root };
        if !real.starts_with(inside) || !real.is_file() {
            return Err(Error::new(what)
                .path(&full)
                .why("it is no file inside the project")
                .help("copy it into the project"));
        }
        let Some(bytes) = read_limited(&real, MAX_ASSET).map_err(|error| Error::io(what, &full, &error))? else {
            let why = format!("it is larger than {}", megabytes(MAX_ASSET));
            return Err(Error::new(what).path(&full).why(why).help("make it smaller, or link to where it is kept"));
        };
        files.insert(path.to_owned(), bytes);
    }
    Ok(files)
}

/// The project's own theme: files by path below `theme/`.
fn theme_files(reader: &mut Reader) -> BTreeMap<String, Vec<u8>> {
    let mut left = MAX_THEME;
    let mut files = BTreeMap::new();
    for path in reader.walk("theme", &[]) {
        let too_large = |path: &Path| path.metadata().is_ok_and(|data| data.len() > left);
        if too_large(&reader.root().join(&path)) {
            let message = format!("with this file, `theme/` is larger than {}", megabytes(MAX_THEME));
            reader.unreadable(
                &path,
                &message,
                "keep only the files that the bundle needs, and smaller images and fonts",
            );
            continue;
        }
        let Some(bytes) = reader.bytes(&path, left) else { continue };
        left = left.saturating_sub(bytes.len() as u64);
        files.insert(path.trim_start_matches("theme/").to_owned(), bytes);
    }
    files
}

/// Sorts the findings by path and place, and drops those that are there twice: an alias repeats the
/// mistakes of what it stands for.
fn sort(loaded: &mut Loaded) {
    let sources = &loaded.sources;
    let place =
        |finding: &Finding| finding.span().map(|span| (sources.path(span.file).to_owned(), span.start, span.end));
    loaded.findings.sort_by_cached_key(|finding| (place(finding), finding.rule, finding.message.clone()));
    loaded.findings.dedup();
}
