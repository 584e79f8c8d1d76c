//! What changed between two editions, as a page and as a PDF of its own.

use super::assets::Assets;
use super::{Input, Rendered, Workshop, facts, pdf, pdf_path};
use crate::content::Shelf;
use crate::error::{Error, Result};
use crate::markdown::html::{self, Picture, Surroundings};
use crate::model::document::{Document, Dossier};
use crate::model::loaded::Loaded;
use crate::model::project::{Format, Project, Stage};
use crate::model::report::Report;
use crate::model::template::Words;
use crate::model::text::{Block, Target};
use crate::theme::Theme;
use serde_json::json;
use std::collections::BTreeMap;
use tera::{Context, Tera};

/// The template of the page.
const PAGE: &str = "internal/changes.html";
/// The kind of the document.
const KIND: &str = "what-changed";

/// What the page and the PDF are about, beside the text.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// The project, with the release that is the newer edition.
    pub project: &'a Project,
    /// The words of its language.
    pub loaded: &'a Loaded,
    /// The look.
    pub theme: &'a Theme,
}

/// The page, which needs no other file.
///
/// # Errors
/// If the template of the theme cannot be used.
pub fn page(title: &str, blocks: &[Block], about: &About<'_>) -> Result<String> {
    let failure = |error: &tera::Error| {
        Error::new(format!("the template cannot be used: {PAGE}"))
            .why(error.to_string())
            .help("mend the template in `theme/`, or remove it to use the built-in one")
    };
    let mut tera = Tera::new();
    let template = about.theme.text(PAGE).ok_or_else(|| Error::new(format!("there is no template {PAGE}")))?;
    tera.add_raw_templates(vec![(PAGE.to_owned(), template)]).map_err(|error| failure(&error))?;
    let dossier = dossier(title, blocks);
    let report = Report::default();
    let workshop = Workshop::default();
    let input = input(about, &dossier, &report, &[], &workshop);
    let alone = Alone { words: &about.loaded.words };
    let facts =
        facts::with(facts::with_words(&input), json!({ "title": title, "body": html::write(blocks, &[], &alone) }));
    let context = Context::from_serialize(&facts).map_err(|error| failure(&error))?;
    tera.render(PAGE, &context).map_err(|error| failure(&error))
}

/// The PDF.
///
/// # Errors
/// If the theme cannot be used.
pub fn print(title: &str, blocks: &[Block], about: &About<'_>) -> Result<Vec<u8>> {
    let dossier = dossier(title, blocks);
    let report = Report::default();
    let workshop = Workshop::default();
    let input = input(about, &dossier, &report, &[Format::Pdf], &workshop);
    let assets = Assets::new(&input);
    let mut rendered = Rendered::default();
    // It is made like a late document: by itself, without a binder.
    pdf::render_late(&input, &assets, &mut rendered)?;
    let path = dossier.all().next().map(pdf_path).unwrap_or_default();
    rendered.files.remove(&path).ok_or_else(|| Error::new("the PDF was not made"))?.into_bytes()
}

/// The document shows no file of a project.
static NO_FILES: BTreeMap<String, Vec<u8>> = BTreeMap::new();
/// It is one file.
static SHELF: Shelf = Shelf::new();

fn input<'a>(
    about: &About<'a>,
    dossier: &'a Dossier,
    report: &'a Report,
    formats: &'a [Format],
    workshop: &'a Workshop,
) -> Input<'a> {
    Input {
        loaded: about.loaded,
        project: about.project,
        theme: about.theme,
        dossier,
        report,
        files: &NO_FILES,
        with_pages: &|_| Ok(Dossier::default()),
        with_printed: &|dossier, _| Ok(dossier.clone()),
        formats,
        workshop,
        shelf: &SHELF,
        step: &|_| {},
    }
}

fn dossier(title: &str, blocks: &[Block]) -> Dossier {
    let document = Document {
        kind: KIND.to_owned(),
        number: String::new(),
        position: 1,
        title: title.to_owned(),
        summary: String::new(),
        audience: String::new(),
        group: String::new(),
        stage: Stage::Close,
        internal: false,
        derived: true,
        late: true,
        after_layout: false,
        blocks: blocks.to_vec(),
        footnotes: Vec::new(),
        fragments: Vec::new(),
        shown: Vec::new(),
        covers: Vec::new(),
    };
    Dossier { documents: vec![document.into()], ..Dossier::default() }
}

/// What surrounds the text of the page: nothing of the bundle.
struct Alone<'a> {
    words: &'a Words,
}

impl Surroundings for Alone<'_> {
    fn href(&self, _: &Target) -> Option<String> {
        None
    }

    fn picture(&self, _: &Target) -> Option<Picture> {
        None
    }

    fn word(&self, key: &str) -> &str {
        self.words.all().get(key).map_or("", String::as_str)
    }
}
