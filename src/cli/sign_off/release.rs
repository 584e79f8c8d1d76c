//! The release that a form is held against: the one that was named, else the newest one that was handed
//! over to be accepted, else the one that is being prepared.

use crate::accept::{self, Expected};
use crate::bundle;
use crate::cli::clock;
use crate::error::{Error, Result};
use crate::form::MAX_FILE;
use crate::model::project::{Project, Status};
use crate::model::template::Words;
use crate::pipeline::{self, Inspected, Options, Silent};
use std::path::Path;

/// A release, as far as forms are held against it.
#[derive(Debug, Clone)]
pub(super) struct Release {
    /// Its version.
    pub(super) version: String,
    /// The digest of its content.
    pub(super) digest: String,
    /// The fingerprint of its form, if it is known.
    form: Option<String>,
}

impl Release {
    /// What a form of this release must agree with.
    pub(super) fn expected<'a>(&self, project: &'a Project, words: &Words) -> Expected<'a> {
        let title = words.get("form_title").to_owned();
        Expected { project, title, version: self.version.clone(), digest: self.digest.clone(), form: self.form.clone() }
    }
}

/// Reads the project and finds the release.
pub(super) fn find(root: &Path, asked: Option<&str>) -> Result<(Inspected, Release)> {
    let options = Options::default();
    let inspected = pipeline::inspect(root, &options, &Silent)?;
    let project = clock::readable(inspected.loaded.project.as_ref())?;
    let records = &inspected.loaded.records;
    let for_acceptance = records.releases.iter().filter(|cut| cut.status.value == Status::ForAcceptance);
    let newest = for_acceptance.max_by_key(|cut| &cut.version.value).map(|cut| cut.version.to_string());
    let current = project.release.version.to_string();
    let version = asked.map(str::to_owned).or(newest).unwrap_or_else(|| current.clone());
    if let Some(cut) = records.releases.iter().rev().find(|cut| cut.version.to_string() == version) {
        let (digest, form) = (cut.digest.to_string(), cut.form.as_ref().map(ToString::to_string));
        return Ok((inspected, Release { version, digest, form }));
    }
    // What was signed once is the release: the working state has moved on since.
    if let Some(signed) = records.sign_offs.iter().find(|form| form.version.to_string() == version) {
        let digest = signed.digest.to_string();
        // Its form is the one that came back first, if that is a file.
        let form = super::import::read(&root.join(signed.file.as_str()), MAX_FILE, "the form cannot be read").ok();
        let form = form.as_deref().and_then(accept::fingerprint);
        return Ok((inspected, Release { version, digest, form }));
    }
    if version != current {
        return Err(Error::new(format!("there is no release {version} on record"))
            .why(format!("what is being prepared is {current}"))
            .help("name a version that was released, or leave `--release` out"));
    }
    let produced = pipeline::produce(&inspected, &options, &Silent)?;
    let form = produced.bundle.get(bundle::FORM)?.and_then(|form| accept::fingerprint(&form));
    let digest = bundle::content_digest(&produced.bundle);
    Ok((inspected, Release { version, digest, form }))
}
