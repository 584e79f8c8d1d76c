//! Anchors and numbers: every heading, and every figure and table that has a caption or an anchor, gets an
//! id that is unique in its document, and a name by which references call it.

use crate::model::document::Document;
use crate::model::loaded::Loaded;
use crate::model::template::Words;
use crate::model::text::{Block, BlockKind, Heading, Mark, plain, slug, walk_blocks, walk_blocks_mut};
use crate::source::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What links can lead to.
#[derive(Debug, Default)]
pub(super) struct Maps {
    /// The anchors of each kind of document.
    pub anchors: BTreeMap<String, BTreeSet<String>>,
    /// The kind of document that each fragment went into, by its path.
    pub fragments: BTreeMap<String, String>,
    /// Anchor in a fragment, as its author sees it, to the anchor in the document.
    pub local: BTreeMap<(FileId, String), String>,
    /// What a reference without words of its own calls an anchor, by kind and anchor.
    pub names: BTreeMap<String, BTreeMap<String, String>>,
    /// The title of each kind of document.
    pub titles: BTreeMap<String, String>,
}

/// The anchor of a heading as its author sees it.
pub(super) fn own_id(heading: &Heading) -> String {
    heading.explicit_id.clone().unwrap_or_else(|| slug(&plain(&heading.content)))
}

impl Maps {
    /// Gives every heading, figure and table of a document its number and its anchor.
    pub(super) fn number(&mut self, document: &mut Document, loaded: &Loaded) {
        let mut taken = Taken::default();
        let mut counters = [0usize; 5];
        for block in &mut document.blocks {
            let BlockKind::Heading(heading) = &mut block.kind else { continue };
            heading.number = next_number(&mut counters, heading.level);
            heading.id = taken.unique(&own_id(heading));
        }
        let mut count = Count { words: &loaded.words, figures: 0, tables: 0 };
        walk_blocks_mut(&mut document.blocks, &mut |block| {
            let Some(mark) = count.mark(block) else { return };
            mark.id = taken.unique(mark.explicit_id.as_deref().unwrap_or(&slug(&mark.label)));
        });
        self.learn(document, loaded);
    }

    /// Takes over what links can lead to in other documents.
    pub(super) fn extend(&mut self, other: Self) {
        self.anchors.extend(other.anchors);
        self.fragments.extend(other.fragments);
        self.local.extend(other.local);
        self.names.extend(other.names);
        self.titles.extend(other.titles);
    }

    /// Takes over the anchors of a document whose headings, figures and tables have theirs.
    pub(super) fn learn(&mut self, document: &Document, loaded: &Loaded) {
        for file in &document.fragments {
            self.fragments.insert(loaded.sources.path(*file).to_owned(), document.kind.clone());
        }
        let mut in_file: BTreeMap<FileId, Taken> = BTreeMap::new();
        for block in &document.blocks {
            let (BlockKind::Heading(heading), Some(Span { file, .. })) = (&block.kind, block.span) else { continue };
            let local = in_file.entry(file).or_default().unique(&own_id(heading));
            self.local.insert((file, local), heading.id.clone());
        }
        let mut names = BTreeMap::new();
        walk_blocks(&document.blocks, &mut |block| {
            if let BlockKind::Heading(heading) = &block.kind
                && !heading.id.is_empty()
            {
                names.insert(heading.id.clone(), section(heading, &loaded.words));
            } else if let Some(mark) = mark(block).filter(|mark| !mark.id.is_empty()) {
                names.insert(mark.id.clone(), mark.label.clone());
                if let (Some(own), Some(Span { file, .. })) = (&mark.explicit_id, block.span) {
                    self.local.entry((file, own.clone())).or_insert_with(|| mark.id.clone());
                }
            }
        });
        self.anchors.insert(document.kind.clone(), names.keys().cloned().collect());
        self.names.insert(document.kind.clone(), names);
        self.titles.insert(document.kind.clone(), document.title.clone());
    }
}

/// What a reference calls a section.
fn section(heading: &Heading, words: &Words) -> String {
    if heading.number.is_empty() {
        plain(&heading.content)
    } else {
        words.get("reference_section").replace("{number}", &heading.number)
    }
}

fn mark(block: &Block) -> Option<&Mark> {
    match &block.kind {
        BlockKind::Figure(image) => Some(&image.mark),
        BlockKind::Diagram(diagram) => Some(&diagram.mark),
        BlockKind::Table(table) => Some(&table.mark),
        _ => None,
    }
}

/// How many figures and tables there were so far.
struct Count<'a> {
    words: &'a Words,
    figures: usize,
    tables: usize,
}

impl Count<'_> {
    /// Gives a figure or table its label, if it has a caption or an anchor.
    fn mark<'b>(&mut self, block: &'b mut Block) -> Option<&'b mut Mark> {
        let has_caption = match &block.kind {
            BlockKind::Figure(image) => !image.title.is_empty(),
            BlockKind::Diagram(diagram) => !diagram.title.is_empty(),
            BlockKind::Table(table) => !table.caption.is_empty(),
            _ => return None,
        };
        // What gets no label stays as it is, and shared.
        if !has_caption && self::mark(block)?.explicit_id.is_none() {
            return None;
        }
        let (mark, key, count) = match &mut block.kind {
            BlockKind::Figure(image) => (&mut image.mark, "figure", &mut self.figures),
            BlockKind::Diagram(diagram) => (&mut diagram.mark, "figure", &mut self.figures),
            BlockKind::Table(table) => (&mut Arc::make_mut(table).mark, "table", &mut self.tables),
            _ => return None,
        };
        *count += 1;
        mark.label = format!("{}\u{a0}{count}", self.words.get(key));
        Some(mark)
    }
}

/// The ids that are taken, and how many numbers behind each are: that many headings may say the same.
#[derive(Default)]
struct Taken(BTreeMap<String, usize>);

impl Taken {
    /// `id`, or the first of `id-1`, `id-2`, ... that is free.
    fn unique(&mut self, id: &str) -> String {
        let id = if id.is_empty() { "section" } else { id };
        let Some(mut count) = self.0.get(id).copied() else {
            self.0.insert(id.to_owned(), 0);
            return id.to_owned();
        };
        loop {
            count += 1;
            let free = format!("{id}-{count}");
            if !self.0.contains_key(&free) {
                self.0.insert(id.to_owned(), count);
                self.0.insert(free.clone(), 0);
                return free;
            }
        }
    }
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
        let mut taken = Taken::default();
        let ids: Vec<_> = ["a", "a", "a-1", "", "a-3", "a", "a", "a"].iter().map(|id| taken.unique(id)).collect();
        assert_eq!(ids, ["a", "a-1", "a-1-1", "section", "a-3", "a-2", "a-4", "a-5"]);
    }
}
