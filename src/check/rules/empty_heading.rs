//! `empty-heading`: headings without a word.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{BlockKind, plain, walk_blocks};

/// The rule.
pub(super) const RULE: Rule =
    Rule { slug: "empty-heading", level: Level::Error, summary: "a heading has no text", run: Run::Project(look) };

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, blocks) in view.texts() {
        walk_blocks(blocks, &mut |block| {
            let (BlockKind::Heading(heading), Some(span)) = (&block.kind, block.span) else { return };
            if !plain(&heading.content).chars().any(char::is_alphanumeric) {
                findings.push(
                    Finding::error(RULE.slug, "the heading has no text")
                        .at(span, "nothing that a table of contents could show")
                        .help("say what the section is about, or take the heading out"),
                );
            }
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn count(title: &str) -> usize {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, title).para("Text."));
        case.found("empty-heading").len()
    }

    #[test]
    fn a_heading_without_a_word_is_found() {
        assert_eq!((count(""), count("…"), count("Logs"), count("42")), (1, 1, 0, 0));
    }
}
