//! The YAML that comes with the program: read when the program was built, by `build.rs`.

use crate::model::node::Node;
use crate::source::FileId;

include!(concat!(env!("OUT_DIR"), "/trees.rs"));

/// What a built-in file or its front matter holds, as if it stood in `file`; nothing if there is no such file.
pub(super) fn node(path: &str, file: FileId) -> Option<Node> {
    let at = TREES.binary_search_by_key(&path, |(known, _)| known).ok()?;
    let node: Node = postcard::from_bytes(TREES[at].1).ok()?;
    Some(node.in_file(file))
}

#[cfg(test)]
mod tests {
    use super::super::{front::Front, yaml};
    use super::*;
    use crate::source::Sources;
    use crate::theme::{self, Theme};

    #[test]
    fn what_was_read_ahead_is_the_same_as_what_is_read_anew() {
        let mut sources = Sources::default();
        let mut seen = 0;
        for path in Theme::default().all().iter().filter(|path| !path.starts_with("starter/")) {
            let Some(text) = theme::built_in_text(path) else { continue };
            let range = match (path.rsplit('.').next(), Front::of(&text)) {
                (Some("yaml"), _) => 0..text.len(),
                (Some("md"), Front::Closed { yaml, .. }) => yaml,
                _ => continue,
            };
            let file = sources.add(path.as_str(), text.as_str());
            let mut findings = Vec::new();
            let anew = yaml::parse(&text[range.clone()], file, range.start, &mut findings);
            assert!(anew.is_some() && findings.is_empty(), "{path}: {findings:?}");
            assert_eq!(node(path, file), anew, "{path}");
            seen += 1;
        }
        assert_eq!(seen, TREES.len());
        assert_eq!(node("strings/none.yaml", sources.add("none", "")), None);
    }
}
