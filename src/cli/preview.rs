//! `handoff preview`: the project in the browser while somebody writes it.

use super::terminal::{BOLD, GREEN, Terminal, paint};
use super::{Outcome, cache, choice, clock, project_root};
use crate::error::{Error, Result};
use crate::model::memory::Memory;
use crate::model::project::{Project, Stage};
use crate::pipeline::Options;
use crate::preview::editor::Editor;
use crate::preview::{self, Settings};
use crate::render::Workshop;
use jiff::civil::Date;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const AFTER_HELP: &str = "\
Every page is shown as the bundle will have it, with what is wrong at its place, and anew
whenever a file is saved. A PDF is made when it is opened. Ends with Ctrl+C.

The server answers to this machine only. Links to files open the editor that --editor
names, else $HANDOFF_EDITOR, else the one that $VISUAL or $EDITOR starts, else VS Code.

Examples:
  handoff preview                  the project that the current folder is in
  handoff preview --port 8000      at an address that stays the same
  handoff preview --stage pilot    with what must be there before the pilot begins
  handoff preview --editor idea    places open in IntelliJ IDEA
  handoff preview --editor 'ed://open?file={path}&line={line}&column={column}'";

/// The port that is tried if none is asked for.
const PORT: u16 = 7435;

/// What `preview` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    dir: Option<PathBuf>,

    /// The port to listen on; 0 takes any that is free [default: 7435, or any that is free]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// The editor that links to files open: cursor, idea, macvim, sublime, textmate, vscode,
    /// vscodium, windsurf, zed, none, or a pattern with {path}, {line} and {column}
    #[arg(long, value_name = "EDITOR", value_parser = Editor::parse)]
    editor: Option<Editor>,

    /// Judge what is due at this stage of the rollout [default: the project's `rollout.current`]
    #[arg(long, value_name = "STAGE", value_parser = choice::<Stage>(Stage::ALL.iter().map(|stage| stage.as_str())))]
    stage: Option<Stage>,

    /// The checklist to judge by [default: the project's own choice]
    #[arg(long, value_name = "ID")]
    checklist: Option<String>,

    #[command(flatten)]
    cache: cache::Choice,
}

/// Serves the project until it is told to end.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let named = project_root(args.dir.as_deref())?;
    crate::load::must_be_project(&named)?;
    let root = named.canonicalize().map_err(|error| Error::io("the project cannot be read", &named, &error))?;
    let listener = listen(args.port)?;
    let address =
        listener.local_addr().map_err(|error| Error::new("the preview has no address").why(error.to_string()))?;
    let options = Options { stage: args.stage, checklist: args.checklist.clone(), ..Options::default() };
    let tell: fn(&str) = if terminal.is_quiet() { |_| {} } else { |news| Terminal::say(&format!("  {news}")) };
    let memory = args.cache.open().map(|cache| cache as Arc<dyn Memory>);
    let workshop = Workshop::new(memory, None);
    let settings = Settings { root, options, editor: editor(args)?, workshop, today, tell };
    preview::serve(settings, listener, || {
        Terminal::data(&format!("http://{address}/\n"))?;
        terminal.mention(&format!(
            "{} of {} until Ctrl+C; what is saved is shown at once",
            paint(GREEN, "preview"),
            paint(BOLD, &shown(&named))
        ));
        Ok(())
    })?;
    Ok(Outcome::Clean)
}

fn shown(path: &Path) -> String {
    if path == Path::new(".") { "this folder".to_owned() } else { path.display().to_string() }
}

fn today(project: Option<&Project>) -> Date {
    clock::today(None, project)
}

/// Listens on this machine only.
fn listen(port: Option<u16>) -> Result<TcpListener> {
    let at = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let bound = match port {
        Some(port) => at(port),
        None => at(PORT).or_else(|_| at(0)),
    };
    bound.map_err(|error| {
        Error::new(format!("the preview cannot listen on port {}", port.unwrap_or(PORT)))
            .why(error.to_string())
            .help("name another port with `--port`, or 0 for any that is free")
    })
}

/// The editor that was asked for, else that of the environment.
#[expect(clippy::disallowed_methods, reason = "the environment says which editor there is")]
fn editor(args: &Args) -> Result<Editor> {
    if let Some(editor) = &args.editor {
        return Ok(editor.clone());
    }
    if let Ok(chosen) = std::env::var("HANDOFF_EDITOR") {
        return Editor::parse(&chosen).map_err(|why| {
            Error::new(format!("`HANDOFF_EDITOR` names no editor: `{chosen}`"))
                .why(why)
                .help("set it to one that `handoff preview --help` names, or unset it")
        });
    }
    let command = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR")).ok();
    Ok(Editor::of_command(command.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::editor::{KNOWN, NONE};
    use clap::CommandFactory;

    #[derive(Debug, clap::Parser)]
    struct Alone {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn the_help_names_every_editor() {
        let help = Alone::command().render_long_help().to_string();
        let missing: Vec<_> =
            KNOWN.iter().map(|(name, _)| *name).chain([NONE]).filter(|name| !help.contains(name)).collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn a_port_that_is_taken_is_told() {
        let taken = listen(Some(0)).expect("a free port");
        let port = taken.local_addr().expect("an address").port();
        assert!(listen(Some(port)).expect_err("taken").to_string().contains("--port"));
    }
}
