//! Every Markdown in every format: whatever is written, pages and PDFs are made, and they say the same.

#![allow(clippy::disallowed_methods, reason = "a test may read and write what it likes")]

use handoff::finding::Finding;
use handoff::pipeline::{self, Options, Silent};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use unicode_normalization::UnicodeNormalization;

const PROJECT: &str = "handoff: 1
project:
  id: texts
  name: Texts
  summary: Texts of all kinds.
  language: en
release:
  version: 1.0.0
  date: 2026-11-20
  status: draft
supplier:
  name: A
client:
  name: B
";

/// What became of some texts.
struct Made {
    page: String,
    markdown: String,
    pdfs: Vec<(String, Vec<u8>)>,
    findings: Vec<Finding>,
}

/// Makes all formats of texts, each a fragment of its own in one document.
fn make(texts: &[String], files: &[(&str, &[u8])]) -> Result<Made, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).and_then(|()| std::fs::write(path, bytes))
    };
    write("handoff.yaml", PROJECT.as_bytes()).map_err(|error| error.to_string())?;
    for (index, text) in texts.iter().enumerate() {
        let text = format!("---\norder: {index}\n---\n{text}");
        write(&format!("docs/texts/{index:04}.md"), text.as_bytes()).map_err(|error| error.to_string())?;
    }
    for (path, bytes) in files {
        write(path, bytes).map_err(|error| error.to_string())?;
    }
    let options = Options::default();
    let inspected = pipeline::inspect(folder.path(), &options, &Silent).map_err(|error| format!("{error:?}"))?;
    let mut produced = pipeline::produce(&inspected, &options, &Silent).map_err(|error| format!("{error:?}"))?;
    let text = |path: &str| {
        let bytes = produced.bundle.get(path).unwrap_or_else(|| panic!("no {path}"));
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    };
    let (page, markdown) = (text("html/texts.html"), text("markdown/texts.md"));
    let pdfs = produced
        .bundle
        .files()
        .iter()
        .filter(|(path, _)| path.ends_with("texts.pdf") || path.ends_with("1.0.0.pdf"))
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect();
    let mut findings = inspected.loaded.findings.clone();
    findings.append(&mut produced.findings);
    Ok(Made { page, markdown, pdfs, findings })
}

/// The text of a PDF, if poppler is there.
fn text_of(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().ok()?;
    let path = folder.path().join("x.pdf");
    std::fs::write(&path, pdf).ok()?;
    match Command::new("pdftotext").args(["-enc", "UTF-8", "-raw"]).arg(&path).arg("-").output() {
        Ok(output) if output.status.success() => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => panic!("pdftotext: {}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => {
            assert!(std::env::var_os("HANDOFF_SKIP_JUDGES").is_some(), "pdftotext is missing: install poppler-utils");
            None
        }
    }
}

/// The words that a page shows in its body.
fn words_of(page: &str) -> BTreeMap<String, usize> {
    let body = page.split("<div class=\"body\">").nth(1).expect("a body");
    let body = body.split("</article>").next().unwrap_or(body);
    // Footnotes have numbers of their own in print, and the parts of a formula another order.
    let notes =
        regex::Regex::new("<sup class=\"footnote\">.*?</sup>|<h2 class=\"visually-hidden\">.*?</h2>|<math.*?</math>")
            .expect("valid");
    let body = notes.replace_all(body, " ");
    let mut text = String::new();
    let mut rest = body.as_ref();
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
        let name = rest[start..end].trim_start_matches(['<', '/']).split([' ', '>']).next().unwrap_or_default();
        let is_inline = matches!(
            name,
            "em" | "strong" | "del" | "code" | "a" | "span" | "sup" | "sub" | "kbd" | "mark" | "ins" | "mi" | "mn"
        );
        text.push_str(if is_inline { "" } else { " " });
        rest = &rest[end..];
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let mut words = BTreeMap::new();
    let is_plain = |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(is_plain) {
        *words.entry(word.to_owned()).or_default() += 1;
    }
    words
}

/// Every word of the page stands in the PDF, as often as there.
fn assert_same_words(made: &Made) {
    let words = words_of(&made.page);
    assert!(words.len() > 3, "the page has hardly a word");
    for (path, pdf) in &made.pdfs {
        let Some(text) = text_of(pdf) else { return };
        let text: String = text.nfkc().filter(|c| c.is_alphanumeric()).collect();
        let mut missing = String::new();
        for (word, count) in &words {
            let found = text.matches(word.as_str()).count();
            if found < *count {
                let _ = writeln!(missing, "{word}: {count} times on the page, {found} times in {path}");
            }
        }
        assert!(missing.is_empty(), "{missing}");
    }
}

