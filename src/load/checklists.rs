//! The checklists: the built-in ones and the project's own, by id.

mod extension;

use super::read::Reader;
use super::{INVALID_CHECKLIST, built_in, yaml};
use crate::finding::Finding;
use crate::model::checklist::Checklist;
use crate::model::loaded::BUILT_IN;
use crate::model::node::{FromNode, Node};
use crate::source::{FileId, Span};
use crate::theme::Theme;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The largest checklist that is read.
const MAX_CHECKLIST: u64 = 1 << 20;

/// Reads all checklists, sorted by id; an own one replaces one of the workspace, and that a built-in one, of the
/// same id. Titles are in the project's language where it has them, and headings in it are among the headings of
/// the items.
pub(super) fn load(reader: &mut Reader, theme: &Theme, language: Option<&str>) -> Vec<Checklist> {
    let built_in = of_theme(reader, theme, language);
    let mut own = in_folder(reader, "checklists", language);
    if let Some(folder) = reader.shared.clone().filter(|folder| !folder.is_empty()) {
        for (id, checklist) in in_folder(reader, &format!("{folder}/checklists"), language) {
            own.entry(id).or_insert(checklist);
        }
    }
    let mut found = Vec::new();
    let checklists = extension::resolve(built_in, own, &mut found);
    // If `delivery` is not the built-in one, those that are made from it may lack some of what they name.
    let is_own =
        |finding: &Finding| finding.span().is_some_and(|span| !reader.sources.path(span.file).starts_with(BUILT_IN));
    found.retain(is_own);
    reader.findings.append(&mut found);
    checklists
}

/// The checklists in a folder, by id.
fn in_folder(reader: &mut Reader, folder: &str, language: Option<&str>) -> BTreeMap<String, Checklist> {
    let mut own: BTreeMap<String, Checklist> = BTreeMap::new();
    for path in reader.walk(folder).into_iter().filter(|path| is_yaml(path)) {
        let Some(file) = reader.text(&path, MAX_CHECKLIST) else { continue };
        let Some(checklist) = checklist(reader, file, language) else { continue };
        if let Some(first) = own.get(checklist.id.as_str()) {
            let message = format!("the id `{}` is taken by another checklist", checklist.id.as_str());
            let help = "give one of the two another id";
            reader.findings.push(again(message, checklist.id.span, first.id.span, help));
        } else {
            own.insert(checklist.id.as_str().to_owned(), checklist);
        }
    }
    own
}

/// The checklists of the theme as they are written, by id.
fn of_theme(reader: &mut Reader, theme: &Theme, language: Option<&str>) -> BTreeMap<String, Checklist> {
    let paths = theme.list("checklists").into_iter().filter(|path| is_yaml(path));
    let read = paths.filter_map(|path| {
        let checklist = theme_checklist(reader, theme, &path, language)?;
        Some((checklist.id.as_str().to_owned(), checklist))
    });
    read.collect()
}

/// The built-in checklists, for those who have no project.
pub(super) fn of_program(reader: &mut Reader, theme: &Theme) -> Vec<Checklist> {
    let built_in = of_theme(reader, theme, None);
    extension::resolve(built_in, BTreeMap::new(), &mut Vec::new())
}

/// A checklist of the theme: the user's own file, or the built-in one.
fn theme_checklist(reader: &mut Reader, theme: &Theme, path: &str, language: Option<&str>) -> Option<Checklist> {
    if theme.is_override(path) {
        let file = reader.text(&super::theme::shown_path(reader, theme, path), MAX_CHECKLIST)?;
        return checklist(reader, file, language);
    }
    let file = reader.sources.add(format!("{BUILT_IN}{path}"), theme.text(path)?);
    read(reader, &built_in::node(path, file)?, language)
}

fn is_yaml(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "yaml" | "yml"))
}

fn checklist(reader: &mut Reader, file: FileId, language: Option<&str>) -> Option<Checklist> {
    let text = Arc::clone(&reader.sources.file(file).text);
    let node = yaml::parse(&text, file, 0, &mut reader.findings)?;
    read(reader, &node, language)
}

fn read(reader: &mut Reader, node: &Node, language: Option<&str>) -> Option<Checklist> {
    let mut checklist = Checklist::from_node(node, &mut reader.findings)?;
    if let Some(language) = language {
        put_into(&mut checklist, language);
    }
    validate(&checklist, &mut reader.findings);
    // Without an id nobody can choose it; that it is missing has been told.
    (!checklist.id.as_str().is_empty()).then_some(checklist)
}

/// Puts titles and headings into the language of the project; those of the checklist still cover the items.
fn put_into(checklist: &mut Checklist, language: &str) {
    if let Some(title) = checklist.title_in.of(language) {
        checklist.title.clone_from(title);
    }
    let documents = checklist.groups.iter_mut().flat_map(|group| &mut group.documents);
    for item in documents.flat_map(|document| &mut document.items) {
        if let Some(title) = item.title_in.of(language) {
            let written = std::mem::replace(&mut item.title, title.clone());
            if item.is_text() || !item.headings.is_empty() {
                item.headings.push(written);
            }
        }
        // The project's own language comes first: its headings are those that are proposed.
        item.headings.splice(0..0, item.headings_in.of(language).cloned().collect::<Vec<_>>());
    }
}

/// Ids are unique, and every item belongs to the document in which it stands.
fn validate(checklist: &Checklist, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<(&str, &str), Span> = BTreeMap::new();
    let mut unique = |what, id, span, findings: &mut Vec<Finding>| {
        if str::is_empty(id) {
            return;
        }
        if let Some(first) = seen.get(&(what, id)) {
            findings.push(again(format!("the {what} `{id}` is here twice"), span, *first, "keep one of the two"));
        } else {
            seen.insert((what, id), span);
        }
    };
    for group in &checklist.groups {
        unique("group", group.id.as_str(), group.id.span, findings);
    }
    for (_, document) in checklist.documents() {
        let kind = document.document.as_str();
        unique("document", kind, document.document.span, findings);
        for item in &document.items {
            unique("item", item.id.as_str(), item.id.span, findings);
            let Some((of, short)) = item.id.as_str().split_once('.') else { continue };
            if of != kind && !kind.is_empty() {
                findings.push(
                    Finding::error(
                        INVALID_CHECKLIST,
                        format!("the item `{of}.{short}` stands under the document `{kind}`"),
                    )
                    .at(item.id.span, format!("not an item of `{kind}`"))
                    .at(document.document.span, "the document")
                    .help(format!("name it `{kind}.{short}`, or move it to the document `{of}`")),
                );
            }
        }
    }
}

fn again(message: String, span: Span, first: Span, help: &str) -> Finding {
    Finding::error(INVALID_CHECKLIST, message).at(span, "again").at(first, "first here").help(help)
}
