//! The files for CI systems are what the systems read, and their commands are those of the program.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own files have lower-case extensions")]

mod support;

use serde_json::Value;
use std::path::Path;
use std::process::Command;
use support::{Sandbox, outcome, program};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The documents of a YAML file.
fn yaml(path: &str) -> Vec<Value> {
    let text = read(path);
    let documents = text.split("\n---\n");
    documents.map(|text| serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"))).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().map(|map| map.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// Runs a script as a CI system does, with the program on the path.
fn script(text: &str, sandbox: &Sandbox, variables: &[(&str, &str)]) -> support::Outcome {
    let folder = Path::new(env!("CARGO_BIN_EXE_handoff")).parent().expect("a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", text])
        .current_dir(sandbox.path())
        .env("PATH", path);
    outcome(command.envs(variables.iter().copied()))
}

#[test]
fn the_action_checks_and_builds() {
    let action = &yaml("action.yml")[0];
    let steps = action["runs"]["steps"].as_array().expect("steps");
    let run = |name: &str| {
        let step = steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("no step {name}"));
        assert_eq!(step["shell"], "bash", "{name}");
        step["run"].as_str().expect("a script").to_owned()
    };
    let sandbox = Sandbox::example();
    let _ = script(&run("Check"), &sandbox, &[("DIRECTORY", "."), ("STAGE", "")]).code(0);
    let _ = script(&run("Check"), &sandbox, &[("DIRECTORY", "."), ("STAGE", "prepare")]).code(0);
    let broken = Sandbox::example().append("docs/support.md", "\nThis is TBD.\n");
    let _ = script(&run("Check"), &broken, &[("DIRECTORY", "."), ("STAGE", "")]).code(1);
    let told = sandbox.at("told");
    let variables = [("DIRECTORY", "."), ("RUNNER_TEMP", "temp"), ("GITHUB_OUTPUT", told.to_str().expect("a path"))];
    let _ = script(&run("Build"), &sandbox, &variables).code(0);
    let told = sandbox.text("told");
    let bundle = told.trim().strip_prefix("bundle=").expect("the output of the step");
    assert!(bundle.ends_with(".zip") && sandbox.at(bundle).is_file(), "{told}");
    let _ = script(&format!("bash -n <<'END'\n{}\nEND", run("Install handoff")), &sandbox, &[]).code(0);
}

#[test]
fn the_example_for_github_names_inputs_that_there_are() {
    let (action, workflow) = (&yaml("action.yml")[0], &yaml("book/src/ci/github.yml")[0]);
    let steps = workflow["jobs"]["handoff"]["steps"].as_array().expect("steps");
    let step = steps
        .iter()
        .find(|step| step["uses"].as_str().is_some_and(|uses| uses.contains("/handoff@")))
        .expect("the action");
    for input in keys(&step["with"]) {
        assert!(keys(&action["inputs"]).contains(&input), "{input}");
    }
    let page = read("book/src/ci.md");
    for (name, input) in action["inputs"].as_object().expect("inputs") {
        assert!(page.contains(&format!("| `{name}` |")), "the page does not tell of {name}");
        assert!(input["description"].is_string() && !input["default"].is_null(), "{name}");
    }
}

#[test]
fn the_template_for_gitlab_checks_and_builds() {
    let documents = yaml(".gitlab/handoff.yml");
    let (spec, jobs) = (&documents[0]["spec"]["inputs"], &documents[1]);
    let example = &yaml("book/src/ci/gitlab.yml")[0];
    let given = &example["include"][0]["inputs"];
    let needed = spec.as_object().expect("inputs").iter().filter(|(_, input)| input.get("default").is_none());
    for (name, _) in needed {
        assert!(keys(given).contains(&name.as_str()), "the example does not give {name}");
    }
    keys(given).iter().for_each(|input| assert!(keys(spec).contains(input), "{input}"));
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(".gitlab/handoff.yml").is_file());
    assert_eq!(example["include"][0]["file"], "/.gitlab/handoff.yml");
    let sandbox = Sandbox::example();
    for (name, job) in jobs.as_object().expect("jobs") {
        let lines = job["script"].as_array().expect("a script").iter().map(|line| line.as_str().expect("a line"));
        let text = lines.collect::<Vec<_>>().join("\n").replace("$[[ inputs.directory ]]", ".");
        assert!(!text.contains("$[["), "{name}: {text}");
        let _ = script(&text, &sandbox, &[]).code(0);
    }
    assert!(support::files(&sandbox.at("handoff-bundle")).iter().any(|path| path.ends_with(".zip")));
}

/// The lines of a job of GitLab, or of the steps of a job of GitHub that run something.
fn lines(job: &Value) -> Vec<String> {
    let steps = job["steps"].as_array();
    let runs = steps.into_iter().flatten().filter_map(|step| step["run"].as_str());
    let script = job["script"].as_array().into_iter().flatten().map(|line| line.as_str().expect("a line"));
    runs.chain(script).map(str::to_owned).collect()
}

