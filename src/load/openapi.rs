//! The description of an interface (`OpenAPI` 3.0 and 3.1) as text: endpoints with parameters, bodies,
//! answers and examples, how one signs in, and the errors.
//!
//! Only references within the file are followed. What the file calls a description is Markdown by the
//! standard and is taken as such; everything else is escaped.

mod examples;
mod operation;

use super::phrases::Phrases;
use super::yaml;
use crate::finding::Finding;
use crate::markdown::{self, escape};
use crate::model::node::{INVALID_FIELD, Located, Node, Scalar, Value};
use crate::model::text::{Block, map_inlines};
use crate::model::value::ItemRef;
use crate::source::{FileId, Span};
use operation::Operation;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The methods of a path, in the order in which they are shown.
const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
/// The kind of document that a description becomes.
const KIND: &str = "api";
/// How many references are followed one behind the other.
const MAX_REFERENCES: usize = 16;

/// A description of an interface as a part of a document.
pub(super) struct Description {
    /// Its sections, from level 2 on.
    pub(super) blocks: Vec<Block>,
    /// The items of the checklist that it covers.
    pub(super) covers: Vec<Located<ItemRef>>,
}

/// Reads a description; `said` is the place that names the file.
pub(super) fn read(
    text: &str,
    file: FileId,
    said: Span,
    phrases: &Phrases,
    findings: &mut Vec<Finding>,
) -> Option<Description> {
    let root = yaml::parse(text, file, 0, findings)?;
    let version = root.get("openapi").and_then(text_of).unwrap_or_default();
    if !version.starts_with("3.") {
        let why = if root.get("swagger").is_some() { "it is of version 2" } else { "it has no `openapi: 3.…`" };
        findings.push(
            Finding::error(INVALID_FIELD, format!("this is no OpenAPI 3 description: {why}"))
                .at(said, "named here")
                .at(Span::start_of(file), "the file")
                .help("convert it to OpenAPI 3, or name a Markdown file"),
        );
        return None;
    }
    let mut writer = Writer { root: &root, file, words: Words(phrases), blocks: Vec::new() };
    writer.document();
    let mut covers = Vec::new();
    let mut cover = |item: &str, is_there: bool| {
        if let (true, Ok(value)) = (is_there, ItemRef::parse(item)) {
            covers.push(Located { value, span: Span::start_of(file) });
        }
    };
    let operations = writer.operations();
    cover("api.endpoints", !operations.is_empty());
    cover("api.examples", operations.iter().any(Operation::has_example));
    Some(Description { blocks: writer.blocks, covers })
}

/// The words of the language, by the English ones.
#[derive(Clone, Copy)]
struct Words<'a>(&'a Phrases);

impl<'a> Words<'a> {
    fn say(self, english: &'a str) -> &'a str {
        self.0.word(KIND, english)
    }

    /// The first lines of a table.
    fn table(self, columns: &[&'a str]) -> String {
        let cells = columns.iter().map(|column| self.say(column)).collect::<Vec<_>>().join(" | ");
        format!("| {cells} |\n|{}\n", "---|".repeat(columns.len()))
    }
}

/// Writes the sections, each part with the place in the file that it comes from.
struct Writer<'a> {
    root: &'a Node,
    file: FileId,
    words: Words<'a>,
    blocks: Vec<Block>,
}

impl<'a> Writer<'a> {
    fn document(&mut self) {
        let operations = self.operations();
        self.say(&self.overview(), self.root.span);
        for operation in &operations {
            self.say(&operation.markdown(), operation.span);
        }
        if let Some(schemes) = self.root.get("components").and_then(|all| all.get("securitySchemes")) {
            let text = authentication(self.root, schemes, self.words);
            self.say(&text, schemes.span);
        }
        let text = errors(&operations, self.words);
        self.say(&text, self.root.span);
    }

    fn operations(&self) -> Vec<Operation<'a>> {
        let Some(Value::Map(paths)) = self.root.get("paths").map(|paths| &paths.value) else { return Vec::new() };
        let mut operations = Vec::new();
        for (path, item) in paths {
            let item = resolve(self.root, item);
            for method in METHODS {
                let Some(node) = item.get(method) else { continue };
                let (root, words) = (self.root, self.words);
                operations.push(Operation { root, words, path: &path.name, method, item, node, span: path.span });
            }
        }
        operations
    }

