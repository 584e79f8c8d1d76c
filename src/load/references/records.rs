//! What records refer to beside contacts, items and sessions: metrics, messages, documents, issues.

use super::{Ids, document_kinds};
use crate::finding::Finding;
use crate::model::loaded::Loaded;
use crate::model::node::MISSING_FIELD;
use crate::model::project::Project;
use crate::model::records::IssueReport;
use crate::source::Span;
use crate::theme::Theme;
use std::collections::BTreeMap;

/// Reports every reference of a record that leads nowhere, and issues of which nobody says what they are.
pub(super) fn check(loaded: &Loaded, project: &Project, theme: &Theme, findings: &mut Vec<Finding>) {
    let records = &loaded.records;
    let of_gates = project.rollout.iter().flat_map(|rollout| &rollout.metrics).map(|metric| &metric.id);
    let of_success = project.metrics.iter().map(|metric| &metric.id);
    Ids {
        noun: "metric",
        home: "to `rollout.metrics` or `metrics`",
        known: of_gates.chain(of_success).map(|id| (id.to_string(), Some(id.span))).collect(),
        found: records.metrics.iter().map(|record| (record.metric.as_str(), record.metric.span)).collect(),
    }
    .report(findings);
    Ids {
        noun: "message",
        home: "as a template, `theme/messages/<id>.md`",
        known: loaded.messages.keys().map(|id| (id.clone(), None)).collect(),
        found: records.messages.iter().map(|record| (record.message.as_str(), record.message.span)).collect(),
    }
    .report(findings);
    Ids {
        noun: "kind of document",
        home: "as a fragment, `docs/<kind>.md`",
        known: document_kinds(loaded, theme).into_iter().map(|kind| (kind, None)).collect(),
        found: records.reviews.iter().map(|record| (record.document.as_str(), record.document.span)).collect(),
    }
    .report(findings);
    let severities = project.support.iter().flat_map(|support| &support.severities);
    let reported = records.issues.iter().filter_map(|report| report.severity.as_ref());
    Ids {
        noun: "severity",
        home: "to `support.severities`",
        known: severities.map(|severity| (severity.id.to_string(), Some(severity.id.span))).collect(),
        found: reported.map(|severity| (severity.as_str(), severity.span)).collect(),
    }
    .report(findings);
    issues(&records.issues, findings);
    let about = records.messages.iter().filter_map(|record| record.issue.as_ref());
    Ids {
        noun: "issue on record",
        home: "with `handoff record issue`",
        known: records.issues.iter().map(|report| (report.issue.to_string(), Some(report.issue.span))).collect(),
        found: about.map(|issue| (issue.as_str(), issue.span)).collect(),
    }
    .report(findings);
}

/// Of the reports about an issue, one says what it is and how severe.
fn issues(reports: &[IssueReport], findings: &mut Vec<Finding>) {
    let mut by_issue: BTreeMap<&str, Vec<&IssueReport>> = BTreeMap::new();
    for report in reports.iter().filter(|report| !report.issue.as_str().is_empty()) {
        by_issue.entry(report.issue.as_str()).or_default().push(report);
    }
    for reports in by_issue.values() {
        let Some(first) = reports.iter().min_by_key(|report| report.date.value) else { continue };
        let mut lacks = |key: &str, example: &str, at: Span| {
            findings.push(
                Finding::error(MISSING_FIELD, format!("`{key}` is missing"))
                    .at(at, format!("no report about this issue has `{key}`"))
                    .help(format!("add it to the first report, for example `{key}: {example}`")),
            );
        };
        if reports.iter().all(|report| report.summary.is_none()) {
            lacks("summary", "Gate codes are not sent", first.issue.span);
        }
        if reports.iter().all(|report| report.severity.is_none()) {
            lacks("severity", "p1", first.issue.span);
        }
    }
}
