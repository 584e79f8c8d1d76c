//! Brackets on the line of the cursor: `[api, database]`, `{minutes: 10, topic: Start}`.

use super::Cursor;
use std::ops::Range;

/// What was opened and is not closed before the cursor.
struct Open<'t> {
    is_mapping: bool,
    /// The key whose value is being written.
    key: Option<&'t str>,
    /// The keys or entries before.
    before: Vec<&'t str>,
    /// Where the present word begins.
    word: usize,
}

/// Narrows a cursor to the word in the brackets that it stands in, if it stands in some.
pub(super) fn narrow<'t>(cursor: &mut Cursor<'t>, text: &'t str, offset: usize) {
    let start = cursor.word.start;
    let Some(written) = text.get(start..offset).filter(|written| written.starts_with(['[', '{'])) else {
        // A line in the middle of brackets: the word begins behind the last comma.
        if cursor.key.is_none() && !cursor.has_colon {
            within(cursor, text, offset);
        }
        return;
    };
    let open = opened(written, start);
    let Some(last) = open.last() else { return };
    cursor.path.extend(cursor.key);
    cursor.in_entry = true;
    for outer in &open[..open.len() - 1] {
        cursor.path.extend(outer.key);
    }
    cursor.in_flow = true;
    cursor.key = if last.is_mapping { last.key } else { None };
    cursor.present.clone_from(&last.before);
    cursor.word = word(text, last.word, offset);
    cursor.has_colon = last.is_mapping && last.key.is_none() && text[cursor.word.end..].starts_with(':');
}

/// Cuts the word out of a line with several that are parted by commas.
fn within(cursor: &mut Cursor<'_>, text: &str, offset: usize) {
    let Some(before) = text.get(cursor.word.start..offset) else { return };
    if let Some(comma) = before.rfind(", ") {
        cursor.word = word(text, cursor.word.start + comma + 1, offset);
    } else if text[offset..].lines().next().is_some_and(|line| line.contains(',')) {
        cursor.word = word(text, cursor.word.start, offset);
    }
}

/// The brackets that are open behind a text which begins at `start`.
fn opened(written: &str, start: usize) -> Vec<Open<'_>> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut quote = None;
    for (at, c) in written.char_indices() {
        if let Some(close) = quote {
            quote = Some(close).filter(|close| *close != c);
            continue;
        }
        match c {
            '"' | '\'' => quote = Some(c),
            '[' | '{' => {
                open.push(Open { is_mapping: c == '{', key: None, before: Vec::new(), word: start + at + 1 });
            }
            ']' | '}' => drop(open.pop()),
            ',' | ':' => {
                if let Some(last) = open.last_mut() {
                    let done = written[last.word - start..at].trim();
                    let opens_value = c == ':' && last.is_mapping && written[at + 1..].starts_with([' ', '"']);
                    if c == ':' && !opens_value && !(last.is_mapping && at + 1 == written.len()) {
                        continue;
                    }
                    last.before.extend(Some(last.key.unwrap_or(done)).filter(|_| c == ','));
                    last.key = Some(done).filter(|_| c == ':');
                    last.word = start + at + 1;
                }
            }
            _ => {}
        }
    }
    open
}

/// The word that begins at or behind `from` and is still there at `offset`.
fn word(text: &str, from: usize, offset: usize) -> Range<usize> {
    let skipped = text[from..offset].len() - text[from..offset].trim_start().len();
    let start = from + skipped;
    let rest = &text[offset..];
    let end = rest.find([',', ']', '}', '\n', ':', '#']).unwrap_or(rest.len());
    start..offset + rest[..end].trim_end().len()
}
