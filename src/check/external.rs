//! The external links of a project: every address of a page in the texts and in the project file.
//!
//! Knows where they stand; whether they are there is asked elsewhere.

use crate::model::fragment::Fragment;
use crate::model::loaded::Loaded;
use crate::model::node::{Node, Value};
use crate::model::text::{Block, BlockKind};
use crate::model::text::{InlineKind, Target, walk_blocks, walk_inlines};
use crate::source::Span;

/// The names that belong to nobody (RFC 2606): there is nobody to ask.
const RESERVED: [&str; 3] = ["example", "invalid", "test"];

/// Every link to a page of the web with its place, in the order of the texts; those to names that
/// belong to nobody are left out.
#[must_use]
pub fn links(loaded: &Loaded) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    loaded.fragments.iter().flat_map(Fragment::texts).for_each(|blocks| in_blocks(blocks, &mut found));
    loaded.tree.iter().for_each(|tree| in_values(tree, &mut found));
    found
}

fn in_blocks(blocks: &[Block], found: &mut Vec<(String, Span)>) {
    let mut add = |target: &Target, span: Option<Span>| {
        if let (Target::Written(url) | Target::External(url), Some(span)) = (target, span)
            && is_page(url)
        {
            found.push((url.clone(), span));
        }
    };
    walk_inlines(blocks, &mut |inline| match &inline.kind {
        InlineKind::Link(link) => add(&link.target, inline.span),
        InlineKind::Image(image) => add(&image.target, inline.span),
        _ => {}
    });
    walk_blocks(blocks, &mut |block| {
        if let BlockKind::Figure(image) = &block.kind {
            add(&image.target, block.span);
        }
    });
}

fn in_values(node: &Node, found: &mut Vec<(String, Span)>) {
    match &node.value {
        Value::Text(text) if is_page(text.trim()) => found.push((text.trim().to_owned(), node.span)),
        Value::List(nodes) => nodes.iter().for_each(|node| in_values(node, found)),
        Value::Map(fields) => fields.iter().for_each(|(_, node)| in_values(node, found)),
        _ => {}
    }
}

/// Whether a text is the address of a page that can be asked. One with a name and password in it is
/// nobody's to ask.
fn is_page(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    let top = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    !host.is_empty() && !authority.contains('@') && !text.contains(char::is_whitespace) && !RESERVED.contains(&top)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{Case, external};

    #[test]
    fn links_are_found_in_texts_and_in_the_project_file() {
        let mut case = Case::new();
        case.project_with("  repository: https://git.harbour.io/portal\n", "");
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A")
                .link("it", external("https://harbour.io/a#b"))
                .link("x", external("mailto:a@harbour.io"))
        });
        let urls: Vec<_> = links(&case.loaded).into_iter().map(|(url, _)| url).collect();
        assert_eq!(urls, ["https://harbour.io/a#b", "https://git.harbour.io/portal"]);
    }

    #[test]
    fn what_cannot_be_asked_is_left_out() {
        for text in
            ["https://portal.example/x", "https://a:b@harbour.io", "https://", "http://a b", "ftp://harbour.io", "/x"]
        {
            assert!(!is_page(text), "{text}");
        }
        assert!(is_page("http://127.0.0.1:8080/x"));
    }
}
