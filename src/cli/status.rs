//! `handoff status`: where the delivery stands, on one screen.

use super::terminal::{Stream, Terminal};
use super::{Outcome, clock, project_root};
use crate::check;
use crate::error::Result;
use crate::model::status::Standing;
use crate::pipeline::{self, Inspected, Options, Silent};
use crate::report;
use jiff::civil::Date;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Tells the stage, the days to each date, the coverage by group and person, what is due
next, open gates, expired waivers and stale reviews. The exit code is 0 even if something
is missing: `handoff check` judges.

Examples:
  handoff status                      where it stands today
  handoff status --today 2026-12-04   where it stood, or will stand, on a day
  handoff status --format json        for programs
  handoff build --only status         the same as a page, dist/status.html, for internal use";

/// What `status` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    dir: Option<PathBuf>,

    /// The day that it is about, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    today: Option<Date>,

    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    format: String,
}

/// Prints where the delivery stands.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    let options = Options::default();
    let inspected = pipeline::inspect(&root, &options, &Silent)?;
    let standing = survey(&inspected, args.today)?;
    Terminal::data(&match args.format.as_str() {
        "json" => report::status::json(&standing),
        _ => report::status::human(&standing, &Terminal::report_style(Stream::Out)),
    })?;
    Ok(Outcome::Clean)
}

/// Where a project stands today, or on the day that was asked for.
pub(super) fn survey(inspected: &Inspected, day: Option<Date>) -> Result<Standing> {
    let project = clock::readable(inspected.loaded.project.as_ref())?;
    let today = clock::today(day, Some(project));
    let standing = check::status::survey(&inspected.loaded, &inspected.dossier, &check::Options::default(), today);
    standing.ok_or_else(|| crate::error::Error::new("the project cannot be read"))
}
