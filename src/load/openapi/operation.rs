//! One operation: a method on a path, with what it takes and what it answers.

use super::examples::{example, json};
use super::{Words, code, list, prose, referred, resolve, text_of};
use crate::markdown::escape;
use crate::model::node::{Node, Value};
use crate::model::text::slug;
use crate::source::Span;
use std::fmt::Write;

/// How many levels of a schema are told by name.
const MAX_LEVELS: usize = 3;

/// A method on a path.
pub(super) struct Operation<'a> {
    pub(super) root: &'a Node,
    pub(super) words: Words<'a>,
    pub(super) path: &'a str,
    pub(super) method: &'static str,
    /// The path's own entry, which may hold parameters of all its methods.
    pub(super) item: &'a Node,
    pub(super) node: &'a Node,
    pub(super) span: Span,
}

impl<'a> Operation<'a> {
    /// Method and path, such as `GET /berths`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    /// The anchor of its section.
    pub(super) fn anchor(&self) -> String {
        let words = self.path.replace(['/', '{', '}', '.'], " ");
        format!("{}-{}", self.method, slug(&words.split_whitespace().collect::<Vec<_>>().join("-")))
            .trim_end_matches('-')
            .to_owned()
    }

    /// What it does, in one line.
    pub(super) fn summary(&self) -> &'a str {
        let field = |key| self.node.get(key).and_then(text_of);
        let first_line = || field("description").and_then(|text| text.lines().next());
        field("summary").or_else(first_line).or_else(|| field("operationId")).unwrap_or("–")
    }

    /// Whether a body is shown by an example.
    pub(super) fn has_example(&self) -> bool {
        let body = self.node.get("requestBody").map(|body| resolve(self.root, body));
        body.into_iter()
            .chain(self.responses().map(|(_, answer)| answer))
            .any(|part| Self::contents(part).any(|(_, content)| example(self.root, content).is_some()))
    }

    /// The answers, by status.
    pub(super) fn responses(&self) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let entries = match self.node.get("responses").map(|node| &node.value) {
            Some(Value::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        let root = self.root;
        entries.iter().map(move |(status, node)| (status.name.as_str(), resolve(root, node)))
    }

    /// The section about it.
    pub(super) fn markdown(&self) -> String {
        let mut out = format!("### {} {{#{}}}\n\n", escape(&self.name()), self.anchor());
        let field = |key| self.node.get(key).and_then(text_of);
        if field("deprecated") == Some("true") {
            let _ = writeln!(out, "> [!WARNING]\n> {}\n", self.words.say("Deprecated: do not build on it."));
        }
        if let Some(summary) = field("summary") {
            let _ = writeln!(out, "{}{}\n", escape(summary), if summary.ends_with('.') { "" } else { "." });
        }
        if let Some(description) = field("description").filter(|text| Some(*text) != field("summary")) {
            let _ = writeln!(out, "{}\n", prose(description));
        }
        self.parameters(&mut out);
        if let Some(body) = self.node.get("requestBody").map(|body| resolve(self.root, body)) {
            self.body(body, self.words.say("Request"), &mut out);
        }
        self.answers(&mut out);
        out
    }

    fn parameters(&self, out: &mut String) {
        let all: Vec<&Node> = list(self.item.get("parameters"))
            .chain(list(self.node.get("parameters")))
            .map(|parameter| resolve(self.root, parameter))
            .collect();
        if all.is_empty() {
            return;
        }
        out.push_str(&self.words.table(&["Parameter", "In", "Type", "Needed", "Meaning"]));
        for parameter in all {
            let field = |key: &str| parameter.get(key).and_then(text_of).unwrap_or_default();
            let kind = parameter.get("schema").map_or_else(|| "–".to_owned(), |schema| self.type_of(schema));
            let needed = self.needed(field("required") == "true");
            let meaning = if field("description").is_empty() { "–".to_owned() } else { escape(field("description")) };
            let _ = writeln!(out, "| `{}` | {} | {kind} | {needed} | {meaning} |", code(field("name")), field("in"));
        }
        out.push('\n');
    }

    fn needed(&self, needed: bool) -> &'a str {
        if needed { self.words.say("yes") } else { self.words.say("no") }
    }

    fn answers(&self, out: &mut String) {
        let answers: Vec<_> = self.responses().collect();
        if answers.is_empty() {
            return;
        }
        out.push_str(&self.words.table(&["Status", "Answer"]));
        for (status, answer) in &answers {
            let what = answer.get("description").and_then(text_of).unwrap_or("–");
            let _ = writeln!(out, "| **{}** | {} |", escape(status), escape(what));
        }
        out.push('\n');
        if let Some((status, answer)) = answers.iter().find(|(status, _)| status.starts_with('2')) {
            self.body(answer, &self.words.say("Answer {status}").replace("{status}", status), out);
        }
    }

    /// The media types of a body.
    fn contents(part: &'a Node) -> impl Iterator<Item = (&'a str, &'a Node)> {
        let entries = match part.get("content").map(|node| &node.value) {
            Some(Value::Map(entries)) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(media, content)| (media.name.as_str(), content))
    }

    /// The first media type of a body: its fields and an example.
    fn body(&self, part: &'a Node, what: &str, out: &mut String) {
        let Some((media, content)) = Self::contents(part).next() else { return };
        let _ = writeln!(out, "**{}**, `{}`:\n", escape(what), code(media));
        if let Some(schema) = content.get("schema") {
            let mut rows = String::new();
            self.fields(schema, "", 0, &mut rows);
            if !rows.is_empty() {
                let head = self.words.table(&["Field", "Type", "Needed", "Meaning"]);
                let _ = writeln!(out, "{head}{rows}");
            }
        }
        if let Some(example) = example(self.root, content) {
            let _ = writeln!(out, "```json\n{}\n```\n", json(&example));
        }
    }

    /// The fields of an object, those of inner objects behind a dot.
    fn fields(&self, schema: &'a Node, prefix: &str, level: usize, out: &mut String) {
        let schema = resolve(self.root, schema);
        for part in list(schema.get("allOf")) {
            self.fields(part, prefix, level, out);
        }
        let Some(Value::Map(properties)) = schema.get("properties").map(|node| &node.value) else {
            if let Some(items) = schema.get("items").filter(|_| level == 0) {
                self.fields(items, "[].", level + 1, out);
            }
            return;
        };
        let required: Vec<&str> = list(schema.get("required")).filter_map(text_of).collect();
        for (name, property) in properties {
            let real = resolve(self.root, property);
            let meaning = real.get("description").and_then(text_of).map_or_else(|| "–".to_owned(), escape);
            let needed = self.needed(required.contains(&name.name.as_str()));
            let path = format!("{prefix}{}", name.name);
            let _ = writeln!(out, "| `{}` | {} | {needed} | {meaning} |", code(&path), self.type_of(property));
            if level + 1 < MAX_LEVELS && referred(property).is_none() && real.get("properties").is_some() {
                self.fields(property, &format!("{path}."), level + 1, out);
            }
        }
    }

    /// The type of a schema in a few words.
    fn type_of(&self, schema: &Node) -> String {
        let real = resolve(self.root, schema);
        let of_list = || {
            list(real.get("type")).filter_map(text_of).collect::<Vec<_>>().join(&format!(" {} ", self.words.say("or")))
        };
        let kind = real.get("type").and_then(text_of).map_or_else(of_list, str::to_owned);
        let format = real.get("format").and_then(text_of).map(|format| format!(", {format}")).unwrap_or_default();
        let values: Vec<&str> = list(real.get("enum")).filter_map(text_of).collect();
        let name = referred(schema).map(str::to_owned);
        let told = match (kind.as_str(), real.get("items")) {
            ("array", Some(items)) => self.words.say("list of {what}").replace("{what}", &self.type_of(items)),
            _ if !values.is_empty() => {
                return values.iter().map(|v| format!("`{}`", code(v))).collect::<Vec<_>>().join(", ");
            }
            ("", _) => name.unwrap_or_else(|| self.words.say("any").to_owned()),
            ("object", _) => name.unwrap_or(kind),
            _ => kind,
        };
        format!("{}{}", if told.contains('`') { told } else { escape(&told) }, escape(&format))
    }
}
