//! `json`: the report for programs.
//!
//! The structs are the description of the format. Its `version` grows when a field is renamed, removed
//! or changes its meaning; new fields do not change it.

pub mod overall;

use super::Style;
use crate::finding::{Finding, Level, fingerprints};
use crate::model::report::{Coverage, Found, ItemCoverage, Part, Report, Reviewed, State, Tally};
use crate::source::{Sources, Span};
use serde::Serialize;

/// The version of the format.
pub const VERSION: u32 = 1;

/// The whole report.
#[derive(Debug, Serialize)]
struct Document<'a> {
    /// The version of the format.
    version: u32,
    /// `pass`, or `fail` if an error was found or something due is missing.
    verdict: &'static str,
    /// How many findings there are of each level.
    counts: Counts,
    /// What is wrong, by path and place.
    findings: Vec<FindingOut<'a>>,
    /// What the findings were limited to, in words; then they alone decide the verdict.
    limits: &'a [String],
    /// What of the checklist is there; `null` if the project could not be read far enough to tell.
    coverage: Option<CoverageOut<'a>>,
    /// The newest review of each document by each person, and whether it still holds.
    reviews: &'a [Reviewed],
}

/// How many findings there are.
#[derive(Debug, Serialize)]
struct Counts {
    /// Those that block.
    errors: usize,
    /// Those that ought to be mended.
    warnings: usize,
    /// Those that are worth knowing.
    notes: usize,
}

/// One finding.
#[derive(Debug, Serialize)]
struct FindingOut<'a> {
    /// The name of the rule.
    rule: &'a str,
    /// How much it weighs: `error`, `warning`, `note`.
    level: Level,
    /// What is wrong.
    message: &'a str,
    /// Where it is wrong; `null` for what has no place.
    place: Option<Place<'a>>,
    /// What is said at that place.
    label: &'a str,
    /// Other places, which explain.
    related: Vec<Related<'a>>,
    /// What to do, most likely first.
    help: &'a [String],
    /// The checklist item that it is about, or `null`.
    item: Option<&'a str>,
    /// A name that stays the same when other lines come or go.
    fingerprint: String,
}

/// A place that explains.
#[derive(Debug, Serialize)]
struct Related<'a> {
    /// The place.
    place: Place<'a>,
    /// What is said there.
    label: &'a str,
}

/// A place in a file. Lines and columns count from 1, columns in characters; the end is excluded.
#[derive(Debug, Serialize)]
pub(super) struct Place<'a> {
    /// The file, from the project's root, with `/`.
    path: &'a str,
    /// The line.
    line: usize,
    /// The column.
    column: usize,
    /// The line of the end.
    end_line: usize,
    /// The column of the end.
    end_column: usize,
}

/// What of the checklist is there.
#[derive(Debug, Serialize)]
struct CoverageOut<'a> {
    /// The title of the checklist.
    checklist: &'a str,
    /// The stage whose items were judged.
    stage: &'static str,
    /// Whether everything due is met or waived.
    complete: bool,
    /// Share of what is due that is met or waived, in whole percent, rounded down.
    percent: usize,
    /// How many items are in each state.
    tally: Tally,
    /// The same by document, by kind.
    documents: Vec<Part>,
    /// The same by group, by id.
    groups: Vec<Part>,
    /// The same by the contact who looks after the items; an empty id for those of nobody.
    owners: Vec<Part>,
    /// Every item, in the order of the checklist.
    items: Vec<ItemOut<'a>>,
}

/// An item of the checklist.
#[derive(Debug, Serialize)]
pub(super) struct ItemOut<'a> {
    /// Its id.
    id: &'a str,
    /// What must be there.
    title: &'a str,
    /// The group of its document, by id.
    group: &'a str,
    /// The kind of its document.
    document: &'a str,
    /// What proves it.
    evidence_kind: &'static str,
    /// The stage by whose start it is due.
    due: &'static str,
    /// The contact who looks after it, or `null`.
    owner: Option<&'a str>,
    /// The result.
    state: State,
    /// Where it was found.
    evidence: Vec<EvidenceOut<'a>>,
    /// What is missing, or why it is let pass or does not apply.
    remarks: &'a [String],
}

/// Where an item was found.
#[derive(Debug, Serialize)]
struct EvidenceOut<'a> {
    /// What was found.
    what: &'a str,
    /// Where; `null` for what has no place.
    place: Option<Place<'a>>,
}

