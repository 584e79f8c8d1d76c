use super::*;
use crate::source::Sources;

#[test]
fn probe() {
    for text in [
        "a: 1\nb:\n  c: [x, {y: z}]\n  d:\n    - 1\n    - \n    - e: |\n        text\n\n        more\n\nf: \"q\"\ng:\nh: null\n",
        "a: \"x\ny: z",
        "a: b: c",
        "\ta: 1",
        "a:\n\t- b",
        "a:\n  b: 1\n c: 2",
        "[a, b",
        "{a: 1",
        "- a\nb: 1",
        "a: *x",
        "a: @x",
        "a: `x`",
        "a: %x",
        "a: 'x' y",
        "a: {b: 1]",
        "a: b\n  c: d",
        "a\nb: 1",
        "a: \"\\q\"",
        "a: - b",
        "key: [1,2\nb: 3\n",
        "&a [*a]",
        "a: |\n\tx",
        "a: !!binary aGk=",
        "a: !foo {b: 1}",
        "a: &x",
        "? [a]\n: b",
        ": x",
        "-a\nb",
        "a: 1\n---\nb: 2\n",
        "a: 1\n...\nb: 2\n",
    ] {
        let file = Sources::default().add("t", text);
        let mut findings = Vec::new();
        let node = parse(text, file, 0, &mut findings);
        println!("=== {text:?}");
        fn show(node: &Node, text: &str, depth: usize) {
            let pad = "  ".repeat(depth);
            match &node.value {
                Value::List(nodes) => {
                    println!("{pad}LIST {:?}", &text[node.span.range()]);
                    nodes.iter().for_each(|n| show(n, text, depth + 1));
                }
                Value::Map(entries) => {
                    println!("{pad}MAP {:?}", &text[node.span.range()]);
                    for (k, n) in entries {
                        println!("{pad} KEY {} {:?}", k.name, &text[k.span.range()]);
                        show(n, text, depth + 1)
                    }
                }
                v => println!("{pad}{v:?} {:?}", &text[node.span.range()]),
            }
        }
        if let Some(node) = node {
            show(&node, text, 0)
        }
        for f in findings {
            println!(
                "{} @{:?} {:?} help {:?}",
                f.message,
                crate::source::position(text, f.labels[0].span.start as usize),
                f.labels,
                f.help
            )
        }
    }
}
