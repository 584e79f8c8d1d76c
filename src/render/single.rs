//! One file of a bundle, made when somebody asks for it.
//!
//! What a build makes all at once, made alone and as quickly as possible; pages may have remarks for
//! their author in the margin.

use super::assets::Assets;
use super::remarks::Margin;
use super::{Input, binder_path, calendar, cards, data, html, markdown, pdf, pdf_path, search};
use crate::error::Result;
use crate::finding::Finding;
use crate::model::document::Document;

/// What the author of a page shall see in its margin.
pub struct Remarks<'a> {
    /// The findings about a document, by its kind.
    pub about: &'a dyn Fn(&str) -> Vec<&'a Finding>,
    /// Writes one as HTML.
    pub write: &'a dyn Fn(&Finding) -> String,
}

/// The file at a path of the bundle; `None` if there is no such file.
///
/// # Errors
/// If a template of the theme cannot be used, or a PDF cannot be made.
pub fn file(input: &Input<'_>, path: &str, remarks: &Remarks<'_>) -> Result<Option<Vec<u8>>> {
    let documents: Vec<&Document> = input.dossier.delivered().collect();
    let none = || Assets::of(input, std::iter::empty(), false);
    if path == "index.html" {
        return html::start(input, &none()).map(|page| Some(page.into_bytes()));
    }
    if path == html::VERIFY {
        return html::verification(input, &none()).map(|page| Some(page.into_bytes()));
    }
    if let Some(document) = named(path, "html/", ".html").and_then(|kind| input.dossier.document(kind)) {
        return page(input, document, remarks).map(Some);
    }
    if let Some(kind) = named(path, "markdown/", ".md") {
        let Some(document) = documents.iter().find(|document| document.kind == kind) else { return Ok(None) };
        let assets = Assets::of(input, std::iter::once(*document), false);
        return markdown::write(document, &assets).map(|text| Some(text.into_bytes()));
    }
    if path == binder_path(input.project) && input.project.has_binder() {
        return pdf::single(input, &Assets::of(input, documents.into_iter(), true), None).map(Some);
    }
    if let Some(document) = documents.iter().find(|document| pdf_path(document) == path) {
        let assets = Assets::of(input, std::iter::once(*document), true);
        return pdf::single(input, &assets, Some(document)).map(Some);
    }
    Ok(match path {
        "data.json" => Some(data::write(input.project)?),
        "contacts.vcf" => Some(cards::write(input.project, &input.loaded.words)),
        "sessions.ics" => Some(calendar::write(input.project, &input.loaded.words)),
        _ => html::static_file(input, path)
            .or_else(|| search::files(&documents, input.workshop).remove(path))
            .or_else(|| Assets::file(input, &input.dossier.all().collect::<Vec<_>>(), path)),
    })
}

/// The name in a path with a beginning and an ending.
fn named<'a>(path: &'a str, folder: &str, ending: &str) -> Option<&'a str> {
    path.strip_prefix(folder)?.strip_suffix(ending)
}

/// The page of a document, with what its author shall see.
fn page(input: &Input<'_>, document: &Document, remarks: &Remarks<'_>) -> Result<Vec<u8>> {
    let assets = Assets::of(input, std::iter::once(document), false);
    let mut findings = (remarks.about)(&document.kind);
    findings.extend(assets.findings());
    let margin = Margin::new(findings, remarks.write);
    html::single(input, &assets, document, &margin).map(String::into_bytes)
}
