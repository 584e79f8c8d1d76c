//! `unknown-rule`: settings of rules that do not exist or cannot be set.

use super::{RULES, is_fixed, rule};
use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::suggestion;
use crate::finding::{Finding, Level};
use crate::model::node::Located;
use crate::model::value::Id;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unknown-rule",
    level: Level::Error,
    summary: "a setting is about a rule that does not exist, or that cannot be set",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let levels = project.rules.iter().map(|entry| (&entry.rule, "the level of `{}` cannot be set"));
    let waivers = project.waivers.iter().filter_map(|waiver| waiver.rule.as_ref());
    let waivers = waivers.map(|rule| (rule, "the findings of `{}` cannot be waived"));
    levels.chain(waivers).filter_map(|(slug, fixed)| finding(slug, fixed)).collect()
}

/// What is wrong with naming a rule; `fixed` is what to say if nothing can change its findings.
fn finding(slug: &Located<Id>, fixed: &str) -> Option<Finding> {
    match rule(slug.as_str()) {
        None => {
            let finding = Finding::error(RULE.slug, format!("there is no rule `{slug}`")).at(slug.span, "not known");
            Some(match suggestion(slug.as_str(), RULES.iter().map(|rule| rule.slug)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("`handoff explain` lists the rules"),
            })
        }
        Some(known) if is_fixed(known) => Some(
            Finding::error(RULE.slug, fixed.replace("{}", slug.as_str()))
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
