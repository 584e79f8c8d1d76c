//! Words of a line: how a line is taken apart, and which words differ between two lines.

use crate::model::difference::{Fate, Piece};
use crate::model::text::{Image, Inline, InlineKind, Target};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A word, a space or a sign, with what it looks like and where it leads: two words are equal only if all
/// of that is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Token {
    /// What is read.
    pub(super) text: String,
    /// Whether it is code.
    pub(super) code: bool,
    /// Emphasis, target of the link, and the like.
    pub(super) context: String,
}

impl Token {
    /// A sign that stands for something that is no word.
    pub(super) fn sign(text: &str) -> Self {
        Self { text: text.to_owned(), code: false, context: String::new() }
    }

    fn is_word(&self) -> bool {
        self.text.chars().any(char::is_alphanumeric)
    }
}

/// The words of a line.
pub(super) fn line(line: &[Inline]) -> Vec<Token> {
    let mut tokens = Vec::new();
    inlines(line, "", &mut tokens);
    tokens
}

/// The words of a text, all with the same context.
pub(super) fn text(text: &str, code: bool, context: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    push(text, code, context, &mut tokens);
    tokens
}

/// What an image is: where it is, what it shows, its caption.
pub(super) fn image(image: &Image) -> Vec<Token> {
    let context = format!("image {}", target(&image.target));
    let mut tokens = text(if image.alt.is_empty() { "–" } else { &image.alt }, false, &context);
    if !image.title.is_empty() {
        tokens.push(Token::sign(" "));
        tokens.extend(text(&image.title, false, "caption"));
    }
    tokens
}

fn inlines(line: &[Inline], context: &str, out: &mut Vec<Token>) {
    let within = |name: &str| if context.is_empty() { name.to_owned() } else { format!("{context}, {name}") };
    for inline in line {
        match &inline.kind {
            InlineKind::Text(text) => push(text, false, context, out),
            InlineKind::Code(text) => push(text, true, context, out),
            InlineKind::Emphasis(inner) => inlines(inner, &within("emphasis"), out),
            InlineKind::Strong(inner) => inlines(inner, &within("strong"), out),
            InlineKind::Strikethrough(inner) => inlines(inner, &within("struck out"), out),
            InlineKind::Styled(style, inner) => inlines(inner, &within(style.element()), out),
            InlineKind::Math(math) => push(&math.latex, true, &within("formula"), out),
            InlineKind::Link(link) => inlines(&link.content, &within(&target(&link.target)), out),
            InlineKind::Image(picture) => out.extend(image(picture)),
            InlineKind::SoftBreak | InlineKind::HardBreak => push(" ", false, "", out),
            InlineKind::Footnote(label) => {
                out.push(Token { text: format!("[^{label}]"), code: false, context: context.to_owned() });
            }
            InlineKind::Html(_) => {}
        }
    }
}

fn target(target: &Target) -> String {
    match target {
        Target::Written(to) | Target::External(to) | Target::File(to) | Target::Broken { written: to, .. } => {
            to.clone()
        }
        Target::Document { kind, anchor: Some(anchor) } => format!("{kind}.md#{anchor}"),
        Target::Document { kind, anchor: None } => format!("{kind}.md"),
    }
}

/// Takes a text apart: letters and digits belong together, spaces are one space, every other sign stands
/// for itself. Spaces have no context, so that a link that grows by a word is one change.
fn push(text: &str, code: bool, context: &str, out: &mut Vec<Token>) {
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut Vec<Token>| {
        if !word.is_empty() {
            out.push(Token { text: std::mem::take(word), code, context: context.to_owned() });
        }
    };
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        flush(&mut word, out);
        if c.is_whitespace() {
            if out.last().is_none_or(|last| last.text != " ") {
                out.push(Token { text: " ".into(), code, context: String::new() });
            }
        } else {
            out.push(Token { text: c.to_string(), code, context: context.to_owned() });
        }
    }
    flush(&mut word, out);
}

/// A stretch of two lines that is the same in both, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    same: bool,
    old: (usize, usize),
    new: (usize, usize),
}

/// The words of two lines put together, and how many stretches differ.
pub(super) fn compare(old: &[Token], new: &[Token]) -> (Vec<Piece>, usize) {
    let stretches = joined(stretches(old, new), old, new);
    let marks = stretches.iter().filter(|stretch| !stretch.same).count();
    let mut pieces = Vec::new();
    for stretch in &stretches {
        let (before, after) = (&old[stretch.old.0..stretch.old.1], &new[stretch.new.0..stretch.new.1]);
        if stretch.same {
            pieces.extend(self::pieces(after, None, false));
        } else {
            // Where the words are the same, what is behind them differs, and is shown.
            let told = read(before) == read(after);
            pieces.extend(self::pieces(before, Some(Fate::Removed), told));
            pieces.extend(self::pieces(after, Some(Fate::Added), told));
        }
    }
    (pieces, marks)
}

