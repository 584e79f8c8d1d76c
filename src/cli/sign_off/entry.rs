//! What is written down when a form came back: the file, the record, and a point for each reservation.

use super::release::Release;
use super::{line, name, show_findings};
use crate::cli::record::store;
use crate::cli::record::text::{self, Values};
use crate::error::{Error, Result};
use crate::finding::{Finding, Level};
use crate::hash::sha256;
use crate::load;
use crate::model::loaded::Loaded;
use crate::model::project::Project;
use crate::model::records::{FormKind, Judgement, Kind, kind};
use crate::model::value::Date;
use jiff::civil::DateTime;

/// A form, as it is to be written down.
#[derive(Debug)]
pub(super) struct Entry {
    /// How it came back.
    pub(super) form: FormKind,
    /// The file, and its ending.
    pub(super) file: (Vec<u8>, String),
    /// The day of the last signature.
    pub(super) date: Date,
    /// Who enters it, for a form on paper.
    pub(super) entered_by: Option<String>,
    /// Whether knowledge transfer was received.
    pub(super) transfer: Option<bool>,
    /// Whether the terms of support are agreed.
    pub(super) support: Option<bool>,
    /// What else was remarked.
    pub(super) remarks: String,
    /// The answers about deliverables.
    pub(super) answers: Vec<Answer>,
    /// The signatories, each as keys and texts.
    pub(super) signatories: Vec<Vec<(&'static str, String)>>,
    /// Who raised the points: the id of a contact.
    pub(super) by: String,
    /// The day by which points are due that have none of their own.
    pub(super) due: Option<Date>,
}

/// An answer about a deliverable.
#[derive(Debug)]
pub(super) struct Answer {
    /// The id of the deliverable.
    pub(super) id: String,
    /// What was said.
    pub(super) judgement: Judgement,
    /// Why.
    pub(super) reason: String,
    /// By when it is to be put right.
    pub(super) until: Option<Date>,
}

/// What was written.
#[derive(Debug)]
pub(super) struct Written {
    /// The path of the record from the project's root.
    pub(super) record: String,
    /// The points that were opened: the id, and a line about it.
    pub(super) points: Vec<(String, String)>,
}

/// Writes it all down, or nothing; `None` if something is wrong with it, which has been told.
pub(super) fn write(loaded: &mut Loaded, entry: &Entry, release: &Release, now: DateTime) -> Result<Option<Written>> {
    let (Some(of_form), Some(of_point)) = (kind("sign-off"), kind("point")) else {
        return Err(Error::new("sign-offs cannot be recorded"));
    };
    let one = |text: &str| vec![text.to_owned()];
    let named: Values = [("version", one(&release.version)), ("date", one(&entry.date.to_string()))].into();
    let stem = store::free(loaded, of_form, &named, now, &entry.file.1)?;
    let file = format!("{stem}.{}", entry.file.1);
    let record = (format!("{stem}.yaml"), text_of(entry, release, of_form, &file, named));
    let points = points(loaded, entry, release, of_point, now)?;

    let mut findings = Vec::new();
    for (path, _, text) in &points {
        findings.extend(load::judge_record(loaded, of_point, path, text));
    }
    findings.extend(load::judge_record(loaded, of_form, &record.0, &record.1));
    if !findings.is_empty() {
        show_findings(&findings, loaded);
    }
    if findings.iter().any(|finding: &Finding| finding.level == Level::Error) {
        return Ok(None);
    }
    // The record of the form comes last: without it, the rest says nothing.
    let mut files = vec![(file, entry.file.0.clone())];
    files.extend(points.iter().map(|(path, _, text)| (path.clone(), text.clone().into_bytes())));
    files.push((record.0.clone(), record.1.into_bytes()));
    store::write_all(loaded, &files)?;
    let opened = points.into_iter().map(|(_, about, _)| about).collect();
    Ok(Some(Written { record: record.0, points: opened }))
}

/// The text of the record of a form.
fn text_of(entry: &Entry, release: &Release, kind: &Kind, file: &str, mut values: Values) -> String {
    let one = |text: &str| vec![text.to_owned()];
    values.insert("digest", one(&release.digest));
    values.insert("form", one(entry.form.as_str()));
    values.insert("file", one(file));
    values.insert("sha256", vec![sha256(&entry.file.0)]);
    values.extend(entry.entered_by.iter().map(|by| ("entered_by", one(by))));
    let answers = [("transfer", entry.transfer), ("support", entry.support)];
    values.extend(answers.iter().filter_map(|(key, answer)| Some((*key, one(&answer.as_ref()?.to_string())))));
    if !entry.remarks.is_empty() {
        values.insert("remarks", one(&entry.remarks));
    }
    let answer = |answer: &Answer| {
        let mut keys = vec![("id", answer.id.clone()), ("answer", answer.judgement.to_string())];
        if !answer.reason.is_empty() {
            keys.push(("reason", answer.reason.clone()));
        }
        keys.extend(answer.until.map(|day| ("until", day.to_string())));
        keys
    };
    let answers: Vec<_> = entry.answers.iter().map(answer).collect();
    let mut out = text::write(&(kind.shape)(), &values);
    out.push_str(&text::entries("deliverables", &answers));
    out.push_str(&text::entries("signatories", &entry.signatories));
    out
}

/// A file to be written: its path, what it is about, its text.
type PointFile = (String, (String, String), String);

/// The points that follow from a form: one for each reservation and each rejection.
fn points(loaded: &Loaded, entry: &Entry, release: &Release, kind: &Kind, now: DateTime) -> Result<Vec<PointFile>> {
    let Some(project) = &loaded.project else { return Ok(Vec::new()) };
    let mut points = Vec::new();
    for answer in entry.answers.iter().filter(|answer| answer.judgement != Judgement::Accept) {
        let id = point_id(loaded, &release.version, &answer.id);
        let Some(due) = answer.until.or(entry.due) else {
            return Err(Error::new(format!("nobody says by when the point about `{}` is due", answer.id))
                .why("the form leaves the day open")
                .help("say it for all such points with `--due YYYY-MM-DD`"));
        };
        let owner = owner(project, &answer.id);
        let one = |text: &str| vec![text.to_owned()];
        let mut values: Values = [
            ("point", one(&id)),
            ("date", one(&entry.date.to_string())),
            ("by", one(&entry.by)),
            ("state", one("open")),
            ("what", one(&line(&answer.reason))),
            ("owner", one(&owner)),
            ("due", one(&due.to_string())),
            ("version", one(&release.version)),
        ]
        .into();
        if project.deliverables.iter().any(|deliverable| deliverable.id.as_str() == answer.id) {
            values.insert("deliverable", one(&answer.id));
        }
        let stem = store::free(loaded, kind, &values, now, "yaml")?;
        let about = format!("{} ({}, due on {due})", line(&answer.reason), name(project, &owner));
        points.push((format!("{stem}.yaml"), (id, about), text::write(&(kind.shape)(), &values)));
    }
    Ok(points)
}

/// An id that no point has yet: what it is about, told apart by a number if that is needed.
fn point_id(loaded: &Loaded, version: &str, about: &str) -> String {
    let version: String =
        version.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let base = format!("{about}-{version}");
    let taken = |id: &str| loaded.records.points.iter().any(|point| point.point.as_str() == id);
    let numbered = (2..1000).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(base)
}

/// Who puts a deliverable right: its owner.
fn owner(project: &Project, id: &str) -> String {
    let deliverable = project.deliverables.iter().find(|deliverable| deliverable.id.as_str() == id);
    let fallback = || project.sign_off.as_ref().map(|plan| plan.return_to.to_string()).unwrap_or_default();
    deliverable.map_or_else(fallback, |deliverable| deliverable.owner.to_string())
}
