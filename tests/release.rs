//! Releases: what stands against one, what cutting it writes, and that it can be proven afterwards.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use std::path::Path;
use std::process::Command;
use support::{Outcome, Sandbox, outcome};

/// The version that the tests release: higher than any of the example.
const VERSION: &str = "9.0.0";

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Anna Lind", "-c", "user.email=anna.lind@ankarvik.example"]).args(args);
    outcome(command.current_dir(folder)).code(0).stdout
}

/// The example before it was accepted, under version control, without PDFs, which the tests about files do
/// not need.
fn repository() -> Sandbox {
    let sandbox = Sandbox::handed_over().write(".gitignore", "dist/\n");
    let text = sandbox.text("handoff.yaml").replace("formats: [html, pdf, markdown]", "formats: [html, markdown]");
    assert!(text.contains("formats: [html, markdown]"), "the example says its formats");
    let sandbox = sandbox.write("handoff.yaml", text);
    git(sandbox.path(), &["init", "--quiet", "--initial-branch=main"]);
    commit(&sandbox, "Begin");
    sandbox
}

fn commit(sandbox: &Sandbox, message: &str) {
    git(sandbox.path(), &["add", "--all"]);
    git(sandbox.path(), &["commit", "--quiet", "-m", message]);
}

fn status(sandbox: &Sandbox) -> String {
    git(sandbox.path(), &["status", "--porcelain"])
}

fn release(sandbox: &Sandbox, more: &[&str]) -> Outcome {
    let args = [&["release", VERSION, "--date", "2027-03-01", "--status", "for-review", "--summary", "Again."], more];
    sandbox.run_with(args.concat(), |command| {
        command.env("GIT_AUTHOR_NAME", "Anna Lind").env("GIT_AUTHOR_EMAIL", "anna.lind@ankarvik.example");
        command.env("GIT_COMMITTER_NAME", "Anna Lind").env("GIT_COMMITTER_EMAIL", "anna.lind@ankarvik.example")
    })
}

#[test]
fn everything_that_stands_against_a_release_is_told_in_one_run() {
    let sandbox = repository();
    release(&sandbox, &[]).code(0);
    commit(&sandbox, "Release");
    let sandbox = sandbox
        .edit("docs/runbook/50-logs.md", "\n\n", "\n\nThey are kept.\n\n")
        .append("docs/emergency.md", "\n## One more\n\nSee [nothing](nowhere.md).\n");
    let before = status(&sandbox);
    let told = sandbox.run(["release", VERSION, "--status", "as-delivered", "--summary", "x"]).code(1).prints_nothing();
    let told = told
        .complains("was released on 2027-03-01 already")
        .complains("cannot be as-delivered")
        .complains("the delivery is not complete: ")
        .complains("--allow findings=REASON")
        .complains("git has changes that are not committed: docs/emergency.md, docs/runbook/50-logs.md")
        .complains("reviews are stale: runbook")
        .complains("nothing was written");
    assert!(told.stderr.matches("help:").count() >= told.stderr.matches("refused:").count(), "{told}");
    assert_eq!(status(&sandbox), before, "nothing was written");
}

#[test]
fn a_release_writes_its_record_and_edits_only_what_changes() {
    let sandbox = repository();
    let log = sandbox.text("CHANGELOG.md");
    let first = log.find("\n## ").expect("a section") + 1;
    let sandbox = sandbox
        .write("CHANGELOG.md", format!("{}## Unreleased\n\nThe spring edition.\n\n{}", &log[..first], &log[first..]));
    commit(&sandbox, "Tell what is new");
    let revision = git(sandbox.path(), &["rev-parse", "HEAD"]);
    let before = sandbox.text("handoff.yaml");
    let told = sandbox.run(["release", VERSION, "--date", "2027-03-01", "--status", "for-acceptance"]).code(0);
    told.says("records/releases/9.0.0.yaml").says("records/releases/9.0.0.manifest.json").says("CHANGELOG.md");
    let record = sandbox.text("records/releases/9.0.0.yaml");
    for line in ["version: 9.0.0", "date: 2027-03-01", "status: for-acceptance", "by: anna-lind", "program: handoff "] {
        assert!(record.contains(line), "{line}\n{record}");
    }
    assert!(record.contains(revision.trim()), "{record}");
    let after = sandbox.text("handoff.yaml");
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let gone: Vec<_> = old.iter().filter(|line| !new.contains(line)).collect();
    assert!(gone.len() <= 3, "only version, date and status are other lines: {gone:?}");
    assert_eq!(new.len(), old.len() + 3, "an entry of the change history came");
    assert!(
        after.contains("    - version: 9.0.0\n      date: 2027-03-01\n      summary: \"The spring edition.\"\n"),
        "{after}"
    );
    assert!(sandbox.text("CHANGELOG.md").contains("## Unreleased\n\n## 9.0.0 – 2027-03-01\n\nThe spring edition.\n"));
    sandbox.run(["check"]).code(0);
}

