//! `stale-review`: approvals of what a document no longer says.

use super::{Rule, Run};
use crate::check::review::stale;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::records::{Opinion, Review};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "stale-review",
    level: Level::Error,
    summary: "a document has changed since somebody approved it",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let approved = |review: &Review| review.opinion.value == Opinion::Approved;
    let finding = |(review, why): (&Review, String)| {
        let (document, by) = (review.document.as_str(), review.by.as_str());
        Finding::error(RULE.slug, format!("the approval of `{document}` by `{by}` no longer holds: {why}"))
            .at(review.content.span, format!("approved on {}", review.date.value))
            .help(format!("have it read again and write that down: `handoff record review {document} --by {by}`"))
    };
    stale(view).into_iter().filter(|(review, _)| approved(review)).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::review::fingerprint;
    use crate::check::testing::{Case, LONG};
    use crate::finding::Level;

    fn case(opinion: &str, change: impl FnOnce(&mut Case)) -> Case {
        let mut case = Case::new();
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Logs").para(LONG));
        let content = fingerprint(&case.dossier.documents[0]).expect("a fingerprint");
        let text = format!("document: runbook\nby: bo-ek\ndate: 2026-11-10\nopinion: {opinion}\ncontent: {content}\n");
        case.record("records/reviews/a.yaml", &text, |records, review| records.reviews.push(review));
        change(&mut case);
        case
    }

    #[test]
    fn an_approval_of_what_has_changed_is_found() {
        let case = case("approved", |case| case.document().title.push_str(" anew"));
        let found = case.found("stale-review");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].level, Level::Error);
        assert_eq!(case.place(&found[0]), Some(("records/reviews/a.yaml".into(), 5, 10)));
    }

    #[test]
    fn another_file_behind_an_image_ends_an_approval() {
        let shown = |digest: &str| vec![("docs/images/a.png".to_owned(), digest.to_owned())];
        assert_eq!(case("approved", |case| case.document().shown = shown("0a")).found("stale-review").len(), 1);
    }

    #[test]
    fn an_approval_that_holds_and_a_wish_for_changes_are_not_found() {
        assert!(case("approved", |_| {}).found("stale-review").is_empty());
        let wish = case("changes-wanted", |case| case.document().title.push_str(" anew"));
        assert!(wish.found("stale-review").is_empty());
    }
}
