//! `handoff explain`: the page of a rule, what an item of the checklist asks for, what a kind of document
//! is; or the list of all rules.

mod item;

use super::terminal::{BOLD, CYAN, DIM, RED, Terminal, YELLOW, paint};
use super::{Outcome, project_root};
use crate::check::rules::{RULES, page};
use crate::error::{Error, Result};
use crate::finding::{Level, suggestion};
use crate::load;
use item::Known;
use std::fmt::Write;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
In a project, its own checklists and templates are explained too, and what it has of an
item.

Examples:
  handoff explain               all rules, each in one line
  handoff explain broken-link   what one rule looks for, with examples
  handoff explain runbook       what a document is for, and what must be in it
  handoff explain runbook.logs  what an item of the checklist asks for, and how to meet it";

/// What `explain` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The rule, as it is named in brackets behind `error` or `warning`; the item of the checklist;
    /// or the kind of document
    word: Option<String>,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml, if there is one]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Prints what is known about a word, or the list.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let Some(word) = &args.word else {
        Terminal::data(&list())?;
        return Ok(Outcome::Clean);
    };
    if let Some(page) = page(word) {
        Terminal::data(&styled(page))?;
        return Ok(Outcome::Clean);
    }
    let known = known(args)?;
    let text = known.explain(word).ok_or_else(|| unknown(word, &known))?;
    Terminal::data(&styled(&text))?;
    Ok(Outcome::Clean)
}

/// What the project knows, or what is built in where there is none.
fn known(args: &Args) -> Result<Known> {
    let root = args.dir.clone().or_else(|| project_root(None).ok());
    if let Some(root) = root {
        return Known::of_project(&root);
    }
    let (checklists, templates) = load::built_in();
    Ok(Known { checklists, templates, coverage: None })
}

fn unknown(word: &str, known: &Known) -> Error {
    let words = known.words();
    let all = RULES.iter().map(|rule| rule.slug).chain(words.iter().map(String::as_str));
    let help = match suggestion(word, all) {
        Some(near) => format!("did you mean `{near}`? `handoff explain` lists all rules"),
        None => "`handoff explain` lists all rules, `handoff check --all` all items".into(),
    };
    Error::new(format!("nothing is known about `{word}`: it is no rule, no item and no kind of document")).help(help)
}

fn list() -> String {
    let width = RULES.iter().map(|rule| rule.slug.len()).max().unwrap_or_default();
    RULES.iter().fold(String::new(), |mut out, rule| {
        let style = match rule.level {
            Level::Error => RED,
            Level::Warning => YELLOW,
            Level::Note => CYAN,
        };
        let level = paint(style, &format!("{:<8}", rule.level.as_str()));
        let _ = writeln!(out, "{level}{}  {}", paint(BOLD, &format!("{:<width$}", rule.slug)), rule.summary);
        out
    })
}

/// A page with its headings and examples set off; the words stay as they are.
fn styled(page: &str) -> String {
    let mut in_code = false;
    page.lines().fold(String::new(), |mut out, line| {
        let fence = line.trim_start().starts_with("```");
        let styled = match line {
            line if fence || in_code => paint(DIM, line),
            line if line.starts_with('#') => paint(BOLD, line),
            line => line.to_owned(),
        };
        in_code ^= fence;
        let _ = writeln!(out, "{styled}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in() -> Known {
        let (checklists, templates) = load::built_in();
        Known { checklists, templates, coverage: None }
    }

    #[test]
    fn every_rule_is_listed_in_one_line() {
        let list = list();
        assert_eq!(list.lines().count(), RULES.len());
        assert!(RULES.iter().all(|rule| list.contains(rule.slug) && list.contains(rule.summary)));
    }

    #[test]
    fn a_mistyped_word_is_suggested() {
        let known = built_in();
        assert!(unknown("broken-lnik", &known).to_string().contains("did you mean `broken-link`?"));
        assert!(unknown("runbook.lgs", &known).to_string().contains("did you mean `runbook.logs`?"));
        assert!(unknown("runbok", &known).to_string().contains("did you mean `runbook`?"));
        assert!(!unknown("weather-report", &known).to_string().contains("did you mean"));
    }

    #[test]
    fn a_page_keeps_its_words() {
        let page = "# a\n\ntext\n\n```yaml\n# no heading\n```\nmore\n";
        let plain = anstream::adapter::strip_str(&styled(page)).to_string();
        assert_eq!(plain, page);
    }
}
