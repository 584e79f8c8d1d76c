//! `rollout-order`: stages of the rollout that are out of order or overlap.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::{Rollout, RolloutStage};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "rollout-order",
    level: Level::Error,
    summary: "stages of the rollout are out of order or overlap",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(rollout) = view.project().and_then(|project| project.rollout.as_ref()) else { return Vec::new() };
    let mut findings: Vec<Finding> = rollout.stages.iter().filter_map(reversed).collect();
    findings.extend(current(rollout));
    for pair in rollout.stages.windows(2) {
        if let [before, stage] = pair {
            findings.extend(order(before, stage).or_else(|| dates(before, stage)));
        }
    }
    findings
}

/// The stage that the delivery is in is one of those that are planned.
fn current(rollout: &Rollout) -> Option<Finding> {
    let current = rollout.current.filter(|_| !rollout.stages.is_empty())?;
    let is_planned = rollout.stages.iter().any(|stage| stage.id.value == current.value);
    let planned: Vec<_> = rollout.stages.iter().map(|stage| stage.id.value.as_str()).collect();
    (!is_planned).then(|| {
        Finding::error(RULE.slug, format!("the delivery is in stage `{}`, which is not planned", current.value))
            .at(current.span, "none of `rollout.stages`")
            .help(format!("plan it, or name the stage that the delivery is in: {}", planned.join(", ")))
    })
}

fn reversed(stage: &RolloutStage) -> Option<Finding> {
    let ends = stage.ends.filter(|ends| ends.value < stage.starts.value)?;
    let finding = Finding::error(RULE.slug, format!("stage `{}` ends before it starts", stage.id.value));
    Some(finding.at(ends.span, "ends here").at(stage.starts.span, "starts here").help("correct one of the two dates"))
}

fn order(before: &RolloutStage, stage: &RolloutStage) -> Option<Finding> {
    let (first, second) = (before.id.value, stage.id.value);
    (second <= first).then(|| {
        let message = if first == second {
            format!("stage `{second}` is there twice")
        } else {
            format!("stage `{second}` comes before `{first}`")
        };
        Finding::error(RULE.slug, message)
            .at(stage.id.span, "out of order")
            .at(before.id.span, "the one above it")
            .help("the order is prepare, transfer, internal, pilot, expanded, ga, close")
    })
}

fn dates(before: &RolloutStage, stage: &RolloutStage) -> Option<Finding> {
    let last = before.ends.unwrap_or(before.starts);
    (stage.starts.value < last.value).then(|| {
        let (first, second) = (before.id.value, stage.id.value);
        Finding::error(RULE.slug, format!("stage `{second}` starts before `{first}` is over"))
            .at(stage.starts.span, "starts here")
            .at(last.span, format!("`{first}` runs until here"))
            .help("a stage begins when the gate of the one before it has decided: correct the dates")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn stages(list: &[(&str, &str, &str)]) -> Vec<String> {
        let mut case = Case::new();
        let stage = |(id, starts, ends): &(&str, &str, &str)| {
            format!(
                "    - id: {id}\n      audience: Some\n      starts: {starts}\n      ends: {ends}\n      owner: anna-lind\n"
            )
        };
        case.project(&format!("rollout:\n  stages:\n{}", list.iter().map(stage).collect::<String>()));
        case.found("rollout-order").into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn stages_that_overlap_are_found() {
        let found = stages(&[("pilot", "2026-12-01", "2026-12-11"), ("ga", "2026-12-08", "2026-12-20")]);
        assert_eq!(found, ["stage `ga` starts before `pilot` is over"]);
    }

    #[test]
    fn stages_in_the_wrong_order_are_found() {
        let found = stages(&[("ga", "2026-12-01", "2026-12-11"), ("pilot", "2026-12-14", "2026-12-20")]);
        assert_eq!(found, ["stage `pilot` comes before `ga`"]);
        let found = stages(&[("ga", "2026-12-01", "2026-12-11"), ("ga", "2026-12-14", "2026-12-20")]);
        assert_eq!(found, ["stage `ga` is there twice"]);
    }

    #[test]
    fn a_stage_that_ends_before_it_starts_is_found() {
        assert_eq!(stages(&[("pilot", "2026-12-11", "2026-12-01")]), ["stage `pilot` ends before it starts"]);
    }

    #[test]
    fn the_present_stage_is_planned() {
        let mut case = Case::new();
        case.project("rollout:\n  current: pilot\n  stages:\n    - id: ga\n      audience: Some\n      starts: 2026-12-01\n      owner: anna-lind\n");
        assert_eq!(case.found("rollout-order").len(), 1);
        case.edit_project("current: pilot", "current: ga");
        assert!(case.found("rollout-order").is_empty());
    }

    #[test]
    fn stages_in_order_are_left_alone() {
        let found = stages(&[("pilot", "2026-12-01", "2026-12-11"), ("ga", "2026-12-11", "2026-12-20")]);
        assert!(found.is_empty());
    }
}
