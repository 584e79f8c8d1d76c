//! Patterns that are looked for in every text of a project, and that next to none of them has.
//!
//! A pattern names words, and each of its matches has one of them. A text is searched for the words of all
//! patterns in one pass, and only a pattern whose words are there is put together and run. Knows nothing of
//! what the patterns mean.

use regex::Regex;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::OnceLock;

/// A pattern and the words without which it cannot match.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern {
    /// Of these every match has one, in whatever capitals.
    pub(super) words: &'static [&'static str],
    /// Whether what stands behind a word may belong to a match.
    pub(super) fits_behind: fn(&str) -> bool,
    /// What else can be told without the pattern: whether a text may hold a match.
    pub(super) may_match: fn(&str) -> bool,
    /// The regular expression.
    pub(super) form: &'static str,
}

impl Pattern {
    /// A pattern of which the words alone tell enough.
    pub(super) const fn new(words: &'static [&'static str], form: &'static str) -> Self {
        Self { words, fits_behind: |_| true, may_match: |_| true, form }
    }

    /// The same, looked for only where a word has something fitting behind it.
    pub(super) const fn followed_by(self, fits_behind: fn(&str) -> bool) -> Self {
        Self { fits_behind, ..self }
    }

    /// The same, looked for only in texts that pass a test.
    pub(super) const fn only_if(self, may_match: fn(&str) -> bool) -> Self {
        Self { may_match, ..self }
    }
}

/// Several patterns, each put together when a text may hold it.
#[derive(Debug)]
pub(super) struct Patterns {
    patterns: Vec<(Pattern, OnceLock<Option<Regex>>)>,
    words: Words,
}

impl Patterns {
    /// Makes patterns ready to be looked for.
    pub(super) fn new(patterns: impl IntoIterator<Item = Pattern>) -> Self {
        let patterns: Vec<_> = patterns.into_iter().map(|pattern| (pattern, OnceLock::new())).collect();
        let words = patterns.iter().map(|(pattern, _)| pattern.words.iter().copied());
        let words = Words::new(words);
        Self { patterns, words }
    }

    /// The patterns that a text may hold, each with its number, in the order in which they were given.
    pub(super) fn in_text(&self, text: &str) -> impl Iterator<Item = (usize, &Regex)> {
        let fits =
            |number: usize, end: usize| (self.patterns[number].0.fits_behind)(text.get(end..).unwrap_or_default());
        let mut numbers = self.words.in_text(text, fits);
        numbers.retain(|number| (self.patterns[*number].0.may_match)(text));
        numbers.sort_unstable();
        numbers.into_iter().filter_map(|number| Some((number, self.regex(number)?)))
    }

    fn regex(&self, number: usize) -> Option<&Regex> {
        let (pattern, regex) = self.patterns.get(number)?;
        regex.get_or_init(|| Regex::new(pattern.form).ok()).as_ref()
    }
}

/// The words of several things, looked for together, in whatever capitals.
#[derive(Debug)]
pub(super) struct Words {
    /// Absent if there are no words at all, or far too many.
    table: Option<Table>,
    /// Things that have no words: they may be everywhere.
    everywhere: Vec<usize>,
}

impl Words {
    /// Takes the words of each thing.
    pub(super) fn new<W: AsRef<[u8]>>(things: impl Iterator<Item = impl IntoIterator<Item = W>>) -> Self {
        let (mut words, mut owners, mut everywhere) = (Vec::new(), Vec::new(), Vec::new());
        let mut count = 0;
        for (number, of_thing) in things.enumerate() {
            let before = words.len();
            words.extend(of_thing);
            owners.resize(words.len(), number);
            if words.len() == before {
                everywhere.push(number);
            }
            count += 1;
        }
        let table = if words.is_empty() { None } else { Table::new(&words, &owners) };
        if table.is_none() {
            everywhere = (0..count).collect();
        }
        Self { table, everywhere }
    }

    /// The things of which a text has a word that fits, by their numbers, each once. Whether one fits is told by the
    /// number of its thing and where it ends.
    fn in_text(&self, text: &str, fits: impl Fn(usize, usize) -> bool) -> Vec<usize> {
        let mut found = self.everywhere.clone();
        self.each(text, |number, range| {
            if !found.contains(&number) && fits(number, range.end) {
                found.push(number);
            }
        });
        found
    }

    /// The things that may be in any text, because they have no words.
    pub(super) fn everywhere(&self) -> &[usize] {
        &self.everywhere
    }

