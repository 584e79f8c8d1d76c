//! Pictures: what is known of their files without decoding them, and how large they are on paper.

use crate::source::Span;
use std::collections::BTreeMap;

use super::document::Document;
use super::text::{BlockKind, Image, InlineKind, Target, walk_blocks, walk_inlines};

/// Width and height of the text on a page, in CSS pixels.
const PAGE: (f64, f64) = (616.0, 628.0);

/// What a file of the project is, without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFacts {
    /// Its length in bytes.
    pub bytes: u64,
    /// Width and height in pixels as they are seen, if it is an image made of pixels.
    pub pixels: Option<(u32, u32)>,
}

/// How documents show an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The first place that shows it.
    pub span: Option<Span>,
    /// The largest width that is wanted of it, in CSS pixels; its own if absent.
    pub width: Option<u32>,
}

/// The images that documents show, by path in the project.
#[must_use]
pub fn shown<'a>(documents: impl Iterator<Item = &'a Document>) -> BTreeMap<String, Shown> {
    let mut images = BTreeMap::<String, Shown>::new();
    let mut show = |image: &Image, span: Option<Span>| {
        if let Target::File(path) = &image.target {
            let shown = images.entry(path.clone()).or_insert(Shown { span, width: image.width });
            shown.width = shown.width.zip(image.width).map(|(one, other)| one.max(other));
        }
    };
    for document in documents {
        for blocks in document.texts() {
            walk_blocks(blocks, &mut |block| {
                if let BlockKind::Figure(image) = &block.kind {
                    show(image, block.span);
                }
            });
            walk_inlines(blocks, &mut |inline| {
                if let InlineKind::Image(image) = &inline.kind {
                    show(image, inline.span);
                }
            });
        }
    }
    images
}

/// The width in print, in CSS pixels, of an image of a size in pixels, if a width is wanted or not.
#[must_use]
pub fn printed_width((width, height): (u32, u32), wanted: Option<u32>) -> f64 {
    let width_of_page = PAGE.0.min(PAGE.1 * f64::from(width) / f64::from(height.max(1)));
    f64::from(wanted.unwrap_or(width)).min(width_of_page)
}

/// The dots per inch in print.
#[must_use]
pub fn density(size: (u32, u32), wanted: Option<u32>) -> f64 {
    f64::from(size.0) / (printed_width(size, wanted).max(1.0) / 96.0)
}

#[cfg(test)]
mod tests {
    use super::{density, printed_width};

    #[test]
    fn an_image_is_never_wider_or_higher_than_the_page() {
        for (size, wanted, width) in [
            ((300, 100), None, 300.0),
            ((3000, 100), None, 616.0),
            ((300, 100), Some(150), 150.0),
            ((1000, 2000), None, 314.0),
            ((1000, 0), None, 616.0),
        ] {
            assert!((printed_width(size, wanted) - width).abs() < 0.001, "{size:?}, {wanted:?}");
        }
    }

    #[test]
    fn pixels_are_spread_over_the_width_in_print() {
        assert!((density((1232, 100), None) - 192.0).abs() < 0.001);
        assert!((density((300, 100), Some(600)) - 48.0).abs() < 0.001);
    }
}