#[test]
fn the_parts_of_a_workspace_are_put_together() {
    let github = &yaml("book/src/ci/github-partition.yml")[0]["jobs"];
    let gitlab = &yaml("book/src/ci/gitlab-partition.yml")[0];
    let parts = github["part"]["strategy"]["matrix"]["part"].as_array().expect("parts").len();
    assert_eq!(gitlab["handoff:parts"]["parallel"], parts);
    for (part, report) in [(&github["part"], &github["report"]), (&gitlab["handoff:parts"], &gitlab["handoff:report"])]
    {
        let (part, report) = (lines(part), lines(report));
        assert!(part.len() == 2 && !report.is_empty(), "{part:?} {report:?}");
        for (more, exit) in [("", 0), ("\nThis is TBD.\n", 1)] {
            let sandbox = Sandbox::workspace().append("study-rooms/docs/access.md", more);
            for index in 1..=parts {
                let text = part[0].replace("${{ matrix.part }}", &index.to_string());
                let (index, total) = (index.to_string(), parts.to_string());
                let variables = [("CI_NODE_INDEX", index.as_str()), ("CI_NODE_TOTAL", total.as_str())];
                let _ = script(&text, &sandbox, &variables).code(0);
                if exit == 0 {
                    let build = part[1].replace("${{ matrix.part }}", &index) + " --only markdown";
                    let _ = script(&build.replace('\n', " "), &sandbox, &variables).code(0);
                }
            }
            let _ = script(&report.join("\n"), &sandbox, &[]).code(exit);
            let bundles = sandbox.at("bundles");
            let zips = |path: &String| path.ends_with(".zip");
            assert!(exit == 1 || support::files(&bundles).iter().filter(|path| zips(path)).count() == 2);
        }
    }
}

#[test]
fn the_hooks_are_those_that_the_example_names() {
    let (hooks, example) = (&yaml(".pre-commit-hooks.yaml")[0], &yaml("book/src/ci/pre-commit.yaml")[0]);
    let ids: Vec<_> = hooks.as_array().expect("hooks").iter().map(|hook| hook["id"].as_str().expect("an id")).collect();
    for hook in example["repos"][0]["hooks"].as_array().expect("hooks") {
        assert!(ids.contains(&hook["id"].as_str().expect("an id")), "{hook}");
    }
    let sandbox = Sandbox::example();
    for hook in hooks.as_array().expect("hooks") {
        assert_eq!(hook["pass_filenames"], false);
        let _ = script(&format!("{} .", hook["entry"].as_str().expect("a command")), &sandbox, &[]).code(0);
        let files = regex::Regex::new(hook["files"].as_str().expect("a pattern")).expect("a pattern");
        assert!(
            files.is_match("handoff.yaml") && files.is_match("x/docs/runbook.md") && !files.is_match("src/main.rs")
        );
    }
}

#[test]
fn every_example_names_this_version_and_stands_on_the_page() {
    let (page, version) = (read("book/src/ci.md"), env!("CARGO_PKG_VERSION"));
    for (path, wanted) in [
        ("github.yml", format!("handoff@v{version}")),
        ("gitlab.yml", format!("ref: v{version}")),
        ("pre-commit.yaml", format!("rev: v{version}")),
        ("Containerfile", format!("handoff:{version}")),
        ("github-partition.yml", format!("handoff:{version}")),
        ("gitlab-partition.yml", format!("handoff:{version}")),
    ] {
        assert!(page.contains(&format!("{{{{#include ci/{path}}}}}")), "{path} is not on the page");
        assert!(read(&format!("book/src/ci/{path}")).contains(&wanted), "{path} does not say {wanted}");
    }
}

#[test]
fn the_container_builds_a_profile_and_a_program_that_there_are() {
    let (container, manifest) = (read("book/src/ci/Containerfile"), read("Cargo.toml"));
    assert!(container.contains("--profile dist") && manifest.contains("[profile.dist]"));
    assert!(container.contains("ENTRYPOINT [\"handoff\"]"));
    assert!(manifest.contains("rust-version = \"1.95\"") && container.contains("FROM rust:1.95-slim"));
}

#[test]
fn the_package_holds_what_is_made_and_what_is_there() {
    let (manifest, release) = (read("Cargo.toml"), read(".ci/release"));
    let assets = manifest.split_once("assets = [").expect("assets").1.split_once("\n]").expect("an end").0;
    let sources: Vec<_> = assets.lines().filter_map(|line| line.split('"').nth(1)).collect();
    assert!(sources.len() > 5, "{assets}");
    for source in sources {
        if let Some(made) = source.strip_prefix("target/package-files/") {
            let folder = made.split('/').next().unwrap_or_default();
            assert!(release.contains(&format!("target/package-files/{folder}")), "{source} is not made");
        } else if source != "target/release/handoff" {
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(source).is_file(), "{source} is not there");
        }
    }
    let _ = outcome(Command::new("bash").args(["-n", ".ci/release"]).current_dir(env!("CARGO_MANIFEST_DIR"))).code(0);
}

#[test]
fn what_packages_hold_is_printed() {
    let sandbox = Sandbox::empty();
    let _ = sandbox.run(["man", "--out", "man"]).code(0).says("man");
    let pages = support::files(&sandbox.at("man"));
    let help = program().arg("--help").output().expect("help");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What does not fit on a line goes on below, further in.
    let listed = listed.filter(|line| !line.starts_with("   "));
    for command in listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(pages.contains(&format!("handoff-{command}.1")), "{command}");
        let _ = sandbox.run(["man", command]).code(0).says(".SH EXAMPLES");
    }
    let _ = sandbox.run(["man", "biuld"]).code(2).complains("`build`");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let _ = sandbox.run(["completions", shell]).code(0).says("handoff").says("preview");
    }
    let _ = sandbox.run(["completions", "bsh"]).code(2).complains("bash");
    let _ =
        outcome(Command::new("bash").args(["-c", "\"$0\" completions bash | bash -n", env!("CARGO_BIN_EXE_handoff")]))
            .code(0);
}
