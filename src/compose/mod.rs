//! From what was read to documents: templates filled with the project's data, fragments placed in
//! them, references and links resolved.
//!
//! Knows no output format and touches no file.

mod anchors;
mod diagrams;
mod engine;
mod links;
pub mod message;
mod outline;
mod place;
mod references;
mod views;
mod words;

use crate::error::Result;
use crate::model::document::{Document, Dossier};
use crate::model::loaded::Loaded;
use crate::model::project::Project;
use crate::model::report::Report;
use crate::model::text::{Block, Footnote};
use engine::Engine;
use outline::Slot;

/// Composes all documents but those that are made from the report.
///
/// # Errors
/// If a template cannot be filled.
pub fn compose(loaded: &Loaded) -> Result<Dossier> {
    Composer::new(loaded)?.map_or_else(|| Ok(Dossier::default()), |composer| composer.compose())
}

/// What composes the documents of a project: made once, used before the check and after it.
pub struct Composer<'a> {
    loaded: &'a Loaded,
    project: &'a Project,
    slots: Vec<Slot<'a>>,
    engine: Engine<'a>,
}

impl<'a> Composer<'a> {
    /// Makes ready what all documents need; `None` if the project could not be read.
    ///
    /// # Errors
    /// If a template cannot be read.
    pub fn new(loaded: &'a Loaded) -> Result<Option<Self>> {
        let Some(project) = &loaded.project else { return Ok(None) };
        let slots = outline::slots(loaded, project);
        let engine = Engine::new(loaded, project, &slots)?;
        Ok(Some(Self { loaded, project, slots, engine }))
    }

    /// Composes all documents but those that are made from the report.
    ///
    /// # Errors
    /// If a template cannot be filled.
    pub fn compose(&self) -> Result<Dossier> {
        let Self { loaded, project, slots, engine } = self;
        let mut dossier = Dossier::default();
        let mut maps = anchors::Maps::default();
        for (index, slot) in slots.iter().enumerate() {
            let mut document = document(loaded, project, engine, slot, index + 1)?;
            if !slot.after_check {
                references::fill(&mut document, project, &mut dossier.unresolved);
            }
            diagrams::draw(&mut document, &loaded.sources, &mut dossier.undrawn);
            maps.number_headings(&mut document, loaded);
            dossier.documents.push(document);
        }
        links::resolve(&mut dossier, &maps, loaded);
        dossier.documents.iter_mut().for_each(|document| links::remember_files(document, loaded));
        Ok(dossier)
    }

    /// Composes the documents that are made from the report, in their places.
    ///
    /// # Errors
    /// If a template cannot be filled.
    pub fn finish(mut self, dossier: &mut Dossier, report: &Report) -> Result<()> {
        let loaded = self.loaded;
        self.engine.learn(dossier, report);
        let mut maps = anchors::Maps::default();
        for document in &dossier.documents {
            maps.learn(document);
        }
        for (index, slot) in self.slots.iter().enumerate().filter(|(_, slot)| slot.after_check) {
            let mut late = document(loaded, self.project, &self.engine, slot, index + 1)?;
            diagrams::draw(&mut late, &loaded.sources, &mut dossier.undrawn);
            maps.number_headings(&mut late, loaded);
            links::resolve_document(&mut late, &maps, loaded);
            if let Some(place) = dossier.documents.iter_mut().find(|document| document.kind == slot.kind) {
                *place = late;
            }
        }
        Ok(())
    }
}

/// One document, its headings not yet numbered and its links not yet resolved.
fn document(
    loaded: &Loaded,
    project: &Project,
    engine: &Engine<'_>,
    slot: &Slot<'_>,
    position: usize,
) -> Result<Document> {
    let template = slot.template;
    let fragments = place::sorted(loaded, slot);
    let (blocks, footnotes): (Vec<Block>, Vec<Footnote>) = if engine.can_fill(slot) {
        let skeleton = engine.fill(slot, &fragments)?;
        place::into(skeleton, &fragments)
    } else {
        (Vec::new(), Vec::new())
    };
    let title = place::title(&fragments).or_else(|| template.map(|template| template.front.title.to_string()));
    let text = |choose: fn(&crate::model::template::TemplateFront) -> String| {
        template.map(|t| choose(&t.front)).unwrap_or_default()
    };
    let audience = fragments.iter().find_map(|fragment| fragment.front.audience.as_ref().map(ToString::to_string));
    Ok(Document {
        kind: slot.kind.clone(),
        number: slot.number(project),
        position,
        title: title.unwrap_or_else(|| outline::title_of(&slot.kind)),
        summary: text(|front| front.summary.to_string()),
        audience: audience.unwrap_or_else(|| text(|front| front.audience.to_string())),
        group: slot.group.clone(),
        stage: slot.stage,
        internal: slot.internal,
        blocks,
        footnotes,
        fragments: fragments.iter().map(|fragment| fragment.file).collect(),
        shown: Vec::new(),
        covers: fragments.iter().flat_map(|f| &f.front.covers).map(|item| (item.to_string(), item.span)).collect(),
    })
}