    /// Visits every word in a text: to which thing it belongs, and where it stands.
    pub(super) fn each(&self, text: &str, visit: impl FnMut(usize, Range<usize>)) {
        if let Some(table) = &self.table {
            table.each(text.as_bytes(), visit);
        }
    }
}

/// With so many letters in all a table would take too much memory.
const MOST: usize = 200_000;

/// An automaton written down so that a step takes next to no time: every text is gone over several times, and next
/// to none has a word.
#[derive(Debug)]
struct Table {
    /// The column of each byte. Those that no word has share the first one.
    columns: [u8; 256],
    /// For each row and column where the next row begins, doubled, and one more if a word ends there.
    steps: Vec<u32>,
    /// How many columns a row has.
    width: usize,
    /// The words that end in a row: to which thing each belongs, and how many bytes it has.
    ends: Vec<Vec<(usize, usize)>>,
}

impl Table {
    /// Writes down the automaton of some words after Aho and Corasick; to which thing each belongs is in `owners`.
    fn new(words: &[impl AsRef<[u8]>], owners: &[usize]) -> Option<Self> {
        if words.iter().map(|word| word.as_ref().len()).sum::<usize>() >= MOST {
            return None;
        }
        let columns = columns(words);
        let width = usize::from(columns.iter().max().copied().unwrap_or_default()) + 1;
        // The words as a tree: for each row and column the row behind it, or none, which is the first one.
        let (mut next, mut ends) = (vec![0; width], vec![Vec::new()]);
        for (word, owner) in words.iter().map(AsRef::as_ref).zip(owners) {
            let mut row = 0;
            for byte in word {
                let place = row * width + usize::from(columns[usize::from(*byte)]);
                if next[place] == 0 {
                    next[place] = ends.len();
                    next.resize(next.len() + width, 0);
                    ends.push(Vec::new());
                }
                row = next[place];
            }
            ends[row].push((*owner, word.len()));
        }
        // Row by row, the nearest to the first one first: where no word goes on, what the longest shorter one does.
        let (mut rows, mut shorter) = (VecDeque::from([0]), vec![0; ends.len()]);
        while let Some(row) = rows.pop_front() {
            for column in 0..width {
                let behind = if row == 0 { 0 } else { next[shorter[row] * width + column] };
                match next[row * width + column] {
                    0 => next[row * width + column] = behind,
                    longer => {
                        shorter[longer] = behind;
                        let more = ends[behind].clone();
                        ends[longer].extend(more);
                        rows.push_back(longer);
                    }
                }
            }
        }
        let step = |row: &usize| u32::try_from(row * width * 2 + usize::from(!ends[*row].is_empty())).ok();
        let steps = next.iter().map(step).collect::<Option<_>>()?;
        Some(Self { columns, steps, width, ends })
    }

    /// Visits every word in a text.
    fn each(&self, text: &[u8], mut visit: impl FnMut(usize, Range<usize>)) {
        let (mut row, mut from) = (0, 0);
        while let Some((end, next)) = self.end_of_word(&text[from..], row) {
            (row, from) = (next, from + end);
            for (owner, length) in &self.ends[row / self.width] {
                visit(*owner, from - length..from);
            }
        }
    }

    /// Where the next word ends in a text, and the row in which it does. Next to all of the time is spent here.
    #[inline(never)]
    fn end_of_word(&self, text: &[u8], mut row: usize) -> Option<(usize, usize)> {
        for (at, byte) in text.iter().enumerate() {
            let step = self.steps[row + usize::from(self.columns[usize::from(*byte)])];
            row = (step >> 1) as usize;
            if step & 1 == 1 {
                return Some((at + 1, row));
            }
        }
        None
    }
}

/// A column for each byte that words have, the same for a letter and its capital. The first one is for all others.
fn columns(words: &[impl AsRef<[u8]>]) -> [u8; 256] {
    let (mut columns, mut last) = ([0; 256], 0);
    for byte in words.iter().flat_map(AsRef::as_ref).map(u8::to_ascii_lowercase) {
        if columns[usize::from(byte)] == 0 {
            last += 1;
            columns[usize::from(byte)] = last;
            columns[usize::from(byte.to_ascii_uppercase())] = last;
        }
    }
    columns
}

/// Whether a range of a text stands apart from the words around it.
pub(super) fn is_whole_word(text: &str, range: &Range<usize>) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (before, behind) = (text[..range.start].chars().next_back(), text[range.end..].chars().next());
    !before.is_some_and(is_word) && !behind.is_some_and(is_word)
}