fn fixture(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/markdown").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("a fixture")).expect("a list of texts")
}

#[test]
fn all_examples_of_commonmark_render_the_same_in_both_formats() {
    let examples = fixture("commonmark.json");
    assert_eq!(examples.len(), 652);
    assert_same_words(&make(&examples, &[]).expect("rendered"));
}

#[test]
fn all_examples_of_gfm_and_extensions_render_the_same_in_both_formats() {
    let examples = [fixture("gfm.json"), fixture("extensions.json")].concat();
    assert_same_words(&make(&examples, &[]).expect("rendered"));
}

#[test]
fn nothing_that_is_written_acts_as_source() {
    let texts = [
        "#eval(\"1+1\") #set page(width: 1pt) $ #panic() $ `#panic()`".to_owned(),
        "{{ 7 * 7 }} {% set x = 1 %} <script>alert(1)</script>".to_owned(),
        "[a](javascript:alert(1)) <a href=\"javascript:alert(1)\">b</a> ![c](javascript:alert(1))".to_owned(),
        "\"]#panic() \\\" \\u{41} @label <label> = no heading".to_owned(),
        "```typst\n#panic(\"x\")\n```".to_owned(),
    ];
    let made = make(&texts, &[]).expect("rendered");
    assert_same_words(&made);
    assert!(!made.page.contains("javascript:") && !made.page.contains("<script>alert"));
    assert!(made.page.contains("#eval(") && made.page.contains("= no heading"));
}

#[test]
fn raw_html_is_in_every_format() {
    let text = "Press <kbd>Ctrl</kbd>, H<sub>2</sub>O, x<sup>2</sup>, <mark>m</mark>, <u>u</u>.\n\n\
        <details>\n<summary>Summary words</summary>\n\nHidden *words*.\n\n</details>\n\n\
        <table><tr><th>Head</th></tr><tr><td>Cell<br>second</td></tr></table>\n\n<form>kept</form>\n";
    let made = make(&[text.to_owned()], &[]).expect("rendered");
    assert_same_words(&made);
    for markup in ["<kbd>Ctrl</kbd>", "<sub>2</sub>", "<details><summary>", "<mark>m</mark>", "<ins>u</ins>"] {
        assert!(made.page.contains(markup), "{markup}");
    }
    for markup in ["<kbd>Ctrl</kbd>", "<summary>Summary words</summary>", "Hidden *words*"] {
        assert!(made.markdown.contains(markup), "{markup}: {}", made.markdown);
    }
    let dropped: Vec<_> = made.findings.iter().filter(|finding| finding.rule == "dropped-html").collect();
    assert_eq!(dropped.len(), 1, "{:?}", made.findings);
    assert!(dropped[0].span().is_some());
}

#[test]
fn formulas_are_mathml_and_native_in_print() {
    let formulas = [
        r"x^2 + y_1",
        r"\frac{a}{b} = \sqrt[3]{x}",
        r"\sum_{i=0}^n i \prod \int_0^1 f(x)\,dx \iint",
        r"\left( \frac12 \right) \bigl( x \bigr) |x| \lVert x\rVert",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\hat{x} \vec{v} \overline{ab} \overbrace{a+b}^{n} \underbrace{c}_{m} \underline{x}",
        r"\mathbf{x} \mathrm{d}x \text{if } x \mathbb{R} \mathcal{L} \mathfrak{g} \mathsf{s} \mathtt{t}",
        r"\sin x \lim_{n\to\infty} \operatorname{foo} x' \not= \quad \underset{x}{y}",
        r"\begin{cases} 1 & x>0 \\ 0 \end{cases}",
        r"\begin{aligned} a &= b \\ c &= d\end{aligned}",
        r"\binom{n}{k} \cancel{x} \phantom{x} \alpha \beta \Gamma \partial \nabla \infty",
        r"\color{red}{x} a < b \& \$ 12.5 \% \forall x \in A \cup B \implies \iff",
        r"\stackrel{!}{=} \xrightarrow{f} \dot{x} \ddot{x} \tilde{x} \bar{x} \widehat{xyz} \langle x \rangle \lceil y \rceil",
    ];
    let texts: Vec<String> = formulas
        .iter()
        .flat_map(|formula| [format!("Inline $`{formula}`$ no, ${formula}$ yes."), format!("$$\n{formula}\n$$")])
        .collect();
    let made = make(&texts, &[]).expect("rendered");
    let unsupported: Vec<_> = made.findings.iter().filter(|finding| finding.rule == "unsupported-math").collect();
    assert_eq!(unsupported, Vec::<&Finding>::new());
    assert_eq!(made.page.matches("<math display=\"block\">").count(), formulas.len());
    assert!(!made.page.contains(" style="));
    assert!(made.markdown.contains("$$"));
}

