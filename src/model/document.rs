//! Composed documents: what every output format is made from.

use super::project::Stage;
use super::text::{Block, BlockKind, Diagram, Footnote, texts, walk_blocks};
use crate::source::{FileId, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many pages the PDF of each kind of document has.
pub type Pages = BTreeMap<String, usize>;

/// All documents of one release, in order. Knows no output format.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dossier {
    /// The documents, in the order in which a reader meets them. Dossiers of which one document differs share the
    /// others.
    pub documents: Vec<Arc<Document>>,
    /// References and other things that could not be filled in; turned into findings by the check.
    pub unresolved: Vec<Unresolved>,
    /// Diagrams that cannot be drawn; turned into findings by the check.
    pub undrawn: Vec<Undrawn>,
}

/// A `{{ reference }}` in prose that names nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The path that was written.
    pub reference: String,
    /// Where.
    pub span: Option<Span>,
    /// What may have been meant.
    pub near: Option<String>,
}

/// A diagram that cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undrawn {
    /// The document that it stands in, by kind.
    pub document: String,
    /// Why, as the end of a sentence.
    pub why: String,
    /// Where; `None` if a template made it.
    pub span: Option<Span>,
}

/// A composed text with a kind, a title, a number and an audience.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else")]
pub struct Document {
    /// Its kind, which also names its files.
    pub kind: String,
    /// Its number, such as `HP-310`.
    pub number: String,
    /// Its place, from 1.
    pub position: usize,
    /// Its title.
    pub title: String,
    /// What it is, in one sentence; may be empty.
    pub summary: String,
    /// Who it is for; may be empty.
    pub audience: String,
    /// The group of documents that it belongs to, by the id of the checklist's group; may be empty.
    pub group: String,
    /// The stage by whose start it is due.
    pub stage: Stage,
    /// Never part of the client's bundle.
    pub internal: bool,
    /// Made from what stands elsewhere in the bundle: it changes with every release, and is compared with
    /// no other.
    pub derived: bool,
    /// Made when all other PDFs are there, because it tells their pages and hashes; not part of the binder.
    pub late: bool,
    /// Whether it tells how many pages the documents have, which is known when they are laid out.
    pub after_layout: bool,
    /// The text: sections from level 2 on, the title not repeated.
    pub blocks: Vec<Block>,
    /// Its footnotes, in the order of their first reference.
    pub footnotes: Vec<Footnote>,
    /// The fragments that went into it.
    pub fragments: Vec<FileId>,
    /// The files of the project that it shows or links to, by path, each with the SHA-256 of its bytes.
    pub shown: Vec<(String, String)>,
    /// The items that its fragments cover by their front matter: item, and where that is said.
    pub covers: Vec<(String, Span)>,
}

/// A PDF of the bundle that was made, as the documents that are made late tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The kind of the document; `None` for the binder.
    pub kind: Option<String>,
    /// Its path in the bundle.
    pub path: String,
    /// How many pages it has.
    pub pages: usize,
    /// Its hash.
    pub sha256: String,
}

impl Dossier {
    /// The document of a kind.
    #[must_use]
    pub fn document(&self, kind: &str) -> Option<&Document> {
        self.all().find(|document| document.kind == kind)
    }

    /// All documents.
    pub fn all(&self) -> impl Iterator<Item = &Document> {
        self.documents.iter().map(Arc::as_ref)
    }

    /// The documents that the client gets.
    pub fn delivered(&self) -> impl Iterator<Item = &Document> {
        self.all().filter(|document| !document.internal)
    }
}

impl Document {
    /// The name of its PDF in the bundle.
    #[must_use]
    pub fn pdf_name(&self) -> String {
        format!("{:02}-{}.pdf", self.position, self.kind)
    }

    /// What it says: its body, and then each of its footnotes.
    pub fn texts(&self) -> impl Iterator<Item = &[Block]> {
        texts(&self.blocks, &self.footnotes)
    }

    /// The diagrams that it shows.
    #[must_use]
    pub fn diagrams(&self) -> Vec<&Diagram> {
        let mut found = Vec::new();
        for blocks in self.texts() {
            walk_blocks(blocks, &mut |block| {
                if let BlockKind::Diagram(diagram) = &block.kind {
                    found.push(&**diagram);
                }
            });
        }
        found
    }
}
