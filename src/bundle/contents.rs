//! What a bundle that we were given holds: the hash of every file, and the bytes of those that are kept:
//! the files that tell what the hashes should be, or all.

use super::manifest::{MANIFEST, SIGNATURE, SUMS};
use crate::hash::hex;
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
    pub(super) tables: u64,
    /// Bytes of a signature.
    pub(super) signature: u64,
    /// Bytes of the table of contents of a zip.
    pub(super) directory: u64,
    /// How many times larger than its packed form a file may be, unless it is smaller than `small`; and
    /// all files together, unless they are smaller than four times that.
    pub(super) ratio: u64,
    /// Smaller files may be packed however well: they hurt nobody.
    pub(super) small: u64,
}

impl Limits {
    /// Far beyond any real bundle, and still harmless.
    pub(super) const DEFAULT: Self = Self {
        files: 20_000,
        file: 1 << 30,
        total: 4 << 30,
        tables: 16 << 20,
        signature: 64 << 10,
        directory: 8 << 20,
        ratio: 200,
        small: 16 << 20,
    };

    /// The same where all files are kept in memory.
    pub(super) const WHOLE: Self = Self { total: 1 << 30, ..Self::DEFAULT };

    /// How large a file may be.
    fn of(&self, path: &str) -> u64 {
        match path {
            MANIFEST | SUMS => self.tables,
            SIGNATURE => self.signature,
            _ => self.file,
        }
    }
}

/// Which files are kept.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Keep {
    /// The manifest, the hashes and the signature.
    #[default]
    Tables,
    /// All.
    All,
    /// Those whose path is wanted.
    Wanted(fn(&str) -> bool),
}

impl Keep {
    fn wants(self, path: &str) -> bool {
        match self {
            Self::Tables => [MANIFEST, SUMS, SIGNATURE].contains(&path),
            Self::All => true,
            Self::Wanted(wanted) => wanted(path),
        }
    }
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

/// The files of a bundle, by path below its folder.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The name of the bundle's folder, if it has one.
    pub(super) name: Option<String>,
    /// Every file.
    pub(super) files: BTreeMap<String, Found>,
    /// The bytes of the files that are kept, by path.
    pub(super) kept: BTreeMap<String, Vec<u8>>,
    keep: Keep,
    total: u64,
}

impl Contents {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, ..Self::default() }
    }

    /// Reads a file, of which it may be known how large it claims to be; says why if that is a lie, or the
    /// bundle is larger than the limits allow.
    pub(super) fn take(
        &mut self,
        path: &str,
        reader: &mut dyn Read,
        claimed: Option<u64>,
        limits: Limits,
    ) -> Result<(), String> {
        if self.files.len() >= limits.files {
            return Err(format!("it holds more than {} files", limits.files));
        }
        let keep = self.keep.wants(path);
        let allowed = limits.of(path).min(limits.total - self.total);
        let most = claimed.unwrap_or(allowed).min(allowed);
        let mut bytes = Vec::new();
        let found = match digest(&mut reader.take(most + 1), keep.then_some(&mut bytes)) {
            Ok((size, _)) if size > allowed => {
                return Err(format!("`{}` is too large, or all files together are", visible(path)));
            }
            Ok((size, _)) if claimed.is_some_and(|claimed| claimed != size) => {
                return Err(format!("`{}` has another size than it claims", visible(path)));
            }
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

/// A text that came with a foreign bundle, so that it can be printed: no control character of it
/// reaches a terminal, and none that turns the direction of the text.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if c.is_control() || turns_text(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}

/// Whether a character turns the direction of what follows: with one, `fdp.exe` reads `exe.pdf`.
pub(super) fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
    use super::*;
    use crate::hash::sha256;

    #[test]
    fn a_file_is_hashed_and_only_the_tables_are_kept() {
        let mut contents = Contents::default();
        for path in ["a", SUMS] {
            contents.take(path, &mut &b"abc"[..], None, Limits::DEFAULT).expect("small");
        }
        assert_eq!(contents.files["a"], Found::Whole { size: 3, sha256: sha256(b"abc") });
        assert_eq!(contents.kept.keys().collect::<Vec<_>>(), [SUMS]);
    }

    #[test]
    fn every_limit_is_kept() {
        let small = Limits { files: 2, file: 4, total: 6, tables: 2, signature: 1, ..Limits::DEFAULT };
        let take = |files: &[(&str, &[u8])]| {
            let mut contents = Contents::default();
            files.iter().try_for_each(|(path, bytes)| contents.take(path, &mut &bytes[..], None, small))
        };
        assert_eq!(take(&[("a", b"1234"), ("b", b"12")]), Ok(()));
        assert!(take(&[("a", b"12345")]).is_err(), "one file");
        assert!(take(&[("a", b"1234"), ("b", b"123")]).is_err(), "all together");
        assert!(take(&[(MANIFEST, b"123")]).is_err(), "a table");
        assert!(take(&[(SIGNATURE, b"12")]).is_err(), "a signature");
        assert!(take(&[("a", b""), ("b", b""), ("c", b"")]).is_err(), "the number");
    }

    #[test]
    fn a_size_that_is_claimed_has_to_be_true() {
        let take = |claimed| Contents::default().take("a", &mut &b"123"[..], Some(claimed), Limits::DEFAULT);
        assert_eq!(take(3), Ok(()));
        for lie in [0, 2, 4, u64::MAX] {
            assert!(take(lie).expect_err("a lie").contains("another size"), "{lie}");
        }
    }

    #[test]
    fn all_files_are_kept_where_that_is_wanted() {
        let mut contents = Contents::new(Keep::All);
        contents.take("a", &mut &b"abc"[..], None, Limits::WHOLE).expect("small");
        assert_eq!(contents.kept["a"], b"abc");
    }

    #[test]
    fn what_is_printed_cannot_play_tricks() {
        assert_eq!(visible("a\u{1b}[2J\u{202e}b"), "a\\u{1b}[2J\\u{202e}b");
        assert_eq!(visible("grün"), "grün");
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
        contents.take("a", &mut Broken, None, Limits::DEFAULT).expect("no limit is reached");
        assert_eq!(contents.files["a"], Found::Damaged("bad sector".into()));
    }
}
