//! The command line: one file per command, each thin.
//!
//! Owns what people see and type, the environment, the clock and the exit code. Knows nothing about how
//! a bundle is made.

mod build;
mod cache;
mod check;
mod clock;
mod completions;
mod diff;
mod explain;
mod findings;
#[expect(clippy::disallowed_methods, reason = "this is where a project's own files are mended")]
mod fix;
mod gate;
mod git;
mod init;
mod lsp;
mod man;
mod merge_reports;
mod message;
mod new;
mod passphrase;
mod preview;
mod progress;
mod record;
mod release;
mod repository;
mod schema;
#[cfg(feature = "seal")]
#[expect(clippy::disallowed_methods, reason = "what is sealed lies outside of the project")]
mod seal;
mod several;
mod sign;
mod sign_off;
mod status;
mod terminal;
mod theme;
mod usage;
mod verify;

use crate::error::{Error, Result};
use crate::load;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ColorChoice, Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use terminal::Terminal;

const ABOUT: &str =
    "Turns a project's metadata and Markdown into a versioned handoff bundle, and checks that it is complete";

const AFTER_HELP: &str = "\
Examples:
  handoff init                 a project to start from
  handoff check                what is wrong, and what is still missing
  handoff preview              the pages in your browser, anew whenever you save
  handoff build                the bundle: a folder and a zip under dist/
  handoff explain broken-link  what a rule looks for, and how to mend what it finds
  handoff verify portal.zip    whether a bundle is as it was sealed

Exit codes:
  0  clean
  1  something blocks: findings, an incomplete delivery, an altered bundle
  2  the command could not go on";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "handoff", version, about = ABOUT, after_help = AFTER_HELP, arg_required_else_help = true)]
struct Cli {
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,

    /// Say only what blocks and what was written
    #[arg(long, short, global = true)]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes the bundle: a folder and a zip
    Build(build::Args),
    /// Says what is wrong with the project and what of the checklist is still missing
    Check(check::Args),
    /// Prints what a shell needs to complete commands and options
    Completions(completions::Args),
    /// Tells what changed between two bundles, or since a bundle
    Diff(diff::Args),
    /// Explains a rule, an item of the checklist or a kind of document
    Explain(explain::Args),
    /// Writes a project to start from
    Init(init::Args),
    /// Serves editors: findings while typing, completion, explanations, quick fixes
    Lsp(lsp::Args),
    /// Prints the manual pages
    Man(man::Args),
    /// Adds a document or a section with the headings that the checklist wants
    New(new::Args),
    /// Tells what the criteria at the end of a stage say, and records the decision
    Gate(gate::Args),
    /// Puts the reports of several machines together
    MergeReports(merge_reports::Args),
    /// Fills one of the messages of a delivery from data and records
    Message(message::Args),
    /// Shows the project in the browser while you write it
    Preview(preview::Args),
    /// Writes down what happened: a session, a decision, a measured value, ...
    Record(record::Args),
    /// Cuts a release: complete or let pass with a reason, reviewed, recorded
    Release(release::Args),
    /// Prints the JSON Schemas of the files, for editors
    Schema(schema::Args),
    /// Encrypts credentials for the client, so that the bundle can carry them
    #[cfg(feature = "seal")]
    Seal(seal::Args),
    /// Signs a bundle that was built with an SSH key
    Sign(sign::Args),
    /// Tells how far the acceptance is, and records a form that came back
    SignOff(sign_off::Args),
    /// Shows where the delivery stands, on one screen
    Status(status::Args),
    /// Copies the files that make the look into the project, to be changed
    Theme(theme::Args),
    /// Tells whether a bundle that you received is as it was sealed, and who signed it
    Verify(verify::Args),
}

/// How a command ended that could go on to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Nothing blocks.
    Clean,
    /// Something blocks; it has been told.
    Blocked,
    /// The command could not go on with one of several projects; it has been told.
    Stopped,
}

/// Parses the arguments of the process, runs the command and returns the exit code.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            let usage = usage::with_tips(usage);
            // Help that nobody reads to its end is no failure.
            let _ = usage.print();
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2));
        }
    };
    let terminal = Terminal::new(cli.color, cli.quiet);
    let ended = clock::check().and_then(|()| match &cli.command {
        Command::Build(args) => build::run(args, &terminal),
        Command::Check(args) => check::run(args, &terminal),
        Command::Completions(args) => completions::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Init(args) => init::run(args, &terminal),
        Command::Lsp(args) => lsp::run(args),
        Command::Man(args) => man::run(args),
        Command::New(args) => new::run(args, &terminal),
        Command::Gate(args) => gate::run(args, &terminal),
        Command::MergeReports(args) => merge_reports::run(args, &terminal),
        Command::Message(args) => message::run(args, &terminal),
        Command::Preview(args) => preview::run(args, &terminal),
        Command::Record(args) => record::run(args),
        Command::Release(args) => release::run(args, &terminal),
        Command::Schema(args) => schema::run(args, &terminal),
        #[cfg(feature = "seal")]
        Command::Seal(args) => seal::run(args, &terminal),
        Command::Sign(args) => sign::run(args, &terminal),
        Command::SignOff(args) => sign_off::run(args, &terminal),
        Command::Status(args) => status::run(args),
        Command::Theme(args) => theme::run(args),
        Command::Verify(args) => verify::run(args, &terminal),
    });
    match ended {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Blocked) => ExitCode::from(1),
        Ok(Outcome::Stopped) => ExitCode::from(2),
        Err(error) => {
            Terminal::error(&error);
            ExitCode::from(2)
        }
    }
}

/// The project's folder: the one that was named, or the nearest one upwards with a `handoff.yaml`.
fn project_root(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.to_path_buf());
    }
    let here = current_folder()?;
    let root = load::find_root(&here)?;
    // Paths that are printed are short where that is possible.
    Ok(match root.strip_prefix(&here) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_path_buf(),
        Err(_) => root,
    })
}

/// The folder that the user stands in.
#[expect(clippy::disallowed_methods, reason = "where the user stands is asked here, once")]
fn current_folder() -> Result<PathBuf> {
    std::env::current_dir().map_err(|error| {
        Error::new("could not tell the current folder")
            .why(error.to_string())
            .help("go to a folder that there is, or name the folder of the project")
    })
}

/// Parses one of a few words; clap lists them in the help and suggests the nearest one.
fn choice<T>(words: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words.into_iter().collect::<Vec<_>>()).try_map(|word| word.parse::<T>())
}

/// A number with the word that it counts.
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_examples() {
        for command in Cli::command().get_subcommands() {
            let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(examples.contains(&format!("handoff {}", command.get_name())), "{}", command.get_name());
        }
    }

    #[test]
    fn a_mistyped_command_or_format_is_suggested() {
        let message = |args: &[&str]| Cli::try_parse_from(args).expect_err("mistyped").to_string();
        assert!(message(&["handoff", "biuld"]).contains("build"));
        assert!(message(&["handoff", "build", "--only", "html,pfd"]).contains("pdf"));
        assert!(message(&["handoff", "check", "--stage", "pilott"]).contains("pilot"));
    }

    #[test]
    fn a_named_folder_is_taken_as_it_is() {
        assert_eq!(project_root(Some(Path::new("some/where"))).expect("named"), PathBuf::from("some/where"));
    }
}
