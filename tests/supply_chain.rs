//! What the program is made of: the oldest compiler that does, and the bill of materials of a release.

#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod support;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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

/// The default features of dependencies that have any, and that are taken because all of them are used.
const DEFAULTS: [(&str, &[&str]); 17] = [
    ("annotate-snippets", &["std"]),
    ("anstream", &["auto", "wincon"]),
    ("clap", &["std", "color", "help", "usage", "error-context", "suggestions"]),
    ("indexmap", &["std"]),
    ("notify-debouncer-full", &["macos_fsevent"]),
    ("regex", &["std", "perf", "unicode", "regex-syntax/default"]),
    ("rustix", &["std"]),
    ("semver", &["std"]),
    ("serde", &["std"]),
    ("serde_json", &["std"]),
    ("similar", &["text"]),
    // Signatures with keys of all kinds are verified, so that one of them can be told from a wrong one.
    ("ssh-key", &["ecdsa", "rand_core", "std"]),
    ("tempfile", &["getrandom"]),
    ("unicode-normalization", &["std"]),
    ("url", &["std"]),
    // Chains of certificates are read as PEM.
    ("x509-cert", &["pem", "std"]),
    // For benchmarks.
    ("divan", &["wrap_help"]),
];

#[test]
fn no_feature_of_a_dependency_is_taken_without_a_look() {
    let packages = packages();
    let program = packages.iter().find(|package| package["name"] == "handoff-bundle").expect("the program");
    let known: BTreeMap<&str, &[&str]> = DEFAULTS.into_iter().collect();
    let mut seen = 0;
    for dependency in program["dependencies"].as_array().expect("dependencies") {
        if dependency["uses_default_features"] == false {
            continue;
        }
        let name = dependency["name"].as_str().expect("a name");
        let wanted = dependency["req"].as_str().expect("a requirement").trim_start_matches(['^', '=']);
        let package = packages.iter().find(|package| {
            package["name"] == name && package["version"].as_str().is_some_and(|version| version.starts_with(wanted))
        });
        let defaults = package.map(|package| &package["features"]["default"]);
        let defaults: Vec<&str> = defaults
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|feature| feature.as_str().expect("a name"))
            .collect();
        assert_eq!(
            defaults,
            known.get(name).copied().unwrap_or_default(),
            "look at the default features of {name}: leave them out if one is not used, else name them here"
        );
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
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
