//! From documents to the files of the bundle: one file here per format.
//!
//! Knows nothing about where bundles go: what is finished is laid by.

mod assets;
mod attachments;
mod brand;
mod calendar;
mod cards;
mod colours;
mod data;
pub mod difference;
mod facts;
mod form;
mod html;
pub mod letter;
mod markdown;
mod pdf;
mod pictures;
mod remarks;
mod search;
pub mod single;
pub mod status;
mod svg;
mod workshop;
mod world;
mod zone;

pub use form::form;
pub use workshop::Workshop;

use crate::content::{Content, Shelf};
use crate::error::Result;
use crate::finding::Finding;
use crate::model::document::{Document, Dossier, Pages, Printed};
use crate::model::loaded::Loaded;
use crate::model::project::{Format, Project};
use crate::model::report::Report;
use crate::theme::Theme;
use assets::Assets;
use std::collections::BTreeMap;

/// What there is to render.
#[derive(Clone, Copy)]
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
    pub files: &'a BTreeMap<String, Vec<u8>>,
    /// Composes the documents that tell how many pages there are, when that is known.
    pub with_pages: &'a (dyn Fn(&Pages) -> Result<Dossier> + Sync),
    /// Composes the documents that tell about all other PDFs, when those were made.
    pub with_printed: &'a (dyn Fn(&Dossier, &[Printed]) -> Result<Dossier> + Sync),
    /// The formats that are wanted.
    pub formats: &'a [Format],
    /// What is at hand for all files.
    pub workshop: &'a Workshop,
    /// Where files wait that are finished.
    pub shelf: &'a Shelf,
    /// Is told of each file that is done; called from several threads.
    pub step: &'a (dyn Fn(&str) + Sync),
}

/// What was rendered.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The files, by path in the bundle.
    pub files: BTreeMap<String, Content>,
    /// How many pages the PDF of each kind of document has.
    pub pages: Pages,
    /// What the binder has to know about the PDF of each kind of document.
    layouts: BTreeMap<String, pdf::Layout>,
    /// The documents as they are in the end, now that all pages are counted and all PDFs made.
    pub settled: Option<Dossier>,
    /// How many pages the binder has, if there is one.
    pub binder_pages: Option<usize>,
    /// The layout of the sign-off form, with links where its fields come.
    pub form: Option<Content>,
    /// What could not be shown as it was written.
    pub findings: Vec<Finding>,
}

impl Rendered {
    /// Keeps files that were finished before, by path in the bundle.
    fn keep(&mut self, files: BTreeMap<String, Vec<u8>>) {
        self.files.extend(files.into_iter().map(|(path, bytes)| (path, bytes.into())));
    }
}

/// Renders one format into what was rendered before it.
type Renderer = fn(&Input<'_>, &Assets, &mut Rendered) -> Result<()>;

/// The formats, in the order in which they are rendered: the start page tells the sizes of the PDFs, and
/// some documents tell how many pages they have.
const FORMATS: [(Format, Renderer); 3] =
    [(Format::Pdf, pdf::render_late), (Format::Markdown, markdown::render), (Format::Html, html::render)];

/// Renders the documents that the client gets, in the formats that are wanted.
///
/// # Errors
/// If a template of the theme cannot be used.
pub fn render(input: &Input<'_>) -> Result<Rendered> {
    let assets = Assets::new(input);
    let mut rendered = Rendered { findings: assets.findings().to_vec(), ..Rendered::default() };
    let is_wanted = |format| input.formats.contains(&format);
    if is_wanted(Format::Pdf) {
        pdf::render(input, &assets, &mut rendered)?;
    }
    let settled = rendered.settled.take();
    let dossier = settled.as_ref().unwrap_or(input.dossier);
    if is_wanted(Format::Pdf) && input.project.has_binder() {
        // The binder keeps one core busy, and has to be there before what tells its hash.
        let bound = Input { dossier, ..*input };
        let early = || if is_wanted(Format::Html) { html::early(input, &assets) } else { Ok(BTreeMap::new()) };
        let (binder, pages) = input.workshop.both(|| pdf::bind(&bound, &assets, &mut rendered), early);
        binder?;
        rendered.files.extend(pages?);
    }
    let complete = (input.with_printed)(dossier, &printed(input.project, dossier, &rendered)?)?;
    let input = &Input { dossier: &complete, ..*input };
    for (_, renderer) in FORMATS.iter().filter(|(format, _)| input.formats.contains(format)) {
        renderer(input, &assets, &mut rendered)?;
    }
    rendered.keep(assets.into_files());
    rendered.files.insert("data.json".into(), data::write(input.project)?.into());
    rendered.files.insert("contacts.vcf".into(), cards::write(input.project, &input.loaded.words).into());
    rendered.files.insert("sessions.ics".into(), calendar::write(input.project, &input.loaded.words).into());
    rendered.settled = Some(complete);
    Ok(rendered)
}

/// The PDFs that were made so far, the binder first.
fn printed(project: &Project, dossier: &Dossier, rendered: &Rendered) -> Result<Vec<Printed>> {
    let one = |kind: Option<String>, path: String, pages: usize| {
        let content = rendered.files.get(&path)?;
        Some(content.sha256().map(|sha256| Printed { kind, path, pages, sha256: sha256.to_owned() }))
    };
    let binder = rendered.binder_pages.and_then(|pages| one(None, binder_path(project), pages));
    let single = |document: &Document| {
        one(Some(document.kind.clone()), pdf_path(document), *rendered.pages.get(&document.kind)?)
    };
    binder.into_iter().chain(dossier.delivered().filter_map(single)).collect()
}

/// How many steps [`render`] reports.
#[must_use]
pub fn steps(project: &Project, dossier: &Dossier, formats: &[Format]) -> usize {
    // Documents that tell how many pages there are are laid out twice.
    let documents = dossier.delivered().map(|document| 1 + usize::from(document.after_layout)).sum::<usize>();
    if formats.contains(&Format::Pdf) { documents + usize::from(project.has_binder()) } else { 0 }
}

/// The path of a document's PDF in the bundle.
fn pdf_path(document: &Document) -> String {
    format!("pdf/{}", document.pdf_name())
}

/// The path of the PDF with all documents in the bundle.
fn binder_path(project: &Project) -> String {
    format!("pdf/{}-{}.pdf", project.project.id, project.release.version)
}
