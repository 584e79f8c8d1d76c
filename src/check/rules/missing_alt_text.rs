//! `missing-alt-text`: images that say nothing to those who cannot see them.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::document::Document;
use crate::model::text::{BlockKind, Diagram, Image, InlineKind, walk_blocks, walk_inlines};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "missing-alt-text",
    level: Level::Error,
    summary: "an image has no text alternative",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let (mut findings, mut diagrams) = (Vec::new(), Vec::new());
    let mut see = |image: &Image, span: Option<Span>| {
        if image.alt.trim().is_empty() {
            let finding = Finding::error(RULE.slug, "the image has no text alternative")
                .help("say in a few words what it shows: `![what it shows](file.svg)`");
            findings.push(match span {
                Some(span) => finding.at(span, "what does it show?"),
                None => finding,
            });
        }
    };
    for blocks in view.dossier.all().flat_map(Document::texts) {
        walk_blocks(blocks, &mut |block| {
            if let BlockKind::Figure(image) = &block.kind {
                see(image, block.span);
            }
        });
        walk_blocks(blocks, &mut |block| {
            if let BlockKind::Diagram(diagram) = &block.kind
                && diagram.alt.trim().is_empty()
            {
                diagrams.push(silent(diagram, block.span));
            }
        });
        walk_inlines(blocks, &mut |inline| {
            if let InlineKind::Image(image) = &inline.kind {
                see(image, inline.span);
            }
        });
    }
    findings.extend(diagrams);
    findings
}

/// A finding about a diagram that says nothing: at the line of its fence.
fn silent(diagram: &Diagram, span: Option<Span>) -> Finding {
    let finding = Finding::error(RULE.slug, "the diagram has no text alternative")
        .help("say in a few words what it shows: add `alt=\"...\"` behind `mermaid`, or a line `accDescr: ...` in it");
    let length = u32::try_from("```".len() + diagram.info.len()).unwrap_or(0);
    match span {
        Some(span) => finding.at(Span { end: span.end.min(span.start + length), ..span }, "what does it show?"),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;
    use crate::model::text::Target;

    #[test]
    fn an_image_without_words_is_found() {
        let mut case = Case::new();
        let target = Target::File("docs/x.svg".into());
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").figure(" ", target.clone()).figure("A plan", target));
        let findings = case.found("missing-alt-text");
        assert_eq!(findings.len(), 1);
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 3, 1)));
    }
}
