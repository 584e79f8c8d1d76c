//! Whole projects in temporary folders.

mod checklists;
mod fragments;
mod records;
mod unsaved;

use super::*;
use crate::source::Position;
use tempfile::TempDir;

/// A project that is in order, with one of everything that others refer to.
const GOOD: &str = "\
handoff: 1
project: {id: harbour, name: Harbour, summary: A portal.}
release: {version: 1.0.0, date: 2026-11-20, status: draft, classification: Confidential}
supplier: {name: Nordlicht}
client: {name: Port of Elm}
contacts:
  - {id: anna-lind, name: Anna Lind, party: supplier, role: Lead}
  - {id: ben-ode, name: Ben Ode, party: client, role: Operations, backup: anna-lind}
support:
  severities:
    - {id: p0, name: Critical, meaning: All is down, response: 15 min, resolution: 4 h, tier: 1}
  tiers:
    - {level: 1, name: First, contact: anna-lind, scope: Everything, response: 15 min, resolution: 4 h}
monitoring:
  alerts:
    - {name: Down, condition: No answer, severity: p0, recipients: [ben-ode]}
deliverables:
  - {id: runbook, title: Runbook, document: runbook, acceptance: Read, owner: anna-lind}
";

const CHECKLIST: &str = "\
id: delivery
title: Delivery
groups:
  - id: operations
    title: Operations
    documents:
      - document: runbook
        stage: transfer
        when: always
        items:
          - {id: runbook.logs, title: Where the logs are, evidence: section}
";

struct Sandbox(TempDir);

impl Sandbox {
    fn new(project: &str) -> Self {
        let sandbox = Self(TempDir::new().expect("a temporary folder"));
        sandbox.write(PROJECT_FILE, project).write("checklists/delivery.yaml", CHECKLIST)
    }

    fn write(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders are made");
        std::fs::write(path, content).expect("the file is written");
        self
    }

    fn load(&self) -> Loaded {
        load(self.0.path()).expect("a project")
    }

    /// The findings as `path:line:column rule`.
    fn places(&self) -> Vec<String> {
        let loaded = self.load();
        loaded.findings.iter().map(|finding| place(&loaded, finding)).collect()
    }

    fn finding(&self) -> Finding {
        let [finding] = &self.load().findings[..] else { panic!("{:#?}", self.load().findings) };
        finding.clone()
    }
}

fn place(loaded: &Loaded, finding: &Finding) -> String {
    let span = finding.span().unwrap_or_else(|| panic!("no place: {finding:?}"));
    assert!(!finding.help.is_empty(), "no help: {finding:?}");
    let Position { line, column } = loaded.sources.position(span);
    format!("{}:{line}:{column} {}", loaded.sources.path(span.file), finding.rule)
}

#[test]
fn a_good_project_is_read_without_findings() {
    let sandbox = Sandbox::new(GOOD)
        .write("docs/runbook.md", "---\nowner: anna-lind\ncovers: [runbook.logs]\n---\n# Runbook\n\nText.\n")
        .write("records/statements/a.yaml", "items: [runbook.logs]\nstatement: Seen\nby: ben-ode\ndate: 2026-11-01\n")
        .write("theme/html/style.css", "body {}\n");
    let loaded = sandbox.load();
    assert_eq!(loaded.findings, []);
    assert_eq!(loaded.project.as_ref().map(|project| project.contacts.len()), Some(2));
    assert!(loaded.tree.as_ref().is_some_and(|tree| tree.get("contacts").is_some()));
    assert!(loaded.checklist("delivery").is_some_and(|list| list.document("runbook").is_some()));
    assert_eq!(loaded.records.statements.len(), 1);
    assert_eq!(loaded.theme_files.keys().collect::<Vec<_>>(), ["html/style.css"]);
    assert_eq!(loaded.fragments[0].front.owner.as_ref().map(|owner| owner.as_str()), Some("anna-lind"));
}

#[test]
fn ten_mistakes_give_ten_findings_with_their_places() {
    let project = GOOD
        .replace("handoff: 1", "handoff: 2")
        .replace("summary: A portal.", "summary: A portal., colour: blue")
        .replace("2026-11-20", "2026-13-20")
        .replace("  - {id: ben-ode,", "  - {id: anna-lind, name: X, party: client, role: Y}\n  - {id: ben-ode,")
        .replace("backup: anna-lind", "backup: anna-lint")
        .replace("severity: p0", "severity: p9")
        .replace("tier: 1}", "tier: 3}")
        .replace("document: runbook", "document: runbok");
    let sandbox = Sandbox::new(&project)
        .write("docs/runbook.md", "# Runbook\r\n\r\nText.\r\n")
        .write("docs/sla.md", "---\norder: 1\ncovers: [runbook.log]\n---\n")
        .write("records/gates/a.yaml", "stage: pilot\ndecision: maybe\nby: ben-ode\ndate: 2026-11-01\n");
    assert_eq!(
        sandbox.places(),
        [
            "docs/sla.md:3:10 unknown-item",
            "handoff.yaml:1:10 invalid-field",
            "handoff.yaml:2:59 unknown-key",
            "handoff.yaml:3:33 invalid-field",
            "handoff.yaml:8:10 invalid-field",
            "handoff.yaml:9:75 unknown-contact",
            "handoff.yaml:12:95 unknown-id",
            "handoff.yaml:17:52 unknown-id",
            "handoff.yaml:19:45 unknown-id",
            "records/gates/a.yaml:2:11 invalid-field",
        ]
    );
}

