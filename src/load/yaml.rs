//! YAML to the spanned tree: the only file that knows the YAML crate.
//!
//! Works on the parser's events rather than through its `Deserialize`, because events keep what was
//! written: the style of a scalar, the place of every key and collection, the first of two equal keys.
//! Everything that a file could blow up is bounded: size, depth, nodes and text, aliases included.

mod entries;
mod explain;
mod scalar;
#[cfg(test)]
mod tests;

use super::INVALID_YAML;
use crate::finding::Finding;
use crate::model::node::{Key, Node, Value, shorten};
use crate::source::{FileId, Span};
use entries::{Entries, KeyKind};
use serde_yaml::granit_parser::{self as granit, ErrorKind, Event, ScalarStyle, StructureStyle, Tag};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// The longest YAML that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// How deep lists and mappings may be nested.
const MAX_DEPTH: usize = 32;
/// How many values a file may have once its aliases are expanded.
const MAX_NODES: usize = 100_000;
/// How many bytes of text a file may have once its aliases are expanded.
const MAX_TEXT: usize = 8 << 20;

/// Reads YAML 1.2 into a tree. `base` is the offset of `text` in its file, for YAML inside another
/// text. What is wrong goes into `findings`; `None` if there is no tree at all. No content is `Null`.
pub(super) fn parse(text: &str, file: FileId, base: usize, findings: &mut Vec<Finding>) -> Option<Node> {
    if text.len() > MAX_BYTES {
        findings.push(
            Finding::error(INVALID_YAML, "this is more YAML than is read at once, 1 MiB")
                .at(Span::new(file, base, base), "too long")
                .help("put long texts into Markdown files under `docs/`"),
        );
        return None;
    }
    if let Some((at, odd)) = first_invisible(text) {
        findings.push(
            Finding::error(INVALID_YAML, format!("the control character `{}` has no place here", odd.escape_default()))
                .at(Span::new(file, base + at, base + at + odd.len_utf8()), "an invisible character")
                .help("delete the character; most editors can show invisible ones"),
        );
        return None;
    }
    let options = granit::options! { emit_comments: false, emit_unresolved_aliases: true };
    let parser = granit::Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { text, file, base, parser, anchors: BTreeMap::new(), spent: Cost::default(), findings };
    match builder.document() {
        Ok(node) => Some(node),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

/// The first character that no editor shows. Texts without a byte of one, next to all, are looked at by bytes alone.
fn first_invisible(text: &str) -> Option<(usize, char)> {
    // Those behind ASCII are two bytes long, and begin with this one.
    const BEHIND_ASCII: u8 = 0xc2;
    let may_begin_one =
        |byte: u8| (byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t')) || byte == BEHIND_ASCII;
    if !text.bytes().any(may_begin_one) {
        return None;
    }
    text.char_indices().find(|(_, c)| is_invisible(*c))
}

fn is_invisible(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{85}')
}

/// The finding after which the rest of a file cannot be read.
type Stop = Box<Finding>;

/// What a tree takes.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    nodes: usize,
    bytes: usize,
    height: usize,
}

impl Cost {
    fn add(&mut self, other: Self) {
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

/// Bytes of the text that an event covers, and of the tag before it.
struct Place {
    range: Range<usize>,
    tag: Range<usize>,
}

struct Builder<'text, 'out> {
    text: &'text str,
    file: FileId,
    base: usize,
    parser: granit::Parser<'text, granit::StrInput<'text>>,
    /// The values that aliases stand for; one that is still being read is not among them.
    anchors: BTreeMap<usize, (Node, Cost)>,
    spent: Cost,
    findings: &'out mut Vec<Finding>,
}

impl<'text> Builder<'text, '_> {
    fn document(&mut self) -> Result<Node, Stop> {
        let (event, place) = loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd, _) => return Ok(Node { value: Value::Null, span: self.span(&(0..0)) }),
                other => break other,
            }
        };
        let (node, _) = self.node(event, &place, 1)?;
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(node),
                (Event::DocumentStart(..), place) => {
                    let finding = Finding::error(INVALID_YAML, "a second YAML document begins here; only one is read");
                    self.report(
                        finding
                            .at(self.span(&place.range), "not read from here on")
                            .help("remove the line with `---`, or put what follows into a file of its own"),
                    );
                    return Ok(node);
                }
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'text>, Place), Stop> {
        match self.parser.next_event() {
            None => Ok((Event::StreamEnd, Place { range: self.text.len()..self.text.len(), tag: 0..0 })),
            Some(Ok((event, span))) => {
                let range = self.clamp(span.byte_range().unwrap_or_default());
                let tag = span.tag_span().and_then(|tag| tag.byte_range()).unwrap_or_default();
                Ok((event, Place { range, tag: self.clamp(tag) }))
            }
            Some(Err(error)) => {
                let at = error.marker().byte_offset().unwrap_or(self.text.len());
                let (range, finding) = explain::explain(error.kind(), self.text, at);
                Err(Box::new(finding(self.span(&self.clamp(range)))))
            }
        }
    }

    /// Cuts a range to the text and the white space off its end.
    fn clamp(&self, range: Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(range.start.min(self.text.len()));
        let end = self.text.floor_char_boundary(range.end.min(self.text.len())).max(start);
        start..start + self.text[start..end].trim_end().len()
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start, self.base + range.end)
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn node(&mut self, event: Event<'text>, place: &Place, depth: usize) -> Result<(Node, Cost), Stop> {
        let (anchor, node, cost) = match event {
            Event::Scalar(value, style, anchor, tag) => {
                let cost = Cost { nodes: 1, bytes: value.len(), height: 0 };
                self.spend(cost, place)?;
                let value = self.scalar(value.as_ref(), style, tag.as_deref(), place);
                (anchor, Node { value, span: self.span(&place.range) }, cost)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(tag.as_deref(), place, depth)?;
                let (node, cost) = self.list(style, place, depth)?;
                (anchor, node, cost)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.open(tag.as_deref(), place, depth)?;
                let (node, cost) = self.mapping(style, place, depth)?;
                (anchor, node, cost)
            }
            Event::Alias(id) => return self.alias(id, place, depth),
            _ => {
                let name = self.text[place.range.clone()].to_owned();
                let finding = Finding::error(INVALID_YAML, format!("`{}` stands for nothing", shorten(&name)));
                self.report(finding.at(self.span(&place.range), "no anchor of this name before").help(format!(
                    "mark the value that is meant with `&{0}`, or put `*{0}` in quotes if it is a text",
                    shorten(name.trim_start_matches('*'))
                )));
                return Ok((Node { value: Value::Null, span: self.span(&place.range) }, Cost::default()));
            }
        };
        if anchor > 0 {
            self.spend(cost, place)?;
            self.anchors.insert(anchor, (node.clone(), cost));
        }
        Ok((node, cost))
    }

    /// What opening a list or mapping costs and forbids.
    fn open(&mut self, tag: Option<&Tag>, place: &Place, depth: usize) -> Result<(), Stop> {
        self.check_tag(tag, place);
        self.check_depth(depth, place)?;
        self.spend(Cost { nodes: 1, ..Cost::default() }, place)
    }

    fn check_depth(&self, depth: usize, place: &Place) -> Result<(), Stop> {
        if depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(Box::new(
            Finding::error(INVALID_YAML, format!("lists and mappings are nested more than {MAX_DEPTH} deep"))
                .at(self.span(&place.range), "too deep")
                .help("no key of ours lies as deep as that; look for a bracket too many"),
        ))
    }

    fn spend(&mut self, cost: Cost, place: &Place) -> Result<(), Stop> {
        self.spent.add(cost);
        if self.spent.nodes <= MAX_NODES && self.spent.bytes <= MAX_TEXT {
            return Ok(());
        }
        Err(Box::new(
            Finding::error(INVALID_YAML, format!("this file stands for more than {MAX_NODES} values or 8 MiB of text"))
                .at(self.span(&place.range), "too much from here on")
                .help("aliases (`*name`) and merge keys (`<<`) count with all that they stand for; use fewer"),
        ))
    }

    fn list(&mut self, style: StructureStyle, place: &Place, depth: usize) -> Result<(Node, Cost), Stop> {
        let (mut nodes, mut cost, mut end) = (Vec::new(), Cost { nodes: 1, ..Cost::default() }, place.range.end);
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                end = if style == StructureStyle::Flow { at.range.end } else { end };
                break;
            }
            end = end.max(at.range.end);
            let (node, inner) = self.node(event, &at, depth + 1)?;
            end = end.max(self.end_of(&node));
            cost.add(inner);
            cost.height = cost.height.max(inner.height);
            nodes.push(node);
        }
        cost.height += 1;
        Ok((Node { value: Value::List(nodes), span: self.span(&(place.range.start..end)) }, cost))
    }

    fn mapping(&mut self, style: StructureStyle, place: &Place, depth: usize) -> Result<(Node, Cost), Stop> {
        let mut entries = Entries::default();
        let (mut cost, mut end) = (Cost { nodes: 1, ..Cost::default() }, place.range.end);
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                end = if style == StructureStyle::Flow { at.range.end } else { end };
                break;
            }
            let (key, spent) = self.key(event, &at, depth)?;
            cost.add(spent);
            let (event, mut value_at) = self.next()?;
            if value_at.range.is_empty() && matches!(event, Event::Scalar(..)) {
                // Nothing was written: the key is the nearest place that can be shown.
                value_at.range = at.range.clone();
            }
            let (value, inner) = self.node(event, &value_at, depth + 1)?;
            end = end.max(at.range.end).max(self.end_of(&value));
            cost.add(inner);
            cost.height = cost.height.max(inner.height);
            self.findings.extend(entries.add(key, value));
        }
        cost.height += 1;
        let value = Value::Map(entries.merged());
        Ok((Node { value, span: self.span(&(place.range.start..end)) }, cost))
    }

    /// Where a node ends in the text that is read.
    fn end_of(&self, node: &Node) -> usize {
        node.span.range().end.saturating_sub(self.base)
    }

    fn key(&mut self, event: Event<'text>, at: &Place, depth: usize) -> Result<(KeyKind, Cost), Stop> {
        let name = match &event {
            Event::Scalar(name, ScalarStyle::Plain, ..) if name == "<<" => {
                return Ok((KeyKind::Merge, Cost::default()));
            }
            Event::Scalar(name, ..) if !at.range.is_empty() => Some(name.clone()),
            _ => None,
        };
        let (node, cost) = self.node(event, at, depth + 1)?;
        let span = node.span;
        // A text is what was written; `true` and the like are words here too.
        let name = match node.value {
            Value::Text(name) | Value::Number(name) => Some(name),
            _ => name.map(Cow::into_owned),
        };
        if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
            return Ok((KeyKind::Named(Key { name, span }), cost));
        }
        self.report(
            Finding::error(INVALID_YAML, "a key must be a word")
                .at(span, "not a word")
                .help("write `key: value`; a value that begins with `{`, `[` or `? ` and is a text belongs in quotes"),
        );
        Ok((KeyKind::Invalid, cost))
    }

    fn alias(&mut self, id: usize, place: &Place, depth: usize) -> Result<(Node, Cost), Stop> {
        let span = self.span(&place.range);
        let Some(cost) = self.anchors.get(&id).map(|(_, cost)| *cost) else {
            let finding = Finding::error(INVALID_YAML, "this alias stands for something that it is itself a part of");
            self.report(finding.at(span, "leads back to itself").help("write the value out instead of `*name`"));
            return Ok((Node { value: Value::Null, span }, Cost::default()));
        };
        self.check_depth(depth + cost.height.saturating_sub(1), place)?;
        // Only what the budget allows is copied.
        self.spend(cost, place)?;
        let value = self.anchors.get(&id).map_or(Value::Null, |(node, _)| node.value.clone());
        Ok((Node { value, span }, cost))
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, place: &Place) -> Value {
        self.check_tag(tag, place);
        let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str") || tag.original() == "!");
        if is_text || style != ScalarStyle::Plain { Value::Text(value.to_owned()) } else { scalar::resolve(value) }
    }

    /// Reports a tag that means more than the types that YAML itself has.
    fn check_tag(&mut self, tag: Option<&Tag>, place: &Place) {
        let Some(tag) = tag.filter(|tag| tag.is_custom() && tag.original() != "!") else { return };
        let at = if place.tag.is_empty() { &place.range } else { &place.tag };
        let finding =
            Finding::error(INVALID_YAML, format!("the tag `{}` means nothing here", shorten(&tag.original())));
        self.report(
            finding
                .at(self.span(at), "not known")
                .help("remove the tag; if the value is a text that begins with `!`, put it in quotes"),
        );
    }
}
