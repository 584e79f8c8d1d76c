//! `overruled-gate`: decisions to go on although the criteria said no.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::records::{Decision, GateDecision, Verdict};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "overruled-gate",
    level: Level::Error,
    summary: "a gate was passed although its criteria said no",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let against = |gate: &&GateDecision| {
        let said_no = gate.verdict.as_ref().is_some_and(|verdict| verdict.value == Verdict::NoGo);
        gate.decision.value == Decision::Go && (said_no || gate.overruled.is_some())
    };
    view.loaded.records.gates.iter().filter(against).map(finding).collect()
}

/// Without a reason it blocks; with one it is told to everybody who reads the report.
fn finding(gate: &GateDecision) -> Finding {
    let (stage, by) = (gate.stage.as_str(), gate.by.as_str());
    match &gate.overruled {
        None => {
            let message = format!("the gate `{stage}` was passed against its criteria, and nobody says why");
            let finding = Finding::error(RULE.slug, message).at(gate.decision.span, "decided to go on");
            let finding = match &gate.verdict {
                Some(verdict) => finding.at(verdict.span, "the criteria said no"),
                None => finding,
            };
            finding
                .help("add `overruled:` with the reason")
                .help(format!("or decide again: `handoff gate {stage} --decide no-go --by {by}`"))
        }
        Some(reason) => {
            let message = format!("the gate `{stage}` was passed against its criteria by `{by}`: {}", reason.as_str());
            Finding::new(RULE.slug, Level::Note, message)
                .at(reason.span, "the reason that was given")
                .help("nothing is to be done; it is told so that nobody overlooks it")
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;
    use crate::finding::Level;

    fn levels(more: &str) -> Vec<Level> {
        let mut case = Case::new();
        let text = format!("stage: pilot\ndecision: go\nby: bo-ek\ndate: 2026-11-10\n{more}");
        case.record("records/gates/a.yaml", &text, |records, gate| records.gates.push(gate));
        case.found("overruled-gate").iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn going_on_against_the_criteria_needs_a_reason() {
        assert_eq!(levels("verdict: no-go\n"), [Level::Error]);
    }

    #[test]
    fn the_reason_is_told_and_blocks_nothing() {
        let mut case = Case::new();
        let text = "stage: pilot\ndecision: go\nby: bo-ek\ndate: 2026-11-10\nverdict: no-go\noverruled: The alarm was a drill\n";
        case.record("records/gates/a.yaml", text, |records, gate| records.gates.push(gate));
        let findings = case.found("overruled-gate");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].level, Level::Note);
        assert!(findings[0].message.ends_with("The alarm was a drill"), "{}", findings[0].message);
    }

    #[test]
    fn decisions_that_follow_the_criteria_are_left_alone() {
        assert_eq!(levels("verdict: go\n"), []);
        assert_eq!(levels("verdict: undecided\n"), []);
        assert_eq!(levels(""), []);
    }
}
