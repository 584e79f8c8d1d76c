//! The result of a check: findings, coverage, verdict.

use super::checklist::Evidence as EvidenceKind;
use super::project::Stage;
use crate::finding::{Finding, Level};
use crate::source::{FileId, Span};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a check says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// What the rules saw, sorted by path and place.
    pub findings: Vec<Finding>,
    /// What of the checklist is there; `None` if the project could not be read far enough to tell.
    pub coverage: Option<Coverage>,
    /// What the findings were limited to, in words: then they alone decide whether the check is passed.
    pub limits: Vec<String>,
    /// The newest review of each document by each person, and whether it still holds.
    pub reviews: Vec<Reviewed>,
}

/// A review, and whether it still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reviewed {
    /// The document, by kind.
    pub document: String,
    /// Who reviewed it: the id of a contact.
    pub by: String,
    /// When.
    pub date: String,
    /// Whether it still holds.
    pub state: ReviewState,
}

/// Whether a review still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewState {
    /// It is about what the document says.
    Holds,
    /// It is, but it was given long before the release.
    Old,
    /// The document says something else now.
    Changed,
    /// There is no such document any more.
    Gone,
}

/// What of a checklist is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The title of the checklist.
    pub checklist: String,
    /// The stage whose items were judged.
    pub stage: Stage,
    /// Every item, in the order of the checklist.
    pub items: Vec<ItemCoverage>,
}

/// Whether an item is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its evidence was found.
    Met,
    /// Some of its evidence was found.
    Partial,
    /// Nothing was found.
    Missing,
    /// It is let pass, with a reason and for a time.
    Waived,
    /// It does not apply to this project.
    NotApplicable,
    /// Nothing was found, and it is not due yet.
    NotDue,
}

impl State {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Met, Self::Partial, Self::Missing, Self::Waived, Self::NotApplicable, Self::NotDue];

    /// The word in reports and class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Partial => "partial",
            Self::Missing => "missing",
            Self::Waived => "waived",
            Self::NotApplicable => "not-applicable",
            Self::NotDue => "not-due",
        }
    }

    /// Whether it keeps the delivery from being complete.
    #[must_use]
    pub fn blocks(self) -> bool {
        matches!(self, Self::Partial | Self::Missing)
    }
}

/// An item and what was found of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemCoverage {
    /// The item.
    pub id: String,
    /// What must be there.
    pub title: String,
    /// The group, by id and title.
    pub group: (String, String),
    /// The kind of the document.
    pub document: String,
    /// Whether the document is never part of the client's bundle.
    pub internal: bool,
    /// What would prove it.
    pub evidence_kind: EvidenceKind,
    /// The stage by whose start it is due.
    pub due: Stage,
    /// Who looks after it, if that is known: the id of a contact.
    pub owner: Option<String>,
    /// The result.
    pub state: State,
    /// Where it was found met.
    pub evidence: Vec<Found>,
    /// What is missing, and for `waived` and `not applicable` the reason.
    pub remarks: Vec<String>,
}

/// Where an item was found met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What was found, in words.
    pub what: String,
    /// Where.
    pub span: Option<Span>,
}

/// Why an item is in its state, and what would change that.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The item with its state, evidence and remarks.
    pub item: ItemCoverage,
    /// What would prove it, each a sentence without a full stop; all of them are needed.
    pub asked: Vec<String>,
    /// The parts of the document that are about it, with what each lacks.
    pub considered: Vec<Considered>,
    /// What would change the state, most likely first.
    pub changes: Vec<String>,
}

/// A part of a document that was looked at for an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered {
    /// The part.
    pub part: Found,
    /// Why it is thought to be about the item.
    pub because: String,
    /// What it lacks; nothing if it proves the item.
    pub lacks: Vec<String>,
}

/// How many items are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Met.
    pub met: usize,
    /// Partly met.
    pub partial: usize,
    /// Missing.
    pub missing: usize,
    /// Let pass.
    pub waived: usize,
    /// Not applicable.
    pub not_applicable: usize,
    /// Not due yet.
    pub not_due: usize,
}

