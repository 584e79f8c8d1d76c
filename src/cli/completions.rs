//! `handoff completions`: what a shell needs to complete commands and options.

use super::terminal::Terminal;
use super::{Cli, Outcome};
use crate::error::Result;
use clap::CommandFactory;
use clap_complete::Shell;

const AFTER_HELP: &str = "\
Examples:
  handoff completions bash > ~/.local/share/bash-completion/completions/handoff
  handoff completions zsh > ~/.zfunc/_handoff
  handoff completions fish > ~/.config/fish/completions/handoff.fish
  handoff completions powershell >> $PROFILE";

/// What `completions` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "handoff", &mut script);
    Terminal::data(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
