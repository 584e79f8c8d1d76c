//! Facts that changed: the same place of the data in both editions.
//!
//! Entries of a list are found again by what names them (an id, a level, a version), or else by their
//! content: an entry that is added in front does not change all that follow.

use crate::model::difference::{DataChange, Fate};
use serde_json::{Map, Value};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The keys that name an entry of a list, the best first.
const NAMES: [&str; 8] = ["id", "level", "kind", "version", "item", "name", "title", "what"];

/// The facts that differ, in the order of the newer edition.
pub(super) fn compare(old: &Value, new: &Value) -> Vec<DataChange> {
    let mut changes = Vec::new();
    values("", old, new, &mut changes);
    changes
}

fn values(path: &str, old: &Value, new: &Value, out: &mut Vec<DataChange>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => maps(path, old, new, out),
        (Value::Array(old), Value::Array(new)) => lists(path, old, new, out),
        _ => out.push(DataChange {
            path: path.to_owned(),
            fate: Fate::Changed,
            old: Some(shown(old)),
            new: Some(shown(new)),
        }),
    }
}

fn added(path: String, value: &Value) -> DataChange {
    DataChange { path, fate: Fate::Added, old: None, new: Some(shown(value)) }
}

fn removed(path: String, value: &Value) -> DataChange {
    DataChange { path, fate: Fate::Removed, old: Some(shown(value)), new: None }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn maps(path: &str, old: &Map<String, Value>, new: &Map<String, Value>, out: &mut Vec<DataChange>) {
    for (key, value) in new {
        match old.get(key) {
            Some(before) => values(&below(path, key), before, value, out),
            None => out.push(added(below(path, key), value)),
        }
    }
    let gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
    out.extend(gone.map(|(key, value)| removed(below(path, key), value)));
}

fn lists(path: &str, old: &[Value], new: &[Value], out: &mut Vec<DataChange>) {
    let Some(key) = NAMES.into_iter().find(|key| names_all(old, key) && names_all(new, key)) else {
        return nameless(path, old, new, out);
    };
    let find =
        |list: &'_ [Value], name: &str| list.iter().position(|entry| name_of(entry, key).as_deref() == Some(name));
    for entry in new {
        let name = name_of(entry, key).unwrap_or_default();
        match find(old, &name) {
            Some(at) => values(&below(path, &name), &old[at], entry, out),
            None => out.push(added(below(path, &name), entry)),
        }
    }
    for entry in old {
        let name = name_of(entry, key).unwrap_or_default();
        if find(new, &name).is_none() {
            out.push(removed(below(path, &name), entry));
        }
    }
}

/// The name of an entry under a key.
fn name_of(entry: &Value, key: &str) -> Option<String> {
    match entry.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a key tells all entries of a list apart.
fn names_all(list: &[Value], key: &str) -> bool {
    let mut names: Vec<_> = list.iter().map(|entry| name_of(entry, key)).collect();
    names.sort();
    names.iter().all(Option::is_some) && names.windows(2).all(|pair| pair[0] != pair[1])
}

/// Lists whose entries have no names: what stands at the same place among what stayed is compared.
fn nameless(path: &str, old: &[Value], new: &[Value], out: &mut Vec<DataChange>) {
    let keys = |list: &[Value]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let place = |at: usize| format!("{path}[{}]", at + 1);
    for op in capture_diff_slices(Algorithm::Myers, &keys(old), &keys(new)) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (before, after) = (&old[op.old_range()], &new[op.new_range()]);
        for (index, pair) in before.iter().zip(after).enumerate() {
            values(&place(op.new_range().start + index), pair.0, pair.1, out);
        }
        let both = before.len().min(after.len());
        let gone = before.iter().enumerate().skip(both);
        out.extend(gone.map(|(index, value)| removed(place(op.old_range().start + index), value)));
        let come = after.iter().enumerate().skip(both);
        out.extend(come.map(|(index, value)| added(place(op.new_range().start + index), value)));
    }
}

/// A value as people read it: a text as it is, the parts of the rest in a line.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            map.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(old: &Value, new: &Value) -> Vec<String> {
        let tell = |change: &DataChange| {
            let sides = [change.old.as_deref(), change.new.as_deref()].map(|side| side.unwrap_or("nothing"));
            format!("{} {}: {} → {}", change.fate.sign(), change.path, sides[0], sides[1])
        };
        compare(old, new).iter().map(tell).collect()
    }

    #[test]
    fn equal_data_has_no_change() {
        let data = json!({"a": [1, {"id": "x", "n": null}]});
        assert_eq!(told(&data, &data.clone()), [""; 0]);
    }

    #[test]
    fn entries_are_found_by_what_names_them() {
        let old = json!({"contacts": [{"id": "a", "phone": "1"}, {"id": "b", "phone": "2"}]});
        let new =
            json!({"contacts": [{"id": "c", "phone": "3"}, {"id": "a", "phone": "1"}, {"id": "b", "phone": "9"}]});
        assert_eq!(told(&old, &new), ["+ contacts.c: nothing → id: c; phone: 3", "± contacts.b.phone: 2 → 9"]);
    }

    #[test]
    fn an_entry_without_a_name_in_front_is_one_change() {
        let old = json!({"go": ["No open p0", "All trained"]});
        let new = json!({"go": ["Backups proven", "No open p0", "All trained"]});
        assert_eq!(told(&old, &new), ["+ go[1]: nothing → Backups proven"]);
    }

    #[test]
    fn keys_that_come_and_go_are_told_with_their_values() {
        let (old, new) = (json!({"a": {"x": "1"}}), json!({"a": {"y": true}}));
        assert_eq!(told(&old, &new), ["+ a.y: nothing → true", "− a.x: 1 → nothing"]);
    }
}
