//! `empty-section`: headings with nothing, or too little, under them.

use super::missing_document::is_missing;
use super::{Rule, Run};
use crate::check::coverage::{Judged, Judgement};
use crate::check::evidence::{Lack, LackKind};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{plain, sections};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "empty-section",
    level: Level::Error,
    summary: "a section says nothing, or too little for its item",
    run: Run::Coverage(look),
};

fn look(view: &View<'_>, judgement: &Judgement<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for judged in judgement.blocking() {
        if is_missing(view, judgement, &judged.result.document) {
            continue;
        }
        if let Some(lack) = thin(judged) {
            findings.push(finding(view, judged, lack));
        }
    }
    let told: Vec<Span> = findings.iter().filter_map(Finding::span).collect();
    findings.extend(bare(view).into_iter().filter(|finding| finding.span().is_none_or(|span| !told.contains(&span))));
    findings
}

/// What is too little, if that is what the item lacks first.
pub(super) fn thin<'a>(judged: &'a Judged<'_>) -> Option<&'a Lack> {
    judged.untold().next().filter(|lack| lack.kind == LackKind::Words)
}

fn finding(view: &View<'_>, judged: &Judged<'_>, lack: &Lack) -> Finding {
    let finding = Finding::error(RULE.slug, lack.text.clone()).item(judged.result.id.clone());
    let finding = match lack.at.or_else(|| view.stage_place()) {
        Some(place) => finding.at(place, format!("`{}` asks for a real text here", judged.result.id)),
        None => finding,
    };
    finding.help("write what the reader has to know; headings, placeholders and repeated titles do not count")
}

/// Headings of fragments with nothing under them, whatever item they are about.
fn bare(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for section in view.dossier.documents.iter().flat_map(|document| sections(&document.blocks)) {
        let Some(span) = section.span.filter(|_| section.body.is_empty()) else { continue };
        let title = plain(&section.heading.content);
        findings.push(
            Finding::error(RULE.slug, format!("section “{title}” is empty"))
                .at(span, "nothing stands under this heading")
                .help("write the section, or take the heading out"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, LONG};
    use crate::model::report::State;

    #[test]
    fn a_heading_with_nothing_under_it_is_found_once() {
        let mut case = Case::new();
        case.project("rollout:\n  current: transfer\n");
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Scaling").heading(2, "Other").para(LONG));
        let findings = case.found("empty-section");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "section “Scaling” is empty");
        assert_eq!(case.place(&findings[0]), Some(("docs/runbook.md".into(), 1, 1)));
    }

    #[test]
    fn a_heading_of_no_item_must_not_be_empty_either() {
        let mut case = Case::new();
        case.fragment("docs/notes.md", |doc| doc.heading(2, "History").heading(2, "Other").para("Something."));
        assert_eq!(case.found("empty-section").len(), 1);
    }

    #[test]
    fn few_words_and_echoes_are_too_little() {
        let mut case = Case::new();
        case.project("rollout:\n  current: transfer\n");
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Scaling").para("Scaling.").para("Ask the team TBD."));
        let findings = case.found("empty-section");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "section “Scaling” has 3 words of text, not 20");
        assert_eq!(case.state("runbook.scaling"), State::Partial);
    }
}
