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
use unicode_normalization::char::is_combining_mark;

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
        let bytes = produced.bundle.get(path).expect("in memory").unwrap_or_else(|| panic!("no {path}"));
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    };
    let (page, markdown) = (text("html/texts.html"), text("markdown/texts.md"));
    let pdfs = produced
        .bundle
        .files()
        .iter()
        .filter(|(path, _)| path.ends_with("texts.pdf") || path.ends_with("1.0.0.pdf"))
        .map(|(path, content)| (path.clone(), content.clone().into_bytes().expect("in memory")))
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
    for word in runs(&text).into_iter().filter(|word| word.chars().count() > 1) {
        *words.entry(word).or_default() += 1;
    }
    words
}

/// Whether a letter is written from right to left.
fn is_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// The letters and digits of a text, without accents, and the same for signs that mean the same.
fn letters(text: &str) -> String {
    text.nfkd().filter(|c| c.is_alphanumeric() && !is_combining_mark(*c)).collect()
}

/// The words of a text, each in one direction.
fn runs(text: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        let last = runs.last().and_then(|run| run.chars().next_back());
        if !c.is_alphanumeric() || last.is_some_and(|last| is_from_right(last) != is_from_right(c)) {
            runs.push(String::new());
        }
        if let Some(run) = runs.last_mut().filter(|_| c.is_alphanumeric()) {
            run.push(c);
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The characters that no font has, as findings tell them; the PDF shows another sign for each.
fn lacking(findings: &[Finding]) -> Vec<char> {
    let told = findings.iter().filter(|finding| finding.rule == "missing-glyph");
    let code = told.filter_map(|finding| finding.message.split("(U+").nth(1)?.split(')').next());
    code.filter_map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)).collect()
}

/// The words of the page that a PDF does not have as often as the page.
fn missing_words(made: &Made) -> String {
    let lacking = lacking(&made.findings);
    let page: String = made.page.chars().filter(|c| !lacking.contains(c)).collect();
    let words = words_of(&page);
    assert!(words.len() > 3, "the page has hardly a word");
    // A sign of direction shows any word backwards.
    let turns = made.page.contains(['\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}']);
    let mut missing = String::new();
    for (path, pdf) in &made.pdfs {
        let Some(text) = text_of(pdf) else { continue };
        let text = letters(&text);
        let backwards: String = text.chars().rev().collect();
        for (word, count) in &words {
            let mut found = text.matches(word.as_str()).count();
            if turns || word.starts_with(is_from_right) {
                found += backwards.matches(word.as_str()).count();
            }
            if found < *count && !(turns && in_parts(&backwards, word)) {
                let _ = writeln!(missing, "{word}: {count} times on the page, {found} times in {path}");
            }
        }
    }
    missing
}

/// Whether a word stands in a text in two parts: a line ends within it, and each line is turned by itself.
fn in_parts(text: &str, word: &str) -> bool {
    let mut parts = word.char_indices().skip(1).map(|(at, _)| word.split_at(at));
    parts.any(|(first, second)| text.contains(first) && text.contains(second))
}

