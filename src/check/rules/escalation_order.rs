//! `escalation-order`: steps of the escalation path that are not in the order of time.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "escalation-order",
    level: Level::Warning,
    summary: "a step of the escalation path is taken before the one above it",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let steps = view.project().and_then(|project| project.support.as_ref()).map(|support| &support.escalation);
    let pairs = steps.into_iter().flat_map(|steps| steps.windows(2));
    let finding = |pair: &[crate::model::project::EscalationStep]| {
        let [first, second] = pair else { return None };
        (second.after.minutes < first.after.minutes).then(|| {
            Finding::warning(
                RULE.slug,
                format!("this step is taken after {}, the one above it only after {}", second.after, first.after),
            )
            .at(second.after.span, "earlier")
            .at(first.after.span, "later")
            .help("put the steps in the order in which they are taken")
        })
    };
    pairs.filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn a_step_before_the_one_above_it_is_found() {
        let steps = |second: &str| {
            let mut case = Case::new();
            case.project(&format!(
                "support:\n  escalation:\n    - after: 1 h\n      contact: anna-lind\n      when: A\n    - after: {second}\n      contact: bo-ek\n      when: B\n"
            ));
            case.found("escalation-order").len()
        };
        assert_eq!(steps("30 min"), 1);
        assert_eq!(steps("1 h"), 0);
        assert_eq!(steps("2 h"), 0);
    }
}
