//! What templates see beside the keys of `handoff.yaml`: records, decisions, due dates, measured values
//! and the numbers of the documents, each put in order and joined with what it is about.

use super::outline::Slot;
use crate::model::acceptance::Acceptance;
use crate::model::decision::DecisionRecord;
use crate::model::fragment::Fragment;
use crate::model::loaded::Loaded;
use crate::model::project::{Frequency, Project, Status};
use crate::model::records::Records;
use crate::model::value::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// A day by which something has to be done.
#[derive(Debug, Serialize)]
pub(super) struct Due {
    /// The day.
    date: Date,
    /// What is to be done.
    what: String,
    /// `task`, `certificate`, `key`, `review` or `window`.
    kind: &'static str,
    /// How often it comes back.
    frequency: Option<Frequency>,
    /// Who does it: the id of a contact.
    owner: String,
}

/// Everything in the project file that falls due on a day, the first day first.
pub(super) fn due_dates(project: &Project) -> Vec<Due> {
    let mut dates = Vec::new();
    let mut add = |date: Date, what: String, kind, frequency, owner: &dyn ToString| {
        dates.push(Due { date, what, kind, frequency, owner: owner.to_string() });
    };
    if let Some(maintenance) = &project.maintenance {
        for task in &maintenance.tasks {
            add(task.next.value, task.task.to_string(), "task", Some(task.frequency.value), &task.owner);
        }
        for certificate in &maintenance.certificates {
            add(certificate.expires.value, certificate.name.to_string(), "certificate", None, &certificate.owner);
        }
        for window in &maintenance.windows {
            add(Date(window.start.value.0.date()), window.what.to_string(), "window", None, &window.owner);
        }
        for review in &maintenance.reviews {
            let frequency = review.frequency.as_ref().map(|frequency| frequency.value);
            add(review.date.value, review.title.to_string(), "review", frequency, &review.owner);
        }
    }
    for key in project.access.iter().flat_map(|access| &access.keys) {
        add(key.rotate_by.value, key.name.to_string(), "key", None, &key.owner);
    }
    dates.sort_by(|a, b| (a.date, a.kind, &a.what).cmp(&(b.date, b.kind, &b.what)));
    dates
}

/// A metric of success with the last value that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Measured {
    /// Its id.
    id: String,
    /// What is measured.
    name: String,
    /// What is to be reached.
    target: String,
    /// Where the values come from.
    source: String,
    /// The last value.
    value: Option<String>,
    /// The day of that value.
    date: Option<Date>,
    /// `reached` or `missed`; nothing if it was not measured.
    verdict: Option<&'static str>,
}

/// The metrics of success, in their order.
pub(super) fn measured(project: &Project, records: &Records) -> Vec<Measured> {
    let one = |metric: &crate::model::project::Metric| {
        let last = records.measured(metric.id.as_str()).last().copied();
        let verdict = last.map(|last| if metric.target.holds(last.value.number) { "reached" } else { "missed" });
        Measured {
            id: metric.id.to_string(),
            name: metric.name.to_string(),
            target: metric.target.to_string(),
            source: metric.source.to_string(),
            value: last.map(|last| last.value.to_string()),
            date: last.map(|last| last.date.value),
            verdict,
        }
    };
    project.metrics.iter().map(one).collect()
}

/// The records that templates show, each kind in the order of its dates.
#[derive(Debug, Serialize)]
pub(super) struct RecordsView<'a> {
    /// Sessions that were held.
    sessions: Vec<&'a crate::model::records::SessionHeld>,
    /// Decisions at gates.
    gates: Vec<&'a crate::model::records::GateDecision>,
    /// Reviews of documents.
    reviews: Vec<&'a crate::model::records::Review>,
    /// Messages that were sent.
    messages: Vec<&'a crate::model::records::MessageSent>,
    /// Statements of named persons.
    statements: Vec<&'a crate::model::records::Statement>,
}

/// The records of a project.
pub(super) fn records(records: &Records) -> RecordsView<'_> {
    macro_rules! by_date {
        ($list:ident) => {{
            let mut list: Vec<_> = records.$list.iter().collect();
            list.sort_by_key(|record| record.date.value);
            list
        }};
    }
    RecordsView {
        sessions: by_date!(sessions),
        gates: by_date!(gates),
        reviews: by_date!(reviews),
        messages: by_date!(messages),
        statements: by_date!(statements),
    }
}

/// A decision record as the register shows it.
#[derive(Debug, Serialize)]
pub(super) struct DecisionView {
    /// The number in the name of its file.
    number: Option<u32>,
    /// Its title.
    title: String,
    /// `accepted`, ..., or empty.
    status: String,
    /// The day of the decision.
    date: Option<Date>,
    /// Where it stands: a link.
    link: String,
    /// The decision that took its place: its title and a link.
    superseded_by: Option<(String, String)>,
}

/// The decision records, in the order of their numbers.
pub(super) fn decisions(loaded: &Loaded) -> Vec<DecisionView> {
    let all = &loaded.decisions;
    let link = |record: &DecisionRecord| format!("/{}", loaded.sources.path(record.file));
    let view = |record: &DecisionRecord| DecisionView {
        number: record.number,
        title: record.title.clone(),
        status: record.status.as_ref().map(|status| status.value.as_str().to_owned()).unwrap_or_default(),
        date: record.date,
        link: link(record),
        superseded_by: record.successor(all).map(|next| (next.title.clone(), link(next))),
    };
    all.iter().map(view).collect()
}

/// What was accepted, for the release that is delivered as accepted; `None` before that.
pub(super) fn acceptance(project: &Project, records: &Records) -> Option<Acceptance> {
    let is_final = project.release.status.value == Status::AsDelivered;
    Acceptance::of(project, records).filter(|_| is_final)
}

/// The number of each document, by its kind.
pub(super) fn numbers(slots: &[Slot<'_>], project: &Project) -> BTreeMap<String, String> {
    slots.iter().map(|slot| (slot.kind.clone(), slot.number(project))).collect()
}

/// The title of each document, by its kind.
pub(super) fn titles(slots: &[Slot<'_>], loaded: &Loaded) -> BTreeMap<String, String> {
    slots.iter().map(|slot| (slot.kind.clone(), super::title(slot, &super::place::sorted(loaded, slot)))).collect()
}

/// The items of the checklist that the fragments of a document cover, by the last part of their ids: a
/// template fills in for those that nobody wrote about.
pub(super) fn covered(slot: &Slot<'_>, fragments: &[&Fragment]) -> Vec<String> {
    let Some(listed) = slot.listed else { return Vec::new() };
    let covered =
        |item: &&crate::model::checklist::Item| fragments.iter().any(|fragment| super::outline::covers(fragment, item));
    let short = |item: &crate::model::checklist::Item| item.id.as_str().rsplit('.').next().map(str::to_owned);
    listed.items.iter().filter(covered).filter_map(short).collect()
}
