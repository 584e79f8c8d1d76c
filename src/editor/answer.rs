//! From what an editor says to what it is told: each request to its answer, each note to the desk.

use super::asked::Asked;
use super::buffers::Buffer;
use super::project::Snapshot;
use super::{Desk, Shared, complete, define, hover, mend, place};
use lsp_server::{ErrorCode, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _,
};
use lsp_types::request::{CodeActionRequest, Completion, GotoDefinition, HoverRequest, Request as _};
use lsp_types::{
    CodeActionOrCommand, CodeActionParams, CompletionParams, CompletionResponse, DidChangeTextDocumentParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, GotoDefinitionParams,
    GotoDefinitionResponse, HoverParams, Position, TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The answer to a request.
pub(super) fn answer(desk: &Shared, request: Request) -> Response {
    let Request { id, method, params } = request;
    let found = catch_unwind(AssertUnwindSafe(|| match method.as_str() {
        Completion::METHOD => Some(with(params, |params: CompletionParams| {
            at(desk, &params.text_document_position, complete::offers).map(CompletionResponse::Array)
        })),
        HoverRequest::METHOD => Some(with(params, |params: HoverParams| {
            at(desk, &params.text_document_position_params, hover::hover).flatten()
        })),
        GotoDefinition::METHOD => Some(with(params, |params: GotoDefinitionParams| {
            at(desk, &params.text_document_position_params, define::places).map(GotoDefinitionResponse::Array)
        })),
        CodeActionRequest::METHOD => Some(with(params, |params: CodeActionParams| actions(desk, params))),
        _ => None,
    }));
    match found {
        Ok(Some(Ok(value))) => Response::new_ok(id, value),
        Ok(Some(Err(why))) => Response::new_err(id, ErrorCode::InvalidParams as i32, why),
        Ok(None) => Response::new_err(id, ErrorCode::MethodNotFound as i32, format!("`{method}` is not served")),
        Err(_) => Response::new_err(id, ErrorCode::InternalError as i32, format!("`{method}` broke down")),
    }
}

/// Reads the parameters, asks, and writes the answer.
fn with<P: DeserializeOwned, R: Serialize>(
    params: serde_json::Value,
    ask: impl FnOnce(P) -> R,
) -> Result<serde_json::Value, String> {
    let params = serde_json::from_value(params).map_err(|error| error.to_string())?;
    serde_json::to_value(ask(params)).map_err(|error| error.to_string())
}

/// Asks about a place of a text that is open.
fn at<R>(desk: &Shared, place: &TextDocumentPositionParams, ask: impl FnOnce(&Asked<'_>) -> R) -> Option<R> {
    about(desk, &place.text_document.uri, place.position, ask)
}

fn about<R>(desk: &Shared, uri: &Uri, position: Position, ask: impl FnOnce(&Asked<'_>) -> R) -> Option<R> {
    let file = place::path(uri)?;
    let (text, root, known) = {
        let desk = desk.lock();
        let text = Arc::clone(&desk.open.0.get(&file)?.text);
        let root = desk.root_of(&file);
        let known: Option<Snapshot> = root.as_ref().and_then(|root| desk.known.get(root)).cloned();
        (text, root.unwrap_or_else(|| likely_root(&file)), known)
    };
    let path = place::relative(&root, &file)?;
    let offset = place::offset(&text, position);
    Some(ask(&Asked { path: &path, text: &text, offset, known: known.as_ref() }))
}

/// The folder that would be the project's, of a file without one: the one above a folder that projects have.
fn likely_root(file: &Path) -> PathBuf {
    let folders = ["docs", "records", "checklists", "theme"];
    let named = |folder: &&Path| folder.file_name().is_some_and(|name| folders.iter().any(|known| name == *known));
    let above = file.ancestors().skip(1).find(named).and_then(Path::parent);
    above.or(file.parent()).map(Path::to_path_buf).unwrap_or_default()
}

fn actions(desk: &Shared, params: CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
    let uri = params.text_document.uri;
    let only = params.context.only.as_deref();
    let actions = about(desk, &uri, params.range.start, |asked| mend::actions(asked, params.range, &uri, only))?;
    Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect())
}

/// Takes down what an editor tells; whether something has to be checked.
pub(super) fn take_note(desk: &Shared, note: Notification) -> bool {
    let Notification { method, params } = note;
    let mut desk = desk.lock();
    let noted = match method.as_str() {
        DidOpenTextDocument::METHOD => serde_json::from_value(params).map(|params| open(&mut desk, params)),
        DidChangeTextDocument::METHOD => serde_json::from_value(params).map(|params| change(&mut desk, params)),
        DidCloseTextDocument::METHOD => serde_json::from_value(params).map(|params| close(&mut desk, &params)),
        DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => {
            desk.touch_all();
            Ok(())
        }
        DidChangeWorkspaceFolders::METHOD => serde_json::from_value(params).map(|params| folders(&mut desk, &params)),
        _ => return false,
    };
    noted.is_ok()
}

fn open(desk: &mut Desk, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    let Some(file) = place::path(&document.uri) else { return };
    let buffer = Buffer { uri: document.uri, version: document.version, text: document.text.into() };
    desk.open.0.insert(file.clone(), buffer);
    desk.touch(&file);
}

fn change(desk: &mut Desk, params: DidChangeTextDocumentParams) {
    let Some(file) = place::path(&params.text_document.uri) else { return };
    if let Some(buffer) = desk.open.0.get_mut(&file) {
        buffer.change(params.text_document.version, params.content_changes);
    }
    desk.touch(&file);
}

fn close(desk: &mut Desk, params: &DidCloseTextDocumentParams) {
    let Some(file) = place::path(&params.text_document.uri) else { return };
    // The project is asked for before: a project file that was never saved is gone with its text.
    desk.touch(&file);
    desk.open.0.remove(&file);
    desk.touch(&file);
}

fn folders(desk: &mut Desk, params: &DidChangeWorkspaceFoldersParams) {
    let gone: Vec<PathBuf> = params.event.removed.iter().filter_map(|folder| place::path(&folder.uri)).collect();
    desk.folders.retain(|folder| !gone.contains(folder));
    desk.folders.extend(params.event.added.iter().filter_map(|folder| place::path(&folder.uri)));
    desk.touch_all();
}
