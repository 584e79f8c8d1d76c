//! Marks in documents for what changed since an earlier edition: what formats show as bars in the margin.

use super::edition::Edition;
use super::places::{self, Step};
use super::units::{self, Unit};
use crate::model::difference::Fate;
use crate::model::document::{Document, Dossier};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Marks every line of the documents that is not as it was in `old`; `new` is the edition that the
/// documents make. Documents that are made from others are left unmarked: they always change.
pub fn mark(dossier: &mut Dossier, old: &Edition, new: &Edition) {
    let documents = dossier.documents.iter_mut().filter(|document| !document.internal && !document.derived);
    for document in documents {
        let Some(after) = new.units(&document.kind) else { continue };
        // A document that is new as a whole is named so; bars beside all of it would say nothing.
        let Some(before) = old.units(&document.kind) else { continue };
        let fates = fates(&before, &after);
        if !fates.is_empty() {
            mark_document(Arc::make_mut(document), &after, &fates);
        }
    }
}

/// What became of the lines of the newer text, by their places. Lines that are gone are remembered at the
/// line that stands there now.
fn fates(before: &[Unit], after: &[Unit]) -> BTreeMap<usize, Fate> {
    let mut fates = BTreeMap::new();
    let mut gone = false;
    for step in places::steps(before, after) {
        match step {
            Step::Same(_, at) => {
                if gone {
                    fates.entry(at).or_insert(Fate::Removed);
                }
                gone = false;
            }
            Step::Version(_, at) => {
                fates.insert(at, Fate::Changed);
                gone = false;
            }
            Step::New(at) => {
                fates.insert(at, if gone { Fate::Changed } else { Fate::Added });
                gone = false;
            }
            Step::Gone(_) => gone = true,
        }
    }
    if gone && !after.is_empty() {
        fates.entry(after.len() - 1).or_insert(Fate::Removed);
    }
    fates
}

/// Puts the marks into the tree. The lines of the tree and those of the edition are the same text, read in
/// two ways; where one of them was read differently, it goes without a mark.
fn mark_document(document: &mut Document, after: &[Unit], fates: &BTreeMap<usize, Fate>) {
    let text = |unit: &Unit| super::words::read(&unit.tokens);
    let own: Vec<String> =
        units::units(&document.blocks, &document.footnotes, document.after_layout).iter().map(text).collect();
    let read: Vec<String> = after.iter().map(text).collect();
    let mut marks: BTreeMap<usize, Fate> = BTreeMap::new();
    for op in capture_diff_slices(Algorithm::Patience, &own, &read) {
        let known = match op {
            DiffOp::Equal { old_index, new_index, len } => Some((old_index, new_index, len)),
            DiffOp::Replace { old_index, old_len, new_index, new_len } if old_len == new_len => {
                Some((old_index, new_index, old_len))
            }
            _ => None,
        };
        let Some((own, read, length)) = known else { continue };
        marks.extend((0..length).filter_map(|at| Some((own + at, *fates.get(&(read + at))?))));
    }
    let mut at = 0;
    units::visit(&mut document.blocks, &mut document.footnotes, &mut |_, _, mark| {
        if let Some(fate) = marks.get(&at) {
            // Several lines share one mark: those of a piece of code.
            *mark = Some(if mark.is_some_and(|mark| mark != *fate) { Fate::Changed } else { *fate });
        }
        at += 1;
    });
}
