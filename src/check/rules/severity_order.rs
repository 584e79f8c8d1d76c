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
    summary: "severities are not in order: by their numbers, or by the times that they are promised",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let severities = view.project().and_then(|project| project.support.as_ref()).map(|support| &support.severities);
    let pairs = severities.into_iter().flat_map(|severities| severities.windows(2));
    pairs
        .flat_map(|pair| {
            [
                numbered(pair),
                compare(pair, "response", |severity| Some(severity.response)),
                compare(pair, "resolution", |severity| Some(severity.resolution)),
                compare(pair, "update", |severity| severity.updates),
            ]
        })
        .flatten()
        .collect()
}

/// Two severities whose ids are numbered, such as `p0` and `p1`: the worse one has the lower number.
fn numbered(pair: &[Severity]) -> Option<Finding> {
    let [worse, milder] = pair else { return None };
    let number = |severity: &Severity| {
        let id = severity.id.as_str();
        let name = id.trim_end_matches(|c: char| c.is_ascii_digit());
        Some((name.to_owned(), id[name.len()..].parse::<u32>().ok()?))
    };
    let ((first_name, first), (second_name, second)) = (number(worse)?, number(milder)?);
    (first_name == second_name && second < first).then(|| {
        let (worse, milder) = (&worse.id, &milder.id);
        Finding::error(RULE.slug, format!("`{milder}` stands below `{worse}`, as if it were the milder one"))
            .at(milder.span, "the lower number")
            .at(worse.span, "stands before it")
            .help("list the worst severity first, and give it the lowest number")
    })
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
    fn numbered_severities_stand_in_the_order_of_their_numbers() {
        let mut case = severities("1 h, 4 h", "1 h, 4 h");
        assert_eq!(case.found("severity-order").len(), 0);
        case.edit_project("- id: p0", "- id: p2");
        let findings = case.found("severity-order");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "`p1` stands below `p2`, as if it were the milder one");
        case.edit_project("- id: p2", "- id: worst");
        assert_eq!(case.found("severity-order").len(), 0);
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
