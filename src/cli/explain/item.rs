//! What an item of the checklist asks for, and what a kind of document is.

use crate::error::Result;
use crate::model::checklist::{Checklist, ChecklistDocument, Evidence, Group, Item, When};
use crate::model::node::{Scalar, Shape};
use crate::model::project::Stage;
use crate::model::report::{Coverage, ItemCoverage};
use crate::model::template::Template;
use crate::pipeline::{self, Options, Silent};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// What there is to explain.
pub(super) struct Known {
    /// All checklists.
    pub(super) checklists: Vec<Checklist>,
    /// The document templates, by kind.
    pub(super) templates: BTreeMap<String, Template>,
    /// What the project has of the delivery checklist, with the place of each piece of evidence.
    pub(super) coverage: Option<(Coverage, Vec<Vec<String>>)>,
}

impl Known {
    /// What a project knows.
    pub(super) fn of_project(root: &Path) -> Result<Self> {
        let inspected = pipeline::inspect(root, &Options::default(), &Silent)?;
        let sources = &inspected.loaded.sources;
        let places = |item: &ItemCoverage| {
            let told = item.evidence.iter().map(|found| match found.span {
                Some(span) => format!("{} ({}:{})", found.what, sources.path(span.file), sources.position(span).line),
                None => found.what.clone(),
            });
            told.collect()
        };
        let coverage = inspected.report.coverage.clone().map(|coverage| {
            let places = coverage.items.iter().map(places).collect();
            (coverage, places)
        });
        Ok(Self { checklists: inspected.loaded.checklists, templates: inspected.loaded.templates, coverage })
    }

    /// Every word that can be explained.
    pub(super) fn words(&self) -> BTreeSet<String> {
        let documents = || self.checklists.iter().flat_map(Checklist::documents).map(|(_, document)| document);
        let items = documents().flat_map(|document| &document.items).map(|item| item.id.to_string());
        let kinds = documents().map(|document| document.document.to_string());
        items.chain(kinds).chain(self.templates.keys().cloned()).collect()
    }

    /// What is known about a word; `None` if nothing is.
    pub(super) fn explain(&self, word: &str) -> Option<String> {
        let documents = || self.checklists.iter().flat_map(Checklist::documents);
        if let Some((kind, _)) = word.split_once('.') {
            let (_, document) = documents().find(|(_, document)| document.document.as_str() == kind)?;
            let all = documents().filter(|(_, document)| document.document.as_str() == kind);
            let item = all.flat_map(|(_, document)| &document.items).find(|item| item.id.as_str() == word)?;
            return Some(self.item(document, item));
        }
        let listed = documents().find(|(_, document)| document.document.as_str() == word);
        let template = self.templates.get(word);
        (listed.is_some() || template.is_some()).then(|| self.kind(word, listed, template))
    }

    fn item(&self, document: &ChecklistDocument, item: &Item) -> String {
        let kind = document.document.as_str();
        let mut out = format!("# {}\n\n{}\n\n", item.id.as_str(), item.title);
        let _ = writeln!(out, "Document: {kind}{}", self.title(kind));
        let _ = writeln!(out, "Due: by the start of stage {}", item.stage.as_ref().unwrap_or(&document.stage));
        let _ = writeln!(out, "{}", applies(document));
        let _ = writeln!(out, "Proved by: {}", meaning(item.evidence.value));
        if let Some(state) = self.state(item.id.as_str()) {
            let _ = writeln!(out, "Here: {state}");
        }
        list(&mut out, "Headings that cover it", headings(item));
        list(&mut out, "Paths into handoff.yaml that must hold something", item.data.iter().map(ToString::to_string));
        list(&mut out, "Rules that must find nothing", item.rules.iter().map(ToString::to_string));
        list(&mut out, "Messages whose records prove it", item.messages.iter().map(ToString::to_string));
        list(&mut out, "Stages in each week of which they are sent", item.weeks_of.iter().map(ToString::to_string));
        let _ = write!(
            out,
            "\n## What to do\n\n{}\n\nIf it cannot be met by then, let it pass for a time, in handoff.yaml:\n\n```yaml\n\
             waivers:\n  - item: {}\n    reason: Why, in a sentence\n    approver: the-id-of-a-contact\n    expires: 2026-12-31\n```\n",
            advice(document, item),
            item.id.as_str()
        );
        out
    }

    fn kind(&self, kind: &str, listed: Option<(&Group, &ChecklistDocument)>, template: Option<&Template>) -> String {
        let title = template.map_or_else(|| kind.to_owned(), |template| template.front.title.to_string());
        let mut out = format!("# {kind}\n\n{title}");
        if let Some(template) = template {
            let _ = write!(out, ": {}\n\nFor: {}", template.front.summary, template.front.audience);
        }
        out.push('\n');
        if let Some((group, document)) = listed {
            let _ = writeln!(out, "Group: {}", group.title);
            let _ = writeln!(out, "Due: by the start of stage {}", document.stage);
            let _ = writeln!(out, "{}", applies(document));
            if document.internal.as_ref().is_some_and(|flag| flag.0) {
                out.push_str("Internal: never part of the bundle\n");
            }
        }
        if let Some(template) = template.filter(|template| !template.front.data.is_empty()) {
            let keys: Vec<String> = template.front.data.iter().map(|key| format!("`{}`", key.as_str())).collect();
            let _ = writeln!(out, "Made from these keys of handoff.yaml: {}", keys.join(", "));
        }
        let items = listed.into_iter().flat_map(|(_, document)| &document.items);
        let line = |item: &Item| {
            let state = self.found(item.id.as_str()).map(|(item, _)| format!(" ({})", item.state.as_str()));
            format!("{}: {}{}", item.id.as_str(), item.title, state.unwrap_or_default())
        };
        list(&mut out, "What must be in it", items.map(line));
        let _ = write!(
            out,
            "\n## What to do\n\nWrite it in docs/{kind}.md, or in several files in docs/{kind}/. `handoff new {kind}` \
             makes the file.\n"
        );
        out
    }

