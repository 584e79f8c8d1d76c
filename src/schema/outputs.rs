//! The files that programs read: the report and the manifest. Tests hold them against what is written.

use crate::model::checklist::Evidence;
use crate::model::project::{Stage, Status};
use crate::model::report::State;
use serde_json::{Map, Value, json};

/// The report of a check.
pub(super) fn report() -> Value {
    let states: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
    let levels = json!(["error", "warning", "note"]);
    let place = object(&[
        ("path", text(), "The file, from the project's root, with `/`."),
        ("line", count(), "The line, from 1."),
        ("column", count(), "The column in characters, from 1."),
        ("end_line", count(), "The line of the end."),
        ("end_column", count(), "The column of the end, which is excluded."),
    ]);
    let related = object(&[("place", place.clone(), "The place."), ("label", text(), "What is said there.")]);
    let finding = object(&[
        ("rule", text(), "The name of the rule."),
        ("level", json!({ "enum": levels }), "How much it weighs."),
        ("message", text(), "What is wrong."),
        ("place", or_null(&place.clone()), "Where it is wrong; `null` for what has no place."),
        ("label", text(), "What is said at that place."),
        ("related", list(&related), "Other places, which explain."),
        ("help", list(&text()), "What to do, most likely first."),
        ("item", or_null(&text()), "The checklist item that it is about."),
    ]);
    let evidence = object(&[("what", text(), "What was found."), ("place", or_null(&place), "Where.")]);
    let kinds: Vec<&str> = Evidence::ALL.iter().map(|kind| kind.as_str()).collect();
    let item = object(&[
        ("id", text(), "Its id."),
        ("title", text(), "What must be there."),
        ("group", text(), "The group of its document, by id."),
        ("document", text(), "The kind of its document."),
        ("evidence_kind", json!({ "enum": kinds }), "What proves it."),
        ("due", stage(), "The stage by whose start it is due."),
        ("owner", or_null(&text()), "The contact who looks after it."),
        ("state", json!({ "enum": states }), "The result."),
        ("evidence", list(&evidence), "Where it was found."),
        ("remarks", list(&text()), "What is missing, or why it is let pass or does not apply."),
    ]);
    let tally: Vec<(String, Value)> = states.iter().map(|state| (state.replace('-', "_"), count())).collect();
    let tally: Vec<(&str, Value, &str)> =
        tally.iter().map(|(state, count)| (state.as_str(), count.clone(), "")).collect();
    let coverage = object(&[
        ("checklist", text(), "The title of the checklist."),
        ("stage", stage(), "The stage whose items were judged."),
        ("complete", json!({ "type": "boolean" }), "Whether everything due is met or waived."),
        ("percent", count(), "Share of what is due that is met or waived, rounded down."),
        ("tally", object(&tally), "How many items are in each state."),
        ("items", list(&item), "Every item, in the order of the checklist."),
    ]);
    let counts = object(&[
        ("errors", count(), "Those that block."),
        ("warnings", count(), "Those that ought to be mended."),
        ("notes", count(), "Those that are worth knowing."),
    ]);
    object(&[
        ("version", json!({ "const": crate::report::json::VERSION }), "The version of the format."),
        ("verdict", json!({ "enum": ["pass", "fail"] }), "`fail` if an error was found or something due is missing."),
        ("counts", counts, "How many findings there are of each level."),
        ("findings", list(&finding), "What is wrong, by path and place."),
        ("coverage", or_null(&coverage), "What of the checklist is there; `null` if nobody can tell."),
    ])
}

/// The manifest of a bundle.
pub(super) fn manifest() -> Value {
    let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    let hash = json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" });
    let project = object(&[("id", text(), "Its id."), ("name", text(), "The name that people use.")]);
    let release = object(&[
        ("version", text(), "Its version."),
        ("date", json!({ "type": "string", "format": "date" }), "Its date."),
        ("status", json!({ "enum": statuses }), "How far it is."),
        ("classification", text(), "Who may read it."),
    ]);
    let mut document = object(&[
        ("number", text(), "Its number."),
        ("kind", text(), "Its kind."),
        ("title", text(), "Its title."),
        ("pages", count(), "How many pages its PDF has, if there is one."),
    ]);
    document["required"] = json!(["number", "kind", "title"]);
    let file = object(&[
        ("path", text(), "Its path in the bundle, with `/`."),
        ("size", count(), "Its size in bytes."),
        ("sha256", hash.clone(), "Its hash (SHA-256)."),
    ]);
    object(&[
        ("format", json!({ "const": 1 }), "The version of the format."),
        ("generator", text(), "The program that made the bundle, and its version."),
        ("digest", hash, "What the release says, as one hash: an acceptance is bound to it."),
        ("project", project, "The project."),
        ("release", release, "The release."),
        ("documents", list(&document), "The documents, in their order."),
        ("files", list(&file), "Every file but the manifest and the hashes, sorted by path."),
    ])
}

/// An object with exactly these keys.
fn object(fields: &[(&str, Value, &str)]) -> Value {
    let property = |(key, value, doc): &(&str, Value, &str)| {
        let mut value = value.clone();
        if !doc.is_empty() {
            value["description"] = json!(doc);
        }
        ((*key).to_owned(), value)
    };
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    let required: Vec<&str> = fields.iter().map(|(key, ..)| *key).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn or_null(value: &Value) -> Value {
    json!({ "anyOf": [value, { "type": "null" }] })
}

fn stage() -> Value {
    let stages: Vec<&str> = Stage::ALL.iter().map(|stage| stage.as_str()).collect();
    json!({ "enum": stages })
}
