//! `reversed-dates`: times that end before they begin.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::Located;
use crate::model::value::Date;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "reversed-dates",
    level: Level::Error,
    summary: "something ends before it begins",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let warranty = project.support.as_ref().and_then(|support| support.warranty.as_ref());
    let warranty =
        warranty.and_then(|warranty| finding("the warranty ends before it begins", warranty.from, warranty.until));
    let started = project.project.started;
    let started = started.and_then(|day| finding("the release is older than the project", day, project.release.date));
    warranty.into_iter().chain(started).collect()
}

fn finding(message: &str, from: Located<Date>, until: Located<Date>) -> Option<Finding> {
    (until.value < from.value).then(|| {
        Finding::error(RULE.slug, message)
            .at(until.span, "earlier")
            .at(from.span, "later")
            .help("correct one of the two dates")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn a_warranty_that_ends_before_it_begins_is_found() {
        let warranty = |until: &str| {
            let mut case = Case::new();
            case.project(&format!("support:\n  warranty:\n    from: 2027-02-01\n    until: {until}\n"));
            case.found("reversed-dates").len()
        };
        assert_eq!(warranty("2026-01-31"), 1);
        assert_eq!(warranty("2027-02-01"), 0);
    }

    #[test]
    fn a_release_before_the_project_began_is_found() {
        let mut case = Case::new();
        case.project_with("  started: 2027-01-01\n", "");
        assert_eq!(case.found("reversed-dates").len(), 1);
    }
}
