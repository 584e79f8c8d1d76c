//! `handoff init`: a project to start from.

mod from;

use super::terminal::{BOLD, GREEN, Terminal, paint};
use super::{Outcome, count};
use crate::error::{Error, Result};
use crate::theme::Theme;
use crate::writing;
use jiff::ToSpan;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Every document of the checklist is there: its sections with comments that say what
belongs in them, and usual values for service levels, tiers and rollout stages. The
project builds at once as a draft; `handoff check` says what is still to be filled in.
Files that are there already are never overwritten.

With --from, only handoff.yaml is written: it names the documents that a repository
already has, where they are, and says what it found, what it guessed and what is missing.
It goes into the folder handoff/ of a git repository, else into its root.

Examples:
  handoff init             in this folder
  handoff init handoff     in a folder of the repository, beside the code
  handoff init --from .    from what this repository has: README, docs/, ADRs, OpenAPI, ...";

/// The folder of the theme that holds the starter.
const STARTER: &str = "starter";

/// What `init` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The folder to write to; it is made if it is not there [default: this folder]
    dir: Option<PathBuf>,

    /// Look at a repository, and use the documents that it has
    #[arg(long, value_name = "REPO")]
    from: Option<PathBuf>,
}

/// Writes the starter, unless something of it is there already.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    if let Some(repository) = &args.from {
        return from::run(repository, args.dir.as_deref(), terminal);
    }
    let dir = args.dir.as_deref().unwrap_or(Path::new("."));
    let today = super::clock::today(None, None);
    let folder = absolute(dir)?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let files = files(&name, today);
    if let Some(taken) = files.iter().map(|(path, _)| dir.join(path)).find(|path| path.exists()) {
        return Err(Error::new("the project was not written")
            .path(&taken)
            .why("this file is there already")
            .help("name another folder, or add single documents to this project with `handoff new`"));
    }
    for (path, text) in &files {
        write(&dir.join(path), text)?;
    }
    // Last: what is written is a project, with or without it.
    super::schema::name_project(dir)?;
    Terminal::data(&format!("{}\n", dir.display()))?;
    terminal.mention(&format!(
        "{} {} in {}\n  fill in handoff.yaml and docs/, `handoff check` says what is missing\n  `handoff build` makes the bundle, today as a draft",
        paint(GREEN, "wrote"),
        count(files.len(), "file", "files"),
        paint(BOLD, &dir.display().to_string()),
    ));
    Ok(Outcome::Clean)
}

fn absolute(dir: &Path) -> Result<PathBuf> {
    let full = std::path::absolute(dir).map_err(|error| Error::io("the folder cannot be named", dir, &error))?;
    // `.` and `..` at the end have no name of their own.
    Ok(full.canonicalize().unwrap_or(full))
}

/// Writes a new file with the folders above it; a file that is there is left as it is.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let what = "the file cannot be written";
    match writing::new_file(path, text.as_bytes()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Error::new(what).path(path).why("it is there already")),
        Err(error) => Err(Error::io(what, path, &error)),
    }
}

/// The files of a new project: path and text.
fn files(name: &str, today: Date) -> Vec<(String, String)> {
    let theme = Theme::default();
    let paths = theme.list(STARTER);
    let own = |path: &String| {
        let below = path.strip_prefix("starter/")?;
        let target = if below == "gitignore" { ".gitignore" } else { below };
        Some((target.to_owned(), filled(&theme.text(path)?, name, today)))
    };
    paths.iter().filter_map(own).collect()
}

/// The text of a starter file with the blanks filled that can be filled: `@id@`, `@name@`, `@today@`,
/// `@today+14@`.
pub(super) fn filled(text: &str, name: &str, today: Date) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('@') {
        out.push_str(before);
        if let Some((value, after)) =
            behind.split_once('@').and_then(|(key, after)| Some((value(key, name, today)?, after)))
        {
            out.push_str(&value);
            rest = after;
        } else {
            out.push('@');
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

fn value(key: &str, name: &str, today: Date) -> Option<String> {
    match key {
        "id" => Some(id(name)),
        "name" => Some(title(name)),
        "today" => Some(today.to_string()),
        key => {
            let days: i64 = key.strip_prefix("today+")?.parse().ok()?;
            today.checked_add(days.days()).ok().map(|date| date.to_string())
        }
    }
}

/// The name of a folder as an id.
fn id(name: &str) -> String {
    let words = name.to_lowercase();
    let words: Vec<_> = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let id: String = words.join("-").chars().take(64).collect();
    if id.is_empty() { "product".to_owned() } else { id.trim_end_matches('-').to_owned() }
}

/// The name of a folder as a title, without what YAML would take for its own.
fn title(name: &str) -> String {
    let words = id(name).replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blanks_of_the_starter_are_filled() {
        let today = jiff::civil::date(2026, 11, 20);
        let text = "id: @id@\nname: @name@\ndate: @today@\nends: @today+14@\nmail: a@b.example\n";
        let filled = filled(text, "Harbour Portal!", today);
        assert_eq!(
            filled,
            "id: harbour-portal\nname: Harbour portal\ndate: 2026-11-20\nends: 2026-12-04\nmail: a@b.example\n"
        );
        assert_eq!((id("..."), id("Ä1")), ("product".into(), "1".into()));
    }

    #[test]
    fn no_blank_of_the_starter_is_left() {
        for (path, text) in files("portal", jiff::civil::date(2026, 11, 20)) {
            assert!(!text.contains("@today") && !text.contains("@id@") && !text.contains("@name@"), "{path}");
        }
    }
}
