//! Fragments in their places: in the order of the checklist, their headings at the right level.

use super::outline::{Slot, first_item};
use crate::model::fragment::Fragment;
use crate::model::loaded::Loaded;
use crate::model::text::{
    Block, BlockKind, Footnote, Heading, Inline, InlineKind, map_some_inlines, plain, walk_inlines,
};

/// In a template: here stand the fragments that are placed nowhere else.
const FRAGMENTS: &str = "fragments";
/// In a template: here stands the section with the anchor or heading that follows.
const SECTION: &str = "section:";

/// The fragments of a document in their order: the whole one first, then by number, then by the
/// checklist's order of what they cover, then by path.
pub(super) fn sorted<'a>(loaded: &'a Loaded, slot: &Slot<'_>) -> Vec<&'a Fragment> {
    let mut fragments: Vec<_> = loaded.fragments.iter().filter(|fragment| fragment.document == slot.kind).collect();
    fragments.sort_by_cached_key(|fragment| {
        let order = fragment.order.unwrap_or(u32::MAX);
        (!fragment.whole, order, first_item(fragment, slot.listed), fragment.path.clone())
    });
    fragments
}

/// The title that the fragments give to the document.
pub(super) fn title(fragments: &[&Fragment]) -> Option<String> {
    let whole = fragments.iter().find(|fragment| fragment.whole)?;
    whole
        .front
        .title
        .as_ref()
        .map(ToString::to_string)
        .or_else(|| leading_title(whole).map(|heading| words(&heading.content)))
}

/// The words of a title; badges beside them are no part of it.
fn words(line: &[Inline]) -> String {
    let is_badge = |inline: &Inline| match &inline.kind {
        InlineKind::Image(_) => true,
        InlineKind::Link(link) => link.content.iter().all(|inner| matches!(inner.kind, InlineKind::Image(_))),
        _ => false,
    };
    let kept: Vec<Inline> = line.iter().filter(|inline| !is_badge(inline)).cloned().collect();
    let words = plain(&kept).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { plain(line) } else { words }
}

/// The heading of level 1 that a fragment begins with.
fn leading_title(fragment: &Fragment) -> Option<&Heading> {
    match fragment.blocks.first().map(|block| &block.kind) {
        Some(BlockKind::Heading(heading)) if heading.level == 1 => Some(heading),
        _ => None,
    }
}

/// Puts the fragments into the text that a template made.
pub(super) fn into(skeleton: Vec<Block>, fragments: &[&Fragment]) -> (Vec<Block>, Vec<Footnote>) {
    let mut pool = Vec::new();
    let mut footnotes = Vec::new();
    for (index, fragment) in fragments.iter().enumerate() {
        let (blocks, notes) = prepared(fragment, index);
        pool.extend(blocks);
        footnotes.extend(notes);
    }
    let named: Vec<Option<Vec<Block>>> = skeleton.iter().map(|block| take_section(block, &mut pool)).collect();
    let mut rest = Some(pool);
    let mut out = Vec::new();
    for (block, section) in skeleton.into_iter().zip(named) {
        match marker(&block) {
            Some(FRAGMENTS) => out.extend(rest.take().unwrap_or_default()),
            Some(_) => out.extend(section.unwrap_or_default()),
            None => out.push(block),
        }
    }
    // A template without a place for them still loses nothing that somebody wrote.
    out.extend(rest.unwrap_or_default());
    let footnotes = in_order_of_reference(&out, footnotes);
    (out, footnotes)
}

/// What a comment in a template asks for.
fn marker(block: &Block) -> Option<&str> {
    let BlockKind::Html(html) = &block.kind else { return None };
    Some(html.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim())
}

/// Takes the section that a marker names out of the pool.
fn take_section(block: &Block, pool: &mut Vec<Block>) -> Option<Vec<Block>> {
    let wanted = marker(block)?.strip_prefix(SECTION)?.trim();
    let start = pool.iter().position(|block| match &block.kind {
        BlockKind::Heading(heading) => {
            heading.explicit_id.as_deref() == Some(wanted) || super::anchors::own_id(heading) == wanted
        }
        _ => false,
    })?;
    let BlockKind::Heading(heading) = &pool[start].kind else { return None };
    let level = heading.level;
    let ends = |block: &Block| matches!(&block.kind, BlockKind::Heading(next) if next.level <= level);
    let length = pool[start + 1..].iter().position(ends).unwrap_or(pool.len() - start - 1);
    Some(pool.drain(start..=start + length).collect())
}

/// The blocks of a fragment as they stand in the document: no title of its own if it is the whole
/// document, its title as a section otherwise; comments left out; footnotes with labels of their own.
fn prepared(fragment: &Fragment, index: usize) -> (Vec<Block>, Vec<Footnote>) {
    let mut blocks: Vec<Block> =
        fragment.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Html(_))).cloned().collect();
    let has_title = leading_title(fragment).is_some();
    if fragment.whole && has_title {
        blocks.remove(0);
    }
    let has_level_one =
        |blocks: &[Block]| blocks.iter().any(|block| matches!(&block.kind, BlockKind::Heading(h) if h.level == 1));
    if has_level_one(&blocks) {
        for block in &mut blocks {
            if let BlockKind::Heading(heading) = &mut block.kind {
                heading.level = (heading.level + 1).min(6);
            }
        }
    } else if let (false, Some(title)) = (fragment.whole, &fragment.front.title) {
        blocks.insert(0, section_heading(title.as_str()));
    }
    let mut footnotes = fragment.footnotes.clone();
    let relabel = |label: &mut String| *label = format!("{}-{label}", index + 1);
    let mut on_inline = |inline: &mut Inline| {
        if let InlineKind::Footnote(label) = &mut inline.kind {
            relabel(label);
        }
    };
    let refers = |inline: &Inline| matches!(inline.kind, InlineKind::Footnote(_));
    map_some_inlines(&mut blocks, &refers, &mut on_inline);
    for note in &mut footnotes {
        map_some_inlines(&mut note.blocks, &refers, &mut on_inline);
        relabel(&mut note.label);
    }
    (blocks, footnotes)
}

fn section_heading(title: &str) -> Block {
    let content = vec![Inline { kind: InlineKind::Text(title.to_owned()), span: None }];
    Block::new(BlockKind::Heading(Box::new(Heading { level: 2, content, ..Heading::default() })), None)
}

/// Footnotes in the order in which the text refers to them; those that nobody refers to are left out.
fn in_order_of_reference(blocks: &[Block], footnotes: Vec<Footnote>) -> Vec<Footnote> {
    let mut labels: Vec<String> = Vec::new();
    walk_inlines(blocks, &mut |inline| {
        if let InlineKind::Footnote(label) = &inline.kind
            && !labels.contains(label)
        {
            labels.push(label.clone());
        }
    });
    let mut footnotes: Vec<_> = footnotes.into_iter().filter(|note| labels.contains(&note.label)).collect();
    footnotes.sort_by_key(|note| labels.iter().position(|label| *label == note.label));
    footnotes
}
