//! The brand: colours, logo and fonts of the project, as both formats take them.
//!
//! HTML gets `brand.css`, a few custom properties after `style.css`; Typst gets `/brand.json`, which
//! `brand.typ` reads.

use super::Input;
use crate::finding::Finding;
use crate::model::colour::Palette;
use crate::model::node::Located;
use crate::model::project::ThemeChoice;
use crate::model::value::Text;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use typst::foundations::Bytes;
use typst::text::{Font, FontStyle};

/// The style sheet of the brand: what follows from the project file, and what the user's own file of
/// this path adds.
pub(super) const STYLE: &str = "html/assets/brand.css";
/// The slug of the finding about fonts that are not there.
const UNKNOWN_FONT: &str = "unknown-font";
/// The colours of the built-in style: the band, and the brand on it.
const BUILT_IN: (&str, &str) = ("#0a3a4b", "#7fd0e4");

fn choice<'a>(input: &Input<'a>) -> Option<&'a ThemeChoice> {
    input.project.theme.as_ref()
}

fn palette(input: &Input<'_>) -> Option<Palette> {
    choice(input)?.accent.as_ref().map(|accent| Palette::new(accent.value))
}

/// What templates of pages see.
pub(super) fn facts(input: &Input<'_>) -> Value {
    let (band, band_accent) = palette(input).map_or_else(
        || (BUILT_IN.0.to_owned(), BUILT_IN.1.to_owned()),
        |shades| (shades.band.to_string(), shades.band_accent.to_string()),
    );
    let logo = logo(input).map(|logo| json!({ "file": logo.file_name(), "plate": logo.on_plate }));
    json!({
        "style": site_style(input).is_some(),
        "band": band,
        "band_digits": band.trim_start_matches('#'),
        "band_accent_digits": band_accent.trim_start_matches('#'),
        "logo": logo,
    })
}

/// The logo as it stands on the coloured band.
struct Logo<'a> {
    bytes: &'a [u8],
    extension: &'a str,
    /// Whether it needs a white plate behind it.
    on_plate: bool,
}

impl Logo<'_> {
    fn file_name(&self) -> String {
        format!("logo.{}", self.extension)
    }
}

fn logo<'a>(input: &'a Input<'_>) -> Option<Logo<'a>> {
    let choice = input.project.theme.as_ref()?;
    let (path, on_plate) = match (&choice.logo_on_accent, &choice.logo) {
        (Some(path), _) => (path, false),
        (None, Some(path)) => (path, true),
        (None, None) => return None,
    };
    let bytes = input.files.get(path.as_str())?;
    Some(Logo { bytes, extension: path.as_str().rsplit('.').next().unwrap_or("svg"), on_plate })
}

// --- HTML --------------------------------------------------------------------------

/// The files of the brand that pages use, by path in the bundle.
pub(super) fn site_files(input: &Input<'_>) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    if let Some(style) = site_style(input) {
        files.insert(STYLE.to_owned(), style.into_bytes());
    }
    if let Some(logo) = logo(input) {
        files.insert(format!("html/assets/{}", logo.file_name()), logo.bytes.to_vec());
    }
    for face in faces(input) {
        if let Some(bytes) = input.theme.get(&face.path) {
            files.insert(format!("html/assets/{}", face.path), bytes.into_owned());
        }
    }
    files
}

/// The style sheet of the brand; `None` if there is nothing to say.
fn site_style(input: &Input<'_>) -> Option<String> {
    let mut style = String::new();
    for face in faces(input) {
        let _ = writeln!(
            style,
            "@font-face {{\n  font-family: {};\n  font-style: {};\n  font-weight: {};\n  font-display: swap;\n  src: url({});\n}}\n",
            quoted(face.role),
            if face.italic { "italic" } else { "normal" },
            face.weight,
            quoted(&face.path),
        );
    }
    for (role, property, fallback) in [
        ("brand", "sans", "\"IBM Plex Sans\", system-ui, sans-serif"),
        ("brand code", "mono", "\"IBM Plex Mono\", ui-monospace, monospace"),
    ] {
        if faces(input).iter().any(|face| face.role == role) {
            let _ = writeln!(style, ":root {{\n  --{property}: {}, {fallback};\n}}\n", quoted(role));
        }
    }
    if let Some(shades) = palette(input) {
        style.push_str(&colours(&shades));
    }
    if let Some(own) = input.theme.text(STYLE) {
        style.push_str(&own);
    }
    (!style.is_empty()).then_some(style)
}

