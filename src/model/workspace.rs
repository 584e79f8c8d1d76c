//! The workspace: several projects with contacts, look and checklists in common, and what is known of them
//! all together.

use super::node::{Located, record};
use super::project::{Contact, ThemeChoice};
use super::report::Report;
use super::value::{Count, Id, Text};
use crate::finding::{Finding, Level};
use crate::source::{FileId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The name of the workspace file.
pub const WORKSPACE_FILE: &str = "handoff-workspace.yaml";

record! {
    /// The workspace file `handoff-workspace.yaml`.
    pub struct WorkspaceFile {
        /// Version of the file format; today `1`.
        handoff: Located<Count>,
        /// The folders of the projects, relative to this file. `*` stands for any part of one name.
        projects: Vec<Located<Text>>,
        /// People that projects have in common. A project has those that it refers to.
        contacts: Vec<Contact>,
        /// How the bundles look, where a project does not say otherwise. A logo lies below the folder of this
        /// file.
        theme: Option<ThemeChoice>,
        /// The checklist of the projects that name none, by its id.
        checklist: Option<Located<Id>>,
    }
}

/// What a project takes from its workspace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shared {
    /// The folder of the workspace, from the project's root; `None` if the project is in none.
    pub folder: Option<String>,
    /// The pictures of the shared look, by path from the project's root.
    pub pictures: BTreeMap<String, Vec<u8>>,
    /// Everybody whom the workspace knows, with the place of the id.
    pub people: Vec<(String, Span)>,
}

impl Shared {
    /// Whether a file of the project, by path from its root, belongs to the workspace and not to the project.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        let Some(folder) = &self.folder else { return false };
        let below = if folder.is_empty() { Some(path) } else { path.strip_prefix(&format!("{folder}/")) };
        below.is_some_and(|path| {
            path == WORKSPACE_FILE
                || !folder.is_empty() && (path.starts_with("theme/") || path.starts_with("checklists/"))
        })
    }
}

/// A project and what a check said about it.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// Its id; empty if the project file could not be read.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Version of the release.
    pub version: String,
    /// How far the release is.
    pub status: String,
    /// The day that the report is about, `YYYY-MM-DD`.
    pub day: String,
    /// The project's folder as the repository has it: empty, or with `/` at its end.
    pub base: String,
    /// What the check said.
    pub report: Report,
    /// The texts that it looked at.
    pub sources: Sources,
}

/// One of several projects.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its folder, as the workspace or the command line names it, with `/`.
    pub path: String,
    /// What was found, or what stopped the check.
    pub result: Result<Box<Checked>, String>,
}

/// What a check said about several projects.
#[derive(Debug, Clone)]
pub struct Overall {
    /// What is wrong in the files that they share, told once.
    pub shared: Checked,
    /// The projects, by path.
    pub projects: Vec<Entry>,
    /// The paths of all projects, those of other machines included.
    pub listed: Vec<String>,
    /// The part that was looked at, if the work was split.
    pub part: Option<super::partition::Partition>,
}

impl Overall {
    /// The projects that could be looked at.
    pub fn checked(&self) -> impl Iterator<Item = (&Entry, &Checked)> {
        self.projects.iter().filter_map(|entry| Some((entry, entry.result.as_deref().ok()?)))
    }