/// Every word of the page stands in the PDF, as often as there.
fn assert_same_words(made: &Made) {
    let missing = missing_words(made);
    assert!(missing.is_empty(), "{missing}");
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

/// Figures and tables of every kind, named and referred to.
const FIGURES: &str = "See [](#map), [](#rates), [](#flow), [](#last), [](#ships), [the map](#map) and [](#berths).\n\n\
    ## Berths\n\n![A map](a.svg \"The harbour\"){#map width=50%}\n\n\
    ```mermaid alt=\"One then two\" title=\"The flow\" id=\"flow\"\nflowchart LR\n  a --> b\n```\n\n\
    | Ship | Rate |\n|---|--:|\n| Ketch | 40 |\n\nTable: Rates per *night* {#rates}\n\n\
    ![No caption, no anchor, no number](a.svg)\n\n\
    - In a list:\n\n  ![Small](a.svg){#last}\n\n\
    <figure id=\"ships\"><table><tr><th>Ship</th></tr><tr><td>Sloop</td></tr></table><figcaption>Ships</figcaption></figure>\n";

#[test]
fn figures_and_tables_have_numbers_and_references_say_them() {
    let files: [(&str, &[u8]); 2] = [
        (
            "docs/texts/a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' width='80' height='40'><rect width='80' height='40'/></svg>",
        ),
        (
            "docs/other.md",
            b"# Other\n\nLook at [](texts.md#map), [](texts.md#rates), [](texts.md#berths) and [](texts.md).\n",
        ),
    ];
    let made = make(&[FIGURES.to_owned()], &files).expect("rendered");
    let page = made.page.replace('\u{a0}', " ");
    for wanted in [
        "<a href=\"#map\">Figure 1</a>, <a href=\"#rates\">Table 1</a>, <a href=\"#flow\">Figure 2</a>",
        "<a href=\"#last\">Figure 3</a>, <a href=\"#ships\">Table 2</a>, <a href=\"#map\">the map</a>",
        "<a href=\"#berths\">Section 1</a>",
        "<figure id=\"map\"><img",
        "width=\"308\" height=\"154\"><figcaption><span class=\"label\">Figure 1</span> The harbour</figcaption>",
        "<figcaption><span class=\"label\">Figure 2</span> The flow</figcaption>",
        "<table id=\"rates\">\n<caption><span class=\"label\">Table 1</span> Rates per <em>night</em></caption>",
        "<figcaption><span class=\"label\">Figure 3</span></figcaption>",
        "<caption><span class=\"label\">Table 2</span> Ships</caption>",
    ] {
        assert!(page.contains(wanted), "{wanted}\n{page}");
    }
    assert!(!page.contains("Figure 4") && !page.contains("{#"), "{page}");
    let markdown = made.markdown.replace('\u{a0}', " ");
    assert!(
        markdown.contains("[Figure 1](texts.md#map)")
            && markdown.contains("<a id=\"map\"></a>**Figure 1** The harbour"),
        "{markdown}"
    );
    for (path, pdf) in &made.pdfs {
        let Some(text) = text_of(pdf) else { return };
        let text = text.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in [
            "See Figure 1, Table 1, Figure 2, Figure 3, Table 2, the map and Section 1.",
            "Figure 1 The harbour",
            "Table 1 Rates per night",
        ] {
            assert!(text.contains(wanted), "{wanted} is not in {path}: {text}");
        }
    }
}

#[test]
fn references_to_another_document_name_it_in_the_language_of_the_project() {
    let project = PROJECT.replace("language: en", "language: de");
    let files: [(&str, &[u8]); 3] = [
        ("handoff.yaml", project.as_bytes()),
        (
            "docs/texts/a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' width='80' height='40'><rect width='80' height='40'/></svg>",
        ),
        ("docs/other.md", b"# Anderes\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\nTabelle: Zahlen {#zahlen}\n"),
    ];
    let text = "Siehe [](../other.md#zahlen), [](../other.md), [](#karte) und [](https://a.example/x).\n\n## Hafen\n\n![Karte](a.svg){#karte}\n";
    let made = make(&[text.to_owned()], &files).expect("rendered");
    let page = made.page.replace('\u{a0}', " ");
    for wanted in [
        "<a href=\"other.html#zahlen\">Tabelle 1 in „Anderes“</a>",
        "<a href=\"other.html\">Anderes</a>",
        "<a href=\"#karte\">Abbildung 1</a>",
        "<a href=\"https://a.example/x\">https://a.example/x</a>",
    ] {
        assert!(page.contains(wanted), "{wanted}\n{page}");
    }
    assert_same_words(&made);
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

fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

proptest! {
    // Each case makes whole PDFs; PROPTEST_CASES asks for more of them.
    #![proptest_config(ProptestConfig { cases: cases(2), failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn hostile_text_renders_in_every_format(texts in prop::collection::vec(hostile(), 20..30)) {
        // One fragment begins with words, so that the page is never empty.
        let texts = [vec!["Some words that every page has.".to_owned()], texts].concat();
        match make(&texts, &[]) {
            Ok(made) => {
                prop_assert_eq!(made.pdfs.len(), 2);
                prop_assert_eq!(missing_words(&made), "");
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
