//! Files within PDFs: what a document links to, attached to its PDF.
//!
//! Only if the project asks for it. PDF/A-2 allows no attached files, so such a PDF is made to PDF/A-3.

use super::Input;
use crate::markdown::typst::Source;
use crate::model::document::Document;
use crate::model::loaded::inner_path;
use crate::model::text::{InlineKind, Target, walk_inlines};
use std::collections::BTreeSet;

/// The folder of attached files in Typst's world.
const FOLDER: &str = "attached";

/// The files that documents link to, by path in the project; none if the project does not want them.
pub(super) fn of<'a>(input: &Input<'_>, documents: impl Iterator<Item = &'a Document>) -> BTreeSet<String> {
    let output = input.project.output.as_ref();
    let is_wanted = output.and_then(|output| output.attachments.as_ref()).is_some_and(|flag| flag.value.0);
    let mut found = BTreeSet::new();
    for document in documents.filter(|_| is_wanted) {
        for blocks in document.texts() {
            walk_inlines(blocks, &mut |inline| {
                if let InlineKind::Link(link) = &inline.kind
                    && let Target::File(path) = &link.target
                    && input.files.contains_key(path)
                {
                    found.insert(path.clone());
                }
            });
        }
    }
    found
}

/// The files that are attached to any PDF, by path in Typst's world.
pub(super) fn files<'a>(input: &'a Input<'_>) -> Vec<(String, &'a [u8])> {
    let paths = of(input, input.dossier.delivered());
    paths.iter().filter_map(|path| Some((world_path(path), input.files.get(path)?.as_slice()))).collect()
}

/// Where an attached file is in Typst's world.
pub(super) fn world_path(path: &str) -> String {
    format!("{FOLDER}/{}", name(path))
}

/// Attaches files to the PDF that some source makes.
pub(super) fn write(source: &mut Source, paths: &BTreeSet<String>) {
    for path in paths {
        let name = name(path);
        source.push("#pdf.attach(");
        source.push_literal(&name);
        source.push(",read(");
        source.push_literal(&format!("/{FOLDER}/{name}"));
        source.push(",encoding:none),relationship:\"supplement\",mime-type:");
        source.push_literal(kind(&name));
        source.push(",description:");
        source.push_literal(name.rsplit('/').next().unwrap_or(&name));
        source.push(");\n");
    }
}

/// The name of a file within a PDF: its path, without what a reader does not know.
fn name(path: &str) -> String {
    let inner = inner_path(path);
    let short = inner.strip_prefix("docs/").unwrap_or(&inner);
    short.chars().map(|c| if matches!(c, '\\' | ':') || c.is_control() { '_' } else { c }).collect()
}

/// The media type of a file, by the ending of its name.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "csv" => "text/csv",
        "htm" | "html" => "text/html",
        "ics" => "text/calendar",
        "json" => "application/json",
        "log" | "txt" => "text/plain",
        "md" => "text/markdown",
        "pdf" => "application/pdf",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "tsv" => "text/tab-separated-values",
        "xml" => "application/xml",
        "yaml" | "yml" => "application/yaml",
        "zip" => "application/zip",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "odt" => "application/vnd.oasis.opendocument.text",
        _ => "application/octet-stream",
    }
}
