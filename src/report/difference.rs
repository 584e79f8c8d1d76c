//! What changed between two editions, for people and for programs.

use super::Style;
use super::table::{CYAN, GREEN, RED, YELLOW, paint};
use crate::model::difference::{Differences, DocumentChange, Fate, Line, Part, Piece, Side};
use annotate_snippets::normalize_untrusted_str as harmless;
use serde_json::json;
use std::fmt::Write;

/// How much of what stayed is shown around a change, in characters.
const AROUND: usize = 60;
/// How long a value may be.
const VALUE: usize = 90;

/// Writes the changes as JSON: all of them, and how many there are.
#[must_use]
pub fn json(changes: &Differences) -> String {
    let mut value = serde_json::to_value(changes).unwrap_or_default();
    let documents = |fate: Fate| changes.documents.iter().filter(|document| document.fate == fate).count();
    let summary = json!({
        "equal": changes.is_empty(),
        "documents_added": documents(Fate::Added),
        "documents_removed": documents(Fate::Removed),
        "documents_changed": documents(Fate::Changed),
        "marks": changes.marks(),
        "data": changes.data.len(),
        "coverage": changes.coverage.len(),
        "files": changes.files.len(),
    });
    if let Some(all) = value.as_object_mut() {
        all.insert("summary".into(), summary);
    }
    if let Some(documents) = value.get_mut("documents").and_then(|documents| documents.as_array_mut()) {
        for (document, change) in documents.iter_mut().zip(&changes.documents) {
            if let Some(document) = document.as_object_mut() {
                document.insert("marks".into(), change.marks().into());
            }
        }
    }
    serde_json::to_string_pretty(&value).map_or_else(|_| String::new(), |text| text + "\n")
}

/// Writes the changes for people. What came stands in `{+…+}`, what went in `[-…-]`, with or without colours.
#[must_use]
pub fn human(changes: &Differences, style: &Style) -> String {
    let mut text = Text { out: String::new(), style };
    text.head(changes);
    if changes.is_empty() {
        text.out.push_str("Nothing differs.\n");
        return text.out;
    }
    text.documents(changes);
    text.rows("Facts", changes.data.iter().map(|one| (one.fate, one.path.clone(), &one.old, &one.new)));
    let items =
        changes.coverage.iter().map(|one| (one.fate, format!("{} ({})", one.title, one.id), &one.old, &one.new));
    text.rows("Completeness", items);
    text.rows("Files", changes.files.iter().map(|one| (one.fate, one.path.clone(), &None, &None)));
    text.sum(changes);
    text.out
}

struct Text<'a> {
    out: String,
    style: &'a Style,
}

