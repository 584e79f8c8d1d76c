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
        pattern
            .replace("{day}", &date.day().to_string())
            .replace("{month}", self.get(&format!("month_{}", date.month())))
            .replace("{year}", &date.year().to_string())
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
}
