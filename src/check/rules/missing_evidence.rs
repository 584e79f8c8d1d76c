//! `missing-evidence`: items that are due and lack a block, a field, a file or a record.

use super::empty_section::thin;
use super::missing_document::is_missing;
use super::{Rule, Run};
use crate::check::coverage::{Judged, Judgement};
use crate::check::evidence::LackKind;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::shorten;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "missing-evidence",
    level: Level::Error,
    summary: "an item that is due lacks its proof: a block, a field, a file or a record",
    run: Run::Coverage(look),
};

fn look(view: &View<'_>, judgement: &Judgement<'_>) -> Vec<Finding> {
    let lacking =
        |judged: &&Judged<'_>| thin(judged).is_none() && judged.untold().any(|lack| lack.kind == LackKind::Proof);
    let blocking = judgement.blocking().filter(lacking);
    let present = blocking.filter(|judged| !is_missing(view, judgement, judged.result.document.as_str()));
    present.map(|judged| finding(view, judged)).collect()
}

/// One finding for the item, with a place and an advice for each thing that is missing.
fn finding(view: &View<'_>, judged: &Judged<'_>) -> Finding {
    let id = judged.result.id.as_str();
    let lacks: Vec<_> = judged.untold().collect();
    let what: Vec<_> = lacks.iter().map(|lack| lack.text.as_str()).collect();
    let message = format!("`{id}` ({}) is not proved: {}", shorten(&judged.result.title), what.join("; "));
    let mut finding = Finding::error(RULE.slug, message).item(id);
    let due = format!("due by the start of `{}`", judged.result.due);
    for lack in &lacks {
        match lack.at {
            Some(place) if finding.labels.iter().any(|label| label.span == place) => {}
            // What the message already says is not said again.
            Some(place) if lacks.len() == 1 => finding = finding.at(place, due.clone()),
            Some(place) => finding = finding.at(place, lack.text.clone()),
            None => {}
        }
    }
    if finding.labels.is_empty()
        && let Some(place) = view.stage_place()
    {
        finding = finding.at(place, due);
    }
    for help in lacks.iter().filter_map(|lack| lack.help.as_ref()) {
        if !finding.help.contains(help) {
            finding = finding.help(help.clone());
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, LONG};
    use crate::model::project::Stage;

    #[test]
    fn a_field_that_is_missing_is_named_by_its_path() {
        let mut case = Case::new();
        case.project("support:\n  tiers:\n    - level: 1\n      name: First\n      contact: bo-ek\n      scope: All\n      response: 4 h\n      resolution: 2 d\n");
        case.options.stage = Some(Stage::Transfer);
        let findings = case.found("missing-evidence");
        let sla = findings.iter().find(|finding| finding.item.as_deref() == Some("sla.severities")).expect("a finding");
        assert!(sla.help.contains(&"add `support.severities.response` to handoff.yaml".to_owned()));
        assert_eq!(case.loaded.sources.slice(sla.span().expect("a place")), "support");
    }

    #[test]
    fn a_session_that_was_planned_and_has_no_record_is_found_at_its_plan() {
        let mut case = Case::new();
        case.project("transfer:\n  sessions:\n    - id: walkthrough\n      kind: technical\n      title: Code\n      date: 2026-11-02\n      start: \"09:00\"\n      length: 2 h\n      place: Room 1\n      lead: anna-lind\n");
        case.fragment("docs/knowledge-transfer.md", |doc| doc.heading(2, "Debt").para(LONG));
        case.options.stage = Some(Stage::Transfer);
        let findings = case.found("missing-evidence");
        let session =
            findings.iter().find(|finding| finding.item.as_deref() == Some("knowledge-transfer.technical-session"));
        let session = session.expect("a finding");
        assert_eq!(case.loaded.sources.slice(session.span().expect("a place")), "walkthrough");
        assert!(session.help[0].contains("records/sessions/walkthrough.yaml"), "{:?}", session.help);
    }

    #[test]
    fn a_section_without_its_code_is_found() {
        let mut case = Case::new();
        case.options.stage = Some(Stage::Transfer);
        case.fragment("docs/deployment.md", |doc| doc.heading(2, "Rollback").para(LONG));
        let findings = case.found("missing-evidence");
        let rollback = findings.iter().find(|finding| finding.item.as_deref() == Some("deployment.rollback"));
        let rollback = rollback.expect("a finding");
        assert_eq!(
            rollback.message,
            "`deployment.rollback` (Rollback) is not proved: section “Rollback” has no block of code"
        );
    }

    #[test]
    fn every_item_that_blocks_is_named_by_a_finding_or_by_its_document() {
        let mut case = Case::new();
        case.options.stage = Some(Stage::Close);
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Scaling").para("Short."));
        let report = case.check();
        let missing: Vec<_> = report.findings.iter().filter(|finding| finding.rule == "missing-document").collect();
        for item in report.coverage.iter().flat_map(|coverage| &coverage.items).filter(|item| item.state.blocks()) {
            let quoted = format!("`{}`", item.document);
            let named = report.findings.iter().any(|finding| finding.item.as_ref() == Some(&item.id))
                || missing.iter().any(|finding| finding.message.contains(&quoted));
            assert!(named, "{}", item.id);
        }
    }
}
