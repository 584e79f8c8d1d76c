//! `stale-review`: approvals of documents whose content has changed since.

use super::{Rule, Run};
use crate::check::review;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::records::{Opinion, Review};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "stale-review",
    level: Level::Error,
    summary: "somebody approved a document that has changed since",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let approved = |review: &Review| review.opinion.value == Opinion::Approved;
    // A document that is made from the report has no content yet.
    let is_late = |review: &Review| {
        let template = view.loaded.templates.get(review.document.as_str());
        template.and_then(|template| template.front.after_check).is_some_and(|flag| flag.0)
    };
    let stale = review::stale(view).into_iter().filter(|(review, _)| approved(review) && !is_late(review));
    stale.map(|(review, why)| finding(review, &why)).collect()
}

fn finding(review: &Review, why: &str) -> Finding {
    let (document, by) = (&review.document, &review.by);
    Finding::error(RULE.slug, format!("the approval of `{document}` by `{by}` no longer holds: {why}"))
        .at(review.content.span, "the content that was approved")
        .help(format!("have it read again, and record that: `handoff record review {document} --by {by}`"))
}

#[cfg(test)]
mod tests {
    use crate::check::review::fingerprint;
    use crate::check::testing::{Case, LONG};

    fn case(opinion: &str, content: Option<&str>) -> Case {
        let mut case = Case::new();
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Scaling").para(LONG));
        let now = fingerprint(&case.dossier.documents[0]).expect("a fingerprint");
        let content = content.unwrap_or(&now);
        let text = format!("document: runbook\nby: bo-ek\ndate: 2026-11-19\nopinion: {opinion}\ncontent: {content}\n");
        case.record("records/reviews/a.yaml", &text, |records, review| records.reviews.push(review));
        case
    }

    #[test]
    fn an_approval_of_another_content_is_found() {
        let other = "0".repeat(64);
        let findings = case("approved", Some(&other)).found("stale-review");
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("content has changed"), "{}", findings[0].message);
        assert!(case("changes-wanted", Some(&other)).found("stale-review").is_empty());
    }

    #[test]
    fn an_approval_of_the_present_content_holds() {
        assert!(case("approved", None).found("stale-review").is_empty());
    }
}