/// The words as pieces of one fate: code apart from text; with what is behind them if that is wanted.
pub(super) fn pieces(tokens: &[Token], fate: Option<Fate>, with_context: bool) -> Vec<Piece> {
    let runs = tokens.chunk_by(|a, b| a.code == b.code);
    let mut pieces: Vec<Piece> = runs.map(|run| Piece { fate, text: read(run), code: run[0].code }).collect();
    if with_context && let Some(last) = pieces.last_mut() {
        let context = tokens.iter().map(|token| token.context.as_str()).find(|context| !context.is_empty());
        let text = format!(" ({})", context.unwrap_or("plain"));
        if last.code {
            pieces.push(Piece { fate, text, code: false });
        } else {
            last.text.push_str(&text);
        }
    }
    pieces
}

/// The words as they are read.
pub(super) fn read(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

fn stretches(old: &[Token], new: &[Token]) -> Vec<Stretch> {
    let stretch = |op: DiffOp| {
        let (old, new) = (op.old_range(), op.new_range());
        Stretch { same: matches!(op, DiffOp::Equal { .. }), old: (old.start, old.end), new: (new.start, new.end) }
    };
    capture_diff_slices(Algorithm::Myers, old, new).into_iter().map(stretch).collect()
}

/// Joins changes between which less stayed than changed on either side: a sentence that was replaced is
/// one change, even if both have an "and".
fn joined(stretches: Vec<Stretch>, old: &[Token], new: &[Token]) -> Vec<Stretch> {
    let mut stretches = merged(stretches);
    loop {
        let weight = |stretch: &Stretch| {
            let letters = |tokens: &[Token]| tokens.iter().map(|token| token.text.chars().count()).sum::<usize>();
            letters(&old[stretch.old.0..stretch.old.1]).max(letters(&new[stretch.new.0..stretch.new.1]))
        };
        let words =
            |stretch: &Stretch| new[stretch.new.0..stretch.new.1].iter().filter(|token| token.is_word()).count();
        let joins = |three: &[Stretch]| {
            let kept = &three[1];
            kept.same && {
                let (before, between, after) = (weight(&three[0]), weight(kept), weight(&three[2]));
                words(kept) == 0 || between <= before && between <= after
            }
        };
        let Some(at) = stretches.windows(3).position(joins) else { return stretches };
        let (first, last) = (stretches[at], stretches[at + 2]);
        let whole = Stretch { same: false, old: (first.old.0, last.old.1), new: (first.new.0, last.new.1) };
        stretches.splice(at..at + 3, [whole]);
    }
}

/// Neighbours of one kind become one.
fn merged(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut merged: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for next in stretches {
        match merged.last_mut().filter(|last| last.same == next.same) {
            Some(last) => (last.old.1, last.new.1) = (next.old.1, next.new.1),
            None => merged.push(next),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Token> {
        super::text(text, false, "")
    }

    fn shown(old: &str, new: &str) -> (String, usize) {
        let (pieces, marks) = compare(&words(old), &words(new));
        let shown = pieces.iter().map(|piece| match piece.fate {
            None => piece.text.clone(),
            Some(fate) => format!("[{}{}]", fate.sign(), piece.text),
        });
        (shown.collect(), marks)
    }

    #[test]
    fn equal_lines_have_no_mark() {
        assert_eq!(shown("Restart the worker.", "Restart  the\nworker."), ("Restart the worker.".into(), 0));
    }

    #[test]
    fn a_word_that_changed_is_one_mark() {
        assert_eq!(shown("It takes 4 minutes.", "It takes 9 minutes."), ("It takes [−4][+9] minutes.".into(), 1));
        assert_eq!(shown("Stop it.", "Never stop it."), ("[−Stop][+Never stop] it.".into(), 1));
    }

    #[test]
    fn two_words_far_apart_are_two_marks() {
        let old = "The worker restarts within a minute, and the queue is empty by noon.";
        let new = "The worker stops within a minute, and the queue is empty by midnight.";
        assert_eq!(shown(old, new).1, 2);
    }

    #[test]
    fn a_sentence_that_was_replaced_is_one_mark() {
        let old = "Call the harbour office and wait for the answer.";
        let new = "Write to the supplier, and the desk calls back.";
        assert_eq!(shown(old, new).1, 1);
    }

    #[test]
    fn what_is_behind_a_word_is_shown_where_the_word_is_the_same() {
        let of = |context: &str| super::text("manual", false, context);
        let (pieces, marks) = compare(&of("a.md"), &of("b.md"));
        let texts: Vec<_> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!((texts, marks), (vec!["manual (a.md)", "manual (b.md)"], 1));
    }
}
