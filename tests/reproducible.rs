//! The same input gives the same bytes, wherever and however it is built.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;
use support::{Sandbox, outcome, program};

fn git(folder: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Anna Lind", "-c", "user.email=anna.lind@ankarvik.example"]).args(args);
    outcome(command.current_dir(folder)).code(0);
}

/// A machine that builds: where, and in which surroundings.
struct Machine {
    path: &'static str,
    zone: &'static str,
    locale: &'static str,
    umask: &'static str,
    threads: &'static str,
    epoch: Option<&'static str>,
}

const MACHINES: [Machine; 2] = [
    Machine { path: "a", zone: "Pacific/Kiritimati", locale: "C", umask: "022", threads: "1", epoch: None },
    Machine {
        path: "far away/über/b",
        zone: "America/St_Johns",
        locale: "tr_TR.UTF-8",
        umask: "077",
        threads: "5",
        epoch: Some("1"),
    },
];

/// Clones the project and builds it; the bytes of the zip.
fn built(origin: &Path, home: &Path, machine: &Machine) -> Vec<u8> {
    let there = home.join(machine.path);
    fs::create_dir_all(there.parent().expect("a folder")).expect("made");
    git(home, &["clone", "--quiet", &origin.display().to_string(), &there.display().to_string()]);
    let program = program();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("umask {}; exec \"$0\" build --out out --jobs {}", machine.umask, machine.threads)])
        .arg(program.get_program());
    shell.current_dir(&there).env("TZ", machine.zone).env("LC_ALL", machine.locale).env("LANG", machine.locale);
    shell.env("HANDOFF_NO_CACHE", "1").env_remove("SOURCE_DATE_EPOCH");
    if let Some(epoch) = machine.epoch {
        shell.env("SOURCE_DATE_EPOCH", epoch);
    }
    let told = outcome(&mut shell).code(0);
    fs::read(there.join(told.stdout.lines().nth(1).expect("a zip"))).expect("written")
}

#[test]
fn two_clones_in_different_surroundings_build_the_same_zip() {
    let origin = Sandbox::example();
    git(origin.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(origin.path(), &["add", "--all"]);
    git(origin.path(), &["commit", "--quiet", "-m", "Begin"]);
    let home = Sandbox::empty();
    let [one, other] = MACHINES.map(|machine| built(origin.path(), home.path(), &machine));
    assert!(one == other, "the zips differ: {} and {} bytes", one.len(), other.len());
}

#[test]
fn the_manifest_tells_the_revision_and_the_program() {
    let origin = Sandbox::example();
    let manifest = |sandbox: &Sandbox| -> serde_json::Value {
        let told = sandbox.run(["build", "--only", "markdown", "--out", "out"]).code(0);
        let path = format!("{}/manifest.json", told.stdout.lines().next().expect("a folder"));
        serde_json::from_str(&sandbox.text(&path)).expect("JSON")
    };
    let without = manifest(&origin);
    assert!(without.get("origin").is_none(), "there is no git here: {without}");
    git(origin.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(origin.path(), &["add", "--all", "--", ":!out"]);
    git(origin.path(), &["commit", "--quiet", "-m", "Begin"]);
    let clean = manifest(&origin);
    assert_eq!(clean["origin"]["revision"].as_str().map(str::len), Some(40), "{clean}");
    assert_eq!(clean["origin"]["modified"], false);
    assert_eq!(clean["generator"], concat!("handoff ", env!("CARGO_PKG_VERSION")));
    assert_eq!(clean["digest"], without["digest"], "the revision is no part of the content");
    let origin = origin.edit("docs/emergency.md", "\n\n", "\n\nMore.\n\n");
    assert_eq!(manifest(&origin)["origin"]["modified"], true);
}

#[test]
fn what_stands_for_the_clock_is_the_day_of_a_record_and_of_the_status() {
    let sandbox = Sandbox::example();
    let args = ["record", "statement", "--by", "anna-lind", "--statement", "It is done"];
    // 2027-02-03 04:05:06 in UTC, an hour later in the project's zone.
    sandbox.run_with(args, |command| command.env("SOURCE_DATE_EPOCH", "1801627506")).code(0).says("2027-02-03-050506");
    let told = sandbox.run_with(["status"], |command| command.env("SOURCE_DATE_EPOCH", "1801627506")).code(0);
    told.says("2027-02-03");
    let wrong = sandbox.run_with(["status"], |command| command.env("SOURCE_DATE_EPOCH", "soon")).code(2);
    wrong.complains("SOURCE_DATE_EPOCH cannot be read").complains("help:");
}
