//! `handoff merge-reports`: one report from those of several machines.

use super::findings::Shape;
use super::terminal::Terminal;
use super::{Outcome, several};
use crate::error::{Error, Result};
use crate::model::workspace::Overall;
use crate::report::{assemble, json};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Takes what `handoff check --format json` writes about several projects, as the machines of a
CI do with --partition, and tells it as if one machine had checked all. The exit code is that
of such a check. Parts that are missing, or of different runs, are refused.

Examples:
  handoff check --partition 1/2 --format json > 1.json   on one machine
  handoff check --partition 2/2 --format json > 2.json   on the other one
  handoff merge-reports 1.json 2.json                    for people
  handoff merge-reports reports/*.json --format junit > report.xml";

/// What `merge-reports` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The reports, in any order
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,

    #[command(flatten)]
    shape: Shape,
}

/// Reads the reports, puts them together and prints the whole.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let reports = args.reports.iter().map(|path| Ok((path.display().to_string(), read(path)?)));
    let reports = reports.collect::<Result<Vec<(String, Overall)>>>()?;
    let whole = assemble::assemble(reports)
        .map_err(|refusal| Error::new("the reports cannot be put together").why(refusal.why).help(refusal.help))?;
    several::tell(&whole, &args.shape, terminal)
}

#[expect(clippy::disallowed_methods, reason = "the files are the user's own, named on the command line")]
fn read(path: &Path) -> Result<Overall> {
    let what = "the report cannot be read";
    let help = "give what `handoff check --format json` wrote about several projects or about a part (--partition)";
    let text = std::fs::read_to_string(path).map_err(|error| Error::io(what, path, &error).help(help))?;
    json::overall::read(&text, &super::findings::notes()).map_err(|why| Error::new(what).path(path).why(why).help(help))
}
