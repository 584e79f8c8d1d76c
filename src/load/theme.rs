//! What the theme brings to composing: document templates and the words of the interface.

use super::fragments::{front_matter, record};
use super::front::Front;
use super::phrases::Phrases;
use super::read::Reader;
use super::{built_in, files, yaml};
use crate::finding::Finding;
use crate::model::message::{MessageFront, MessageTemplate};
use crate::model::node::{FromNode, INVALID_FIELD, Node, Value};
use crate::model::project::Project;
use crate::model::template::{Template, TemplateFront, Words};
use crate::source::FileId;
use crate::theme::Theme;
use std::collections::{BTreeMap, BTreeSet};

/// Reads the document templates, by kind. `documents/<language>/` holds those of a language; whatever the
/// user wrote goes before what is built in.
pub(super) fn templates(
    reader: &mut Reader,
    theme: &Theme,
    project: Option<&Project>,
    phrases: &Phrases,
) -> BTreeMap<String, Template> {
    let languages = languages(project);
    let mut best: BTreeMap<String, ((bool, usize), String)> = BTreeMap::new();
    for path in theme.list("documents") {
        let Some(name) = path.strip_prefix("documents/").and_then(|name| name.strip_suffix(".md")) else { continue };
        let (kind, fit) = match name.split_once('/') {
            None => (name, Some(0)),
            Some((language, kind)) => {
                (kind, languages.iter().position(|known| *known == language).map(|place| place + 1))
            }
        };
        let Some(fit) = fit.filter(|_| !kind.contains('/')) else { continue };
        let rank = (theme.is_override(&path), fit);
        if best.get(kind).is_none_or(|(other, _)| *other < rank) {
            best.insert(kind.to_owned(), (rank, path));
        }
    }
    let mut templates = BTreeMap::new();
    for (kind, (_, path)) in best {
        let Some(mut template) = template(reader, theme, &kind, &path) else { continue };
        let general = format!("documents/{kind}.md");
        if path != general
            && template.body.trim().is_empty()
            && let Some(base) = self::template(reader, theme, &kind, &general)
        {
            // Front matter alone names a document in a language; its text is the general one.
            let TemplateFront { title, summary, audience, .. } = template.front;
            template = Template { front: TemplateFront { title, summary, audience, ..base.front }, ..base };
        }
        templates.insert(kind, phrases.put_into(template));
    }
    templates
}

/// Reads the message templates, by id.
pub(super) fn messages(reader: &mut Reader, theme: &Theme, phrases: &Phrases) -> BTreeMap<String, MessageTemplate> {
    let mut messages = BTreeMap::new();
    for path in theme.list("messages") {
        let name = path.strip_prefix("messages/").filter(|name| !name.contains('/')).unwrap_or_default();
        let Some((id, text)) = name.strip_suffix(".md").zip(theme.text(&path)) else { continue };
        let file = reader.sources.add(shown_path(reader, theme, &path), text.as_str());
        let Some((front, body)) = front::<MessageFront>(reader, theme, &path, &text, file) else { continue };
        let body = text[body..].to_owned();
        let message = MessageTemplate { id: id.to_owned(), file, front, body };
        messages.insert(id.to_owned(), phrases.put_message(message));
    }
    messages
}

/// Reads one template.
fn template(reader: &mut Reader, theme: &Theme, kind: &str, path: &str) -> Option<Template> {
    let text = theme.text(path)?;
    let file = reader.sources.add(shown_path(reader, theme, path), text.as_str());
    let (front, body) = front::<TemplateFront>(reader, theme, path, &text, file)?;
    Some(Template { kind: kind.to_owned(), file, front, body: text[body..].to_owned() })
}

/// What the front matter of a template says, and where the text behind it begins.
fn front<T: FromNode>(reader: &mut Reader, theme: &Theme, path: &str, text: &str, file: FileId) -> Option<(T, usize)> {
    match Front::of(text) {
        Front::Closed { body, .. } if !theme.is_override(path) => {
            Some((record(built_in::node(path, file), file, &mut reader.findings)?, body))
        }
        _ => front_matter(text, file, &mut reader.findings),
    }
}

