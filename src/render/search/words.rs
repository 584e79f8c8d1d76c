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

/// Visits the words of a text, in order, as the index knows them.
pub(super) fn each_term(text: &str, visit: &mut dyn FnMut(&str)) {
    let mut word = String::new();
    // Signs of ASCII that are neither letter nor digit end every word, whatever is made of what stands around them.
    for piece in text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()).filter(|piece| !piece.is_empty()) {
        if piece.is_ascii() {
            each_of_run(piece, &mut word, visit);
        } else {
            let plain: String = piece.nfkd().filter(|c| !is_combining_mark(*c)).collect();
            for run in plain.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()) {
                for part in parts(run) {
                    if part.starts_with(is_unspaced) { pairs(part, visit) } else { each_of_run(part, &mut word, visit) }
                }
            }
        }
    }
}

/// The words of a run of letters: itself, and its parts.
fn each_of_run(run: &str, word: &mut String, visit: &mut dyn FnMut(&str)) {
    fold(run, word);
    visit(word);
    let humps = humps(run);
    if humps.len() > 1 {
        for hump in humps {
            fold(hump, word);
            visit(word);
        }
    }
}

/// Puts a word in lower case, in its plainest spelling, in the place of another.
fn fold(word: &str, out: &mut String) {
    out.clear();
    if word.is_ascii() {
        out.push_str(&word[..word.len().min(LONGEST)]);
        out.make_ascii_lowercase();
        return;
    }
    for c in word.chars().take(LONGEST).flat_map(char::to_lowercase) {
        match SPELLINGS.iter().find(|(letter, _)| *letter == c) {
            Some((_, spelling)) => out.push_str(spelling),
            None if is_combining_mark(c) => {}
            None => out.push(c),
        }
    }
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
    // Most words have no capital behind their first letter.
    if word.is_ascii() && !word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()) {
        return Vec::new();
    }
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
fn pairs(part: &str, visit: &mut dyn FnMut(&str)) {
    for (at, first) in part.char_indices() {
        let second = part[at + first.len_utf8()..].chars().next().map_or(0, char::len_utf8);
        visit(&part[at..at + first.len_utf8() + second]);
    }
}

#[cfg(test)]
mod tests {
    use super::each_term;

    fn terms(text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        each_term(text, &mut |term| terms.push(term.to_owned()));
        terms
    }

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
    fn accents_that_stand_alone_are_left_out() {
        assert_eq!(terms("cafe\u{301}s a \u{301}b"), ["cafes", "a", "b"]);
        assert_eq!(terms("x²+½ km"), ["x2", "1", "2", "km"]);
    }

    #[test]
    fn endless_words_are_cut_off() {
        assert_eq!(terms(&"a".repeat(100)), ["a".repeat(40)]);
        assert_eq!(terms(" – … "), Vec::<String>::new());
    }
}