    /// The first section: what it is, where it is reached, and what there is.
    fn overview(&self) -> String {
        let words = self.words;
        let mut out = format!("## {} {{#endpoints}}\n\n", words.say("Endpoints"));
        let info = self.root.get("info");
        let field = |key| info.and_then(|info| info.get(key)).and_then(text_of);
        if let Some(title) = field("title") {
            let title = format!("**{}**", escape(title));
            let says = match field("version") {
                Some(version) => {
                    let says = words.say("This is the description of {title}, version {version}.");
                    says.replace("{version}", &escape(version))
                }
                None => words.say("This is the description of {title}.").to_owned(),
            };
            let _ = writeln!(out, "{}\n", says.replace("{title}", &title));
        }
        if let Some(description) = field("description") {
            let _ = writeln!(out, "{}\n", prose(description));
        }
        let servers: Vec<&Node> = list(self.root.get("servers")).collect();
        if !servers.is_empty() {
            out.push_str(&words.table(&["Address", "What it is"]));
            for server in servers {
                let what = server.get("description").and_then(text_of).map_or_else(|| "–".to_owned(), escape);
                let _ = writeln!(out, "| `{}` | {what} |", code(server.get("url").and_then(text_of).unwrap_or("/")));
            }
            out.push('\n');
        }
        out.push_str(&words.table(&["Endpoint", "What it does"]));
        for operation in self.operations() {
            let anchor = operation.anchor();
            let _ = writeln!(out, "| [`{}`](#{anchor}) | {} |", code(&operation.name()), escape(operation.summary()));
        }
        out
    }

    /// Adds Markdown whose place is that of a node.
    fn say(&mut self, text: &str, span: Span) {
        let mut blocks = markdown::parse(text, self.file, 0, &mut Vec::new()).blocks;
        map_inlines(&mut blocks, &mut |inline| inline.span = Some(span));
        blocks.iter_mut().for_each(|block| block.span = Some(span));
        self.blocks.extend(blocks);
    }
}

/// The section about signing in.
fn authentication(root: &Node, schemes: &Node, words: Words<'_>) -> String {
    let mut out = format!("## {} {{#authentication}}\n\n", words.say("Authentication"));
    let Value::Map(schemes) = &schemes.value else { return String::new() };
    out.push_str(
        words.say("Every request says who it comes from in one of these ways, unless its section says otherwise."),
    );
    out.push_str("\n\n");
    out.push_str(&words.table(&["Name", "How", "What to know"]));
    for (name, scheme) in schemes {
        let scheme = resolve(root, scheme);
        let field = |key: &str| scheme.get(key).and_then(text_of).unwrap_or_default();
        let how = match field("type") {
            "apiKey" => {
                let says = match field("in") {
                    "query" => words.say("key in the parameter {name}"),
                    "cookie" => words.say("key in the cookie {name}"),
                    _ => words.say("key in the header {name}"),
                };
                says.replace("{name}", &format!("`{}`", code(field("name"))))
            }
            "http" => {
                words.say("HTTP {scheme} in the header `Authorization`").replace("{scheme}", &escape(field("scheme")))
            }
            "oauth2" => "OAuth 2.0".to_owned(),
            "openIdConnect" => "OpenID Connect".to_owned(),
            "mutualTLS" => words.say("client certificate (mutual TLS)").to_owned(),
            other => escape(other),
        };
        let what = scheme.get("description").and_then(text_of).map_or_else(|| "–".to_owned(), escape);
        let _ = writeln!(out, "| **{}** | {how} | {what} |", escape(&name.name));
    }
    out
}

