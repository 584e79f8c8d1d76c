//! `adr-status`: decision records that do not say how far the decision is.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::decision::{DecisionRecord, DecisionStatus};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "adr-status",
    level: Level::Error,
    summary: "a decision record has no status",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    view.loaded.decisions.iter().filter(|record| record.status.is_none()).map(finding).collect()
}

fn finding(record: &DecisionRecord) -> Finding {
    let words: Vec<_> = DecisionStatus::ALL.iter().map(|status| status.as_str()).collect();
    let help = format!("write one of {} in a section `## Status`, with its date", words.join(", "));
    match &record.odd_status {
        Some(odd) => Finding::error(RULE.slug, format!("the status of the decision “{}” is not known", record.title))
            .at(odd.span, "not a status")
            .help(help),
        None => Finding::error(RULE.slug, format!("the decision “{}” has no status", record.title))
            .at(record.place, "has no section “Status”")
            .help(help),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;
    use crate::model::decision::{DecisionRecord, DecisionStatus};
    use crate::model::node::Located;
    use crate::source::Span;

    #[test]
    fn a_record_without_a_status_is_found() {
        let mut case = Case::new();
        let file = case.fragment("docs/decisions/0001-a.md", |doc| doc.heading(2, "Queue"));
        let place = Span::start_of(file);
        let mut record = DecisionRecord {
            file,
            number: Some(1),
            title: "Queue".into(),
            place,
            status: None,
            odd_status: None,
            date: None,
            superseded_by: None,
            supersedes: Vec::new(),
        };
        case.loaded.decisions = vec![record.clone()];
        assert_eq!(case.found("adr-status").len(), 1);
        record.odd_status = Some(Located { value: "maybe".into(), span: place });
        case.loaded.decisions = vec![record.clone()];
        assert!(case.found("adr-status")[0].message.contains("not known"));
        record.status = Some(Located { value: DecisionStatus::Accepted, span: place });
        case.loaded.decisions = vec![record];
        assert!(case.found("adr-status").is_empty());
    }
}
