//! `github`: annotations beside the change, as workflow commands of GitHub Actions.

use super::{Given, human, told};
use crate::finding::Level;
use std::fmt::Write;

/// Writes a line for each finding, and what it comes to behind them.
#[must_use]
pub fn write(given: &Given<'_>) -> String {
    let mut out = String::new();
    for finding in &given.report.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let (path, start, end) = given.place(finding);
        let _ = write!(out, "::{command} file={},line={}", property(&path), start.line);
        // A column counts only if the annotation is within one line.
        if start.line == end.line {
            let _ = write!(out, ",col={},endColumn={}", start.column, end.column.max(start.column));
        }
        let _ = writeln!(out, ",endLine={},title={}::{}", end.line, property(finding.rule), data(&told(finding)));
    }
    out.push_str(&human::verdict(given.report));
    out.push('\n');
    out
}

/// A text as the data of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::testing::written;
    use super::*;

    #[test]
    fn every_finding_is_a_command_on_one_line() {
        let out = written(write);
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(
            lines[0],
            "::error file=kit/docs/a b.md,line=2,col=11,endColumn=21,endLine=2,title=broken-link::`n.md` leads nowhere: \
             a, b & <c> | 50 %25%0Ahelp: write `m.md`"
        );
        assert!(lines[1].starts_with("::warning file=kit/docs/a b.md,line=2,"));
        assert_eq!(lines[2], "::notice file=kit/handoff.yaml,line=1,col=1,endColumn=1,endLine=1,title=other::no place");
        assert!(lines[3].starts_with("incomplete at stage transfer"), "{out}");
    }

    #[test]
    fn what_ends_a_property_is_escaped() {
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
