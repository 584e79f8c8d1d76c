//! `missing-alt-text`: images that say nothing to those who cannot see them.

use super::broken_link::texts;
use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{BlockKind, Image, InlineKind, walk_blocks, walk_inlines};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "missing-alt-text",
    level: Level::Error,
    summary: "an image has no text alternative",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
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
    for blocks in view.dossier.documents.iter().flat_map(texts) {
        walk_blocks(blocks, &mut |block| {
            if let BlockKind::Figure(image) = &block.kind {
                see(image, block.span);
            }
        });
        walk_inlines(blocks, &mut |inline| {
            if let InlineKind::Image(image) = &inline.kind {
                see(image, inline.span);
            }
        });
    }
    findings
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
