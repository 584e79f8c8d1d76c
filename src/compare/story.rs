//! What changed, told as the text of a document: for the bundle, for a page and for a PDF of its own.

use crate::model::difference::{Differences, DocumentChange, Fate, Line, Part, Piece, Place};
use crate::model::template::Words;
use crate::model::text::{
    Alignment, Block, BlockKind, Heading, Inline, InlineKind, Link, List, ListItem, Style, Table, Target,
};
use jiff::civil::Date;

/// The kind of the document in a bundle.
pub const KIND: &str = "what-changed";

/// The title of the document, and its text.
#[must_use]
pub fn tell(changes: &Differences, words: &Words) -> (String, Vec<Block>) {
    let title = words.get("changes_title").replace("{version}", &changes.old.version);
    let mut story = Story { words, blocks: Vec::new(), chapter: 0, section: 0 };
    story.summary(changes);
    story.documents(changes);
    story.places(changes);
    story.data(changes);
    story.coverage(changes);
    story.files(changes);
    (title, story.blocks)
}

struct Story<'a> {
    words: &'a Words,
    blocks: Vec<Block>,
    chapter: usize,
    section: usize,
}

fn text(text: impl Into<String>) -> Inline {
    Inline { kind: InlineKind::Text(text.into()), span: None }
}

fn within(kind: impl FnOnce(Vec<Inline>) -> InlineKind, line: Vec<Inline>) -> Inline {
    Inline { kind: kind(line), span: None }
}

fn paragraph(line: Vec<Inline>) -> Block {
    Block::new(BlockKind::Paragraph(line.into()), None)
}

/// Words that came or went, so that their shape tells it.
fn styled(fate: Option<Fate>, line: Vec<Inline>) -> Vec<Inline> {
    match fate {
        None | Some(Fate::Changed) => line,
        Some(Fate::Added) => vec![within(|line| InlineKind::Styled(Style::Added, line), line)],
        Some(Fate::Removed) => vec![within(|line| InlineKind::Styled(Style::Removed, line), line)],
    }
}

fn piece(piece: &Piece) -> Vec<Inline> {
    let kind = if piece.code { InlineKind::Code(piece.text.clone()) } else { InlineKind::Text(piece.text.clone()) };
    styled(piece.fate, vec![Inline { kind, span: None }])
}

fn line(line: &Line) -> Vec<Inline> {
    line.pieces.iter().flat_map(piece).collect()
}

/// A place: where it is, and its lines.
fn blocks_of(place: &Place) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !place.section.is_empty() {
        let path = vec![text(place.section.join(" › "))];
        blocks.push(paragraph(vec![within(InlineKind::Emphasis, path)]));
    }
    let alike = |a: &Line, b: &Line| a.part == b.part && matches!(a.part, Part::Item | Part::Code);
    for run in place.lines.chunk_by(alike) {
        match run[0].part {
            Part::Heading(_) => {
                blocks.extend(run.iter().map(|one| paragraph(vec![within(InlineKind::Strong, line(one))])));
            }
            Part::Item => {
                let item = |one: &Line| ListItem { checked: None, blocks: vec![paragraph(line(one))] };
                let list = List { start: None, tight: true, items: run.iter().map(item).collect() };
                blocks.push(Block::new(BlockKind::List(list), None));
            }
            Part::Code => {
                let mut lines = Vec::new();
                for (index, one) in run.iter().enumerate() {
                    if index > 0 {
                        lines.push(Inline { kind: InlineKind::HardBreak, span: None });
                    }
                    lines.extend(line(one));
                }
                blocks.push(paragraph(lines));
            }
            _ => blocks.extend(run.iter().map(|one| paragraph(line(one)))),
        }
    }
    blocks
}