/// Whether one of the marks stands in a text and is followed by at least so many bytes of a kind.
pub(super) fn is_followed(text: &str, marks: &[&str], least: usize, kind: fn(u8) -> bool) -> bool {
    let follows = |mark: &str| {
        text.match_indices(mark).any(|(at, _)| {
            let behind = text.as_bytes()[at + mark.len()..].iter();
            behind.take(least).take_while(|byte| kind(**byte)).count() == least
        })
    };
    marks.iter().any(|mark| follows(mark))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    /// Makes many texts that a pattern matches, and sees that none of them is passed over.
    pub(in crate::check) fn assert_words(patterns: &Patterns) {
        let mut runner = TestRunner::deterministic();
        for (number, (pattern, _)) in patterns.patterns.iter().enumerate() {
            let regex = patterns.regex(number).unwrap_or_else(|| panic!("{}", pattern.form));
            // The generator knows no word boundaries: around the whole text there is one.
            let form = pattern.form.replace(r"(?-u:\b)", "").replace(r"\b", "");
            let texts = proptest::string::string_regex(&form).unwrap_or_else(|error| panic!("{form}: {error}"));
            let mut matched = 0;
            for _ in 0..400 {
                let text = texts.new_tree(&mut runner).expect("a text").current();
                // The long s and the sign of the kelvin are letters in other capitals, and nobody writes them.
                if regex.is_match(&text) && !text.contains(['ſ', '\u{212a}']) {
                    matched += 1;
                    assert!(patterns.in_text(&text).any(|(found, _)| found == number), "{form} passes over {text:?}");
                }
            }
            assert!(matched > 2, "{form} matches {matched} of the texts that are made from it");
        }
    }

    #[test]
    fn words_are_found_within_and_over_each_other() {
        let words = Words::new([vec!["he", "hers"], vec!["she"], vec![], vec!["Ärger", "\u{7f}"]].into_iter());
        let mut found = Vec::new();
        words.each("USHERS, \u{7f}, Ärger", |number, range| found.push((number, range)));
        assert_eq!(found, [(1, 1..4), (0, 2..4), (0, 2..6), (3, 8..9), (3, 11..17)]);
        assert_eq!(words.everywhere(), [2]);
        let every_byte: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
        assert_eq!(Words::new([every_byte].into_iter()).in_text("\u{3a9}", |_, _| true), [0]);
        // Such words are taken for everywhere, and nothing is passed over.
        assert_eq!(Words::new([vec!["x".repeat(MOST)]].into_iter()).everywhere(), [0]);
    }

    #[test]
    fn a_pattern_is_run_where_one_of_its_words_is() {
        let patterns = Patterns::new([
            Pattern::new(&["todo", "tbd"], r"\b(?:TODO|TBD)\b"),
            Pattern::new(&["???"], r"\?{3,}"),
            Pattern::new(&["sk"], "SK[0-9]{4}")
                .only_if(|text| is_followed(text, &["SK"], 4, |byte| byte.is_ascii_digit())),
        ]);
        let found = |text: &str| patterns.in_text(text).map(|(number, _)| number).collect::<Vec<_>>();
        assert_eq!(found("a plain text"), [] as [usize; 0]);
        assert_eq!(found("??? and todo"), [0, 1]);
        assert_eq!(found("the risk SK12"), [] as [usize; 0]);
        assert_eq!(found("SK1 SK1234"), [2]);
    }

    #[test]
    fn things_without_words_are_everywhere() {
        let things: [&[&str]; 2] = [&[], &["a"]];
        let words = Words::new(things.iter().map(|words| words.iter()));
        assert_eq!(words.in_text("b", |_, _| true), [0]);
        assert_eq!(words.in_text("A", |_, _| true), [0, 1]);
        let nothing: [&[&str]; 1] = [&[]];
        assert_eq!(Words::new(nothing.iter().map(|words| words.iter())).in_text("", |_, _| true), [0]);
    }

    #[test]
    fn words_end_where_other_letters_begin() {
        let whole = |text: &str, word: &str| {
            let at = text.find(word).expect("there");
            is_whole_word(text, &(at..at + word.len()))
        };
        assert!(whole("on github.", "github"));
        assert!(!whole("übergithub", "github"));
        assert!(!whole("githubé", "github"));
    }
}
