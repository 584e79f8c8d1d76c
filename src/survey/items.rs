//! Which sections of the documents that were found cover an item of the checklist, or come near to it.

use super::files::{Files, is_markdown, words};
use super::{Confidence, Source};
use crate::model::checklist::{Checklist, Evidence, Item};

/// A section that seems to be about an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The item.
    pub item: String,
    /// What the item asks for.
    pub title: String,
    /// The heading of the section.
    pub heading: String,
    /// Where it stands.
    pub path: String,
    /// How sure that is: sure means that the check sees it too.
    pub confidence: Confidence,
}

/// Words that say nothing about what a section is about.
const EMPTY: [&str; 30] = [
    "the", "and", "for", "with", "how", "what", "where", "when", "who", "which", "are", "was", "has", "have", "this",
    "that", "from", "into", "your", "our", "all", "each", "every", "use", "using", "guide", "overview", "list", "key",
    "main",
];

/// For each item of the documents that were found the section that fits best, if one does.
pub(super) fn find(files: &Files, sources: &[Source], checklist: &Checklist) -> Vec<Section> {
    let mut found = Vec::new();
    for (_, document) in checklist.documents() {
        let kind = document.document.as_str();
        let of_kind = sources.iter().filter(|source| source.kind == kind && is_markdown(&source.path));
        let headings: Vec<(&str, String)> = of_kind
            .flat_map(|source| {
                headings(&files.text(&source.path).unwrap_or_default())
                    .into_iter()
                    .map(|heading| (source.path.as_str(), heading))
            })
            .collect();
        for item in document.items.iter().filter(|item| is_text(item)) {
            let fitting = headings.iter().filter_map(|(path, heading)| Some((fit(item, heading)?, *path, heading)));
            if let Some((confidence, path, heading)) = fitting.min_by_key(|(confidence, ..)| *confidence) {
                found.push(Section {
                    item: item.id.to_string(),
                    title: item.title.to_string(),
                    heading: heading.clone(),
                    path: path.to_owned(),
                    confidence,
                });
            }
        }
    }
    found
}

fn is_text(item: &Item) -> bool {
    matches!(
        item.evidence.value,
        Evidence::Section | Evidence::Code | Evidence::Table | Evidence::Figure | Evidence::File
    )
}

/// The headings of a Markdown text below its title; what stands in blocks of code is none.
fn headings(text: &str) -> Vec<String> {
    let mut in_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        in_code ^= line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        let marks = line.bytes().take_while(|byte| *byte == b'#').count();
        if !in_code && (2..=4).contains(&marks) && line[marks..].starts_with(' ') {
            found.push(line[marks..].trim().trim_end_matches('#').trim_end().to_owned());
        }
    }
    found
}

/// How well a heading fits an item.
fn fit(item: &Item, heading: &str) -> Option<Confidence> {
    let (text, anchor) = match heading.rsplit_once("{#") {
        Some((text, anchor)) => (text.trim(), Some(anchor.trim_end_matches('}'))),
        None => (heading, None),
    };
    if item.matches_heading(text, anchor) {
        return Some(Confidence::Sure);
    }
    let said = roots(text);
    if said.is_empty() {
        return None;
    }
    let ways = std::iter::once(item.title.as_str()).chain(item.headings.iter().map(|heading| heading.as_str()));
    let share = |way: &str| {
        let wanted = roots(way);
        let common = wanted.iter().filter(|root| said.contains(root)).count();
        // All that the one says must be in the other, or most of both.
        (common > 0).then(|| common * 200 / (wanted.len() + said.len()))
    };
    match ways.filter_map(share).max()? {
        67.. => Some(Confidence::Likely),
        50.. => Some(Confidence::Guess),
        _ => None,
    }
}

/// The words of a text that mean something, without their endings.
fn roots(text: &str) -> Vec<String> {
    let all = words(text).into_iter().filter(|word| word.len() > 2 && !EMPTY.contains(&word.as_str()));
    let mut roots: Vec<String> = all.map(|word| word.chars().take(5).collect()).collect();
    roots.sort();
    roots.dedup();
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(item: &str, heading: &str) -> Option<Confidence> {
        let (checklists, _) = crate::load::built_in();
        let documents = checklists.iter().flat_map(Checklist::documents);
        let found = documents.flat_map(|(_, document)| &document.items).find(|known| known.id.as_str() == item);
        fit(found.unwrap_or_else(|| panic!("{item}")), heading)
    }

    #[test]
    fn a_heading_fits_by_its_words() {
        assert_eq!(fits("user-guide.faq", "FAQ"), Some(Confidence::Sure));
        assert_eq!(fits("user-guide.faq", "Some other words {#faq}"), Some(Confidence::Sure));
        assert_eq!(fits("user-guide.troubleshooting", "Solving common problems"), Some(Confidence::Likely));
        assert_eq!(fits("user-guide.faq", "Licence"), None);
    }

    #[test]
    fn headings_in_code_are_none() {
        assert_eq!(headings("# T\n\n## One ##\n\n```sh\n## no\n```\n### Two\n"), ["One", "Two"]);
    }
}
