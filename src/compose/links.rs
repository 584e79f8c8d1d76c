//! Links and images: from what was written to where it leads.

use super::anchors::Maps;
use crate::finding::suggestion;
use crate::model::document::Document;
use crate::model::loaded::{Loaded, resolve_path};
use crate::model::text::{
    Block, BlockKind, Inline, InlineKind, Target, map_some_inlines, walk_blocks, walk_blocks_mut, walk_inlines,
};
use crate::source::{FileId, Span};
use std::collections::BTreeSet;

/// Resolves the links and images of one document.
pub(super) fn resolve_document(document: &mut Document, maps: &Maps, loaded: &Loaded) {
    let kind = document.kind.clone();
    let resolver = Resolver { maps, loaded, kind: &kind };
    resolver.blocks(&mut document.blocks);
    for note in &mut document.footnotes {
        resolver.blocks(&mut note.blocks);
    }
}

/// Notes which files a document shows or links to, with the digests of what they hold.
pub(super) fn remember_files(document: &mut Document, loaded: &Loaded) {
    let mut paths: BTreeSet<String> = BTreeSet::new();
    let mut add = |target: &Target| {
        if let Target::File(path) = target {
            paths.insert(path.clone());
        }
    };
    for blocks in document.texts() {
        walk_inlines(blocks, &mut |inline| match &inline.kind {
            InlineKind::Link(link) => add(&link.target),
            InlineKind::Image(image) => add(&image.target),
            _ => {}
        });
        walk_blocks(blocks, &mut |block| {
            if let BlockKind::Figure(image) = &block.kind {
                add(&image.target);
            }
        });
    }
    let digest = |path: String| loaded.digests.get(&path).cloned().map(|digest| (path, digest));
    document.shown = paths.into_iter().filter_map(digest).collect();
}

struct Resolver<'a> {
    maps: &'a Maps,
    loaded: &'a Loaded,
    kind: &'a str,
}

