//! The files of the sealed annex, as they were found in the project.

use crate::source::Span;

/// How a sealed file begins: as it is, and as text.
const SEALED: [&[u8]; 2] = [b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----"];

/// How many bytes tell whether a file is sealed.
pub const SEALED_HEAD: usize = 34;

/// Whether bytes begin as those of a sealed file do.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    SEALED.iter().any(|head| bytes.starts_with(head))
}

/// A file of the annex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnexFile {
    /// Its path from the project's root.
    pub path: String,
    /// Where `access.annex` names it, or its beginning if nothing names it.
    pub place: Span,
    /// Whether `access.annex` names it.
    pub named: bool,
    /// Whether it is sealed.
    pub sealed: bool,
    /// Where the same file lies in clear text.
    pub plain: Vec<PlainFile>,
}

/// A file in clear text that was, or looks as if it was, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainFile {
    /// Its path from the project's root.
    pub path: String,
    /// Whether it is in the folder.
    pub there: bool,
    /// Whether git keeps it.
    pub tracked: bool,
}
