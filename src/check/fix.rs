//! What can be mended without asking: edits for findings whose remedy is certain and changes no meaning.
//!
//! Makes edits of texts; who writes them is not known here.

use super::headings::skips;
use crate::finding::Finding;
use crate::model::document::Dossier;
use crate::model::fragment::Fragment;
use crate::model::loaded::Loaded;
use crate::model::node::INVALID_FIELD;
use crate::model::report::Report;
use crate::model::text::{BlockKind, InlineKind, Target, walk_blocks, walk_inlines};
use crate::source::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};

mod dates;

/// A change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub replacement: String,
    /// The rule whose finding it mends.
    pub rule: &'static str,
}

/// The edits that mend what a report found, in order; none touches another. Only findings that the report
/// still has are mended: what is allowed or off stays as it is.
#[must_use]
pub fn edits(loaded: &Loaded, dossier: &Dossier, report: &Report) -> Vec<Edit> {
    let mut told: BTreeMap<&str, BTreeSet<Span>> = BTreeMap::new();
    for finding in &report.findings {
        told.entry(finding.rule).or_default().extend(finding.span());
    }
    let told = |rule: &str, span: Span| told.get(rule).is_some_and(|spans| spans.contains(&span));
    let mut edits = headings(loaded);
    edits.extend(languages(loaded));
    edits.retain(|(finding, edit)| told(edit.rule, *finding));
    edits.extend(anchors(loaded, dossier).into_iter().filter(|(finding, edit)| told(edit.rule, *finding)));
    let mut edits: Vec<Edit> = edits.into_iter().map(|(_, edit)| edit).collect();
    edits.extend(report.findings.iter().filter_map(|finding| date(loaded, finding)));
    edits.sort_by_key(|edit| edit.span);
    edits.dedup_by(|later, first| later.span.file == first.span.file && later.span.start < first.span.end);
    edits
}

/// The files that edits change, and their texts afterwards; `text` gives the text of a file as it is now.
/// A file whose text is not the one that was checked is left alone.
#[must_use]
pub fn apply(edits: &[Edit], file: FileId, checked_length: usize, text: &str) -> Option<String> {
    let mut out = text.to_owned();
    if text.len() != checked_length {
        return None;
    }
    for edit in edits.iter().rev().filter(|edit| edit.span.file == file) {
        out.get(edit.span.range())?;
        out.replace_range(edit.span.range(), &edit.replacement);
    }
    Some(out)
}

/// The language of a piece of code, where nothing else can be meant.
#[must_use]
pub fn certain_language(code: &str) -> Option<&'static str> {
    let text = code.trim();
    let first = text.lines().next().unwrap_or_default();
    if text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok() {
        return Some("json");
    }
    if first.starts_with("#!") {
        let interpreters = [("bash", "bash"), ("zsh", "zsh"), ("python", "python"), ("sh", "sh")];
        return interpreters.into_iter().find(|(name, _)| first.contains(name)).map(|(_, language)| language);
    }
    if first.starts_with("<?xml ") {
        return Some("xml");
    }
    if first.starts_with("--- ") && text.contains("\n+++ ") && text.contains("\n@@ ") {
        return Some("diff");
    }
    let words: Vec<&str> = first.split_whitespace().take(2).collect();
    let is_sql =
        matches!(words.as_slice(), ["SELECT", _] | ["INSERT", "INTO"] | ["DELETE", "FROM"] | ["CREATE", "TABLE"]);
    (is_sql && text.ends_with(';')).then_some("sql")
}

/// An edit with the place of the finding that it mends.
type Remedy = (Span, Edit);

/// Headings that skip a level move up.
fn headings(loaded: &Loaded) -> Vec<Remedy> {
    let found = loaded.fragments.iter().flat_map(|fragment| skips(&fragment.blocks));
    let remedy = |skip: super::headings::Skip| {
        let marks = "#".repeat(usize::from(skip.level));
        let start = skip.span.start as usize;
        let span = Span::new(skip.span.file, start, start + marks.len());
        let replacement = "#".repeat(usize::from(skip.wanted));
        (loaded.sources.slice(span) == marks)
            .then_some((skip.span, Edit { span, replacement, rule: "skipped-heading-level" }))
    };
    found.filter_map(remedy).collect()
}

/// Fences of code whose language is certain get its name.
fn languages(loaded: &Loaded) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    for blocks in loaded.fragments.iter().flat_map(Fragment::texts) {
        walk_blocks(blocks, &mut |block| {
            let (BlockKind::Code(code), Some(span)) = (&block.kind, block.span) else { return };
            let source = loaded.sources.slice(span);
            let fence = source.len() - source.trim_start_matches(['`', '~']).len();
            let bare = source.lines().next().is_some_and(|line| line.trim_end().len() == fence);
            if let (None, Some(language), true, true) = (&code.language, certain_language(&code.text), fence >= 3, bare)
            {
                let end = span.start as usize + fence;
                let edit = Edit {
                    span: Span::new(span.file, end, end),
                    replacement: language.to_owned(),
                    rule: "code-without-language",
                };
                remedies.push((span, edit));
            }
        });
    }
    remedies
}

/// Anchors that only differ in capitals, hyphens and the like from one that exists.
fn anchors(loaded: &Loaded, dossier: &Dossier) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    for document in &dossier.documents {
        for blocks in document.texts() {
            walk_inlines(blocks, &mut |inline| {
                let (InlineKind::Link(link), Some(span)) = (&inline.kind, inline.span) else { return };
                let Target::Broken { written, near: Some(near), .. } = &link.target else { return };
                let (Some((path, anchor)), Some(wanted)) = (written.split_once('#'), near.strip_prefix('#')) else {
                    return;
                };
                let source = loaded.sources.slice(span);
                let place = format!("]({path}#{anchor}");
                let mut places = source.match_indices(&place);
                if let (Some((at, _)), None, true) = (places.next(), places.next(), folded(anchor) == folded(wanted)) {
                    let start = span.start as usize + at + place.len() - anchor.len();
                    let edit = Edit {
                        span: Span::new(span.file, start, start + anchor.len()),
                        replacement: wanted.to_owned(),
                        rule: "broken-link",
                    };
                    remedies.push((span, edit));
                }
            });
        }
    }
    remedies
}

/// An anchor without what a renaming of its heading often changes.
fn folded(anchor: &str) -> String {
    anchor.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A date in another notation that can mean one day only.
fn date(loaded: &Loaded, finding: &Finding) -> Option<Edit> {
    let span =
        finding.span().filter(|_| finding.rule == INVALID_FIELD && finding.message.ends_with("is not a date"))?;
    let source = loaded.sources.slice(span);
    let text = source.trim_matches(['"', '\'']);
    let replacement = source.replacen(text, &dates::iso(text)?, 1);
    Some(Edit { span, replacement, rule: INVALID_FIELD })
}

#[cfg(test)]
mod tests;
