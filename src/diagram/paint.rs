//! From the crate's SVG to one that every format can show: styles resolved into attributes, nothing that
//! acts or reaches outside, and a class beside every colour of the palette.

use super::{Flaw, palette};
use crate::model::text::Drawing;
use roxmltree::Document;
use std::sync::{Arc, LazyLock};
use usvg::tiny_skia_path::{IntRect, Rect};
use usvg::{ImageHrefResolver, Options, Tree, WriteOptions, fontdb::Database};

/// The fonts by which lines of text are laid out.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for name in ["IBMPlexSans-Regular", "IBMPlexSans-Italic", "IBMPlexSans-SemiBold", "DejaVuSans", "NotoEmoji-Regular"]
    {
        if let Some(bytes) = crate::theme::built_in(&format!("fonts/{name}.ttf")) {
            fonts.load_font_data(bytes.into_owned());
        }
    }
    fonts.set_sans_serif_family("IBM Plex Sans");
    Arc::new(fonts)
});

/// So many elements are far below what the parser of drawings takes.
const MANY: usize = 50_000;

/// Whether a drawing can be finished: at once where a look at it tells, by doing it where it does not.
pub(super) fn judge(svg: &str) -> Result<(), Flaw> {
    if is_plain(svg) { Ok(()) } else { finish(svg, "judged").map(|_| ()) }
}

/// Whether a drawing is sound XML, has a size, and is not huge.
fn is_plain(svg: &str) -> bool {
    let Ok(document) = Document::parse(svg) else { return false };
    let root = document.root_element();
    let view = root.attribute("viewBox").unwrap_or_default();
    let numbers: Vec<f32> = view.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let has_size = matches!(numbers[..], [x, y, width, height]
        if x.is_finite() && y.is_finite() && (1.0..1e6).contains(&width) && (1.0..1e6).contains(&height));
    root.has_tag_name(("http://www.w3.org/2000/svg", "svg")) && has_size && document.descendants().count() < MANY
}

/// Finishes a drawing.
pub(super) fn finish(svg: &str, id: &str) -> Result<Drawing, Flaw> {
    let options = Options {
        font_family: "IBM Plex Sans".into(),
        fontdb: Arc::clone(&FONTS),
        // Pictures within a diagram would be read from the disk: they are left out.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| Flaw { why: error.to_string(), range: None })?;
    let write = WriteOptions {
        id_prefix: Some(format!("{id}-")),
        preserve_text: true,
        coordinates_precision: 2,
        transforms_precision: 4,
        indent: usvg::Indent::None,
        attributes_indent: usvg::Indent::None,
        ..WriteOptions::default()
    };
    let view = cropped(&tree);
    let (width, height) = (view.width(), view.height());
    let written = without_names(&own_colours(&narrowed(&tree.to_string(&write))));
    let classes = classes(&written);
    let themed = if classes.is_some() { "themed" } else { "fixed" };
    let root = format!("<svg class=\"{themed}\" viewBox=\"{} {} {width} {height}\"", view.x(), view.y());
    let svg = sized(&classes.unwrap_or(written), width, height).replacen("<svg", &root, 1);
    Ok(Drawing { svg, width, height })
}

/// The room that stays around what is drawn.
const MARGIN: f32 = 8.0;

/// The part of a drawing in which something is drawn: some kinds come with wide empty margins.
fn cropped(tree: &Tree) -> IntRect {
    let size = tree.size();
    let whole = size.to_int_size().to_int_rect(0, 0);
    let drawn = tree.root().abs_layer_bounding_box().to_rect();
    let (left, top) = ((drawn.left() - MARGIN).max(0.0), (drawn.top() - MARGIN).max(0.0));
    let (right, bottom) = ((drawn.right() + MARGIN).min(size.width()), (drawn.bottom() + MARGIN).min(size.height()));
    Rect::from_ltrb(left, top, right, bottom).and_then(|part| part.round_out()).unwrap_or(whole)
}

/// A drawing whose root says another width and height.
fn sized(svg: &str, width: u32, height: u32) -> String {
    let Some((tag, rest)) = svg.split_once('>') else { return svg.to_owned() };
    let kept = tag.split(' ').filter(|part| !part.starts_with("width=") && !part.starts_with("height="));
    let tag = kept.collect::<Vec<_>>().join(" ");
    format!("{tag} width=\"{width}\" height=\"{height}\">{rest}")
}

/// How much smaller labels are shown than they were laid out: the crate measures them by a face that runs
/// narrower than ours.
const LABEL_SCALE: f64 = 0.94;

/// Makes the labels fit their boxes.
fn narrowed(svg: &str) -> String {
    const KEY: &str = " font-size=\"";
    let mut parts = svg.split(KEY);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (size, rest) = part.split_once('"').unwrap_or((part, ""));
        let shown = size.parse::<f64>().map_or_else(|_| size.to_owned(), |size| format!("{:.2}", size * LABEL_SCALE));
        out.extend([KEY, shown.as_str(), "\"", rest]);
    }
    out
}

