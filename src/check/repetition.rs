//! Sections that say the same as one that stands before them.

use crate::model::document::Dossier;
use crate::model::text::{BlockKind, Section, plain, prose, sections};
use crate::source::Span;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

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
    // Next to no section is there twice: a number tells most of them apart, and words are only compared where it
    // does not.
    let mut met: BTreeMap<u64, Vec<(Section<'_>, Span)>> = BTreeMap::new();
    let mut found = Vec::new();
    for section in dossier.documents.iter().flat_map(|document| sections(&document.blocks)) {
        let Some((span, number)) = section.span.zip(number(&section)) else { continue };
        let others = met.entry(number).or_default();
        let text = || folded(&section);
        match others.iter().find(|(other, _)| folded(other) == text()) {
            None => others.push((section, span)),
            Some((first, place)) => found.push(Repetition {
                title: plain(&section.heading.content),
                span,
                first_title: plain(&first.heading.content),
                first: *place,
            }),
        }
    }
    found
}

/// A number made of the words of a section that has no sections in it, if there are enough of them.
fn number(section: &Section<'_>) -> Option<u64> {
    if section.body.iter().any(|block| matches!(block.kind, BlockKind::Heading(_))) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    let mut count = 0;
    each_word(&prose(section.body), &mut |word| {
        word.hash(&mut hasher);
        count += 1;
    });
    (count >= LEAST_WORDS).then(|| hasher.finish())
}

/// The words of a section, with one space between them.
fn folded(section: &Section<'_>) -> String {
    let mut text = String::new();
    each_word(&prose(section.body), &mut |word| {
        text.push_str(word);
        text.push(' ');
    });
    text
}

/// Visits the words of a text in lower case.
fn each_word(text: &str, visit: &mut dyn FnMut(&str)) {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).for_each(visit);
}
