//! The pace at which servers are asked: a pause between two questions to one of them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// When each server may be asked next.
pub(super) struct Pace {
    pause: Duration,
    free: Mutex<BTreeMap<String, Instant>>,
}

impl Pace {
    pub(super) fn new(pause: Duration) -> Self {
        Self { pause, free: Mutex::new(BTreeMap::new()) }
    }

    /// Waits until it is one's turn to ask a server.
    pub(super) fn wait(&self, host: &str) {
        let now = Instant::now();
        let turn = {
            let Ok(mut free) = self.free.lock() else { return };
            let turn = free.get(host).copied().map_or(now, |free| free.max(now));
            free.insert(host.to_owned(), turn + self.pause);
            turn
        };
        std::thread::sleep(turn.saturating_duration_since(now));
    }

    /// Nobody asks a server for a while.
    pub(super) fn hold(&self, host: &str, time: Duration) {
        if let Ok(mut free) = self.free.lock() {
            let until = Instant::now() + time;
            free.entry(host.to_owned()).and_modify(|free| *free = (*free).max(until)).or_insert(until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_to_one_server_have_a_pause_between_them() {
        let pace = Pace::new(Duration::from_millis(30));
        let begun = Instant::now();
        for host in ["a", "a", "b", "a"] {
            pace.wait(host);
        }
        assert!(begun.elapsed() >= Duration::from_millis(60), "{:?}", begun.elapsed());
        pace.hold("b", Duration::from_millis(50));
        let begun = Instant::now();
        pace.wait("b");
        assert!(begun.elapsed() >= Duration::from_millis(40), "{:?}", begun.elapsed());
    }
}
