//! `gitlab`: a Code Quality report, which GitLab shows beside a merge request.

use super::{Given, told};
use crate::finding::{Level, fingerprints};
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
    let names = fingerprints(&given.report.findings, given.sources);
    let entry = |(finding, fingerprint)| {
        let finding: &crate::finding::Finding = finding;
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
    let entries: Vec<_> = given.report.findings.iter().zip(names).map(entry).collect();
    // Structs of texts and numbers always serialise.
    serde_json::to_string_pretty(&entries).map(|text| text + "\n").unwrap_or_default()
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
