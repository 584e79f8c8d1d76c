//! `skipped-heading-level`: headings that skip a level.

use super::{Rule, Run};
use crate::check::headings::skips;
use crate::check::view::View;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "skipped-heading-level",
    level: Level::Warning,
    summary: "a heading skips a level",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let found = view.loaded.fragments.iter().flat_map(|fragment| skips(&fragment.blocks));
    let finding = |skip: crate::check::headings::Skip| {
        let (level, wanted) = (skip.level, skip.wanted);
        Finding::warning(RULE.slug, format!("the heading of level {level} ought to be one of level {wanted}"))
            .at(skip.span, "a level is skipped above it")
            .help(format!("write it with {} in front; `handoff check --fix` does it", "#".repeat(usize::from(wanted))))
    };
    found.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn headings_that_skip_a_level_are_found_with_their_siblings() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A")
                .para("Text.")
                .heading(4, "B")
                .para("Text.")
                .heading(4, "C")
                .para("Text.")
                .heading(5, "D")
                .para("Text.")
        });
        let findings = case.found("skipped-heading-level");
        let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
        let wanted = |level, wanted| format!("the heading of level {level} ought to be one of level {wanted}");
        assert_eq!(messages, [wanted(4, 3), wanted(4, 3), wanted(5, 4)]);
    }

    #[test]
    fn a_fragment_may_begin_at_any_level_and_go_up_by_any_step() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(3, "A").para("Text.").heading(4, "B").para("Text.").heading(1, "C").para("Text.")
        });
        assert!(case.found("skipped-heading-level").is_empty());
    }
}
