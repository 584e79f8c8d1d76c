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
