//! `section-without-alert`: sections of the runbook about alerts that do not exist.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{Section, plain, sections};
use std::collections::BTreeSet;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "section-without-alert",
    level: Level::Warning,
    summary: "a section of the runbook is about an alert that does not exist",
    run: Run::Project(look),
};

/// How the anchors of sections about alerts begin.
const PREFIX: &str = "alert-";

fn look(view: &View<'_>) -> Vec<Finding> {
    let alerts = || view.project().and_then(|project| project.monitoring.as_ref()).into_iter().flat_map(|m| &m.alerts);
    let named: BTreeSet<&str> = alerts().filter_map(|alert| Some(alert.runbook.as_ref()?.as_str())).collect();
    let sections = view.dossier.document("runbook").map(|runbook| sections(&runbook.blocks)).unwrap_or_default();
    // Where alerts have sections, those beside them are about alerts too; elsewhere the anchor may mean anything.
    // That all of them are gone is told where the alerts name them.
    let place = |section: &Section<'_>| Some((section.span?.file, section.heading.level));
    let home: BTreeSet<_> =
        sections.iter().filter(|section| named.contains(section.heading.id.as_str())).filter_map(place).collect();
    let about = |section: &&Section<'_>| {
        let anchor = section.heading.id.as_str();
        let beside = named.is_empty() || place(section).is_some_and(|place| home.contains(&place));
        anchor.starts_with(PREFIX) && !named.contains(anchor) && beside
    };
    sections.iter().filter(about).filter_map(finding).collect()
}

fn finding(section: &Section<'_>) -> Option<Finding> {
    let title = plain(&section.heading.content);
    let finding = Finding::warning(RULE.slug, format!("no alert leads to the section “{title}”"))
        .at(section.span?, format!("its anchor is `{}`", section.heading.id));
    Some(finding.help("add the alert to `monitoring.alerts` with this anchor as `runbook`, or take the section out"))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn a_section_that_no_alert_leads_to_is_found() {
        let mut case = Case::new();
        case.project("monitoring:\n  alerts:\n    - name: Down\n      condition: C\n      severity: p0\n      recipients: [anna-lind]\n      runbook: alert-down\n");
        case.fragment("docs/runbook.md", |doc| {
            doc.heading(2, "Alert down")
                .para("Restart it.")
                .heading(2, "Alert slow")
                .para("Wait.")
                .heading(2, "Logs")
                .para("See.")
        });
        let findings = case.found("section-without-alert");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "no alert leads to the section “Alert slow”");
    }

    #[test]
    fn nothing_is_said_of_others_when_the_sections_of_the_alerts_are_gone() {
        let mut case = Case::new();
        case.project("monitoring:\n  alerts:\n    - name: Down\n      condition: C\n      severity: p0\n      recipients: [anna-lind]\n      runbook: alert-down\n");
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Alert way").para("From the probe to the pager."));
        assert!(case.found("section-without-alert").is_empty());
        case.project("");
        assert_eq!(case.found("section-without-alert").len(), 1);
    }

    #[test]
    fn a_section_elsewhere_may_have_such_an_anchor() {
        let mut case = Case::new();
        case.project("monitoring:\n  alerts:\n    - name: Down\n      condition: C\n      severity: p0\n      recipients: [anna-lind]\n      runbook: alert-down\n");
        case.fragment("docs/runbook/10-alerts.md", |doc| doc.heading(2, "Alert down").para("Restart it."));
        case.fragment("docs/runbook/20-logs.md", |doc| {
            doc.heading(2, "Alert way").para("From the probe to the pager.")
        });
        assert!(case.found("section-without-alert").is_empty());
    }
}
