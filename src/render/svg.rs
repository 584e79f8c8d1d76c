//! SVG images without what could run, load or embed something else.
//!
//! Cuts what is unsafe out of the text and leaves the rest as it was written.

use roxmltree::{Attribute, Document, Node};
use std::ops::Range;

/// An SVG that is safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clean {
    /// The SVG.
    pub text: String,
    /// What was taken out of it, in words, each once.
    pub removed: Vec<String>,
}

/// Elements that are taken out with all they hold.
const ELEMENTS: [&str; 10] =
    ["script", "foreignObject", "iframe", "object", "embed", "audio", "video", "canvas", "handler", "listener"];
/// How often the text is cleaned again, as cutting may join what is beside it.
const ROUNDS: usize = 3;

/// Cleans an SVG.
///
/// # Errors
/// Why it is no SVG.
pub(super) fn clean(bytes: &[u8]) -> Result<Clean, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    let mut clean = Clean { text: without_doctype(text.trim_start_matches('\u{feff}')), removed: Vec::new() };
    for _ in 0..ROUNDS {
        let (text, removed) = round(&clean.text)?;
        let done = removed.is_empty();
        clean.text = text;
        for what in removed {
            if !clean.removed.contains(&what) {
                clean.removed.push(what);
            }
        }
        if done {
            return Ok(clean);
        }
    }
    Err("it hides scripts or references".to_owned())
}

fn round(text: &str) -> Result<(String, Vec<String>), String> {
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    if document.root_element().tag_name().name() != "svg" {
        return Err("it is not an SVG".to_owned());
    }
    let mut cuts: Vec<(Range<usize>, String)> = Vec::new();
    for node in document.root().descendants() {
        if let Some(what) = unsafe_node(node) {
            cuts.push((node.range(), what));
        } else {
            let unsafe_ones =
                node.attributes().filter_map(|attribute| Some((attribute.range(), unsafe_attribute(attribute)?)));
            cuts.extend(unsafe_ones);
        }
    }
    cuts.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let (mut out, mut at, mut removed) = (String::with_capacity(text.len()), 0, Vec::new());
    for (range, what) in cuts {
        // What lies in something that is gone is gone with it.
        if range.start >= at {
            out.push_str(&text[at..range.start]);
            at = range.end;
        }
        removed.push(what);
    }
    out.push_str(&text[at..]);
    Ok((out, removed))
}

/// What is wrong with a node, if something is.
fn unsafe_node(node: Node<'_, '_>) -> Option<String> {
    if node.is_pi() {
        return Some("a processing instruction".to_owned());
    }
    let name = node.tag_name().name();
    if ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name)) {
        return Some(format!("`<{name}>`"));
    }
    let animated = node.attribute("attributeName").unwrap_or_default().to_ascii_lowercase();
    if animated.ends_with("href") || animated.starts_with("on") {
        return Some(format!("`<{name}>` of `{animated}`"));
    }
    let style = || node.children().filter(roxmltree::Node::is_text).filter_map(|text| text.text()).collect::<String>();
    (name == "style" && loads_something(&style())).then(|| "a style sheet that loads something".to_owned())
}

fn unsafe_attribute(attribute: Attribute<'_, '_>) -> Option<String> {
    let (name, value) = (attribute.name(), attribute.value().trim());
    if name.len() > 2 && name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on")) {
        return Some(format!("the attribute `{name}`"));
    }
    if matches!(name, "href" | "src") {
        let kind = value.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,")).map(|(kind, _)| kind);
        let is_picture = matches!(kind, Some("png" | "jpeg" | "jpg" | "gif" | "webp"));
        return (!value.starts_with('#') && !is_picture && !value.is_empty())
            .then(|| "a reference to something else".to_owned());
    }
    loads_something(value).then(|| "a reference to something else".to_owned())
}

/// Whether a style or a value of paint makes the viewer load something.
fn loads_something(css: &str) -> bool {
    let css: String = css.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let is_foreign = |rest: &str| !rest.trim_start_matches(['"', '\'']).starts_with('#');
    css.contains("@import")
        || css.contains("expression(")
        || css.contains("image-set(")
        || css.contains('\\')
        || css.split("url(").skip(1).any(is_foreign)
}

/// The text without its document type, which could define entities.
fn without_doctype(text: &str) -> String {
    let Some(start) = text.find("<!DOCTYPE") else { return text.to_owned() };
    let (mut depth, mut quote, mut end) = (0usize, None, text.len());
    for (offset, c) in text[start..].char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, '>') if depth == 0 => {
                end = start + offset + 1;
                break;
            }
            _ => {}
        }
    }
    format!("{}{}", &text[..start], &text[end..])
}

