//! What a bundle that we were given holds: the hash of every file, and the bytes of the two files that
//! tell what the hashes should be. No file is ever held whole but those two.

use super::manifest::{MANIFEST, SUMS, hex};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// How much of a foreign bundle is read at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Files.
    pub(super) files: usize,
    /// Bytes of one file.
    pub(super) file: u64,
    /// Bytes of all files together.
    pub(super) total: u64,
    /// Bytes of the manifest, and of the hashes.
    pub(super) kept: u64,
    /// How many times larger than its packed form a file may be, unless it is smaller than `small`.
    pub(super) ratio: u64,
    /// Smaller files may be packed however well: they hurt nobody.
    pub(super) small: u64,
}

impl Limits {
    /// Far beyond any real bundle, and still harmless.
    pub(super) const DEFAULT: Self =
        Self { files: 20_000, file: 1 << 30, total: 4 << 30, kept: 16 << 20, ratio: 200, small: 16 << 20 };
}

/// One file as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// It could be read.
    Whole {
        /// Its size in bytes.
        size: u64,
        /// Its hash.
        sha256: String,
    },
    /// It could not be read to its end, or is no file at all.
    Damaged(String),
}

/// Tells by its path whether the bytes of a file are kept.
pub(super) type Wanted = fn(&str) -> bool;

/// The files of a bundle, by path below its folder.
#[derive(Debug)]
pub(super) struct Contents {
    /// Every file.
    pub(super) files: BTreeMap<String, Found>,
    /// The bytes of the files that are wanted, by path: the manifest and the hashes if nothing else is said.
    pub(super) kept: BTreeMap<String, Vec<u8>>,
    wanted: Wanted,
    total: u64,
}

impl Default for Contents {
    fn default() -> Self {
        Self::keeping(|path| path == MANIFEST || path == SUMS)
    }
}

impl Contents {
    /// Nothing yet; the bytes of the wanted files will be kept.
    pub(super) fn keeping(wanted: Wanted) -> Self {
        Self { files: BTreeMap::new(), kept: BTreeMap::new(), wanted, total: 0 }
    }

    /// Reads a file; says why if the bundle is larger than the limits allow.
    pub(super) fn take(&mut self, path: &str, reader: &mut dyn Read, limits: Limits) -> Result<(), String> {
        if self.files.len() >= limits.files {
            return Err(format!("it holds more than {} files", limits.files));
        }
        let keep = (self.wanted)(path);
        let most = if keep { limits.kept } else { limits.file }.min(limits.total - self.total);
        let mut bytes = Vec::new();
        let found = match digest(&mut reader.take(most + 1), keep.then_some(&mut bytes)) {
            Ok((size, _)) if size > most => return Err(format!("`{path}` is too large, or all files together are")),
            Ok((size, sha256)) => {
                self.total += size;
                Found::Whole { size, sha256 }
            }
            Err(error) => Found::Damaged(error.to_string()),
        };
        if keep {
            self.kept.insert(path.to_owned(), bytes);
        }
        self.files.insert(path.to_owned(), found);
        Ok(())
    }
}

/// Size and hash of what a reader gives; the bytes themselves go to `keep`.
fn digest(reader: &mut dyn Read, mut keep: Option<&mut Vec<u8>>) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => return Ok((size, hex(&hash.finalize()))),
            Ok(read) => &buffer[..read],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(read);
        size += read.len() as u64;
        if let Some(keep) = keep.as_deref_mut() {
            keep.extend_from_slice(read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::sha256;
    use super::*;

    #[test]
    fn a_file_is_hashed_and_only_the_tables_are_kept() {
        let mut contents = Contents::default();
        for path in ["a", SUMS] {
            contents.take(path, &mut &b"abc"[..], Limits::DEFAULT).expect("small");
        }
        assert_eq!(contents.files["a"], Found::Whole { size: 3, sha256: sha256(b"abc") });
        assert_eq!(contents.kept.keys().collect::<Vec<_>>(), [SUMS]);
    }

    #[test]
    fn every_limit_is_kept() {
        let small = Limits { files: 2, file: 4, total: 6, kept: 2, ..Limits::DEFAULT };
        let take = |files: &[(&str, &[u8])]| {
            let mut contents = Contents::default();
            files.iter().try_for_each(|(path, bytes)| contents.take(path, &mut &bytes[..], small))
        };
        assert_eq!(take(&[("a", b"1234"), ("b", b"12")]), Ok(()));
        assert!(take(&[("a", b"12345")]).is_err(), "one file");
        assert!(take(&[("a", b"1234"), ("b", b"123")]).is_err(), "all together");
        assert!(take(&[(MANIFEST, b"123")]).is_err(), "a table");
        assert!(take(&[("a", b""), ("b", b""), ("c", b"")]).is_err(), "the number");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_damaged() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("bad sector"))
            }
        }
        let mut contents = Contents::default();
        contents.take("a", &mut Broken, Limits::DEFAULT).expect("no limit is reached");
        assert_eq!(contents.files["a"], Found::Damaged("bad sector".into()));
    }
}
