//! `vague-link`: links whose text does not say where they lead.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{InlineKind, plain, walk_inlines};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "vague-link",
    level: Level::Warning,
    summary: "the text of a link does not say where it leads",
    run: Run::Project(look),
};

/// Texts that say nothing about the target.
const VAGUE: [&str; 10] =
    ["here", "click here", "this", "link", "this link", "read more", "more", "see here", "this page", "this document"];

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, blocks) in view.texts() {
        walk_inlines(blocks, &mut |inline| {
            let (InlineKind::Link(link), Some(span)) = (&inline.kind, inline.span) else { return };
            let text = plain(&link.content);
            let folded = text.trim().trim_end_matches(['.', '…', ':']).to_lowercase();
            // A link without words is a reference: it gets those of its target.
            if VAGUE.contains(&folded.as_str()) {
                let message = format!("“{}” does not say where the link leads", text.trim());
                findings.push(
                    Finding::warning(RULE.slug, message)
                        .at(span, "what is behind it?")
                        .help("name what the reader finds there: `[restoring the database](deployment.md#restore)`"),
                );
            }
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    use crate::check::testing::external;

    #[test]
    fn a_link_that_does_not_say_where_it_leads_is_found() {
        let count = |text: &str| {
            let mut case = Case::new();
            case.fragment("docs/a.md", |doc| doc.heading(2, "A").link(text, external("https://a.b")));
            case.found("vague-link").len()
        };
        assert_eq!(count("Click here"), 1);
        assert_eq!(count("here."), 1);
        assert_eq!(count(""), 0);
        assert_eq!(count("here is the plan"), 0);
    }
}
