//! Several projects for people: the findings of each under its path, and a table of all.

use super::table::{BOLD, GREEN, GREY, RED, YELLOW, bar, paint};
use super::{GivenAll, human};
use crate::finding::Level;
use crate::model::report::{Coverage, Tally};
use crate::model::workspace::{Checked, Overall, joined};
use annotate_snippets::normalize_untrusted_str as harmless;
use std::fmt::Write;

/// Writes the reports of several projects.
#[must_use]
pub(super) fn write(given: &GivenAll<'_>) -> String {
    let GivenAll { all, style, .. } = given;
    let mut out = String::new();
    if given.shared().is_some() {
        out.push_str(&told("what the projects share", &all.shared, "", given));
    }
    for (entry, one) in all.checked().filter(|(_, one)| !one.report.findings.is_empty()) {
        out.push_str(&told(&entry.path, one, &entry.path, given));
    }
    for (entry, why) in given.stopped() {
        let title = paint(style, BOLD, &format!("{}: stopped", harmless(&entry.path)));
        let _ = writeln!(out, "{title}\n\n{}\n", harmless(why));
    }
    out.push_str(&table(all, given));
    let colour = if all.passes() { GREEN } else { RED };
    out.push_str(&paint(style, colour, &verdict(all)));
    out.push('\n');
    out
}

/// The findings of one, under a title; paths lead from where all of them are.
fn told(title: &str, one: &Checked, folder: &str, given: &GivenAll<'_>) -> String {
    let path = |path: &str| if path.starts_with("built-in/") { path.to_owned() } else { joined(folder, path) };
    let title = format!("{}: {}", harmless(title), human::counted(&one.report.findings));
    let findings = human::findings(&one.report.findings, &one.sources.renamed(path), given.style);
    format!("{}\n\n{findings}", paint(given.style, BOLD, &title))
}

/// A line for each project: its coverage, and what is wrong.
fn table(all: &Overall, given: &GivenAll<'_>) -> String {
    let style = given.style;
    let width = |length: fn(&Checked) -> usize, least: usize| {
        all.checked().map(|(_, one)| length(one)).max().unwrap_or_default().max(least)
    };
    let name = all.projects.iter().map(|entry| entry.path.chars().count()).max().unwrap_or_default();
    let release = width(|one| release(one).chars().count(), 0);
    let mut out = String::new();
    for entry in &all.projects {
        let head = format!("  {:name$}", harmless(&entry.path));
        let line = match &entry.result {
            Err(_) => format!("{head}  {}", paint(style, RED, "stopped")),
            Ok(one) => format!("{head}  {:release$}  {}", harmless(&self::release(one)), standing(one, given)),
        };
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if out.is_empty() { out } else { out + "\n" }
}

/// The version and the status of a release.
fn release(one: &Checked) -> String {
    format!("{} {}", one.version, one.status).trim().to_owned()
}

/// The coverage of a project with a bar, and what is wrong in numbers.
fn standing(one: &Checked, given: &GivenAll<'_>) -> String {
    let report = &one.report;
    let style = given.style;
    let Some(coverage) = &report.coverage else {
        return format!("{}  {}", paint(style, RED, "not judged"), human::counted(&report.findings));
    };
    let tally = coverage.tally();
    let wrong = if report.findings.is_empty() { String::new() } else { human::counted(&report.findings) };
    let rest = human::numbers(&[(tally.missing, "missing"), (tally.partial, "partial"), (tally.waived, "waived")]);
    let rest: Vec<&str> = [rest.as_str(), wrong.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    let done = tally.met + tally.waived;
    let colour = match (report.passes(), done == tally.due()) {
        (true, true) => GREEN,
        (true, false) => YELLOW,
        (false, _) => RED,
    };
    let bar = if tally.due() > 0 {
        paint(style, colour, &bar(&tally))
    } else {
        paint(style, GREY, &format!("{:20}", "nothing is due"))
    };
    format!("{bar}  {done:>3} of {:<3}  {}", tally.due(), rest.join(", "))
}

/// What it all comes to, on one line.
#[must_use]
pub(super) fn verdict(all: &Overall) -> String {
    let passed = all.checked().filter(|(_, one)| one.report.passes()).count();
    let tallies = all.checked().filter_map(|(_, one)| one.report.coverage.as_ref()).map(Coverage::tally);
    let (missing, partial) =
        tallies.fold((0, 0), |(missing, partial), Tally { missing: m, partial: p, .. }| (missing + m, partial + p));
    let stopped = all.projects.iter().filter(|entry| entry.result.is_err()).count();
    let counted = [
        (stopped, "project stopped", "projects stopped"),
        (all.count(Level::Error), "error", "errors"),
        (all.count(Level::Warning), "warning", "warnings"),
        (all.count(Level::Note), "note", "notes"),
        (missing, "item missing", "items missing"),
        (partial, "item partial", "items partial"),
    ];
    let counted: Vec<String> = counted
        .iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| format!("{number} {}", if *number == 1 { one } else { many }))
        .collect();
    let rest = if counted.is_empty() { "nothing to mend".to_owned() } else { counted.join(", ") };
    let part = all.part.map(|part| format!("part {part}: ")).unwrap_or_default();
    match all.projects.len() {
        0 => format!("{part}no project is in it; {rest}"),
        1 => format!("{part}{passed} of 1 project passes; {rest}"),
        many => format!("{part}{passed} of {many} projects pass; {rest}"),
    }
}
