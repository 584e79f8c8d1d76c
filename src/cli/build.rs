//! `handoff build`: the bundle, as a folder and a zip.

use super::findings::Shape;
use super::progress::Display;
use super::terminal::{BOLD, CYAN, GREEN, RED, Stream, Terminal, YELLOW, paint};
use super::{Outcome, choice, clock, count, project_root};
use crate::bundle::{self, Written};
use crate::error::{Error, Result};
use crate::finding::{Finding, Level};
use crate::model::project::{Format, Project, Status};
use crate::model::report::{Coverage, Report};
use crate::pipeline::{self, Inspected, Options, Produced, Progress};
use crate::render::status;
use crate::report;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

const AFTER_HELP: &str = "\
Prints the paths of the folder and of the zip; everything else goes to standard error.
With another --format than `human` the report of the check takes their place.
A release whose status is `draft` is built even if something is missing. Any other
release is built only if nothing blocks.

Examples:
  handoff build                       the project that the current folder is in
  handoff build portal --out /tmp/b   another project, into another folder
  handoff build --only html,markdown  without the PDFs, which take the longest
  handoff build --only status         where the delivery stands, as a page for internal use";

/// What `build` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    dir: Option<PathBuf>,

    /// The folder to write to [default: the project's `output.folder`, or `dist` in the project]
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Only these formats [default: the project's `output.formats`, or all]
    #[arg(long, value_name = "FORMAT,...", value_delimiter = ',', value_parser = choice::<Part>(Format::ALL.iter().map(|format| format.as_str()).chain([STATUS])))]
    only: Vec<Part>,

    #[command(flatten)]
    shape: Shape,

    /// The day that the status page is about, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    today: Option<Date>,
}

/// The name of the page for internal use, and of its file.
const STATUS: &str = "status";

/// What can be built for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A format of the bundle.
    Format(Format),
    /// Where the delivery stands, as a page beside the bundle.
    Status,
}

impl FromStr for Part {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if text == STATUS { Ok(Self::Status) } else { text.parse().map(Self::Format) }
    }
}

/// Builds the bundle, unless something stops it.
#[expect(clippy::disallowed_methods, reason = "the summary says how long the build took")]
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let started = Instant::now();
    let root = project_root(args.dir.as_deref())?;
    let options = Options { formats: formats(&args.only), ..Options::default() };
    let progress = Display::new(terminal);
    let inspected = pipeline::inspect(&root, &options, &progress)?;
    if args.only.contains(&Part::Status) {
        let page = progress.hide(|| write_status(args, &root, &inspected))?;
        if options.formats.is_empty() {
            progress.finish();
            Terminal::data(&format!("{}\n", page.display()))?;
            return Ok(Outcome::Clean);
        }
    }

    let verdict = Verdict::of(&inspected);
    let for_people = args.shape.is_for_people();
    if for_people {
        progress.hide(|| show_report(&inspected, verdict, terminal));
    }
    let (Some(project), Verdict::Clean | Verdict::Draft) = (&inspected.loaded.project, verdict) else {
        progress.hide(|| print_report(args, &inspected, &[]))?;
        Terminal::say(&verdict.explain(&blocking(&inspected.report)));
        return Ok(Outcome::Blocked);
    };
    let produced = pipeline::produce(&inspected, &options, &progress)?;
    if for_people {
        progress.hide(|| show_findings(&produced.findings, &inspected, terminal));
    } else {
        progress.hide(|| print_report(args, &inspected, &produced.findings))?;
    }
    if verdict == Verdict::Clean && produced.findings.iter().any(|finding| finding.level == Level::Error) {
        Terminal::say(&Verdict::Blocked.explain("something cannot be shown as it was written"));
        return Ok(Outcome::Blocked);
    }
    progress.stage("Writing", None);
    let folder = folder(args.out.as_deref(), &root, project)?;
    let written = bundle::archive(&produced.bundle, &folder, project.release.date.0)?;
    progress.finish();

    terminal.mention(&summary(&inspected, project, &produced, &written, started.elapsed()));
    if verdict == Verdict::Draft {
        terminal.mention(&verdict.explain(&blocking(&inspected.report)));
    }
    let paths = format!("{}\n{}\n", written.folder.display(), written.zip.display());
    if for_people {
        Terminal::data(&paths)?;
    } else {
        terminal.mention(&paths);
    }
    Ok(Outcome::Clean)
}

/// Prints the report for programs, with what making pages and PDFs found.
fn print_report(args: &Args, inspected: &Inspected, more: &[Finding]) -> Result<()> {
    if args.shape.is_for_people() {
        return Ok(());
    }
    let mut report = inspected.report.clone();
    report.findings.extend_from_slice(more);
    Terminal::data(&args.shape.write(&report, inspected)?)
}

/// The formats of the bundle among what was asked for.
fn formats(only: &[Part]) -> Vec<Format> {
    let format = |part: &Part| match part {
        Part::Format(format) => Some(*format),
        Part::Status => None,
    };
    only.iter().filter_map(format).collect()
}

/// Writes the status page beside the bundles, never into one.
#[expect(clippy::disallowed_methods, reason = "the page is no part of a bundle")]
fn write_status(args: &Args, root: &Path, inspected: &Inspected) -> Result<PathBuf> {
    let project = clock::readable(inspected.loaded.project.as_ref())?;
    let standing = super::status::survey(inspected, args.today)?;
    let page = status::page(&standing, &inspected.loaded, &inspected.theme)?;
    let folder = folder(args.out.as_deref(), root, project)?;
    let path = folder.join(format!("{STATUS}.html"));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&path, page))
        .map_err(|error| Error::io("the status page cannot be written", &path, &error))?;
    Ok(path)
}

