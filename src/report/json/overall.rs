//! The reports of several projects in one file, and the way back from it.
//!
//! Beside the reports stands what a report for people shows: the lines that findings are about, and the titles
//! of groups. So one machine can check, and another one can tell it in any format.

mod read;

use super::{Document, document};
use crate::finding::{Finding, Level};
use crate::model::workspace::{Checked, Overall};
use crate::report::RuleNote;
use crate::source::Sources;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the format; it grows as that of a single report does.
pub const VERSION: u32 = 1;
/// Lines between two places of one finding are kept up to this distance: they are shown with it.
const GAP: usize = 12;

/// The whole.
#[derive(Debug, Serialize)]
struct Whole<'a> {
    version: u32,
    generator: &'a str,
    verdict: &'static str,
    counts: Counts,
    part: Option<String>,
    listed: &'a [String],
    shared: SharedOut<'a>,
    projects: Vec<ProjectOut<'a>>,
}

#[derive(Debug, Serialize)]
struct Counts {
    projects: usize,
    passed: usize,
    stopped: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

/// What is wrong in files that projects share.
#[derive(Debug, Serialize)]
struct SharedOut<'a> {
    base: &'a str,
    day: &'a str,
    report: Document<'a>,
    shown: Shown<'a>,
}

/// A project; without a report if its check was stopped.
#[derive(Debug, Serialize)]
struct ProjectOut<'a> {
    path: &'a str,
    stopped: Option<&'a str>,
    checked: Option<CheckedOut<'a>>,
}

#[derive(Debug, Serialize)]
struct CheckedOut<'a> {
    id: &'a str,
    name: &'a str,
    release: &'a str,
    status: &'a str,
    day: &'a str,
    base: &'a str,
    report: Document<'a>,
    shown: Shown<'a>,
}

/// What a report for people shows beside the report.
#[derive(Debug, Serialize)]
struct Shown<'a> {
    lines: BTreeMap<&'a str, BTreeMap<usize, &'a str>>,
    groups: BTreeMap<&'a str, &'a str>,
}

/// Writes the reports of several projects as JSON.
#[must_use]
pub fn write(all: &Overall) -> String {
    let passed = all.checked().filter(|(_, one)| one.report.passes()).count();
    let whole = Whole {
        version: VERSION,
        generator: GENERATOR,
        verdict: if all.passes() { "pass" } else { "fail" },
        counts: Counts {
            projects: all.projects.len(),
            passed,
            stopped: all.projects.iter().filter(|entry| entry.result.is_err()).count(),
            errors: all.count(Level::Error),
            warnings: all.count(Level::Warning),
            notes: all.count(Level::Note),
        },
        part: all.part.map(|part| part.to_string()),
        listed: &all.listed,
        shared: SharedOut {
            base: &all.shared.base,
            day: &all.shared.day,
            report: document(&all.shared.report, &all.shared.sources),
            shown: shown(&all.shared),
        },
        projects: all
            .projects
            .iter()
            .map(|entry| ProjectOut {
                path: &entry.path,
                stopped: entry.result.as_ref().err().map(String::as_str),
                checked: entry.result.as_deref().ok().map(checked),
            })
            .collect(),
    };
    // Structs of texts and numbers always serialise.
    serde_json::to_string_pretty(&whole).map(|text| text + "\n").unwrap_or_default()
}

/// The program that writes it.
pub const GENERATOR: &str = concat!("handoff ", env!("CARGO_PKG_VERSION"));

/// Reads what [`write()`] wrote. The error says why it is none.
///
/// # Errors
/// If the text is something else, of another version, or tells of rules that are not among `rules`.
pub fn read(text: &str, rules: &[RuleNote]) -> Result<Overall, String> {
    read::read(text, rules)
}

fn checked(one: &Checked) -> CheckedOut<'_> {
    CheckedOut {
        id: &one.id,
        name: &one.name,
        release: &one.version,
        status: &one.status,
        day: &one.day,
        base: &one.base,
        report: document(&one.report, &one.sources),
        shown: shown(one),
    }
}