impl Tally {
    /// Counts the items of a selection.
    pub fn of<'a>(items: impl IntoIterator<Item = &'a ItemCoverage>) -> Self {
        let mut tally = Self::default();
        for item in items {
            *tally.slot(item.state) += 1;
        }
        tally
    }

    fn slot(&mut self, state: State) -> &mut usize {
        match state {
            State::Met => &mut self.met,
            State::Partial => &mut self.partial,
            State::Missing => &mut self.missing,
            State::Waived => &mut self.waived,
            State::NotApplicable => &mut self.not_applicable,
            State::NotDue => &mut self.not_due,
        }
    }

    /// The items of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            met: self.met + other.met,
            partial: self.partial + other.partial,
            missing: self.missing + other.missing,
            waived: self.waived + other.waived,
            not_applicable: self.not_applicable + other.not_applicable,
            not_due: self.not_due + other.not_due,
        }
    }

    /// Items that count now: all but those that do not apply and those that are not due.
    #[must_use]
    pub fn due(&self) -> usize {
        self.met + self.partial + self.missing + self.waived
    }

    /// Share of the items that count now which are met or waived, in whole percent, rounded down: 100
    /// means that nothing is missing.
    #[must_use]
    pub fn percent(&self) -> usize {
        (self.met + self.waived) * 100 / self.due().max(1)
    }
}

/// Items that have something in common, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What they have in common: the id of a document, group or contact; empty for the items of nobody.
    pub id: String,
    /// How many of them are in each state.
    pub tally: Tally,
    /// Share of what is due that is met or waived, in whole percent, rounded down.
    pub percent: usize,
}

impl Coverage {
    /// How many items are in each state.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally::of(&self.items)
    }

    /// The items by what `name` says of each, in the order of the checklist.
    pub fn by<'a>(&'a self, name: impl Fn(&'a ItemCoverage) -> &'a str) -> Vec<Part> {
        let mut ids: Vec<&str> = Vec::new();
        let mut items: BTreeMap<&str, Vec<&ItemCoverage>> = BTreeMap::new();
        for item in &self.items {
            let id = name(item);
            if !items.contains_key(id) {
                ids.push(id);
            }
            items.entry(id).or_default().push(item);
        }
        let part = |id: &str| {
            let tally = Tally::of(items.get(id).into_iter().flatten().copied());
            Part { id: id.to_owned(), tally, percent: tally.percent() }
        };
        ids.into_iter().map(part).collect()
    }

    /// The items of each document.
    #[must_use]
    pub fn by_document(&self) -> Vec<Part> {
        self.by(|item| &item.document)
    }

    /// The items of each group.
    #[must_use]
    pub fn by_group(&self) -> Vec<Part> {
        self.by(|item| &item.group.0)
    }

    /// The items that each person looks after, by id; those of nobody come last.
    #[must_use]
    pub fn by_owner(&self) -> Vec<Part> {
        let mut parts = self.by(|item| item.owner.as_deref().unwrap_or_default());
        parts.sort_by(|one, other| (one.id.is_empty(), &one.id).cmp(&(other.id.is_empty(), &other.id)));
        parts
    }

    /// Whether everything that is due is met or waived.
    #[must_use]
    pub fn complete(&self) -> bool {
        !self.items.iter().any(|item| item.state.blocks())
    }
}

impl Report {
    /// How many findings have a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// The report as the client may see it: without the items of internal documents, and without
    /// findings about them or their `files`.
    #[must_use]
    pub fn without_internal(&self, files: &BTreeSet<FileId>) -> Self {
        let mut report = self.clone();
        let items = self.coverage.iter().flat_map(|coverage| &coverage.items);
        let internal: BTreeSet<&str> = items.filter(|item| item.internal).map(|item| item.id.as_str()).collect();
        report.findings.retain(|finding| {
            let about_item = finding.item.as_deref().is_some_and(|item| internal.contains(item));
            let in_file = finding.labels.iter().any(|label| files.contains(&label.span.file));
            !about_item && !in_file
        });
        if let Some(coverage) = &mut report.coverage {
            let internal: BTreeSet<&str> =
                coverage.items.iter().filter(|item| item.internal).map(|item| item.document.as_str()).collect();
            report.reviews.retain(|review| !internal.contains(review.document.as_str()));
            coverage.items.retain(|item| !item.internal);
        }
        report
    }

    /// Whether nothing blocks: no error, and everything due is there. Where the findings were limited, what
    /// is missing blocks only if it is among them; what no checklist judges has nothing due.
    #[must_use]
    pub fn passes(&self) -> bool {
        let complete = |coverage: &Coverage| !self.limits.is_empty() || coverage.complete();
        self.count(Level::Error) == 0 && self.coverage.as_ref().is_none_or(complete)
    }
}
