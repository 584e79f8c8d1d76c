//! `handoff sign-off`: how far the client's acceptance is, and what came back.

mod entry;
mod import;
mod paper;
mod release;

use super::terminal::{BOLD, CYAN, DIM, GREEN, RED, Stream, Terminal, YELLOW, paint};
use super::{Outcome, clock, project_root};
use crate::error::{Error, Result};
use crate::finding::suggestion;
use crate::load;
use crate::model::acceptance::{Acceptance, Signatory};
use crate::model::project::Project;
use crate::model::records::{Judgement, SignatureKind};
use clap::Subcommand;
use std::fmt::Write as _;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Without more, tells what was accepted, who has not signed, and which points are open. The
form is `pdf/sign-off.pdf` in every bundle of a release that is not yet accepted.

Examples:
  handoff sign-off                                  how far the acceptance is
  handoff sign-off import returned.pdf --trust ca.pem
  handoff sign-off record --scan paper.pdf --by anna-lind --accept all --signed karin-ostlund";

/// What the form asks beside the deliverables.
const TRANSFER: &str = "Knowledge transfer received";
/// The other one.
const SUPPORT: &str = "Terms of support agreed";

/// What `sign-off` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    dir: Option<PathBuf>,

    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json"])]
    format: String,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Reads a form that was filled in and came back, checks its signatures, and records what it says
    Import(import::Args),
    /// Records what a form on paper says
    Record(paper::Args),
}

/// Tells how far the acceptance is, or records what came back.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    match &args.action {
        Some(Action::Import(args)) => import::run(args, terminal),
        Some(Action::Record(args)) => paper::run(args, terminal),
        None => show(args),
    }
}

fn show(args: &Args) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    // A mistyped action is taken for a folder.
    let typed = root.to_string_lossy();
    if let Some(near) = suggestion(&typed, ["import", "record"]).filter(|_| !root.exists()) {
        return Err(Error::new(format!("`{typed}` is neither an action nor a folder"))
            .help(format!("did you mean `handoff sign-off {near}`?")));
    }
    let loaded = load::load(&root)?;
    let project = clock::readable(loaded.project.as_ref())?;
    let acceptance = Acceptance::of(project, &loaded.records);
    if args.format == "json" {
        let value = serde_json::json!({
            "complete": acceptance.as_ref().is_some_and(Acceptance::is_complete),
            "acceptance": acceptance,
        });
        let text = serde_json::to_string_pretty(&value).map_err(|error| Error::new(error.to_string()))?;
        Terminal::data(&format!("{text}\n"))?;
        return Ok(Outcome::Clean);
    }
    Terminal::data(&acceptance.map_or_else(|| nothing(project), |acceptance| told(&acceptance, project)))?;
    Ok(Outcome::Clean)
}

/// What to tell before anything came back.
fn nothing(project: &Project) -> String {
    let mut out = format!("{} {}: no form has come back yet\n", project.project.name, project.release.version);
    if let Some(plan) = &project.sign_off {
        let names: Vec<_> = plan.signatories.iter().map(|id| name(project, id.as_str())).collect();
        let _ = writeln!(out, "due on {}, to be signed by {}", plan.due.value, names.join(", "));
    }
    let help = "send `pdf/sign-off.pdf` of the bundle; when it comes back, `handoff sign-off import FILE`";
    let _ = writeln!(out, "  {} {help}", paint(CYAN, "next:"));
    out
}

