//! `adr-superseded`: decision records that were superseded but do not lead to what took their place.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::decision::{DecisionRecord, DecisionStatus};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "adr-superseded",
    level: Level::Error,
    summary: "a superseded decision does not lead to the one that took its place",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let all = &view.loaded.decisions;
    let mut findings: Vec<_> = all.iter().filter_map(superseded).collect();
    for record in all {
        findings.extend(record.supersedes.iter().filter_map(|older| {
            let old = all.iter().find(|old| Some(old.file) == older.value.file)?;
            (!is_superseded(old)).then(|| {
                Finding::error(RULE.slug, format!("the decision “{}” was superseded but does not say so", old.title))
                    .at(old.place, "still reads as if it held")
                    .at(older.span, "takes its place")
                    .help("change its status to `Superseded by` with a link to the newer record")
            })
        }));
    }
    findings
}

fn is_superseded(record: &DecisionRecord) -> bool {
    record.status.as_ref().is_some_and(|status| status.value == DecisionStatus::Superseded)
}

/// A finding about a superseded record whose successor is not named or not there.
fn superseded(record: &DecisionRecord) -> Option<Finding> {
    let status = record.status.as_ref().filter(|_| is_superseded(record))?;
    match &record.superseded_by {
        None => Some(
            Finding::error(RULE.slug, format!("the decision “{}” does not say what took its place", record.title))
                .at(status.span, "superseded by which?")
                .help("link to the newer record: `Superseded by [8. Title](0008-title.md)`"),
        ),
        Some(next) if next.value.file.is_none() => Some(
            Finding::error(
                RULE.slug,
                format!("the decision “{}” was superseded by one that is not here", record.title),
            )
            .at(next.span, format!("no decision record is `{}`", next.value.written))
            .help("name the number of the newer record, or link to its file"),
        ),
        Some(next) if next.value.file == Some(record.file) => Some(
            Finding::error(RULE.slug, format!("the decision “{}” is said to be superseded by itself", record.title))
                .at(next.span, "leads to this record")
                .help("link to the newer record"),
        ),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;
    use crate::model::decision::{DecisionRecord, DecisionStatus, Reference};
    use crate::model::node::Located;
    use crate::source::{FileId, Span};

    fn record(file: FileId, status: DecisionStatus) -> DecisionRecord {
        let place = Span::start_of(file);
        DecisionRecord {
            file,
            number: None,
            title: "Queue".into(),
            place,
            status: Some(Located { value: status, span: place }),
            odd_status: None,
            date: None,
            superseded_by: None,
            supersedes: Vec::new(),
        }
    }

    #[test]
    fn a_successor_is_named_and_there() {
        let mut case = Case::new();
        let old = case.fragment("docs/decisions/0001-a.md", |doc| doc.heading(2, "Queue"));
        let new = case.fragment("docs/decisions/0002-b.md", |doc| doc.heading(2, "Outbox"));
        let leads = |file| Some(Located { value: Reference { written: "2".into(), file }, span: Span::start_of(old) });
        let mut first = record(old, DecisionStatus::Superseded);
        let mut found = |first: &DecisionRecord, second: DecisionRecord| {
            case.loaded.decisions = vec![first.clone(), second];
            case.found("adr-superseded").into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        let second = record(new, DecisionStatus::Accepted);
        assert!(found(&first, second.clone())[0].contains("does not say what took its place"));
        first.superseded_by = leads(None);
        assert!(found(&first, second.clone())[0].contains("not here"));
        first.superseded_by = leads(Some(old));
        assert!(found(&first, second.clone())[0].contains("by itself"));
        first.superseded_by = leads(Some(new));
        assert!(found(&first, second.clone()).is_empty());
        let held = record(old, DecisionStatus::Accepted);
        let mut newer = second;
        newer.supersedes.extend(leads(Some(old)));
        assert!(found(&held, newer)[0].contains("does not say so"));
    }
}
