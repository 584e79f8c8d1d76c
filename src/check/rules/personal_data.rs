//! `personal-data`: addresses and telephone numbers of people outside the contacts.

use super::{Rule, Run};
use crate::check::placeholder::locate;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::{Node, Value};
use crate::model::text::{InlineKind, walk_inlines};
use crate::source::{Sources, Span};
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "personal-data",
    level: Level::Warning,
    summary: "an address or a telephone number stands in a text instead of the contacts",
    run: Run::Project(look),
};

static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b[a-z0-9][a-z0-9._%+-]*@(?:[a-z0-9-]+\.)+[a-z]{2,}\b|\+[1-9][0-9]{0,2}[ 0-9()/-]{6,}[0-9]").ok()
});

/// Mailboxes of a desk rather than a person.
const DESKS: [&str; 12] = [
    "info",
    "office",
    "support",
    "security",
    "privacy",
    "help",
    "contact",
    "noreply",
    "no-reply",
    "postmaster",
    "abuse",
    "oncall",
];

fn look(view: &View<'_>) -> Vec<Finding> {
    // Without the contacts nobody can tell who is none of them.
    let Some(tree) = &view.loaded.tree else { return Vec::new() };
    if view.project().is_none_or(|project| project.contacts.is_empty()) {
        return Vec::new();
    }
    let mut known = BTreeSet::new();
    values(tree, &mut known);
    let mut search = Search { sources: view.sources(), known, findings: Vec::new() };
    search.node(tree, true);
    for (_, blocks) in view.texts() {
        walk_inlines(blocks, &mut |inline| {
            if let (InlineKind::Text(_), Some(span)) = (&inline.kind, inline.span) {
                search.text(search.sources.slice(span), span);
            }
        });
    }
    for file in view.loaded.records.own_files() {
        let text = search.sources.text(file);
        search.text(text, Span::new(file, 0, text.len()));
    }
    search.findings
}

/// What is looked for, and what was seen.
struct Search<'a> {
    sources: &'a Sources,
    /// What the project file says about somebody.
    known: BTreeSet<String>,
    findings: Vec<Finding>,
}

impl<'a> Search<'a> {
    /// Looks at the texts of the project file; the contacts are where such data belong.
    fn node(&mut self, node: &'a Node, is_root: bool) {
        match &node.value {
            Value::Text(text) => self.text(text, node.span),
            Value::List(nodes) => nodes.iter().for_each(|node| self.node(node, false)),
            Value::Map(fields) => {
                let wanted = fields.iter().filter(|(key, _)| !(is_root && key.name == "contacts"));
                wanted.for_each(|(_, node)| self.node(node, false));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Looks at a text that was read from a place.
    fn text(&mut self, text: &str, span: Span) {
        // Most texts have neither: what an address and a number begin with is quickly looked for.
        if memchr::memchr2(b'@', b'+', text.as_bytes()).is_none() {
            return;
        }
        for found in PATTERN.iter().flat_map(|pattern| pattern.find_iter(text)) {
            let is_address = found.as_str().contains('@');
            let desk =
                found.as_str().split_once('@').is_some_and(|(name, _)| DESKS.contains(&name.to_lowercase().as_str()));
            if !desk && !self.known.contains(&folded(found.as_str())) {
                self.findings.push(finding(locate(self.sources, span, text, &found.range()), is_address));
            }
        }
    }
}

/// Everything that the project file says, as it is compared.
fn values(node: &Node, known: &mut BTreeSet<String>) {
    match &node.value {
        Value::Text(text) => _ = known.insert(folded(text)),
        Value::List(nodes) => nodes.iter().for_each(|node| values(node, known)),
        Value::Map(fields) => fields.iter().for_each(|(_, node)| values(node, known)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An address in lower case, a number as it is dialled.
fn folded(text: &str) -> String {
    if text.starts_with('+') {
        text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    } else {
        text.trim().to_lowercase()
    }
}

fn finding(at: Span, address: bool) -> Finding {
    let what = if address { "an e-mail address" } else { "a telephone number" };
    Finding::warning(RULE.slug, format!("{what} of nobody in the contacts stands in the text"))
        .at(at, "who is it?")
        .help("add the person to `contacts`, and write `{{ contacts.<id>.email }}` or `{{ contacts.<id>.phone }}` here")
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn count(text: &str) -> usize {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para(text));
        case.found("personal-data").len()
    }

    #[test]
    fn addresses_and_numbers_of_strangers_are_found() {
        assert_eq!(count("Ask per.holst@lindvik.se or call +46 31 555 01 77."), 2);
    }

    #[test]
    fn data_and_records_are_looked_at_too() {
        let mut case = Case::new();
        case.project("support:\n  escalation:\n    - after: 1 h\n      contact: bo-ek\n      when: Nobody answers, then call +46 31 555 01 77\n");
        let text = "document: runbook\nby: bo-ek\ndate: 2026-11-19\nopinion: changes-wanted\ncontent: 0000000000000000000000000000000000000000000000000000000000000000\nremarks: [Ask per.holst@lindvik.se]\n";
        case.record("records/reviews/a.yaml", text, |records, review| records.reviews.push(review));
        assert_eq!(case.found("personal-data").len(), 2);
    }

    #[test]
    fn contacts_and_desks_are_left_alone() {
        assert_eq!(count("Ask anna@ankarvik.example, call +46 (31) 1000001, or write to info@lindvik.se."), 0);
    }
}
