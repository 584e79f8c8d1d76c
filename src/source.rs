//! Where text comes from: the files that were read, and places in them.
//!
//! Owns the texts of a run and the arithmetic from byte offsets to lines and columns. Knows nothing
//! about what the texts mean.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A file among the [`Sources`] of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(u32);

/// A range of bytes in one file, end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`. Offsets beyond 4 GiB are clamped; no such file is ever loaded.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The first place of a file, for findings about the file as a whole.
    #[must_use]
    pub fn start_of(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// The span as a range of byte offsets.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly in this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// One text that was read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path relative to the project, with `/` on every system.
    pub path: String,
    /// The whole text.
    pub text: Arc<str>,
    /// Where its lines begin, known once a place in it was asked for.
    lines: OnceLock<Arc<[u32]>>,
}

impl SourceFile {
    fn new(path: String, text: Arc<str>) -> Self {
        Self { path, text, lines: OnceLock::new() }
    }

    /// Where its lines begin.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| line_starts(&self.text))
    }

    /// Line and column of a byte offset; an offset behind the end means the end.
    fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let lines = self.lines();
        // The first line begins at 0, so that there is always one before.
        let line = lines.partition_point(|start| *start as usize <= offset).max(1);
        let start = lines.get(line - 1).map_or(0, |start| *start as usize);
        Position { line, column: self.text[start..offset].chars().count() + 1 }
    }
}

/// Where the lines of a text begin. Offsets beyond 4 GiB are clamped; no such file is ever loaded.
fn line_starts(text: &str) -> Arc<[u32]> {
    let behind = |(at, _): (usize, &str)| u32::try_from(at + 1).unwrap_or(u32::MAX);
    std::iter::once(0).chain(text.match_indices('\n').map(behind)).collect()
}

/// A place as people name it: both count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// All texts of one run.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    /// The first file of each path.
    names: BTreeMap<String, FileId>,
}

impl Sources {
    /// Adds a text and returns its id.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.push(SourceFile::new(path.into(), text.into()))
    }

    fn push(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.names.entry(file.path.clone()).or_insert(id);
        self.files.push(file);
        id
    }

    /// The file of an id that [`Sources::add`] returned.
    ///
    /// # Panics
    /// If the id belongs to another set of sources.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The path of a file.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        &self.file(id).path
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, id: FileId) -> &str {
        &self.file(id).text
    }

    /// The text that a span covers, empty where the span does not fit the file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte offset in a file; an offset behind the end means the end.
    #[must_use]
    pub fn position_at(&self, file: FileId, offset: usize) -> Position {
        self.file(file).position(offset)
    }

    /// The text of a file from a line on, the lines counted from 1; empty if it has fewer.
    #[must_use]
    pub fn from_line(&self, file: FileId, line: usize) -> &str {
        let file = self.file(file);
        let start = line.checked_sub(1).and_then(|before| file.lines().get(before));
        start.and_then(|start| file.text.get(*start as usize..)).unwrap_or_default()
    }

    /// Replaces what a span covers by asterisks, so that no report shows it. All places stay the same, and so do the
    /// lines.
    pub fn redact(&mut self, span: Span) {
        let Some(file) = self.files.get_mut(span.file.0 as usize) else { return };
        let Some(hidden) = file.text.get(span.range()) else { return };
        let stars: String = hidden.bytes().map(|byte| if byte == b'\n' { '\n' } else { '*' }).collect();
        file.text = [&file.text[..span.start as usize], &stars, &file.text[span.end as usize..]].concat().into();
    }

    /// Line and column of the start of a span.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        self.file(span.file).position(span.start as usize)
    }

    /// The line in which a span begins, without its end.
    #[must_use]
    pub fn line(&self, span: Span) -> &str {
        let text = self.text(span.file);
        let at = text.floor_char_boundary(span.start as usize);
        let from = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        text[from..].lines().next().unwrap_or_default()
    }

    /// Line and column of the end of a span.
    #[must_use]
    pub fn end(&self, span: Span) -> Position {
        self.file(span.file).position(span.end as usize)
    }

    /// Finds a file by its path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.names.get(path).copied()
    }

    /// The same texts under other paths.
    #[must_use]
    pub fn renamed(&self, path: impl Fn(&str) -> String) -> Self {
        let mut sources = Self::default();
        for file in &self.files {
            sources.push(SourceFile { path: path(&file.path), ..file.clone() });
        }
        sources
    }

    /// All files in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }
}

/// Line and column of a byte offset; an offset behind the end means the end.
#[must_use]
pub fn position(text: &str, offset: usize) -> Position {
    let offset = text.floor_char_boundary(offset);
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position {
        line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
        column: text[line_start..offset].chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let text = "äb\ncd";
        assert_eq!(position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(position(text, 2), Position { line: 1, column: 2 });
        assert_eq!(position(text, 1), Position { line: 1, column: 1 }, "inside a character");
        assert_eq!(position(text, 4), Position { line: 2, column: 1 });
        assert_eq!(position(text, 99), Position { line: 2, column: 3 });
    }

    #[test]
    fn places_in_a_file_are_those_of_its_text() {
        let text = "äb\ncd\n\n\u{1f600}x\r\ny";
        let mut sources = Sources::default();
        let file = sources.add("a", text);
        for offset in 0..text.len() + 2 {
            assert_eq!(sources.position_at(file, offset), position(text, offset), "{offset}");
        }
        assert_eq!(sources.from_line(file, 2), &text[4..]);
        assert_eq!((sources.from_line(file, 0), sources.from_line(file, 9)), ("", ""));
    }

    #[test]
    fn what_is_redacted_keeps_its_length_and_its_lines() {
        let mut sources = Sources::default();
        let id = sources.add("a", "key: sé\ncret, rest");
        sources.redact(Span::new(id, 5, 13));
        assert_eq!(sources.text(id), "key: ***\n****, rest");
        sources.redact(Span::new(id, 90, 99));
        assert_eq!(sources.text(id).len(), 19);
    }

    #[test]
    fn a_span_behind_the_end_is_empty() {
        let mut sources = Sources::default();
        let id = sources.add("a", "abc");
        assert_eq!(sources.slice(Span::new(id, 1, 2)), "b");
        assert_eq!(sources.slice(Span::new(id, 5, 9)), "");
    }
}
