//! From Markdown to the tree: every block and inline with its place in the file.
//!
//! Raw HTML goes the same way: what people use of it becomes part of the tree, the rest is told.

mod autolinks;
mod captions;
mod finish;
mod frames;
mod raw_html;
#[cfg(test)]
mod tests;
mod tokens;

use super::math;
use super::typography::Typography;
use crate::finding::Finding;
use crate::model::text::{
    Admonition, Alignment, Block, BlockKind, Footnote, Inline, InlineKind, MAX_DEPTH, Math, Table,
};
use crate::source::{FileId, Span};
use frames::{Frame, Kind};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, Options, Parser, Tag};
use std::ops::Range;

/// The slug of the finding about raw HTML that is left out.
pub const DROPPED_HTML: &str = "dropped-html";
/// The slug of the finding about text that is nested too deep.
pub const TOO_DEEP: &str = "too-deep";
/// The slug of the finding about formulas that cannot be shown.
pub const UNSUPPORTED_MATH: &str = "unsupported-math";

/// A parsed text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// The footnotes that it defines.
    pub footnotes: Vec<Footnote>,
}

/// Parses a text that begins at byte `base` of a file, with English quotes.
pub fn parse(text: &str, file: FileId, base: usize, findings: &mut Vec<Finding>) -> Parsed {
    parse_in(Typography::default(), text, file, base, findings)
}

/// Parses a text that begins at byte `base` of a file, with the quotes of a language.
pub fn parse_in(typography: Typography, text: &str, file: FileId, base: usize, findings: &mut Vec<Finding>) -> Parsed {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_MATH
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_GFM;
    let frames = vec![Frame::new(Kind::Root, 0..0)];
    let mut builder =
        Builder { source: text, typography, open_quotes: 0, file, base, frames, findings, footnotes: Vec::new() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.event(event, range);
    }
    builder.close_elements();
    let mut root = builder.close();
    captions::adopt(&mut root.blocks);
    for note in &mut builder.footnotes {
        captions::adopt(&mut note.blocks);
    }
    Parsed { blocks: root.blocks, footnotes: builder.footnotes }
}

