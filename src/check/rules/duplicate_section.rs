//! `duplicate-section`: sections that say the same.

use super::{Rule, Run};
use crate::check::repetition::Repetition;
use crate::check::view::View;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "duplicate-section",
    level: Level::Warning,
    summary: "two sections say the same",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let finding = |repetition: &Repetition| {
        let Repetition { title, span, first_title, first } = repetition;
        Finding::warning(RULE.slug, format!("the section “{title}” says the same as “{first_title}”"))
            .at(*span, "the same text")
            .at(*first, "as here")
            .help("keep one of them, and link to it from the other")
    };
    view.repetitions().iter().map(finding).collect()
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
    fn capitals_and_punctuation_make_no_difference() {
        for (one, other) in [
            (LONG.to_owned(), LONG.to_uppercase()),
            (LONG.to_owned(), LONG.replace(' ', " – ")),
            (format!("{LONG} ὁ λόγος, ÅNGSTRÖM"), format!("{LONG} Ὁ ΛΌΓΟΣ ångström")),
        ] {
            let mut case = Case::new();
            case.fragment("docs/a.md", |doc| doc.heading(2, "Scaling").para(&one).heading(2, "Growing").para(&other));
            assert_eq!(case.found("duplicate-section").len(), 1, "{one}\n{other}");
        }
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