/// Writes a report as JSON.
#[must_use]
pub fn write(report: &Report, sources: &Sources, _: &Style) -> String {
    // Structs of texts and numbers always serialise.
    serde_json::to_string_pretty(&document(report, sources)).map(|text| text + "\n").unwrap_or_default()
}

fn document<'a>(report: &'a Report, sources: &'a Sources) -> Document<'a> {
    Document {
        version: VERSION,
        verdict: if report.passes() { "pass" } else { "fail" },
        counts: Counts {
            errors: report.count(Level::Error),
            warnings: report.count(Level::Warning),
            notes: report.count(Level::Note),
        },
        findings: findings(report, sources),
        limits: &report.limits,
        coverage: report.coverage.as_ref().map(|coverage| coverage_out(coverage, sources)),
        reviews: &report.reviews,
    }
}

fn findings<'a>(report: &'a Report, sources: &'a Sources) -> Vec<FindingOut<'a>> {
    let names = fingerprints(&report.findings, sources);
    report.findings.iter().zip(names).map(|(finding, name)| finding_out(finding, name, sources)).collect()
}

fn finding_out<'a>(finding: &'a Finding, fingerprint: String, sources: &'a Sources) -> FindingOut<'a> {
    let related = |label: &'a crate::finding::Label| Related { place: place(sources, label.span), label: &label.text };
    FindingOut {
        rule: finding.rule,
        level: finding.level,
        message: &finding.message,
        place: finding.span().map(|span| place(sources, span)),
        label: finding.labels.first().map_or("", |label| label.text.as_str()),
        related: finding.labels.iter().skip(1).map(related).collect(),
        help: &finding.help,
        item: finding.item.as_deref(),
        fingerprint,
    }
}

fn coverage_out<'a>(coverage: &'a Coverage, sources: &'a Sources) -> CoverageOut<'a> {
    let tally = coverage.tally();
    CoverageOut {
        checklist: &coverage.checklist,
        stage: coverage.stage.as_str(),
        complete: coverage.complete(),
        percent: tally.percent(),
        tally,
        documents: coverage.by_document(),
        groups: coverage.by_group(),
        owners: coverage.by_owner(),
        items: coverage.items.iter().map(|item| item_out(item, sources)).collect(),
    }
}

pub(super) fn item_out<'a>(item: &'a ItemCoverage, sources: &'a Sources) -> ItemOut<'a> {
    let evidence =
        |found: &'a Found| EvidenceOut { what: &found.what, place: found.span.map(|span| place(sources, span)) };
    ItemOut {
        id: &item.id,
        title: &item.title,
        group: &item.group.0,
        document: &item.document,
        evidence_kind: item.evidence_kind.as_str(),
        due: item.due.as_str(),
        owner: item.owner.as_deref(),
        state: item.state,
        evidence: item.evidence.iter().map(evidence).collect(),
        remarks: &item.remarks,
    }
}

pub(super) fn place(sources: &Sources, span: Span) -> Place<'_> {
    let (start, end) = (sources.position(span), sources.end(span));
    Place {
        path: sources.path(span.file),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn findings_have_their_places() {
        let mut sources = Sources::default();
        let file = sources.add("docs/a.md", "one\ntwo TBD\n");
        let finding = Finding::error("placeholder-text", "`TBD` is a mark")
            .at(Span::new(file, 8, 11), "here")
            .at(Span::new(file, 0, 3), "there")
            .help("write it")
            .item("a.b");
        let report = Report { findings: vec![finding], ..Report::default() };
        let value: Value = serde_json::from_str(&write(&report, &sources, &Style::default())).expect("JSON");
        assert_eq!(value["version"], 1);
        assert_eq!(value["verdict"], "fail");
        assert_eq!(value["counts"]["errors"], 1);
        let place = &value["findings"][0]["place"];
        assert_eq!((&place["path"], &place["line"], &place["column"]), (&"docs/a.md".into(), &2.into(), &5.into()));
        assert_eq!((&place["end_line"], &place["end_column"]), (&2.into(), &8.into()));
        assert_eq!(value["findings"][0]["related"][0]["label"], "there");
        assert_eq!(value["findings"][0]["item"], "a.b");
        assert_eq!(value["coverage"], Value::Null);
    }
}