/// Width and height of an SVG in CSS pixels: its attributes, or those of its view box.
pub(super) fn size(text: &str) -> Option<(u32, u32)> {
    let tree = Document::parse(text).ok()?;
    let root = tree.root_element();
    let length = |name: &str| pixels(root.attribute(name)?);
    let view_box = || {
        let numbers: Vec<f64> = root.attribute("viewBox")?.split([' ', ',']).filter_map(|n| n.parse().ok()).collect();
        Some((*numbers.get(2)?, *numbers.get(3)?))
    };
    let (width, height) = match (length("width"), length("height"), view_box()) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) if w > 0.0 => (width, width * h / w),
        (None, Some(height), Some((w, h))) if h > 0.0 => (height * w / h, height),
        (_, _, view_box) => view_box?,
    };
    Some((whole(width)?, whole(height)?))
}

/// A length in CSS pixels.
fn pixels(length: &str) -> Option<f64> {
    let length = length.trim();
    let units =
        [("px", 1.0), ("pt", 96.0 / 72.0), ("pc", 16.0), ("mm", 96.0 / 25.4), ("cm", 96.0 / 2.54), ("in", 96.0)];
    let unit = units.iter().find_map(|(unit, factor)| Some((length.strip_suffix(unit)?, *factor)));
    let (number, factor) = unit.unwrap_or((length, 1.0));
    Some(number.trim().parse::<f64>().ok()? * factor)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
fn whole(value: f64) -> Option<u32> {
    (1.0..=100_000.0).contains(&value).then(|| value.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(inner: &str) -> Clean {
        let text =
            format!("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>{inner}</svg>");
        clean(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_harmless_stays_as_it_was() {
        let inner = "<style>.a{fill:url(#g)}</style><g id='g'><path d='M0 0' fill=\"url('#g')\"/></g><use href='#g'/>";
        let clean = cleaned(inner);
        assert!(clean.text.contains(inner) && clean.removed.is_empty(), "{clean:?}");
    }

    #[test]
    fn what_runs_or_loads_is_cut_out() {
        for (inner, what) in [
            ("<script>alert(1)</script>", "script"),
            ("<SCRIPT>alert(1)</SCRIPT>", "SCRIPT"),
            ("<rect onload='x()'/>", "onload"),
            ("<foreignObject><p/></foreignObject>", "foreignObject"),
            ("<image href='https://a.example/x.png'/>", "reference"),
            ("<image xlink:href='file:///etc/passwd'/>", "reference"),
            ("<a href='javascript:x()'><text>t</text></a>", "reference"),
            ("<style>@import 'https://a.example';</style>", "style sheet"),
            ("<rect style='fill:url(https://a.example/x)'/>", "reference"),
            ("<?xml-stylesheet href='x.css'?>", "instruction"),
            ("<set attributeName='href' to='javascript:x()'/>", "set"),
        ] {
            let clean = cleaned(inner);
            assert!(clean.removed[0].contains(what), "{inner}: {clean:?}");
            for bad in ["alert", "onload", "example", "passwd", "javascript", "stylesheet"] {
                assert!(!clean.text.contains(bad), "{inner}: {}", clean.text);
            }
        }
    }

    #[test]
    fn entities_hide_nothing() {
        let text = "<!DOCTYPE svg [<!ENTITY x \"<script>alert(1)</script>\">]><svg xmlns='http://www.w3.org/2000/svg'>&x;</svg>";
        assert!(clean(text.as_bytes()).is_err());
        let plain = "<?xml version='1.0'?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/x.dtd\"><svg xmlns='http://www.w3.org/2000/svg'/>";
        assert!(!clean(plain.as_bytes()).unwrap().text.contains("DOCTYPE"));
        assert!(clean(b"<html/>").is_err());
        assert!(clean(b"no xml").is_err());
    }

    #[test]
    fn sizes_of_svg_images() {
        let size = |attributes: &str| size(&format!("<svg xmlns='http://www.w3.org/2000/svg' {attributes}/>"));
        assert_eq!(size("width='640' height='480.4px'"), Some((640, 480)));
        assert_eq!(size("viewBox='0 0 300 150'"), Some((300, 150)));
        assert_eq!(size("width='600' viewBox='0 0 300 150'"), Some((600, 300)));
        assert_eq!(size("width='1in' height='72pt'"), Some((96, 96)));
        assert_eq!(size("width='100%'"), None);
    }
}
