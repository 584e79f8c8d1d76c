//! Releases that were cut: what is kept of each to compare later ones with, and which may follow which.

use super::project::Status;
use super::value::Version;
use crate::source::FileId;
use std::collections::BTreeMap;

/// What is kept of a release beside its record: the manifest of its bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The file that it was read from.
    pub file: FileId,
    /// Its version, as it was written.
    pub version: String,
    /// The program that made it.
    pub generator: String,
    /// Its documents.
    pub documents: Vec<IssuedDocument>,
    /// The hash of each file, by path.
    pub files: BTreeMap<String, String>,
}

/// A document of a release that was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedDocument {
    /// Its kind.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The fingerprint of its content.
    pub content: String,
}

impl Issued {
    /// The fingerprint of a document's content.
    #[must_use]
    pub fn content(&self, kind: &str) -> Option<&str> {
        self.documents.iter().find(|document| document.kind == kind).map(|document| document.content.as_str())
    }
}

/// The releases before a version, the newest first.
#[must_use]
pub fn before<'a>(issued: &'a [Issued], version: &str) -> Vec<&'a Issued> {
    use super::node::Scalar;
    let parsed = |text: &str| Version::parse(text).ok();
    let Some(version) = parsed(version) else { return Vec::new() };
    let mut earlier: Vec<_> = issued.iter().filter_map(|issued| Some((parsed(&issued.version)?, issued))).collect();
    earlier.retain(|(other, _)| *other < version);
    earlier.sort_by(|a, b| b.0.cmp(&a.0));
    earlier.into_iter().map(|(_, issued)| issued).collect()
}

/// The statuses that a release may have after one with another status. What is delivered in the end has
/// been put up for acceptance before; anything may be taken back for more work.
#[must_use]
pub fn successors(last: Option<Status>) -> &'static [Status] {
    match last {
        Some(Status::ForAcceptance) => &[Status::Draft, Status::ForReview, Status::ForAcceptance, Status::AsDelivered],
        None | Some(Status::Draft | Status::ForReview | Status::AsDelivered) => {
            &[Status::Draft, Status::ForReview, Status::ForAcceptance]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn issued(version: &str) -> Issued {
        Issued {
            file: Sources::default().add("m.json", ""),
            version: version.into(),
            generator: String::new(),
            documents: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    #[test]
    fn earlier_releases_are_ordered_by_version_and_not_by_name() {
        let all = ["1.10.0", "0.9.0", "1.9.0", "2.0.0"].map(issued);
        let found: Vec<_> = before(&all, "2.0.0").iter().map(|issued| issued.version.clone()).collect();
        assert_eq!(found, ["1.10.0", "1.9.0", "0.9.0"]);
    }

    #[test]
    fn only_what_was_up_for_acceptance_becomes_as_delivered() {
        for last in [None, Some(Status::Draft), Some(Status::ForReview), Some(Status::AsDelivered)] {
            assert!(!successors(last).contains(&Status::AsDelivered), "{last:?}");
            assert!(successors(last).contains(&Status::ForAcceptance), "{last:?}");
        }
        assert!(successors(Some(Status::ForAcceptance)).contains(&Status::AsDelivered));
    }
}