#[test]
fn images_that_cannot_be_shown_never_stop_the_build() {
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='80' height='40'><script>alert(1)</script><rect width='80' height='40'/></svg>";
    let mut png = Vec::new();
    image_of(3000, 600).write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).expect("written");
    let text = "![vector](a.svg \"A caption\")\n\n![large](b.png)\n\n![cut](c.png)\n\n![no picture](d.jpg)\n\n<img src=\"b.png\" alt=\"small\" width=\"100\">\n";
    let files: [(&str, &[u8]); 4] = [
        ("docs/texts/a.svg", svg),
        ("docs/texts/b.png", &png),
        ("docs/texts/c.png", &png[..png.len() / 2]),
        ("docs/texts/d.jpg", b"no picture"),
    ];
    let made = make(&[text.to_owned()], &files).expect("rendered");
    let rules: Vec<_> = made.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == "invalid-image").count(), 2, "{rules:?}");
    assert!(rules.contains(&"unsafe-svg"), "{rules:?}");
    assert!(made.page.contains("width=\"100\" height=\"20\""));
    // 3000 pixels on 163 mm are too many for print.
    let single = made.pdfs.iter().find(|(path, _)| path.ends_with("texts.pdf")).expect("a PDF");
    let pixels = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("/Width 3000");
    assert!(!pixels(&single.1));
}

fn image_of(width: u32, height: u32) -> image::DynamicImage {
    let pixel = |x: u32, y: u32| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 90]);
    image::DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, pixel))
}

/// Pieces that mean something to Markdown, HTML, Typst, LaTeX or a layout.
const PIECES: &[&str] = &[
    "#",
    "##",
    "*",
    "**",
    "_",
    "`",
    "```\n",
    "~~",
    "~~~\n",
    "> ",
    "- ",
    "1. ",
    "999999999. ",
    "- [x] ",
    "| a | b |\n|---|:-:|\n| ",
    "\n",
    "\n\n",
    "    ",
    "\t",
    "\\",
    "\\\\",
    "$",
    "$$",
    "\\frac{",
    "\\left(",
    "}",
    "{",
    "^",
    "&",
    "&amp;",
    "&#0;",
    "&nbsp;",
    "[",
    "](",
    ")",
    "![",
    "[^1]",
    "\n[^1]: ",
    "<",
    ">",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<details>\n",
    "<summary>",
    "</details>\n",
    "<table><tr><td>",
    "</td></tr></table>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<img src=x>",
    "<br>",
    "<a href=\"#x\">",
    "<kbd>",
    "<sub>",
    "<ul><li>",
    "<pre>",
    "<h1>",
    "<p style=x>",
    "<?",
    "<![CDATA[",
    "]]>",
    "\n---\n",
    "\n===\n",
    ": ",
    "\nTerm\n: ",
    "{#id}",
    "{{ project.name }}",
    "{{",
    "}}",
    "{%",
    "#panic()",
    "#eval(\"",
    "\"",
    "'",
    "//",
    "/*",
    "*/",
    "@x",
    "<x>",
    "=",
    "+",
    "~",
    "https://a.example/x",
    "www.a.example",
    "a@b.example",
    "word",
    "Ünïcödé",
    "漢字",
    "עברית",
    "العربية",
    "👩‍👩‍👧",
    "🚀",
    "\u{0}",
    "\u{7}",
    "\u{b}",
    "\u{2028}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "\u{ad}",
    "\u{300}",
    "\u{3000}",
    "\u{e000}",
    "\u{ffff}",
    "\r\n",
    "\r",
    "[!NOTE]\n> ",
    "> [!WARNING]\n> ",
    "supercalifragilisticexpialidocious_without_any_place_to_break_the_line_at_all_0123456789",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![8 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,12}", 1 => any::<String>()];
    prop::collection::vec(piece, 1..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn hostile_text_renders_in_every_format(texts in prop::collection::vec(hostile(), 20..30)) {
        // One fragment begins with words, so that the page is never empty.
        let texts = [vec!["Some words that every page has.".to_owned()], texts].concat();
        match make(&texts, &[]) {
            // Marks of direction and letters without a font change what is extracted: here all must be made.
            Ok(made) => prop_assert_eq!(made.pdfs.len(), 2),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
