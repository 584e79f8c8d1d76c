//! Raw HTML: the elements that people use in Markdown go into the tree, so that every format has them;
//! all else is dropped and told. No HTML that an author wrote reaches a page as HTML.

use super::frames::{Frame, HtmlRow, Kind};
use super::tokens::{Raw, Tag, tokens};
use super::{Builder, DROPPED_HTML};
use crate::finding::Finding;
use crate::model::text::{BlockKind, Image, InlineKind, MAX_DEPTH, Mark, Style, Target};
use std::ops::Range;

/// How many constructs may be open at once; more add nothing that a reader could tell apart.
const MAX_OPEN: usize = 120;

/// What an element is for us.
enum Element {
    /// Stands for itself, has no content.
    Leaf,
    /// Part of a line.
    Inline(Kind),
    /// A block, or part of one.
    Block(Kind),
    /// Only its content is kept, and nothing is lost by that.
    Plain,
    /// Only its content is kept.
    Unknown,
    /// Not even its content is kept.
    Banned,
}

fn element(tag: &Tag) -> Element {
    match tag.name.as_str() {
        "br" | "hr" | "img" | "wbr" => Element::Leaf,
        "b" | "strong" => Element::Inline(Kind::Strong),
        "i" | "em" | "cite" | "dfn" | "var" => Element::Inline(Kind::Emphasis),
        "s" | "strike" | "del" => Element::Inline(Kind::Strikethrough),
        "u" | "ins" => Element::Inline(Kind::Styled(Style::Inserted)),
        "kbd" => Element::Inline(Kind::Styled(Style::Keyboard)),
        "sup" => Element::Inline(Kind::Styled(Style::Superscript)),
        "sub" => Element::Inline(Kind::Styled(Style::Subscript)),
        "mark" => Element::Inline(Kind::Styled(Style::Marked)),
        "code" | "tt" | "samp" => Element::Inline(Kind::HtmlCode { language: language(tag) }),
        "a" => match tag.get("href") {
            Some(href) => Element::Inline(Kind::Link {
                target: href.to_owned(),
                title: tag.get("title").unwrap_or_default().to_owned(),
            }),
            None => Element::Unknown,
        },
        "span" | "small" | "abbr" | "q" | "time" | "font" | "big" | "picture" | "source" | "thead" | "tbody"
        | "tfoot" | "colgroup" | "col" | "nobr" | "bdi" => Element::Plain,
        name => block_element(name, tag),
    }
}

fn block_element(name: &str, tag: &Tag) -> Element {
    match name {
        "p" | "div" | "section" | "article" | "header" | "footer" | "main" | "aside" | "nav" | "center" | "address" => {
            Element::Block(Kind::Box)
        }
        "figure" => Element::Block(Kind::HtmlFigure { caption: Vec::new(), id: id(tag) }),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let level = name.as_bytes().last().map_or(6, |digit| digit.wrapping_sub(b'0'));
            Element::Block(Kind::Heading { level, id: id(tag) })
        }
        "details" => Element::Block(Kind::Fold { summary: Vec::new(), open: tag.has("open") }),
        "summary" => Element::Block(Kind::Summary),
        "blockquote" => Element::Block(Kind::Quote),
        "pre" => Element::Block(Kind::Preformatted { language: language(tag) }),
        "ul" => Element::Block(Kind::List { start: None, items: Vec::new(), loose: false }),
        "ol" => {
            let start = tag.get("start").and_then(|start| start.parse().ok()).unwrap_or(1);
            Element::Block(Kind::List { start: Some(start), items: Vec::new(), loose: false })
        }
        "li" => Element::Block(Kind::Item { checked: None, loose: false }),
        "table" => Element::Block(Kind::HtmlTable { rows: Vec::new(), caption: Vec::new(), id: id(tag) }),
        "caption" | "figcaption" => Element::Block(Kind::Caption),
        "tr" => Element::Block(Kind::HtmlRow(HtmlRow::default())),
        "td" | "th" => {
            let columns = tag.get("colspan").and_then(|count| count.parse().ok()).unwrap_or(1).clamp(1, 100);
            Element::Block(Kind::HtmlCell { is_head: name == "th", columns })
        }
        "script" | "style" | "iframe" | "object" | "embed" | "svg" | "math" | "video" | "audio" | "canvas"
        | "template" | "noembed" | "noframes" | "frameset" | "applet" | "select" | "textarea" | "title" | "xmp"
        | "plaintext" => Element::Banned,
        _ => Element::Unknown,
    }
}

/// The anchor that an element names.
fn id(tag: &Tag) -> Option<String> {
    tag.get("id").map(str::to_owned)
}

/// The language that the class of a `<code>` or the `lang` of a `<pre>` names.
fn language(tag: &Tag) -> Option<String> {
    let of_class = tag.get("class").and_then(|classes| {
        classes.split_whitespace().find_map(|class| class.strip_prefix("language-").or(class.strip_prefix("lang-")))
    });
    of_class.or_else(|| tag.get("lang")).map(str::to_owned)
}

