//! What Markdown becomes.

use super::*;
use crate::model::text::{Style, Target, plain, walk_blocks, walk_inlines};
use crate::source::Sources;

fn parsed(text: &str) -> (Parsed, Vec<Finding>) {
    let mut findings = Vec::new();
    let file = Sources::default().add("t.md", text);
    (parse(text, file, 0, &mut findings), findings)
}

#[test]
fn every_inline_knows_its_place() {
    let text = "---\n\nSee [the *log*](logs.md) and `code`.\n";
    let file = Sources::default().add("t.md", text);
    let parsed = parse(&text[5..], file, 5, &mut Vec::new());
    let mut places = Vec::new();
    walk_inlines(&parsed.blocks, &mut |inline| places.push(&text[inline.span.unwrap().range()]));
    assert_eq!(places, ["See ", "[the *log*](logs.md)", "the ", "*log*", "log", " and ", "`code`", "."]);
}

#[test]
fn an_image_alone_is_a_figure() {
    let (parsed, _) = parsed("![A map](map.svg \"The harbour\")\n\ntext ![x](y.png)\n");
    let BlockKind::Figure(image) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
    assert_eq!((image.alt.as_str(), image.title.as_str()), ("A map", "The harbour"));
    assert!(matches!(parsed.blocks[1].kind, BlockKind::Paragraph(_)));
}

#[test]
fn lists_are_tight_or_loose_and_tasks_are_ticked() {
    let (parsed, _) = parsed("- [x] a\n- [ ] b\n  - c\n\n1. d\n\n2. e\n");
    let BlockKind::List(tasks) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
    assert!(tasks.tight);
    assert_eq!(tasks.items.iter().map(|item| item.checked).collect::<Vec<_>>(), [Some(true), Some(false)]);
    assert_eq!(tasks.items[1].blocks.len(), 2);
    let BlockKind::List(numbered) = &parsed.blocks[1].kind else { panic!("{parsed:?}") };
    assert_eq!((numbered.start, numbered.tight), (Some(1), false));
}

#[test]
fn tables_footnotes_definitions_and_admonitions() {
    let (parsed, findings) = parsed(
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\nText[^1].\n\n[^1]: Note.\n\nTerm\n: Meaning.\n\n> [!WARNING]\n> Hot.\n",
    );
    assert_eq!(findings, []);
    assert_eq!(parsed.footnotes.len(), 1);
    let kinds: Vec<_> = parsed.blocks.iter().map(|block| &block.kind).collect();
    let BlockKind::Table(table) = kinds[0] else { panic!("{kinds:?}") };
    assert_eq!(table.alignments, [Alignment::Auto, Alignment::Right]);
    assert_eq!((plain(&table.header[1]), plain(&table.rows[0][1])), ("b".into(), "2".into()));
    assert!(matches!(kinds[2], BlockKind::Definitions(list) if list.len() == 1 && list[0].details.len() == 1));
    assert!(matches!(kinds[3], BlockKind::Admonition(Admonition::Warning, inner) if inner.len() == 1));
}

#[test]
fn deep_nesting_is_flattened_with_one_finding() {
    let (parsed, findings) = parsed(&format!("{}deep\n", "> ".repeat(500)));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule, TOO_DEEP);
    let mut seen = String::new();
    walk_blocks(&parsed.blocks, &mut |block| {
        if let BlockKind::Paragraph(line) = &block.kind {
            seen.push_str(&plain(line));
        }
    });
    assert_eq!(seen, "deep");
}

#[test]
fn raw_html_is_told_and_its_text_kept() {
    let (parsed, findings) = parsed("a <blink>b</blink> <!-- quiet -->\n\n<dialog>\n<b>d</b> e\n</dialog>\n");
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [DROPPED_HTML, DROPPED_HTML]);
    let BlockKind::Paragraph(line) = &parsed.blocks[1].kind else { panic!("{parsed:?}") };
    assert_eq!(plain(line), "d e");
}

