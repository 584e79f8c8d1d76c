//! `handoff diff`: what changed between two bundles, or between a bundle and the working state.

use super::terminal::{Stream, Terminal};
use super::{Outcome, project_root};
use crate::bundle;
use crate::compare::{self, Edition};
use crate::error::{Error, Result};
use crate::load;
use crate::model::difference::Differences;
use crate::model::loaded::Loaded;
use crate::pipeline::{self, Options, Silent};
use crate::render::difference::{self, About};
use crate::report;
use crate::theme::Theme;
use crate::writing::{self, Change};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
A bundle is a zip or a folder. A folder with a handoff.yaml is a project, of which the working
state is compared. Tells documents, words in them, facts, items of the checklist and files that
were added, removed or changed. The exit code is 0 whether or not something differs, unless
`--exit-code` is given.

Examples:
  handoff diff portal-1.0.0.zip                            what changed since, in the working state
  handoff diff portal-1.0.0.zip portal-1.1.0.zip           what changed between two bundles
  handoff diff portal-1.0.0.zip --format json              for programs
  handoff diff portal-1.0.0.zip --format pdf --out new.pdf as a document, with marks for what came and went";

/// What `diff` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The older bundle
    old: PathBuf,

    /// The newer bundle, or a project's folder [default: the project that the current folder is in]
    new: Option<PathBuf>,

    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json", "html", "pdf"])]
    format: String,

    /// The file to write to [default: standard output; needed for `pdf`]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    /// End with exit code 1 if anything differs
    #[arg(long)]
    exit_code: bool,
}

/// One of the two, with what is needed to print it.
struct Side {
    edition: Edition,
    /// The project: as its folder has it, or as the bundle tells it.
    loaded: Loaded,
    theme: Theme,
}

/// Compares, and writes what differs.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let old = side(&args.old)?;
    let new = match &args.new {
        Some(path) => side(path)?,
        None => working(&project_root(None)?)?,
    };
    let changes = compare::compare(&old.edition, &new.edition);
    match args.format.as_str() {
        "html" => {
            let (title, blocks) = compare::tell(&changes, &new.loaded.words);
            put(args, difference::page(&title, &blocks, &about(&new)?)?.as_bytes())?;
        }
        "pdf" => {
            let (title, blocks) = compare::tell(&changes, &new.loaded.words);
            put(args, &difference::print(&title, &blocks, &about(&new)?)?)?;
        }
        "json" => put(args, report::difference::json(&changes).as_bytes())?,
        _ => put(args, human(args, &changes).as_bytes())?,
    }
    Ok(if args.exit_code && !changes.is_empty() { Outcome::Blocked } else { Outcome::Clean })
}

fn human(args: &Args, changes: &Differences) -> String {
    let style = match args.out {
        Some(_) => report::Style::default(),
        None => Terminal::report_style(Stream::Out),
    };
    report::difference::human(changes, &style)
}

/// The bundle or the project at a path.
fn side(path: &Path) -> Result<Side> {
    if path.join(load::PROJECT_FILE).is_file() {
        return working(path);
    }
    let edition = received(path)?;
    let loaded = load::delivered(&edition.facts());
    Ok(Side { edition, loaded, theme: Theme::default() })
}

/// The edition of a bundle.
pub(super) fn received(path: &Path) -> Result<Edition> {
    let files = bundle::read_files(path, compare::is_wanted)?;
    Edition::read(&files).map_err(|error| error.path(path))
}

/// What a project makes now.
fn working(root: &Path) -> Result<Side> {
    let options = Options::default();
    let inspected = pipeline::inspect(root, &options, &Silent)?;
    super::clock::readable(inspected.loaded.project.as_ref())?;
    let edition = pipeline::edition(&inspected, &options)?;
    Ok(Side { edition, loaded: inspected.loaded, theme: inspected.theme })
}

fn about(side: &Side) -> Result<About<'_>> {
    let project = super::clock::readable(side.loaded.project.as_ref())?;
    Ok(About { project, loaded: &side.loaded, theme: &side.theme })
}

/// Writes the result to the file that was named, whole or not at all, or to standard output.
fn put(args: &Args, bytes: &[u8]) -> Result<()> {
    let Some(path) = &args.out else {
        let text = std::str::from_utf8(bytes).ok().filter(|_| args.format != "pdf").ok_or_else(|| {
            Error::new("a PDF is no text for a terminal").help("name the file to write with `--out FILE`")
        })?;
        return Terminal::data(text);
    };
    writing::all_or_none(&[Change::replacing(path.clone(), bytes.to_vec())])?;
    Terminal::data(&format!("{}\n", path.display()))
}
