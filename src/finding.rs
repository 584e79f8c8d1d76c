//! What a rule saw: the one shape in which everything that an author can mend is told.
//!
//! Knows no rule and no output format.

use crate::hash::sha256;
use crate::source::{Sources, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Blocks: the command ends with exit code 1.
    Error,
    /// Ought to be mended, blocks nothing.
    Warning,
    /// Worth knowing.
    Note,
}

impl Level {
    /// The word that is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place that a finding points at, with what is to be said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is said there; may be empty.
    pub text: String,
}

/// One thing that an author can mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule, e.g. `broken-link`.
    pub rule: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Places; the first is where it is wrong, the others explain. Empty for what has no place.
    pub labels: Vec<Label>,
    /// What to do, most likely first.
    pub help: Vec<String>,
    /// The checklist item that it is about, if it is about one.
    pub item: Option<String>,
}

impl Finding {
    /// A finding that blocks.
    #[must_use]
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(rule, Level::Error, message)
    }

    /// A finding that does not block.
    #[must_use]
    pub fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(rule, Level::Warning, message)
    }

    /// A finding of any level, without a place yet.
    #[must_use]
    pub fn new(rule: &'static str, level: Level, message: impl Into<String>) -> Self {
        Self { rule, level, message: message.into(), labels: Vec::new(), help: Vec::new(), item: None }
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a line of advice.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Names the checklist item that the finding is about.
    #[must_use]
    pub fn item(mut self, id: impl Into<String>) -> Self {
        self.item = Some(id.into());
        self
    }

    /// Where it is wrong.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// A name for each finding that stays the same when other lines come or go: made of the rule, the file, the
/// message, the item, and the text of the line. Findings that have all of this in common are counted.
#[must_use]
pub fn fingerprints(findings: &[Finding], sources: &Sources) -> Vec<String> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let mut name = |finding: &Finding| {
        let (path, line) = finding.span().map_or(("", ""), |span| (sources.path(span.file), sources.line(span).trim()));
        let item = finding.item.as_deref().unwrap_or_default();
        let parts = [finding.rule, path, finding.message.as_str(), item, line].join("\u{1f}");
        let times = met.entry(parts.clone()).and_modify(|times| *times += 1).or_insert(1);
        fingerprint_of(&[&parts, &times.to_string()])
    };
    findings.iter().map(&mut name).collect()
}

/// One name made of several parts, of the form that findings have.
#[must_use]
pub fn fingerprint_of(parts: &[&str]) -> String {
    sha256(parts.join("\u{1f}"))[..32].to_owned()
}

/// The candidate that a mistyped word most likely meant, if one is near enough.
#[must_use]
pub fn suggestion<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_survives_other_lines_but_not_another_text() {
        let names = |text: &str, from: usize| {
            let mut sources = Sources::default();
            let file = sources.add("docs/a.md", text);
            let finding = Finding::error("x", "y").at(Span::new(file, from, from + 3), "");
            fingerprints(&[finding.clone(), finding], &sources)
        };
        let first = names("one\ntwo\n", 4);
        assert_eq!(first, names("zero\none\n  two\n", 11));
        assert_ne!(first, names("one\ntwo!\n", 4));
        assert_ne!(first[0], first[1], "what is there twice is told apart");
        assert_eq!(first[0].len(), 32);
    }

    #[test]
    fn suggestions_are_near_or_none() {
        let keys = ["contacts", "client", "support"];
        assert_eq!(suggestion("contact", keys), Some("contacts"));
        assert_eq!(suggestion("Clinet", keys), Some("client"));
        assert_eq!(suggestion("weather", keys), None);
    }
}
