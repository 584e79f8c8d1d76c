//! Fragments: Markdown files that somebody wrote.

use super::node::{Located, record};
use super::text::{Block, Footnote, texts};
use super::value::{ContactRef, Count, Date, Id, ItemRef, Text};
use crate::source::FileId;

record! {
    /// The front matter of a fragment: YAML between two lines of `---` at the top of the file.
    pub struct FrontMatter {
        /// The document that takes the fragment; by default the name of its file or folder under `docs/`.
        document: Option<Located<Id>>,
        /// The title of the document or section; by default the first heading.
        title: Option<Located<Text>>,
        /// The place among the fragments of the document; by default the number that the file's name begins with.
        order: Option<Located<Count>>,
        /// Checklist items that the fragment covers whatever its headings say.
        covers: Vec<Located<ItemRef>>,
        /// Who looks after the text.
        owner: Option<Located<ContactRef>>,
        /// Who it is for, in words.
        audience: Option<Located<Text>>,
        /// Of a decision record: how far the decision is; otherwise its section “Status” says so.
        status: Option<Located<Text>>,
        /// Of a decision record: when it was decided.
        date: Option<Located<Date>>,
        /// Of a decision record: the number or file of the one that took its place.
        superseded_by: Option<Located<Text>>,
    }
}

/// A Markdown file that somebody wrote, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragment {
    /// The file.
    pub file: FileId,
    /// Its path from the project's root, with `/`.
    pub path: String,
    /// The kind of the document that takes it.
    pub document: String,
    /// Whether it is the whole document (`docs/runbook.md`) rather than a section of it (`docs/runbook/20-logs.md`).
    pub whole: bool,
    /// Its place among the fragments of the document, if its name or front matter says.
    pub order: Option<u32>,
    /// What its front matter says.
    pub front: FrontMatter,
    /// The text.
    pub blocks: Vec<Block>,
    /// The footnotes that it defines.
    pub footnotes: Vec<Footnote>,
}

impl Fragment {
    /// What it says: its body, and then each of its footnotes.
    pub fn texts(&self) -> impl Iterator<Item = &[Block]> {
        texts(&self.blocks, &self.footnotes)
    }
}
