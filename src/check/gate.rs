//! Gates: what the criteria at the end of a stage say.
//!
//! Looks at the checklist items that must be there before the next stage begins, the metrics of the
//! rollout, the issues on record and the criteria in words; decides nothing.

use super::{Options, check};
use crate::finding::Level;
use crate::model::checklist::{Checklist, Evidence};
use crate::model::document::Dossier;
use crate::model::gate::{Criterion, Evaluation, Origin, Sample};
use crate::model::loaded::Loaded;
use crate::model::measure::Quantity;
use crate::model::node::Scalar;
use crate::model::project::{GateMetric, Project, RolloutStage, Stage};
use crate::model::records::{IssueState, Verdict};
use crate::model::report::State;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be judged.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// The stage that ends.
    pub stage: Stage,
    /// The day on which it is judged.
    pub today: Date,
    /// The checklist, by its id.
    pub checklist: Option<&'a str>,
    /// Values out of a file, which go before those on record.
    pub samples: &'a [Sample],
    /// What people say about the criteria in words, by number: whether they hold.
    pub said: &'a BTreeMap<usize, bool>,
}

/// The stage behind a stage.
#[must_use]
pub fn next(stage: Stage) -> Option<Stage> {
    Stage::ALL.iter().copied().find(|other| *other > stage)
}

/// Judges the criteria of a gate.
#[must_use]
pub fn evaluate(loaded: &Loaded, dossier: &Dossier, question: &Question<'_>) -> Evaluation {
    let stage = question.stage;
    let mut criteria = Vec::new();
    if let Some(project) = &loaded.project {
        checklist(loaded, dossier, question, &mut criteria);
        let metrics = project.rollout.iter().flat_map(|rollout| &rollout.metrics);
        let looked_at =
            |metric: &&GateMetric| metric.stages.is_empty() || metric.stages.iter().any(|listed| listed.value == stage);
        criteria.extend(metrics.filter(looked_at).map(|metric| measured(loaded, question, metric)));
        issues(loaded, project, question, &mut criteria);
        let planned = project.rollout.iter().flat_map(|rollout| &rollout.stages).find(|plan| plan.id.value == stage);
        criteria.extend(planned.into_iter().flat_map(|plan| in_words(plan, question)));
    }
    Evaluation::new(stage, next(stage), criteria)
}

/// The items that are due by the start of the next stage. The decision of this very gate is none of them.
fn checklist(loaded: &Loaded, dossier: &Dossier, question: &Question<'_>, criteria: &mut Vec<Criterion>) {
    let by = next(question.stage).unwrap_or(question.stage);
    let options =
        Options { stage: Some(by), checklist: question.checklist.map(ToOwned::to_owned), ..Options::default() };
    let report = check(loaded, dossier, &options);
    let own = own_items(loaded.checklist(loaded.checklist_id(question.checklist)), question.stage);
    let told = |finding: &&crate::finding::Finding| {
        finding.level == Level::Error
            && !matches!(finding.rule, "missing-document" | "missing-section" | "missing-evidence")
    };
    let errors = report.findings.iter().filter(told).count();
    if errors > 0 {
        let why = format!("{errors} that `handoff check --stage {by}` tells");
        criteria.push(criterion(Origin::Findings, Verdict::NoGo, "No errors in project and documents", why));
    }
    let Some(coverage) = &report.coverage else { return };
    let (mut met, mut waived) = (0, 0);
    for item in coverage.items.iter().filter(|item| !own.contains(item.id.as_str())) {
        match item.state {
            State::Met => met += 1,
            State::Waived => waived += 1,
            State::Missing | State::Partial => {
                let why = format!("{}: {}", item.state.as_str(), item.remarks.join("; "));
                let what = format!("{} ({})", item.title, item.id);
                criteria.push(criterion(Origin::Checklist, Verdict::NoGo, what, why));
            }
            State::NotApplicable | State::NotDue => {}
        }
    }
    let what = format!("Checklist items due by the stage `{by}`");
    let why = if waived > 0 { format!("{met} met, {waived} waived") } else { format!("{met} met") };
    criteria.push(criterion(Origin::Checklist, Verdict::Go, what, why));
}

