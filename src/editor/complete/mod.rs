//! What an editor offers to write at a place.

mod prose;

use super::asked::{Asked, Here};
use super::cursor::Cursor;
use super::hover;
use super::names::{self, Name};
use super::place;
use super::shapes::{Field, Refers, Spot, single};
use crate::model::node::{FieldShape, RecordShape, Scalar, Shape};
use crate::model::value::{Flag, Zone};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, InsertTextMode, MarkupContent, MarkupKind,
    TextEdit,
};
use std::ops::Range;

/// Something that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offer {
    /// What is shown, and what is compared with what was typed.
    label: String,
    /// What is written.
    insert: String,
    kind: CompletionItemKind,
    /// What it is, in a few words.
    detail: String,
    /// What is known about it, in Markdown.
    about: String,
}

impl Offer {
    fn new(label: impl Into<String>, kind: CompletionItemKind, detail: impl Into<String>) -> Self {
        let label = label.into();
        Self { insert: label.clone(), label, kind, detail: detail.into(), about: String::new() }
    }

    fn about(self, about: impl Into<String>) -> Self {
        Self { about: about.into(), ..self }
    }

    fn insert(self, insert: impl Into<String>) -> Self {
        Self { insert: insert.into(), ..self }
    }

    fn named(name: Name) -> Self {
        Self::new(name.id, CompletionItemKind::REFERENCE, name.title).about(name.about)
    }
}

/// What is offered at a place, the most likely first.
pub(super) fn offers(asked: &Asked<'_>) -> Vec<CompletionItem> {
    let Some(here) = asked.here() else { return Vec::new() };
    let (offers, range) = match here {
        Here::Yaml(cursor, spot) => {
            // A colon without the space behind it opens no value.
            let space = if cursor.key.is_some() && asked.text[..cursor.word.start].ends_with(':') { " " } else { "" };
            let spaced = |offer: Offer| Offer { insert: format!("{space}{}", offer.insert), ..offer };
            (in_yaml(asked, &cursor, spot).into_iter().map(spaced).collect(), cursor.word)
        }
        Here::Reference(range) => prose::references(asked, range),
        Here::Allowance(range) => (named(asked, Refers::Rule), range),
        Here::Target(range) => prose::targets(asked, range),
        Here::Heading(range) => (prose::headings(asked), range),
    };
    let item = |(index, offer)| item(asked.text, &range, index, offer);
    offers.into_iter().enumerate().map(item).collect()
}

fn item(text: &str, range: &Range<usize>, index: usize, offer: Offer) -> CompletionItem {
    let documentation =
        Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: offer.about.clone() });
    CompletionItem {
        filter_text: Some(offer.label.clone()),
        label: offer.label,
        kind: Some(offer.kind),
        detail: Some(offer.detail).filter(|detail| !detail.is_empty()),
        documentation: Some(documentation).filter(|_| !offer.about.is_empty()),
        sort_text: Some(format!("{index:05}")),
        insert_text_mode: Some(InsertTextMode::AS_IS),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: place::range(text, range),
            new_text: offer.insert,
        })),
        ..CompletionItem::default()
    }
}

fn in_yaml(asked: &Asked<'_>, cursor: &Cursor<'_>, spot: Spot) -> Vec<Offer> {
    match spot {
        Spot::Key(record) => keys(&record, cursor),
        Spot::Entry(record) => entries(&record),
        // A list begins with a dash or a bracket.
        Spot::Value(field) if matches!(field.field.shape, Shape::List(_)) && !cursor.in_entry => {
            bracketed(asked, cursor, &field)
        }
        Spot::Value(field) => values(asked, cursor, &field),
    }
}

/// The keys that a mapping does not have yet; those that it must have come first.
fn keys(record: &RecordShape, cursor: &Cursor<'_>) -> Vec<Offer> {
    let mut fields: Vec<&FieldShape> =
        record.fields.iter().filter(|field| !cursor.present.contains(&field.key)).collect();
    fields.sort_by_key(|field| !field.required);
    let colon = |field: &FieldShape| match single(field.shape) {
        _ if cursor.has_colon => "",
        Shape::Record(_) if !cursor.in_flow => ":",
        _ if matches!(field.shape, Shape::List(_)) && !cursor.in_flow => ":",
        _ => ": ",
    };
    let offer = |field: &&FieldShape| {
        let detail = format!("{}{}", if field.required { "required, " } else { "" }, hover::kind(field.shape));
        Offer::new(field.key, CompletionItemKind::FIELD, detail).about(hover::of_field(field)).insert(format!(
            "{}{}",
            field.key,
            colon(field)
        ))
    };
    fields.iter().map(offer).collect()
}

/// A new entry of a list, begun with the key that it begins with.
fn entries(record: &RecordShape) -> Vec<Offer> {
    let first = record.fields.iter().find(|field| field.required).or(record.fields.first());
    let offer = |field: &FieldShape| {
        Offer::new(format!("- {}", field.key), CompletionItemKind::STRUCT, format!("a new entry: {}", record.name))
            .about(record.doc.clone())
            .insert(format!("- {}: ", field.key))
    };
    first.map(offer).into_iter().collect()
}

/// What may stand as a value.
fn values(asked: &Asked<'_>, cursor: &Cursor<'_>, field: &Field) -> Vec<Offer> {
    let shape = single(field.field.shape);
    let is_list = matches!(field.field.shape, Shape::List(_));
    let mut offers = match shape {
        Shape::Choice(words) => {
            let offer = |(word, doc): &(&str, &str)| Offer::new(*word, CompletionItemKind::ENUM_MEMBER, doc.trim());
            words.iter().map(offer).collect()
        }
        Shape::Scalar { name, .. } if name == Flag::NAME => {
            ["true", "false"].map(|word| Offer::new(word, CompletionItemKind::VALUE, "")).into()
        }
        Shape::Scalar { name, .. } if name == Zone::NAME => zones(),
        _ => field.refers().map(|kind| named(asked, kind)).unwrap_or_default(),
    };
    offers.retain(|offer| !(is_list && cursor.present.contains(&offer.label.as_str())));
    offers
}

/// What may stand in a list of which neither dash nor bracket is written yet.
fn bracketed(asked: &Asked<'_>, cursor: &Cursor<'_>, field: &Field) -> Vec<Offer> {
    let on_the_line = cursor.key.is_some();
    let wrap = |offer: Offer| {
        let insert = if on_the_line { format!("[{}]", offer.insert) } else { format!("- {}", offer.insert) };
        offer.insert(insert)
    };
    values(asked, cursor, field).into_iter().map(wrap).collect()
}

fn zones() -> Vec<Offer> {
    let names = jiff::tz::db().available();
    names.map(|name| Offer::new(name.as_str(), CompletionItemKind::VALUE, "")).collect()
}

/// Everything of a kind that can be referred to.
fn named(asked: &Asked<'_>, kind: Refers) -> Vec<Offer> {
    match (asked.known, kind) {
        (Some(known), kind) => names::all(kind, &known.good).into_iter().map(Offer::named).collect(),
        // Rules are the same in every project.
        (None, Refers::Rule) => names::rules().into_iter().map(Offer::named).collect(),
        (None, _) => Vec::new(),
    }
}
