//! `human`: the report for people: findings as rustc shows them, then the coverage and the verdict.

use super::excerpt::{Excerpt, excerpts};
use super::{Style, table};
use crate::finding::{Finding, Level};
use crate::model::report::{Coverage, Report, Tally};
use crate::source::{Sources, position};
use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Sign, Renderer, Snippet, normalize_untrusted_str as harmless,
};

/// Writes a report for people.
#[must_use]
pub fn write(report: &Report, sources: &Sources, style: &Style) -> String {
    let mut out = grouped(&report.findings, sources, style);
    if let Some(coverage) = &report.coverage {
        out.push_str(&table::write(coverage, style));
        out.push('\n');
    }
    let colour = if report.passes() { table::GREEN } else { table::RED };
    out.push_str(&table::paint(style, colour, &verdict(report)));
    out.push('\n');
    out
}

/// Writes findings file by file, each file with its path and numbers above, if there is more than one.
fn grouped(all: &[Finding], sources: &Sources, style: &Style) -> String {
    let file = |finding: &Finding| finding.span().map(|span| span.file);
    let groups: Vec<_> = all.chunk_by(|one, next| file(one) == file(next)).collect();
    if groups.len() < 2 {
        return findings(all, sources, style);
    }
    let write = |group: &[Finding]| {
        let name = file(&group[0]).map_or("the project as a whole", |file| sources.path(file));
        let title = format!("{}: {}", harmless(name), counted(group));
        format!("{}\n\n{}", table::paint(style, table::BOLD, &title), findings(group, sources, style))
    };
    groups.into_iter().map(write).collect()
}

/// Writes findings, each with its source lines and advice, a blank line behind each.
#[must_use]
pub fn findings(findings: &[Finding], sources: &Sources, style: &Style) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width.max(40));
    let mut out = String::new();
    for finding in findings {
        let excerpts = excerpts(&finding.labels, sources);
        let text = renderer.render(&[group(finding, &excerpts)]);
        out.push_str(&with_true_columns(text, &excerpts));
        out.push_str("\n\n");
    }
    out
}

fn group<'a>(finding: &'a Finding, excerpts: &'a [Excerpt<'a>]) -> Group<'a> {
    let sign = match finding.level {
        Level::Error => Sign::ERROR,
        Level::Warning => Sign::WARNING,
        Level::Note => Sign::NOTE,
    };
    let title = sign.primary_title(finding.message.as_str()).id(finding.rule);
    let mut elements: Vec<Element<'a>> = Vec::new();
    for excerpt in excerpts {
        let annotations = excerpt.marks.iter().map(|mark| {
            let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(mark.range.clone()).label((!mark.text.is_empty()).then(|| harmless(&mark.text)))
        });
        let snippet = Snippet::source(excerpt.text.as_str()).line_start(excerpt.line).path(harmless(excerpt.path));
        elements.push(snippet.annotations(annotations).into());
    }
    elements.extend(finding.help.iter().map(|help| Sign::HELP.message(harmless(help)).into()));
    Group::with_title(title).elements(elements)
}