impl Text<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}", text.trim_end());
    }

    fn title(&mut self, title: &str) {
        let painted = paint(self.style, CYAN, title);
        let _ = writeln!(self.out, "\n{painted}");
    }

    fn head(&mut self, changes: &Differences) {
        let side = |side: &Side| format!("{} ({}, {})", side.version, side.date, side.status);
        let head = format!("{}: {} → {}", changes.new.project, side(&changes.old), side(&changes.new));
        self.line(&harmless(&head));
    }

    fn sign(&self, fate: Fate) -> String {
        let colour = match fate {
            Fate::Added => GREEN,
            Fate::Removed => RED,
            Fate::Changed => YELLOW,
        };
        paint(self.style, colour, fate.sign())
    }

    fn documents(&mut self, changes: &Differences) {
        if changes.documents.is_empty() {
            return;
        }
        self.title("Documents");
        for change in &changes.documents {
            let name = format!("{} {}", change.number, change.title);
            let more = match (change.fate, &change.old_title) {
                (Fate::Changed, Some(old)) => format!(", was “{old}”; {}", marks(change.marks())),
                (Fate::Changed, None) => format!(", {}", marks(change.marks())),
                (fate, _) => format!(", {}", fate.as_str()),
            };
            let line = format!("  {} {}", self.sign(change.fate), harmless(&format!("{}{more}", name.trim())));
            self.line(&line);
            self.places(change);
        }
    }

    fn places(&mut self, change: &DocumentChange) {
        let mut section: &[String] = &[];
        for place in &change.places {
            if place.section != section {
                section = &place.section;
                self.line(&format!("      {}", harmless(&section.join(" › "))));
            }
            for line in &place.lines {
                let text = self.words(line);
                self.line(&format!("        {text}"));
            }
        }
    }

    /// The words of a line; of what stayed only what stands near a change.
    fn words(&self, line: &Line) -> String {
        let mut out = String::from(match line.part {
            Part::Heading(_) => "# ",
            Part::Item => "- ",
            Part::Row => "| ",
            _ => "",
        });
        let last = line.pieces.len().saturating_sub(1);
        for (index, piece) in line.pieces.iter().enumerate() {
            out.push_str(&self.piece(piece, index == 0, index == last));
        }
        out
    }

    fn piece(&self, piece: &Piece, first: bool, last: bool) -> String {
        let text = harmless(&piece.text);
        match piece.fate {
            Some(Fate::Added) => paint(self.style, GREEN, &format!("{{+{text}+}}")),
            Some(Fate::Removed) => paint(self.style, RED, &format!("[-{text}-]")),
            _ => shortened(&text, first, last),
        }
    }

    fn rows<'c>(
        &mut self,
        title: &str,
        rows: impl Iterator<Item = (Fate, String, &'c Option<String>, &'c Option<String>)>,
    ) {
        for (index, (fate, what, old, new)) in rows.enumerate() {
            if index == 0 {
                self.title(title);
            }
            let value = |value: &Option<String>| value.as_deref().map(|value| harmless(&cut(value)));
            let values = match (value(old), value(new)) {
                (Some(old), Some(new)) => format!(": {old} → {new}"),
                (Some(one), None) | (None, Some(one)) => format!(": {one}"),
                (None, None) => String::new(),
            };
            let line = format!("  {} {}{values}", self.sign(fate), harmless(&what));
            self.line(&line);
        }
    }

    fn sum(&mut self, changes: &Differences) {
        let count = |number: usize, one: &str, many: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {many}")),
        };
        let parts = [
            count(changes.documents.len(), "document", "documents"),
            count(changes.marks(), "mark", "marks"),
            count(changes.data.len(), "fact", "facts"),
            count(changes.coverage.len(), "item of the checklist", "items of the checklist"),
            count(changes.files.len(), "file", "files"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let _ = writeln!(self.out, "\nDiffers: {}", parts.join(", "));
    }
}

fn marks(number: usize) -> String {
    format!("{number} {}", if number == 1 { "mark" } else { "marks" })
}

/// A long value without its end.
fn cut(value: &str) -> String {
    match value.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// What stayed: the part that is next to a change.
fn shortened(text: &str, first: bool, last: bool) -> String {
    let letters: Vec<char> = text.chars().collect();
    let room = if first || last { AROUND } else { 2 * AROUND };
    if letters.len() <= room + 1 {
        return text.to_owned();
    }
    let head: String = letters[..AROUND].iter().collect();
    let tail: String = letters[letters.len() - AROUND..].iter().collect();
    match (first, last) {
        (true, _) => format!("…{tail}"),
        (_, true) => format!("{head}…"),
        _ => format!("{head}…{tail}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::difference::Place;

    fn changes() -> Differences {
        let piece = |fate, text: &str| Piece { fate, text: text.into(), code: false };
        let pieces = vec![piece(None, "It takes "), piece(Some(Fate::Removed), "4"), piece(Some(Fate::Added), "9")];
        let place = Place { section: vec!["Restart".into()], lines: vec![Line { part: Part::Text, pieces }], marks: 1 };
        Differences {
            documents: vec![DocumentChange {
                kind: "runbook".into(),
                number: "HP-310".into(),
                title: "Runbook".into(),
                old_title: None,
                fate: Fate::Changed,
                places: vec![place],
            }],
            ..Differences::default()
        }
    }

    #[test]
    fn equal_editions_say_so() {
        assert!(human(&Differences::default(), &Style::default()).ends_with("Nothing differs.\n"));
        assert!(json(&Differences::default()).contains("\"equal\": true"));
    }

    #[test]
    fn a_change_is_seen_without_colours() {
        let text = human(&changes(), &Style::default());
        assert!(text.contains("  ± HP-310 Runbook, 1 mark\n      Restart\n        It takes [-4-]{+9+}\n"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn programs_get_the_number_of_marks() {
        let value: serde_json::Value = serde_json::from_str(&json(&changes())).expect("JSON");
        assert_eq!(value["summary"]["marks"], 1);
        assert_eq!(value["documents"][0]["places"][0]["lines"][0]["pieces"][1]["fate"], "removed");
    }
}
