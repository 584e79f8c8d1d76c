//! `handoff check`: what is wrong, and what is still missing.

use super::findings::Shape;
use super::progress::Display;
use super::several::{self, Looked, Meant, Place, Several, Split};
use super::terminal::{BOLD, CYAN, DIM, GREEN, RED, Stream, Terminal, YELLOW, paint};
use super::{Outcome, cache, choice, clock, count, git};
use crate::check::{explain, scope};
use crate::error::{Error, Result};
use crate::finding::suggestion;
use crate::model::project::Stage;
use crate::model::report::{Coverage, Report, ReviewState, Reviewed, State};
use crate::pipeline::{self, Inspected, Options, Progress};
use crate::{online, report, writing};
use clap::builder::styling::Style;
use rayon::prelude::*;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

const AFTER_HELP: &str = "\
Examples:
  handoff check                             the project that the current folder is in
  handoff check --stage pilot               what must be there before the pilot begins
  handoff check --all --list                every item of the checklist with its state
  handoff check --explain-item runbook.logs why an item is in its state
  handoff check --fix                       mends what is safe to mend, and shows what it changed
  handoff check --since main                only findings about what changed since then
  handoff check --format sarif > report.sarif
  handoff check portal billing              several projects, told together
  handoff check --partition 1/3             a third of the projects of a workspace
  handoff check --write-baseline known.json now, and from then on:
  handoff check --baseline known.json       only findings that are new";

/// What `check` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The folders of projects, or of a workspace [default: the nearest one upwards with a handoff.yaml or a
    /// handoff-workspace.yaml]
    #[arg(value_name = "DIR")]
    dirs: Vec<PathBuf>,

    #[command(flatten)]
    split: Split,

    /// Judge what is due at this stage of the rollout [default: the project's `rollout.current`]
    #[arg(long, value_name = "STAGE", value_parser = choice::<Stage>(Stage::ALL.iter().map(|stage| stage.as_str())))]
    stage: Option<Stage>,

    /// Judge everything, whenever it is due
    #[arg(long, conflicts_with = "stage")]
    all: bool,

    #[command(flatten)]
    shape: Shape,

    /// The checklist to judge by [default: the project's `checklist`, or delivery]
    #[arg(long, value_name = "ID")]
    checklist: Option<String>,

    /// List every item of the checklist with its state
    #[arg(long)]
    list: bool,

    /// Only say why this item is in its state, and what would change it
    #[arg(long, value_name = "ITEM", conflicts_with_all = ["fix", "list", "since", "baseline", "write_baseline"])]
    explain_item: Option<String>,

    /// Only findings about what changed since a revision of git
    #[arg(long, value_name = "REV")]
    since: Option<String>,

    /// Only findings that are not in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write all findings to a file for --baseline, instead of telling them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "baseline", "fix"])]
    write_baseline: Option<PathBuf>,

    #[command(flatten)]
    links: Links,

    #[command(flatten)]
    repair: Repair,
}

/// What is asked of external links.
#[derive(Debug, clap::Args)]
struct Links {
    /// Ask external links whether they are there
    #[arg(long)]
    online: bool,

    /// With --online: how old a remembered answer may be, in hours
    #[arg(long, value_name = "HOURS", default_value_t = 24, requires = "online")]
    max_age: u32,
}

/// What is mended.
#[derive(Debug, clap::Args)]
struct Repair {
    /// Mend what is safe to mend, show the change, and check again
    #[arg(long)]
    fix: bool,

    /// With --fix: show the change and write nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
}

/// Checks the project and prints the report.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    match several::meant(&args.dirs, args.split.partition)? {
        Meant::One(root) => one(args, &root, terminal),
        Meant::Several(several) => all(args, &several, terminal),
    }
}

/// What is judged.
fn options(args: &Args) -> Options {
    Options {
        stage: if args.all { Some(Stage::Close) } else { args.stage },
        checklist: args.checklist.clone(),
        online: args.links.online.then(|| settings(args.links.max_age)),
        ..Options::default()
    }
}