/// Whether the bundle may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Nothing blocks.
    Clean,
    /// Something blocks, but this is a draft.
    Draft,
    /// The project could not be read without mistakes, so a bundle would say wrong things.
    Unreadable,
    /// Something blocks.
    Blocked,
}

impl Verdict {
    fn of(inspected: &Inspected) -> Self {
        let loaded = &inspected.loaded;
        let unreadable = loaded.findings.iter().any(|finding| finding.level == Level::Error);
        match &loaded.project {
            None => Self::Unreadable,
            Some(_) if unreadable => Self::Unreadable,
            Some(_) if inspected.report.passes() => Self::Clean,
            Some(project) if project.release.status.value == Status::Draft => Self::Draft,
            Some(_) => Self::Blocked,
        }
    }

    /// What to tell if something blocks, given what does.
    fn explain(self, blocking: &str) -> String {
        let stopped = format!("{} nothing was written:", paint(RED, "stopped:"));
        let help = paint(CYAN, "help:");
        match self {
            Self::Clean => String::new(),
            Self::Draft => format!(
                "{} {blocking}; the release is a draft, so the bundle was written all the same",
                paint(YELLOW, "incomplete:")
            ),
            Self::Unreadable => {
                format!(
                    "{stopped} the project could not be read: {blocking}\n  {help} mend what is shown above, then build again"
                )
            }
            Self::Blocked => format!(
                "{stopped} {blocking}\n  {help} mend what is shown above; to build an incomplete bundle, set `release.status: draft` in handoff.yaml"
            ),
        }
    }
}

/// What blocks, in numbers.
fn blocking(report: &Report) -> String {
    let tally = report.coverage.as_ref().map(Coverage::tally).unwrap_or_default();
    let parts = [
        (report.count(Level::Error), "error", "errors"),
        (tally.missing, "item missing", "items missing"),
        (tally.partial, "item incomplete", "items incomplete"),
    ];
    let told: Vec<_> = parts.iter().filter(|part| part.0 > 0).map(|&(n, one, many)| count(n, one, many)).collect();
    told.join(", ")
}

/// Shows what the check found: all of it where something blocks, else only the findings.
fn show_report(inspected: &Inspected, verdict: Verdict, terminal: &Terminal) {
    match verdict {
        Verdict::Clean => show_findings(&inspected.report.findings, inspected, terminal),
        Verdict::Draft if terminal.is_quiet() => {}
        _ => {
            let style = Terminal::report_style(Stream::Err);
            Terminal::say(&report::human::write(&inspected.report, &inspected.loaded.sources, &style));
            Terminal::say("");
        }
    }
}

/// Shows findings; those that do not block only if that is wanted.
fn show_findings(findings: &[Finding], inspected: &Inspected, terminal: &Terminal) {
    let shown = |finding: &&Finding| finding.level == Level::Error || !terminal.is_quiet();
    let findings: Vec<_> = findings.iter().filter(shown).cloned().collect();
    if !findings.is_empty() {
        let style = Terminal::report_style(Stream::Err);
        Terminal::say(&report::human::findings(&findings, &inspected.loaded.sources, &style));
        Terminal::say("");
    }
}

/// Where bundles are written.
fn folder(named: Option<&Path>, root: &Path, project: &Project) -> Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.to_path_buf());
    }
    let own =
        project.output.as_ref().and_then(|output| output.folder.as_ref()).map_or("dist", |folder| folder.as_str());
    if Path::new(own).components().any(|part| part == std::path::Component::ParentDir) {
        return Err(Error::new(format!("`output.folder: {own}` in handoff.yaml leads out of the project"))
            .help("name a folder in the project, or use `--out`"));
    }
    // `./dist` is `dist` to people.
    Ok(if root == Path::new(".") { PathBuf::from(own) } else { root.join(own) })
}

/// What was built, in a few lines.
fn summary(inspected: &Inspected, project: &Project, made: &Produced, written: &Written, took: Duration) -> String {
    let release = &project.release;
    let mut lines = vec![format!(
        "{} {} {} ({})",
        paint(GREEN, "built"),
        paint(BOLD, project.project.name.as_str()),
        release.version.value,
        release.status.value
    )];
    let documents = count(inspected.dossier.delivered().count(), "document", "documents");
    let pages =
        if made.pages > 0 { format!(", {}", count(made.pages, "page of PDF", "pages of PDF")) } else { String::new() };
    lines.push(format!(
        "  {documents}{pages}; {}, {} (zip {}); {}",
        count(written.files, "file", "files"),
        size(written.bytes),
        size(written.zip_bytes),
        seconds(took)
    ));
    if let Some(coverage) = &inspected.report.coverage {
        lines.push(format!("  {}", report::human::completeness(coverage)));
    }
    if made.bundle.get("index.html").is_some() {
        lines.push(format!("  open {} in a browser", written.folder.join("index.html").display()));
    }
    lines.join("\n")
}

/// A number of bytes as people read it.
#[expect(clippy::cast_precision_loss, reason = "a figure with one decimal place is meant to be rounded")]
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let told: Vec<_> = [7, 1_500, 5_340_000, 2_000_000_000].into_iter().map(size).collect();
        assert_eq!(told, ["7 bytes", "2 kB", "5.3 MB", "2.0 GB"]);
    }

    #[test]
    fn what_blocks_is_counted() {
        let findings = vec![Finding::error("a", "a"), Finding::warning("b", "b"), Finding::error("c", "c")];
        assert_eq!(blocking(&Report { findings, ..Report::default() }), "2 errors");
        assert_eq!(blocking(&Report::default()), "");
    }

    #[test]
    fn one_of_something_is_not_many() {
        assert_eq!(count(1, "file", "files"), "1 file");
        assert_eq!(count(0, "file", "files"), "0 files");
    }
}
