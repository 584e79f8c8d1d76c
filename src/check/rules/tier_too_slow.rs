//! `tier-too-slow`: severities that are promised shorter times than the tier which takes them has.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::Located;
use crate::model::project::{Severity, Tier};
use crate::model::value::Duration;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "tier-too-slow",
    level: Level::Error,
    summary: "a severity is promised a shorter time than the tier that takes it has",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(support) = view.project().and_then(|project| project.support.as_ref()) else { return Vec::new() };
    let mut findings = Vec::new();
    for severity in &support.severities {
        let taken = |tier: &&Tier| severity.tier.is_some_and(|level| level.value == tier.level.value);
        if let Some(tier) = support.tiers.iter().find(taken) {
            findings.extend(compare("answers", severity, &severity.response, &tier.response));
            findings.extend(compare("solves", severity, &severity.resolution, &tier.resolution));
        }
    }
    findings
}

fn compare(verb: &str, severity: &Severity, promised: &Located<Duration>, tier: &Located<Duration>) -> Option<Finding> {
    (tier.minutes > promised.minutes).then(|| {
        let message = format!("the tier that takes `{}` {verb} within {tier}, {promised} is promised", severity.id);
        Finding::error(RULE.slug, message)
            .at(promised.span, "promised here")
            .at(tier.span, "the tier takes longer")
            .help("promise no more than the tier can keep, or let a faster tier take it")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn count(response: &str, resolution: &str) -> usize {
        let mut case = Case::new();
        case.project(&format!(
            "support:\n  severities:\n    - id: p0\n      name: N\n      meaning: M\n      response: 15 min\n      \
             resolution: 4 h\n      tier: 2\n  tiers:\n    - level: 1\n      name: A\n      contact: bo-ek\n      \
             scope: S\n      response: 1 d\n      resolution: 2 d\n    - level: 2\n      name: B\n      \
             contact: anna-lind\n      scope: S\n      response: {response}\n      resolution: {resolution}\n"
        ));
        case.found("tier-too-slow").len()
    }

    #[test]
    fn a_promise_that_the_tier_cannot_keep_is_found() {
        assert_eq!(count("30 min", "4 h"), 1);
        assert_eq!(count("30 min", "5 h"), 2);
    }

    #[test]
    fn a_tier_that_is_as_fast_is_left_alone() {
        assert_eq!(count("15 min", "2-4 h"), 0);
    }
}
