//! The levels of rules in a project: those that the rules come with, or those that `handoff.yaml` sets.
//!
//! What could not be read, and what the completeness rests on, cannot be lowered.

use super::rules::{is_fixed, rule};
use super::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::Setting;
use std::collections::BTreeMap;

/// Rules that look only where a project asks for them.
pub(super) const OFF: [&str; 1] = ["unexplained-acronym"];

/// Whether a rule that is off unless asked for is asked for.
pub(super) fn is_asked_for(view: &View<'_>, slug: &str) -> bool {
    view.project().is_some_and(|project| project.rules.iter().any(|entry| entry.rule.as_str() == slug))
}

/// Gives findings the levels that the project sets, and leaves out those of rules that are off.
pub(super) fn apply(view: &View<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut settings: BTreeMap<&str, Setting> = OFF.iter().map(|slug| (*slug, Setting::Off)).collect();
    for entry in view.project().into_iter().flat_map(|project| &project.rules) {
        if rule(entry.rule.as_str()).is_some_and(|rule| !is_fixed(rule)) {
            settings.insert(entry.rule.as_str(), entry.level.value);
        }
    }
    findings.retain(|finding| settings.get(finding.rule) != Some(&Setting::Off));
    for finding in &mut findings {
        match settings.get(finding.rule) {
            Some(Setting::Error) => finding.level = Level::Error,
            Some(Setting::Warning) => finding.level = Level::Warning,
            Some(Setting::Note) => finding.level = Level::Note,
            Some(Setting::Off) | None => {}
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{Case, broken};

    fn case(level: &str) -> Case {
        let mut case = Case::new();
        case.project(&format!("rules:\n  - rule: broken-link\n    level: {level}\n"));
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").link("the plan", broken("plna.md", "plan.md")));
        case
    }

    #[test]
    fn a_project_sets_the_level_of_a_rule() {
        assert_eq!(case("note").found("broken-link")[0].level, Level::Note);
        assert_eq!(case("warning").found("broken-link")[0].level, Level::Warning);
        assert!(case("off").found("broken-link").is_empty());
    }

    #[test]
    fn what_completeness_rests_on_cannot_be_lowered() {
        let mut case = Case::new();
        case.project("rules:\n  - rule: missing-document\n    level: off\n");
        assert!(!case.found("missing-document").is_empty());
    }

    #[test]
    fn a_rule_that_is_off_does_not_make_an_item_met() {
        let mut case = Case::new();
        case.checklist("    - id: a.links\n      title: Links\n      evidence: data\n      rules: [broken-link]\n");
        case.project("rules:\n  - rule: broken-link\n    level: off\n");
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").link("the plan", broken("plna.md", "plan.md")));
        assert!(case.state("a.links").blocks());
    }
}
