//! The text of fragments and documents: a tree of blocks and inlines, each with its place.
//!
//! Knows no Markdown syntax and no output format. The tree is at most [`MAX_DEPTH`] deep, so that
//! walking it never exhausts the stack.

use super::difference::Fate;
use super::memory::Key;
use crate::source::Span;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// How deep blocks and inlines may be nested together; what is deeper is flattened with a finding.
pub const MAX_DEPTH: usize = 24;

/// A block of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it was written; `None` for text that a template made.
    pub span: Option<Span>,
    /// What became of it since the edition that a build is compared with; `None` if it is compared with
    /// none.
    pub change: Option<Fate>,
}

impl Block {
    /// A block that is compared with nothing.
    #[must_use]
    pub fn new(kind: BlockKind, span: Option<Span>) -> Self {
        Self { kind, span, change: None }
    }
}

/// The kinds of blocks.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind {
    /// A heading.
    Heading(Box<Heading>),
    /// A paragraph. A fragment and the document that takes it share it, unless the document says it otherwise.
    Paragraph(Arc<Vec<Inline>>),
    /// A quotation.
    Quote(Vec<Block>),
    /// A remark that is set apart.
    Admonition(Admonition, Vec<Block>),
    /// A block of code.
    Code(Code),
    /// A list.
    List(List),
    /// A table, shared in the same way.
    Table(Arc<Table>),
    /// An image that stands alone.
    Figure(Box<Image>),
    /// A diagram that was drawn; one that cannot be drawn stays a block of code.
    Diagram(Box<Diagram>),
    /// Terms with their definitions.
    Definitions(Vec<Definition>),
    /// A part that a reader of the page may fold away.
    Fold(Box<Fold>),
    /// A formula that stands alone.
    Math(Math),
    /// A break between two parts.
    Rule,
    /// Raw HTML, as it was written.
    Html(String),
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The anchor that the author gave.
    pub explicit_id: Option<String>,
    /// The anchor, unique in the document; empty until the document is composed.
    pub id: String,
    /// The section number, empty where there is none.
    pub number: String,
    /// The text.
    pub content: Vec<Inline>,
}

/// The kinds of remarks, as GitHub names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admonition {
    /// Useful to know.
    Note,
    /// Makes something easier.
    Tip,
    /// Needed to succeed.
    Important,
    /// Needs attention.
    Warning,
    /// Dangerous.
    Caution,
}

impl Admonition {
    /// The word that names it in class names and strings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }
}

/// A block of code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    /// The language that the author named.
    pub language: Option<String>,
    /// The code, without the last line break.
    pub text: String,
}

/// A list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The first number; `None` for bullets.
    pub start: Option<u64>,
    /// Whether the items follow each other without space.
    pub tight: bool,
    /// The items.
    pub items: Vec<ListItem>,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// Whether it is ticked, if it is a task.
    pub checked: Option<bool>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// How each column is aligned.
    pub alignments: Vec<Alignment>,
    /// The cells of the header row.
    pub header: Vec<Vec<Inline>>,
    /// The cells of the other rows.
    pub rows: Vec<Vec<Vec<Inline>>>,
    /// Its caption; may be empty.
    pub caption: Vec<Inline>,
    /// What it is called.
    pub mark: Mark,
    /// What became of the header and of each row since the edition that a build is compared with; empty if
    /// it is compared with none.
    pub changes: Vec<Option<Fate>>,
}

impl Table {
    /// Whether it is there to be filled in by hand: it has rows, and nothing stands in them behind the
    /// first column.
    #[must_use]
    pub fn is_form(&self) -> bool {
        let blank = |row: &Vec<Vec<Inline>>| row.len() > 1 && row[1..].iter().all(|cell| plain(cell).trim().is_empty());
        !self.rows.is_empty() && self.rows.iter().all(blank)
    }

    /// Its caption and its cells.
    pub fn lines(&self) -> impl Iterator<Item = &Vec<Inline>> {
        std::iter::once(&self.caption).chain(&self.header).chain(self.rows.iter().flatten())
    }

    fn lines_mut(&mut self) -> impl Iterator<Item = &mut Vec<Inline>> {
        std::iter::once(&mut self.caption).chain(&mut self.header).chain(self.rows.iter_mut().flatten())
    }
}

/// What a figure or a table is called. It has a number if it has a caption or an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// The anchor that the author gave.
    pub explicit_id: Option<String>,
    /// The anchor, unique in the document; empty until the document is composed, and without a number.
    pub id: String,
    /// Its kind and number in the language of the project, as `Figure 2`; empty where there is none.
    pub label: String,
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// As the language has it.
    Auto,
    /// To the left.
    Left,
    /// Centred.
    Center,
    /// To the right.
    Right,
}

