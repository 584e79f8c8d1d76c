//! `{{ project.name }}`: references from prose to the project's data.

use crate::finding::suggestion;
use crate::model::document::{Document, Unresolved};
use crate::model::project::Project;
use crate::model::template::Words;
use crate::model::text::{Block, Inline, InlineKind, map_some_inlines};
use crate::source::Span;
use serde_json::Value;

/// What references lead to: the project file as a tree.
pub(super) fn data(project: &Project) -> Value {
    // A tree of texts and numbers always serialises.
    serde_json::to_value(project).unwrap_or_default()
}

/// Fills in the references in the prose of a document, dates and numbers as the language writes them; code
/// is left as it is.
pub(super) fn fill(document: &mut Document, data: &Value, words: &Words, unresolved: &mut Vec<Unresolved>) {
    let mut change = |inline: &mut Inline| {
        let span = inline.span;
        if has_reference(inline)
            && let InlineKind::Text(text) = &mut inline.kind
        {
            *text = filled(text, span, (data, words), unresolved);
        }
    };
    let mut all = |blocks: &mut [Block]| map_some_inlines(blocks, &has_reference, &mut change);
    all(&mut document.blocks);
    for note in &mut document.footnotes {
        all(&mut note.blocks);
    }
}

fn has_reference(inline: &Inline) -> bool {
    let InlineKind::Text(text) = &inline.kind else { return false };
    inline.span.is_some() && memchr::memchr_iter(b'{', text.as_bytes()).any(|at| text[at..].starts_with("{{"))
}

fn filled(text: &str, span: Option<Span>, data: (&Value, &Words), unresolved: &mut Vec<Unresolved>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((reference, after)) = behind.split_once("}}") else {
            out.push_str("{{");
            rest = behind;
            continue;
        };
        let reference = reference.trim();
        match look_up(data, reference) {
            Ok(value) => out.push_str(&value),
            Err(near) => {
                out.extend(["{{ ", reference, " }}"]);
                let offset = text.len() - rest.len() + before.len();
                let span = span.map(|span| narrowed(span, text.len(), offset, behind.len() - after.len() + 2));
                unresolved.push(Unresolved { reference: reference.to_owned(), span, near });
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The part of an inline's span; the whole of it where escapes make the offsets differ.
fn narrowed(span: Span, text_length: usize, offset: usize, length: usize) -> Span {
    if (span.end - span.start) as usize != text_length {
        return span;
    }
    Span::new(span.file, span.start as usize + offset, span.start as usize + offset + length)
}

/// The value at a dotted path: keys of mappings, ids of list entries.
fn look_up((data, words): (&Value, &Words), reference: &str) -> Result<String, Option<String>> {
    let mut at = data;
    let mut done = String::new();
    for part in reference.split('.') {
        let Some(next) = step(at, part) else {
            return Err(near(at, part).map(|near| format!("{done}{near}{}", tail(reference, &done, part))));
        };
        done.push_str(part);
        done.push('.');
        at = next;
    }
    as_text(at, words).ok_or_else(|| names(at).first().map(|first| format!("{reference}.{first}")))
}

/// A way to go on from a path: a key, or the id of an entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The next part.
    pub name: String,
    /// The value, if the path ends there.
    pub value: Option<String>,
}

/// The ways to go on from a path, which may be empty; none if it leads nowhere.
#[must_use]
pub fn next(project: &Project, words: &Words, path: &str) -> Vec<Next> {
    let Ok(data) = serde_json::to_value(project) else { return Vec::new() };
    let Some(at) = path.split('.').filter(|part| !part.is_empty()).try_fold(&data, step) else { return Vec::new() };
    let next = |name: String| Next { value: step(at, &name).and_then(|at| as_text(at, words)), name };
    names(at).into_iter().map(next).collect()
}

/// What a reference stands for, if it names something.
#[must_use]
pub fn value(project: &Project, words: &Words, reference: &str) -> Option<String> {
    let data = serde_json::to_value(project).ok()?;
    look_up((&data, words), reference).ok()
}

/// One step along a path.
fn step<'a>(at: &'a Value, part: &str) -> Option<&'a Value> {
    let next = match at {
        Value::Object(map) => map.get(part),
        Value::Array(list) => list.iter().find(|entry| entry.get("id").and_then(Value::as_str) == Some(part)),
        _ => None,
    };
    next.filter(|next| !next.is_null())
}

/// A value that can stand in prose, dates and numbers as the language writes them.
fn as_text(value: &Value, words: &Words) -> Option<String> {
    match value {
        Value::String(text) => Some(date(text).map_or_else(|| text.clone(), |date| words.date(date))),
        Value::Number(number) => {
            Some(number.as_f64().map_or_else(|| number.to_string(), |number| words.number(number)))
        }
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A text that is a date as the project file writes it.
fn date(text: &str) -> Option<jiff::civil::Date> {
    let is_long = text.len() == 10 && text.matches('-').count() == 2;
    text.parse().ok().filter(|_| is_long)
}

/// What follows a part of a path.
fn tail<'a>(reference: &'a str, done: &str, part: &str) -> &'a str {
    reference.get(done.len() + part.len()..).unwrap_or_default()
}

fn near(at: &Value, part: &str) -> Option<String> {
    suggestion(part, names(at).iter().map(String::as_str)).map(str::to_owned)
}

/// The names by which one can go on from a value.
fn names(at: &Value) -> Vec<String> {
    match at {
        Value::Object(map) => map.iter().filter(|(_, value)| !value.is_null()).map(|(key, _)| key.clone()).collect(),
        Value::Array(list) => list.iter().filter_map(|entry| Some(entry.get("id")?.as_str()?.to_owned())).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_through_keys_and_ids() {
        let data = json!({"project": {"name": "Portal"}, "contacts": [{"id": "anna", "phone": "+1", "email": null}]});
        assert_eq!(look_up((&data, &Words::default()), "project.name").as_deref(), Ok("Portal"));
        assert_eq!(look_up((&data, &Words::default()), "contacts.anna.phone").as_deref(), Ok("+1"));
        assert_eq!(look_up((&data, &Words::default()), "project.nane"), Err(Some("project.name".into())));
        assert_eq!(look_up((&data, &Words::default()), "contacts.anne.phone"), Err(Some("contacts.anna.phone".into())));
        assert_eq!(look_up((&data, &Words::default()), "contacts.anna.email"), Err(None));
        assert_eq!(look_up((&data, &Words::default()), "project"), Err(Some("project.name".into())));
    }

    #[test]
    fn dates_and_numbers_are_those_of_the_language() {
        let data = json!({"date": "2026-11-20", "share": 1_234_567.5, "version": "2026-11"});
        let words = [
            ("date_pattern", "{day}. {month} {year}"),
            ("month_11", "November"),
            ("decimal_mark", ","),
            ("thousands_mark", "."),
        ];
        let words = Words::new(words.map(|(key, word)| (key.to_owned(), word.to_owned())).into());
        assert_eq!(look_up((&data, &words), "date").as_deref(), Ok("20. November 2026"));
        assert_eq!(look_up((&data, &words), "share").as_deref(), Ok("1.234.567,5"));
        assert_eq!(look_up((&data, &words), "version").as_deref(), Ok("2026-11"));
    }

    #[test]
    fn unknown_references_stay_and_are_told() {
        let mut unresolved = Vec::new();
        let data = json!({"project": {"name": "Portal"}});
        let text = filled("a {{ project.name }} {{x}} {{ open", None, (&data, &Words::default()), &mut unresolved);
        assert_eq!(text, "a Portal {{ x }} {{ open");
        assert_eq!(unresolved.len(), 1);
    }
}
