//! `init --from` on repositories as people have them: what is found, what is built from it, and what is
//! said to be missing.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use support::{Outcome, Sandbox};

/// Writes files, each a path and a text.
fn repository(files: &[(&str, &str)]) -> Sandbox {
    files.iter().fold(Sandbox::empty(), |sandbox, (path, text)| sandbox.write(path, text))
}

/// The same, looked after by git.
fn git(files: &[(&str, &str)]) -> Sandbox {
    repository(files).write(".git/HEAD", "ref: refs/heads/main\n")
}

/// Makes a project from a repository and builds it as it is; returns what was said and the folder of the
/// bundle.
fn from(sandbox: &Sandbox, project: &str) -> (Outcome, std::path::PathBuf) {
    let before = support::files(sandbox.path());
    let said = sandbox.run(["init", "--from", "."]).code(0).says(project);
    let mut after = support::files(sandbox.path());
    after.retain(|path| !path.starts_with("handoff/") && !path.starts_with(".handoff/") && path != "handoff.yaml");
    assert_eq!(after, before, "nothing else is written");
    let _ = sandbox.run(["build", project, "--only", "html,markdown", "--out", "out"]).code(0);
    let folders = std::fs::read_dir(sandbox.at("out")).expect("a folder").flatten().map(|entry| entry.path());
    let bundle = folders.into_iter().find(|path| path.is_dir()).expect("a bundle");
    assert!(bundle.join("index.html").is_file());
    (said, bundle)
}