#[test]
fn a_released_version_is_built_again_with_the_same_digest_or_not_at_all() {
    let sandbox = repository();
    release(&sandbox, &[]).code(0);
    let built = sandbox.run(["build"]).code(0);
    let manifest = sandbox.text(&format!("{}/manifest.json", built.stdout.lines().next().expect("a folder")));
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let record = sandbox.text("records/releases/9.0.0.yaml");
    assert!(record.contains(manifest["digest"].as_str().expect("a digest")), "{record}");
    std::fs::remove_dir_all(sandbox.at("dist")).expect("removed");
    let sandbox = sandbox.edit("docs/emergency.md", "\n\n", "\n\nQuicksilver was spilled.\n\n");
    let told = sandbox.run(["build"]).code(1).prints_nothing();
    told.complains("version 9.0.0 was released on 2027-03-01, and this is another bundle")
        .complains("html/emergency.html differs")
        .complains("markdown/emergency.md differs")
        .complains("help:");
    assert!(!sandbox.at("dist").exists(), "nothing was written");
    sandbox.run(["build", "--only", "markdown"]).code(1).complains("without `--only`");
}

#[test]
fn what_is_let_pass_is_told_in_the_record_and_in_the_release_note_and_only_if_it_was_needed() {
    let sandbox = repository().append("docs/emergency.md", "\n## One more\n\nSee [nothing](nowhere.md).\n");
    let allow = ["--allow", "findings=the page follows next week", "--allow", "dirty-tree=it is being written"];
    release(&sandbox, &[&allow[..], &["--allow", "stale-reviews=not at all"]].concat())
        .code(0)
        .complains("not needed: `stale-reviews`");
    let record = sandbox.text("records/releases/9.0.0.yaml");
    assert!(record.contains("  - what: findings\n    reason: \"the page follows next week\"\n"), "{record}");
    assert!(record.contains("  - what: dirty-tree\n"), "{record}");
    assert!(!record.contains("stale-reviews"), "{record}");
    let built = sandbox.run(["build"]).code(0).complains("it was let pass when the version was released");
    let note = sandbox.text(&format!("{}/markdown/release-note.md", built.stdout.lines().next().expect("a folder")));
    assert!(note.contains("the page follows next week") && note.contains("it is being written"), "{note}");
    assert!(!note.contains("not at all"), "{note}");
}

#[test]
fn a_reason_is_needed_and_a_secret_is_never_let_pass() {
    let sandbox = repository();
    release(&sandbox, &["--allow", "findings"]).code(2).complains("findings=REASON");
    let token = ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    let sandbox = sandbox.append("docs/emergency.md", &format!("\n## Token\n\n`{token}`\n"));
    let allow = ["--allow", "findings=x", "--allow", "dirty-tree=x", "--allow", "stale-reviews=x"];
    release(&sandbox, &allow).code(1).complains("a secret is never let pass");
}

