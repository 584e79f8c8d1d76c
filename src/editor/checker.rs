//! The thread that checks: waits until nobody types for a moment, then tells what it found.

use super::buffers::Buffers;
use super::project::Snapshot;
use super::{Shared, place, publish};
use crate::error::Error;
use crate::load::{self, PROJECT_FILE};
use crate::model::workspace::WORKSPACE_FILE;
use crate::pipeline::Options;
use lsp_server::{Message, Notification};
use lsp_types::notification::{Notification as _, PublishDiagnostics};
use lsp_types::{Diagnostic, DiagnosticSeverity, PublishDiagnosticsParams, Uri};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// How long nobody must have typed.
const PAUSE: Duration = Duration::from_millis(200);
/// After so many changes without a pause, it is checked all the same.
const PATIENCE: usize = 30;
/// Documents are trees, and trees are walked deep.
const STACK: usize = 16 << 20;

/// The checking thread.
#[derive(Debug)]
pub(super) struct Checker {
    bell: Sender<()>,
    thread: JoinHandle<()>,
}

impl Checker {
    /// Says that something has changed.
    pub(super) fn ring(&self) {
        // A thread that is gone has told why.
        let _ = self.bell.send(());
    }

    /// Lets it finish what it does, and ends it.
    pub(super) fn stop(self) {
        drop(self.bell);
        let _ = self.thread.join();
    }
}

/// Starts the checking thread; `tell` sends a message and says whether anybody listens.
///
/// # Errors
/// If the system gives no thread.
pub(super) fn start(
    desk: Shared,
    options: Options,
    tell: impl Fn(Message) -> bool + Send + 'static,
) -> std::io::Result<Checker> {
    let (bell, heard) = channel();
    let mut work = Work { desk, options, tell, told: BTreeMap::new() };
    let run = move || {
        while wait(&heard) {
            if !work.check_waiting() {
                return;
            }
        }
    };
    let thread = Builder::new().name("checker".into()).stack_size(STACK).spawn(run)?;
    Ok(Checker { bell, thread })
}

/// Waits for a change and for the pause behind it; `false` when there will be none any more.
fn wait(heard: &Receiver<()>) -> bool {
    if heard.recv().is_err() {
        return false;
    }
    for _ in 0..PATIENCE {
        match heard.recv_timeout(PAUSE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}

/// What is shown, by file.
type Shown = BTreeMap<PathBuf, Vec<Diagnostic>>;

struct Work<T> {
    desk: Shared,
    options: Options,
    tell: T,
    /// For each project, what is shown of it.
    told: BTreeMap<PathBuf, Shown>,
}

impl<T: Fn(Message) -> bool> Work<T> {
    /// Checks the projects that wait for it; whether anybody still listens.
    fn check_waiting(&mut self) -> bool {
        let (roots, open) = {
            let mut desk = self.desk.lock();
            (std::mem::take(&mut desk.waiting), desk.open.clone())
        };
        roots.into_iter().all(|root| self.check(&root, &open))
    }

    fn check(&mut self, root: &Path, open: &Buffers) -> bool {
        let has = |name: &str| open.0.contains_key(&root.join(name)) || root.join(name).is_file();
        let mut shown = if has(WORKSPACE_FILE) { workspace(root, open) } else { BTreeMap::new() };
        if !has(PROJECT_FILE) {
            self.desk.lock().known.remove(root);
            return self.publish(root, open, shown);
        }
        let before = self.desk.lock().known.get(root).cloned();
        let take = || Snapshot::take(root, open.seen_from(root), &self.options, before.as_ref());
        // Whatever goes wrong in a check, the editor keeps its server.
        let taken = catch_unwind(AssertUnwindSafe(take)).unwrap_or_else(|_| {
            Err(Error::new("the check broke down on this project").help("please report what you changed last"))
        });
        let found = match taken {
            Ok(snapshot) => {
                let found = publish::diagnostics(&snapshot);
                self.desk.lock().known.insert(root.to_path_buf(), snapshot);
                found
            }
            Err(error) => BTreeMap::from([(root.join(PROJECT_FILE), vec![trouble(&error)])]),
        };
        for (file, diagnostics) in found {
            shown.entry(file).or_default().extend(diagnostics);
        }
        self.publish(root, open, shown)
    }

    /// Shows what was found, and takes away what is not there any more. What several projects find in a file
    /// that they share is shown together, each once.
    fn publish(&mut self, root: &Path, open: &Buffers, shown: Shown) -> bool {
        let mut files: BTreeSet<PathBuf> = shown.keys().cloned().collect();
        files.extend(self.told.insert(root.to_path_buf(), shown).unwrap_or_default().into_keys());
        // A file that is open and clean is told to be clean, with the version for which that holds.
        files.extend(open.0.keys().filter(|file| file.starts_with(root)).cloned());
        files.into_iter().all(|file| {
            let mut diagnostics: Vec<Diagnostic> = Vec::new();
            for one in self.told.values().filter_map(|shown| shown.get(&file)).flatten() {
                let same = |other: &Diagnostic| {
                    (other.range, &other.code, &other.message) == (one.range, &one.code, &one.message)
                };
                if !diagnostics.iter().any(same) {
                    diagnostics.push(one.clone());
                }
            }
            let buffer = open.0.get(&file);
            let uri: Option<Uri> = buffer.map(|buffer| buffer.uri.clone()).or_else(|| place::uri(&file));
            let Some(uri) = uri else { return true };
            let params = PublishDiagnosticsParams { uri, diagnostics, version: buffer.map(|buffer| buffer.version) };
            (self.tell)(Notification::new(PublishDiagnostics::METHOD.into(), params).into())
        })
    }
}

/// What is wrong with the workspace file in a folder.
fn workspace(root: &Path, open: &Buffers) -> Shown {
    load::workspace::open(root, &open.seen_from(root)).map(|read| publish::of_workspace(&read)).unwrap_or_default()
}

/// What stops the check, at the top of the project file.
fn trouble(error: &Error) -> Diagnostic {
    Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some(publish::SOURCE.to_owned()),
        message: error.to_string(),
        ..Diagnostic::default()
    }
}