fn text(bundle: &std::path::Path, kind: &str) -> String {
    let path = bundle.join(format!("markdown/{kind}.md"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the check says about the items of a document.
fn state<'a>(report: &'a serde_json::Value, item: &str) -> &'a str {
    let items = report["coverage"]["items"].as_array().expect("items");
    let found = items.iter().find(|known| known["id"] == item).unwrap_or_else(|| panic!("{item}"));
    found["state"].as_str().expect("a state")
}

fn check(sandbox: &Sandbox, project: &str) -> serde_json::Value {
    sandbox.run(["check", project, "--stage", "ga", "--format", "json"]).code(1).json()
}

/// The findings about what was written, which must be none but blanks.
fn only_blanks(report: &serde_json::Value, file: &str) {
    for finding in report["findings"].as_array().expect("findings") {
        let rule = finding["rule"].as_str().unwrap_or_default();
        let is_reading = matches!(
            rule,
            "invalid-yaml" | "invalid-field" | "unknown-key" | "missing-field" | "unknown-contact" | "unknown-id"
        );
        assert!(!(is_reading && finding["place"]["path"] == file), "{finding}");
    }
}

// --- MkDocs ------------------------------------------------------------------------

const LONG: &str = "The service reads the tide gauges of every harbour every ten minutes, works out the next tides and \
                    writes them to the table that the web page shows to everybody who asks for it.";

fn mkdocs() -> Sandbox {
    git(&[
        (
            "mkdocs.yml",
            "site_name: Tide Tables\ntheme:\n  name: material\nmarkdown_extensions:\n  - pymdownx.emoji:\n      emoji_index: !!python/name:material.extensions.emoji.twemoji\nnav:\n  - Home: index.md\n  - Getting started: start.md\n  - Operating it: ops/running.md\n  - Architecture: internals.md\n",
        ),
        (
            "README.md",
            "[![build](https://ci.example/badge.svg)](https://ci.example)\n\n# Tide Tables\n\nTide Tables tells small harbours when the water comes. It runs on one small machine.\n\n## Licence\n\nMIT.\n",
        ),
        ("docs/index.md", "# Welcome\n\nWhat the tables are for.\n\n!!! note\n    Only for harbours.\n"),
        ("docs/start.md", "# Getting started\n\n## First steps\n\nOpen the page, choose a harbour, read the table.\n"),
        (
            "docs/ops/running.md",
            &format!(
                "# Operating it\n\n## Log files {{#logs}}\n\n{LONG}\n\n## Restarting the service\n\n{LONG}\n\n```bash\nsystemctl restart tides\n```\n"
            ),
        ),
        (
            "docs/internals.md",
            &format!(
                "# Architecture\n\n{LONG}\n\n![Gauges](img/gauges.svg)\n\nSee [the start](start.md) and [nothing](gone.md).\n"
            ),
        ),
        (
            "docs/img/gauges.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"20\" viewBox=\"0 0 60 20\"><rect width=\"60\" height=\"20\"/></svg>",
        ),
        ("docs/poem.md", "# A poem\n\nNothing of use.\n"),
        ("pyproject.toml", "[project]\nname = \"tide-tables\"\nversion = \"1.4.0\"\ndescription = \"Tides\"\n"),
        (
            "CHANGELOG.md",
            "# Changelog\n\n## [1.4.0] - 2026-10-01\n\n- Faster tables.\n\n## [1.3.0] - 2026-08-01\n\n- More harbours.\n",
        ),
        ("LICENSE", "MIT License\n\nPermission is hereby granted.\n"),
    ])
}

#[test]
fn a_site_of_mkdocs_becomes_a_bundle() {
    let sandbox = mkdocs();
    let (said, bundle) = from(&sandbox, "handoff");
    let _ = said
        .complains("MkDocs (mkdocs.yml)")
        .complains("Tide Tables (README.md)")
        .complains("1.4.0 (CHANGELOG.md)")
        .complains("docs/ops/running.md")
        .complains("left alone")
        .complains("docs/poem.md");
    assert!(text(&bundle, "runbook").contains("tide gauges"), "{}", text(&bundle, "runbook"));
    assert!(text(&bundle, "quick-start").contains("choose a harbour"));
    assert!(text(&bundle, "architecture").contains("gauges.svg"));
    assert!(text(&bundle, "readme").contains("small harbours") && text(&bundle, "licence").contains("MIT License"));
    let file = sandbox.text("handoff/handoff.yaml");
    assert!(file.contains("\"../docs/ops/running.md\" # likely: its title says `operating`"), "{file}");
    assert!(file.contains("version: \"1.4.0\"") && file.contains("summary: \"Faster tables\""), "{file}");
    let report = check(&sandbox, "handoff");
    only_blanks(&report, "handoff.yaml");
    assert_eq!(state(&report, "runbook.logs"), "met");
    assert_eq!(state(&report, "runbook.scaling"), "missing");
    let told = support::told(&report).join("\n");
    assert!(told.contains("docs/internals.md") && told.contains("broken-link"), "{told}");
}

// --- mdBook ------------------------------------------------------------------------

#[test]
fn a_book_of_mdbook_becomes_a_bundle() {
    let sandbox = git(&[
        ("book.toml", "[book]\ntitle = \"The Ferry Planner\"\nsrc = \"guide\"\n"),
        (
            "guide/SUMMARY.md",
            "# Summary\n\n- [User guide](use.md)\n- [Deploying](running/one.md)\n- [Security](safe.md)\n",
        ),
        (
            "guide/use.md",
            "# Using it\n\n## FAQ\n\nMost people ask how to plan two ferries at once. Choose both, and give the second one its own crew and hours.\n",
        ),
        ("guide/running/one.md", &format!("# Putting it on a server\n\n## Deployment steps\n\n{LONG}\n")),
        ("guide/safe.md", &format!("# Keeping it safe\n\n{LONG}\n")),
        (
            "Cargo.toml",
            "[package]\nname = \"ferry-planner\"\nversion = \"0.3.1\"\nrepository = \"https://git.company.example/ferry\"\n",
        ),
        ("src/main.rs", "fn main() {}\n"),
        (
            "docs/adr/0001-use-rust.md",
            "# Use Rust\n\n## Status\n\nAccepted\n\n## Context\n\nFerries.\n\n## Decision\n\nRust.\n\n## Consequences\n\nFast.\n",
        ),
        ("CODEOWNERS", "# owners\n* @ferries/platform\n/guide/ writer@company.example\n"),
    ]);
    let (said, bundle) = from(&sandbox, "handoff");
    let _ = said.complains("mdBook (book.toml)").complains("The Ferry Planner").complains("@ferries/platform");
    assert!(text(&bundle, "user-guide").contains("two ferries") && text(&bundle, "deployment").contains("tide gauges"));
    assert!(text(&bundle, "decisions").contains("Use Rust") && text(&bundle, "contacts").contains("Platform team"));
    let file = sandbox.text("handoff/handoff.yaml");
    assert!(
        file.contains("- security # because of guide/safe.md") && file.contains("email: \"writer@company.example\""),
        "{file}"
    );
    let report = check(&sandbox, "handoff");
    only_blanks(&report, "handoff.yaml");
    assert_eq!(state(&report, "user-guide.faq"), "met");
}

// --- Plain docs/ -------------------------------------------------------------------

#[test]
fn a_plain_folder_of_documents_becomes_a_bundle() {
    let sandbox = git(&[
        ("README.md", "# Buoy Watch\n\nWatches the buoys of a bay and tells when one drifts away from its place.\n"),
        ("docs/runbook.md", &format!("# Runbook\n\n## Logs\n\n{LONG}\n\n## If the disk is full\n\n{LONG}\n")),
        ("docs/monitoring.md", &format!("# Monitoring\n\n## Dashboards\n\n{LONG}\n")),
        ("docs/incident_response.md", &format!("# When it burns\n\n{LONG}\n")),
        (
            "openapi.yaml",
            "openapi: 3.0.3\ninfo: {title: Buoys, version: '1'}\npaths:\n  /buoys:\n    get:\n      summary: All buoys\n      responses:\n        '200': {description: A list}\n",
        ),
        ("docker-compose.yml", "services:\n  web:\n    build: .\n  db:\n    image: postgres:16\n"),
        (
            ".env.example",
            "# Where mails go\nMAIL_HOST=mail.example\n# To send text messages\nSMS_API_KEY=\nPORT=8080\n",
        ),
        (".env", "SMS_API_KEY=very-secret-value-that-nobody-may-see\n"),
        (
            "alerts/rules.yml",
            "groups:\n  - name: buoys\n    rules:\n      - alert: BuoyLost\n        expr: |\n          time() - last_seen > 600\n        for: 5m\n        labels: {severity: critical}\n",
        ),
    ]);
    let (said, bundle) = from(&sandbox, "handoff");
    let _ = said
        .complains("a plain docs/ folder")
        .complains("web, db")
        .complains("BuoyLost")
        .complains("SMS_API_KEY")
        .complains("emergency");
    assert!(text(&bundle, "api").contains("/buoys") && text(&bundle, "emergency").contains("tide gauges"));
    let file = sandbox.text("handoff/handoff.yaml");
    assert!(!file.contains("very-secret"), "{file}");
    for wanted in [
        "purpose: \"Runs web and db\"",
        "- database # because of db in docker-compose.yml",
        "#     - name: \"SMS_API_KEY\"",
        "condition: \"time() - last_seen > 600, for 5m\"",
        "MAIL_HOST, PORT",
    ] {
        assert!(file.contains(wanted), "`{wanted}` is not in {file}");
    }
    let report = check(&sandbox, "handoff");
    only_blanks(&report, "handoff.yaml");
    assert_eq!(state(&report, "runbook.logs"), "met");
    assert_ne!(state(&report, "api.endpoints"), "missing");
    // What is written as a comment is well formed once the marks are taken away.
    let uncommented = file.lines().map(|line| {
        let inner = line.strip_prefix("# ").filter(|_| {
            line.contains("monitoring:") && !line.contains("tools")
                || line.contains("access:") && !line.contains("roles")
                || line.starts_with("#   ")
        });
        inner.unwrap_or(line)
    });
    let uncommented = uncommented.collect::<Vec<_>>().join("\n") + "\n";
    let sandbox = sandbox.write("handoff/handoff.yaml", uncommented);
    let report = check(&sandbox, "handoff");
    let told = support::told(&report).join("\n");
    assert!(!told.contains("invalid-yaml") && !told.contains("missing-field"), "{told}");
}

// --- README only -------------------------------------------------------------------

#[test]
fn a_readme_alone_becomes_a_bundle() {
    let sandbox = repository(&[(
        "README.md",
        "# Lock Keeper\n\nOpens the lock for boats that have paid. It has no other documents at all.\n\n## Install\n\nRun `make install`.\n",
    )]);
    let (said, bundle) = from(&sandbox, ".");
    let _ = said.complains("Lock Keeper (README.md)").complains("missing").complains("all of it");
    assert!(text(&bundle, "readme").contains("boats that have paid"));
    let start = std::fs::read_to_string(bundle.join("index.html")).expect("a page");
    assert!(start.contains("Lock Keeper") && start.contains("Opens the lock for boats"), "{start}");
    let report = check(&sandbox, ".");
    only_blanks(&report, "handoff.yaml");
    assert_eq!(state(&report, "runbook.logs"), "missing");
    let told = support::told(&report).join("\n");
    assert!(told.contains("placeholder-text") && told.contains("missing-document"), "{told}");
}

// --- Monorepo ----------------------------------------------------------------------

#[test]
fn a_repository_of_several_parts_becomes_a_bundle() {
    let sandbox = git(&[
        (
            "package.json",
            "{\"name\": \"@harbour/all\", \"private\": true, \"workspaces\": [\"packages/*\"], \"repository\": {\"url\": \"git+https://git.company.example/harbour.git\"}}",
        ),
        ("packages/web/package.json", "{\"name\": \"@harbour/web\", \"version\": \"2.0.0\"}"),
        ("packages/web/README.md", "# Web\n\nHow to work on the pages.\n"),
        ("packages/api/package.json", "{\"name\": \"@harbour/api\", \"version\": \"2.0.0\"}"),
        ("packages/api/README.md", "# API\n\nHow to work on the interface.\n"),
        (
            "packages/api/openapi.json",
            "{\n  \"openapi\": \"3.1.0\",\n  \"info\": {\"title\": \"Harbour\", \"version\": \"2\"},\n  \"paths\": {\"/berths\": {\"get\": {\"summary\": \"Berths\", \"responses\": {\"200\": {\"description\": \"All\"}}}}}\n}\n",
        ),
        ("packages/web/node_modules/left/README.md", "# Not ours\n"),
        (
            "k8s/production/api.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: registry.example/api:2\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: store\nspec:\n  template:\n    spec:\n      containers:\n        - image: postgres:16\n",
        ),
        ("docs/operations/backups.md", &format!("# Backups\n\n{LONG}\n")),
        ("docs/CONTRIBUTING.md", &format!("# Contributing\n\n## Local set-up\n\n{LONG}\n")),
        (".github/CODEOWNERS", "* @harbour/core\n"),
        (".github/ISSUE_TEMPLATE/bug_report.md", "# Bug\n"),
    ]);
    let (said, bundle) = from(&sandbox, "handoff");
    let _ = said.complains("packages/web/package.json").complains("api, store").complains("@harbour/core");
    assert!(text(&bundle, "api").contains("/berths"));
    let developers = text(&bundle, "developer-guide");
    assert!(developers.contains("How to work on the pages") && developers.contains("tide gauges"), "{developers}");
    let file = sandbox.text("handoff/handoff.yaml");
    assert!(!file.contains("node_modules") && !file.contains("bug_report"), "{file}");
    for wanted in [
        "id: production",
        "repository: \"https://git.company.example/harbour\"",
        "Built with JavaScript or TypeScript: @harbour/api",
    ] {
        assert!(file.contains(wanted), "`{wanted}` is not in {file}");
    }
    only_blanks(&check(&sandbox, "handoff"), "handoff.yaml");
}

// --- What cannot be done -----------------------------------------------------------

#[test]
fn what_is_there_is_never_overwritten_and_what_lies_outside_is_refused() {
    let sandbox = mkdocs();
    let _ = sandbox.run(["init", "--from", "."]).code(0);
    let _ = sandbox.run(["init", "--from", "."]).code(2).complains("there already").prints_nothing();
    let _ = sandbox.run(["init", "delivery", "--from", "."]).code(0).says("delivery");
    let _ = sandbox.run(["init", "../elsewhere", "--from", "."]).code(2).complains("outside of the repository");
    let _ = sandbox.run(["init", "--from", "no-such-folder"]).code(2).complains("cannot be read");
    let plain = repository(&[("README.md", "# X\n\nSome words about it.\n")]);
    let _ = plain.run(["init", "handoff", "--from", "."]).code(2).complains("git init");
    assert!(!plain.at("handoff").exists());
}

#[test]
fn an_empty_repository_gives_a_project_of_blanks() {
    let sandbox = repository(&[("notes.txt", "nothing")]);
    let (_, bundle) = from(&sandbox, ".");
    assert!(bundle.join("html/contacts.html").is_file());
    only_blanks(&check(&sandbox, "."), "handoff.yaml");
}
