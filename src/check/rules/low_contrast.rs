//! `low-contrast`: colours of the theme in which words cannot be read well enough (WCAG 2.2, level AA).
//!
//! Looks at the colour of the brand and at the colours that own style sheets and an own `brand.typ` set.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::colour::{BLACK, Colour, ENOUGH, GROUND_SOFT, Palette, WHITE};
use crate::model::node::Scalar;
use crate::source::Span;
use crate::theme::built_in;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "low-contrast",
    level: Level::Warning,
    summary: "words in a colour of the theme are hard to read",
    run: Run::Project(look),
};

/// Custom properties of `style.css` of which the first is the colour of words on the second.
const ON_PAGES: [(&str, &str); 34] = [
    ("ink", "ground"),
    ("ink", "ground-soft"),
    ("ink", "ground-strong"),
    ("ink", "accent-wash"),
    ("ink-soft", "ground"),
    ("ink-soft", "ground-soft"),
    ("ink-soft", "ground-strong"),
    ("accent", "ground"),
    ("accent", "ground-soft"),
    ("accent-strong", "accent-wash"),
    ("on-band", "band"),
    ("on-band", "band-line"),
    ("on-band-soft", "band"),
    ("band-accent", "band"),
    ("good", "ground"),
    ("good", "good-wash"),
    ("fair", "ground"),
    ("fair", "fair-wash"),
    ("bad", "ground"),
    ("bad", "bad-wash"),
    ("other", "ground"),
    ("other", "other-wash"),
    ("ink", "fair-wash"),
    ("code-keyword", "ground-soft"),
    ("code-string", "ground-soft"),
    ("code-comment", "ground-soft"),
    ("code-number", "ground-soft"),
    ("code-function", "ground-soft"),
    ("code-type", "ground-soft"),
    ("code-operator", "ground-soft"),
    ("code-variable", "ground-soft"),
    ("code-property", "ground-soft"),
    ("good", "ground-soft"),
    ("bad", "ground-soft"),
];

/// The same for the names of `brand.typ`; paper is white.
const ON_PAPER: [(&str, &str); 20] = [
    ("ink", "paper"),
    ("muted", "paper"),
    ("accent", "paper"),
    ("accent-bright", "paper"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent-soft", "accent"),
    ("code-ink", "code-ground"),
    ("code-keyword", "code-ground"),
    ("code-string", "code-ground"),
    ("code-comment", "code-ground"),
    ("code-number", "code-ground"),
    ("code-function", "code-ground"),
    ("code-type", "code-ground"),
    ("code-operator", "code-ground"),
    ("code-variable", "code-ground"),
    ("code-property", "code-ground"),
    ("code-inserted", "code-ground"),
    ("code-deleted", "code-ground"),
    ("mark-ink", "mark-ground"),
];

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = brand(view).into_iter().collect();
    let built_in_style = text_of("html/assets/style.css");
    for source in view.sources().iter().filter(|source| source.path.starts_with("theme/")) {
        let Some(file) = view.sources().find(&source.path) else { continue };
        let is_style = source.path.starts_with("theme/html/assets/") && source.path.rsplit('.').next() == Some("css");
        let (sheets, pairs): (_, &[_]) = match source.path.as_str() {
            _ if is_style => (sheets(&source.text, &built_in_style), &ON_PAGES),
            "theme/pdf/brand.typ" => (vec![paper(&source.text)], &ON_PAPER),
            _ => continue,
        };
        for sheet in sheets {
            for (words, ground) in pairs {
                findings.extend(sheet.judge(words, ground, |(start, end)| Span::new(file, start, end)));
            }
        }
    }
    findings
}

