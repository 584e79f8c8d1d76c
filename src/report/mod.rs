//! Reports: what a check said, for people and for programs. One file per format.
//!
//! Knows findings, sources and the model, and no stage. A new format is one file and two lines here.

pub mod assemble;
pub mod difference;
mod excerpt;
pub mod gate;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod item;
pub mod json;
pub mod junit;
pub mod markdown;
mod overall;
pub mod sarif;
pub mod status;
mod table;

use crate::finding::{Finding, Level};
use crate::model::report::Report;
use crate::model::workspace::{Checked, Entry, Overall, joined};
use crate::source::{Position, Sources, Span};

/// How a report is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether it may have colours.
    pub colour: bool,
    /// How many columns a line may have.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// What is known about a rule.
#[derive(Debug, Clone, Copy)]
pub struct RuleNote {
    /// Its name.
    pub slug: &'static str,
    /// How much its findings weigh, unless one says otherwise.
    pub level: Level,
    /// What it sees, in a few words.
    pub summary: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// Everything that a format may show.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// What the check said.
    pub report: &'a Report,
    /// The texts that it looked at.
    pub sources: &'a Sources,
    /// How it is to look.
    pub style: &'a Style,
    /// All rules, by name.
    pub rules: &'a [RuleNote],
    /// The project's folder as the repository has it: empty, or with `/` at its end. Programs that show
    /// findings beside a change know the files by their paths in the repository.
    pub base: &'a str,
    /// The day that the report is about, `YYYY-MM-DD`: that of the release.
    pub day: &'a str,
}

/// A format of reports.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// Writes a report.
    pub write: fn(&Given<'_>) -> String,
    /// Writes the reports of several projects as one.
    pub write_all: fn(&GivenAll<'_>) -> String,
}

/// The reports of several projects, and what a format needs beside.
#[derive(Debug, Clone, Copy)]
pub struct GivenAll<'a> {
    /// What the check said about each.
    pub all: &'a Overall,
    /// How it is to look.
    pub style: &'a Style,
    /// All rules, by name.
    pub rules: &'a [RuleNote],
}

impl<'a> GivenAll<'a> {
    /// What a format shows of one of them.
    fn given(&self, one: &'a Checked) -> Given<'a> {
        Given {
            report: &one.report,
            sources: &one.sources,
            style: self.style,
            rules: self.rules,
            base: &one.base,
            day: &one.day,
        }
    }

    /// What they share, if something is wrong with it.
    fn shared(&self) -> Option<Given<'a>> {
        (!self.all.shared.report.findings.is_empty()).then(|| self.given(&self.all.shared))
    }

    /// The projects that were looked at.
    fn projects(&self) -> impl Iterator<Item = (&'a Entry, Given<'a>)> {
        self.all.checked().map(|(entry, one)| (entry, self.given(one)))
    }

    /// The projects whose check was stopped, and why.
    fn stopped(&self) -> impl Iterator<Item = (&'a Entry, &'a str)> {
        self.all.projects.iter().filter_map(|entry| Some((entry, entry.result.as_ref().err()?.as_str())))
    }
}

/// All formats; the first is the default.
pub const FORMATS: &[Format] = &[
    Format {
        name: "human",
        summary: "for people: the source lines with what is wrong, and the coverage",
        write: |given| human::write(given.report, given.sources, given.style),
        write_all: overall::write,
    },
    Format {
        name: "json",
        summary: "for programs: everything, in a stable form",
        write: |given| json::write(given.report, given.sources, given.style),
        write_all: |given| json::overall::write(given.all),
    },
    Format {
        name: "sarif",
        summary: "SARIF 2.1.0, for code scanning and editors",
        write: sarif::write,
        write_all: sarif::write_all,
    },
    Format {
        name: "junit",
        summary: "JUnit XML: rules and items as tests, for any CI",
        write: junit::write,
        write_all: junit::write_all,
    },
    Format {
        name: "github",
        summary: "annotations beside the change, for GitHub Actions",
        write: github::write,
        write_all: github::write_all,
    },
    Format {
        name: "gitlab",
        summary: "a Code Quality report, for GitLab",
        write: gitlab::write,
        write_all: gitlab::write_all,
    },
    Format {
        name: "markdown",
        summary: "a comment for a merge request",
        write: markdown::write,
        write_all: markdown::write_all,
    },
];

