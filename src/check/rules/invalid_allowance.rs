//! `invalid-allowance`: allowances without a reason, and for rules that cannot be allowed.

use super::{RULES, is_fixed, rule};
use super::{Rule, Run};
use crate::check::allow::Allowance;
use crate::check::view::View;
use crate::finding::suggestion;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "invalid-allowance",
    level: Level::Error,
    summary: "an allowance gives no reason, or names no rule that can be allowed",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    view.allowances().iter().filter_map(finding).collect()
}

fn finding(allowance: &Allowance) -> Option<Finding> {
    let slug = allowance.rule.as_str();
    let told = |message: String, label: &str| Finding::error(RULE.slug, message).at(allowance.place, label);
    match rule(slug) {
        None if slug.is_empty() => Some(
            told("the allowance names no rule".into(), "which rule?")
                .help("write `<!-- handoff: allow RULE reason -->`"),
        ),
        None => {
            let finding = told(format!("there is no rule `{slug}`"), "not known");
            Some(match suggestion(slug, RULES.iter().map(|rule| rule.slug)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("`handoff explain` lists the rules"),
            })
        }
        Some(known) if is_fixed(known) => Some(
            told(format!("`{slug}` cannot be allowed"), "the completeness rests on it")
                .help("for an item of the checklist use a waiver, or `not_applicable`, each with its reason"),
        ),
        Some(_) if allowance.reason.is_empty() => Some(
            told(format!("the allowance of `{slug}` gives no reason"), "why?")
                .help(format!("write `<!-- handoff: allow {slug} reason -->`")),
        ),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn allowed(comment: &str) -> Vec<String> {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").comment(comment).para("Text."));
        case.found("invalid-allowance").into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn an_allowance_needs_a_rule_and_a_reason() {
        assert_eq!(allowed("handoff: allow"), ["the allowance names no rule"]);
        assert_eq!(allowed("handoff: allow vague-lnk it is so"), ["there is no rule `vague-lnk`"]);
        assert_eq!(allowed("handoff: allow vague-link"), ["the allowance of `vague-link` gives no reason"]);
        assert_eq!(allowed("handoff: allow empty-section later"), ["`empty-section` cannot be allowed"]);
        assert!(allowed("handoff: allow vague-link quoted").is_empty());
        assert!(allowed("an ordinary comment").is_empty());
    }
}
