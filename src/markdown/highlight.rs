//! Code in colours: which piece of a block of code is a keyword, a string, a comment.
//!
//! Knows the syntaxes, not the colours: those are the theme's.

use crate::model::text::Code;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use unicode_normalization::char::is_combining_mark;

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Token {
    /// A keyword or a tag.
    Keyword,
    /// A text.
    Text,
    /// A comment.
    Comment,
    /// A number or another constant.
    Number,
    /// The name of a function or command.
    Function,
    /// The name of a type.
    Type,
    /// An operator.
    Operator,
    /// A variable.
    Variable,
    /// A key or an attribute.
    Property,
    /// A line that a patch adds.
    Inserted,
    /// A line that a patch removes.
    Deleted,
}

/// A piece of code: what it is, if that is known, and its length in bytes.
pub type Piece = (Option<Token>, usize);

impl Token {
    /// The class that the style sheet knows.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Keyword => "k",
            Self::Text => "s",
            Self::Comment => "c",
            Self::Number => "n",
            Self::Function => "f",
            Self::Type => "t",
            Self::Operator => "o",
            Self::Variable => "v",
            Self::Property => "p",
            Self::Inserted => "i",
            Self::Deleted => "d",
        }
    }

    /// The function of the theme for print that shows it.
    #[must_use]
    pub fn function(self) -> &'static str {
        match self {
            Self::Keyword => "code-keyword",
            Self::Text => "code-string",
            Self::Comment => "code-comment",
            Self::Number => "code-number",
            Self::Function => "code-function",
            Self::Type => "code-type",
            Self::Operator => "code-operator",
            Self::Variable => "code-variable",
            Self::Property => "code-property",
            Self::Inserted => "code-inserted",
            Self::Deleted => "code-deleted",
        }
    }
}

/// Scopes (as the syntaxes name them) and what they are; the first that is a prefix of the innermost
/// scope decides.
const SCOPES: [(&str, Token); 29] = [
    ("comment", Token::Comment),
    ("punctuation.definition.comment", Token::Comment),
    ("string", Token::Text),
    ("punctuation.definition.string", Token::Text),
    ("constant.character", Token::Text),
    ("constant.numeric", Token::Number),
    ("constant.language", Token::Number),
    ("constant.other", Token::Number),
    ("keyword.operator", Token::Operator),
    ("punctuation.definition.variable", Token::Variable),
    ("keyword", Token::Keyword),
    ("storage.type", Token::Keyword),
    ("storage", Token::Keyword),
    ("entity.name.tag.yaml", Token::Property),
    ("entity.name.tag", Token::Keyword),
    ("entity.name.function", Token::Function),
    ("support.function", Token::Function),
    ("variable.function", Token::Function),
    ("entity.name.section", Token::Keyword),
    ("entity.name", Token::Type),
    ("support.type.property-name", Token::Property),
    ("meta.mapping.key", Token::Property),
    ("entity.other.attribute-name", Token::Property),
    ("support.type", Token::Type),
    ("support.class", Token::Type),
    ("support.constant", Token::Number),
    ("variable", Token::Variable),
    ("markup.inserted", Token::Inserted),
    ("markup.deleted", Token::Deleted),
];

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);
static RULES: LazyLock<Vec<(Scope, Token)>> = LazyLock::new(|| {
    SCOPES.iter().filter_map(|(name, token)| Scope::new(name).ok().map(|scope| (scope, *token))).collect()
});

/// The syntax of a language, by the name that authors write behind the fence.
fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let language = language.to_ascii_lowercase();
    if matches!(language.as_str(), "text" | "txt" | "plain" | "none") {
        return None;
    }
    SYNTAXES.find_syntax_by_token(match language.as_str() {
        "console" | "shell" | "sh" | "zsh" => "bash",
        "jsonc" | "json5" => "json",
        "cjs" | "mjs" | "jsx" | "node" => "js",
        "cts" | "mts" => "ts",
        "golang" => "go",
        "postgresql" | "postgres" | "mysql" | "plsql" => "sql",
        "dotenv" | "properties" => "ini",
        other => other,
    })
}

/// Longer code than this stays in one colour: colouring it costs more than it gives.
const MAX_HIGHLIGHTED: usize = 200_000;

/// The pieces of some code, in order, together the whole of it; `None` if its language is not known.
#[must_use]
pub fn highlight(code: &Code) -> Option<Vec<Piece>> {
    let text = code.text.as_str();
    if text.len() > MAX_HIGHLIGHTED || text.lines().any(|line| line.len() > 5_000) {
        return None;
    }
    let mut state = ParseState::new(syntax(code.language.as_deref()?)?);
    let mut stack = ScopeStack::new();
    let mut pieces = Vec::new();
    for line in text.split_inclusive('\n') {
        let with_newline;
        let whole = if line.ends_with('\n') {
            line
        } else {
            with_newline = format!("{line}\n");
            &with_newline
        };
        let mut done = 0;
        for (offset, change) in state.parse_line(whole, &SYNTAXES).ok()? {
            let offset = behind_marks(line, offset).max(done);
            push(&mut pieces, token(&stack), offset - done);
            done = offset;
            stack.apply(&change).ok()?;
        }
        push(&mut pieces, token(&stack), line.len() - done);
    }
    Some(pieces)
}

