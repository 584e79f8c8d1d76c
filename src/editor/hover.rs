//! What an editor shows about the thing under the pointer: keys, words, people, items, references, rules.

use super::asked::{Asked, Here};
use super::cursor::Cursor;
use super::names::{self, Name};
use super::place;
use super::publish;
use super::shapes::{Field, Refers, Spot, single};
use crate::compose::references;
use crate::model::checklist::Checklist;
use crate::model::node::{FieldShape, RecordShape, Shape};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};
use std::fmt::Write as _;
use std::ops::Range;

/// What is to be shown at a place.
pub(super) fn hover(asked: &Asked<'_>) -> Option<Hover> {
    let (mut parts, mut place) = (Vec::new(), None);
    if let Some((text, range)) = asked.here().and_then(|here| about(asked, here)) {
        parts.push(text);
        place = Some(range);
    }
    parts.extend(findings(asked));
    if parts.is_empty() {
        return None;
    }
    let value = parts.join("\n\n---\n\n");
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: place.map(|bytes| place::range(asked.text, &bytes)),
    })
}

/// What is known about what stands there.
fn about(asked: &Asked<'_>, here: Here<'_>) -> Option<(String, Range<usize>)> {
    match here {
        Here::Yaml(cursor, Spot::Key(record)) => {
            let key = cursor.word_in(asked.text);
            let field = record.fields.iter().find(|field| field.key == key)?;
            Some((of_field(field), cursor.word))
        }
        Here::Yaml(cursor, Spot::Value(field)) => value(asked, &cursor, &field),
        Here::Reference(range) => {
            let loaded = &asked.known?.good.loaded;
            let value = references::value(loaded.project.as_ref()?, &loaded.words, &asked.text[range.clone()])?;
            Some((format!("`{}` stands for:\n\n{value}", &asked.text[range.clone()]), range))
        }
        Here::Allowance(range) => named(asked, Refers::Rule, range),
        Here::Heading(range) => {
            let items = covered(asked, &asked.text[range.clone()]);
            (!items.is_empty()).then(|| (items.join("\n\n"), range))
        }
        Here::Yaml(_, Spot::Entry(_)) | Here::Target(_) => None,
    }
}

/// The key, its kind and what it means.
pub(super) fn of_field(field: &FieldShape) -> String {
    let needed = if field.required { "required" } else { "optional" };
    let mut text = format!("**{}**: {} ({needed})\n\n{}", field.key, kind(field.shape), field.doc);
    if let Shape::Choice(words) = single(field.shape) {
        text.push('\n');
        words.iter().for_each(|(word, doc)| {
            let _ = write!(text, "\n- `{word}`: {}", doc.trim());
        });
    }
    text
}

/// What a value of a shape is, in a few words.
pub(super) fn kind(shape: Shape) -> String {
    match shape {
        Shape::Scalar { name, example } => format!("{name}, such as `{example}`"),
        Shape::Choice(_) => "one of a few words".into(),
        Shape::List(inner) => format!("list of: {}", kind(inner())),
        Shape::Record(record) => {
            let RecordShape { fields, .. } = record();
            format!("mapping with {}", fields.iter().map(|field| field.key).collect::<Vec<_>>().join(", "))
        }
    }
}

/// What a value means: a word of a choice, or what an id refers to.
fn value(asked: &Asked<'_>, cursor: &Cursor<'_>, field: &Field) -> Option<(String, Range<usize>)> {
    let written = cursor.word_in(asked.text);
    if let Shape::Choice(words) = single(field.field.shape) {
        let (word, doc) = words.iter().find(|(word, _)| *word == written)?;
        return Some((format!("`{word}`: {}", doc.trim()), cursor.word.clone()));
    }
    let name = names::find(field.refers()?, written, &asked.known?.good)?;
    Some((name.about, cursor.word.clone()))
}

fn named(asked: &Asked<'_>, kind: Refers, range: Range<usize>) -> Option<(String, Range<usize>)> {
    let Name { about, .. } = names::find(kind, &asked.text[range.clone()], &asked.known?.good)?;
    Some((about, range))
}

/// The items of the checklist that a heading covers, with how they stand.
fn covered(asked: &Asked<'_>, heading: &str) -> Vec<String> {
    let (Some(fragment), Some(known)) = (asked.fragment(), asked.known) else { return Vec::new() };
    let (text, anchor) = match heading.split_once("{#") {
        Some((text, anchor)) => (text.trim(), anchor.split('}').next()),
        None => (heading, None),
    };
    let checklists =
        known.good.loaded.checklists.iter().filter_map(|list: &Checklist| list.document(&fragment.document));
    let items = checklists.flat_map(|(_, document)| &document.items);
    let mut ids: Vec<&str> =
        items.filter(|item| item.matches_heading(text, anchor)).map(|item| item.id.as_str()).collect();
    ids.dedup();
    let about = |id: &str| names::find(Refers::Item, id, &known.good).map(|name| format!("`{id}`\n\n{}", name.about));
    ids.into_iter().filter_map(about).collect()
}

/// The rules that found something at the place, explained.
fn findings(asked: &Asked<'_>) -> Vec<String> {
    let Some(known) = asked.known.filter(|known| known.is_of(asked.path, asked.text)) else { return Vec::new() };
    let position = place::position(asked.text, asked.offset);
    let mut told = Vec::new();
    for finding in &known.now.report.findings {
        let Some(span) = finding.span().filter(|span| known.now.loaded.sources.path(span.file) == asked.path) else {
            continue;
        };
        let range = publish::range_of(known, span);
        let text = format!("**{}**: {}", finding.rule, names::explained(finding.rule));
        if range.start <= position && position <= range.end && !told.contains(&text) {
            told.push(text);
        }
    }
    told
}