#[test]
fn the_commit_is_tagged_if_that_is_asked_for() {
    let sandbox = repository();
    release(&sandbox, &["--tag"]).code(0);
    assert_eq!(status(&sandbox), "", "all files of the release are committed");
    assert_eq!(git(sandbox.path(), &["describe", "--exact-match"]).trim(), "v9.0.0");
    let clone = Sandbox::empty();
    git(clone.path(), &["clone", "--quiet", &sandbox.path().display().to_string(), "there"]);
    clone.run(["build", "there"]).code(0);
}

#[test]
fn the_next_version_grows_from_the_last_release() {
    let sandbox = repository();
    release(&sandbox, &["--tag"]).code(0);
    let told = sandbox.run(["release", "--bump", "minor", "--summary", "x", "--dry-run"]).code(0);
    told.says("records/releases/9.1.0.yaml").complains("would be released 9.1.0");
    assert!(!sandbox.at("records/releases/9.1.0.yaml").exists());
    assert_eq!(status(&sandbox), "", "nothing was written");
    sandbox.run(["release", "8.0.0", "--summary", "x"]).code(1).complains("8.0.0 is lower than 9.0.0");
    sandbox.run(["release", "9.1.0", "--bump", "minor"]).code(2);
    sandbox.run(["release"]).code(2);
}

#[test]
fn the_register_tells_what_changed_since_the_release_before() {
    let sandbox = repository();
    release(&sandbox, &["--tag"]).code(0);
    let sandbox = sandbox.edit("docs/emergency.md", "\n\n", "\n\nQuicksilver was spilled.\n\n");
    commit(&sandbox, "Tell of quicksilver");
    sandbox
        .run(["release", "9.1.0", "--summary", "Quicksilver.", "--allow", "stale-reviews=none is about this"])
        .code(0);
    let built = sandbox.run(["build"]).code(0);
    let folder = built.stdout.lines().next().expect("a folder").to_owned();
    let register = sandbox.text(&format!("{folder}/markdown/register.md"));
    let row = |title: &str| {
        let found = register.lines().find(|line| line.contains(&format!("[{title}]")));
        found.unwrap_or_else(|| panic!("{title}\n{register}")).to_owned()
    };
    let emergency = row("Emergency procedures");
    assert!(emergency.contains("9.1.0") && emergency.contains("changed"), "{emergency}");
    let contacts = row("Contacts");
    assert!(contacts.contains("9.0.0") && contacts.contains("unchanged"), "{contacts}");
    let note = sandbox.text(&format!("{folder}/markdown/release-note.md"));
    assert!(note.contains("Quicksilver.") && note.contains("It follows version 9.0.0"), "{note}");
    assert!(sandbox.text(&format!("{folder}/markdown/transmittal.md")).contains("9.1.0"));
}

#[test]
fn files_are_written_all_or_none() {
    let sandbox = repository().write("records/releases", "in the way");
    let before = sandbox.text("handoff.yaml");
    let allow = ["--allow", "dirty-tree=x", "--allow", "findings=x"];
    let told = release(&sandbox, &allow);
    assert_ne!(told.exit, Some(0), "{told}");
    assert_eq!(sandbox.text("handoff.yaml"), before);
}

#[test]
fn a_project_file_that_cannot_be_edited_is_told_and_a_mark_before_it_does_not_matter() {
    let sandbox = repository();
    let text = sandbox.text("handoff.yaml");
    let sandbox = sandbox.write("handoff.yaml", format!("\u{feff}{text}"));
    commit(&sandbox, "Save with a byte order mark");
    release(&sandbox, &[]).code(0);
    assert!(sandbox.text("handoff.yaml").contains("\n  version: 9.0.0\n"));
    let start = text.find("\nrelease:\n").expect("a release") + 1;
    let end = start + text[start + 1..].find("\n\n").expect("its end");
    let line = "release: {version: 1.0.0, date: 2026-11-20, status: draft, classification: Confidential}";
    let sandbox = sandbox.write("handoff.yaml", format!("{}{line}\n{}", &text[..start], &text[end + 1..]));
    commit(&sandbox, "Write the release in one line");
    release(&sandbox, &["--allow", "stale-reviews=a test", "--allow", "findings=a test"])
        .code(1)
        .complains("handoff.yaml cannot be edited: `release` is not written with a key per line");
}
