//! What is filled in: about each deliverable, about the delivery, by each signatory.

use super::signatures::Signature;
use super::{Fault, dates};
use crate::form::{Answer, Returned};
use crate::model::acceptance::fields;
use crate::model::project::{Contact, Project};
use crate::model::records::Judgement;
use crate::model::value::Date;
use std::collections::BTreeMap;

/// What a form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// About each deliverable, in order.
    pub deliverables: Vec<Deliverable>,
    /// Whether knowledge transfer was received.
    pub transfer: Option<bool>,
    /// Whether the terms of support are agreed.
    pub support: Option<bool>,
    /// What else is remarked.
    pub remarks: String,
    /// By each signatory, in order.
    pub signatories: Vec<Signatory>,
    /// What was put on the pages beside the fields: the page, and what it is.
    pub added: Vec<(usize, String)>,
}

/// What a form says about a deliverable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliverable {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What was said; nothing if absent.
    pub answer: Option<Judgement>,
    /// Why.
    pub reason: String,
    /// By when it is to be put right, as it was written.
    pub until: String,
}

/// What a signatory filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// The id of the contact.
    pub id: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: String,
    /// The place.
    pub place: String,
    /// The day, as it was written.
    pub date: String,
    /// The digital signature.
    pub signature: Option<Signature>,
}

impl Deliverable {
    /// The day by which it is to be put right.
    #[must_use]
    pub fn due(&self) -> Option<Date> {
        dates::read(&self.until)
    }
}

impl Signatory {
    /// The day on which it was filled in.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        dates::read(&self.date)
    }
}

/// What a form says.
pub(super) fn of(
    form: &Returned,
    project: &Project,
    mut signatures: BTreeMap<String, Signature>,
) -> Result<Reading, Fault> {
    let contradictions: Vec<String> = form
        .answers
        .iter()
        .filter(|(_, answer)| matches!(answer, Answer::Contradiction { .. }))
        .map(|(name, answer)| format!("`{name}` says {answer}"))
        .collect();
    if !contradictions.is_empty() {
        return Err(Fault::Altered(contradictions));
    }
    let answers = Answers(&form.answers);
    let planned = project.sign_off.iter().flat_map(|plan| &plan.signatories);
    let contacts = planned.filter_map(|id| project.contacts.iter().find(|contact| contact.id.as_str() == id.as_str()));
    Ok(Reading {
        deliverables: project.deliverables.iter().map(|deliverable| answers.deliverable(deliverable)).collect(),
        transfer: answers.yes_or_no(fields::TRANSFER),
        support: answers.yes_or_no(fields::SUPPORT),
        remarks: answers.text(fields::REMARKS),
        signatories: contacts.map(|contact| answers.signatory(contact, &mut signatures)).collect(),
        added: form.added.clone(),
    })
}

struct Answers<'a>(&'a BTreeMap<String, Answer>);

impl Answers<'_> {
    fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(Answer::Text(text)) => text.trim().to_owned(),
            _ => String::new(),
        }
    }

    fn chosen(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Answer::Choice(chosen)) => chosen.as_deref(),
            _ => None,
        }
    }

    fn yes_or_no(&self, name: &str) -> Option<bool> {
        self.chosen(name).map(|chosen| chosen == fields::YES)
    }

    fn deliverable(&self, deliverable: &crate::model::project::Deliverable) -> Deliverable {
        let id = deliverable.id.as_str();
        let [decision, reason, until] = fields::OF_DELIVERABLE.map(|what| fields::about(what, id));
        Deliverable {
            id: id.to_owned(),
            title: deliverable.title.to_string(),
            answer: self.chosen(&decision).and_then(|chosen| chosen.parse().ok()),
            reason: self.text(&reason),
            until: self.text(&until),
        }
    }

    fn signatory(&self, contact: &Contact, signatures: &mut BTreeMap<String, Signature>) -> Signatory {
        let id = contact.id.as_str();
        let text = |what: &str| self.text(&fields::about(what, id));
        Signatory {
            id: id.to_owned(),
            name: text("name"),
            role: text("role"),
            place: text("place"),
            date: text("date"),
            signature: signatures.remove(id),
        }
    }
}

impl Reading {
    /// Whether nobody filled in anything; names and roles stand there from the start.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let said = |deliverable: &Deliverable| {
            deliverable.answer.is_some() || !deliverable.reason.is_empty() || !deliverable.until.is_empty()
        };
        let by = |signatory: &Signatory| {
            !signatory.place.is_empty() || !signatory.date.is_empty() || signatory.signature.is_some()
        };
        !self.deliverables.iter().any(said)
            && !self.signatories.iter().any(by)
            && self.transfer.is_none()
            && self.support.is_none()
            && self.remarks.is_empty()
    }

    /// What is still to be filled in, a line each; nothing if the form is filled.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for deliverable in &self.deliverables {
            match deliverable.answer {
                None => missing.push(format!("{}: no answer", deliverable.title)),
                Some(Judgement::Reserve | Judgement::Reject) if deliverable.reason.is_empty() => {
                    missing.push(format!("{}: no reason", deliverable.title));
                }
                Some(_) => {}
            }
            if !deliverable.until.is_empty() && deliverable.due().is_none() {
                missing.push(format!(
                    "{}: `{}` is no day (YYYY-MM-DD)",
                    deliverable.title,
                    visible(&deliverable.until)
                ));
            }
        }
        if self.transfer.is_none() {
            missing.push("knowledge transfer: no answer".into());
        }
        if self.support.is_none() {
            missing.push("terms of support: no answer".into());
        }
        if self.signatories.iter().all(|signatory| signatory.day().is_none() && signatory.signature.is_none()) {
            missing.push("nobody has signed, or filled in a day".into());
        }
        missing
    }

    /// Who has not signed digitally.
    pub fn unsigned(&self) -> impl Iterator<Item = &Signatory> {
        self.signatories.iter().filter(|signatory| signatory.signature.is_none())
    }

    /// The last day that was filled in or signed.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.signatories.iter().filter_map(Signatory::day).max()
    }
}

/// A text that came with the file, so that it can be printed.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}
