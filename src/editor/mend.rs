//! Quick fixes: the repairs of `check --fix`, one by one or all of a file together.

use super::asked::Asked;
use super::place;
use super::publish;
use crate::check::fix::{self, Edit};
use lsp_types::{CodeAction, CodeActionKind, Diagnostic, Range, TextEdit, Uri, WorkspaceEdit};

/// The kind of the action that mends all of a file.
pub(super) const ALL: &str = "source.fixAll.handoff";

/// The fixes for what was found within a range of a text. If the text is not the one that was checked, there
/// are none: an edit would hit the wrong place.
pub(super) fn actions(asked: &Asked<'_>, range: Range, uri: &Uri, only: Option<&[CodeActionKind]>) -> Vec<CodeAction> {
    let Some(known) = asked.known.filter(|known| known.is_of(asked.path, asked.text)) else { return Vec::new() };
    let now = &known.now;
    let edits: Vec<Edit> = fix::edits(&now.loaded, &now.dossier, &now.report)
        .into_iter()
        .filter(|edit| now.loaded.sources.path(edit.span.file) == asked.path)
        .collect();
    let wanted = |kind: &str| {
        let kinds = |only: &&[CodeActionKind]| only.iter().any(|only| is_within(kind, only.as_str()));
        only.is_none() || only.as_ref().is_some_and(kinds)
    };
    let mut actions = Vec::new();
    if wanted(CodeActionKind::QUICKFIX.as_str()) {
        for edit in &edits {
            let found: Vec<Diagnostic> = now
                .report
                .findings
                .iter()
                .filter(|finding| finding.rule == edit.rule)
                .filter(|finding| finding.span().is_some_and(|span| span.contains(edit.span)))
                .map(|finding| publish::diagnostic(known, finding))
                .collect();
            if found.iter().any(|diagnostic| touches(diagnostic.range, range)) {
                actions.push(one(asked, uri, edit, found));
            }
        }
    }
    if !edits.is_empty() && wanted(ALL) {
        let title = format!("Mend what is safe to mend in this file ({})", edits.len());
        let edits = edits.iter().map(|edit| text_edit(asked.text, edit)).collect();
        actions.push(CodeAction {
            title,
            kind: Some(CodeActionKind::new(ALL)),
            edit: Some(workspace(uri, edits)),
            ..CodeAction::default()
        });
    }
    actions
}

/// Whether a kind of action is one that was asked for, or a part of it.
fn is_within(kind: &str, asked: &str) -> bool {
    kind.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || asked.is_empty() || rest.starts_with('.'))
}

fn touches(a: Range, b: Range) -> bool {
    a.start <= b.end && b.start <= a.end
}

fn one(asked: &Asked<'_>, uri: &Uri, edit: &Edit, diagnostics: Vec<Diagnostic>) -> CodeAction {
    let before = asked.text.get(edit.span.range()).unwrap_or_default();
    let title = match (before, edit.replacement.as_str()) {
        ("", after) => format!("Write `{}`", after.trim()),
        (before, after) => format!("Change `{before}` to `{after}`"),
    };
    CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(diagnostics),
        edit: Some(workspace(uri, vec![text_edit(asked.text, edit)])),
        is_preferred: Some(true),
        ..CodeAction::default()
    }
}

fn text_edit(text: &str, edit: &Edit) -> TextEdit {
    TextEdit { range: place::range(text, &edit.span.range()), new_text: edit.replacement.clone() }
}

fn workspace(uri: &Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some([(uri.clone(), edits)].into_iter().collect()), ..WorkspaceEdit::default() }
}
