//! Captions and anchors: of images, by what stands in braces behind them; of tables, by a paragraph
//! beside them that begins with `Table:`.

use crate::model::text::{Block, BlockKind, Image, Inline, InlineKind, Table};
use std::sync::Arc;

/// The width of the text on a page, in CSS pixels: what per cents are parts of.
const TEXT_WIDTH: u32 = 616;

/// What begins the caption of a table, in the languages that the program speaks; in every language, also
/// a colon alone.
const WORDS: [&str; 4] = ["table", "tabelle", "tableau", "tabla"];

/// What stands in braces behind an image or at the end of a caption: `{#map width=50%}`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Attributes {
    id: Option<String>,
    width: Option<u32>,
}

/// Gives every image of a line the attributes that stand behind it.
pub(super) fn attributed(line: &mut Vec<Inline>) {
    let mut index = 1;
    while index < line.len() {
        let (before, after) = line.split_at_mut(index);
        if let (Some(Inline { kind: InlineKind::Image(image), .. }), Some(Inline { kind: InlineKind::Text(text), .. })) =
            (before.last_mut(), after.first_mut())
            && let Some((found, length)) = attributes(text)
        {
            image.mark.explicit_id = found.id.or(image.mark.explicit_id.take());
            image.width = found.width.or(image.width);
            text.drain(..length);
            if text.is_empty() {
                line.remove(index);
                continue;
            }
        }
        index += 1;
    }
}

/// The image of a paragraph that holds nothing else.
pub(super) fn alone(mut line: Vec<Inline>) -> Result<Box<Image>, Vec<Inline>> {
    match line.pop() {
        Some(Inline { kind: InlineKind::Image(image), .. }) if line.is_empty() => Ok(image),
        last => {
            line.extend(last);
            Err(line)
        }
    }
}

/// Makes the paragraphs that are captions of tables parts of their tables.
pub(super) fn adopt(blocks: &mut Vec<Block>) {
    for block in blocks.iter_mut() {
        match &mut block.kind {
            BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => adopt(inner),
            BlockKind::Fold(fold) => adopt(&mut fold.blocks),
            BlockKind::List(list) => list.items.iter_mut().for_each(|item| adopt(&mut item.blocks)),
            BlockKind::Definitions(list) => list.iter_mut().for_each(|entry| adopt(&mut entry.details)),
            _ => {}
        }
    }
    let mut index = 0;
    while index < blocks.len() {
        let at = match index.checked_sub(1) {
            // The table above comes first: captions below their tables would else move on by one.
            Some(before) if is_bare(blocks.get(before)) => before,
            _ => index + 1,
        };
        let caption = blocks.get(index).and_then(caption).filter(|_| is_bare(blocks.get(at)));
        match (caption, blocks.get_mut(at)) {
            (Some((line, id)), Some(Block { kind: BlockKind::Table(table), .. })) => {
                let table = Arc::make_mut(table);
                (table.caption, table.mark.explicit_id) = (line, id);
                blocks.remove(index);
            }
            _ => index += 1,
        }
    }
}

/// Whether a block is a table that has no caption yet.
fn is_bare(block: Option<&Block>) -> bool {
    let is_bare = |table: &Table| table.caption.is_empty() && table.mark.explicit_id.is_none();
    matches!(block, Some(Block { kind: BlockKind::Table(table), .. }) if is_bare(table))
}

/// The words and the anchor of a paragraph that is written as a caption.
fn caption(block: &Block) -> Option<(Vec<Inline>, Option<String>)> {
    let BlockKind::Paragraph(line) = &block.kind else { return None };
    let InlineKind::Text(first) = &line.first()?.kind else { return None };
    let (word, rest) = first.split_once(':')?;
    let word = word.trim_end_matches([' ', '\u{a0}', '\u{202f}']).to_lowercase();
    if !(WORDS.contains(&word.as_str()) || word.is_empty() && rest.starts_with(' ')) {
        return None;
    }
    let mut line = line.to_vec();
    if let Some(Inline { kind: InlineKind::Text(first), .. }) = line.first_mut() {
        rest.trim_start().clone_into(first);
    }
    let mut id = None;
    if let Some(Inline { kind: InlineKind::Text(last), .. }) = line.last_mut()
        && let Some(at) = last.rfind('{')
        && let Some((found, length)) = last.get(at..).and_then(attributes)
        && at + length == last.len()
    {
        id = found.id;
        last.truncate(last[..at].trim_end().len());
    }
    line.retain(|inline| !matches!(&inline.kind, InlineKind::Text(text) if text.is_empty()));
    (!line.is_empty() || id.is_some()).then_some((line, id))
}

/// The attributes that a text begins with, and how long they are; `None` if it is just a text in braces.
fn attributes(text: &str) -> Option<(Attributes, usize)> {
    let (inner, _) = text.strip_prefix('{')?.split_once('}')?;
    let mut found = Attributes::default();
    let mut words = inner.split_whitespace().peekable();
    words.peek()?;
    for word in words {
        let quotes = ['"', '\'', '“', '”', '„', '«', '»', '‘', '’', '‚', '\u{a0}', '\u{202f}'];
        if let Some(id) = word.strip_prefix('#').filter(|id| !id.is_empty()) {
            found.id = Some(id.to_owned());
        } else if let Some(width) = word.strip_prefix("width=") {
            found.width = Some(pixels(width.trim_matches(quotes))?);
        } else if !(word.starts_with("height=") || word.starts_with('.') && word.len() > 1) {
            return None;
        }
    }
    Some((found, inner.len() + 2))
}

/// A width in CSS pixels.
fn pixels(width: &str) -> Option<u32> {
    let (number, whole) = match width.strip_suffix('%') {
        Some(number) => (number, Some(TEXT_WIDTH)),
        None => (width.trim_end_matches("px"), None),
    };
    let number: u32 = number.parse().ok().filter(|number| (1..=10_000).contains(number))?;
    Some(whole.map_or(number, |whole| (whole * number / 100).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_told_from_text_in_braces() {
        let found = |id: Option<&str>, width| Attributes { id: id.map(str::to_owned), width };
        assert_eq!(attributes("{#map}"), Some((found(Some("map"), None), 6)));
        assert_eq!(attributes("{#map .wide width=50%} x"), Some((found(Some("map"), Some(308)), 22)));
        assert_eq!(attributes("{width=“200px”}").map(|(found, _)| found.width), Some(Some(200)));
        for text in ["{x}", "{}", "{#}", "{{ project.name }}", "{#map", "{width=wide}", "{a=b}"] {
            assert_eq!(attributes(text), None, "{text}");
        }
    }
}
