//! The text of the record of a release.

use crate::model::records::Allowance;
use std::fmt::Write;

/// What the record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The version.
    pub version: String,
    /// The date, `YYYY-MM-DD`.
    pub date: String,
    /// The status.
    pub status: String,
    /// Who cut it.
    pub by: String,
    /// The digest of the bundle's content.
    pub digest: String,
    /// The fingerprint of the sign-off form, if the bundle has one.
    pub form: Option<String>,
    /// The program and its version.
    pub program: String,
    /// The git revision.
    pub revision: Option<String>,
    /// The version that change bars compare with.
    pub since: Option<String>,
    /// What was let pass, and why.
    pub allowed: Vec<(Allowance, String)>,
}

/// Writes the record.
#[must_use]
pub fn written(entry: &Entry) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key}: {value}");
    };
    line("version", &entry.version);
    line("date", &entry.date);
    line("status", &entry.status);
    line("by", &entry.by);
    // A digest of digits alone would be read as a number.
    line("digest", &quoted(&entry.digest));
    if let Some(form) = &entry.form {
        line("form", &quoted(form));
    }
    line("program", &entry.program);
    if let Some(revision) = &entry.revision {
        line("revision", &quoted(revision));
    }
    if let Some(since) = &entry.since {
        line("since", since);
    }
    if !entry.allowed.is_empty() {
        out.push_str("allowed:\n");
        for (what, reason) in &entry.allowed {
            let _ = writeln!(out, "  - what: {what}\n    reason: {}", quoted(reason));
        }
    }
    out
}

/// A text in double quotes, where YAML reads escapes as JSON does.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_all_and_quotes_what_could_be_misread() {
        let entry = Entry {
            version: "1.0.0".into(),
            date: "2026-11-20".into(),
            status: "for-review".into(),
            by: "anna-lind".into(),
            digest: "00".into(),
            form: None,
            program: "handoff 0.1.0".into(),
            revision: Some("12e4".into()),
            since: None,
            allowed: vec![(Allowance::DirtyTree, "a \"quick\" fix: done".into())],
        };
        let wanted = "version: 1.0.0\ndate: 2026-11-20\nstatus: for-review\nby: anna-lind\ndigest: \"00\"\n\
                      program: handoff 0.1.0\nrevision: \"12e4\"\nallowed:\n  - what: dirty-tree\n    \
                      reason: \"a \\\"quick\\\" fix: done\"\n";
        assert_eq!(written(&entry), wanted);
    }
}
