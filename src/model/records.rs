//! Records: what happened, one small file each under `records/`, never rewritten.

use super::node::{Located, choice, record};
use super::project::{SessionKind, Stage};
use super::value::{ContactRef, Date, Id, ItemRef, Text, Url};
use crate::source::{FileId, Span};

choice! {
    /// What a gate decided.
    pub enum Decision("a decision") {
        /// the next stage may begin
        Go = "go",
        /// it may not
        NoGo = "no-go",
    }
}

record! {
    /// A dated statement by a named person (`records/statements/*.yaml`).
    pub struct Statement {
        /// The checklist items that it attests.
        items: Vec<Located<ItemRef>>,
        /// What is stated.
        statement: Located<Text>,
        /// By whom.
        by: Located<ContactRef>,
        /// When.
        date: Located<Date>,
        /// Where it can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A session that was held (`records/sessions/*.yaml`).
    pub struct SessionHeld {
        /// The planned session, by its id.
        session: Located<Id>,
        /// Its kind.
        kind: Located<SessionKind>,
        /// When it was held.
        date: Located<Date>,
        /// Who was there.
        attendees: Vec<Located<ContactRef>>,
        /// What came out of it.
        outcome: Located<Text>,
        /// Questions that stayed open.
        open_questions: Vec<Located<Text>>,
    }
}

record! {
    /// A decision at the end of a stage (`records/gates/*.yaml`).
    pub struct GateDecision {
        /// The stage that ended.
        stage: Located<Stage>,
        /// What was decided.
        decision: Located<Decision>,
        /// By whom.
        by: Located<ContactRef>,
        /// When.
        date: Located<Date>,
        /// Why.
        reasons: Vec<Located<Text>>,
    }
}

/// All records of a project, each kind sorted by the name of its file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Records {
    /// Statements.
    pub statements: Vec<Statement>,
    /// Sessions that were held.
    pub sessions: Vec<SessionHeld>,
    /// Decisions at gates.
    pub gates: Vec<GateDecision>,
}

impl Records {
    /// The statement that attests an item.
    pub fn attesting<'a>(&'a self, item: &'a str) -> impl Iterator<Item = &'a Statement> {
        self.statements.iter().filter(move |statement| statement.items.iter().any(|id| id.as_str() == item))
    }

    /// The files that the records stand in.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        let stated = self.statements.iter().map(|record| record.span.file);
        let held = self.sessions.iter().map(|record| record.span.file);
        stated.chain(held).chain(self.gates.iter().map(|record| record.span.file))
    }

    /// Where each reference to a contact stands: the reference and its place.
    pub fn people(&self) -> impl Iterator<Item = (&str, Span)> {
        let by = self.statements.iter().map(|record| &record.by);
        let decided = self.gates.iter().map(|record| &record.by);
        let attended = self.sessions.iter().flat_map(|record| record.attendees.iter());
        by.chain(decided).chain(attended).map(|person| (person.as_str(), person.span))
    }
}
