//! Records: what happened, one small file each under `records/`, never rewritten.
//!
//! A new kind is a declaration here, a line in [`Records`] and one in [`KINDS`].

use super::measure::{Digest, Moment, Quantity};
use super::node::{FromNode, Located, Node, RecordShape, choice, record};
use super::project::{Audience, SessionKind, Stage};
use super::value::{ContactRef, Date, Id, ItemRef, Text, Url};
use crate::finding::Finding;
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

choice! {
    /// What the criteria of a gate say.
    pub enum Verdict("a verdict") {
        /// everything that was asked for is there
        Go = "go",
        /// something forbids going on
        NoGo = "no-go",
        /// something is not known, or is for people to judge
        Undecided = "undecided",
    }
}

choice! {
    /// What somebody who read a document thinks of it.
    pub enum Opinion("an opinion") {
        /// it is right as it stands
        Approved = "approved",
        /// something has to change first
        ChangesWanted = "changes-wanted",
    }
}

choice! {
    /// How far an issue is.
    pub enum IssueState("a state of an issue") {
        /// it is being worked on
        Open = "open",
        /// its effects are contained, the cause remains
        Mitigated = "mitigated",
        /// it is over
        Resolved = "resolved",
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
        /// Where it can be seen, such as a recording.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
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
        /// What the criteria said when it was decided.
        verdict: Option<Located<Verdict>>,
        /// Why it was decided to go on although the criteria said no.
        overruled: Option<Located<Text>>,
        /// Why.
        reasons: Vec<Located<Text>>,
        /// Where it can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A person's review of a document (`records/reviews/*.yaml`).
    pub struct Review {
        /// The document, by its kind.
        document: Located<Id>,
        /// By whom.
        by: Located<ContactRef>,
        /// When.
        date: Located<Date>,
        /// What they think of it.
        opinion: Located<Opinion>,
        /// The fingerprint of the composed content that was read.
        content: Located<Digest>,
        /// What is to be changed, or was remarked.
        remarks: Vec<Located<Text>>,
    }
}

record! {
    /// A message that was sent (`records/messages/*.yaml`).
    pub struct MessageSent {
        /// The message, by its id.
        message: Located<Id>,
        /// By whom.
        by: Located<ContactRef>,
        /// When.
        date: Located<Date>,
        /// Who it was for.
        audiences: Vec<Located<Audience>>,
        /// To whom it went.
        to: Vec<Located<Text>>,
        /// Its subject.
        subject: Option<Located<Text>>,
        /// The issue that it was about.
        issue: Option<Located<Id>>,
        /// The fingerprint of its text.
        content: Option<Located<Digest>>,
        /// Where it can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A value that was measured (`records/metrics/*.yaml`).
    pub struct Measurement {
        /// The metric, by its id under `rollout.metrics` or `metrics`.
        metric: Located<Id>,
        /// What was measured.
        value: Located<Quantity>,
        /// When: the last day that the value is about.
        date: Located<Date>,
        /// The stage that it was measured in; that of the date if absent.
        stage: Option<Located<Stage>>,
        /// By whom.
        by: Option<Located<ContactRef>>,
        /// How and where it was measured.
        source: Option<Located<Text>>,
        /// Where it can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A report about an issue in production (`records/issues/*.yaml`). Later reports about the same
    /// issue say only what is new.
    pub struct IssueReport {
        /// Names the issue, the same in every report about it.
        issue: Located<Id>,
        /// When it was written.
        date: Located<Date>,
        /// By whom.
        by: Located<ContactRef>,
        /// How far it is.
        state: Located<IssueState>,
        /// What it is, without jargon; the first report needs it.
        summary: Option<Located<Text>>,
        /// How severe it is, by the id of a severity; the first report needs it.
        severity: Option<Located<Id>>,
        /// Who and what is affected.
        affected: Option<Located<Text>>,
        /// What they notice.
        impact: Option<Located<Text>>,
        /// When it was identified.
        identified: Option<Located<Moment>>,
        /// When it is expected to be over.
        expected: Option<Located<Moment>>,
        /// When the next update comes.
        next_update: Option<Located<Moment>>,
        /// What is being done.
        actions: Vec<Located<Text>>,
        /// How to work in the meantime.
        workaround: Option<Located<Text>>,
        /// When it was over.
        resolved: Option<Located<Moment>>,
        /// What was fixed, and how.
        fix: Option<Located<Text>>,
        /// How many users were affected.
        users: Option<Located<Text>>,
        /// What happened to data.
        data: Option<Located<Text>>,
        /// What keeps it from happening again.
        prevention: Vec<Located<Text>>,
        /// How it was verified that it is over.
        verification: Option<Located<Text>>,
        /// Where it is tracked.
        link: Option<Located<Url>>,
    }
}

impl IssueReport {
    /// What is known after a later report about the same issue.
    #[must_use]
    pub fn updated(mut self, later: &Self) -> Self {
        macro_rules! take {
            ($($field:ident),*) => {$(
                if later.$field.is_some() { self.$field.clone_from(&later.$field); }
            )*};
        }
        take!(summary, severity, affected, impact, identified, expected, next_update, workaround);
        take!(resolved, fix, users, data, verification, link);
        (self.date, self.state) = (later.date, later.state);
        self.by.clone_from(&later.by);
        if !later.actions.is_empty() {
            self.actions.clone_from(&later.actions);
        }
        self.prevention.extend(later.prevention.iter().cloned());
        self
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
    /// Reviews of documents.
    pub reviews: Vec<Review>,
    /// Messages that were sent.
    pub messages: Vec<MessageSent>,
    /// Measured values.
    pub metrics: Vec<Measurement>,
    /// Reports about issues.
    pub issues: Vec<IssueReport>,
}

/// A kind of record.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its folder below `records/`.
    pub folder: &'static str,
    /// What it holds.
    pub shape: fn() -> RecordShape,
    /// Keys that need not be there but are asked for on a terminal.
    pub asked: &'static [&'static str],
    /// The keys that name its file.
    pub named_by: &'static [&'static str],
    /// Reads one and adds it.
    pub read: fn(&Node, &mut Vec<Finding>, &mut Records),
}

/// Reads a record of a type into its list.
macro_rules! reader {
    ($type:ident, $list:ident) => {
        |node, findings, records| records.$list.extend($type::from_node(node, findings))
    };
}

/// All kinds of records, by name.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "gate",
        folder: "gates",
        shape: GateDecision::record_shape,
        asked: &["reasons"],
        named_by: &["stage", "decision"],
        read: reader!(GateDecision, gates),
    },
    Kind {
        name: "issue",
        folder: "issues",
        shape: IssueReport::record_shape,
        asked: &["summary", "severity", "affected", "impact", "actions"],
        named_by: &["issue", "state"],
        read: reader!(IssueReport, issues),
    },
    Kind {
        name: "message",
        folder: "messages",
        shape: MessageSent::record_shape,
        asked: &["audiences", "to"],
        named_by: &["message"],
        read: reader!(MessageSent, messages),
    },
    Kind {
        name: "metric",
        folder: "metrics",
        shape: Measurement::record_shape,
        asked: &["source"],
        named_by: &["metric"],
        read: reader!(Measurement, metrics),
    },
    Kind {
        name: "review",
        folder: "reviews",
        shape: Review::record_shape,
        asked: &["remarks"],
        named_by: &["document", "by"],
        read: reader!(Review, reviews),
    },
    Kind {
        name: "session",
        folder: "sessions",
        shape: SessionHeld::record_shape,
        asked: &["attendees", "open_questions"],
        named_by: &["session"],
        read: reader!(SessionHeld, sessions),
    },
    Kind {
        name: "statement",
        folder: "statements",
        shape: Statement::record_shape,
        asked: &["items"],
        named_by: &["items"],
        read: reader!(Statement, statements),
    },
];

