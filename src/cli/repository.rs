//! The git repository that a project is kept in: asked here, once per command, and passed on as data.

use crate::bundle::Origin;
use crate::error::{Error, Result};
use std::path::Path;
use std::process::{Command, Output};

/// Runs git in a folder, with messages that do not depend on the language of the system.
fn git(root: &Path, args: &[&str]) -> std::io::Result<Output> {
    Command::new("git")
        .args(["-c", "core.quotePath=false", "-c", "core.fsmonitor=false"])
        .args(args)
        .current_dir(root)
        .env("LC_ALL", "C")
        .output()
}

/// What git printed; nothing if it failed or is not there.
fn answer(root: &Path, args: &[&str]) -> Option<String> {
    let output = git(root, args).ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// The state that a project is built from; nothing if it is not under version control.
pub(super) fn origin(root: &Path) -> Option<Origin> {
    let revision = answer(root, &["rev-parse", "--verify", "HEAD"])?.trim().to_owned();
    // Files that git does not know may be what an earlier build wrote: they are no part of the revision.
    let changed = answer(root, &["status", "--porcelain", "--untracked-files=no", "--", "."])?;
    Some(Origin { revision, modified: !changed.trim().is_empty() })
}

/// Whether a folder is under version control.
pub(super) fn is_there(root: &Path) -> bool {
    answer(root, &["rev-parse", "--is-inside-work-tree"]).is_some_and(|text| text.trim() == "true")
}

/// What differs from the last revision in the whole repository: changed files and those that git does not
/// know, but for those that it ignores.
pub(super) fn changes(root: &Path) -> Vec<String> {
    let listed = answer(root, &["status", "--porcelain", "-z"]).unwrap_or_default();
    let mut entries = listed.split('\0').filter(|entry| !entry.is_empty());
    let mut paths = Vec::new();
    while let Some(entry) = entries.next() {
        let (state, path) = entry.split_at_checked(3).unwrap_or(("", entry));
        paths.push(path.to_owned());
        // The name before a renaming follows as an entry of its own.
        if state.starts_with('R') || state.starts_with('C') {
            let _ = entries.next();
        }
    }
    paths
}

/// Whether there is a tag of a name.
pub(super) fn has_tag(root: &Path, name: &str) -> bool {
    answer(root, &["rev-parse", "--quiet", "--verify", &format!("refs/tags/{name}")]).is_some()
}

/// Commits some files of the project.
pub(super) fn commit(root: &Path, paths: &[String], message: &str) -> Result<()> {
    let mut add = vec!["add", "--"];
    add.extend(paths.iter().map(String::as_str));
    must(root, &add)?;
    let mut commit = vec!["commit", "--quiet", "-m", message, "--"];
    commit.extend(paths.iter().map(String::as_str));
    must(root, &commit)
}

/// Tags the last revision.
pub(super) fn tag(root: &Path, name: &str, message: &str) -> Result<()> {
    must(root, &["tag", "-a", name, "-m", message])
}

fn must(root: &Path, args: &[&str]) -> Result<()> {
    let what = format!("`git {}` failed", args.first().copied().unwrap_or_default());
    let output = git(root, args).map_err(|error| Error::new(what.clone()).why(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let told = [output.stderr, output.stdout].concat();
    let told = String::from_utf8_lossy(&told).trim().lines().collect::<Vec<_>>().join("; ");
    Err(Error::new(what).why(told).help("the files of the release are written: commit and tag them by hand"))
}
