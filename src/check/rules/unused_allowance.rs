//! `unused-allowance`: allowances that let nothing pass.

use super::{Rule, Run};
use crate::check::allow::Allowance;
use crate::check::view::View;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unused-allowance",
    level: Level::Warning,
    summary: "an allowance lets nothing pass",
    run: Run::Findings(look),
};

fn look(view: &View<'_>, seen: &[Finding]) -> Vec<Finding> {
    let unused = view
        .allowances()
        .iter()
        .filter(|allowance| allowance.is_valid() && !seen.iter().any(|finding| allowance.covers(finding)));
    let finding = |allowance: &Allowance| {
        Finding::warning(RULE.slug, format!("the allowance of `{}` is not needed", allowance.rule))
            .at(allowance.place, "nothing is found in the block behind it")
            .help("take the comment out")
    };
    unused.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn an_allowance_that_lets_nothing_pass_is_found() {
        let found = |text: &str| {
            let mut case = Case::new();
            case.fragment("docs/a.md", |doc| {
                doc.heading(2, "A").comment("handoff: allow placeholder-text later").para(text)
            });
            case.found("unused-allowance").len()
        };
        assert_eq!(found("Ask Bo."), 1);
        assert_eq!(found("Ask [Name]."), 0);
    }

    #[test]
    fn an_allowance_with_nothing_behind_it_is_found() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A").para("Ask [Name].").comment("handoff: allow placeholder-text later")
        });
        assert_eq!(case.found("unused-allowance").len(), 1);
    }
}
