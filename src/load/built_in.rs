//! The YAML files that come with the program: read once, however many projects are loaded.

use super::yaml;
use crate::model::node::Node;
use crate::source::{FileId, Sources};
use crate::theme;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The largest of them, which takes longer to read than all else of a small project.
const LARGEST: &str = "checklists/delivery.yaml";

/// What was read, by path in the theme.
static READ: Mutex<BTreeMap<String, Arc<OnceLock<Option<Node>>>>> = Mutex::new(BTreeMap::new());

/// Begins to read the largest file on a thread of its own, unless that was done before.
pub(super) fn read_ahead() {
    let known = READ.lock().unwrap_or_else(PoisonError::into_inner).contains_key(LARGEST);
    if !known {
        // Where no thread can be had, it is read when it is needed.
        drop(std::thread::Builder::new().spawn(|| tree(LARGEST)));
    }
}

/// What a built-in file holds, as if it stood in `file`; nothing if there is no such file.
pub(super) fn node(path: &str, file: FileId) -> Option<Node> {
    tree(path).get().and_then(Option::as_ref).map(|node| node.in_file(file))
}

/// What a built-in file holds; whoever comes first reads it, and the others wait.
fn tree(path: &str) -> Arc<OnceLock<Option<Node>>> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let place = Arc::clone(read.entry(path.to_owned()).or_default());
    drop(read);
    place.get_or_init(|| {
        let text = theme::built_in_text(path)?;
        let file = Sources::default().add(path, text.as_str());
        yaml::parse(&text, file, 0, &mut Vec::new())
    });
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_read_once_is_the_same_as_one_that_is_read_anew() {
        read_ahead();
        let mut sources = Sources::default();
        let is_read = |path: &&String| path.rsplit('.').next() == Some("yaml") && !path.starts_with("starter/");
        for path in theme::Theme::default().all().iter().filter(is_read) {
            let text = theme::built_in_text(path).expect("a text");
            let file = sources.add(path.as_str(), text.as_str());
            let mut findings = Vec::new();
            let anew = yaml::parse(&text, file, 0, &mut findings);
            assert!(anew.is_some() && findings.is_empty(), "{path}: {findings:?}");
            assert_eq!(node(path, file), anew, "{path}");
        }
        assert_eq!(node("strings/none.yaml", sources.add("none", "")), None);
    }
}
