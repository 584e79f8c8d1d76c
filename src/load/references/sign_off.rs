//! What sign-offs and their points refer to: deliverables; and that of each point somebody says what it is,
//! and of each closed one what shows it.

use super::Ids;
use crate::finding::Finding;
use crate::model::loaded::Loaded;
use crate::model::node::MISSING_FIELD;
use crate::model::project::Project;
use crate::model::records::{Point, PointState};
use crate::source::Span;
use std::collections::BTreeMap;

/// Reports what leads nowhere, and what is missing.
pub(super) fn check(loaded: &Loaded, project: &Project, findings: &mut Vec<Finding>) {
    let records = &loaded.records;
    let answered = records.sign_offs.iter().flat_map(|form| &form.deliverables).map(|answer| &answer.id);
    let pointed = records.points.iter().filter_map(|point| point.deliverable.as_ref());
    let known = project.deliverables.iter().map(|deliverable| (deliverable.id.to_string(), Some(deliverable.id.span)));
    Ids {
        noun: "deliverable",
        home: "to `deliverables`",
        known: known.collect(),
        found: answered.chain(pointed).map(|id| (id.as_str(), id.span)).collect(),
    }
    .report(findings);
    points(&records.points, findings);
}

fn points(points: &[Point], findings: &mut Vec<Finding>) {
    let mut by_id: BTreeMap<&str, Vec<&Point>> = BTreeMap::new();
    for point in points.iter().filter(|point| !point.point.as_str().is_empty()) {
        by_id.entry(point.point.as_str()).or_default().push(point);
    }
    for records in by_id.values() {
        let Some(first) = records.iter().min_by_key(|record| record.date.value) else { continue };
        let at = first.point.span;
        let mut lacks = |key: &str, example: &str| {
            findings.push(missing(key, at, "no record about this point has it", example));
        };
        if records.iter().all(|record| record.what.is_none()) {
            lacks("what", "Section 4 lacks the restart of the queue");
        }
        if records.iter().all(|record| record.owner.is_none()) {
            lacks("owner", "anna-lind");
        }
        if records.iter().all(|record| record.due.is_none()) {
            lacks("due", "2027-02-12");
        }
    }
    let closing = |point: &&Point| point.state.value == PointState::Closed && point.evidence.is_none();
    for point in points.iter().filter(closing) {
        let why = "a record that closes a point says what shows that it is done";
        findings.push(missing("evidence", point.state.span, why, "Runbook 1.0.1, section 4.3"));
    }
}

fn missing(key: &str, at: Span, label: &str, example: &str) -> Finding {
    Finding::error(MISSING_FIELD, format!("`{key}` is missing"))
        .at(at, label)
        .help(format!("add it, for example `{key}: {example}`"))
}
