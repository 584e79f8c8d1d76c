//! The texts that are open in the editor, as they are there and not as they were saved.

use super::place;
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A text that is open.
#[derive(Debug, Clone)]
pub(super) struct Buffer {
    /// As the editor calls it.
    pub(super) uri: Uri,
    /// The number that the editor gives to this state of the text.
    pub(super) version: i32,
    /// The text.
    pub(super) text: Arc<str>,
}

impl Buffer {
    /// Takes over changes, in the order in which they were made.
    pub(super) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let mut text = self.text.to_string();
        for change in changes {
            match change.range {
                Some(range) => text.replace_range(place::bytes(&text, range), &change.text),
                None => text = change.text,
            }
        }
        self.version = version;
        self.text = text.into();
    }
}

/// All texts that are open, by their files.
#[derive(Debug, Clone, Default)]
pub(super) struct Buffers(pub(super) BTreeMap<PathBuf, Buffer>);

impl Buffers {
    /// The texts as a project sees them, by path from its folder.
    pub(super) fn seen_from(&self, root: &Path) -> BTreeMap<String, Arc<str>> {
        let seen =
            self.0.iter().filter_map(|(path, buffer)| Some((place::relative(root, path)?, Arc::clone(&buffer.text))));
        seen.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};
    use std::str::FromStr;

    #[test]
    fn changes_follow_each_other() {
        let mut buffer =
            Buffer { uri: Uri::from_str("file:///a").expect("a URI"), version: 1, text: "a😀b\nc".into() };
        let change = |line: u32, from: u32, to: u32, text: &str| TextDocumentContentChangeEvent {
            range: Some(Range { start: Position::new(line, from), end: Position::new(line, to) }),
            range_length: None,
            text: text.into(),
        };
        buffer.change(2, vec![change(0, 3, 4, "B"), change(1, 0, 1, "C\n"), change(7, 0, 9, "!")]);
        assert_eq!((&*buffer.text, buffer.version), ("a😀B\nC\n!", 2));
        let whole = TextDocumentContentChangeEvent { range: None, range_length: None, text: "new".into() };
        buffer.change(3, vec![whole]);
        assert_eq!(&*buffer.text, "new");
    }
}