/// The custom properties of a palette, in the places where `style.css` has them.
fn colours(shades: &Palette) -> String {
    let light = format!(
        "--accent: {};\n--accent-strong: {};\n--accent-wash: {};\n--code-property: {};",
        shades.accent, shades.accent_strong, shades.accent_wash, shades.accent
    );
    let band = format!(
        "--band: {};\n--band-line: {};\n--band-edge: {};\n--on-band: {};\n--on-band-soft: {};\n--band-accent: {};",
        shades.band, shades.band_line, shades.band_edge, shades.on_band, shades.on_band_soft, shades.band_accent
    );
    let dark = format!(
        "--accent: {};\n--accent-strong: {};\n--accent-wash: {};\n--code-property: {};\n--band: {};\n--band-line: {};\n--band-edge: {};",
        shades.dark_accent,
        shades.dark_accent_strong,
        shades.dark_accent_wash,
        shades.dark_accent,
        shades.dark_band,
        shades.dark_band_line,
        shades.dark_band_edge
    );
    format!(
        "/* Shades of the brand's colour, each as readable as its use asks for. */\n:root {{\n{light}\n}}\n\n\
         @media screen {{\n:root {{\n{band}\n}}\n}}\n\n\
         @media screen and (prefers-color-scheme: dark) {{\n:root:not([data-scheme=\"light\"]) {{\n{dark}\n}}\n}}\n\n\
         @media screen {{\n:root[data-scheme=\"dark\"] {{\n{dark}\n}}\n}}\n\n\
         @media print {{\n:root {{\n--band-accent: {};\n}}\n}}\n",
        shades.accent
    )
}

/// A string of CSS.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace(['\\', '"', '\n'], ""))
}

// --- Fonts -------------------------------------------------------------------------

/// A face of a font that the project chose.
struct Face {
    /// What the style sheet calls its family.
    role: &'static str,
    /// Its path below `theme/`.
    path: String,
    weight: u16,
    italic: bool,
}

/// The families that the project chose, each with its role.
fn families<'a>(input: &Input<'a>) -> Vec<(&'static str, &'a Located<Text>)> {
    let Some(choice) = choice(input) else { return Vec::new() };
    let roles = [("brand", choice.font.as_ref()), ("brand code", choice.code_font.as_ref())];
    roles.into_iter().filter_map(|(role, family)| Some((role, family?))).collect()
}

/// The faces of the chosen families, among the fonts that Typst can read.
fn faces(input: &Input<'_>) -> Vec<Face> {
    let wanted = families(input);
    if wanted.is_empty() {
        return Vec::new();
    }
    let paths =
        input.theme.list("fonts").into_iter().filter(|path| matches!(path.rsplit('.').next(), Some("ttf" | "otf")));
    let mut faces = Vec::new();
    for path in paths {
        let Some(font) = input.theme.get(&path).and_then(|bytes| Font::new(Bytes::new(bytes.into_owned()), 0)) else {
            continue;
        };
        let info = font.info();
        for (role, family) in &wanted {
            if info.family.eq_ignore_ascii_case(family.as_str()) {
                let italic = info.variant.style != FontStyle::Normal;
                faces.push(Face { role, path: path.clone(), weight: info.variant.weight.to_number(), italic });
            }
        }
    }
    faces
}

/// A finding for every family that no font of the theme has.
pub(super) fn missing_fonts(input: &Input<'_>) -> Vec<Finding> {
    let faces = faces(input);
    let missing = families(input).into_iter().filter(|(role, _)| !faces.iter().any(|face| face.role == *role));
    missing
        .map(|(_, family)| {
            Finding::warning(UNKNOWN_FONT, format!("no font in `theme/fonts/` has the family `{}`", family.as_str()))
                .at(family.span, "the built-in font is used instead")
                .help(
                    "put the TrueType or OpenType files into `theme/fonts/`, and write the family as the fonts name it",
                )
        })
        .collect()
}

// --- PDF ---------------------------------------------------------------------------

/// The files of the brand that Typst reads, by path in its world.
pub(super) fn print_files(input: &Input<'_>) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut facts = serde_json::Map::new();
    if let Some(shades) = palette(input) {
        facts.insert("accent".into(), json!(shades.accent));
        facts.insert("accent-soft".into(), json!(shades.accent_wash));
        facts.insert("on-accent-soft".into(), json!(shades.on_band_soft));
    }
    for (role, family) in families(input) {
        facts.insert(if role == "brand" { "font" } else { "code-font" }.into(), json!(family));
    }
    if let Some(logo) = logo(input) {
        let path = format!("brand/{}", logo.file_name());
        facts.insert("logo".into(), json!({ "path": format!("/{path}"), "plate": logo.on_plate }));
        files.insert(path, logo.bytes.to_vec());
    }
    files.insert("brand.json".into(), Value::Object(facts).to_string().into_bytes());
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::colour::Colour;

    #[test]
    fn the_style_says_the_colours_for_light_dark_and_paper() {
        let style = colours(&Palette::new(Colour::new(0xff, 0xcc, 0)));
        assert!(style.contains(":root[data-scheme=\"dark\"]") && style.contains("prefers-color-scheme: dark"));
        assert_eq!(style.matches("--accent:").count(), 3);
        assert_eq!(style.matches('{').count(), style.matches('}').count());
        let paper = style.split("@media print").nth(1).expect("a part for paper");
        assert!(paper.contains("--band-accent") && !paper.contains("--band:"));
    }

    #[test]
    fn names_cannot_leave_their_string() {
        assert_eq!(quoted("a\"; } body { x: \\"), "\"a; } body { x: \"");
    }
}
