//! Diagrams: from the text of a Mermaid block to a drawing that every output format can show.
//!
//! A drawing is one SVG without style sheets, scripts and references to anything outside of itself, in
//! the colours of [`palette`] and the font of the documents. Without the feature `diagrams` nothing is
//! drawn, and the text of a block is shown as code.

#[cfg(feature = "diagrams")]
mod mermaid;
#[cfg(feature = "diagrams")]
mod paint;
#[cfg(feature = "diagrams")]
mod palette;
mod words;

pub use words::{Words, words};

use std::ops::Range;

/// The language of the blocks that are drawn.
pub const LANGUAGE: &str = "mermaid";

/// A diagram, drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The picture: one `<svg>` element.
    pub svg: String,
    /// Its natural width in CSS pixels.
    pub width: u32,
    /// Its natural height in CSS pixels.
    pub height: u32,
}

/// Why a diagram cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The reason, as the end of a sentence.
    pub why: String,
    /// Where in the text, in bytes, if that is known.
    pub range: Option<Range<usize>>,
}

/// Draws a diagram; `id` is unique among all that stand on one page. `Ok(None)` if the program was built
/// without diagrams.
///
/// # Errors
/// If it cannot be drawn.
pub fn draw(source: &str, id: &str) -> Result<Option<Drawing>, Flaw> {
    #[cfg(feature = "diagrams")]
    return mermaid::render(source, id).and_then(|svg| paint::finish(&svg, id)).map(Some);
    #[cfg(not(feature = "diagrams"))]
    {
        let _ = (source, id);
        Ok(None)
    }
}

#[cfg(all(test, feature = "diagrams"))]
mod tests {
    use super::*;

    #[test]
    fn dump() {
        for entry in std::fs::read_dir("/tmp/e3b/mmd").unwrap().flatten() {
            let source = std::fs::read_to_string(entry.path()).unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            match mermaid::render(&source, &name) {
                Ok(raw) => {
                    std::fs::write(format!("/tmp/e3b/svg/{name}.raw.svg"), &raw).unwrap();
                    match paint::finish(&raw, name.trim_end_matches(".mmd")) {
                        Ok(d) => std::fs::write(format!("/tmp/e3b/svg/{name}.svg"), d.svg).unwrap(),
                        Err(f) => println!("{name}: {f:?}"),
                    }
                }
                Err(f) => println!("{name}: {f:?}"),
            }
        }
    }
}
