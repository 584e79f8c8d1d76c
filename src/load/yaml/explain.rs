//! The parser's errors in plain words.

use super::{ErrorKind, INVALID_YAML, MAX_DEPTH};
use crate::finding::Finding;
use crate::source::Span;
use std::ops::Range;

/// The place to show for an error at `at`, and the finding once the span of that place is known.
pub(super) fn explain(kind: &ErrorKind, text: &str, at: usize) -> (Range<usize>, impl FnOnce(Span) -> Finding) {
    let (message, label, help) = words(kind);
    (place(kind, text, at), move |span| Finding::error(INVALID_YAML, message).at(span, label).help(help))
}

/// The character at `at`; for a tab that is in the way, the tabs.
fn place(kind: &ErrorKind, text: &str, at: usize) -> Range<usize> {
    use ErrorKind as E;
    let at = text.floor_char_boundary(at);
    if matches!(kind, E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation) {
        let start = text[..at].trim_end_matches('\t').len();
        if start < at {
            return start..start;
        }
    }
    at..at + text[at..].chars().next().map_or(0, char::len_utf8)
}

type Words = (String, &'static str, &'static str);

/// Message, label and help for an error.
fn words(kind: &ErrorKind) -> Words {
    let fixed = |(message, label, help): (&str, _, _)| (message.to_owned(), label, help);
    structure(kind).or_else(|| scalar(kind)).map_or_else(|| brackets(kind), fixed)
}

/// Errors of indentation, keys and list entries.
fn structure(kind: &ErrorKind) -> Option<(&'static str, &'static str, &'static str)> {
    use ErrorKind as E;
    Some(match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabAtBlockScalarStart => {
            ("a tab stands where only spaces may", "indented with a tab", "indent with spaces, two for each level")
        }
        E::MappingValueNotAllowed | E::InvalidColonPlacement | E::InvalidMappingValueWhitespace => (
            "there is a colon where none can be",
            "this colon",
            "put a text that contains `: ` in quotes; a key above may also lack its own colon, or be indented wrongly",
        ),
        E::ExpectedBlockMappingKey | E::InvalidIndentation | E::MappingKeyNotAllowed => (
            "a key is expected here",
            "does not fit the lines above",
            "indent the line like the other keys of the same mapping, and close quotes and brackets above it",
        ),
        E::SimpleKeyExpected | E::InvalidSimpleKey => (
            "a colon is missing behind a key",
            "this line is no `key: value`",
            "write `key: value`, with a space behind the colon",
        ),
        E::ExpectedBlockSequenceEntry => (
            "an entry of the list is expected here",
            "does not begin with `- `",
            "begin the line with `- ` like the entries above, or indent it to belong to one of them",
        ),
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection | E::InvalidBlockEntryWhitespace => (
            "a list cannot begin here",
            "this dash",
            "put the first `- ` on a line of its own; a text that begins with `- ` belongs in quotes",
        ),
        E::CommentNotSeparated => {
            ("a comment needs a space before it", "this `#`", "put a space before `#`, or the text in quotes")
        }
        E::CommentInterceptedScalar => {
            ("a comment stands inside a text of several lines", "after the comment", "move the comment above the key")
        }
        E::BomInsideDocument => {
            ("a byte order mark stands inside the text", "an invisible character", "delete the character")
        }
        _ => return None,
    })
}

/// Errors inside texts.
fn scalar(kind: &ErrorKind) -> Option<(&'static str, &'static str, &'static str)> {
    use ErrorKind as E;
    Some(match kind {
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => (
            "a quotation mark is never closed",
            "still open here",
            "close the text with the same mark that it begins with",
        ),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => (
            "something follows a text in quotes",
            "behind the closing quotation mark",
            "put the whole text in quotes; inside single quotes write '' for a quotation mark, inside double ones \\\"",
        ),
        E::UnknownQuotedScalarEscape | E::InvalidQuotedScalarHexEscape | E::InvalidUnicodeEscape => (
            "a backslash in double quotes is followed by something unknown",
            "in this text",
            "write `\\\\` for a backslash, or put the text in single quotes, where a backslash means nothing",
        ),
        E::InvalidQuotedScalarIndent | E::InvalidFlowScalarIndent => {
            ("a text of several lines is indented wrongly", "here", "indent its lines deeper than the key")
        }
        E::InvalidBlockScalarHeader | E::ZeroBlockScalarIndent | E::InvalidBlockScalarIndent => (
            "a text of several lines begins or continues wrongly",
            "here",
            "leave nothing behind `|` or `>`, and indent the lines of the text alike, deeper than the key",
        ),
        _ => return None,
    })
}

/// Errors of brackets, special characters and everything rare.
fn brackets(kind: &ErrorKind) -> Words {
    use ErrorKind as E;
    match kind {
        E::UnclosedFlowCollection { open } => (
            format!("the bracket `{open}` is never closed"),
            "opened here",
            "close it; a text that begins with a bracket belongs in quotes",
        ),
        E::MismatchedFlowCollectionEnd { open, close } => (
            format!("the bracket `{open}` is closed by `{close}`"),
            "this pair",
            "close each bracket with its own partner",
        ),
        E::MisplacedFlowCollectionEnd => {
            ("a bracket is closed that was never opened".to_owned(), "this one", "remove it, or put the text in quotes")
        }
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator => (
            "a comma or a closing bracket is missing".to_owned(),
            "expected before this",
            "separate entries by commas, and close the bracket behind the last one",
        ),
        E::UnexpectedCharacter { character } => (
            format!("no text can begin with `{}`", character.escape_default()),
            "this character",
            "put the text in quotes",
        ),
        E::RecursionLimitExceeded => (
            format!("lists and mappings are nested more than {MAX_DEPTH} deep"),
            "too deep",
            "no key of ours lies as deep as that; look for a bracket too many",
        ),
        other => (
            format!("this is not well-formed YAML: {other}"),
            "here",
            "compare the line with the ones around it: indentation, colons, quotes, brackets",
        ),
    }
}
