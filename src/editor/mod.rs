//! The language server: what an editor shows while somebody writes.
//!
//! Keeps the texts that are open, has their projects checked when they change, and answers questions about
//! places in them. One thread answers, another one checks, so that a large project never makes typing slow.
//! Knows the protocol; which streams carry it is decided elsewhere.

mod answer;
mod asked;
mod buffers;
mod checker;
mod complete;
mod cursor;
mod define;
mod hover;
mod mend;
mod names;
mod place;
mod project;
mod publish;
mod shapes;

use crate::error::{Error, Result};
use crate::load::PROJECT_FILE;
use crate::load::workspace::is_workspace_file;
use crate::model::workspace::WORKSPACE_FILE;
use crate::pipeline::Options;
use buffers::Buffers;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use lsp_types::notification::{DidChangeWatchedFiles, Notification as _};
use lsp_types::request::{RegisterCapability, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, HoverProviderCapability,
    InitializeParams, OneOf, PositionEncodingKind, Registration, RegistrationParams, SaveOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use project::Snapshot;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What both threads see.
#[derive(Debug, Default)]
struct Desk {
    /// The texts that are open.
    open: Buffers,
    /// The folders that the editor shows.
    folders: Vec<PathBuf>,
    /// The projects that have to be checked.
    waiting: BTreeSet<PathBuf>,
    /// What is known about each project.
    known: BTreeMap<PathBuf, Snapshot>,
}

/// The desk, shared.
#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Desk>>);

impl Shared {
    /// The desk, for a moment. One that a panic left behind is used on: every change of it is whole.
    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// The project that a file belongs to: the one around it, or one that takes it from elsewhere.
    fn root_of(&self, file: &Path) -> Option<PathBuf> {
        project::root_of(file, &self.open)
            .or_else(|| self.known.values().find(|snapshot| snapshot.takes(file)).map(|snapshot| snapshot.root.clone()))
    }

    /// Has the projects checked that a file may belong to.
    fn touch(&mut self, file: &Path) {
        let root = self.root_of(file);
        let taken = |snapshot: &&Snapshot| snapshot.takes(file);
        let others: Vec<PathBuf> = self.known.values().filter(taken).map(|snapshot| snapshot.root.clone()).collect();
        let workspace = file.parent().filter(|_| is_workspace_file(file)).map(Path::to_path_buf);
        self.waiting.extend(root.into_iter().chain(others).chain(workspace));
    }

    /// Has all projects checked that are known, or that the editor shows.
    fn touch_all(&mut self) {
        let is_looked_at =
            |folder: &&PathBuf| [PROJECT_FILE, WORKSPACE_FILE].iter().any(|name| folder.join(name).is_file());
        let shown = self.folders.iter().filter(is_looked_at).cloned();
        let open = self.open.0.keys().filter_map(|file| self.root_of(file));
        let workspaces = self.open.0.keys().filter(|file| is_workspace_file(file)).filter_map(|file| file.parent());
        let workspaces = workspaces.map(Path::to_path_buf);
        let all: BTreeSet<PathBuf> = shown.chain(open).chain(workspaces).chain(self.known.keys().cloned()).collect();
        self.waiting.extend(all);
    }
}

/// Serves an editor until it goes; whether it said goodbye first.
///
/// # Errors
/// If the other end does not speak the protocol.
pub fn serve(connection: &Connection, options: &Options) -> Result<bool> {
    let failed = |error: lsp_server::ProtocolError| {
        Error::new("the editor cannot be served").why(error.to_string()).help("`handoff lsp` is started by an editor")
    };
    let (id, params) = connection.initialize_start().map_err(failed)?;
    let params: InitializeParams = serde_json::from_value(params).unwrap_or_default();
    let info = json!({"name": "handoff", "version": env!("CARGO_PKG_VERSION")});
    let result = json!({"capabilities": capabilities(), "serverInfo": info});
    connection.initialize_finish(id, result).map_err(failed)?;

    let desk = Shared::default();
    desk.lock().folders = folders(&params);
    watch_files(connection, &params);
    let sender = connection.sender.clone();
    let checker = checker::start(desk.clone(), options.clone(), move |message| sender.send(message).is_ok())
        .map_err(|error| Error::new("no thread could be started").why(error.to_string()))?;
    desk.lock().touch_all();
    checker.ring();
    let said_goodbye = talk(connection, &desk, &checker);
    checker.stop();
    Ok(said_goodbye)
}

/// Answers until the other end goes.
fn talk(connection: &Connection, desk: &Shared, checker: &checker::Checker) -> bool {
    let mut is_over = false;
    for message in &connection.receiver {
        match message {
            Message::Request(request) if is_over => {
                let code = lsp_server::ErrorCode::InvalidRequest as i32;
                let response = lsp_server::Response::new_err(request.id, code, "the server is shut down".into());
                let _ = connection.sender.send(response.into());
            }
            Message::Request(Request { id, method, .. }) if method == lsp_types::request::Shutdown::METHOD => {
                is_over = true;
                let _ = connection.sender.send(lsp_server::Response::new_ok(id, ()).into());
            }
            Message::Request(request) => {
                let _ = connection.sender.send(answer::answer(desk, request).into());
            }
            Message::Notification(Notification { method, .. }) if method == lsp_types::notification::Exit::METHOD => {
                return is_over;
            }
            Message::Notification(notification) => {
                if answer::take_note(desk, notification) {
                    checker.ring();
                }
            }
            Message::Response(_) => {}
        }
    }
    is_over
}

/// The folders that the editor shows.
#[allow(deprecated, reason = "older editors name one folder in another way")]
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let named = params.workspace_folders.iter().flatten().filter_map(|folder| place::path(&folder.uri));
    let named: Vec<PathBuf> = named.collect();
    if named.is_empty() { params.root_uri.as_ref().and_then(place::path).into_iter().collect() } else { named }
}

/// What is served.
fn capabilities() -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let triggers = [":", " ", "-", "[", "{", ".", "(", "#", "/"];
    let actions = vec![CodeActionKind::QUICKFIX, CodeActionKind::new(mend::ALL)];
    ServerCapabilities {
        position_encoding: Some(PositionEncodingKind::UTF16),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(triggers.map(str::to_owned).into()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(actions),
            ..CodeActionOptions::default()
        })),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}

/// Asks to be told when files change that are not open, if the editor can tell.
fn watch_files(connection: &Connection, params: &InitializeParams) {
    let workspace = params.capabilities.workspace.as_ref();
    let can = workspace.and_then(|workspace| workspace.did_change_watched_files?.dynamic_registration);
    if can != Some(true) {
        return;
    }
    let globs = [
        "**/handoff.yaml",
        "**/handoff-workspace.yaml",
        "**/*.md",
        "**/records/**",
        "**/checklists/**",
        "**/theme/**",
        "**/docs/**",
    ];
    let watcher = |glob: &str| FileSystemWatcher { glob_pattern: GlobPattern::String(glob.to_owned()), kind: None };
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: globs.map(watcher).into() };
    let registration = Registration {
        id: "files".into(),
        method: DidChangeWatchedFiles::METHOD.into(),
        register_options: serde_json::to_value(options).ok(),
    };
    let params = RegistrationParams { registrations: vec![registration] };
    let id = RequestId::from("watch-files".to_owned());
    let _ = connection.sender.send(Request::new(id, RegisterCapability::METHOD.into(), params).into());
}
