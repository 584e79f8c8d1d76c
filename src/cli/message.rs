//! `handoff message`: one of the messages of a delivery, filled from data and records.

use super::record::text::Values;
use super::record::{read, store};
use super::terminal::{BOLD, CYAN, DIM, RED, Terminal, paint};
use super::{Outcome, choice, clock, count, project_root};
use crate::compose::message::{Request, fill};
use crate::error::{Error, Result};
use crate::hash::sha256;
use crate::load;
use crate::model::loaded::Loaded;
use crate::model::message::{Letter, Missing};
use crate::model::project::Audience;
use crate::model::records::kind;
use crate::pipeline::{self, Inspected, Options, Silent};
use crate::render::letter;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Without an ID all messages are listed, with what each asks of its sender. A message that
lacks something is not given out: what is missing is listed, with the way to supply it.

Examples:
  handoff message                              which messages there are
  handoff message issue-notification --issue gate-codes
  handoff message weekly-status --from week.yaml --format eml > week.eml
  handoff message pilot-start --from start.yaml --record --quiet";

/// What `message` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The message
    id: Option<String>,

    /// How it is written: plain text, a page, or a draft for a mail program
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "html", "eml"])]
    format: String,

    /// Write down that it is sent
    #[arg(long, requires = "id")]
    record: bool,

    /// What only the sender knows; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,

    /// Take what no --set says from a YAML or JSON file with the same keys; `-` is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    /// Who sends it: the id of a contact [default: the first primary contact of the supplier]
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,

    /// Who it is for [default: as the template says]
    #[arg(long, value_name = "AUDIENCE,...", value_delimiter = ',', value_parser = choice::<Audience>(Audience::ALL.iter().map(|audience| audience.as_str())))]
    audience: Vec<Audience>,

    /// The issue that it is about [default: the newest open one]
    #[arg(long, value_name = "ISSUE")]
    issue: Option<String>,

    /// The planned time of maintenance that it is about [default: the next one]
    #[arg(long, value_name = "WINDOW")]
    window: Option<String>,

    /// The day on which it is sent, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    today: Option<Date>,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

fn pair(text: &str) -> std::result::Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("it has the form KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// Prints the message, unless something is missing.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    let Some(id) = &args.id else {
        Terminal::data(&list(&load::load(&root)?))?;
        return Ok(Outcome::Clean);
    };
    let options = Options::default();
    let mut inspected = pipeline::inspect(&root, &options, &Silent)?;
    clock::readable(inspected.loaded.project.as_ref())?;
    let request = Request {
        id: id.clone(),
        today: clock::today(args.today, inspected.loaded.project.as_ref()),
        by: args.by.clone(),
        issue: args.issue.clone(),
        window: args.window.clone(),
        audiences: args.audience.clone(),
        given: given(args)?,
    };
    let (letter, missing) = fill(&inspected.loaded, &inspected.dossier, &request)?;
    if !missing.is_empty() {
        Terminal::say(&lacks(id, &missing));
        return Ok(Outcome::Blocked);
    }
    let text = letter::text(&letter);
    Terminal::data(&match args.format.as_str() {
        "html" => letter::page(&letter, &inspected.loaded, &inspected.theme)?,
        "eml" => letter::mail(&letter, &inspected.loaded, &inspected.theme, &sent_at(&inspected, request.today))?,
        _ => text.clone(),
    })?;
    if args.record { record(&letter, &request, &text, &mut inspected, terminal) } else { Ok(Outcome::Clean) }
}

/// What only the sender knows: from options, and from a file what these leave out.
fn given(args: &Args) -> Result<BTreeMap<String, Vec<String>>> {
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in &args.set {
        given.entry(key.clone()).or_default().push(value.clone());
    }
    if let Some(path) = &args.from {
        for (key, texts) in load::values(path, &read(path)?)? {
            given.entry(key.replace('_', "-")).or_insert(texts);
        }
    }
    Ok(given)
}

/// All messages with what they ask of their sender.
fn list(loaded: &Loaded) -> String {
    let mut out = String::new();
    for (id, template) in &loaded.messages {
        let front = &template.front;
        let _ = writeln!(out, "{}  {}, {}; for: {}", paint(BOLD, id), front.title, front.sent, front.audience);
        for ask in &front.asks {
            let optional = if ask.optional.as_ref().is_some_and(|flag| flag.0) { " (may be left out)" } else { "" };
            let _ = writeln!(out, "    --set {}=… {}", ask.key, paint(DIM, &format!("{}{optional}", ask.what)));
        }
    }
    out
}

/// What a message lacks, with the way to supply it.
fn lacks(id: &str, missing: &[Missing]) -> String {
    let what = count(missing.len(), "thing is", "things are");
    let mut out = format!("{} the message `{id}` is not given out: {what} missing\n", paint(RED, "incomplete:"));
    for one in missing {
        let _ = writeln!(out, "  - {}\n    {} {}", one.what, paint(CYAN, "help:"), one.help);
    }
    out
}

/// The date of a mail (RFC 5322): the day on which it is sent, with the time of the clock.
fn sent_at(inspected: &Inspected, day: Date) -> String {
    let project = inspected.loaded.project.as_ref();
    let at = day.to_datetime(clock::now(project).time());
    let zone = project.and_then(|project| project.project.time_zone.as_ref());
    let zone = zone.and_then(|zone| TimeZone::get(zone.as_str()).ok()).unwrap_or(TimeZone::UTC);
    let zoned = zone.to_zoned_datetime(at);
    zoned.map_or_else(|_| format!("{at}"), |zoned| zoned.strftime("%a, %-d %b %Y %H:%M:%S %z").to_string())
}

/// Writes down that the message is sent.
fn record(
    letter: &Letter,
    request: &Request,
    text: &str,
    inspected: &mut Inspected,
    terminal: &Terminal,
) -> Result<Outcome> {
    let Some(kind) = kind("message") else { return Err(Error::new("messages cannot be recorded")) };
    let one = |text: &str| vec![text.to_owned()];
    let mut values: Values = [
        ("message", one(&letter.id)),
        ("by", one(&letter.from.contact)),
        ("date", one(&request.today.to_string())),
        ("audiences", letter.audiences.iter().map(|audience| audience.as_str().to_owned()).collect()),
        ("to", letter.to.iter().map(|to| to.name.clone()).collect()),
        ("subject", one(&letter.subject)),
        ("content", vec![sha256(text)]),
    ]
    .into();
    values.extend(request.issue.iter().map(|issue| ("issue", one(issue))));
    let now = clock::now(inspected.loaded.project.as_ref());
    match store::write(&mut inspected.loaded, kind, &values, now)? {
        Some(path) => {
            terminal.mention(&format!("recorded in {}", inspected.loaded.root.join(path).display()));
            Ok(Outcome::Clean)
        }
        None => Ok(Outcome::Blocked),
    }
}
