//! A reader of the little YAML that the tests of this room write: no other stage is needed for them.

use crate::model::node::{Key, Node, Value};
use crate::source::{FileId, Span};

/// Reads the YAML that these tests write: block mappings and lists, flow mappings and lists, plain and
/// double-quoted scalars, comments on lines of their own.
pub(super) fn parse(text: &str, file: FileId) -> Node {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let indent = content.len() - content.trim_start().len();
        if !content.is_empty() && !content.trim_start().starts_with('#') {
            lines.push((indent, start + indent, &content[indent..]));
        }
        start += line.len();
    }
    let mut reader = Reader { file, lines, next: 0 };
    reader.block(0)
}

struct Reader<'a> {
    file: FileId,
    /// Indentation, offset and content of each line.
    lines: Vec<(usize, usize, &'a str)>,
    next: usize,
}

impl Reader<'_> {
    fn block(&mut self, indent: usize) -> Node {
        match self.lines.get(self.next) {
            Some((_, _, content)) if content.starts_with("- ") => self.list(indent),
            _ => self.map(indent),
        }
    }

    fn list(&mut self, indent: usize) -> Node {
        let mut nodes: Vec<Node> = Vec::new();
        while let Some(&(at, offset, content)) = self.lines.get(self.next) {
            if at != indent || !content.starts_with("- ") {
                break;
            }
            let is_key =
                !content[2..].starts_with(['{', '[', '"']) && (content.contains(": ") || content.ends_with(':'));
            if is_key {
                self.lines[self.next] = (indent + 2, offset + 2, &content[2..]);
                nodes.push(self.map(indent + 2));
            } else {
                self.next += 1;
                nodes.push(self.flow(&content[2..], offset + 2).0);
            }
        }
        let span = around(&nodes.first().expect("an entry").span, &nodes.last().expect("an entry").span);
        Node { value: Value::List(nodes), span }
    }

    fn map(&mut self, indent: usize) -> Node {
        let mut fields: Vec<(Key, Node)> = Vec::new();
        while let Some(&(at, offset, content)) = self.lines.get(self.next) {
            if at != indent || content.starts_with("- ") {
                break;
            }
            self.next += 1;
            let colon = content.find(':').expect("a key");
            let key = Key { name: content[..colon].to_owned(), span: Span::new(self.file, offset, offset + colon) };
            let rest = content[colon + 1..].trim_start();
            let rest_at = offset + content.len() - rest.len();
            let node = match self.lines.get(self.next) {
                _ if !rest.is_empty() => self.flow(rest, rest_at).0,
                Some(&(next, _, line)) if next > indent || (next == indent && line.starts_with("- ")) => {
                    self.block(next)
                }
                _ => Node { value: Value::Null, span: Span::new(self.file, rest_at, rest_at) },
            };
            fields.push((key, node));
        }
        let (first, last) = (fields.first().expect("a field").0.span, fields.last().expect("a field").1.span);
        Node { value: Value::Map(fields), span: around(&first, &last) }
    }

    /// A value on one line, and how many bytes it takes with what ends it.
    fn flow(&self, text: &str, offset: usize) -> (Node, usize) {
        let node = |value, length| Node { value, span: Span::new(self.file, offset, offset + length) };
        if let Some(rest) = text.strip_prefix('"') {
            let end = rest.find('"').expect("a closing quote");
            return (node(Value::Text(rest[..end].to_owned()), end + 2), end + 2);
        }
        if let Some(rest) = text.strip_prefix('\'') {
            let end = rest.find('\'').expect("a closing quote");
            return (node(Value::Text(rest[..end].to_owned()), end + 2), end + 2);
        }
        let Some(open) = text.chars().next().filter(|c| matches!(c, '[' | '{')) else {
            return (node(scalar(text), text.len()), text.len());
        };
        let (mut at, mut nodes, mut fields) = (1, Vec::new(), Vec::new());
        loop {
            at += text[at..].len() - text[at..].trim_start_matches([' ', ',']).len();
            if text[at..].starts_with([']', '}']) {
                break;
            }
            let mut key = None;
            if open == '{' {
                let colon = text[at..].find(": ").expect("a key");
                let span = Span::new(self.file, offset + at, offset + at + colon);
                key = Some(Key { name: text[at..at + colon].to_owned(), span });
                at += colon + 2;
            }
            let rest = &text[at..];
            let plain = rest.find([',', ']', '}']).expect("an end");
            let taken = if rest.starts_with(['[', '{', '"', '\'']) { rest } else { rest[..plain].trim_end() };
            let (value, length) = self.flow(taken, offset + at);
            at += length;
            match key {
                Some(key) => fields.push((key, value)),
                None => nodes.push(value),
            }
        }
        let value = if open == '[' { Value::List(nodes) } else { Value::Map(fields) };
        (node(value, at + 1), at + 1)
    }
}

fn scalar(text: &str) -> Value {
    match text {
        "" | "null" | "~" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ if text.parse::<f64>().is_ok() => Value::Number(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

fn around(first: &Span, last: &Span) -> Span {
    Span { end: last.end, ..*first }
}
