//! The schemas are held against what people and the program write.

#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod support;

use handoff::schema::{self, Schema};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use support::{EXAMPLE, Sandbox, WORKSPACE, outcome};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn named(name: &str) -> Schema {
    schema::schema(name).unwrap_or_else(|| panic!("no schema `{name}`"))
}

/// YAML as a tree of JSON.
fn yaml(text: &str, path: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn file(path: &str) -> Value {
    let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    yaml(&text, path)
}

/// The YAML at the head of a Markdown file, if it has any.
fn front_matter(path: &str) -> Option<Value> {
    let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (front, _) = text.strip_prefix("---\n")?.split_once("\n---")?;
    Some(yaml(front, path))
}

/// Holds values against a schema, all at once, by a judge that nobody here wrote; what it says against
/// them, nothing if they fit.
fn judged(schema: &Schema, values: &[(String, Value)]) -> Option<String> {
    let sandbox = values.iter().enumerate().fold(Sandbox::empty(), |sandbox, (index, (name, value))| {
        sandbox.write(&format!("{index:03}-{}.json", name.replace('/', "-")), value.to_string())
    });
    let files: Vec<_> = support::files(sandbox.path()).into_iter().map(|file| sandbox.at(&file)).collect();
    let sandbox = sandbox.write("schema", schema.text());
    let mut command = Command::new(root().join("tests/judges/python"));
    command.args(["-m", "check_jsonschema", "--schemafile"]).arg(sandbox.at("schema")).args(files);
    let outcome = outcome(&mut command);
    assert!(matches!(outcome.exit, Some(0 | 1)), "{outcome}");
    (outcome.exit == Some(1)).then(|| outcome.to_string())
}

fn skipped() -> bool {
    let skip = std::env::var_os("HANDOFF_SKIP_JUDGES").is_some_and(|skip| skip == "1");
    if skip {
        eprintln!("SKIPPED: nobody judged the schemas, because HANDOFF_SKIP_JUDGES is 1");
    }
    skip
}

fn assert_all_fit(schema: &Schema, values: &[(String, Value)]) {
    assert!(!values.is_empty(), "nothing is judged by `{}`", schema.name);
    if let Some(complaint) = judged(schema, values) {
        panic!("`{}`: {complaint}", schema.name);
    }
}

fn assert_fits(schema: &Schema, value: &Value, what: &str) {
    assert_all_fit(schema, &[(what.to_owned(), value.clone())]);
}

/// The files below a folder of the repository, as paths from its root.
fn below(folder: &str, ending: &str) -> Vec<String> {
    let files = support::files(&root().join(folder));
    let found: Vec<_> =
        files.into_iter().filter(|path| path.ends_with(ending)).map(|path| format!("{folder}/{path}")).collect();
    assert!(!found.is_empty(), "{folder} has no {ending}");
    found
}

#[test]
fn every_file_of_the_example_fits_its_schema() {
    if skipped() {
        return;
    }
    assert_fits(&named("project"), &file(&format!("{EXAMPLE}/handoff.yaml")), "the project file");
    let fragments = below(&format!("{EXAMPLE}/docs"), ".md");
    let fronts: Vec<_> = fragments.into_iter().filter_map(|path| Some((path.clone(), front_matter(&path)?))).collect();
    assert_all_fit(&named("front-matter"), &fronts);
    let mut records: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    for path in below(&format!("{EXAMPLE}/records"), ".yaml") {
        let folder = path.rsplit('/').nth(1).expect("a folder");
        let kind = handoff::model::records::KINDS.iter().find(|kind| kind.folder == folder).expect("a kind of record");
        records.entry(format!("record-{}", kind.name)).or_default().push((path.clone(), file(&path)));
    }
    records.iter().for_each(|(name, values)| assert_all_fit(&named(name), values));
}

#[test]
fn every_file_of_the_workspace_fits_its_schema() {
    if skipped() {
        return;
    }
    let workspace = file(&format!("{WORKSPACE}/handoff-workspace.yaml"));
    assert_fits(&named("workspace"), &workspace, "the workspace file");
    let projects = ["study-rooms", "loan-reminders"].map(|name| format!("{WORKSPACE}/{name}/handoff.yaml"));
    let projects = projects.map(|path| (path.clone(), file(&path)));
    assert_all_fit(&named("project"), &projects);
    let mut alone = projects[0].1.clone();
    alone.as_object_mut().expect("a mapping").remove("workspace");
    assert!(judged(&named("project"), &[("alone".into(), alone)]).is_some(), "a contact without a name");
    let checklist = file(&format!("{WORKSPACE}/checklists/small-service.yaml"));
    assert_fits(&named("checklist"), &checklist, "the shared checklist");
    let mut wrong = workspace;
    wrong["projcts"] = wrong["projects"].take();
    assert!(judged(&named("workspace"), &[("wrong".into(), wrong)]).is_some(), "an unknown key");
}

#[test]
fn what_is_built_in_fits_its_schema() {
    if skipped() {
        return;
    }
    for (folder, name) in [("templates/checklists", "checklist"), ("templates/strings", "strings")] {
        let values: Vec<_> = below(folder, ".yaml").into_iter().map(|path| (path.clone(), file(&path))).collect();
        assert_all_fit(&named(name), &values);
    }
    for (folder, name) in [("templates/documents", "document-template"), ("templates/messages", "message-template")] {
        let front = |path: String| (path.clone(), front_matter(&path).expect("front matter"));
        assert_all_fit(&named(name), &below(folder, ".md").into_iter().map(front).collect::<Vec<_>>());
    }
}

#[test]
fn a_new_project_fits_and_its_blanks_too() {
    if skipped() {
        return;
    }
    let sandbox = Sandbox::empty();
    let _ = sandbox.run(["init"]).code(0);
    assert_fits(&named("project"), &yaml(&sandbox.text("handoff.yaml"), "handoff.yaml"), "the starter");
}

#[test]
fn what_programs_read_fits_its_schema() {
    if skipped() {
        return;
    }
    let sandbox = Sandbox::example();
    assert_fits(&named("report"), &sandbox.check(), "the report of a clean project");
    let broken = Sandbox::example().append("docs/support.md", "\nThis is TBD.\n").remove("docs/database.md");
    assert_fits(&named("report"), &broken.check(), "the report of a project with findings");
    let unreadable = Sandbox::example().write("handoff.yaml", "project: [\n");
    assert_fits(&named("report"), &unreadable.check(), "the report of a project that cannot be read");
    let _ = sandbox.run(["build", "--only", "html", "--out", "out"]).code(0);
    let manifest = support::files(&sandbox.at("out")).into_iter().find(|path| path.ends_with("/manifest.json"));
    let manifest: Value =
        serde_json::from_str(&sandbox.text(&format!("out/{}", manifest.expect("a manifest")))).expect("JSON");
    assert_fits(&named("manifest"), &manifest, "the manifest");
    let data = support::files(&sandbox.at("out")).into_iter().find(|path| path.ends_with("/data.json"));
    let data: Value = serde_json::from_str(&sandbox.text(&format!("out/{}", data.expect("data.json")))).expect("JSON");
    assert_fits(&named("data"), &data, "data.json");
    let mut wrong = data;
    wrong["release"]["version"] = Value::Null;
    assert!(judged(&named("data"), &[("wrong".into(), wrong)]).is_some(), "a release without a version");
}

#[test]
fn the_status_fits_its_schema() {
    if skipped() {
        return;
    }
    let status = |sandbox: &Sandbox, day: &str| sandbox.run(["status", "--format", "json", "--today", day]).json();
    // At the end with everything decided, and in the middle with gates, dates and issues that are open.
    let early =
        Sandbox::earlier("pilot", "2026-12-07").remove("records/issues/2026-12-07-gate-codes-late-resolved.yaml");
    let late = Sandbox::example();
    let states = [("late".into(), status(&late, "2027-01-28")), ("early".into(), status(&early, "2026-12-07"))];
    assert!(!states[1].1["issues"].as_array().expect("a list").is_empty(), "{}", states[1].1);
    assert_all_fit(&named("status"), &states);
    let mut wrong = states[0].1.clone();
    wrong["stage"] = "piolt".into();
    assert!(judged(&named("status"), &[("wrong".into(), wrong)]).is_some(), "a stage that there is not");
}

#[test]
fn what_is_told_of_several_projects_fits_its_schemas() {
    if skipped() {
        return;
    }
    let flawed = Sandbox::workspace()
        .edit("handoff-workspace.yaml", "    phone: \"+45 44 555 310\"\n", "")
        .append("study-rooms/docs/runbook.md", "\n## Notes\n\nThis is TBD, see [there](no-such.md).\n");
    let run = |sandbox: &Sandbox, args: &[&str]| sandbox.run([args, &["--format", "json"]].concat()).json();
    let reports = [
        ("clean".into(), run(&Sandbox::workspace(), &["check"])),
        ("flawed".into(), run(&flawed, &["check"])),
        ("part".into(), run(&flawed, &["check", "--partition", "1/2"])),
        ("stopped".into(), run(&flawed, &["check", "study-rooms", "nowhere"])),
    ];
    assert_all_fit(&named("reports"), &reports);
    let statuses = [
        ("all".into(), run(&flawed, &["status"])),
        ("stopped".into(), run(&flawed, &["status", "nowhere", "study-rooms"])),
    ];
    assert_all_fit(&named("statuses"), &statuses);
}

#[test]
fn what_the_check_refuses_the_schema_refuses_where_it_can() {
    if skipped() {
        return;
    }
    let text = std::fs::read_to_string(root().join(EXAMPLE).join("handoff.yaml")).expect("the example");
    for (from, to) in [
        ("  classification:", "  clasification:"),
        ("status: as-delivered", "status: as-deliverd"),
        ("started: 2025-09-01", "started: yesterday"),
        ("email: anna.lind@ankarvik.example", "email: anna.lind at ankarvik"),
        ("\"+46 31 390 06 11\"", "\"031 390 06 11\""),
    ] {
        assert!(text.contains(from), "{from}");
        let wrong = yaml(&text.replacen(from, to, 1), to);
        assert!(judged(&named("project"), &[("wrong".into(), wrong)]).is_some(), "{to}");
    }
    assert!(judged(&named("project"), &[("empty".into(), yaml("handoff: 1\n", ""))]).is_some());
}

#[test]
fn schemas_are_printed_and_listed() {
    let empty = Sandbox::empty();
    let list = empty.run(["schema"]).code(0).plain();
    for schema in schema::all() {
        assert!(list.stdout.contains(&schema.name), "{list}");
        assert_eq!(empty.run(["schema", &schema.name]).code(0).json(), schema.value, "{}", schema.name);
    }
    let _ = empty.run(["schema", "projct"]).code(2).complains("did you mean `project`?").prints_nothing();
    assert!(empty.run(["schema", "--settings"]).code(0).json()["yaml.schemas"].is_object());
    let _ = empty.run(["schema", "--write"]).code(2).complains("handoff init");
}

#[test]
fn what_init_writes_names_a_schema_that_is_there() {
    let fresh = Sandbox::empty();
    let _ = fresh.run(["init", "portal"]).code(0);
    let taken = Sandbox::empty().write("portal/README.md", "# Tool\n\nIt sorts things.\n");
    let _ = taken.run(["init", "--from", "portal"]).code(0);
    for sandbox in [fresh, taken] {
        let text = sandbox.text("portal/handoff.yaml");
        let line = text.lines().next().expect("a line");
        let path = line.strip_prefix("# yaml-language-server: $schema=").expect("the line that editors look for");
        assert_eq!(sandbox.text(&format!("portal/{path}")), named("project").text());
        let _ = sandbox.run(["schema", "--write", "--dir", "portal"]).code(0).complains("in 0 files");
    }
}

#[test]
fn a_workspace_gets_its_schemas_too() {
    let sandbox = Sandbox::workspace();
    let _ = sandbox.run(["schema", "--write"]).code(0);
    let line = "# yaml-language-server: $schema=.handoff/schemas/workspace.json\n";
    assert!(sandbox.text("handoff-workspace.yaml").starts_with(line));
    assert_eq!(sandbox.text(".handoff/schemas/workspace.json"), named("workspace").text());
    let _ = sandbox.run(["check"]).code(0);
}

#[test]
fn editors_find_the_schemas_by_a_line_in_the_files() {
    let checklist = "id: own\ntitle: Own\ngroups: []\n";
    let sandbox = Sandbox::example().write("checklists/own.yaml", checklist);
    let before = sandbox.text("handoff.yaml");
    let _ = sandbox.run(["schema", "--write"]).code(0);
    let line = "# yaml-language-server: $schema=.handoff/schemas/project.json\n";
    assert_eq!(sandbox.text("handoff.yaml"), format!("{line}{before}"));
    let line = "# yaml-language-server: $schema=../.handoff/schemas/checklist.json\n";
    assert_eq!(sandbox.text("checklists/own.yaml"), format!("{line}{checklist}"));
    for schema in schema::all() {
        assert_eq!(sandbox.text(&format!(".handoff/schemas/{}.json", schema.name)), schema.text());
    }
    let _ = sandbox.run(["schema", "--write"]).code(0).complains("in 0 files");
    assert_eq!(sandbox.text("checklists/own.yaml"), format!("{line}{checklist}"));
    let _ = sandbox.run(["check"]).code(0);
}