/// A part that can be folded away; on paper it is always open.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// What is shown of it when it is folded.
    pub summary: Vec<Inline>,
    /// What it holds.
    pub blocks: Vec<Block>,
    /// Whether it is open from the start.
    pub open: bool,
}

/// A formula. One that cannot be shown is code instead, with a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Math {
    /// The formula as LaTeX.
    pub latex: String,
    /// Whether it stands on a line of its own.
    pub display: bool,
}

/// A term and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The term.
    pub term: Vec<Inline>,
    /// What it means.
    pub details: Vec<Block>,
}

/// A piece of text in a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Inline {
    /// What it is.
    pub kind: InlineKind,
    /// Where it was written; `None` for text that a template made.
    pub span: Option<Span>,
}

/// The kinds of inlines.
#[derive(Debug, Clone, PartialEq)]
pub enum InlineKind {
    /// Plain text.
    Text(String),
    /// Code.
    Code(String),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Text that is struck out.
    Strikethrough(Vec<Inline>),
    /// Text in another style.
    Styled(Style, Vec<Inline>),
    /// A formula.
    Math(Math),
    /// A link; in a box, so that plain text needs little room.
    Link(Box<Link>),
    /// An image in a line.
    Image(Box<Image>),
    /// A line break of the source, which is a space.
    SoftBreak,
    /// A line break that is meant.
    HardBreak,
    /// A reference to a footnote, by its label.
    Footnote(String),
    /// Raw HTML, as it was written.
    Html(String),
}

/// The styles that raw HTML brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Raised.
    Superscript,
    /// Lowered.
    Subscript,
    /// A key or what is typed.
    Keyboard,
    /// Added to an earlier text.
    Inserted,
    /// Highlighted.
    Marked,
    /// In a comparison: what came.
    Added,
    /// In a comparison: what went.
    Removed,
}

impl Style {
    /// The HTML element that means it.
    #[must_use]
    pub fn element(self) -> &'static str {
        match self {
            Self::Superscript => "sup",
            Self::Subscript => "sub",
            Self::Keyboard => "kbd",
            Self::Inserted | Self::Added => "ins",
            Self::Removed => "del",
            Self::Marked => "mark",
        }
    }
}

/// A link.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// What it is called when hovered; may be empty.
    pub title: String,
    /// What is shown.
    pub content: Vec<Inline>,
}

/// An image.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// Where it is.
    pub target: Target,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Its caption; may be empty.
    pub title: String,
    /// The width that the author wants, in CSS pixels.
    pub width: Option<u32>,
    /// What it is called, if it stands alone.
    pub mark: Mark,
}

/// A diagram, drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagram {
    /// Its name, unique among all documents: names its file and the parts of its picture.
    pub id: String,
    /// What stood on the line of the opening fence.
    pub info: String,
    /// The text that it was drawn from.
    pub source: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Its caption; may be empty.
    pub title: String,
    /// What readers see of it.
    pub painting: Painting,
    /// What it is called.
    pub mark: Mark,
}

/// A drawing in the form that every format can show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// The picture: one `<svg>` element without styles and scripts.
    pub svg: String,
    /// Its natural width in CSS pixels.
    pub width: u32,
    /// Its natural height in CSS pixels.
    pub height: u32,
}

impl Drawing {
    /// A drawing of nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self { svg: "<svg viewBox=\"0 0 1 1\" width=\"1\" height=\"1\"></svg>".to_owned(), width: 1, height: 1 }
    }
}

/// What a drawing is painted from.
pub trait Paint: Send + Sync {
    /// Paints it.
    fn paint(&self) -> Drawing;
    /// The key of the drawing: everything that it is painted from.
    fn key(&self) -> Key;
}

/// The picture of a diagram, painted when somebody looks at it the first time: a check never does. All copies are
/// the same one.
#[derive(Clone)]
pub struct Painting(Arc<(Box<dyn Paint>, OnceLock<Drawing>)>);

impl Painting {
    /// A picture that is painted when it is looked at.
    pub fn new(from: impl Paint + 'static) -> Self {
        Self(Arc::new((Box::new(from), OnceLock::new())))
    }

    /// The drawing.
    #[must_use]
    pub fn drawing(&self) -> &Drawing {
        self.drawing_by(|from| from.paint())
    }

    /// The drawing; if nobody looked at it yet, it is what is given for that from which it is painted.
    pub fn drawing_by(&self, paint: impl FnOnce(&dyn Paint) -> Drawing) -> &Drawing {
        let (from, drawing) = &*self.0;
        drawing.get_or_init(|| paint(&**from))
    }
}

impl std::fmt::Debug for Painting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Painting").finish_non_exhaustive()
    }
}

impl PartialEq for Painting {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.drawing() == other.drawing()
    }
}

impl Eq for Painting {}