struct Builder<'a> {
    source: &'a str,
    typography: Typography,
    /// How many single quotes are open in the paragraph.
    open_quotes: usize,
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
            Event::Html(html) => self.html_line(&html, &range),
            Event::Rule => self.block(BlockKind::Rule, &range),
            Event::TaskListMarker(done) => {
                if let Kind::Item { checked, .. } = &mut self.top().kind {
                    *checked = Some(done);
                } else if let Some(Frame { kind: Kind::Item { checked, .. }, .. }) = self.frames.iter_mut().nth_back(1)
                {
                    *checked = Some(done);
                }
            }
            Event::Text(text) => self.prose(&text, &range),
            Event::InlineMath(latex) => self.math(&latex, false, &range),
            Event::DisplayMath(latex) => self.math(&latex, true, &range),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        if !is_inline(&tag) {
            self.open_quotes = 0;
        }
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
            Tag::HtmlBlock => Kind::HtmlBlock { html: String::new(), lines: Vec::new() },
            Tag::List(start) => Kind::List { start, items: Vec::new(), loose: false },
            Tag::Item => Kind::Item { checked: None, loose: false },
            Tag::Table(alignments) => {
                let alignments = alignments.into_iter().map(alignment).collect();
                Kind::Table(Table { alignments, ..Table::default() })
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

    /// How deep the tree is here.
    fn depth(&self) -> usize {
        self.frames.iter().map(Frame::weight).sum()
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

    /// Takes the innermost frame off the stack, loose inlines in it made a paragraph where blocks are wanted.
    fn close(&mut self) -> Frame {
        self.flush();
        let mut frame = self.frames.pop().expect("every end has its start");
        // The tree lives as long as the program: half of it would be room that nothing is put into any more.
        frame.blocks.shrink_to_fit();
        frame.inlines.shrink_to_fit();
        frame
    }

    /// Adds text as readers see it: straight quotes become those of the language.
    fn prose(&mut self, text: &str, range: &Range<usize>) {
        if matches!(self.top().kind, Kind::Code { .. } | Kind::HtmlBlock { .. }) {
            return self.text(text, range);
        }
        let written = self.source.get(range.clone()).unwrap_or_default();
        if written != text && matches!(text, "“" | "”" | "‘" | "’" | "–" | "—") {
            let sign = self.sign(text, written, range).to_owned();
            return self.text(&sign, range);
        }
        match self.typography.spaced(text) {
            Some(spaced) => self.text(&spaced, range),
            None => self.text(text, range),
        }
    }

    /// What stands for a straight quote or for hyphens.
    fn sign<'t>(&mut self, english: &'t str, written: &'t str, range: &Range<usize>) -> &'t str {
        let before = self.source[..range.start].chars().next_back();
        let after = self.source[range.end..].chars().next();
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match english {
            // In an address nothing is a sign of typography.
            _ if is_address(&self.source[..range.start]) => written,
            // `--force` in prose is an option, not a dash.
            "–" | "—" if is_letter(after) && !is_letter(before) => written,
            "–" | "—" => english,
            _ => {
                let is_open = self.open_quotes > 0;
                let within_word = is_letter(before) && is_letter(after);
                match english {
                    "‘" => self.open_quotes += 1,
                    "’" if !within_word => self.open_quotes = self.open_quotes.saturating_sub(1),
                    _ => {}
                }
                self.typography.sign(english, within_word, is_open)
            }
        }
    }

    /// A formula, or code and a finding if it is not one that we can show.
    fn math(&mut self, latex: &str, display: bool, range: &Range<usize>) {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let (before, after) = (&self.source[..range.start], &self.source[range.end..]);
        // `$HOME/$USER` and `5$ or 6$` are no formulas.
        if !display && (is_word(after.chars().next()) || is_word(before.chars().next_back())) {
            let written = self.source[range.clone()].to_owned();
            return self.text(&written, range);
        }
        let math = Math { latex: latex.trim().to_owned(), display };
        match math::check(&math) {
            Ok(()) => self.inline(InlineKind::Math(math), range),
            Err(why) => {
                let finding = Finding::warning(UNSUPPORTED_MATH, format!("a formula cannot be shown: {why}"))
                    .at(self.span(range), "shown as code")
                    .help("write it with the commands of LaTeX and amsmath, without definitions of your own");
                self.findings.push(finding);
                self.inline(InlineKind::Code(math.latex), range);
            }
        }
    }

    /// A line of a block of raw HTML.
    fn html_line(&mut self, line: &str, range: &Range<usize>) {
        if let Kind::HtmlBlock { html, lines } = &mut self.top().kind {
            lines.push((html.len(), range.start));
            html.push_str(line);
        }
    }

    fn block(&mut self, kind: BlockKind, range: &Range<usize>) {
        self.flush();
        self.block_unflushed(kind, range);
    }

    fn block_unflushed(&mut self, kind: BlockKind, range: &Range<usize>) {
        let span = Some(self.span(range));
        self.top().blocks.push(Block::new(kind, span));
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
            Kind::Code { text: code, .. } => code.push_str(text),
            _ => match frame.inlines.last_mut() {
                Some(Inline { kind: InlineKind::Text(before), span: Some(at) }) => {
                    before.push_str(text);
                    at.end = span.end.max(at.end);
                }
                _ => frame.inlines.push(Inline { kind: InlineKind::Text(text.to_owned()), span: Some(span) }),
            },
        }
    }
}

/// Whether a text ends in the middle of an address.
fn is_address(before: &str) -> bool {
    let run = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    run.contains("://") || run.contains("www.")
}

/// Whether a tag is part of a line.
fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
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
