//! From the tree to HTML.
//!
//! The markup that it writes is a contract with `templates/html/`: classes, roles and ids. Every text
//! is escaped here and nowhere else.

use super::highlight::{Piece, Token, cut, highlight};
use crate::model::difference::Fate;
use crate::model::text::{
    Alignment, Block, BlockKind, Code, Definition, Diagram, Fold, Footnote, Heading, Image, Inline, InlineKind, Link,
    List, ListItem, Mark, Style, Table, Target, plain,
};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// An image as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Where it is, seen from the page.
    pub source: String,
    /// Natural width and height in CSS pixels, if known.
    pub size: Option<(u32, u32)>,
}

/// What surrounds the text: the only things that differ from page to page.
pub trait Surroundings {
    /// Where a link leads, seen from the page; `None` if it leads nowhere.
    fn href(&self, target: &Target) -> Option<String>;
    /// Where an image is, seen from the page; `None` if there is none.
    fn picture(&self, target: &Target) -> Option<Picture>;
    /// A word of the interface.
    fn word(&self, key: &str) -> &str;
    /// The pieces of some code; `None` if its language is not known.
    fn pieces(&self, code: &Code) -> Option<Cow<'_, [Piece]>> {
        highlight(code).map(Cow::Owned)
    }
    /// Markup to stand behind a block that was written at a place: what its author shall see there.
    fn remark(&self, _: Span) -> String {
        String::new()
    }
}

/// Writes blocks and behind them the footnotes that they refer to.
#[must_use]
pub fn write(blocks: &[Block], footnotes: &[Footnote], surroundings: &dyn Surroundings) -> String {
    let notes = footnotes.iter().enumerate().map(|(index, note)| (note.label.as_str(), index + 1)).collect();
    let mut writer = Writer { out: String::new(), surroundings, notes, seen: BTreeMap::new(), level: 1 };
    writer.blocks(blocks);
    writer.footnotes(footnotes);
    writer.out
}

/// Writes a line without block markup, for headings in navigation.
#[must_use]
pub fn write_line(line: &[Inline], surroundings: &dyn Surroundings) -> String {
    let mut writer =
        Writer { out: String::new(), surroundings, notes: BTreeMap::new(), seen: BTreeMap::new(), level: 1 };
    for inline in line {
        match &inline.kind {
            // Navigation is made of links already.
            InlineKind::Link(link) => writer.line(&link.content),
            InlineKind::Footnote(_) => {}
            _ => writer.inline(inline),
        }
    }
    writer.out
}

/// Escapes text for element content and attribute values.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text);
    out
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // What HTML does not allow in text.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => {
                out.push('\u{fffd}');
            }
            c if c as u32 & 0xfffe == 0xfffe => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