/// Checks several projects and prints one report; what stops one does not stop the others.
fn all(args: &Args, several: &Several, terminal: &Terminal) -> Result<Outcome> {
    several::one_at_a_time(&[
        (args.explain_item.is_some(), "--explain-item"),
        (args.repair.fix, "--fix"),
        (args.list, "--list"),
        (args.baseline.is_some(), "--baseline"),
        (args.write_baseline.is_some(), "--write-baseline"),
    ])?;
    let options = options(args);
    let progress = Display::new(terminal);
    progress.stage("Checking", Some(several.projects.len()));
    let look = |place: &Place| {
        let changes = args.since.as_deref().map(|since| git::changes(&place.root, since)).transpose()?;
        let inspected = pipeline::inspect(&place.root, &options, &pipeline::Silent)?;
        let mut report = inspected.report.clone();
        if let Some(changes) = &changes {
            scope::since(&mut report, &inspected.loaded, changes);
        }
        Ok(Looked::new(report, &inspected))
    };
    let found = several.projects.par_iter().map(|place| {
        let looked = look(place);
        progress.step(&place.path);
        (place.clone(), looked)
    });
    let found = found.collect();
    progress.finish();
    several::tell(&several.overall(found), &args.shape, terminal)
}

/// Checks one project.
fn one(args: &Args, root: &Path, terminal: &Terminal) -> Result<Outcome> {
    let options = options(args);
    let changes = args.since.as_deref().map(|since| git::changes(root, since)).transpose()?;
    let baseline = args.baseline.as_deref().map(read_baseline).transpose()?;
    let progress = Display::new(terminal);
    let mut inspected = pipeline::inspect(root, &options, &progress)?;
    progress.finish();
    if let Some(id) = &args.explain_item {
        return explain_item(args, &inspected, &options, id);
    }
    if args.repair.fix && super::fix::run(&inspected, args.repair.dry_run, terminal)? {
        inspected = pipeline::inspect(root, &options, &pipeline::Silent)?;
    }
    if let Some(path) = &args.write_baseline {
        return write_baseline(&inspected, path, terminal);
    }
    let mut report = inspected.report.clone();
    if let Some(baseline) = &baseline {
        let gone = scope::beyond(&mut report, &inspected.loaded.sources, baseline);
        if gone > 0 {
            let findings = count(gone, "finding of the baseline is", "findings of the baseline are");
            terminal.mention(&format!("{findings} not found any more; `--write-baseline` writes it anew"));
        }
    }
    if let Some(changes) = &changes {
        scope::since(&mut report, &inspected.loaded, changes);
    }
    let outcome = tell(args, &report, &inspected, terminal)?;
    // The program ends here: what lies in memory need not be given back piece by piece.
    std::mem::forget(inspected);
    Ok(outcome)
}

/// Prints the report in the format that is asked for.
fn tell(args: &Args, report: &Report, inspected: &Inspected, terminal: &Terminal) -> Result<Outcome> {
    let passes = report.passes();
    let for_people = args.shape.is_for_people();
    if !(for_people && passes && terminal.is_quiet()) {
        let listed = if args.list && for_people {
            report.coverage.as_ref().map(|coverage| items(coverage, report))
        } else {
            None
        };
        Terminal::data(&(listed.unwrap_or_default() + &args.shape.write(report, inspected)?))?;
    }
    Ok(if passes { Outcome::Clean } else { Outcome::Blocked })
}

/// How external links are asked: the clock, the cache folder and the proxy come from here.
fn settings(max_age: u32) -> online::Settings {
    let variable = |names: &[&str]| names.iter().find_map(|name| cache::environment(name));
    online::Settings {
        cache: cache::folder(),
        now: clock::seconds(),
        max_age: Duration::from_hours(u64::from(max_age)),
        proxy: variable(&["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
        ..online::Settings::default()
    }
}

/// Prints why an item is in its state.
fn explain_item(args: &Args, inspected: &Inspected, options: &Options, id: &str) -> Result<Outcome> {
    let Inspected { loaded, dossier, .. } = inspected;
    clock::readable(loaded.project.as_ref())?;
    let explanation = explain::item(loaded, dossier, &options.check(None), id).map_err(|ids| {
        let error = Error::new(format!("the checklist has no item `{id}`"));
        match suggestion(id, ids.iter().map(String::as_str)) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("`handoff check --list` lists the items of the checklist"),
        }
    })?;
    let sources = &loaded.sources;
    Terminal::data(&if args.shape.is_json() {
        report::item::json(&explanation, sources)
    } else if args.shape.is_for_people() {
        report::item::human(&explanation, sources, &Terminal::report_style(Stream::Out))
    } else {
        return Err(Error::new("an explanation is written as `human` or as `json`")
            .help("leave `--format` out, or say `--format json`"));
    })?;
    Ok(Outcome::Clean)
}

#[expect(clippy::disallowed_methods, reason = "the file is the user's own, named on the command line")]
fn read_baseline(path: &Path) -> Result<scope::Baseline> {
    let what = "the baseline cannot be read";
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::io(what, path, &error).help("`handoff check --write-baseline FILE` writes one"))?;
    scope::Baseline::read(&text).map_err(|why| {
        Error::new(what).path(path).why(why).help("`handoff check --write-baseline FILE` writes it anew")
    })
}

