//! Allowances: comments such as `<!-- handoff: allow RULE reason -->` before a block, which let the
//! findings of one rule in that block pass.

use super::rules::{is_fixed, rule};
use super::view::View;
use crate::finding::Finding;
use crate::model::text::{Block, BlockKind};
use crate::source::Span;
use regex::Regex;
use std::sync::LazyLock;

static COMMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)<!--\s*handoff:\s*allow\b\s*([a-z0-9-]*)\s*(.*?)\s*-->").ok());

/// An allowance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowance {
    /// The rule, as it was written; may be empty.
    pub(super) rule: String,
    /// Why; may be empty.
    pub(super) reason: String,
    /// Where the comment stands.
    pub(super) place: Span,
    /// The block behind it, if there is one.
    block: Option<Span>,
}

impl Allowance {
    /// Whether it is one that can let anything pass.
    pub(super) fn is_valid(&self) -> bool {
        !self.reason.is_empty() && rule(&self.rule).is_some_and(|rule| !is_fixed(rule))
    }

    /// Whether it lets a finding pass.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let inside = |block: Span| finding.span().is_some_and(|span| block.contains(span));
        self.is_valid() && finding.rule == self.rule && self.block.is_some_and(inside)
    }
}

/// All allowances of the project's fragments, in the order of the texts.
pub(super) fn allowances(view: &View<'_>) -> Vec<Allowance> {
    let mut found = Vec::new();
    view.texts().for_each(|(_, blocks)| collect(view, blocks, &mut found));
    found
}

/// Leaves out the findings that an allowance lets pass.
pub(super) fn without_allowed(view: &View<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    let allowances = view.allowances();
    findings.retain(|finding| !allowances.iter().any(|allowance| allowance.covers(finding)));
    findings
}

/// The allowances among blocks that follow each other, and in the blocks in them.
fn collect(view: &View<'_>, blocks: &[Block], found: &mut Vec<Allowance>) {
    let mut waiting = found.len();
    for block in blocks {
        match &block.kind {
            BlockKind::Html(html) => {
                found.extend(block.span.into_iter().flat_map(|span| read(view, html, span)));
                continue;
            }
            _ => found[waiting..].iter_mut().for_each(|allowance| allowance.block = block.span),
        }
        match &block.kind {
            BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => collect(view, inner, found),
            BlockKind::List(list) => list.items.iter().for_each(|item| collect(view, &item.blocks, found)),
            BlockKind::Definitions(entries) => entries.iter().for_each(|entry| collect(view, &entry.details, found)),
            _ => {}
        }
        waiting = found.len();
    }
}

/// The allowances in a block of HTML.
fn read(view: &View<'_>, html: &str, span: Span) -> Vec<Allowance> {
    if !html.contains("handoff:") {
        return Vec::new();
    }
    let source = view.sources().slice(span);
    let allowance = |found: regex::Captures<'_>| {
        let at = source.find(&found[0]);
        let start = span.start as usize + at.unwrap_or_default();
        let place = at.map_or(span, |_| Span::new(span.file, start, start + found[0].len()));
        Allowance { rule: found[1].to_owned(), reason: found[2].to_owned(), place, block: None }
    };
    COMMENT.iter().flat_map(|pattern| pattern.captures_iter(html)).map(allowance).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn an_allowance_covers_the_block_behind_it_and_no_other() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A")
                .comment("handoff: allow placeholder-text the name is not known before January")
                .para("Ask [Name].")
                .para("Ask [Name] again.")
        });
        let findings = case.found("placeholder-text");
        assert_eq!(findings.len(), 1);
        assert_eq!(case.place(&findings[0]).map(|place| place.1), Some(7));
        assert!(case.found("unused-allowance").is_empty());
    }

    #[test]
    fn an_allowance_without_a_reason_covers_nothing() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A").comment("handoff: allow placeholder-text").para("Ask [Name].")
        });
        assert_eq!(case.found("placeholder-text").len(), 1);
    }

    #[test]
    fn several_allowances_may_stand_before_one_block() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A")
                .comment("handoff: allow vague-link agreed with the editor")
                .comment("handoff: allow placeholder-text not known yet")
                .para("Ask [Name].")
        });
        assert!(case.found("placeholder-text").is_empty());
        assert_eq!(case.found("unused-allowance").len(), 1);
    }
}
