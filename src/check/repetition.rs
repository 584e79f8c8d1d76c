//! Sections that say the same as one that stands before them.

use crate::model::document::Dossier;
use crate::model::text::{Section, plain, prose, sections};
use crate::source::Span;
use std::collections::BTreeMap;

/// Fewer words may be the same by chance.
const LEAST_WORDS: usize = 20;

/// A section that says the same as an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repetition {
    /// Its heading.
    pub(super) title: String,
    /// Where its heading stands.
    pub(super) span: Span,
    /// The heading of the earlier one.
    pub(super) first_title: String,
    /// Where that stands.
    pub(super) first: Span,
}

/// All of them, in the order of the documents. Sections that have sections in them are not looked at.
pub(super) fn repetitions(dossier: &Dossier) -> Vec<Repetition> {
    let mut met: BTreeMap<String, (String, Span)> = BTreeMap::new();
    let mut found = Vec::new();
    for section in dossier.documents.iter().flat_map(|document| sections(&document.blocks)) {
        let Some((span, text)) = section.span.zip(words(&section)) else { continue };
        let title = plain(&section.heading.content);
        match met.get(&text) {
            None => _ = met.insert(text, (title, span)),
            Some((first_title, first)) => {
                found.push(Repetition { title, span, first_title: first_title.clone(), first: *first });
            }
        }
    }
    found
}

/// The words of a section that has no sections in it, if there are enough of them.
fn words(section: &Section<'_>) -> Option<String> {
    if !sections(section.body).is_empty() {
        return None;
    }
    let text = prose(section.body).to_lowercase();
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (words.len() >= LEAST_WORDS).then(|| words.join(" "))
}
