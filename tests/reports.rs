//! Reports for programs: each is held against the schema that others publish for it, and read by a
//! program that others wrote.

#![allow(clippy::disallowed_methods, reason = "a test may read and write what it likes")]

mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Outcome, Sandbox};

/// The example with something of each kind to tell: an error with two places, a warning, a missing section,
/// and characters that mean something in XML, in a table and in a URL.
fn flawed() -> Sandbox {
    let notes = "---\ndocument: runbook\n---\n\n## Notes\n\n\
                 See [here](no \"such\" <page>.md), [a|b](../x.md) & the port is TBD at 50 %.\n";
    let more = "\n##### Too deep\n\nAsk [Name] about `a|b` & <b>c</b>, [there](gone.md).\n";
    Sandbox::example().write("docs/notes & more.md", notes).append("docs/deployment.md", more)
}

fn report(sandbox: &Sandbox, format: &str) -> Outcome {
    sandbox.run(["check", "--all", "--format", format]).code(1)
}

fn schema(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schemas").join(name)
}

/// Asserts that a report is what a schema asks for; each entry of it, if it is a list. Needs check-jsonschema
/// of `PyPI`, which the test command installs.
fn holds(sandbox: &Sandbox, schema: &Path, report: &Value) {
    let judged: Vec<&Value> = report.as_array().map_or_else(|| vec![report], |entries| entries.iter().collect());
    for (index, value) in judged.into_iter().enumerate() {
        fs::write(sandbox.at(&format!("judged-{index}.json")), value.to_string()).expect("a file");
    }
    let count = report.as_array().map_or(1, Vec::len);
    let files = (0..count).map(|index| sandbox.at(&format!("judged-{index}.json")));
    if let Some(mut judge) = judge("check_jsonschema") {
        let _ =
            support::outcome(judge.args(["--regex-variant", "python", "--schemafile"]).arg(schema).args(files)).code(0);
    }
}

/// A judge among those of `PyPI`, unless they are to be left out.
fn judge(module: &str) -> Option<Command> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges/python");
    if std::env::var("HANDOFF_SKIP_JUDGES").is_ok_and(|value| value == "1") {
        return None;
    }
    let mut command = Command::new(python);
    command.args(["-m", module]);
    Some(command)
}

#[test]
fn json_is_as_the_book_describes_it() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src/reference/report.schema.json");
    let broken = Sandbox::example().write("handoff.yaml", "project: [");
    let review = "document: runbook\nby: rasmus-kell\ndate: 2026-11-18\nopinion: approved\ncontent: ";
    let review = review.to_owned() + &"0".repeat(64) + "\n";
    let reviewed = Sandbox::example().write("records/reviews/2026-11-18-runbook.yaml", review);
    for sandbox in [Sandbox::example(), flawed(), reviewed, broken] {
        let report = sandbox.run(["check", "--format", "json"]).json();
        holds(&sandbox, &schema, &report);
    }
}

#[test]
fn sarif_is_valid_and_others_read_it() {
    let sandbox = flawed();
    let outcome = report(&sandbox, "sarif");
    holds(&sandbox, &schema("sarif-2.1.0-rtm.5.json"), &outcome.json());
    let results = outcome.json()["runs"][0]["results"].as_array().map(Vec::len).expect("results");
    assert!(results > 3, "{results} results");
    let errors = sandbox.run(["check", "--all", "--format", "json"]).json()["counts"]["errors"].clone();

    let path = sandbox.at("report.sarif");
    fs::write(&path, &outcome.stdout).expect("a file");
    if let Some(mut reader) = judge("sarif") {
        let read = support::outcome(reader.arg("summary").arg(&path)).code(0);
        assert!(read.stdout.contains(&format!("error: {errors}")), "{errors} errors are not in {read}");
    }
}

#[test]
fn junit_is_valid() {
    let sandbox = flawed();
    for outcome in [report(&sandbox, "junit"), Sandbox::example().run(["check", "--format", "junit"])] {
        let path = sandbox.at("report.xml");
        fs::write(&path, &outcome.stdout).expect("a file");
        let mut command = Command::new("xmllint");
        let judged = command.args(["--noout", "--nonet", "--schema"]).arg(schema("JUnit.xsd")).arg(&path).output();
        let judged = judged.expect("xmllint runs: tests/run installs it");
        assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
    }
}

#[test]
fn code_quality_is_valid() {
    let sandbox = flawed();
    let value = report(&sandbox, "gitlab").json();
    holds(&sandbox, &schema("gitlab-codeclimate.json"), &value);
    let entries = value.as_array().expect("a list");
    assert!(entries.len() > 3);
    let mut names = std::collections::BTreeSet::new();
    for entry in entries {
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&entry["severity"].as_str().expect("a word"))
        );
        assert!(names.insert(entry["fingerprint"].as_str().expect("a text").to_owned()), "names differ");
        let path = entry["location"]["path"].as_str().expect("a path");
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
    }
}

#[test]
fn github_and_markdown_tell_every_error() {
    let sandbox = flawed();
    let errors =
        sandbox.run(["check", "--all", "--format", "json"]).json()["counts"]["errors"].as_u64().expect("a number");
    let count = |text: &str, start: &str| text.lines().filter(|line| line.starts_with(start)).count() as u64;
    assert_eq!(count(&report(&sandbox, "github").stdout, "::error "), errors);
    let comment = report(&sandbox, "markdown").stdout;
    assert_eq!(count(&comment, "| **error** |"), errors, "{comment}");
    assert!(comment.starts_with("### ❌ Handoff: incomplete") && comment.contains("<details><summary>"), "{comment}");
}

#[test]
fn paths_are_those_of_the_repository() {
    let sandbox = Sandbox::example();
    let repository = tempfile::tempdir().expect("a folder");
    fs::create_dir(repository.path().join(".git")).expect("a folder");
    let project = repository.path().join("delivery/kit");
    support::copy(sandbox.path(), &project);
    fs::write(project.join("docs/notes.md"), "# Notes\n\nThe port is TBD.\n").expect("a file");
    let outcome = sandbox.run(["check", project.to_str().expect("a path"), "--format", "github"]);
    assert!(outcome.stdout.contains("file=delivery/kit/docs/notes.md,line=3"), "{outcome}");
}

#[test]
fn a_build_can_report_for_programs() {
    let sandbox = Sandbox::example();
    let outcome = sandbox.run(["build", "--only", "markdown", "--format", "json"]).code(0);
    assert_eq!(outcome.json()["verdict"], "pass");
    assert!(outcome.stderr.contains(".zip"), "{outcome}");
}
