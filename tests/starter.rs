//! `handoff init` and `handoff new`: what they write builds at once.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use serde_json::Value;
use std::fs;
use support::{Sandbox, files, told};

#[test]
fn a_new_project_builds_at_once_and_says_what_to_fill_in() {
    let sandbox = Sandbox::empty();
    let _ = sandbox.run(["init", "portal"]).code(0);
    let _ = sandbox.run(["build", "portal", "--only", "html,markdown", "--out", "out"]).code(0);
    let report = sandbox.run(["check", "portal", "--format", "json"]).code(1);
    let findings = told(&report.json());
    for rule in ["placeholder-text", "empty-section", "incomplete-contact", "missing-evidence"] {
        assert!(findings.iter().any(|finding| finding.ends_with(rule)), "{rule} is not among {findings:?}");
    }
    let unread = ["invalid-field", "missing-field", "unknown-key", "unknown-contact", "broken-link", "broken-diagram"];
    let wrong: Vec<_> = findings.iter().filter(|finding| unread.iter().any(|rule| finding.ends_with(rule))).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The items that texts and files prove by now, in any stage; those apart that a template writes from the facts
/// of the project file.
fn proved_by_text(sandbox: &Sandbox) -> Vec<String> {
    let report = sandbox.run(["check", "portal", "--all", "--format", "json"]).code(1).json();
    let items = report["coverage"]["items"].as_array().expect("items").clone();
    let is_text = |item: &Value| {
        ["section", "figure", "code", "table", "file"].contains(&item["evidence_kind"].as_str().expect("a kind"))
    };
    assert!(items.iter().filter(|item| is_text(item)).count() > 60, "the items were found");
    let written = |item: &&Value| {
        let evidence = item["evidence"].as_array().expect("places").clone();
        evidence.iter().any(|found| found["place"]["path"].as_str().expect("a path").starts_with("docs/"))
    };
    let met = items.iter().filter(|item| is_text(item) && item["state"] == "met").filter(written);
    met.map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn the_texts_of_a_new_project_prove_nothing_until_somebody_writes() {
    let sandbox = Sandbox::empty();
    let _ = sandbox.run(["init", "portal"]).code(0);
    assert_eq!(proved_by_text(&sandbox), [""; 0], "as it was written");
    let docs = files(&sandbox.at("portal/docs"));
    assert!(docs.len() > 25, "{docs:?}");
    for path in docs.iter().map(|path| format!("portal/docs/{path}")) {
        let text = sandbox.text(&path).replace("<!--", "").replace("-->", "");
        fs::write(sandbox.at(&path), text).expect("written");
    }
    assert_eq!(proved_by_text(&sandbox), [""; 0], "with its comments as text");
    let scaling = "When the load stays above four fifths for a quarter of an hour, add one worker, wait until the queue \
        is empty again, and write down what you did and why.";
    let asked = "When more is needed, how it is added, how long it takes, what the limits are.";
    let sandbox = sandbox.edit("portal/docs/runbook.md", asked, scaling);
    assert_eq!(proved_by_text(&sandbox), ["runbook.scaling"]);
}

#[test]
fn every_document_of_the_checklist_exists_and_no_comment_reaches_the_bundle() {
    let sandbox = Sandbox::empty();
    let _ = sandbox.run(["init", "portal"]).code(0);
    let _ = sandbox.run(["build", "portal", "--only", "html,markdown", "--out", "out"]).code(0);
    let checklist =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/checklists/delivery.yaml")).expect("there");
    let internal = ["retrospective", "closing"];
    let kinds: Vec<_> = checklist.lines().filter_map(|line| line.trim().strip_prefix("- document: ")).collect();
    assert_eq!(kinds.len(), 33);
    let folder = sandbox.at("out/portal-0.1.0/markdown");
    for kind in kinds {
        assert_eq!(folder.join(format!("{kind}.md")).is_file(), !internal.contains(&kind), "{kind}");
    }
    for file in files(&sandbox.at("out/portal-0.1.0")) {
        let text = fs::read(sandbox.at("out/portal-0.1.0").join(&file)).expect("a file");
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains("Write under each heading") && !text.contains("Number the steps"), "{file}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let sandbox = Sandbox::empty().write("portal/docs/runbook.md", "mine");
    let _ = sandbox.run(["init", "portal"]).code(2).complains("docs/runbook.md");
    assert_eq!(sandbox.text("portal/docs/runbook.md"), "mine");
    assert!(!sandbox.at("portal/handoff.yaml").exists(), "nothing is written if anything is there");
}

#[test]
fn a_document_and_a_section_are_added_with_the_headings_of_the_checklist() {
    let sandbox = Sandbox::empty();
    let _ = sandbox.run(["init", "portal"]).code(0);
    fs::remove_file(sandbox.at("portal/docs/runbook.md")).expect("removed");
    let _ = sandbox.run(["new", "runbook", "--dir", "portal", "--section", "logs"]).code(0).says("40-logs.md");
    let section = sandbox.text("portal/docs/runbook/40-logs.md");
    assert!(section.starts_with("# Where the logs are and how to read them {#logs}\n\n<!-- "), "{section}");
    assert!(!section.contains("Scaling"));
    let _ = sandbox.run(["new", "runbook", "--dir", "portal"]).code(0);
    assert!(sandbox.text("portal/docs/runbook.md").contains("## System health checks {#health-checks}"));
    let _ = sandbox.run(["new", "runbook", "--dir", "portal"]).code(2).complains("already");
    let _ = sandbox.run(["new", "rnubook", "--dir", "portal"]).code(2).complains("did you mean `runbook`?");
    let _ = sandbox.run(["new", "runbook", "--dir", "portal", "--section", "lgos"]).code(2).complains("`logs`");
    let _ = sandbox.run(["new", "data-protection", "--dir", "portal"]).code(0);
    assert!(sandbox.text("portal/docs/data-protection.md").starts_with("# Data protection\n"));
}
