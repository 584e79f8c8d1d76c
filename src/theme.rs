//! The files of `templates/`, built into the program, under the user's own overrides.
//!
//! Everything is looked up by its path, so a new file needs no Rust. Knows nothing about what the
//! files mean.

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct BuiltIn;

/// The built-in files under the user's overrides of the same relative path.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    overrides: BTreeMap<String, Vec<u8>>,
}

impl Theme {
    /// A theme with overrides: path below `theme/`, with `/`, to bytes.
    #[must_use]
    pub fn new(overrides: BTreeMap<String, Vec<u8>>) -> Self {
        Self { overrides }
    }

    /// The file at a path, the user's before the built-in one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        match self.overrides.get(path) {
            Some(bytes) => Some(Cow::Borrowed(bytes)),
            None => built_in(path),
        }
    }

    /// The file at a path as text; `None` if it is not there or not UTF-8.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.get(path)?.into_owned()).ok()
    }

    /// The SHA-256 of the file at a path. Those of built-in files are known without looking at them.
    #[must_use]
    pub fn digest(&self, path: &str) -> Option<[u8; 32]> {
        match self.overrides.get(path) {
            Some(bytes) => Some(Sha256::digest(bytes).into()),
            None => BuiltIn::get(path).map(|file| file.metadata.sha256_hash()),
        }
    }

    /// Whether the user has overridden the file.
    #[must_use]
    pub fn is_override(&self, path: &str) -> bool {
        self.overrides.contains_key(path)
    }

    /// The paths of all files, sorted.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        let all: BTreeSet<String> =
            BuiltIn::iter().map(Cow::into_owned).chain(self.overrides.keys().cloned()).collect();
        all.into_iter().collect()
    }

    /// The paths of all files in a folder and the folders below it, sorted.
    #[must_use]
    pub fn list(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        self.all().into_iter().filter(|path| path.starts_with(&prefix)).collect()
    }
}

/// The built-in file at a path.
#[must_use]
pub fn built_in(path: &str) -> Option<Cow<'static, [u8]>> {
    BuiltIn::get(path).map(|file| file.data)
}

/// The built-in file at a path as text; `None` if it is not there or not UTF-8.
#[must_use]
pub fn built_in_text(path: &str) -> Option<String> {
    String::from_utf8(built_in(path)?.into_owned()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_file_wins() {
        let path = "fonts/LICENSE-DejaVu.txt";
        let theme = Theme::new(BTreeMap::from([(path.into(), b"mine".to_vec()), ("fonts/x.ttf".into(), vec![])]));
        assert_eq!(theme.text(path).as_deref(), Some("mine"));
        assert!(Theme::default().text(path).is_some_and(|text| text.contains("DejaVu")));
        assert!(theme.list("fonts").contains(&"fonts/x.ttf".to_owned()));
        assert!(theme.get("fonts/none").is_none());
    }

    #[test]
    fn a_digest_is_that_of_the_file() {
        let path = "fonts/LICENSE-DejaVu.txt";
        let of = |theme: &Theme| Sha256::digest(theme.get(path).expect("there"));
        let (own, built_in) = (Theme::new(BTreeMap::from([(path.into(), b"mine".to_vec())])), Theme::default());
        assert_eq!(built_in.digest(path), Some(of(&built_in).into()));
        assert_eq!(own.digest(path), Some(of(&own).into()));
        assert_eq!(own.digest("fonts/none"), None);
    }
}
