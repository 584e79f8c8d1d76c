//! The levels of headings: which go down by more than one step, and what they ought to be.

use crate::model::text::{Block, BlockKind};
use crate::source::Span;

/// A heading that is too deep for where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skip {
    /// Where the heading stands.
    pub(super) span: Span,
    /// Its level.
    pub(super) level: u8,
    /// The level that it ought to have.
    pub(super) wanted: u8,
}

/// The headings of a text that skip a level. What stands under one that is mended moves up with it.
pub(super) fn skips(blocks: &[Block]) -> Vec<Skip> {
    let mut above: Vec<(u8, u8)> = Vec::new();
    let mut skips = Vec::new();
    for block in blocks {
        let (BlockKind::Heading(heading), Some(span)) = (&block.kind, block.span) else { continue };
        let level = heading.level;
        above.retain(|(written, _)| *written < level);
        let wanted = above.last().map_or(level, |(_, parent)| level.min(parent + 1));
        if wanted < level {
            skips.push(Skip { span, level, wanted });
        }
        above.push((level, wanted));
    }
    skips
}
