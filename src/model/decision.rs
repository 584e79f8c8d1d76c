//! Decision records: what a file of decisions says about itself.

use super::node::{Located, choice};
use super::value::Date;
use crate::source::{FileId, Span};

choice! {
    /// How far a decision is.
    pub enum DecisionStatus("a status of a decision") {
        /// put forward, not yet decided
        Proposed = "proposed",
        /// being written
        Draft = "draft",
        /// holds
        Accepted = "accepted",
        /// not taken
        Rejected = "rejected",
        /// no longer to be followed
        Deprecated = "deprecated",
        /// another one took its place
        Superseded = "superseded",
    }
}

/// One architecture decision record.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRecord {
    /// The file.
    pub file: FileId,
    /// Its number, from its name or its title.
    pub number: Option<u32>,
    /// Its title without the number.
    pub title: String,
    /// Where the title stands.
    pub place: Span,
    /// Its status, if it has one that is known.
    pub status: Option<Located<DecisionStatus>>,
    /// What stands in the place of the status but is none.
    pub odd_status: Option<Located<String>>,
    /// When it was decided.
    pub date: Option<Date>,
    /// The decision that took its place.
    pub superseded_by: Option<Located<Reference>>,
    /// The decisions whose place it takes.
    pub supersedes: Vec<Located<Reference>>,
}

/// How a decision record names another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// As it was written.
    pub written: String,
    /// The file of the record that is meant, if there is one.
    pub file: Option<FileId>,
}

impl DecisionRecord {
    /// The decision that took its place, if it is among `all`.
    #[must_use]
    pub fn successor<'a>(&self, all: &'a [Self]) -> Option<&'a Self> {
        let file = self.superseded_by.as_ref()?.value.file?;
        all.iter().find(|record| record.file == file)
    }
}