impl Builder<'_> {
    /// A tag in a line.
    pub(super) fn inline_html(&mut self, html: &str, range: &Range<usize>) {
        for (raw, _) in tokens(html) {
            self.raw(raw, html, range);
        }
    }

    /// A block of HTML that is complete. A comment that stands alone stays for those who look for one.
    pub(super) fn block_html(&mut self, html: &str, lines: &[(usize, usize)], range: &Range<usize>) {
        let trimmed = html.trim();
        if trimmed.starts_with("<!--") && trimmed.find("-->") == Some(trimmed.len().saturating_sub(3)) {
            return self.block(BlockKind::Html(html.to_owned()), range);
        }
        for (raw, within) in tokens(html) {
            let place = |offset: usize| {
                let line = lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
                lines.get(line).map_or(range.start, |(start, at)| at + offset.saturating_sub(*start)).min(range.end)
            };
            let at = place(within.start)..place(within.end).max(place(within.start));
            self.raw(raw, html.get(within).unwrap_or_default(), &at);
        }
        // What has no end tag in its own block swallows no more than that.
        while let Some(Frame { kind: Kind::Dropped, .. }) = self.frames.last() {
            self.finish_top();
        }
    }

    fn raw(&mut self, raw: Raw, written: &str, range: &Range<usize>) {
        let is_hidden = self.frames.iter().any(|frame| matches!(frame.kind, Kind::Dropped));
        match raw {
            Raw::Close(name) => self.close_element(&name),
            _ if is_hidden => {}
            Raw::Open(tag) => self.open_element(&tag, written, range),
            Raw::Text(text) => self.html_text(&text, range),
            Raw::Broken => self.dropped(written, range, "the tag never ends"),
        }
    }

    fn open_element(&mut self, tag: &Tag, written: &str, range: &Range<usize>) {
        if let Some(attribute) = tag.active_attribute() {
            let why = format!("its attribute `{attribute}` is left out");
            self.dropped(written, range, &why);
        }
        match element(tag) {
            Element::Leaf => self.leaf(tag, range),
            Element::Inline(kind) => self.open(tag, kind, range),
            Element::Block(kind) => self.open_block(tag, kind, written, range),
            Element::Plain => self.open(tag, Kind::Transparent, range),
            Element::Unknown => {
                self.dropped(written, range, "only its text is kept");
                self.open(tag, Kind::Transparent, range);
            }
            Element::Banned => {
                self.dropped(written, range, "it and what it holds are left out");
                // An element without an end tag has no content.
                if tag.name != "embed" {
                    self.open(tag, Kind::Dropped, range);
                }
            }
        }
    }

    fn open(&mut self, tag: &Tag, kind: Kind, range: &Range<usize>) {
        let depth: usize = self.frames.iter().map(Frame::weight).sum();
        let mut frame = Frame::new(kind, range.clone());
        if depth + frame.weight() > MAX_DEPTH && frame.weight() > 0 && !matches!(frame.kind, Kind::Dropped) {
            self.too_deep(range);
            frame.kind = Kind::Transparent;
        }
        if self.frames.len() < MAX_OPEN || matches!(frame.kind, Kind::Dropped) {
            frame.element = Some(tag.name.clone());
            self.frames.push(frame);
        }
    }

    /// Opens a block where blocks can stand; in the middle of a line only its content is kept.
    fn open_block(&mut self, tag: &Tag, kind: Kind, written: &str, range: &Range<usize>) {
        self.end_implied(&kind);
        let outer = self.frames.iter().rev().find(|frame| !matches!(frame.kind, Kind::Transparent));
        let is_part = |part: &Kind, whole: &Kind| match part {
            Kind::Item { .. } => matches!(whole, Kind::List { .. }),
            Kind::HtmlRow(_) => matches!(whole, Kind::HtmlTable { .. }),
            Kind::Caption => matches!(whole, Kind::HtmlTable { .. } | Kind::HtmlFigure { .. }),
            Kind::HtmlCell { .. } => matches!(whole, Kind::HtmlRow(_)),
            Kind::Summary => matches!(whole, Kind::Fold { .. }),
            _ => true,
        };
        let fits = outer.is_some_and(|frame| frame.holds_blocks() && is_part(&kind, &frame.kind));
        if fits {
            self.flush();
            return self.open(tag, kind, range);
        }
        if !matches!(kind, Kind::Box) {
            self.dropped(written, range, "it cannot stand here; its text is kept");
        }
        self.open(tag, Kind::Transparent, range);
    }

    /// Ends what an element that begins ends by itself: `<p>` a `<p>`, `<td>` a `<td>`, and so on.
    fn end_implied(&mut self, next: &Kind) {
        let ends = |frame: &Frame| {
            let name = frame.element.as_deref();
            match next {
                Kind::Item { .. } => name == Some("li"),
                Kind::HtmlCell { .. } => matches!(name, Some("td" | "th")),
                Kind::HtmlRow(_) => matches!(name, Some("tr" | "td" | "th" | "caption")),
                Kind::HtmlTable { .. } | Kind::Caption | Kind::Summary => false,
                _ => name == Some("p"),
            }
        };
        // Only the innermost ones: what is open around a list or table within stays open.
        while self.frames.last().is_some_and(ends) {
            self.finish_top();
        }
        let is_loose = |frame: &Frame| {
            frame.element.is_some()
                && matches!(
                    frame.kind,
                    Kind::Strong
                        | Kind::Emphasis
                        | Kind::Strikethrough
                        | Kind::Styled(_)
                        | Kind::Link { .. }
                        | Kind::HtmlCode { .. }
                )
        };
        if matches!(next, Kind::HtmlCell { .. } | Kind::HtmlRow(_) | Kind::Item { .. }) {
            while self.frames.last().is_some_and(is_loose) {
                self.finish_top();
            }
            while self.frames.last().is_some_and(ends) {
                self.finish_top();
            }
        }
    }

    /// Ends the innermost element of a name, and what is open in it; never what Markdown opened.
    fn close_element(&mut self, name: &str) {
        let open = self.frames.iter().rev().take_while(|frame| frame.element.is_some());
        let Some(depth) = open.map(|frame| frame.element.as_deref()).position(|element| element == Some(name)) else {
            return;
        };
        for _ in 0..=depth {
            self.finish_top();
        }
    }

    /// Ends the elements that are still open where a construct of Markdown ends.
    pub(super) fn close_elements(&mut self) {
        while self.frames.last().is_some_and(|frame| frame.element.is_some()) {
            self.finish_top();
        }
    }

    fn leaf(&mut self, tag: &Tag, range: &Range<usize>) {
        match tag.name.as_str() {
            "br" if self.frames.iter().any(|frame| matches!(frame.kind, Kind::Preformatted { .. })) => {
                self.text("\n", range);
            }
            "br" => self.inline(InlineKind::HardBreak, range),
            "hr" => {
                let fits = self.frames.last().is_some_and(Frame::holds_blocks);
                if fits { self.block(BlockKind::Rule, range) } else { self.inline(InlineKind::HardBreak, range) }
            }
            "img" => self.html_image(tag, range),
            _ => {}
        }
    }

    fn html_image(&mut self, tag: &Tag, range: &Range<usize>) {
        let text = |name: &str| tag.get(name).unwrap_or_default().to_owned();
        let Some(source) = tag.get("src") else {
            return self.dropped("<img", range, "it names no file");
        };
        let width = tag.get("width").and_then(|width| width.trim_end_matches("px").parse().ok());
        let target = Target::Written(source.to_owned());
        let width = width.filter(|width| (1..=10_000).contains(width));
        let mark = Mark { explicit_id: id(tag), ..Mark::default() };
        let image = Image { target, alt: text("alt"), title: text("title"), width, mark };
        self.inline(InlineKind::Image(Box::new(image)), range);
    }

    /// Text between tags: runs of white space are one space, but not in `<pre>`.
    fn html_text(&mut self, text: &str, range: &Range<usize>) {
        if self.frames.iter().any(|frame| matches!(frame.kind, Kind::Preformatted { .. })) {
            return self.text(text, range);
        }
        let mut words = text.split([' ', '\n', '\t', '\r', '\u{c}']).filter(|word| !word.is_empty()).peekable();
        let is_space = |c: char| matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{c}');
        let mut shown = String::with_capacity(text.len());
        if text.starts_with(is_space) {
            shown.push(' ');
        }
        while let Some(word) = words.next() {
            shown.push_str(word);
            if words.peek().is_some() {
                shown.push(' ');
            }
        }
        if !shown.trim_start_matches(' ').is_empty() && text.ends_with(is_space) {
            shown.push(' ');
        }
        let starts_here = self.frames.last().is_none_or(|frame| frame.inlines.is_empty() && frame.holds_blocks());
        let shown = if starts_here { shown.trim_start_matches(' ') } else { &shown };
        if !shown.is_empty() {
            self.text(shown, range);
        }
    }

    pub(super) fn dropped(&mut self, written: &str, range: &Range<usize>, why: &str) {
        let line = written.trim_start().lines().next().unwrap_or_default();
        let name: String = line.chars().take_while(|&c| c != '>').take(40).collect();
        let span = self.span(range);
        let length = u32::try_from(written.lines().next().map_or(0, str::len)).unwrap_or(0);
        let end = (span.start + length).clamp(span.start, span.end.max(span.start));
        self.findings.push(
            Finding::warning(DROPPED_HTML, format!("raw HTML is left out: `{name}>`"))
                .at(crate::source::Span { end, ..span }, why)
                .help("write it in Markdown"),
        );
    }
}
