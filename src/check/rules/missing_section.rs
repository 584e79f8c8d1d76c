//! `missing-section`: documents that are there but lack a section that is due.

use super::missing_document::{heading, is_missing};
use super::{Rule, Run};
use crate::check::coverage::{Judged, Judgement};
use crate::check::evidence::LackKind;
use crate::check::view::View;
use crate::finding::{Finding, Level, suggestion};
use crate::model::checklist::Evidence;
use crate::model::node::shorten;
use crate::model::text::{BlockKind, plain, sections};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "missing-section",
    level: Level::Error,
    summary: "a document lacks a section that is due",
    run: Run::Coverage(look),
};

fn look(view: &View<'_>, judgement: &Judgement<'_>) -> Vec<Finding> {
    let lacking = |judged: &&Judged<'_>| judged.untold().any(|lack| lack.kind == LackKind::Section);
    let blocking = judgement.blocking().filter(lacking);
    let present = blocking.filter(|judged| !is_missing(view, judgement, judged.result.document.as_str()));
    present.map(|judged| finding(view, judged)).collect()
}

fn finding(view: &View<'_>, judged: &Judged<'_>) -> Finding {
    let item = judged.item;
    let kind = judged.result.document.as_str();
    let heading = heading(item);
    let message = format!("document `{kind}` has no section “{}”", shorten(item.title.as_str()));
    let mut finding = Finding::error(RULE.slug, message).item(item.id.as_str());
    if let Some(place) = place(view, kind) {
        finding = finding.at(place, format!("due by the start of `{}`", judged.result.due));
    }
    if let Some(near) = similar_heading(view, judged) {
        finding = finding.help(format!("is it “{near}”? then write `{{#{}}}` behind that heading", item.short_id()));
    }
    let folder = format!("docs/{kind}/");
    let in_folder = view.loaded.fragments.iter().any(|one| one.document == kind && one.path.starts_with(&folder));
    let file = match view.loaded.fragments.iter().find(|fragment| fragment.document == kind) {
        Some(_) if in_folder => format!("to a new file in {folder}"),
        Some(fragment) => format!("to {}", fragment.path),
        None => format!("to docs/{kind}.md"),
    };
    let marks = if in_folder { "#" } else { "##" };
    let content = match item.evidence.value {
        Evidence::Code => "a sentence and a block of code",
        Evidence::Table => "a sentence and a table",
        Evidence::Figure => "a sentence and an image",
        _ => "its text",
    };
    finding.help(format!("add `{marks} {heading} {{#{}}}` with {content} {file}", item.short_id()))
}

/// A heading of the document that is nearly one of those that cover the item.
fn similar_heading(view: &View<'_>, judged: &Judged<'_>) -> Option<String> {
    let document = view.dossier.document(&judged.result.document)?;
    let known = || judged.item.headings.iter().chain([&judged.item.title]).map(|heading| heading.as_str());
    let headings = sections(&document.blocks).into_iter().map(|section| plain(&section.heading.content));
    headings.into_iter().find(|heading| suggestion(heading, known()).is_some())
}

/// Where the document begins: the first heading of its first fragment. For a document without
/// fragments, where it stands what is due.
fn place(view: &View<'_>, kind: &str) -> Option<Span> {
    let Some(fragment) = view.loaded.fragments.iter().find(|fragment| fragment.document == kind) else {
        return view.stage_place();
    };
    let heading = fragment.blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading(_)));
    heading.and_then(|block| block.span).or(Some(Span::start_of(fragment.file)))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, LONG};

    #[test]
    fn a_section_that_is_due_and_not_there_is_found() {
        let mut case = Case::new();
        case.project("rollout:\n  current: transfer\n");
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Scaling").para(LONG).heading(2, "Incidnets").para(LONG));
        let findings = case.found("missing-section");
        let items: Vec<_> = findings.iter().filter_map(|finding| finding.item.as_deref()).collect();
        assert_eq!(
            items,
            [
                "runbook.health-checks",
                "runbook.common-tasks",
                "runbook.monitoring",
                "runbook.logs",
                "runbook.incident-response",
            ]
        );
        assert_eq!(case.place(&findings[0]), Some(("docs/runbook.md".into(), 1, 1)));
        assert_eq!(
            findings[0].help,
            ["add `## System health checks {#health-checks}` with a sentence and a block of code to docs/runbook.md"]
        );
        assert_eq!(findings[4].help[0], "is it “Incidnets”? then write `{#incident-response}` behind that heading");
    }

    #[test]
    fn in_a_folder_a_section_is_a_file_of_its_own() {
        let mut case = Case::new();
        case.project("rollout:\n  current: transfer\n");
        case.fragment("docs/runbook/10-scaling.md", |doc| doc.heading(2, "Scaling").para(LONG));
        let findings = case.found("missing-section");
        assert_eq!(
            findings[0].help,
            [
                "add `# System health checks {#health-checks}` with a sentence and a block of code to a new file in docs/runbook/"
            ]
        );
    }
}
