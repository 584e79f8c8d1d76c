//! What is being built while Markdown and raw HTML are read: one frame for each open construct.

use crate::model::text::{Block, Definition, Inline, ListItem, Style, Table};
use std::ops::Range;

/// What a frame builds.
pub(super) enum Kind {
    Root,
    /// Adds nothing of its own: its content goes to the frame around it.
    Transparent,
    Paragraph,
    Heading {
        level: u8,
        id: Option<String>,
    },
    Quote,
    Admonition(crate::model::text::Admonition),
    Code {
        language: Option<String>,
        text: String,
    },
    /// A block of raw HTML, and where each of its lines begins: there and in the file.
    HtmlBlock {
        html: String,
        lines: Vec<(usize, usize)>,
    },
    List {
        start: Option<u64>,
        items: Vec<ListItem>,
        loose: bool,
    },
    Item {
        checked: Option<bool>,
        loose: bool,
    },
    Table(Table),
    Row(Vec<Vec<Inline>>),
    Cell,
    Definitions(Vec<Definition>),
    Term,
    Details,
    Footnote(String),
    Emphasis,
    Strong,
    Strikethrough,
    Link {
        target: String,
        title: String,
    },
    Image {
        target: String,
        title: String,
    },
    /// Text in a style that only HTML has.
    Styled(Style),
    /// `<code>`: in a line, or in a `<pre>`.
    HtmlCode {
        language: Option<String>,
    },
    /// `<p>`, `<div>` and the like: holds blocks, adds nothing of its own.
    Box,
    Fold {
        summary: Vec<Inline>,
        open: bool,
    },
    Summary,
    Preformatted {
        language: Option<String>,
    },
    HtmlTable {
        rows: Vec<HtmlRow>,
        caption: Vec<Inline>,
        id: Option<String>,
    },
    /// `<figure>`: an image or a table with its caption.
    HtmlFigure {
        caption: Vec<Inline>,
        id: Option<String>,
    },
    Caption,
    HtmlRow(HtmlRow),
    HtmlCell {
        is_head: bool,
        columns: usize,
    },
    /// What readers never see: scripts, styles, embedded things.
    Dropped,
}

/// A row of an HTML table.
#[derive(Default)]
pub(super) struct HtmlRow {
    /// The cells; whether each heads its row or column.
    pub cells: Vec<(bool, Vec<Inline>)>,
}

/// An open construct.
pub(super) struct Frame {
    pub kind: Kind,
    pub range: Range<usize>,
    pub blocks: Vec<Block>,
    pub inlines: Vec<Inline>,
    /// The name of the HTML element that opened it; `None` if Markdown did.
    pub element: Option<String>,
}

impl Frame {
    pub(super) fn new(kind: Kind, range: Range<usize>) -> Self {
        Self { kind, range, blocks: Vec::new(), inlines: Vec::new(), element: None }
    }

    /// Whether loose inlines in it become a paragraph.
    pub(super) fn holds_blocks(&self) -> bool {
        matches!(
            self.kind,
            Kind::Root
                | Kind::Quote
                | Kind::Admonition(_)
                | Kind::Item { .. }
                | Kind::Details
                | Kind::Footnote(_)
                | Kind::Box
                | Kind::Fold { .. }
                | Kind::HtmlTable { .. }
                | Kind::HtmlFigure { .. }
                | Kind::HtmlRow(_)
                | Kind::HtmlCell { .. }
        ) || self.element.is_some() && matches!(self.kind, Kind::List { .. })
    }

    /// How much it adds to the depth; quotes weigh double, as the PDF's layout nests them deeper.
    pub(super) fn weight(&self) -> usize {
        match self.kind {
            Kind::Root | Kind::Transparent | Kind::Box | Kind::HtmlBlock { .. } | Kind::HtmlFigure { .. } => 0,
            Kind::Quote | Kind::Admonition(_) | Kind::Fold { .. } => 2,
            _ => 1,
        }
    }
}
