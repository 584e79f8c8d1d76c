//! The fingerprint of a document: what reviews are bound to, and what tells whether a release changed it.

use super::to_markdown;
use crate::error::Result;
use crate::hash::hex;
use crate::model::document::Document;
use sha2::{Digest, Sha256};

/// The fingerprint of the composed content of a document: its title and text with all data filled in,
/// wherever it was written and whatever the format, and the files that it shows or links to.
///
/// # Errors
/// If the text cannot be written as Markdown; no such text is known.
pub fn fingerprint(document: &Document) -> Result<String> {
    let text = to_markdown::write(&document.blocks, &document.footnotes, &|target| Some(format!("{target:?}")))?;
    let mut hash = Sha256::new();
    hash.update(document.title.as_bytes());
    hash.update(b"\n");
    hash.update(text.as_bytes());
    for (path, digest) in &document.shown {
        hash.update(format!("\n{path} {digest}").as_bytes());
    }
    Ok(hex(&hash.finalize()))
}
