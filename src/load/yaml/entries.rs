//! The entries of a mapping while it is read: keys that are there twice, and merge keys.

use super::INVALID_YAML;
use crate::finding::Finding;
use crate::model::node::{Key, Node, Value, shorten};
use crate::source::Span;
use std::collections::BTreeMap;

/// What stands before a colon.
pub(super) enum KeyKind {
    /// A key.
    Named(Key),
    /// `<<`, which takes in other mappings.
    Merge,
    /// Nothing that can be a key; that has been told.
    Invalid,
}

/// The entries of a mapping while it is read.
#[derive(Default)]
pub(super) struct Entries {
    own: Vec<(Key, Node)>,
    seen: BTreeMap<String, Span>,
    merges: Vec<Vec<(Key, Node)>>,
}

impl Entries {
    /// Adds an entry; returns what is wrong with it.
    pub(super) fn add(&mut self, key: KeyKind, value: Node) -> Option<Finding> {
        match key {
            KeyKind::Invalid => None,
            KeyKind::Merge => self.merge(value),
            KeyKind::Named(key) => {
                if let Some(first) = self.seen.get(&key.name) {
                    let message = format!("the key `{}` is here twice", shorten(&key.name));
                    let finding = Finding::error(INVALID_YAML, message).at(key.span, "again").at(*first, "first here");
                    return Some(finding.help("keep one of the two; the first one was read"));
                }
                self.seen.insert(key.name.clone(), key.span);
                self.own.push((key, value));
                None
            }
        }
    }

    fn merge(&mut self, value: Node) -> Option<Finding> {
        let nodes = match value.value {
            Value::Null => return None,
            Value::List(nodes) => nodes,
            one => vec![Node { value: one, span: value.span }],
        };
        for node in nodes {
            let Value::Map(entries) = node.value else {
                let finding = Finding::error(INVALID_YAML, "`<<` takes in mappings only");
                let finding = finding.at(node.span, "not a mapping");
                return Some(finding.help("write `<<: *name`, where `&name` marks a mapping"));
            };
            self.merges.push(entries);
        }
        None
    }

    /// The mapping's own entries, then those taken in by `<<` whose keys it does not have; of two
    /// mappings taken in, the first wins.
    pub(super) fn merged(mut self) -> Vec<(Key, Node)> {
        for (key, node) in self.merges.into_iter().flatten() {
            if self.seen.insert(key.name.clone(), key.span).is_none() {
                self.own.push((key, node));
            }
        }
        self.own
    }
}