#[test]
fn a_folder_without_a_project_stops_us() {
    let folder = TempDir::new().expect("a temporary folder");
    let told = load(folder.path()).expect_err("no project").to_string();
    assert!(told.contains("handoff.yaml") && told.contains("handoff init"), "{told}");
    let told = load(&folder.path().join("none")).expect_err("no folder").to_string();
    assert!(told.contains("help:"), "{told}");
}

#[test]
fn the_project_is_found_from_below() {
    let sandbox = Sandbox::new(GOOD).write("docs/runbook/20-logs.md", "");
    let root = sandbox.0.path().canonicalize().expect("the folder");
    assert_eq!(find_root(&sandbox.0.path().join("docs/runbook")).expect("found"), root);
    let elsewhere = TempDir::new().expect("a temporary folder");
    assert!(find_root(elsewhere.path()).is_err());
    assert!(find_root(&elsewhere.path().join("none")).is_err());
}

#[test]
fn a_project_file_that_cannot_be_read_is_one_finding() {
    for (content, told) in [
        (&b""[..], "handoff.yaml:1:1 missing-field"),
        (b"# nothing yet\n", "handoff.yaml:1:1 missing-field"),
        (b"handoff: 1\nproject: \"x\n", "handoff.yaml:2:10 invalid-yaml"),
        (b"handoff: 1\nproject: caf\xe9\n", "handoff.yaml:2:13 invalid-text"),
        (b"handoff: 1\0\n", "handoff.yaml:1:11 invalid-text"),
        (b"\xff\xfeh\0a\0", "handoff.yaml:1:1 invalid-text"),
        (b"- a\n", "handoff.yaml:1:1 invalid-field"),
    ] {
        let sandbox = Sandbox::new("");
        let sandbox = sandbox.write(PROJECT_FILE, content);
        assert_eq!(sandbox.places(), [told], "{:?}", String::from_utf8_lossy(content));
        assert!(sandbox.load().project.is_none());
    }
    let big = Sandbox::new(&"# x\n".repeat(3 << 20));
    assert_eq!(big.places(), ["handoff.yaml:1:1 invalid-yaml"], "ten megabytes");
}

#[test]
fn a_byte_order_mark_and_crlf_do_not_move_places() {
    let project = format!("\u{feff}{}", GOOD.replace('\n', "\r\n").replace("backup: anna-lind", "backup: nobody"));
    assert_eq!(Sandbox::new(&project).places(), ["handoff.yaml:8:75 unknown-contact"]);
}

#[test]
fn an_unknown_contact_is_told_with_the_nearest_one() {
    let sandbox = Sandbox::new(&GOOD.replace("contact: anna-lind", "contact: ana-lind"));
    let finding = sandbox.finding();
    assert_eq!(finding.labels.len(), 2);
    assert_eq!(finding.help, ["did you mean `anna-lind`?"]);
    let sandbox = Sandbox::new(&GOOD.replace("contact: anna-lind", "contact: zoe"));
    assert_eq!(sandbox.finding().labels.len(), 1);
}

#[test]
fn contacts_are_looked_up_wherever_they_are_named() {
    let statement = "items: [runbook.logs]\nstatement: Seen\nby: x1\ndate: 2026-11-01\n";
    let session = "session: s\nkind: support\ndate: 2026-11-01\nattendees: [ben-ode, x2]\noutcome: Good\n";
    let gate = "stage: pilot\ndecision: go\nby: x3\ndate: 2026-11-01\n";
    let sandbox = Sandbox::new(GOOD)
        .write("docs/runbook.md", "---\nowner: x4\n---\n")
        .write("records/statements/a.yaml", statement)
        .write("records/sessions/a.yml", session)
        .write("records/gates/a.yaml", gate);
    assert_eq!(
        sandbox.places(),
        [
            "docs/runbook.md:2:8 unknown-contact",
            "records/gates/a.yaml:3:5 unknown-contact",
            "records/sessions/a.yml:1:10 unknown-id",
            "records/sessions/a.yml:4:22 unknown-contact",
            "records/statements/a.yaml:3:5 unknown-contact",
        ]
    );
}

#[test]
fn items_that_no_checklist_has_are_told() {
    let project = format!(
        "{GOOD}not_applicable:\n  - {{item: runbook, reason: R}}\n  - {{item: runbok, reason: R}}\n  - {{item: runbook.logs, reason: R}}\n\
         waivers:\n  - {{item: runbook.lgs, reason: R, approver: ben-ode, expires: 2026-12-01}}\n  - {{item: sla.x, reason: R, approver: ben-ode, expires: 2026-12-01}}\n"
    );
    let sandbox = Sandbox::new(&project);
    let places = sandbox.places();
    assert_eq!(
        places,
        ["handoff.yaml:21:12 unknown-item", "handoff.yaml:24:12 unknown-item", "handoff.yaml:25:12 unknown-item"]
    );
    let helps: Vec<_> = sandbox.load().findings.into_iter().map(|finding| finding.help[0].clone()).collect();
    assert_eq!(&helps[..2], ["did you mean `runbook`?", "did you mean `runbook.logs`?"]);
}

#[test]
fn an_alias_does_not_repeat_the_mistakes_of_what_it_stands_for() {
    let project = GOOD
        .replace("supplier: {name: Nordlicht}", "supplier: &s {name: Nordlicht, website: none}")
        .replace("client: {name: Port of Elm}", "client: *s");
    assert_eq!(Sandbox::new(&project).places(), ["handoff.yaml:4:41 invalid-field"]);
}
