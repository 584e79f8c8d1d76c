//! `alert-inside-target`: gate metrics that alarm while they are within their target, or never.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::GateMetric;
use crate::model::value::Comparison;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "alert-inside-target",
    level: Level::Error,
    summary: "a gate metric alarms while it is still within its target",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let rollout = view.project().and_then(|project| project.rollout.as_ref());
    rollout.into_iter().flat_map(|rollout| &rollout.metrics).filter_map(finding).collect()
}

fn finding(metric: &GateMetric) -> Option<Finding> {
    let why = contradiction(metric)?;
    Some(
        Finding::error(RULE.slug, format!("the alert of `{}` does not lie beyond its target: {why}", metric.id))
            .at(metric.alert.span, why)
            .at(metric.target.span, "the target")
            .help("for a target of `< 1 %` write an alert such as `> 2 %`"),
    )
}

/// Why alert and target do not fit together.
fn contradiction(metric: &GateMetric) -> Option<&'static str> {
    use Comparison::{AtLeast, AtMost, Equal, Less, More};
    let (target, alert) = (&metric.target, &metric.alert);
    if target.unit != alert.unit {
        return Some("the units differ");
    }
    match (target.comparison, alert.comparison) {
        (Equal, _) => None,
        (Less | AtMost, Less | AtMost | Equal) | (More | AtLeast, More | AtLeast | Equal) => {
            Some("it looks in the same direction")
        }
        (Less | AtMost, _) => (alert.limit < target.limit).then_some("it is reached before the target is missed"),
        (More | AtLeast, _) => (alert.limit > target.limit).then_some("it is reached before the target is missed"),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn metric(target: &str, alert: &str) -> usize {
        let mut case = Case::new();
        case.project(&format!(
            "rollout:\n  metrics:\n    - id: errors\n      name: Errors\n      target: \"{target}\"\n      alert: \"{alert}\"\n"
        ));
        case.found("alert-inside-target").len()
    }

    #[test]
    fn an_alert_within_the_target_is_found() {
        assert_eq!(metric("< 1 %", "> 0.5 %"), 1);
        assert_eq!(metric(">= 97 %", "< 98 %"), 1);
    }

    #[test]
    fn an_alert_in_the_direction_of_the_target_is_found() {
        assert_eq!(metric("< 1 %", "< 2 %"), 1);
        assert_eq!(metric("> 7", ">= 6"), 1);
    }

    #[test]
    fn different_units_are_found() {
        assert_eq!(metric("< 800 ms", "> 2 s"), 1);
    }

    #[test]
    fn an_alert_beyond_the_target_is_left_alone() {
        assert_eq!(
            metric("< 1 %", "> 2 %") + metric("< 1 %", ">= 1 %") + metric("> 7", "< 6") + metric("= 0", "> 0"),
            0
        );
    }
}
