//! Examples of bodies: those that the description has, or one that is put together from the examples of
//! the fields.

use super::{list, resolve};
use crate::model::node::{Node, Value};
use serde_json::{Map, Value as Json};

/// How deep an example is put together.
const MAX_LEVELS: usize = 6;

/// The example of a media type.
pub(super) fn example(root: &Node, content: &Node) -> Option<Json> {
    if let Some(example) = content.get("example") {
        return Some(to_json(example));
    }
    if let Some(Value::Map(examples)) = content.get("examples").map(|node| &node.value)
        && let Some((_, first)) = examples.first()
    {
        return resolve(root, first).get("value").map(to_json);
    }
    content.get("schema").and_then(|schema| of_schema(root, schema, 0))
}

/// An example of a schema; `None` if nothing in it has one.
fn of_schema(root: &Node, schema: &Node, level: usize) -> Option<Json> {
    if level >= MAX_LEVELS {
        return None;
    }
    let schema = resolve(root, schema);
    let told = schema.get("example").or_else(|| list(schema.get("examples")).next()).or_else(|| schema.get("default"));
    if let Some(told) = told {
        return Some(to_json(told));
    }
    if let Some(items) = schema.get("items") {
        return of_schema(root, items, level + 1).map(|item| Json::Array(vec![item]));
    }
    let mut object = Map::new();
    for part in list(schema.get("allOf")) {
        if let Some(Json::Object(fields)) = of_schema(root, part, level + 1) {
            object.extend(fields);
        }
    }
    if let Some(Value::Map(properties)) = schema.get("properties").map(|node| &node.value) {
        for (name, property) in properties {
            if let Some(value) = of_schema(root, property, level + 1) {
                object.insert(name.name.clone(), value);
            }
        }
    }
    if !object.is_empty() {
        return Some(Json::Object(object));
    }
    list(schema.get("enum")).next().map(to_json)
}

/// A node as JSON; the numbers as they were written where JSON has them.
fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => serde_json::from_str(number).unwrap_or_else(|_| Json::String(number.clone())),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(nodes) => Json::Array(nodes.iter().map(to_json).collect()),
        Value::Map(entries) => entries.iter().map(|(key, node)| (key.name.clone(), to_json(node))).collect(),
    }
}

/// JSON as people read it.
pub(super) fn json(value: &Json) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
