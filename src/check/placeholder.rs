//! Words that stand where something is still to be written.
//!
//! Knows texts and places in them, not where the texts come from.

use super::pattern::{Pattern, Patterns};
use crate::source::{Sources, Span};
use std::ops::Range;
use std::sync::LazyLock;

/// A placeholder in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// Where, in bytes of the text.
    pub range: Range<usize>,
    /// What kind of placeholder it is, with an article.
    pub what: &'static str,
}

/// A kind of placeholder: what it is, how it looks, and whether a project that is an example may have it.
struct Kind {
    what: &'static str,
    pattern: Pattern,
    in_examples: bool,
}

const fn kind(what: &'static str, words: &'static [&'static str], form: &'static str) -> Kind {
    Kind { what, pattern: Pattern::new(words, form), in_examples: false }
}

/// The kinds.
const KINDS: [Kind; 7] = [
    kind(
        "a mark of unfinished work",
        &["todo", "tbd", "tba", "tbc", "fixme", "xxx"],
        r"\b(?:TODO|T[Bb]D|tbd|TBA|TBC|FIXME|fixme|XXX+|xxx+)\b",
    ),
    kind("a filler text", &["lorem"], r"(?i)\blorem\s+ipsum\b"),
    Kind {
        pattern: Pattern::new(
            &["["],
            r"\[(?:[A-Z][a-z][\w'’-]*(?: [\w'’&/-]+){0,5}|(?:NAME|DATE|COMPANY|CLIENT|PROJECT|TITLE|PHONE|EMAIL|E-MAIL|URL|VERSION|NUMBER|AMOUNT|ROLE)(?: [A-Z]+){0,3}|(?i:your|insert|enter|fill in|name of)\b[^\[\]\n]{0,60})\]",
        )
        .only_if(has_bracket_before_letter),
        ..kind("a blank to be filled in", &[], "")
    },
    kind(
        "a blank to be filled in",
        &[
            "<your", "<insert", "<enter", "<add", "<the", "<name", "<date", "<company", "<client", "<project",
            "<phone", "<email", "<e-mail", "<version",
        ],
        r"(?i)<(?:(?:your|insert|enter|add|the)[-_ ][^<>\n]{1,60}|name|date|company|client|project|phone|e-?mail|version)>",
    ),
    kind(
        "a promise instead of a text",
        &["to be defined", "to be determined", "to be announced", "coming soon"],
        r"(?i)\b(?:to be (?:defined|determined|announced)|coming soon)\b",
    ),
    kind("an open question", &["???"], r"\?{3,}"),
    Kind {
        in_examples: true,
        ..kind(
            "an address that leads nowhere",
            &["example.com", "example.org", "example.net"],
            r"(?i)(?:[\w.%+-]+@|https?://)?\b(?:[a-z0-9-]+\.)*example\.(?:com|org|net)\b",
        )
    },
];

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns::new(KINDS.iter().map(|kind| kind.pattern)));

/// Whether a bracket opens right before a capital, or before a word that begins a blank.
fn has_bracket_before_letter(text: &str) -> bool {
    let begins = |c: u8| c.is_ascii_uppercase() || matches!(c, b'y' | b'i' | b'e' | b'f' | b'n');
    text.as_bytes().windows(2).any(|pair| pair[0] == b'[' && begins(pair[1]))
}

/// The placeholders of a text, in order, none within another. In an `example` project the domains that
/// are reserved for examples are none.
#[must_use]
pub fn scan(text: &str, example: bool) -> Vec<Placeholder> {
    let mut found: Vec<Placeholder> = Vec::new();
    for (number, form) in PATTERNS.in_text(text) {
        let Kind { what, in_examples, .. } = KINDS[number];
        if !(example && in_examples) {
            found.extend(form.find_iter(text).map(|found| Placeholder { range: found.range(), what }));
        }
    }
    apart(&mut found, |placeholder| &placeholder.range);
    found
}

