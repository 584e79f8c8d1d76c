use super::*;
use crate::source::{Sources, position};
use std::fmt::Write;

fn read(text: &str) -> (Option<Node>, Vec<Finding>) {
    let mut findings = Vec::new();
    let node = parse(text, Sources::default().add("t.yaml", text), 0, &mut findings);
    (node, findings)
}

/// The tree of a text in which nothing is wrong.
fn tree(text: &str) -> Node {
    let (node, findings) = read(text);
    assert_eq!(findings, [], "{text}");
    node.expect("a tree")
}

/// The single finding about a text, as `line:column message`.
fn wrong(text: &str) -> String {
    let (_, findings) = read(text);
    let [finding] = &findings[..] else { panic!("{text}: {findings:#?}") };
    assert_eq!(finding.rule, INVALID_YAML);
    assert!(!finding.help.is_empty(), "{text}");
    let at = position(text, finding.span().expect("a place").start as usize);
    format!("{}:{} {}", at.line, at.column, finding.message)
}

fn value(text: &str) -> Value {
    tree(&format!("a: {text}")).get("a").expect("the value").value.clone()
}

fn written<'a>(text: &'a str, node: &Node) -> &'a str {
    &text[node.span.range()]
}

#[test]
fn scalars_keep_what_was_written() {
    let text = |text: &str| Value::Text(text.into());
    for number in ["1.0", "007", "-3", "+1e3", "0x1F", "0o17", ".5", "5.", "1.0e-2", "-.inf", ".nan"] {
        assert_eq!(value(number), Value::Number(number.into()));
    }
    for plain in ["09:30", "2026-11-20", "yes", "no", "on", "off", "1_000", "1.0.0", "e3", ".", "-x", "0x", "0o8", "1e"]
    {
        assert_eq!(value(&format!("{plain} #")), text(plain), "{plain}");
    }
    assert_eq!(value("\"09:30\""), text("09:30"));
    assert_eq!(value("'1.0'"), text("1.0"));
    assert_eq!(value("!!str 1.0"), text("1.0"));
    assert_eq!(value("! true"), text("true"));
    assert_eq!(value("True"), Value::Bool(true));
    assert_eq!(value("\"true\""), text("true"));
    for nothing in ["", "~", "null"] {
        assert_eq!(value(nothing), Value::Null);
    }
    assert_eq!(value("\"\""), text(""));
    assert_eq!(value("|\n  two\n  lines\n"), text("two\nlines\n"));
    assert_eq!(value(">-\n  one\n  line\n"), text("one line"));
}

#[test]
fn every_value_key_list_and_mapping_has_its_place() {
    let text = "ä: 1\nb:\n  c: [x, {y: \"z\"}]\n  d:\n    - 1\n    - e: |\n        text\n\nf:\n";
    let node = tree(text);
    assert_eq!(written(text, &node), text.trim_end().trim_end_matches(':'), "the last value is missing");
    let b = node.get("b").unwrap();
    assert_eq!(written(text, b), "c: [x, {y: \"z\"}]\n  d:\n    - 1\n    - e: |\n        text");
    assert_eq!(written(text, b.get("c").unwrap()), "[x, {y: \"z\"}]");
    let Value::List(c) = &b.get("c").unwrap().value else { panic!("a list") };
    assert_eq!((written(text, &c[0]), written(text, &c[1])), ("x", "{y: \"z\"}"));
    assert_eq!(written(text, c[1].get("y").unwrap()), "\"z\"");
    assert_eq!(written(text, b.get("d").unwrap()), "- 1\n    - e: |\n        text");
    let Value::Map(entries) = &node.value else { panic!("a mapping") };
    let keys: Vec<_> = entries.iter().map(|(key, _)| &text[key.span.range()]).collect();
    assert_eq!(keys, ["ä", "b", "f"]);
    assert_eq!(written(text, node.get("f").unwrap()), "f", "an empty value is shown at its key");
}

#[test]
fn places_are_offsets_into_the_file() {
    let whole = "---\na: [1]\nb: 'x\n---\n";
    let file = Sources::default().add("t.md", whole);
    let mut findings = Vec::new();
    let node = parse("a: [1]\n", file, 4, &mut findings).unwrap();
    assert_eq!(written(whole, &node), "a: [1]");
    assert_eq!(written(whole, node.get("a").unwrap()), "[1]");
    assert!(parse("a: [1]\nb: 'x\n", file, 4, &mut findings).is_none());
    assert_eq!(findings[0].span().map(|span| span.start), Some(14), "the quotation mark");
}

#[test]
fn crlf_and_a_byte_order_mark_change_nothing() {
    let text = "\u{feff}a: 1\r\nb:\r\n  - x\r\n  - |\r\n    two\r\n    lines\r\n";
    let node = tree(text);
    let Value::List(b) = &node.get("b").unwrap().value else { panic!("a list") };
    assert_eq!(node.get("a").unwrap().value, Value::Number("1".into()));
    assert_eq!((written(text, &b[0]), &b[1].value), ("x", &Value::Text("two\nlines\n".into())));
}

#[test]
fn nothing_is_null() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "~"] {
        assert_eq!(tree(text).value, Value::Null, "{text:?}");
    }
}

