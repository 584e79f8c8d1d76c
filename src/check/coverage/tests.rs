//! What is met, partly met, missing, waived, not applicable and not due.

use crate::check::testing::{Case, LONG, delivery};
use crate::model::project::Stage;
use crate::model::report::State;
use crate::model::text::Target;

/// A case at a stage with one fragment.
fn with(
    stage: Stage,
    path: &str,
    write: impl FnOnce(crate::check::testing::Draft) -> crate::check::testing::Draft,
) -> Case {
    let mut case = Case::new();
    case.options.stage = Some(stage);
    case.fragment(path, write);
    case
}

#[test]
fn the_built_in_checklist_has_every_item_of_the_requirements() {
    let ids: Vec<&str> = include_str!("../testing/delivery-ids.txt").lines().collect();
    let (_, checklist) = delivery();
    let items: Vec<_> = checklist.documents().flat_map(|(_, document)| &document.items).collect();
    assert_eq!(items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ids);
    assert_eq!((ids.len(), checklist.documents().count()), (135, 33));
}

#[test]
fn no_heading_covers_two_items_of_a_document() {
    let (_, checklist) = delivery();
    for (_, document) in checklist.documents() {
        for item in &document.items {
            let others = || document.items.iter().filter(|other| other.id.as_str() != item.id.as_str());
            for heading in item.headings.iter().chain([&item.title]) {
                let anchor = crate::model::text::slug(heading.as_str());
                let taken = others().find(|other| other.matches_heading(heading.as_str(), Some(&anchor)));
                assert!(taken.is_none(), "“{}” covers {} and {:?}", heading.as_str(), item.id.as_str(), taken);
            }
        }
    }
}

#[test]
fn a_section_with_real_text_is_met_where_it_stands() {
    let case = with(Stage::Transfer, "docs/runbook.md", |doc| doc.heading(2, "Capacity").para(LONG));
    let item = case.item("runbook.scaling");
    assert_eq!((item.state, item.evidence.len()), (State::Met, 1));
    assert_eq!(item.evidence[0].what, "section “Capacity”");
    assert_eq!(case.loaded.sources.slice(item.evidence[0].span.expect("a place")), "## Capacity");
}

#[test]
fn text_of_lower_sections_counts() {
    let case = with(Stage::Transfer, "docs/runbook.md", |doc| doc.heading(2, "Scaling").heading(3, "Up").para(LONG));
    assert_eq!(case.state("runbook.scaling"), State::Met);
}

#[test]
fn an_explicit_anchor_covers_whatever_the_heading_says() {
    use crate::model::text::BlockKind;
    let mut case = with(Stage::Transfer, "docs/runbook.md", |doc| doc.heading(2, "When it grows").para(LONG));
    assert_eq!(case.state("runbook.scaling"), State::Missing);
    if let BlockKind::Heading(heading) = &mut case.document().blocks[0].kind {
        heading.explicit_id = Some("scaling".into());
    }
    assert_eq!(case.state("runbook.scaling"), State::Met);
}

#[test]
fn front_matter_covers_by_what_the_file_says() {
    let mut case = with(Stage::Transfer, "docs/runbook.md", |doc| doc.heading(2, "When it grows").para(LONG));
    let place = case.dossier.documents[0].blocks[0].span.expect("a place");
    case.document().covers.push(("runbook.scaling".into(), place));
    let item = case.item("runbook.scaling");
    assert_eq!(item.state, State::Met);
    assert_eq!(item.evidence[0].span, Some(place));
}

#[test]
fn code_tables_and_images_are_asked_for_with_a_sentence() {
    let sentence = "Run this command from the jump host:";
    let code =
        with(Stage::Transfer, "docs/deployment.md", |doc| doc.heading(2, "Rollback").para(sentence).code("bash", "x"));
    assert_eq!(code.state("deployment.rollback"), State::Met);
    let alone = with(Stage::Transfer, "docs/deployment.md", |doc| doc.heading(2, "Rollback").code("bash", "x"));
    assert_eq!(alone.item("deployment.rollback").remarks, ["section “Rollback” has no text of its own"]);
    let table =
        with(Stage::Transfer, "docs/deployment.md", |doc| doc.heading(2, "Environment variables").table(sentence));
    assert_eq!(table.state("deployment.environment-variables"), State::Met);
    let svg = || Target::File("docs/x.svg".into());
    let figure = |alt: &str| {
        let case = with(Stage::Transfer, "docs/architecture.md", |doc| {
            doc.heading(2, "Data flow").para(sentence).figure(alt, svg())
        });
        case.item("architecture.data-flow")
    };
    assert_eq!(figure("Arrows from left to right").state, State::Met);
    assert_eq!(figure("").state, State::Partial);
    assert_eq!(figure("").remarks, ["the image in section “Data flow” has no text alternative"]);
}

#[test]
fn a_section_without_its_code_is_partial_and_says_so() {
    let case = with(Stage::Transfer, "docs/deployment.md", |doc| doc.heading(2, "Rollback").para(LONG));
    let item = case.item("deployment.rollback");
    assert_eq!(
        (item.state, item.remarks),
        (State::Partial, vec!["section “Rollback” has no block of code".to_owned()])
    );
}

