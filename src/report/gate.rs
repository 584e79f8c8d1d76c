//! What the criteria of a gate say, for people and for programs.

use super::Style;
use super::table::{CYAN, GREEN, RED, YELLOW, paint};
use crate::finding::Finding;
use crate::model::gate::{Criterion, Evaluation, Origin};
use crate::model::records::Verdict;
use crate::model::report::{Coverage, Report};
use std::fmt::Write;

/// Writes the criteria with what each says, the worst first, and then what they say together.
#[must_use]
pub fn human(evaluation: &Evaluation, style: &Style) -> String {
    let mut out = format!("Gate at the end of stage `{}`\n\n", evaluation.stage);
    for verdict in [Verdict::NoGo, Verdict::Undecided, Verdict::Go] {
        for criterion in evaluation.saying(verdict) {
            let _ = writeln!(out, "  {} {}", mark(style, verdict), line(criterion));
        }
    }
    let count = |verdict| evaluation.saying(verdict).count();
    let (go, no_go, open) = (count(Verdict::Go), count(Verdict::NoGo), count(Verdict::Undecided));
    let _ = writeln!(out, "\n{}: {no_go} against, {open} open, {go} for", mark(style, evaluation.verdict));
    if evaluation.criteria.iter().any(|one| one.origin == Origin::Words && one.verdict == Verdict::Undecided) {
        let help = "a criterion with a number is for people: `--holds NUMBER` where it is so, `--fails NUMBER` where it is not";
        let _ = writeln!(out, "  {} {help}", paint(style, CYAN, "help:"));
    }
    out
}

fn line(criterion: &Criterion) -> String {
    let number = criterion.number.map(|number| format!("[{number}] ")).unwrap_or_default();
    format!("{number}{}: {}", criterion.what, criterion.why)
}

/// The verdict in capitals, all of one width.
fn mark(style: &Style, verdict: Verdict) -> String {
    let (colour, word) = match verdict {
        Verdict::Go => (GREEN, "GO       "),
        Verdict::NoGo => (RED, "NO-GO    "),
        Verdict::Undecided => (YELLOW, "UNDECIDED"),
    };
    paint(style, colour, word)
}

/// The evaluation as a report, for the formats that know findings: what says no is an error, what is for
/// people to judge a warning.
#[must_use]
pub fn report(evaluation: &Evaluation, coverage: Option<Coverage>) -> Report {
    let finding = |criterion: &Criterion| {
        let message = format!("{}: {}", criterion.what, criterion.why);
        match criterion.verdict {
            Verdict::Go => None,
            Verdict::NoGo => Some(Finding::error("gate", message)),
            Verdict::Undecided => Some(Finding::warning("gate", message)),
        }
    };
    let limits = vec![format!("at the gate behind stage {}", evaluation.stage)];
    let findings = evaluation.criteria.iter().filter_map(finding).collect();
    Report { findings, coverage, limits, ..Report::default() }
}

/// Writes the evaluation as JSON.
#[must_use]
pub fn json(evaluation: &Evaluation) -> String {
    serde_json::to_string_pretty(evaluation).map_or_else(|_| String::new(), |text| text + "\n")
}

/// One line a criterion, as a record keeps them.
#[must_use]
pub fn reasons(evaluation: &Evaluation) -> Vec<String> {
    let word = |verdict: Verdict| verdict.as_str().to_uppercase();
    evaluation.criteria.iter().map(|one| format!("{} – {}: {}", word(one.verdict), one.what, one.why)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::project::Stage;

    fn evaluation() -> Evaluation {
        let one = |origin, verdict, number, what: &str| Criterion {
            origin,
            verdict,
            number,
            what: what.into(),
            why: "because".into(),
        };
        let criteria = vec![
            one(Origin::Metric, Verdict::Go, None, "Error rate"),
            one(Origin::Words, Verdict::Undecided, Some(1), "Feedback is good"),
            one(Origin::Checklist, Verdict::NoGo, None, "Runbook"),
        ];
        Evaluation::new(Stage::Pilot, Some(Stage::Expanded), criteria)
    }

    #[test]
    fn the_worst_comes_first_and_the_verdict_last() {
        let text = human(&evaluation(), &Style::default());
        let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines[1], "  NO-GO     Runbook: because");
        assert_eq!(lines[2], "  UNDECIDED [1] Feedback is good: because");
        assert_eq!(lines[3], "  GO        Error rate: because");
        assert!(lines[4].starts_with("NO-GO") && lines[4].ends_with("1 against, 1 open, 1 for"), "{}", lines[4]);
        assert!(lines[5].contains("--holds"));
    }

    #[test]
    fn what_says_no_is_an_error_where_findings_are_wanted() {
        let report = report(&evaluation(), None);
        let told: Vec<_> = report.findings.iter().map(|one| (one.level.as_str(), one.message.as_str())).collect();
        assert_eq!(told, [("warning", "Feedback is good: because"), ("error", "Runbook: because")]);
    }

    #[test]
    fn programs_get_the_same() {
        let value: serde_json::Value = serde_json::from_str(&json(&evaluation())).expect("JSON");
        assert_eq!(value["verdict"], "no-go");
        assert_eq!(value["criteria"][1]["number"], 1);
        assert_eq!(reasons(&evaluation())[2], "NO-GO – Runbook: because");
    }
}
