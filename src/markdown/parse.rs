//! From Markdown to the tree: every block and inline with its place in the file.

use crate::finding::Finding;
use crate::model::text::{
    Admonition, Alignment, Block, BlockKind, Code, Definition, Footnote, Heading, Image, Inline, InlineKind, Link,
    List, ListItem, MAX_DEPTH, Table, Target,
};
use crate::source::{FileId, Span};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The slug of the finding about raw HTML that is left out.
pub const DROPPED_HTML: &str = "dropped-html";
/// The slug of the finding about text that is nested too deep.
pub const TOO_DEEP: &str = "too-deep";

/// A parsed text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// The footnotes that it defines.
    pub footnotes: Vec<Footnote>,
}

/// Parses a text that begins at byte `base` of a file.
pub fn parse(text: &str, file: FileId, base: usize, findings: &mut Vec<Finding>) -> Parsed {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    let mut builder =
        Builder { file, base, frames: vec![Frame::new(Kind::Root, 0..0)], findings, footnotes: Vec::new() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.event(event, range);
    }
    let root = builder.close();
    Parsed { blocks: root.blocks, footnotes: builder.footnotes }
}

/// What is being built.
enum Kind {
    Root,
    /// Adds nothing of its own: its content goes to the frame around it.
    Transparent,
    Paragraph,
    Heading {
        level: u8,
        id: Option<String>,
    },
    Quote,
    Admonition(Admonition),
    Code {
        language: Option<String>,
        text: String,
    },
    HtmlBlock(String),
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
}

struct Frame {
    kind: Kind,
    range: Range<usize>,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

impl Frame {
    fn new(kind: Kind, range: Range<usize>) -> Self {
        Self { kind, range, blocks: Vec::new(), inlines: Vec::new() }
    }
}

struct Builder<'a> {
    file: FileId,
    base: usize,
    frames: Vec<Frame>,
    findings: &'a mut Vec<Finding>,
    footnotes: Vec<Footnote>,
}

