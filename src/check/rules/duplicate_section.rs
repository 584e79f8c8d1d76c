//! `duplicate-section`: sections that say the same.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{Section, plain, prose, sections};
use crate::source::Span;
use std::collections::BTreeMap;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "duplicate-section",
    level: Level::Warning,
    summary: "two sections say the same",
    run: Run::Project(look),
};

/// Fewer words may be the same by chance.
const LEAST_WORDS: usize = 20;

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut met: BTreeMap<String, (String, Span)> = BTreeMap::new();
    let mut findings = Vec::new();
    for section in view.dossier.documents.iter().flat_map(|document| sections(&document.blocks)) {
        let Some((span, text)) = section.span.zip(words(&section)) else { continue };
        let title = plain(&section.heading.content);
        match met.get(&text) {
            None => _ = met.insert(text, (title, span)),
            Some((first, at)) => findings.push(
                Finding::warning(RULE.slug, format!("the section “{title}” says the same as “{first}”"))
                    .at(span, "the same text")
                    .at(*at, "as here")
                    .help("keep one of them, and link to it from the other"),
            ),
        }
    }
    findings
}

/// The words of a section that has no sections in it, if there are enough of them.
fn words(section: &Section<'_>) -> Option<String> {
    if !sections(section.body).is_empty() {
        return None;
    }
    let text = prose(section.body).to_lowercase();
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (words.len() >= LEAST_WORDS).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    use crate::check::testing::LONG;

    #[test]
    fn the_same_text_under_two_headings_is_found() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "Scaling").para(LONG));
        case.fragment("docs/b.md", |doc| doc.heading(2, "Growing").para(LONG));
        let findings = case.found("duplicate-section");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "the section “Growing” says the same as “Scaling”");
    }

    #[test]
    fn short_and_different_texts_are_left_alone() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("See above.").heading(2, "B").para("See above."));
        case.fragment("docs/b.md", |doc| {
            doc.heading(2, "C").para(LONG).heading(2, "D").para(&LONG.replace("one", "two"))
        });
        assert!(case.found("duplicate-section").is_empty());
    }
}
