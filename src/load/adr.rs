//! Decision records: what the fragments of the document `decisions` say about themselves.
//!
//! Understands the usual forms: a section “Status” with “Accepted, 2026-01-12” or “Superseded by [8. ...](...)”,
//! lines “Status: accepted” and “Date: ...” below the title, and front matter with `status`, `date` and
//! `superseded_by`.

use crate::model::decision::{DecisionRecord, DecisionStatus, Reference};
use crate::model::fragment::Fragment;
use crate::model::loaded::resolve_path;
use crate::model::node::{Located, Scalar};
use crate::model::text::{Block, BlockKind, Inline, InlineKind, Target, plain, sections, slug, walk_line};
use crate::model::value::Date;
use crate::source::{FileId, Sources, Span};

/// The kind of the document whose fragments are decision records.
const DOCUMENT: &str = "decisions";

/// The decision records among the fragments, in the order of their numbers.
pub(super) fn find(fragments: &[Fragment], sources: &Sources) -> Vec<DecisionRecord> {
    let candidates = fragments.iter().filter(|fragment| fragment.document == DOCUMENT && !fragment.whole);
    let mut records: Vec<_> = candidates.filter_map(record).collect();
    records.sort_by_key(|record| (record.number.is_none(), record.number, sources.path(record.file).to_owned()));
    let names: Vec<_> =
        records.iter().map(|record| (record.number, sources.path(record.file).to_owned(), record.file)).collect();
    for record in &mut records {
        let base = sources.path(record.file).to_owned();
        for reference in record.superseded_by.iter_mut().chain(&mut record.supersedes) {
            reference.value.file = meant(&reference.value.written, &base, &names);
        }
    }
    records
}

/// The file that a reference means: by the path of a link, or by a number.
fn meant(written: &str, base: &str, names: &[(Option<u32>, String, FileId)]) -> Option<FileId> {
    let path = resolve_path(base, written.split('#').next().unwrap_or_default());
    let by_path = names.iter().find(|(_, known, _)| path.as_deref() == Some(known));
    let by_number = || {
        let number = number(written)?;
        names.iter().find(|(known, ..)| *known == Some(number))
    };
    by_path.or_else(by_number).map(|(.., file)| *file)
}

/// What a fragment says about itself; `None` if it is no decision record: it has neither a number nor a
/// status.
fn record(fragment: &Fragment) -> Option<DecisionRecord> {
    let heading = fragment.blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Heading(heading) => Some((heading, block.span)),
        _ => None,
    });
    let start = Span::start_of(fragment.file);
    let (heading, place) =
        heading.map_or((String::new(), start), |(heading, span)| (plain(&heading.content), span.unwrap_or(start)));
    let lines = lines(fragment);
    let name = fragment.path.rsplit('/').next().unwrap_or(&fragment.path);
    let number = number(name).or_else(|| number(&heading));
    let mut record = DecisionRecord {
        file: fragment.file,
        number,
        title: without_number(&heading).to_owned(),
        place,
        status: None,
        odd_status: None,
        date: fragment.front.date.as_ref().map(|date| date.value),
        superseded_by: None,
        supersedes: Vec::new(),
    };
    lines.iter().for_each(|line| line.tell(&mut record));
    if let Some(next) = &fragment.front.superseded_by {
        let reference = Reference { written: next.to_string(), file: None };
        record.superseded_by = Some(Located { value: reference, span: next.span });
    }
    let known = record.status.is_some() || record.odd_status.is_some();
    (record.number.is_some() || known).then_some(record)
}

/// A line that may speak of status, date or another record.
struct Line {
    text: String,
    /// Text and target of each.
    links: Vec<(String, String)>,
    span: Span,
    /// Whether it stands where the status is told.
    is_status: bool,
}

/// The lines that speak about the record: front matter, what stands before the first section, the section
/// “Status”.
fn lines(fragment: &Fragment) -> Vec<Line> {
    let mut found = Vec::new();
    if let Some(status) = &fragment.front.status {
        found.push(Line { text: status.to_string(), links: Vec::new(), span: status.span, is_status: true });
    }
    let start = Span::start_of(fragment.file);
    let below = |block: &Block| matches!(&block.kind, BlockKind::Heading(heading) if heading.level > 1);
    let intro = fragment.blocks.iter().take_while(|block| !below(block));
    intro.for_each(|block| collect(block, false, start, &mut found));
    for section in sections(&fragment.blocks) {
        if slug(&plain(&section.heading.content)) == "status" {
            section.body.iter().for_each(|block| collect(block, true, start, &mut found));
        }
    }
    found
}

