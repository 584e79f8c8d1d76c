//! Cutting a release: the texts of a project as they are afterwards, and whether a bundle is the one that
//! was released.
//!
//! Makes texts of texts. Who writes them, and who asks git, is not known here.

mod changelog;
mod project;
mod record;

pub use changelog::{Unreleased, moved, unreleased};
pub use project::{Edits, edited};
pub use record::{Entry, written};

use crate::model::project::Status;
use crate::model::records::ReleaseCut;
use crate::model::release::Issued;
use crate::model::value::Version;
use std::collections::BTreeMap;

/// Which part of a version grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The first number: what readers rely on has changed.
    Major,
    /// The second: something came.
    Minor,
    /// The third: something was mended.
    Patch,
}

/// The next version.
#[must_use]
pub fn bumped(version: &Version, part: Part) -> Version {
    let old = &version.0;
    let (major, minor, patch) = match part {
        Part::Major => (old.major.saturating_add(1), 0, 0),
        Part::Minor => (old.major, old.minor.saturating_add(1), 0),
        // What comes after `1.0.0-rc.1` is `1.0.0`.
        Part::Patch if !old.pre.is_empty() => (old.major, old.minor, old.patch),
        Part::Patch => (old.major, old.minor, old.patch.saturating_add(1)),
    };
    Version(semver::Version::new(major, minor, patch))
}

/// The release with the highest version.
#[must_use]
pub fn last(releases: &[ReleaseCut]) -> Option<&ReleaseCut> {
    releases.iter().max_by_key(|release| &release.version.value)
}

/// Something that stands against a release: what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What stands against it.
    pub what: String,
    /// What to do.
    pub help: String,
}

impl Refusal {
    /// A refusal.
    #[must_use]
    pub fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

/// What the releases that were cut say against a version and a status.
#[must_use]
pub fn history(releases: &[ReleaseCut], version: &Version, status: Status) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let Some(last) = last(releases) else { return against_status(None, status).into_iter().collect() };
    let next = format!("choose a higher one, such as {}", bumped(&last.version.value, Part::Minor));
    if let Some(same) = releases.iter().find(|release| release.version.value == *version) {
        let what = format!("version {version} was released on {} already; a version is cut once", same.date);
        refusals.push(Refusal::new(what, next));
    } else if *version < last.version.value {
        let what = format!("version {version} is lower than {}, which was released on {}", last.version, last.date);
        refusals.push(Refusal::new(what, next));
    }
    refusals.extend(against_status(Some(last), status));
    refusals
}

fn against_status(last: Option<&ReleaseCut>, status: Status) -> Option<Refusal> {
    let allowed = crate::model::release::successors(last.map(|last| last.status.value));
    if allowed.contains(&status) {
        return None;
    }
    let words: Vec<_> = allowed.iter().map(|status| status.as_str()).collect();
    let before = last.map_or_else(
        || "the first release".to_owned(),
        |last| format!("a release after {}, which was {},", last.version, last.status),
    );
    let what = format!("{before} cannot be {status}: only what was put up for acceptance becomes as-delivered");
    Some(Refusal::new(what, format!("use `--status` with one of {}", words.join(", "))))
}

/// The files that are not as they were released, each with what is wrong; `but` are left out.
#[must_use]
pub fn differences(issued: &Issued, files: &BTreeMap<String, String>, but: &[&str]) -> Vec<String> {
    let counts = |path: &&String| !but.contains(&path.as_str());
    let mut differences = BTreeMap::new();
    for path in issued.files.keys().chain(files.keys()).filter(counts) {
        let word = match (issued.files.get(path), files.get(path)) {
            (Some(before), Some(after)) if before == after => continue,
            (Some(_), Some(_)) => "differs",
            (Some(_), None) => "is missing",
            (None, _) => "was not part of it",
        };
        differences.insert(path, word);
    }
    differences.into_iter().map(|(path, word)| format!("{path} {word}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::node::Scalar;

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    #[test]
    fn a_part_grows_and_the_lower_ones_begin_again() {
        let bumped = |text: &str, part| super::bumped(&version(text), part).to_string();
        assert_eq!(bumped("1.2.3", Part::Major), "2.0.0");
        assert_eq!(bumped("1.2.3", Part::Minor), "1.3.0");
        assert_eq!(bumped("1.2.3", Part::Patch), "1.2.4");
        assert_eq!(bumped("1.0.0-rc.1", Part::Patch), "1.0.0");
    }

    #[test]
    fn the_first_release_may_not_be_the_last() {
        assert!(history(&[], &version("1.0.0"), Status::ForReview).is_empty());
        let told = history(&[], &version("1.0.0"), Status::AsDelivered);
        assert!(told[0].help.contains("for-acceptance"), "{told:?}");
    }
}
