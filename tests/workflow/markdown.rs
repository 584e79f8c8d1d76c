//! The sections of a Markdown file, found by its lines alone.

use handoff::model::checklist::Item;
use handoff::model::text::slug;
use std::ops::Range;

/// A heading with its section.
#[derive(Debug, Clone)]
pub struct Heading {
    /// What it says.
    pub title: String,
    /// Its anchor.
    anchor: String,
    /// Its level.
    level: usize,
    /// From the heading to the next one that is not below it.
    pub range: Range<usize>,
}

impl Heading {
    /// Whether it covers an item.
    pub fn covers(&self, item: &Item) -> bool {
        item.matches_heading(&self.title, Some(&self.anchor))
    }

    /// Whether a byte lies in its section.
    pub fn has(&self, at: usize) -> bool {
        self.range.contains(&at)
    }
}

/// The headings of a text.
pub fn headings(text: &str) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let (mut at, mut fenced) = (0, false);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if !fenced && level > 0 && line[level..].starts_with(' ') {
            for open in found.iter_mut().filter(|open| open.level >= level && open.range.end == text.len()) {
                open.range.end = at;
            }
            let (title, anchor) = match line[level..].trim().split_once(" {#") {
                Some((title, anchor)) => (title.trim().to_owned(), anchor.trim_end_matches('}').to_owned()),
                None => (line[level..].trim().to_owned(), slug(line[level..].trim())),
            };
            found.push(Heading { title, anchor, level, range: at..text.len() });
        }
        at += line.len();
    }
    found
}
