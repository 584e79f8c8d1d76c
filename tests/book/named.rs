//! Every command that is named in the text, and every example in the help, is one that the program knows, with the
//! options that are named.

use crate::script::words;
use crate::support::{outcome, program};
use crate::{pages, read, root};
use handoff::markdown;
use handoff::model::text::{InlineKind, walk_inlines};
use handoff::source::Sources;
use std::collections::BTreeSet;

#[test]
fn every_command_that_is_named_can_be_typed() {
    let mut commands = BTreeSet::new();
    let summary = read(&pages().join("SUMMARY.md"));
    let listed = summary.lines().filter_map(|line| line.rsplit_once("](")?.1.trim_end().strip_suffix(')'));
    for page in listed.map(|page| pages().join(page)).chain([root().join("README.md")]) {
        let text = read(&page);
        let file = Sources::default().add("page", text.as_str());
        walk_inlines(&markdown::parse(&text, file, 0, &mut Vec::new()).blocks, &mut |inline| {
            if let InlineKind::Code(code) = &inline.kind {
                commands.extend(code.starts_with("handoff ").then(|| code.clone()));
            }
        });
        let help = text.split("<!-- help:").skip(1).filter_map(|block| block.split_once("\nExamples:\n"));
        for (_, examples) in help {
            let mut lines: Vec<String> = Vec::new();
            for line in examples.lines().take_while(|line| line.starts_with("  ")) {
                match lines.last_mut() {
                    // A long command goes on.
                    Some(last) if !line.starts_with("  handoff ") => {
                        *last = format!("{} {}", last.trim_end_matches('\\').trim_end(), line.trim_start());
                    }
                    _ => lines.push(line.trim_start().to_owned()),
                }
            }
            commands.extend(without_explanations(&lines).into_iter().filter(|line| line.starts_with("handoff ")));
        }
    }
    assert!(commands.len() > 100, "{} commands are named", commands.len());
    let wrong: Vec<String> = commands.iter().filter_map(|command| unknown(command)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Examples without what explains them: that begins at the same column on all lines.
fn without_explanations(lines: &[String]) -> Vec<String> {
    let begins = |line: &String| line.find("  ").map(|gap| gap + line[gap..].len() - line[gap..].trim_start().len());
    let column = lines.iter().filter_map(begins).min().unwrap_or(usize::MAX);
    let cut = |line: &String| match line.get(..column) {
        Some(command) if command.ends_with(' ') && words(command).is_ok() => command.trim_end().to_owned(),
        _ => line.clone(),
    };
    lines.iter().map(cut).collect()
}

/// What the program does not know of a command: it is asked for its help, and reads what stands before that.
fn unknown(command: &str) -> Option<String> {
    let words = words(command).expect("quotation marks are closed").into_iter().skip(1);
    // What is for the shell ends it. Brackets are put around what may be left out.
    let words = words.take_while(|word| !["|", ">", ">>", "<", "&&", "||"].contains(&word.as_str()));
    let words: Vec<String> = words.map(|word| word.trim_matches(['[', ']', '…']).to_owned()).collect();
    let told = outcome(program().args(words.iter().filter(|word| !word.is_empty())).arg("--help"));
    // Words such as FILE stand for what the reader has: only what is no command and no option is wrong.
    let stands_for_another = words.iter().any(|word| {
        word.chars().all(|sign| sign.is_ascii_uppercase()) && told.stderr.contains(&format!("subcommand '{word}'"))
    });
    let wrong = ["unrecognized subcommand", "unexpected argument"].iter().any(|wrong| told.stderr.contains(wrong));
    (wrong && !stands_for_another).then(|| format!("{command}: {}", told.stderr.lines().next().unwrap_or_default()))
}

#[test]
fn explanations_are_told_from_examples() {
    let lines =
        ["handoff a            one thing", "handoff a --b 'c d'  another", "handoff a --bcd e fg that", "handoff a"]
            .map(str::to_owned);
    let wanted = ["handoff a", "handoff a --b 'c d'", "handoff a --bcd e fg", "handoff a"];
    assert_eq!(without_explanations(&lines), wanted);
    assert!(unknown("handoff check --such").is_some() && unknown("handoff checks").is_some());
    assert!(unknown("handoff record KIND --help").is_none() && unknown("handoff check [DIR] | less").is_none());
}
