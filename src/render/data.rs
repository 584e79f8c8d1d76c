//! The facts of the delivery as data: what the documents are filled from, for programs and for comparing.

use crate::error::{Error, Result};
use crate::model::project::{FACTS, Project};
use serde_json::Value;

/// Writes the facts, without keys that hold nothing.
pub(super) fn write(project: &Project) -> Result<Vec<u8>> {
    let failed = |error: serde_json::Error| Error::new("could not write the facts").why(error.to_string());
    let mut value = serde_json::to_value(project).map_err(failed)?;
    if let Value::Object(map) = &mut value {
        map.retain(|key, _| FACTS.contains(&key.as_str()));
    }
    prune(&mut value);
    let mut json = serde_json::to_vec_pretty(&value).map_err(failed)?;
    json.push(b'\n');
    Ok(json)
}

/// Takes out what holds nothing.
fn prune(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(prune);
            map.retain(|_, value| !is_empty(value));
        }
        Value::Array(list) => list.iter_mut().for_each(prune),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_holds_nothing_is_left_out() {
        let mut value = json!({"a": null, "b": {"c": []}, "d": [{"e": null, "f": 1}], "g": false});
        prune(&mut value);
        assert_eq!(value, json!({"d": [{"f": 1}], "g": false}));
    }
}