/// Puts right the columns of lines that were cut: the renderer only knows what it was shown.
fn with_true_columns(mut text: String, excerpts: &[Excerpt<'_>]) -> String {
    for excerpt in excerpts {
        let path = harmless(excerpt.path);
        for mark in &excerpt.marks {
            let line = mark.position.line;
            let shown = format!("{path}:{line}:{}", position(&excerpt.text, mark.range.start).column);
            let true_one = format!("{path}:{line}:{}", mark.position.column);
            let end_of = |at: usize| text[at + shown.len()..].starts_with(|c: char| !c.is_ascii_digit());
            if let Some(at) = text.find(&shown).filter(|at| shown != true_one && end_of(*at)) {
                text.replace_range(at..at + shown.len(), &true_one);
            }
        }
    }
    text
}

/// What it all comes to, in one or two lines.
pub(super) fn verdict(report: &Report) -> String {
    let counted = counted(&report.findings);
    let limits = report.limits.join(" and ");
    let counted = if limits.is_empty() { counted } else { format!("{limits}: {counted}") };
    match &report.coverage {
        None => format!("not judged: the project could not be read; {counted}"),
        Some(coverage) => format!("{}\n{counted}", completeness(coverage)),
    }
}

/// Whether the delivery is complete, with the numbers.
#[must_use]
pub fn completeness(coverage: &Coverage) -> String {
    let tally = coverage.tally();
    let Tally { met, partial, missing, waived, not_applicable, not_due } = tally;
    let stage = coverage.stage;
    let rest = numbers(&[(waived, "waived"), (not_applicable, "not applicable"), (not_due, "not due yet")]);
    let rest = if rest.is_empty() { rest } else { format!(" ({rest})") };
    if coverage.complete() {
        return format!("complete at stage {stage}: {} of {} due items met or waived{rest}", met + waived, tally.due());
    }
    let lacking = numbers(&[(missing, "missing"), (partial, "partial")]);
    format!("incomplete at stage {stage}: {lacking}; {} of {} due items met or waived{rest}", met + waived, tally.due())
}

/// The numbers that are not zero, with their words.
pub(super) fn numbers(counts: &[(usize, &str)]) -> String {
    let some = counts.iter().filter(|(count, _)| *count > 0);
    some.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// How many findings there are of each level.
pub(super) fn counted(findings: &[Finding]) -> String {
    let count = |level: Level, noun: &str| match findings.iter().filter(|finding| finding.level == level).count() {
        0 => None,
        1 => Some(format!("1 {noun}")),
        many => Some(format!("{many} {noun}s")),
    };
    let counts = [count(Level::Error, "error"), count(Level::Warning, "warning"), count(Level::Note, "note")];
    let counts: Vec<_> = counts.into_iter().flatten().collect();
    if counts.is_empty() { "nothing to mend".to_owned() } else { counts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn plain(findings: Vec<Finding>, sources: &Sources) -> String {
        write(&Report { findings, ..Report::default() }, sources, &Style::default())
    }

    #[test]
    fn a_finding_is_shown_as_rustc_does() {
        let mut sources = Sources::default();
        let file = sources.add("docs/runbook.md", "# Runbook\n\nThe port is TBD.\n");
        let finding = Finding::error("placeholder-text", "`TBD` is a mark of unfinished work")
            .at(Span::new(file, 23, 26), "write what is meant")
            .help("write the real text");
        assert_eq!(
            plain(vec![finding], &sources),
            "error[placeholder-text]: `TBD` is a mark of unfinished work\n \
             --> docs/runbook.md:3:13\n  \
               |\n\
             3 | The port is TBD.\n  \
               |             ^^^ write what is meant\n  \
               |\n  \
               = help: write the real text\n\n\
             not judged: the project could not be read; 1 error\n"
        );
    }

    #[test]
    fn long_lines_are_cut_and_columns_stay_right() {
        let mut sources = Sources::default();
        let text = format!("{}TBD{}\n", "word ".repeat(100_000), " word".repeat(100_000));
        let file = sources.add("docs/a.md", text);
        let finding = Finding::error("placeholder-text", "x").at(Span::new(file, 500_000, 500_003), "here");
        let out = plain(vec![finding], &sources);
        assert!(out.len() < 1_000, "{} bytes", out.len());
        assert!(out.contains("docs/a.md:1:500001"), "{out}");
        assert!(out.contains("TBD") && out.contains("^^^ here"), "{out}");
    }

    #[test]
    fn without_colour_there_is_no_escape_and_with_it_there_is() {
        let mut sources = Sources::default();
        let file = sources.add("a", "text");
        let report =
            Report { findings: vec![Finding::warning("x", "y").at(Span::new(file, 0, 4), "")], ..Report::default() };
        assert!(!write(&report, &sources, &Style::default()).contains('\u{1b}'));
        assert!(write(&report, &sources, &Style { colour: true, width: 80 }).contains('\u{1b}'));
    }

    #[test]
    fn control_characters_of_a_source_do_not_reach_the_terminal() {
        let mut sources = Sources::default();
        let file = sources.add("a", "a \u{1b}[31m TBD");
        let finding = Finding::error("x", "\u{1b}[2J").at(Span::new(file, 0, 1), "\u{1b}[2J").help("\u{1b}[2J");
        assert!(!plain(vec![finding], &sources).contains('\u{1b}'));
    }

    #[test]
    fn findings_of_several_files_stand_under_their_paths() {
        let mut sources = Sources::default();
        let (one, two) = (sources.add("docs/a.md", "text"), sources.add("docs/b.md", "text"));
        let finding = |file| Finding::warning("x", "y").at(Span::new(file, 0, 4), "");
        let out = plain(vec![finding(one), finding(one), finding(two), Finding::error("z", "all of it")], &sources);
        let titles: Vec<_> = out.lines().filter(|line| line.contains(": 1 ") || line.contains(": 2 ")).collect();
        assert_eq!(titles[..3], ["docs/a.md: 2 warnings", "docs/b.md: 1 warning", "the project as a whole: 1 error"]);
        assert!(!plain(vec![finding(one)], &sources).contains("docs/a.md: 1"), "one file needs no title");
    }

    #[test]
    fn a_finding_without_a_place_is_told_with_its_help() {
        let out = plain(vec![Finding::error("x", "no place").help("do it")], &Sources::default());
        assert!(out.starts_with("error[x]: no place\n"), "{out}");
        assert!(out.contains("help: do it"), "{out}");
    }
}
