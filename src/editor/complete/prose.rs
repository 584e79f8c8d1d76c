//! What is offered in the prose of fragments: references, links and headings.

use super::Offer;
use crate::compose::references;
use crate::editor::asked::Asked;
use crate::editor::define;
use crate::editor::place;
use crate::model::checklist::Checklist;
use crate::model::fragment::Fragment;
use crate::model::loaded::resolve_path;
use crate::model::report::State;
use lsp_types::CompletionItemKind;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// The next part of a reference.
pub(super) fn references(asked: &Asked<'_>, range: Range<usize>) -> (Vec<Offer>, Range<usize>) {
    let written = asked.text.get(range.start..asked.offset.max(range.start)).unwrap_or_default();
    let dot = written.rfind('.');
    let path = dot.map_or("", |dot| &written[..dot]);
    let start = range.start + dot.map_or(0, |dot| dot + 1);
    let rest = asked.text.get(start..range.end.max(start)).unwrap_or_default();
    let part = start..start + rest.find('.').unwrap_or(rest.len());
    let loaded = asked.known.map(|known| &known.good.loaded);
    let next = loaded.and_then(|loaded| Some(references::next(loaded.project.as_ref()?, &loaded.words, path)));
    let next = next.unwrap_or_default();
    let offer = |next: references::Next| match next.value {
        Some(value) => Offer::new(next.name, CompletionItemKind::VALUE, value),
        None => Offer::new(next.name, CompletionItemKind::MODULE, "…"),
    };
    (next.into_iter().map(offer).collect(), part)
}

/// Where a link may lead: other fragments and files, and behind `#` the headings.
pub(super) fn targets(asked: &Asked<'_>, range: Range<usize>) -> (Vec<Offer>, Range<usize>) {
    let Some(known) = asked.known else { return (Vec::new(), range) };
    let loaded = &known.good.loaded;
    let written = &asked.text[range.start..asked.offset.clamp(range.start, range.end)];
    let Some((path, _)) = written.split_once('#') else {
        let from = Path::new(asked.path).parent().unwrap_or(Path::new(""));
        let fragments = loaded.fragments.iter().filter(|fragment| fragment.path != asked.path);
        let fragments = fragments.map(|fragment| (fragment.path.as_str(), fragment.document.as_str()));
        let files = loaded.files.iter().map(|path| (path.as_str(), "a file of the project"));
        let offer = |(path, what): (&str, &str)| {
            let shown = if from == Path::new("") { path.to_owned() } else { place::relative(from, Path::new(path))? };
            Some(Offer::new(shown, CompletionItemKind::FILE, what))
        };
        return (fragments.chain(files).filter_map(offer).collect(), range);
    };
    let target = if path.is_empty() { Some(asked.path.to_owned()) } else { resolve_path(asked.path, path) };
    let fragment = loaded.fragments.iter().find(|fragment| Some(&fragment.path) == target.as_ref());
    let anchors = fragment.map(define::anchors).unwrap_or_default();
    let offer = |(anchor, text, _)| Offer::new(anchor, CompletionItemKind::REFERENCE, text);
    (anchors.into_iter().map(offer).collect(), range.start + path.len() + 1..range.end)
}

/// The headings that the checklist still wants in this document.
pub(super) fn headings(asked: &Asked<'_>) -> Vec<Offer> {
    let Some(known) = asked.known else { return Vec::new() };
    let Some(document) = asked.fragment().map(|fragment: &Fragment| fragment.document.as_str()) else {
        return Vec::new();
    };
    let coverage = known.good.report.coverage.iter().flat_map(|coverage| &coverage.items);
    let states: BTreeMap<&str, State> = coverage.map(|item| (item.id.as_str(), item.state)).collect();
    let checklists = known.good.loaded.checklists.iter().filter_map(|list: &Checklist| list.document(document));
    let mut offers: Vec<Offer> = Vec::new();
    for item in checklists.flat_map(|(_, document)| &document.items) {
        let is_open = !matches!(states.get(item.id.as_str()), Some(State::Met | State::NotApplicable));
        let offer = Offer::new(item.title.as_str(), CompletionItemKind::TEXT, item.id.as_str());
        if is_open && item.is_text() && offers.iter().all(|other| other.label != offer.label) {
            offers.push(offer);
        }
    }
    offers
}
