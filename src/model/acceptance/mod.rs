//! What has been accepted: the sign-off records of a release taken together, and what they left open.

pub mod fields;

use super::project::{Contact, Deliverable, Party, Project, Status};
use super::records::{Judgement, Point, PointState, Records, SignOff, SignatoryEntry, SignatureKind};
use super::value::Date;
use crate::source::Span;
use serde::Serialize;
use std::collections::BTreeMap;

/// The acceptance of one release.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Acceptance {
    /// The version that was accepted.
    pub version: String,
    /// Its digest.
    pub digest: String,
    /// The day of the last signature.
    pub date: Date,
    /// Every deliverable of the project, in order.
    pub deliverables: Vec<Judged>,
    /// Whether knowledge transfer was received.
    pub transfer: Option<bool>,
    /// Whether the terms of support are agreed.
    pub support: Option<bool>,
    /// What was remarked.
    pub remarks: Vec<String>,
    /// Everybody who is to sign, in order.
    pub signatories: Vec<Signatory>,
    /// The points that it left, open and closed.
    pub points: Vec<PointLine>,
    /// The forms as they came back.
    pub forms: Vec<FormFile>,
    /// Where the last record stands.
    #[serde(skip)]
    pub span: Span,
}

/// What was said about a deliverable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What was said; nothing yet if absent.
    pub answer: Option<Judgement>,
    /// Why.
    pub reason: Option<String>,
}

/// Somebody who is to sign.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Signatory {
    /// The contact.
    pub id: String,
    /// The name, as it was signed with.
    pub name: String,
    /// The role, as it was signed with.
    pub role: String,
    /// The side.
    pub party: Party,
    /// The place.
    pub place: Option<String>,
    /// The day.
    pub date: Option<Date>,
    /// How they signed; not yet if absent.
    pub signature: Option<SignatureKind>,
    /// The subject of the certificate of a digital signature.
    pub certificate: Option<String>,
    /// Who vouches for it, or why nobody does.
    pub vouched: Option<String>,
    /// The time of a digital signature.
    pub signed: Option<String>,
}

/// A form as it came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormFile {
    /// Its path from the project's root.
    pub file: String,
    /// Its fingerprint.
    pub sha256: String,
    /// Whether it came back on paper.
    pub paper: bool,
    /// Who entered what stands on the paper.
    pub entered_by: Option<String>,
}

/// A point that a sign-off left open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PointLine {
    /// Its id.
    pub id: String,
    /// What is to be put right.
    pub what: String,
    /// Who does.
    pub owner: String,
    /// By when.
    pub due: Option<Date>,
    /// The deliverable that it is about.
    pub deliverable: Option<String>,
    /// The version whose sign-off raised it.
    pub version: Option<String>,
    /// Whether it is still to be done.
    pub open: bool,
    /// When it was closed.
    pub closed: Option<Date>,
    /// By whom.
    pub closed_by: Option<String>,
    /// What shows that it is done.
    pub evidence: Option<String>,
    /// Where the last record about it stands.
    #[serde(skip)]
    pub span: Span,
}

impl Signatory {
    /// Whether the signature counts.
    #[must_use]
    pub fn has_signed(&self) -> bool {
        matches!(self.signature, Some(SignatureKind::Hand | SignatureKind::Trusted))
    }
}

impl Records {
    /// Every point that a sign-off left, by due day and id; of each what is known by its last record.
    #[must_use]
    pub fn punch_list(&self) -> Vec<PointLine> {
        let mut by_id: BTreeMap<&str, Vec<&Point>> = BTreeMap::new();
        for point in &self.points {
            by_id.entry(point.point.as_str()).or_default().push(point);
        }
        let mut lines: Vec<PointLine> = by_id.into_values().filter_map(|records| line(&records)).collect();
        lines.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
        lines
    }

    /// The points that are still to be done.
    #[must_use]
    pub fn open_points(&self) -> Vec<PointLine> {
        self.punch_list().into_iter().filter(|point| point.open).collect()
    }
}

