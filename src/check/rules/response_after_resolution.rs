//! `response-after-resolution`: promised answers that come later than the promised solution.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::Located;
use crate::model::project::Severity;
use crate::model::value::Duration;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "response-after-resolution",
    level: Level::Error,
    summary: "a promised answer comes later than the promised solution",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(support) = view.project().and_then(|project| project.support.as_ref()) else { return Vec::new() };
    let severities = support.severities.iter().map(|s| (format!("severity `{}`", s.id), &s.response, &s.resolution));
    let tiers = support.tiers.iter().map(|t| (format!("tier {}", t.level.value.0), &t.response, &t.resolution));
    let answers =
        severities.chain(tiers).filter_map(|(what, response, resolution)| finding(&what, response, resolution));
    answers.chain(support.severities.iter().filter_map(late_updates)).collect()
}

/// Updates that come less often than the solution.
fn late_updates(severity: &Severity) -> Option<Finding> {
    let (updates, resolution) = (severity.updates?, severity.resolution);
    (updates.minutes > resolution.minutes).then(|| {
        Finding::error(RULE.slug, format!("severity `{}` is solved before its first update", severity.id))
            .at(updates.span, "the time between two updates")
            .at(resolution.span, "is longer than that to the solution")
            .help("make the time between two updates the shorter one")
    })
}

fn finding(what: &str, response: &Located<Duration>, resolution: &Located<Duration>) -> Option<Finding> {
    (response.minutes > resolution.minutes).then(|| {
        Finding::error(RULE.slug, format!("{what} is answered after it is solved"))
            .at(response.span, "the answer comes later")
            .at(resolution.span, "than the solution")
            .help("the response time is the time to the first answer by a person: make it the shorter one")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn severity(response: &str, resolution: &str) -> Case {
        let mut case = Case::new();
        case.project(&format!(
            "support:\n  severities:\n    - id: p0\n      name: N\n      meaning: M\n      response: {response}\n      resolution: {resolution}\n"
        ));
        case
    }

    #[test]
    fn an_answer_after_the_solution_is_found_at_the_answer() {
        let case = severity("4 h", "15 min");
        let findings = case.found("response-after-resolution");
        assert_eq!(findings.len(), 1);
        assert_eq!(case.loaded.sources.slice(findings[0].span().expect("a place")), "4 h");
    }

    #[test]
    fn an_answer_before_the_solution_is_none() {
        assert!(severity("15 min", "4 h").found("response-after-resolution").is_empty());
        assert!(severity("1 h", "1 h").found("response-after-resolution").is_empty());
    }

    #[test]
    fn updates_after_the_solution_are_found() {
        let mut case = severity("15 min", "4 h");
        case.edit_project("      resolution: 4 h\n", "      resolution: 4 h\n      updates: 1 d\n");
        assert_eq!(case.found("response-after-resolution").len(), 1);
        case.edit_project("updates: 1 d", "updates: 30 min");
        assert!(case.found("response-after-resolution").is_empty());
    }

    #[test]
    fn a_time_that_could_not_be_read_says_nothing() {
        assert!(severity("4 h", "soon").found("response-after-resolution").is_empty());
    }
}
