//! What the documents of every release tell about it: each document with its revision, pages and hash, the
//! release before it, and what was let pass.

use crate::error::Result;
use crate::markdown::fingerprint;
use crate::model::document::{Document, Dossier, Printed};
use crate::model::loaded::Loaded;
use crate::model::project::Project;
use crate::model::records::{Opinion, ReleaseCut, Review};
use crate::model::release::{Issued, before};
use serde::Serialize;
use std::collections::BTreeMap;

/// A document as the register lists it.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// Its kind.
    kind: String,
    /// Its number.
    number: String,
    /// Its title.
    title: String,
    /// The version of the release in which its content was the first time as it is now.
    revision: String,
    /// Whether somebody approved this content.
    reviewed: bool,
    /// `new`, `changed` or `same` as in the release before; `first` if there is none.
    change: &'static str,
    /// The PDF; nothing for those that are made last, and where no PDF is made.
    file: Option<File>,
    /// Made last, so that its hash can stand in no document.
    late: bool,
}

/// A PDF.
#[derive(Debug, Clone, Serialize)]
struct File {
    /// Its path in the bundle.
    path: String,
    /// How many pages it has.
    pages: usize,
    /// Its hash.
    sha256: String,
}

/// All documents, and what was in the release before and is not any more.
#[derive(Debug, Serialize)]
pub(super) struct Register {
    /// Every document of the bundle.
    documents: Vec<Entry>,
    /// What the release before had and this one has not.
    gone: Vec<Gone>,
    /// The PDF of everything, if there is one.
    binder: Option<File>,
    /// How many pages all PDFs of documents have.
    pages: usize,
}

/// A document that the release before had.
#[derive(Debug, Serialize)]
struct Gone {
    /// Its number.
    number: String,
    /// Its title.
    title: String,
}

/// The register of the documents that the client gets.
///
/// # Errors
/// If a text cannot be written as Markdown; no such text is known.
pub(super) fn register(loaded: &Loaded, dossier: &Dossier, printed: &[Printed]) -> Result<Register> {
    let version = loaded.project.as_ref().map(|project| project.release.version.to_string()).unwrap_or_default();
    let earlier = before(&loaded.issued, &version);
    let file = |kind: Option<&str>| {
        let made = printed.iter().find(|made| made.kind.as_deref() == kind)?;
        Some(File { path: made.path.clone(), pages: made.pages, sha256: made.sha256.clone() })
    };
    let mut documents = Vec::new();
    for document in dossier.delivered() {
        // In the first release of a project that nobody reviewed, nothing is compared with anything.
        let is_compared = !earlier.is_empty() || reviews(loaded, &document.kind).next().is_some();
        let content = if is_compared { fingerprint(document)? } else { String::new() };
        documents.push(Entry {
            revision: revision(document, &content, &version, &earlier),
            change: change(document, &content, earlier.first().copied()),
            reviewed: reviewed(loaded, &document.kind, &content),
            file: file(Some(&document.kind)).filter(|_| !document.late),
            late: document.late,
            kind: document.kind.clone(),
            number: document.number.clone(),
            title: document.title.clone(),
        });
    }
    let last = earlier.first().map(|issued| issued.documents.as_slice()).unwrap_or_default();
    let gone = last.iter().filter(|document| !documents.iter().any(|entry| entry.kind == document.kind));
    let gone = gone.map(|document| Gone { number: document.number.clone(), title: document.title.clone() }).collect();
    let pages = documents.iter().filter_map(|entry| entry.file.as_ref()).map(|file| file.pages).sum();
    Ok(Register { gone, binder: file(None), pages, documents })
}

/// The version in which the content was the first time as it is now, looking back as long as it is the
/// same. What is made from the rest is of this version.
fn revision(document: &Document, content: &str, version: &str, earlier: &[&Issued]) -> String {
    let same = |issued: &&&Issued| !document.derived && issued.content(&document.kind) == Some(content);
    earlier.iter().take_while(same).last().map_or_else(|| version.to_owned(), |issued| issued.version.clone())
}

fn change(document: &Document, content: &str, last: Option<&Issued>) -> &'static str {
    match last.map(|issued| issued.content(&document.kind)) {
        None => "first",
        Some(None) => "new",
        Some(Some(before)) if before == content => "same",
        Some(Some(_)) => "changed",
    }
}

/// The reviews of a document.
fn reviews<'a>(loaded: &'a Loaded, kind: &'a str) -> impl Iterator<Item = &'a Review> {
    loaded.records.reviews.iter().filter(move |review| review.document.as_str() == kind)
}

/// Whether the newest review of each person who looked approves this very content, and somebody looked.
fn reviewed(loaded: &Loaded, kind: &str, content: &str) -> bool {
    let mut newest = BTreeMap::new();
    for review in reviews(loaded, kind) {
        let entry = newest.entry(review.by.as_str()).or_insert(review);
        if entry.date.value <= review.date.value {
            *entry = review;
        }
    }
    let approves = |review: &&crate::model::records::Review| {
        review.opinion.value == Opinion::Approved && review.content.as_str() == content
    };
    !newest.is_empty() && newest.values().all(approves)
}

/// What is known about the release itself: what its record says, but never its digest, which depends on this very text.
#[derive(Debug, Serialize)]
pub(super) struct IssueView<'a> {
    /// The release before it.
    previous: Option<Previous<'a>>,
    /// Who released it: the id of a contact; nothing before it is cut.
    by: Option<&'a str>,
    /// What was let pass when it was cut.
    allowed: Vec<&'a crate::model::records::Allowed>,
}

/// The release before.
#[derive(Debug, Serialize)]
struct Previous<'a> {
    /// Its version.
    version: String,
    /// Its date.
    date: crate::model::value::Date,
    /// Its status.
    status: &'a str,
}

/// The release that a project is about.
pub(super) fn issue<'a>(loaded: &'a Loaded, project: &Project) -> IssueView<'a> {
    let releases = &loaded.records.releases;
    let own = releases.iter().find(|release| release.version.value == project.release.version.value);
    let earlier = releases.iter().filter(|release| release.version.value < project.release.version.value);
    let previous = earlier.max_by_key(|release| &release.version.value).map(|release: &ReleaseCut| Previous {
        version: release.version.to_string(),
        date: release.date.value,
        status: release.status.as_str(),
    });
    IssueView {
        previous,
        by: own.map(|release| release.by.as_str()),
        allowed: own.into_iter().flat_map(|release| &release.allowed).collect(),
    }
}