/// The text of a parsed fragment as HTML, for looking at its structure.
fn html(text: &str) -> String {
    struct Bare;
    impl crate::markdown::html::Surroundings for Bare {
        fn href(&self, target: &Target) -> Option<String> {
            match target {
                Target::Written(written) => Some(written.clone()),
                _ => None,
            }
        }
        fn picture(&self, target: &Target) -> Option<crate::markdown::html::Picture> {
            self.href(target).map(|source| crate::markdown::html::Picture { source, size: None })
        }
        fn word(&self, _: &str) -> &'static str {
            "word"
        }
    }
    let (parsed, findings) = parsed(text);
    assert_eq!(findings, [], "{text}");
    crate::markdown::html::write(&parsed.blocks, &parsed.footnotes, &Bare).trim().to_owned()
}

#[test]
fn html_that_people_use_goes_into_the_tree() {
    for (text, expected) in [
        ("a<br>b<br/>c", "<p>a<br>\nb<br>\nc</p>"),
        ("<kbd>Ctrl</kbd>+<kbd>C</kbd>", "<p><kbd>Ctrl</kbd>+<kbd>C</kbd></p>"),
        ("H<sub>2</sub>O x<sup>2</sup>", "<p>H<sub>2</sub>O x<sup>2</sup></p>"),
        (
            "<u>a</u> <ins>b</ins> <del>c</del> <mark>d</mark>",
            "<p><ins>a</ins> <ins>b</ins> <del>c</del> <mark>d</mark></p>",
        ),
        (
            "<b>a</b> <i>*b*</i> <code>c &lt; d</code>",
            "<p><strong>a</strong> <em><em>b</em></em> <code>c &lt; d</code></p>",
        ),
        ("<a href=\"x.md\" title=t>*a*</a>", "<p><a href=\"x.md\" title=\"t\"><em>a</em></a></p>"),
        ("<span>a</span>", "<p>a</p>"),
        ("<div align=center>\n\n*a*\n\n</div>", "<p><em>a</em></p>"),
        ("<p>a\n  b</p>\n<hr>", "<p>a b</p>\n<hr>"),
        ("<img src=x.png alt=y width=40>", "<figure><img src=\"x.png\" alt=\"y\" width=\"40\"></figure>"),
        ("<ul><li>a<li>b <b>c</b></ul>", "<ul>\n<li>a\n</li>\n<li>b <strong>c</strong>\n</li>\n</ul>"),
        (
            "<pre><code class=language-xyz>a\n  b\n</code></pre>",
            "<div class=\"code\" data-lang=\"xyz\"><pre tabindex=\"0\"><code>a\n  b</code></pre></div>",
        ),
        (
            "<details><summary>More <b>here</b></summary>\n\n- a\n\n</details>\n\nb",
            "<details><summary>More <strong>here</strong></summary>\n<ul>\n<li>a\n</li>\n</ul>\n</details>\n<p>b</p>",
        ),
    ] {
        assert_eq!(html(text), expected, "{text}");
    }
}

#[test]
fn html_tables_are_tables() {
    let (parsed, findings) = parsed(
        "<table>\n<thead><tr><th>a</th><th>b</th></tr></thead>\n<tr><td>1<br>2</td><td>\n\n- x\n- y\n\n</td></tr>\n<tr><td colspan=2>3</td></tr>\n</table>\n",
    );
    assert_eq!(findings, []);
    let BlockKind::Table(table) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
    assert_eq!(table.header.iter().map(|cell| plain(cell)).collect::<Vec<_>>(), ["a", "b"]);
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    assert_eq!(rows, [["1 2", "• x • y"], ["3", ""]]);
    assert_eq!(parsed.blocks.len(), 1);
}

