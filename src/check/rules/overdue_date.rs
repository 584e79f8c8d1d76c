//! `overdue-date`: dates that were due before the date of the release.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::acceptance::Acceptance;
use crate::model::node::Located;
use crate::model::project::Project;
use crate::model::value::Date;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "overdue-date",
    level: Level::Warning,
    summary: "something was due before the date of the release",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let tasks = project.maintenance.iter().flat_map(|maintenance| &maintenance.tasks);
    let keys = project.access.iter().flat_map(|access| &access.keys);
    let mut dates: Vec<(String, Located<Date>)> = Vec::new();
    dates.extend(tasks.map(|task| (format!("the task “{}”", task.task), task.next)));
    dates.extend(keys.map(|key| (format!("the replacement of `{}`", key.name), key.rotate_by)));
    let sign_off = project.sign_off.iter().filter(|_| !came_back(view, project));
    dates.extend(sign_off.map(|plan| ("the sign-off".to_owned(), plan.due)));
    let release = project.release.date;
    let late = dates.into_iter().filter(|(_, date)| date.value < release.value);
    let finding = |(what, date): (String, Located<Date>)| {
        Finding::warning(RULE.slug, format!("{what} was due before this release"))
            .at(date.span, "is past")
            .at(release.span, "the date of the release")
            .help("do it, and write when it is due next")
    };
    late.map(finding).collect()
}

/// Whether the sign-off of this release, or of the one that it delivers, is there.
fn came_back(view: &View<'_>, project: &Project) -> bool {
    Acceptance::of(project, &view.loaded.records).is_some_and(|acceptance| acceptance.covers(project))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn what_was_due_before_the_release_is_found() {
        let due = |next: &str, rotate: &str| {
            let mut case = Case::new();
            case.project(&format!(
                "maintenance:\n  tasks:\n    - task: Updates\n      frequency: weekly\n      owner: anna-lind\n      next: {next}\naccess:\n  keys:\n    - name: KEY\n      service: S\n      stored_in: Vault\n      owner: anna-lind\n      rotate_by: {rotate}\n"
            ));
            case.found("overdue-date").len()
        };
        assert_eq!(due("2026-11-19", "2026-01-01"), 2);
        assert_eq!(due("2026-11-20", "2027-01-01"), 0);
    }
}
