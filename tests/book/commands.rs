//! The blocks of help in the page about the commands are what the program prints.

use crate::support::{outcome, program};
use crate::{compare, pages, read};
use std::fmt::Write as _;

const PAGE: &str = "commands.md";

#[test]
fn the_page_about_commands_shows_the_help_of_each() {
    let page = read(&pages().join(PAGE));
    let mut wanted = String::new();
    let mut rest = page.as_str();
    while let Some((before, behind)) = rest.split_once("<!-- help:") {
        let (command, behind) = behind.split_once("-->").expect("a mark that is closed");
        let (_, after) = behind.split_once("<!-- end of help -->").expect("an end for every block of help");
        let command = command.trim();
        wanted.push_str(before);
        let _ = write!(
            wanted,
            "<!-- help: {command} -->\n\n```text\n{}\n```\n\n<!-- end of help -->",
            help(command).trim_end()
        );
        rest = after;
    }
    wanted.push_str(rest);
    compare(PAGE, &wanted);
}

#[test]
fn every_command_has_its_help_on_the_page() {
    let page = read(&pages().join(PAGE));
    let help = help("");
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What does not fit on a line goes on below, further in.
    let listed = listed.filter(|line| !line.starts_with("   "));
    let commands: Vec<_> =
        listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(!commands.is_empty());
    for command in commands {
        assert!(page.contains(&format!("<!-- help: {command} -->")), "{command}");
    }
}

/// What the program prints about a command, or about itself.
fn help(command: &str) -> String {
    let printed =
        outcome(program().args(command.split_whitespace()).arg("--help").env("COLUMNS", "100")).code(0).stdout;
    printed.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