/// Replaces the colours that the crate has no variable for: lines of a grid, and what it draws in black
/// and dark grey.
fn own_colours(svg: &str) -> String {
    svg.replace("stroke=\"#000000\" shape-rendering", "stroke=\"#d5dfe3\" shape-rendering")
        .replace("=\"#000000\"", "=\"#17252c\"")
        .replace("=\"#444444\"", "=\"#4b5f69\"")
}

/// Takes the ids of all elements but those that others refer to: a page must not have an id twice.
fn without_names(svg: &str) -> String {
    const REFERRED: [&str; 6] = ["clipPath", "mask", "filter", "linearGradient", "radialGradient", "pattern"];
    const KEY: &str = " id=\"";
    let mut out = String::with_capacity(svg.len());
    for (index, part) in svg.split('<').enumerate() {
        if index > 0 {
            out.push('<');
        }
        let in_tag = part.find('>').unwrap_or(0);
        let id = part[..in_tag].find(KEY).filter(|_| !REFERRED.iter().any(|name| part.starts_with(name)));
        let end = id.and_then(|start| part[start + KEY.len()..].find('"').map(|length| start + KEY.len() + length + 1));
        match id.zip(end) {
            Some((start, end)) => out.extend([&part[..start], &part[end..]]),
            None => out.push_str(part),
        }
    }
    out
}

/// Adds to every element the classes of its colours; `None` if it has a colour that is none of ours: then
/// it can only be shown on white.
fn classes(svg: &str) -> Option<String> {
    let mut out = String::with_capacity(svg.len() * 5 / 4);
    let mut in_clip = false;
    for (index, part) in svg.split('<').enumerate() {
        if index > 0 {
            out.push('<');
        }
        let Some((tag, _)) = part.split_once('>') else {
            out.push_str(part);
            continue;
        };
        in_clip = part.starts_with("clipPath") || (in_clip && !part.starts_with("/clipPath"));
        let mut found = Vec::new();
        for (prefix, key) in [('f', " fill=\""), ('s', " stroke=\"")] {
            let Some((_, value)) = tag.split_once(key) else { continue };
            let value = value.split('"').next().unwrap_or_default();
            if value == "none" || in_clip {
                continue;
            }
            found.push(format!("{prefix}-{}", palette::name(value)?));
        }
        if tag.contains(" stop-color=") {
            return None;
        }
        let name = tag.find([' ', '/']).filter(|end| *end > 0).unwrap_or(tag.len());
        out.push_str(&part[..name]);
        if !found.is_empty() {
            out.extend([" class=\"", found.join(" ").as_str(), "\""]);
        }
        out.push_str(&part[name..]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_referred_to_keeps_its_id() {
        let svg = "<svg><g id=\"a\"><clipPath id=\"b\"/>x id=\"c\"</g></svg>";
        assert_eq!(without_names(svg), "<svg><g><clipPath id=\"b\"/>x id=\"c\"</g></svg>");
    }

    #[test]
    fn what_can_be_finished_is_told_without_doing_it() {
        let svg = |inner: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {inner}</svg>");
        assert!(is_plain(&svg("viewBox=\"0 -4 20 10\"><rect width=\"4\" height=\"4\"/>")));
        assert!(finish(&svg("viewBox=\"0 -4 20 10\"><rect width=\"4\" height=\"4\"/>"), "a").is_ok());
        for odd in ["viewBox=\"0 0 0 10\">", "viewBox=\"0 0 NaN 10\">", ">", "viewBox=\"0 0 9 9\"><g>"] {
            assert!(!is_plain(&svg(odd)), "{odd}");
        }
        assert!(judge("<svg").is_err());
    }

    #[test]
    fn labels_are_a_little_smaller_than_their_boxes() {
        assert_eq!(narrowed("<text font-size=\"15\">a</text>"), "<text font-size=\"14.10\">a</text>");
    }

    #[test]
    fn colours_of_the_palette_become_classes() {
        let svg = "<svg><path fill=\"#ffffff\" stroke=\"#0b6079\"/><text fill=\"#17252c\">a &lt; b</text></svg>";
        assert_eq!(
            classes(svg).as_deref(),
            Some(
                "<svg><path class=\"f-ground s-accent\" fill=\"#ffffff\" stroke=\"#0b6079\"/>\
                 <text class=\"f-ink\" fill=\"#17252c\">a &lt; b</text></svg>"
            )
        );
        assert_eq!(classes("<svg><path fill=\"#123456\"/></svg>"), None);
        let clip = "<svg><clipPath id=\"a\"><path fill=\"#000000\"/></clipPath></svg>";
        assert_eq!(classes(clip).as_deref(), Some(clip));
    }
}