/// What is wrong with the colour that the project file names: pages show a darker shade of it then.
fn brand(view: &View<'_>) -> Option<Finding> {
    let accent = view.project()?.theme.as_ref()?.accent.as_ref()?;
    let shade = Palette::new(accent.value).accent;
    if shade == accent.value {
        return None;
    }
    let contrast = accent.contrast(GROUND_SOFT);
    let message =
        format!("`{}` has a contrast of {} with light pages; words need {ENOUGH} : 1", accent.value, shown(contrast));
    let finding = Finding::warning(RULE.slug, message)
        .at(accent.span, "too bright for words and for white words on it")
        .help(format!("the bundle takes darker shades of it by itself; the nearest one that can be read is `{shade}`"));
    Some(finding)
}

/// A contrast, rounded down so that what falls short never looks as if it did not.
fn shown(contrast: f64) -> String {
    format!("{:.1} : 1", (contrast * 10.0).floor() / 10.0)
}

/// The colours that hold together in one colour scheme.
#[derive(Debug, Default, Clone)]
struct Sheet {
    colours: BTreeMap<String, Colour>,
    /// Where the file itself sets one.
    places: BTreeMap<String, (usize, usize)>,
}

impl Sheet {
    /// What is wrong with words of one colour on another, if the file sets one of the two.
    fn judge(&self, words: &str, ground: &str, span: impl Fn((usize, usize)) -> Span) -> Option<Finding> {
        let (above, below) = (self.colours.get(words)?, self.colours.get(ground)?);
        let (on_words, on_ground) = (self.places.get(words), self.places.get(ground));
        let place = on_words.or(on_ground)?;
        let contrast = above.contrast(*below);
        if contrast >= ENOUGH {
            return None;
        }
        let end = if below.luminance() > 0.18 { BLACK } else { WHITE };
        let shade = above.until_readable(end, &[*below], ENOUGH);
        let message = format!("`{words}` on `{ground}` has a contrast of {}; words need {ENOUGH} : 1", shown(contrast));
        let mut finding = Finding::warning(RULE.slug, message)
            .at(span(*place), format!("{above} on {below}"))
            .help(format!("the nearest shade for `{words}` that can be read is `{shade}`"));
        if let (Some(_), Some(other)) = (on_words, on_ground) {
            finding = finding.at(span(*other), "what lies behind it");
        }
        Some(finding)
    }

    /// Takes what a text sets, with the places if they are of the user's own file.
    fn take(&mut self, found: Vec<(String, Colour, (usize, usize))>, own: bool) {
        for (name, colour, place) in found {
            if own {
                self.places.insert(name.clone(), place);
            }
            self.colours.insert(name, colour);
        }
    }
}

static PROPERTY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"--([a-z-]+)\s*:\s*(#[0-9a-fA-F]+)").ok());
static NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"#let ([a-z-]+) = rgb\((?:own\.at\([^,\n]*, default: )?"(#[0-9a-fA-F]+)"\)"#).ok());

/// The colours that a text sets: name, colour, place.
fn colours(pattern: Option<&Regex>, text: &str, offset: usize) -> Vec<(String, Colour, (usize, usize))> {
    let found = pattern.into_iter().flat_map(|pattern| pattern.captures_iter(text));
    let read = |found: regex::Captures<'_>| {
        let (name, value) = (found.get(1)?, found.get(2)?);
        let colour = Colour::parse(value.as_str()).ok()?;
        Some((name.as_str().to_owned(), colour, (offset + value.start(), offset + value.end())))
    };
    found.filter_map(read).collect()
}

/// The colours of a style sheet, light and dark; what it does not set is as the built-in one has it.
fn sheets(text: &str, built_in: &str) -> Vec<Sheet> {
    let mut light = Sheet::default();
    let mut dark = Sheet::default();
    for (sheet, own) in [(built_in, false), (text, true)] {
        for block in blocks(sheet) {
            let found = colours(PROPERTY.as_ref(), block.body, block.offset);
            match block.scheme {
                Scheme::Print => {}
                Scheme::Dark => dark.take(found, own),
                Scheme::Light => {
                    // What is set for both holds in the dark until something else is said.
                    dark.take(if own { found.clone() } else { Vec::new() }, own);
                    light.take(found, own);
                }
            }
        }
        if !own {
            // Dark pages begin with the light colours.
            let mut both = light.clone();
            both.colours.append(&mut dark.colours);
            dark = both;
        }
    }
    vec![light, dark]
}

