//! What is told and what is asked, from outside: limits by revision and baseline, explanations of items,
//! checklists, external links.

#![allow(clippy::disallowed_methods, reason = "a test may read and write what it likes")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use support::{Outcome, Sandbox, told};

fn git(sandbox: &Sandbox, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(sandbox.path()).args(["-c", "user.name=A", "-c", "user.email=a@b.example"]).args(arguments);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let _ = support::outcome(&mut command).code(0);
}

/// The example under version control, with an old finding in it.
fn committed() -> Sandbox {
    let sandbox = Sandbox::example().append("docs/support.md", "\nThe old port is TBD.\n");
    git(&sandbox, &["init", "--quiet"]);
    git(&sandbox, &["add", "--all"]);
    git(&sandbox, &["commit", "--quiet", "--message", "First"]);
    sandbox
}

fn json(outcome: &Outcome) -> Vec<String> {
    told(&outcome.json())
}

#[test]
fn only_what_changed_since_a_revision_is_told() {
    let sandbox = committed();
    let since = |sandbox: &Sandbox| sandbox.run(["check", "--since", "HEAD", "--format", "json"]);
    assert!(json(&since(&sandbox).code(0)).is_empty(), "the old finding does not count");
    let sandbox =
        sandbox.append("docs/deployment.md", "\nThe new port is TBD.\n").write("docs/notes.md", "# Notes\n\nTBD\n");
    let found = json(&since(&sandbox).code(1));
    assert!(found.iter().any(|line| line.starts_with("docs/deployment.md:")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("docs/notes.md:3:1 placeholder-text")), "{found:?}");
    assert!(!found.iter().any(|line| line.starts_with("docs/support.md:")), "{found:?}");
    let people = sandbox.run(["check", "--since", "HEAD"]).code(1);
    assert!(people.stdout.contains("changed since HEAD: "), "{people}");
}

#[test]
fn a_section_that_was_taken_out_is_told() {
    let sandbox = committed().edit("docs/deployment.md", "{#rollback}", "{#something-else}");
    let sandbox = sandbox.edit("docs/deployment.md", "Rollback", "Something else");
    let found = sandbox.run(["check", "--since", "HEAD", "--format", "json"]).code(1).json();
    let items: Vec<_> =
        found["findings"].as_array().expect("a list").iter().filter_map(|one| one["item"].as_str()).collect();
    assert!(items.contains(&"deployment.rollback"), "{items:?}");
}

#[test]
fn a_revision_that_is_not_there_stops_the_check() {
    let sandbox = committed();
    let _ = sandbox.run(["check", "--since", "no-such"]).code(2).complains("git knows no revision `no-such`");
    let _ = sandbox.run(["check", "--since", "--output=x"]).code(2);
    let _ = Sandbox::example().run(["check", "--since", "HEAD"]).code(2);
}

#[test]
fn a_baseline_hides_what_is_known_wherever_it_moves() {
    let sandbox = Sandbox::example().append("docs/support.md", "\nThe old port is TBD.\n");
    let _ = sandbox.run(["check", "--write-baseline", "known.json"]).code(0).prints_nothing();
    let _ = sandbox.run(["check", "--baseline", "known.json"]).code(0).says("not in the baseline: nothing to mend");
    let moved = sandbox.text("docs/support.md").replace("\nThe old port", "\nA line more.\n\nThe old port");
    let sandbox = sandbox.write("docs/support.md", moved);
    let _ = sandbox.run(["check", "--baseline", "known.json"]).code(0);
    let sandbox = sandbox.append("docs/support.md", "\nThe new port is TBD too.\n");
    let new = sandbox.run(["check", "--baseline", "known.json", "--format", "json"]).code(1);
    assert_eq!(new.json()["counts"]["errors"], 1);
    let sandbox = sandbox.write("docs/support.md", Sandbox::example().text("docs/support.md"));
    let _ =
        sandbox.run(["check", "--baseline", "known.json"]).code(0).complains("1 finding of the baseline is not found");
    let sandbox = sandbox.write("known.json", "{}");
    let _ = sandbox.run(["check", "--baseline", "known.json"]).code(2).complains("it is no baseline");
    let _ = sandbox.run(["check", "--baseline", "gone.json"]).code(2).complains("gone.json");
}

#[test]
fn an_item_is_explained() {
    let sandbox = Sandbox::example();
    let told = sandbox.run(["check", "--explain-item", "runbook.logs"]).code(0);
    for part in [
        "runbook.logs: ",
        "met, due by the start of `transfer`",
        "What proves it",
        "What was looked at",
        "docs/runbook/",
    ] {
        assert!(told.stdout.contains(part), "{part} is not in {told}");
    }
    let earlier = Sandbox::earlier("transfer", "2026-11-20");
    let value =
        earlier.run(["check", "--explain-item", "closing.administration", "--all", "--format", "json"]).code(0).json();
    assert_eq!(value["state"], "missing");
    assert!(value["changes"][0].as_str().is_some_and(|change| change.contains("handoff record statement")), "{value}");
    let _ = sandbox.run(["check", "--explain-item", "runbook.lgos"]).code(2).complains("did you mean `runbook.logs`?");
}

#[test]
fn the_project_file_chooses_the_checklist_and_the_command_line_another() {
    let sandbox = Sandbox::example().append("handoff.yaml", "\nchecklist: minimal\n");
    let items = |arguments: &[&str]| {
        let report = sandbox.run([&["check", "--format", "json"], arguments].concat()).json();
        report["coverage"]["items"].as_array().map(Vec::len).expect("items")
    };
    assert_eq!(items(&[]), 17);
    assert_eq!(items(&["--checklist", "delivery"]), 135);
    let sandbox = Sandbox::example().append("handoff.yaml", "\nchecklist: minmal\n");
    let _ = sandbox.run(["check"]).code(1).says("did you mean `minimal`?");
}

/// A server on this machine that has one page.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines();
            let first = lines.next().and_then(Result::ok).unwrap_or_default();
            lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
            let status = if first.contains(" /here ") { "200 OK" } else { "404 Not Found" };
            let _ = stream
                .write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes());
        }
    });
    address
}

#[test]
fn external_links_are_asked_only_where_that_is_wanted() {
    let (address, cache) = (server(), tempfile::tempdir().expect("a folder"));
    let text = format!("\nSee [one]({address}/here#part) and [the other]({address}/gone).\n");
    let sandbox = Sandbox::example().append("docs/support.md", &text);
    let place = sandbox.place("docs/support.md", "[the other]");
    let _ = sandbox.run(["check"]).code(0);
    let online = || {
        let arguments = ["check", "--online", "--format", "json"];
        sandbox.run_with(arguments, |command| command.env("XDG_CACHE_HOME", cache.path()).env("HOME", cache.path()))
    };
    for _ in 0..2 {
        assert_eq!(json(&online().code(1)), [format!("{place} dead-link")]);
    }
    let remembered = std::fs::read_to_string(cache.path().join("handoff/links.json"));
    if cfg!(target_os = "linux") {
        let remembered = remembered.expect("a cache");
        assert!(remembered.contains("/here\"") && !remembered.contains("/gone"), "{remembered}");
    }
}
