//! The search of the offline site: an index that a page loads as a classic script, because nothing else
//! can be loaded from disk.
//!
//! `search-index.js` says which word stands in which section and how weightily. The headings and texts
//! that results quote lie beside it, one file per document, and are loaded when a result of that document
//! is shown: so the index stays small however much there is to read.

mod words;

use super::Workshop;
use crate::model::document::Document;
use crate::model::text::{Block, BlockKind, Heading, plain, walk_blocks};
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use words::{SPELLINGS, each_term};

/// The files of the search, by path in the bundle.
pub(super) fn files(documents: &[&Document], workshop: &Workshop) -> BTreeMap<String, Vec<u8>> {
    let mut index = Index::default();
    let mut files = BTreeMap::new();
    for read in workshop.each(documents, |document| document.blocks.len(), |document| Read::new(document)) {
        index.add(read.words, read.lengths);
        files.insert(format!("html/assets/search/{}.js", read.kind), read.script);
    }
    let script = format!("handoffSearch.index({});\n", index.value(documents));
    files.insert("html/assets/search-index.js".into(), script.into_bytes());
    files
}

/// A part of a document that a result leads to.
#[derive(Debug, PartialEq)]
struct Section {
    /// The anchor; empty for the top of the page.
    id: String,
    number: String,
    heading: String,
    text: String,
}

impl Section {
    /// What a result shows: anchor, heading, text.
    fn shown(&self) -> (&str, String, &str) {
        let heading = format!("{} {}", self.number, self.heading);
        (&self.id, heading.trim().to_owned(), &self.text)
    }
}

/// The parts of a document: what stands before the first heading, and each heading with what follows.
fn sections(document: &Document) -> Vec<Section> {
    let top =
        Section { id: String::new(), number: String::new(), heading: String::new(), text: document.summary.clone() };
    let mut sections = vec![top];
    for block in &document.blocks {
        if let BlockKind::Heading(heading) = &block.kind {
            sections.push(begin(heading));
        } else if let Some(section) = sections.last_mut() {
            push(&mut section.text, &text(std::slice::from_ref(block)));
        }
    }
    if let Some(last) = sections.last_mut() {
        document.footnotes.iter().for_each(|note| push(&mut last.text, &text(&note.blocks)));
    }
    sections
}

fn begin(heading: &Heading) -> Section {
    Section {
        id: heading.id.clone(),
        number: heading.number.clone(),
        heading: plain(&heading.content),
        text: String::new(),
    }
}

/// The words of some blocks, in one line.
fn text(blocks: &[Block]) -> String {
    let mut out = String::new();
    walk_blocks(blocks, &mut |block| match &block.kind {
        BlockKind::Heading(heading) => push(&mut out, &plain(&heading.content)),
        BlockKind::Paragraph(line) => push(&mut out, &plain(line)),
        BlockKind::Code(code) => push(&mut out, &code.text),
        BlockKind::Figure(image) => {
            push(&mut out, &image.title);
            push(&mut out, &image.alt);
        }
        BlockKind::Diagram(diagram) => {
            push(&mut out, &diagram.title);
            push(&mut out, &diagram.alt);
        }
        BlockKind::Table(table) => {
            push(&mut out, &plain(&table.caption));
            for row in std::iter::once(&table.header).chain(&table.rows) {
                let cells: Vec<String> = row.iter().map(|cell| plain(cell)).filter(|cell| !cell.is_empty()).collect();
                push(&mut out, &cells.join(" · "));
            }
        }
        BlockKind::Definitions(list) => list.iter().for_each(|entry| push(&mut out, &plain(&entry.term))),
        _ => {}
    });
    out
}

/// Adds a text to a line.
fn push(line: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
}

/// How often a word stands in a section, and where.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    title: u32,
    heading: u32,
    text: u32,
}

impl Count {
    /// One of four weights; the script knows what each is worth.
    fn level(self) -> usize {
        match self {
            Self { heading: 1.., .. } => 3,
            Self { text: 2.., .. } => 2,
            Self { text: 1, .. } => 1,
            _ => 0,
        }
    }
}

/// Word to the sections in which it stands, the first one first.
type Places = IndexMap<String, Vec<(usize, Count)>>;

/// What is known of one document by itself.
struct Read<'a> {
    kind: &'a str,
    /// What results quote, as a script.
    script: Vec<u8>,
    /// Its words; sections are numbered within the document.
    words: Places,
    /// How many words each of its sections has.
    lengths: Vec<usize>,
}

impl<'a> Read<'a> {
    fn new(document: &'a Document) -> Self {
        let sections = sections(document);
        let mut counter = Counter::default();
        let lengths = sections.iter().enumerate().map(|(number, section)| counter.add(number, document, section));
        let lengths = lengths.collect();
        let texts: Vec<_> = sections.iter().map(Section::shown).collect();
        let texts = serde_json::to_string(&texts).unwrap_or_default();
        let script = format!("handoffSearch.texts({},{texts});\n", json!(document.kind));
        Self { kind: &document.kind, script: script.into_bytes(), words: counter.words, lengths }
    }
}

