//! The places where two texts differ: which lines are the same, which are another version of each other,
//! and which are only in one of them.

use super::units::Unit;
use super::words::{self, Token};
use crate::model::difference::{Fate, Line, Place};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::BTreeMap;
use std::ops::Range;

/// How much of two lines must be the same for one to be a version of the other, in percent.
const ALIKE: usize = 40;
/// Beyond this many pairs, lines are not compared with each other: it would take too long.
const MANY: usize = 250_000;

/// A line of either text, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The same in both: the line of the new text.
    Same(usize, usize),
    /// Another version: the line of the old text and that of the new one.
    Version(usize, usize),
    /// Only in the old text.
    Gone(usize),
    /// Only in the new text.
    New(usize),
}

/// The places where two texts differ, in order.
pub(super) fn compare(old: &[Unit], new: &[Unit]) -> Vec<Place> {
    let steps = steps(old, new);
    let mut places = Vec::new();
    let whole = |step: &Step| matches!(step, Step::Gone(_) | Step::New(_));
    for run in steps.chunk_by(|a, b| whole(a) && whole(b)) {
        match run {
            [Step::Same(..)] => {}
            [Step::Version(before, after)] => {
                let (pieces, marks) = words::compare(&old[*before].tokens, &new[*after].tokens);
                let unit = &new[*after];
                let line = Line { part: unit.part, pieces };
                places.push(Place { section: unit.section.clone(), lines: vec![line], marks: marks.max(1) });
            }
            run => places.extend(whole_lines(run, old, new)),
        }
    }
    places
}

/// Lines that are only in one of the texts, those that go before those that come.
fn whole_lines(run: &[Step], old: &[Unit], new: &[Unit]) -> Option<Place> {
    let line = |unit: &Unit, fate| Line { part: unit.part, pieces: words::pieces(&unit.tokens, Some(fate), false) };
    let gone = run.iter().filter_map(|step| match step {
        Step::Gone(at) => Some((&old[*at], Fate::Removed)),
        _ => None,
    });
    let come = run.iter().filter_map(|step| match step {
        Step::New(at) => Some((&new[*at], Fate::Added)),
        _ => None,
    });
    let all: Vec<(&Unit, Fate)> = gone.chain(come).filter(|(unit, _)| !words::read(&unit.tokens).is_empty()).collect();
    let section = all.last()?.0.section.clone();
    Some(Place { section, lines: all.into_iter().map(|(unit, fate)| line(unit, fate)).collect(), marks: 1 })
}

/// All lines of both texts, in order.
pub(super) fn steps(old: &[Unit], new: &[Unit]) -> Vec<Step> {
    let keys = |units: &[Unit]| units.iter().map(Unit::key).collect::<Vec<_>>();
    let mut steps = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &keys(old), &keys(new)) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                steps.extend((0..len).map(|at| Step::Same(old_index + at, new_index + at)));
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                steps.extend((old_index..old_index + old_len).map(Step::Gone));
            }
            DiffOp::Insert { new_index, new_len, .. } => steps.extend((new_index..new_index + new_len).map(Step::New)),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                paired(old, old_index..old_index + old_len, new, new_index..new_index + new_len, &mut steps);
            }
        }
    }
    steps
}

/// Finds the lines that are versions of each other among those that stand at the same place: the pairs, in
/// order, that have the most in common together.
fn paired(old: &[Unit], from: Range<usize>, new: &[Unit], to: Range<usize>, steps: &mut Vec<Step>) {
    let (rows, columns) = (from.len(), to.len());
    if rows.saturating_mul(columns) > MANY {
        steps.extend(from.map(Step::Gone));
        return steps.extend(to.map(Step::New));
    }
    let before: Vec<_> = old[from.clone()].iter().map(Bag::of).collect();
    let after: Vec<_> = new[to.clone()].iter().map(Bag::of).collect();
    let alike = |row: usize, column: usize| {
        let parts = (old[from.start + row].part, new[to.start + column].part);
        let same_kind = std::mem::discriminant(&parts.0) == std::mem::discriminant(&parts.1);
        Some(before[row].alike(&after[column])).filter(|share| same_kind && *share >= ALIKE)
    };
    // best[row][column]: what the lines from there on can have in common.
    let mut best = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let pair = alike(row, column).map_or(0, |share| share + best[row + 1][column + 1]);
            best[row][column] = pair.max(best[row + 1][column]).max(best[row][column + 1]);
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        let pair = alike(row, column).map(|share| share + best[row + 1][column + 1]);
        if pair.is_some_and(|pair| pair == best[row][column]) {
            steps.push(Step::Version(from.start + row, to.start + column));
            (row, column) = (row + 1, column + 1);
        } else if best[row][column] == best[row + 1][column] {
            steps.push(Step::Gone(from.start + row));
            row += 1;
        } else {
            steps.push(Step::New(to.start + column));
            column += 1;
        }
    }
    steps.extend((from.start + row..from.end).map(Step::Gone));
    steps.extend((to.start + column..to.end).map(Step::New));
}

/// The words of a line and how often each is there.
struct Bag<'a> {
    words: BTreeMap<&'a str, usize>,
    count: usize,
}

impl<'a> Bag<'a> {
    fn of(unit: &'a Unit) -> Self {
        let mut words = BTreeMap::new();
        let is_word = |token: &&Token| token.text.chars().any(char::is_alphanumeric);
        for token in unit.tokens.iter().filter(is_word) {
            *words.entry(token.text.as_str()).or_insert(0) += 1;
        }
        Self { count: words.values().sum(), words }
    }

    /// How much two lines have in common, in percent.
    fn alike(&self, other: &Self) -> usize {
        let shared = |(word, count): (&&str, &usize)| other.words.get(word).map_or(0, |there| *there.min(count));
        let shared: usize = self.words.iter().map(shared).sum();
        200 * shared / (self.count + other.count).max(1)
    }
}
