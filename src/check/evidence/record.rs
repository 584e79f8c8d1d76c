//! Evidence in records: sessions that were held, decisions at gates, statements.

use super::{Lack, LackKind, Proof};
use crate::check::view::View;
use crate::model::checklist::Item;
use crate::model::project::Audience;
use crate::model::records::{Decision, MessageSent};
use crate::model::report::Found;
use crate::source::Span;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Looks for a session of the item's kind that was held, with attendees and outcome.
pub(super) fn held(view: &View<'_>, item: &Item) -> Proof {
    let kind = item.record.as_ref().map_or("", |record| record.as_str());
    let sessions = &view.loaded.records.sessions;
    let planned = view
        .project()
        .and_then(|project| project.transfer.as_ref())
        .and_then(|transfer| transfer.sessions.iter().find(|session| session.kind.as_str() == kind));
    let owner = planned.map(|plan| plan.lead.as_str().to_owned());
    let mut proof = Proof { owner, ..Proof::default() };
    let mut gaps = Vec::new();
    for session in sessions.iter().filter(|session| session.kind.as_str() == kind) {
        let place = session.session.span;
        proof.found.push(Found { what: format!("session of {}", session.date.value), span: Some(place) });
        let mut missing = Vec::new();
        if session.attendees.is_empty() {
            missing.push(lacking(place, "its record names no attendees", "add `attendees:` with the ids of contacts"));
        }
        if session.outcome.as_str().trim().is_empty() {
            missing.push(Lack::new(LackKind::Told, "its record names no outcome").at(Some(session.outcome.span)));
        }
        gaps.push(missing);
    }
    if let Some(fewest) = gaps.into_iter().min_by_key(Vec::len) {
        proof.lacks = fewest;
        return proof;
    }
    let (text, at, name) = match planned {
        Some(plan) => {
            let text = format!("session `{}`, planned for {}, has no record", plan.id.as_str(), plan.date.value);
            (text, Some(plan.id.span), plan.id.as_str())
        }
        None => (format!("no session of the kind `{kind}` is on record"), None, kind),
    };
    let help = format!(
        "when it was held, write it down with `handoff record session {name}`: when, who was there and what came out of it"
    );
    proof.lacks.push(Lack::new(LackKind::Proof, text).at(at).help(help));
    proof
}

/// Looks for the last decision at the end of the item's stage: it must be to go on.
pub(super) fn gate(view: &View<'_>, item: &Item) -> Proof {
    let stage = item.record.as_ref().map_or("", |record| record.as_str());
    let owner = view.project().and_then(|project| project.rollout.as_ref()).and_then(|rollout| {
        let stages = rollout.stages.iter().find(|planned| planned.id.as_str() == stage);
        stages.map(|planned| planned.owner.as_str().to_owned())
    });
    let help = format!(
        "when it is decided, write it down with `handoff gate {stage} --decide go --by PERSON`, which judges the criteria first"
    );
    match view.loaded.records.decided(stage) {
        Some(gate) if gate.decision.value == Decision::Go => {
            let mut what = format!("go decision of {} by {}", gate.date.value, gate.by.as_str());
            if let Some(reason) = &gate.overruled {
                let _ = write!(what, ", overruling the criteria: {}", reason.as_str());
            }
            let found = vec![Found { what, span: Some(gate.decision.span) }];
            Proof { found, lacks: Vec::new(), owner }
        }
        Some(gate) => {
            let text = format!("the last decision, of {}, was not to go on", gate.date.value);
            let lack = Lack::new(LackKind::Proof, text).at(Some(gate.decision.span)).help(help);
            Proof { lacks: vec![lack], owner, ..Proof::default() }
        }
        None => {
            let text = format!("no decision at the end of stage `{stage}` is on record");
            Proof { lacks: vec![Lack::new(LackKind::Proof, text).help(help)], owner, ..Proof::default() }
        }
    }
}

