//! Where what is referred to stands: people, documents, items, sections, fields of the project file.

use super::asked::{Asked, Here};
use super::names;
use super::project::Snapshot;
use super::shapes::Spot;
use crate::model::fragment::Fragment;
use crate::model::loaded::resolve_path;
use crate::model::node::{Node, Value};
use crate::model::text::{BlockKind, plain, slug, walk_blocks};
use crate::source::Span;
use lsp_types::Location;

/// The places of what the thing at a place refers to.
pub(super) fn places(asked: &Asked<'_>) -> Vec<Location> {
    let Some(known) = asked.known else { return Vec::new() };
    let spans = asked.here().map(|here| spans(asked, known, here)).unwrap_or_default();
    let mut places: Vec<Location> = spans.into_iter().filter_map(|span| known.location(span)).collect();
    places.dedup();
    places
}

fn spans(asked: &Asked<'_>, known: &Snapshot, here: Here<'_>) -> Vec<Span> {
    match here {
        Here::Yaml(cursor, Spot::Value(field)) => {
            let written = cursor.word_in(asked.text);
            let name = field.refers().and_then(|refers| names::find(refers, written, &known.good));
            name.map(|name| name.places).unwrap_or_default()
        }
        Here::Reference(range) => {
            let tree = known.good.loaded.tree.as_ref();
            tree.and_then(|tree| field(tree, &asked.text[range])).into_iter().collect()
        }
        Here::Target(range) => target(asked, known, &asked.text[range]),
        Here::Yaml(..) | Here::Allowance(_) | Here::Heading(_) => Vec::new(),
    }
}

/// The place of the field that a reference names: its key, or the id of the entry.
fn field(tree: &Node, reference: &str) -> Option<Span> {
    let (mut at, mut place) = (tree, None);
    for part in reference.split('.') {
        let (span, next) = match &at.value {
            Value::Map(entries) => {
                let (key, node) = entries.iter().find(|(key, _)| key.name == part)?;
                (key.span, node)
            }
            Value::List(nodes) => {
                let has_id = |node: &&Node| matches!(node.get("id").map(|id| &id.value), Some(Value::Text(id) | Value::Number(id)) if id == part);
                let node = nodes.iter().find(has_id)?;
                (node.get("id")?.span, node)
            }
            _ => return None,
        };
        (at, place) = (next, Some(span));
    }
    place
}

/// Where a link leads among the fragments.
fn target(asked: &Asked<'_>, known: &Snapshot, written: &str) -> Vec<Span> {
    let (path, anchor) = written.split_once('#').map_or((written, None), |(path, anchor)| (path, Some(anchor)));
    let path = if path.is_empty() { Some(asked.path.to_owned()) } else { resolve_path(asked.path, path) };
    let Some(path) = path else { return Vec::new() };
    let fragments: Vec<&Fragment> = known.good.loaded.fragments.iter().filter(|f| f.path == path).collect();
    let kind = path.strip_prefix("docs/").and_then(|name| name.strip_suffix(".md")).unwrap_or_default();
    let of_kind = known.good.loaded.fragments.iter().filter(|fragment| fragment.document == kind);
    let fragments = if fragments.is_empty() { of_kind.collect() } else { fragments };
    match anchor.filter(|anchor| !anchor.is_empty()) {
        Some(anchor) => fragments.iter().filter_map(|fragment| heading(fragment, anchor)).collect(),
        None => fragments.iter().map(|fragment| Span::start_of(fragment.file)).collect(),
    }
}

/// The anchors of a fragment's headings as its author sees them, with the headings' texts and places.
pub(super) fn anchors(fragment: &Fragment) -> Vec<(String, String, Option<Span>)> {
    let mut anchors = Vec::new();
    walk_blocks(&fragment.blocks, &mut |block| {
        if let BlockKind::Heading(heading) = &block.kind {
            let text = plain(&heading.content);
            anchors.push((heading.explicit_id.clone().unwrap_or_else(|| slug(&text)), text, block.span));
        }
    });
    anchors
}

fn heading(fragment: &Fragment, anchor: &str) -> Option<Span> {
    anchors(fragment).into_iter().find(|(found, ..)| found == anchor).and_then(|(_, _, span)| span)
}
