//! The delivered files: in memory, sealed with a table of their hashes, written as a folder and a
//! zip, and verified by whoever receives them.
//!
//! Owns the layout rules that every bundle obeys (paths that are safe on every system), the manifest
//! and the hashes. Knows nothing about what the files say or how they were made.

#[expect(clippy::disallowed_methods, reason = "this is where bundles are written")]
mod archive;
mod contents;
mod manifest;
mod path;
#[expect(clippy::disallowed_methods, reason = "this is where signatures are written")]
mod sign;
mod table;
mod unpack;
mod unzip;
#[expect(clippy::disallowed_methods, reason = "this is where received bundles are read")]
mod verify;

pub use archive::{Written, archive};
pub use contents::visible;
pub use manifest::{
    DocumentFacts, FORM, Facts, MANIFEST, Manifest, ManifestFile, Origin, ProjectFacts, ReleaseFacts, SIGNATURE, SUMS,
    content_digest, seal,
};
pub use sign::{Signed, sign};
pub use unpack::unpack;
pub use verify::{Problem, Received, Verification, read, read_files, verify};

use crate::content::Content;
use crate::error::{Error, Result};
use path::Names;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The files of one release, by path. Every path is relative, uses `/`, and means the same file on
/// every system.
#[derive(Debug, Clone)]
pub struct Bundle {
    name: String,
    files: BTreeMap<String, Content>,
    /// The hash of each file.
    hashes: BTreeMap<String, String>,
    names: Names,
}

impl Bundle {
    /// A bundle of files: path to content. Its name, `<project>-<version>`, names the folder and the zip.
    pub fn new(name: impl Into<String>, files: BTreeMap<String, Content>) -> Result<Self> {
        let name = name.into();
        if let Err(why) = path::check(&name).and_then(|()| path::check_single(&name)) {
            return Err(Error::new(format!("`{name}` cannot name a bundle"))
                .why(why)
                .help("choose another `project.id` or version"));
        }
        let hash = |(path, content): (&String, &Content)| Ok((path.clone(), content.sha256()?.to_owned()));
        let hashes = files.par_iter().map(hash).collect::<Result<_>>()?;
        let mut bundle = Self { name, files, hashes, names: Names::default() };
        for path in bundle.files.keys() {
            admit(&mut bundle.names, path)?;
        }
        Ok(bundle)
    }

    /// Adds a file that is not there yet.
    pub fn add(&mut self, path: impl Into<String>, content: impl Into<Content>) -> Result<()> {
        let (path, content) = (path.into(), content.into());
        admit(&mut self.names, &path)?;
        self.hashes.insert(path.clone(), content.sha256()?.to_owned());
        self.files.insert(path, content);
        Ok(())
    }

    /// The name of the folder and, with `.zip`, of the archive.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files, sorted by path.
    #[must_use]
    pub fn files(&self) -> &BTreeMap<String, Content> {
        &self.files
    }

    /// The hash (SHA-256) of each file in lower-case hexadecimal digits, sorted by path.
    #[must_use]
    pub fn hashes(&self) -> &BTreeMap<String, String> {
        &self.hashes
    }

    /// The bytes of all files, by path.
    ///
    /// # Errors
    /// If what was laid by cannot be read back.
    pub fn into_files(self) -> Result<BTreeMap<String, Vec<u8>>> {
        self.files.into_iter().map(|(path, content)| Ok((path, content.into_bytes()?))).collect()
    }

    /// The bytes of a file, if it is there.
    ///
    /// # Errors
    /// If what was laid by cannot be read back.
    pub fn get(&self, path: &str) -> Result<Option<Cow<'_, [u8]>>> {
        self.files.get(path).map(Content::bytes).transpose()
    }

    /// How many bytes all files have together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.values().map(|content| content.len() as u64).sum()
    }
}

/// Bundles are equal if they are called the same and have the same files.
impl PartialEq for Bundle {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.hashes == other.hashes
    }
}

impl Eq for Bundle {}

/// Takes a path among the names, if it is one that every system can have beside them.
fn admit(names: &mut Names, path: &str) -> Result<()> {
    path::check(path).and_then(|()| names.admit(path)).map_err(|why| {
        Error::new(format!("`{path}` cannot be a file of the bundle"))
            .why(why)
            .help("rename the source of this file so that its name is safe and unique on every system")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> BTreeMap<String, Content> {
        paths.iter().map(|path| ((*path).to_owned(), (*path).to_owned().into())).collect()
    }

    #[test]
    fn a_bundle_holds_its_files_by_path() {
        let bundle = Bundle::new("demo-1.0.0", files(&["index.html", "html/a.html"])).expect("safe paths");
        assert_eq!(bundle.name(), "demo-1.0.0");
        assert_eq!(bundle.get("html/a.html").expect("in memory").as_deref(), Some(&b"html/a.html"[..]));
        assert_eq!(bundle.bytes(), 21);
        assert_eq!(bundle.get("none").expect("in memory"), None);
    }

    #[test]
    fn an_unsafe_path_is_an_error_that_names_it() {
        let error = Bundle::new("demo-1.0.0", files(&["html/../../x"])).expect_err("leads out").to_string();
        assert!(error.contains("`html/../../x`") && error.contains("help:"), "{error}");
    }

    #[test]
    fn two_paths_that_are_one_file_on_some_systems_are_an_error() {
        let error = Bundle::new("demo-1.0.0", files(&["html/Sla.html", "html/sla.html"])).expect_err("collide");
        assert!(error.to_string().contains("html/Sla.html"), "{error}");
    }

    #[test]
    fn a_name_is_one_safe_component() {
        for name in ["", "a/b", "..", "nul", "a\\b"] {
            assert!(Bundle::new(name, BTreeMap::new()).is_err(), "{name}");
        }
        assert!(Bundle::new("demo-1.0.0-rc.1+build.5", BTreeMap::new()).is_ok());
    }
}
