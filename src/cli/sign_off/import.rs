//! `handoff sign-off import`: a form that was filled in, from the file to the record.

use super::entry::{self, Answer, Entry, Written};
use super::release::{self, Release};
use super::{line, name};
use crate::accept::{self, Fault, Reading, Signatory, SignatureState};
use crate::cli::terminal::{CYAN, GREEN, RED, Terminal, YELLOW, paint};
use crate::cli::{Outcome, clock, count, project_root};
use crate::error::{Error, Result};
use crate::form::MAX_FILE;
use crate::model::project::{Party, Project};
use crate::model::records::FormKind;
use crate::model::value;
use crate::pades::Anchors;
use jiff::civil::Date;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Says whether the file is the form of this release and whether it is filled, partly filled,
altered or foreign; judges each digital signature in it; copies the file to
records/sign-off/ with its fingerprint, and writes the record. Each reservation and each
rejection becomes a point with an owner and a day. If something is wrong, the exit code is
1 and nothing is written.

Examples:
  handoff sign-off import returned.pdf
  handoff sign-off import returned.pdf --trust client-ca.pem --trust own-ca.pem
  handoff sign-off import returned.pdf --due 2027-02-12   for reservations without a day
  handoff sign-off import returned.pdf --check            only look, write nothing";

/// What `import` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The form as it came back
    file: PathBuf,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Certificates of authorities that are trusted, PEM; can be given more than once
    #[arg(long, value_name = "FILE")]
    trust: Vec<PathBuf>,

    /// The release that it is the form of [default: the newest one that is to be accepted]
    #[arg(long, value_name = "VERSION")]
    release: Option<String>,

    /// The day by which reservations are put right that name none, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    due: Option<Date>,

    /// Record it although it is only partly filled
    #[arg(long)]
    partial: bool,

    /// Only look, write nothing
    #[arg(long)]
    check: bool,

    /// The day on which signatures are judged, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    today: Option<Date>,
}

/// Reads the form, tells what it says, and records it.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    let bytes = read(&args.file, MAX_FILE, "the form cannot be read")?;
    let anchors = trusted(&args.trust)?;
    let (mut inspected, release) = release::find(&root, args.release.as_deref())?;
    let project = clock::readable(inspected.loaded.project.as_ref())?;
    let reading = match accept::read(
        &bytes,
        &release.expected(project, &inspected.loaded.words),
        &anchors,
        clock::judged_at(args.today),
    ) {
        Ok(reading) => reading,
        Err(fault) => return Ok(refuse(&fault)),
    };
    let missing = reading.missing();
    terminal.mention(&told(&reading, &missing, &release, project));
    if !missing.is_empty() && !args.partial {
        Terminal::say(&format!(
            "{} the form is only partly filled: nothing was written\n  {} have the rest filled in, or record what is there with `--partial`",
            paint(RED, "refused:"),
            paint(CYAN, "help:")
        ));
        return Ok(Outcome::Blocked);
    }
    if args.check {
        return Ok(Outcome::Clean);
    }
    let now = clock::now(Some(project));
    let entry = of(&reading, bytes, project, args.due, args.today.unwrap_or_else(|| now.date()));
    let Some(written) = entry::write(&mut inspected.loaded, &entry, &release, now)? else {
        Terminal::say("nothing was written");
        return Ok(Outcome::Blocked);
    };
    tell(&written, terminal);
    Terminal::data(&format!("{}\n", root.join(&written.record).display()))?;
    Ok(Outcome::Clean)
}

/// Tells which points were opened.
pub(super) fn tell(written: &Written, terminal: &Terminal) {
    for (id, about) in &written.points {
        terminal.mention(&format!("{} `{id}`: {about}", paint(YELLOW, "open point")));
    }
}

/// The content of a file that is not too large.
#[expect(clippy::disallowed_methods, reason = "the file was named on the command line and is no part of the project")]
pub(super) fn read(path: &Path, limit: usize, what: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| Error::io(what, path, &error))?;
    if bytes.len() > limit {
        let why = format!("it is larger than {} MB", limit >> 20);
        return Err(Error::new(what).path(path).why(why).help("name the form, or a scan of it in a lower resolution"));
    }
    Ok(bytes)
}

fn trusted(files: &[PathBuf]) -> Result<Anchors> {
    let mut anchors = Anchors::default();
    for path in files {
        let bytes = read(path, 1 << 20, "the trusted certificates cannot be read")?;
        anchors.add(&bytes).map_err(|error| error.path(path))?;
    }
    Ok(anchors)
}

/// Tells why a form does not count.
fn refuse(fault: &Fault) -> Outcome {
    let mut out = format!("{} {fault}: nothing was written", paint(RED, &format!("{}:", fault.word())));
    for detail in fault.details() {
        let _ = write!(out, "\n  {detail}");
    }
    let _ = write!(out, "\n  {} {}", paint(CYAN, "help:"), fault.help());
    Terminal::say(&out);
    Outcome::Blocked
}

