//! `old-review`: approvals that were given long before the release.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::records::{Opinion, Review};
use jiff::ToSpan;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "old-review",
    level: Level::Warning,
    summary: "a document was last read long before the release",
    run: Run::Project(look),
};

/// How many months an approval is fresh.
const MONTHS: i32 = 6;

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(release) = view.project().map(|project| project.release.date) else { return Vec::new() };
    let Ok(oldest) = release.value.0.checked_sub(MONTHS.months()) else { return Vec::new() };
    let approvals = || view.loaded.records.reviews.iter().filter(|review| review.opinion.value == Opinion::Approved);
    let is_newest = |review: &&Review| {
        !approvals().any(|other| other.document.value == review.document.value && other.date.value > review.date.value)
    };
    let old = approvals().filter(is_newest).filter(|review| review.date.0 < oldest);
    let finding = |review: &Review| {
        let document = &review.document;
        Finding::warning(RULE.slug, format!("nobody has read `{document}` in the {MONTHS} months before the release"))
            .at(review.date.span, "the last approval")
            .at(release.span, "the date of the release")
            .help(format!("have it read again: what has not changed may still have become wrong (`handoff record review {document}`)"))
    };
    old.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, LONG};

    fn count(dates: &[&str]) -> usize {
        let mut case = Case::new();
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Scaling").para(LONG));
        for date in dates {
            let content = "0".repeat(64);
            let text = format!("document: runbook\nby: bo-ek\ndate: {date}\nopinion: approved\ncontent: {content}\n");
            case.record("records/reviews/a.yaml", &text, |records, review| records.reviews.push(review));
        }
        case.found("old-review").len()
    }

    #[test]
    fn an_approval_of_more_than_half_a_year_is_found() {
        assert_eq!(count(&["2026-05-19"]), 1);
        assert_eq!(count(&["2026-05-20"]), 0);
    }

    #[test]
    fn a_newer_approval_counts() {
        assert_eq!(count(&["2025-01-01", "2026-11-01"]), 0);
    }
}