/// The items that this gate's own decision will prove.
fn own_items(checklist: Option<&Checklist>, stage: Stage) -> BTreeSet<&str> {
    let documents = checklist.into_iter().flat_map(Checklist::documents);
    let items = documents.flat_map(|(_, document)| &document.items);
    let own = items.filter(|item| {
        item.evidence.value == Evidence::Gate
            && item.record.as_ref().is_some_and(|record| record.as_str() == stage.as_str())
    });
    own.map(|item| item.id.as_str()).collect()
}

fn criterion(origin: Origin, verdict: Verdict, what: impl Into<String>, why: impl Into<String>) -> Criterion {
    Criterion { origin, verdict, number: None, what: what.into(), why: why.into() }
}

/// A metric: its target must be kept; beyond the alert threshold it forbids going on; between them, or
/// without a value, it is for people to judge.
fn measured(loaded: &Loaded, question: &Question<'_>, metric: &GateMetric) -> Criterion {
    let (target, alert) = (&metric.target.value, &metric.alert.value);
    let what = format!("{}: {target}, alert {alert}", metric.name.as_str());
    let say = |verdict, why: String| criterion(Origin::Metric, verdict, what.clone(), why);
    let (value, whence) = match value(loaded, question, metric) {
        Ok(found) => found,
        Err(why) => return say(Verdict::Undecided, why),
    };
    let wrong_unit = [target, alert].into_iter().find(|bound| !value.unit.is_empty() && value.unit != bound.unit);
    if let Some(bound) = wrong_unit {
        return say(Verdict::Undecided, format!("{value} {whence} cannot be compared with {bound}: another unit"));
    }
    if alert.holds(value.number) {
        say(Verdict::NoGo, format!("{value} {whence} is beyond the alert threshold"))
    } else if target.holds(value.number) {
        say(Verdict::Go, format!("{value} {whence}"))
    } else {
        say(Verdict::Undecided, format!("{value} {whence} misses the target, but raises no alert"))
    }
}

/// The value of a metric and where it comes from: the file, else the newest record of the stage.
fn value(loaded: &Loaded, question: &Question<'_>, metric: &GateMetric) -> Result<(Quantity, String), String> {
    let id = metric.id.as_str();
    let wanted = metric.sample.as_ref().map_or(id, |name| name.as_str());
    let named: Vec<_> = question.samples.iter().filter(|sample| is_named(sample, wanted)).collect();
    if let Some(first) = named.first() {
        if let Some(other) = named.iter().find(|other| other.value != first.value) {
            return Err(format!("the file has several values for it, such as {} and {}", first.value, other.value));
        }
        let whence = first.line.map_or_else(|| "in the file".to_owned(), |line| format!("in line {line} of the file"));
        let quantity = Quantity::parse(first.value.trim());
        return quantity.map(|value| (value, whence)).map_err(|why| format!("`{}` in the file: {why}", first.value));
    }
    let plan = loaded.project.iter().flat_map(|project| &project.rollout).flat_map(|rollout| &rollout.stages);
    let plan: Option<&RolloutStage> = plan.into_iter().find(|plan| plan.id.value == question.stage);
    let of_stage = |record: &&&crate::model::records::Measurement| match &record.stage {
        Some(stage) => stage.value == question.stage,
        None => plan.is_none_or(|plan| record.date.value >= plan.starts.value),
    };
    let records = loaded.records.measured(id);
    let mut until_today = records.iter().filter(|record| record.date.0 <= question.today);
    match until_today.rfind(of_stage) {
        Some(record) => Ok((record.value.value.clone(), format!("on {}", record.date.value))),
        None => Err(format!("no value: record one with `handoff record metric {id}`, or give a file")),
    }
}

/// Whether a sample has a name: as it was written, or as other systems spell it.
fn is_named(sample: &Sample, wanted: &str) -> bool {
    let folded = |name: &str| name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    sample.name == wanted || folded(&sample.name) == folded(wanted)
}

