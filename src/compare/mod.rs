//! What changed between two editions of a delivery: words of documents, facts, coverage, files.
//!
//! Works on values alone and knows neither where bundles lie nor how a difference is shown. Both editions
//! are read in the same way from the files of a bundle, so that a build compared with itself is equal.

mod data;
mod edition;
mod mark;
mod places;
mod story;
mod units;
mod words;

pub use edition::{Edition, is_wanted};
pub use mark::mark;
pub use story::{KIND, tell};

use crate::model::difference::{CoverageChange, Differences, DocumentChange, Fate, FileChange};
use edition::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that differs between two editions.
#[must_use]
pub fn compare(old: &Edition, new: &Edition) -> Differences {
    Differences {
        old: old.side.clone(),
        new: new.side.clone(),
        documents: documents(old, new),
        data: match (&old.data, &new.data) {
            (Some(old), Some(new)) => data::compare(old, new),
            _ => Vec::new(),
        },
        coverage: coverage(old, new),
        files: files(old, new),
    }
}

fn documents(old: &Edition, new: &Edition) -> Vec<DocumentChange> {
    let find = |edition: &'_ Edition, kind: &str| edition.texts.iter().position(|text| text.kind == kind);
    let whole = |text: &Text, fate| DocumentChange {
        kind: text.kind.clone(),
        number: text.number.clone(),
        title: text.title.clone(),
        old_title: None,
        fate,
        places: Vec::new(),
    };
    let mut changes = Vec::new();
    for text in &new.texts {
        match find(old, &text.kind) {
            None => changes.push(whole(text, Fate::Added)),
            Some(index) => changes.extend(document(&old.texts[index], text)),
        }
    }
    let gone = old.texts.iter().filter(|text| find(new, &text.kind).is_none());
    changes.extend(gone.map(|text| whole(text, Fate::Removed)));
    changes
}

/// What changed in a document that both editions have. One that is made from others, such as the register,
/// changes with every release: what it is made from is compared instead.
fn document(old: &Text, new: &Text) -> Option<DocumentChange> {
    let places = if new.derived || old.derived { Vec::new() } else { places::compare(&old.units(), &new.units()) };
    let renamed = old.title != new.title;
    (renamed || !places.is_empty()).then(|| DocumentChange {
        kind: new.kind.clone(),
        number: new.number.clone(),
        title: new.title.clone(),
        old_title: renamed.then(|| old.title.clone()),
        fate: Fate::Changed,
        places,
    })
}

/// What became of something that was there before, is there now, or both.
fn fate<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> Option<Fate> {
    match (old, new) {
        (None, Some(_)) => Some(Fate::Added),
        (Some(_), None) => Some(Fate::Removed),
        (Some(old), Some(new)) if old != new => Some(Fate::Changed),
        _ => None,
    }
}

fn coverage(old: &Edition, new: &Edition) -> Vec<CoverageChange> {
    let (Some(old), Some(new)) = (&old.coverage, &new.coverage) else { return Vec::new() };
    let state =
        |items: &[edition::Item], id: &str| items.iter().find(|item| item.id == id).map(|item| item.state.clone());
    let mut changes = Vec::new();
    let gone = old.iter().filter(|item| state(new, &item.id).is_none());
    for item in new.iter().chain(gone) {
        let (before, after) = (state(old, &item.id), state(new, &item.id));
        if let Some(fate) = fate(before.as_ref(), after.as_ref()) {
            let (id, title) = (item.id.clone(), item.title.clone());
            changes.push(CoverageChange { id, title, fate, old: before, new: after });
        }
    }
    changes
}

fn files(old: &Edition, new: &Edition) -> Vec<FileChange> {
    let (old, new): (&BTreeMap<_, _>, &BTreeMap<_, _>) = (&old.files, &new.files);
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |path: &String| Some(FileChange { fate: fate(old.get(path), new.get(path))?, path: path.clone() });
    paths.into_iter().filter_map(change).collect()
}
