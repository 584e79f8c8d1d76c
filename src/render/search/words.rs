//! What counts as a word: the same here, where the index is made, and in `search.js`, where a question
//! is asked.
//!
//! Words are compared without case and accents. Scripts that put no space between words are cut into
//! pairs of characters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that accents have nothing to do with, and how people without that key write them.
pub(super) const SPELLINGS: [(char, &str); 9] =
    [('ß', "ss"), ('æ', "ae"), ('œ', "oe"), ('ø', "o"), ('ł', "l"), ('đ', "d"), ('ı', "i"), ('ς', "σ"), ('þ', "th")];

/// The longest word, in characters; more is cut off.
const LONGEST: usize = 40;

/// The words of a text, in order, as the index knows them.
pub(super) fn terms(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let mut terms = Vec::new();
    for run in plain.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
        for part in parts(run) {
            if part.starts_with(is_unspaced) {
                pairs(part, &mut terms);
                continue;
            }
            terms.push(fold(part));
            let humps = humps(part);
            if humps.len() > 1 {
                terms.extend(humps.into_iter().map(fold));
            }
        }
    }
    terms
}

/// A word in lower case, in its plainest spelling.
fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().take(LONGEST).flat_map(char::to_lowercase) {
        match SPELLINGS.iter().find(|(letter, _)| *letter == c) {
            Some((_, spelling)) => out.push_str(spelling),
            None if is_combining_mark(c) => {}
            None => out.push(c),
        }
    }
    out
}

/// Whether a character belongs to a script that puts no space between words: Thai, Lao, Burmese, Khmer,
/// Kana, Han.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x31f0..=0x31ff
        | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// A run of letters where scripts with and without spaces meet, cut there.
fn parts(run: &str) -> Vec<&str> {
    cut(run, |before, after| is_unspaced(before) != is_unspaced(after))
}

/// `diskFull` in its parts.
fn humps(word: &str) -> Vec<&str> {
    cut(word, |before, after| before.is_lowercase() && after.is_uppercase())
}

/// A text, cut between characters of which `border` says so.
fn cut(text: &str, border: impl Fn(char, char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut before) = (0, None);
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| border(before, c)) {
            parts.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    parts.push(&text[start..]);
    parts
}

/// Every two characters that stand together, and the last one alone, so that each begins a term.
fn pairs(part: &str, terms: &mut Vec<String>) {
    let letters: Vec<char> = part.chars().collect();
    terms.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
    terms.extend(letters.last().map(char::to_string));
}

#[cfg(test)]
mod tests {
    use super::terms;

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(terms("Größe, ÉTÉ — naïve Œuvre"), ["grosse", "ete", "naive", "oeuvre"]);
        assert_eq!(terms("ΣΊΣΥΦΟΣ Σίσυφος"), ["σισυφοσ", "σισυφοσ"]);
        assert_eq!(terms("İstanbul ISPARTA ılık"), ["istanbul", "isparta", "ilik"]);
    }

    #[test]
    fn words_of_programs_are_found_by_their_parts() {
        assert_eq!(terms("berthDiskFull"), ["berthdiskfull", "berth", "disk", "full"]);
        assert_eq!(terms("/var/log/portal-api.log"), ["var", "log", "portal", "api", "log"]);
        assert_eq!(terms("HP-310 v1.2"), ["hp", "310", "v1", "2"]);
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_pairs() {
        assert_eq!(terms("手順書"), ["手順", "順書", "書"]);
        assert_eq!(terms("DB手順"), ["db", "手順", "順"]);
        assert_eq!(terms("Поиск שלום"), ["поиск", "שלום"]);
        assert_eq!(terms("مُحَمَّد"), ["محمد"]);
    }

    #[test]
    fn endless_words_are_cut_off() {
        assert_eq!(terms(&"a".repeat(100)), ["a".repeat(40)]);
        assert_eq!(terms(" – … "), Vec::<String>::new());
    }
}
