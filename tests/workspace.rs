//! Several projects at once: a workspace with what its projects share, folders on the command line, the work
//! split over machines, and the reports of all put together again.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own files have lower-case extensions")]

mod support;

use handoff::report::FORMATS;
use serde_json::Value;
use std::fs;
use support::{Sandbox, files, told};

const FILE: &str = "handoff-workspace.yaml";
const PROJECTS: [&str; 2] = ["loan-reminders", "study-rooms"];

/// The example with something wrong in a shared file, and in one of the projects.
fn flawed() -> Sandbox {
    Sandbox::workspace()
        .edit(FILE, "    phone: \"+45 44 555 310\"\n", "")
        .append("study-rooms/docs/runbook.md", "\n## Notes\n\nThe port is TBD, see [there](no-such.md).\n")
}

fn paths(report: &Value) -> Vec<&str> {
    let projects = report["projects"].as_array().expect("projects are a list");
    projects.iter().map(|project| project["path"].as_str().expect("a path")).collect()
}

#[test]
fn the_example_is_clean_as_a_whole_and_project_by_project() {
    let sandbox = Sandbox::workspace();
    let _ = sandbox.run(["check"]).code(0).plain().says("2 of 2 projects pass; nothing to mend");
    let report = sandbox.run(["check", "--format", "json"]).code(0).json();
    assert_eq!(paths(&report), PROJECTS);
    assert_eq!(report["verdict"], "pass");
    for project in PROJECTS {
        let report = sandbox.run(["check", project, "--all", "--format", "json"]).code(0).json();
        assert_eq!(told(&report), Vec::<String>::new(), "{project}");
        assert_eq!(report["coverage"]["checklist"], "Small services of the library");
    }
}

#[test]
fn a_workspace_is_found_from_below_and_by_its_folder_and_its_file() {
    let sandbox = Sandbox::workspace().write("notes/today.md", "nothing");
    let below = sandbox.at("notes");
    let _ = sandbox.run_with(["check"], |command| command.current_dir(below)).code(0).says("2 of 2 projects pass");
    let _ = sandbox.run(["check", "."]).code(0).says("2 of 2 projects pass");
    let _ = sandbox.run(["check", FILE]).code(0).says("2 of 2 projects pass");
    let inside = sandbox.at("study-rooms/docs");
    let one = sandbox.run_with(["check"], |command| command.current_dir(inside)).code(0);
    assert!(!one.stdout.contains("projects pass"), "the project is nearer than the workspace: {one}");
}

#[test]
fn what_is_shared_is_used_and_overridden() {
    let sandbox = Sandbox::workspace();
    let _ = sandbox.run(["build", "--only", "html,markdown"]).code(0);
    let (rooms, loans) = ("study-rooms/dist/study-rooms-1.1.0", "loan-reminders/dist/loan-reminders-1.0.0");
    let read = |path: &str| sandbox.text(path);
    let contacts = read(&format!("{rooms}/markdown/contacts.md"));
    assert!(contacts.contains("Ines Tall") && contacts.contains("Desk of the central library"), "{contacts}");
    assert!(contacts.contains("whose card does not open a room"), "the project goes before the workspace");
    let others = read(&format!("{loans}/markdown/contacts.md"));
    assert!(
        others.contains("Maja Krog") && !others.contains("Desk of the central library"),
        "nobody names the desk there"
    );
    for folder in [rooms, loans] {
        let logo = fs::read(sandbox.at(folder).join("html/assets/logo.svg")).expect("the logo");
        assert_eq!(logo, fs::read(sandbox.at("theme/logo.svg")).expect("the logo"));
    }
    let colours = |folder: &str| {
        let styles = files(&sandbox.at(folder)).into_iter().filter(|path| path.ends_with(".css"));
        styles.map(|path| read(&format!("{folder}/{path}"))).collect::<String>()
    };
    assert!(colours(rooms).contains("#7a3b2e") && !colours(rooms).contains("#1f5d58"));
    assert!(colours(loans).contains("#1f5d58") && !colours(loans).contains("#7a3b2e"));
}

#[test]
fn own_files_of_a_project_go_before_those_of_the_workspace() {
    let own = "id: small-service\ntitle: Only the runbook\nextends: minimal\nonly: [runbook.logs]\n";
    let sandbox = Sandbox::workspace()
        .write("study-rooms/checklists/small-service.yaml", own)
        .write("theme/strings/en.yaml", "version: Shared edition\nclient: Shared client\n")
        .write("study-rooms/theme/strings/en.yaml", "version: Own edition\n");
    let check = |project: &str| sandbox.run(["check", project, "--format", "json"]).code(0).json();
    assert_eq!(check("study-rooms")["coverage"]["checklist"], "Only the runbook");
    assert_eq!(check("loan-reminders")["coverage"]["checklist"], "Small services of the library");
    let _ = sandbox.run(["build", "--only", "html"]).code(0);
    let page = |path: &str| sandbox.text(path);
    assert!(page("study-rooms/dist/study-rooms-1.1.0/index.html").contains("Own edition"));
    assert!(page("loan-reminders/dist/loan-reminders-1.0.0/index.html").contains("Shared edition"));
}

