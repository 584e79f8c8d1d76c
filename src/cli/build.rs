//! `handoff build`: the bundle, as a folder and a zip.

use super::findings::Shape;
use super::progress::Display;
use super::several::{self, Looked, Meant, Several, Split};
use super::terminal::{BOLD, CYAN, GREEN, RED, Stream, Terminal, YELLOW, paint};
use super::{Outcome, cache, choice, clock, count, diff, repository};
use crate::bundle::{self, Written};
use crate::compare::Edition;
use crate::error::{Error, Result};
use crate::finding::{Finding, Level};
use crate::model::project::{Format, Project, Status};
use crate::model::records::{Allowance, ReleaseCut};
use crate::model::report::{Coverage, Report};
use crate::pipeline::{self, Inspected, Options, Produced, Progress};
use crate::release;
use crate::render::status;
use crate::report;
use crate::writing;
use jiff::civil::Date;
use std::cell::RefCell;
use std::num::NonZeroUsize;
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
  handoff build portal billing        several projects, each into its own folder
  handoff build --partition 1/3       a third of the projects of a workspace
  handoff build --since old.zip       with bars in the margin for what changed since
  handoff build --no-cache            everything anew, whatever was made before
  handoff build --only status         where the delivery stands, as a page for internal use";

/// What `build` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The folders of projects, or of a workspace [default: the nearest one upwards with a handoff.yaml or a
    /// handoff-workspace.yaml]
    #[arg(value_name = "DIR")]
    dirs: Vec<PathBuf>,

    #[command(flatten)]
    split: Split,

    /// The folder to write to [default: the project's `output.folder`, or `dist` in the project]
    #[arg(long, short, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Only these formats [default: the project's `output.formats`, or all]
    #[arg(long, value_name = "FORMAT,...", value_delimiter = ',', value_parser = choice::<Part>(Format::ALL.iter().map(|format| format.as_str()).chain([STATUS])))]
    only: Vec<Part>,

    #[command(flatten)]
    shape: Shape,

    /// Give the pages and PDFs bars in the margin for what changed since another bundle, and add the document
    /// that tells it
    #[arg(long, value_name = "BUNDLE")]
    since: Option<PathBuf>,

    #[command(flatten)]
    cache: cache::Choice,

    /// How many things are done at once [default: as many as there are cores]
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,

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

/// Builds the bundles of the projects that are meant.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    if let Some(jobs) = args.jobs {
        // For what reads, composes and judges; it fails only where the threads are there already.
        rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build_global().ok();
    }
    match several::meant(&args.dirs, args.split.partition)? {
        Meant::One(root) => {
            one(args, &root, terminal, &|report, inspected| Terminal::data(&args.shape.write(&report, inspected)?))
        }
        Meant::Several(several) => all(args, &several, terminal),
    }
}

/// Builds several projects one after the other; what stops one does not stop the others.
fn all(args: &Args, several: &Several, terminal: &Terminal) -> Result<Outcome> {
    let status_beside = args.out.is_some() && args.only.contains(&Part::Status);
    several::one_at_a_time(&[(args.since.is_some(), "--since"), (status_beside, "--only status --out")])?;
    let shared = &several.shared().report.findings;
    let for_people = args.shape.is_for_people();
    if for_people && !shared.is_empty() {
        let style = Terminal::report_style(Stream::Err);
        Terminal::say(&report::human::findings(shared, &several.shared().sources, &style));
    }
    let (mut found, mut ended) = (Vec::new(), Vec::new());
    let total = several.projects.len();
    for (index, place) in several.projects.iter().enumerate() {
        terminal.mention(&format!("{} ({} of {total})", paint(BOLD, &place.path), index + 1));
        let looked = RefCell::new(None);
        let keep = |report: Report, inspected: &Inspected| {
            *looked.borrow_mut() = Some(Looked::new(report, inspected));
            Ok(())
        };
        let outcome = one(args, &place.root, terminal, &keep);
        if let Err(error) = &outcome {
            Terminal::error(error);
        }
        ended.push((place.path.as_str(), outcome.as_ref().copied().unwrap_or(Outcome::Stopped)));
        let looked = match (looked.into_inner(), outcome) {
            (Some(looked), Ok(_)) => Some(Ok(looked)),
            (_, Err(error)) => Some(Err(error)),
            (None, Ok(_)) => None,
        };
        found.extend(looked.map(|looked| (place.clone(), looked)));
        terminal.mention("");
    }
    let worst = ended.iter().map(|(_, outcome)| *outcome).max().unwrap_or(Outcome::Clean);
    let worst = if several.shared().report.passes() { worst } else { worst.max(Outcome::Blocked) };
    if for_people {
        summarize(&ended, several, worst, terminal);
    } else {
        Terminal::data(&args.shape.write_all(&several.overall(found))?)?;
    }
    Ok(worst)
}