/// Puts what was found in a text in order, and drops what begins within something that was found before.
pub(super) fn apart<T>(found: &mut Vec<T>, range: impl Fn(&T) -> &Range<usize>) {
    found.sort_by_key(|one| (range(one).start, std::cmp::Reverse(range(one).end)));
    let mut behind = 0;
    found.retain(|one| {
        let apart = range(one).start >= behind;
        behind = behind.max(range(one).end);
        apart
    });
}

/// How many words a text has when its placeholders are left out.
#[must_use]
pub fn real_words(text: &str, example: bool) -> usize {
    let mut count = 0;
    let mut from = 0;
    for placeholder in scan(text, example) {
        count += words(&text[from..placeholder.range.start]);
        from = placeholder.range.end;
    }
    count + words(&text[from..])
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// The place of a part of a text that was read from `span`. Where the text is not what was written
/// (escapes, folded lines), the part is looked for, and if it is not there, it is the whole span.
#[must_use]
pub fn locate(sources: &Sources, span: Span, text: &str, range: &Range<usize>) -> Span {
    let written = sources.slice(span);
    let from = |offset: usize, length: usize| {
        Span::new(span.file, span.start as usize + offset, span.start as usize + offset + length)
    };
    if written == text {
        return from(range.start, range.len());
    }
    let part = &text[range.clone()];
    let earlier = text[..range.start].matches(part).count();
    match written.match_indices(part).nth(earlier) {
        Some((offset, _)) if !part.is_empty() => from(offset, part.len()),
        _ => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::pattern::tests::assert_words;

    fn parts(text: &str) -> Vec<&str> {
        scan(text, false).into_iter().map(|placeholder| &text[placeholder.range]).collect()
    }

    #[test]
    fn no_kind_is_passed_over() {
        assert_words(&PATTERNS);
    }

    #[test]
    fn placeholders_are_found() {
        for (text, part) in [
            ("The port is TBD.", "TBD"),
            ("TODO: write", "TODO"),
            ("call xxx now", "xxx"),
            ("Lorem ipsum dolor", "Lorem ipsum"),
            ("Ask [Name] first", "[Name]"),
            ("Ask [your name here] first", "[your name here]"),
            ("On [DATE] we", "[DATE]"),
            ("as <your-name> at", "<your-name>"),
            ("The limit is to be defined.", "to be defined"),
            ("Coming soon", "Coming soon"),
            ("until ???", "???"),
            ("see https://www.example.com/x", "https://www.example.com"),
            ("write to info@example.org.", "info@example.org"),
        ] {
            assert_eq!(parts(text), [part], "{text}");
        }
    }

    #[test]
    fn ordinary_words_are_none() {
        for text in [
            "Open the to-do list of the day",
            "Bookings to be confirmed by the office",
            "The button [OK] closes it",
            "Why? What for??",
            "https://portal.company.example/ and counterexample.company",
            "an example.component",
            "size XXL",
            "an array [0] or [a-z]",
        ] {
            assert!(parts(text).is_empty(), "{text}: {:?}", parts(text));
        }
    }

    #[test]
    fn demonstrations_may_use_the_reserved_domains() {
        assert!(scan("https://example.com", true).is_empty());
        assert_eq!(scan("TBD at https://example.com", true).len(), 1);
    }

    #[test]
    fn placeholders_are_no_words() {
        assert_eq!(real_words("The answer is TBD, coming soon – really", false), 4);
    }

    #[test]
    fn parts_are_found_behind_escapes() {
        let mut sources = Sources::default();
        let file = sources.add("a", r"a \[b\] TBD, TBD");
        let span = Span::new(file, 0, 16);
        let text = "a [b] TBD, TBD";
        assert_eq!(locate(&sources, span, text, &(11..14)), Span::new(file, 13, 16));
        assert_eq!(locate(&sources, span, text, &(2..5)), span);
    }
}
