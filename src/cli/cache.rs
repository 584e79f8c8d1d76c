//! The user's cache folder: where it is, and whether it is used.

use super::clock;
use crate::cache::{Cache, Settings};
use crate::model::memory::Memory;
use crate::pipeline::Options;
use clap::builder::FalseyValueParser;
use std::path::PathBuf;
use std::sync::Arc;

/// The variable that names another cache folder.
const FOLDER: &str = "HANDOFF_CACHE_DIR";
/// How many bytes may stay in the cache.
const LIMIT: u64 = 512 << 20;

/// Whether what was made before is used again.
#[derive(Debug, clap::Args)]
pub(super) struct Choice {
    /// Make everything anew, and keep nothing of it for the next time
    #[arg(long, env = "HANDOFF_NO_CACHE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    no_cache: bool,
}

impl Choice {
    /// The cache of this user, unless none is wanted or there is no place for it.
    pub(super) fn open(&self) -> Option<Arc<Cache>> {
        let folder = folder().filter(|_| !self.no_cache)?;
        let now = u64::try_from(clock::seconds()).unwrap_or_default();
        Some(Arc::new(Cache::new(Settings { folder, program: program()?, limit: LIMIT, now })))
    }
}

/// The options, with a cache as their memory.
pub(super) fn with(options: Options, cache: Option<&Arc<Cache>>) -> Options {
    Options { memory: cache.map(|cache| Arc::clone(cache) as Arc<dyn Memory>), ..options }
}

/// The folder of this program in the user's cache folder.
pub(super) fn folder() -> Option<PathBuf> {
    if let Some(folder) = environment(FOLDER) {
        return Some(PathBuf::from(folder));
    }
    let home = || environment("HOME").map(PathBuf::from);
    let folder = if cfg!(windows) {
        environment("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Caches"))
    } else {
        environment("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| home().map(|home| home.join(".cache")))
    };
    folder.map(|folder| folder.join("handoff"))
}

/// A variable of the environment that says something.
#[expect(clippy::disallowed_methods, reason = "the environment is asked here and passed on as data")]
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What tells this program from every other one, also from another build of the same version: nothing that
/// one of them made is taken for the work of another.
fn program() -> Option<String> {
    let about = std::env::current_exe().and_then(std::fs::metadata).ok()?;
    let built = about.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("handoff {}, {} bytes, {}", env!("CARGO_PKG_VERSION"), about.len(), built.as_nanos()))
}
