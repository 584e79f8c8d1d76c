//! The program from outside: what it says about projects with mistakes, and how it behaves.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use std::process::{Command, Stdio};
use support::{Outcome, Sandbox, outcome, program, told};

/// Asserts that a report has a finding: `path:line:column rule`.
fn assert_told(sandbox: &Sandbox, wanted: &str) {
    let told = told(&sandbox.check());
    assert!(told.iter().any(|finding| finding == wanted), "`{wanted}` is not among\n{}", told.join("\n"));
}

#[test]
fn the_example_is_clean_and_complete() {
    let sandbox = Sandbox::example();
    let outcome = sandbox.run(["check"]).code(0).plain();
    assert_eq!(told(&sandbox.check()), Vec::<String>::new(), "{outcome}");
}

#[test]
fn a_project_is_found_from_a_folder_below_it() {
    let sandbox = Sandbox::example();
    let below = sandbox.at("docs/runbook");
    let _ = sandbox.run_with(["check"], |command| command.current_dir(below)).code(0);
    let _ = Sandbox::empty().run(["check".as_ref(), sandbox.path().as_os_str()]).code(0);
}

#[test]
fn a_missing_fragment_is_found() {
    let sandbox = Sandbox::example().remove("docs/database.md");
    let outcome = sandbox.run(["check"]).code(1).says("error[missing-document]").says("database");
    let report = sandbox.check();
    assert_eq!(report["verdict"], "fail", "{outcome}");
    assert!(told(&report).iter().any(|finding| finding.ends_with("missing-document")), "{outcome}");
}

#[test]
fn a_missing_section_is_found() {
    let sandbox = Sandbox::example().remove("docs/runbook/60-scaling.md");
    let _ = sandbox.run(["check"]).code(1).says("error[missing-section]").says("caling");
}

#[test]
fn a_contact_without_phone_is_found_where_the_contact_stands() {
    let sandbox = Sandbox::example().edit("handoff.yaml", "    phone: \"+46 31 390 06 11\"\n", "");
    let _ = sandbox.run(["check"]).code(1).says("error[incomplete-contact]").says("phone").says("handoff.yaml:");
    assert_told(&sandbox, &format!("{} incomplete-contact", sandbox.place("handoff.yaml", "anna-lind")));
}

#[test]
fn a_broken_link_is_found_where_it_stands() {
    let more = "\nThe rest is in [another place](no-such-file.md).\n";
    let sandbox = Sandbox::example().append("docs/support.md", more);
    let _ = sandbox.run(["check"]).code(1).says("error[broken-link]").says("no-such-file.md");
    assert_told(&sandbox, &format!("{} broken-link", sandbox.place("docs/support.md", "[another place]")));
}

#[test]
fn a_placeholder_is_found_where_it_stands() {
    let sandbox = Sandbox::example().append("docs/support.md", "\nThe desk moves on a day that is TBD, as agreed.\n");
    let _ = sandbox.run(["check"]).code(1).says("error[placeholder-text]").says("TBD");
    assert_told(&sandbox, &format!("{} placeholder-text", sandbox.place("docs/support.md", "TBD")));
}

/// Ten mistakes of ten kinds, at known places.
const MISTAKES: &str = "
## Ten mistakes

This line has a [link to nowhere](nowhere.md) in it, which is mistake one.