#[test]
fn fragments_are_the_files_of_an_item_without_headings() {
    let case = with(Stage::Close, "docs/decisions/0001-queue.md", |doc| doc.heading(2, "Queue").para(LONG));
    let item = case.item("decisions.recorded");
    assert_eq!(item.state, State::Met);
    assert_eq!(item.evidence[0].what, "file docs/decisions/0001-queue.md");
}

#[test]
fn a_file_is_linked_to_in_the_section_of_its_item() {
    let mut case = Case::new();
    case.project_with("  traits: [security]\n", "");
    case.options.stage = Some(Stage::Ga);
    case.fragment("docs/security.md", |doc| {
        doc.heading(2, "Penetration test").file("the report", "docs/test.pdf").heading(2, "Scan results").para(LONG)
    });
    assert_eq!(case.item("security.penetration-test").evidence[0].what, "file docs/test.pdf");
    assert_eq!(case.state("security.penetration-test"), State::Met);
    assert_eq!(case.state("security.scan"), State::Missing);
}

#[test]
fn data_is_met_with_the_place_of_its_fields() {
    let case = Case::new();
    let item = case.item("contacts.on-call");
    assert_eq!(item.state, State::Met);
    assert_eq!(case.loaded.sources.slice(item.evidence[0].span.expect("a place")), "\"+46 31 1000001\"");
}

#[test]
fn data_with_an_error_in_it_is_partial() {
    let mut case = Case::new();
    case.options.stage = Some(Stage::Transfer);
    case.edit_project("\"+46 31 1000002\"", "TBD");
    assert_eq!(case.state("contacts.primary"), State::Partial);
}

#[test]
fn a_rule_that_finds_nothing_proves_its_item() {
    use crate::check::testing::broken;
    let mut case = with(Stage::Close, "docs/a.md", |doc| doc.heading(2, "A").para("Text."));
    assert_eq!(case.state("review.links"), State::Met);
    case.fragment("docs/b.md", |doc| doc.heading(2, "B").link("x", broken("x.md", "a.md")));
    let item = case.item("review.links");
    assert_eq!((item.state, item.remarks), (State::Missing, vec!["`broken-link` finds 1 thing".to_owned()]));
    assert!(!case.found("missing-evidence").iter().any(|finding| finding.item.as_deref() == Some("review.links")));
}

/// An item for which nothing but the word of a person can stand.
const WORD: &str = "    - id: a.searched\n      title: Searched\n      evidence: data\n      stage: close\n";

#[test]
fn what_nothing_supplies_is_missing_when_it_is_due() {
    let mut case = Case::new();
    case.checklist(WORD);
    assert_eq!(case.state("a.searched"), State::NotDue);
    case.options.stage = Some(Stage::Close);
    assert_eq!(case.state("a.searched"), State::Missing);
    assert_eq!(case.item("a.searched").remarks, ["nothing supplies it yet"]);
}

#[test]
fn sessions_are_met_by_their_records() {
    let mut case = Case::new();
    case.options.stage = Some(Stage::Transfer);
    let id = "knowledge-transfer.support-session";
    assert_eq!(case.state(id), State::Missing);
    let text = "session: s\nkind: support\ndate: 2026-11-02\noutcome: All clear\n";
    case.record("records/sessions/s.yaml", text, |records, session| records.sessions.push(session));
    assert_eq!(case.state(id), State::Partial);
    assert_eq!(case.item(id).remarks, ["its record names no attendees"]);
    let text = format!("{text}attendees: [anna-lind, bo-ek]\n");
    case.record("records/sessions/t.yaml", &text, |records, session| records.sessions.push(session));
    assert_eq!(case.state(id), State::Met);
}

#[test]
fn the_last_decision_at_a_gate_counts() {
    let mut case = Case::new();
    case.options.stage = Some(Stage::Pilot);
    assert_eq!(case.state("gates.internal"), State::Missing);
    let gate = |decision: &str, date: &str| format!("stage: internal\ndecision: {decision}\nby: bo-ek\ndate: {date}\n");
    case.record("records/gates/b.yaml", &gate("go", "2026-11-10"), |records, gate| records.gates.push(gate));
    case.record("records/gates/a.yaml", &gate("no-go", "2026-11-03"), |records, gate| records.gates.push(gate));
    assert_eq!(case.state("gates.internal"), State::Met);
    case.record("records/gates/c.yaml", &gate("no-go", "2026-11-12"), |records, gate| records.gates.push(gate));
    assert_eq!(case.state("gates.internal"), State::Missing);
    assert_eq!(case.item("gates.internal").remarks, ["the last decision, of 2026-11-12, was not to go on"]);
}

#[test]
fn a_statement_attests_the_items_that_it_names() {
    let mut case = Case::new();
    let text = "items: [rollout-plan.entry]\nstatement: All met\nby: bo-ek\ndate: 2026-11-02\n";
    case.record("records/statements/entry.yaml", text, |records, statement| records.statements.push(statement));
    let item = case.item("rollout-plan.entry");
    assert_eq!((item.state, item.owner.as_deref()), (State::Met, Some("bo-ek")));
    assert_eq!(case.loaded.sources.slice(item.evidence[0].span.expect("a place")), "rollout-plan.entry");
    assert_eq!(case.state("rollout-plan.rollback-tested"), State::Missing);
}

