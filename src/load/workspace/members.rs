//! The projects of a workspace: from the patterns in its file to folders, and what is wrong with them.

use super::{MAX_WORKSPACE, PROJECT_FILE, WORKSPACE_FILE, WorkspaceFile, text};
use crate::error::{Error, Result};
use crate::finding::{Finding, suggestion};
use crate::load::read::{Reader, read_limited};
use crate::load::{Unsaved, project, yaml};
use crate::model::node::{FromNode, INVALID_FIELD, Located, MISSING_FIELD, Node, Value, shorten};
use crate::model::value::Text;
use crate::source::{Sources, Span};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::WalkDir;

/// The folders of a project that hold what it is made from.
const PARTS: [&str; 4] = ["docs", "records", "checklists", "theme"];

/// A workspace: its projects, and what is wrong with its file.
#[derive(Debug)]
pub struct Workspace {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// The projects, sorted by path. One that is listed in a wrong way is none of them.
    pub members: Vec<Member>,
    /// The text of the workspace file.
    pub sources: Sources,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// A project of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its folder from that of the workspace, with `/`; `.` for the same.
    pub path: String,
    /// The entry that names it.
    span: Span,
}

/// Reads the workspace file in a folder.
///
/// # Errors
/// If there is none. Everything else is a finding.
pub fn open(root: &Path, unsaved: &Unsaved) -> Result<Workspace> {
    if !unsaved.contains_key(WORKSPACE_FILE) && !root.join(WORKSPACE_FILE).is_file() {
        return Err(Error::new("there is no workspace here")
            .path(root)
            .why(format!("the folder has no {WORKSPACE_FILE}"))
            .help(format!("name the folder of a workspace, or list its projects in a {WORKSPACE_FILE}")));
    }
    let mut reader = Reader::new(root, unsaved.clone());
    let members = read(&mut reader).unwrap_or_default();
    let Reader { root, sources, mut findings, .. } = reader;
    findings.sort_by_key(Finding::span);
    Ok(Workspace { root, members, sources, findings })
}

fn read(reader: &mut Reader) -> Option<Vec<Member>> {
    let file = reader.text(WORKSPACE_FILE, MAX_WORKSPACE)?;
    let text = Arc::clone(&reader.sources.file(file).text);
    let tree = yaml::parse(&text, file, 0, &mut reader.findings)?;
    if tree.value == Value::Null {
        let finding = Finding::error(MISSING_FIELD, "the workspace file is empty");
        let help = "name the projects: `projects:`, and below it lines such as `- services/*`";
        reader.findings.push(finding.at(Span::start_of(file), "nothing but white space and comments").help(help));
        return None;
    }
    project::check_format(&tree, &mut reader.findings);
    let workspace = WorkspaceFile::from_node(&tree, &mut reader.findings)?;
    project::check_unique_in(&WorkspaceFile::shape(), &tree, &mut reader.findings);
    if workspace.projects.is_empty() && tree.get("projects").is_none_or(|node| node.value == Value::Null) {
        let finding = Finding::error(MISSING_FIELD, "the workspace names no projects");
        let at = tree.get("projects").map_or(tree.span, |node| node.span);
        reader.findings.push(
            finding.at(at, "needs `projects`").help("add `projects:`, and below it lines such as `- services/*`"),
        );
    }
    check_people(&tree, &workspace, &mut reader.findings);
    let mut members = Vec::new();
    for written in &workspace.projects {
        match expand(reader.root(), written.as_str()) {
            Ok(paths) => members.extend(paths.into_iter().map(|path| Member { path, span: written.span })),
            Err(refusal) => reader.findings.push(refusal.finding(written)),
        }
    }
    members.sort_by(|a, b| (&a.path, a.span).cmp(&(&b.path, b.span)));
    Some(without_clashes(reader, members))
}

/// A contact stands in for another one that there is.
fn check_people(tree: &Node, workspace: &WorkspaceFile, findings: &mut Vec<Finding>) {
    let known: Vec<&str> = workspace.contacts.iter().map(|contact| contact.id.as_str()).collect();
    for backup in workspace.contacts.iter().filter_map(|contact| contact.backup.as_ref()) {
        if known.contains(&backup.as_str()) || tree.get("contacts").is_none() {
            continue;
        }
        let finding =
            Finding::error(crate::load::UNKNOWN_CONTACT, format!("there is no contact `{}`", backup.as_str()));
        let finding = finding.at(backup.span, "nobody has this id");
        findings.push(match suggestion(backup.as_str(), known.iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("add the contact to `contacts` of the workspace, or name another"),
        });
    }
}

