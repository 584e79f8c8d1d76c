//! `handoff sign-off record`: a form that was signed on paper, entered by hand.

use super::entry::{self, Answer, Entry};
use super::release;
use super::{import, line};
use crate::cli::terminal::Terminal;
use crate::cli::{Outcome, choice, clock, project_root};
use crate::error::{Error, Result};
use crate::finding::suggestion;
use crate::model::project::{Party, Project};
use crate::model::records::{FormKind, Judgement};
use crate::model::value;
use jiff::civil::Date;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Copies the scan to records/sign-off/ with its fingerprint, and records what the paper says
and who entered it. `--accept all` stands for every deliverable of which nothing else is
said. The digest on the paper is compared with that of the release: give its beginning.

Examples:
  handoff sign-off record --scan paper.pdf --by anna-lind --digest 3f9a2c --accept all \\
    --transfer yes --support yes --signed karin-ostlund=2027-01-27 --signed anna-lind
  handoff sign-off record --scan paper.jpg --by anna-lind --digest 3f9a2c --accept all \\
    --reserve \"runbook=Section 4 lacks the restart of the queue\" --due 2027-02-12 \\
    --transfer yes --support yes --signed karin-ostlund";

/// What `record` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The scan of the signed form: PDF, PNG, JPEG or TIFF
    #[arg(long, value_name = "FILE")]
    scan: PathBuf,

    /// Who enters what stands on the paper: the id of a contact
    #[arg(long, value_name = "PERSON")]
    by: String,

    /// The digest that is printed on the paper, at least its first six digits
    #[arg(long, value_name = "DIGITS")]
    digest: String,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// The release that it is the form of [default: the newest one that is to be accepted]
    #[arg(long, value_name = "VERSION")]
    release: Option<String>,

    /// Deliverables that are accepted, by id; `all` for all others
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    accept: Vec<String>,

    /// A deliverable that is accepted with a reservation, and why
    #[arg(long, value_name = "ID=REASON")]
    reserve: Vec<String>,

    /// A deliverable that is rejected, and why
    #[arg(long, value_name = "ID=REASON")]
    reject: Vec<String>,

    /// Whether knowledge transfer was received
    #[arg(long, value_name = "ANSWER", value_parser = choice::<YesNo>(["yes", "no"]))]
    transfer: Option<YesNo>,

    /// Whether the terms of support are agreed
    #[arg(long, value_name = "ANSWER", value_parser = choice::<YesNo>(["yes", "no"]))]
    support: Option<YesNo>,

    /// Somebody who signed, and when [default: the day of `--date`]
    #[arg(long, value_name = "PERSON[=DATE]")]
    signed: Vec<String>,

    /// Where it was signed
    #[arg(long, value_name = "PLACE")]
    place: Option<String>,

    /// What else stands there
    #[arg(long, value_name = "TEXT")]
    remarks: Option<String>,

    /// The day by which reservations are put right, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    due: Option<Date>,

    /// The day of the last signature, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    date: Option<Date>,
}

/// An answer to a question.
#[derive(Debug, Clone, Copy)]
struct YesNo(bool);

impl std::str::FromStr for YesNo {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "yes" => Ok(Self(true)),
            "no" => Ok(Self(false)),
            _ => Err("it is yes or no".into()),
        }
    }
}

/// The largest scan.
const MAX_SCAN: usize = 64 << 20;
/// How many digits of a digest tell releases apart.
const LEAST_DIGITS: usize = 6;

/// Records what the paper says.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    let scan = import::read(&args.scan, MAX_SCAN, "the scan cannot be read")?;
    let ending = ending(&scan).ok_or_else(|| {
        Error::new("the scan cannot be kept")
            .path(&args.scan)
            .why("it is neither a PDF nor a PNG, JPEG or TIFF image")
            .help("scan the signed form into one of these")
    })?;
    let (mut inspected, release) = release::find(&root, args.release.as_deref())?;
    let project = clock::readable(inspected.loaded.project.as_ref())?;
    same_digest(&args.digest, &release)?;
    let now = clock::now(Some(project));
    let today = value::Date(args.date.unwrap_or_else(|| now.date()));
    let signed = signed(args, project, today)?;
    let entry = Entry {
        form: FormKind::Paper,
        file: (scan, ending.to_owned()),
        date: signed.iter().map(|(_, date)| *date).max().unwrap_or(today),
        entered_by: Some(args.by.clone()),
        transfer: args.transfer.map(|answer| answer.0),
        support: args.support.map(|answer| answer.0),
        remarks: args.remarks.clone().unwrap_or_default(),
        answers: answers(args, project)?,
        by: signed.iter().find(|(id, _)| is_client(project, id)).map_or_else(|| args.by.clone(), |(id, _)| id.clone()),
        signatories: signed.iter().map(|(id, date)| signatory(args, project, id, *date)).collect(),
        due: args.due.map(value::Date),
    };
    let Some(written) = entry::write(&mut inspected.loaded, &entry, &release, now)? else {
        Terminal::say("nothing was written");
        return Ok(Outcome::Blocked);
    };
    import::tell(&written, terminal);
    Terminal::data(&format!("{}\n", root.join(&written.record).display()))?;
    Ok(Outcome::Clean)
}

/// The ending of a scan, by how its content begins.
fn ending(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 5] = [
        (b"%PDF-", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff", "jpg"),
        (b"II*\0", "tif"),
        (b"MM\0*", "tif"),
    ];
    kinds.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, ending)| *ending)
}

