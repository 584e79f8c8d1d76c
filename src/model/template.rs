//! Document templates and the words of the interface, as they were read.

use super::node::{Located, record};
use super::value::{Count, Flag, Id, Text};
use crate::source::FileId;
use jiff::civil::Date;
use std::collections::BTreeMap;

record! {
    /// The front matter of a document template.
    pub struct TemplateFront {
        /// The title of the document.
        title: Located<Text>,
        /// What the document is, in one sentence.
        summary: Located<Text>,
        /// Who it is for.
        audience: Located<Text>,
        /// The group that it stands in, if no checklist names it.
        group: Option<Located<Id>>,
        /// Its place in that group, behind the documents of the checklist.
        order: Option<Located<Count>>,
        /// Top-level keys of the project file: any that holds something makes the document, even
        /// without a fragment.
        data: Vec<Located<Id>>,
        /// Composed from the report, after the check.
        after_check: Option<Located<Flag>>,
        /// Composed again when the PDFs are laid out: it tells how many pages each document has.
        after_layout: Option<Located<Flag>>,
        /// Composed once more when all other PDFs were made, from their pages and hashes.
        after_render: Option<Located<Flag>>,
    }
}

/// A document template: front matter and a Tera body that yields Markdown.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The kind of document that it makes.
    pub kind: String,
    /// The file.
    pub file: FileId,
    /// What its front matter says.
    pub front: TemplateFront,
    /// The Tera body.
    pub body: String,
}

/// The words of the interface in one language, by key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    words: BTreeMap<String, String>,
}

impl Words {
    /// Words by key.
    #[must_use]
    pub fn new(words: BTreeMap<String, String>) -> Self {
        Self { words }
    }

    /// The word under a key, the key itself if there is none: an override may leave words out.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// All words.
    #[must_use]
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.words
    }

    /// A date as the language writes it.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        let pattern = self.words.get("date_pattern").map_or("{year}-{month}-{day}", String::as_str);
        let day = match date.day() {
            1 => self.words.get("date_first").map_or("1", String::as_str).to_owned(),
            day => day.to_string(),
        };
        pattern
            .replace("{day}", &day)
            .replace("{month}", self.get(&format!("month_{}", date.month())))
            .replace("{year}", &date.year().to_string())
    }

    /// A number as the language writes it: its decimal mark, and its mark between thousands from five
    /// digits on.
    #[must_use]
    pub fn number(&self, number: f64) -> String {
        let written = number.abs().to_string();
        let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
        let mut out = String::from(if number < 0.0 { "−" } else { "" });
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && whole.len() > 4 && (whole.len() - at).is_multiple_of(3) {
                out.push_str(self.word_or("thousands_mark", ","));
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push_str(self.word_or("decimal_mark", "."));
            out.push_str(fraction);
        }
        out
    }

    /// A share in percent as the language writes it.
    #[must_use]
    pub fn percent(&self, share: f64) -> String {
        self.word_or("percent_pattern", "{number}%").replace("{number}", &self.number(share))
    }

    /// An amount of a unit of time (`w`, `d`, `h`, `min`, `s`); of a span the second number counts.
    #[must_use]
    pub fn time(&self, amount: &str, unit: &str) -> String {
        let number = if amount == "1" { "one" } else { "many" };
        let word = self.words.get(&format!("unit_{unit}_{number}")).map_or(unit, String::as_str);
        format!("{amount}\u{a0}{word}")
    }

    /// A duration of the project file, such as `2–5\u{a0}d`, in the words of the language.
    #[must_use]
    pub fn duration(&self, written: &str) -> String {
        match written.split_once('\u{a0}') {
            Some((amount, unit)) => self.time(amount, unit),
            None => written.to_owned(),
        }
    }

    /// A word of the project file within a sentence: in small letters, unless the language writes it as it
    /// stands alone.
    #[must_use]
    pub fn inside(&self, word: &str) -> String {
        if self.word_or("words_in_sentences", "small") == "small" { word.to_lowercase() } else { word.to_owned() }
    }

    /// A size as people read it: `640 KB`, `1.4 MB`.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a size in tenths of a megabyte")]
    pub fn size(&self, bytes: usize) -> String {
        let kilobytes = bytes.div_ceil(1000);
        let (number, unit) = match kilobytes {
            ..1000 => (self.number(kilobytes as f64), self.word_or("unit_kilobytes", "KB")),
            _ => (self.number((kilobytes / 100) as f64 / 10.0), self.word_or("unit_megabytes", "MB")),
        };
        format!("{number}\u{a0}{unit}")
    }

    fn word_or<'a>(&'a self, key: &str, default: &'a str) -> &'a str {
        self.words.get(key).map_or(default, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_pattern_of_the_language() {
        let words = [("date_pattern", "{day}. {month} {year}"), ("month_3", "März")];
        let words = Words::new(words.map(|(key, word)| (key.to_owned(), word.to_owned())).into());
        assert_eq!(words.date(jiff::civil::date(2026, 3, 5)), "5. März 2026");
        assert_eq!(words.get("none"), "none");
    }

    #[test]
    fn the_first_of_a_month_is_written_as_the_language_has_it() {
        let words = [("date_pattern", "{day} {month} {year}"), ("date_first", "1er"), ("month_8", "août")];
        let words = Words::new(words.map(|(key, word)| (key.to_owned(), word.to_owned())).into());
        assert_eq!(words.date(jiff::civil::date(2026, 8, 1)), "1er août 2026");
        assert_eq!(words.date(jiff::civil::date(2026, 8, 11)), "11 août 2026");
    }

    #[test]
    fn numbers_sizes_and_durations_follow_the_language() {
        let german = [
            ("decimal_mark", ","),
            ("thousands_mark", "."),
            ("percent_pattern", "{number}\u{a0}%"),
            ("words_in_sentences", "unchanged"),
            ("unit_d_one", "Tag"),
            ("unit_d_many", "Tage"),
        ];
        let german = Words::new(german.map(|(key, word)| (key.to_owned(), word.to_owned())).into());
        let english = Words::default();
        assert_eq!(german.number(1_234_567.5), "1.234.567,5");
        assert_eq!(english.number(1_234_567.5), "1,234,567.5");
        assert_eq!((german.number(1234.0).as_str(), german.number(-0.5).as_str()), ("1234", "−0,5"));
        assert_eq!((german.percent(99.9).as_str(), english.percent(99.9).as_str()), ("99,9\u{a0}%", "99.9%"));
        assert_eq!(german.size(1_440_000), "1,4\u{a0}MB");
        assert_eq!(english.size(1), "1\u{a0}KB");
        assert_eq!(
            (german.duration("1\u{a0}d").as_str(), german.duration("2–5\u{a0}d").as_str()),
            ("1\u{a0}Tag", "2–5\u{a0}Tage")
        );
        assert_eq!(english.duration("4\u{a0}h"), "4\u{a0}h");
        assert_eq!((german.inside("Telefon").as_str(), english.inside("Telephone").as_str()), ("Telefon", "telephone"));
    }
}
