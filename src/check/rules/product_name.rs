//! `product-name`: other spellings of the name of the product.

use super::{Rule, Run};
use crate::check::placeholder::locate;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{InlineKind, walk_inlines};
use regex::Regex;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "product-name",
    level: Level::Warning,
    summary: "the name of the product is spelt in another way",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let name = project.project.name.as_str();
    let Some(pattern) = spellings(name) else { return Vec::new() };
    let mut findings = Vec::new();
    for (_, blocks) in view.texts() {
        walk_inlines(blocks, &mut |inline| {
            let (InlineKind::Text(text), Some(span)) = (&inline.kind, inline.span) else { return };
            for found in pattern.find_iter(text).filter(|found| found.as_str() != name) {
                findings.push(
                    Finding::warning(RULE.slug, format!("“{}” is called “{name}”", found.as_str()))
                        .at(locate(view.sources(), span, text, &found.range()), "spelt in another way")
                        .at(project.project.name.span, "its name")
                        .help("spell it as the project file does, or write `{{ project.name }}`"),
                );
            }
        });
    }
    findings
}

/// What the name may be mistaken for: other capitals, hyphens or nothing between its words. A name that is one
/// common word may be that word in a text.
fn spellings(name: &str) -> Option<Regex> {
    let words: Vec<String> = name
        .split(|c: char| c == '-' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .map(regex::escape)
        .collect();
    let mixed = name.chars().skip(1).any(char::is_uppercase);
    if words.len() < 2 && !mixed {
        return None;
    }
    Regex::new(&format!(r"(?i)\b{}\b", words.join(r"(?:[-\u{a0} ]|)"))).ok()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn found(name: &str, text: &str) -> usize {
        let mut case = Case::new();
        case.edit_project("name: Berth", &format!("name: {name}"));
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para(text));
        case.found("product-name").len()
    }

    #[test]
    fn other_spellings_are_found() {
        assert_eq!(found("Berth Portal", "The berth portal, the BerthPortal and the Berth-Portal."), 3);
        assert_eq!(found("BerthBook", "Open Berthbook."), 1);
    }

    #[test]
    fn the_name_and_common_words_are_left_alone() {
        assert_eq!(found("Berth Portal", "The Berth Portal is a portal."), 0);
        assert_eq!(found("Berth", "Every berth has a number."), 0);
    }
}