/// What the records about one point say together.
fn line(records: &[&Point]) -> Option<PointLine> {
    let mut records = records.to_vec();
    records.sort_by_key(|record| record.date.value);
    let known = records.iter().map(|record| (*record).clone()).reduce(|all, later| all.updated(&later))?;
    let open = known.state.value == PointState::Open;
    let text = |text: Option<String>| text.unwrap_or_default();
    Some(PointLine {
        id: known.point.to_string(),
        what: text(known.what.as_ref().map(ToString::to_string)),
        owner: text(known.owner.as_ref().map(ToString::to_string)),
        due: known.due.map(|due| due.value),
        deliverable: known.deliverable.as_ref().map(ToString::to_string),
        version: known.version.as_ref().map(ToString::to_string),
        open,
        closed: (!open).then_some(known.date.value),
        closed_by: (!open).then(|| known.by.to_string()),
        evidence: known.evidence.as_ref().map(ToString::to_string),
        span: records.last().map_or(known.span, |record| record.state.span),
    })
}

impl Acceptance {
    /// What is accepted of a project: the forms of the newest version that one came back for, taken
    /// together. `None` if there are none.
    #[must_use]
    pub fn of(project: &Project, records: &Records) -> Option<Self> {
        let newest = records.sign_offs.iter().max_by(|a, b| a.version.value.cmp(&b.version.value))?;
        let mut forms: Vec<&SignOff> =
            records.sign_offs.iter().filter(|form| form.version.value == newest.version.value).collect();
        // The sort keeps the order of the names of the files, which begin with the day.
        forms.sort_by_key(|form| form.date.value);
        let last = forms.last()?;
        let version = last.version.to_string();
        let points =
            records.punch_list().into_iter().filter(|point| point.open || point.version.as_ref() == Some(&version));
        Some(Self {
            digest: last.digest.to_string(),
            date: last.date.value,
            deliverables: project.deliverables.iter().map(|deliverable| judged(deliverable, &forms)).collect(),
            transfer: forms.iter().rev().find_map(|form| form.transfer).map(|flag| flag.value.0),
            support: forms.iter().rev().find_map(|form| form.support).map(|flag| flag.value.0),
            remarks: forms.iter().filter_map(|form| form.remarks.as_ref()).map(ToString::to_string).collect(),
            signatories: signatories(project).map(|contact| signatory(contact, &forms)).collect(),
            points: points.collect(),
            forms: forms.iter().map(|form| file(form)).collect(),
            span: last.version.span,
            version,
        })
    }

    /// Whether it is about the release that is being prepared: of that version, or of an earlier one that
    /// this release delivers.
    #[must_use]
    pub fn covers(&self, project: &Project) -> bool {
        let release = &project.release;
        release.status.value == Status::AsDelivered || release.version.to_string() == self.version
    }

    /// The deliverables about which nothing was said, or that were not simply accepted and nobody said why.
    pub fn unanswered(&self) -> impl Iterator<Item = &Judged> {
        let is_said = |judged: &Judged| match judged.answer {
            Some(Judgement::Accept) => true,
            Some(Judgement::Reserve | Judgement::Reject) => judged.reason.is_some(),
            None => false,
        };
        self.deliverables.iter().filter(move |judged| !is_said(judged))
    }

    /// The points that are still to be done.
    pub fn open_points(&self) -> impl Iterator<Item = &PointLine> {
        self.points.iter().filter(|point| point.open)
    }

    /// Who has not signed yet.
    pub fn unsigned(&self) -> impl Iterator<Item = &Signatory> {
        self.signatories.iter().filter(|signatory| !signatory.has_signed())
    }

    /// Whether everything was answered and signed, and nothing is left to be done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unanswered().next().is_none()
            && self.open_points().next().is_none()
            && self.unsigned().next().is_none()
            && self.support == Some(true)
            && self.transfer == Some(true)
    }
}

/// Everybody who is to sign.
fn signatories(project: &Project) -> impl Iterator<Item = &Contact> {
    let planned = project.sign_off.iter().flat_map(|plan| &plan.signatories);
    planned.filter_map(|id| project.contacts.iter().find(|contact| contact.id.as_str() == id.as_str()))
}

/// The last word about a deliverable.
fn judged(deliverable: &Deliverable, forms: &[&SignOff]) -> Judged {
    let id = deliverable.id.as_str();
    let answers = forms.iter().rev().flat_map(|form| &form.deliverables);
    let answer = answers.into_iter().find(|answer| answer.id.as_str() == id);
    Judged {
        id: id.to_owned(),
        title: deliverable.title.to_string(),
        answer: answer.map(|answer| answer.answer.value),
        reason: answer.and_then(|answer| answer.reason.as_ref()).map(ToString::to_string),
    }
}

