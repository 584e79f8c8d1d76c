//! From a declared record to its schema. Records are defined once and referred to by name.

use super::scalars;
use crate::model::node::{FieldShape, RecordShape, Shape};
use crate::model::sources;
use serde_json::{Map, Value, json};

/// The schema of a record with those that it holds.
pub(super) fn schema(record: &RecordShape) -> Value {
    let mut known = Map::new();
    let mut schema = object(record, &mut known);
    if let (Value::Object(schema), false) = (&mut schema, known.is_empty()) {
        schema.insert("definitions".into(), Value::Object(known));
    }
    schema
}

fn object(record: &RecordShape, known: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for field in &record.fields {
        properties.insert(field.key.to_owned(), property(field, known));
    }
    let required: Vec<&str> = record.fields.iter().filter(|field| field.required).map(|field| field.key).collect();
    let mut schema = json!({
        "type": "object",
        "description": record.doc,
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if record.name == sources::RECORD {
        open(&mut schema);
    }
    schema
}

/// The record of sources: its keys are kinds of documents, and one path may stand without a list.
fn open(schema: &mut Value) {
    let paths = json!({
        "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }, { "type": "null" }],
    });
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for property in properties.values_mut() {
            let doc = property["description"].take();
            *property = paths.clone();
            property["description"] = doc;
        }
    }
    schema["additionalProperties"] = paths;
}

fn property(field: &FieldShape, known: &mut Map<String, Value>) -> Value {
    let mut schema = value(&field.shape, known);
    if !field.required {
        schema = or_nothing(schema);
    }
    if let Value::Object(entries) = &mut schema {
        // Beside a reference nothing else counts in this dialect.
        if let Some(reference) = entries.remove("$ref") {
            entries.insert("allOf".into(), json!([{ "$ref": reference }]));
        }
        entries.insert("description".into(), json!(field.doc));
    }
    schema
}

fn value(shape: &Shape, known: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Scalar { name, example } => scalars::schema(name, example),
        Shape::Choice(words) => {
            let (words, meanings): (Vec<&str>, Vec<&str>) =
                words.iter().map(|(word, meaning)| (*word, meaning.trim())).unzip();
            json!({ "type": "string", "enum": words, "enumDescriptions": meanings })
        }
        Shape::List(inner) => json!({ "type": "array", "items": value(&inner(), known) }),
        Shape::Record(record) => reference(&record(), known, object),
    }
}

/// A reference to a record, which is defined when it is met first.
pub(super) fn reference(
    record: &RecordShape,
    known: &mut Map<String, Value>,
    define: fn(&RecordShape, &mut Map<String, Value>) -> Value,
) -> Value {
    if !known.contains_key(record.name) {
        // A place for it first: a record may hold itself.
        known.insert(record.name.to_owned(), Value::Null);
        let schema = define(record, known);
        known.insert(record.name.to_owned(), schema);
    }
    json!({ "$ref": format!("#/definitions/{}", record.name) })
}

/// The same, or a key with nothing behind it.
fn or_nothing(mut schema: Value) -> Value {
    if schema.get("$ref").is_some() {
        return json!({ "anyOf": [schema, { "type": "null" }] });
    }
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema["type"] = match schema["type"].take() {
        Value::Array(mut types) => {
            types.push(json!("null"));
            Value::Array(types)
        }
        one => json!([one, "null"]),
    };
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checklist::Checklist;
    use crate::model::fragment::FrontMatter;
    use crate::model::message::MessageFront;
    use crate::model::project::Project;
    use crate::model::records::KINDS;
    use crate::model::template::TemplateFront;

    /// Visits every scalar below a record, each record once.
    fn scalars_of(record: &RecordShape, seen: &mut Vec<&'static str>, visit: &mut dyn FnMut(&str, &str)) {
        if seen.contains(&record.name) {
            return;
        }
        seen.push(record.name);
        for field in &record.fields {
            let mut shape = field.shape;
            while let Shape::List(inner) = shape {
                shape = inner();
            }
            match shape {
                Shape::Scalar { name, example } => visit(name, example),
                Shape::Record(record) => scalars_of(&record(), seen, visit),
                _ => {}
            }
        }
    }

    #[test]
    fn every_scalar_has_a_form_that_its_example_has() {
        let mut records = vec![
            Project::record_shape(),
            FrontMatter::record_shape(),
            Checklist::record_shape(),
            TemplateFront::record_shape(),
            MessageFront::record_shape(),
        ];
        records.extend(KINDS.iter().map(|kind| (kind.shape)()));
        let mut seen = Vec::new();
        for record in &records {
            scalars_of(record, &mut seen, &mut |name, example| {
                assert!(scalars::is_known(name), "{name} has no form");
                let schema = scalars::schema(name, example);
                let pattern = schema["pattern"].as_str().expect("a pattern");
                let pattern = regex::Regex::new(pattern).expect("a pattern");
                assert!(pattern.is_match(example.trim_matches('"')), "{name}: {example}");
            });
        }
        assert!(seen.len() > 20, "{seen:?}");
    }

    #[test]
    fn keys_that_must_be_there_are_required_and_others_may_be_empty() {
        let schema = schema(&Project::record_shape());
        let required = schema["required"].as_array().expect("a list");
        assert!(required.contains(&json!("project")) && !required.contains(&json!("monitoring")));
        let sources = &schema["definitions"]["Sources"];
        assert_eq!(sources["additionalProperties"]["anyOf"][0], json!({ "type": "string" }), "any kind may be named");
        assert_eq!(sources["properties"]["readme"]["anyOf"], sources["additionalProperties"]["anyOf"]);
    }
}