This line has a [link to no heading](runbook.md#no-such-heading), mistake two.

This line says TODO, which is mistake three of the ten.

This line has an image without a text, mistake four: ![](images/erd.svg).

This line names {{ project.nmae }}, which does not exist, mistake five.

<marquee>This is raw HTML, mistake six.</marquee>
";

#[test]
fn ten_mistakes_get_ten_findings_at_their_places_in_one_run() {
    let sandbox = Sandbox::example()
        .append("docs/support.md", MISTAKES)
        .edit("handoff.yaml", "email: anna.lind@ankarvik.example", "email: anna.lind at ankarvik")
        .edit("handoff.yaml", "backup: mira-holm", "backup: mira-hlom")
        .edit("handoff.yaml", "started: 2025-09-01", "started: 2025-09-31")
        .edit("handoff.yaml", "  classification:", "  colour: red\n  classification:");
    let (support, project) = ("docs/support.md", "handoff.yaml");
    let mut wanted = vec![
        format!("{} broken-link", sandbox.place(support, "[link to nowhere]")),
        format!("{} broken-link", sandbox.place(support, "[link to no heading]")),
        format!("{} placeholder-text", sandbox.place(support, "TODO")),
        format!("{} missing-alt-text", sandbox.place(support, "![](images/erd.svg)")),
        format!("{} unknown-reference", sandbox.place(support, "{{ project.nmae }}")),
        format!("{} dropped-html", sandbox.place(support, "<marquee>")),
        format!("{} invalid-field", sandbox.place(project, "anna.lind at ankarvik")),
        format!("{} unknown-contact", sandbox.place(project, "mira-hlom")),
        format!("{} invalid-field", sandbox.place(project, "2025-09-31")),
        format!("{} unknown-key", sandbox.place(project, "colour: red")),
    ];
    let outcome = sandbox.run(["check"]).code(1);
    let mut told = told(&sandbox.check());
    wanted.sort();
    told.sort();
    assert_eq!(told, wanted, "{outcome}");
}

#[test]
fn a_mistyped_word_gets_a_suggestion() {
    let key = Sandbox::example().edit("handoff.yaml", "  classification:", "  clasification:");
    let _ = key.run(["check"]).code(1).says("unknown-key").says("`classification`");
    let contact = Sandbox::example().edit("handoff.yaml", "backup: mira-holm", "backup: mira-hlom");
    let _ = contact.run(["check"]).code(1).says("`mira-holm`");
}

#[test]
fn what_cannot_be_read_is_told_and_never_a_panic() {
    let mangle = |path: &str, bytes: &[u8]| Sandbox::example().write(path, bytes);
    for (sandbox, rule) in [
        (mangle("handoff.yaml", b""), "missing-field"),
        (mangle("handoff.yaml", b"handoff: 1\nproject: [a, b\n"), "invalid-yaml"),
        (mangle("handoff.yaml", b"\xff\xfe\x00 no text"), "invalid-text"),
        (mangle("handoff.yaml", b"- just\n- a list\n"), "invalid-field"),
        (mangle("docs/support.md", b"text \xff\xff more"), "invalid-text"),
        (mangle("docs/support.md", b"---\nowner: [\n---\n# Support\n"), "invalid-yaml"),
        (mangle("records/sessions/2026-11-19-support-handoff.yaml", b"\t{"), "invalid-yaml"),
    ] {
        let outcome = sandbox.run(["check"]).code(1);
        assert!(outcome.stdout.contains(&format!("[{rule}]")), "`{rule}` is not in {outcome}");
        let _ = sandbox.run(["build"]).code(1).prints_nothing().complains("nothing was written");
    }
}

#[test]
fn what_stops_us_is_exit_code_two_with_help() {
    let empty = Sandbox::empty();
    for args in [&["check"][..], &["build"], &["check", "no/such/folder"], &["verify", "no-such.zip"]] {
        let _ = empty.run(args).code(2).prints_nothing().complains("error:").complains("help:").plain();
    }
}

#[test]
fn wrong_usage_is_exit_code_two_with_a_suggestion() {
    let empty = Sandbox::empty();
    let _ = empty.run(["biuld"]).code(2).prints_nothing().complains("build");
    let _ = empty.run(["check", "--sateg", "pilot"]).code(2).complains("--stage");
    let _ = empty.run(["check", "--stage", "pilto"]).code(2).complains("pilot");
    let _ = empty.run(["check", "--format", "xml"]).code(2).complains("json");
    let _ = empty.run(["build", "--only", "html,docx"]).code(2).complains("markdown");
    let _ = empty.run(["explain", "broken-lnik"]).code(2).complains("`broken-link`");
    let _ = empty.run(["build", "--only", "pfd"]).code(2).complains("'pdf'");
    let dir = empty.run(["gate", "pilot", "--dir", "x"]).code(2).complains("without `--dir`");
    assert!(!dir.stderr.contains("-- --dir"), "{dir}");
    let _ = empty.run(["check", "--partition", "4/3"]).code(2).complains("no part 4 of 3");
    let _ = empty.run::<&str>([]).code(2).complains("Usage:");
}

#[test]
fn every_failure_says_where_why_and_what_to_do() {
    let sandbox = Sandbox::example().write("file", "no folder").write("odd.json", "{").write("form.pdf", "no PDF");
    for (args, what, help) in [
        (&["check", "no/such/folder"][..], "no/such/folder", "name the folder"),
        (&["check", "handoff.yaml"], "handoff.yaml", "name its folder"),
        (&["check", "docs"], "the folder has no handoff.yaml", "did you mean the project around it"),
        (&["status", "docs"], "the folder has no handoff.yaml", "did you mean the project around it"),
        (&["preview", "docs"], "the folder has no handoff.yaml", "did you mean the project around it"),
        (&["build", "--only", "markdown", "--out", "file"], "file", "choose another folder"),
        (&["build", "--since", "nowhere.zip"], "nowhere.zip", "name the folder of a bundle"),
        (&["check", "--baseline", "nowhere.json"], "nowhere.json", "--write-baseline"),
        (&["check", "--baseline", "odd.json"], "odd.json", "--write-baseline"),
        (&["check", "--write-baseline", "file/below"], "file/below", "in the way"),
        (&["check", "--explain-item", "runbook.lgos"], "`runbook.lgos`", "did you mean `runbook.logs`?"),
        (&["check", "--explain-item", "runbook.logs", "--format", "sarif"], "`json`", "--format json"),
        (&["check", "--since", "HEAD"], "git", "repository"),
        (&["init", "file"], "file", "in the way"),
        (&["init", "--from", "nowhere"], "nowhere", "name the folder of a repository"),
        (&["new", "runbok"], "`runbok`", "did you mean `runbook`?"),
        (&["message", "pilot-strat"], "`pilot-strat`", "did you mean `pilot-start`?"),
        (&["message", "pilot-start", "--set", "x=1"], "`x`", "access"),
        (&["explain", "brokn-link"], "`brokn-link`", "did you mean `broken-link`?"),
        (&["schema", "projct"], "`projct`", "did you mean `project`?"),
        (&["schema", "--write", "--dir", "docs"], "docs", "did you mean the project around it"),
        (&["man", "buidl"], "`buidl`", "did you mean `build`?"),
        (&["man", "--out", "file"], "file", "in the way"),
        (&["theme", "eject", "html/pge.html"], "`html/pge.html`", "did you mean `html/page.html`?"),
        (&["theme", "eject", "html/page.html", "--project", "nowhere"], "nowhere", "name the folder"),
        (&["sign-off", "improt"], "`improt`", "did you mean `handoff sign-off import`?"),
        (&["sign-off", "import", "nowhere.pdf"], "nowhere.pdf", "check the path"),
        (&["verify", "nowhere.zip"], "nowhere.zip", "name the folder of a bundle"),
        (&["verify", "file"], "file", "bundle"),
        (&["diff", "nowhere.zip"], "nowhere.zip", "name the folder of a bundle"),
        (&["merge-reports", "nowhere.json"], "nowhere.json", "handoff check --format json"),
        (&["merge-reports", "odd.json"], "odd.json", "handoff check --format json"),
    ] {
        let outcome = sandbox.run(args).code(2).prints_nothing().complains("error:").complains("help:").plain();
        assert!(!outcome.stderr.contains("os error"), "{outcome}");
        let _ = outcome.complains(what).complains(help);
    }
}

#[test]
fn a_mistyped_folder_is_suggested() {
    let sandbox = Sandbox::workspace();
    let _ = sandbox.run(["check", "study-room"]).code(2).complains("did you mean `study-rooms`?");
    let _ = sandbox.run(["preview", "study-room"]).code(2).complains("did you mean `study-rooms`?");
    let _ = sandbox.run(["new", "runbook", "--dir", "."]).code(2).complains("one project is wanted");
}

#[test]
fn without_git_it_is_said_that_git_is_needed() {
    let sandbox = Sandbox::example();
    let nothing = sandbox.at("docs");
    let outcome = sandbox.run_with(["check", "--since", "HEAD"], |command| command.env("PATH", nothing));
    let _ = outcome.code(2).complains("`--since` needs git").prints_nothing();
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told_with_its_path() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::example();
    let path = sandbox.at("docs/support.md");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("the mode is set");
    if std::fs::read(&path).is_ok() {
        // The superuser may read everything: a link that leads nowhere cannot be read by anybody.
        std::fs::remove_file(&path).expect("removed");
        std::os::unix::fs::symlink("nowhere.md", &path).expect("a link");
    }
    let outcome = sandbox.run(["check"]).code(1).says("docs/support.md").says("help");
    assert!(told(&sandbox.check()).iter().any(|finding| finding.starts_with("docs/support.md:1:1 ")), "{outcome}");
}

#[test]
fn help_and_version_go_to_standard_output() {
    let empty = Sandbox::empty();
    let _ = empty.run(["--version"]).code(0).says(env!("CARGO_PKG_VERSION"));
    let _ = empty.run(["--help"]).code(0).says("Examples:").says("Exit codes:");
    for command in ["build", "check", "explain", "verify"] {
        let _ = empty.run([command, "--help"]).code(0).says("Examples:").says(&format!("handoff {command}"));
    }
}

#[test]
fn every_rule_is_listed_and_explained() {
    let empty = Sandbox::empty();
    let list = empty.run(["explain"]).code(0).plain();
    let rules: Vec<_> = list.stdout.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert!(rules.len() >= 20, "{list}");
    for rule in rules {
        let _ = empty.run(["explain", rule]).code(0).plain().says(&format!("# {rule}")).says("## Bad").says("## Good");
    }
}

#[test]
fn the_json_report_holds_everything() {
    let report = Sandbox::handed_over().append("docs/support.md", "\nThis is TBD.\n").check();
    assert_eq!(report["version"], 1);
    assert_eq!(report["verdict"], "fail");
    assert_eq!(report["counts"]["errors"], 1);
    assert_eq!(report["findings"][0]["level"], "error");
    assert_eq!(report["coverage"]["stage"], "ga");
    let items = report["coverage"]["items"].as_array().expect("items");
    assert_eq!(items.len(), 135);
    let met = items.iter().find(|item| item["state"] == "met").expect("something is met");
    assert!(met["evidence"][0]["what"].is_string());
}

#[test]
fn a_later_stage_asks_for_more() {
    let sandbox = Sandbox::handed_over();
    let _ = sandbox.run(["check", "--stage", "close"]).code(1).says("incomplete at stage close");
    let _ = sandbox.run(["check", "--all"]).code(1).says("incomplete at stage close");
    let all = sandbox.run(["check", "--list"]).code(0);
    assert!(all.stdout.lines().filter(|line| line.contains("runbook.")).count() > 5, "{all}");
}

#[test]
fn colours_are_used_only_where_they_are_wanted() {
    let sandbox = Sandbox::example().append("docs/support.md", "\nThis is TBD.\n");
    let coloured = |outcome: &Outcome| outcome.stdout.contains("\u{1b}[");
    let with = |args: &[&str], name: &str, value: &str| {
        let outcome = sandbox.run_with(args, |command| command.env(name, value)).code(1);
        coloured(&outcome)
    };
    let _ = sandbox.run(["check"]).code(1).plain();
    assert!(coloured(&sandbox.run(["check", "--color", "always"])));
    assert!(with(&["check"], "CLICOLOR_FORCE", "1"));
    assert!(!with(&["check"], "NO_COLOR", "1"));
    assert!(with(&["check", "--color", "always"], "NO_COLOR", "1"), "what is asked for wins");
    assert!(!with(&["check", "--color", "never"], "CLICOLOR_FORCE", "1"));
    assert!(!with(&["check", "--color", "always", "--format", "json"], "CLICOLOR_FORCE", "1"), "data have no colours");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child =
        program().args(["explain"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_told() {
    let mut command = Command::new("sh");
    command.args(["-c", "\"$0\" explain >/dev/full", env!("CARGO_BIN_EXE_handoff")]);
    let _ = outcome(&mut command).code(2).complains("could not write to standard output");
}

#[test]
fn quiet_says_nothing_where_nothing_is_wrong() {
    let outcome = Sandbox::example().run(["check", "--quiet"]).code(0).prints_nothing();
    assert_eq!(outcome.stderr, "");
    let _ = Sandbox::example().append("docs/support.md", "\nThis is TBD.\n").run(["-q", "check"]).code(1).says("TBD");
}
