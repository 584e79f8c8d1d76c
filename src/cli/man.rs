//! `handoff man`: the manual pages of the commands.

use super::terminal::Terminal;
use super::{Cli, Outcome};
use crate::error::{Error, Result};
use crate::finding::suggestion;
use crate::writing;
use clap::CommandFactory;
use clap_mangen::Man;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  handoff man | man -l -           the page about the program
  handoff man check | man -l -     the page about a command
  handoff man --out man/man1       all pages as files, for packages";

/// What `man` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The command, such as check, or theme eject
    command: Vec<String>,

    /// Write all pages into a folder
    #[arg(long, short, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

/// A page: the words of its command and its text.
struct Page {
    command: Vec<String>,
    text: String,
}

/// Prints a page, or writes all.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let pages = pages()?;
    if let Some(folder) = &args.out {
        for page in &pages {
            write(&folder.join(page.file()), &page.text)?;
        }
        Terminal::data(&format!("{}\n", folder.display()))?;
        return Ok(Outcome::Clean);
    }
    match pages.iter().find(|page| page.command == args.command) {
        Some(page) => Terminal::data(&page.text)?,
        None => return Err(unknown(&args.command, &pages)),
    }
    Ok(Outcome::Clean)
}

fn unknown(wanted: &[String], pages: &[Page]) -> Error {
    let known: Vec<String> = pages.iter().map(|page| page.command.join(" ")).collect();
    let error = Error::new(format!("there is no command `{}`", wanted.join(" ")));
    match suggestion(&wanted.join(" "), known.iter().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help("`handoff --help` lists all commands"),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    writing::replace(path, text.as_bytes()).map_err(|error| Error::io("the page cannot be written", path, &error))
}

impl Page {
    fn file(&self) -> String {
        let words: Vec<&str> = std::iter::once("handoff").chain(self.command.iter().map(String::as_str)).collect();
        format!("{}.1", words.join("-"))
    }
}

/// The pages of the program and all of its commands.
fn pages() -> Result<Vec<Page>> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let mut pages = Vec::new();
    collect(&program, &mut Vec::new(), &mut pages)?;
    Ok(pages)
}

fn collect(command: &clap::Command, words: &mut Vec<String>, pages: &mut Vec<Page>) -> Result<()> {
    let text = page(command).map_err(|error| Error::new("the manual page cannot be made").why(error.to_string()))?;
    pages.push(Page { command: words.clone(), text });
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        words.push(below.get_name().to_owned());
        collect(below, words, pages)?;
        words.pop();
    }
    Ok(())
}

fn page(command: &clap::Command) -> std::io::Result<String> {
    // What stands behind the options is laid out line by line: it is written below.
    let plain = command.clone().after_help("");
    let source = format!("handoff {}", env!("CARGO_PKG_VERSION"));
    let mut out = Vec::new();
    let man = Man::new(plain).source(source).manual("handoff");
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut out)?;
    }
    let mut text = String::from_utf8_lossy(&out).into_owned();
    if let Some(more) = command.get_after_help() {
        text.push_str(&sections(&more.to_string()));
    }
    Ok(text)
}

/// The text behind the options: a paragraph with a title is a section whose lines stay as they are.
fn sections(text: &str) -> String {
    let mut out = String::new();
    let mut in_notes = false;
    for paragraph in text.split("\n\n") {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        if let Some(title) = first.strip_suffix(':').filter(|_| !rest.is_empty()) {
            in_notes = false;
            let _ = write!(out, ".SH {}\n.nf\n{}\n.fi\n", title.to_uppercase(), roff(rest));
        } else {
            out.push_str(if in_notes { ".PP\n" } else { ".SH NOTES\n" });
            in_notes = true;
            let _ = writeln!(out, "{}", roff(paragraph));
        }
    }
    out
}

/// Text in which nothing means a request.
fn roff(text: &str) -> String {
    let line = |line: &str| {
        let escaped = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga");
        if escaped.starts_with('.') { format!("\\&{escaped}") } else { escaped }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_its_examples() {
        let pages = pages().expect("pages");
        assert!(pages.iter().any(|page| page.command.is_empty()) && pages.len() > 10);
        for page in &pages {
            assert!(page.text.contains(".TH ") && page.text.contains(".SH NAME"), "{:?}", page.command);
        }
        let check = pages.iter().find(|page| page.command == ["check"]).expect("a page");
        assert!(check.text.contains(".SH EXAMPLES\n.nf\n  handoff check"), "{}", check.text);
        assert_eq!(check.file(), "handoff-check.1");
    }

    #[test]
    fn no_line_of_a_text_is_a_request() {
        assert_eq!(roff(".br\na\\n 'x' --y"), "\\&.br\na\\en \\(aqx\\(aq \\-\\-y");
    }

    #[test]
    fn a_mistyped_command_is_suggested() {
        let error = unknown(&["biuld".to_owned()], &pages().expect("pages")).to_string();
        assert!(error.contains("`build`"), "{error}");
    }
}
