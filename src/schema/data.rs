//! `data.json` of a bundle: the facts of the project file as programs read them. What the project file may leave
//! out may be missing here too, and every value has the form in which it is written out.

use super::shapes::reference;
use crate::model::node::{RecordShape, Shape};
use crate::model::project::{FACTS, Project};
use serde_json::{Map, Value, json};

/// The facts of a delivery.
pub(super) fn facts() -> Value {
    let mut project = Project::record_shape();
    project.fields.retain(|field| FACTS.contains(&field.key));
    let mut known = Map::new();
    let mut schema = object(&project, &mut known);
    schema["definitions"] = Value::Object(known);
    schema
}

fn object(record: &RecordShape, known: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for field in &record.fields {
        let mut schema = value(&field.shape, known);
        if let Some(reference) = schema.as_object_mut().and_then(|entries| entries.remove("$ref")) {
            // Beside a reference nothing else counts in this dialect.
            schema["allOf"] = json!([{ "$ref": reference }]);
        }
        schema["description"] = json!(field.doc);
        properties.insert(field.key.to_owned(), schema);
    }
    let required: Vec<&str> = record.fields.iter().filter(|field| field.required).map(|field| field.key).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn value(shape: &Shape, known: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Scalar { name, .. } => json!({ "type": written_as(name) }),
        Shape::Choice(words) => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            json!({ "enum": words })
        }
        Shape::List(inner) => json!({ "type": "array", "items": value(&inner(), known) }),
        Shape::Record(record) => reference(&record(), known, object),
    }
}

/// The type that a kind of scalar has once it is written out.
fn written_as(name: &str) -> &'static str {
    match name {
        "a whole number" => "integer",
        "a share in percent" => "number",
        "true or false" => "boolean",
        _ => "string",
    }
}