    /// Whether a check was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.projects.iter().any(|entry| entry.result.is_err())
    }

    /// Whether nothing blocks in any of them, nor in what they share.
    #[must_use]
    pub fn passes(&self) -> bool {
        !self.is_stopped() && self.shared.report.passes() && self.checked().all(|(_, one)| one.report.passes())
    }

    /// How many findings have a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.shared.report.count(level) + self.checked().map(|(_, one)| one.report.count(level)).sum::<usize>()
    }

    /// Takes the findings about shared files out of the report of a project: they are told once, for all.
    /// `base` is the project's folder from that of the workspace, and `is_shared` knows its files.
    pub fn move_shared(&mut self, one: &mut Checked, base: &str, is_shared: &dyn Fn(&str) -> bool) {
        let in_shared = |finding: &Finding| finding.span().is_some_and(|span| is_shared(one.sources.path(span.file)));
        let (shared, own) = std::mem::take(&mut one.report.findings).into_iter().partition(in_shared);
        one.report.findings = own;
        self.add_shared(shared, &one.sources, base);
    }

    /// Adds findings about shared files that were not told yet.
    pub fn add_shared(&mut self, findings: Vec<Finding>, sources: &Sources, base: &str) {
        let mut moved = BTreeMap::new();
        for mut finding in findings {
            for label in &mut finding.labels {
                let file = label.span.file;
                label.span.file =
                    *moved.entry(file).or_insert_with(|| adopt(&mut self.shared.sources, sources, file, base));
            }
            if !self.shared.report.findings.contains(&finding) {
                self.shared.report.findings.push(finding);
            }
        }
        let sources = &self.shared.sources;
        self.shared.report.findings.sort_by_cached_key(|finding| {
            let place = finding.span().map(|span| (sources.path(span.file).to_owned(), span.start, span.end));
            (place, finding.rule, finding.message.clone())
        });
    }

    /// The paths of the projects of this run that are there more than once.
    #[must_use]
    pub fn repeated(&self) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        self.projects.iter().map(|entry| entry.path.as_str()).filter(|path| !seen.insert(*path)).collect()
    }
}

/// The file of the same path among other sources.
fn adopt(into: &mut Sources, from: &Sources, file: FileId, base: &str) -> FileId {
    let path = joined(base, from.path(file));
    into.find(&path).unwrap_or_else(|| into.add(path, from.text(file)))
}

/// A path from a folder, as it is seen from where the folder is: `../` leads up from it.
#[must_use]
pub fn joined(base: &str, path: &str) -> String {
    let root = if base.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if !matches!(parts.last(), None | Some(&"..")) => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overall() -> Overall {
        Overall { shared: Checked::default(), projects: Vec::new(), listed: Vec::new(), part: None }
    }

    fn project(path: &str) -> Checked {
        let mut one = Checked::default();
        let (own, shared) = (one.sources.add("docs/a.md", "text"), one.sources.add(path, "contacts: x"));
        let finding = |file| Finding::error("x", "wrong").at(Span::new(file, 0, 4), "here");
        one.report.findings = vec![finding(own), finding(shared)];
        one
    }

    #[test]
    fn what_is_wrong_in_a_shared_file_is_told_once() {
        let mut all = overall();
        let shared = Shared { folder: Some("../..".into()), ..Shared::default() };
        for name in ["services/a", "services/b"] {
            let mut one = project("../../handoff-workspace.yaml");
            all.move_shared(&mut one, name, &|path| shared.has(path));
            assert_eq!(one.report.findings.len(), 1, "its own stays");
        }
        assert_eq!(all.shared.report.findings.len(), 1);
        let span = all.shared.report.findings[0].span().expect("a place");
        assert_eq!(all.shared.sources.path(span.file), "handoff-workspace.yaml");
    }

    #[test]
    fn files_of_the_workspace_are_known() {
        let shared = Shared { folder: Some("..".into()), ..Shared::default() };
        assert!(shared.has("../theme/logo.svg") && shared.has("../checklists/own.yaml"));
        assert!(!shared.has("../README.md") && !shared.has("theme/logo.svg"));
        let same = Shared { folder: Some(String::new()), ..Shared::default() };
        assert!(same.has("handoff-workspace.yaml") && !same.has("theme/logo.svg"));
        assert!(!Shared::default().has("../handoff-workspace.yaml"));
    }

    #[test]
    fn paths_are_joined() {
        assert_eq!(joined("a/b/", "../../x.yaml"), "x.yaml");
        assert_eq!(joined("", "docs/a.md"), "docs/a.md");
        assert_eq!(joined("a", "../../x"), "../x");
    }
}
