//! Where in YAML a cursor stands, read from indentation alone: a text that is being written is seldom one
//! that a parser accepts.

mod flow;
mod line;
#[cfg(test)]
mod tests;

use line::Line;
use std::ops::Range;

/// Where a cursor stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cursor<'t> {
    /// The keys that lead to the mapping or list around it, from the outermost.
    pub(super) path: Vec<&'t str>,
    /// Whether it is in an entry of the list that the last key holds.
    pub(super) in_entry: bool,
    /// The key whose value it is in; without one it is where a key or an entry stands.
    pub(super) key: Option<&'t str>,
    /// The word around it, in bytes.
    pub(super) word: Range<usize>,
    /// The keys that the mapping has beside this one.
    pub(super) present: Vec<&'t str>,
    /// Whether a colon stands behind the word.
    pub(super) has_colon: bool,
    /// Whether it is in brackets.
    pub(super) in_flow: bool,
}

impl<'t> Cursor<'t> {
    /// The cursor at a byte offset of a text; `None` in a comment.
    pub(super) fn at(text: &'t str, offset: usize) -> Option<Self> {
        let offset = text.floor_char_boundary(offset);
        let (lines, index) = split(text, offset);
        let line = lines.get(index)?;
        if line.comment.is_some_and(|comment| offset > comment) {
            return None;
        }
        let mut cursor = Self::default();
        let mut column = line.column();
        match line.key {
            Some(key) if offset > line.colon => {
                (cursor.key, cursor.word) = (Some(key), line.value.clone());
            }
            Some(_) => (cursor.word, cursor.has_colon) = (line.key_range(), true),
            None if line.content.is_empty() => {
                cursor.word = offset..offset;
                column = (offset - line.start).max(line.dashes.last().map_or(0, |dash| dash + 2));
            }
            None => cursor.word = line.content.clone(),
        }
        let mut walk = Walk { path: Vec::new(), present: Vec::new(), mode: Mode::Mapping(column), in_entry: false };
        walk.dashes(line);
        lines[..index].iter().rev().for_each(|line| walk.up(line));
        if line.dashes.is_empty() || line.key.is_some() {
            walk.present.extend(below(&lines[index + 1..], column));
        }
        walk.path.reverse();
        (cursor.path, cursor.in_entry, cursor.present) = (walk.path, walk.in_entry, walk.present);
        flow::narrow(&mut cursor, text, offset);
        Some(cursor)
    }

    /// The word around the cursor, without quotes.
    pub(super) fn word_in(&self, text: &'t str) -> &'t str {
        text.get(self.word.clone()).unwrap_or_default().trim_matches(['"', '\''])
    }
}

/// The lines of a text, and the index of the one with an offset.
fn split(text: &str, offset: usize) -> (Vec<Line<'_>>, usize) {
    let (mut lines, mut start, mut index) = (Vec::new(), 0, 0);
    for written in text.split('\n') {
        if start <= offset {
            index = lines.len();
        }
        lines.push(Line::read(text, start, written.strip_suffix('\r').unwrap_or(written)));
        start += written.len() + 1;
    }
    (lines, index)
}

/// The keys of the same mapping on the lines below.
fn below<'t>(lines: &[Line<'t>], column: usize) -> Vec<&'t str> {
    let written = lines.iter().filter(|line| !line.is_blank());
    let same = written.take_while(|line| line.outermost() >= column);
    same.filter(|line| line.column() == column).filter_map(|line| line.key).collect()
}

/// What is looked for on the lines above.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// The key that holds the mapping whose keys stand in this column.
    Mapping(usize),
    /// The key that holds the list whose dashes stand in this column.
    List(usize),
}

/// The way up from a line to the keys that hold it.
struct Walk<'t> {
    path: Vec<&'t str>,
    present: Vec<&'t str>,
    mode: Mode,
    in_entry: bool,
}

impl<'t> Walk<'t> {
    /// Looks at a line above.
    fn up(&mut self, line: &Line<'t>) {
        if line.is_blank() {
            return;
        }
        match self.mode {
            Mode::Mapping(column) if line.key.is_some() && line.column() == column => {
                if self.path.is_empty() {
                    self.present.extend(line.key);
                }
                self.dashes(line);
            }
            Mode::Mapping(column) if line.key.is_some() && line.column() < column => self.parent(line),
            Mode::Mapping(column) if line.dashes.last().is_some_and(|dash| *dash < column) => self.dashes(line),
            Mode::List(column) if line.key.is_some() && line.column() <= column && !line.dashes.contains(&column) => {
                self.parent(line);
            }
            Mode::Mapping(_) | Mode::List(_) => {}
        }
    }

    /// A line whose key holds what was looked at so far.
    fn parent(&mut self, line: &Line<'t>) {
        self.path.extend(line.key);
        self.mode = Mode::Mapping(line.column());
        self.dashes(line);
    }

    /// The dashes before the content of a line: it is an entry of a list.
    fn dashes(&mut self, line: &Line<'t>) {
        if let Some(first) = line.dashes.first() {
            self.in_entry |= self.path.is_empty();
            self.mode = Mode::List(*first);
        }
    }
}
