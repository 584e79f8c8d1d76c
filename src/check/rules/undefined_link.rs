//! `undefined-link`: reference-style links and footnotes without a definition.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{InlineKind, walk_inlines};
use crate::source::Span;
use regex::Regex;
use std::sync::LazyLock;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "undefined-link",
    level: Level::Error,
    summary: "a reference-style link or a footnote has no definition",
    run: Run::Project(look),
};

static REFERENCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\[\^([^\[\]\s]+)\]|\[[^\[\]]+\]\[([^\[\]]*)\]").ok());

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, blocks) in view.texts() {
        walk_inlines(blocks, &mut |inline| {
            // What was understood as a link is no text any more.
            let (InlineKind::Text(_), Some(span)) = (&inline.kind, inline.span) else { return };
            let source = view.sources().slice(span);
            let is_one = |at: usize| source[at..].starts_with("[^") || source[..at].ends_with(']');
            if !memchr::memchr_iter(b'[', source.as_bytes()).any(is_one) {
                return;
            }
            for found in REFERENCE.iter().flat_map(|pattern| pattern.captures_iter(source)) {
                let Some(whole) = found.get(0) else { continue };
                let before = source[..whole.start()].chars().next_back();
                let footnote = found.get(1).is_some();
                let meant = |c: char| c == '\\' || c == '!' || (!footnote && c.is_alphanumeric());
                if before.is_some_and(meant) || source[whole.range()].contains('\\') {
                    continue;
                }
                let start = span.start as usize + whole.start();
                let at = Span::new(span.file, start, start + whole.len());
                findings.push(match found.get(1) {
                    Some(label) => finding(
                        &format!("the footnote `{}`", label.as_str()),
                        at,
                        &format!("[^{}]: What it says.", label.as_str()),
                    ),
                    None => finding(&format!("the link `{}`", whole.as_str()), at, "[label]: other-document.md"),
                });
            }
        });
    }
    findings
}

fn finding(what: &str, at: Span, definition: &str) -> Finding {
    Finding::error(RULE.slug, format!("{what} is defined nowhere in this file"))
        .at(at, "readers see the brackets")
        .help(format!("add its definition on a line of its own: `{definition}`"))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn count(text: &str) -> usize {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para(text));
        case.found("undefined-link").len()
    }

    #[test]
    fn a_reference_without_a_definition_is_found() {
        assert_eq!(count("See [the plan][plan] and [the list][]."), 2);
        assert_eq!(count("It holds.[^1] So does this[^2]."), 2);
    }

    #[test]
    fn brackets_that_are_meant_are_left_alone() {
        assert_eq!(count(r"Write \[a\]\[b\], rows[0][1], or [sic]."), 0);
    }
}
