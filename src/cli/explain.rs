//! `handoff explain`: the page of a rule, or the list of all rules.

use super::Outcome;
use super::terminal::{BOLD, CYAN, DIM, RED, Terminal, YELLOW, paint};
use crate::check::rules::{RULES, page};
use crate::error::{Error, Result};
use crate::finding::{Level, suggestion};
use std::fmt::Write;

const AFTER_HELP: &str = "\
Examples:
  handoff explain              all rules, each in one line
  handoff explain broken-link  what one rule looks for, with examples";

/// What `explain` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The rule, as it is named in brackets behind `error` or `warning`
    rule: Option<String>,
}

/// Prints the page of a rule, or the list.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let Some(rule) = &args.rule else {
        Terminal::data(&list())?;
        return Ok(Outcome::Clean);
    };
    let page = page(rule).ok_or_else(|| unknown(rule))?;
    Terminal::data(&styled(page))?;
    Ok(Outcome::Clean)
}

fn unknown(rule: &str) -> Error {
    let help = match suggestion(rule, RULES.iter().map(|rule| rule.slug)) {
        Some(near) => format!("did you mean `{near}`? `handoff explain` lists all rules"),
        None => "`handoff explain` lists all rules".into(),
    };
    Error::new(format!("there is no rule `{rule}`")).help(help)
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

    #[test]
    fn every_rule_is_listed_in_one_line() {
        let list = list();
        assert_eq!(list.lines().count(), RULES.len());
        assert!(RULES.iter().all(|rule| list.contains(rule.slug) && list.contains(rule.summary)));
    }

    #[test]
    fn a_mistyped_rule_is_suggested() {
        assert!(unknown("broken-lnik").to_string().contains("did you mean `broken-link`?"));
        assert!(!unknown("weather-report").to_string().contains("did you mean"));
    }

    #[test]
    fn a_page_keeps_its_words() {
        let page = "# a\n\ntext\n\n```yaml\n# no heading\n```\nmore\n";
        let plain = anstream::adapter::strip_str(&styled(page)).to_string();
        assert_eq!(plain, page);
    }
}
