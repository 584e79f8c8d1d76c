//! `unknown-reference`: `{{ references }}` in prose that name nothing.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unknown-reference",
    level: Level::Error,
    summary: "a reference in prose names nothing in handoff.yaml",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let finding = |unresolved: &crate::model::document::Unresolved| {
        let reference = &unresolved.reference;
        let mut finding = Finding::error(RULE.slug, format!("`{{{{ {reference} }}}}` names nothing in handoff.yaml"));
        if let Some(span) = unresolved.span {
            finding = finding.at(span, "there is no such value");
        }
        match &unresolved.near {
            Some(near) => finding.help(format!("did you mean `{{{{ {near} }}}}`?")),
            None => finding.help("write a path such as `{{ project.name }}`, entries of a list by their id"),
        }
    };
    view.dossier.unresolved.iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;
    use crate::model::document::Unresolved;
    use crate::source::Span;

    #[test]
    fn a_reference_to_nothing_is_found_with_what_was_meant() {
        let mut case = Case::new();
        let file = case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("It is {{ project.nam }}."));
        let span = Some(Span::new(file, 12, 29));
        let near = Some("project.name".into());
        case.dossier.unresolved.push(Unresolved { reference: "project.nam".into(), span, near });
        let findings = case.found("unknown-reference");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].help, ["did you mean `{{ project.name }}`?"]);
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 3, 7)));
    }
}
