//! Checklists that are made from others.

use super::*;

fn items(loaded: &Loaded, id: &str) -> Vec<String> {
    let checklist = loaded.checklist(id).expect("a checklist");
    checklist.documents().flat_map(|(_, document)| &document.items).map(|item| item.id.to_string()).collect()
}

/// A project without checklists of its own but those that are given, by file name.
fn with(checklists: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox(TempDir::new().expect("a temporary folder")).write(PROJECT_FILE, GOOD);
    checklists.iter().fold(sandbox, |sandbox, (name, text)| sandbox.write(&format!("checklists/{name}.yaml"), text))
}

#[test]
fn the_built_in_checklists_are_parts_of_the_delivery() {
    let loaded = with(&[]).load();
    assert_eq!(loaded.findings, []);
    let delivery = items(&loaded, "delivery");
    for (id, documents) in [("minimal", 5), ("phase-exit", 8), ("production-readiness", 11)] {
        assert!(items(&loaded, id).iter().all(|item| delivery.contains(item)), "{id}");
        assert_eq!(loaded.checklist(id).expect("a checklist").documents().count(), documents, "{id}");
    }
}

#[test]
fn a_checklist_takes_from_another_what_it_wants_and_adds_its_own() {
    let own = "id: delivery\ntitle: Ours\nextends: delivery\nonly: [runbook, sla.tiers]\nwithout: [runbook.scaling]\n\
        groups:\n- id: operations\n  title: Running it\n  documents:\n  - document: runbook\n    stage: ga\n    when: always\n    items:\n    \
        - {id: runbook.logs, title: Journals, evidence: code}\n    - {id: runbook.cranes, title: Cranes, evidence: section}\n";
    let loaded = with(&[("own", own)]).load();
    assert_eq!(loaded.findings, []);
    let wanted = [
        "runbook.health-checks",
        "runbook.common-tasks",
        "runbook.monitoring",
        "runbook.logs",
        "runbook.incident-response",
        "runbook.cranes",
        "sla.tiers",
    ];
    assert_eq!(items(&loaded, "delivery"), wanted);
    let (group, runbook) = loaded.checklist("delivery").and_then(|list| list.document("runbook")).expect("a runbook");
    assert_eq!((group.title.as_str(), runbook.stage.value.as_str()), ("Running it", "ga"));
    assert_eq!(runbook.items[3].title.as_str(), "Journals");
}

#[test]
fn a_checklist_of_ones_own_can_be_extended() {
    let first = "id: first\ntitle: First\nextends: minimal\nwithout: [user-guide]\n";
    let second = "id: second\ntitle: Second\nextends: first\nwithout: [readme, runbook, access]\n";
    let loaded = with(&[("first", first), ("second", second)]).load();
    assert_eq!(loaded.findings, []);
    assert_eq!(items(&loaded, "second"), ["contacts.primary", "contacts.on-call"]);
}

#[test]
fn what_cannot_be_extended_or_chosen_is_told() {
    let lists = [
        ("a", "id: a\ntitle: A\nextends: b\n"),
        ("b", "id: b\ntitle: B\nextends: a\n"),
        ("c", "id: c\ntitle: C\nextends: delivry\n"),
        ("d", "id: d\ntitle: D\nextends: delivery\nonly: [runbok]\n"),
        ("e", "id: e\ntitle: E\nonly: [runbook]\n"),
        ("f", "id: f\ntitle: F\nextends: f\n"),
    ];
    assert_eq!(
        with(&lists).places(),
        [
            "checklists/a.yaml:3:10 invalid-checklist",
            "checklists/b.yaml:3:10 invalid-checklist",
            "checklists/c.yaml:3:10 invalid-checklist",
            "checklists/d.yaml:4:8 invalid-checklist",
            "checklists/e.yaml:3:8 invalid-checklist",
            "checklists/f.yaml:3:10 invalid-checklist",
        ]
    );
}

#[test]
fn headings_in_the_language_of_the_project_cover_items() {
    let german = GOOD.replace("summary: A portal.", "summary: Ein Portal., language: de-CH");
    for (project, covers) in [(german.as_str(), true), (GOOD, false)] {
        let loaded = with(&[]).write(PROJECT_FILE, project).load();
        let (_, runbook) = loaded.checklist("delivery").and_then(|list| list.document("runbook")).expect("a runbook");
        let logs = runbook.items.iter().find(|item| item.short_id() == "logs").expect("the logs");
        assert_eq!(logs.matches_heading("Wo die Protokolle sind", None), covers);
        assert!(logs.matches_heading("Log files", None));
    }
}

#[test]
fn a_waiver_is_about_an_item_or_about_findings() {
    let waiver =
        |what: &str| format!("{GOOD}waivers:\n  - {{{what}reason: R, approver: ben-ode, expires: 2026-12-01}}\n");
    assert_eq!(Sandbox::new(&waiver("")).places(), ["handoff.yaml:20:5 missing-field"]);
    let both = waiver("item: runbook.logs, rule: broken-link, ");
    assert_eq!(Sandbox::new(&both).places(), ["handoff.yaml:20:32 invalid-field"]);
    let limited = waiver("item: runbook.logs, file: docs, ");
    assert_eq!(Sandbox::new(&limited).places(), ["handoff.yaml:20:32 invalid-field"]);
    assert_eq!(Sandbox::new(&waiver("rule: broken-link, file: docs, ")).load().findings, []);
}
