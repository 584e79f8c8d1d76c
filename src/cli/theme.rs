//! `handoff theme`: the files that make the look, and copies of them to change.

use super::terminal::{BOLD, DIM, Terminal, paint};
use super::{Outcome, project_root};
use crate::error::{Error, Result};
use crate::finding::suggestion;
use crate::theme::{Theme, built_in};
use crate::writing;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  handoff theme eject                           all files that can be overridden
  handoff theme eject html/parts/colophon.html  copies one into theme/, to be changed
  handoff theme eject pdf/                      copies a whole folder";

/// What `theme` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Copies a built-in file into the project's theme/ folder; without FILE, lists all
    #[command(after_help = AFTER_HELP)]
    Eject {
        /// The file, or a folder with a `/` at its end, as the list names it
        file: Option<String>,
        /// The project's folder
        #[arg(long, value_name = "DIR", alias = "dir")]
        project: Option<PathBuf>,
    },
}

/// Copies or lists.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let Command::Eject { file, project } = &args.command;
    let Some(file) = file else {
        // The list is the same everywhere; in a project it says what is overridden.
        let root = project_root(project.as_deref()).ok();
        Terminal::data(&list(root.as_deref()))?;
        return Ok(Outcome::Clean);
    };
    let root = project_root(project.as_deref())?;
    crate::load::must_be_project(&root)?;
    let folder = root.join("theme");
    for path in chosen(file)? {
        let place = folder.join(&path);
        write(&place, &path)?;
        Terminal::say(&format!("{} {}", paint(BOLD, "wrote"), place.display()));
    }
    Ok(Outcome::Clean)
}

/// The paths of all files that can be overridden.
fn paths() -> Vec<String> {
    Theme::default().all()
}

fn list(root: Option<&Path>) -> String {
    paths().into_iter().fold(String::new(), |mut out, path| {
        let own = root.is_some_and(|root| root.join("theme").join(&path).is_file());
        let _ = writeln!(out, "{path}{}", if own { paint(DIM, "  (overridden)") } else { String::new() });
        out
    })
}

/// The built-in files that an argument names.
fn chosen(file: &str) -> Result<Vec<String>> {
    let file = file.strip_prefix("theme/").unwrap_or(file);
    let all = paths();
    let chosen: Vec<String> =
        all.iter().filter(|path| *path == file || (file.ends_with('/') && path.starts_with(file))).cloned().collect();
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let near = all.iter().find(|path| name(path) == name(file)).map(String::as_str);
    let help = match near.or_else(|| suggestion(file, all.iter().map(String::as_str))) {
        Some(near) => format!("did you mean `{near}`? `handoff theme eject` lists all files"),
        None => "`handoff theme eject` lists all files".into(),
    };
    Err(Error::new(format!("there is no built-in file `{file}`")).help(help))
}

/// Writes a built-in file to a place where nothing is yet.
fn write(place: &Path, path: &str) -> Result<()> {
    let what = "the file could not be written";
    let bytes = built_in(path).unwrap_or_default();
    match writing::new_file(place, &bytes) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::new("the file is there already, and was left as it is")
            .path(place)
            .help("change it, or remove it and run the command again")),
        Err(error) => Err(Error::io(what, place, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_or_a_folder_is_chosen() {
        assert_eq!(chosen("html/base.html").expect("a file"), ["html/base.html"]);
        assert_eq!(chosen("theme/html/base.html").expect("a file"), ["html/base.html"]);
        assert!(chosen("html/parts/").expect("a folder").len() > 3);
        assert!(chosen("html").is_err() && chosen("../handoff.yaml").is_err() && chosen("").is_err());
    }

    #[test]
    fn a_mistyped_file_is_suggested() {
        let help = |file: &str| chosen(file).expect_err(file).to_string();
        assert!(help("style.css").contains("did you mean `html/assets/style.css`?"));
        assert!(help("html/indx.html").contains("did you mean `html/index.html`?"));
    }

    #[test]
    fn every_built_in_file_is_listed() {
        let list = list(None);
        for path in ["strings/en.yaml", "pdf/brand.typ", "documents/sla.md", "html/assets/style.css"] {
            assert!(list.lines().any(|line| line == path), "{path}");
        }
    }
}
