//! The workspace: which projects it has, and what a project takes from it.
//!
//! A project is complete before anything else looks at it: contacts, look and checklists of its workspace are
//! put into it here, each value with its place in the file that it comes from.

mod members;

use super::read::{Reader, read_limited};
use super::references::references;
use super::{PROJECT_FILE, sources, yaml};
use crate::finding::Finding;
use crate::model::fragment::Fragment;
use crate::model::loaded::resolve_path;
use crate::model::node::{FromNode, INVALID_FIELD, Key, Node, Value, shorten};
use crate::model::project::{Contact, Project};
use crate::model::value::ContactRef;
use crate::model::workspace::{Shared, WORKSPACE_FILE, WorkspaceFile};
use crate::source::Span;
pub use members::{Member, Workspace, open, project_id, size};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The largest workspace file that is read; the YAML itself has a limit of its own.
const MAX_WORKSPACE: u64 = 16 << 20;
/// The largest picture of the shared look.
const MAX_PICTURE: u64 = 32 << 20;

/// The workspace of a project, as far as it could be read.
#[derive(Debug, Default)]
pub(super) struct Common {
    /// What the other stages know of it.
    pub(super) shared: Shared,
    /// The shared contacts, in their order.
    contacts: Vec<Node>,
}

/// Puts what the project takes from its workspace into the tree of the project file.
pub(super) fn join(reader: &mut Reader, tree: &mut Node) -> Common {
    let Some((folder, file)) = find(reader, tree) else { return Common::default() };
    let mut common =
        Common { shared: Shared { folder: Some(folder.clone()), ..Shared::default() }, ..Common::default() };
    let Some(node) = file else { return common };
    common.contacts = list(&node, "contacts").to_vec();
    let id = |contact: &Node| Some((text(contact.get("id")?)?.to_owned(), contact.get("id")?.span));
    common.shared.people = common.contacts.iter().filter_map(id).collect();
    override_contacts(tree, &common.contacts);
    if let Some(choice) = node.get("checklist") {
        add(tree, "checklist", choice);
    }
    if let Some(theme) = node.get("theme") {
        let theme = with_pictures(reader, theme, &folder, &mut common.shared.pictures);
        match entry(tree, "theme") {
            Some(own) => complete(own, &theme),
            None => add(tree, "theme", &theme),
        }
    }
    common
}

