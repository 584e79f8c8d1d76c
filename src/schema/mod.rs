//! JSON Schemas of every file that people write and of the files that programs read.
//!
//! What people write is described by the declared shapes of the model, so that editors complete and check
//! what the program reads. Knows nothing about how files are read.

mod data;
mod outputs;
mod scalars;
mod shapes;

use crate::model::checklist::Checklist;
use crate::model::fragment::FrontMatter;
use crate::model::message::MessageFront;
use crate::model::node::RecordShape;
use crate::model::project::Project;
use crate::model::records::KINDS;
use crate::model::template::TemplateFront;
use crate::model::workspace::{WORKSPACE_FILE, WorkspaceFile};
use crate::theme::built_in_text;
use serde_json::{Value, json};

/// The dialect: the newest one that editors of YAML understand.
const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of one kind of file.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Its name on the command line, and that of its file.
    pub name: String,
    /// What it describes, in a few words.
    pub about: String,
    /// The files that it describes, as patterns of paths from the project's root; empty for front matter.
    pub files: Vec<String>,
    /// The schema itself.
    pub value: Value,
}

/// All schemas, in the order in which people meet the files.
#[must_use]
pub fn all() -> Vec<Schema> {
    let mut schemas = vec![
        made("project", "the project file", &["handoff.yaml"], project()),
        shaped("workspace", "the workspace file", &[WORKSPACE_FILE], &WorkspaceFile::record_shape()),
        shaped("front-matter", "the front matter of a fragment", &[], &FrontMatter::record_shape()),
    ];
    for kind in KINDS {
        let files = format!("records/{}/*.yaml", kind.folder);
        let about = format!("a record of the kind `{}`", kind.name);
        schemas.push(shaped(&format!("record-{}", kind.name), &about, &[&files], &(kind.shape)()));
    }
    schemas.extend([
        shaped(
            "checklist",
            "a checklist",
            &["checklists/*.yaml", "theme/checklists/*.yaml"],
            &Checklist::record_shape(),
        ),
        shaped("document-template", "the front matter of a document template", &[], &TemplateFront::record_shape()),
        shaped("message-template", "the front matter of a message template", &[], &MessageFront::record_shape()),
        made("strings", "the words of a language", &["theme/strings/*.yaml"], strings()),
        made("report", "the report of `check --format json`, and completeness.json", &[], outputs::report()),
        made("reports", "the report of `check --format json` about several projects", &[], outputs::reports()),
        made("status", "what `status --format json` writes", &[], outputs::status()),
        made("statuses", "what `status --format json` writes about several projects", &[], outputs::statuses()),
        made("manifest", "manifest.json of a bundle", &[], outputs::manifest()),
        made("data", "data.json of a bundle", &[], data::facts()),
    ]);
    schemas
}

/// The schema of a name.
#[must_use]
pub fn schema(name: &str) -> Option<Schema> {
    all().into_iter().find(|schema| schema.name == name)
}

impl Schema {
    /// The text of its file.
    #[must_use]
    pub fn text(&self) -> String {
        // A tree of texts and numbers always serialises.
        serde_json::to_string_pretty(&self.value).map(|text| text + "\n").unwrap_or_default()
    }
}

/// A schema of what a record describes.
fn shaped(name: &str, about: &str, files: &[&str], record: &RecordShape) -> Schema {
    made(name, about, files, shapes::schema(record))
}

fn made(name: &str, about: &str, files: &[&str], mut value: Value) -> Schema {
    if let Value::Object(entries) = &mut value {
        entries.insert("$schema".into(), json!(DIALECT));
        entries.insert("title".into(), json!(format!("handoff: {about}")));
    }
    Schema {
        name: name.to_owned(),
        about: about.to_owned(),
        files: files.iter().map(|&path| path.to_owned()).collect(),
        value,
    }
}

/// The project file. In a workspace a contact may say only what differs from the shared one.
fn project() -> Value {
    let mut schema = shapes::schema(&Project::record_shape());
    let required = schema["definitions"]["Contact"]["required"].take();
    schema["definitions"]["Contact"]["required"] = json!(["id"]);
    schema["if"] = json!({ "not": { "required": ["workspace"] } });
    schema["then"] = json!({ "properties": { "contacts": { "items": { "required": required } } } });
    schema
}

/// The words of a language: those of English, any of which may be left out.
fn strings() -> Value {
    let english = built_in_text("strings/en.yaml").unwrap_or_default();
    let entries = english.lines().filter(|line| !line.starts_with(['#', ' '])).filter_map(|line| line.split_once(':'));
    let word = |(key, text): (&str, &str)| {
        let english = text.trim().trim_matches('"');
        (key.to_owned(), json!({ "type": ["string", "number"], "description": format!("English: {english}") }))
    };
    let properties: serde_json::Map<String, Value> = entries.map(word).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_schema_says_its_dialect() {
        let all = all();
        let mut names: Vec<_> = all.iter().map(|schema| schema.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
        for schema in &all {
            assert_eq!(schema.value["$schema"], DIALECT, "{}", schema.name);
            assert_eq!(schema.value["type"], "object", "{}", schema.name);
        }
    }

    #[test]
    fn every_word_of_english_is_known() {
        let strings = schema("strings").expect("a schema").value;
        assert_eq!(strings["properties"]["version"]["description"], "English: Version");
        assert!(strings["properties"].as_object().is_some_and(|words| words.len() > 50));
    }
}
