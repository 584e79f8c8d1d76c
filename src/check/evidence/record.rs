//! Evidence in records: sessions that were held, decisions at gates, statements.

use super::{Lack, LackKind, Proof};
use crate::check::view::View;
use crate::model::checklist::Item;
use crate::model::records::{Decision, GateDecision};
use crate::model::report::Found;
use crate::source::Span;

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
        "when it was held, add records/sessions/{name}.yaml with `session`, `kind: {kind}`, `date`, `attendees` and `outcome`"
    );
    proof.lacks.push(Lack::new(LackKind::Proof, text).at(at).help(help));
    proof
}

/// Looks for the last decision at the end of the item's stage: it must be to go on.
pub(super) fn gate(view: &View<'_>, item: &Item) -> Proof {
    let stage = item.record.as_ref().map_or("", |record| record.as_str());
    let decisions = view.loaded.records.gates.iter().filter(|gate| gate.stage.as_str() == stage);
    let last = decisions.enumerate().max_by_key(|(index, gate)| (gate.date.value, *index)).map(|(_, gate)| gate);
    let owner = view.project().and_then(|project| project.rollout.as_ref()).and_then(|rollout| {
        let stages = rollout.stages.iter().find(|planned| planned.id.as_str() == stage);
        stages.map(|planned| planned.owner.as_str().to_owned())
    });
    let help = format!(
        "when it is decided, add records/gates/{stage}.yaml with `stage: {stage}`, `decision: go`, `by`, `date` and `reasons`"
    );
    match last {
        Some(GateDecision { decision, date, by, .. }) if decision.value == Decision::Go => Proof {
            found: vec![Found {
                what: format!("go decision of {} by {}", date.value, by.as_str()),
                span: Some(decision.span),
            }],
            lacks: Vec::new(),
            owner,
        },
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

/// Looks for a statement that names the item.
pub(super) fn attested(view: &View<'_>, item: &Item) -> Proof {
    let mut proof = Proof::default();
    for statement in view.loaded.records.attesting(item.id.as_str()) {
        let place = statement.items.iter().find(|id| id.as_str() == item.id.as_str()).map(|id| id.span);
        let what = format!("statement of {} by {}", statement.date.value, statement.by.as_str());
        proof.found.push(Found { what, span: place.or(Some(statement.span)) });
        proof.owner.get_or_insert_with(|| statement.by.as_str().to_owned());
    }
    if proof.found.is_empty() {
        let name = item.id.as_str().replace('.', "-");
        let help = format!(
            "when it is so, add records/statements/{name}.yaml with `items: [{}]`, `statement`, `by` and `date`",
            item.id.as_str()
        );
        proof.lacks.push(Lack::new(LackKind::Proof, "nobody has stated it").help(help));
    }
    proof
}

fn lacking(at: Span, text: &str, help: &str) -> Lack {
    Lack::new(LackKind::Proof, text).at(Some(at)).help(help)
}