fn collect(block: &Block, is_status: bool, start: Span, found: &mut Vec<Line>) {
    match &block.kind {
        BlockKind::Paragraph(line) => {
            // "Status: ..." and "Date: ..." may be two lines of one paragraph.
            for part in line.split(|inline| matches!(inline.kind, InlineKind::SoftBreak | InlineKind::HardBreak)) {
                let text = plain(part);
                let text = text.trim();
                let (is_status, text) = match text.split_once(':') {
                    Some((key, rest)) if key.trim().eq_ignore_ascii_case("status") => (true, rest.trim()),
                    _ => (is_status, text),
                };
                let span = part.iter().find_map(|inline| inline.span).or(block.span).unwrap_or(start);
                found.push(Line { text: text.to_owned(), links: links(part), span, is_status });
            }
        }
        BlockKind::List(list) => {
            list.items.iter().flat_map(|item| &item.blocks).for_each(|block| collect(block, is_status, start, found));
        }
        _ => {}
    }
}

fn links(line: &[Inline]) -> Vec<(String, String)> {
    let mut links = Vec::new();
    walk_line(line, &mut |inline| {
        if let InlineKind::Link(link) = &inline.kind
            && let Target::Written(written) = &link.target
        {
            links.push((plain(&link.content).to_lowercase(), written.clone()));
        }
    });
    links
}

impl Line {
    /// The record that a part of the line names: by its first link, or in words.
    fn reference(&self, part: &str) -> Located<Reference> {
        let link = self.links.iter().find(|(text, _)| part.contains(text.as_str())).or(self.links.first());
        let words = || part.trim().trim_end_matches('.').to_owned();
        let written = link.map_or_else(words, |(_, target)| target.clone());
        Located { value: Reference { written, file: None }, span: self.span }
    }

    fn tell(&self, record: &mut DecisionRecord) {
        let lower = self.text.to_lowercase().replace("superceded", "superseded").replace("supercedes", "supersedes");
        // What a record takes the place of may stand behind its own status.
        let (lower, superseding) = match lower.split_once("supersedes") {
            Some((own, older)) if self.is_status => (own.trim().to_owned(), Some(older)),
            _ => (lower.clone(), None),
        };
        record.supersedes.extend(superseding.map(|older| self.reference(older)));
        if self.is_status && lower.contains("superseded") {
            record.status = Some(Located { value: DecisionStatus::Superseded, span: self.span });
            record.odd_status = None;
            if let Some((_, newer)) = lower.split_once("superseded by") {
                record.superseded_by = Some(self.reference(newer));
            }
        } else if self.is_status && record.status.is_none() && !lower.is_empty() {
            let word: String = lower.chars().take_while(|c| c.is_alphabetic()).collect();
            if let Some(value) = status(&word) {
                record.status = Some(Located { value, span: self.span });
            } else {
                let odd = Located { value: self.text.clone(), span: self.span };
                record.odd_status.get_or_insert(odd);
            }
        }
        if record.date.is_none() && (self.is_status || lower.starts_with("date")) {
            record.date = date(&self.text);
        }
        if record.status.is_some() {
            record.odd_status = None;
        }
    }
}

/// The status that a word says; some words are other names for one.
fn status(word: &str) -> Option<DecisionStatus> {
    match word {
        "approved" | "decided" => Some(DecisionStatus::Accepted),
        "obsolete" => Some(DecisionStatus::Deprecated),
        "declined" => Some(DecisionStatus::Rejected),
        word => word.parse().ok(),
    }
}

/// The first date in a text.
fn date(text: &str) -> Option<Date> {
    text.char_indices().filter_map(|(at, _)| text.get(at..at + 10)).find_map(|part| Date::parse(part).ok())
}

/// The first number in a name, a title or a reference, as in `0004-queue.md`, `ADR-12: Queue` or `by 8`.
fn number(text: &str) -> Option<u32> {
    let text = text.rsplit('/').next().unwrap_or(text);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    // A number within a word is none of ours, except behind `ADR`.
    let before = text[..start].trim_end_matches(['-', '_', ' ', '#', '.']).to_lowercase();
    if !(before.is_empty() || before.ends_with("adr") || before.ends_with("by") || before.ends_with("record")) {
        return None;
    }
    let digits =
        text[start..].find(|c: char| !c.is_ascii_digit()).map_or(&text[start..], |end| &text[start..start + end]);
    digits.parse().ok()
}