/// When a block of a style sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Light,
    Dark,
    Print,
}

/// A block without blocks in it.
struct Block<'a> {
    body: &'a str,
    offset: usize,
    scheme: Scheme,
}

/// The innermost blocks of a style sheet, each with what the rules around it say.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut preludes: Vec<&str> = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| matches!(c, '{' | '}')) {
        let piece = &text[start..at];
        if c == '{' {
            preludes.push(piece);
        } else {
            let around = preludes.join(" ");
            let scheme = match () {
                () if around.contains("print") => Scheme::Print,
                () if around.contains("dark") => Scheme::Dark,
                () => Scheme::Light,
            };
            blocks.push(Block { body: piece, offset: start, scheme });
            preludes.pop();
        }
        start = at + 1;
    }
    blocks
}

/// The colours of an own `brand.typ`.
fn paper(text: &str) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.colours.insert("paper".into(), WHITE);
    sheet.take(colours(NAME.as_ref(), text, 0), true);
    sheet
}

fn text_of(path: &str) -> String {
    built_in(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::Case;

    fn styled(path: &str, text: &str) -> (Case, Vec<Finding>) {
        let mut case = Case::new();
        case.loaded.sources.add(path, text);
        let found = case.found("low-contrast");
        (case, found)
    }

    #[test]
    fn the_built_in_look_can_be_read() {
        for path in ["html/assets/style.css", "pdf/brand.typ"] {
            let (_, found) = styled(&format!("theme/{path}"), &text_of(path));
            assert_eq!(found, [], "{path}");
        }
    }

    #[test]
    fn a_bright_brand_is_told_with_the_nearest_shade() {
        let mut case = Case::new();
        case.project("theme:\n  accent: \"#ffcc00\"\n");
        let found = case.found("low-contrast");
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("1.4 : 1"), "{}", found[0].message);
        assert!(found[0].help[0].contains("`#8"), "{:?}", found[0].help);
        case.project("theme:\n  accent: \"#0b6079\"\n");
        assert_eq!(case.found("low-contrast"), []);
    }

    #[test]
    fn own_colours_are_judged_where_they_are_set() {
        let text = ":root {\n  --ink-soft: #aaaaaa;\n}\n";
        let (case, found) = styled("theme/html/assets/brand.css", text);
        assert!(found.iter().all(|finding| finding.message.starts_with("`ink-soft` on")));
        // Grey words are too bright for white pages, and well to be read on dark ones.
        assert!(found.iter().any(|finding| finding.message.contains("on `ground` ")));
        assert!(found.iter().all(|finding| finding.labels[0].text.contains("#aaaaaa on #")));
        assert_eq!(case.place(&found[0]), Some(("theme/html/assets/brand.css".into(), 2, 15)));
    }

    #[test]
    fn dark_pages_are_judged_by_themselves_and_paper_is_not() {
        let dark =
            "@media screen { :root[data-scheme=\"dark\"] { --ink: #333; } }\n@media print { :root { --ink: #fff; } }";
        let (_, found) = styled("theme/html/assets/brand.css", dark);
        assert!(!found.is_empty() && found.iter().all(|finding| finding.labels[0].text.starts_with("#333333 on #")));
    }

    #[test]
    fn pairs_of_the_pdf_are_judged() {
        let (_, found) =
            styled("theme/pdf/brand.typ", "#let accent = rgb(\"#ffcc00\")\n#let on-accent = rgb(\"#ffffff\")\n");
        let messages: Vec<_> =
            found.iter().map(|finding| finding.message.split(" has").next().unwrap_or_default()).collect();
        assert_eq!(messages, ["`accent` on `paper`", "`on-accent` on `accent`"]);
    }
}
