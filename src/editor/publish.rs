//! From findings to what an editor underlines.

use super::place;
use super::project::Snapshot;
use crate::finding::{Finding, Label, Level};
use crate::load::PROJECT_FILE;
use crate::load::workspace::Workspace;
use crate::model::workspace::WORKSPACE_FILE;
use crate::source::Span;
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position, Range,
};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The source that every diagnostic names.
pub(super) const SOURCE: &str = "handoff";

/// What is to be shown in each file. What has no place, or one in what is built in, stands at the top of the
/// project file.
pub(super) fn diagnostics(snapshot: &Snapshot) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let mut shown: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for finding in &snapshot.now.report.findings {
        let file = finding.span().and_then(|span| snapshot.file(snapshot.now.loaded.sources.path(span.file)));
        let file = file.unwrap_or_else(|| snapshot.root.join(PROJECT_FILE));
        shown.entry(file).or_default().push(diagnostic(snapshot, finding));
    }
    shown
}

/// What is to be shown in a workspace file.
pub(super) fn of_workspace(workspace: &Workspace) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let file = workspace.root.join(WORKSPACE_FILE);
    let range = |span: Span| range_in(workspace.sources.text(span.file), span);
    let related = |label: &Label| {
        let location = Location { uri: place::uri(&file)?, range: range(label.span) };
        Some(DiagnosticRelatedInformation { location, message: said(label) })
    };
    let shown = workspace.findings.iter().map(|finding| {
        let related = finding.labels.iter().skip(1).filter_map(related).collect();
        told(finding, finding.span().map_or_else(top, range), related)
    });
    let shown: Vec<Diagnostic> = shown.collect();
    if shown.is_empty() { BTreeMap::new() } else { BTreeMap::from([(file, shown)]) }
}

/// A finding as a diagnostic.
pub(super) fn diagnostic(snapshot: &Snapshot, finding: &Finding) -> Diagnostic {
    let span = finding.span().filter(|span| snapshot.file(snapshot.now.loaded.sources.path(span.file)).is_some());
    let related = finding.labels.iter().skip(1).filter_map(|label| related(snapshot, label)).collect();
    told(finding, span.map_or_else(top, |span| range_of(snapshot, span)), related)
}

fn told(finding: &Finding, range: Range, related: Vec<DiagnosticRelatedInformation>) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(match finding.level {
            Level::Error => DiagnosticSeverity::ERROR,
            Level::Warning => DiagnosticSeverity::WARNING,
            Level::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: message(finding),
        related_information: Some(related),
        ..Diagnostic::default()
    }
}

/// The message with what is said at the place, and the advice.
fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    let said = finding.labels.first().map(|label| label.text.as_str()).filter(|text| !text.is_empty());
    if let Some(said) = said {
        message.push_str(": ");
        message.push_str(said);
    }
    for help in &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    message
}

fn related(snapshot: &Snapshot, label: &Label) -> Option<DiagnosticRelatedInformation> {
    let uri = place::uri(&snapshot.file(snapshot.now.loaded.sources.path(label.span.file))?)?;
    let location = Location { uri, range: range_of(snapshot, label.span) };
    Some(DiagnosticRelatedInformation { location, message: said(label) })
}

fn said(label: &Label) -> String {
    if label.text.is_empty() { "see here".to_owned() } else { label.text.clone() }
}

/// Where a place of the checked texts is.
pub(super) fn range_of(snapshot: &Snapshot, span: Span) -> Range {
    range_in(snapshot.text(span.file), span)
}

/// Where a place of a text is. A place without width is shown to the end of its first word.
fn range_in(text: &str, span: Span) -> Range {
    let mut bytes = span.range();
    if bytes.is_empty() {
        let rest = text.get(bytes.start..).unwrap_or_default();
        bytes.end += rest.find(char::is_whitespace).unwrap_or(rest.len());
    }
    // A block is underlined on its first line only: the rest of it is not what is wrong.
    let covered = text.get(bytes.clone()).unwrap_or_default();
    bytes.end = bytes.start + covered.find('\n').map_or(covered.len(), |end| covered[..end].trim_end().len());
    place::range(text, &bytes)
}

fn top() -> Range {
    Range { start: Position::new(0, 0), end: Position::new(0, 0) }
}
