//! Addresses that stand bare in a text become links, as GitHub does it.

use crate::model::text::{Inline, InlineKind, Link, Target};
use crate::source::Span;
use regex::Regex;
use std::sync::LazyLock;

static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:https?://|www\.)[^\s<]+|[a-z0-9._+-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)+").ok());

/// A line whose bare addresses are links.
pub(super) fn linked(line: Vec<Inline>) -> Vec<Inline> {
    if !has_one(&line) {
        return line;
    }
    let mut out = Vec::with_capacity(line.len());
    for mut inline in line {
        match &mut inline.kind {
            InlineKind::Text(text) if may_hold_one(text) => {
                let text = std::mem::take(text);
                split(&text, inline.span, &mut out);
                continue;
            }
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Strikethrough(inner)
            | InlineKind::Styled(_, inner) => *inner = linked(std::mem::take(inner)),
            _ => {}
        }
        out.push(inline);
    }
    out
}

/// Whether some text of a line may hold an address: nearly no line has one.
fn has_one(line: &[Inline]) -> bool {
    line.iter().any(|inline| match &inline.kind {
        InlineKind::Text(text) => may_hold_one(text),
        InlineKind::Emphasis(inner)
        | InlineKind::Strong(inner)
        | InlineKind::Strikethrough(inner)
        | InlineKind::Styled(_, inner) => has_one(inner),
        _ => false,
    })
}

fn may_hold_one(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b'@', b':', b'.', bytes).any(|at| match bytes[at] {
        b'@' => true,
        b':' => bytes[at..].starts_with(b"://"),
        _ => at.checked_sub(3).is_some_and(|start| bytes[start..at].eq_ignore_ascii_case(b"www")),
    })
}

fn split(text: &str, span: Option<Span>, out: &mut Vec<Inline>) {
    let mut push = |kind, from: usize, to: usize| out.push(Inline { kind, span: part(span, text, from, to) });
    let mut at = 0;
    for found in ADDRESS.iter().flat_map(|address| address.find_iter(text)) {
        let start = found.start();
        let before = text[..start].chars().next_back();
        let fits = before.is_none_or(|c| {
            c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(' | '[' | '"' | '“' | '„' | '«' | '\u{a0}')
        });
        let Some((length, target)) = target(found.as_str()).filter(|_| fits && start >= at) else { continue };
        let end = start + length;
        if start > at {
            push(InlineKind::Text(text[at..start].to_owned()), at, start);
        }
        let inner = part(span, text, start, end);
        let content = vec![Inline { kind: InlineKind::Text(text[start..end].to_owned()), span: inner }];
        let link = Link { target: Target::Written(target), title: String::new(), content };
        push(InlineKind::Link(Box::new(link)), start, end);
        at = end;
    }
    if at < text.len() {
        push(InlineKind::Text(text[at..].to_owned()), at, text.len());
    }
}

/// The place of a part of a text; the whole one where the text is not what was written, letter by letter.
fn part(span: Option<Span>, text: &str, from: usize, to: usize) -> Option<Span> {
    let span = span?;
    if (span.end - span.start) as usize != text.len() {
        return Some(span);
    }
    let offset = |at: usize| span.start + u32::try_from(at).unwrap_or(0);
    Some(Span { start: offset(from), end: offset(to), ..span })
}

/// How much of what was found is the address, and where it leads.
fn target(found: &str) -> Option<(usize, String)> {
    let is_web = found.contains("://") || found.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
    let mut address = found;
    loop {
        let shorter =
            address.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', '”', '’', '“', '»', ']']);
        let closes = shorter.matches(')').count() > shorter.matches('(').count();
        let shorter = if closes { shorter.strip_suffix(')').unwrap_or(shorter) } else { shorter };
        // An entity at the end is not part of the address.
        let shorter = match shorter.strip_suffix(';').and_then(|rest| rest.rfind('&').map(|at| (rest, at))) {
            Some((rest, at)) if rest[at + 1..].chars().all(char::is_alphanumeric) => &shorter[..at],
            _ => shorter,
        };
        if shorter.len() == address.len() {
            break;
        }
        address = shorter;
    }
    if !is_web {
        let ends_well = !address.ends_with(['-', '_']);
        return ends_well.then(|| (address.len(), format!("mailto:{address}")));
    }
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_local = host.eq_ignore_ascii_case("localhost");
    if !(host.contains('.') || is_local) || host.starts_with('.') || host.len() < 3 {
        return None;
    }
    let target = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    Some((address.len(), target))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<String> {
        let line = vec![Inline { kind: InlineKind::Text(text.to_owned()), span: None }];
        let linked = linked(line);
        assert_eq!(crate::model::text::plain(&linked), text);
        let target = |inline: &Inline| match &inline.kind {
            InlineKind::Link(link) => match &link.target {
                Target::Written(target) => Some(target.clone()),
                _ => None,
            },
            _ => None,
        };
        linked.iter().filter_map(target).collect()
    }

    #[test]
    fn bare_addresses_are_links() {
        assert_eq!(links("see www.a.example/help."), ["http://www.a.example/help"]);
        assert_eq!(links("(https://a.example/x_(y)), and"), ["https://a.example/x_(y)"]);
        assert_eq!(links("http://a.example?q=1&copy;"), ["http://a.example?q=1"]);
        assert_eq!(links("write to foo+x@bar.example."), ["mailto:foo+x@bar.example"]);
        assert_eq!(
            links("https://a.example and http://localhost:8080/x"),
            ["https://a.example", "http://localhost:8080/x"]
        );
    }

    #[test]
    fn what_is_no_address_stays_text() {
        for text in ["a@b", "xhttps://a.example", "https://", "www.", "@name", "a.b-c_d@a.b-", "git@"] {
            assert!(links(text).is_empty(), "{text}");
        }
    }
}