impl Builder<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start, self.base + range.end)
    }

    fn top(&mut self) -> &mut Frame {
        // The root frame is only popped by `close`, after the last event.
        self.frames.last_mut().expect("the root frame")
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end),
            Event::Code(text) => self.inline(InlineKind::Code(text.into_string()), &range),
            Event::SoftBreak => self.inline(InlineKind::SoftBreak, &range),
            Event::HardBreak => self.inline(InlineKind::HardBreak, &range),
            Event::FootnoteReference(label) => self.inline(InlineKind::Footnote(label.into_string()), &range),
            Event::InlineHtml(html) => self.inline_html(&html, &range),
            Event::Html(html) => self.block_html(&html),
            Event::Rule => self.block(BlockKind::Rule, &range),
            Event::TaskListMarker(done) => {
                if let Kind::Item { checked, .. } = &mut self.top().kind {
                    *checked = Some(done);
                } else if let Some(Frame { kind: Kind::Item { checked, .. }, .. }) = self.frames.iter_mut().nth_back(1)
                {
                    *checked = Some(done);
                }
            }
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text, &range),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let kind = if self.depth() >= MAX_DEPTH && deepens(&tag) {
            self.too_deep(&range);
            Kind::Transparent
        } else {
            self.kind(tag)
        };
        self.frames.push(Frame::new(kind, range));
    }

    fn kind(&mut self, tag: Tag<'_>) -> Kind {
        match tag {
            Tag::Paragraph => {
                if let Kind::Item { loose, .. } = &mut self.top().kind {
                    *loose = true;
                }
                Kind::Paragraph
            }
            Tag::Heading { level, id, .. } => {
                Kind::Heading { level: level as u8, id: id.filter(|id| !id.is_empty()).map(CowStr::into_string) }
            }
            Tag::BlockQuote(None) => Kind::Quote,
            Tag::BlockQuote(Some(kind)) => Kind::Admonition(admonition(kind)),
            Tag::CodeBlock(block) => Kind::Code { language: language(&block), text: String::new() },
            Tag::HtmlBlock => Kind::HtmlBlock(String::new()),
            Tag::List(start) => Kind::List { start, items: Vec::new(), loose: false },
            Tag::Item => Kind::Item { checked: None, loose: false },
            Tag::Table(alignments) => {
                let alignments = alignments.into_iter().map(alignment).collect();
                Kind::Table(Table { alignments, header: Vec::new(), rows: Vec::new() })
            }
            Tag::TableHead | Tag::TableRow => Kind::Row(Vec::new()),
            Tag::TableCell => Kind::Cell,
            Tag::DefinitionList => Kind::Definitions(Vec::new()),
            Tag::DefinitionListTitle => Kind::Term,
            Tag::DefinitionListDefinition => Kind::Details,
            Tag::FootnoteDefinition(label) => Kind::Footnote(label.into_string()),
            Tag::Emphasis => Kind::Emphasis,
            Tag::Strong => Kind::Strong,
            Tag::Strikethrough => Kind::Strikethrough,
            Tag::Link { dest_url, title, .. } => {
                Kind::Link { target: dest_url.into_string(), title: title.into_string() }
            }
            Tag::Image { dest_url, title, .. } => {
                Kind::Image { target: dest_url.into_string(), title: title.into_string() }
            }
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => Kind::Transparent,
        }
    }

    /// How deep the tree is here; quotes weigh double, as the PDF's layout nests them deeper.
    fn depth(&self) -> usize {
        let weight = |frame: &Frame| match frame.kind {
            Kind::Root | Kind::Transparent => 0,
            Kind::Quote | Kind::Admonition(_) => 2,
            _ => 1,
        };
        self.frames.iter().map(weight).sum()
    }

    fn too_deep(&mut self, range: &Range<usize>) {
        let span = self.span(range);
        if self
            .findings
            .iter()
            .any(|finding| finding.rule == TOO_DEEP && finding.span().is_some_and(|at| at.file == span.file))
        {
            return;
        }
        self.findings.push(
            Finding::warning(TOO_DEEP, "the text is nested too deep")
                .at(
                    Span { end: span.start.max(span.end.min(span.start + 1)), ..span },
                    "what begins here is shown one level up",
                )
                .help("use fewer levels of lists and quotations"),
        );
    }

    /// Ends the innermost frame and hands what it built to the one around it.
    fn end(&mut self, end: TagEnd) {
        let frame = self.close();
        let range = frame.range.clone();
        match frame.kind {
            Kind::Root => self.frames.push(frame),
            Kind::Transparent => self.merge(frame),
            Kind::Paragraph => self.paragraph(frame.inlines, &range),
            Kind::Heading { level, id } => {
                let content = trimmed(frame.inlines);
                let heading = Heading { level, explicit_id: id, content, ..Heading::default() };
                self.block(BlockKind::Heading(heading), &range);
            }
            Kind::Quote => self.block(BlockKind::Quote(frame.blocks), &range),
            Kind::Admonition(kind) => self.block(BlockKind::Admonition(kind, frame.blocks), &range),
            Kind::Code { language, mut text } => {
                if text.ends_with('\n') {
                    text.pop();
                }
                self.block(BlockKind::Code(Code { language, text }), &range);
            }
            Kind::HtmlBlock(html) => self.finish_html(html, &range),
            Kind::List { start, items, loose } => {
                self.block(BlockKind::List(List { start, tight: !loose, items }), &range);
            }
            Kind::Item { checked, loose } => self.item(ListItem { checked, blocks: frame.blocks }, loose),
            Kind::Table(table) => self.block(BlockKind::Table(table), &range),
            Kind::Row(cells) => self.row(cells, end == TagEnd::TableHead),
            Kind::Cell => self.cell(frame.inlines),
            Kind::Definitions(definitions) => self.block(BlockKind::Definitions(definitions), &range),
            Kind::Term => self.term(frame.inlines),
            Kind::Details => self.details(frame.blocks),
            Kind::Footnote(label) => {
                let span = Some(self.span(&range));
                self.footnotes.push(Footnote { label, blocks: frame.blocks, span });
            }
            Kind::Emphasis => self.inline(InlineKind::Emphasis(frame.inlines), &range),
            Kind::Strong => self.inline(InlineKind::Strong(frame.inlines), &range),
            Kind::Strikethrough => self.inline(InlineKind::Strikethrough(frame.inlines), &range),
            Kind::Link { target, title } => {
                let link = Link { target: Target::Written(target), title, content: frame.inlines };
                self.inline(InlineKind::Link(link), &range);
            }
            Kind::Image { target, title } => {
                let alt = crate::model::text::plain(&frame.inlines);
                let image = Image { target: Target::Written(target), alt, title };
                self.inline(InlineKind::Image(image), &range);
            }
        }
    }

    /// Takes the innermost frame off the stack, loose inlines in it made a paragraph where blocks are wanted.
    fn close(&mut self) -> Frame {
        self.flush();
        self.frames.pop().expect("every end has its start")
    }

    /// Where a frame holds blocks, inlines that stand in it directly become a paragraph.
    fn flush(&mut self) {
        let holds_blocks = matches!(
            self.top().kind,
            Kind::Root | Kind::Quote | Kind::Admonition(_) | Kind::Item { .. } | Kind::Details | Kind::Footnote(_)
        );
        if !holds_blocks || self.top().inlines.is_empty() {
            return;
        }
        let inlines = std::mem::take(&mut self.top().inlines);
        let spans = || inlines.iter().filter_map(|inline| inline.span);
        let range = spans().next().zip(spans().next_back()).map_or(0..0, |(first, last)| {
            (first.start as usize - self.base)..(last.end as usize).saturating_sub(self.base)
        });
        self.paragraph(inlines, &range);
    }

    fn merge(&mut self, frame: Frame) {
        for block in frame.blocks {
            self.flush();
            self.top().blocks.push(block);
        }
        self.top().inlines.extend(frame.inlines);
    }

    fn block(&mut self, kind: BlockKind, range: &Range<usize>) {
        self.flush();
        let span = Some(self.span(range));
        self.top().blocks.push(Block { kind, span });
    }

    fn inline(&mut self, kind: InlineKind, range: &Range<usize>) {
        let span = Some(self.span(range));
        self.top().inlines.push(Inline { kind, span });
    }

    /// Adds text, joined to the text before it.
    fn text(&mut self, text: &str, range: &Range<usize>) {
        let span = self.span(range);
        let frame = self.top();
        match &mut frame.kind {
            Kind::Code { text: code, .. } | Kind::HtmlBlock(code) => code.push_str(text),
            _ => match frame.inlines.last_mut() {
                Some(Inline { kind: InlineKind::Text(before), span: Some(at) }) => {
                    before.push_str(text);
                    at.end = span.end;
                }
                _ => frame.inlines.push(Inline { kind: InlineKind::Text(text.to_owned()), span: Some(span) }),
            },
        }
    }

    /// A paragraph, or a figure if it is an image and nothing else.
    fn paragraph(&mut self, inlines: Vec<Inline>, range: &Range<usize>) {
        let mut inlines = trimmed(inlines);
        match inlines.pop() {
            None => {}
            Some(Inline { kind: InlineKind::Image(image), .. }) if inlines.is_empty() => {
                self.block_unflushed(BlockKind::Figure(image), range);
            }
            Some(last) => {
                inlines.push(last);
                self.block_unflushed(BlockKind::Paragraph(inlines), range);
            }
        }
    }

    fn block_unflushed(&mut self, kind: BlockKind, range: &Range<usize>) {
        let span = Some(self.span(range));
        self.top().blocks.push(Block { kind, span });
    }

    fn item(&mut self, item: ListItem, item_loose: bool) {
        match &mut self.top().kind {
            Kind::List { items, loose, .. } => {
                *loose |= item_loose;
                items.push(item);
            }
            _ => self.top().blocks.extend(item.blocks),
        }
    }

    fn row(&mut self, cells: Vec<Vec<Inline>>, is_header: bool) {
        match &mut self.top().kind {
            Kind::Table(table) if is_header => table.header = cells,
            Kind::Table(table) => table.rows.push(cells),
            _ => self.top().inlines.extend(cells.into_iter().flatten()),
        }
    }

    fn cell(&mut self, inlines: Vec<Inline>) {
        match &mut self.top().kind {
            Kind::Row(cells) => cells.push(inlines),
            _ => self.top().inlines.extend(inlines),
        }
    }

    fn term(&mut self, term: Vec<Inline>) {
        match &mut self.top().kind {
            Kind::Definitions(definitions) => definitions.push(Definition { term, details: Vec::new() }),
            _ => self.top().inlines.extend(term),
        }
    }

    fn details(&mut self, blocks: Vec<Block>) {
        match &mut self.top().kind {
            Kind::Definitions(definitions) if !definitions.is_empty() => {
                let last = definitions.len() - 1;
                definitions[last].details.extend(blocks);
            }
            _ => self.top().blocks.extend(blocks),
        }
    }

    fn inline_html(&mut self, html: &str, range: &Range<usize>) {
        let tag = html.trim_start_matches(['<', '/']).to_ascii_lowercase();
        if tag.starts_with("br") && tag[2..].trim_matches([' ', '/', '>']).is_empty() {
            self.inline(InlineKind::HardBreak, range);
        } else if !html.starts_with("<!--") {
            self.dropped(html, range);
        }
    }

    fn block_html(&mut self, html: &str) {
        if let Kind::HtmlBlock(text) = &mut self.top().kind {
            text.push_str(html);
        }
    }

    /// A block of HTML: a comment stays for those who look for one, of anything else the text remains.
    fn finish_html(&mut self, html: String, range: &Range<usize>) {
        let is_comment = html.trim_start().starts_with("<!--") && html.trim_end().ends_with("-->");
        if is_comment {
            self.block(BlockKind::Html(html), range);
            return;
        }
        self.dropped(&html, range);
        let text = without_tags(&html);
        if !text.is_empty() {
            let span = Some(self.span(range));
            self.block(BlockKind::Paragraph(vec![Inline { kind: InlineKind::Text(text), span }]), range);
        }
    }

    fn dropped(&mut self, html: &str, range: &Range<usize>) {
        let tag: String = html.trim().chars().take_while(|&c| c != '>' && c != '\n').take(40).collect();
        let span = self.span(range);
        let first_line = html.lines().next().map_or(0, str::len);
        let end = span.start + u32::try_from(first_line).unwrap_or(0);
        if tag.starts_with("</") {
            return;
        }
        self.findings.push(
            Finding::warning(DROPPED_HTML, format!("raw HTML is left out: `{tag}>`"))
                .at(Span { end: end.min(span.end), ..span }, "only its text is kept")
                .help("write it in Markdown"),
        );
    }
}

