//! The coverage: for each item of the checklist, whether it is there.
//!
//! Decides what applies, what is let pass and what is due; what was found is for `evidence` to say.

use super::evidence::{Lack, LackKind, Proof, find};
use super::view::View;
use crate::finding::Finding;
use crate::model::checklist::{Checklist, ChecklistDocument, Group, Item};
use crate::model::project::{Deliverable, Project, Stage, Waiver};
use crate::model::report::{Coverage, ItemCoverage, State};

/// An item with all that is known about it.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// The item.
    pub item: &'a Item,
    /// The document that it belongs to.
    pub document: &'a ChecklistDocument,
    /// The result.
    pub result: ItemCoverage,
    /// What is missing, whatever the state is.
    pub lacks: Vec<Lack>,
}

/// All items of a checklist, judged.
#[derive(Debug, Clone)]
pub struct Judgement<'a> {
    /// The checklist.
    pub checklist: &'a Checklist,
    /// The stage whose items were judged.
    pub stage: Stage,
    /// The items, in the order of the checklist.
    pub items: Vec<Judged<'a>>,
}

impl<'a> Judgement<'a> {
    /// The items that keep the delivery from being complete, in the order of the checklist.
    pub fn blocking(&self) -> impl Iterator<Item = &Judged<'a>> {
        self.items.iter().filter(|judged| judged.result.state.blocks())
    }

    /// The items of a document.
    pub fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Judged<'a>> {
        self.items.iter().filter(move |judged| judged.document.document.as_str() == kind)
    }

    /// The coverage as reports show it.
    #[must_use]
    pub fn coverage(self) -> Coverage {
        Coverage {
            checklist: self.checklist.title.as_str().to_owned(),
            stage: self.stage,
            items: self.items.into_iter().map(|judged| judged.result).collect(),
        }
    }
}

impl Judged<'_> {
    /// What is missing and is not already told by another finding.
    pub fn untold(&self) -> impl Iterator<Item = &Lack> {
        self.lacks.iter().filter(|lack| lack.kind != LackKind::Told)
    }
}

/// Judges every item of a checklist. `findings` are those of the reading and of the rules that look at
/// the project: an item is not met by what they find fault with.
#[must_use]
pub fn judge<'a>(view: &View<'a>, project: &Project, checklist: &'a Checklist, findings: &[Finding]) -> Judgement<'a> {
    let mut items = Vec::new();
    for (group, document) in checklist.documents() {
        for item in &document.items {
            let proof = find(view, document, item, findings);
            items.push(judge_item(view, project, (group, document, item), proof));
        }
    }
    Judgement { checklist, stage: view.stage, items }
}

/// The stage by whose start an item is due.
pub(super) fn due(document: &ChecklistDocument, item: &Item) -> Stage {
    item.stage.as_ref().unwrap_or(&document.stage).value
}

fn judge_item<'a>(
    view: &View<'a>,
    project: &Project,
    (group, document, item): (&'a Group, &'a ChecklistDocument, &'a Item),
    proof: Proof,
) -> Judged<'a> {
    let due = due(document, item);
    let (state, remarks) = state(view, project, document, item, &proof);
    let not_applicable = state == State::NotApplicable;
    let result = ItemCoverage {
        id: item.id.as_str().to_owned(),
        title: item.title.as_str().to_owned(),
        group: (group.id.as_str().to_owned(), view.loaded.group_title(group).to_owned()),
        document: document.document.as_str().to_owned(),
        internal: document.internal.as_ref().is_some_and(|flag| flag.0),
        evidence_kind: item.evidence.value,
        due,
        owner: proof.owner.or_else(|| owner(view, project, document.document.as_str())),
        state,
        evidence: if not_applicable { Vec::new() } else { proof.found },
        remarks,
    };
    Judged { item, document, result, lacks: proof.lacks }
}

/// Who looks after a document: its fragments say so, or the plan of what is delivered.
fn owner(view: &View<'_>, project: &Project, kind: &str) -> Option<String> {
    let fragments = view.loaded.fragments.iter().filter(|fragment| fragment.document == kind);
    let written = fragments.filter_map(|fragment| fragment.front.owner.as_ref()).map(|owner| owner.as_str()).next();
    let delivered = |deliverable: &&Deliverable| deliverable.document.as_ref().is_some_and(|of| of.as_str() == kind);
    let planned = project.deliverables.iter().find(delivered).map(|deliverable| deliverable.owner.as_str());
    written.or(planned).filter(|id| !id.is_empty()).map(ToOwned::to_owned)
}

/// The state of an item and what is to be said about it.
fn state(
    view: &View<'_>,
    project: &Project,
    document: &ChecklistDocument,
    item: &Item,
    proof: &Proof,
) -> (State, Vec<String>) {
    if let Some(why) = not_applicable(project, document, item) {
        return (State::NotApplicable, vec![why]);
    }
    if proof.lacks.is_empty() {
        return (State::Met, Vec::new());
    }
    let mut remarks: Vec<String> = proof.lacks.iter().map(|lack| lack.text.clone()).collect();
    let waivers: Vec<_> = project.waivers.iter().filter(|waiver| waiver.is_about(item.id.as_str())).collect();
    if let Some(waiver) = waivers.iter().find(|waiver| !expired(project, waiver)) {
        let reason = waiver.reason.as_str();
        let (approver, expires) = (waiver.approver.as_str(), waiver.expires.value);
        return (State::Waived, vec![format!("waived until {expires} by {approver}: {reason}")]);
    }
    remarks.extend(waivers.iter().map(|waiver| format!("its waiver expired on {}", waiver.expires.value)));
    if due(document, item) > view.stage {
        (State::NotDue, remarks)
    } else if proof.found.is_empty() {
        (State::Missing, remarks)
    } else {
        (State::Partial, remarks)
    }
}

/// Why an item does not apply, if it does not.
fn not_applicable(project: &Project, document: &ChecklistDocument, item: &Item) -> Option<String> {
    if let Some(needed) = document.when.required_trait() {
        let traits = &project.project.traits;
        if !traits.iter().any(|set| set.value == needed) {
            return Some(format!("trait `{needed}` is not set"));
        }
    }
    let names = [item.id.as_str(), document.document.as_str()];
    let declared = project.not_applicable.iter().find(|entry| names.contains(&entry.item.as_str()))?;
    Some(declared.reason.as_str().to_owned())
}

/// Whether a waiver no longer holds on the date of the release.
#[must_use]
pub fn expired(project: &Project, waiver: &Waiver) -> bool {
    waiver.expires.value < project.release.date.value
}

#[cfg(test)]
mod tests;
