//! The release that a form is held against: the one that was named, else the newest one that was handed
//! over to be accepted, else the one that is being prepared.

use crate::accept::{self, Expected};
use crate::bundle;
use crate::cli::clock;
use crate::error::{Error, Result};
use crate::model::project::Project;
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
    let current = project.release.version.to_string();
    let version = asked.map_or_else(|| current.clone(), str::to_owned);
    if version != current {
        return Err(Error::new(format!("there is no release {version} on record"))
            .why(format!("what is being prepared is {current}"))
            .help("name a version that was released, or leave `--release` out"));
    }
    // What was signed once is the release: the working state has moved on since.
    let signed = inspected.loaded.records.sign_offs.iter().rev().find(|form| form.version.to_string() == version);
    if let Some(signed) = signed {
        let digest = signed.digest.to_string();
        return Ok((inspected, Release { version, digest, form: None }));
    }
    let produced = pipeline::produce(&inspected, &options, &Silent)?;
    let form = produced.bundle.get(bundle::FORM).and_then(accept::fingerprint);
    let digest = bundle::content_digest(&produced.bundle);
    Ok((inspected, Release { version, digest, form }))
}