/// The folder of the workspace that the project names, from the project's root, and the tree of its file.
fn find(reader: &mut Reader, tree: &Node) -> Option<(String, Option<Node>)> {
    let node = tree.get("workspace")?;
    let written = text(node)?.to_owned();
    let path = resolve_path("", &format!("/{written}")).unwrap_or_default();
    if let Some(why) = refusal(reader, &written, &path) {
        let message = format!("`{}` cannot be used as the workspace: {why}", shorten(&written));
        let help =
            format!("write its path as it is seen from the folder of handoff.yaml, such as `../{WORKSPACE_FILE}`");
        reader.findings.push(Finding::error(INVALID_FIELD, message).at(node.span, why).help(help));
        return None;
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let Some(file) = reader.text(&path, MAX_WORKSPACE) else { return Some((folder, None)) };
    let source = Arc::clone(&reader.sources.file(file).text);
    let workspace = yaml::parse(&source, file, 0, &mut reader.findings)?;
    if !lists(&workspace, reader.root(), &folder) {
        let finding = Finding::error(INVALID_FIELD, "the workspace does not list this project")
            .at(node.span, "this workspace")
            .at(workspace.get("projects").map_or(Span::start_of(file), |node| node.span), "not among these");
        let help = match below(reader.root(), &folder) {
            Some(name) => format!("add `{name}` to `projects` in {path}, or take `workspace` out"),
            None => "name the workspace file in a folder above the project".to_owned(),
        };
        reader.findings.push(finding.help(help));
        return None;
    }
    Some((folder, Some(workspace)))
}

/// Why a file is not taken for the workspace, if it is not.
fn refusal(reader: &Reader, written: &str, path: &str) -> Option<String> {
    if Path::new(written).is_absolute() || written.contains('\\') {
        return Some("it is no relative path".to_owned());
    }
    if path.rsplit('/').next() != Some(WORKSPACE_FILE) {
        return Some(format!("the file is called {WORKSPACE_FILE}"));
    }
    if reader.unsaved.contains_key(path) {
        return None;
    }
    let Ok(real) = reader.root().join(path).canonicalize() else { return Some("there is no such file".to_owned()) };
    let repository = sources::repository(reader.root());
    // Where git looks after nothing, the workspace vouches for the project by listing it.
    let bounded = repository.join(".git").exists();
    (bounded && !real.starts_with(&repository)).then(|| "it leads out of the repository".to_owned())
}

/// Whether a workspace lists the project at `root`.
fn lists(workspace: &Node, root: &Path, folder: &str) -> bool {
    let Some(name) = below(root, folder) else { return false };
    list(workspace, "projects").iter().filter_map(text).any(|pattern| members::matches(pattern, &name))
}

/// The project's folder as the workspace sees it, `.` for the same.
fn below(root: &Path, folder: &str) -> Option<String> {
    let workspace = root.join(folder).canonicalize().ok()?;
    let root = root.canonicalize().ok()?;
    let below = root.strip_prefix(workspace).ok()?;
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/")).map(|path| if path.is_empty() { ".".to_owned() } else { path })
}

/// What contacts of the project say goes before what the workspace says of the same people.
fn override_contacts(tree: &mut Node, shared: &[Node]) {
    let Some(Node { value: Value::List(own), .. }) = entry(tree, "contacts") else { return };
    for contact in own {
        let id = contact.get("id").and_then(text).map(str::to_owned);
        let same = |other: &&Node| id.is_some() && other.get("id").and_then(text) == id.as_deref();
        if let Some(other) = shared.iter().find(same) {
            complete(contact, other);
        }
    }
}

/// Adds the shared contacts that a project refers to and does not have itself.
pub(super) fn add_contacts(
    common: &Common,
    project: &mut Option<Project>,
    tree: &mut Option<Node>,
    (fragments, people): (&[Fragment], &[(String, Span)]),
    reader: &mut Reader,
) {
    let (Some(project), Some(tree), false) = (project, tree, common.contacts.is_empty()) else { return };
    let mut wanted: BTreeSet<String> =
        references::<ContactRef>(tree).into_iter().map(|(id, _)| id.to_owned()).collect();
    wanted.extend(people.iter().map(|(id, _)| id.clone()));
    wanted.extend(fragments.iter().filter_map(|fragment| Some(fragment.front.owner.as_ref()?.to_string())));
    for (id, _) in &common.shared.people {
        let named = format!("contacts.{id}.");
        if fragments.iter().any(|fragment| reader.sources.text(fragment.file).contains(&named)) {
            wanted.insert(id.clone());
        }
    }
    let by_id: BTreeMap<&str, &Node> =
        common.contacts.iter().filter_map(|node| Some((text(node.get("id")?)?, node))).collect();
    let mut known: BTreeSet<String> = project.contacts.iter().map(|contact| contact.id.to_string()).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    // Whoever stands in for a person who is taken is taken too.
    while let Some(id) = wanted.pop_first() {
        let Some(node) = by_id.get(id.as_str()).filter(|_| known.insert(id.clone())) else { continue };
        wanted.extend(node.get("backup").and_then(text).map(str::to_owned));
        taken.insert(id);
    }
    let nodes: Vec<Node> = common
        .contacts
        .iter()
        .filter(|node| node.get("id").and_then(text).is_some_and(|id| taken.remove(id)))
        .cloned()
        .collect();
    project.contacts.extend(nodes.iter().filter_map(|node| Contact::from_node(node, &mut reader.findings)));
    match entry(tree, "contacts") {
        Some(Node { value: Value::List(own), .. }) => own.extend(nodes),
        Some(_) => {}
        None => {
            let Some(first) = nodes.first() else { return };
            let list = Node { value: Value::List(nodes.clone()), span: first.span };
            add(tree, "contacts", &list);
        }
    }
}

/// The look of the workspace with its pictures as they are seen from the project.
fn with_pictures(reader: &mut Reader, theme: &Node, folder: &str, pictures: &mut BTreeMap<String, Vec<u8>>) -> Node {
    let mut theme = theme.clone();
    for key in ["logo", "logo_on_accent"] {
        let Some(node) = entry(&mut theme, key) else { continue };
        let Some(written) = text(node) else { continue };
        let inside = resolve_path("", written).filter(|path| !path.contains('\\'));
        let path = inside.map(|path| if folder.is_empty() { path } else { format!("{folder}/{path}") });
        let bytes =
            path.as_deref().and_then(|path| read_limited(&reader.root().join(path), MAX_PICTURE).ok().flatten());
        let Some((path, bytes)) = path.zip(bytes) else {
            let message = format!("there is no file `{}` that can be read in the workspace", shorten(written));
            let help =
                format!("name the file by its path from the folder of {WORKSPACE_FILE}, such as `theme/logo.svg`");
            reader.findings.push(Finding::error(INVALID_FIELD, message).at(node.span, "not there").help(help));
            take_out(&mut theme, key);
            continue;
        };
        node.value = Value::Text(path.clone());
        pictures.insert(path, bytes);
    }
    theme
}

/// Adds the entries that a mapping has and another one lacks.
fn complete(own: &mut Node, other: &Node) {
    let (Value::Map(own), Value::Map(other)) = (&mut own.value, &other.value) else { return };
    for (key, node) in other {
        if !own.iter().any(|(known, _)| known.name == key.name) {
            own.push((key.clone(), node.clone()));
        }
    }
}

/// Adds an entry unless there is one.
fn add(tree: &mut Node, key: &str, node: &Node) {
    if let Value::Map(entries) = &mut tree.value
        && !entries.iter().any(|(known, _)| known.name == key)
    {
        entries.push((Key { name: key.to_owned(), span: node.span }, node.clone()));
    }
}

fn take_out(tree: &mut Node, key: &str) {
    if let Value::Map(entries) = &mut tree.value {
        entries.retain(|(known, _)| known.name != key);
    }
}

fn entry<'a>(tree: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut tree.value {
        Value::Map(entries) => entries.iter_mut().find(|(known, _)| known.name == key).map(|(_, node)| node),
        _ => None,
    }
}

fn list<'a>(tree: &'a Node, key: &str) -> &'a [Node] {
    match tree.get(key) {
        Some(Node { value: Value::List(nodes), .. }) => nodes,
        _ => &[],
    }
}

fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Some(text.trim()),
        _ => None,
    }
}

/// Whether a file is a workspace file by its name.
#[must_use]
pub fn is_workspace_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == WORKSPACE_FILE)
}
