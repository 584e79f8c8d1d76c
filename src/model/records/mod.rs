//! Records: what happened, one small file each under `records/`, never rewritten.
//!
//! A new kind is a declaration in `kinds` and its paragraph in the table here.

mod kinds;
mod sign_off;

pub use kinds::*;
pub use sign_off::*;

use super::node::{FromNode, Located, Node, RecordShape};
use super::value::{ContactRef, Text};
use crate::finding::Finding;
use crate::source::{FileId, Span};

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

/// Writes the table of all kinds: the lists, how each is read, and what all records have in common.
macro_rules! table {
    ($(
        $(#[doc = $doc:literal])*
        $name:literal in $list:ident $(at $folder:literal)?: $type:ident {
            asked: $asked:expr,
            named_by: $named_by:expr,
            people: |$by:ident| $people:expr,
            file: |$with:ident| $file:expr,
        }
    )*) => {
        /// All records of a project, each kind sorted by the name of its file.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Records {
            $($(#[doc = $doc])* pub $list: Vec<$type>,)*
        }

        /// All kinds of records, by name.
        pub const KINDS: &[Kind] = &[$(Kind {
            name: $name,
            folder: [$($folder,)? stringify!($list)][0],
            shape: $type::record_shape,
            asked: &$asked,
            named_by: &$named_by,
            read: |node, findings, records| records.$list.extend($type::from_node(node, findings)),
        }),*];

        impl Records {
            /// The files that the records stand in.
            pub fn own_files(&self) -> impl Iterator<Item = FileId> {
                let mut files = Vec::new();
                $(files.extend(self.$list.iter().map(|record| record.span.file));)*
                files.into_iter()
            }

            /// Where each reference to a contact stands: the reference and its place.
            pub fn people(&self) -> impl Iterator<Item = (&str, Span)> {
                let mut people: Vec<&Located<ContactRef>> = Vec::new();
                $(for $by in &self.$list {
                    people.extend($people);
                })*
                people.into_iter().map(|person| (person.as_str(), person.span))
            }

            /// The files that records name as what shows them.
            pub fn files(&self) -> impl Iterator<Item = &Located<Text>> {
                let mut files: Vec<&Located<Text>> = Vec::new();
                $(for $with in &self.$list {
                    files.extend($file);
                })*
                files.into_iter()
            }
        }
    };
}

table! {
    /// Decisions at gates.
    "gate" in gates: GateDecision {
        asked: ["reasons"],
        named_by: ["stage", "decision"],
        people: |gate| [&gate.by],
        file: |gate| &gate.file,
    }
    /// Reports about issues.
    "issue" in issues: IssueReport {
        asked: ["summary", "severity", "affected", "impact", "actions"],
        named_by: ["issue", "state"],
        people: |report| [&report.by],
        file: |_report| None::<&Located<Text>>,
    }
    /// Messages that were sent.
    "message" in messages: MessageSent {
        asked: ["audiences", "to"],
        named_by: ["message"],
        people: |message| [&message.by],
        file: |message| &message.file,
    }
    /// Measured values.
    "metric" in metrics: Measurement {
        asked: ["source"],
        named_by: ["metric"],
        people: |measured| &measured.by,
        file: |measured| &measured.file,
    }
    /// What sign-offs left open.
    "point" in points: Point {
        asked: ["what", "owner", "due", "deliverable", "evidence"],
        named_by: ["point", "state"],
        people: |point| std::iter::once(&point.by).chain(&point.owner),
        file: |point| &point.file,
    }
    /// Releases that were cut.
    "release" in releases: ReleaseCut {
        asked: [],
        named_by: ["version"],
        people: |release| [&release.by],
        file: |_release| None::<&Located<Text>>,
    }
    /// Reviews of documents.
    "review" in reviews: Review {
        asked: ["remarks"],
        named_by: ["document", "by"],
        people: |review| [&review.by],
        file: |_review| None::<&Located<Text>>,
    }
    /// Sessions that were held.
    "session" in sessions: SessionHeld {
        asked: ["attendees", "open_questions"],
        named_by: ["session"],
        people: |session| &session.attendees,
        file: |session| &session.file,
    }
    /// Sign-off forms that came back.
    "sign-off" in sign_offs at "sign-off": SignOff {
        asked: [],
        named_by: ["version"],
        people: |form| form.entered_by.iter().chain(form.signatories.iter().map(|entry| &entry.contact)),
        file: |form| [&form.file],
    }
    /// Statements.
    "statement" in statements: Statement {
        asked: ["items"],
        named_by: ["items"],
        people: |statement| [&statement.by],
        file: |statement| &statement.file,
    }
}

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
