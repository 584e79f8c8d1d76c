//! Online: asks external links whether they are there. The only room that uses the network, and only
//! where somebody asks for it.
//!
//! Knows addresses and answers; where the links stand and what an answer means is not known here.

#[expect(clippy::disallowed_methods, reason = "answers are remembered in the user's cache folder")]
mod cache;
mod fetch;
#[expect(clippy::disallowed_methods, reason = "a server is not asked again before its pause is over")]
mod pace;

use crate::model::answers::{Answer, Answers, without_anchor};
use cache::Cache;
use fetch::Client;
use pace::Pace;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How many addresses are asked at the same time.
const WORKERS: usize = 12;

/// How links are asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder in which answers are remembered, if they may be.
    pub cache: Option<PathBuf>,
    /// The present time, in seconds since 1970.
    pub now: i64,
    /// How old a remembered answer may be.
    pub max_age: Duration,
    /// The proxy through which to ask, as a URL.
    pub proxy: Option<String>,
    /// How long to wait for an answer.
    pub timeout: Duration,
    /// The pause between two questions to one server.
    pub pause: Duration,
    /// How often to ask again if nobody answers or the server is busy.
    pub retries: u32,
    /// How long to wait before the first time; twice as long before each other.
    pub back_off: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cache: None,
            now: 0,
            max_age: Duration::from_hours(24),
            proxy: None,
            timeout: Duration::from_secs(20),
            pause: Duration::from_millis(200),
            retries: 2,
            back_off: Duration::from_secs(1),
        }
    }
}

/// Asks every address once, whatever its anchor; `step` hears of each that was answered.
#[must_use]
pub fn ask<'a>(urls: impl IntoIterator<Item = &'a str>, settings: &Settings, step: &(dyn Fn(&str) + Sync)) -> Answers {
    let urls: BTreeSet<&str> = urls.into_iter().map(without_anchor).collect();
    let mut cache = settings.cache.as_deref().map(|folder| Cache::open(folder, settings.now, settings.max_age));
    let mut answers = Answers::default();
    let mut open = Vec::new();
    for url in urls {
        match cache.as_ref().and_then(|cache| cache.get(url)) {
            Some(answer) => _ = answers.0.insert(url.to_owned(), answer.clone()),
            None => open.push(url),
        }
    }
    for (url, answer) in asked(&open, settings, step) {
        if let Some(cache) = &mut cache {
            cache.put(&url, &answer);
        }
        answers.0.insert(url, answer);
    }
    if let Some(cache) = cache {
        cache.close();
    }
    answers
}

/// Asks addresses side by side; each worker takes the next one that is open.
fn asked(urls: &[&str], settings: &Settings, step: &(dyn Fn(&str) + Sync)) -> Vec<(String, Answer)> {
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let pace = Pace::new(settings.pause);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS.min(urls.len()) {
            scope.spawn(|| {
                let client = Client::new(settings, &pace);
                while let Some(url) = urls.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answer = client.ask(url);
                    step(url);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push(((*url).to_owned(), answer));
                    }
                }
            });
        }
    });
    answers.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests;
