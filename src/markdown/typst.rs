//! From the tree to Typst.
//!
//! Every text becomes a string literal in a call, so nothing that an author writes can act as Typst
//! source: only `\` and `"` need escaping. The functions that are called are those of
//! `templates/pdf/theme.typ`.

use crate::model::text::{
    Alignment, Block, BlockKind, Definition, Diagram, Footnote, Image, Inline, InlineKind, Link, List, Table, Target,
    plain,
};
use crate::source::Span;
use std::fmt::Write;

/// Where a link leads in a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A label in the same PDF.
    Label(String),
    /// A URL, or another file.
    External(String),
}

/// What surrounds the text: the only things that differ from PDF to PDF.
pub trait Surroundings {
    /// Where a link leads; `None` if it leads nowhere.
    fn destination(&self, target: &Target) -> Option<Destination>;
    /// Where an image is in Typst's world; `None` if there is none.
    fn picture(&self, target: &Target) -> Option<String>;
    /// The label of an anchor in this document.
    fn label(&self, anchor: &str) -> String;
    /// A word of the interface.
    fn word(&self, key: &str) -> &str;
    /// The character to show for one that was written at a place: itself if a font has it.
    fn glyph(&self, c: char, span: Option<Span>) -> char;
}

/// Typst source, and where each part of it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// The source.
    pub text: String,
    /// Offsets in `text`, ascending, each with the place in the Markdown that is written from there on.
    pub places: Vec<(usize, Span)>,
}

impl Source {
    /// Appends source that does not come from Markdown.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a text as a string literal.
    pub fn push_literal(&mut self, text: &str) {
        literal(&mut self.text, text);
    }

    /// The place in the Markdown that the source at an offset was written from.
    #[must_use]
    pub fn place(&self, offset: usize) -> Option<Span> {
        let after = self.places.partition_point(|(start, _)| *start <= offset);
        after.checked_sub(1).map(|index| self.places[index].1)
    }
}

/// Appends blocks to some source.
pub fn write(source: &mut Source, blocks: &[Block], footnotes: &[Footnote], surroundings: &dyn Surroundings) {
    Writer { source, footnotes, surroundings }.blocks(blocks);
}

