//! `gitlab`: a Code Quality report, which GitLab shows beside a merge request.

use super::{Given, GivenAll, PROJECT_FILE, told};
use crate::finding::{Finding, Level, fingerprint_of, fingerprints};
use crate::model::workspace::joined;
use serde::Serialize;

/// An entry of the report.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes an entry for each finding.
#[must_use]
pub fn write(given: &Given<'_>) -> String {
    listed(&entries(given))
}

/// Writes an entry for each finding of each project, with names that differ between projects.
#[must_use]
pub fn write_all(given: &GivenAll<'_>) -> String {
    let mut all: Vec<Entry<'_>> = given.shared().iter().flat_map(entries).collect();
    for (project, given) in given.projects() {
        all.extend(
            entries(&given)
                .into_iter()
                .map(|entry| Entry { fingerprint: fingerprint_of(&[&project.path, &entry.fingerprint]), ..entry }),
        );
    }
    all.extend(given.stopped().map(|(project, why)| Entry {
        description: format!("the check was stopped: {why}"),
        check_name: "stopped",
        fingerprint: fingerprint_of(&[&project.path, "stopped"]),
        severity: "blocker",
        location: Location { path: joined(&project.path, PROJECT_FILE), lines: Lines { begin: 1, end: 1 } },
    }));
    listed(&all)
}

fn listed(entries: &[Entry<'_>]) -> String {
    serde_json::to_string_pretty(entries).map(|text| text + "\n").unwrap_or_default()
}

fn entries<'a>(given: &Given<'a>) -> Vec<Entry<'a>> {
    let names = fingerprints(&given.report.findings, given.sources);
    let entry = |(finding, fingerprint): (&'a Finding, String)| {
        let (path, start, end) = given.place(finding);
        Entry {
            description: told(finding),
            check_name: finding.rule,
            fingerprint,
            severity: match finding.level {
                Level::Error => "blocker",
                Level::Warning => "minor",
                Level::Note => "info",
            },
            location: Location { path, lines: Lines { begin: start.line, end: end.line } },
        }
    };
    given.report.findings.iter().zip(names).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::written;
    use super::*;

    #[test]
    fn every_finding_has_what_gitlab_asks_for() {
        let value: serde_json::Value = serde_json::from_str(&written(write)).expect("JSON");
        let entries = value.as_array().expect("a list");
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[0]["severity"], "blocker");
        assert_eq!(entries[0]["location"]["path"], "kit/docs/a b.md");
        assert_eq!(entries[0]["location"]["lines"]["begin"], 2);
        assert_eq!(entries[2]["location"]["path"], "kit/handoff.yaml", "a place that it knows nothing of");
        assert_ne!(entries[0]["fingerprint"], entries[1]["fingerprint"]);
    }
}
