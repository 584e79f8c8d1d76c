//! Everything that was read of a project: what the other stages work on.

use super::annex::AnnexFile;
use super::checklist::{Checklist, Group};
use super::decision::DecisionRecord;
use super::fragment::Fragment;
use super::message::MessageTemplate;
use super::node::Node;
use super::picture::FileFacts;
use super::project::Project;
use super::records::Records;
use super::release::Issued;
use super::template::{Template, Words};
use super::workspace::Shared;
use crate::finding::Finding;
use crate::source::{FileId, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// The checklist of a whole delivery, which also gives the bundle its order.
pub const DELIVERY: &str = "delivery";
/// How the paths of built-in files begin among the sources.
pub const BUILT_IN: &str = "built-in/";

/// A project as it was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The project's folder.
    pub root: PathBuf,
    /// The texts that were read.
    pub sources: Sources,
    /// What `handoff.yaml` says; `None` if it could not be read at all. Values that are missing or
    /// wrong have stand-ins, and then `findings` say so.
    pub project: Option<Project>,
    /// `handoff.yaml` as a tree with places; `None` if it could not be read at all.
    pub tree: Option<Node>,
    /// The fragments, sorted by path.
    pub fragments: Vec<Fragment>,
    /// The decision records among the fragments, in the order of their numbers.
    pub decisions: Vec<DecisionRecord>,
    /// What happened.
    pub records: Records,
    /// What is kept of the releases that were cut.
    pub issued: Vec<Issued>,
    /// Texts that are read as if they were written already, by path from the project's root.
    pub pending: BTreeMap<String, Arc<str>>,
    /// The checklists: the built-in ones and the project's own, by id.
    pub checklists: Vec<Checklist>,
    /// The files of the project that fragments show, and those that they link to and that are no fragments, by path
    /// from its root.
    pub files: BTreeSet<String>,
    /// Those of these files that are texts themselves, such as lists and configurations.
    pub attached: Vec<FileId>,
    /// The files of the sealed annex.
    pub annex: Vec<AnnexFile>,
    /// The SHA-256 of each of these files, by path.
    pub digests: BTreeMap<String, String>,
    /// What else is known of each of these files, by path.
    pub facts: BTreeMap<String, FileFacts>,
    /// The document templates, by kind.
    pub templates: BTreeMap<String, Template>,
    /// The message templates, by id.
    pub messages: BTreeMap<String, MessageTemplate>,
    /// The words of the interface in the project's language.
    pub words: Words,
    /// The project's own theme: files by path below `theme/`, with `/`.
    pub theme_files: BTreeMap<String, Vec<u8>>,
    /// What the project takes from its workspace.
    pub shared: Shared,
    /// What is wrong with the files themselves.
    pub findings: Vec<Finding>,
}

/// Threads are worth their while where there are so many bytes of text.
pub const LARGE: usize = 128 << 10;

impl Loaded {
    /// Whether there is so much text that threads are worth their while.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.fragments.iter().map(|fragment| self.sources.text(fragment.file).len()).sum::<usize>() >= LARGE
    }

    /// Whether a file comes with the program, and not from the project.
    #[must_use]
    pub fn is_built_in(&self, file: FileId) -> bool {
        self.sources.path(file).starts_with(BUILT_IN)
    }

    /// The id of the checklist to judge by: the one that is asked for, else the project's own choice, else
    /// that of the whole delivery.
    #[must_use]
    pub fn checklist_id<'a>(&'a self, asked: Option<&'a str>) -> &'a str {
        let own = self.project.as_ref().and_then(|project| project.checklist.as_ref());
        asked.or(own.map(|id| id.as_str())).unwrap_or(DELIVERY)
    }

    /// The title of a group: that of the built-in checklist in the project's language, an own one as it was written.
    #[must_use]
    pub fn group_title<'a>(&'a self, group: &'a Group) -> &'a str {
        let is_built_in = self.is_built_in(group.title.span.file);
        let word = self.words.all().get(&format!("group_{}", group.id.as_str()));
        word.filter(|_| is_built_in).map_or(group.title.as_str(), String::as_str)
    }

    /// The checklist with an id.
    #[must_use]
    pub fn checklist(&self, id: &str) -> Option<&Checklist> {
        self.checklists.iter().find(|checklist| checklist.id.as_str() == id)
    }
}

/// A path relative to the folder of the file at `base`, both from the project's root with `/`; `None`
/// if it leads out of the project.
///
/// A file that the project takes from elsewhere in its repository has a path that begins with `../`; from
/// there, and with a path that begins with `/`, one may stay out there.
#[must_use]
pub fn resolve_path(base: &str, relative: &str) -> Option<String> {
    let absolute = relative.starts_with('/');
    let mut parts: Vec<&str> = if absolute { Vec::new() } else { base.split('/').collect() };
    if !absolute {
        parts.pop();
    }
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_none_or(|last| *last == "..") => parts.push(".."),
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let leaves = parts.first().is_some_and(|first| *first == "..");
    (!leaves || absolute || base.starts_with("../")).then(|| parts.join("/"))
}

/// The same path with a name in place of the `../` that it begins with: how files from elsewhere in the
/// repository are called in the bundle.
#[must_use]
pub fn inner_path(path: &str) -> String {
    let below = path.trim_start_matches("../");
    if below.len() == path.len() { path.to_owned() } else { format!("repository/{below}") }
}

#[cfg(test)]
mod tests {
    use super::{inner_path, resolve_path};

    #[test]
    fn paths_are_relative_to_the_file_and_stay_inside() {
        assert_eq!(resolve_path("docs/a/b.md", "../c.md").as_deref(), Some("docs/c.md"));
        assert_eq!(resolve_path("docs/a.md", "./img/x.png").as_deref(), Some("docs/img/x.png"));
        assert_eq!(resolve_path("docs/a.md", "/x.md").as_deref(), Some("x.md"));
        assert_eq!(resolve_path("docs/a.md", "../../x.md"), None);
    }

    #[test]
    fn files_of_the_repository_may_refer_to_each_other() {
        assert_eq!(resolve_path("../README.md", "img/x.png").as_deref(), Some("../img/x.png"));
        assert_eq!(resolve_path("../README.md", "../x.png").as_deref(), Some("../../x.png"));
        assert_eq!(resolve_path("docs/a.md", "/../adr/1.md").as_deref(), Some("../adr/1.md"));
        assert_eq!(inner_path("../../img/x.png"), "repository/img/x.png");
        assert_eq!(inner_path("docs/x.png"), "docs/x.png");
    }
}
