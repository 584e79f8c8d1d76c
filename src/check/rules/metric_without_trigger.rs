//! `metric-without-trigger`: metrics of the gates that no trigger of a rollback names.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::{GateMetric, Rollback};
use std::collections::BTreeSet;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "metric-without-trigger",
    level: Level::Warning,
    summary: "no trigger of a rollback names a metric of the gates",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(rollout) = view.project().and_then(|project| project.rollout.as_ref()) else { return Vec::new() };
    // That nothing says when it is rolled back is told elsewhere.
    let Some(rollback) = &rollout.rollback else { return Vec::new() };
    let named = triggers(rollback);
    rollout.metrics.iter().filter(|metric| words(metric).is_disjoint(&named)).map(finding).collect()
}

/// The words of all triggers.
fn triggers(rollback: &Rollback) -> BTreeSet<String> {
    rollback.automatic.iter().chain(&rollback.manual).flat_map(|trigger| telling(trigger.as_str())).collect()
}

/// The words by which a trigger may name a metric: those of its name and of its id.
fn words(metric: &GateMetric) -> BTreeSet<String> {
    telling(metric.name.as_str()).chain(telling(metric.id.as_str())).collect()
}

/// The words of a text that tell something, in the singular and in lower case: long ones, and those with a
/// digit, such as `p95`.
fn telling(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let tells = |word: &&str| {
        let has_digit = word.chars().any(|c| c.is_ascii_digit());
        let has_letter = word.chars().any(char::is_alphabetic);
        has_letter && (has_digit || word.chars().count() >= 4) && !COMMON.contains(&word.to_lowercase().as_str())
    };
    words.filter(tells).map(|word| word.to_lowercase().trim_end_matches('s').to_owned())
}

/// Long words that are said of any metric.
const COMMON: [&str; 22] = [
    "above", "after", "average", "below", "days", "during", "from", "hour", "hours", "least", "less", "minutes",
    "more", "over", "peak", "rate", "share", "than", "that", "time", "with", "within",
];

fn finding(metric: &GateMetric) -> Finding {
    let (id, alert) = (&metric.id, &metric.alert.value);
    Finding::warning(RULE.slug, format!("no trigger of a rollback names the metric `{id}`"))
        .at(metric.id.span, "what happens when it goes wrong?")
        .help(format!(
            "add a line to `rollout.rollback.automatic` or `manual` with a word of its name, such as: {} {alert} for 30 minutes",
            metric.name
        ))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn count(name: &str, trigger: &str) -> usize {
        let mut case = Case::new();
        case.project(&format!(
            "rollout:\n  metrics:\n    - id: error-rate\n      name: {name}\n      target: \"< 1 %\"\n      alert: \"> 2 %\"\n  \
             rollback:\n    manual:\n      - {trigger}\n    decides: anna-lind\n    decides_after_hours: anna-lind\n    \
             executes: anna-lind\n"
        ));
        case.found("metric-without-trigger").len()
    }

    #[test]
    fn a_metric_that_no_trigger_names_is_found() {
        assert_eq!(count("Failed requests", "Three complaints within one hour"), 1);
        assert_eq!(count("Failed requests", "More than five at the same rate"), 1);
    }

    #[test]
    fn a_word_of_its_name_or_its_id_names_it() {
        assert_eq!(count("Answers with 5xx", "More than 5 % of answers for 5 minutes"), 0);
        assert_eq!(count("Answers with 5xx", "Many 5xx for 5 minutes"), 0);
        assert_eq!(count("Failed requests", "Errors above 2 % for one hour"), 0);
    }

    #[test]
    fn without_a_rollback_it_keeps_quiet() {
        let mut case = Case::new();
        case.project(
            "rollout:\n  metrics:\n    - id: x\n      name: Load\n      target: \"< 1\"\n      alert: \"> 2\"\n",
        );
        assert!(case.found("metric-without-trigger").is_empty());
    }
}
