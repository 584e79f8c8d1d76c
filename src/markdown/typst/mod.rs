//! From the tree to Typst.
//!
//! Every text becomes a string literal in a call, so nothing that an author writes can act as Typst
//! source: only `\` and `"` need escaping. The functions that are called are those of
//! `templates/pdf/theme.typ`.

mod math;
mod table;

use super::highlight::{Piece, cut, highlight};
use super::html::heading_level;
use crate::model::difference::Fate;
use crate::model::text::{
    Block, BlockKind, Code, Definition, Diagram, Fold, Footnote, Heading, Image, Inline, InlineKind, Link, List, Mark,
    Math, Style, Target, plain, prose,
};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Where a link leads in a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A label in the same PDF.
    Label(String),
    /// A URL, or another file.
    External(String),
}

/// An image as the PDF shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Where it is in Typst's world.
    pub path: String,
    /// Its natural width and height in points.
    pub size: (f64, f64),
}

/// What surrounds the text: the only things that differ from PDF to PDF.
pub trait Surroundings {
    /// Where a link leads; `None` if it leads nowhere.
    fn destination(&self, target: &Target) -> Option<Destination>;
    /// The image that is shown; `None` if there is none.
    fn picture(&self, image: &Image) -> Option<Picture>;
    /// A word of the interface.
    fn word(&self, key: &str) -> &str;
    /// The pieces of some code; `None` if its language is not known.
    fn pieces(&self, code: &Code) -> Option<Cow<'_, [Piece]>> {
        highlight(code).map(Cow::Owned)
    }
    /// The text to show for one that was written at a place: itself if the fonts have it, those for
    /// formulas included or not.
    fn shown(&self, text: &str, span: Option<Span>, in_formula: bool) -> String;
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
    let noted = BTreeSet::new();
    let mut writer =
        Writer { source, footnotes, surroundings, depth: 0, columns: 1, level: 1, longest: LONGEST.0, noted };
    writer.blocks(blocks);
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

/// How many columns a tabulator of code goes to the next multiple of, as `codeblock` of the theme has it.
const TAB: usize = 4;

/// A part of a line of code that begins at a column, with spaces for its tabulators.
fn without_tabs(part: &str, column: usize) -> Cow<'_, str> {
    if !part.contains('\t') {
        return part.into();
    }
    let mut shown = String::with_capacity(part.len() + TAB);
    let mut column = column;
    for c in part.chars() {
        let width = if c == '\t' { TAB - column % TAB } else { 1 };
        shown.extend(std::iter::repeat_n(if c == '\t' { ' ' } else { c }, width));
        column += width;
    }
    shown.into()
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
    /// How many blocks are open around this one.
    depth: usize,
    /// The level of the last heading.
    level: u8,
    /// How many columns share the width here.
    columns: usize,
    /// From this length on a run without a space may be cut, since it may be wider than the page.
    longest: usize,
    /// The footnotes that stand on a page already.
    noted: BTreeSet<&'a str>,
}