/// Whether the digest on the paper is that of the release.
fn same_digest(typed: &str, release: &release::Release) -> Result<()> {
    let digits: String = typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    if digits.len() >= LEAST_DIGITS && release.digest.starts_with(&digits) {
        return Ok(());
    }
    let why = if digits.len() < LEAST_DIGITS {
        format!("{LEAST_DIGITS} digits are needed to tell releases apart")
    } else {
        format!("the digest of {} begins with {}", release.version, release.digest.chars().take(12).collect::<String>())
    };
    Err(Error::new(format!("the paper is not the form of {}", release.version))
        .why(why)
        .help("compare the digest on the paper; if it is the form of another release, name that with `--release`"))
}

/// What is said about each deliverable.
fn answers(args: &Args, project: &Project) -> Result<Vec<Answer>> {
    let mut answers = Vec::new();
    for (list, judgement) in [(&args.reserve, Judgement::Reserve), (&args.reject, Judgement::Reject)] {
        for written in list {
            let (id, reason) =
                written.split_once('=').map(|(id, reason)| (id.trim(), line(reason))).unwrap_or_default();
            if id.is_empty() || reason.is_empty() {
                return Err(Error::new(format!("`{written}` names no reason"))
                    .help("write it as `ID=REASON`, for example `runbook=Section 4 is missing`"));
            }
            answers.push(Answer { id: known(project, id)?, judgement, reason, until: None });
        }
    }
    let mut accepted: Vec<String> = Vec::new();
    for id in args.accept.iter().filter(|id| *id != "all") {
        accepted.push(known(project, id)?);
    }
    if args.accept.iter().any(|id| id == "all") {
        let others = project.deliverables.iter().map(|deliverable| deliverable.id.to_string());
        let named = |id: &String| accepted.contains(id) || answers.iter().any(|answer| answer.id == *id);
        let others: Vec<String> = others.filter(|id| !named(id)).collect();
        accepted.extend(others);
    }
    let accept = |id| Answer { id, judgement: Judgement::Accept, reason: String::new(), until: None };
    answers.extend(accepted.into_iter().map(accept));
    let place = |answer: &Answer| project.deliverables.iter().position(|known| known.id.as_str() == answer.id);
    answers.sort_by_key(place);
    if let Some(pair) = answers.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(Error::new(format!("two different things are said about `{}`", pair[0].id))
            .help("name each deliverable once, with `--accept`, `--reserve` or `--reject`"));
    }
    if answers.is_empty() {
        return Err(Error::new("nothing is said about any deliverable")
            .help("say what the paper says with `--accept`, `--reserve` and `--reject`"));
    }
    Ok(answers)
}

/// The id of a deliverable that there is.
fn known(project: &Project, id: &str) -> Result<String> {
    let ids: Vec<&str> = project.deliverables.iter().map(|deliverable| deliverable.id.as_str()).collect();
    if ids.contains(&id) {
        return Ok(id.to_owned());
    }
    let error = Error::new(format!("there is no deliverable `{id}`"));
    Err(match suggestion(id, ids.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("known are {}", ids.join(", "))),
    })
}

/// Who signed, and when.
fn signed(args: &Args, project: &Project, today: value::Date) -> Result<Vec<(String, value::Date)>> {
    let planned: Vec<&str> = project.sign_off.iter().flat_map(|plan| &plan.signatories).map(|id| id.as_str()).collect();
    let mut signed: Vec<(String, value::Date)> = Vec::new();
    for written in &args.signed {
        let (id, day) = match written.split_once('=') {
            Some((id, day)) => {
                let day = clock::parse(day).map_err(|why| {
                    Error::new(format!("`{day}` is no day")).why(why).help("write it like this: 2026-11-20")
                })?;
                (id, value::Date(day))
            }
            None => (written.as_str(), today),
        };
        if !planned.contains(&id) {
            let error = Error::new(format!("`{id}` is not among those who sign"));
            return Err(match suggestion(id, planned.iter().copied()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("`sign_off.signatories` names {}", planned.join(", "))),
            });
        }
        signed.push((id.to_owned(), day));
    }
    if signed.is_empty() {
        return Err(Error::new("nobody has signed").help("name who signed with `--signed PERSON`"));
    }
    Ok(signed)
}

fn is_client(project: &Project, id: &str) -> bool {
    let contact = project.contacts.iter().find(|contact| contact.id.as_str() == id);
    contact.is_some_and(|contact| contact.party.value == Party::Client)
}

/// A signatory as keys and texts.
fn signatory(args: &Args, project: &Project, id: &str, date: value::Date) -> Vec<(&'static str, String)> {
    let mut keys = vec![("contact", id.to_owned())];
    if let Some(contact) = project.contacts.iter().find(|contact| contact.id.as_str() == id) {
        keys.extend([("name", contact.name.to_string()), ("role", contact.role.to_string())]);
    }
    keys.extend(args.place.iter().map(|place| ("place", place.clone())));
    keys.extend([("date", date.to_string()), ("signature", "hand".to_owned())]);
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_are_known_by_their_content() {
        assert_eq!(ending(b"%PDF-1.4"), Some("pdf"));
        assert_eq!(ending(b"\xff\xd8\xff\xe0"), Some("jpg"));
        assert_eq!(ending(b"MZ"), None);
    }
}
