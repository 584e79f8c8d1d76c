//! How commands print findings: the option `--format`, and a report in the format that was asked for.

use super::terminal::{Stream, Terminal};
use super::{choice, git};
use crate::check::rules::{RULES, page};
use crate::error::{Error, Result};
use crate::model::report::Report;
use crate::model::workspace::Overall;
use crate::pipeline::Inspected;
use crate::report::{self, FORMATS, Format, Given, GivenAll, RuleNote};

/// The option that says how findings are written.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Shape {
    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].name,
          value_parser = choice::<String>(FORMATS.iter().map(|format| format.name)))]
    format: String,
}

impl Shape {
    /// Whether people read it.
    pub(super) fn is_for_people(&self) -> bool {
        self.format == FORMATS[0].name
    }

    /// Whether it is JSON.
    pub(super) fn is_json(&self) -> bool {
        self.format == "json"
    }

    /// A report about a project in this format.
    pub(super) fn write(&self, report: &Report, inspected: &Inspected) -> Result<String> {
        let format = self.format()?;
        let loaded = &inspected.loaded;
        let style = Terminal::report_style(Stream::Out);
        let base = if self.is_for_people() { String::new() } else { git::base(&loaded.root) };
        let day = loaded.project.as_ref().map_or_else(String::new, |project| project.release.date.value.to_string());
        let day = if day.is_empty() { "1970-01-01".to_owned() } else { day };
        Ok((format.write)(&Given {
            report,
            sources: &loaded.sources,
            style: &style,
            rules: &notes(),
            base: &base,
            day: &day,
        }))
    }

    /// A report about several projects in this format.
    pub(super) fn write_all(&self, all: &Overall) -> Result<String> {
        let style = Terminal::report_style(Stream::Out);
        Ok((self.format()?.write_all)(&GivenAll { all, style: &style, rules: &notes() }))
    }

    fn format(&self) -> Result<&'static Format> {
        report::format(&self.format).ok_or_else(|| Error::new(format!("there is no report format `{}`", self.format)))
    }
}

/// What reports say about rules.
pub(super) fn notes() -> Vec<RuleNote> {
    let note = |rule: &crate::check::rules::Rule| RuleNote {
        slug: rule.slug,
        level: rule.level,
        summary: rule.summary,
        page: page(rule.slug).unwrap_or_default(),
    };
    RULES.iter().map(note).collect()
}
