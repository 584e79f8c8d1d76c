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
pub mod references;
mod register;
mod views;
mod words;

use crate::error::Result;
use crate::model::document::{Document, Dossier, Pages, Printed, Undrawn, Unresolved};
use crate::model::fragment::Fragment;
use crate::model::loaded::Loaded;
use crate::model::project::Project;
use crate::model::report::Report;
use crate::model::template::Template;
use crate::model::text::{Block, Footnote};
use crate::parallel;
use engine::Engine;
pub use engine::Templates;
use outline::Slot;
use serde_json::Value;
use std::sync::Arc;

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
    /// What references in the prose lead to.
    data: Value,
}

/// A document that has no links yet, and what is wrong with it.
struct Begun {
    document: Document,
    /// What links in any document can lead to in this one.
    maps: anchors::Maps,
    unresolved: Vec<Unresolved>,
    undrawn: Vec<Undrawn>,
}

impl<'a> Composer<'a> {
    /// Makes ready what all documents need; `None` if the project could not be read.
    ///
    /// # Errors
    /// If a template cannot be read.
    pub fn new(loaded: &'a Loaded) -> Result<Option<Self>> {
        Self::with(loaded, None)
    }

    /// The same with templates that were read before, if they were.
    ///
    /// # Errors
    /// As [`Composer::new`].
    pub fn with(loaded: &'a Loaded, templates: Option<&Templates>) -> Result<Option<Self>> {
        let Some(project) = &loaded.project else { return Ok(None) };
        let slots = outline::slots(loaded, project);
        let templates = templates.cloned().map_or_else(|| Templates::new(loaded, project, &slots), Ok)?;
        let engine = Engine::new(loaded, project, &slots, templates)?;
        Ok(Some(Self { loaded, project, slots, engine, data: references::data(project) }))
    }

    /// The templates, for another composer of the same project.
    #[must_use]
    pub fn templates(&self) -> Templates {
        self.engine.templates()
    }

    /// Composes all documents but those that are made from the report.
    ///
    /// # Errors
    /// If a template cannot be filled.
    pub fn compose(&self) -> Result<Dossier> {
        let Self { loaded, slots, .. } = self;
        let is_large = loaded.is_large();
        let begin = |(index, slot): (usize, &Slot<'_>)| self.begin(slot, index + 1);
        let begun = parallel::each(is_large, slots.iter().enumerate().collect::<Vec<_>>(), begin);
        let mut dossier = Dossier::default();
        let mut maps = anchors::Maps::default();
        for begun in begun {
            let Begun { document, maps: more, unresolved, undrawn } = begun?;
            dossier.unresolved.extend(unresolved);
            dossier.undrawn.extend(undrawn);
            maps.extend(more);
            dossier.documents.push(document.into());
        }
        let resolve = |document: &mut Arc<Document>| {
            let document = Arc::make_mut(document);
            links::resolve_document(document, &maps, loaded);
            links::remember_files(document, loaded);
        };
        parallel::each(is_large, &mut dossier.documents, resolve);
        Ok(dossier)
    }

    /// A document with its data filled in, its diagrams drawn, and numbered.
    fn begin(&self, slot: &Slot<'_>, position: usize) -> Result<Begun> {
        let Self { loaded, project, engine, data, .. } = self;
        let (mut unresolved, mut undrawn) = (Vec::new(), Vec::new());
        let mut document = document(loaded, project, engine, slot, position)?;
        if !slot.after_check {
            references::fill(&mut document, data, &loaded.words, &mut unresolved);
        }
        diagrams::draw(&mut document, &loaded.sources, &mut undrawn);
        let mut maps = anchors::Maps::default();
        maps.number(&mut document, loaded);
        Ok(Begun { document, maps, unresolved, undrawn })
    }

    /// Whether a document that is made from the report has a template that is not built in.
    #[must_use]
    pub fn finishes_own(&self) -> bool {
        let is_own = |template: &Template| !self.loaded.is_built_in(template.file);
        self.slots.iter().filter(|slot| slot.after_check).filter_map(|slot| slot.template).any(is_own)
    }

    /// Composes the documents that are made from the report, in their places.
    ///
    /// # Errors
    /// If a template cannot be filled.
    pub fn finish(&self, dossier: &mut Dossier, report: &Report) -> Result<()> {
        let engine = self.engine.with_report(dossier, report, &Pages::new());
        self.anew(dossier, &engine, |slot| slot.after_check)
    }

    /// Composes the documents that tell how many pages there are, in their places, from what is known of that.
    ///
    /// # Errors
    /// If a template cannot be filled.
    pub fn settle(&self, dossier: &mut Dossier, report: &Report, pages: &Pages) -> Result<()> {
        let engine = self.engine.with_report(dossier, report, pages);
        self.anew(dossier, &engine, |slot| slot.after_layout)
    }

    /// Composes the documents that tell about all other PDFs, in their places, now that those are there.
    ///
    /// # Errors
    /// If a template cannot be filled.
    pub fn register(&self, dossier: &mut Dossier, printed: &[Printed]) -> Result<()> {
        let engine = self.engine.with_printed(dossier, printed)?;
        self.anew(dossier, &engine, |slot| slot.late)
    }

    /// Composes some documents again, in their places, when more is known than before.
    fn anew(&self, dossier: &mut Dossier, engine: &Engine<'_>, wanted: fn(&Slot<'_>) -> bool) -> Result<()> {
        let Self { loaded, project, slots, data, .. } = self;
        if !slots.iter().any(wanted) {
            return Ok(());
        }
        let mut maps = anchors::Maps::default();
        for document in &dossier.documents {
            maps.learn(document, loaded);
        }
        for (index, slot) in slots.iter().enumerate().filter(|(_, slot)| wanted(slot)) {
            let mut late = document(loaded, project, engine, slot, index + 1)?;
            // What cannot be filled in was told when the document was composed first.
            references::fill(&mut late, data, &loaded.words, &mut Vec::new());
            diagrams::draw(&mut late, &loaded.sources, &mut dossier.undrawn);
            maps.number(&mut late, loaded);
            links::resolve_document(&mut late, &maps, loaded);
            links::remember_files(&mut late, loaded);
            if let Some(place) = dossier.documents.iter_mut().find(|document| document.kind == slot.kind) {
                *place = late.into();
            }
        }
        Ok(())
    }
}

/// The title of a document: what its fragments call it, else its template, else its kind in words.
fn title(slot: &Slot<'_>, fragments: &[&Fragment]) -> String {
    place::title(fragments)
        .or_else(|| slot.template.map(|template| template.front.title.to_string()))
        .unwrap_or_else(|| outline::title_of(&slot.kind))
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
    let text = |choose: fn(&crate::model::template::TemplateFront) -> String| {
        template.map(|t| choose(&t.front)).unwrap_or_default()
    };
    let audience = fragments.iter().find_map(|fragment| fragment.front.audience.as_ref().map(ToString::to_string));
    Ok(Document {
        kind: slot.kind.clone(),
        number: slot.number(project),
        position,
        title: title(slot, &fragments),
        summary: text(|front| front.summary.to_string()),
        audience: audience.unwrap_or_else(|| text(|front| front.audience.to_string())),
        group: slot.group.clone(),
        stage: slot.stage,
        internal: slot.internal,
        derived: slot.after_check || slot.late,
        late: slot.late,
        after_layout: slot.after_layout,
        blocks,
        footnotes,
        fragments: fragments.iter().map(|fragment| fragment.file).collect(),
        shown: Vec::new(),
        covers: fragments.iter().flat_map(|f| &f.front.covers).map(|item| (item.to_string(), item.span)).collect(),
    })
}