/// The strongest signature of somebody, the last one of those.
fn signatory(contact: &Contact, forms: &[&SignOff]) -> Signatory {
    let strength = |entry: &SignatoryEntry| match entry.signature.map(|signature| signature.value) {
        Some(SignatureKind::Hand | SignatureKind::Trusted) => 2,
        Some(SignatureKind::Untrusted) => 1,
        None => 0,
    };
    let entries = forms.iter().flat_map(|form| &form.signatories);
    let own = entries.filter(|entry| entry.contact.as_str() == contact.id.as_str()).max_by_key(|entry| strength(entry));
    let text = |choose: fn(&SignatoryEntry) -> Option<String>| own.and_then(choose);
    Signatory {
        id: contact.id.to_string(),
        name: text(|entry| entry.name.as_ref().map(ToString::to_string)).unwrap_or_else(|| contact.name.to_string()),
        role: text(|entry| entry.role.as_ref().map(ToString::to_string)).unwrap_or_else(|| contact.role.to_string()),
        party: contact.party.value,
        place: text(|entry| entry.place.as_ref().map(ToString::to_string)),
        date: own.and_then(|entry| entry.date).map(|date| date.value),
        signature: own.and_then(|entry| entry.signature).map(|signature| signature.value),
        certificate: text(|entry| entry.certificate.as_ref().map(ToString::to_string)),
        vouched: text(|entry| entry.vouched.as_ref().map(ToString::to_string)),
        signed: text(|entry| entry.signed.as_ref().map(ToString::to_string)),
    }
}

fn file(form: &SignOff) -> FormFile {
    FormFile {
        file: form.file.to_string(),
        sha256: form.sha256.to_string(),
        paper: form.form.value == super::records::FormKind::Paper,
        entered_by: form.entered_by.as_ref().map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::node::{Key, Node, Value};
    use crate::model::records::kind;
    use crate::source::Sources;

    fn node(fields: &[(&str, &str)]) -> Node {
        let span = Span::start_of(Sources::default().add("records/a.yaml", ""));
        let entry = |(key, text): &(&str, &str)| {
            (Key { name: (*key).to_owned(), span }, Node { value: Value::Text((*text).to_owned()), span })
        };
        Node { value: Value::Map(fields.iter().map(entry).collect()), span }
    }

    fn records(points: &[&[(&str, &str)]]) -> Records {
        let (mut records, mut findings) = (Records::default(), Vec::new());
        for fields in points {
            (kind("point").expect("a kind").read)(&node(fields), &mut findings, &mut records);
        }
        assert_eq!(findings, []);
        records
    }

    const OPENED: [(&str, &str); 7] = [
        ("point", "runbook-1-0-0"),
        ("date", "2027-01-26"),
        ("by", "bo-ek"),
        ("state", "open"),
        ("what", "Section 4 is missing"),
        ("owner", "anna-lind"),
        ("due", "2027-02-12"),
    ];

    #[test]
    fn a_point_is_open_until_a_later_record_closes_it_and_again_when_it_is_opened_once_more() {
        let closed = [
            ("point", "runbook-1-0-0"),
            ("date", "2027-02-10"),
            ("by", "bo-ek"),
            ("state", "closed"),
            ("evidence", "Runbook 1.0.1"),
        ];
        let again = [("point", "runbook-1-0-0"), ("date", "2027-02-11"), ("by", "bo-ek"), ("state", "open")];
        assert_eq!(records(&[&OPENED]).open_points().len(), 1);
        // The order of the files does not matter, the days do.
        let done = records(&[&closed, &OPENED]);
        assert_eq!(done.open_points(), []);
        let line = &done.punch_list()[0];
        assert_eq!((line.what.as_str(), line.closed_by.as_deref()), ("Section 4 is missing", Some("bo-ek")));
        assert_eq!(line.evidence.as_deref(), Some("Runbook 1.0.1"));
        let open = records(&[&closed, &OPENED, &again]).open_points();
        assert_eq!(open[0].owner, "anna-lind", "what was known stays known");
    }
}
