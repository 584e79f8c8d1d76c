//! One edition of a delivery, read from the files of its bundle.

use super::units::{self, Unit};
use crate::error::{Error, Result};
use crate::markdown;
use crate::model::difference::Side;
use crate::model::text::{Block, BlockKind, Footnote};
use crate::source::Sources;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MANIFEST: &str = "manifest.json";
const COMPLETENESS: &str = "completeness.json";
/// The facts of the project as the client has them.
const DATA: &str = "data.json";

/// An edition: what is compared of a bundle.
#[derive(Debug, Clone, PartialEq)]
pub struct Edition {
    /// What it is called.
    pub(super) side: Side,
    /// Its documents, in order.
    pub(super) texts: Vec<Text>,
    /// The facts; nothing in bundles that carry none.
    pub(super) data: Option<Value>,
    /// The items of the checklist; nothing if no bundle tells them.
    pub(super) coverage: Option<Vec<Item>>,
    /// The hashes of attachments and pictures, by path.
    pub(super) files: BTreeMap<String, String>,
}

/// A document of an edition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    pub(super) kind: String,
    pub(super) number: String,
    pub(super) title: String,
    /// Made from what stands elsewhere in the bundle.
    pub(super) derived: bool,
    /// Tells how many pages other documents have.
    paged: bool,
    blocks: Vec<Block>,
    footnotes: Vec<Footnote>,
}

impl Text {
    /// Its lines.
    pub(super) fn units(&self) -> Vec<Unit> {
        units::units(&self.blocks, &self.footnotes, self.paged)
    }
}

/// An item of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) state: String,
}

/// Whether a file of a bundle is needed for a comparison.
#[must_use]
pub fn is_wanted(path: &str) -> bool {
    matches!(path, MANIFEST | COMPLETENESS | DATA) || path.starts_with("markdown/")
}

impl Edition {
    /// Reads an edition from the files of a bundle; those that [`is_wanted`] names are enough.
    ///
    /// # Errors
    /// If the manifest cannot be read, or the bundle has no Markdown.
    pub fn read(files: &BTreeMap<String, Vec<u8>>) -> Result<Self> {
        let json = |path: &str| -> Result<Option<Value>> {
            let Some(bytes) = files.get(path) else { return Ok(None) };
            let value = serde_json::from_slice(bytes).map_err(|error| {
                Error::new(format!("`{path}` of the bundle cannot be read"))
                    .why(error.to_string())
                    .help("`handoff verify` tells whether the bundle is as it was sealed")
            })?;
            Ok(Some(value))
        };
        let manifest = json(MANIFEST)?.ok_or_else(|| {
            Error::new("this is no handoff bundle")
                .why(format!("it has no {MANIFEST}"))
                .help("name the folder of a bundle, or its zip")
        })?;
        let texts = texts(&manifest, files)?;
        Ok(Self {
            side: side(&manifest),
            texts,
            data: json(DATA)?,
            coverage: json(COMPLETENESS)?.as_ref().and_then(items),
            files: attachments(&manifest),
        })
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.side.version
    }

    /// The facts that the bundle carries; of one that carries none, what its manifest tells.
    #[must_use]
    pub fn facts(&self) -> Value {
        self.data.clone().unwrap_or_else(|| {
            json!({
                "project": { "name": self.side.project },
                "release": { "version": self.side.version, "date": self.side.date, "status": self.side.status },
            })
        })
    }

    /// The lines of a document.
    pub(super) fn units(&self, kind: &str) -> Option<Vec<Unit>> {
        self.texts.iter().find(|text| text.kind == kind).map(Text::units)
    }
}

fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn side(manifest: &Value) -> Side {
    let part = |name: &str, key: &str| manifest.get(name).map(|part| word(part, key)).unwrap_or_default();
    Side {
        project: part("project", "name"),
        version: part("release", "version"),
        date: part("release", "date"),
        status: part("release", "status"),
    }
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// The documents that the manifest names, with their texts.
fn texts(manifest: &Value, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for document in list(manifest, "documents") {
        let kind = word(document, "kind");
        let flag = |key: &str| document.get(key).and_then(Value::as_bool).unwrap_or_default();
        if kind == super::KIND {
            continue;
        }
        let path = format!("markdown/{kind}.md");
        let text = files.get(&path).map(|bytes| String::from_utf8_lossy(bytes)).ok_or_else(|| {
            Error::new("the bundle cannot be compared")
                .why(format!("it has no {path}"))
                .help("build it with the format `markdown` among its formats")
        })?;
        let file = Sources::default().add(path, "");
        let mut parsed = markdown::parse(&text, file, 0, &mut Vec::new());
        // The title is told by the manifest.
        let is_title = |block: &Block| matches!(&block.kind, BlockKind::Heading(heading) if heading.level == 1);
        if parsed.blocks.first().is_some_and(is_title) {
            parsed.blocks.remove(0);
        }
        texts.push(Text {
            number: word(document, "number"),
            title: word(document, "title"),
            derived: flag("derived"),
            paged: flag("paged"),
            blocks: parsed.blocks,
            footnotes: parsed.footnotes,
            kind,
        });
    }
    Ok(texts)
}

/// The items of the report.
fn items(report: &Value) -> Option<Vec<Item>> {
    let items = report.get("coverage")?.get("items")?.as_array()?;
    let item = |item: &Value| Item { id: word(item, "id"), title: word(item, "title"), state: word(item, "state") };
    Some(items.iter().map(item).collect())
}

/// The hashes of what people attached and showed: the look of the pages is no content.
fn attachments(manifest: &Value) -> BTreeMap<String, String> {
    const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "svg"];
    let is_picture = |path: &str| {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        path.starts_with("html/assets/") && PICTURES.contains(&ending.as_str())
    };
    let all = list(manifest, "files").map(|file| (word(file, "path"), word(file, "sha256")));
    all.filter(|(path, _)| path.starts_with("files/") || path.starts_with("sealed/") || is_picture(path)).collect()
}
