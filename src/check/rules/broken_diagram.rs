//! `broken-diagram`: diagrams that cannot be drawn.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::document::Undrawn;

/// The rule.
pub(super) const RULE: Rule =
    Rule { slug: "broken-diagram", level: Level::Error, summary: "a diagram cannot be drawn", run: Run::Project(look) };

fn look(view: &View<'_>) -> Vec<Finding> {
    view.dossier.undrawn.iter().map(finding).collect()
}

fn finding(undrawn: &Undrawn) -> Finding {
    if let Some(span) = undrawn.span {
        return Finding::error(RULE.slug, format!("the diagram cannot be drawn: {}", undrawn.why))
            .at(span, "the drawing ends here")
            .help("mend the diagram; until then its text is shown as code");
    }
    let document = &undrawn.document;
    Finding::error(RULE.slug, format!("a diagram of `{document}` cannot be drawn: {}", undrawn.why)).help(format!(
        "the template `documents/{document}.md` makes it from handoff.yaml: mend the template if it is your own"
    ))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;
    use crate::model::document::Undrawn;
    use crate::source::Span;

    #[test]
    fn what_cannot_be_drawn_is_told_with_line_and_reason() {
        let mut case = Case::new();
        let file = case.fragment("docs/a.md", |doc| doc.heading(2, "A"));
        let undrawn = |span| Undrawn { document: "a".into(), why: "an arrow leads nowhere".into(), span };
        case.dossier.undrawn = vec![undrawn(Some(Span::new(file, 0, 4))), undrawn(None)];
        let findings = case.found("broken-diagram");
        assert_eq!(findings.len(), 2);
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 1, 1)));
        assert!(findings.iter().all(|finding| finding.message.ends_with("an arrow leads nowhere")));
    }
}
