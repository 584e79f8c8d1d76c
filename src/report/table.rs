//! The coverage as a table: a line per document, with a bar, in groups.

use super::Style;
use super::human::numbers;
use crate::model::report::{Coverage, Tally};
use annotate_snippets::normalize_untrusted_str as harmless;
use std::fmt::Write;

/// How many cells a bar has.
const BAR: usize = 20;

/// Red, for what blocks.
pub(super) const RED: &str = "31;1";
/// Green, for what is complete.
pub(super) const GREEN: &str = "32;1";
/// Yellow, for what is let pass or partly there.
pub(super) const YELLOW: &str = "33";
/// Cyan, for titles and advice.
pub(super) const CYAN: &str = "36;1";
/// Grey, for what does not count now.
pub(super) const GREY: &str = "2";
/// For titles.
pub(super) const BOLD: &str = "1";

/// Writes the coverage.
pub(super) fn write(coverage: &Coverage, style: &Style) -> String {
    let title = format!("{}, judged at stage {}", harmless(&coverage.checklist), coverage.stage);
    let mut out = paint(style, BOLD, &title);
    out.push('\n');
    let width = coverage.items.iter().map(|item| item.document.chars().count()).max().unwrap_or(0);
    for group in coverage.items.chunk_by(|one, next| one.group.0 == next.group.0) {
        out.push('\n');
        out.push_str(&harmless(&group[0].group.1));
        let tally = Tally::of(group);
        if tally.due() > 0 {
            let _ = write!(out, "  {} %", tally.percent());
        }
        out.push('\n');
        for items in group.chunk_by(|one, next| one.document == next.document) {
            out.push_str(&line(&items[0].document, &Tally::of(items), width, style));
        }
    }
    let owners: Vec<_> = coverage.by_owner().into_iter().filter(|owner| owner.tally.due() > 0).collect();
    if owners.iter().any(|owner| !owner.id.is_empty()) {
        out.push_str("\nBy owner\n");
        for owner in &owners {
            let name = if owner.id.is_empty() { "nobody named" } else { &owner.id };
            out.push_str(&line(name, &owner.tally, width, style));
        }
    }
    out.push('\n');
    out.push_str(&line("All", &coverage.tally(), width, style));
    out
}

/// The line of a document, an owner or the whole.
fn line(name: &str, tally: &Tally, width: usize, style: &Style) -> String {
    let name = format!("  {:width$}", harmless(name));
    if tally.due() == 0 {
        let words = match (tally.not_due, tally.not_applicable) {
            (0, _) => "does not apply".to_owned(),
            (not_due, 0) => format!("{not_due} not due yet"),
            (not_due, not) => format!("{not_due} not due yet, {not} not applicable"),
        };
        return format!("{}\n", paint(style, GREY, &format!("{name}  {:BAR$}            {words}", "")));
    }
    let done = tally.met + tally.waived;
    let colour = if done == tally.due() {
        GREEN
    } else if done == 0 {
        RED
    } else {
        YELLOW
    };
    let rest = numbers(&[
        (tally.missing, "missing"),
        (tally.partial, "partial"),
        (tally.waived, "waived"),
        (tally.not_due, "not due yet"),
        (tally.not_applicable, "not applicable"),
    ]);
    let line = format!("{name}  {}  {done:>3} of {:<2}", paint(style, colour, &bar(tally)), tally.due());
    format!("{}\n", format!("{line}  {rest}").trim_end())
}

/// A bar: what is met, what is let pass, what is missing. It is full only if nothing is missing.
pub(super) fn bar(tally: &Tally) -> String {
    let met = tally.met * BAR / tally.due();
    let done = (tally.met + tally.waived) * BAR / tally.due();
    format!("{}{}{}", "█".repeat(met), "▒".repeat(done - met), "░".repeat(BAR - done))
}

/// A text in a colour, if colours are wanted; each line for itself.
pub(super) fn paint(style: &Style, colour: &str, text: &str) -> String {
    if !style.colour {
        return text.to_owned();
    }
    text.lines().map(|line| format!("\u{1b}[{colour}m{line}\u{1b}[0m")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::human;
    use super::*;
    use crate::model::checklist::Evidence;
    use crate::model::project::Stage;
    use crate::model::report::{ItemCoverage, Report, State};
    use crate::source::Sources;

    fn item(document: &str, state: State) -> ItemCoverage {
        ItemCoverage {
            id: format!("{document}.x"),
            title: "X".into(),
            group: ("g".into(), "Group".into()),
            document: document.into(),
            internal: false,
            evidence_kind: Evidence::Section,
            due: Stage::Transfer,
            owner: None,
            state,
            evidence: Vec::new(),
            remarks: Vec::new(),
        }
    }

    fn shown(states: &[(&str, State)]) -> String {
        let items = states.iter().map(|(document, state)| item(document, *state)).collect();
        let coverage = Coverage { checklist: "Delivery checklist".into(), stage: Stage::Transfer, items };
        let report = Report { coverage: Some(coverage), ..Report::default() };
        human::write(&report, &Sources::default(), &Style::default())
    }

    #[test]
    fn every_document_has_its_line() {
        let out = shown(&[
            ("runbook", State::Met),
            ("runbook", State::Missing),
            ("sla", State::Waived),
            ("api", State::NotApplicable),
            ("close", State::NotDue),
        ]);
        assert_eq!(
            out,
            "Delivery checklist, judged at stage transfer\n\
             \n\
             Group  66 %\n  \
               runbook  ██████████░░░░░░░░░░    1 of 2   1 missing\n  \
               sla      ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒    1 of 1   1 waived\n  \
               api                                      does not apply\n  \
               close                                    1 not due yet\n\
             \n  \
               All      ██████▒▒▒▒▒▒▒░░░░░░░    2 of 3   1 missing, 1 waived, 1 not due yet, 1 not applicable\n\
             \n\
             incomplete at stage transfer: 1 missing; 2 of 3 due items met or waived (1 waived, 1 not applicable, 1 not due yet)\n\
             nothing to mend\n"
        );
    }

    #[test]
    fn a_bar_is_full_only_if_nothing_is_missing() {
        let tally = Tally { met: 999, missing: 1, ..Tally::default() };
        assert_eq!(bar(&tally).matches('█').count(), BAR - 1);
    }

    #[test]
    fn what_is_complete_says_so() {
        let out = shown(&[("runbook", State::Met), ("sla", State::Met)]);
        assert!(out.contains("complete at stage transfer: 2 of 2 due items met or waived\nnothing to mend\n"), "{out}");
    }
}