fn shown(one: &Checked) -> Shown<'_> {
    let mut lines: BTreeMap<&str, BTreeMap<usize, &str>> = BTreeMap::new();
    for finding in &one.report.findings {
        add_lines(finding, &one.sources, &mut lines);
    }
    let items = one.report.coverage.iter().flat_map(|coverage| &coverage.items);
    let groups = items.map(|item| (item.group.0.as_str(), item.group.1.as_str())).collect();
    Shown { lines, groups }
}

/// The lines on which the places of a finding begin, and those between places that are near.
fn add_lines<'a>(finding: &Finding, sources: &'a Sources, lines: &mut BTreeMap<&'a str, BTreeMap<usize, &'a str>>) {
    let mut starts: Vec<_> =
        finding.labels.iter().map(|label| (label.span.file, sources.position(label.span).line)).collect();
    starts.sort_unstable();
    for (index, (file, line)) in starts.iter().enumerate() {
        let next = starts.get(index + 1).filter(|(other, next)| other == file && next - line <= GAP);
        let last = next.map_or(*line, |(_, next)| *next);
        let text = sources.from_line(*file, *line).split('\n').take(last - line + 1);
        let kept = lines.entry(sources.path(*file)).or_default();
        kept.extend((*line..).zip(text.map(|text| text.trim_end_matches('\r'))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::workspace::Entry;
    use crate::report::{FORMATS, GivenAll, Style, testing};

    /// The rules of the report that is written here, all of which must be known.
    fn rules() -> Vec<RuleNote> {
        let other = RuleNote { slug: "other", level: Level::Note, summary: "something else", page: "" };
        testing::RULES.iter().copied().chain([other]).collect()
    }

    /// Two projects, one with everything that a report can say, and one that was stopped.
    fn overall() -> Overall {
        let (report, sources) = testing::report();
        let one = Checked {
            id: "kit".into(),
            name: "Kit".into(),
            version: "1.0.0".into(),
            status: "draft".into(),
            day: "2026-12-18".into(),
            base: "kit/".into(),
            report,
            sources,
        };
        let shared = Checked { report: crate::model::report::Report::default(), ..one.clone() };
        let mut all = Overall {
            shared: Checked { sources: Sources::default(), base: String::new(), ..shared },
            projects: Vec::new(),
            listed: vec!["kit".into(), "tool".into()],
            part: None,
        };
        let mut wrong = one.clone();
        all.move_shared(&mut wrong, "kit", &|_| true);
        all.projects = vec![
            Entry { path: "kit".into(), result: Ok(Box::new(one)) },
            Entry { path: "tool".into(), result: Err("the project cannot be read".into()) },
        ];
        all
    }

    #[test]
    fn what_was_read_back_says_the_same_in_every_format() {
        let all = overall();
        let again = read(&write(&all), &rules()).expect("it is read");
        for format in FORMATS {
            let told = |all: &Overall| (format.write_all)(&GivenAll { all, style: &Style::default(), rules: &rules() });
            assert_eq!(told(&again), told(&all), "{}", format.name);
            assert!(told(&all).contains("leads nowhere"), "{}", format.name);
        }
    }

    #[test]
    fn what_is_no_report_is_told() {
        let whole = write(&overall());
        for (from, to, why) in [
            ("\"version\": 1", "\"version\": 7", "version 7"),
            ("\"rule\": \"broken-link\"", "\"rule\": \"broken-lnik\"", "`broken-lnik`"),
            ("\"line\": 2", "\"line\": 99999999999", "line 99999999999"),
            ("\"state\": \"missing\"", "\"state\": \"mising\"", "`mising`"),
            ("\"part\": null", "\"part\": \"3/2\"", "no part 3 of 2"),
        ] {
            assert!(whole.contains(from), "{from}");
            let told = read(&whole.replacen(from, to, 1), &rules()).expect_err(to);
            assert!(told.contains(why), "{told}");
        }
        let single = super::super::write(&testing::report().0, &testing::report().1, &Style::default());
        assert!(read(&single, &rules()).expect_err("one").contains("one project"));
        assert!(read("{}", &rules()).expect_err("no").contains("no report"));
        assert!(read("x", &rules()).expect_err("no").contains("no JSON"));
    }
}
