//! `unknown-rule`: settings of rules that do not exist or cannot be set.

use super::{RULES, is_fixed, rule};
use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::suggestion;
use crate::finding::{Finding, Level};
use crate::model::project::RuleLevel;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unknown-rule",
    level: Level::Error,
    summary: "a setting is about a rule that does not exist, or that cannot be set",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    view.project().into_iter().flat_map(|project| &project.rules).filter_map(finding).collect()
}

fn finding(entry: &RuleLevel) -> Option<Finding> {
    let slug = &entry.rule;
    match rule(slug.as_str()) {
        None => {
            let finding = Finding::error(RULE.slug, format!("there is no rule `{slug}`")).at(slug.span, "not known");
            Some(match suggestion(slug.as_str(), RULES.iter().map(|rule| rule.slug)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("`handoff explain` lists the rules"),
            })
        }
        Some(known) if is_fixed(known) => Some(
            Finding::error(RULE.slug, format!("the level of `{slug}` cannot be set"))
                .at(slug.span, "the completeness rests on it")
                .help("for an item of the checklist use a waiver, or `not_applicable`, each with its reason"),
        ),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn set(rule: &str) -> Vec<String> {
        let mut case = Case::new();
        case.project(&format!("rules:\n  - rule: {rule}\n    level: note\n"));
        case.found("unknown-rule").into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_rule_that_does_not_exist_is_found() {
        assert_eq!(set("vague-lnk"), ["there is no rule `vague-lnk`"]);
    }

    #[test]
    fn what_completeness_rests_on_cannot_be_set() {
        assert_eq!(set("missing-section"), ["the level of `missing-section` cannot be set"]);
        assert_eq!(set("invalid-yaml"), ["the level of `invalid-yaml` cannot be set"]);
    }

    #[test]
    fn any_other_rule_can_be_set() {
        assert!(set("vague-link").is_empty());
    }
}
