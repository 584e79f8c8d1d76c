//! What there is to refer to in a project: people, items, documents, severities, each with what is known
//! about it and where it stands.

use super::shapes::Refers;
use crate::check::rules::{RULES, page};
use crate::finding::Level;
use crate::model::checklist::{Checklist, Evidence, Item};
use crate::model::node::Scalar;
use crate::model::node::Shape;
use crate::model::project::{Contact, Project};
use crate::model::report::{ItemCoverage, State};
use crate::model::text::{plain, sections};
use crate::pipeline::Inspected;
use crate::source::Span;
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

/// Something that can be referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// What is written to refer to it.
    pub(super) id: String,
    /// What it is, in a few words.
    pub(super) title: String,
    /// What is known about it, in Markdown.
    pub(super) about: String,
    /// Where it stands, the most telling place first.
    pub(super) places: Vec<Span>,
}

impl Name {
    fn new(id: &dyn Display, title: &dyn Display, at: Option<Span>) -> Self {
        let (id, title) = (id.to_string(), title.to_string());
        Self { about: format!("**{title}**"), id, title, places: at.into_iter().collect() }
    }

    /// Adds a paragraph to what is known.
    fn and(mut self, paragraph: impl AsRef<str>) -> Self {
        self.about.push_str("\n\n");
        self.about.push_str(paragraph.as_ref());
        self
    }
}

/// Everything of a kind that can be referred to.
pub(super) fn all(kind: Refers, inspected: &Inspected) -> Vec<Name> {
    match kind {
        Refers::Item => items(inspected),
        Refers::ItemOrDocument => [items(inspected), documents(inspected)].concat(),
        Refers::Document => documents(inspected),
        Refers::Checklist => {
            let checklists = inspected.loaded.checklists.iter();
            checklists.map(|checklist| Name::new(&checklist.id, &checklist.title, None)).collect()
        }
        Refers::Rule => rules(),
        Refers::Issue => issues(inspected),
        Refers::Message => {
            let messages = inspected.loaded.messages.values();
            messages
                .map(|message| Name::new(&message.id, &message.front.title, None).and(message.front.sent.as_str()))
                .collect()
        }
        Refers::RunbookSection => runbook(inspected),
        _ => inspected.loaded.project.as_ref().map(|project| of_project(kind, project)).unwrap_or_default(),
    }
}

/// The one of a kind that an id means.
pub(super) fn find(kind: Refers, id: &str, inspected: &Inspected) -> Option<Name> {
    all(kind, inspected).into_iter().find(|name| name.id == id)
}

/// What the project file declares.
fn of_project(kind: Refers, project: &Project) -> Vec<Name> {
    let support = project.support.iter();
    match kind {
        Refers::Contact => project.contacts.iter().map(contact).collect(),
        Refers::Severity => {
            let severities = support.flat_map(|support| &support.severities);
            let name = |severity: &crate::model::project::Severity| {
                let times = format!("Answer in {}, solution in {}.", severity.response, severity.resolution);
                Name::new(&severity.id, &severity.name, Some(severity.id.span))
                    .and(severity.meaning.as_str())
                    .and(times)
            };
            severities.map(name).collect()
        }
        Refers::Tier => {
            let tiers = support.flat_map(|support| &support.tiers);
            let name = |tier: &crate::model::project::Tier| {
                Name::new(&tier.level.0, &tier.name, Some(tier.level.span)).and(tier.scope.as_str())
            };
            tiers.map(name).collect()
        }
        Refers::Session => {
            let sessions = project.transfer.iter().flat_map(|transfer| &transfer.sessions);
            let name = |session: &crate::model::project::Session| {
                let when = format!("{} at {}, {}.", session.date.value, session.start.value, session.length.value);
                Name::new(&session.id, &session.title, Some(session.id.span)).and(when)
            };
            sessions.map(name).collect()
        }
        Refers::Metric => {
            let gates = project.rollout.iter().flat_map(|rollout| &rollout.metrics);
            let of_gate = |metric: &crate::model::project::GateMetric| {
                let bounds = format!("Target {}, alarm {}.", metric.target.value, metric.alert.value);
                Name::new(&metric.id, &metric.name, Some(metric.id.span)).and(bounds)
            };
            let of_success = |metric: &crate::model::project::Metric| {
                Name::new(&metric.id, &metric.name, Some(metric.id.span))
                    .and(format!("Target {}.", metric.target.value))
            };
            gates.map(of_gate).chain(project.metrics.iter().map(of_success)).collect()
        }
        _ => Vec::new(),
    }
}

fn contact(contact: &Contact) -> Name {
    let title = format!("{}, {}", contact.name, contact.role);
    let mut lines = vec![format!("Side: {}", contact.party)];
    let mut add = |word: &str, text: Option<String>| lines.extend(text.map(|text| format!("{word}: {text}")));
    add("For", contact.responsible_for.as_ref().map(ToString::to_string));
    add("E-mail", contact.email.as_ref().map(ToString::to_string));
    add("Telephone", contact.phone.as_ref().map(ToString::to_string));
    add("Reached", contact.availability.as_ref().map(ToString::to_string));
    add("Backup", contact.backup.as_ref().map(ToString::to_string));
    let list: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
    Name::new(&contact.id, &title, Some(contact.id.span)).and(list.join("\n"))
}

