//! Markdown: into the tree of [`model::text`](crate::model::text), and from it to HTML, Typst and
//! Markdown again.
//!
//! The only room that knows a Markdown syntax, and the only one that escapes text for another language.

mod fingerprint;
pub mod highlight;
pub mod html;
mod math;
mod parse;
pub mod to_markdown;
pub mod typography;
pub mod typst;

pub use fingerprint::fingerprint;
pub use parse::{DROPPED_HTML, Parsed, TOO_DEEP, UNSUPPORTED_MATH, parse, parse_in};
pub use typography::Typography;

/// Escapes a text so that it stands for itself in Markdown, wherever in a paragraph, heading or table
/// cell it is put. Line breaks become spaces.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '&' => out.push_str("&amp;"),
            // Quotes stay, and become those of the language.
            c if c.is_ascii_punctuation() && !matches!(c, ',' | ';' | '%' | '/' | '?' | '\'' | '"') => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::{BlockKind, plain, walk_blocks};
    use crate::source::Sources;

    #[test]
    fn escaped_text_stands_for_itself() {
        for text in [
            "a_b*c*",
            "# no heading",
            "- no list",
            "1. no list",
            "[x](y) <b> &amp; `c` | d ~~e~~ \\f",
            "https://a.example/b_c",
            "x: y, z (1 %) $a$ -- ...",
        ] {
            let file = Sources::default().add("t", "");
            let mut findings = Vec::new();
            let parsed = parse(&escape(text), file, 0, &mut findings);
            let mut seen = String::new();
            walk_blocks(&parsed.blocks, &mut |block| match &block.kind {
                BlockKind::Paragraph(line) => seen.push_str(&plain(line)),
                other => panic!("{text}: {other:?}"),
            });
            assert_eq!(seen, text);
            assert_eq!(findings, []);
        }
    }
}
