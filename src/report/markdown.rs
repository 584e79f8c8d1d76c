//! `markdown`: a comment for a merge request: the verdict, the findings, and the coverage folded away.

use super::{Given, GivenAll, human, overall};
use crate::finding::{Finding, Level};
use crate::model::report::{Coverage, Tally};
use std::fmt::Write;

/// How many findings are listed: a comment has a limited length, and nobody reads more.
const LISTED: usize = 50;
/// How many cells a bar has.
const BAR: usize = 10;

/// Writes the comment.
#[must_use]
pub fn write(given: &Given<'_>) -> String {
    let report = given.report;
    let sign = if report.passes() { "✅" } else { "❌" };
    let mut lines = human::verdict(report);
    if let Some(end) = lines.find('\n') {
        lines.replace_range(end..=end, "\n\n");
    }
    let mut out = format!("### {sign} Handoff: {lines}\n");
    findings(given, &mut out);
    coverage(given, &mut out);
    out
}

/// Writes the comment about several projects: a table of them, and the findings of each.
#[must_use]
pub fn write_all(given: &GivenAll<'_>) -> String {
    let sign = if given.all.passes() { "✅" } else { "❌" };
    let mut out = format!("### {sign} Handoff: {}\n", overall::verdict(given.all));
    out.push_str("\n| | Project | Release | | Done | Errors | Warnings |\n|---|---|---|---|--:|--:|--:|\n");
    for entry in &given.all.projects {
        let name = code(&entry.path);
        let Ok(one) = &entry.result else {
            let _ = writeln!(out, "| ❌ | `{name}` | – | stopped | – | – | – |");
            continue;
        };
        let report = &one.report;
        let sign = if report.passes() { "✅" } else { "❌" };
        let release = if one.version.is_empty() { "–".into() } else { format!("{} {}", one.version, one.status) };
        let tally = report.coverage.as_ref().map(Coverage::tally).unwrap_or_default();
        let done = tally.met + tally.waived;
        let (errors, warnings) = (report.count(Level::Error), report.count(Level::Warning));
        let (bar, due) = (bar(&tally), tally.due());
        let _ = writeln!(
            out,
            "| {sign} | `{name}` | {} | {bar} | {done} of {due} | {errors} | {warnings} |",
            cell(&release)
        );
    }
    if let Some(shared) = given.shared() {
        out.push_str("\n#### What the projects share\n");
        findings(&shared, &mut out);
    }
    for (entry, project) in given.projects().filter(|(_, project)| !project.report.findings.is_empty()) {
        let _ = writeln!(out, "\n#### `{}`", code(&entry.path));
        findings(&project, &mut out);
    }
    for (entry, why) in given.stopped() {
        let _ = writeln!(out, "\n#### `{}`\n\n{}", code(&entry.path), cell(why));
    }
    out
}

/// The worst come first: of those that are too many, the least are left out.
fn findings(given: &Given<'_>, out: &mut String) {
    let mut findings: Vec<&Finding> = given.report.findings.iter().collect();
    if findings.is_empty() {
        return;
    }
    findings.sort_by_key(|finding| finding.level);
    out.push_str("\n| | Where | What | Rule |\n|---|---|---|---|\n");
    for finding in findings.iter().take(LISTED) {
        let (path, start, _) = given.place(finding);
        let level = match finding.level {
            Level::Error => "**error**",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        let place = if finding.span().is_some() { format!("`{}:{}`", code(&path), start.line) } else { "–".into() };
        let mut what = cell(&finding.message);
        if let Some(help) = finding.help.first() {
            let _ = write!(what, "<br>*{}*", cell(help));
        }
        let _ = writeln!(out, "| {level} | {place} | {what} | `{}` |", finding.rule);
    }
    if findings.len() > LISTED {
        let _ = writeln!(out, "\n… and {} more: `handoff check` tells all.", findings.len() - LISTED);
    }
}

fn coverage(given: &Given<'_>, out: &mut String) {
    let Some(coverage) = &given.report.coverage else { return };
    let tally = coverage.tally();
    let _ = writeln!(
        out,
        "\n<details><summary>{}: {} of {} due items, {} %</summary>\n\n| Group | | Done | Missing | Partial | Waived |\n|---|---|--:|--:|--:|--:|",
        cell(&coverage.checklist),
        tally.met + tally.waived,
        tally.due(),
        tally.percent()
    );
    for group in coverage.items.chunk_by(|one, next| one.group.0 == next.group.0) {
        let tally = Tally::of(group);
        if tally.due() > 0 {
            let _ = writeln!(out, "{}", row(&cell(&group[0].group.1), &tally));
        }
    }
    let _ = writeln!(out, "{}\n\n</details>", row("**All**", &tally));
}

fn row(name: &str, tally: &Tally) -> String {
    let done = tally.met + tally.waived;
    let bar = bar(tally);
    let Tally { missing, partial, waived, .. } = tally;
    format!("| {name} | {bar} | {done} of {} | {missing} | {partial} | {waived} |", tally.due())
}

fn bar(tally: &Tally) -> String {
    let filled = (tally.met + tally.waived) * BAR / tally.due().max(1);
    format!("{}{}", "█".repeat(filled), "░".repeat(BAR - filled))
}

/// A text as a cell of a table holds it: on one line, and nothing in it is taken for markup but code.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for c in text.chars() {
        match c {
            '`' => {
                in_code = !in_code;
                out.push(c);
            }
            '|' => out.push_str("\\|"),
            '\n' | '\r' => out.push(' '),
            '<' if !in_code => out.push_str("&lt;"),
            '&' if !in_code => out.push_str("&amp;"),
            // A name with `@` before it would call somebody.
            '@' if !in_code => out.push_str("@<!-- -->"),
            '*' | '_' | '[' | ']' | '~' | '#' if !in_code => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    // A code span that is never closed would swallow the rest of the row.
    if in_code { out.replace('`', "\\`") } else { out }
}

/// A text within a code span of a table.
fn code(text: &str) -> String {
    text.replace('`', "'").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::super::testing::written;
    use super::*;

    #[test]
    fn the_worst_comes_first_and_the_coverage_is_folded_away() {
        let out = written(write);
        assert!(out.starts_with("### ❌ Handoff: incomplete at stage transfer: 1 missing"), "{out}");
        let row = "| **error** | `kit/docs/a b.md:2` | `n.md` leads nowhere: a, b &amp; &lt;c> \\| 50 %<br>*write `m.md`* | `broken-link` |";
        assert!(out.contains(row), "{out}");
        assert!(out.contains("| note | – | no place | `other` |"), "{out}");
        assert!(out.contains("<details><summary>Delivery: 2 of 3 due items, 66 %</summary>"), "{out}");
        assert!(out.contains("| Operations | ██████░░░░ | 2 of 3 | 1 | 0 | 1 |"), "{out}");
    }

    #[test]
    fn nothing_of_a_message_is_markup_but_code() {
        assert_eq!(cell("*a* `b_*` <c> @d\n[e]"), "\\*a\\* `b_*` &lt;c> @<!-- -->d \\[e\\]");
        assert_eq!(cell("`a"), "\\`a");
    }
}