/// The items of all checklists; those that were judged say how they stand.
fn items(inspected: &Inspected) -> Vec<Name> {
    let judged = inspected.report.coverage.iter().flat_map(|coverage| &coverage.items);
    let judged: BTreeMap<&str, &ItemCoverage> = judged.map(|item| (item.id.as_str(), item)).collect();
    let mut names: BTreeMap<&str, Name> = BTreeMap::new();
    for (_, document) in inspected.loaded.checklists.iter().flat_map(Checklist::documents) {
        for item in &document.items {
            let name = item_name(inspected, document.document.as_str(), item, judged.get(item.id.as_str()).copied());
            names.entry(item.id.as_str()).or_insert(name);
        }
    }
    names.into_values().collect()
}

fn item_name(inspected: &Inspected, document: &str, item: &Item, judged: Option<&ItemCoverage>) -> Name {
    let mut name = Name::new(&item.id, &item.title, None).and(format!("Item of `{document}`. {}", wanted(item)));
    if let Some(judged) = judged {
        name = name.and(format!("{} Due at the start of `{}`.", state(judged), judged.due));
        name.places.extend(judged.evidence.iter().filter_map(|found| found.span));
    }
    let is_own = |span: &Span| !inspected.loaded.sources.path(span.file).starts_with("built-in/");
    name.places.extend(Some(item.id.span).filter(is_own));
    if name.places.is_empty() {
        name.places = first_fragment(inspected, document);
    }
    name
}

/// What proves an item, in a sentence.
fn wanted(item: &Item) -> String {
    let Shape::Choice(words) = Evidence::shape() else { return String::new() };
    let kind = item.evidence.as_str();
    let doc = words.iter().find(|(word, _)| *word == kind).map_or(kind, |(_, doc)| doc.trim());
    let mut text = format!("It takes {doc}.");
    let headings: Vec<String> = item.headings.iter().map(|heading| format!("“{heading}”")).collect();
    if !headings.is_empty() {
        let _ = write!(text, " Headings that count: “{}”, {}.", item.title, headings.join(", "));
    }
    let data: Vec<String> = item.data.iter().map(|path| format!("`{path}`")).collect();
    if !data.is_empty() {
        let _ = write!(text, " Fields: {}.", data.join(", "));
    }
    text
}

fn state(judged: &ItemCoverage) -> String {
    let word = match judged.state {
        State::Met => "Met",
        State::Partial => "Partly there",
        State::Missing => "Missing",
        State::Waived => "Waived",
        State::NotApplicable => "Does not apply",
        State::NotDue => "Not due yet",
    };
    let why = if judged.remarks.is_empty() { String::new() } else { format!(": {}", judged.remarks.join("; ")) };
    format!("{word}{why}.")
}

/// The kinds of documents: those that are composed, and those that could be.
fn documents(inspected: &Inspected) -> Vec<Name> {
    let loaded = &inspected.loaded;
    let mut names: BTreeMap<String, Name> = BTreeMap::new();
    for document in &inspected.dossier.documents {
        let places = first_fragment(inspected, &document.kind);
        let name = Name::new(&document.kind, &document.title, None).and(&document.summary);
        names.insert(document.kind.clone(), Name { places, ..name });
    }
    for template in loaded.templates.values() {
        let name = || Name::new(&template.kind, &template.front.title, None).and(template.front.summary.as_str());
        names.entry(template.kind.clone()).or_insert_with(name);
    }
    for (_, document) in loaded.checklists.iter().flat_map(Checklist::documents) {
        let kind = document.document.as_str();
        names.entry(kind.to_owned()).or_insert_with(|| Name::new(&kind, &kind, None));
    }
    names.into_values().collect()
}

/// Where a document begins: its fragments, in their order.
fn first_fragment(inspected: &Inspected, kind: &str) -> Vec<Span> {
    let files = inspected.dossier.document(kind).into_iter().flat_map(|document| &document.fragments);
    files.map(|file| Span::start_of(*file)).collect()
}

/// All rules.
pub(super) fn rules() -> Vec<Name> {
    let rule = |rule: &crate::check::rules::Rule| {
        let level = match rule.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        let name = Name::new(&rule.slug, &rule.summary, None);
        let about = format!("**{}** ({level}): {}", rule.slug, rule.summary);
        Name { about, ..name }.and(explained(rule.slug))
    };
    RULES.iter().map(rule).collect()
}

/// What the page of a rule says beside its examples.
pub(super) fn explained(slug: &str) -> String {
    let Some(page) = page(slug) else { return String::new() };
    let section = |title: &str| {
        let (_, behind) = page.split_once(&format!("\n## {title}\n"))?;
        Some(behind.split("\n## ").next().unwrap_or(behind).trim())
    };
    let head = page.split("\n## ").next().unwrap_or_default();
    let head = head.split_once('\n').map_or("", |(_, text)| text).trim();
    let parts = [Some(head), section("Why it is bad"), section("How to mend it")];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn issues(inspected: &Inspected) -> Vec<Name> {
    let mut names: BTreeMap<&str, Name> = BTreeMap::new();
    for report in &inspected.loaded.records.issues {
        let summary = report.summary.as_ref().map_or("an issue", |summary| summary.as_str());
        let name = Name::new(&report.issue, &summary, Some(report.issue.span));
        let known = names.entry(report.issue.as_str()).or_insert_with(|| name.clone());
        if report.summary.is_some() {
            *known = name;
        }
    }
    names.into_values().collect()
}

/// The sections of the runbook, by the anchors of their headings.
fn runbook(inspected: &Inspected) -> Vec<Name> {
    let Some(runbook) = inspected.dossier.document("runbook") else { return Vec::new() };
    let sections = sections(&runbook.blocks);
    let names =
        sections.iter().map(|section| Name::new(&section.heading.id, &plain(&section.heading.content), section.span));
    names.collect()
}
