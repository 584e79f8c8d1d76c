//! `github`: annotations beside the change, as workflow commands of GitHub Actions.

use super::{Given, GivenAll, PROJECT_FILE, human, overall, told};
use crate::finding::Level;
use crate::model::workspace::joined;
use std::fmt::Write;

/// Writes a line for each finding, and what it comes to behind them.
#[must_use]
pub fn write(given: &Given<'_>) -> String {
    commands(given) + &human::verdict(given.report) + "\n"
}

/// Writes a line for each finding of each project, and what it all comes to.
#[must_use]
pub fn write_all(given: &GivenAll<'_>) -> String {
    let mut out: String = given.shared().iter().map(commands).collect();
    out.extend(given.projects().map(|(_, project)| commands(&project)));
    for (project, why) in given.stopped() {
        let file = property(&joined(&project.path, PROJECT_FILE));
        let _ = writeln!(out, "::error file={file},line=1,title=stopped::{}", data(why));
    }
    out + &overall::verdict(given.all) + "\n"
}

fn commands(given: &Given<'_>) -> String {
    let mut out = String::new();
    for finding in &given.report.findings {
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let (path, start, end) = given.place(finding);
        let _ = write!(out, "::{command} file={},line={}", property(&path), start.line);
        if start.line == end.line {
            let _ = write!(out, ",col={},endColumn={}", start.column, end.column.max(start.column));
        }
        let _ = writeln!(out, ",endLine={},title={}::{}", end.line, property(finding.rule), data(&told(finding)));
    }
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
