//! `unused-footnote`: footnotes that no text refers to.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::fragment::Fragment;
use crate::model::text::{Footnote, InlineKind, walk_inlines};
use std::collections::BTreeSet;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unused-footnote",
    level: Level::Warning,
    summary: "a footnote that no text refers to",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    view.loaded.fragments.iter().flat_map(unused).collect()
}

fn unused(fragment: &Fragment) -> Vec<Finding> {
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for blocks in fragment.texts() {
        walk_inlines(blocks, &mut |inline| {
            if let InlineKind::Footnote(label) = &inline.kind {
                named.insert(label);
            }
        });
    }
    let finding = |note: &Footnote| {
        Finding::warning(RULE.slug, format!("no text refers to the footnote `{}`", note.label))
            .at(note.span.unwrap_or(crate::source::Span::start_of(fragment.file)), "left out of the document")
            .help("refer to it in the text, or take it out")
    };
    fragment.footnotes.iter().filter(|note| !named.contains(note.label.as_str())).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn a_footnote_that_no_text_refers_to_is_found() {
        use crate::model::text::{Footnote, Inline, InlineKind};
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("It holds."));
        case.loaded.fragments[0].footnotes.push(Footnote { label: "1".into(), blocks: Vec::new(), span: None });
        assert_eq!(case.found("unused-footnote").len(), 1);
        let reference = Inline { kind: InlineKind::Footnote("1".into()), span: None };
        case.loaded.fragments[0].blocks[1].kind = crate::model::text::BlockKind::Paragraph(vec![reference].into());
        assert!(case.found("unused-footnote").is_empty());
    }
}
