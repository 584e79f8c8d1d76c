//! `handoff status`: where the delivery stands, on one screen.

use super::several::{self, Meant, Place, Several};
use super::terminal::{Stream, Terminal};
use super::{Outcome, clock};
use crate::check;
use crate::error::Result;
use crate::model::status::{Standing, StandingOf, Standings};
use crate::pipeline::{self, Inspected, Options, Silent};
use crate::report;
use jiff::civil::Date;
use rayon::prelude::*;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Tells the stage, the days to each date, the coverage by group and person, what is due
next, open gates, expired waivers and stale reviews. The exit code is 0 even if something
is missing: `handoff check` judges.

Examples:
  handoff status                      where it stands today
  handoff status --today 2026-12-04   where it stood, or will stand, on a day
  handoff status --format json        for programs
  handoff status services/*           several projects in one table; so in a workspace
  handoff build --only status         the same as a page, dist/status.html, for internal use";

/// What `status` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The folders of projects, or of a workspace [default: the nearest one upwards with a handoff.yaml or a
    /// handoff-workspace.yaml]
    #[arg(value_name = "DIR")]
    dirs: Vec<PathBuf>,

    /// The day that it is about, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    today: Option<Date>,

    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    format: String,
}

/// Prints where the delivery stands.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let root = match several::meant(&args.dirs, None)? {
        Meant::One(root) => root,
        Meant::Several(several) => return all(args, &several),
    };
    let options = Options::default();
    let inspected = pipeline::inspect(&root, &options, &Silent)?;
    let standing = survey(&inspected, args.today)?;
    Terminal::data(&match args.format.as_str() {
        "json" => report::status::json(&standing),
        _ => report::status::human(&standing, &Terminal::report_style(Stream::Out)),
    })?;
    Ok(Outcome::Clean)
}

/// Prints where several deliveries stand, in one table.
fn all(args: &Args, several: &Several) -> Result<Outcome> {
    let look = |place: &Place| {
        let inspected = pipeline::inspect(&place.root, &Options::default(), &Silent)?;
        survey(&inspected, args.today)
    };
    let lines = several
        .projects
        .par_iter()
        .map(|place| StandingOf { path: place.path.clone(), standing: look(place).map_err(|error| error.to_string()) });
    let all = Standings::new(lines.collect());
    let shared = &several.shared().report;
    if !shared.findings.is_empty() {
        let style = Terminal::report_style(Stream::Err);
        Terminal::say(&report::human::findings(&shared.findings, &several.shared().sources, &style));
    }
    Terminal::data(&match args.format.as_str() {
        "json" => report::status::json_all(&all),
        _ => report::status::human_all(&all, &Terminal::report_style(Stream::Out)),
    })?;
    let stopped = all.projects.iter().any(|line| line.standing.is_err());
    Ok(match (stopped, shared.passes()) {
        (true, _) => Outcome::Stopped,
        (false, true) => Outcome::Clean,
        (false, false) => Outcome::Blocked,
    })
}

/// Where a project stands today, or on the day that was asked for.
pub(super) fn survey(inspected: &Inspected, day: Option<Date>) -> Result<Standing> {
    let project = clock::readable(inspected.loaded.project.as_ref())?;
    let today = clock::today(day, Some(project));
    let standing = check::status::survey(&inspected.loaded, &inspected.dossier, &check::Options::default(), today);
    standing.ok_or_else(|| {
        crate::error::Error::new("the project cannot be read").help("`handoff check` tells what is wrong with it")
    })
}
