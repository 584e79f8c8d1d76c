//! Writing a record: judged like every other file, and only then written; never over another one.

use super::text::{self, Values};
use crate::cli::terminal::{Stream, Terminal};
use crate::error::{Error, Result};
use crate::finding::{Finding, Level};
use crate::load;
use crate::model::loaded::Loaded;
use crate::model::records::Kind;
use crate::report;
use crate::writing::{self, Before, Change};
use jiff::civil::DateTime;
use std::path::Path;

/// How many records of the same second are told apart.
const MAX_SAME: i64 = 60;

/// The path of a record from the project's root: its day, the time of writing, what it is about.
fn path(kind: &Kind, values: &Values, written: DateTime) -> String {
    let date = values.get("date").and_then(|date| date.first()).map_or("undated", String::as_str);
    let about: Vec<_> = kind.named_by.iter().filter_map(|key| values.get(key)).flatten().map(String::as_str).collect();
    let words: String =
        about.join("-").to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let slug: Vec<_> = words.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = slug.join("-").chars().take(60).collect();
    let time = format!("{:02}{:02}{:02}", written.hour(), written.minute(), written.second());
    let date = if text_is_date(date) { date } else { "undated" };
    format!("records/{}/{date}-{time}-{slug}.yaml", kind.folder)
}

fn text_is_date(text: &str) -> bool {
    text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-')
}

/// What is wrong with a record that is about to be written.
pub(in crate::cli) fn judge(loaded: &mut Loaded, kind: &Kind, values: &Values, now: DateTime) -> Vec<Finding> {
    let text = text::write(&(kind.shape)(), values);
    load::judge_record(loaded, kind, &path(kind, values, now), &text)
}

/// Writes a record and returns its path from the project's root; `None` if something is wrong with it,
/// which has been told.
pub(in crate::cli) fn write(
    loaded: &mut Loaded,
    kind: &Kind,
    values: &Values,
    now: DateTime,
) -> Result<Option<String>> {
    let findings = judge(loaded, kind, values, now);
    if !findings.is_empty() {
        let style = Terminal::report_style(Stream::Err);
        Terminal::say(&report::human::findings(&findings, &loaded.sources, &style));
    }
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Ok(None);
    }
    let text = text::write(&(kind.shape)(), values);
    for later in 0..MAX_SAME {
        let path = path(kind, values, now.saturating_add(jiff::SignedDuration::from_secs(later)));
        if put(&loaded.root.join(&path), text.as_bytes())? {
            return Ok(Some(path));
        }
    }
    Err(crowded())
}

fn crowded() -> Error {
    Error::new("the record cannot be written").why("there are too many of the same second").help("try again")
}

/// A path for a record, without its ending, at which neither a record nor a file with the other ending
/// stands yet.
pub(in crate::cli) fn free(
    loaded: &Loaded,
    kind: &Kind,
    values: &Values,
    now: DateTime,
    ending: &str,
) -> Result<String> {
    for later in 0..MAX_SAME {
        let path = path(kind, values, now.saturating_add(jiff::SignedDuration::from_secs(later)));
        let stem = path.trim_end_matches(".yaml");
        let is_free = |ending: &str| !loaded.root.join(format!("{stem}.{ending}")).exists();
        if is_free("yaml") && is_free(ending) {
            return Ok(stem.to_owned());
        }
    }
    Err(crowded())
}

/// Writes several files, all of them or none; each by its path from the project's root, the one that counts last.
/// None may be there yet.
pub(in crate::cli) fn write_all(loaded: &Loaded, files: &[(String, Vec<u8>)]) -> Result<()> {
    let new = |(path, bytes): &(String, Vec<u8>)| Change {
        path: loaded.root.join(path),
        bytes: bytes.clone(),
        before: Before::Nothing,
    };
    writing::all_or_none(&files.iter().map(new).collect::<Vec<_>>())
}

/// Writes a record that is not there yet; `false` if it is.
fn put(path: &Path, bytes: &[u8]) -> Result<bool> {
    writing::new_file(path, bytes).map_err(|error| Error::io("the record cannot be written", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::records::kind;

    #[test]
    fn names_sort_by_day_and_time_and_say_what_they_are_about() {
        let values: Values = [("stage", "pilot"), ("decision", "go"), ("date", "2026-12-11")]
            .map(|(key, value)| (key, vec![value.to_owned()]))
            .into();
        let at = jiff::civil::date(2026, 12, 12).at(9, 5, 7, 0);
        let path = path(kind("gate").expect("a kind"), &values, at);
        assert_eq!(path, "records/gates/2026-12-11-090507-pilot-go.yaml");
    }

    #[test]
    fn a_name_never_leaves_its_folder() {
        let values: Values =
            [("metric", "../../x"), ("date", "../../../a")].map(|(key, value)| (key, vec![value.to_owned()])).into();
        let path = path(kind("metric").expect("a kind"), &values, jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0));
        assert_eq!(path, "records/metrics/undated-000000-x.yaml");
    }
}