impl Records {
    /// The statement that attests an item.
    pub fn attesting<'a>(&'a self, item: &'a str) -> impl Iterator<Item = &'a Statement> {
        self.statements.iter().filter(move |statement| statement.items.iter().any(|id| id.as_str() == item))
    }

    /// The records of a message, the first one sent first.
    #[must_use]
    pub fn sent(&self, message: &str) -> Vec<&MessageSent> {
        let mut sent: Vec<_> = self.messages.iter().filter(|record| record.message.as_str() == message).collect();
        sent.sort_by_key(|record| record.date.value);
        sent
    }

    /// The last decision at the end of a stage.
    #[must_use]
    pub fn decided(&self, stage: &str) -> Option<&GateDecision> {
        let gates = self.gates.iter().filter(|gate| gate.stage.as_str() == stage);
        gates.enumerate().max_by_key(|(index, gate)| (gate.date.value, *index)).map(|(_, gate)| gate)
    }

    /// The values of a metric, the oldest first.
    #[must_use]
    pub fn measured(&self, metric: &str) -> Vec<&Measurement> {
        let mut measured: Vec<_> = self.metrics.iter().filter(|record| record.metric.as_str() == metric).collect();
        measured.sort_by_key(|record| record.date.value);
        measured
    }

    /// What is known about each issue up to a day, in the order of their ids.
    #[must_use]
    pub fn issues_until(&self, day: jiff::civil::Date) -> Vec<IssueReport> {
        let mut reports: Vec<_> = self.issues.iter().filter(|report| report.date.0 <= day).collect();
        reports.sort_by_key(|report| (report.issue.as_str(), report.date.value));
        let of_one = reports.chunk_by(|a, b| a.issue.value == b.issue.value);
        of_one
            .filter_map(|reports| {
                reports.iter().map(|report| (*report).clone()).reduce(|all, later| all.updated(&later))
            })
            .collect()
    }

