//! `shrinking-audience`: stages of the rollout that reach fewer users than those before them.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::Located;
use crate::model::project::Stage;
use crate::model::value::Percent;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "shrinking-audience",
    level: Level::Warning,
    summary: "a stage of the rollout reaches fewer users than the one before it",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let stages = view.project().and_then(|project| project.rollout.as_ref()).map(|rollout| &rollout.stages);
    let shares: Vec<_> =
        stages.into_iter().flatten().filter_map(|stage| Some((stage.id.value, stage.share?))).collect();
    let finding = |pair: &[(Stage, Located<Percent>)]| {
        let [(before, larger), (stage, smaller)] = pair else { return None };
        (smaller.value < larger.value).then(|| {
            Finding::warning(RULE.slug, format!("stage `{stage}` reaches fewer users than `{before}`"))
                .at(smaller.span, "a smaller share")
                .at(larger.span, "than before")
                .help("a rollout goes to more users from stage to stage: correct one of the two shares")
        })
    };
    shares.windows(2).filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn a_share_that_shrinks_is_found_and_one_that_grows_is_not() {
        let stages = |second: &str| {
            let mut case = Case::new();
            case.project(&format!(
                "rollout:\n  stages:\n    - id: pilot\n      audience: Some\n      share: 20 %\n      starts: 2026-12-01\n      owner: anna-lind\n    - id: expanded\n      audience: More\n      starts: 2026-12-05\n      owner: anna-lind\n    - id: ga\n      audience: All\n      share: {second}\n      starts: 2026-12-14\n      owner: anna-lind\n"
            ));
            case.found("shrinking-audience").len()
        };
        assert_eq!(stages("10 %"), 1);
        assert_eq!(stages("20 %"), 0);
        assert_eq!(stages("100 %"), 0);
    }
}
