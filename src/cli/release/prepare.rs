//! What a release will be, worked out before anything is judged: its version, date and people, and the
//! texts of the files as they are afterwards.

use super::Args;
use crate::cli::clock;
use crate::error::{Error, Result};
use crate::load::{self, Unsaved};
use crate::model::node::Located;
use crate::model::project::{Contact, Party, Project};
use crate::model::records::Allowance;
use crate::model::value;
use crate::model::value::Version;
use crate::pipeline::Inspected;
use crate::release::{self, Edits, Entry, Part, Refusal};
use crate::writing::{Before, Change};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::Path;

/// The change log of a delivery, from the project's root.
const CHANGELOG: &str = "CHANGELOG.md";

/// A release before it is cut.
pub(super) struct Plan {
    /// Its date.
    pub(super) date: Date,
    /// Its record. The digest is that of nothing until the bundle was made.
    pub(super) entry: Entry,
    /// What stands against it already.
    pub(super) refusals: Vec<Refusal>,
    /// The files that change, by path from the project's root, but for the record.
    texts: BTreeMap<String, String>,
    /// What these files hold before.
    before: BTreeMap<String, String>,
}

impl Plan {
    /// Works out the release that is asked for.
    ///
    /// # Errors
    /// If the project cannot be read, or there is nobody to release it.
    pub(super) fn new(args: &Args, root: &Path, before: &Inspected) -> Result<Self> {
        let project = clock::readable(before.loaded.project.as_ref())?;
        let releases = &before.loaded.records.releases;
        let version = version(args, project, release::last(releases).map(|last| &last.version.value))?;
        let status = args.status.unwrap_or(project.release.status.value);
        let date = clock::today(args.date, Some(project));
        let mut refusals = release::history(releases, &version, status);
        let mut texts = BTreeMap::new();
        let changelog = read(root, CHANGELOG)?;
        let mut before: BTreeMap<_, _> = changelog.iter().map(|text| (CHANGELOG.to_owned(), text.clone())).collect();
        let unreleased = changelog.as_deref().and_then(release::unreleased).and_then(|found| found.summary);
        let summary = args.summary.clone().or(unreleased);
        let in_history = project.release.changes.iter().any(|change| change.version.value == version);
        if summary.is_none() && !in_history {
            let what = format!("nothing says what changed in {version}");
            let help = format!("write it into {CHANGELOG} under `## Unreleased`, or say it with `--summary TEXT`");
            refusals.push(Refusal::new(what, help));
        }
        let text = read(root, load::PROJECT_FILE)?.unwrap_or_default();
        before.insert(load::PROJECT_FILE.to_owned(), text.clone());
        let edits = Edits {
            version: version.clone(),
            date: value::Date(date),
            status: status.as_str(),
            summary: summary.clone(),
        };
        // Places are those of the text without the mark that some editors put before it.
        match release::edited(text.strip_prefix('\u{feff}').unwrap_or(&text), project, &edits) {
            Ok(text) => drop(texts.insert(load::PROJECT_FILE.to_owned(), text)),
            Err(why) => refusals.push(Refusal::new(
                format!("handoff.yaml cannot be edited: {why}"),
                format!("set version, date and status, and add an entry for {version} to `changes` by hand"),
            )),
        }
        let moved = changelog.and_then(|text| release::moved(&text, &version, &date.to_string(), summary.as_deref()));
        texts.extend(moved.map(|text| (CHANGELOG.to_owned(), text)));
        let entry = Entry {
            version: version.to_string(),
            date: date.to_string(),
            status: status.as_str().to_owned(),
            by: sender(args, project)?,
            digest: "0".repeat(64),
            form: None,
            program: concat!("handoff ", env!("CARGO_PKG_VERSION")).to_owned(),
            revision: crate::cli::repository::origin(root).map(|origin| origin.revision),
            since: args
                .since
                .as_deref()
                .map(crate::cli::diff::received)
                .transpose()?
                .map(|since| since.version().to_owned()),
            allowed: allowed(args),
        };
        Ok(Self { date, entry, refusals, texts, before })
    }

    /// The texts as they will be, the record included: what the bundle is made from.
    pub(super) fn pending(&self) -> Unsaved {
        self.all().map(|(path, text)| (path, text.into())).collect()
    }

    /// The files to write, by path from the project's root. The record comes last: without it, the version is not
    /// released, and the same command releases it.
    pub(super) fn files(&self, manifest: &[u8]) -> Vec<Change> {
        let change = |path: &str, bytes: &[u8], before| Change { path: path.into(), bytes: bytes.to_vec(), before };
        let known = |path: &str| self.before.get(path).map(|text| Before::Bytes(text.clone().into_bytes()));
        let mut files: Vec<_> = self
            .texts
            .iter()
            .map(|(path, text)| change(path, text.as_bytes(), known(path).unwrap_or(Before::Nothing)))
            .collect();
        files.push(change(&load::issued::path(&self.entry.version), manifest, Before::Anything));
        files.push(change(&self.record(), release::written(&self.entry).as_bytes(), Before::Nothing));
        files
    }

    fn all(&self) -> impl Iterator<Item = (String, String)> {
        self.texts.clone().into_iter().chain(std::iter::once((self.record(), release::written(&self.entry))))
    }

    fn record(&self) -> String {
        format!("records/releases/{}.yaml", self.entry.version)
    }
}

fn version(args: &Args, project: &Project, last: Option<&Version>) -> Result<Version> {
    let part = match args.bump.as_deref() {
        Some("major") => Part::Major,
        Some("minor") => Part::Minor,
        Some(_) => Part::Patch,
        None => {
            return args.version.clone().ok_or_else(|| {
                Error::new("which version is released?").help("name one, or say which part grows with `--bump`")
            });
        }
    };
    Ok(release::bumped(last.unwrap_or(&project.release.version.value), part))
}

/// Who releases, by id.
fn sender(args: &Args, project: &Project) -> Result<String> {
    let is_primary = |contact: &&Contact| {
        contact.party.value == Party::Supplier
            && contact.primary.as_ref().is_some_and(|flag: &Located<value::Flag>| flag.0)
    };
    let found = match &args.by {
        Some(id) => project.contacts.iter().find(|contact| contact.id.as_str() == id),
        None => project.contacts.iter().find(is_primary),
    };
    found.map(|contact| contact.id.to_string()).ok_or_else(|| match &args.by {
        Some(id) => Error::new(format!("there is no contact `{id}`")).help("name a contact of handoff.yaml by its id"),
        None => Error::new("nobody releases this").help("name the person with `--by PERSON`"),
    })
}

/// What is let pass, each once, the first reason counts.
fn allowed(args: &Args) -> Vec<(Allowance, String)> {
    let mut allowed: Vec<(Allowance, String)> = Vec::new();
    for (what, reason) in &args.allow {
        if !allowed.iter().any(|(known, _)| known == what) {
            allowed.push((*what, reason.clone()));
        }
    }
    allowed
}

/// A file of the project as it is now.
#[expect(clippy::disallowed_methods, reason = "the files of a release are edited here")]
fn read(root: &Path, path: &str) -> Result<Option<String>> {
    let full = root.join(path);
    match std::fs::read_to_string(&full) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("a file of the project cannot be read", &full, &error)),
    }
}
