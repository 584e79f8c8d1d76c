//! `handoff check`: what is wrong, and what is still missing.

use super::progress::Display;
use super::terminal::{BOLD, CYAN, DIM, GREEN, RED, Stream, Terminal, YELLOW, paint};
use super::{Outcome, choice, project_root};
use crate::check::DEFAULT_CHECKLIST;
use crate::error::{Error, Result};
use crate::model::project::Stage;
use crate::model::report::{Coverage, State};
use crate::pipeline::{self, Options};
use crate::report;
use clap::builder::styling::Style;
use std::fmt::Write;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  handoff check                  the project that the current folder is in
  handoff check --stage pilot    what must be there before the pilot begins
  handoff check --all            every item of the checklist, not only what is missing
  handoff check --fix            mends what is safe to mend, and shows what it changed
  handoff check --format json    for programs; the exit code is the same";

/// What `check` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    dir: Option<PathBuf>,

    /// Judge what is due at this stage of the rollout [default: the project's `rollout.current`]
    #[arg(long, value_name = "STAGE", value_parser = choice::<Stage>(Stage::ALL.iter().map(|stage| stage.as_str())))]
    stage: Option<Stage>,

    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = report::FORMATS[0].name,
          value_parser = choice::<String>(report::FORMATS.iter().map(|format| format.name)))]
    format: String,

    /// The checklist to judge by
    #[arg(long, value_name = "ID", default_value = DEFAULT_CHECKLIST)]
    checklist: String,

    /// List every item of the checklist with its state
    #[arg(long)]
    all: bool,

    /// Mend what is safe to mend, show the change, and check again
    #[arg(long)]
    fix: bool,

    /// With --fix: show the change and write nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
}

/// Checks the project and prints the report.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let format = report::format(&args.format)
        .ok_or_else(|| Error::new(format!("there is no report format `{}`", args.format)))?;
    let root = project_root(args.dir.as_deref())?;
    let options = Options { stage: args.stage, checklist: args.checklist.clone(), ..Options::default() };
    let progress = Display::new(terminal);
    let mut inspected = pipeline::inspect(&root, &options, &progress)?;
    progress.finish();
    if args.fix && super::fix::run(&inspected, args.dry_run, terminal)? {
        inspected = pipeline::inspect(&root, &options, &pipeline::Silent)?;
    }

    let passes = inspected.report.passes();
    let for_people = format.name == report::FORMATS[0].name;
    if !(for_people && passes && terminal.is_quiet()) {
        let style = Terminal::report_style(Stream::Out);
        let listed = if args.all && for_people { inspected.report.coverage.as_ref().map(items) } else { None };
        let report = (format.write)(&inspected.report, &inspected.loaded.sources, &style);
        Terminal::data(&(listed.unwrap_or_default() + &report))?;
    }
    Ok(if passes { Outcome::Clean } else { Outcome::Blocked })
}

/// Every item of the checklist with its state and what there is to say about it, one document after
/// the other.
fn items(coverage: &Coverage) -> String {
    let width = State::ALL.iter().map(|state| state.as_str().len()).max().unwrap_or_default();
    let mut out = String::new();
    let mut document = "";
    for item in &coverage.items {
        if item.document != document {
            document = &item.document;
            let _ = writeln!(out, "{}", paint(BOLD, document));
        }
        let state = paint(style_of(item.state), &format!("{:<width$}", item.state.as_str()));
        let remarks = if item.remarks.is_empty() { String::new() } else { format!(" ({})", item.remarks.join("; ")) };
        let _ = writeln!(out, "  {state}  {}: {}{remarks}", item.id, item.title);
    }
    out.push('\n');
    out
}

fn style_of(state: State) -> Style {
    match state {
        State::Met => GREEN,
        State::Partial => YELLOW,
        State::Missing => RED,
        State::Waived => CYAN,
        State::NotApplicable | State::NotDue => DIM,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checklist::Evidence;
    use crate::model::report::ItemCoverage;

    fn item(document: &str, id: &str, state: State, remarks: &[&str]) -> ItemCoverage {
        ItemCoverage {
            id: format!("{document}.{id}"),
            title: format!("the {id}"),
            group: ("operate".into(), "Operations".into()),
            document: document.into(),
            internal: false,
            evidence_kind: Evidence::Section,
            due: Stage::Prepare,
            owner: None,
            state,
            evidence: Vec::new(),
            remarks: remarks.iter().map(|&remark| remark.to_owned()).collect(),
        }
    }

    #[test]
    fn every_item_is_listed_under_its_document() {
        let items = vec![
            item("runbook", "logs", State::Met, &[]),
            item("runbook", "deploy", State::Missing, &["no section"]),
            item("sla", "hours", State::NotApplicable, &["the client runs it"]),
        ];
        let coverage = Coverage { checklist: "Delivery".into(), stage: Stage::Prepare, items };
        let plain = anstream::adapter::strip_str(&super::items(&coverage)).to_string();
        let wanted = "runbook
  met             runbook.logs: the logs
  missing         runbook.deploy: the deploy (no section)
sla
  not-applicable  sla.hours: the hours (the client runs it)

";
        assert_eq!(plain, wanted);
    }
}