impl Story<'_> {
    fn word(&self, key: &str) -> String {
        self.words.get(key).to_owned()
    }

    fn chapter(&mut self, key: &str, id: &str) {
        (self.chapter, self.section) = (self.chapter + 1, 0);
        let content = vec![text(self.word(key))];
        self.heading(2, id.to_owned(), self.chapter.to_string(), content);
    }

    fn heading(&mut self, level: u8, id: String, number: String, content: Vec<Inline>) {
        let heading = Heading { level, explicit_id: Some(id.clone()), id, number, content };
        self.blocks.push(Block::new(BlockKind::Heading(Box::new(heading)), None));
    }

    fn table(&mut self, heads: &[&str], rows: Vec<Vec<Vec<Inline>>>) {
        let header = heads.iter().map(|key| vec![text(if key.is_empty() { String::new() } else { self.word(key) })]);
        let alignments = vec![Alignment::Auto; heads.len()];
        let table = Table { alignments, header: header.collect(), rows, ..Table::default() };
        self.blocks.push(Block::new(BlockKind::Table(table.into()), None));
    }

    fn summary(&mut self, changes: &Differences) {
        let day = |date: &str| date.parse::<Date>().map_or_else(|_| date.to_owned(), |date| self.words.date(date));
        let status = |status: &str| {
            let key = format!("status_{}", status.replace('-', "_"));
            self.words.all().get(&key).cloned().unwrap_or_else(|| status.to_owned())
        };
        let side = |side: &crate::model::difference::Side| {
            format!("{} ({}, {})", side.version, day(&side.date), status(&side.status))
        };
        let compared = self.word("changes_compared");
        let compared = compared.replace("{old}", &side(&changes.old)).replace("{new}", &side(&changes.new));
        self.blocks.push(paragraph(vec![text(compared)]));
        if changes.is_empty() {
            let nothing = vec![text(self.word("changes_nothing"))];
            return self.blocks.push(paragraph(nothing));
        }
        let legend = self.word("changes_legend");
        let mut line = Vec::new();
        // The sentence names both kinds of marks, and shows them.
        for (index, part) in legend.split(['{', '}']).enumerate() {
            line.extend(match (index % 2, part) {
                (1, "added") => styled(Some(Fate::Added), vec![text(self.word("changes_added_words"))]),
                (1, "removed") => styled(Some(Fate::Removed), vec![text(self.word("changes_removed_words"))]),
                _ => vec![text(part)],
            });
        }
        self.blocks.push(paragraph(line));
    }

    fn fate(&self, fate: Fate) -> String {
        format!("{}\u{a0}{}", fate.sign(), self.word(&format!("changes_{}", fate.as_str())))
    }

    fn documents(&mut self, changes: &Differences) {
        if changes.documents.is_empty() {
            return;
        }
        self.chapter("documents", "documents");
        let row = |change: &DocumentChange| {
            let mut title = vec![text(&change.title)];
            if change.fate != Fate::Removed {
                let target = Target::Document { kind: change.kind.clone(), anchor: None };
                let link = Link { target, title: String::new(), content: title };
                title = vec![Inline { kind: InlineKind::Link(Box::new(link)), span: None }];
            }
            if let Some(old) = &change.old_title {
                title.push(text(" "));
                title.extend(styled(Some(Fate::Removed), vec![text(old)]));
            }
            let marks = if change.fate == Fate::Changed { change.marks().to_string() } else { "–".to_owned() };
            vec![vec![text(self.fate(change.fate))], vec![text(&change.number)], title, vec![text(marks)]]
        };
        let rows = changes.documents.iter().map(row).collect();
        self.table(&["changes_what", "number", "title", "changes_marks"], rows);
    }

    fn places(&mut self, changes: &Differences) {
        let changed: Vec<_> = changes.documents.iter().filter(|change| !change.places.is_empty()).collect();
        if changed.is_empty() {
            return;
        }
        self.chapter("changes_words", "words");
        for change in changed {
            self.section += 1;
            let number = format!("{}.{}", self.chapter, self.section);
            let title = format!("{} {}", change.number, change.title);
            self.heading(3, format!("words-{}", change.kind), number, vec![text(title.trim())]);
            for place in &change.places {
                let blocks = blocks_of(place);
                self.blocks.push(Block::new(BlockKind::Quote(blocks), None));
            }
        }
    }

    /// The rows of a table: what it is, what it was, what it is now.
    fn before_and_after<'c>(
        &self,
        rows: impl Iterator<Item = (Vec<Inline>, Fate, Option<&'c String>, Option<&'c String>)>,
    ) -> Vec<Vec<Vec<Inline>>> {
        let side = |value: Option<&String>, fate| match value {
            Some(value) => styled(Some(fate), vec![text(value)]),
            None => vec![text("–")],
        };
        rows.map(|(what, fate, old, new)| {
            vec![vec![text(self.fate(fate))], what, side(old, Fate::Removed), side(new, Fate::Added)]
        })
        .collect()
    }

    fn data(&mut self, changes: &Differences) {
        if changes.data.is_empty() {
            return;
        }
        self.chapter("changes_facts", "facts");
        let path = |path: &str| vec![Inline { kind: InlineKind::Code(path.to_owned()), span: None }];
        let rows = changes.data.iter().map(|one| (path(&one.path), one.fate, one.old.as_ref(), one.new.as_ref()));
        let rows = self.before_and_after(rows);
        self.table(&["changes_what", "changes_fact", "changes_before", "changes_now"], rows);
    }

    fn coverage(&mut self, changes: &Differences) {
        if changes.coverage.is_empty() {
            return;
        }
        self.chapter("completeness", "completeness");
        let state = |state: &Option<String>| {
            let key = |state: &String| format!("state_{}", state.replace('-', "_"));
            state.as_ref().map(|state| self.words.all().get(&key(state)).unwrap_or(state).clone())
        };
        let states: Vec<_> = changes.coverage.iter().map(|one| (one, state(&one.old), state(&one.new))).collect();
        let rows = states.iter().map(|(one, old, new)| (vec![text(&one.title)], one.fate, old.as_ref(), new.as_ref()));
        let rows = self.before_and_after(rows);
        self.table(&["changes_what", "changes_item", "changes_before", "changes_now"], rows);
    }

    fn files(&mut self, changes: &Differences) {
        if changes.files.is_empty() {
            return;
        }
        self.chapter("changes_files", "files");
        let path = |path: &str| vec![Inline { kind: InlineKind::Code(path.to_owned()), span: None }];
        let rows = changes.files.iter().map(|file| vec![vec![text(self.fate(file.fate))], path(&file.path)]).collect();
        self.table(&["changes_what", "changes_file"], rows);
    }
}