/// The section about errors: every status from 400 on with what it means and where it may come.
fn errors(operations: &[Operation<'_>], words: Words<'_>) -> String {
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for operation in operations {
        for (status, answer) in operation.responses() {
            if status.starts_with(['4', '5']) {
                let what = answer.get("description").and_then(text_of).unwrap_or_default().to_owned();
                found.entry((status.to_owned(), what)).or_default().push(operation.name());
            }
        }
    }
    if found.is_empty() {
        return String::new();
    }
    let mut out = format!("## {} {{#errors}}\n\n", words.say("Error codes"));
    let _ = writeln!(out, "{}\n", words.say("These answers say that a request was not fulfilled."));
    out.push_str(&words.table(&["Status", "Meaning", "Answered by"]));
    for ((status, what), names) in found {
        let all = names.len() == operations.len() && names.len() > 1;
        let by = if all {
            words.say("every endpoint").to_owned()
        } else {
            names.iter().map(|name| format!("`{}`", code(name))).collect::<Vec<_>>().join(", ")
        };
        let _ = writeln!(out, "| **{}** | {} | {by} |", escape(&status), escape(&what));
    }
    out
}

/// What a `$ref` stands for; the node itself if it is none or leads nowhere.
fn resolve<'a>(root: &'a Node, node: &'a Node) -> &'a Node {
    let mut at = node;
    for _ in 0..MAX_REFERENCES {
        let Some(reference) = at.get("$ref").and_then(text_of) else { return at };
        let Some(path) = reference.strip_prefix("#/") else { return at };
        let parts = path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
        let Some(next) = parts.into_iter().try_fold(root, |node, part| node.get(&part)) else { return at };
        at = next;
    }
    at
}

/// The name at the end of a `$ref`.
fn referred(node: &Node) -> Option<&str> {
    node.get("$ref").and_then(text_of)?.rsplit('/').next()
}

/// The text of a scalar.
fn text_of(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        _ => None,
    }
}

/// The entries of a list.
fn list(node: Option<&Node>) -> impl Iterator<Item = &Node> {
    match node.map(|node| &node.value) {
        Some(Value::List(nodes)) => nodes.as_slice(),
        _ => &[],
    }
    .iter()
}

/// A text between backticks in a table: without backticks, bars and line breaks.
fn code(text: &str) -> String {
    text.replace('`', "'").replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// Markdown of the file in a section of the document: its headings become bold lines, so that they do
/// not break up the section.
fn prose(text: &str) -> String {
    let line = |line: &str| match line.trim_start().strip_prefix('#') {
        Some(rest) => format!("**{}**\n", rest.trim_start_matches('#').trim()),
        None => line.to_owned(),
    };
    text.trim().lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::{BlockKind, plain, sections};
    use crate::source::Sources;

    const PETS: &str = r##"
openapi: 3.0.3
info: {title: Berths | API, version: "1.2"}
servers: [{url: https://api.lindvik.example/v1, description: Production}]
paths:
  /berths/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}, description: Which berth}
    get:
      summary: One berth
      responses:
        "200":
          description: The berth
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Berth"}
        "404": {description: No such berth}
    put:
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Berth"}
            example: {id: A-1, length: 12.5, free: true}
      responses:
        "204": {description: Changed}
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
  schemas:
    Berth:
      type: object
      required: [id]
      properties:
        id: {type: string, example: A-1, description: Its number}
        length: {type: number, example: 12.5}
        next: {$ref: "#/components/schemas/Berth"}
"##;

    fn read_text(text: &str) -> (Option<Description>, Vec<Finding>) {
        let file = Sources::default().add("openapi.yaml", text);
        let mut findings = Vec::new();
        (read(text, file, Span::start_of(file), &Phrases::default(), &mut findings), findings)
    }

    #[test]
    fn endpoints_become_sections_with_examples_and_errors() {
        let (description, findings) = read_text(PETS);
        assert_eq!(findings, []);
        let description = description.expect("a description");
        let titles: Vec<_> =
            sections(&description.blocks).iter().map(|section| plain(&section.heading.content)).collect();
        assert_eq!(titles, ["Endpoints", "GET /berths/{id}", "PUT /berths/{id}", "Authentication", "Error codes"]);
        let examples: Vec<_> = description
            .blocks
            .iter()
            .filter_map(|block| match &block.kind {
                BlockKind::Code(code) => Some(code.text.as_str()),
                _ => None,
            })
            .collect();
        assert!(examples.iter().any(|text| text.contains("\"length\": 12.5")), "{examples:?}");
        let covers: Vec<_> = description.covers.iter().map(|item| item.value.to_string()).collect();
        assert_eq!(covers, ["api.endpoints", "api.examples"]);
    }

    #[test]
    fn what_is_no_openapi_3_is_told() {
        let (description, findings) = read_text("swagger: '2.0'\npaths: {}\n");
        assert!(description.is_none());
        assert!(findings[0].message.contains("of version 2"));
        let (_, findings) = read_text("{\"a\": 1}");
        assert!(findings[0].message.contains("no `openapi"));
    }

    #[test]
    fn descriptions_keep_the_sections_whole() {
        assert_eq!(prose("# Title\nText"), "**Title**\n\nText");
    }
}
