//! Diagrams: every block of Mermaid in a document is drawn, or told.

use crate::diagram::{self, LANGUAGE};
use crate::model::document::{Document, Undrawn};
use crate::model::text::{Block, BlockKind, Code, Diagram, Mark, Painting};
use crate::source::{Sources, Span};
use std::ops::Range;

/// Draws the diagrams of a document. What cannot be drawn stays a block of code and goes into `undrawn`.
pub(super) fn draw(document: &mut Document, sources: &Sources, undrawn: &mut Vec<Undrawn>) {
    let mut artist = Artist { kind: &document.kind, sources, undrawn, count: 0 };
    artist.blocks(&mut document.blocks);
    for note in &mut document.footnotes {
        artist.blocks(&mut note.blocks);
    }
}

struct Artist<'a> {
    kind: &'a str,
    sources: &'a Sources,
    undrawn: &'a mut Vec<Undrawn>,
    count: usize,
}

impl Artist<'_> {
    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match &mut block.kind {
                BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => self.blocks(inner),
                BlockKind::Fold(fold) => self.blocks(&mut fold.blocks),
                BlockKind::List(list) => list.items.iter_mut().for_each(|item| self.blocks(&mut item.blocks)),
                BlockKind::Definitions(list) => list.iter_mut().for_each(|entry| self.blocks(&mut entry.details)),
                BlockKind::Code(code) if code.language.as_deref() == Some(LANGUAGE) => {
                    if let Some(diagram) = self.one(code, block.span) {
                        block.kind = BlockKind::Diagram(Box::new(diagram));
                    }
                }
                _ => {}
            }
        }
    }

    fn one(&mut self, code: &Code, span: Option<Span>) -> Option<Diagram> {
        self.count += 1;
        let id = format!("{}-diagram-{}", self.kind, self.count);
        let info = span.map_or(LANGUAGE, |span| info(self.sources.slice(span)));
        match diagram::draw(&code.text, &id) {
            Ok(sketch) => sketch.map(|sketch| {
                let words = diagram::words(info, &code.text);
                let (alt, title) = (words.alt, words.title);
                let mark = Mark { explicit_id: words.id, ..Mark::default() };
                let (info, source) = (info.to_owned(), code.text.clone());
                Diagram { id, info, source, alt, title, painting: Painting::new(sketch), mark }
            }),
            Err(flaw) => {
                let span = span.map(|span| narrowed(self.sources, span, &code.text, flaw.range));
                self.undrawn.push(Undrawn { document: self.kind.to_owned(), why: flaw.why, span });
                None
            }
        }
    }
}

/// What stands on the line of the opening fence, behind the fence.
fn info(written: &str) -> &str {
    written.lines().next().unwrap_or_default().trim_start_matches(['`', '~', ' ']).trim()
}

/// The place of a flaw: where the text of the block is found as it stands, the line of the flaw, otherwise
/// the line of the fence.
fn narrowed(sources: &Sources, block: Span, text: &str, range: Option<Range<usize>>) -> Span {
    let written = sources.slice(block);
    let first_line = Span { end: block.start + u32::try_from(info_line(written)).unwrap_or(0), ..block };
    let Some((at, range)) = written.find(text).zip(range) else { return first_line };
    let start = text.get(..range.start).map_or(0, |before| before.rfind('\n').map_or(0, |newline| newline + 1));
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let line = &text[start..end];
    let (start, end) = (start + line.len() - line.trim_start().len(), start + line.trim_end().len());
    let base = block.start as usize + at;
    if start >= end { first_line } else { Span::new(block.file, base + start, base + end) }
}

fn info_line(written: &str) -> usize {
    written.find('\n').unwrap_or(written.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaw_is_shown_on_its_line() {
        let text = "flowchart LR\n  a --> b\n  b --> [x";
        let file_text = format!("Before.\n\n```mermaid alt=\"x\"\n{text}\n```\n");
        let mut sources = Sources::default();
        let file = sources.add("docs/a.md", file_text.as_str());
        let block = Span::new(file, 9, file_text.len() - 1);
        let at = text.find("[x").map(|at| at..at + 2);
        assert_eq!(sources.slice(narrowed(&sources, block, text, at)), "b --> [x");
        assert_eq!(sources.slice(narrowed(&sources, block, text, None)), "```mermaid alt=\"x\"");
        assert_eq!(info(sources.slice(block)), "mermaid alt=\"x\"");
    }
}
