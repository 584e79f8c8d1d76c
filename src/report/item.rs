//! Why an item of the checklist is in its state, and what would change that: for people and for programs.

use super::Style;
use super::json::{ItemOut, Place, item_out, place};
use super::table::{BOLD, CYAN, GREEN, RED, YELLOW, paint};
use crate::model::report::{Considered, Explanation, Found, State};
use crate::source::Sources;
use serde::Serialize;
use std::fmt::Write;

/// Writes an explanation for people.
#[must_use]
pub fn human(explanation: &Explanation, sources: &Sources, style: &Style) -> String {
    let item = &explanation.item;
    let colour = match item.state {
        State::Met => GREEN,
        State::Missing => RED,
        State::Partial => YELLOW,
        State::Waived | State::NotApplicable | State::NotDue => CYAN,
    };
    let head = format!("{}: {}", item.id, item.title);
    let mut out = format!("{}\n{}", paint(style, BOLD, &head), paint(style, colour, item.state.as_str()));
    let _ = write!(out, ", due by the start of `{}`, document `{}`", item.due, item.document);
    let _ = match &item.owner {
        Some(owner) => writeln!(out, ", looked after by `{owner}`"),
        None => writeln!(out, ", nobody is named who looks after it"),
    };
    let told = |found: &Found| match found.span {
        Some(span) => {
            format!("{} ({}:{})", found.what, sources.path(span.file), sources.position(span).line)
        }
        None => found.what.clone(),
    };
    list(&mut out, style, "What proves it", explanation.asked.iter().cloned());
    list(&mut out, style, "What was found", item.evidence.iter().map(told));
    let considered = |part: &Considered| {
        let lacks =
            if part.lacks.is_empty() { "it has all that is asked for".to_owned() } else { part.lacks.join("; ") };
        format!("{}, {}: {lacks}", told(&part.part), part.because)
    };
    list(&mut out, style, "What was looked at", explanation.considered.iter().map(considered));
    list(&mut out, style, "What there is to say", item.remarks.iter().cloned());
    list(&mut out, style, "What would change it", explanation.changes.iter().cloned());
    out
}

/// A list under a title; nothing where there is nothing.
fn list(out: &mut String, style: &Style, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<_> = lines.collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "\n{}", paint(style, CYAN, title));
        lines.iter().for_each(|line| _ = writeln!(out, "  - {line}"));
    }
}

/// An explanation for programs.
#[derive(Debug, Serialize)]
struct Document<'a> {
    /// The item, as in the report of a check.
    #[serde(flatten)]
    item: ItemOut<'a>,
    /// What would prove it; all of them are needed.
    asked: &'a [String],
    /// The parts of the document that are about it.
    considered: Vec<ConsideredOut<'a>>,
    /// What would change the state.
    changes: &'a [String],
}

#[derive(Debug, Serialize)]
struct ConsideredOut<'a> {
    /// The part.
    what: &'a str,
    /// Where it is, or `null`.
    place: Option<Place<'a>>,
    /// Why it is thought to be about the item.
    because: &'a str,
    /// What it lacks.
    lacks: &'a [String],
}

/// Writes an explanation as JSON.
#[must_use]
pub fn json(explanation: &Explanation, sources: &Sources) -> String {
    let considered = explanation.considered.iter().map(|part| ConsideredOut {
        what: &part.part.what,
        place: part.part.span.map(|span| place(sources, span)),
        because: &part.because,
        lacks: &part.lacks,
    });
    let document = Document {
        item: item_out(&explanation.item, sources),
        asked: &explanation.asked,
        considered: considered.collect(),
        changes: &explanation.changes,
    };
    // Structs of texts and numbers always serialise.
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}
