//! `missing-document`: documents that are due and of which nothing is there.

use super::{Rule, Run};
use crate::check::coverage::{Judged, Judgement};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::checklist::{Evidence, Item};
use crate::model::report::State;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "missing-document",
    level: Level::Error,
    summary: "a document that is due is not there",
    run: Run::Coverage(look),
};

fn look(view: &View<'_>, judgement: &Judgement<'_>) -> Vec<Finding> {
    let documents = judgement.checklist.documents().map(|(_, document)| document);
    documents
        .filter(|document| is_missing(view, judgement, document.document.as_str()))
        .filter_map(|document| finding(view, judgement, document.document.as_str()))
        .collect()
}

/// Whether nothing of a document is there although some of it is due. Then there is one finding for the
/// document and none for its items.
///
/// A document that is proved by records alone is never missing: its items are.
pub(super) fn is_missing(view: &View<'_>, judgement: &Judgement<'_>, kind: &str) -> bool {
    let supplied = |judged: &&Judged<'_>| is_text(judged) || !judged.item.data.is_empty();
    let nothing_of_it = judgement.of(kind).filter(supplied).all(|judged| judged.result.state != State::Met);
    let has_fragments = view.loaded.fragments.iter().any(|fragment| fragment.document == kind);
    nothing_of_it
        && !has_fragments
        && judgement.of(kind).any(|judged| supplied(&judged))
        && judgement.of(kind).any(|judged| judged.result.state.blocks())
        && judgement.of(kind).filter(supplied).all(|judged| judged.result.evidence.is_empty())
}

fn is_text(judged: &Judged<'_>) -> bool {
    use Evidence::{Code, Figure, File, Section, Table};
    matches!(judged.item.evidence.value, Section | Figure | Code | Table | File)
}

fn finding(view: &View<'_>, judgement: &Judgement<'_>, kind: &str) -> Option<Finding> {
    let blocking: Vec<_> = judgement.of(kind).filter(|judged| judged.result.state.blocks()).collect();
    if blocking.iter().all(|judged| judged.untold().next().is_none()) {
        return None;
    }
    let due = blocking.iter().map(|judged| judged.result.due).min()?;
    let message = format!("document `{kind}` is missing, due by the start of `{due}`");
    let mut finding = Finding::error(RULE.slug, message).item(blocking[0].result.id.clone());
    if let Some(place) = view.stage_place() {
        finding = finding.at(place, format!("`{}` is judged", judgement.stage));
    }
    let sections: Vec<_> = blocking.iter().filter(|judged| is_text(judged)).map(|judged| quoted(judged)).collect();
    if !sections.is_empty() {
        finding = finding.help(format!("write docs/{kind}.md with {}", sections.join(", ")));
    }
    let data: Vec<_> = blocking.iter().flat_map(|judged| &judged.item.data).map(|path| path.as_str()).collect();
    if !data.is_empty() {
        finding = finding.help(format!("add to handoff.yaml: {}", data.join(", ")));
    }
    Some(
        finding.help(format!(
            "or say why it does not apply: `not_applicable: [{{item: {kind}, reason: …}}]` in handoff.yaml"
        )),
    )
}

fn quoted(judged: &Judged<'_>) -> String {
    format!("“{}”", heading(judged.item))
}

/// The heading that is proposed for an item: one in the project's language if that is not the checklist's own,
/// else its title if that reads as a heading, otherwise its first other heading.
pub(in crate::check) fn heading(item: &Item) -> &str {
    let title = item.title.as_str();
    let is_heading = title.chars().count() <= 40 && !title.contains([':', ';', ',', '(']);
    match item.headings.first() {
        Some(other) if !is_heading || item.headings_in.has(other) => other.as_str(),
        _ => title,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;
    use crate::finding::Finding;
    use crate::model::project::Stage;

    #[test]
    fn a_document_of_which_nothing_is_there_is_found_once() {
        let mut case = Case::new();
        case.project("rollout:\n  current: transfer\n");
        let missing: Vec<_> = case.found("missing-document");
        let runbook: Vec<_> = missing.iter().filter(|finding| finding.message.contains("`runbook`")).collect();
        assert_eq!(runbook.len(), 1);
        assert_eq!(case.loaded.sources.slice(runbook[0].span().expect("a place")), "transfer");
        assert!(runbook[0].help[0].starts_with("write docs/runbook.md with “System health checks”"));
        let of_runbook = |finding: &&Finding| finding.item.as_ref().is_some_and(|id| id.starts_with("runbook."));
        assert_eq!(case.check().findings.iter().filter(of_runbook).count(), 1);
    }

    #[test]
    fn a_document_that_is_not_due_or_does_not_apply_is_not_missing() {
        let mut case = Case::new();
        case.options.stage = Some(Stage::Transfer);
        let missing: Vec<_> = case.found("missing-document").into_iter().map(|finding| finding.message).collect();
        assert!(!missing.iter().any(|message| message.contains("`user-guide`") || message.contains("`database`")));
    }

    #[test]
    fn a_document_of_records_alone_is_never_missing() {
        let mut case = Case::new();
        case.options.stage = Some(Stage::Close);
        let missing: Vec<_> = case.found("missing-document").into_iter().map(|finding| finding.message).collect();
        assert!(!missing.iter().any(|message| message.contains("`gates`") || message.contains("`communications`")));
    }

    #[test]
    fn a_document_whose_data_is_there_is_not_missing() {
        let mut case = Case::new();
        case.options.stage = Some(Stage::Transfer);
        let missing: Vec<_> = case.found("missing-document").into_iter().map(|finding| finding.message).collect();
        assert!(!missing.iter().any(|message| message.contains("`contacts`")));
        assert!(missing.iter().any(|message| message.contains("`sla`")));
    }
}
