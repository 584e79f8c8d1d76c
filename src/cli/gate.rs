//! `handoff gate`: what the criteria at the end of a stage say, and the decision.

use super::clock;
use super::findings::Shape;
use super::record::store;
use super::record::text::Values;
use super::terminal::{CYAN, RED, Stream, Terminal, paint};
use super::{Outcome, choice, project_root};
use crate::check::gate::{Question, evaluate};
use crate::error::{Error, Result};
use crate::load;
use crate::model::gate::Evaluation;
use crate::model::project::Stage;
use crate::model::records::{Decision, Verdict, kind};
use crate::pipeline::{self, Inspected, Options, Silent};
use crate::report;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Looks at the checklist items that the next stage needs, the metrics of the rollout (from
a file, else from records), the open issues, and the criteria in words. Exit code 0 is GO,
1 is NO-GO or UNDECIDED. A decision to go on against a NO-GO needs a reason.

Examples:
  handoff gate pilot                                    what the criteria say
  handoff gate pilot --metrics week2.csv --holds 1,2    with measured values, two criteria confirmed
  handoff gate pilot --all-clear --decide go --by bo-ek
  handoff gate pilot --decide go --by bo-ek --overrule \"The alarm was a drill\"";

/// What `gate` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The stage that ends
    #[arg(value_parser = choice::<Stage>(Stage::ALL.iter().map(|stage| stage.as_str())))]
    stage: Stage,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    dir: Option<PathBuf>,

    /// Measured values: CSV, JSON or Prometheus text
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,

    /// Criteria in words that are so, by their numbers
    #[arg(long, value_name = "NUMBER,...", value_delimiter = ',')]
    holds: Vec<usize>,

    /// Criteria in words that are not so, by their numbers
    #[arg(long, value_name = "NUMBER,...", value_delimiter = ',')]
    fails: Vec<usize>,

    /// Every criterion in words to go on holds, and none that forbids it
    #[arg(long, conflicts_with_all = ["holds", "fails"])]
    all_clear: bool,

    /// Record the decision
    #[arg(long, value_name = "DECISION", requires = "by",
          value_parser = choice::<Decision>(Decision::ALL.iter().map(|decision| decision.as_str())))]
    decide: Option<Decision>,

    /// Who decides: the id of a contact
    #[arg(long, value_name = "PERSON", requires = "decide")]
    by: Option<String>,

    /// Why it is decided to go on although the criteria say no
    #[arg(long, value_name = "REASON", requires = "decide")]
    overrule: Option<String>,

    /// The day that it is judged on, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    today: Option<Date>,

    #[command(flatten)]
    shape: Shape,
}

/// Judges the gate and records the decision if one is given.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    let samples = args.metrics.as_deref().map(load::metrics::load).transpose()?.unwrap_or_default();
    let options = Options::default();
    let mut inspected = pipeline::inspect(&root, &options, &Silent)?;
    clock::readable(inspected.loaded.project.as_ref())?;
    let said = said(args, &inspected)?;
    let question = Question {
        stage: args.stage,
        today: clock::today(args.today, inspected.loaded.project.as_ref()),
        checklist: None,
        samples: &samples,
        said: &said,
    };
    let evaluation = evaluate(&inspected.loaded, &inspected.dossier, &question);
    let today = question.today;
    let text = if args.shape.is_for_people() {
        report::gate::human(&evaluation, &Terminal::report_style(Stream::Out))
    } else if args.shape.is_json() {
        report::gate::json(&evaluation)
    } else {
        let coverage = inspected.report.coverage.clone();
        args.shape.write(&report::gate::report(&evaluation, coverage), &inspected)?
    };
    Terminal::data(&text)?;
    match args.decide {
        None if evaluation.verdict == Verdict::Go => Ok(Outcome::Clean),
        None => Ok(Outcome::Blocked),
        Some(decision) => record(args, decision, &evaluation, today, &mut inspected, terminal),
    }
}

/// What was said about the criteria in words, by number.
fn said(args: &Args, inspected: &Inspected) -> Result<BTreeMap<usize, bool>> {
    let rollout = inspected.loaded.project.as_ref().and_then(|project| project.rollout.as_ref());
    let plan = rollout.and_then(|rollout| rollout.stages.iter().find(|plan| plan.id.value == args.stage));
    let (go, no_go) = plan.map_or((0, 0), |plan| (plan.go.len(), plan.no_go.len()));
    if args.all_clear {
        return Ok((1..=go + no_go).map(|number| (number, number <= go)).collect());
    }
    let mut said = BTreeMap::new();
    let all = args.holds.iter().map(|number| (*number, true)).chain(args.fails.iter().map(|number| (*number, false)));
    for (number, holds) in all {
        if !(1..=go + no_go).contains(&number) {
            return Err(Error::new(format!("there is no criterion {number}"))
                .why(format!("the stage `{}` has {} criteria in words", args.stage, go + no_go))
                .help(format!("`handoff gate {}` lists them with their numbers", args.stage)));
        }
        if said.insert(number, holds).is_some_and(|before| before != holds) {
            return Err(Error::new(format!("criterion {number} is said to hold and to fail"))
                .help("name its number once: with what holds, or with what fails"));
        }
    }
    Ok(said)
}

/// Writes the decision down; a decision to go on against the criteria only with a reason.
fn record(
    args: &Args,
    decision: Decision,
    evaluation: &Evaluation,
    today: Date,
    inspected: &mut Inspected,
    terminal: &Terminal,
) -> Result<Outcome> {
    let against = decision == Decision::Go && evaluation.verdict == Verdict::NoGo;
    let reason = args.overrule.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if against && reason.is_none() {
        let help = "say why with `--overrule REASON`; the reason will stand in the report";
        Terminal::say(&format!(
            "{} the criteria say NO-GO, and no reason is given to go on: nothing was recorded\n  {} {help}",
            paint(RED, "refused:"),
            paint(CYAN, "help:")
        ));
        return Ok(Outcome::Blocked);
    }
    if !against && args.overrule.is_some() {
        return Err(Error::new("there is nothing to overrule")
            .why(format!("the criteria say {}", evaluation.verdict.as_str().to_uppercase()))
            .help("leave `--overrule` out"));
    }
    let Some(kind) = kind("gate") else { return Err(Error::new("decisions cannot be recorded")) };
    let one = |text: &str| vec![text.to_owned()];
    let mut values: Values = [
        ("stage", one(args.stage.as_str())),
        ("decision", one(decision.as_str())),
        ("by", args.by.iter().cloned().collect()),
        ("date", one(&today.to_string())),
        ("verdict", one(evaluation.verdict.as_str())),
        ("reasons", report::gate::reasons(evaluation)),
    ]
    .into();
    values.extend(reason.map(|reason| ("overruled", one(reason))));
    let now = clock::now(inspected.loaded.project.as_ref());
    match store::write(&mut inspected.loaded, kind, &values, now)? {
        Some(path) => {
            terminal.mention(&format!("recorded in {}", inspected.loaded.root.join(path).display()));
            Ok(Outcome::Clean)
        }
        None => Ok(Outcome::Blocked),
    }
}