#[test]
fn syntax_errors_are_told_in_plain_words_with_their_place() {
    for (text, told) in [
        ("a: 1\nb: \"x\nc: y\n", "2:4 a quotation mark is never closed"),
        ("a:\n\t- b\n", "2:1 a tab stands where only spaces may"),
        ("a: b: c\n", "1:5 there is a colon where none can be"),
        ("a:\n  b: 1\n c: 2\n", "3:2 a key is expected here"),
        ("- a\nb: 1\n", "2:1 an entry of the list is expected here"),
        ("a: [1, 2\n", "1:4 the bracket `[` is never closed"),
        ("a: {b: 1]\n", "1:4 the bracket `{` is closed by `]`"),
        ("a: 1 ]\nb: ]\n", "2:4 a bracket is closed that was never opened"),
        ("a: @x\n", "1:4 no text can begin with `@`"),
        ("ä: 'x' y\n", "1:8 something follows a text in quotes"),
        ("a: \"\\q\"\n", "1:4 a backslash in double quotes is followed by something unknown"),
        ("a: - b\n", "1:4 a list cannot begin here"),
    ] {
        assert_eq!(wrong(text), told, "{text}");
        assert!(read(text).0.is_none(), "{text}");
    }
}

#[test]
fn duplicate_keys_are_all_told_and_the_first_is_read() {
    let (node, findings) = read("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n");
    let places: Vec<_> = findings.iter().flat_map(|f| &f.labels).map(|label| label.span.start).collect();
    assert_eq!(places, [17, 10, 22, 0], "again, first; again, first");
    assert_eq!(node.unwrap().get("a").unwrap().value, Value::Number("1".into()));
}

#[test]
fn keys_are_words() {
    assert_eq!(tree("1: x\ntrue: y\n").get("true").unwrap().value, Value::Text("y".into()));
    assert!(tree("1: x").get("1").is_some());
    assert_eq!(wrong("a: 1\n? [b, c]\n: d\n"), "2:3 a key must be a word");
    assert_eq!(wrong(": x\n"), "1:1 a key must be a word");
    assert_eq!(wrong("a: 1\n{b: c}: d\n"), "2:1 a key must be a word");
}

#[test]
fn tags_that_mean_more_than_a_type_are_refused() {
    assert_eq!(wrong("a: 1\nb: !!binary aGk=\n"), "2:4 the tag `!!binary` means nothing here");
    let (node, findings) = read("a: !secret {b: 1}\n");
    assert_eq!(findings.len(), 1);
    assert!(node.unwrap().get("a").unwrap().get("b").is_some(), "the value is read all the same");
}

#[test]
fn one_document_is_read() {
    assert_eq!(wrong("a: 1\n---\nb: 2\n"), "2:1 a second YAML document begins here; only one is read");
    assert_eq!(tree("---\na: 1\n...\n").get("a").unwrap().value, Value::Number("1".into()));
}

#[test]
fn aliases_and_merge_keys_are_expanded_where_they_stand() {
    let text =
        "base: &base {x: 1, y: 2}\nmore: &more {y: 3, z: 4}\nuse:\n  y: 9\n  <<: [*base, *more]\nlist: [*base]\n";
    let node = tree(text);
    let used = node.get("use").unwrap();
    let number = |key: &str| used.get(key).map(|node| node.value.clone());
    let expected = |text: &str| Some(Value::Number(text.into()));
    assert_eq!((number("x"), number("y"), number("z")), (expected("1"), expected("9"), expected("4")));
    let Value::List(list) = &node.get("list").unwrap().value else { panic!("a list") };
    assert_eq!(written(text, &list[0]), "*base");
    assert_eq!(written(text, list[0].get("x").unwrap()), "1");
    assert_eq!(wrong("a: 1\nb: *nobody\n"), "2:4 `*nobody` stands for nothing");
    assert_eq!(wrong("a: &a [*a]\n"), "1:8 this alias stands for something that it is itself a part of");
    assert_eq!(wrong("a: {<<: 5}\n"), "1:9 `<<` takes in mappings only");
}

#[test]
fn an_alias_bomb_is_stopped() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    assert!(wrong(&text).contains("stands for more than"), "{}", wrong(&text));
    let long = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(500_000), vec!["*a"; 1000].join(", "));
    assert!(wrong(&long).contains("8 MiB of text"));
    let key = format!("a: &a {{? \"{}\" : 1}}\nb: [{}]\n", "x".repeat(500_000), vec!["*a"; 1000].join(", "));
    assert!(wrong(&key).contains("8 MiB of text"), "keys count as well");
    let mut merged = "m0: &m0 {k: v}\n".to_owned();
    for level in 1..40 {
        writeln!(merged, "m{level}: &m{level} {{a: *m{0}, b: *m{0}}}", level - 1).unwrap();
    }
    assert!(read(&merged).1.len() == 1);
}

#[test]
fn depth_is_bounded_also_through_aliases() {
    let nested = |depth: usize| format!("{}x{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(read(&nested(MAX_DEPTH)).1, []);
    assert!(wrong(&nested(MAX_DEPTH + 1)).contains("more than 32 deep"));
    assert!(wrong(&"[".repeat(100_000)).contains("more than 32 deep"));
    assert!(wrong(&"- ".repeat(50_000)).contains("more than 32 deep"));
    assert!(wrong(&"{a: ".repeat(50_000)).contains("more than 32 deep"));
    let mut chain = format!("a0: &a0 {}\n", nested(20));
    for level in 1..20 {
        writeln!(chain, "a{level}: &a{level} [[[[[*a{}]]]]]", level - 1).unwrap();
    }
    assert!(wrong(&chain).contains("more than 32 deep"));
}

#[test]
fn size_and_control_characters_are_bounded() {
    assert!(wrong(&"a: b\n".repeat(2 << 20)).starts_with("1:1 this is more YAML than is read at once"));
    assert_eq!(wrong("a: x\0y\n"), "1:5 the control character `\\u{0}` has no place here");
    assert!(wrong(&"- 1\n".repeat(150_000)).contains("stands for more than"));
}
