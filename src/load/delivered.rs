//! A project as a bundle tells it: the facts that were delivered, without the folder they came from.

use super::read::Reader;
use super::theme;
use crate::model::loaded::Loaded;
use crate::model::node::{FromNode, Key, Node, Value};
use crate::model::project::Project;
use crate::model::records::Records;
use crate::source::Span;
use crate::theme::Theme;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The project that the facts of a bundle are about. What they do not tell has stand-ins.
#[must_use]
pub fn delivered(facts: &Json) -> Loaded {
    let mut reader = Reader::new(Path::new(""), BTreeMap::new());
    let file = reader.sources.add("data.json", "");
    let tree = node(facts, Span::start_of(file));
    // What is missing was told when the bundle was made.
    let project = Project::from_node(&tree, &mut Vec::new());
    let words = theme::words(&mut reader, &Theme::default(), project.as_ref());
    Loaded {
        root: PathBuf::new(),
        sources: reader.sources,
        project,
        tree: Some(tree),
        fragments: Vec::new(),
        decisions: Vec::new(),
        records: Records::default(),
        issued: Vec::new(),
        pending: BTreeMap::new(),
        checklists: Vec::new(),
        files: BTreeSet::new(),
        attached: Vec::new(),
        annex: Vec::new(),
        digests: BTreeMap::new(),
        templates: BTreeMap::new(),
        messages: BTreeMap::new(),
        words,
        theme_files: BTreeMap::new(),
        shared: crate::model::workspace::Shared::default(),
        findings: Vec::new(),
    }
}

fn node(json: &Json, span: Span) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::Number(number.to_string()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(list) => Value::List(list.iter().map(|entry| node(entry, span)).collect()),
        Json::Object(map) => {
            let entry = |(name, value): (&String, &Json)| (Key { name: name.clone(), span }, node(value, span));
            Value::Map(map.iter().map(entry).collect())
        }
    };
    Node { value, span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_bundle_does_not_tell_has_stand_ins() {
        let facts =
            json!({"project": {"id": "demo", "name": "Demo", "language": "de"}, "release": {"version": "1.2.0"}});
        let loaded = delivered(&facts);
        let project = loaded.project.expect("a project");
        assert_eq!((project.project.name.as_str(), project.release.version.to_string().as_str()), ("Demo", "1.2.0"));
        assert_eq!(loaded.words.get("status_draft"), "Entwurf");
    }
}
