//! Load: from a folder to [`Loaded`]. Walks, reads and validates; everything that an author can mend is
//! a finding, and one run tells all of them.
//!
//! The only stage that reads the user's project. Knows nothing of documents as they will be composed.

mod adr;
mod annex;
mod built_in;
mod checklists;
mod delivered;
mod files;
mod fragments;
mod front;
mod index;
pub mod issued;
pub mod metrics;
mod openapi;
mod phrases;
mod project;
mod read;
mod records;
mod references;
mod sources;
mod strangers;
#[cfg(test)]
mod tests;
mod theme;
mod values;
pub mod workspace;
mod yaml;

use crate::error::{Error, Result};
use crate::finding::{Finding, suggestion};
use crate::markdown::Typography;
use crate::model::checklist::Checklist;
use crate::model::fragment::Fragment;
use crate::model::loaded::Loaded;
use crate::model::node::Node;
use crate::model::records::Records;
use crate::model::template::Template;
use crate::model::workspace::WORKSPACE_FILE;
use crate::source::Sources;
use crate::theme::Theme;
pub use delivered::delivered;
use phrases::Phrases;
use read::{Reader, megabytes, read_limited};
pub use records::judge as judge_record;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
pub use values::values;

/// Texts that an editor has and has not saved, by path from the project's root: they are read in place of
/// the files.
pub type Unsaved = BTreeMap<String, Arc<str>>;

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
/// The slug of the findings about files below `docs/` that no document takes.
pub const UNREACHABLE_FILE: &str = "unreachable-file";
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
    load_unsaved(root, &Unsaved::new())
}

/// Reads the project in a folder as an editor shows it.
///
/// # Errors
/// As [`load`], but a project file that is not saved yet is one too.
pub fn load_unsaved(root: &Path, unsaved: &Unsaved) -> Result<Loaded> {
    if !unsaved.contains_key(PROJECT_FILE) {
        must_be_project(root)?;
    }
    Ok(read_all(Reader::new(root, unsaved.clone())))
}

/// Makes sure that there is a project in a folder.
///
/// # Errors
/// If there is none, with what may be meant.
pub fn must_be_project(root: &Path) -> Result<()> {
    std::fs::read_dir(root)
        .map_err(|error| Error::io("the project cannot be read", root, &error).help(what_to_name(root)))?;
    if root.join(PROJECT_FILE).is_file() { Ok(()) } else { Err(no_project(root)) }
}

fn read_all(mut reader: Reader) -> Loaded {
    let (mut project, mut tree, common) = project::load(&mut reader);
    reader.shared.clone_from(&common.shared.folder);
    let theme_files = theme_files(&mut reader);
    let theme = Theme::new(theme_files.clone());
    let phrases = Phrases::read("messages", &mut reader, &theme, project.as_ref());
    let messages = theme::messages(&mut reader, &theme, &phrases);
    let phrases = Phrases::read("documents", &mut reader, &theme, project.as_ref());
    let templates = theme::templates(&mut reader, &theme, project.as_ref(), &phrases);
    let words = theme::words(&mut reader, &theme, project.as_ref());
    let language = project.as_ref().and_then(|project| project.project.language.as_ref()).map(|tag| tag.as_str());
    let checklists = checklists::load(&mut reader, &theme, language);
    let typography = language.map_or_else(Typography::default, Typography::of);
    let taken = project.as_ref().map(|project| &project.sources);
    let mut fragments = taken.map_or_else(Vec::new, |taken| sources::load(&mut reader, taken, typography, &phrases));
    let taken: BTreeSet<String> = fragments.iter().map(|fragment| fragment.path.clone()).collect();
    let docs = reader.walk("docs");
    fragments.extend(fragments::load(&mut reader, &docs, &taken, typography));
    fragments.sort_by(|a, b| a.path.cmp(&b.path));
    let records = records::load(&mut reader);
    let people: Vec<_> = records.people().map(|(id, span)| (id.to_owned(), span)).collect();
    workspace::add_contacts(&common, &mut project, &mut tree, (&fragments, &people), &mut reader);
    let issued = issued::load(&mut reader, &records);
    let decisions = adr::find(&fragments, &reader.sources);
    let mut files = files::find(&reader, &fragments);
    files.extend(records::forms(&mut reader, &records));
    files.extend(theme::logos(&mut reader, project.as_ref(), &common.shared.pictures));
    let annex = annex::find(&mut reader, project.as_ref());
    annex::guard(&mut files, &annex);
    let attached = files::texts(&mut reader, &files);
    strangers::report(&mut reader, &docs, &used(&fragments, &files, &records));
    let (digests, facts) = files::known(reader.root(), &files);
    theme::remember_styles(&mut reader, &theme);
    let Reader { root, unsaved, sources, findings, .. } = reader;
    let mut loaded = Loaded {
        root,
        sources,
        project,
        tree,
        fragments,
        decisions,
        records,
        issued,
        pending: unsaved,
        checklists,
        files,
        attached,
        annex,
        digests,
        facts,
        templates,
        messages,
        words,
        theme_files,
        shared: common.shared,
        findings,
    };
    let broken = references::check(&loaded, &theme);
    loaded.findings.extend(broken);
    sort(&mut loaded);
    loaded
}