/// The first place at or behind an offset where a line may be cut: no mark is parted from its letter.
fn behind_marks(line: &str, offset: usize) -> usize {
    let rest = line.get(offset..).unwrap_or_default();
    line.len() - rest.trim_start_matches(is_combining_mark).len()
}

/// Adds a piece; what is the same as the piece before it becomes a part of that.
fn push(pieces: &mut Vec<Piece>, token: Option<Token>, length: usize) {
    match pieces.last_mut() {
        _ if length == 0 => {}
        Some((last, so_far)) if *last == token => *so_far += length,
        _ => pieces.push((token, length)),
    }
}

/// The texts of some pieces, together the whole of the code.
pub fn cut<'a>(code: &'a str, pieces: &[Piece]) -> impl Iterator<Item = (Option<Token>, &'a str)> {
    let rest = std::iter::once(&(None, usize::MAX));
    let texts = pieces.iter().chain(rest).scan(code, |rest, (token, length)| {
        let (text, behind) = rest.split_at_checked(*length).unwrap_or((rest, ""));
        *rest = behind;
        Some((*token, text))
    });
    texts.filter(|(_, text)| !text.is_empty())
}

/// The scopes of the keys of a mapping, in which texts are keys.
static KEYS: LazyLock<Vec<Scope>> = LazyLock::new(|| {
    ["meta.mapping.key", "meta.structure.dictionary.key"].iter().filter_map(|name| Scope::new(name).ok()).collect()
});

/// What the innermost scope that says something says.
fn token(stack: &ScopeStack) -> Option<Token> {
    let said = |scope: &Scope| RULES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, token)| *token);
    let token = stack.as_slice().iter().rev().find_map(said)?;
    let is_key = || stack.as_slice().iter().any(|scope| KEYS.iter().any(|key| key.is_prefix_of(*scope)));
    Some(if token == Token::Text && is_key() { Token::Property } else { token })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(language: &str, text: &str) -> Code {
        Code { language: Some(language.to_owned()), text: text.to_owned() }
    }

    /// The pieces of some code, with their texts.
    fn pieces<'a>(language: &str, text: &'a str) -> Vec<(Option<Token>, &'a str)> {
        cut(text, &highlight(&code(language, text)).expect(language)).collect()
    }

    #[test]
    fn the_pieces_are_the_whole_code() {
        for (language, text) in [
            ("bash", "# say\necho \"$HOME\" | grep -c x\n"),
            ("yaml", "a: 1\nb:\n  - \"c\""),
            ("sql", "SELECT 1 FROM t WHERE a = 'b';"),
            ("json", "{\"a\": [1, true]}"),
            ("rust", "fn main() {}"),
        ] {
            let pieces = pieces(language, text);
            assert_eq!(pieces.iter().map(|(_, text)| *text).collect::<String>(), text);
            assert!(pieces.iter().any(|(token, _)| token.is_some()), "{language}: {pieces:?}");
            assert!(pieces.windows(2).all(|pair| pair[0].0 != pair[1].0), "{language}: {pieces:?}");
        }
    }

    #[test]
    fn pieces_are_told_apart() {
        let kind = |language: &str, text: &str, part: &str| {
            pieces(language, text).iter().find(|(_, text)| text.contains(part)).and_then(|(token, _)| *token)
        };
        let bash = "# no\necho 'yes'";
        assert_eq!((kind("bash", bash, "no"), kind("bash", bash, "yes")), (Some(Token::Comment), Some(Token::Text)));
        let json = "{\"key\": \"value\"}";
        assert_eq!(
            (kind("json", json, "key"), kind("json", json, "value")),
            (Some(Token::Property), Some(Token::Text))
        );
        let patch = "@@ -1 +1 @@\n-old\n+new\n";
        assert_eq!(
            (kind("diff", patch, "old"), kind("diff", patch, "new")),
            (Some(Token::Deleted), Some(Token::Inserted))
        );
    }

    #[test]
    fn a_mark_stays_with_its_letter() {
        assert_eq!(behind_marks("e\u{301}\u{302}x", 1), 5);
        assert_eq!((behind_marks("ex", 1), behind_marks("ex", 9)), (1, 2));
        let text = "x=1\u{301}\u{302}\n\"a\"\u{301}b\n";
        for (_, piece) in pieces("python", text) {
            assert!(!piece.starts_with(is_combining_mark), "{piece:?}");
        }
    }

    #[test]
    fn unknown_languages_stay_plain() {
        assert_eq!(highlight(&code("no-such-language", "x")), None);
        assert_eq!(highlight(&code("text", "x")), None);
        assert_eq!(highlight(&Code { language: None, text: "x".into() }), None);
    }

    #[test]
    fn nothing_of_the_code_is_lost_whatever_the_pieces_are() {
        let texts = |code, pieces: &[Piece]| cut(code, pieces).map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(texts("abcd", &[(None, 2), (Some(Token::Text), 1), (None, 5), (None, 1)]), ["ab", "c", "d"]);
        assert_eq!(texts("abcd", &[(Some(Token::Text), 1)]), ["a", "bcd"]);
        assert_eq!(texts("äb", &[(Some(Token::Text), 1)]), ["äb"]);
        assert_eq!(texts("", &[]), [] as [&str; 0]);
    }
}