#[test]
fn a_trait_that_is_not_set_switches_its_document_off() {
    let mut case = Case::new();
    assert_eq!(case.state("api.errors"), State::NotApplicable);
    assert_eq!(case.item("api.errors").remarks, ["trait `api` is not set"]);
    case.project_with("  traits: [api]\n", "");
    assert_eq!(case.state("api.errors"), State::NotDue);
}

#[test]
fn what_is_declared_not_applicable_needs_no_evidence() {
    let mut case = Case::new();
    case.project("not_applicable:\n  - item: monitoring\n    reason: The client has its own\n  - item: rollout-plan.entry\n    reason: Agreed\n");
    assert_eq!(case.item("monitoring.slo").remarks, ["The client has its own"]);
    assert_eq!(case.state("monitoring.alert-rules"), State::NotApplicable);
    assert_eq!(case.state("rollout-plan.entry"), State::NotApplicable);
    assert_eq!(case.state("rollout-plan.risks"), State::Missing);
}

#[test]
fn a_waiver_lets_pass_until_its_last_day() {
    let mut case = Case::new();
    let waiver = |expires: &str| {
        format!(
            "waivers:\n  - item: rollout-plan.entry\n    reason: Later\n    approver: bo-ek\n    expires: {expires}\n"
        )
    };
    case.project(&waiver("2026-11-20"));
    assert_eq!(case.state("rollout-plan.entry"), State::Waived);
    assert_eq!(case.item("rollout-plan.entry").remarks, ["waived until 2026-11-20 by bo-ek: Later"]);
    case.project(&waiver("2026-11-19"));
    assert_eq!(case.state("rollout-plan.entry"), State::Missing);
}

#[test]
fn what_is_met_counts_before_it_is_due() {
    let case = with(Stage::Prepare, "docs/runbook.md", |doc| doc.heading(2, "Scaling").para(LONG).heading(2, "Logs"));
    assert_eq!(case.state("runbook.scaling"), State::Met);
    assert_eq!(case.state("runbook.logs"), State::NotDue);
}

#[test]
fn everything_that_is_met_has_a_place() {
    let case = with(Stage::Close, "docs/runbook.md", |doc| doc.heading(2, "Scaling").para(LONG));
    for item in case.coverage().items.iter().filter(|item| item.state == State::Met) {
        assert!(!item.evidence.is_empty(), "{}", item.id);
        assert!(item.evidence.iter().all(|found| found.span.is_some()), "{}", item.id);
    }
}

#[test]
fn a_statement_does_where_nothing_of_the_project_can_show_it() {
    let mut case = Case::new();
    case.checklist(WORD);
    let text = "items: [a.searched]\nstatement: Searched\nby: bo-ek\ndate: 2026-11-02\n";
    case.record("records/statements/searched.yaml", text, |records, statement| records.statements.push(statement));
    assert_eq!(case.state("a.searched"), State::Met);
}

#[test]
fn a_secret_costs_its_item_unless_it_is_allowed() {
    let key = format!("AKIA{}", "Q7".repeat(8));
    let mut case = with(Stage::Close, "docs/a.md", |doc| doc.heading(2, "A").para("Text."));
    assert_eq!(case.state("access.no-secrets"), State::Met);
    case.fragment("docs/b.md", |doc| doc.heading(2, "B").para(&key));
    assert_eq!(case.item("access.no-secrets").remarks, ["`secret` finds 1 thing"]);
    let allowed = "handoff: allow secret A made-up key of the manual";
    let case = with(Stage::Close, "docs/b.md", |doc| doc.heading(2, "B").comment(allowed).para(&key));
    assert_eq!(case.state("access.no-secrets"), State::Met);
}

#[test]
fn the_weekly_status_is_sent_in_every_week_of_its_stages() {
    let mut case = Case::new();
    case.options.stage = Some(Stage::Ga);
    case.project(
        "rollout:\n  stages:\n    - id: pilot\n      audience: Some\n      starts: 2026-12-02\n      ends: 2026-12-11\n      owner: bo-ek\n",
    );
    let id = "communications.weekly";
    let sent = |date: &str| format!("message: weekly-status\nby: bo-ek\ndate: {date}\naudiences: [client]\n");
    case.record("records/messages/a.yaml", &sent("2026-12-04"), |records, message| records.messages.push(message));
    assert_eq!(case.state(id), State::Partial);
    assert_eq!(case.item(id).remarks, ["the message `weekly-status` was not sent in the week of 2026-12-07"]);
    case.record("records/messages/b.yaml", &sent("2026-12-18"), |records, message| records.messages.push(message));
    assert_eq!(case.state(id), State::Partial, "the pilot was over by then");
    case.record("records/messages/c.yaml", &sent("2026-12-11"), |records, message| records.messages.push(message));
    assert_eq!(case.state(id), State::Met);
    assert_eq!(case.item(id).evidence.len(), 2);
}