struct Writer<'a> {
    out: String,
    surroundings: &'a dyn Surroundings,
    /// Label of a footnote to its number.
    notes: BTreeMap<&'a str, usize>,
    /// How often each footnote was referred to so far.
    seen: BTreeMap<usize, usize>,
    /// The level of the last heading.
    level: u8,
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &str) {
        push_escaped(&mut self.out, text);
    }

    /// Writes formatted markup; a `String` never refuses.
    fn put(&mut self, markup: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(markup);
    }

    fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            self.block(block);
            self.remark(block.span);
        }
    }

    /// Inner blocks come first: a remark stands as near to its place as it can.
    fn remark(&mut self, span: Option<Span>) {
        if let Some(span) = span {
            self.out.push_str(&self.surroundings.remark(span));
        }
    }

    /// A block, with a bar beside it where it is not as it was.
    fn block(&mut self, block: &'a Block) {
        let Some(change) = block.change else { return self.plain_block(block) };
        let (class, word) = (change.as_str(), self.change_word(change));
        self.put(format_args!("<div class=\"change {class}\" role=\"group\" aria-label=\"{word}\">"));
        self.plain_block(block);
        self.out.push_str("</div>\n");
    }

    /// The word for what became of something since an earlier edition.
    fn change_word(&self, change: Fate) -> String {
        escape(self.surroundings.word(match change {
            Fate::Added => "changes_bar_added",
            Fate::Removed => "changes_bar_removed",
            Fate::Changed => "changes_bar_changed",
        }))
    }

    /// The class and the words for a row or an item that is not as it was.
    fn change_mark(&self, change: Option<Fate>) -> (String, String) {
        let Some(change) = change else { return (String::new(), String::new()) };
        let word = self.change_word(change);
        (format!(" class=\"change {}\"", change.as_str()), format!("<span class=\"visually-hidden\">{word}: </span>"))
    }

    fn plain_block(&mut self, block: &'a Block) {
        match &block.kind {
            BlockKind::Heading(heading) => self.heading(heading),
            BlockKind::Paragraph(line) => self.element("p", line),
            BlockKind::Quote(inner) => {
                self.out.push_str("<blockquote>\n");
                self.blocks(inner);
                self.out.push_str("</blockquote>\n");
            }
            BlockKind::Admonition(kind, inner) => {
                let word = escape(self.surroundings.word(kind.as_str()));
                let class = kind.as_str();
                self.put(format_args!(
                    "<aside class=\"admonition {class}\" aria-label=\"{word}\">\n<p class=\"admonition-title\">{word}</p>\n"
                ));
                self.blocks(inner);
                self.out.push_str("</aside>\n");
            }
            BlockKind::Code(code) => self.code(code),
            BlockKind::List(list) => self.list(list),
            BlockKind::Table(table) => self.table(table),
            BlockKind::Figure(image) => self.figure(image),
            BlockKind::Diagram(diagram) => self.diagram(diagram),
            BlockKind::Definitions(definitions) => self.definitions(definitions),
            BlockKind::Fold(fold) => self.fold(fold),
            BlockKind::Math(math) => {
                self.out.push_str("<div class=\"math\" tabindex=\"0\">");
                super::math::write(&mut self.out, math);
                self.out.push_str("</div>\n");
            }
            BlockKind::Rule => self.out.push_str("<hr>\n"),
            BlockKind::Html(_) => {}
        }
    }

    fn fold(&mut self, fold: &'a Fold) {
        self.out.push_str(if fold.open { "<details open>" } else { "<details>" });
        self.out.push_str("<summary>");
        if plain(&fold.summary).trim().is_empty() {
            let word = self.surroundings.word("details").to_owned();
            self.text(if word.is_empty() { "…" } else { &word });
        } else {
            self.line(&fold.summary);
        }
        self.out.push_str("</summary>\n");
        self.blocks(&fold.blocks);
        self.out.push_str("</details>\n");
    }

    fn element(&mut self, name: &str, line: &'a [Inline]) {
        self.put(format_args!("<{name}>"));
        self.line(line);
        self.put(format_args!("</{name}>\n"));
    }

    fn heading(&mut self, heading: &'a Heading) {
        let id = escape(&heading.id);
        if id.is_empty() {
            // A heading in a quotation or a list is no section of the document.
            let level = heading.level.clamp(2, 6);
            self.put(format_args!("<p class=\"heading heading-{level}\">"));
            self.line(&heading.content);
            return self.out.push_str("</p>\n");
        }
        self.level = heading_level(heading.level, self.level);
        let level = self.level;
        self.put(format_args!("<h{level} id=\"{id}\">"));
        if !heading.number.is_empty() {
            let number = escape(&heading.number);
            self.put(format_args!("<span class=\"number\">{number}</span> "));
        }
        if plain(&heading.content).trim().is_empty() {
            self.out.push('–');
        } else {
            self.line(&heading.content);
        }
        let label = format!("{}: {}", self.surroundings.word("link_to_section"), plain(&heading.content));
        let label = escape(&label);
        self.put(format_args!(" <a class=\"anchor\" href=\"#{id}\" aria-label=\"{label}\">#</a></h{level}>\n"));
    }

    fn code(&mut self, code: &Code) {
        self.out.push_str("<div class=\"code\"");
        if let Some(language) = &code.language {
            let language = escape(language);
            self.put(format_args!(" data-lang=\"{language}\""));
        }
        self.out.push_str("><pre tabindex=\"0\"><code>");
        match self.surroundings.pieces(code) {
            None => self.text(&code.text),
            Some(pieces) => cut(&code.text, &pieces).for_each(|(token, text)| self.token(token, text)),
        }
        self.out.push_str("</code></pre></div>\n");
    }

    fn token(&mut self, token: Option<Token>, text: &str) {
        match token {
            None => self.text(text),
            Some(token) => {
                self.put(format_args!("<span class=\"{}\">", token.class()));
                self.text(text);
                self.out.push_str("</span>");
            }
        }
    }

    fn list(&mut self, list: &'a List) {
        let is_tasks = list.items.iter().any(|item| item.checked.is_some());
        let name = if list.start.is_some() { "ol" } else { "ul" };
        self.put(format_args!("<{name}"));
        if is_tasks {
            self.out.push_str(" class=\"tasks\"");
        }
        if let Some(start) = list.start.filter(|&start| start != 1) {
            // The attribute is a signed 32-bit number.
            let start = start.min(i32::MAX as u64);
            self.put(format_args!(" start=\"{start}\""));
        }
        self.out.push_str(">\n");
        list.items.iter().for_each(|item| self.item(item, list.tight));
        self.put(format_args!("</{name}>\n"));
    }

    fn item(&mut self, item: &'a ListItem, tight: bool) {
        let first = item.blocks.first().filter(|block| tight && matches!(block.kind, BlockKind::Paragraph(_)));
        let (class, words) = self.change_mark(first.and_then(|block| block.change));
        self.put(format_args!("<li{class}>{words}"));
        if let Some(checked) = item.checked {
            let word = escape(self.surroundings.word(if checked { "task_done" } else { "task_open" }));
            let attribute = if checked { " checked" } else { "" };
            self.put(format_args!("<input type=\"checkbox\" disabled{attribute} aria-label=\"{word}\"> "));
        }
        for block in &item.blocks {
            match &block.kind {
                BlockKind::Paragraph(line) if tight => {
                    self.line(line);
                    self.out.push('\n');
                }
                _ => self.block(block),
            }
            self.remark(block.span);
        }
        self.out.push_str("</li>\n");
    }

    fn table(&mut self, table: &'a Table) {
        // A table that is wider than the page is scrolled, by the keyboard too. It is no landmark: a page
        // has many, and their names would not differ.
        let columns: Vec<String> =
            table.header.iter().map(|cell| plain(cell)).filter(|name| !name.is_empty()).collect();
        let name = if table.mark.label.is_empty() { self.surroundings.word("table") } else { &table.mark.label };
        let words = if table.caption.is_empty() { columns.join(", ") } else { plain(&table.caption) };
        let label = escape(&format!("{name}: {words}"));
        let class = if table.is_form() { " class=\"form\"" } else { "" };
        let id = id_attribute(&table.mark);
        self.put(format_args!(
            "<div class=\"table\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\"><table{class}{id}>\n"
        ));
        self.caption("caption", &table.mark, |writer| writer.line(&table.caption));
        let is_blank = |cell: &[Inline]| plain(cell).trim().is_empty();
        if table.header.iter().any(|cell| !is_blank(cell)) {
            let (class, mut words) = self.change_mark(table.changes.first().copied().flatten());
            self.put(format_args!("<thead>\n<tr{class}>"));
            for (index, cell) in table.header.iter().enumerate() {
                // A head without a word names nothing.
                let (open, name) = if is_blank(cell) { ("td", "td") } else { ("th scope=\"col\"", "th") };
                self.cell(open, name, table.alignments.get(index), &std::mem::take(&mut words), cell);
            }
            self.out.push_str("</tr>\n</thead>\n");
        }
        self.out.push_str("<tbody>\n");
        for (at, row) in table.rows.iter().enumerate() {
            let (class, mut words) = self.change_mark(table.changes.get(at + 1).copied().flatten());
            self.put(format_args!("<tr{class}>"));
            for (index, cell) in row.iter().enumerate() {
                self.cell("td", "td", table.alignments.get(index), &std::mem::take(&mut words), cell);
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody>\n</table></div>\n");
    }

    fn cell(&mut self, open: &str, name: &str, alignment: Option<&Alignment>, words: &str, cell: &'a [Inline]) {
        let class = match alignment {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Auto) | None => "",
        };
        self.put(format_args!("<{open}{class}>{words}"));
        self.line(cell);
        self.put(format_args!("</{name}>"));
    }

    fn figure(&mut self, image: &'a Image) {
        let id = id_attribute(&image.mark);
        self.put(format_args!("<figure{id}>"));
        self.image(image);
        self.caption("figcaption", &image.mark, |writer| writer.text(&image.title));
        self.out.push_str("</figure>\n");
    }

    /// The name of a figure or table, and the words of its caption.
    fn caption(&mut self, element: &str, mark: &Mark, words: impl FnOnce(&mut Self)) {
        if mark.label.is_empty() {
            return;
        }
        let label = escape(&mark.label);
        self.put(format_args!("<{element}><span class=\"label\">{label}</span> "));
        let before = self.out.len();
        words(self);
        if self.out.len() == before {
            self.out.pop();
        }
        self.put(format_args!("</{element}>\n"));
    }

    /// The drawing itself, so that it takes the colours of the page; its text alternative is its name.
    fn diagram(&mut self, diagram: &Diagram) {
        let id = id_attribute(&diagram.mark);
        self.put(format_args!("<figure class=\"diagram\" tabindex=\"0\"{id}>"));
        let alt = escape(&diagram.alt);
        let label = format!("<svg role=\"img\" aria-label=\"{alt}\"");
        self.out.push_str(&diagram.painting.drawing().svg.replacen("<svg", &label, 1));
        self.caption("figcaption", &diagram.mark, |writer| writer.text(&diagram.title));
        self.out.push_str("</figure>\n");
    }

    fn image(&mut self, image: &Image) {
        let alt = escape(&image.alt);
        match self.surroundings.picture(&image.target) {
            None => self.text(&image.alt),
            Some(picture) => {
                let source = escape(&picture.source);
                self.put(format_args!("<img src=\"{source}\" alt=\"{alt}\""));
                if let Some((width, height)) = picture.size.map(|size| scaled(size, image.width)) {
                    self.put(format_args!(" width=\"{width}\" height=\"{height}\""));
                } else if let Some(width) = image.width {
                    self.put(format_args!(" width=\"{width}\""));
                }
                self.out.push('>');
            }
        }
    }

    fn definitions(&mut self, definitions: &'a [Definition]) {
        self.out.push_str("<dl>\n");
        for definition in definitions {
            self.element("dt", &definition.term);
            self.out.push_str("<dd>");
            self.blocks(&definition.details);
            self.out.push_str("</dd>\n");
        }
        self.out.push_str("</dl>\n");
    }

    fn line(&mut self, line: &'a [Inline]) {
        line.iter().for_each(|inline| self.inline(inline));
    }

    fn inline(&mut self, inline: &'a Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::Code(text) => {
                self.out.push_str("<code>");
                self.text(text);
                self.out.push_str("</code>");
            }
            InlineKind::Emphasis(inner) => self.inside("em", inner),
            InlineKind::Strong(inner) => self.inside("strong", inner),
            InlineKind::Strikethrough(inner) => self.inside("del", inner),
            InlineKind::Styled(style @ (Style::Added | Style::Removed), inner) => {
                let (name, class) = (style.element(), if *style == Style::Added { "added" } else { "removed" });
                self.put(format_args!("<{name} class=\"{class}\">"));
                self.line(inner);
                self.put(format_args!("</{name}>"));
            }
            InlineKind::Styled(style, inner) => self.inside(style.element(), inner),
            InlineKind::Math(math) => super::math::write(&mut self.out, math),
            InlineKind::Link(link) => self.link(link),
            InlineKind::Image(image) => self.image(image),
            InlineKind::SoftBreak => self.out.push('\n'),
            InlineKind::HardBreak => self.out.push_str("<br>\n"),
            InlineKind::Footnote(label) => self.footnote_reference(label),
            InlineKind::Html(_) => {}
        }
    }

    fn inside(&mut self, name: &str, line: &'a [Inline]) {
        self.put(format_args!("<{name}>"));
        self.line(line);
        self.put(format_args!("</{name}>"));
    }

    fn link(&mut self, link: &'a Link) {
        let Some(href) = self.surroundings.href(&link.target) else {
            return self.line(&link.content);
        };
        let href = escape(&href);
        self.put(format_args!("<a href=\"{href}\""));
        if !link.title.is_empty() {
            let title = escape(&link.title);
            self.put(format_args!(" title=\"{title}\""));
        }
        self.out.push('>');
        self.line(&link.content);
        self.out.push_str("</a>");
    }

    fn footnote_reference(&mut self, label: &str) {
        let Some(&number) = self.notes.get(label) else { return };
        let count = self.seen.entry(number).or_default();
        *count += 1;
        let id = reference_id(number, *count);
        self.put(format_args!(
            "<sup class=\"footnote\"><a href=\"#fn-{number}\" id=\"{id}\" role=\"doc-noteref\">{number}</a></sup>"
        ));
    }

    fn footnotes(&mut self, footnotes: &'a [Footnote]) {
        if footnotes.is_empty() {
            return;
        }
        let title = escape(self.surroundings.word("footnotes"));
        let back = escape(self.surroundings.word("back_to_text"));
        self.put(format_args!(
            "<section class=\"footnotes\" role=\"doc-endnotes\">\n<h2 class=\"visually-hidden\">{title}</h2>\n<ol>\n"
        ));
        for (index, note) in footnotes.iter().enumerate() {
            let number = index + 1;
            self.put(format_args!("<li id=\"fn-{number}\">"));
            self.blocks(&note.blocks);
            for count in 1..=self.seen.get(&number).copied().unwrap_or_default() {
                let id = reference_id(number, count);
                self.put(format_args!("<a href=\"#{id}\" role=\"doc-backlink\" aria-label=\"{back} {number}\">↩</a> "));
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ol>\n</section>\n");
    }
}

/// The level at which a heading is shown: the title has level 1, and no level is left out.
#[must_use]
pub fn heading_level(written: u8, last: u8) -> u8 {
    written.clamp(2, 6).min(last + 1)
}

/// Width and height of an image, by its natural size and the width that its author wants.
#[must_use]
pub fn scaled((width, height): (u32, u32), wanted: Option<u32>) -> (u32, u32) {
    match wanted {
        None => (width, height),
        Some(wanted) => {
            let scaled = u64::from(height) * u64::from(wanted) / u64::from(width.max(1));
            (wanted, u32::try_from(scaled).unwrap_or(u32::MAX).max(1))
        }
    }
}

/// The anchor of a figure or table as an attribute.
fn id_attribute(mark: &Mark) -> String {
    if mark.id.is_empty() { String::new() } else { format!(" id=\"{}\"", escape(&mark.id)) }
}

/// The anchor of the `count`-th reference to a footnote.
fn reference_id(number: usize, count: usize) -> String {
    if count == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{count}") }
}
