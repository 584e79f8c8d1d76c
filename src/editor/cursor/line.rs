//! One line of YAML: its dashes, its key, its value and its comment.

use std::ops::Range;

/// A line, read as far as one can without the lines around it. All places are bytes of the whole text,
/// columns bytes of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// Where it begins.
    pub(super) start: usize,
    /// The columns of the dashes before its content.
    pub(super) dashes: Vec<usize>,
    /// What stands behind the dashes, without comment.
    pub(super) content: Range<usize>,
    /// The key, if the content has one.
    pub(super) key: Option<&'t str>,
    /// Where the colon behind the key stands.
    pub(super) colon: usize,
    /// The value behind the key.
    pub(super) value: Range<usize>,
    /// Where its comment begins.
    pub(super) comment: Option<usize>,
}

impl<'t> Line<'t> {
    /// Reads the line `written` that begins at `start`.
    pub(super) fn read(text: &'t str, start: usize, written: &'t str) -> Self {
        let mut dashes = Vec::new();
        let spaces = |from: usize| written[from..].len() - written[from..].trim_start_matches(' ').len();
        let mut at = spaces(0);
        while written[at..].starts_with('-') && matches!(written.as_bytes().get(at + 1), None | Some(b' ')) {
            dashes.push(at);
            at += 1 + spaces(at + 1);
        }
        let comment = comment(written, at);
        let end = at + written[at..comment.unwrap_or(written.len())].trim_end().len();
        let colon = colon(&written[at..end]).map(|colon| at + colon);
        let key = colon.map(|colon| written[at..colon].trim_end().trim_matches(['"', '\'']));
        let value = colon.map_or(end..end, |colon| {
            let begin = (colon + 1 + spaces(colon + 1)).min(written.len());
            begin..end.max(begin)
        });
        debug_assert!(text.is_char_boundary(start + end));
        Self {
            start,
            dashes,
            content: start + at..start + end,
            key: key.filter(|key| !key.is_empty()),
            colon: start + colon.unwrap_or(end),
            value: start + value.start..start + value.end,
            comment: comment.map(|comment| start + comment),
        }
    }

    /// Whether it says nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.content.is_empty() && self.dashes.is_empty()
    }

    /// The column of its content.
    pub(super) fn column(&self) -> usize {
        self.content.start - self.start
    }

    /// The column of the first thing on it.
    pub(super) fn outermost(&self) -> usize {
        self.dashes.first().copied().unwrap_or_else(|| self.column())
    }

    /// Where its key stands.
    pub(super) fn key_range(&self) -> Range<usize> {
        self.content.start..self.colon
    }
}

/// Where the comment of a line begins: a `#` behind white space and outside of quotes.
fn comment(line: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line[from..].char_indices() {
        match (quote, c) {
            (None, '#') if before.is_whitespace() => return Some(from + at),
            (None, '"' | '\'') if matches!(before, ' ' | '[' | '{' | ',' | ':') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        before = c;
    }
    None
}

/// Where the colon behind a key stands.
fn colon(content: &str) -> Option<usize> {
    if content.starts_with(['[', '{', '|', '>', '&', '*', '!']) {
        return None;
    }
    let from = match content.chars().next() {
        Some(quote @ ('"' | '\'')) => content[1..].find(quote)? + 2,
        _ => 0,
    };
    let ends = |at: &usize| matches!(content.as_bytes().get(at + 1), None | Some(b' '));
    content[from..].match_indices(':').map(|(at, _)| from + at).find(ends).filter(|at| from == 0 || *at == from)
}
