//! Short pieces of the example's project file, for the reference.

use crate::read;
use handoff::load;
use handoff::model::node::{Node, RecordShape, Shape, Value};
use handoff::source::{FileId, Sources, Span};
use std::path::Path;

/// The most lines that are shown of a record.
const LINES: usize = 20;

/// The project file of the example, as text and as a tree.
pub(crate) struct Excerpts {
    text: String,
    tree: Node,
    sources: Sources,
}

impl Excerpts {
    pub(crate) fn of_project(folder: &Path) -> Self {
        let loaded = load::load(folder).expect("the example can be read");
        let text = read(&folder.join(load::PROJECT_FILE));
        Self { text, tree: loaded.tree.expect("the example has a project file"), sources: loaded.sources }
    }

    /// The record at a path, of a list the first entry, without the records in it. Nothing for the whole
    /// file, and for what is not in the example.
    pub(crate) fn at(&self, path: &str, shape: &RecordShape) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut node = &self.tree;
        let mut indent = String::new();
        for key in path.split('.').filter(|key| !key.is_empty()) {
            node = node.get(key)?;
            lines.push(format!("{indent}{key}:"));
            indent.push_str("  ");
            if let Value::List(entries) = &node.value {
                node = entries.first()?;
                indent.push_str("  ");
            }
        }
        let Value::Map(entries) = &node.value else { return None };
        let before = lines.len();
        for (key, value) in entries {
            let is_simple = shape.fields.iter().any(|field| field.key == key.name && !holds_records(&field.shape));
            if is_simple {
                lines.extend(self.entry(key.span, value.span, &indent));
            }
        }
        if path.is_empty() || lines.len() == before || lines.len() > LINES {
            return None;
        }
        // The first line of an entry of a list carries its mark.
        if indent.len() >= 4 && self.is_entry(node) {
            let first = &mut lines[before];
            first.replace_range(indent.len() - 2..indent.len() - 1, "-");
        }
        Some(lines.join("\n"))
    }

    /// The lines of a key with its value, indented anew.
    fn entry(&self, key: Span, value: Span, indent: &str) -> Vec<String> {
        let (from, to) = (key.start as usize, value.end as usize);
        let column = self.text[..from].rfind('\n').map_or(from, |line| from - line - 1);
        let to = self.text[to..].find('\n').map_or(self.text.len(), |end| to + end);
        let lines = self.text[from..to].trim_end().lines().enumerate();
        let dedented = |(index, line): (usize, &str)| {
            let line = if index == 0 { line } else { line.get(column..).unwrap_or_default() };
            format!("{indent}{line}")
        };
        lines.map(dedented).collect()
    }

    /// Whether a mapping stands behind the mark of a list.
    fn is_entry(&self, node: &Node) -> bool {
        let before = self.text[..node.span.start as usize].trim_end_matches(' ');
        before.ends_with('-') && self.file() == node.span.file
    }

    fn file(&self) -> FileId {
        self.sources.find(load::PROJECT_FILE).expect("it was read")
    }
}

fn holds_records(shape: &Shape) -> bool {
    match shape {
        Shape::Record(_) => true,
        Shape::List(inner) => matches!(inner(), Shape::Record(_)),
        _ => false,
    }
}