/// A text as a Typst string literal.
pub fn literal(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '\\' | '"' => out.extend(['\\', c]),
            // Typst would break the line or refuse; a reader would see a space.
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if c.is_control() && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Where the drawing of a diagram lies in Typst's world.
#[must_use]
pub fn diagram_path(id: &str) -> String {
    format!("/diagrams/{id}.svg")
}

struct Writer<'a> {
    source: &'a mut Source,
    footnotes: &'a [Footnote],
    surroundings: &'a dyn Surroundings,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.source.text.push_str(text);
    }

    /// A text as a string literal, every character one that a font has.
    fn string(&mut self, text: &str) {
        if text.is_ascii() {
            return literal(&mut self.source.text, text);
        }
        let span = self.source.places.last().map(|(_, span)| *span);
        let shown: String = text.chars().map(|c| self.surroundings.glyph(c, span)).collect();
        literal(&mut self.source.text, &shown);
    }

    /// Code as a string literal: line breaks are kept.
    fn code(&mut self, text: &str) {
        for (index, line) in text.lines().enumerate() {
            self.put(if index == 0 { "" } else { "+\"\\n\"+" });
            self.string(line);
        }
        if text.is_empty() {
            self.put("\"\"");
        }
    }

    fn mark(&mut self, span: Option<Span>) {
        if let Some(span) = span {
            self.source.places.push((self.source.text.len(), span));
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.mark(block.span);
            self.block(&block.kind);
        }
    }

    fn block(&mut self, kind: &BlockKind) {
        match kind {
            BlockKind::Heading(heading) => {
                let label = self.surroundings.label(&heading.id);
                let _ = write!(self.source.text, "#section({},", heading.level.clamp(2, 6));
                self.string(&heading.number);
                self.put(",");
                self.string(&label);
                self.put(")");
                self.content(&heading.content);
                self.put(";\n");
            }
            BlockKind::Paragraph(line) => {
                self.put("#par");
                self.content(line);
                self.put(";\n");
            }
            BlockKind::Quote(inner) => {
                self.put("#blockquote");
                self.nested(inner);
                self.put(";\n");
            }
            BlockKind::Admonition(kind, inner) => {
                self.put("#admonition(");
                self.string(kind.as_str());
                self.put(",");
                let word = self.surroundings.word(kind.as_str()).to_owned();
                self.string(&word);
                self.put(")");
                self.nested(inner);
                self.put(";\n");
            }
            BlockKind::Code(code) => {
                self.put("#codeblock(");
                self.code(&code.text);
                self.put(",");
                match &code.language {
                    Some(language) => self.string(language),
                    None => self.put("none"),
                }
                self.put(");\n");
            }
            BlockKind::List(list) => self.list(list),
            BlockKind::Table(table) => self.table(table),
            BlockKind::Figure(image) => self.figure(image),
            BlockKind::Diagram(diagram) => self.diagram(diagram),
            BlockKind::Definitions(definitions) => self.definitions(definitions),
            BlockKind::Rule => self.put("#separator();\n"),
            BlockKind::Html(_) => {}
        }
    }

    /// Blocks in brackets.
    fn nested(&mut self, blocks: &[Block]) {
        self.put("[");
        self.blocks(blocks);
        self.put("]");
    }

    /// A line in brackets.
    fn content(&mut self, line: &[Inline]) {
        self.put("[");
        line.iter().for_each(|inline| self.inline(inline));
        self.put("]");
    }

    fn list(&mut self, list: &List) {
        let is_tasks = list.start.is_none() && list.items.iter().any(|item| item.checked.is_some());
        let _ = match (is_tasks, list.start) {
            (true, _) => write!(self.source.text, "#tasks({}", list.tight),
            (false, None) => write!(self.source.text, "#bullets({}", list.tight),
            (false, Some(start)) => write!(self.source.text, "#numbered({},{start}", list.tight),
        };
        for item in &list.items {
            self.put(",");
            match item.checked {
                Some(checked) if is_tasks => {
                    let _ = write!(self.source.text, "({checked},");
                    self.item(&item.blocks, list.tight);
                    self.put(")");
                }
                None if is_tasks => {
                    self.put("(false,");
                    self.item(&item.blocks, list.tight);
                    self.put(")");
                }
                Some(checked) => {
                    let _ = write!(self.source.text, "[#checkbox({checked}); ");
                    self.item_body(&item.blocks, list.tight);
                    self.put("]");
                }
                None => self.item(&item.blocks, list.tight),
            }
        }
        self.put(");\n");
    }

    fn item(&mut self, blocks: &[Block], tight: bool) {
        self.put("[");
        self.item_body(blocks, tight);
        self.put("]");
    }

    /// The first paragraph of an item stands in its line, so that mark and text share it.
    fn item_body(&mut self, blocks: &[Block], tight: bool) {
        for (index, block) in blocks.iter().enumerate() {
            self.mark(block.span);
            match &block.kind {
                BlockKind::Paragraph(line) if index == 0 || tight => {
                    line.iter().for_each(|inline| self.inline(inline));
                    self.put("\n");
                }
                kind => self.block(kind),
            }
        }
    }

    fn table(&mut self, table: &Table) {
        self.put(if table.is_form() { "#formtable((" } else { "#datatable((" });
        for alignment in &table.alignments {
            self.put(match alignment {
                Alignment::Auto => "auto,",
                Alignment::Left => "left,",
                Alignment::Center => "center,",
                Alignment::Right => "right,",
            });
        }
        self.put("),(");
        for column in 0..table.header.len() {
            let _ = write!(self.source.text, "{},", weight(table, column));
        }
        self.put("),(");
        for cell in &table.header {
            self.content(cell);
            self.put(",");
        }
        self.put(")");
        for row in &table.rows {
            for cell in row {
                self.put(",");
                self.content(cell);
            }
            self.put("\n");
        }
        self.put(");\n");
    }

    fn figure(&mut self, image: &Image) {
        let Some(path) = self.surroundings.picture(&image.target) else {
            self.put("#par[#");
            self.string(&image.alt);
            return self.put(";];\n");
        };
        self.put("#picture(");
        self.string(&path);
        self.put(",");
        self.string(&image.alt);
        self.put(",");
        if image.title.is_empty() {
            self.put("none");
        } else {
            self.put("[#");
            self.string(&image.title);
            self.put(";]");
        }
        self.put(");\n");
    }

    /// A picture at the place where `render` puts the drawing.
    fn diagram(&mut self, diagram: &Diagram) {
        self.put("#picture(");
        self.string(&diagram_path(&diagram.id));
        self.put(",");
        self.string(&diagram.alt);
        self.put(",");
        if diagram.title.is_empty() {
            self.put("none");
        } else {
            self.put("[#");
            self.string(&diagram.title);
            self.put(";]");
        }
        self.put(");\n");
    }

    fn definitions(&mut self, definitions: &[Definition]) {
        self.put("#deflist(");
        for definition in definitions {
            self.put("(");
            self.content(&definition.term);
            self.put(",");
            self.nested(&definition.details);
            self.put("),");
        }
        self.put(");\n");
    }

    fn inline(&mut self, inline: &Inline) {
        self.mark(inline.span);
        match &inline.kind {
            InlineKind::Text(text) => {
                self.put("#");
                self.string(text);
                self.put(";");
            }
            InlineKind::Code(text) => {
                self.put("#code(");
                self.string(text);
                self.put(");");
            }
            InlineKind::Emphasis(inner) => self.call("emph", inner),
            InlineKind::Strong(inner) => self.call("strong", inner),
            InlineKind::Strikethrough(inner) => self.call("strike", inner),
            InlineKind::Link(link) => self.link(link),
            InlineKind::Image(image) => self.inline_image(image),
            InlineKind::SoftBreak => self.put(" "),
            InlineKind::HardBreak => self.put("#linebreak();"),
            InlineKind::Footnote(label) => self.footnote(label),
            InlineKind::Html(_) => {}
        }
    }

    fn call(&mut self, name: &str, line: &[Inline]) {
        self.put("#");
        self.put(name);
        self.content(line);
        self.put(";");
    }

    fn link(&mut self, link: &Link) {
        match self.surroundings.destination(&link.target) {
            None => link.content.iter().for_each(|inline| self.inline(inline)),
            Some(destination) => {
                let (name, address) = match &destination {
                    Destination::Label(label) => ("#to(", label),
                    Destination::External(url) => ("#ext(", url),
                };
                self.put(name);
                self.string(address);
                self.put(")");
                self.content(&link.content);
                self.put(";");
            }
        }
    }

    fn inline_image(&mut self, image: &Image) {
        match self.surroundings.picture(&image.target) {
            None => {
                self.put("#");
                self.string(&image.alt);
                self.put(";");
            }
            Some(path) => {
                self.put("#inlinepicture(");
                self.string(&path);
                self.put(",");
                self.string(&image.alt);
                self.put(");");
            }
        }
    }

    fn footnote(&mut self, label: &str) {
        let footnotes = self.footnotes;
        let Some(note) = footnotes.iter().find(|note| note.label == label) else { return };
        // A footnote that refers to a footnote would never end.
        let outer = std::mem::take(&mut self.footnotes);
        self.put("#footnote[");
        self.item_body(&note.blocks, true);
        self.put("];");
        self.footnotes = outer;
    }
}

/// How many characters a cell of a column typically has; the layout shares the width by it.
fn weight(table: &Table, column: usize) -> usize {
    let length = |cell: Option<&Vec<Inline>>| cell.map_or(0, |cell| plain(cell).chars().count());
    let total: usize = table.rows.iter().map(|row| length(row.get(column))).sum();
    let mean = total / table.rows.len().max(1);
    mean.max(length(table.header.get(column))).clamp(1, 200)
}
