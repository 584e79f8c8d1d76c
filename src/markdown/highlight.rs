//! Code in colours: which piece of a block of code is a keyword, a string, a comment.
//!
//! Knows the syntaxes, not the colours: those are the theme's.

use std::sync::LazyLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

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
        }
    }
}

/// Scopes (as the syntaxes name them) and what they are; the first that is a prefix of the innermost
/// scope decides.
const SCOPES: [(&str, Token); 27] = [
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

/// The pieces of some code, in order, together the whole of it; `None` if the language is not known.
#[must_use]
pub fn highlight<'a>(language: &str, code: &'a str) -> Option<Vec<(Option<Token>, &'a str)>> {
    if code.len() > MAX_HIGHLIGHTED || code.lines().any(|line| line.len() > 5_000) {
        return None;
    }
    let mut state = ParseState::new(syntax(language)?);
    let mut stack = ScopeStack::new();
    let mut pieces: Vec<(Option<Token>, &str)> = Vec::new();
    for line in code.split_inclusive('\n') {
        let with_newline;
        let whole = if line.ends_with('\n') {
            line
        } else {
            with_newline = format!("{line}\n");
            &with_newline
        };
        let mut done = 0;
        for (offset, change) in state.parse_line(whole, &SYNTAXES).ok()? {
            let offset = offset.min(line.len());
            push(&mut pieces, token(&stack), &line[done..offset]);
            done = offset;
            stack.apply(&change).ok()?;
        }
        push(&mut pieces, token(&stack), &line[done..]);
    }
    Some(pieces)
}

fn push<'a>(pieces: &mut Vec<(Option<Token>, &'a str)>, token: Option<Token>, text: &'a str) {
    if !text.is_empty() {
        pieces.push((token, text));
    }
}

/// What the innermost scope that says something says.
fn token(stack: &ScopeStack) -> Option<Token> {
    stack
        .as_slice()
        .iter()
        .rev()
        .find_map(|scope| RULES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, token)| *token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_the_whole_code() {
        for (language, code) in [
            ("bash", "# say\necho \"$HOME\" | grep -c x\n"),
            ("yaml", "a: 1\nb:\n  - \"c\""),
            ("sql", "SELECT 1 FROM t WHERE a = 'b';"),
            ("json", "{\"a\": [1, true]}"),
            ("rust", "fn main() {}"),
        ] {
            let pieces = highlight(language, code).expect(language);
            assert_eq!(pieces.iter().map(|(_, text)| *text).collect::<String>(), code);
            assert!(pieces.iter().any(|(token, _)| token.is_some()), "{language}: {pieces:?}");
        }
    }

    #[test]
    fn comments_and_strings_are_told_apart() {
        let pieces = highlight("bash", "# no\necho 'yes'").unwrap();
        let kind = |part: &str| pieces.iter().find(|(_, text)| text.contains(part)).and_then(|(token, _)| *token);
        assert_eq!((kind("no"), kind("yes")), (Some(Token::Comment), Some(Token::Text)));
    }

    #[test]
    fn unknown_languages_stay_plain() {
        assert_eq!(highlight("no-such-language", "x"), None);
        assert_eq!(highlight("text", "x"), None);
    }
}
