//! Quotes, dashes and spaces as a language has them.
//!
//! Knows only plain text. Code never comes here.

/// How a language writes quotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typography {
    double: (&'static str, &'static str),
    single: (&'static str, &'static str),
    /// Whether signs of two parts stand apart from the word before them.
    spaced_signs: bool,
}

/// The first that fits a language, by its code or the first part of it.
const LANGUAGES: &[(&str, Typography)] = &[
    ("en", marks(("“", "”"), ("‘", "’"))),
    ("de-CH", marks(("«", "»"), ("‹", "›"))),
    ("de", marks(("„", "“"), ("‚", "‘"))),
    ("fr-CH", marks(("«\u{202f}", "\u{202f}»"), ("‹\u{202f}", "\u{202f}›"))),
    ("fr", Typography { double: ("«\u{a0}", "\u{a0}»"), single: ("“", "”"), spaced_signs: true }),
    ("es", marks(("«", "»"), ("“", "”"))),
    ("it", marks(("«", "»"), ("“", "”"))),
    ("pt-BR", marks(("“", "”"), ("‘", "’"))),
    ("pt", marks(("«", "»"), ("“", "”"))),
    ("nl", marks(("“", "”"), ("‘", "’"))),
    ("da", marks(("»", "«"), ("›", "‹"))),
    ("nb", marks(("«", "»"), ("‘", "’"))),
    ("nn", marks(("«", "»"), ("‘", "’"))),
    ("no", marks(("«", "»"), ("‘", "’"))),
    ("sv", marks(("”", "”"), ("’", "’"))),
    ("fi", marks(("”", "”"), ("’", "’"))),
    ("pl", marks(("„", "”"), ("‚", "’"))),
    ("cs", marks(("„", "“"), ("‚", "‘"))),
    ("sk", marks(("„", "“"), ("‚", "‘"))),
    ("sl", marks(("„", "“"), ("‚", "‘"))),
    ("hr", marks(("„", "”"), ("‘", "’"))),
    ("hu", marks(("„", "”"), ("»", "«"))),
    ("ro", marks(("„", "”"), ("«", "»"))),
    ("bg", marks(("„", "“"), ("‚", "‘"))),
    ("ru", marks(("«", "»"), ("„", "“"))),
    ("uk", marks(("«", "»"), ("„", "“"))),
    ("el", marks(("«", "»"), ("“", "”"))),
    ("ja", marks(("「", "」"), ("『", "』"))),
];

const fn marks(double: (&'static str, &'static str), single: (&'static str, &'static str)) -> Typography {
    Typography { double, single, spaced_signs: false }
}

impl Default for Typography {
    fn default() -> Self {
        LANGUAGES[0].1
    }
}

impl Typography {
    /// That of a language, by its code (`en`, `de-AT`); English quotes where we know none.
    #[must_use]
    pub fn of(language: &str) -> Self {
        let main = language.split(['-', '_']).next().unwrap_or_default();
        let find = |wanted: &str| LANGUAGES.iter().find(|(code, _)| code.eq_ignore_ascii_case(wanted));
        find(&language.replace('_', "-")).or_else(|| find(main)).map_or_else(Self::default, |(_, found)| *found)
    }

    /// The sign for a straight one that stood in the text. `english` is the one that English has there;
    /// `within_word` and `open` tell an apostrophe from the end of a quotation.
    #[must_use]
    pub fn sign<'a>(&self, english: &'a str, within_word: bool, open: bool) -> &'a str {
        match english {
            "“" => self.double.0,
            "”" => self.double.1,
            "‘" => self.single.0,
            "’" if open && !within_word => self.single.1,
            other => other,
        }
    }

    /// A text with the spaces that the language wants before signs of two parts.
    #[must_use]
    pub fn spaced(&self, text: &str) -> Option<String> {
        let wanted = self.spaced_signs && [" ;", " !", " ?", " :"].iter().any(|sign| text.contains(sign));
        wanted.then(|| {
            let narrow = text.replace(" ;", "\u{202f};").replace(" !", "\u{202f}!").replace(" ?", "\u{202f}?");
            narrow.replace(" :", "\u{a0}:")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_their_own_quotes() {
        let quoted = |language: &str| {
            let typography = Typography::of(language);
            format!("{}x{}", typography.sign("“", false, false), typography.sign("”", false, false))
        };
        assert_eq!(quoted("en"), "“x”");
        assert_eq!(quoted("de"), "„x“");
        assert_eq!(quoted("de-AT"), "„x“");
        assert_eq!(quoted("de-CH"), "«x»");
        assert_eq!(quoted("fr"), "«\u{a0}x\u{a0}»");
        assert_eq!(quoted("es-MX"), "«x»");
        assert_eq!(quoted("xx"), "“x”");
    }

    #[test]
    fn an_apostrophe_is_one_in_every_language() {
        let german = Typography::of("de");
        assert_eq!(german.sign("’", true, true), "’");
        assert_eq!(german.sign("’", false, false), "’");
        assert_eq!(german.sign("’", false, true), "‘");
    }

    #[test]
    fn french_signs_stand_apart() {
        assert_eq!(Typography::of("fr").spaced("Quoi ? Non : rien").as_deref(), Some("Quoi\u{202f}? Non\u{a0}: rien"));
        assert_eq!(Typography::of("en").spaced("What ? No"), None);
    }
}
