//! Git: asked here, once per command, and what it says passed on as data.

use crate::error::{Error, Result};
use crate::model::changes::Changes;
use std::path::Path;
use std::process::Command;

/// The project's folder as the repository has it: empty, or with `/` at its end. Empty too where there is no
/// repository.
pub(super) fn base(root: &Path) -> String {
    let Ok(root) = root.canonicalize() else { return String::new() };
    let Some(repository) = root.ancestors().find(|folder| folder.join(".git").exists()) else { return String::new() };
    let below = root.strip_prefix(repository).unwrap_or(Path::new(""));
    below.iter().flat_map(|part| [part.to_string_lossy().into_owned(), "/".to_owned()]).collect()
}

/// What changed in the project's files since a revision, files that git does not know yet included.
pub(super) fn changes(root: &Path, since: &str) -> Result<Changes> {
    let inside = git(root, &["rev-parse", "--is-inside-work-tree"])?;
    if inside.trim() != "true" {
        return Err(Error::new("git cannot tell what changed")
            .path(root)
            .why("it keeps no files here")
            .help("`--since` needs a project that is kept in a repository"));
    }
    let revision = format!("{since}^{{commit}}");
    if since.starts_with('-') || git(root, &["rev-parse", "--verify", "--quiet", &revision]).is_err() {
        return Err(Error::new(format!("git knows no revision `{since}` here"))
            .path(root)
            .help("name a commit, a tag or a branch; where only a part of the history was fetched, fetch more of it"));
    }
    let difference = git(
        root,
        &[
            "-c",
            "core.quotePath=false",
            "diff",
            "--unified=0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--src-prefix=a/",
            "--dst-prefix=b/",
            since,
            "--",
        ],
    )?;
    let mut changes = Changes::read(since, &difference, &base(root));
    let unknown = git(root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
    unknown.split('\0').filter(|path| !path.is_empty()).for_each(|path| changes.add_new(path));
    Ok(changes)
}

/// What a command of git prints.
fn git(root: &Path, arguments: &[&str]) -> Result<String> {
    let failed = |why: String| {
        Error::new("git cannot tell what changed")
            .path(root)
            .why(why)
            .help("`--since` needs git, and a project that is kept in a repository")
    };
    let output =
        Command::new("git").arg("-C").arg(root).args(arguments).output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}
