//! From the tree to Markdown again: the composed text, for wikis and for comparing.

use crate::error::{Error, Result};
use crate::model::text::{
    Admonition, Alignment, Block, BlockKind, Footnote, Image, Inline, InlineKind, Link, List, Mark, Table, Target,
    plain,
};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, LinkType, Tag, TagEnd};

/// Writes blocks and behind them the footnotes. `href` says where a link or image leads.
///
/// # Errors
/// If a text cannot be written as Markdown; no such text is known.
pub fn write(blocks: &[Block], footnotes: &[Footnote], href: &dyn Fn(&Target) -> Option<String>) -> Result<String> {
    let mut events = Events { out: Vec::new(), href };
    events.blocks(blocks, false);
    for note in footnotes {
        events.out.push(Event::Start(Tag::FootnoteDefinition(note.label.clone().into())));
        events.blocks(&note.blocks, false);
        events.out.push(Event::End(TagEnd::FootnoteDefinition));
    }
    let mut text = String::new();
    let options = pulldown_cmark_to_cmark::Options { list_token: '-', ..Default::default() };
    pulldown_cmark_to_cmark::cmark_with_options(events.out.iter(), &mut text, options)
        .map_err(|error| Error::new("cannot write the composed Markdown").why(error.to_string()))?;
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

struct Events<'a> {
    out: Vec<Event<'a>>,
    href: &'a dyn Fn(&Target) -> Option<String>,
}

impl<'a> Events<'a> {
    fn within(&mut self, tag: Tag<'a>, inner: impl FnOnce(&mut Self)) {
        let end = tag.to_end();
        self.out.push(Event::Start(tag));
        inner(self);
        self.out.push(Event::End(end));
    }

    fn blocks(&mut self, blocks: &'a [Block], tight: bool) {
        for block in blocks {
            match &block.kind {
                BlockKind::Paragraph(line) if tight => self.line(line),
                kind => self.block(kind),
            }
        }
    }

