//! `change-history`: change histories that contradict the release or are out of order.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "change-history",
    level: Level::Warning,
    summary: "the change history contradicts the release, or is out of order",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(release) = view.project().map(|project| &project.release) else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some(newest) = release.changes.first()
        && newest.version.value != release.version.value
    {
        findings.push(
            Finding::warning(
                RULE.slug,
                format!("the change history ends at {}, the release is {}", newest.version, release.version),
            )
            .at(newest.version.span, "the newest entry")
            .at(release.version.span, "the release")
            .help(format!("add an entry for {} at the top of `changes`", release.version)),
        );
    }
    for pair in release.changes.windows(2) {
        let [newer, older] = pair else { continue };
        if older.date.value > newer.date.value || older.version.value >= newer.version.value {
            findings.push(
                Finding::warning(
                    RULE.slug,
                    format!("{} stands below {}, and is not older", older.version, newer.version),
                )
                .at(older.version.span, "not older")
                .at(newer.version.span, "the entry above it")
                .help("list the newest version first"),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn changes(list: &[(&str, &str)]) -> usize {
        let mut case = Case::new();
        let entry = |(version, date): &(&str, &str)| {
            format!("    - version: {version}\n      date: {date}\n      summary: S\n")
        };
        let text: String = list.iter().map(entry).collect();
        case.edit_project(
            "  classification: Confidential\n",
            &format!("  classification: Confidential\n  changes:\n{text}"),
        );
        case.found("change-history").len()
    }

    #[test]
    fn a_release_without_an_entry_is_found() {
        assert_eq!(changes(&[("0.9.0", "2026-11-01")]), 1);
    }

    #[test]
    fn entries_out_of_order_are_found() {
        assert_eq!(changes(&[("1.0.0", "2026-11-20"), ("0.8.0", "2026-10-01"), ("0.9.0", "2026-11-01")]), 1);
    }

    #[test]
    fn a_history_in_order_is_left_alone() {
        assert_eq!(changes(&[("1.0.0", "2026-11-20"), ("0.9.0", "2026-11-01")]), 0);
    }
}