/// The longest run without a space that is never cut: in prose; in headings, which are larger, and in links,
/// which often are addresses.
const LONGEST: (usize, usize) = (60, 28);

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
        let shown = self.surroundings.shown(text, span, false);
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

    fn codeblock(&mut self, code: &Code) {
        self.put("#codeblock(");
        self.code(&code.text);
        self.put(",");
        match &code.language {
            Some(language) => self.string(language),
            None => self.put("none"),
        }
        if let Some(pieces) = self.surroundings.pieces(code) {
            self.coloured(&code.text, &pieces);
        }
        self.put(");\n");
    }

    /// The lines of some code in colours, as they are shown.
    fn coloured(&mut self, text: &str, pieces: &[Piece]) {
        self.put(",lines:([");
        let mut column = 0;
        for (token, piece) in cut(text, pieces) {
            for (index, part) in piece.split('\n').enumerate() {
                if index > 0 {
                    self.put("],[");
                    column = 0;
                }
                let part = without_tabs(part.trim_end_matches('\r'), column);
                if part.is_empty() {
                    continue;
                }
                column += part.chars().count();
                self.put("#");
                if let Some(token) = token {
                    let _ = write!(self.source.text, "{}(", token.function());
                }
                self.string(&part);
                self.put(if token.is_some() { ");" } else { ";" });
            }
        }
        self.put("],)");
    }

    fn mark(&mut self, span: Option<Span>) {
        if let Some(span) = span {
            self.source.places.push((self.source.text.len(), span));
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            self.mark(block.span);
            self.placed(blocks, index, block);
        }
    }

    /// A block, as it looks behind and before its neighbours.
    fn placed(&mut self, blocks: &[Block], index: usize, block: &Block) {
        let next = blocks.get(index + 1);
        match &block.kind {
            // A table that gets a page of its own takes its heading along.
            BlockKind::Heading(_) if next.is_some_and(|next| leads(block, next).is_some()) => {}
            // A table may get a page of its own, which no frame can hold: its rows have the bars.
            BlockKind::Table(table) => {
                let before = index.checked_sub(1).and_then(|before| blocks.get(before));
                self.table(table, before.and_then(|before| leads(before, block)), block.change);
            }
            BlockKind::Paragraph(line) if block.change.is_none() && next.is_some_and(|next| leads_to(line, next)) => {
                self.put("#lead");
                self.content(line);
                self.put(";\n");
            }
            kind => self.marked(kind, block.change),
        }
    }

    /// A block, with a bar beside it where it is not as it was.
    fn marked(&mut self, kind: &BlockKind, change: Option<Fate>) {
        let Some(change) = change else { return self.block(kind) };
        let _ = write!(self.source.text, "#changed(\"{}\")[", change.as_str());
        self.block(kind);
        self.put("];\n");
    }

    /// A bar beside the line in which it stands.
    fn bar(&mut self, change: Option<Fate>) {
        if let Some(change) = change {
            let _ = write!(self.source.text, "#changebar(\"{}\");", change.as_str());
        }
    }

    fn block(&mut self, kind: &BlockKind) {
        match kind {
            BlockKind::Heading(heading) => {
                self.heading(heading);
            }
            BlockKind::Paragraph(line) => {
                self.put("#par");
                self.content(line);
                self.put(";\n");
            }
            BlockKind::Quote(inner) => {
                let _ = write!(self.source.text, "#blockquote({})", is_brief(inner));
                self.nested(inner);
                self.put(";\n");
            }
            BlockKind::Admonition(kind, inner) => {
                self.put("#admonition(");
                self.string(kind.as_str());
                self.put(",");
                let word = self.surroundings.word(kind.as_str()).to_owned();
                self.string(&word);
                let _ = write!(self.source.text, ",{})", is_brief(inner));
                self.nested(inner);
                self.put(";\n");
            }
            BlockKind::Code(code) => self.codeblock(code),
            BlockKind::List(list) => self.list(list),
            BlockKind::Table(table) => self.table(table, None, None),
            BlockKind::Figure(image) => self.figure(image),
            BlockKind::Diagram(diagram) => self.diagram(diagram),
            BlockKind::Definitions(definitions) => self.definitions(definitions),
            BlockKind::Fold(fold) => self.fold(fold),
            BlockKind::Math(math) => {
                self.math(math, true);
                self.put("\n");
            }
            BlockKind::Rule => self.put("#separator();\n"),
            BlockKind::Html(_) => {}
        }
    }

    /// Blocks in brackets.
    fn nested(&mut self, blocks: &[Block]) {
        self.depth += 1;
        self.put("[");
        self.blocks(blocks);
        self.put("]");
        self.depth -= 1;
    }

    /// A heading. One in a quotation or a list is no section of the document.
    fn heading(&mut self, heading: &Heading) {
        if heading.id.is_empty() {
            let _ = write!(self.source.text, "#minor({})", heading.level.clamp(2, 6));
        } else {
            self.level = heading_level(heading.level, self.level);
            let _ = write!(self.source.text, "#section({},", self.level);
            self.string(&heading.number);
            self.put(",");
            self.string(&heading.id);
            self.put(")");
        }
        // A heading must not be empty.
        if plain(&heading.content).trim().is_empty() {
            self.put("[–]");
        } else {
            let outer = std::mem::replace(&mut self.longest, LONGEST.1);
            self.content(&heading.content);
            self.longest = outer;
        }
        self.put(";\n");
    }

    fn fold(&mut self, fold: &Fold) {
        self.put("#fold");
        let empty = plain(&fold.summary).trim().is_empty();
        if empty {
            let word = self.surroundings.word("details").to_owned();
            self.put("[#");
            self.string(if word.is_empty() { "–" } else { &word });
            self.put(";]");
        } else {
            self.content(&fold.summary);
        }
        self.nested(&fold.blocks);
        self.put(";\n");
    }

    /// A formula. Its text alternative is the LaTeX that its author wrote.
    fn math(&mut self, math: &Math, block: bool) {
        let Ok(tree) = super::math::tree(math) else {
            self.put("#code(");
            self.string(&math.latex);
            return self.put(");");
        };
        self.put(if block { "#formula(block:true,alt:" } else { "#formula(alt:" });
        self.string(&math.latex);
        self.put(",");
        let span = self.source.places.last().map(|(_, span)| *span);
        let surroundings = self.surroundings;
        let shown = |text: &str| surroundings.shown(text, span, true);
        math::Formula { out: &mut self.source.text, shown: &shown }.root(&tree);
        self.put(");");
    }

    /// A line in brackets.
    fn content(&mut self, line: &[Inline]) {
        self.put("[");
        line.iter().for_each(|inline| self.inline(inline));
        self.put("]");
    }

    fn list(&mut self, list: &List) {
        self.depth += 1;
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
        self.depth -= 1;
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
                    self.bar(block.change);
                    line.iter().for_each(|inline| self.inline(inline));
                    self.put("\n");
                }
                _ => self.marked(&block.kind, block.change),
            }
        }
    }

    fn figure(&mut self, image: &Image) {
        let Some(picture) = self.surroundings.picture(image) else {
            self.put("#lost(");
            self.string(&image.alt);
            self.put(",");
            self.caption(&image.mark, |writer| writer.title(&image.title));
            return self.put(");\n");
        };
        self.put("#picture(");
        self.picture(&picture, &image.alt);
        self.put(",");
        self.caption(&image.mark, |writer| writer.title(&image.title));
        self.put(");\n");
    }

    /// The drawing, at the place where `render` puts it.
    fn diagram(&mut self, diagram: &Diagram) {
        let points = |pixels: u32| f64::from(pixels) * 0.75;
        let drawing = diagram.painting.drawing();
        let size = (points(drawing.width), points(drawing.height));
        self.put("#picture(");
        self.picture(&Picture { path: diagram_path(&diagram.id), size }, &diagram.alt);
        self.put(",");
        self.caption(&diagram.mark, |writer| writer.title(&diagram.title));
        self.put(");\n");
    }

    /// The argument that names a figure or table: its label, the words of its caption, its anchor.
    fn caption(&mut self, mark: &Mark, words: impl FnOnce(&mut Self)) {
        if mark.label.is_empty() {
            return self.put("none");
        }
        self.put("(");
        self.string(&mark.label);
        self.put(",[");
        words(self);
        self.put("],");
        self.string(&mark.id);
        self.put(")");
    }

    /// A text in content.
    fn title(&mut self, title: &str) {
        self.put("#");
        self.string(title);
        self.put(";");
    }

    /// Path, text alternative and size, as the functions for images take them.
    fn picture(&mut self, picture: &Picture, alt: &str) {
        literal(&mut self.source.text, &picture.path);
        self.put(",");
        self.string(alt);
        let _ = write!(self.source.text, ",{:.1}pt,{:.1}pt", picture.size.0, picture.size.1);
    }

    fn definitions(&mut self, definitions: &[Definition]) {
        self.put("#deflist(");
        for definition in definitions {
            self.put("(");
            self.content(&definition.term);
            // The first paragraph stands in one with the term, so that no page ends between them.
            self.put(",[");
            self.depth += 1;
            self.item_body(&definition.details, false);
            self.depth -= 1;
            self.put("]),");
        }
        self.put(");\n");
    }

    /// A text or code as an expression.
    fn word(&mut self, kind: &InlineKind) {
        let (text, function) = match kind {
            InlineKind::Text(text) if table::longest_run(text) >= self.longest => (text, "run"),
            InlineKind::Text(text) => return self.string(text),
            InlineKind::Code(text) => (text, "code"),
            _ => return,
        };
        self.put(function);
        self.put("(");
        self.string(text);
        self.put(")");
    }

    fn inline(&mut self, inline: &Inline) {
        self.mark(inline.span);
        match &inline.kind {
            InlineKind::Text(_) | InlineKind::Code(_) => {
                self.put("#");
                self.word(&inline.kind);
                self.put(";");
            }
            InlineKind::Emphasis(inner) => self.call("emph", inner),
            InlineKind::Strong(inner) => self.call("strong", inner),
            InlineKind::Strikethrough(inner) => self.call("strike", inner),
            InlineKind::Styled(style, inner) => {
                let name = match style {
                    Style::Superscript => "raised",
                    Style::Subscript => "lowered",
                    Style::Keyboard => "key",
                    Style::Inserted => "inserted",
                    Style::Marked => "marked",
                    Style::Added => "added",
                    Style::Removed => "removed",
                };
                self.call(name, inner);
            }
            InlineKind::Math(math) => self.math(math, false),
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
                let narrower = self.longest.min(LONGEST.1);
                let outer = std::mem::replace(&mut self.longest, narrower);
                self.content(&link.content);
                self.longest = outer;
                self.put(";");
            }
        }
    }

    fn inline_image(&mut self, image: &Image) {
        match self.surroundings.picture(image) {
            None => {
                self.put("#");
                self.string(&image.alt);
                self.put(";");
            }
            Some(picture) => {
                self.put("#inlinepicture(");
                self.picture(&picture, &image.alt);
                let _ = write!(self.source.text, ",{});", self.columns);
            }
        }
    }

    fn footnote(&mut self, label: &str) {
        let footnotes = self.footnotes;
        let Some(note) = footnotes.iter().find(|note| note.label == label) else { return };
        let anchor = format!("fn--{label}");
        if !self.noted.insert(note.label.as_str()) {
            self.put("#again(");
            self.string(&anchor);
            return self.put(");");
        }
        // A footnote that refers to a footnote would never end.
        let outer = std::mem::take(&mut self.footnotes);
        self.put("#note(");
        self.string(&anchor);
        self.put(")[");
        self.item_body(&note.blocks, true);
        self.put("];");
        self.footnotes = outer;
    }
}

/// The heading that goes with the table behind it.
fn leads<'b>(heading: &'b Block, table: &Block) -> Option<&'b Heading> {
    match (&heading.kind, &table.kind) {
        (BlockKind::Heading(inner), BlockKind::Table(_)) if heading.change.is_none() => Some(inner),
        _ => None,
    }
}

/// Whether a short paragraph announces what follows, so that no page ends between them: it ends with a
/// colon, or all of it is strong, as people write headings.
fn leads_to(line: &[Inline], next: &Block) -> bool {
    if matches!(next.kind, BlockKind::Heading(_) | BlockKind::Rule | BlockKind::Html(_)) {
        return false;
    }
    let is_heading = matches!(line, [Inline { kind: InlineKind::Strong(_), .. }]);
    let text = plain(line);
    let announces = text.trim_end().ends_with(':') && !matches!(next.kind, BlockKind::Paragraph(_));
    (is_heading || announces) && text.chars().count() < 240
}

/// Whether blocks are so short that they stay on one page.
fn is_brief(blocks: &[Block]) -> bool {
    blocks.len() <= 6 && prose(blocks).chars().count() < 480
}
