//! The project file as a tree from which fields can be taken.

use serde_json::Value;

/// The way to a value: keys of mappings and indices of lists.
pub type Way = Vec<String>;

/// Every value that a path of the checklist leads to, such as `contacts[party=client].phone`.
pub fn ways(root: &Value, path: &str) -> Vec<Way> {
    let mut found: Vec<(Way, &Value)> = vec![(Way::new(), root)];
    for step in steps(path) {
        let (key, conditions) = step.split_once('[').map_or((step.as_str(), None), |(key, rest)| {
            (key, Some(rest.trim_end_matches(']').split(',').collect::<Vec<_>>()))
        });
        let entered = found.into_iter().flat_map(entries);
        found = entered.filter_map(|(way, value)| Some((with(way, key), value.get(key)?))).collect();
        if let Some(conditions) = conditions {
            found = found.into_iter().flat_map(entries).filter(|(_, value)| holds(value, &conditions)).collect();
        }
    }
    found.into_iter().map(|(way, _)| way).collect()
}

/// Takes a value out of the tree.
pub fn take(root: &mut Value, way: &[String]) {
    let Some((last, above)) = way.split_last() else { return };
    let pointer = above.iter().fold(String::new(), |all, part| all + "/" + part);
    match root.pointer_mut(&pointer) {
        Some(Value::Object(fields)) => assert!(fields.remove(last).is_some(), "{way:?}"),
        Some(Value::Array(list)) => drop(list.remove(last.parse().expect("an index"))),
        other => panic!("{way:?} leads to {other:?}"),
    }
}

/// The steps of a path: a dot inside of brackets does not part.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut inside = false;
    for c in path.chars() {
        inside = (inside || c == '[') && c != ']';
        match c {
            '.' if !inside => steps.push(String::new()),
            c => steps.last_mut().expect("never empty").push(c),
        }
    }
    steps
}

/// The entries of a list; of anything else, itself.
fn entries((way, value): (Way, &Value)) -> Vec<(Way, &Value)> {
    match value {
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, entry)| (with(way.clone(), &index.to_string()), entry)).collect()
        }
        _ => vec![(way, value)],
    }
}

fn with(mut way: Way, part: &str) -> Way {
    way.push(part.to_owned());
    way
}

fn holds(value: &Value, conditions: &[&str]) -> bool {
    conditions.iter().all(|condition| match condition.split_once('=') {
        Some((key, wanted)) => value.get(key).is_some_and(|value| text(value) == wanted),
        None => text(value) == *condition,
    })
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