/// The acceptance on one screen.
fn told(acceptance: &Acceptance, project: &Project) -> String {
    let Acceptance { version, digest, date, .. } = acceptance;
    let head = paint(BOLD, &format!("{} {version}", project.project.name));
    let mut out = format!("{head}, last signature on {date}\n{}\n", paint(DIM, &format!("digest {digest}")));
    let titles = acceptance.deliverables.iter().map(|judged| judged.title.chars().count());
    let width = titles.chain([TRANSFER.len(), SUPPORT.len()]).max().unwrap_or_default().min(48);
    section(&mut out, "Deliverables");
    for judged in &acceptance.deliverables {
        let answer = match judged.answer {
            Some(Judgement::Accept) => paint(GREEN, "accepted"),
            Some(Judgement::Reserve) => paint(YELLOW, "with reservations"),
            Some(Judgement::Reject) => paint(RED, "rejected"),
            None => paint(RED, "no answer"),
        };
        let reason = judged.reason.as_deref().map(|reason| format!(": {}", line(reason))).unwrap_or_default();
        let _ = writeln!(out, "  {:<width$}  {answer}{reason}", judged.title);
    }
    let _ = writeln!(out, "  {:<width$}  {}", TRANSFER, yes_or_no(acceptance.transfer));
    let _ = writeln!(out, "  {:<width$}  {}", SUPPORT, yes_or_no(acceptance.support));
    section(&mut out, "Signatures");
    let names = acceptance.signatories.iter().map(|signatory| signatory.name.chars().count());
    let width = names.max().unwrap_or_default().min(48);
    for signatory in &acceptance.signatories {
        let _ = writeln!(out, "  {:<width$}  {}", signatory.name, signature(signatory));
    }
    if !acceptance.points.is_empty() {
        section(&mut out, "Points");
        for point in &acceptance.points {
            let due = point.due.map_or_else(|| "no day is set".to_owned(), |due| format!("due {due}"));
            let state = if point.open { paint(YELLOW, "open") } else { paint(GREEN, "closed") };
            let owner = name(project, &point.owner);
            let _ = writeln!(out, "  {} {state}  {} ({owner}, {due})", point.id, line(&point.what));
        }
    }
    let _ = if acceptance.is_complete() {
        writeln!(out, "\n{} everything is accepted and signed, and no point is open", paint(GREEN, "complete:"))
    } else {
        writeln!(out, "\n{} {}", paint(YELLOW, "not complete:"), lacking(acceptance).join("; "))
    };
    out
}

/// What is still missing, in a few words each.
fn lacking(acceptance: &Acceptance) -> Vec<String> {
    let counted = |number: usize, one: &str, many: &str| (number > 0).then(|| super::count(number, one, many));
    let mut parts = Vec::new();
    parts.extend(counted(
        acceptance.unanswered().count(),
        "deliverable without an answer",
        "deliverables without an answer",
    ));
    parts.extend(counted(acceptance.open_points().count(), "open point", "open points"));
    parts.extend(counted(acceptance.unsigned().count(), "signature is missing", "signatures are missing"));
    if acceptance.support != Some(true) {
        parts.push("the terms of support are not agreed".to_owned());
    }
    if acceptance.transfer != Some(true) {
        parts.push("knowledge transfer was not received".to_owned());
    }
    parts
}

fn section(out: &mut String, title: &str) {
    let _ = writeln!(out, "\n{}", paint(CYAN, title));
}

fn yes_or_no(answer: Option<bool>) -> String {
    match answer {
        Some(true) => paint(GREEN, "yes"),
        Some(false) => paint(RED, "no"),
        None => paint(RED, "no answer"),
    }
}

fn signature(signatory: &Signatory) -> String {
    let day = signatory.date.map_or_else(String::new, |date| format!(" on {date}"));
    match signatory.signature {
        Some(SignatureKind::Hand) => paint(GREEN, &format!("by hand{day}")),
        Some(SignatureKind::Trusted) => {
            let by = signatory.vouched.as_deref().unwrap_or_default();
            format!("{}, vouched for by {by}", paint(GREEN, &format!("digital{day}")))
        }
        Some(SignatureKind::Untrusted) => paint(YELLOW, &format!("digital{day}, nobody known vouches for it")),
        None => paint(RED, "not signed"),
    }
}

/// The name of a contact.
fn name(project: &Project, id: &str) -> String {
    let contact = project.contacts.iter().find(|contact| contact.id.as_str() == id);
    contact.map_or_else(|| id.to_owned(), |contact| contact.name.to_string())
}

/// A text on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Shows findings about what was to be written.
fn show_findings(findings: &[crate::finding::Finding], loaded: &crate::model::loaded::Loaded) {
    let style = Terminal::report_style(Stream::Err);
    Terminal::say(&crate::report::human::findings(findings, &loaded.sources, &style));
}
