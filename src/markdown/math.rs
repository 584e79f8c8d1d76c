//! Formulas: from LaTeX to a small tree, from which HTML and the PDF are made.
//!
//! The tree is that of `MathML` Core; nothing of the LaTeX that an author wrote reaches a page as source.

use crate::guard::guarded;
use crate::model::text::Math;
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The longest formula that is converted.
const MAX_LENGTH: usize = 4000;
/// The deepest nesting, in braces as in the tree.
const MAX_DEPTH: usize = 40;
/// How many commands a formula may have; each may nest the next.
const MAX_COMMANDS: usize = 300;

static CONVERTER: LazyLock<Option<LatexToMathML>> = LazyLock::new(|| {
    let config = MathCoreConfig { allow_unreliable_rendering: true, ..MathCoreConfig::default() };
    LatexToMathML::new(config).ok()
});

/// The elements that both formats can show.
const ELEMENTS: [&str; 25] = [
    "math",
    "mrow",
    "mi",
    "mn",
    "mo",
    "mtext",
    "mspace",
    "mfrac",
    "msqrt",
    "mroot",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mprescripts",
    "mtable",
    "mtr",
    "mtd",
    "mstyle",
    "mpadded",
    "mphantom",
    "menclose",
];

/// A part of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The `MathML` element.
    pub name: String,
    /// Its attributes that mean something.
    pub attributes: Vec<(String, String)>,
    /// Its text, if it is a leaf.
    pub text: String,
    /// Its parts.
    pub parts: Vec<Part>,
}

impl Part {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Whether a formula can be shown.
///
/// # Errors
/// Why not, as the end of a sentence.
pub(super) fn check(math: &Math) -> Result<(), String> {
    tree(math).map(|_| ())
}

/// The tree of a formula.
///
/// # Errors
/// Why there is none, as the end of a sentence.
pub(super) fn tree(math: &Math) -> Result<Part, String> {
    let latex = math.latex.as_str();
    if latex.is_empty() {
        return Err("it is empty".into());
    }
    if latex.len() > MAX_LENGTH || latex.matches('\\').count() > MAX_COMMANDS || depth(latex) > MAX_DEPTH {
        return Err("it is too long or nested too deep".into());
    }
    let display = if math.display { MathDisplay::Block } else { MathDisplay::Inline };
    let converter = CONVERTER.as_ref().ok_or("formulas cannot be read here")?;
    let converted = guarded(|| converter.convert_with_local_state(latex, display))
        .ok_or("it is put together in a way that cannot be read here")?
        .map_err(|error| explain(&error))?;
    let document = roxmltree::Document::parse(&converted.mathml).map_err(|error| error.to_string())?;
    part(document.root_element(), 0)
}

/// What the converter says, as the end of a sentence.
fn explain(error: &math_core::LatexError) -> String {
    let said = error.error_message();
    let said = said.trim_end_matches('.');
    let mut letters = said.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// How deep the braces are nested.
fn depth(latex: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for c in latex.chars() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn part(node: roxmltree::Node<'_, '_>, depth: usize) -> Result<Part, String> {
    let name = node.tag_name().name();
    if depth > MAX_DEPTH {
        return Err("it is nested too deep".into());
    }
    if !ELEMENTS.contains(&name) {
        return Err(format!("`{name}` has no counterpart in print"));
    }
    let mut attributes = Vec::new();
    for attribute in node.attributes() {
        match attribute.name() {
            "style" => attributes.extend(styles(attribute.value())),
            "class" => {}
            name => attributes.push((name.to_owned(), attribute.value().to_owned())),
        }
    }
    let mut parts = Vec::new();
    for child in node.children().filter(roxmltree::Node::is_element) {
        parts.push(part(child, depth + 1)?);
    }
    let text = if parts.is_empty() { node.text().unwrap_or_default().to_owned() } else { String::new() };
    Ok(Part { name: name.to_owned(), attributes, text, parts })
}

/// Inline styles as attributes: pages allow no styles of their own.
fn styles(style: &str) -> Vec<(String, String)> {
    let declarations = style.split(';').filter_map(|declaration| declaration.split_once(':'));
    let attribute = |(name, value): (&str, &str)| match (name.trim(), value.trim()) {
        ("text-align", side @ ("left" | "right")) => Some(("class".to_owned(), side.to_owned())),
        ("color", colour) => Some(("mathcolor".to_owned(), colour.to_owned())),
        _ => None,
    };
    declarations.filter_map(attribute).collect()
}

/// A formula as `MathML`.
pub(super) fn write(out: &mut String, math: &Math) {
    match tree(math) {
        Ok(tree) => element(out, &tree),
        // Not reached for what the parser made.
        Err(_) => out.push_str(&super::html::escape(&math.latex)),
    }
}

fn element(out: &mut String, part: &Part) {
    out.push('<');
    out.push_str(&part.name);
    // A table inherits its level; the checker of HTML refuses the attribute there.
    let is_shown = |name: &str| !(part.name == "mtable" && name == "scriptlevel");
    for (name, value) in part.attributes.iter().filter(|(name, _)| is_shown(name)) {
        let _ = write!(out, " {name}=\"{}\"", super::html::escape(value));
    }
    out.push('>');
    out.push_str(&super::html::escape(&part.text));
    part.parts.iter().for_each(|part| element(out, part));
    let _ = write!(out, "</{}>", part.name);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(latex: &str) -> Math {
        Math { latex: latex.into(), display: false }
    }

    /// The crate panics on it.
    #[test]
    fn a_formula_that_the_crate_did_not_foresee_is_told() {
        let odd = formula(r"\begin{pmatrix} a & b \\_ c & d \end{pmatrix}");
        assert!(check(&odd).is_err_and(|why| why.contains("cannot be read here")));
    }

    #[test]
    fn a_formula_becomes_mathml() {
        let mut out = String::new();
        write(&mut out, &formula(r"\frac{a}{b} < 1"));
        assert_eq!(out, "<math><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>&lt;</mo><mn>1</mn></math>");
    }

    #[test]
    fn what_cannot_be_shown_is_told_in_words() {
        assert_eq!(check(&formula(r"\foo")), Err(r#"unknown command "\foo""#.into()));
        assert!(check(&formula(r"\frac{")).is_err());
        assert!(check(&formula("")).is_err());
    }

    #[test]
    fn no_formula_is_too_much_for_us() {
        for latex in [
            "{".repeat(100_000),
            r"\sqrt".repeat(50_000),
            "x^".repeat(2000),
            format!("{}x{}", "{".repeat(39), "}".repeat(39)),
        ] {
            let _ = check(&formula(&latex));
        }
        let deep = format!("{}x", r"\sqrt".repeat(290));
        assert!(check(&formula(&deep)).is_err());
    }

    #[test]
    fn pages_get_no_inline_styles() {
        let mut out = String::new();
        write(&mut out, &formula(r"\begin{aligned} a &= b \end{aligned} \color{red}{x}"));
        assert!(!out.contains(" style="), "{out}");
        assert!(out.contains("mathcolor"), "{out}");
    }
}
