//! `alert-without-section`: alerts for which the runbook does not say what to do.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::suggestion;
use crate::finding::{Finding, Level};
use crate::model::project::Alert;
use crate::model::text::sections;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "alert-without-section",
    level: Level::Error,
    summary: "an alert has no section in the runbook that says what to do",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    // That there is no runbook yet is told elsewhere.
    let Some(runbook) = view.dossier.document("runbook") else { return Vec::new() };
    let anchors: Vec<&str> = sections(&runbook.blocks).iter().map(|section| section.heading.id.as_str()).collect();
    let monitoring = view.project().and_then(|project| project.monitoring.as_ref());
    monitoring
        .into_iter()
        .flat_map(|monitoring| &monitoring.alerts)
        .filter_map(|alert| finding(alert, &anchors))
        .collect()
}

fn finding(alert: &Alert, anchors: &[&str]) -> Option<Finding> {
    let name = &alert.name;
    let Some(anchor) = &alert.runbook else {
        return Some(
            Finding::error(RULE.slug, format!("the alert `{name}` names no section of the runbook"))
                .at(name.span, "what is to be done?")
                .help("write a section for it in the runbook, and add `runbook:` with the anchor of its heading"),
        );
    };
    if anchors.contains(&anchor.as_str()) {
        return None;
    }
    let finding = Finding::error(RULE.slug, format!("the runbook has no section `{anchor}` for the alert `{name}`"))
        .at(anchor.span, "no heading has this anchor");
    Some(match suggestion(anchor.as_str(), anchors.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("write the section, and give its heading the anchor: `## {name} {{#{anchor}}}`")),
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn alert(more: &str) -> Case {
        let mut case = Case::new();
        case.project(&format!(
            "monitoring:\n  alerts:\n    - name: PortalDown\n      condition: C\n      severity: p0\n      recipients: [anna-lind]\n{more}"
        ));
        case
    }

    #[test]
    fn an_alert_without_a_section_is_found() {
        let mut case = alert("");
        assert!(case.found("alert-without-section").is_empty(), "there is no runbook yet");
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Portal down").para("Restart it."));
        assert_eq!(case.found("alert-without-section").len(), 1);
    }

    #[test]
    fn an_anchor_that_is_not_there_is_found_with_a_near_one() {
        let mut case = alert("      runbook: portal-donw\n");
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Portal down").para("Restart it."));
        let findings = case.found("alert-without-section");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].help, ["did you mean `portal-down`?"]);
    }

    #[test]
    fn an_alert_with_its_section_is_left_alone() {
        let mut case = alert("      runbook: portal-down\n");
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Portal down").para("Restart it."));
        assert!(case.found("alert-without-section").is_empty());
    }
}