impl Resolver<'_> {
    fn blocks(&self, blocks: &mut [Block]) {
        let leads = |inline: &Inline| matches!(inline.kind, InlineKind::Link(_) | InlineKind::Image(_));
        map_some_inlines(blocks, &leads, &mut |inline| {
            let span = inline.span;
            match &mut inline.kind {
                InlineKind::Link(link) => {
                    self.link(&mut link.target, span);
                    if link.content.is_empty()
                        && let Some(name) = self.name(&link.target)
                    {
                        link.content.push(Inline { kind: InlineKind::Text(name), span });
                    }
                }
                InlineKind::Image(image) => self.image(&mut image.target, span),
                _ => {}
            }
        });
        self.figures(blocks);
    }

    fn figures(&self, blocks: &mut [Block]) {
        walk_blocks_mut(blocks, &mut |block| {
            let span = block.span;
            if let BlockKind::Figure(image) = &mut block.kind {
                self.image(&mut image.target, span);
            }
        });
    }

    /// The words of a link that has none of its own: what it leads to.
    fn name(&self, target: &Target) -> Option<String> {
        match target {
            Target::External(url) => Some(url.trim_start_matches("mailto:").to_owned()),
            Target::File(path) => path.rsplit('/').next().map(str::to_owned),
            Target::Broken { written, .. } => Some(written.clone()),
            Target::Document { kind, anchor: None } => self.maps.titles.get(kind).cloned(),
            Target::Document { kind, anchor: Some(anchor) } => {
                let place = self.maps.names.get(kind)?.get(anchor)?;
                if kind == self.kind {
                    return Some(place.clone());
                }
                let pattern = self.loaded.words.get("reference_elsewhere").replace("{place}", place);
                Some(pattern.replace("{document}", self.maps.titles.get(kind)?))
            }
            Target::Written(_) => None,
        }
        .filter(|name| !name.trim().is_empty())
    }

    fn link(&self, target: &mut Target, span: Option<Span>) {
        let Target::Written(written) = &*target else { return };
        let written = written.clone();
        if span.is_none() && self.is_absent(&written) {
            return;
        }
        let resolved = if written.trim().is_empty() {
            Err((NO_TARGET.to_owned(), None))
        } else if has_scheme(&written) {
            Ok(Target::External(written.clone()))
        } else if let Some(anchor) = written.strip_prefix('#') {
            self.anchor(self.kind, span.map(|span| span.file), anchor)
        } else {
            self.local(&written, span)
        };
        *target = resolved.unwrap_or_else(|(why, near)| Target::Broken { written, why, near });
    }

    /// Whether a template points to a document that this release does not have: its words stay, and
    /// that the document is missing is told elsewhere.
    fn is_absent(&self, written: &str) -> bool {
        let kind = written.strip_suffix(".md");
        kind.is_some_and(|kind| !kind.contains('/') && !self.maps.anchors.contains_key(kind))
    }

    /// A path, with or without an anchor.
    fn local(&self, written: &str, span: Option<Span>) -> Result<Target, Trouble> {
        let (path, anchor) = written.split_once('#').map_or((written, None), |(path, anchor)| (path, Some(anchor)));
        let base = self.base(span);
        let path = percent_decoded(path.split('?').next().unwrap_or_default());
        let Some(path) = resolve_path(base, &path) else {
            return Err(("it leads out of the project".into(), None));
        };
        let Some(kind) = self.document_at(&path) else {
            if self.loaded.files.contains(&path) {
                return Ok(Target::File(path));
            }
            return Err((format!("there is no `{path}`"), self.near_path(&path)));
        };
        let file = self.loaded.sources.find(&path);
        match anchor.filter(|anchor| !anchor.is_empty()) {
            Some(anchor) => self.anchor(kind, file, anchor),
            None => Ok(self.start_of(kind, &path, file)),
        }
    }

    /// The file that a link was written in; templates link as if they stood in `docs/`.
    fn base(&self, span: Option<Span>) -> &str {
        span.map_or("docs/template.md", |span| self.loaded.sources.path(span.file))
    }

    /// The document that a path means: that of the fragment there, or the one of that name.
    fn document_at(&self, path: &str) -> Option<&str> {
        let of_fragment = self.maps.fragments.get(path);
        let by_name = || {
            let name = path.strip_prefix("docs/")?.trim_end_matches('/');
            let name = name.strip_suffix(".md").unwrap_or(name);
            self.maps.anchors.get_key_value(name).map(|(kind, _)| kind)
        };
        of_fragment.or_else(by_name).map(String::as_str)
    }

    /// The place where a fragment begins in its document.
    fn start_of(&self, kind: &str, path: &str, file: Option<FileId>) -> Target {
        let fragments = &self.loaded.fragments;
        let first = fragments.partition_point(|fragment| fragment.path.as_str() < path);
        let mut same = fragments[first..].iter().take_while(|fragment| fragment.path == path);
        let fragment = same.find(|fragment| Some(fragment.file) == file);
        let anchor = fragment.filter(|fragment| !fragment.whole).and_then(|fragment| {
            let first = fragment.blocks.iter().find_map(|block| match &block.kind {
                BlockKind::Heading(heading) => Some(super::anchors::own_id(heading)),
                _ => None,
            })?;
            self.maps.local.get(&(fragment.file, first)).cloned()
        });
        Target::Document { kind: kind.to_owned(), anchor }
    }

    /// An anchor: first as the author of the file sees it, then as the document has it.
    fn anchor(&self, kind: &str, file: Option<FileId>, anchor: &str) -> Result<Target, Trouble> {
        let anchor = percent_decoded(anchor);
        let local = file.and_then(|file| self.maps.local.get(&(file, anchor.clone())));
        let anchors = self.maps.anchors.get(kind);
        let known = local.or_else(|| anchors.and_then(|anchors| anchors.get(&anchor)));
        if let Some(id) = known {
            Ok(Target::Document { kind: kind.to_owned(), anchor: Some(id.clone()) })
        } else {
            let empty = BTreeSet::new();
            let near = suggestion(&anchor, anchors.unwrap_or(&empty).iter().map(String::as_str));
            Err((
                format!("the document `{kind}` has no heading, figure or table with the anchor `{anchor}`"),
                near.map(|near| format!("#{near}")),
            ))
        }
    }

    fn near_path(&self, path: &str) -> Option<String> {
        let kinds = self.maps.anchors.keys().map(|kind| format!("docs/{kind}.md"));
        let known: BTreeSet<String> =
            kinds.chain(self.maps.fragments.keys().cloned()).chain(self.loaded.files.iter().cloned()).collect();
        suggestion(path, known.iter().map(String::as_str)).map(str::to_owned)
    }

    fn image(&self, target: &mut Target, span: Option<Span>) {
        let Target::Written(written) = &*target else { return };
        let written = written.clone();
        let resolved = if written.trim().is_empty() {
            Err((NO_TARGET.to_owned(), None))
        } else if has_scheme(&written) {
            Err(("it is not part of the project: the bundle must work offline".to_owned(), None))
        } else {
            match resolve_path(self.base(span), &percent_decoded(&written)) {
                Some(path) if self.loaded.files.contains(&path) => Ok(Target::File(path)),
                Some(path) => Err((format!("there is no `{path}`"), self.near_path(&path))),
                None => Err(("it leads out of the project".to_owned(), None)),
            }
        };
        *target = resolved.unwrap_or_else(|(why, near)| Target::Broken { written, why, near });
    }
}

/// Why a link leads nowhere that names nothing.
const NO_TARGET: &str = "it names no target";

/// Why a link leads nowhere, and what may have been meant.
type Trouble = (String, Option<String>);

/// Whether a link begins with a scheme (RFC 3986, section 3.1) or is a network path.
fn has_scheme(written: &str) -> bool {
    let scheme =
        written.split(['/', '?', '#']).next().and_then(|start| start.split_once(':')).map(|(scheme, _)| scheme);
    written.starts_with("//")
        || scheme.is_some_and(|scheme| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        })
}

/// A path with its `%20` and the like as characters.
fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_told_from_paths() {
        for external in ["https://a.example", "mailto:a@b.example", "tel:+49", "//cdn.example/x"] {
            assert!(has_scheme(external), "{external}");
        }
        for local in ["logs.md", "../a.md#b:c", "#x", "a/b:c.md", ""] {
            assert!(!has_scheme(local), "{local}");
        }
    }
}
