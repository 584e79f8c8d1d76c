//! The project file with another release: only the values that change are touched, so that comments and
//! the order of the keys stay as they are.

use super::record::quoted;
use crate::model::project::Project;
use crate::model::value::{Date, Version};
use crate::source::Span;
use std::fmt::Write;

/// The longest line that a text is wrapped to.
const WIDTH: usize = 100;

/// What the release becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Edits {
    /// Its version.
    pub version: Version,
    /// Its date.
    pub date: Date,
    /// Its status.
    pub status: &'static str,
    /// What changed, for an entry of the change history; not needed if it has one for this version.
    pub summary: Option<String>,
}

/// The text of the project file with another release.
///
/// # Errors
/// Why it cannot be edited, as a sentence.
pub fn edited(text: &str, project: &Project, edits: &Edits) -> Result<String, String> {
    let release = &project.release;
    let (version, date) = (edits.version.to_string(), edits.date.to_string());
    let mut changes: Vec<(Span, String)> = vec![
        (release.version.span, version.clone()),
        (release.date.span, date.clone()),
        (release.status.span, edits.status.to_owned()),
    ];
    let known = release.changes.iter().find(|change| change.version.value == edits.version);
    match (known, &edits.summary) {
        (Some(change), _) => changes.push((change.date.span, date)),
        (None, Some(summary)) => changes.push(entry(text, project, &version, &date, summary)?),
        (None, None) => {}
    }
    changes.sort_by_key(|(span, _)| span.start);
    let mut out = text.to_owned();
    for (span, value) in changes.iter().rev() {
        let written = out.get(span.range()).ok_or("it is not the text that was read")?;
        let quote = written.chars().next().filter(|first| matches!(first, '"' | '\'')).filter(|_| written.len() > 1);
        let value = quote.map_or_else(|| value.clone(), |quote| format!("{quote}{value}{quote}"));
        out.replace_range(span.range(), &value);
    }
    Ok(out)
}

/// A new entry at the top of the change history: where it goes, and its text.
fn entry(text: &str, project: &Project, version: &str, date: &str, summary: &str) -> Result<(Span, String), String> {
    let release = &project.release;
    let line_of = |offset: usize| text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let indent_of = |start: usize| text[start..].len() - text[start..].trim_start_matches(' ').len();
    if let Some(first) = release.changes.first() {
        let start = line_of(first.span.start as usize);
        let indent = indent_of(start);
        if !text[start + indent..].starts_with("- ") {
            return Err("`release.changes` is not written with an entry per line".into());
        }
        let at = Span::new(first.span.file, start, start);
        return Ok((at, item(indent, version, date, summary)));
    }
    // No history yet: it begins behind the line of the status.
    let status = release.status.span;
    let line = line_of(status.start as usize);
    let indent = indent_of(line);
    if indent == 0 || !text[line + indent..].starts_with("status:") {
        return Err("`release` is not written with a key per line".into());
    }
    let end = text[status.end as usize..].find('\n').map_or(text.len(), |newline| status.end as usize + newline + 1);
    let before = if text[..end].ends_with('\n') { "" } else { "\n" };
    let history = format!("{before}{}changes:\n{}", " ".repeat(indent), item(indent + 2, version, date, summary));
    Ok((Span::new(status.file, end, end), history))
}

fn item(indent: usize, version: &str, date: &str, summary: &str) -> String {
    let space = " ".repeat(indent);
    format!("{space}- version: {version}\n{space}  date: {date}\n{space}  summary: {}\n", scalar(summary, indent + 4))
}

/// A text as a YAML scalar: folded where it is long, else in quotes.
fn scalar(text: &str, indent: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if indent + text.chars().count() < WIDTH || text.chars().any(char::is_control) {
        return quoted(&text);
    }
    let mut out = String::from(">-");
    let mut length = WIDTH;
    for word in text.split(' ') {
        if length + 1 + word.chars().count() > WIDTH {
            let _ = write!(out, "\n{}", " ".repeat(indent));
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