/// Looks for a statement that names the item, or for the messages that prove it.
pub(super) fn attested(view: &View<'_>, item: &Item) -> Proof {
    let mut proof = Proof::default();
    for statement in view.loaded.records.attesting(item.id.as_str()) {
        let place = statement.items.iter().find(|id| id.as_str() == item.id.as_str()).map(|id| id.span);
        let what = format!("statement of {} by {}", statement.date.value, statement.by.as_str());
        proof.found.push(Found { what, span: place.or(Some(statement.span)) });
        proof.owner.get_or_insert_with(|| statement.by.as_str().to_owned());
    }
    if !proof.found.is_empty() {
        return proof;
    }
    if !item.messages.is_empty() {
        return sent(view, item);
    }
    let help = format!(
        "when it is so, write it down with `handoff record statement {}`: what is stated, by whom and when",
        item.id.as_str()
    );
    proof.lacks.push(Lack::new(LackKind::Proof, "nobody has stated it").help(help));
    proof
}

/// Looks for the records of the item's messages, and for the audiences that they went to.
fn sent(view: &View<'_>, item: &Item) -> Proof {
    let mut proof = Proof::default();
    let mut reached: BTreeSet<Audience> = BTreeSet::new();
    for message in &item.messages {
        let records = view.loaded.records.sent(message.as_str());
        reached.extend(records.iter().flat_map(|record| &record.audiences).map(|audience| audience.value));
        if records.is_empty() {
            let id = message.as_str();
            let help = format!("send it and write that down: `handoff message {id} --record`");
            proof.lacks.push(Lack::new(LackKind::Proof, format!("the message `{id}` is not on record")).help(help));
        }
        proof.found.extend(told(&records));
        proof.owner = proof.owner.or(records.last().map(|record| record.by.as_str().to_owned()));
    }
    for audience in
        item.audiences.iter().filter(|audience| !proof.found.is_empty() && !reached.contains(&audience.value))
    {
        let text = format!("no record says that it went to the audience `{}`", audience.value);
        let help = format!("when it was sent, `handoff record message ID --audiences {}`", audience.value);
        proof.lacks.push(Lack::new(LackKind::Proof, text).help(help));
    }
    proof
}

/// The records of one message as one line.
fn told(records: &[&MessageSent]) -> Option<Found> {
    let (first, last) = (records.first()?, records.last()?);
    let what = match records.len() {
        1 => format!("message `{}` of {}", first.message.as_str(), first.date.value),
        many => format!("message `{}`, {many} times, last on {}", first.message.as_str(), last.date.value),
    };
    Some(Found { what, span: Some(last.message.span) })
}

/// Looks for a measured value of every metric of success.
pub(super) fn measured(view: &View<'_>) -> Proof {
    let mut proof = Proof::default();
    let metrics = view.project().map(|project| project.metrics.as_slice()).unwrap_or_default();
    for metric in metrics {
        let id = metric.id.as_str();
        match view.loaded.records.measured(id).last() {
            Some(last) => {
                let what =
                    format!("`{id}`: {} on {}, target {}", last.value.value, last.date.value, metric.target.value);
                proof.found.push(Found { what, span: Some(last.value.span) });
            }
            None => proof.lacks.push(
                Lack::new(LackKind::Proof, format!("the metric `{id}` has no measured value"))
                    .at(Some(metric.id.span))
                    .help(format!("write it down with `handoff record metric {id} --value VALUE`")),
            ),
        }
    }
    if metrics.is_empty() {
        let lack = Lack::new(LackKind::Proof, "no metric of success is set");
        proof.lacks.push(lack.help("add `metrics:` to handoff.yaml, each with `id`, `name`, `target` and `source`"));
    }
    proof
}

fn lacking(at: Span, text: &str, help: &str) -> Lack {
    Lack::new(LackKind::Proof, text).at(Some(at)).help(help)
}