/// The language of the project: the general tag, then the exact one.
pub(super) fn languages(project: Option<&Project>) -> Vec<&str> {
    let language =
        project.and_then(|project| project.project.language.as_ref()).map_or("en", |language| language.as_str());
    let mut languages = vec![language.split('-').next().unwrap_or(language), language];
    languages.dedup();
    languages
}

/// Reads the words of the project's language. Where a language or an override has no word for
/// something, the English one is taken, so that a page never has a hole.
pub(super) fn words(reader: &mut Reader, theme: &Theme, project: Option<&Project>) -> Words {
    let mut words = BTreeMap::new();
    for name in ["en"].into_iter().chain(languages(project)) {
        let path = format!("strings/{name}.yaml");
        words.extend(layers(reader, theme, &path).into_iter().flat_map(entries));
        if name == "en" {
            // A language that nobody has written words for yet still has its direction.
            let language = project.and_then(|project| project.project.language.as_ref());
            if language.is_some_and(|language| language.is_right_to_left()) {
                words.insert("direction".to_owned(), "rtl".to_owned());
            }
        }
    }
    Words::new(words)
}

/// The logos that the project file names, by path from the project's root; those of the workspace are known
/// already.
pub(super) fn logos(
    reader: &mut Reader,
    project: Option<&Project>,
    shared: &BTreeMap<String, Vec<u8>>,
) -> BTreeSet<String> {
    let Some(choice) = project.and_then(|project| project.theme.as_ref()) else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    for logo in [&choice.logo, &choice.logo_on_accent].into_iter().flatten() {
        let path = logo.as_str();
        let extension = path.rsplit('.').next().unwrap_or_default();
        let finding = if !matches!(extension, "svg" | "png") {
            Finding::error(INVALID_FIELD, format!("`{path}` is no picture that a logo can be"))
                .at(logo.span, "neither `.svg` nor `.png`")
                .help("save the logo as SVG, or as PNG at least 200 pixels high")
        } else if shared.contains_key(path) {
            continue;
        } else if files::is_there(reader.root(), path) {
            found.insert(path.to_owned());
            continue;
        } else {
            Finding::error(INVALID_FIELD, format!("there is no file `{path}`"))
                .at(logo.span, "not there")
                .help("name the file by its path from the project's root, such as `theme/logo.svg`")
        };
        reader.findings.push(finding);
    }
    found
}

/// Keeps the texts of own styles, so that findings can point into them.
pub(super) fn remember_styles(reader: &mut Reader, theme: &Theme) {
    let paths = theme.list("html/assets").into_iter().chain(theme.list("pdf"));
    for path in paths.filter(|path| theme.is_override(path)) {
        if matches!(path.rsplit('.').next(), Some("css" | "typ"))
            && let Some(text) = theme.text(&path)
        {
            reader.sources.add(shown_path(reader, theme, &path), text);
        }
    }
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

/// What the files at a path of the theme hold: the built-in one first, for an override names only what differs.
pub(super) fn layers(reader: &mut Reader, theme: &Theme, path: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    if let Some(text) = crate::theme::built_in_text(path) {
        let file = reader.sources.add(shown_path(reader, theme, path), text);
        nodes.extend(built_in::node(path, file));
    }
    if let Some(text) = theme.text(path).filter(|_| theme.is_override(path)) {
        let file = reader.sources.add(shown_path(reader, theme, path), text.as_str());
        nodes.extend(yaml::parse(&text, file, 0, &mut reader.findings));
    }
    nodes
}

/// How a file of the theme is named in findings.
pub(super) fn shown_path(reader: &Reader, theme: &Theme, path: &str) -> String {
    match &reader.shared {
        Some(folder) if reader.shared_theme.contains(path) => format!("{folder}/theme/{path}"),
        _ if theme.is_override(path) => format!("theme/{path}"),
        _ => format!("built-in/{path}"),
    }
}
