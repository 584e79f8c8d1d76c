//! Waivers of findings: entries of `waivers` that name a rule, which let its findings pass for a while.
//!
//! Those of items are for the coverage.

use super::coverage::expired;
use super::rules::{is_fixed, rule};
use super::view::View;
use crate::finding::Finding;
use crate::model::project::Waiver;

/// Leaves out the findings that a waiver lets pass.
pub(super) fn without_waived(view: &View<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    let Some(project) = view.project() else { return findings };
    let holds = |waiver: &&Waiver| is_sound(waiver) && !expired(project, waiver);
    let waivers: Vec<_> = project.waivers.iter().filter(holds).collect();
    findings.retain(|finding| !waivers.iter().any(|waiver| concerns(view, waiver, finding)));
    findings
}

/// Whether it is a waiver that can let findings pass.
pub(super) fn is_sound(waiver: &Waiver) -> bool {
    let can_be_waived = |slug: &str| rule(slug).is_some_and(|rule| !is_fixed(rule));
    waiver.item.is_none() && waiver.rule.as_ref().is_some_and(|slug| can_be_waived(slug.as_str()))
}

/// Whether a finding is what a waiver is about, if it holds or not.
pub(super) fn concerns(view: &View<'_>, waiver: &Waiver, finding: &Finding) -> bool {
    let Some(rule) = &waiver.rule else { return false };
    let in_file = |wanted: &str| {
        let wanted = wanted.trim_end_matches('/');
        let path = finding.span().map(|span| view.sources().path(span.file));
        path.and_then(|path| path.strip_prefix(wanted)).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    rule.as_str() == finding.rule
        && waiver.file.as_ref().is_none_or(|file| in_file(file.as_str()))
        && waiver.message.as_ref().is_none_or(|words| finding.message.contains(words.as_str()))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, broken};

    fn case(more: &str, expires: &str) -> Case {
        let mut case = Case::new();
        case.project(&format!(
            "waivers:\n  - rule: broken-link\n{more}    reason: The page follows\n    approver: anna-lind\n    expires: {expires}\n"
        ));
        for path in ["docs/a.md", "docs/b.md"] {
            case.fragment(path, |doc| doc.heading(2, "A").link("the plan", broken("plna.md", "plan.md")));
        }
        case
    }

    #[test]
    fn a_waiver_lets_the_findings_of_a_rule_pass() {
        let case = case("", "2027-01-01");
        assert!(case.found("broken-link").is_empty());
        assert!(case.found("unused-waiver").is_empty());
    }

    #[test]
    fn a_waiver_can_be_limited_to_a_file_and_a_message() {
        let left = case("    file: docs/a.md\n", "2027-01-01").found("broken-link").len();
        assert_eq!(left, 1);
        assert!(case("    file: docs/\n    message: plna\n", "2027-01-01").found("broken-link").is_empty());
        let other = case("    message: elsewhere\n", "2027-01-01");
        assert_eq!(other.found("broken-link").len(), 2);
        assert_eq!(other.found("unused-waiver").len(), 1);
    }

    #[test]
    fn a_waiver_that_ended_lets_nothing_pass() {
        let case = case("", "2026-11-01");
        assert_eq!(case.found("broken-link").len(), 2);
        assert_eq!(case.found("expired-waiver").len(), 1);
    }

    #[test]
    fn what_completeness_rests_on_cannot_be_waived_by_its_rule() {
        let mut case = Case::new();
        case.project(
            "waivers:\n  - rule: missing-document\n    reason: R\n    approver: anna-lind\n    expires: 2027-01-01\n",
        );
        assert!(!case.found("missing-document").is_empty());
        assert_eq!(case.found("unknown-rule").len(), 1);
    }
}