/// A title without the number that it begins with.
fn without_number(title: &str) -> &str {
    let rest = title.trim_start_matches("ADR").trim_start_matches(['-', ' ', '#']);
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == title.len() || !rest.starts_with(['.', ':', ' ', ')', '-']) {
        return title;
    }
    let rest = rest.trim_start_matches(['.', ':', ')', '-', '–', ' ']);
    if rest.is_empty() { title } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fragment::FrontMatter;
    use crate::model::node::{FromNode, Node, Value};

    fn read(files: &[(&str, &str)]) -> Vec<DecisionRecord> {
        let mut sources = Sources::default();
        let fragments: Vec<_> = files
            .iter()
            .map(|(name, text)| {
                let path = format!("docs/decisions/{name}");
                let file = sources.add(path.as_str(), *text);
                let empty = Node { value: Value::Map(Vec::new()), span: Span::start_of(file) };
                let front = FrontMatter::from_node(&empty, &mut Vec::new()).expect("empty front matter");
                let blocks = crate::markdown::parse(text, file, 0, &mut Vec::new()).blocks;
                let document = DOCUMENT.to_owned();
                Fragment { file, path, document, whole: false, order: None, front, blocks, footnotes: Vec::new() }
            })
            .collect();
        find(&fragments, &sources)
    }

    #[test]
    fn a_status_section_says_status_date_and_successor() {
        let records = read(&[
            ("0001-a.md", "# 1. One service\n\n## Status\n\nAccepted, 2026-01-12, by Jo.\n"),
            ("0002-b.md", "# 2. Queue\n\n## Status\n\nAccepted\n\nSuperseded by [3. Outbox](0003-c.md)\n"),
            ("0003-c.md", "# 3. Outbox\n\n## Status\n\nAccepted\n\nSupersedes [2. Queue](0002-b.md)\n"),
        ]);
        assert_eq!(records[0].title, "One service");
        assert_eq!(records[0].date.map(|date| date.to_string()).as_deref(), Some("2026-01-12"));
        assert_eq!(records[1].status.as_ref().map(|status| status.value), Some(DecisionStatus::Superseded));
        assert_eq!(records[1].successor(&records).map(|next| next.number), Some(Some(3)));
        assert_eq!(records[2].supersedes[0].value.file, Some(records[1].file));
    }

    #[test]
    fn what_a_record_supersedes_may_stand_behind_its_own_status() {
        let records = read(&[
            ("0001-a.md", "# 1. Queue\n\n## Status\n\nAccepted\n"),
            (
                "0002-b.md",
                "# 2. Outbox\n\n## Status\n\nAccepted by [all](team.md), 2026-03-19. Supersedes [1. Queue](0001-a.md).\n",
            ),
        ]);
        assert_eq!(records[1].status.as_ref().map(|status| status.value), Some(DecisionStatus::Accepted));
        assert_eq!(records[1].date.map(|date| date.to_string()).as_deref(), Some("2026-03-19"));
        assert_eq!(records[1].supersedes[0].value.file, Some(records[0].file));
    }

    #[test]
    fn lines_below_the_title_and_numbers_are_understood() {
        let records = read(&[
            ("adr-001.md", "# ADR-001: Use Rust\n\n* Status: superseded by ADR-002\n* Date: 2025-03-04\n"),
            ("adr-002.md", "# Use Rust again\n\nStatus: approved\nDate: 2025-04-04\n"),
        ]);
        assert_eq!((records[0].title.as_str(), records[0].number), ("Use Rust", Some(1)));
        assert_eq!(records[0].successor(&records).map(|next| next.number), Some(Some(2)));
        assert_eq!(records[1].status.as_ref().map(|status| status.value), Some(DecisionStatus::Accepted));
        assert_eq!(records[1].date.map(|date| date.to_string()).as_deref(), Some("2025-04-04"));
    }

    #[test]
    fn a_status_that_nobody_knows_is_kept_for_the_rule() {
        let records = read(&[
            ("0001-a.md", "# A\n\n## Status\n\nOn its way\n"),
            ("0002-b.md", "# B\n\nText.\n"),
            ("notes.md", "# Notes\n\nNo record.\n"),
        ]);
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].odd_status.as_ref().map(|odd| odd.value.as_str()), Some("On its way"));
        assert!(records[1].status.is_none() && records[1].odd_status.is_none());
    }
}
