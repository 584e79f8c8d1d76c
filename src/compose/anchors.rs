//! Anchors and section numbers: every heading gets an id that is unique in its document.

use crate::model::document::Document;
use crate::model::loaded::Loaded;
use crate::model::text::{BlockKind, Heading, plain, slug};
use crate::source::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What links can lead to.
#[derive(Debug, Default)]
pub(super) struct Maps {
    /// The anchors of each kind of document.
    pub anchors: BTreeMap<String, BTreeSet<String>>,
    /// The kind of document that each fragment went into, by its path.
    pub fragments: BTreeMap<String, String>,
    /// Anchor in a fragment, as its author sees it, to the anchor in the document.
    pub local: BTreeMap<(FileId, String), String>,
}

/// The anchor of a heading as its author sees it.
pub(super) fn own_id(heading: &Heading) -> String {
    heading.explicit_id.clone().unwrap_or_else(|| slug(&plain(&heading.content)))
}

impl Maps {
    /// Gives every heading of a document its number and its anchor.
    pub(super) fn number_headings(&mut self, document: &mut Document, loaded: &Loaded) {
        let mut taken = BTreeSet::new();
        let mut counters = [0usize; 5];
        for block in &mut document.blocks {
            let BlockKind::Heading(heading) = &mut block.kind else { continue };
            heading.number = next_number(&mut counters, heading.level);
            heading.id = unique(&own_id(heading), &mut taken);
        }
        self.learn(document, loaded);
    }

    /// Takes over the anchors of a document whose headings have theirs.
    pub(super) fn learn(&mut self, document: &Document, loaded: &Loaded) {
        for file in &document.fragments {
            self.fragments.insert(loaded.sources.path(*file).to_owned(), document.kind.clone());
        }
        let mut in_file: BTreeMap<FileId, BTreeSet<String>> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for block in &document.blocks {
            let BlockKind::Heading(heading) = &block.kind else { continue };
            ids.insert(heading.id.clone());
            if let Some(Span { file, .. }) = block.span {
                let local = unique(&own_id(heading), in_file.entry(file).or_default());
                self.local.insert((file, local), heading.id.clone());
            }
        }
        self.anchors.insert(document.kind.clone(), ids);
    }
}

/// `id`, or the first of `id-1`, `id-2`, ... that is free.
fn unique(id: &str, taken: &mut BTreeSet<String>) -> String {
    let id = if id.is_empty() { "section" } else { id };
    let mut free = id.to_owned();
    let mut count = 0;
    while !taken.insert(free.clone()) {
        count += 1;
        free = format!("{id}-{count}");
    }
    free
}

/// The section number of a heading of level 2 to 4; deeper ones have none.
fn next_number(counters: &mut [usize; 5], level: u8) -> String {
    let depth = usize::from(level.clamp(2, 6)) - 2;
    counters[depth] += 1;
    counters[depth + 1..].fill(0);
    if depth > 2 {
        return String::new();
    }
    // A level that was skipped counts as the first.
    let numbers = counters[..=depth].iter().map(|&n| n.max(1).to_string());
    numbers.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_levels() {
        let mut counters = [0; 5];
        let numbers: Vec<_> = [2, 3, 3, 2, 4, 5, 3].iter().map(|&level| next_number(&mut counters, level)).collect();
        assert_eq!(numbers, ["1", "1.1", "1.2", "2", "2.1.1", "", "2.1"]);
    }

    #[test]
    fn the_second_of_a_name_gets_a_number() {
        let mut taken = BTreeSet::new();
        let ids: Vec<_> = ["a", "a", "a-1", ""].iter().map(|id| unique(id, &mut taken)).collect();
        assert_eq!(ids, ["a", "a-1", "a-1-1", "section"]);
    }
}
