//! The cache: answers that are remembered for a while, by URL, in one file of the user's cache folder.
//!
//! Only what is good is remembered: what failed is asked again. A file that cannot be read or written is
//! no failure, it only costs time.

use crate::model::answers::Answer;
use crate::writing;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file below the cache folder.
const FILE: &str = "links.json";
/// The version of its form; files of another one are begun anew.
const VERSION: u32 = 1;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Stored {
    version: u32,
    urls: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    answer: Answer,
    /// When it was heard, in seconds since 1970.
    asked: i64,
}

/// The answers that are remembered.
#[derive(Debug)]
pub(super) struct Cache {
    path: PathBuf,
    now: i64,
    stored: Stored,
}

impl Cache {
    /// Reads what is remembered in a folder and is not too old.
    pub(super) fn open(folder: &Path, now: i64, max_age: Duration) -> Self {
        let path = folder.join(FILE);
        let read = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Stored>(&bytes).ok());
        let mut stored = read.filter(|stored| stored.version == VERSION).unwrap_or_default();
        stored.version = VERSION;
        let oldest = now.saturating_sub(i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX));
        // What seems to come from the future was written by a clock that was wrong.
        stored.urls.retain(|_, entry| entry.asked > oldest && entry.asked <= now);
        Self { path, now, stored }
    }

    pub(super) fn get(&self, url: &str) -> Option<&Answer> {
        self.stored.urls.get(url).map(|entry| &entry.answer)
    }

    /// Remembers an answer, if it is good.
    pub(super) fn put(&mut self, url: &str, answer: &Answer) {
        if matches!(answer, Answer::Fine | Answer::Moved { .. } | Answer::Closed { .. }) {
            self.stored.urls.insert(url.to_owned(), Entry { answer: answer.clone(), asked: self.now });
        }
    }

    /// Writes what is remembered, whole or not at all.
    pub(super) fn close(self) {
        // Without a cache the next run asks again: no reason to stop this one.
        if let Ok(text) = serde_json::to_string_pretty(&self.stored) {
            let _ = writing::replace(&self.path, text.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn good_answers_are_remembered_until_they_are_too_old() {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("new/handoff");
        let mut cache = Cache::open(&below, 1_000_000, DAY);
        cache.put("https://a/", &Answer::Fine);
        cache.put("https://b/", &Answer::NoHost);
        cache.put("https://c/", &Answer::Moved { to: "https://d/".into() });
        cache.close();
        let later = |seconds: i64, max_age| Cache::open(&below, 1_000_000 + seconds, max_age);
        assert_eq!(later(60, DAY).get("https://a/"), Some(&Answer::Fine));
        assert_eq!(later(60, DAY).get("https://b/"), None, "what failed is asked again");
        assert!(matches!(later(60, DAY).get("https://c/"), Some(Answer::Moved { .. })));
        assert_eq!(later(86_400, DAY).get("https://a/"), None);
        assert_eq!(later(60, Duration::ZERO).get("https://a/"), None);
        assert_eq!(later(-60, DAY).get("https://a/"), None, "a clock that was wrong");
    }

    #[test]
    fn a_file_that_is_no_cache_is_begun_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), "{broken").expect("a file");
        let mut cache = Cache::open(folder.path(), 5, DAY);
        assert_eq!(cache.get("https://a/"), None);
        cache.put("https://a/", &Answer::Fine);
        cache.close();
        assert!(Cache::open(folder.path(), 5, DAY).get("https://a/").is_some());
    }
}
