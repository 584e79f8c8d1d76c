//! From documents to the files of the bundle: one file here per format.
//!
//! Everything is made in memory. Knows nothing about where bundles go.

mod assets;
mod brand;
mod calendar;
mod cards;
mod facts;
mod form;
mod html;
pub mod letter;
mod markdown;
mod pdf;
mod pictures;
mod search;
pub mod status;
mod svg;
mod world;

pub use form::form;

use crate::error::Result;
use crate::finding::Finding;
use crate::model::document::Dossier;
use crate::model::loaded::Loaded;
use crate::model::project::{Format, Project};
use crate::model::report::Report;
use crate::theme::Theme;
use assets::Assets;
use std::collections::BTreeMap;

/// What there is to render.
pub struct Input<'a> {
    /// What was read.
    pub loaded: &'a Loaded,
    /// The project.
    pub project: &'a Project,
    /// The templates.
    pub theme: &'a Theme,
    /// The documents.
    pub dossier: &'a Dossier,
    /// The result of the check.
    pub report: &'a Report,
    /// The files that documents link to or show, by path from the project's root.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The formats that are wanted.
    pub formats: &'a [Format],
    /// Is told of each file that is done; called from several threads.
    pub step: &'a (dyn Fn(&str) + Sync),
}

/// What was rendered.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The files, by path in the bundle.
    pub files: BTreeMap<String, Vec<u8>>,
    /// How many pages the PDF of each kind of document has.
    pub pages: BTreeMap<String, usize>,
    /// How many pages the binder has.
    pub binder_pages: Option<usize>,
    /// What could not be shown as it was written.
    pub findings: Vec<Finding>,
}

/// Renders one format into what was rendered before it.
type Renderer = fn(&Input<'_>, &Assets, &mut Rendered) -> Result<()>;

/// The formats, in the order in which they are rendered: the start page tells the sizes of the PDFs.
const FORMATS: [(Format, Renderer); 3] =
    [(Format::Pdf, pdf::render), (Format::Markdown, markdown::render), (Format::Html, html::render)];

/// Renders the documents that the client gets, in the formats that are wanted.
///
/// # Errors
/// If a template of the theme cannot be used.
pub fn render(input: &Input<'_>) -> Result<Rendered> {
    let assets = Assets::new(input);
    let mut rendered = Rendered { findings: assets.findings().to_vec(), ..Rendered::default() };
    for (_, renderer) in FORMATS.iter().filter(|(format, _)| input.formats.contains(format)) {
        renderer(input, &assets, &mut rendered)?;
    }
    rendered.files.extend(assets.into_files());
    rendered.files.insert("contacts.vcf".into(), cards::write(input.project));
    rendered.files.insert("sessions.ics".into(), calendar::write(input.project, &input.loaded.words));
    Ok(rendered)
}

/// How many steps [`render`] reports.
#[must_use]
pub fn steps(dossier: &Dossier, formats: &[Format]) -> usize {
    let documents = dossier.delivered().count();
    if formats.contains(&Format::Pdf) { documents + 1 } else { 0 }
}

/// The path of a document's PDF in the bundle.
fn pdf_path(document: &crate::model::document::Document) -> String {
    format!("pdf/{}", document.pdf_name())
}

/// The path of the PDF with all documents in the bundle.
fn binder_path(project: &Project) -> String {
    format!("pdf/{}-{}.pdf", project.project.id, project.release.version)
}