    fn title(&self, kind: &str) -> String {
        self.templates.get(kind).map(|template| format!(" ({})", template.front.title)).unwrap_or_default()
    }

    fn found(&self, id: &str) -> Option<(&ItemCoverage, &[String])> {
        let (coverage, places) = self.coverage.as_ref()?;
        let found = coverage.items.iter().zip(places).find(|(item, _)| item.id == id);
        found.map(|(item, places)| (item, places.as_slice()))
    }

    /// What the project has of an item.
    fn state(&self, id: &str) -> Option<String> {
        let (item, places) = self.found(id)?;
        let more: Vec<&str> = places.iter().chain(&item.remarks).map(String::as_str).collect();
        let more = if more.is_empty() { String::new() } else { format!(": {}", more.join("; ")) };
        Some(format!("{}{more}", item.state.as_str()))
    }
}

/// A list under a heading; nothing where there is nothing.
fn list(out: &mut String, title: &str, entries: impl Iterator<Item = String>) {
    let entries: Vec<String> = entries.collect();
    if !entries.is_empty() {
        let _ = write!(out, "\n## {title}\n\n");
        entries.iter().for_each(|entry| {
            let _ = writeln!(out, "- {entry}");
        });
    }
}

fn applies(document: &ChecklistDocument) -> String {
    match document.when.value {
        When::Always => "Applies: to every project".to_owned(),
        other => format!("Applies: to projects with the trait {other}"),
    }
}

fn headings(item: &Item) -> impl Iterator<Item = String> {
    let is_text = !matches!(
        item.evidence.value,
        Evidence::Data | Evidence::Held | Evidence::Gate | Evidence::Attested | Evidence::Signed
    );
    let own = format!("{}, or any heading with the anchor {{#{}}}", item.title, item.short_id());
    std::iter::once(own).chain(item.headings.iter().map(ToString::to_string)).filter(move |_| is_text)
}

/// A kind of evidence with what it means.
fn meaning(evidence: Evidence) -> String {
    let word = evidence.as_str();
    let Shape::Choice(words) = <Evidence as Scalar>::shape() else { return word.to_owned() };
    let found = words.iter().find(|(known, _)| *known == word);
    found.map_or_else(|| word.to_owned(), |(word, meaning)| format!("{word}, {}", meaning.trim()))
}

/// How an item is met.
fn advice(document: &ChecklistDocument, item: &Item) -> String {
    let (kind, id) = (document.document.as_str(), item.id.as_str());
    let about = item.record.as_ref().map(|record| record.as_str());
    match item.evidence.value {
        Evidence::Data => "Fill in the keys of handoff.yaml that are named above.".to_owned(),
        Evidence::Held => format!(
            "Plan a session{} under `transfer.sessions`, hold it, and write it down: `handoff record session`.",
            about.map(|kind| format!(" of the kind `{kind}`")).unwrap_or_default()
        ),
        Evidence::Gate => {
            let stage = about.and_then(|stage| stage.parse::<Stage>().ok()).map_or("STAGE", Stage::as_str);
            format!("Decide the gate and write the decision down: `handoff gate {stage}`.")
        }
        Evidence::Attested if !item.messages.is_empty() => {
            "Send the messages that are named above and write them down: `handoff message ID --record`; or state it: \
             `handoff record statement`."
                .to_owned()
        }
        Evidence::Attested => format!("Have a named person state it: `handoff record statement --items {id}`."),
        Evidence::Signed => "Have the form signed and keep it with the project.".to_owned(),
        _ => format!("Write it under one of these headings: `handoff new {kind} --section {}`.", item.short_id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let (checklists, templates) = crate::load::built_in();
        Known { checklists, templates, coverage: None }
    }

    #[test]
    fn every_item_and_every_kind_is_explained() {
        let known = known();
        let words = known.words();
        assert!(words.len() > 150, "{}", words.len());
        for word in &words {
            let text = known.explain(word).unwrap_or_else(|| panic!("{word}"));
            assert!(text.starts_with(&format!("# {word}\n")) && text.contains("## What to do"), "{text}");
        }
    }

    #[test]
    fn an_item_says_what_covers_it() {
        let text = known().explain("runbook.logs").expect("an item");
        assert!(text.contains("{#logs}") && text.contains("handoff new runbook --section logs"), "{text}");
        let text = known().explain("sla.warranty").expect("an item");
        assert!(text.contains("handoff.yaml"), "{text}");
    }
}
