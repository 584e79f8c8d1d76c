//! What was made before, so that it need not be made again: by a key that tells everything that went into
//! it.
//!
//! Knows neither what is remembered nor where.

use sha2::{Digest, Sha256};
use std::fmt::{Debug, Formatter, Write};

/// Remembers what was made. Whoever asks must be able to make it anew: what is remembered may be gone at
/// any time.
pub trait Memory: Debug + Send + Sync {
    /// What was made for a key, if it is remembered.
    fn recall(&self, key: Key) -> Option<Vec<u8>>;
    /// Remembers what was made for a key.
    fn remember(&self, key: Key, made: &[u8]);
}

/// The name of something that was made: equal only where everything is equal that went into it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key([u8; 32]);

impl Key {
    /// Begins the key of something of a kind.
    #[must_use]
    pub fn of(kind: &str) -> Ingredients {
        Ingredients(Sha256::new()).with(kind.as_bytes())
    }

    /// The key in lower-case hexadecimal digits.
    #[must_use]
    pub fn hex(self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
    }
}

impl Debug for Key {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.hex())
    }
}

/// What goes into something, one after the other.
#[derive(Debug, Clone)]
pub struct Ingredients(Sha256);

impl Ingredients {
    /// Adds some bytes. Their number goes in as well: what follows is never taken for a part of them.
    #[must_use]
    pub fn with(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// The key, when everything is in.
    #[must_use]
    pub fn key(self) -> Key {
        Key(self.0.finalize().into())
    }
}

impl From<Key> for [u8; 32] {
    fn from(key: Key) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_follows_from_everything_and_its_order() {
        let key = |parts: &[&str]| parts.iter().fold(Key::of("x"), |all, part| all.with(part.as_bytes())).key();
        assert_eq!(key(&["a", "b"]), key(&["a", "b"]));
        for other in [&["b", "a"][..], &["ab"], &["a", "b", ""], &["", "ab"], &["a"]] {
            assert_ne!(key(&["a", "b"]), key(other), "{other:?}");
        }
        assert_ne!(Key::of("x").key(), Key::of("y").key());
        assert_eq!(key(&[]).hex().len(), 64);
    }
}