/// How many were built, and which were not.
fn summarize(ended: &[(&str, Outcome)], several: &Several, worst: Outcome, terminal: &Terminal) {
    let built = ended.iter().filter(|(_, outcome)| *outcome == Outcome::Clean).count();
    let part = several.part().map(|part| format!("part {part}: ")).unwrap_or_default();
    let mut lines = vec![match ended.len() {
        0 => format!("{part}no project is in it"),
        many => format!("{part}built {built} of {}", count(many, "project", "projects")),
    }];
    for (path, outcome) in ended.iter().filter(|(_, outcome)| *outcome != Outcome::Clean) {
        let what = if *outcome == Outcome::Stopped { "stopped" } else { "blocked" };
        lines.push(format!("  {}  {path}", paint(RED, what)));
    }
    if !several.shared().report.passes() {
        lines.push(format!("  {}  what the projects share, as shown above", paint(RED, "blocked")));
    }
    let text = lines.join("\n");
    if worst == Outcome::Clean { terminal.mention(&text) } else { Terminal::say(&text) }
}

/// What becomes of a report for programs.
type Tell<'a> = &'a dyn Fn(Report, &Inspected) -> Result<()>;

/// Builds the bundle of one project, unless something stops it.
#[expect(clippy::disallowed_methods, reason = "the summary says how long the build took")]
fn one(args: &Args, root: &Path, terminal: &Terminal, report_to: Tell<'_>) -> Result<Outcome> {
    let started = Instant::now();
    let cache = args.cache.open();
    let options = Options {
        formats: formats(&args.only),
        origin: repository::origin(root),
        since: args.since.as_deref().map(diff::received).transpose()?,
        jobs: args.jobs,
        ..Options::default()
    };
    let options = cache::with(options, cache.as_ref());
    let progress = Display::new(terminal);
    let inspected = pipeline::inspect(root, &options, &progress)?;
    if args.only.contains(&Part::Status) {
        let page = progress.hide(|| write_status(args, root, &inspected))?;
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
    let (Some(project), Verdict::Clean | Verdict::Draft | Verdict::Allowed) = (&inspected.loaded.project, verdict)
    else {
        progress.hide(|| print_report(args, &inspected, &[], report_to))?;
        Terminal::say(&verdict.explain(&blocking(&inspected.report)));
        return Ok(Outcome::Blocked);
    };
    let produced = pipeline::produce(&inspected, &options, &progress)?;
    if for_people {
        progress.hide(|| show_findings(&produced.findings, &inspected, terminal));
    } else {
        progress.hide(|| print_report(args, &inspected, &produced.findings, report_to))?;
    }
    if verdict == Verdict::Clean && produced.findings.iter().any(|finding| finding.level == Level::Error) {
        Terminal::say(&Verdict::Blocked.explain("something cannot be shown as it was written"));
        return Ok(Outcome::Blocked);
    }
    if let Some(told) = another(&inspected, project, &produced, &options) {
        progress.finish();
        Terminal::say(&told);
        return Ok(Outcome::Blocked);
    }
    progress.stage("Writing", None);
    if let Some(cache) = &cache {
        cache.tidy();
    }
    let folder = folder(args.out.as_deref(), root, project)?;
    let written = bundle::archive(&produced.bundle, &folder, project.release.date.0)?;
    progress.finish();

    terminal.mention(&summary(&inspected, project, &produced, &written, started.elapsed()));
    if matches!(verdict, Verdict::Draft | Verdict::Allowed) {
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

/// The record of the release of this version, if it was cut.
fn record<'a>(inspected: &'a Inspected, project: &Project) -> Option<&'a ReleaseCut> {
    let version = &project.release.version.value;
    inspected.loaded.records.releases.iter().find(|release| release.version.value == *version)
}

/// Whether what blocks was let pass when this version was released.
fn was_let_pass(inspected: &Inspected, project: &Project) -> bool {
    let allowed = record(inspected, project).map(|release| release.allowed.as_slice()).unwrap_or_default();
    let has = |what: Allowance| allowed.iter().any(|allowed| allowed.what.value == what);
    let report = &inspected.report;
    let stale = report.findings.iter().any(is_stale_review);
    (!stale || has(Allowance::StaleReviews)) && (!blocks_beside_reviews(report) || has(Allowance::Findings))
}

/// Whether anything blocks beside reviews that no longer hold, which are let pass for themselves.
pub(super) fn blocks_beside_reviews(report: &Report) -> bool {
    let errors = report.findings.iter().any(|finding| finding.level == Level::Error && !is_stale_review(finding));
    errors || !report.coverage.as_ref().is_some_and(Coverage::complete)
}

fn is_stale_review(finding: &Finding) -> bool {
    finding.rule == "stale-review"
}

/// What to tell if this version was released and the bundle is another one: which files differ, and what
/// to do.
fn another(inspected: &Inspected, project: &Project, made: &Produced, options: &Options) -> Option<String> {
    let release = record(inspected, project)?;
    let digest = bundle::content_digest(&made.bundle);
    if digest == release.digest.as_str() {
        return None;
    }
    let version = &release.version;
    let mut lines = vec![format!(
        "{} version {version} was released on {}, and this is another bundle: nothing was written",
        paint(RED, "stopped:"),
        release.date
    )];
    lines.push(format!("  released: {}\n  built:    {digest}", release.digest));
    let issued = inspected.loaded.issued.iter().find(|issued| issued.version == version.to_string());
    let but = [bundle::FORM, bundle::MANIFEST, bundle::SUMS];
    let files = issued.map(|issued| release::differences(issued, made.bundle.hashes(), &but)).unwrap_or_default();
    lines.extend(files.iter().map(|file| format!("  {file}")));
    let program = concat!("handoff ", env!("CARGO_PKG_VERSION"));
    if release.program.as_str() != program {
        lines.push(format!("  it was made with {}; this is {program}", release.program.as_str()));
    }
    let since = options.since.as_ref().map(Edition::version);
    let help = match &release.since {
        Some(wanted) if since != Some(wanted.to_string().as_str()) => {
            format!("it has bars for what changed since {wanted}: build it with `--since` and that bundle")
        }
        None if since.is_some() => "it was released without bars: build it without `--since`".to_owned(),
        _ if !options.formats.is_empty() => {
            "it was released with all its formats: build it without `--only`".to_owned()
        }
        _ => format!(
            "to build what is here now, set `release.version` in handoff.yaml to the next version; to build {version} again, go back to where it was released{}",
            release
                .revision
                .as_ref()
                .map(|revision| format!(" (behind git revision {})", revision.as_str()))
                .unwrap_or_default()
        ),
    };
    lines.push(format!("  {} {help}", paint(CYAN, "help:")));
    Some(lines.join("\n"))
}

/// Hands on the report for programs, with what making pages and PDFs found.
fn print_report(args: &Args, inspected: &Inspected, more: &[Finding], report_to: Tell<'_>) -> Result<()> {
    if args.shape.is_for_people() {
        return Ok(());
    }
    let mut report = inspected.report.clone();
    report.findings.extend_from_slice(more);
    report_to(report, inspected)
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
fn write_status(args: &Args, root: &Path, inspected: &Inspected) -> Result<PathBuf> {
    let project = clock::readable(inspected.loaded.project.as_ref())?;
    let standing = super::status::survey(inspected, args.today)?;
    let page = status::page(&standing, &inspected.loaded, &inspected.theme)?;
    let folder = folder(args.out.as_deref(), root, project)?;
    let path = folder.join(format!("{STATUS}.html"));
    writing::replace(&path, page.as_bytes())
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
    /// Something blocks, but the version was released and it was let pass.
    Allowed,
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
            Some(project) if was_let_pass(inspected, project) => Self::Allowed,
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
            Self::Allowed => format!(
                "{} {blocking}; it was let pass when the version was released, so the bundle was written all the same",
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
pub(super) fn blocking(report: &Report) -> String {
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
        Verdict::Draft | Verdict::Allowed if terminal.is_quiet() => {}
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
    if made.bundle.files().contains_key("index.html") {
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