/// Open issues: the worst severity forbids going on, the next one leaves it open.
fn issues(loaded: &Loaded, project: &Project, question: &Question<'_>, criteria: &mut Vec<Criterion>) {
    let severities = project.support.as_ref().map(|support| support.severities.as_slice()).unwrap_or_default();
    let rank = |id: &str| severities.iter().position(|severity| severity.id.as_str() == id);
    let known = loaded.records.issues_until(question.today);
    let mut open = 0;
    for issue in known.iter().filter(|issue| issue.state.value != IssueState::Resolved) {
        let severity = issue.severity.as_ref().map_or("?", |severity| severity.as_str());
        let summary = issue.summary.as_ref().map_or("no summary", |summary| summary.as_str());
        let verdict = match rank(severity) {
            Some(0) => Verdict::NoGo,
            Some(1) => Verdict::Undecided,
            _ => continue,
        };
        open += 1;
        let why = format!("{severity}, {} since {}", issue.state.value, issue.date.value);
        criteria.push(criterion(Origin::Issue, verdict, format!("{summary} ({})", issue.issue.as_str()), why));
    }
    if let ([worst, second, ..], 0) = (severities, open) {
        let what = format!("No issue of severity {} or {}", worst.name.as_str(), second.name.as_str());
        criteria.push(criterion(Origin::Issue, Verdict::Go, what, "none is open on record"));
    }
}

