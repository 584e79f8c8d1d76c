//! `inapplicable-document`: documents that are written although the project says that they do not apply.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::checklist::ChecklistDocument;
use crate::model::project::Project;
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "inapplicable-document",
    level: Level::Warning,
    summary: "a document is written, and the project says that it does not apply",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let (Some(project), Some(checklist)) = (view.project(), view.checklist) else { return Vec::new() };
    checklist.documents().filter_map(|(_, document)| finding(view, project, document)).collect()
}

fn finding(view: &View<'_>, project: &Project, document: &ChecklistDocument) -> Option<Finding> {
    let kind = document.document.as_str();
    let written = view.fragments(kind).find(|fragment| !fragment.blocks.is_empty())?;
    let at = Span::start_of(written.file);
    let message = format!("`{kind}` is written, and the project says that it does not apply");
    let finding = Finding::warning(RULE.slug, message);
    if let Some(entry) = project.not_applicable.iter().find(|entry| entry.item.as_str() == kind) {
        return Some(
            finding
                .at(entry.item.span, "said here")
                .at(at, "written here")
                .help("take the entry out of `not_applicable`, so that the document is judged, or take the text out"),
        );
    }
    let needed = document.when.required_trait()?;
    let has = project.project.traits.iter().any(|set| set.value == needed);
    (!has).then(|| {
        finding
            .at(at, format!("the trait `{needed}` is not set, so nothing in it is judged"))
            .help(format!("add `{needed}` to `project.traits`, or take the text out"))
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, LONG};

    fn count(about: &str, more: &str) -> usize {
        let mut case = Case::new();
        case.project_with(about, more);
        case.fragment("docs/api.md", |doc| doc.heading(2, "Requests").para(LONG));
        case.found("inapplicable-document").len()
    }

    #[test]
    fn a_text_whose_trait_is_not_set_is_found() {
        assert_eq!(count("", ""), 1);
        assert_eq!(count("  traits: [api]\n", ""), 0);
    }

    #[test]
    fn a_text_that_is_declared_not_to_apply_is_found() {
        assert_eq!(count("  traits: [api]\n", "not_applicable:\n  - item: api\n    reason: Nobody uses it.\n"), 1);
        assert_eq!(count("  traits: [api]\n", "not_applicable:\n  - item: api.errors\n    reason: None.\n"), 0);
    }
}
