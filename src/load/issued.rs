//! What is kept of each release that was cut: the manifest of its bundle, beside its record.

use super::INVALID_TEXT;
use super::read::Reader;
use crate::finding::Finding;
use crate::model::records::Records;
use crate::model::release::{Issued, IssuedDocument};
use crate::source::Span;
use serde_json::Value;
use std::sync::Arc;

/// The end of the name of such a file; the version stands before it.
pub const MANIFEST: &str = ".manifest.json";
/// The largest manifest that is read.
const MAX_MANIFEST: u64 = 16 << 20;

/// The path of the manifest of a release, from the project's root.
#[must_use]
pub fn path(version: &str) -> String {
    format!("records/releases/{version}{MANIFEST}")
}

/// Reads the manifests of all releases that have a record and a manifest.
pub(super) fn load(reader: &mut Reader, records: &Records) -> Vec<Issued> {
    let present = reader.walk("records/releases");
    let versions = records.releases.iter().map(|release| release.version.to_string());
    let wanted: Vec<String> = versions.filter(|version| present.contains(&path(version))).collect();
    wanted.iter().filter_map(|version| one(reader, version)).collect()
}

fn one(reader: &mut Reader, version: &str) -> Option<Issued> {
    let file = reader.text(&path(version), MAX_MANIFEST)?;
    let text = Arc::clone(&reader.sources.file(file).text);
    let manifest: Value = match serde_json::from_str(&text) {
        Ok(manifest) => manifest,
        Err(error) => {
            reader.findings.push(
                Finding::error(INVALID_TEXT, format!("the manifest of the release {version} cannot be read: {error}"))
                    .at(Span::start_of(file), "")
                    .help("restore the file from git: it is never changed by hand"),
            );
            return None;
        }
    };
    let word = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |key: &str| manifest.get(key).and_then(Value::as_array).into_iter().flatten();
    let document = |document: &Value| IssuedDocument {
        kind: word(document, "kind"),
        number: word(document, "number"),
        title: word(document, "title"),
        content: word(document, "content"),
    };
    Some(Issued {
        file,
        version: version.to_owned(),
        generator: word(&manifest, "generator"),
        documents: list("documents").map(document).collect(),
        files: list("files").map(|file| (word(file, "path"), word(file, "sha256"))).collect(),
    })
}
