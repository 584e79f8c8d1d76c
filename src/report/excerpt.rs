//! Excerpts: the few lines of a source that a finding shows, cut to what a person can read.
//!
//! Knows sources and labels; nothing about how they are drawn.

use crate::finding::Label;
use crate::source::{FileId, Position, Sources, Span};
use std::ops::Range;

/// The longest line that is shown whole, in bytes.
const LINE: usize = 240;
/// How much of a long line is shown before a mark, in bytes.
const BEFORE: usize = 60;
/// How many lines may lie between two marks of one excerpt.
const GAP: usize = 12;

/// Some lines of one file with marks in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt<'a> {
    /// The file.
    pub path: &'a str,
    /// The number of the first line.
    pub line: usize,
    /// The lines.
    pub text: String,
    /// The marks, by bytes of `text`.
    pub marks: Vec<Mark>,
}

/// A part of an excerpt with what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Where.
    pub range: Range<usize>,
    /// The same place in the whole file.
    pub position: Position,
    /// What; may be empty.
    pub text: String,
    /// Whether this is where it is wrong.
    pub primary: bool,
}

/// A line of a source with the labels that begin on it.
struct Line<'a> {
    number: usize,
    start: usize,
    text: &'a str,
}

/// The excerpts of the labels of a finding: that of the first label first. Labels that are near to each
/// other share one.
pub(super) fn excerpts<'a>(labels: &[Label], sources: &'a Sources) -> Vec<Excerpt<'a>> {
    let mut groups: Vec<Vec<(bool, &Label)>> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let near = groups.iter_mut().find(|group| group.iter().all(|(_, other)| are_near(sources, label, other)));
        match near {
            Some(group) => group.push((index == 0, label)),
            None => groups.push(vec![(index == 0, label)]),
        }
    }
    groups.iter().map(|group| excerpt(group, sources)).collect()
}

fn are_near(sources: &Sources, one: &Label, other: &Label) -> bool {
    let line = |label: &Label| sources.position(label.span).line;
    one.span.file == other.span.file && line(one).abs_diff(line(other)) <= GAP
}

fn excerpt<'a>(group: &[(bool, &Label)], sources: &'a Sources) -> Excerpt<'a> {
    let file = group[0].1.span.file;
    let source = sources.text(file);
    let mut starts: Vec<usize> = group.iter().map(|(_, label)| at(source, label.span.start)).collect();
    starts.sort_unstable();
    let (first, last) = (starts[0], starts[starts.len() - 1]);
    let mut excerpt = Excerpt {
        path: sources.path(file),
        line: sources.position_at(file, first).line,
        text: String::new(),
        marks: Vec::new(),
    };
    let from = source[..first].rfind('\n').map_or(0, |newline| newline + 1);
    let mut line = Line { number: excerpt.line, start: from, text: "" };
    loop {
        let rest = &source[line.start..];
        let length = rest.find('\n').unwrap_or(rest.len());
        line.text = rest[..length].trim_end_matches('\r');
        add_line(&mut excerpt, &line, group, (sources, file));
        line = Line { number: line.number + 1, start: line.start + length + 1, text: "" };
        if line.start > last || line.start > source.len() {
            return excerpt;
        }
        excerpt.text.push('\n');
    }
}

/// Adds a line and its marks, cut around the first mark if it is too long.
fn add_line(excerpt: &mut Excerpt<'_>, line: &Line<'_>, group: &[(bool, &Label)], (sources, file): (&Sources, FileId)) {
    let source = sources.text(file);
    let end = line.start + line.text.len();
    let next = source[line.start..].find('\n').map_or(source.len() + 1, |newline| line.start + newline + 1);
    let here: Vec<_> = group
        .iter()
        .map(|(primary, label)| (*primary, *label, within(source, label.span)))
        .filter(|(_, _, range)| (line.start..next).contains(&range.start))
        .collect();
    let window = window(line, here.first().map(|(_, _, range)| range.start - line.start));
    let offset = excerpt.text.len();
    let cut_left = window.start > 0;
    if cut_left {
        excerpt.text.push('…');
    }
    let shown = excerpt.text.len();
    excerpt.text.push_str(&line.text[window.clone()]);
    let behind = excerpt.text.len();
    if window.end < line.text.len() {
        excerpt.text.push('…');
    }
    for (primary, label, range) in here {
        let place = |at: usize| {
            let in_line = at.min(end) - line.start;
            if in_line < window.start { offset } else { (shown + in_line - window.start).min(behind) }
        };
        let (start, stop) = (place(range.start), place(range.end));
        let position = sources.position_at(file, range.start);
        excerpt.marks.push(Mark { range: start..stop.max(start), position, text: label.text.clone(), primary });
    }
}

