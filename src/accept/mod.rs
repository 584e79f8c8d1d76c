//! Accept: from a form that came back to what it says about a release.
//!
//! Judges whether it is the form of that release, whether it is filled in, and whether what was signed is
//! what stands there. Writes nothing, and knows neither the clock nor the disk.

mod answers;
mod dates;
mod fault;
mod signatures;

pub use answers::{Deliverable, Reading, Signatory};
pub use fault::Fault;
pub use signatures::{Signature, SignatureState};

use crate::form::{self, Answer, Returned};
use crate::model::acceptance::fields;
use crate::model::project::Project;
use crate::pades::Anchors;
use jiff::Timestamp;

/// What a form is held against.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    /// The project.
    pub project: &'a Project,
    /// The title of the form.
    pub title: String,
    /// The version of the release.
    pub version: String,
    /// The digest of the release.
    pub digest: String,
    /// The fingerprint of the form that was sent, if it is known.
    pub form: Option<String>,
}

/// The fingerprint of a form: of all that nobody fills in. It stays the same however often the file is
/// filled in, signed and written anew.
#[must_use]
pub fn fingerprint(file: &[u8]) -> Option<String> {
    form::read(file).ok().map(|form| form.fingerprint)
}

/// Reads a form that came back. `anchors` are the certificates that are trusted, `now` the time at which
/// it is judged.
///
/// # Errors
/// Why it does not count: it is no form of this release, or something is wrong with it.
pub fn read(file: &[u8], expected: &Expected<'_>, anchors: &Anchors, now: Timestamp) -> Result<Reading, Fault> {
    let form = form::read(file).map_err(Fault::of_file)?;
    is_ours(&form, expected)?;
    let signatures = signatures::judge(file, &form, expected, anchors, now)?;
    let reading = answers::of(&form, expected.project, signatures)?;
    if reading.is_empty() { Err(Fault::Empty) } else { Ok(reading) }
}

/// Whether it is the form that was sent, and nothing of it was changed but what is to be filled in.
fn is_ours(form: &Returned, expected: &Expected<'_>) -> Result<(), Fault> {
    let fixed = |name: &str| match form.answers.get(name) {
        Some(Answer::Text(text)) => Some(text.trim().to_owned()),
        _ => None,
    };
    let own = &expected.project.project;
    let (Some(project), Some(version), Some(digest)) =
        (fixed(fields::PROJECT), fixed(fields::VERSION), fixed(fields::DIGEST))
    else {
        let tells_itself = form.about.contains(own.id.as_str()) && form.about.contains(&expected.title);
        let is_flat = form.answers.is_empty() && tells_itself;
        return Err(if is_flat { Fault::Flattened } else { Fault::Foreign { fields: form.answers.len() } });
    };
    if fields::project_id(&project) != Some(own.id.as_str()) {
        return Err(Fault::OtherProject { found: project, wanted: own.name.to_string() });
    }
    if version != expected.version {
        return Err(Fault::OtherVersion { found: version, wanted: expected.version.clone() });
    }
    if digest != expected.digest {
        return Err(Fault::OtherDigest { version, found: digest, wanted: expected.digest.clone() });
    }
    if expected.form.as_ref().is_some_and(|fingerprint| *fingerprint != form.fingerprint) {
        return Err(Fault::Altered(vec![
            "the pages, or the fields themselves, are not those of the form that was sent".into(),
        ]));
    }
    Ok(())
}