/// The files that documents are made from, show or link to, and those that records name.
fn used<'a>(fragments: &'a [Fragment], files: &'a BTreeSet<String>, records: &'a Records) -> BTreeSet<&'a str> {
    let fragments = fragments.iter().map(|fragment| fragment.path.as_str());
    fragments.chain(files.iter().map(String::as_str)).chain(records.files().map(|file| file.as_str())).collect()
}

fn no_project(root: &Path) -> Error {
    if root.join(WORKSPACE_FILE).is_file() {
        return Error::new("this is a workspace, and one project is wanted")
            .path(root)
            .why(format!("the folder has a {WORKSPACE_FILE} and no {PROJECT_FILE}"))
            .help(one_of(root));
    }
    let error = Error::new("there is no project here").path(root).why(format!("the folder has no {PROJECT_FILE}"));
    let above = root.canonicalize().ok().and_then(|root| find_root(root.parent()?).ok());
    match above {
        Some(above) => error.help(format!("did you mean the project around it, `{}`?", above.display())),
        None => error.help("name the folder of a project, or start one with `handoff init`"),
    }
}

/// What to name in place of a folder that cannot be read.
fn what_to_name(root: &Path) -> String {
    let holds_project = |folder: &Path| folder.join(PROJECT_FILE).is_file() || folder.join(WORKSPACE_FILE).is_file();
    let parent = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if root.is_file() && holds_project(parent) {
        return format!("name its folder: `{}`", parent.display());
    }
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| holds_project(&entry.path()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    let wanted = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match suggestion(&wanted, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{}`?", root.with_file_name(near).display()),
        None => format!("name the folder that holds {PROJECT_FILE}"),
    }
}

/// What to name in place of a workspace.
fn one_of(root: &Path) -> String {
    let members = workspace::open(root, &Unsaved::new()).map(|workspace| workspace.members).unwrap_or_default();
    let paths: Vec<String> = members.iter().take(5).map(|member| format!("`{}`", member.path)).collect();
    if paths.is_empty() {
        return "name the folder of one of its projects".to_owned();
    }
    format!("name the folder of one of its projects, such as {}", paths.join(", "))
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
        None if start.ancestors().any(|folder| folder.join(WORKSPACE_FILE).is_file()) => {
            let workspace = start.ancestors().find(|folder| folder.join(WORKSPACE_FILE).is_file());
            Err(no_project(workspace.unwrap_or(&start)))
        }
        None => Err(Error::new("there is no project here")
            .path(&start)
            .why(format!("neither this folder nor one above it has a {PROJECT_FILE}"))
            .help("name the folder of a project, or start one with `handoff init`")),
    }
}

/// The documents of a YAML text that another program reads, as far as we understand them.
#[must_use]
pub fn foreign_yaml(text: &str) -> Vec<Node> {
    let mut sources = Sources::default();
    let mut documents = Vec::new();
    let mut document = String::new();
    for line in text.lines().chain(["---"]) {
        if line.trim_end() != "---" {
            document.push_str(line);
            document.push('\n');
        } else if !document.trim().is_empty() {
            let text = std::mem::take(&mut document);
            let file = sources.add("", text.as_str());
            documents.extend(yaml::parse(&text, file, 0, &mut Vec::new()));
        }
    }
    documents
}

/// The checklists and document templates that are built in, for those who have no project yet.
#[must_use]
pub fn built_in() -> (Vec<Checklist>, BTreeMap<String, Template>) {
    let (mut reader, theme) = (Reader::new(Path::new(""), Unsaved::new()), Theme::default());
    let phrases = Phrases::read("documents", &mut reader, &theme, None);
    (checklists::of_program(&mut reader, &theme), theme::templates(&mut reader, &theme, None, &phrases))
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

/// The theme: files by path below `theme/`. What the project has goes before what its workspace has.
fn theme_files(reader: &mut Reader) -> BTreeMap<String, Vec<u8>> {
    let mut left = MAX_THEME;
    let mut files = BTreeMap::new();
    if let Some(folder) = reader.shared.clone().filter(|folder| !folder.is_empty()) {
        files = theme_in(reader, &format!("{folder}/theme"), &mut left);
        reader.shared_theme = files.keys().cloned().collect();
    }
    let own = theme_in(reader, "theme", &mut left);
    reader.shared_theme.retain(|path| !own.contains_key(path));
    files.extend(own);
    files
}

/// The files of a theme in a folder.
fn theme_in(reader: &mut Reader, folder: &str, left: &mut u64) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in reader.walk(folder) {
        let too_large = |path: &Path| path.metadata().is_ok_and(|data| data.len() > *left);
        if too_large(&reader.root().join(&path)) {
            let message = format!("with this file, `{folder}/` is larger than {}", megabytes(MAX_THEME));
            reader.unreadable(
                &path,
                &message,
                "keep only the files that the bundle needs, and smaller images and fonts",
            );
            continue;
        }
        let Some(bytes) = reader.bytes(&path, *left) else { continue };
        *left = left.saturating_sub(bytes.len() as u64);
        let below = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
        files.insert(below.to_owned(), bytes);
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