/// The part of a line that is shown.
fn window(line: &Line<'_>, mark: Option<usize>) -> Range<usize> {
    if line.text.len() <= LINE {
        return 0..line.text.len();
    }
    let from = mark.unwrap_or(0).min(line.text.len()).saturating_sub(BEFORE);
    let from = line.text.floor_char_boundary(from);
    from..line.text.floor_char_boundary((from + LINE).min(line.text.len()))
}

/// The range of a span in its text, cut at the end of its first line and put on whole characters.
fn within(source: &str, span: Span) -> Range<usize> {
    let start = at(source, span.start);
    let end = source.ceil_char_boundary((span.end as usize).min(source.len())).max(start);
    let first_line = source[start..end].find('\n').map_or(end, |newline| start + newline);
    start..start + source[start..first_line].trim_end().len()
}

/// An offset put on a whole character of the text.
fn at(source: &str, offset: u32) -> usize {
    source.floor_char_boundary(offset as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(file: crate::source::FileId, start: usize, end: usize) -> Label {
        Label { span: Span::new(file, start, end), text: String::new() }
    }

    #[test]
    fn near_labels_share_an_excerpt_and_far_ones_do_not() {
        let mut sources = Sources::default();
        let file = sources.add("a", "line\n".repeat(100));
        let labels = [label(file, 50, 54), label(file, 20, 24), label(file, 400, 404)];
        let excerpts = excerpts(&labels, &sources);
        assert_eq!(excerpts.len(), 2);
        assert_eq!((excerpts[0].line, excerpts[0].marks.len()), (5, 2));
        assert_eq!(excerpts[0].text.lines().count(), 7);
        assert_eq!(excerpts[1].line, 81);
    }

    #[test]
    fn a_label_over_several_lines_marks_the_first() {
        let mut sources = Sources::default();
        let file = sources.add("a", "key:\n  one: 1\n  two: 2\n");
        let excerpts = excerpts(&[label(file, 0, 22)], &sources);
        assert_eq!(excerpts[0].text, "key:");
        assert_eq!(excerpts[0].marks[0].range, 0..4);
    }

    #[test]
    fn places_that_do_not_fit_the_text_do_no_harm() {
        let mut sources = Sources::default();
        for text in ["", "ä", "ä\n", "a\r\nb", "\n\n", "äöü\nß"] {
            let file = sources.add("a", text);
            for start in 0..8 {
                for end in start..9 {
                    for excerpt in excerpts(&[label(file, start, end), label(file, 1, 1)], &sources) {
                        for mark in excerpt.marks {
                            assert!(excerpt.text.get(mark.range.clone()).is_some(), "{text:?} {start}..{end}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_marks_of_a_cut_line_mark_the_same_text() {
        let mut sources = Sources::default();
        let text = format!("{}TBD{}", "ä".repeat(1000), "ö".repeat(1000));
        let file = sources.add("a", text);
        let excerpts = excerpts(&[label(file, 2000, 2003), label(file, 0, 2)], &sources);
        let excerpt = &excerpts[0];
        assert_eq!(&excerpt.text[excerpt.marks[0].range.clone()], "TBD");
        assert!(excerpt.text.len() < LINE + 10);
        assert_eq!(excerpt.marks[0].position.column, 1001);
    }
}