#[test]
fn parts_build_the_same_bundles_as_the_whole() {
    let sandbox = Sandbox::workspace();
    let all =
        sandbox.run(["build", "--only", "html,markdown", "--out", "all"]).code(0).complains("built 2 of 2 projects");
    assert_eq!(all.stdout.lines().count(), 4, "a folder and a zip for each: {all}");
    for part in ["1/2", "2/2"] {
        let args = ["build", "--only", "html,markdown", "--out", "parts", "--partition", part];
        let _ = sandbox.run(args).code(0).complains(&format!("part {part}: built 1 of 1 project"));
    }
    let zips = |folder: &str| {
        let zips = files(&sandbox.at(folder)).into_iter().filter(|path| path.ends_with(".zip"));
        zips.map(|path| (path.clone(), fs::read(sandbox.at(folder).join(path)).expect("a zip"))).collect::<Vec<_>>()
    };
    assert_eq!(zips("all").len(), 2);
    assert!(zips("all") == zips("parts"), "the same bytes");
    let _ = sandbox.run(["build", "--partition", "3/3"]).code(0).complains("part 3/3: no project is in it");
}

#[test]
fn merged_parts_tell_in_every_format_what_one_machine_tells() {
    let sandbox = flawed();
    for part in ["1/2", "2/2"] {
        let outcome = sandbox.run(["check", "--format", "json", "--partition", part]);
        assert!(matches!(outcome.exit, Some(0 | 1)), "{outcome}");
        assert_eq!(outcome.json()["part"], part);
        fs::write(sandbox.at(&part.replace('/', "-")), &outcome.stdout).expect("a file");
    }
    for format in FORMATS {
        let whole = sandbox.run(["check", "--format", format.name]).code(1);
        let merged = sandbox.run(["merge-reports", "2-2", "1-2", "--format", format.name]).code(1);
        assert_eq!(merged.stdout, whole.stdout, "{}", format.name);
        assert!(whole.stdout.contains("TBD") && whole.stdout.contains("no-such.md"), "{whole}");
    }
    let clean = Sandbox::workspace();
    let report = clean.run(["check", "--format", "json", "--partition", "1/1"]).code(0);
    fs::write(clean.at("1"), &report.stdout).expect("a file");
    let _ = clean.run(["merge-reports", "1"]).code(0).says("2 of 2 projects pass");
}

#[test]
fn reports_that_do_not_belong_together_are_refused() {
    let sandbox = flawed();
    let save = |name: &str, args: &[&str]| {
        let outcome = sandbox.run(args);
        fs::write(sandbox.at(name), outcome.stdout).expect("a file");
    };
    save("one", &["check", "--format", "json", "--partition", "1/2"]);
    save("two", &["check", "--format", "json", "--partition", "2/2"]);
    save("third", &["check", "--format", "json", "--partition", "3/3"]);
    save("single", &["check", "study-rooms", "--format", "json"]);
    save("newer", &["check", "--format", "json", "--partition", "2/2"]);
    let newer = sandbox.text("newer").replacen("\"version\": 1", "\"version\": 2", 1);
    let sandbox = sandbox.write("newer", newer).write("text", "no JSON");
    for (args, why) in [
        (&["one"][..], "part 2/2 is missing"),
        (&["one", "one", "two"], "part 1/2 is there twice: one and one"),
        (&["one", "third"], "third is part 3/3"),
        (&["one", "single"], "it is the report of one project"),
        (&["one", "newer"], "version 2 of the format"),
        (&["one", "text"], "it is no JSON"),
        (&["one", "nowhere"], "nowhere"),
    ] {
        let args = ["merge-reports"].iter().chain(args);
        let _ = sandbox.run(args).code(2).prints_nothing().complains(why).complains("help:");
    }
    let listed = sandbox.text("two").replace("\"loan-reminders\"", "\"loan-renewals\"");
    let sandbox = sandbox.write("two", listed);
    let _ = sandbox.run(["merge-reports", "one", "two"]).code(2).complains("not about the same projects");
}

