//! `handoff schema`: JSON Schemas of the files, for editors and for programs.

use super::terminal::{BOLD, DIM, GREEN, Terminal, paint};
use super::{Outcome, count, project_root};
use crate::error::{Error, Result};
use crate::finding::suggestion;
use crate::model::workspace::WORKSPACE_FILE;
use crate::schema::{self, Schema};
use crate::writing;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
With --write all schemas are put into .handoff/schemas/ of the project or workspace, and its
file, checklists and words get the line by which editors find theirs:

  # yaml-language-server: $schema=.handoff/schemas/project.json

Records are never changed once they are written: --settings prints what makes Visual
Studio Code find the schemas by the paths of files.

Examples:
  handoff schema                          which schemas there are
  handoff schema project                  the schema of handoff.yaml
  handoff schema --write                  all of them, and the lines that name them
  handoff schema --settings > .vscode/settings.json";

/// Where schemas are written, from the project's root.
const FOLDER: &str = ".handoff/schemas";
/// What the line begins with by which editors find a schema.
const MODELINE: &str = "# yaml-language-server:";

/// What `schema` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The schema, by its name
    name: Option<String>,

    /// Write all schemas into the project, and name them in its files
    #[arg(long, conflicts_with_all = ["name", "settings"])]
    write: bool,

    /// Print the settings that make Visual Studio Code find the schemas
    #[arg(long, conflicts_with = "name")]
    settings: bool,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Prints a schema or the list, or writes all.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let all = schema::all();
    if args.write {
        let here = args.dir.is_none() && Path::new(WORKSPACE_FILE).is_file();
        let root = if here { PathBuf::from(".") } else { project_root(args.dir.as_deref())? };
        return write_all(&root, &all, terminal);
    }
    let text = match &args.name {
        _ if args.settings => settings(&all),
        None => list(&all),
        Some(name) => all.iter().find(|schema| schema.name == *name).ok_or_else(|| unknown(name, &all))?.text(),
    };
    Terminal::data(&text)?;
    Ok(Outcome::Clean)
}

fn unknown(name: &str, all: &[Schema]) -> Error {
    let error = Error::new(format!("there is no schema `{name}`"));
    match suggestion(name, all.iter().map(|schema| schema.name.as_str())) {
        Some(near) => error.help(format!("did you mean `{near}`? `handoff schema` lists all")),
        None => error.help("`handoff schema` lists all"),
    }
}

fn list(all: &[Schema]) -> String {
    let width = all.iter().map(|schema| schema.name.len()).max().unwrap_or_default();
    all.iter().fold(String::new(), |mut out, schema| {
        let name = paint(BOLD, &format!("{:<width$}", schema.name));
        let files = if schema.files.is_empty() { String::new() } else { format!(": {}", schema.files.join(", ")) };
        let _ = writeln!(out, "{name}  {}{}", schema.about, paint(DIM, &files));
        out
    })
}

/// The setting by which the YAML extension of Visual Studio Code finds schemas.
fn settings(all: &[Schema]) -> String {
    let files = |schema: &Schema| (format!("{FOLDER}/{}.json", schema.name), json!(schema.files));
    let schemas: Map<String, Value> = all.iter().filter(|schema| !schema.files.is_empty()).map(files).collect();
    let settings = json!({ "yaml.schemas": schemas });
    serde_json::to_string_pretty(&settings).map(|text| text + "\n").unwrap_or_default()
}

/// Writes the schemas into the project, and the lines that name them into its files.
fn write_all(root: &Path, all: &[Schema], terminal: &Terminal) -> Result<Outcome> {
    if !root.join(crate::load::PROJECT_FILE).is_file() && !root.join(WORKSPACE_FILE).is_file() {
        crate::load::must_be_project(root)?;
    }
    let folder = root.join(FOLDER);
    for schema in all {
        replace(&folder.join(format!("{}.json", schema.name)), &schema.text())?;
    }
    let mut named = 0;
    for schema in all.iter().filter(|schema| !schema.name.starts_with("record-")) {
        for path in schema.files.iter().flat_map(|pattern| matching(root, pattern)) {
            named += usize::from(name_in(root, &path, &schema.name)?);
        }
    }
    terminal.mention(&format!(
        "{} {}, and named them in {}",
        paint(GREEN, "wrote"),
        count(all.len(), "schema", "schemas"),
        count(named, "file", "files")
    ));
    Terminal::data(&format!("{}\n", folder.display()))?;
    Ok(Outcome::Clean)
}

/// The files that a pattern such as `checklists/*.yaml` means, from the project's root, sorted.
#[expect(clippy::disallowed_methods, reason = "only the names of the project's own files are looked at")]
fn matching(root: &Path, pattern: &str) -> Vec<String> {
    let Some((folder, ending)) = pattern.split_once('*') else {
        return if root.join(pattern).is_file() { vec![pattern.to_owned()] } else { Vec::new() };
    };
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut found: Vec<String> =
        names.filter(|name| name.ends_with(ending)).map(|name| format!("{folder}{name}")).collect();
    found.sort();
    found
}

/// Writes the schema of the project file into a new project, and names it there.
pub(super) fn name_project(root: &Path) -> Result<()> {
    let Some(schema) = schema::schema("project") else { return Ok(()) };
    replace(&root.join(FOLDER).join("project.json"), &schema.text())?;
    name_in(root, crate::load::PROJECT_FILE, &schema.name).map(|_| ())
}

/// Puts the line that names a schema at the top of a file; `false` if it has one.
#[expect(clippy::disallowed_methods, reason = "a command that writes into the user's project")]
fn name_in(root: &Path, path: &str, schema: &str) -> Result<bool> {
    let full = root.join(path);
    let text = std::fs::read_to_string(&full).map_err(|error| Error::io("a file cannot be read", &full, &error))?;
    if text.lines().any(|line| line.starts_with(MODELINE)) {
        return Ok(false);
    }
    let up = "../".repeat(path.matches('/').count());
    let (mark, text) = text.strip_prefix('\u{feff}').map_or(("", text.as_str()), |text| ("\u{feff}", text));
    replace(&full, &format!("{mark}{MODELINE} $schema={up}{FOLDER}/{schema}.json\n{text}"))?;
    Ok(true)
}

/// Writes a file whole or not at all.
fn replace(path: &Path, text: &str) -> Result<()> {
    writing::replace(path, text.as_bytes()).map_err(|error| Error::io("a file cannot be written", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_listed_and_a_mistyped_one_is_suggested() {
        let all = schema::all();
        assert_eq!(list(&all).lines().count(), all.len());
        assert!(unknown("projct", &all).to_string().contains("did you mean `project`?"));
    }

    #[test]
    fn the_settings_name_the_files_of_records() {
        let settings: Value = serde_json::from_str(&settings(&schema::all())).expect("JSON");
        assert_eq!(settings["yaml.schemas"][".handoff/schemas/record-gate.json"], json!(["records/gates/*.yaml"]));
    }
}
