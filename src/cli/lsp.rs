//! `handoff lsp`: the language server for editors, over standard input and output.

use super::{Outcome, choice};
use crate::editor;
use crate::error::{Error, Result};
use crate::model::project::Stage;
use crate::pipeline::Options;
use lsp_server::Connection;

const AFTER_HELP: &str = "\
An editor starts it and talks to it over standard input and output; see the page about editors
in the book. It finds the project of each file by the nearest handoff.yaml upwards.

Examples:
  handoff lsp                  judges what is due at the project's current stage
  handoff lsp --stage close    shows everything that will ever be due";

/// What `lsp` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Judge what is due at this stage of the rollout [default: the project's `rollout.current`]
    #[arg(long, value_name = "STAGE", value_parser = choice::<Stage>(Stage::ALL.iter().map(|stage| stage.as_str())))]
    stage: Option<Stage>,

    /// The checklist to judge by [default: the project's own choice, or `delivery`]
    #[arg(long, value_name = "ID")]
    checklist: Option<String>,

    /// Some editors name the way of talking; there is only this one
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves an editor until it goes.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let options = Options { stage: args.stage, checklist: args.checklist.clone(), ..Options::default() };
    let (connection, threads) = Connection::stdio();
    let served = editor::serve(&connection, &options);
    drop(connection);
    let said_goodbye = served?;
    threads.join().map_err(|error| {
        Error::new("the editor cannot be understood")
            .why(error.to_string())
            .help("`handoff lsp` is started by an editor")
    })?;
    // Whoever goes without a word may have lost something.
    Ok(if said_goodbye { Outcome::Clean } else { Outcome::Blocked })
}
