//! `severity-without-tier`: severities that no support tier takes.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "severity-without-tier",
    level: Level::Warning,
    summary: "a severity names no support tier that takes it",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(support) = view.project().and_then(|project| project.support.as_ref()) else { return Vec::new() };
    // Without tiers there is nothing to name; that they are missing is told elsewhere.
    let open = support.severities.iter().filter(|severity| severity.tier.is_none() && !support.tiers.is_empty());
    let levels: Vec<_> = support.tiers.iter().map(|tier| tier.level.value.0.to_string()).collect();
    let finding = |severity: &crate::model::project::Severity| {
        Finding::warning(RULE.slug, format!("no support tier takes severity `{}`", severity.id))
            .at(severity.id.span, "has no `tier`")
            .help(format!("add `tier:` with the level of the tier that takes it: {}", levels.join(", ")))
    };
    open.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn severity(more: &str) -> Case {
        let mut case = Case::new();
        case.project(&format!(
            "support:\n  severities:\n    - id: p0\n      name: N\n      meaning: M\n      response: 1 h\n      resolution: 4 h\n{more}"
        ));
        case
    }

    const TIERS: &str = "  tiers:\n    - level: 1\n      name: Desk\n      contact: anna-lind\n      scope: All\n      response: 1 h\n      resolution: 4 h\n";

    #[test]
    fn a_severity_that_no_tier_takes_is_found() {
        let findings = severity(TIERS).found("severity-without-tier");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "no support tier takes severity `p0`");
    }

    #[test]
    fn a_severity_with_a_tier_and_a_project_without_tiers_are_left_alone() {
        assert!(severity(&format!("      tier: 1\n{TIERS}")).found("severity-without-tier").is_empty());
        assert!(severity("").found("severity-without-tier").is_empty());
    }
}
