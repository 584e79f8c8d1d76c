//! One file of the cache: a line that says what it is, the key, the hash of the content, and the content.
//!
//! A file that was cut off, altered, or put under another name is none.

use crate::model::memory::Key;
use sha2::{Digest, Sha256};

/// The first line of every file.
const MAGIC: &[u8] = b"handoff cache 1\n";
/// How long a key and a hash are.
const HASH: usize = 32;

/// What stands before the content.
pub(super) fn head(key: Key, made: &[u8]) -> Vec<u8> {
    let key: [u8; HASH] = key.into();
    [MAGIC, &key, &Sha256::digest(made)[..]].concat()
}

/// The content of a file, if it is whole and the one for this key.
pub(super) fn read(key: Key, mut file: Vec<u8>) -> Option<Vec<u8>> {
    let length = MAGIC.len() + 2 * HASH;
    let made = file.get(length..)?;
    if file[..length] != head(key, made) {
        return None;
    }
    file.drain(..length);
    Some(file)
}
