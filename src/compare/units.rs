//! The lines of a document, one by one: headings, paragraphs, items, rows, lines of code.
//!
//! One walk gives both the words of each line and the place where its mark is kept.

use super::words::{self, Token};
use crate::model::difference::{Fate, Part};
use crate::model::text::{Block, BlockKind, Footnote, Inline, List};
use std::sync::Arc;

/// A line of a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unit {
    /// What it is part of.
    pub(super) part: Part,
    /// Its words.
    pub(super) tokens: Vec<Token>,
    /// The headings above it, the highest first.
    pub(super) section: Vec<String>,
}

impl Unit {
    /// What it says, for finding the same line in two editions.
    pub(super) fn key(&self) -> String {
        let mut key = format!("{:?}", self.part);
        for token in &self.tokens {
            key.push('\u{1}');
            key.push_str(&token.text);
            if !token.context.is_empty() {
                key.push('\u{2}');
                key.push_str(&token.context);
            }
        }
        key
    }
}

/// The lines of a text. Of one that is `paged`, numbers that stand alone in a cell do not count: how many
/// pages other documents have follows from what changed in them.
pub(super) fn units(blocks: &[Block], footnotes: &[Footnote], paged: bool) -> Vec<Unit> {
    let (mut blocks, mut footnotes) = (blocks.to_vec(), footnotes.to_vec());
    let (mut units, mut above) = (Vec::new(), Vec::<(u8, String)>::new());
    visit(&mut blocks, &mut footnotes, &mut |part, tokens, _| {
        if let Part::Heading(level) = part {
            above.retain(|(upper, _)| *upper < level);
        }
        let section = above.iter().map(|(_, title)| title.clone()).collect();
        if let Part::Heading(level) = part {
            above.push((level, words::read(&tokens)));
        }
        let tokens = if paged && part == Part::Row { without_numbers(&tokens) } else { tokens };
        units.push(Unit { part, tokens, section });
    });
    units
}

/// The words of a row, with one sign for every cell that holds only a number, or a dash in its place.
fn without_numbers(tokens: &[Token]) -> Vec<Token> {
    let is_number = |cell: &[Token]| {
        let text = words::read(cell);
        text.trim() == "–" || (!text.is_empty() && text.trim().chars().all(|c| c.is_ascii_digit()))
    };
    let mut out: Vec<Token> = Vec::new();
    for (index, cell) in tokens.split(|token| token.text == CELL).enumerate() {
        if index > 0 {
            out.push(Token::sign(CELL));
        }
        if is_number(cell) { out.push(Token::sign("…")) } else { out.extend_from_slice(cell) }
    }
    out
}

/// What stands between the cells of a row.
const CELL: &str = " | ";

/// Is shown each line: what it is part of, its words, and where its mark is kept.
pub(super) type Visit<'a> = dyn FnMut(Part, Vec<Token>, &mut Option<Fate>) + 'a;

/// Visits every line of a text, in the order in which it is read.
pub(super) fn visit(blocks: &mut [Block], footnotes: &mut [Footnote], see: &mut Visit<'_>) {
    for block in blocks {
        self::block(block, Part::Text, see);
    }
    for note in footnotes {
        for block in &mut note.blocks {
            self::block(block, Part::Note, see);
        }
    }
}

fn block(block: &mut Block, part: Part, see: &mut Visit<'_>) {
    let mark = &mut block.change;
    match &mut block.kind {
        BlockKind::Heading(heading) => see(Part::Heading(heading.level), words::line(&heading.content), mark),
        BlockKind::Paragraph(line) => see(part, words::line(line), mark),
        BlockKind::Quote(inner) => inner.iter_mut().for_each(|inner| self::block(inner, part, see)),
        BlockKind::Admonition(kind, inner) => {
            see(part, vec![Token::sign(kind.as_str())], mark);
            inner.iter_mut().for_each(|inner| self::block(inner, part, see));
        }
        BlockKind::Code(code) => code_lines(&code.text, code.language.as_deref().unwrap_or_default(), mark, see),
        BlockKind::Diagram(diagram) => code_lines(&diagram.source, &diagram.info, mark, see),
        BlockKind::List(list) => items(list, see),
        BlockKind::Table(table) => {
            let table = Arc::make_mut(table);
            table.changes.resize(table.rows.len() + 1, None);
            for (row, mark) in std::iter::once(&table.header).chain(&table.rows).zip(&mut table.changes) {
                see(Part::Row, self::row(row), mark);
            }
        }
        BlockKind::Figure(image) => see(Part::Figure, words::image(image), mark),
        BlockKind::Definitions(definitions) => {
            for definition in definitions {
                let term = words::line(&definition.term);
                let mut nowhere = None;
                see(Part::Item, term, definition.details.first_mut().map_or(&mut nowhere, |first| &mut first.change));
                definition.details.iter_mut().for_each(|inner| self::block(inner, part, see));
            }
        }
        BlockKind::Fold(fold) => {
            see(part, words::line(&fold.summary), mark);
            fold.blocks.iter_mut().for_each(|inner| self::block(inner, part, see));
        }
        BlockKind::Math(math) => see(Part::Figure, words::text(&math.latex, true, "formula"), mark),
        BlockKind::Rule => see(part, vec![Token::sign("* * *")], mark),
        BlockKind::Html(_) => {}
    }
}

/// The lines of a piece of code, behind a line that is not seen and has the language.
fn code_lines(text: &str, language: &str, mark: &mut Option<Fate>, see: &mut Visit<'_>) {
    see(Part::Code, vec![Token { text: String::new(), code: true, context: language.to_owned() }], mark);
    for line in text.lines() {
        // Indentation means something in code: it is one word of its own.
        let body = line.trim_start();
        let indent = &line[..line.len() - body.len()];
        let mut tokens = Vec::new();
        if !indent.is_empty() {
            tokens.push(Token { text: indent.to_owned(), code: true, context: String::new() });
        }
        tokens.extend(words::text(body, true, ""));
        see(Part::Code, tokens, mark);
    }
}

fn items(list: &mut List, see: &mut Visit<'_>) {
    for item in &mut list.items {
        let tick = item.checked.map(|checked| Token::sign(if checked { "☑ " } else { "☐ " }));
        for (index, inner) in item.blocks.iter_mut().enumerate() {
            match &mut inner.kind {
                BlockKind::Paragraph(line) => {
                    let tick = tick.iter().filter(|_| index == 0).cloned();
                    see(Part::Item, tick.chain(words::line(line)).collect(), &mut inner.change);
                }
                _ => block(inner, Part::Item, see),
            }
        }
    }
}

fn row(cells: &[Vec<Inline>]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            tokens.push(Token::sign(CELL));
        }
        tokens.extend(words::line(cell));
    }
    tokens
}