#[test]
fn what_is_wrong_in_a_shared_file_is_told_once_with_its_place() {
    let sandbox = flawed();
    let place = sandbox.place(FILE, "maja-krog\n    name");
    let outcome = sandbox.run(["check"]).code(1);
    assert_eq!(outcome.stdout.matches(&format!("--> {place}")).count(), 1, "{outcome}");
    let _ = outcome.says("what the projects share: 1 error").says("study-rooms/docs/runbook.md:");
    let report = sandbox.run(["check", "--format", "json"]).code(1).json();
    assert_eq!(told(&report["shared"]["report"]), [format!("{place} incomplete-contact")]);
    assert_eq!(report["counts"]["errors"], 3);
    let one = sandbox.run(["check", "loan-reminders", "--format", "json"]).code(1).json();
    assert_eq!(told(&one), [format!("../{place} incomplete-contact")]);
}

#[test]
fn mistakes_of_a_workspace_file_have_places_and_advice() {
    let mistakes = [
        ("projects:\n", "projcts:\n", "projcts", "did you mean `projects`?"),
        ("  - study-rooms\n", "  - study-room\n", "study-room\n", "did you mean `study-rooms`?"),
        ("  - study-rooms\n", "  - ../elsewhere\n", "../elsewhere", "leads out of the workspace"),
        ("  - study-rooms\n", "  - /tmp\n", "/tmp", "no relative path"),
        ("  - study-rooms\n", "  - \"**\"\n", "\"**\"", "within one name"),
        ("  - study-rooms\n", "  - \"rooms-*\"\n", "\"rooms-*\"", "no folder like this"),
        ("  - study-rooms\n", "  - .\n", ".\n  - loan", "a part of itself"),
        ("  - study-rooms\n", "  - theme\n", "theme\n", "has no handoff.yaml"),
        ("  - study-rooms\n", "  - nested\n", "nested", "is a workspace itself"),
        ("  - study-rooms\n", "  - study-rooms\n  - ./study-rooms/\n", "./study-rooms/", "listed twice"),
        ("  - study-rooms\n", "  - \"study-*\"\n  - study-rooms\n", "study-rooms\n  - loan", "listed twice"),
        ("    backup: bo-winther\n", "    backup: bo-winter\n", "bo-winter\n", "did you mean `bo-winther`?"),
        ("  accent: \"#7a3b2e\"", "  accent: brown", "brown", "#"),
        ("handoff: 1", "handoff: 2", "2\n", "version"),
    ];
    for (from, to, at, advice) in mistakes {
        let sandbox = Sandbox::workspace()
            .write("nested/handoff-workspace.yaml", "handoff: 1\nprojects: []\n")
            .edit(FILE, from, to);
        let place = sandbox.place(FILE, at);
        let outcome = sandbox.run(["check"]).code(1);
        assert!(outcome.stdout.contains(&format!("--> {place}")), "{place} for {to:?}: {outcome}");
        let _ = outcome.says(advice);
    }
    let empty = Sandbox::empty().write(FILE, "# nothing\n");
    let _ = empty.run(["check"]).code(1).says("the workspace file is empty").says("services/*");
    let broken = Sandbox::workspace().write(FILE, "projects: [a\n");
    let _ = broken.run(["check"]).code(1).says("invalid-yaml").says(FILE);
    let _ = broken.run(["build"]).code(1).prints_nothing();
}

#[test]
fn projects_with_the_same_id_are_refused() {
    let same = Sandbox::workspace().edit("study-rooms/handoff.yaml", "  id: study-rooms", "  id: loan-reminders");
    let _ =
        same.run(["check"]).code(1).says("both have the id `loan-reminders`").says(&same.place(FILE, "study-rooms"));
    let _ = same.run(["build", "--only", "markdown"]).code(1);
    let _ = same.run(["build", "study-rooms", "loan-reminders"]).code(2).complains("both have the id").prints_nothing();
    let twice = Sandbox::workspace();
    let _ = twice.run(["check", "study-rooms", "./study-rooms/"]).code(2).complains("named twice").complains("help:");
}

#[test]
fn one_that_fails_does_not_stop_the_others_and_the_worst_counts() {
    let blocked = Sandbox::workspace().append("loan-reminders/docs/runbook.md", "\n## Notes\n\nThis is TBD.\n");
    let outcome = blocked.run(["build", "--only", "markdown"]).code(1).complains("built 1 of 2 projects");
    assert!(
        outcome.stdout.contains("study-rooms-1.1.0.zip") && !outcome.stdout.contains("loan-reminders"),
        "{outcome}"
    );
    assert!(outcome.stderr.contains("blocked  loan-reminders"), "{outcome}");

    let gone = Sandbox::workspace();
    let args = ["check", "study-rooms", "nowhere", "loan-reminders"];
    let _ = gone.run(args).code(2).says("nowhere: stopped").says("2 of 3 projects pass; 1 project stopped");
    let report = gone.run(args.into_iter().chain(["--format", "json"])).code(2).complains("nowhere").json();
    assert_eq!(report["verdict"], "fail");
    assert!(report["projects"][1]["stopped"].as_str().is_some_and(|why| why.contains("cannot be read")), "{report}");
    let built = gone.run(["build", "study-rooms", "nowhere", "--only", "markdown"]).code(2);
    assert!(built.stdout.contains("study-rooms-1.1.0.zip") && built.stderr.contains("stopped  nowhere"), "{built}");
}

