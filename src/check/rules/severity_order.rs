//! `severity-order`: severities whose promised times are not in order.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::Located;
use crate::model::project::Severity;
use crate::model::value::Duration;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "severity-order",
    level: Level::Error,
    summary: "a milder severity is promised a shorter time than a worse one",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let severities = view.project().and_then(|project| project.support.as_ref()).map(|support| &support.severities);
    let pairs = severities.into_iter().flat_map(|severities| severities.windows(2));
    pairs
        .flat_map(|pair| {
            [
                compare(pair, "response", |severity| Some(severity.response)),
                compare(pair, "resolution", |severity| Some(severity.resolution)),
                compare(pair, "update", |severity| severity.updates),
            ]
        })
        .flatten()
        .collect()
}

/// Two severities, the worse one first: the second must not be promised the shorter time.
fn compare(pair: &[Severity], what: &str, time: fn(&Severity) -> Option<Located<Duration>>) -> Option<Finding> {
    let [worse, milder] = pair else { return None };
    let (first, second) = (time(worse)?, time(milder)?);
    (second.minutes < first.minutes).then(|| {
        let (worse, milder) = (&worse.id, &milder.id);
        Finding::error(RULE.slug, format!("the {what} time of `{milder}` is shorter than that of `{worse}`"))
            .at(second.span, format!("`{milder}` is the milder one"))
            .at(first.span, "longer than that")
            .help("list the worst severity first, and give it the shortest times")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn severities(first: &str, second: &str) -> Case {
        let mut case = Case::new();
        let severity = |id: &str, times: &str| {
            let (response, resolution) = times.split_once(", ").expect("two times");
            format!(
                "    - id: {id}\n      name: N\n      meaning: M\n      response: {response}\n      resolution: {resolution}\n"
            )
        };
        case.project(&format!("support:\n  severities:\n{}{}", severity("p0", first), severity("p1", second)));
        case
    }

    #[test]
    fn a_milder_severity_with_a_shorter_time_is_found() {
        let findings = severities("1 h, 4 h", "30 min, 1 d").found("severity-order");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "the response time of `p1` is shorter than that of `p0`");
        assert_eq!(severities("1 h, 4 h", "1 h, 3 h").found("severity-order").len(), 1);
    }

    #[test]
    fn updates_are_in_order_too() {
        let mut case = severities("15 min, 4 h", "1 h, 1 d");
        case.edit_project("resolution: 4 h\n", "resolution: 4 h\n      updates: 2 h\n");
        case.edit_project("resolution: 1 d\n", "resolution: 1 d\n      updates: 1 h\n");
        assert_eq!(case.found("severity-order").len(), 1);
    }

    #[test]
    fn equal_and_longer_times_are_none() {
        assert!(severities("15 min, 4 h", "15 min, 1 d").found("severity-order").is_empty());
    }
}
