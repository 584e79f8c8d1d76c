//! Files of measured values: CSV, JSON and the text format of Prometheus.
//!
//! Reads names and values as they were written; which metric they belong to is for the gate to say.

use super::read::{megabytes, read_limited};
use crate::error::{Error, Result};
use crate::model::gate::Sample;
use serde_json::Value;
use std::path::Path;

/// The largest file that is read.
const MAX_METRICS: u64 = 16 << 20;
/// What is done about a file that cannot be understood.
const HELP: &str =
    "write CSV with the columns `metric` and `value`, JSON such as {\"error-rate\": 0.4}, or Prometheus text";

/// Reads a file of measured values. Its format is told by its name, otherwise by its beginning.
///
/// # Errors
/// If it cannot be read or understood, or holds no value.
pub fn load(path: &Path) -> Result<Vec<Sample>> {
    let what = "the measured values cannot be read";
    let bytes = read_limited(path, MAX_METRICS).map_err(|error| Error::io(what, path, &error))?;
    let Some(bytes) = bytes else {
        return Err(Error::new(what)
            .path(path)
            .why(format!("the file is larger than {}", megabytes(MAX_METRICS)))
            .help(HELP));
    };
    let text = String::from_utf8(bytes).map_err(|_| Error::new(what).path(path).why("it is not UTF-8").help(HELP))?;
    let text = text.trim_start_matches('\u{feff}');
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let read = match extension.to_ascii_lowercase().as_str() {
        "json" => json(text),
        "csv" => csv(text),
        "prom" => prometheus(text),
        _ if text.trim_start().starts_with(['{', '[']) => json(text),
        _ if text.lines().next().is_some_and(|line| line.contains(',') && !line.contains('{')) => csv(text),
        _ => prometheus(text),
    };
    match read {
        Ok(samples) if samples.is_empty() => Err(Error::new(what).path(path).why("it holds no value").help(HELP)),
        Ok(samples) => Ok(samples),
        Err(why) => Err(Error::new(what).path(path).why(why).help(HELP)),
    }
}

fn json(text: &str) -> std::result::Result<Vec<Sample>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let with_unit = |value: &Value, unit: Option<&Value>| {
        let number = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => return None,
        };
        Some(match unit.and_then(Value::as_str) {
            Some(unit) => format!("{number} {unit}"),
            None => number,
        })
    };
    let sample = |name: &str, value: &Value| {
        let text = match value {
            Value::Object(map) => map.get("value").and_then(|value| with_unit(value, map.get("unit"))),
            value => with_unit(value, None),
        };
        let value = text.ok_or_else(|| format!("`{name}` has no value"))?;
        Ok(Sample { name: name.to_owned(), value, line: None })
    };
    match &value {
        Value::Object(map) => map.iter().map(|(name, value)| sample(name, value)).collect(),
        Value::Array(list) => {
            let name = |entry: &Value| {
                ["metric", "name", "id"].iter().find_map(|key| Some(entry.get(key)?.as_str()?.to_owned()))
            };
            list.iter().map(|entry| sample(&name(entry).ok_or("an entry has no `metric`")?, entry)).collect()
        }
        _ => Err("it is neither an object nor a list".into()),
    }
}

fn csv(text: &str) -> std::result::Result<Vec<Sample>, String> {
    let separator = if text.lines().next().is_some_and(|line| line.contains(';')) { ';' } else { ',' };
    let mut rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let Some((first_at, first)) = rows.next() else { return Ok(Vec::new()) };
    let header = cells(first, separator);
    let column = |names: &[&str]| header.iter().position(|cell| names.contains(&cell.to_lowercase().as_str()));
    let named = column(&["metric", "name", "id"]).zip(column(&["value"]));
    let ((name, value), first) = match named {
        Some(columns) => (columns, None),
        None if header.get(1).is_some_and(|cell| cell.parse::<f64>().is_ok()) => ((0, 1), Some((first_at, first))),
        None => return Err("its first line names no columns `metric` and `value`".into()),
    };
    let unit = column(&["unit"]).filter(|_| first.is_none());
    let row = |(at, line): (usize, &str)| {
        let cells = cells(line, separator);
        let cell = |index: usize| cells.get(index).map(String::as_str).unwrap_or_default();
        if cell(name).is_empty() || cell(value).is_empty() {
            return Err(format!("line {} has no metric or no value", at + 1));
        }
        let unit = unit.map(cell).filter(|unit| !unit.is_empty()).map(|unit| format!(" {unit}")).unwrap_or_default();
        Ok(Sample { name: cell(name).to_owned(), value: format!("{}{unit}", cell(value)), line: Some(at + 1) })
    };
    first.into_iter().chain(rows).map(row).collect()
}