/// The format of a name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The file that a finding without a place is told at: the one that says what is asked for.
const PROJECT_FILE: &str = "handoff.yaml";

impl Given<'_> {
    /// The place of a finding for programs that want one for each: its path in the repository, where it
    /// begins and where it ends.
    fn place(&self, finding: &Finding) -> (String, Position, Position) {
        match finding.span() {
            Some(span) => self.spot(span),
            None => (self.path(PROJECT_FILE), Position { line: 1, column: 1 }, Position { line: 1, column: 1 }),
        }
    }

    /// The path of a span in the repository, where it begins and where it ends.
    fn spot(&self, span: Span) -> (String, Position, Position) {
        (self.path(self.sources.path(span.file)), self.sources.position(span), self.sources.end(span))
    }

    /// A path from the project's root as the repository has it.
    fn path(&self, path: &str) -> String {
        joined(self.base, path)
    }
}

/// A finding as one text: what is wrong, then what to do.
fn told(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    for help in &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    text
}

#[cfg(test)]
mod testing {
    //! A report in which everything occurs that a format has to show.

    use super::{Finding, Given, Level, Report, RuleNote, Sources, Span, Style};
    use crate::model::checklist::Evidence;
    use crate::model::project::Stage;
    use crate::model::report::{Coverage, Found, ItemCoverage, State};

    pub(super) const RULES: &[RuleNote] = &[
        RuleNote { slug: "broken-link", level: Level::Error, summary: "a link leads nowhere", page: "# broken-link\n" },
        RuleNote { slug: "vague-link", level: Level::Warning, summary: "a link says nothing", page: "# vague-link\n" },
    ];

    pub(super) fn report() -> (Report, Sources) {
        let mut sources = Sources::default();
        let file = sources.add("docs/a b.md", "one\nsee <x> & [it](n.md), 50 %\n");
        let span = |start, end| Span::new(file, start, end);
        let findings = vec![
            Finding::error("broken-link", "`n.md` leads nowhere: a, b & <c> | 50 %")
                .at(span(14, 24), "nowhere")
                .at(span(0, 3), "near")
                .help("write `m.md`"),
            Finding::warning("vague-link", "the link says nothing").at(span(14, 24), ""),
            Finding::new("other", Level::Note, "no place").item("runbook.logs"),
        ];
        let item = |id: &str, state, remarks: &[&str]| ItemCoverage {
            id: id.into(),
            title: "Logs & more".into(),
            group: ("operations".into(), "Operations".into()),
            document: "runbook".into(),
            internal: false,
            evidence_kind: Evidence::Section,
            due: Stage::Transfer,
            owner: Some("anna".into()),
            state,
            evidence: vec![Found { what: "section".into(), span: Some(span(0, 3)) }],
            remarks: remarks.iter().map(|&remark| remark.to_owned()).collect(),
        };
        let items = vec![
            item("runbook.health", State::Met, &[]),
            item("runbook.logs", State::Missing, &["no section is about it"]),
            item("runbook.scaling", State::Waived, &["waived until 2027-01-01 by bo: later"]),
        ];
        let coverage = Coverage { checklist: "Delivery".into(), stage: Stage::Transfer, items };
        (Report { findings, coverage: Some(coverage), ..Report::default() }, sources)
    }

    pub(super) fn written(write: fn(&Given<'_>) -> String) -> String {
        let (report, sources) = report();
        let style = Style::default();
        write(&Given {
            report: &report,
            sources: &sources,
            style: &style,
            rules: RULES,
            base: "kit/",
            day: "2026-12-18",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_repository() {
        let (report, sources) = testing::report();
        let style = Style::default();
        let given =
            Given { report: &report, sources: &sources, style: &style, rules: &[], base: "kit/", day: "2026-12-18" };
        assert_eq!(given.path("docs/a.md"), "kit/docs/a.md");
        assert_eq!(given.path("../README.md"), "README.md");
        assert_eq!(given.path("../../README.md"), "../README.md");
        assert_eq!(Given { base: "", ..given }.path("docs/a.md"), "docs/a.md");
    }

    #[test]
    fn formats_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = FORMATS.iter().map(|format| format.name).collect();
        assert_eq!(names.len(), FORMATS.len());
    }
}
