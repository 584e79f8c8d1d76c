//! Sections that say the same as one that stands before them.

use crate::model::document::Dossier;
use crate::model::text::{BlockKind, Section, plain, prose, sections, walk_prose};
use crate::source::Span;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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
    // Next to no section is there twice. A sum of its letters, which is quickly made, tells nearly all of them apart,
    // a number made of them in their order the others, and words are only compared where neither does.
    let mut alone: BTreeMap<u64, Option<Place<'_>>> = BTreeMap::new();
    let mut met = Met::default();
    let mut found = Vec::new();
    for section in dossier.documents.iter().flat_map(|document| sections(&document.blocks)) {
        let Some((span, sum)) = section.span.zip(sum(&section)) else { continue };
        match alone.entry(sum) {
            Entry::Vacant(entry) => _ = entry.insert(Some((section, span))),
            Entry::Occupied(mut entry) => {
                found.extend(entry.get_mut().take().and_then(|first| met.with(first)));
                found.extend(met.with((section, span)));
            }
        }
    }
    found
}

/// A section and where its heading stands.
type Place<'a> = (Section<'a>, Span);

/// Sections, by the number made of their letters.
#[derive(Default)]
struct Met<'a>(BTreeMap<u64, Vec<Place<'a>>>);

impl<'a> Met<'a> {
    /// Takes one more section, and tells whether one that was taken before says the same.
    fn with(&mut self, (section, span): Place<'a>) -> Option<Repetition> {
        let others = self.0.entry(number(&section)?).or_default();
        let text = folded(&section);
        let Some((first, place)) = others.iter().find(|(other, _)| folded(other) == text) else {
            others.push((section, span));
            return None;
        };
        Some(Repetition {
            title: plain(&section.heading.content),
            span,
            first_title: plain(&first.heading.content),
            first: *place,
        })
    }
}

/// A sum of the letters of a section that has no sections in it, in whatever order and capitals; nothing if it is too
/// short. It is the same for sections that say the same.
fn sum(section: &Section<'_>) -> Option<u64> {
    if section.body.iter().any(|block| matches!(block.kind, BlockKind::Heading(_))) {
        return None;
    }
    let (mut sum, mut length) = (0_u64, 0);
    walk_prose(section.body, &mut |part| {
        length += part.len();
        sum = part.bytes().fold(sum, |sum, byte| sum.wrapping_add(WEIGHTS[usize::from(byte)]));
    });
    // A word has a letter at least, and something stands between two of them.
    (length >= 2 * LEAST_WORDS - 1).then_some(sum)
}

/// What each letter adds to the sum. Two of them are the small letters of signs that are none themselves (the Kelvin
/// sign, the Turkish I) and add nothing.
const WEIGHTS: [u64; 256] = {
    let mut weights = [0; 256];
    let mut byte = 0;
    while byte < 26 {
        if byte != b'i' - b'a' && byte != b'k' - b'a' {
            let weight = (byte as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            weights[(b'a' + byte) as usize] = weight ^ (weight >> 31);
            weights[(b'A' + byte) as usize] = weight ^ (weight >> 31);
        }
        byte += 1;
    }
    weights
};

/// A number made of all letters and figures of a section, if it has enough words. It is the same for sections that
/// say the same.
fn number(section: &Section<'_>) -> Option<u64> {
    let (mut number, mut words, mut within) = (0_u64, 0, false);
    let mut add =
        |letter: u32| number = (number.rotate_left(5) ^ u64::from(letter)).wrapping_mul(0x517c_c1b7_2722_0a95);
    walk_prose(section.body, &mut |part| {
        for c in part.chars() {
            // Nearly all letters are plain ones, and those are quickly dealt with.
            let is_word = if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() };
            if !c.is_ascii() {
                // What becomes of a sigma depends on where it stands.
                let lower = c.to_lowercase().filter(|c| c.is_alphanumeric());
                lower.for_each(|c| add(u32::from(if c == 'ς' { 'σ' } else { c })));
            } else if is_word {
                add(c.to_ascii_lowercase().into());
            }
            words += usize::from(is_word && !within);
            within = is_word;
        }
    });
    (words >= LEAST_WORDS).then_some(number)
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