/// Counts the words of one document.
#[derive(Debug, Default)]
struct Counter {
    words: Places,
}

impl Counter {
    /// Counts the words of a section, and says how many its text has.
    fn add(&mut self, number: usize, document: &Document, section: &Section) -> usize {
        if section.id.is_empty() {
            // The top of a page has the title of the document for its heading.
            self.take(number, &format!("{} {}", document.title, document.number), |count| &mut count.heading);
        } else {
            self.take(number, &document.title, |count| &mut count.title);
        }
        self.take(number, &section.heading, |count| &mut count.heading);
        self.take(number, &section.text, |count| &mut count.text)
    }

    /// Counts the words of a text, and says how many there are.
    fn take(&mut self, section: usize, text: &str, place: fn(&mut Count) -> &mut u32) -> usize {
        let mut length = 0;
        each_term(text, &mut |term| {
            length += 1;
            let sections = match self.words.get_mut(term) {
                Some(known) => known,
                None => self.words.entry(term.to_owned()).or_default(),
            };
            if sections.last().is_none_or(|(last, _)| *last != section) {
                sections.push((section, Count::default()));
            }
            if let Some((_, count)) = sections.last_mut() {
                *place(count) += 1;
            }
        });
        length
    }
}

/// Which word stands in which section.
#[derive(Debug, Default)]
struct Index {
    /// The words of all documents; sections are numbered through all of them.
    words: Places,
    /// How many words each section has.
    lengths: Vec<usize>,
    /// The number of sections of each document.
    sections: Vec<usize>,
}

/// A word that stands in more than this share of the sections tells nothing: only headings keep it.
const COMMON: f64 = 0.35;
/// So many sections are needed before any word counts as common.
const FEW: usize = 40;

impl Index {
    /// Adds the words of the next document.
    fn add(&mut self, words: Places, lengths: Vec<usize>) {
        let before = self.lengths.len();
        for (word, sections) in words {
            let sections = sections.into_iter().map(|(section, count)| (before + section, count));
            self.words.entry(word).or_default().extend(sections);
        }
        self.sections.push(lengths.len());
        self.lengths.extend(lengths);
    }

    /// Takes the words that tell nothing out of texts, and returns them.
    #[allow(clippy::cast_precision_loss, reason = "no bundle has that many sections")]
    fn drop_common(&mut self) -> Vec<String> {
        let all = self.lengths.len();
        let mut common = Vec::new();
        for (word, sections) in &mut self.words {
            if all >= FEW && sections.len() as f64 > COMMON * all as f64 {
                sections.retain(|(_, count)| count.heading > 0);
                common.push(word.clone());
            }
        }
        self.words.retain(|_, sections| !sections.is_empty());
        common.sort_unstable();
        common
    }

    /// What the script gets.
    fn value(&mut self, documents: &[&Document]) -> Value {
        let common = self.drop_common();
        let documents: Vec<Value> = documents
            .iter()
            .zip(&self.sections)
            .map(|(document, sections)| json!([document.kind, document.number, document.title, sections]))
            .collect();
        let spellings: BTreeMap<char, &str> = SPELLINGS.into();
        let mut words: Vec<(&String, &Vec<(usize, Count)>)> = self.words.iter().collect();
        words.sort_unstable_by_key(|(word, _)| *word);
        let postings: Vec<String> = words.iter().map(|(_, sections)| postings(sections)).collect();
        json!({
            "documents": documents,
            "lengths": self.lengths,
            "spellings": spellings,
            "common": common,
            "terms": front_coded(words.iter().map(|(word, _)| *word)),
            "postings": postings.join(" "),
        })
    }
}

/// The digits that numbers in the index are written with.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The sections of a word: steps from one to the next, each with its weight.
fn postings(sections: &[(usize, Count)]) -> String {
    let mut out = String::new();
    let mut before = 0;
    for (section, count) in sections {
        push_number(&mut out, (section - before) * 4 + count.level());
        before = *section;
    }
    out
}

/// Writes a number with five bits in each digit, the lowest first; the sixth says that more follow.
fn push_number(out: &mut String, mut number: usize) {
    while number >= 32 {
        out.push(char::from(DIGITS[32 + number % 32]));
        number /= 32;
    }
    out.push(char::from(DIGITS[number]));
}

/// The words, each behind how much it shares with the one before it: one digit of base 36, counted in
/// the units that JavaScript counts in.
fn front_coded<'a>(words: impl Iterator<Item = &'a String>) -> String {
    let mut out = String::new();
    let mut before = "";
    for word in words {
        let (mut shared, mut bytes) = (0, 0);
        for (a, b) in before.chars().zip(word.chars()) {
            if a != b || shared + a.len_utf16() > 35 {
                break;
            }
            shared += a.len_utf16();
            bytes += a.len_utf8();
        }
        if !out.is_empty() {
            out.push(' ');
        }
        let digit = u32::try_from(shared).ok().and_then(|shared| char::from_digit(shared, 36));
        out.push(digit.unwrap_or('0'));
        out.push_str(&word[bytes..]);
        before = word;
    }
    out
}

#[cfg(test)]
mod tests;
