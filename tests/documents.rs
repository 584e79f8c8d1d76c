//! Documents from data, from diagrams and from files that the repository already has.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use std::fs;
use support::{Sandbox, told};

/// Builds the pages and the Markdown, and reads a file of the bundle.
fn built(sandbox: &Sandbox, file: &str) -> String {
    let _ = sandbox.run(["build", "--only", "html,markdown", "--out", "out"]).code(0);
    let folder = fs::read_dir(sandbox.at("out")).expect("a folder").flatten().find(|entry| entry.path().is_dir());
    let path = folder.expect("a bundle").path().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn escalation_and_timeline_are_drawn_from_the_project_file() {
    let sandbox = Sandbox::example();
    let support = built(&sandbox, "html/support.html");
    assert!(
        support.contains("<figure class=\"diagram\" tabindex=\"0\"><svg role=\"img\" aria-label=\"Escalation path"),
        "a drawing"
    );
    assert!(support.contains("Karin Östlund"));
    let plan = built(&sandbox, "html/rollout-plan.html");
    assert!(plan.contains("aria-label=\"Timeline of the rollout"));
    assert!(built(&sandbox, "markdown/rollout-plan.md").contains("```mermaid\ngantt"), "a wiki draws it by itself");
}

#[test]
fn agendas_add_up_and_outcomes_come_from_records() {
    let text = built(&Sandbox::example(), "markdown/knowledge-transfer.md");
    assert!(text.contains("|**180**|**in all**, of 3\u{a0}h|"), "{text}");
    assert!(text.contains("Questions that stayed open"));
    assert!(text.contains("Three alerts were played through on staging"));
}

#[test]
fn the_calendar_stands_in_the_order_of_its_days() {
    let text = built(&Sandbox::example(), "markdown/maintenance.md");
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}"));
    let calendar = at("Everything that falls due");
    assert!(calendar < at("Look through the overview dashboard"));
    assert!(at("Replace the key GATE") < at("Replace the key SVALA"));
}

#[test]
fn a_broken_diagram_is_told_with_its_line_and_shown_as_code() {
    let sandbox = Sandbox::example().append(
        "docs/monitoring.md",
        "\n## The way of an alert\n\nAn alert goes a short way, which is drawn here.\n\n```mermaid alt=\"The way\"\nflowchart LR\n  a --> [b\n```\n",
    );
    let findings = told(&sandbox.check());
    assert!(findings.iter().any(|finding| finding.ends_with("broken-diagram")), "{findings:?}");
    let sandbox = sandbox.edit("handoff.yaml", "status: as-delivered", "status: draft");
    assert!(built(&sandbox, "html/monitoring.html").contains("data-lang=\"mermaid\""));
}

#[test]
fn a_diagram_without_words_is_told() {
    let sandbox = Sandbox::example().append("docs/monitoring.md", "\n```mermaid\nflowchart LR\n  a --> b\n```\n");
    let findings = told(&sandbox.check());
    assert!(findings.iter().any(|finding| finding.ends_with("missing-alt-text")), "{findings:?}");
}

#[test]
fn the_register_of_decisions_is_made_from_the_records() {
    let sandbox = Sandbox::example();
    let page = built(&sandbox, "html/decisions.html");
    assert!(page.contains("Register of decisions") && page.contains(">Superseded<"));
    let old = "docs/decisions/0004-queue-after-commit.md";
    let text = sandbox.text(old);
    let status = text.lines().find(|line| line.to_lowercase().starts_with("superseded")).expect("a status").to_owned();
    let findings = told(&sandbox.edit(old, &status, "Superseded.").check());
    assert!(findings.iter().any(|finding| finding.ends_with("adr-superseded")), "{findings:?}");
    let findings = told(&Sandbox::example().edit(old, &status, "Who knows.").check());
    assert!(findings.iter().any(|finding| finding.ends_with("adr-status")), "{findings:?}");
}

#[test]
fn emergency_procedures_have_a_default_until_the_project_has_its_own() {
    let own = built(&Sandbox::example(), "markdown/emergency.md");
    assert!(!own.contains("nobody waits for permission"), "the project's own text stands alone");
    let sandbox =
        Sandbox::example().remove("docs/emergency.md").edit("handoff.yaml", "status: as-delivered", "status: draft");
    let text = built(&sandbox, "markdown/emergency.md");
    assert!(text.contains("Production issue") && text.contains("Client concern"), "{text}");
}