#[test]
fn the_status_of_all_is_one_table() {
    let sandbox = Sandbox::workspace();
    let outcome = sandbox.run(["status", "--today", "2026-11-26"]).code(0).plain();
    for project in PROJECTS {
        assert!(outcome.stdout.lines().any(|line| line.contains(project) && line.contains("100 %")), "{outcome}");
    }
    assert!(
        outcome.stdout.lines().last().is_some_and(|line| line.contains("All") && line.contains("100 %")),
        "{outcome}"
    );
    let all = sandbox.run(["status", "--format", "json", "--today", "2026-11-26"]).code(0).json();
    assert_eq!(paths(&all), PROJECTS);
    let met = |tally: &Value| tally["met"].as_u64().expect("a number");
    let projects = all["projects"].as_array().expect("projects");
    let sum: u64 = projects.iter().map(|project| met(&project["standing"]["coverage"])).sum();
    assert!(sum > 20 && met(&all["coverage"]) == sum, "{all}");
    let broken = Sandbox::workspace().write("study-rooms/handoff.yaml", "project: [");
    let _ = broken.run(["status"]).code(2).says("cannot be told").says("loan-reminders");
}

#[test]
fn a_project_must_be_listed_by_the_workspace_that_it_names() {
    let sandbox = Sandbox::workspace().edit(FILE, "  - study-rooms\n", "");
    let told = told(&sandbox.run(["check", "study-rooms", "--format", "json"]).code(1).json());
    let place = sandbox.place("study-rooms/handoff.yaml", "../handoff").replace("study-rooms/", "");
    assert!(told.contains(&format!("{place} invalid-field")), "{told:?}");
    let _ = sandbox.run(["check", "study-rooms"]).code(1).says("add `study-rooms` to `projects`");
    let named = |path: &str| {
        let sandbox = Sandbox::workspace();
        sandbox.edit("study-rooms/handoff.yaml", "workspace: ../handoff-workspace.yaml", &format!("workspace: {path}"))
    };
    for (path, why) in [
        ("../workspace.yaml", "the file is called handoff-workspace.yaml"),
        ("../../handoff-workspace.yaml", "there is no such file"),
        ("/etc/handoff-workspace.yaml", "no relative path"),
    ] {
        let _ = named(path).run(["check", "study-rooms"]).code(1).says(why).says("write its path as it is seen from");
    }
    let outside = Sandbox::workspace().write("study-rooms/.git/HEAD", "ref: refs/heads/main\n");
    let _ = outside.run(["check", "study-rooms"]).code(1).says("leads out of the repository");
}

#[test]
fn a_contact_that_nobody_knows_is_suggested_from_the_workspace() {
    let sandbox = Sandbox::workspace().edit("study-rooms/docs/readme.md", "owner: bo-winther", "owner: bo-winter");
    let _ = sandbox.run(["check", "study-rooms"]).code(1).says("did you mean `bo-winther`?");
    let unknown = Sandbox::workspace().edit("study-rooms/handoff.yaml", "owner: bo-winther", "owner: desk-south");
    let _ = unknown.run(["check", "study-rooms"]).code(1).says("there is no contact `desk-south`");
}

#[test]
fn what_means_one_project_is_refused_for_several() {
    let sandbox = Sandbox::workspace();
    for (args, option) in [
        (&["check", "--fix"][..], "--fix"),
        (&["check", "--list"], "--list"),
        (&["check", "--explain-item", "runbook.logs"], "--explain-item"),
        (&["check", "--write-baseline", "known.json"], "--write-baseline"),
    ] {
        let _ = sandbox.run(args).code(2).prints_nothing().complains(&format!("`{option}` works on one project"));
    }
    let beside = ["build", "--only", "status", "--out", "out"];
    let _ = sandbox.run(beside).code(2).complains("--only status --out");
    for (part, why) in
        [("0/2", "counts from 1"), ("3/2", "no part 3 of 2"), ("two", "I/N"), ("1/0", "at least one part")]
    {
        let _ = sandbox.run(["check", "--partition", part]).code(2).complains(why).complains("--partition");
    }
    let one = sandbox.run(["message", "pilot-start"]).code(2).complains("this is a workspace");
    assert!(one.stderr.contains("`loan-reminders`, `study-rooms`"), "{one}");
}

#[test]
fn a_build_reports_about_several_projects_for_programs() {
    let sandbox = flawed();
    let outcome = sandbox.run(["build", "--only", "markdown", "--format", "json"]).code(1);
    let report = outcome.json();
    assert_eq!(paths(&report), PROJECTS);
    assert_eq!(report["verdict"], "fail");
}