/// Where a link leads or an image is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// As written, not yet looked at.
    Written(String),
    /// Outside of the bundle: a URL with a scheme.
    External(String),
    /// A document of the bundle, and an anchor in it.
    Document {
        /// Its kind.
        kind: String,
        /// The anchor.
        anchor: Option<String>,
    },
    /// A file of the project, by its path from the project's root.
    File(String),
    /// Nowhere.
    Broken {
        /// As written.
        written: String,
        /// Why it leads nowhere.
        why: String,
        /// What may have been meant.
        near: Option<String>,
    },
}

/// A footnote.
#[derive(Debug, Clone, PartialEq)]
pub struct Footnote {
    /// The label that references name, unique in the document.
    pub label: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Where it was written.
    pub span: Option<Span>,
}

/// A heading at the top level with the blocks up to the next heading of its level or above.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// The heading.
    pub heading: &'a Heading,
    /// Where the heading was written.
    pub span: Option<Span>,
    /// What stands under it, lower headings included.
    pub body: &'a [Block],
}

/// All sections of a text, in order; a lower one also lies in the body of the higher one.
#[must_use]
pub fn sections(blocks: &[Block]) -> Vec<Section<'_>> {
    let mut found = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let BlockKind::Heading(heading) = &block.kind else { continue };
        let rest = &blocks[index + 1..];
        let ends = |block: &Block| matches!(&block.kind, BlockKind::Heading(next) if next.level <= heading.level);
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        found.push(Section { heading, span: block.span, body: &rest[..length] });
    }
    found
}

/// What a text says: its body, and then each of its footnotes.
pub fn texts<'a>(body: &'a [Block], footnotes: &'a [Footnote]) -> impl Iterator<Item = &'a [Block]> {
    std::iter::once(body).chain(footnotes.iter().map(|note| note.blocks.as_slice()))
}

/// Visits every block, outer ones first.
pub fn walk_blocks<'a>(blocks: &'a [Block], visit: &mut dyn FnMut(&'a Block)) {
    for block in blocks {
        visit(block);
        match &block.kind {
            BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => walk_blocks(inner, visit),
            BlockKind::Fold(fold) => walk_blocks(&fold.blocks, visit),
            BlockKind::List(list) => list.items.iter().for_each(|item| walk_blocks(&item.blocks, visit)),
            BlockKind::Definitions(definitions) => {
                definitions.iter().for_each(|definition| walk_blocks(&definition.details, visit));
            }
            _ => {}
        }
    }
}

/// Visits every block for changing it, outer ones first.
pub fn walk_blocks_mut(blocks: &mut [Block], visit: &mut dyn FnMut(&mut Block)) {
    for block in blocks {
        visit(block);
        match &mut block.kind {
            BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => walk_blocks_mut(inner, visit),
            BlockKind::Fold(fold) => walk_blocks_mut(&mut fold.blocks, visit),
            BlockKind::List(list) => list.items.iter_mut().for_each(|item| walk_blocks_mut(&mut item.blocks, visit)),
            BlockKind::Definitions(definitions) => {
                definitions.iter_mut().for_each(|definition| walk_blocks_mut(&mut definition.details, visit));
            }
            _ => {}
        }
    }
}

/// Visits every inline of every block, outer ones first.
pub fn walk_inlines<'a>(blocks: &'a [Block], visit: &mut dyn FnMut(&'a Inline)) {
    walk_blocks(blocks, &mut |block| match &block.kind {
        BlockKind::Heading(heading) => walk_line(&heading.content, visit),
        BlockKind::Paragraph(content) => walk_line(content, visit),
        BlockKind::Table(table) => table.lines().for_each(|line| walk_line(line, visit)),
        BlockKind::Definitions(definitions) => {
            definitions.iter().for_each(|definition| walk_line(&definition.term, visit));
        }
        BlockKind::Fold(fold) => walk_line(&fold.summary, visit),
        _ => {}
    });
}

/// Visits every inline of a line, outer ones first.
pub fn walk_line<'a>(line: &'a [Inline], visit: &mut dyn FnMut(&'a Inline)) {
    for inline in line {
        visit(inline);
        match &inline.kind {
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Styled(_, inner) => {
                walk_line(inner, visit);
            }
            InlineKind::Link(link) => walk_line(&link.content, visit),
            _ => {}
        }
    }
}

/// Changes every inline of every block, inner ones first.
pub fn map_inlines(blocks: &mut [Block], change: &mut dyn FnMut(&mut Inline)) {
    map_some_inlines(blocks, &|_| true, change);
}

