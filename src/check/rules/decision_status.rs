//! `decision-status`: decision records that do not say whether they hold.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::fragment::Fragment;
use crate::model::text::{Block, BlockKind, InlineKind, plain, prose, sections, walk_inlines};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "decision-status",
    level: Level::Warning,
    summary: "a decision record does not say whether it holds",
    run: Run::Project(look),
};

/// The document that decision records belong to.
const DOCUMENT: &str = "decisions";
/// What a decision can be.
const STATES: [&str; 6] = ["proposed", "accepted", "rejected", "deprecated", "superseded", "withdrawn"];

fn look(view: &View<'_>) -> Vec<Finding> {
    let english = view.project().is_none_or(|project| {
        project.project.language.as_ref().is_none_or(|language| language.as_str().starts_with("en"))
    });
    let records = view.fragments(DOCUMENT).filter(|fragment| english && is_record(fragment));
    records.filter_map(finding).collect()
}

/// A record is one file per decision, with its number in front: `docs/decisions/0001-one-service.md`.
fn is_record(fragment: &Fragment) -> bool {
    let name = fragment.path.rsplit('/').next().unwrap_or_default();
    !fragment.whole && name.starts_with(|c: char| c.is_ascii_digit())
}

fn finding(fragment: &Fragment) -> Option<Finding> {
    let Some((status, span, body)) = status(fragment) else {
        return Some(
            Finding::warning(RULE.slug, "the decision record has no status")
                .at(Span::start_of(fragment.file), "does it hold?")
                .help(
                    "add a section `## Status` that begins with Accepted, Proposed, Rejected, Deprecated or Superseded",
                ),
        );
    };
    let word =
        status.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default().to_lowercase();
    if !STATES.contains(&word.as_str()) {
        let finding =
            Finding::warning(RULE.slug, format!("`{word}` is no status of a decision")).at(span, "the status");
        return Some(finding.help(format!("begin it with one of {}", STATES.join(", "))));
    }
    let mut links = false;
    walk_inlines(body, &mut |inline| links |= matches!(inline.kind, InlineKind::Link(_)));
    (word == "superseded" && !links).then(|| {
        Finding::warning(RULE.slug, "the decision is superseded, and does not link to the one that holds")
            .at(span, "by which one?")
            .help("link to the record that takes its place: `Superseded by [ADR 8](0008-transactional-outbox.md)`")
    })
}

/// The status of a record: what stands under the heading, or behind `Status:` in a paragraph.
fn status(fragment: &Fragment) -> Option<(String, Span, &[Block])> {
    let of_section = sections(&fragment.blocks)
        .into_iter()
        .find(|section| plain(&section.heading.content).trim().eq_ignore_ascii_case("status"));
    if let Some(section) = of_section {
        return Some((prose(section.body), section.span?, section.body));
    }
    fragment.blocks.iter().find_map(|block| {
        let BlockKind::Paragraph(line) = &block.kind else { return None };
        let text = plain(line);
        let (key, value) = text.split_once(':')?;
        let is_status = key.trim().eq_ignore_ascii_case("status");
        is_status.then_some((value.to_owned(), block.span?, std::slice::from_ref(block)))
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    use crate::check::testing::external;

    fn status(text: &str) -> usize {
        let mut case = Case::new();
        case.fragment("docs/decisions/0001-a.md", |doc| doc.heading(1, "ADR 1").heading(2, "Status").para(text));
        case.found("decision-status").len()
    }

    #[test]
    fn a_record_without_a_status_is_found() {
        let mut case = Case::new();
        case.fragment("docs/decisions/0001-a.md", |doc| doc.heading(1, "ADR 1").para("We build one service."));
        case.fragment("docs/decisions/overview.md", |doc| doc.heading(1, "Overview").para("All of them."));
        assert_eq!(case.found("decision-status").len(), 1);
    }

    #[test]
    fn a_status_that_is_none_is_found() {
        assert_eq!(status("Somehow."), 1);
        assert_eq!(status("Accepted, 2025-09-25, by Jonas Ek."), 0);
    }

    #[test]
    fn a_superseded_record_leads_to_the_one_that_holds() {
        assert_eq!(status("Superseded by 8."), 1);
        let mut case = Case::new();
        case.fragment("docs/decisions/0001-a.md", |doc| {
            doc.heading(1, "ADR 1").heading(2, "Status").para("Superseded by").link("ADR 8", external("https://a.b"))
        });
        assert!(case.found("decision-status").is_empty());
    }

    #[test]
    fn a_line_with_the_status_is_enough() {
        let mut case = Case::new();
        case.fragment("docs/decisions/0001-a.md", |doc| doc.heading(1, "ADR 1").para("Status: accepted"));
        assert!(case.found("decision-status").is_empty());
    }
}
