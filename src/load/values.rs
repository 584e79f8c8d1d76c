//! Keys and values that somebody wrote into a file in place of options: YAML or JSON.

use super::yaml;
use crate::error::{Error, Result};
use crate::model::node::{Node, Value};
use crate::source::Sources;
use std::path::Path;

/// Reads the text of a file with keys and values; a list gives several values.
///
/// # Errors
/// If it is no mapping of keys to texts or lists of texts.
pub fn values(path: &Path, text: &str) -> Result<Vec<(String, Vec<String>)>> {
    let mut sources = Sources::default();
    let file = sources.add(path.display().to_string(), text);
    let mut findings = Vec::new();
    let what = "the values cannot be read";
    let node = yaml::parse(text, file, 0, &mut findings);
    if let Some(finding) = findings.first() {
        let place = finding.span().map(|span| format!("line {}: ", sources.position(span).line)).unwrap_or_default();
        return Err(Error::new(what)
            .path(path)
            .why(format!("{place}{}", finding.message))
            .help("mend the line: `key: value`, each on its own"));
    }
    let Some(Value::Map(entries)) = node.map(|node| node.value) else {
        return Err(Error::new(what).path(path).why("it is no mapping").help("write lines such as `by: anna-lind`"));
    };
    let mut values = Vec::new();
    for (key, node) in entries {
        let line = sources.position(node.span).line;
        let several = match node.value {
            Value::List(nodes) => nodes,
            value => vec![Node { value, span: node.span }],
        };
        let mut texts = Vec::new();
        for node in several {
            match node.value {
                Value::Null => {}
                Value::Bool(flag) => texts.push(flag.to_string()),
                Value::Number(text) | Value::Text(text) => texts.push(text),
                Value::List(_) | Value::Map(_) => {
                    let why = format!("line {line}: `{}` is neither a text nor a list of texts", key.name);
                    return Err(Error::new(what)
                        .path(path)
                        .why(why)
                        .help("write a text, or a list of texts with `- `"));
                }
            }
        }
        if !texts.is_empty() {
            values.push((key.name, texts));
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> std::result::Result<Vec<(String, Vec<String>)>, String> {
        values(Path::new("a.yaml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn texts_and_lists_are_read() {
        let wanted = vec![
            ("by".to_owned(), vec!["anna".to_owned()]),
            ("items".to_owned(), vec!["a".to_owned(), "2".to_owned()]),
            ("ok".to_owned(), vec!["true".to_owned()]),
        ];
        assert_eq!(read("by: anna\nlink:\nitems: [a, 2]\nok: true\n"), Ok(wanted.clone()));
        assert_eq!(read(r#"{"by": "anna", "link": null, "items": ["a", 2], "ok": true}"#), Ok(wanted));
    }

    #[test]
    fn anything_else_is_refused_with_its_place() {
        for (text, why) in [("- a\n", "no mapping"), ("by:\n  name: x\n", "line 2: `by`"), ("a: \"x\n", "line 1")] {
            let told = read(text).expect_err(text);
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}