/// What a form says, in a few lines.
fn told(reading: &Reading, missing: &[String], release: &Release, project: &Project) -> String {
    let state = if missing.is_empty() { paint(GREEN, "filled:") } else { paint(YELLOW, "partly filled:") };
    let answered = reading.deliverables.iter().filter(|deliverable| deliverable.answer.is_some()).count();
    let all = count(reading.deliverables.len(), "deliverable", "deliverables");
    let mut out = format!("{state} the form of {} {}, {answered} of {all}", project.project.name, release.version);
    for missing in missing {
        let _ = write!(out, "\n  {missing}");
    }
    for signatory in &reading.signatories {
        let _ = write!(out, "\n{}", signature(signatory, project));
    }
    for (page, what) in &reading.added {
        let _ = write!(out, "\n{} page {page} bears something beside the fields ({what})", paint(YELLOW, "note:"));
    }
    out
}

/// What is known about the signature of somebody.
fn signature(signatory: &Signatory, project: &Project) -> String {
    let who = name(project, &signatory.id);
    let Some(signature) = &signatory.signature else {
        return format!("{} by {who}", paint(YELLOW, "no digital signature"));
    };
    let verdict = &signature.verdict;
    let time = signature.time().map(|time| format!(", {time}")).unwrap_or_default();
    let mut out = match &verdict.trusted {
        Ok(by) => {
            format!("{} of {who}: {}, vouched for by {by}{time}", paint(GREEN, "valid signature"), verdict.signer.name)
        }
        Err(why) => {
            format!("{} of {who}: {}{time}; {why}", paint(YELLOW, "valid signature, not trusted,"), verdict.signer.name)
        }
    };
    let other = &verdict.signer.name;
    if !is_of(other, &who) {
        let note = paint(YELLOW, "note:");
        let _ = write!(out, "\n  {note} the certificate is that of `{other}`: make sure that this is {who}");
    }
    if !signature.later.is_empty() {
        let _ = write!(
            out,
            "\n  later, others filled in what is theirs ({})",
            count(signature.later.len(), "field", "fields")
        );
    }
    out
}

/// Whether the name in a certificate is that of a person: every word of it stands there, in whatever order.
fn is_of(certificate: &str, person: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let there = words(certificate);
    words(person).iter().all(|word| there.contains(word))
}

/// The form as it is written down.
fn of(reading: &Reading, bytes: Vec<u8>, project: &Project, due: Option<Date>, today: Date) -> Entry {
    let answers = reading.deliverables.iter().filter_map(|deliverable| {
        Some(Answer {
            id: deliverable.id.clone(),
            judgement: deliverable.answer?,
            reason: line(&deliverable.reason),
            until: deliverable.due(),
        })
    });
    Entry {
        form: FormKind::File,
        file: (bytes, "pdf".into()),
        date: reading.day().unwrap_or(value::Date(today)),
        entered_by: None,
        transfer: reading.transfer,
        support: reading.support,
        remarks: reading.remarks.clone(),
        answers: answers.collect(),
        signatories: reading.signatories.iter().map(signatory).collect(),
        by: raised_by(reading, project),
        due: due.map(value::Date),
    }
}

/// A signatory as keys and texts.
fn signatory(signatory: &Signatory) -> Vec<(&'static str, String)> {
    let mut keys = vec![("contact", signatory.id.clone())];
    let texts = [("name", &signatory.name), ("role", &signatory.role), ("place", &signatory.place)];
    keys.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (key, line(text))));
    keys.extend(signatory.day().map(|day| ("date", day.to_string())));
    if let Some(signature) = &signatory.signature {
        let kind = match signature.state() {
            SignatureState::Trusted => "trusted",
            SignatureState::Untrusted => "untrusted",
        };
        let vouched = match &signature.verdict.trusted {
            Ok(by) => by.clone(),
            Err(why) => why.clone(),
        };
        keys.push(("signature", kind.into()));
        keys.push(("certificate", signature.verdict.signer.subject.clone()));
        keys.push(("vouched", vouched));
        keys.extend(signature.time().map(|time| ("signed", time)));
    }
    keys
}

/// Who raised the points of a form: somebody of the client who signed or dated it.
fn raised_by(reading: &Reading, project: &Project) -> String {
    let of_client = |signatory: &&Signatory| {
        let contact = project.contacts.iter().find(|contact| contact.id.as_str() == signatory.id);
        contact.is_some_and(|contact| contact.party.value == Party::Client)
    };
    let signed = |signatory: &&Signatory| signatory.signature.is_some() || signatory.day().is_some();
    let mut clients = reading.signatories.iter().filter(of_client);
    let first = clients.clone().next();
    clients.find(signed).or(first).map_or_else(
        || project.sign_off.as_ref().map(|plan| plan.return_to.to_string()).unwrap_or_default(),
        |signatory| signatory.id.clone(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_known_by_the_words_of_a_name() {
        assert!(is_of("ÖSTLUND, Karin (qualified)", "Karin Östlund"));
        assert!(!is_of("Test signer rsa", "Karin Östlund"));
        assert!(!is_of("Karin Ek", "Karin Östlund"));
    }
}
