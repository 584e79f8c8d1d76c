//! `unused-waiver`: waivers for what needs none.

use super::{Rule, Run};
use crate::check::coverage::Judgement;
use crate::check::view::View;
use crate::check::waive;
use crate::finding::{Finding, Level};
use crate::model::report::State;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unused-waiver",
    level: Level::Warning,
    summary: "a waiver lets something pass that needs no waiver",
    run: Run::Waivers(look),
};

fn look(view: &View<'_>, judgement: &Judgement<'_>, seen: &[Finding]) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let mut findings = Vec::new();
    for waiver in project.waivers.iter().filter(|waiver| waive::is_sound(waiver)) {
        if let Some(rule) = waiver.rule.as_ref().filter(|_| !seen.iter().any(|one| waive::concerns(view, waiver, one)))
        {
            findings.push(
                Finding::warning(
                    RULE.slug,
                    format!("the waiver of `{rule}` is not needed: nothing of the kind is found"),
                )
                .at(rule.span, "nothing is found that it lets pass")
                .help("take the waiver out, or mend what it says about file and message"),
            );
        }
    }
    for item in project.waivers.iter().filter_map(|waiver| waiver.item.as_ref()) {
        let place = item.span;
        let item = item.as_str();
        let judged = judgement.items.iter().find(|judged| judged.result.id == item);
        let why = match judged.map(|judged| judged.result.state) {
            Some(State::Met) => "the item is met",
            Some(State::NotApplicable) => "the item does not apply to this project",
            _ => continue,
        };
        findings.push(
            Finding::warning(RULE.slug, format!("the waiver of `{item}` is not needed: {why}"))
                .at(place, why)
                .help("take the waiver out")
                .item(item),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn waiver(item: &str) -> String {
        format!("waivers:\n  - item: {item}\n    reason: Agreed\n    approver: anna-lind\n    expires: 2027-01-01\n")
    }

    #[test]
    fn a_waiver_of_what_is_met_is_found() {
        let mut case = Case::new();
        case.project(&waiver("contacts.on-call"));
        let findings = case.found("unused-waiver");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "the waiver of `contacts.on-call` is not needed: the item is met");
    }

    #[test]
    fn a_waiver_of_what_does_not_apply_is_found() {
        let mut case = Case::new();
        case.project(&waiver("api.errors"));
        assert_eq!(case.found("unused-waiver").len(), 1);
    }

    #[test]
    fn a_waiver_that_is_needed_is_left_alone() {
        let mut case = Case::new();
        case.project(&waiver("sla.warranty"));
        assert!(case.found("unused-waiver").is_empty());
    }
}
