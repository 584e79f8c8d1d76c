//! What is being done right now, on one line of a terminal that disappears again.

use super::terminal::Terminal;
use crate::pipeline::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

const SPINNER: &str = "{spinner} {prefix:<10} {wide_msg}";
const BAR: &str = "{spinner} {prefix:<10} {bar:24} {pos}/{len} {wide_msg}";

/// A line that tells the stage and the step; nothing where nobody looks.
pub(super) struct Display {
    bar: ProgressBar,
}

impl Display {
    /// A display that begins empty.
    pub(super) fn new(terminal: &Terminal) -> Self {
        let shown = terminal.shows_progress();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(SPINNER) {
            bar.set_style(style);
        }
        if shown {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self { bar }
    }

    /// Takes the line away while something else is written.
    pub(super) fn hide<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the line away for good.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Progress for Display {
    fn stage(&self, name: &str, total: Option<usize>) {
        let total = total.filter(|&steps| steps > 0);
        let template = if total.is_some() { BAR } else { SPINNER };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("━━ "));
        }
        self.bar.set_position(0);
        match total {
            Some(total) => self.bar.set_length(total as u64),
            None => self.bar.unset_length(),
        }
        self.bar.set_prefix(name.to_owned());
        self.bar.set_message("");
    }

    fn step(&self, what: &str) {
        self.bar.inc(1);
        self.bar.set_message(what.to_owned());
    }
}