#[test]
fn what_is_dangerous_is_dropped_and_told() {
    for text in [
        "<script>alert(1)</script>",
        "a <script>alert(1)</script> b",
        "<style>p{}</style>",
        "<iframe src=x></iframe>",
        "<b onclick=\"x()\">a</b>",
        "<p style=\"position:fixed\">a</p>",
        "<svg><script>alert(1)</script></svg>",
        "<div\na",
        "<img alt=x>",
    ] {
        let (parsed, findings) = parsed(text);
        assert!(findings.iter().all(|finding| finding.rule == DROPPED_HTML) && !findings.is_empty(), "{text}");
        let seen = format!("{parsed:?}");
        assert!(!seen.contains("alert") && !seen.contains("position"), "{text}: {seen}");
    }
}

#[test]
fn an_element_never_swallows_what_follows_its_block() {
    let (parsed, _) = parsed("<video src=x>\n\nkept\n\n> <details>\n> a\n\nafter\n");
    assert_eq!(parsed.blocks.len(), 3, "{parsed:?}");
    let (parsed, _) = self::parsed("<b>\n\npara\n\n</b>\n\n<td>cell</td>\n");
    assert_eq!(crate::model::text::prose(&parsed.blocks).split_whitespace().collect::<Vec<_>>(), ["para", "cell"]);
}

#[test]
fn dropped_html_is_found_where_it_stands() {
    let text = "line\n\n> <div>\n> <form>x\n> </form></div>\n";
    let (_, findings) = parsed(text);
    let places: Vec<&str> = findings.iter().map(|finding| &text[finding.span().unwrap().range()]).collect();
    assert_eq!(places, ["<form>"]);
}

#[test]
fn formulas_stand_in_lines_and_alone() {
    let (parsed, findings) = parsed("a $x^2$ b\n\n$$\n\\frac{a}{b}\n$$\n\nc $$y$$ d\n");
    assert_eq!(findings, []);
    let BlockKind::Paragraph(line) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
    assert!(matches!(&line[1].kind, InlineKind::Math(math) if math.latex == "x^2" && !math.display));
    assert!(matches!(&parsed.blocks[1].kind, BlockKind::Math(math) if math.latex == "\\frac{a}{b}" && math.display));
    assert_eq!(parsed.blocks.len(), 5);
}

#[test]
fn dollars_of_prose_are_no_formulas() {
    for text in ["It costs $5 and $10.", "Set $HOME/$USER here.", "US$5–US$10", "5$ or 6$"] {
        let (parsed, findings) = parsed(text);
        assert_eq!(findings, []);
        let BlockKind::Paragraph(line) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
        assert_eq!(plain(line), text);
    }
}

#[test]
fn a_formula_that_cannot_be_shown_is_code_and_told() {
    let (parsed, findings) = parsed("a $\\foo{x}$ b");
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [UNSUPPORTED_MATH]);
    let BlockKind::Paragraph(line) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
    assert!(matches!(&line[1].kind, InlineKind::Code(code) if code == "\\foo{x}"));
}

#[test]
fn punctuation_is_that_of_the_language() {
    let shown = |language: &str, text: &str| {
        let file = Sources::default().add("t.md", text);
        let parsed = parse_in(Typography::of(language), text, file, 0, &mut Vec::new());
        let BlockKind::Paragraph(line) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
        plain(line)
    };
    assert_eq!(shown("en", r#""It's" -- 'so'..."#), "“It’s” – ‘so’…");
    assert_eq!(shown("de", r#""Es geht's", 'so'"#), "„Es geht’s“, ‚so‘");
    assert_eq!(shown("fr", r#""Oui" ?"#), "«\u{a0}Oui\u{a0}»\u{202f}?");
    assert_eq!(shown("en", r#"\"a\" `"b"` --force 1--2 "x"#), r#""a" "b" --force 1–2 “x"#);
    assert_eq!(shown("en", "„kept“ «as» it is"), "„kept“ «as» it is");
}

#[test]
fn styles_nest() {
    let (parsed, _) = parsed("<sup>a <b>b</sup> c");
    let BlockKind::Paragraph(line) = &parsed.blocks[0].kind else { panic!("{parsed:?}") };
    assert!(matches!(&line[0].kind, InlineKind::Styled(Style::Superscript, inner) if inner.len() == 2));
    assert_eq!(plain(line), "a b c");
}
