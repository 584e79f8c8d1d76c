//! References from one place of a project to another: contacts, checklist items, severities, tiers,
//! sessions, kinds of documents. Judged once everything has been read.

mod records;
mod sign_off;

use super::{UNKNOWN_CONTACT, UNKNOWN_ID, UNKNOWN_ITEM, project};
use crate::finding::{Finding, suggestion};
use crate::model::checklist::Checklist;
use crate::model::loaded::Loaded;
use crate::model::node::{FromNode, Located, Node, Scalar, Shape, Value, shorten};
use crate::model::project::Project;
use crate::model::value::{ContactRef, ItemRef};
use crate::source::Span;
use crate::theme::Theme;
use std::collections::{BTreeMap, BTreeSet};

/// Reports every reference that leads nowhere.
pub(super) fn check(loaded: &Loaded, theme: &Theme) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let (Some(project), Some(tree)) = (&loaded.project, &loaded.tree) {
        contacts(loaded, project, tree, &mut findings);
        ids(loaded, project, theme, &mut findings);
        records::check(loaded, project, theme, &mut findings);
        sign_off::check(loaded, project, &mut findings);
    }
    items(loaded, &mut findings);
    findings
}

fn contacts(loaded: &Loaded, project: &Project, tree: &Node, findings: &mut Vec<Finding>) {
    let known: BTreeMap<&str, Span> =
        project.contacts.iter().map(|contact| (contact.id.as_str(), contact.id.span)).collect();
    // Whoever is named is taken from the workspace, if the workspace knows them.
    let shared: BTreeMap<&str, Span> = loaded.shared.people.iter().map(|(id, span)| (id.as_str(), *span)).collect();
    let known: BTreeMap<&str, Span> = shared.into_iter().chain(known).collect();
    let mut found = references::<ContactRef>(tree);
    found.extend(loaded.records.people());
    let owners = loaded.fragments.iter().filter_map(|fragment| fragment.front.owner.as_ref());
    found.extend(owners.map(|owner| (owner.as_str(), owner.span)));
    for (id, span) in found {
        if id.is_empty() || known.contains_key(id) {
            continue;
        }
        let finding =
            Finding::error(UNKNOWN_CONTACT, format!("there is no contact `{id}`")).at(span, "nobody has this id");
        findings.push(match suggestion(id, known.keys().copied().filter(|id| !id.is_empty())) {
            Some(near) => finding.at(known[near], "this one is near").help(format!("did you mean `{near}`?")),
            None => {
                finding.help(format!("add a contact with `id: {id}` to `contacts` in handoff.yaml, or name another"))
            }
        });
    }
}

/// All well-formed references of a type in the project file, with their places.
pub(super) fn references<T: Scalar>(tree: &Node) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    project::walk(&<Project as FromNode>::shape(), tree, &mut |shape, node| {
        let is_wanted = matches!(shape, Shape::Scalar { name, .. } if *name == T::NAME);
        if let (true, Value::Text(text) | Value::Number(text)) = (is_wanted, &node.value)
            && T::parse(text.trim()).is_ok()
        {
            found.push((text.trim(), node.span));
        }
    });
    found
}

/// Item ids are judged against all checklists: which one applies is chosen only when checking.
fn items(loaded: &Loaded, findings: &mut Vec<Finding>) {
    let documents = || loaded.checklists.iter().flat_map(Checklist::documents).map(|(_, document)| document);
    let items: BTreeSet<&str> = documents().flat_map(|document| &document.items).map(|item| item.id.as_str()).collect();
    if items.is_empty() {
        return;
    }
    let mut found = loaded.tree.as_ref().map(references::<ItemRef>).unwrap_or_default();
    let attested = loaded.records.statements.iter().flat_map(|record| &record.items);
    let covered = loaded.fragments.iter().flat_map(|fragment| &fragment.front.covers);
    found.extend(attested.chain(covered).map(|item| (item.as_str(), item.span)));
    for (id, span) in found {
        if !items.contains(id) {
            findings.push(unknown_item(id, span, &items));
        }
    }
    let kinds: BTreeSet<&str> = documents().map(|document| document.document.as_str()).collect();
    let all: BTreeSet<&str> = items.union(&kinds).copied().collect();
    let declared = loaded.project.iter().flat_map(|project| &project.not_applicable).map(|entry| &entry.item);
    for item in declared.filter(|item| !item.as_str().is_empty()) {
        if !all.contains(item.as_str()) {
            findings.push(unknown_item(item.as_str(), item.span, &all));
        }
    }
}

