//! The parser's errors in plain words.

use super::{ErrorKind, INVALID_YAML};
use crate::finding::Finding;
use crate::source::Span;
use std::ops::Range;

/// The place to show for an error at `at`, and the finding once the span of that place is known.
pub(super) fn explain(kind: &ErrorKind, text: &str, at: usize) -> (Range<usize>, impl FnOnce(Span) -> Finding) {
    let (message, label, help) = words(kind);
    let at = text.floor_char_boundary(at);
    let rest = &text[at..];
    let length = rest.chars().next().filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
    let range = at..at + length;
    (range, move |span| Finding::error(INVALID_YAML, message).at(span, label).help(help))
}

/// Message, label and help for an error.
fn words(kind: &ErrorKind) -> (String, &'static str, &'static str) {
    use ErrorKind as E;
    let (message, label, help) = match kind {
        E::UnclosedQuotedScalar => (
            "a quotation mark is never closed",
            "still open here",
            "close the text with the same mark that it begins with",
        ),
        _ => {
            return (
                format!("this is not well-formed YAML: {kind}"),
                "here",
                "compare the line with the ones around it: indentation, colons, quotes",
            );
        }
    };
    (message.to_owned(), label, help)
}
