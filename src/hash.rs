//! The one way in which bytes become the hexadecimal digits of a SHA-256 (FIPS 180-4).
//!
//! Knows nothing of what is hashed, nor why.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The SHA-256 of bytes: 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal digits, two for each.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of FIPS 180-4.
    #[test]
    fn a_known_text_has_its_known_hash() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn small_bytes_keep_their_zero() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
