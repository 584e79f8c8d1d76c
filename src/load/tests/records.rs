//! Records and checklists.

use super::*;
use crate::finding::Level;

#[test]
fn what_is_no_record_is_a_warning() {
    let sandbox = Sandbox::new(GOOD)
        .write("records/statments/a.yaml", "x\n")
        .write("records/statments/b.yaml", "x\n")
        .write("records/notes.txt", "x\n")
        .write("records/gates/README.md", "notes\n")
        .write("records/statements/scan.pdf", "x\n")
        .write("records/statements/old/a.yaml", "x\n")
        .write(
            "records/statements/a.yaml",
            "items: [runbook.logs]\nstatement: S\nby: ben-ode\ndate: 2026-11-01\nfile: records/statements/scan.pdf\n",
        );
    assert_eq!(
        sandbox.places(),
        [
            "records/notes.txt:1:1 unknown-record",
            "records/statements/old/a.yaml:1:1 unknown-record",
            "records/statments/a.yaml:1:1 unknown-record",
        ]
    );
    let findings = sandbox.load().findings;
    assert!(findings.iter().all(|finding| finding.level == Level::Warning));
    assert_eq!(findings[2].help, ["did you mean `records/statements`?"]);
}

#[test]
fn checklists_that_contradict_themselves_are_told() {
    let twice = CHECKLIST.replace(
        "evidence: section}\n",
        "evidence: section}\n          - {id: runbook.logs, title: T, evidence: code}\n          - {id: sla.x, title: T, evidence: code}\n",
    );
    let sandbox = Sandbox::new(GOOD)
        .write("checklists/own.yaml", twice.replace("id: delivery", "id: own"))
        .write("checklists/same.yml", CHECKLIST);
    assert_eq!(
        sandbox.places(),
        [
            "checklists/own.yaml:12:18 invalid-checklist",
            "checklists/own.yaml:13:18 invalid-checklist",
            "checklists/same.yml:1:5 invalid-checklist",
        ]
    );
    let ids: Vec<_> = sandbox.load().checklists.iter().map(|checklist| checklist.id.to_string()).collect();
    assert!(ids.contains(&"own".to_owned()) && ids.is_sorted());
}

#[test]
fn an_own_checklist_replaces_the_built_in_one_of_its_id() {
    let theirs = CHECKLIST.replace("title: Delivery", "title: Theirs").replace("id: delivery", "id: special");
    let sandbox = Sandbox::new(GOOD)
        .write("theme/checklists/special.yaml", &theirs)
        .write("checklists/special.yaml", theirs.replace("Theirs", "Own"));
    let loaded = sandbox.load();
    assert_eq!(loaded.findings, []);
    assert_eq!(loaded.checklist("special").map(|list| list.title.to_string()).as_deref(), Some("Own"));
}

#[test]
fn a_checklist_of_the_theme_that_is_no_text_is_told() {
    let sandbox = Sandbox::new(GOOD).write("theme/checklists/special.yaml", b"id: caf\xe9\n");
    assert_eq!(sandbox.places(), ["theme/checklists/special.yaml:1:8 invalid-text"]);
}

#[test]
fn an_empty_record_is_told() {
    let sandbox = Sandbox::new(GOOD).write("records/gates/a.yaml", "# later\n");
    assert_eq!(sandbox.places(), ["records/gates/a.yaml:1:1 invalid-field"]);
}

#[test]
fn every_kind_of_record_is_read() {
    let sandbox =
        Sandbox::new(&format!("{GOOD}metrics:\n  - {{id: errors, name: Errors, target: \"< 1 %\", source: Logs}}\n"))
            .write(
                "theme/messages/own.md",
                "---\ntitle: Own\nsent: Never\naudience: client\nsubject: Own\n---\nText.\n",
            )
            .write("records/gates/a.yaml", "{stage: pilot, decision: go, by: ben-ode, date: 2026-11-01, verdict: go}\n")
            .write(
                "records/reviews/a.yaml",
                format!(
                    "{{document: runbook, by: ben-ode, date: 2026-11-01, opinion: approved, content: {}}}\n",
                    "0a".repeat(32)
                ),
            )
            .write("records/messages/a.yaml", "{message: own, by: anna-lind, date: 2026-11-01, audiences: [client]}\n")
            .write("records/metrics/a.yaml", "{metric: errors, value: 0.4 %, date: 2026-11-01}\n")
            .write(
                "records/issues/a.yaml",
                "{issue: i-1, date: 2026-11-01, by: anna-lind, state: open, summary: S, severity: p0}\n",
            )
            .write("records/issues/b.yaml", "{issue: i-1, date: 2026-11-02, by: anna-lind, state: resolved}\n");
    let loaded = sandbox.load();
    assert_eq!(loaded.findings, []);
    let records = loaded.records;
    assert_eq!((records.gates.len(), records.reviews.len(), records.messages.len()), (1, 1, 1));
    assert_eq!((records.metrics.len(), records.issues.len()), (1, 2));
}

#[test]
fn references_of_records_that_lead_nowhere_are_told() {
    let sandbox = Sandbox::new(GOOD)
        .write("records/metrics/a.yaml", "metric: errors\nvalue: 0,4 %\ndate: 2026-11-01\n")
        .write("records/messages/a.yaml", "message: weekly-statsu\nby: x1\ndate: 2026-11-01\nissue: i-2\n")
        .write("records/issues/a.yaml", "issue: i-1\ndate: 2026-11-01\nby: anna-lind\nstate: open\nseverity: p7\n");
    assert_eq!(
        sandbox.places(),
        [
            "records/issues/a.yaml:1:8 missing-field",
            "records/issues/a.yaml:5:11 unknown-id",
            "records/messages/a.yaml:1:10 unknown-id",
            "records/messages/a.yaml:2:5 unknown-contact",
            "records/messages/a.yaml:4:8 unknown-id",
            "records/metrics/a.yaml:1:9 unknown-id",
            "records/metrics/a.yaml:2:8 invalid-field",
        ]
    );
}

#[test]
fn a_record_is_judged_before_it_is_written() {
    let mut loaded = Sandbox::new(GOOD).load();
    let kind = crate::model::records::kind("gate").expect("a kind");
    let judge = |loaded: &mut Loaded, text: &str| judge_record(loaded, kind, "records/gates/new.yaml", text);
    assert_eq!(judge(&mut loaded, "stage: pilot\ndecision: go\nby: ben-ode\ndate: 2026-11-01\n"), []);
    let findings = judge(&mut loaded, "stage: pilto\ndecision: go\nby: nobody\n");
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["missing-field", "invalid-field", "unknown-contact"]);
    assert_eq!(loaded.records.gates.len(), 0, "judging keeps nothing");
}
