//! Raw HTML to tags and text, by a tokenizer that follows the HTML standard.

use html5gum::{DefaultEmitter, Error, HtmlString, Token, Tokenizer};
use std::collections::BTreeMap;
use std::ops::Range;

/// A piece of raw HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    /// A start tag.
    Open(Tag),
    /// An end tag, by its name in lower case.
    Close(String),
    /// Text, its character references decoded.
    Text(String),
    /// A tag that never ends: it and what it swallows.
    Broken,
}

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// Its name, in lower case.
    pub name: String,
    attributes: BTreeMap<String, String>,
}

impl Tag {
    /// An attribute with some content.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether it has an attribute.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// The first attribute that could run code or change the page.
    pub(super) fn active_attribute(&self) -> Option<&str> {
        self.attributes.keys().map(String::as_str).find(|name| name.starts_with("on") || *name == "style")
    }
}

/// The pieces of some HTML, each with its place in it. Comments say nothing to readers.
pub(super) fn tokens(html: &str) -> Vec<(Raw, Range<usize>)> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let text = |bytes: &HtmlString| String::from_utf8_lossy(bytes).into_owned();
    let mut found = Vec::new();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        // The reader is a text in memory: it never fails.
        let Ok(token) = token;
        found.push(match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(&value.value))).collect();
                (Raw::Open(Tag { name: text(&tag.name), attributes }), tag.span.start..tag.span.end)
            }
            Token::EndTag(tag) => (Raw::Close(text(&tag.name)), tag.span.start..tag.span.end),
            Token::String(string) => (Raw::Text(text(&string.value)), string.span.start..string.span.end),
            Token::Error(error) if error.value == Error::EofInTag => (Raw::Broken, 0..html.len()),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => continue,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_text_and_references() {
        let pieces: Vec<_> = tokens("<A HREF='x'>1 &amp; 2</a><!-- no -->").into_iter().map(|(raw, _)| raw).collect();
        let [Raw::Open(tag), Raw::Text(text), Raw::Close(name)] = pieces.as_slice() else { panic!("{pieces:?}") };
        assert_eq!((tag.name.as_str(), tag.get("href"), text.as_str(), name.as_str()), ("a", Some("x"), "1 & 2", "a"));
    }

    #[test]
    fn a_script_is_one_piece_of_text() {
        let pieces = tokens("<script>if (a < b) { '<b>' }</script>x");
        assert_eq!(pieces[1].0, Raw::Text("if (a < b) { '<b>' }".into()));
    }

    #[test]
    fn a_tag_that_never_ends_is_told() {
        assert!(tokens("<div class=\"x").iter().any(|(raw, _)| *raw == Raw::Broken));
    }
}