/// Why an entry of `projects` names no project.
struct Refusal {
    why: String,
    help: String,
}

impl Refusal {
    fn new(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self { why: why.into(), help: help.into() }
    }

    fn finding(self, written: &Located<Text>) -> Finding {
        let message = format!("`{}` names no project: {}", shorten(written.as_str()), self.why);
        Finding::error(INVALID_FIELD, message).at(written.span, self.why).help(self.help)
    }
}

/// The parts of a pattern, without `.` and what is empty.
fn parts(pattern: &str) -> Vec<&str> {
    pattern.split('/').filter(|part| !matches!(*part, "" | ".")).collect()
}

/// Whether a pattern of the workspace file means a project, by its path from the workspace.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (parts(pattern), parts(path));
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(pattern, name)| is_like(pattern, name))
}

/// Whether a name is as a pattern has it; `*` stands for anything, but not for a dot at the beginning.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    if start.is_empty() && name.starts_with('.') {
        return false;
    }
    let Some(left) = name.strip_prefix(start) else { return false };
    (0..=left.len()).filter(|at| left.is_char_boundary(*at)).any(|at| is_like_rest(rest, &left[at..]))
}

fn is_like_rest(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|left| {
            (0..=left.len()).filter(|at| left.is_char_boundary(*at)).any(|at| is_like_rest(rest, &left[at..]))
        }),
    }
}

/// The projects that an entry means, by path from the workspace.
fn expand(root: &Path, written: &str) -> std::result::Result<Vec<String>, Refusal> {
    let inside = "name a folder below the workspace by its path from there, such as `services/portal` or `services/*`";
    if Path::new(written).is_absolute() || written.contains('\\') {
        return Err(Refusal::new("it is no relative path", inside));
    }
    let pattern = parts(written);
    if pattern.contains(&"..") {
        let help = format!("put {WORKSPACE_FILE} into a folder above all of its projects");
        return Err(Refusal::new("it leads out of the workspace", help));
    }
    if pattern.iter().any(|part| part.contains("**") || part.contains(['?', '[', '{'])) {
        return Err(Refusal::new("only `*` stands for something, within one name", inside));
    }
    if !written.contains('*') {
        let path = if pattern.is_empty() { ".".to_owned() } else { pattern.join("/") };
        return one(root, &path).map(|()| vec![path]);
    }
    let mut folders = vec![String::new()];
    for part in &pattern {
        folders = folders.iter().flat_map(|folder| step(root, folder, part)).collect();
    }
    let mut found: Vec<String> =
        folders.into_iter().filter(|path| root.join(path).join(PROJECT_FILE).is_file()).collect();
    found.sort();
    if found.is_empty() {
        let why = format!("no folder like this has a {PROJECT_FILE}");
        return Err(Refusal::new(why, "correct the pattern, or start a project there with `handoff init DIR`"));
    }
    Ok(found)
}

/// The folders below a folder whose name is as a part of a pattern has it.
fn step(root: &Path, folder: &str, part: &str) -> Vec<String> {
    let joined = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    if !part.contains('*') {
        return vec![joined(part)];
    }
    // Links are not followed: nothing leads out, and nothing in a circle.
    let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| is_like(part, name)).map(|name| joined(&name)).collect()
}

