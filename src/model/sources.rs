//! Documents that the repository already has: the key `sources` of the project file.

use super::node::{Field, FieldShape, FromNode, Located, Node, RecordShape, Scalar, Shape, Value, mismatch};
use super::value::{Id, Text};
use crate::finding::Finding;
use crate::source::Span;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Kinds of documents with the paths from which they are taken, in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceMap(pub Vec<SourcePaths>);

/// The paths from which one document is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePaths {
    /// The kind of document.
    pub document: Located<Id>,
    /// Files and folders, relative to the project.
    pub paths: Vec<Located<Text>>,
}

/// The name of the record in its description. Its keys are kinds of documents, those that are named there
/// and any others; and one path may stand there without a list.
pub const RECORD: &str = "Sources";

/// The kinds that are most often taken from the repository, for the reference.
const USUAL: [(&str, &str); 5] = [
    ("readme", "The README."),
    ("api", "The description of the interface: an OpenAPI 3 file, or Markdown."),
    ("decisions", "The folder of the decision records."),
    ("changelog", "The change log."),
    ("licence", "The licence."),
];

impl Field for SourceMap {
    const REQUIRED: bool = false;

    fn from_field(_: &'static str, node: Option<&Node>, _: Span, findings: &mut Vec<Finding>) -> Self {
        let Some(node) = node.filter(|node| node.value != Value::Null) else { return Self::default() };
        let Value::Map(entries) = &node.value else {
            findings.push(mismatch(node, "a mapping", "`readme: ../README.md`, one line for each document"));
            return Self::default();
        };
        let mut sources = Vec::new();
        for (key, value) in entries {
            let name = Node { value: Value::Text(key.name.clone()), span: key.span };
            let Some(document) = Located::<Id>::from_node(&name, findings) else { continue };
            let paths = match &value.value {
                Value::List(list) => list.iter().filter_map(|node| Located::from_node(node, findings)).collect(),
                _ => Located::from_node(value, findings).into_iter().collect(),
            };
            sources.push(SourcePaths { document, paths });
        }
        Self(sources)
    }

    fn shape() -> Shape {
        Shape::Record(|| RecordShape {
            name: RECORD,
            doc: "Documents that the repository already has.".into(),
            fields: USUAL
                .iter()
                .map(|(key, doc)| FieldShape {
                    key,
                    doc: (*doc).into(),
                    required: false,
                    shape: Shape::List(<Text as Scalar>::shape),
                })
                .collect(),
        })
    }
}

impl Serialize for SourceMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for source in &self.0 {
            let paths: Vec<&str> = source.paths.iter().map(|path| path.as_str()).collect();
            map.serialize_entry(source.document.as_str(), &paths)?;
        }
        map.end()
    }
}