    /// The files that the records stand in.
    pub fn own_files(&self) -> impl Iterator<Item = FileId> {
        let stated = self.statements.iter().map(|record| record.span.file);
        let held = self.sessions.iter().map(|record| record.span.file);
        let decided = self.gates.iter().map(|record| record.span.file);
        let reviewed = self.reviews.iter().map(|record| record.span.file);
        let sent = self.messages.iter().map(|record| record.span.file);
        let measured = self.metrics.iter().map(|record| record.span.file);
        let reported = self.issues.iter().map(|record| record.span.file);
        stated.chain(held).chain(decided).chain(reviewed).chain(sent).chain(measured).chain(reported)
    }

    /// Where each reference to a contact stands: the reference and its place.
    pub fn people(&self) -> impl Iterator<Item = (&str, Span)> {
        let stated = self.statements.iter().map(|record| &record.by);
        let decided = self.gates.iter().map(|record| &record.by);
        let attended = self.sessions.iter().flat_map(|record| record.attendees.iter());
        let reviewed = self.reviews.iter().map(|record| &record.by);
        let sent = self.messages.iter().map(|record| &record.by);
        let measured = self.metrics.iter().filter_map(|record| record.by.as_ref());
        let reported = self.issues.iter().map(|record| &record.by);
        let all = stated.chain(decided).chain(attended).chain(reviewed).chain(sent).chain(measured).chain(reported);
        all.map(|person| (person.as_str(), person.span))
    }

    /// The files that records name as what shows them.
    pub fn files(&self) -> impl Iterator<Item = &Located<Text>> {
        let stated = self.statements.iter().filter_map(|record| record.file.as_ref());
        let held = self.sessions.iter().filter_map(|record| record.file.as_ref());
        let decided = self.gates.iter().filter_map(|record| record.file.as_ref());
        let sent = self.messages.iter().filter_map(|record| record.file.as_ref());
        let measured = self.metrics.iter().filter_map(|record| record.file.as_ref());
        stated.chain(held).chain(decided).chain(sent).chain(measured)
    }
}

/// The kind of record of a name.
#[must_use]
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::node::{Key, Value};
    use crate::source::Sources;

    fn node(fields: &[(&str, &str)]) -> Node {
        let span = Span::start_of(Sources::default().add("records/a.yaml", ""));
        let entry = |(key, value): &(&str, &str)| {
            let value = Node { value: Value::Text((*value).to_owned()), span };
            (Key { name: (*key).to_owned(), span }, value)
        };
        Node { value: Value::Map(fields.iter().map(entry).collect()), span }
    }

    fn records(kind: &str, all: &[&[(&str, &str)]]) -> Records {
        let (kind, mut findings, mut records) = (super::kind(kind).expect("a kind"), Vec::new(), Records::default());
        all.iter().for_each(|fields| (kind.read)(&node(fields), &mut findings, &mut records));
        assert_eq!(findings, []);
        records
    }

    #[test]
    fn kinds_stand_in_order_and_name_keys_that_they_have() {
        assert!(KINDS.windows(2).all(|pair| pair[0].name < pair[1].name));
        for kind in KINDS {
            let fields = (kind.shape)().fields;
            let has = |key: &str| fields.iter().any(|field| field.key == key);
            assert!(kind.asked.iter().chain(kind.named_by).all(|key| has(key)), "{}", kind.name);
            assert!(has("date"), "{}: ids begin with the date", kind.name);
        }
    }

    #[test]
    fn a_later_report_adds_to_what_is_known_of_an_issue() {
        let first = [
            ("issue", "i-1"),
            ("date", "2026-12-03"),
            ("by", "a"),
            ("state", "open"),
            ("summary", "No codes"),
            ("severity", "p1"),
        ];
        let second =
            [("issue", "i-1"), ("date", "2026-12-04"), ("by", "b"), ("state", "resolved"), ("fix", "Restarted")];
        let records = records("issue", &[&second, &first]);
        let day = |day| jiff::civil::date(2026, 12, day);
        assert_eq!(records.issues_until(day(2)), []);
        assert_eq!(records.issues_until(day(3))[0].state.value, IssueState::Open);
        let known = &records.issues_until(day(4))[0];
        assert_eq!(known.state.value, IssueState::Resolved);
        assert_eq!(known.summary.as_ref().map(|text| text.as_str()), Some("No codes"));
        assert_eq!(known.fix.as_ref().map(|text| text.as_str()), Some("Restarted"));
        assert_eq!(known.by.as_str(), "b");
    }

    #[test]
    fn the_last_decision_counts() {
        let no = [("stage", "pilot"), ("decision", "no-go"), ("by", "a"), ("date", "2026-12-04")];
        let go = [("stage", "pilot"), ("decision", "go"), ("by", "a"), ("date", "2026-12-11")];
        let records = records("gate", &[&go, &no]);
        assert_eq!(records.decided("pilot").map(|gate| gate.decision.value), Some(Decision::Go));
        assert_eq!(records.decided("ga"), None);
    }
}
