//! What proves an item: looks for it in texts, in the project file and in records.
//!
//! Knows nothing about stages, waivers and what applies: the coverage decides what the result means.

mod data;
mod prose;
mod record;
mod signed;
pub(super) mod text;

use crate::check::view::View;
use crate::finding::Finding;
use crate::model::checklist::{ChecklistDocument, Evidence, Item};
use crate::model::report::Found;
use crate::source::Span;

/// What was found of an item.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Proof {
    /// What was found, and where.
    pub found: Vec<Found>,
    /// What is missing; nothing if the item is met.
    pub lacks: Vec<Lack>,
    /// Who looks after the place where it was found: the id of a contact.
    pub owner: Option<String>,
}

/// Something that an item needs and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What sort of thing it is.
    pub kind: LackKind,
    /// What is missing, as a sentence without a full stop.
    pub text: String,
    /// Where it would have to be added, if there is such a place.
    pub at: Option<Span>,
    /// What to do.
    pub help: Option<String>,
}

/// The sorts of things that may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LackKind {
    /// There is no section for it.
    Section,
    /// The section says too little.
    Words,
    /// A block, a field, a file or a record is missing.
    Proof,
    /// Another finding already says what is wrong.
    Told,
}

impl Lack {
    /// Something that is missing, without a place and without advice yet.
    #[must_use]
    pub fn new(kind: LackKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), at: None, help: None }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, span: Option<Span>) -> Self {
        self.at = span;
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Looks for the evidence of an item. `findings` are those of the reading and of the rules that look at
/// the project.
#[must_use]
pub fn find(view: &View<'_>, document: &ChecklistDocument, item: &Item, findings: &[Finding]) -> Proof {
    let mut proof = by_kind(view, document, item, findings);
    if item.evidence.value != Evidence::Data {
        proof.lacks.extend(item.rules.iter().filter_map(|rule| data::against(rule.as_str(), findings.iter())));
    }
    proof
}

fn by_kind(view: &View<'_>, document: &ChecklistDocument, item: &Item, findings: &[Finding]) -> Proof {
    match item.evidence.value {
        Evidence::Section | Evidence::Figure | Evidence::Code | Evidence::Table => text::section(view, document, item),
        Evidence::File => text::file(view, document, item),
        Evidence::Data if item.measured.as_ref().is_some_and(|flag| flag.0) => record::measured(view),
        Evidence::Data => data::fields(view, item, findings),
        Evidence::Held => record::held(view, item),
        Evidence::Gate => record::gate(view, item),
        Evidence::Attested => record::attested(view, item),
        Evidence::Signed => signed::find(view, item),
    }
}