fn unknown_item(id: &str, span: Span, known: &BTreeSet<&str>) -> Finding {
    let finding =
        Finding::error(UNKNOWN_ITEM, format!("no checklist has an item `{}`", shorten(id))).at(span, "not known");
    if let Some(near) = suggestion(id, known.iter().copied()) {
        return finding.help(format!("did you mean `{near}`?"));
    }
    let document = id.split('.').next().unwrap_or(id);
    let siblings: Vec<_> = known.iter().copied().filter(|item| item.split('.').next() == Some(document)).collect();
    if siblings.is_empty() {
        finding.help("`handoff check --list` lists the items of the checklist")
    } else {
        finding.help(format!("known for `{}`: {}", shorten(document), siblings.join(", ")))
    }
}

/// A kind of thing that has ids.
struct Ids<'a> {
    /// What it is, in the singular.
    noun: &'static str,
    /// Where one is added.
    home: &'static str,
    known: BTreeMap<String, Option<Span>>,
    found: Vec<(&'a str, Span)>,
}

impl Ids<'_> {
    fn report(&self, findings: &mut Vec<Finding>) {
        for (id, span) in self.found.iter().filter(|(id, _)| !id.is_empty() && !self.known.contains_key(*id)) {
            let message = format!("there is no {} `{id}`", self.noun);
            let finding = Finding::error(UNKNOWN_ID, message).at(*span, "not known");
            let near = suggestion(id, self.known.keys().map(String::as_str));
            findings.push(match near.and_then(|near| Some((near, self.known.get(near)?))) {
                Some((near, Some(span))) => {
                    finding.at(*span, "this one is near").help(format!("did you mean `{near}`?"))
                }
                Some((near, None)) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!("add it {}, or name another one", self.home)),
            });
        }
    }
}

fn ids(loaded: &Loaded, project: &Project, theme: &Theme, findings: &mut Vec<Finding>) {
    let support = project.support.as_ref();
    let alerts = project.monitoring.iter().flat_map(|monitoring| &monitoring.alerts);
    let severities = support.into_iter().flat_map(|support| &support.severities);
    let place = |id: &Located<_>| Some(id.span);
    Ids {
        noun: "severity",
        home: "to `support.severities`",
        known: severities.clone().map(|severity| (severity.id.to_string(), place(&severity.id))).collect(),
        found: alerts.map(|alert| (alert.severity.as_str(), alert.severity.span)).collect(),
    }
    .report(findings);
    tiers(project, findings);
    let sessions = project.transfer.iter().flat_map(|transfer| &transfer.sessions);
    Ids {
        noun: "planned session",
        home: "to `transfer.sessions`",
        known: sessions.map(|session| (session.id.to_string(), place(&session.id))).collect(),
        found: loaded.records.sessions.iter().map(|held| (held.session.as_str(), held.session.span)).collect(),
    }
    .report(findings);
    let delivered = project.deliverables.iter().filter_map(|deliverable| deliverable.document.as_ref());
    Ids {
        noun: "kind of document",
        home: "as a fragment, `docs/<kind>.md`",
        known: document_kinds(loaded, theme).into_iter().map(|kind| (kind, None)).collect(),
        found: delivered.map(|document| (document.as_str(), document.span)).collect(),
    }
    .report(findings);
}

/// Severities name a tier by its level.
fn tiers(project: &Project, findings: &mut Vec<Finding>) {
    let Some(support) = &project.support else { return };
    let levels: BTreeSet<u32> = support.tiers.iter().map(|tier| tier.level.value.0).collect();
    for tier in support.severities.iter().filter_map(|severity| severity.tier) {
        let level = tier.value.0;
        if !levels.contains(&level) {
            let finding =
                Finding::error(UNKNOWN_ID, format!("there is no support tier {level}")).at(tier.span, "not known");
            let known = levels.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            findings.push(if levels.is_empty() {
                finding.help(format!("add a tier with `level: {level}` to `support.tiers`"))
            } else {
                finding.help(format!("`support.tiers` has {known}"))
            });
        }
    }
}

/// All kinds of documents: those of the checklists, of the templates and of the fragments.
fn document_kinds(loaded: &Loaded, theme: &Theme) -> BTreeSet<String> {
    let documents = loaded.checklists.iter().flat_map(Checklist::documents);
    let listed = documents.map(|(_, document)| document.document.to_string());
    let templates = theme.list("documents").into_iter().filter_map(|path| {
        let name = path.strip_prefix("documents/")?.strip_suffix(".md")?.rsplit('/').next()?;
        Some(name.to_owned())
    });
    let written = loaded.fragments.iter().map(|fragment| fragment.document.clone());
    listed.chain(templates).chain(written).collect()
}