/// The cells of a line; a cell in double quotes may hold the separator.
fn cells(line: &str, separator: char) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            c => cell.push(c),
        }
    }
    cells.push(cell.trim().to_owned());
    cells
}

/// `name{label="x"} value timestamp`, one a line.
fn prometheus(text: &str) -> std::result::Result<Vec<Sample>, String> {
    let mut samples = Vec::new();
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let name_end = match line.find('{') {
            Some(open) if line[..open].find(char::is_whitespace).is_none() => labels_end(line, open),
            _ => line.find(char::is_whitespace),
        };
        let (name, rest) = line.split_at(name_end.ok_or_else(|| format!("line {} is no sample", at + 1))?);
        let value = rest.split_whitespace().next().ok_or_else(|| format!("line {} has no value", at + 1))?;
        samples.push(Sample { name: name.trim().to_owned(), value: value.to_owned(), line: Some(at + 1) });
    }
    Ok(samples)
}

/// Where labels that begin at `open` end; a brace in a quoted value does not count.
fn labels_end(line: &str, open: usize) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in line.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '}' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> std::result::Result<Vec<(String, String)>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        let samples = load(&path).map_err(|error| error.to_string())?;
        Ok(samples.into_iter().map(|sample| (sample.name, sample.value)).collect())
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what reading gives")]
    fn pairs(pairs: &[(&str, &str)]) -> std::result::Result<Vec<(String, String)>, String> {
        Ok(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn three_formats_say_the_same() {
        let wanted = pairs(&[("error-rate", "0.4 %"), ("tickets", "3")]);
        assert_eq!(read("a.csv", "metric,value,unit\nerror-rate,0.4,%\ntickets,3,\n"), wanted);
        assert_eq!(read("a.csv", "value;metric\r\n\"0.4 %\";error-rate\r\n3;tickets\r\n"), wanted);
        assert_eq!(read("a.json", r#"{"error-rate": {"value": 0.4, "unit": "%"}, "tickets": 3}"#), wanted);
        assert_eq!(read("a", r#"[{"metric":"error-rate","value":"0.4 %"},{"name":"tickets","value":3}]"#), wanted);
        assert_eq!(read("a.csv", "tickets,3\n"), pairs(&[("tickets", "3")]), "without a header");
    }

    #[test]
    fn prometheus_text_keeps_its_labels() {
        let text = "# HELP x y\n# TYPE x gauge\nerror_rate 0.4 1700000000000\nup{job=\"a } b\",at=\"x\"} 1\n";
        assert_eq!(read("a.prom", text), pairs(&[("error_rate", "0.4"), ("up{job=\"a } b\",at=\"x\"}", "1")]));
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        for (name, text, why) in [
            ("a.csv", "metric,value\nload,2\n,4\n", "has no metric"),
            ("a.csv", "time,load\n", "names no columns"),
            ("a.json", "{", "EOF"),
            ("a.json", "3", "neither an object"),
            ("a.json", "[{\"value\": 3}]", "no `metric`"),
            ("a.prom", "lonely\n", "line 1"),
            ("a.prom", "# nothing\n", "holds no value"),
        ] {
            let told = read(name, text).expect_err(text);
            assert!(told.contains(why), "{text}: {told}");
        }
        assert!(load(Path::new("/nowhere/at/all")).is_err());
    }
}
