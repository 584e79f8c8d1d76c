//! Checklists that are made from another one: `extends`, `only`, `without`.

use super::super::INVALID_CHECKLIST;
use crate::finding::{Finding, suggestion};
use crate::model::checklist::{Checklist, ChecklistDocument, Group, Item};
use crate::model::node::{Located, shorten};
use crate::model::value::Text;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// All checklists by id, each with what it takes from another. An own one may extend the built-in one whose
/// place it takes.
pub(super) fn resolve(
    built_in: BTreeMap<String, Checklist>,
    own: BTreeMap<String, Checklist>,
    findings: &mut Vec<Finding>,
) -> Vec<Checklist> {
    let mut shelf = Shelf { built_in, own };
    let ids: BTreeSet<String> = shelf.built_in.keys().chain(shelf.own.keys()).cloned().collect();
    let mut made: BTreeMap<&String, Checklist> = BTreeMap::new();
    for id in &ids {
        if let Some(Cow::Owned(checklist)) = shelf.whole(id, shelf.own.contains_key(id), findings) {
            made.insert(id, checklist);
        }
    }
    // What is as it was written need not be copied.
    let mut take = |id| made.remove(id).or_else(|| shelf.own.remove(id)).or_else(|| shelf.built_in.remove(id));
    ids.iter().filter_map(&mut take).collect()
}

/// The checklists as they were written.
struct Shelf {
    built_in: BTreeMap<String, Checklist>,
    own: BTreeMap<String, Checklist>,
}

impl Shelf {
    /// The checklist of an id: the project's own, or the built-in one.
    fn get(&self, id: &str, own: bool) -> Option<&Checklist> {
        if own { self.own.get(id) } else { self.built_in.get(id) }
    }

    /// The one that a checklist extends, and whether that is the project's own. Under its own name there is only
    /// the built-in one to extend.
    fn base<'a>(&'a self, id: &str, own: bool) -> Option<(&'a str, bool)> {
        let base = self.get(id, own)?.extends.as_ref()?.as_str();
        Some((base, own && base != id && self.own.contains_key(base)))
    }

    /// Whether a checklist is made from itself, in however many steps.
    fn is_circular(&self, id: &str, own: bool) -> bool {
        let mut at = self.base(id, own);
        for _ in 0..=self.own.len() + self.built_in.len() {
            match at {
                Some(next) if next == (id, own) => return true,
                Some((next, own)) => at = self.base(next, own),
                None => return false,
            }
        }
        // It leads into a circle of others.
        true
    }

    /// A checklist with all that it takes from others.
    fn whole(&self, id: &str, own: bool, findings: &mut Vec<Finding>) -> Option<Cow<'_, Checklist>> {
        let checklist = self.get(id, own)?;
        let (Some(written), Some((base, base_is_own))) = (&checklist.extends, self.base(id, own)) else {
            findings.extend(without_base(checklist));
            return Some(Cow::Borrowed(checklist));
        };
        let nothing_below = base == id && !self.built_in.contains_key(id);
        if nothing_below || self.is_circular(id, own) {
            findings.push(
                Finding::error(INVALID_CHECKLIST, format!("the checklist `{id}` is made from itself"))
                    .at(written.span, "leads back here")
                    .help("let it extend another one, such as `delivery`"),
            );
            return Some(Cow::Borrowed(checklist));
        }
        // What is wrong with the other one is told where it is resolved for itself.
        let Some(found) = self.whole(base, base_is_own, &mut Vec::new()) else {
            let ids: BTreeSet<&str> = self.built_in.keys().chain(self.own.keys()).map(String::as_str).collect();
            findings.push(unknown(base, &ids, id).at(written.span, "not known"));
            return Some(Cow::Borrowed(checklist));
        };
        Some(Cow::Owned(extended(checklist, &found, findings)))
    }
}

fn unknown(base: &str, ids: &BTreeSet<&str>, id: &str) -> Finding {
    let finding = Finding::error(INVALID_CHECKLIST, format!("there is no checklist `{}`", shorten(base)));
    match suggestion(base, ids.iter().copied().filter(|other| *other != id)) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("there are: {}", ids.iter().copied().collect::<Vec<_>>().join(", "))),
    }
}

/// `only` and `without` mean nothing where nothing is extended.
fn without_base(checklist: &Checklist) -> Option<Finding> {
    let first = checklist.only.first().or(checklist.without.first())?;
    Some(
        Finding::error(INVALID_CHECKLIST, "`only` and `without` choose from another checklist, and none is named")
            .at(first.span, "from which?")
            .help("add `extends: delivery`, or the id of another checklist"),
    )
}

/// A checklist with what it takes from its base.
fn extended(checklist: &Checklist, base: &Checklist, findings: &mut Vec<Finding>) -> Checklist {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (_, document) in base.documents() {
        names.insert(document.document.to_string());
        names.extend(document.items.iter().map(|item| item.id.to_string()));
    }
    for name in checklist.only.iter().chain(&checklist.without).filter(|name| !names.contains(name.as_str())) {
        let message = format!("the checklist `{}` has no document or item `{}`", base.id, shorten(name.as_str()));
        let finding = Finding::error(INVALID_CHECKLIST, message).at(name.span, "not known");
        findings.push(match suggestion(name.as_str(), names.iter().map(String::as_str)) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("name a document such as `runbook`, or an item such as `runbook.logs`"),
        });
    }
    let named = |names: &[Located<Text>], document: &str, item: &str| {
        names.iter().any(|name| name.as_str() == document || name.as_str() == item)
    };
    let chosen = |document: &ChecklistDocument| {
        let kind = document.document.as_str();
        let wanted = |item: &&Item| {
            let id = item.id.as_str();
            let wanted = checklist.only.is_empty() || named(&checklist.only, kind, id);
            wanted && !named(&checklist.without, kind, id)
        };
        let items = document.items.iter().filter(wanted).cloned().collect();
        let ChecklistDocument { document, stage, when, internal, items: _, span } = document;
        ChecklistDocument {
            document: document.clone(),
            stage: *stage,
            when: *when,
            internal: *internal,
            items,
            span: *span,
        }
    };
    let chosen = |group: &Group| {
        let documents = group.documents.iter().map(chosen).collect();
        Group { id: group.id.clone(), title: group.title.clone(), documents, span: group.span }
    };
    let mut groups: Vec<Group> = base.groups.iter().map(chosen).collect();
    for group in &checklist.groups {
        match groups.iter_mut().find(|other| other.id.value == group.id.value) {
            Some(other) => merge(other, group),
            None => groups.push(group.clone()),
        }
    }
    for group in &mut groups {
        group.documents.retain(|document| !document.items.is_empty());
    }
    groups.retain(|group| !group.documents.is_empty());
    Checklist { groups, ..checklist.clone() }
}

/// Adds a group to one of the same id: documents and items of the same id take the place of those that are there.
fn merge(group: &mut Group, own: &Group) {
    group.title.clone_from(&own.title);
    for document in &own.documents {
        match group.documents.iter_mut().find(|other| other.document.value == document.document.value) {
            Some(other) => merge_document(other, document),
            None => group.documents.push(document.clone()),
        }
    }
}

fn merge_document(document: &mut ChecklistDocument, own: &ChecklistDocument) {
    let mut items = std::mem::take(&mut document.items);
    for item in &own.items {
        match items.iter_mut().find(|other| other.id.value == item.id.value) {
            Some(other) => *other = item.clone(),
            None => items.push(item.clone()),
        }
    }
    *document = ChecklistDocument { items, ..own.clone() };
}