fn write_baseline(inspected: &Inspected, path: &Path, terminal: &Terminal) -> Result<Outcome> {
    let baseline = scope::Baseline::of(&inspected.report, &inspected.loaded.sources);
    writing::replace(path, baseline.text().as_bytes())
        .map_err(|error| Error::io("the baseline cannot be written", path, &error))?;
    let findings = count(baseline.count(), "finding is", "findings are");
    terminal.mention(&format!("{findings} in {}", path.display()));
    Ok(Outcome::Clean)
}

/// Every item of the checklist with its state and what there is to say about it, one document after
/// the other.
fn items(coverage: &Coverage, report: &Report) -> String {
    let width = State::ALL.iter().map(|state| state.as_str().len()).max().unwrap_or_default();
    let mut out = String::new();
    let mut document = "";
    for item in &coverage.items {
        if item.document != document {
            document = &item.document;
            let reviews: String = report.reviews.iter().filter(|one| one.document == document).map(reviewed).collect();
            let _ = writeln!(out, "{}{reviews}", paint(BOLD, document));
        }
        let state = paint(style_of(item.state), &format!("{:<width$}", item.state.as_str()));
        let remarks = if item.remarks.is_empty() { String::new() } else { format!(" ({})", item.remarks.join("; ")) };
        let _ = writeln!(out, "  {state}  {}: {}{remarks}", item.id, item.title);
    }
    out.push('\n');
    out
}

/// A review of a document, behind its name.
fn reviewed(review: &Reviewed) -> String {
    let (by, date) = (&review.by, &review.date);
    match review.state {
        ReviewState::Holds => format!("  {}", paint(GREEN, &format!("reviewed by {by} on {date}"))),
        ReviewState::Old => {
            format!("  {}", paint(YELLOW, &format!("reviewed by {by} on {date}, long before the release")))
        }
        ReviewState::Changed | ReviewState::Gone => {
            format!("  {}", paint(RED, &format!("the review by {by} on {date} is stale")))
        }
    }
}

fn style_of(state: State) -> Style {
    match state {
        State::Met => GREEN,
        State::Partial => YELLOW,
        State::Missing => RED,
        State::Waived => CYAN,
        State::NotApplicable | State::NotDue => DIM,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checklist::Evidence;
    use crate::model::report::ItemCoverage;

    fn item(document: &str, id: &str, state: State, remarks: &[&str]) -> ItemCoverage {
        ItemCoverage {
            id: format!("{document}.{id}"),
            title: format!("the {id}"),
            group: ("operate".into(), "Operations".into()),
            document: document.into(),
            internal: false,
            evidence_kind: Evidence::Section,
            due: Stage::Prepare,
            owner: None,
            state,
            evidence: Vec::new(),
            remarks: remarks.iter().map(|&remark| remark.to_owned()).collect(),
        }
    }

    #[test]
    fn every_item_is_listed_under_its_document() {
        let items = vec![
            item("runbook", "logs", State::Met, &[]),
            item("runbook", "deploy", State::Missing, &["no section"]),
            item("sla", "hours", State::NotApplicable, &["the client runs it"]),
        ];
        let coverage = Coverage { checklist: "Delivery".into(), stage: Stage::Prepare, items };
        let plain = anstream::adapter::strip_str(&super::items(&coverage, &Report::default())).to_string();
        let wanted = "runbook
  met             runbook.logs: the logs
  missing         runbook.deploy: the deploy (no section)
sla
  not-applicable  sla.hours: the hours (the client runs it)

";
        assert_eq!(plain, wanted);
    }
}
