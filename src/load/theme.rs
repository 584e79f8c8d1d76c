//! What the theme brings to composing: document templates and the words of the interface.

use super::fragments::front_matter;
use super::read::Reader;
use super::yaml;
use crate::model::message::{MessageFront, MessageTemplate};
use crate::model::node::{Node, Value};
use crate::model::project::Project;
use crate::model::template::{Template, TemplateFront, Words};
use crate::theme::Theme;
use std::collections::BTreeMap;

/// Reads the document templates, by kind.
pub(super) fn templates(reader: &mut Reader, theme: &Theme) -> BTreeMap<String, Template> {
    let mut templates = BTreeMap::new();
    for path in theme.list("documents") {
        let name = path.rsplit('/').next().unwrap_or_default();
        let Some((kind, text)) = name.strip_suffix(".md").zip(theme.text(&path)) else { continue };
        let file = reader.sources.add(shown_path(theme, &path), text.as_str());
        let Some((front, body)) = front_matter::<TemplateFront>(&text, file, &mut reader.findings) else { continue };
        let body = text[body..].to_owned();
        templates.insert(kind.to_owned(), Template { kind: kind.to_owned(), file, front, body });
    }
    templates
}

/// Reads the message templates, by id.
pub(super) fn messages(reader: &mut Reader, theme: &Theme) -> BTreeMap<String, MessageTemplate> {
    let mut messages = BTreeMap::new();
    for path in theme.list("messages") {
        let name = path.strip_prefix("messages/").filter(|name| !name.contains('/')).unwrap_or_default();
        let Some((id, text)) = name.strip_suffix(".md").zip(theme.text(&path)) else { continue };
        let file = reader.sources.add(shown_path(theme, &path), text.as_str());
        let Some((front, body)) = front_matter::<MessageFront>(&text, file, &mut reader.findings) else { continue };
        let body = text[body..].to_owned();
        messages.insert(id.to_owned(), MessageTemplate { id: id.to_owned(), file, front, body });
    }
    messages
}

/// Reads the words of the project's language. Where a language or an override has no word for
/// something, the English one is taken, so that a page never has a hole.
pub(super) fn words(reader: &mut Reader, theme: &Theme, project: Option<&Project>) -> Words {
    let language =
        project.and_then(|project| project.project.language.as_ref()).map_or("en", |language| language.as_str());
    let primary = language.split('-').next().unwrap_or(language);
    let mut words = BTreeMap::new();
    for name in ["en", primary, language] {
        let path = format!("strings/{name}.yaml");
        // The built-in words first: an override names only those that differ.
        let built_in = crate::theme::built_in(&path).and_then(|bytes| String::from_utf8(bytes.into_owned()).ok());
        let own = theme.text(&path).filter(|_| theme.is_override(&path));
        for text in built_in.into_iter().chain(own) {
            let file = reader.sources.add(shown_path(theme, &path), text.as_str());
            if let Some(node) = yaml::parse(&text, file, 0, &mut reader.findings) {
                words.extend(entries(node));
            }
        }
    }
    Words::new(words)
}

/// The entries of a mapping whose values are scalars.
fn entries(node: Node) -> Vec<(String, String)> {
    let Value::Map(entries) = node.value else { return Vec::new() };
    let text = |value| match value {
        Value::Text(text) | Value::Number(text) => Some(text),
        _ => None,
    };
    entries.into_iter().filter_map(|(key, node)| Some((key.name, text(node.value)?))).collect()
}

/// How a file of the theme is named in findings.
fn shown_path(theme: &Theme, path: &str) -> String {
    let folder = if theme.is_override(path) { "theme" } else { "built-in" };
    format!("{folder}/{path}")
}
