//! `expired-waiver`: waivers that no longer hold.

use super::{Rule, Run};
use crate::check::coverage::{Judgement, expired};
use crate::check::view::View;
use crate::check::waive;
use crate::finding::{Finding, Level};
use crate::model::project::Waiver;
use crate::model::report::State;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "expired-waiver",
    level: Level::Error,
    summary: "a waiver ended before the date of the release",
    run: Run::Waivers(look),
};

fn look(view: &View<'_>, judgement: &Judgement<'_>, seen: &[Finding]) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let mut findings = Vec::new();
    for waiver in project.waivers.iter().filter(|waiver| expired(project, waiver)) {
        let judged = judgement.items.iter().find(|judged| waiver.is_about(&judged.result.id));
        let needed = waive::is_sound(waiver) && seen.iter().any(|one| waive::concerns(view, waiver, one));
        let level = match judged.map(|judged| judged.result.state) {
            None if needed => Level::Error,
            Some(State::Missing | State::Partial) => Level::Error,
            // It blocks nothing yet, but it will not help when the item is due.
            Some(State::NotDue) => Level::Warning,
            _ => continue,
        };
        findings.push(finding(waiver, level).at(project.release.date.span, "the date of the release"));
    }
    findings
}

fn finding(waiver: &Waiver, level: Level) -> Finding {
    let (subject, expires) = (waiver.subject(), waiver.expires.value);
    let finding =
        Finding::new(RULE.slug, level, format!("the waiver of `{subject}` expired on {expires}, before the release"))
            .at(waiver.expires.span, "it held until this day");
    let again = "or have it approved again and set a later day";
    match waiver.item {
        Some(_) => {
            finding.help(format!("supply what `{subject}` asks for and take the waiver out")).help(again).item(subject)
        }
        None => finding.help(format!("mend what `{subject}` finds and take the waiver out")).help(again),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;
    use crate::finding::Level;
    use crate::model::report::State;

    const WAIVER: &str = "waivers:\n  - item: sla.warranty\n    reason: Agreed by letter\n    approver: anna-lind\n    expires: 2026-06-01\n";

    #[test]
    fn a_waiver_that_ended_before_the_release_is_found() {
        let mut case = Case::new();
        case.project(&format!("rollout:\n  current: transfer\n{WAIVER}"));
        let findings = case.found("expired-waiver");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].level, Level::Error);
        assert_eq!(case.loaded.sources.slice(findings[0].span().expect("a place")), "2026-06-01");
        assert_eq!(case.state("sla.warranty"), State::Missing);
    }

    #[test]
    fn one_whose_item_is_not_due_is_a_warning() {
        let mut case = Case::new();
        case.project(WAIVER);
        let findings = case.found("expired-waiver");
        assert_eq!(findings.iter().map(|finding| finding.level).collect::<Vec<_>>(), [Level::Warning]);
    }

    #[test]
    fn a_waiver_holds_on_its_last_day() {
        let mut case = Case::new();
        case.project(&format!("rollout:\n  current: transfer\n{}", WAIVER.replace("2026-06-01", "2026-11-20")));
        assert!(case.found("expired-waiver").is_empty());
        assert_eq!(case.state("sla.warranty"), State::Waived);
    }
}
