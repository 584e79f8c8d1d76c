//! What the words of documents and messages are called in the language of the project.
//!
//! A template is written in English and marks its words as `{[Owner]}`. `documents/<language>.yaml` and
//! `messages/<language>.yaml` have, for each kind of document or message and under `all`, what each of them
//! is called. Values inside of the marks go along, so that a language can put them where it wants them.

use super::read::Reader;
use super::theme::{languages, layers};
use crate::model::message::MessageTemplate;
use crate::model::node::{Node, Scalar, Value};
use crate::model::project::Project;
use crate::model::template::Template;
use crate::model::value::Text;
use crate::theme::Theme;
use std::collections::BTreeMap;

/// The marks around words of a template.
const MARKS: (&str, &str) = ("{[", "]}");
/// The section with the words of all kinds.
const ALL: &str = "all";

/// The words of a language: kind of document or message to English words to those of the language.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    of_kinds: BTreeMap<String, BTreeMap<String, String>>,
}

impl Phrases {
    /// Reads those of the project's language in a folder of the theme: what is built in, then what the
    /// project says itself.
    pub(super) fn read(folder: &str, reader: &mut Reader, theme: &Theme, project: Option<&Project>) -> Self {
        let mut phrases = Self::default();
        for language in languages(project) {
            let path = format!("{folder}/{language}.yaml");
            layers(reader, theme, &path).into_iter().for_each(|node| phrases.learn(node));
        }
        phrases
    }

    /// Takes over the words of a file.
    fn learn(&mut self, node: Node) {
        let Value::Map(kinds) = node.value else { return };
        for (kind, words) in kinds {
            let Value::Map(words) = words.value else { continue };
            let known = self.of_kinds.entry(kind.name).or_default();
            known.extend(words.into_iter().filter_map(|(english, word)| match word.value {
                Value::Text(word) => Some((english.name, word)),
                _ => None,
            }));
        }
    }

    /// Puts a template into the language; lines stay lines, and words that nobody has translated stay English.
    pub(super) fn put_into(&self, mut template: Template) -> Template {
        let Template { kind, front, body, .. } = &mut template;
        for text in [&mut front.title, &mut front.summary, &mut front.audience] {
            if let Ok(word) = Text::parse(self.word(kind, text.as_str())) {
                text.value = word;
            }
        }
        *body = self.put(kind, body);
        template
    }

    /// Puts a message into the language, its subject and its text.
    pub(super) fn put_message(&self, mut message: MessageTemplate) -> MessageTemplate {
        let MessageTemplate { id, front, body, .. } = &mut message;
        if let Ok(word) = Text::parse(self.word(id, front.subject.as_str())) {
            front.subject.value = word;
        }
        *body = self.put(id, body);
        message
    }

    /// Replaces what is marked in a text.
    fn put(&self, kind: &str, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(MARKS.0) {
            let Some((words, after)) = behind.split_once(MARKS.1) else { break };
            out.push_str(before);
            out.push_str(self.word(kind, words));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// What words are called, in a document of a kind.
    pub(super) fn word<'a>(&'a self, kind: &str, english: &'a str) -> &'a str {
        let of = |kind: &str| self.of_kinds.get(kind).and_then(|words| words.get(english));
        of(kind).or_else(|| of(ALL)).map_or(english, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases() -> Phrases {
        let words = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let of_kinds = [
            ("all", words(&[("By", "Von"), ("{{ name }} to {{ owner }}", "an {{ owner }} bei {{ name }}")])),
            ("gates", words(&[("By", "Durch")])),
        ];
        Phrases { of_kinds: of_kinds.map(|(kind, words)| (kind.to_owned(), words)).into() }
    }

    #[test]
    fn marked_words_are_those_of_the_kind_then_those_of_all() {
        let phrases = phrases();
        assert_eq!(phrases.put("sla", "| {[By]} | {[On]} |"), "| Von | On |");
        assert_eq!(phrases.put("gates", "| {[By]} |"), "| Durch |");
        assert_eq!(phrases.put("sla", "{[{{ name }} to {{ owner }}]}."), "an {{ owner }} bei {{ name }}.");
    }

    #[test]
    fn a_mark_without_an_end_is_text() {
        assert_eq!(phrases().put("sla", "{[By]} {[By"), "Von {[By");
        assert_eq!(phrases().put("sla", "`[[ -f x ]]`"), "`[[ -f x ]]`");
    }
}