    fn block(&mut self, kind: &'a BlockKind) {
        match kind {
            BlockKind::Heading(heading) => {
                let level = HeadingLevel::try_from(usize::from(heading.level)).unwrap_or(HeadingLevel::H6);
                let id = heading.explicit_id.clone().map(Into::into);
                let tag = Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() };
                self.within(tag, |events| events.line(&heading.content));
            }
            BlockKind::Paragraph(line) => self.within(Tag::Paragraph, |events| events.line(line)),
            BlockKind::Quote(inner) => self.within(Tag::BlockQuote(None), |events| events.blocks(inner, false)),
            BlockKind::Admonition(kind, inner) => {
                self.within(Tag::BlockQuote(Some(quote_kind(*kind))), |events| events.blocks(inner, false));
            }
            BlockKind::Code(code) => {
                let language = code.language.clone().unwrap_or_default();
                let text = format!("{}\n", code.text);
                self.within(Tag::CodeBlock(CodeBlockKind::Fenced(language.into())), |events| {
                    events.out.push(Event::Text(text.into()));
                });
            }
            BlockKind::Diagram(diagram) => {
                self.caption(&diagram.mark, |events| events.title(&diagram.title));
                let text = format!("{}\n", diagram.source);
                self.within(Tag::CodeBlock(CodeBlockKind::Fenced(diagram.info.as_str().into())), |events| {
                    events.out.push(Event::Text(text.into()));
                });
            }
            BlockKind::List(list) => self.list(list),
            BlockKind::Table(table) => self.table(table),
            BlockKind::Figure(image) => {
                self.within(Tag::Paragraph, |events| events.image(image));
                self.caption(&image.mark, |events| events.title(&image.title));
            }
            BlockKind::Definitions(definitions) => self.within(Tag::DefinitionList, |events| {
                for definition in definitions {
                    events.within(Tag::DefinitionListTitle, |events| events.line(&definition.term));
                    events.within(Tag::DefinitionListDefinition, |events| events.blocks(&definition.details, false));
                }
            }),
            BlockKind::Fold(fold) => {
                self.html(if fold.open { "<details open>\n<summary>" } else { "<details>\n<summary>" });
                let summary = super::html::escape(&plain(&fold.summary));
                self.html(&format!("{summary}</summary>\n"));
                self.html_end();
                self.blocks(&fold.blocks, false);
                self.html("</details>\n");
                self.html_end();
            }
            BlockKind::Math(math) => {
                self.within(Tag::Paragraph, |events| events.out.push(Event::DisplayMath(math.latex.as_str().into())));
            }
            BlockKind::Rule => self.out.push(Event::Rule),
            BlockKind::Html(_) => {}
        }
    }

    /// Part of a block of raw HTML.
    fn html(&mut self, html: &str) {
        if !matches!(self.out.last(), Some(Event::Html(_))) {
            self.out.push(Event::Start(Tag::HtmlBlock));
        }
        self.out.push(Event::Html(html.to_owned().into()));
    }

    fn html_end(&mut self) {
        self.out.push(Event::End(TagEnd::HtmlBlock));
    }

    fn list(&mut self, list: &'a List) {
        self.within(Tag::List(list.start), |events| {
            for item in &list.items {
                events.within(Tag::Item, |events| {
                    if let Some(checked) = item.checked {
                        events.out.push(Event::TaskListMarker(checked));
                    }
                    events.blocks(&item.blocks, list.tight);
                });
            }
        });
    }

    /// The name of a figure or table and its caption, as a paragraph that links can lead to.
    fn caption(&mut self, mark: &'a Mark, words: impl FnOnce(&mut Self)) {
        if mark.label.is_empty() {
            return;
        }
        self.within(Tag::Paragraph, |events| {
            let id = super::html::escape(&mark.id);
            events.out.push(Event::InlineHtml(format!("<a id=\"{id}\"></a>").into()));
            events.within(Tag::Strong, |events| events.out.push(Event::Text(mark.label.as_str().into())));
            events.out.push(Event::Text(" ".into()));
            let before = events.out.len();
            words(events);
            if events.out.len() == before {
                events.out.pop();
            }
        });
    }

    fn title(&mut self, title: &'a str) {
        self.out.extend((!title.is_empty()).then(|| Event::Text(title.into())));
    }

    fn table(&mut self, table: &'a Table) {
        self.caption(&table.mark, |events| events.line(&table.caption));
        let alignments = table.alignments.iter().map(|alignment| match alignment {
            Alignment::Auto => pulldown_cmark::Alignment::None,
            Alignment::Left => pulldown_cmark::Alignment::Left,
            Alignment::Center => pulldown_cmark::Alignment::Center,
            Alignment::Right => pulldown_cmark::Alignment::Right,
        });
        self.within(Tag::Table(alignments.collect()), |events| {
            events.within(Tag::TableHead, |events| events.cells(&table.header));
            for row in &table.rows {
                events.within(Tag::TableRow, |events| events.cells(row));
            }
        });
    }

    fn cells(&mut self, cells: &'a [Vec<Inline>]) {
        for cell in cells {
            self.within(Tag::TableCell, |events| events.line(cell));
        }
    }

    fn line(&mut self, line: &'a [Inline]) {
        for inline in line {
            match &inline.kind {
                InlineKind::Text(text) => self.out.push(Event::Text(text.as_str().into())),
                InlineKind::Code(text) => self.out.push(Event::Code(text.as_str().into())),
                InlineKind::Emphasis(inner) => self.within(Tag::Emphasis, |events| events.line(inner)),
                InlineKind::Strong(inner) => self.within(Tag::Strong, |events| events.line(inner)),
                InlineKind::Strikethrough(inner) => self.within(Tag::Strikethrough, |events| events.line(inner)),
                InlineKind::Styled(style, inner) => {
                    let name = style.element();
                    self.out.push(Event::InlineHtml(format!("<{name}>").into()));
                    self.line(inner);
                    self.out.push(Event::InlineHtml(format!("</{name}>").into()));
                }
                InlineKind::Math(math) => self.out.push(Event::InlineMath(math.latex.as_str().into())),
                InlineKind::Link(link) => self.link(link),
                InlineKind::Image(image) => self.image(image),
                InlineKind::SoftBreak => self.out.push(Event::SoftBreak),
                InlineKind::HardBreak => self.out.push(Event::HardBreak),
                InlineKind::Footnote(label) => self.out.push(Event::FootnoteReference(label.as_str().into())),
                InlineKind::Html(_) => {}
            }
        }
    }

    fn link(&mut self, link: &'a Link) {
        match (self.href)(&link.target) {
            None => self.line(&link.content),
            Some(href) => {
                let title = link.title.as_str().into();
                let tag = Tag::Link { link_type: LinkType::Inline, dest_url: href.into(), title, id: "".into() };
                self.within(tag, |events| events.line(&link.content));
            }
        }
    }

    fn image(&mut self, image: &'a Image) {
        let alt = Event::Text(image.alt.as_str().into());
        match (self.href)(&image.target) {
            None => self.out.push(alt),
            Some(href) => {
                // A caption stands below the image, where it can be read.
                let title = if image.mark.label.is_empty() { image.title.as_str() } else { "" }.into();
                let tag = Tag::Image { link_type: LinkType::Inline, dest_url: href.into(), title, id: "".into() };
                self.within(tag, |events| events.out.push(alt));
            }
        }
    }
}

fn quote_kind(kind: Admonition) -> BlockQuoteKind {
    match kind {
        Admonition::Note => BlockQuoteKind::Note,
        Admonition::Tip => BlockQuoteKind::Tip,
        Admonition::Important => BlockQuoteKind::Important,
        Admonition::Warning => BlockQuoteKind::Warning,
        Admonition::Caution => BlockQuoteKind::Caution,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::parse;
    use crate::source::{FileId, Sources};

    fn file() -> FileId {
        Sources::default().add("t.md", "")
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let text = "## Logs\n\nSee [the *log*](logs.md \"t\") and `a|b`. 2\\*3\\*4 #no\n\n- [x] a\n- [ ] b\n  - c\n\n3. d\n\n   e\n\n| a | b |\n|:--|--:|\n| 1\\|2 | **2** |\n\n> [!NOTE]\n> n\n\n```bash\necho \"`x`\"\n```\n\n![alt](x.png \"cap\")\n\ntext[^1]\n\n[^1]: note\n";
        let first = parse(text, file(), 0, &mut Vec::new());
        let href = |target: &Target| match target {
            Target::Written(written) => Some(written.clone()),
            _ => None,
        };
        let written = write(&first.blocks, &first.footnotes, &href).unwrap();
        let second = parse(&written, file(), 0, &mut Vec::new());
        let again = write(&second.blocks, &second.footnotes, &href).unwrap();
        assert_eq!(written, again);
        let shape =
            |blocks: &[Block]| blocks.iter().map(|block| std::mem::discriminant(&block.kind)).collect::<Vec<_>>();
        assert_eq!(shape(&first.blocks), shape(&second.blocks), "{written}");
    }
}
