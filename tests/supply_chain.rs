//! What the program is made of: the oldest compiler that does, and the bill of materials of a release.

#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::outcome;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What cargo knows about the packages of the program, on all systems.
fn packages() -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    let known =
        outcome(cargo.args(["metadata", "--locked", "--format-version", "1"]).current_dir(root())).code(0).json();
    known["packages"].as_array().expect("packages").clone()
}

fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().expect("a number")).collect()
}

#[test]
fn no_dependency_needs_a_newer_compiler_than_we_say() {
    let ours = env!("CARGO_PKG_RUST_VERSION");
    let mut said = 0;
    for package in packages() {
        let Some(wanted) = package["rust_version"].as_str() else { continue };
        assert!(version(wanted) <= version(ours), "{} needs Rust {wanted}, we say {ours}", package["name"]);
        said += 1;
    }
    assert!(said > 100, "most packages say it: {said}");
    let contributing = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("there");
    assert!(
        contributing.contains(&format!("Rust {ours} or later")),
        "CONTRIBUTING.md says another version than {ours}"
    );
}

#[test]
fn the_fuzzer_uses_the_versions_that_the_program_uses() {
    let entries = |path: &str| -> BTreeSet<String> {
        let text = fs::read_to_string(root().join(path)).expect("a lock file");
        text.split("[[package]]")
            .filter_map(|entry| {
                let line = |key: &str| entry.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
                Some(format!("{} {}", line("name")?, line("version")?))
            })
            .collect()
    };
    let (ours, fuzzer) = (entries("Cargo.lock"), entries("fuzz/Cargo.lock"));
    // What the engine brings along is never compiled.
    let own = ["handoff-fuzz", "libfuzzer-sys", "arbitrary", "jobserver"];
    let more: Vec<_> = fuzzer
        .difference(&ours)
        .filter(|entry| !own.iter().any(|name| entry.starts_with(&format!("\"{name}\""))))
        .collect();
    assert!(more.is_empty(), "copy Cargo.lock to fuzz/Cargo.lock, and run `cargo metadata` there: {more:?}");
    // What the program takes from them is in it too, or `fuzz/run` stops before it begins.
    let lock = fs::read_to_string(root().join("fuzz/Cargo.lock")).expect("a lock file");
    let known = lock.split("[[package]]").find(|entry| entry.contains("\"handoff-bundle\"")).expect("the program");
    let program = packages().into_iter().find(|package| package["name"] == "handoff-bundle").expect("the program");
    let taken = program["dependencies"].as_array().expect("dependencies").iter();
    let names =
        taken.filter(|dependency| dependency["kind"].is_null()).filter_map(|dependency| dependency["name"].as_str());
    let missing: Vec<_> = names.filter(|name| !known.contains(&format!("\"{name}"))).collect();
    assert!(missing.is_empty(), "run `cargo metadata` in fuzz/, which has not heard of {missing:?}");
}

#[test]
fn the_bill_of_materials_names_everything_and_is_what_cyclonedx_wants() {
    let target = "x86_64-unknown-linux-gnu";
    let bill = outcome(Command::new(root().join(".ci/sbom")).arg(target)).code(0);
    let told = bill.json();
    let components = told["components"].as_array().expect("components");
    let names: BTreeSet<&str> = components.iter().filter_map(|one| one["name"].as_str()).collect();
    for name in ["typst", "pulldown-cmark", "zip", "lopdf", "ring", "serde-saphyr"] {
        assert!(names.contains(name), "{name} is not among {names:?}");
    }
    for name in ["insta", "proptest", "divan", "cc"] {
        assert!(!names.contains(name), "{name} is no part of the program");
    }
    for component in components {
        assert!(component["licenses"][0]["expression"].is_string(), "no licence: {component}");
        assert!(component["hashes"][0]["content"].is_string(), "no checksum: {component}");
    }
    assert_eq!(told["metadata"]["component"]["version"], env!("CARGO_PKG_VERSION"));
    let again = outcome(Command::new(root().join(".ci/sbom")).arg(target)).code(0);
    assert!(bill.stdout == again.stdout, "the same sources give the same bill");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sbom.json");
    fs::write(&path, &bill.stdout).expect("written");
    let script = root().join("tests/judges/sbom.py");
    support::judge("python", [script.as_os_str(), path.as_os_str()]);
}
