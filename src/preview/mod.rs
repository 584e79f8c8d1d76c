//! A project in the browser while somebody writes it: every page as the bundle will have it, what is
//! wrong at its place, and all of it anew when a file is saved.
//!
//! Owns the local server, the watching of files and the pages that only authors see. Knows nothing about
//! how documents are made: the pipeline does that, one file at a time.

mod answer;
pub mod editor;
mod frame;
mod overview;
mod places;
mod server;
mod snapshot;
mod watch;

use crate::model::project::Project;
use crate::pipeline::Options;
use crate::render::Workshop;
use editor::Editor;
use jiff::civil::Date;
pub use server::serve;
use snapshot::Snapshot;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch::{Receiver, Sender};

/// What is shown, and how.
pub struct Settings {
    /// The project's folder, in full.
    pub root: PathBuf,
    /// What is judged.
    pub options: Options,
    /// What links to places in files open.
    pub editor: Editor,
    /// What is at hand for all files.
    pub workshop: Workshop,
    /// Tells the day that the status is about.
    pub today: fn(Option<&Project>) -> Date,
    /// Is told in a line what the project is like now.
    pub tell: fn(&str),
}

/// A project as it is now, and those who wait for a change.
struct Preview {
    settings: Settings,
    current: Sender<Arc<Snapshot>>,
}

impl Preview {
    /// Reads the project for the first time.
    fn new(settings: Settings) -> Self {
        let first = Arc::new(Snapshot::take(&settings, 1));
        Self { settings, current: Sender::new(first) }
    }

    /// Reads the project again.
    fn refresh(&self) {
        let number = self.current.borrow().number + 1;
        let next = Arc::new(Snapshot::take(&self.settings, number));
        (self.settings.tell)(&next.summary());
        self.current.send_replace(next);
    }

    /// The project as it was read last.
    fn now(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.borrow())
    }

    /// Tells of every change from now on.
    fn changes(&self) -> Receiver<Arc<Snapshot>> {
        self.current.subscribe()
    }
}
