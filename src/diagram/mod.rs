//! Diagrams: from the text of a Mermaid block to a drawing that every output format can show.
//!
//! A drawing is one SVG without style sheets, scripts and references to anything outside of itself, in
//! the colours of `palette` and the font of the documents. Without the feature `diagrams` nothing is
//! drawn, and the text of a block is shown as code.

#[cfg(feature = "diagrams")]
mod mermaid;
#[cfg(feature = "diagrams")]
mod paint;
#[cfg(feature = "diagrams")]
mod palette;
mod words;

pub use words::{Words, words};

use crate::model::memory::Key;
use crate::model::text::{Drawing, Paint};
use std::ops::Range;

/// The language of the blocks that are drawn.
pub const LANGUAGE: &str = "mermaid";

/// A diagram, drawn, and not yet in the form that every format can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// As the crate draws it.
    svg: String,
    /// Unique among all that stand on one page.
    id: String,
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
/// without diagrams. No font is needed for it.
///
/// # Errors
/// If it cannot be drawn.
pub fn draw(source: &str, id: &str) -> Result<Option<Sketch>, Flaw> {
    #[cfg(feature = "diagrams")]
    {
        let svg = mermaid::render(source, id)?;
        paint::judge(&svg)?;
        Ok(Some(Sketch { svg, id: id.to_owned() }))
    }
    #[cfg(not(feature = "diagrams"))]
    {
        let _ = (source, id);
        Ok(None)
    }
}

impl Paint for Sketch {
    /// Brings it into the form that every format can show.
    fn paint(&self) -> Drawing {
        #[cfg(feature = "diagrams")]
        return paint::finish(&self.svg, &self.id).unwrap_or_else(|_| Drawing::nothing());
        #[cfg(not(feature = "diagrams"))]
        Drawing::nothing()
    }

    fn key(&self) -> Key {
        Key::of("drawing").with(self.svg.as_bytes()).with(self.id.as_bytes()).key()
    }
}

#[cfg(all(test, feature = "diagrams"))]
mod tests {
    use super::*;

    fn drawn(source: &str) -> Drawing {
        let sketch = draw(source, "test").unwrap_or_else(|flaw| panic!("{source}: {flaw:?}"));
        sketch.expect("diagrams are built in").paint()
    }

    #[test]
    fn the_usual_kinds_are_drawn_in_the_colours_of_the_theme() {
        for (source, word) in [
            ("flowchart TD\n a[Report] -- 15 min --> b{Solved?}\n b --> c[(Data)]", "Solved?"),
            ("sequenceDiagram\n autonumber\n Guest->>+API: book\n API-->>-Guest: done\n Note over API: held", "held"),
            ("gantt\n dateFormat YYYY-MM-DD\n section Pilot\n 8 % :active, p, 2026-12-02, 2026-12-11", "Pilot"),
            ("erDiagram\n GUEST ||--o{ BOOKING : makes", "BOOKING"),
            ("stateDiagram-v2\n [*] --> Free\n Free --> Held: book", "Held"),
            ("classDiagram\n class Booking {\n +cancel() bool\n }\n Booking --> Payment", "Payment"),
            ("C4Context\n Person(g, \"Guest\")\n System(p, \"Portal\")\n Rel(g, p, \"books\")", "books"),
        ] {
            let drawing = drawn(source);
            assert!(drawing.svg.contains(word), "{source}");
            // Empty margins are cut, so the drawing need not begin at 0.
            let size = format!("width=\"{}\" height=\"{}\"", drawing.width, drawing.height);
            let head = drawing.svg.split('>').next().unwrap_or_default();
            assert!(head.starts_with("<svg class=\"themed\" viewBox=\"") && head.contains(&size), "{source}: {head}");
            assert!(drawing.width > 40 && drawing.height > 40, "{source}");
        }
    }

    #[test]
    fn a_drawing_neither_acts_nor_reaches_outside() {
        let drawing = drawn(
            "flowchart LR\n a[\"<script>alert(1)</script><img src=x onerror=alert(1)>\"] --> b\n click a \"https://a.example\"\n style b fill:#f96",
        );
        for forbidden in ["<script", "<style", "style=", "onerror", "<image", "href=\"http", "foreignObject"] {
            assert!(!drawing.svg.contains(forbidden), "{forbidden}: {}", drawing.svg);
        }
        assert!(drawing.svg.contains("class=\"fixed\""), "a colour of its own needs white paper");
    }

    #[test]
    fn the_same_diagram_gives_the_same_drawing() {
        let source = "flowchart LR\n a --> b\n a --> c";
        assert_eq!(drawn(source), drawn(source));
    }

    #[test]
    fn what_cannot_be_drawn_has_a_reason() {
        let flaw = draw("flowchart LR\n  a --> b\n  b --> [broken\n", "test").expect_err("broken");
        assert!(!flaw.why.is_empty());
        assert!(draw("hello world", "test").is_err());
        assert!(draw("", "test").is_err());
    }
}