/// Whether a folder is a project of the workspace.
fn one(root: &Path, path: &str) -> std::result::Result<(), Refusal> {
    let full = root.join(path);
    let Ok(real) = full.canonicalize() else {
        return Err(match near(root, path) {
            Some(near) => Refusal::new("there is no such folder", format!("did you mean `{near}`?")),
            None => Refusal::new(
                "there is no such folder",
                "correct the path, which is seen from the folder of the workspace",
            ),
        });
    };
    if root.canonicalize().is_ok_and(|root| !real.starts_with(root)) {
        let help = "put the project itself into the workspace, in place of the link";
        return Err(Refusal::new("a link leads out of the workspace", help));
    }
    if real.join(PROJECT_FILE).is_file() {
        return Ok(());
    }
    if path == "." {
        let help = "name the folders of its projects; `.` is right where one lies in the same folder";
        return Err(Refusal::new("a workspace cannot be a part of itself", help));
    }
    if real.join(WORKSPACE_FILE).is_file() {
        let help = format!("list the projects themselves, such as `{path}/*`");
        return Err(Refusal::new("it is a workspace itself, and workspaces do not hold others", help));
    }
    if real.is_file() {
        return Err(Refusal::new("it is a file", "name the folder that the project is in"));
    }
    let help = format!("start a project there with `handoff init {path}`, or take the line out");
    Err(Refusal::new(format!("the folder has no {PROJECT_FILE}"), help))
}

/// The folder beside a path that does not exist whose name is nearest.
fn near(root: &Path, path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let entries = std::fs::read_dir(root.join(folder)).ok()?.flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let near = suggestion(name, names.iter().map(String::as_str))?;
    Some(if folder.is_empty() { near.to_owned() } else { format!("{folder}/{near}") })
}

/// Tells projects that are listed twice or have the same id, and leaves them out.
fn without_clashes(reader: &mut Reader, members: Vec<Member>) -> Vec<Member> {
    let mut folders: BTreeMap<PathBuf, (String, Span)> = BTreeMap::new();
    let mut ids: BTreeMap<String, (String, Span)> = BTreeMap::new();
    let mut kept = Vec::new();
    for member in members {
        let full = reader.root().join(&member.path);
        let real = full.canonicalize().unwrap_or_else(|_| full.clone());
        let entry = (member.path.clone(), member.span);
        if let Some((first, at)) = folders.get(&real) {
            let message = format!("the project `{first}` is listed twice");
            let finding = Finding::error(INVALID_FIELD, message).at(member.span, "again").at(*at, "first here");
            reader.findings.push(finding.help("keep one of the two entries"));
            continue;
        }
        folders.insert(real, entry.clone());
        let Some(id) = project_id(&full) else {
            kept.push(member);
            continue;
        };
        if let Some((first, at)) = ids.get(&id) {
            let message = format!(
                "`{first}` and `{}` both have the id `{id}`, so their bundles would have the same name",
                member.path
            );
            let finding =
                Finding::error(INVALID_FIELD, message).at(member.span, "the same id").at(*at, "the other one");
            reader.findings.push(finding.help(format!("give one of them another `project.id` in its {PROJECT_FILE}")));
            continue;
        }
        ids.insert(id, entry);
        kept.push(member);
    }
    kept
}

/// The id of the project in a folder, if its project file can be read that far.
#[must_use]
pub fn project_id(root: &Path) -> Option<String> {
    let bytes = read_limited(&root.join(PROJECT_FILE), MAX_WORKSPACE).ok().flatten()?;
    let text_of_file = String::from_utf8(bytes).ok()?;
    let mut sources = Sources::default();
    let file = sources.add(PROJECT_FILE, text_of_file.as_str());
    let tree = yaml::parse(&text_of_file, file, 0, &mut Vec::new())?;
    Some(text(tree.get("project")?.get("id")?)?.to_owned()).filter(|id| !id.is_empty())
}

/// About how much work a project is: the bytes of what it is made from.
#[must_use]
pub fn size(root: &Path) -> u64 {
    let parts = PARTS.iter().map(|part| root.join(part)).chain([root.join(PROJECT_FILE)]);
    let files = parts.flat_map(|part| WalkDir::new(part).follow_links(false)).filter_map(std::result::Result::ok);
    files.filter(|entry| entry.file_type().is_file()).filter_map(|entry| Some(entry.metadata().ok()?.len())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_a_part_of_one_name() {
        for (pattern, path) in [
            ("services/*", "services/portal"),
            ("services/p*l", "services/portal"),
            ("./services//*", "services/portal"),
            ("*/api-*-v2", "a/api-x-v2"),
            ("*", "portal"),
            (".", "."),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("services/*", "services/a/b"),
            ("services/*", "services"),
            ("*", ".hidden"),
            ("p*x", "portal"),
            ("a*a", "a"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