/// The criteria in words, numbered from 1: first those to go on, then those that forbid it.
fn in_words<'a>(plan: &'a RolloutStage, question: &'a Question<'_>) -> impl Iterator<Item = Criterion> + 'a {
    let go = plan.go.iter().map(|text| (text, true));
    let no_go = plan.no_go.iter().map(|text| (text, false));
    go.chain(no_go).enumerate().map(move |(index, (text, wanted))| {
        let number = index + 1;
        let (verdict, why) = match question.said.get(&number) {
            Some(holds) if *holds == wanted => (Verdict::Go, if wanted { "holds" } else { "is not the case" }),
            Some(_) => (Verdict::NoGo, if wanted { "does not hold" } else { "is the case" }),
            None => (Verdict::Undecided, "nobody has said whether it is so"),
        };
        let what = if wanted { text.to_string() } else { format!("Not: {}", text.as_str()) };
        Criterion { origin: Origin::Words, verdict, number: Some(number), what, why: why.to_owned() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::Case;

    const ROLLOUT: &str = "\
support:
  severities:
    - {id: p0, name: Critical, meaning: Down, response: 15 min, resolution: 4 h}
    - {id: p1, name: High, meaning: Broken, response: 1 h, resolution: 1 d}
    - {id: p2, name: Medium, meaning: Impaired, response: 4 h, resolution: 3 d}
rollout:
  current: pilot
  stages:
    - {id: pilot, audience: Thirty guests, starts: 2026-12-02, owner: bo-ek, go: [Feedback is good], no_go: [Paper is needed]}
  metrics:
    - {id: error-rate, name: Error rate, target: \"< 1 %\", alert: \"> 2 %\", stages: [pilot]}
    - {id: memory, name: Memory, target: \"< 70 %\", alert: \"> 85 %\", stages: [expanded]}
";

    fn case(records: &[(&str, &str)]) -> Case {
        let mut case = Case::new();
        case.project(ROLLOUT);
        case.checklist("    - {id: a.b, title: B, evidence: data, data: [project.name]}\n");
        for (index, (kind, text)) in records.iter().enumerate() {
            let path = format!("records/{kind}/{index}.yaml");
            let text = &text.replace(", ", "\n");
            match *kind {
                "metrics" => case.record(&path, text, |records, record| records.metrics.push(record)),
                _ => case.record(&path, text, |records, record| records.issues.push(record)),
            }
        }
        case
    }

    fn ask(case: &Case, samples: &[(&str, &str)], said: &[(usize, bool)]) -> Evaluation {
        let sample =
            |(name, value): &(&str, &str)| Sample { name: (*name).to_owned(), value: (*value).to_owned(), line: None };
        let samples: Vec<_> = samples.iter().map(sample).collect();
        let question = Question {
            stage: Stage::Pilot,
            today: jiff::civil::date(2026, 12, 11),
            checklist: None,
            samples: &samples,
            said: &said.iter().copied().collect(),
        };
        evaluate(&case.loaded, &case.dossier, &question)
    }

    fn of(evaluation: &Evaluation, origin: Origin) -> Vec<Verdict> {
        evaluation.criteria.iter().filter(|one| one.origin == origin).map(|one| one.verdict).collect()
    }

    const SAID: &[(usize, bool)] = &[(1, true), (2, false)];

    #[test]
    fn all_is_well_and_said_to_be_so() {
        let evaluation = ask(&case(&[]), &[("error_rate", "0.4")], SAID);
        assert_eq!(evaluation.verdict, Verdict::Go, "{evaluation:#?}");
        assert_eq!(evaluation.next, Some(Stage::Expanded));
        assert_eq!(of(&evaluation, Origin::Metric), [Verdict::Go], "metrics of other stages do not count");
    }

    #[test]
    fn a_metric_is_judged_by_target_and_threshold() {
        for (value, verdict) in [
            ("0.4 %", Verdict::Go),
            ("1.5", Verdict::Undecided),
            ("2.3 %", Verdict::NoGo),
            ("12 ms", Verdict::Undecided),
            ("many", Verdict::Undecided),
        ] {
            let evaluation = ask(&case(&[]), &[("error-rate", value)], SAID);
            assert_eq!(of(&evaluation, Origin::Metric), [verdict], "{value}");
        }
        let twice = ask(&case(&[]), &[("error-rate", "0.4"), ("error_rate", "0.5")], SAID);
        assert_eq!(of(&twice, Origin::Metric), [Verdict::Undecided]);
        assert_eq!(of(&ask(&case(&[]), &[], SAID), Origin::Metric), [Verdict::Undecided], "no value at all");
    }

    #[test]
    fn the_newest_record_of_the_stage_counts() {
        let records = [
            ("metrics", "metric: error-rate, value: 3 %, date: 2026-12-04\n"),
            ("metrics", "metric: error-rate, value: 0.3 %, date: 2026-12-11\n"),
            ("metrics", "metric: error-rate, value: 9 %, date: 2026-12-18\n"),
            ("metrics", "metric: error-rate, value: 8 %, date: 2026-12-11, stage: internal\n"),
        ];
        let evaluation = ask(&case(&records), &[], SAID);
        assert_eq!(of(&evaluation, Origin::Metric), [Verdict::Go], "{evaluation:#?}");
        let before = [("metrics", "metric: error-rate, value: 0.3 %, date: 2026-12-01\n")];
        assert_eq!(of(&ask(&case(&before), &[], SAID), Origin::Metric), [Verdict::Undecided]);
    }

    #[test]
    fn open_issues_weigh_by_their_severity() {
        for (severity, state, verdict) in [
            ("p0", "open", Verdict::NoGo),
            ("p1", "mitigated", Verdict::Undecided),
            ("p2", "open", Verdict::Go),
            ("p0", "resolved", Verdict::Go),
        ] {
            let text =
                format!("issue: i-1, date: 2026-12-03, by: bo-ek, state: {state}, summary: S, severity: {severity}\n");
            let evaluation = ask(&case(&[("issues", &text)]), &[], SAID);
            assert_eq!(of(&evaluation, Origin::Issue), [verdict], "{severity} {state}");
        }
    }

    #[test]
    fn criteria_in_words_are_for_people() {
        let said = |said: &[(usize, bool)]| of(&ask(&case(&[]), &[], said), Origin::Words);
        assert_eq!(said(&[]), [Verdict::Undecided, Verdict::Undecided]);
        assert_eq!(said(SAID), [Verdict::Go, Verdict::Go]);
        assert_eq!(said(&[(1, false), (2, true)]), [Verdict::NoGo, Verdict::NoGo]);
    }

    #[test]
    fn a_missing_item_forbids_going_on() {
        let mut case = case(&[]);
        case.checklist("    - {id: a.b, title: B, evidence: data, data: [rollout.rollback.takes]}\n    - {id: a.c, title: C, evidence: gate, record: pilot}\n");
        let evaluation = ask(&case, &[("error-rate", "0.4")], SAID);
        assert_eq!(evaluation.verdict, Verdict::NoGo);
        let missing: Vec<_> = evaluation.saying(Verdict::NoGo).map(|one| one.what.as_str()).collect();
        assert_eq!(missing, ["B (a.b)"], "the decision of this gate is not asked for");
    }
}