/// The same where a paragraph or a table has an inline that is wanted; the others stay shared.
pub fn map_some_inlines(blocks: &mut [Block], wanted: &dyn Fn(&Inline) -> bool, change: &mut dyn FnMut(&mut Inline)) {
    for block in blocks {
        match &mut block.kind {
            BlockKind::Heading(heading) => map_line(&mut heading.content, change),
            BlockKind::Paragraph(content) => {
                if has_inline(content, wanted) {
                    map_line(Arc::make_mut(content).as_mut_slice(), change);
                }
            }
            BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => map_some_inlines(inner, wanted, change),
            BlockKind::List(list) => {
                list.items.iter_mut().for_each(|item| map_some_inlines(&mut item.blocks, wanted, change));
            }
            BlockKind::Table(table) => {
                if table.lines().any(|line| has_inline(line, wanted)) {
                    Arc::make_mut(table).lines_mut().for_each(|line| map_line(line, change));
                }
            }
            BlockKind::Definitions(definitions) => {
                for definition in definitions {
                    map_line(&mut definition.term, change);
                    map_some_inlines(&mut definition.details, wanted, change);
                }
            }
            BlockKind::Fold(fold) => {
                map_line(&mut fold.summary, change);
                map_some_inlines(&mut fold.blocks, wanted, change);
            }
            BlockKind::Code(_)
            | BlockKind::Figure(_)
            | BlockKind::Diagram(_)
            | BlockKind::Math(_)
            | BlockKind::Rule
            | BlockKind::Html(_) => {}
        }
    }
}

/// Whether a line has an inline that is wanted.
fn has_inline(line: &[Inline], wanted: &dyn Fn(&Inline) -> bool) -> bool {
    let mut found = false;
    walk_line(line, &mut |inline| found = found || wanted(inline));
    found
}

/// Changes every inline of a line, inner ones first.
pub fn map_line(line: &mut [Inline], change: &mut dyn FnMut(&mut Inline)) {
    for inline in line {
        match &mut inline.kind {
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Styled(_, inner) => {
                map_line(inner, change);
            }
            InlineKind::Link(link) => map_line(&mut link.content, change),
            _ => {}
        }
        change(inline);
    }
}

/// The text of a line without its markup.
#[must_use]
pub fn plain(line: &[Inline]) -> String {
    let mut text = String::new();
    walk_plain(line, &mut |part| text.push_str(part));
    text
}

/// Visits the parts of [`plain`] in order.
fn walk_plain(line: &[Inline], visit: &mut dyn FnMut(&str)) {
    walk_line(line, &mut |inline| match &inline.kind {
        InlineKind::Text(part) | InlineKind::Code(part) => visit(part),
        InlineKind::Image(image) => visit(&image.alt),
        InlineKind::Math(math) => visit(&math.latex),
        InlineKind::SoftBreak | InlineKind::HardBreak => visit(" "),
        _ => {}
    });
}

/// The words that a reader sees in some blocks: everything but code blocks and headings.
#[must_use]
pub fn prose(blocks: &[Block]) -> String {
    let mut text = String::new();
    walk_prose(blocks, &mut |part| text.push_str(part));
    text
}

/// Visits the parts of [`prose`] in order.
pub fn walk_prose(blocks: &[Block], visit: &mut dyn FnMut(&str)) {
    walk_blocks(blocks, &mut |block| {
        let mut add = |line: &[Inline]| {
            walk_plain(line, visit);
            visit("\n");
        };
        match &block.kind {
            BlockKind::Paragraph(line) => add(line),
            BlockKind::Table(table) => {
                add(&table.caption);
                table.rows.iter().flatten().for_each(|cell| add(cell));
            }
            BlockKind::Definitions(definitions) => definitions.iter().for_each(|definition| add(&definition.term)),
            BlockKind::Fold(fold) => add(&fold.summary),
            _ => {}
        }
    });
}

/// The anchor of a heading's text, as GitHub makes it: lower case, punctuation dropped, spaces to hyphens.
#[must_use]
pub fn slug(text: &str) -> String {
    text.trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' | '\u{a0}' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(level: u8, text: &str) -> Block {
        let content = vec![Inline { kind: InlineKind::Text(text.into()), span: None }];
        Block::new(BlockKind::Heading(Box::new(Heading { level, content, ..Heading::default() })), None)
    }

    #[test]
    fn sections_end_at_the_next_heading_of_their_level() {
        let blocks = [heading(2, "a"), heading(3, "b"), Block::new(BlockKind::Rule, None), heading(2, "c")];
        let lengths: Vec<_> = sections(&blocks).iter().map(|section| section.body.len()).collect();
        assert_eq!(lengths, [2, 1, 0]);
    }

    #[test]
    fn slugs_are_those_of_github() {
        assert_eq!(slug("Where the logs are"), "where-the-logs-are");
        assert_eq!(slug("Who decides, and when?"), "who-decides-and-when");
        assert_eq!(slug("CI/CD & more"), "cicd--more");
        assert_eq!(slug("Über uns"), "über-uns");
    }
}