/// A repository with a README, an interface, decisions and a licence above the project's folder.
fn repository() -> Sandbox {
    let sandbox = Sandbox::empty();
    support::copy(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(support::EXAMPLE), &sandbox.at("handoff"));
    fs::create_dir_all(sandbox.at(".git")).expect("a folder");
    fs::remove_dir_all(sandbox.at("handoff/docs/decisions")).expect("removed");
    fs::remove_file(sandbox.at("handoff/docs/decisions.md")).expect("removed");
    fs::remove_file(sandbox.at("handoff/docs/readme.md")).expect("removed");
    sandbox
        .write("README.md", "# Berths\n\n[![build](https://ci.example/badge.svg)](https://ci.example)\n\nIt books [berths](img/berth.svg).\n")
        .write("img/berth.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
        .write("LICENSE", "MIT License\n\nPermission is hereby granted.\n")
        .write("adr/0001-queue.md", "# 1. Queue\n\n## Status\n\nSuperseded by [2](0002-outbox.md)\n\n## Context\n\nX.\n")
        .write("adr/0002-outbox.md", "# 2. Outbox\n\n## Status\n\nAccepted, 2026-03-19\n\n## Context\n\nY.\n")
        .write(
            "openapi.yaml",
            "openapi: 3.1.0\ninfo: {title: Berths, version: '1'}\npaths:\n  /berths:\n    get:\n      summary: All berths\n      responses:\n        '200':\n          description: A list\n          content:\n            application/json:\n              example: [{id: A-1}]\n        '429': {description: Too many requests}\n",
        )
        .append(
            "handoff/handoff.yaml",
            "\nsources:\n  readme: ../README.md\n  api: ../openapi.yaml\n  decisions: ../adr\n  licence: [../LICENSE]\n",
        )
        .edit("handoff/handoff.yaml", "status: as-delivered", "status: draft")
}

#[test]
fn what_the_repository_has_is_used_from_where_it_is() {
    let sandbox = repository();
    let _ = sandbox.run(["build", "handoff", "--only", "html,markdown", "--out", "out"]).code(0);
    let read = |kind: &str| {
        fs::read_to_string(sandbox.at(&format!("out/{}/markdown/{kind}.md", support::BUNDLE))).expect("a document")
    };
    let readme = read("readme");
    assert!(readme.contains("It books") && !readme.contains("ci.example"), "{readme}");
    assert!(sandbox.at(&format!("out/{}/files/repository/img/berth.svg", support::BUNDLE)).is_file());
    let api = read("api");
    assert!(
        api.contains("GET /berths") && api.contains("Too many requests") && api.contains("\"id\": \"A-1\""),
        "{api}"
    );
    let decisions = read("decisions");
    assert!(decisions.contains("Register of decisions") && decisions.contains("Outbox"), "{decisions}");
    assert!(read("licence").contains("Permission is hereby granted."));
}

#[test]
fn what_lies_outside_of_the_repository_is_refused() {
    let sandbox = repository().edit("handoff/handoff.yaml", "readme: ../README.md", "readme: ../../../etc/passwd");
    let _ = sandbox.run(["check", "handoff"]).code(1).says("cannot be used as a document");
}

#[test]
fn a_new_kind_of_document_needs_one_file() {
    let card = "---\ntitle: Emergency card\nsummary: Whom to call, on one page.\naudience: Everybody\ngroup: operations\n\
                data: [contacts]\n---\n## Call\n\n| Name | Telephone |\n|---|---|\n{% for c in contacts -%}\n\
                {% if c.on_call -%}\n| **{{ c.name }}** | {{ c.phone }} |\n{% endif -%}\n{% endfor %}\n\n<!-- fragments -->\n";
    let sandbox = Sandbox::example().write("theme/documents/emergency-card.md", card);
    let _ = sandbox.run(["build", "--out", "out"]).code(0);
    let bundle = fs::read_dir(sandbox.at("out")).expect("a folder").flatten().find(|entry| entry.path().is_dir());
    let bundle = bundle.expect("a bundle").path();
    let read = |file: &str| fs::read_to_string(bundle.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let (page, text) = (read("html/emergency-card.html"), read("markdown/emergency-card.md"));
    assert!(page.contains("Ankarvik engineer on call") && text.contains("Ankarvik engineer on call"), "{text}");
    assert!(
        read("index.html").contains("html/emergency-card.html") && read("manifest.json").contains("\"emergency-card\"")
    );
    let pdf = support::files(&bundle.join("pdf")).into_iter().find(|name| name.ends_with("-emergency-card.pdf"));
    let pdf = bundle.join("pdf").join(pdf.expect("a PDF"));
    assert!(support::tool("pdftotext", [pdf.as_os_str(), "-".as_ref()]).contains("Ankarvik engineer on call"));
    // What people write goes where the file says.
    let sandbox = sandbox.write("docs/emergency-card.md", "# Emergency card\n\n## At the harbour\n\nRing the bell.\n");
    assert!(built(&sandbox, "markdown/emergency-card.md").contains("Ring the bell."));
}
