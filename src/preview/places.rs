//! Where a finding belongs: the document on whose page its author looks for it.

use crate::finding::Finding;
use crate::model::document::Document;
use crate::model::loaded::Loaded;
use crate::pipeline::Inspected;

/// The kind of the document that a finding is about: the one that its text went into, else the one of its
/// checklist item, else the one that is made from the facts that it points at.
pub(super) fn document(finding: &Finding, inspected: &Inspected) -> Option<String> {
    let documents = || inspected.dossier.all();
    let of_text = |document: &&Document| finding.span().is_some_and(|span| document.fragments.contains(&span.file));
    if let Some(document) = documents().find(of_text) {
        return Some(document.kind.clone());
    }
    if let Some((kind, _)) = finding.item.as_deref().and_then(|item| item.split_once('.'))
        && inspected.dossier.document(kind).is_some()
    {
        return Some(kind.to_owned());
    }
    let made_from_it = |document: &&Document| is_made_from(document, finding, &inspected.loaded);
    documents().find(made_from_it).map(|document| document.kind.clone())
}

/// Whether a document is made from the facts at which a finding points.
fn is_made_from(document: &Document, finding: &Finding, loaded: &Loaded) -> bool {
    let (Some(span), Some(tree)) = (finding.span(), &loaded.tree) else { return false };
    let Some(template) = loaded.templates.get(&document.kind) else { return false };
    let mut facts = template.front.data.iter().filter_map(|key| tree.get(key.as_str()));
    facts.any(|node| node.span.file == span.file && node.span.start <= span.start && span.end <= node.span.end)
}
