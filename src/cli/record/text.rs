//! The text of a record: YAML as a person would write it.

use crate::model::node::{RecordShape, Scalar as _, Shape};
use crate::model::value::Flag;
use std::collections::BTreeMap;

/// The values of a record, by key.
pub(in crate::cli) type Values = BTreeMap<&'static str, Vec<String>>;

/// The longest line that a text is wrapped to.
const WIDTH: usize = 100;

/// Writes the values in the order of the fields.
pub(in crate::cli) fn write(shape: &RecordShape, values: &Values) -> String {
    let mut out = String::new();
    for field in &shape.fields {
        let Some(texts) = values.get(field.key).filter(|texts| !texts.is_empty()) else { continue };
        out.push_str(field.key);
        out.push(':');
        match field.shape {
            Shape::List(_) => list(texts, &mut out),
            Shape::Scalar { name: Flag::NAME, .. } => out.extend([" ", &texts.join(" "), "\n"]),
            _ => out.extend([" ", &scalar(&texts.join(" "), 2), "\n"]),
        }
    }
    out
}

/// Writes a list of records under a key; nothing where there are none.
pub(in crate::cli) fn entries(key: &str, records: &[Vec<(&str, String)>]) -> String {
    let mut out = String::new();
    if records.is_empty() {
        return out;
    }
    out.extend([key, ":\n"]);
    for record in records {
        for (index, (key, text)) in record.iter().enumerate() {
            let start = if index == 0 { "  - " } else { "    " };
            out.extend([start, key, ": ", &scalar(text, 6), "\n"]);
        }
    }
    out
}

/// A list on one line if it is short and plain, otherwise an entry a line.
fn list(texts: &[String], out: &mut String) {
    let line = texts.iter().map(|text| scalar(text, 4)).collect::<Vec<_>>();
    let length: usize = line.iter().map(|text| text.len() + 2).sum();
    let is_plain = texts.iter().zip(&line).all(|(text, written)| text == written && !text.contains([' ', ',']));
    if is_plain && length < WIDTH - 20 {
        out.extend([" [", &line.join(", "), "]\n"]);
    } else {
        out.push('\n');
        line.iter().for_each(|text| out.extend(["  - ", text, "\n"]));
    }
}

/// A text as a YAML scalar: plain where nothing can be misread, folded where it is long, else in quotes.
fn scalar(text: &str, indent: usize) -> String {
    if text.len() > WIDTH - 20 && can_be_folded(text) {
        return folded(text, indent);
    }
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let harmless =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '@' | '+' | '(' | ')' | '%' | ',');
    let words = ["true", "false", "null", "yes", "no", "on", "off"];
    text.starts_with(|c: char| c.is_alphanumeric())
        && !text.ends_with(' ')
        && text.chars().all(harmless)
        && !words.contains(&text.to_lowercase().as_str())
}

/// Whether folding and unfolding gives the same text again.
fn can_be_folded(text: &str) -> bool {
    !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ") && !text.contains(|c: char| c.is_control())
}

fn folded(text: &str, indent: usize) -> String {
    let mut out = String::from(">-");
    let mut length = WIDTH;
    for word in text.split(' ') {
        if length + 1 + word.chars().count() > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            length = indent;
        } else {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += word.chars().count();
    }
    out
}

/// In double quotes, where YAML reads escapes as JSON does.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || c == '\u{feff}' => out.extend(["\\u".to_owned(), format!("{:04x}", c as u32)]),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::records::kind;
    use std::path::Path;

    fn values(pairs: &[(&'static str, &[&str])]) -> Values {
        pairs.iter().map(|(key, texts)| (*key, texts.iter().map(|text| (*text).to_owned()).collect())).collect()
    }

    fn text(kind_name: &str, pairs: &[(&'static str, &[&str])]) -> String {
        write(&(kind(kind_name).expect("a kind").shape)(), &values(pairs))
    }

    #[test]
    fn fields_stand_in_their_order() {
        let text = text(
            "gate",
            &[
                ("date", &["2026-12-11"]),
                ("by", &["bo-ek"]),
                ("stage", &["pilot"]),
                ("reasons", &["Good numbers", "No: nothing"]),
            ],
        );
        assert_eq!(
            text,
            "stage: pilot\nby: bo-ek\ndate: 2026-12-11\nreasons:\n  - Good numbers\n  - \"No: nothing\"\n"
        );
    }

    #[test]
    fn records_in_records_are_a_list_of_mappings() {
        let long =
            "It has to be said at some length, with a colon: and more words than one line has room for. ".repeat(2);
        let first = vec![("id", "runbook".to_owned()), ("reason", long.trim().to_owned())];
        let text = entries("deliverables", &[first, vec![("id", "api".to_owned())]]);
        assert!(text.starts_with("deliverables:\n  - id: runbook\n    reason: >-\n      It has"), "{text}");
        assert!(text.ends_with("\n  - id: api\n"), "{text}");
        assert_eq!(entries("signatories", &[]), "");
    }

    #[test]
    fn whatever_is_written_is_read_again() {
        let long =
            "It was long and it went well: everybody said so, \"quoted\" or not, # and nobody left before the end. "
                .repeat(3);
        for said in [
            "plain",
            "- dash",
            "a: b",
            "# no comment",
            "true",
            "~",
            "null",
            "3.0",
            "\"q\"",
            "line\nbreak",
            "\ttab",
            "{a: b}",
            "[x]",
            "*x",
            "&x",
            "!x",
            "%x",
            "@x",
            "`x`",
            "",
            " x ",
            "ö–ü",
            "a\u{85}b",
            "x #y",
            long.trim(),
            &long,
        ] {
            let text = text("statement", &[("statement", &[said]), ("items", &["a.b", said])]);
            let read =
                crate::load::values(Path::new("a.yaml"), &text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let wanted = vec![
                ("items".to_owned(), vec!["a.b".to_owned(), said.to_owned()]),
                ("statement".to_owned(), vec![said.to_owned()]),
            ];
            assert_eq!(read, wanted, "{text}");
        }
    }
}