/// Whether a tag makes the tree deeper; leaves and parts of a table or list that is already there do not.
fn deepens(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Image { .. }
    )
}

fn admonition(kind: BlockQuoteKind) -> Admonition {
    match kind {
        BlockQuoteKind::Note => Admonition::Note,
        BlockQuoteKind::Tip => Admonition::Tip,
        BlockQuoteKind::Important => Admonition::Important,
        BlockQuoteKind::Warning => Admonition::Warning,
        BlockQuoteKind::Caution => Admonition::Caution,
    }
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::Auto,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}

/// The first word of the info string.
fn language(block: &CodeBlockKind<'_>) -> Option<String> {
    let CodeBlockKind::Fenced(info) = block else { return None };
    let word = info.split([' ', ',', '{']).next().unwrap_or_default();
    (!word.is_empty()).then(|| word.to_owned())
}

/// A line without breaks at its ends.
fn trimmed(mut line: Vec<Inline>) -> Vec<Inline> {
    let is_break = |inline: &Inline| matches!(inline.kind, InlineKind::SoftBreak | InlineKind::HardBreak);
    while line.last().is_some_and(is_break) {
        line.pop();
    }
    let leading = line.iter().take_while(|inline| is_break(inline)).count();
    line.drain(..leading);
    line
}

/// The text between the tags, in one line.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        text.push(' ');
        rest = rest[start..].find('>').map_or("", |end| &rest[start + end + 1..]);
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::{plain, walk_blocks, walk_inlines};
    use crate::source::Sources;

    fn parsed(text: &str) -> (Parsed, Vec<Finding>) {
        let mut findings = Vec::new();
        let file = Sources::default().add("t.md", text);
        (parse(text, file, 0, &mut findings), findings)
    }

    #[test]
    fn every_inline_knows_its_place() {
        let text = "---\n\nSee [the *log*](logs.md) and `code`.\n";
        let file = Sources::default().add("t.md", text);
        let parsed = parse(&text[5..], file, 5, &mut Vec::new());
        let mut places = Vec::new();
        walk_inlines(&parsed.blocks, &mut |inline| places.push(&text[inline.span.unwrap().range()]));
        assert_eq!(places, ["See ", "[the *log*](logs.md)", "the ", "*log*", "log", " and ", "`code`", "."]);
    }

    #[test]
    fn an_image_alone_is_a_figure() {
        let (parsed, _) = parsed("![A map](map.svg \"The harbour\")\n\ntext ![x](y.png)\n");
        let BlockKind::Figure(image) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
        assert_eq!((image.alt.as_str(), image.title.as_str()), ("A map", "The harbour"));
        assert!(matches!(parsed.blocks[1].kind, BlockKind::Paragraph(_)));
    }

    #[test]
    fn lists_are_tight_or_loose_and_tasks_are_ticked() {
        let (parsed, _) = parsed("- [x] a\n- [ ] b\n  - c\n\n1. d\n\n2. e\n");
        let BlockKind::List(tasks) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
        assert!(tasks.tight);
        assert_eq!(tasks.items.iter().map(|item| item.checked).collect::<Vec<_>>(), [Some(true), Some(false)]);
        assert_eq!(tasks.items[1].blocks.len(), 2);
        let BlockKind::List(numbered) = &parsed.blocks[1].kind else { panic!("{parsed:?}") };
        assert_eq!((numbered.start, numbered.tight), (Some(1), false));
    }

    #[test]
    fn tables_footnotes_definitions_and_admonitions() {
        let (parsed, findings) = parsed(
            "| a | b |\n|---|--:|\n| 1 | 2 |\n\nText[^1].\n\n[^1]: Note.\n\nTerm\n: Meaning.\n\n> [!WARNING]\n> Hot.\n",
        );
        assert_eq!(findings, []);
        assert_eq!(parsed.footnotes.len(), 1);
        let kinds: Vec<_> = parsed.blocks.iter().map(|block| &block.kind).collect();
        let BlockKind::Table(table) = kinds[0] else { panic!("{kinds:?}") };
        assert_eq!(table.alignments, [Alignment::Auto, Alignment::Right]);
        assert_eq!((plain(&table.header[1]), plain(&table.rows[0][1])), ("b".into(), "2".into()));
        assert!(matches!(kinds[2], BlockKind::Definitions(list) if list.len() == 1 && list[0].details.len() == 1));
        assert!(matches!(kinds[3], BlockKind::Admonition(Admonition::Warning, inner) if inner.len() == 1));
    }

    #[test]
    fn deep_nesting_is_flattened_with_one_finding() {
        let (parsed, findings) = parsed(&format!("{}deep\n", "> ".repeat(500)));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].rule, TOO_DEEP);
        let mut seen = String::new();
        walk_blocks(&parsed.blocks, &mut |block| {
            if let BlockKind::Paragraph(line) = &block.kind {
                seen.push_str(&plain(line));
            }
        });
        assert_eq!(seen, "deep");
    }

    #[test]
    fn raw_html_is_told_and_its_text_kept() {
        let (parsed, findings) = parsed("a<br>b <kbd>c</kbd> <!-- quiet -->\n\n<div>\n<b>d</b> e\n</div>\n");
        assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [DROPPED_HTML, DROPPED_HTML]);
        let BlockKind::Paragraph(line) = &parsed.blocks[1].kind else { panic!("{parsed:?}") };
        assert_eq!(plain(line), "d e");
    }
}
