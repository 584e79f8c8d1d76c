//! Signatures: who vouches for the hashes of a bundle. Their form is that of `ssh-keygen -Y`, so that
//! nobody needs us to check them.
//!
//! Bytes in, words out: knows no file, no socket and no bundle.

pub mod agent;
mod allowed;
mod check;
mod key;

pub use allowed::AllowedSigners;
pub use check::{Judgement, Signer, judge};
pub use key::{Key, KeyName, PublicKey};

use ssh_key::{HashAlg, LineEnding, Signature, SshSig, public::KeyData};

/// What a signature is for. It is the word that `ssh-keygen` has for files, so that a signature made by
/// hand and one made by us are the same thing. One for another purpose is no signature of a bundle.
pub const NAMESPACE: &str = "file";

/// The hash that is signed in place of the text; the one that `ssh-keygen` takes.
const HASH: HashAlg = HashAlg::Sha512;

/// What a key has to sign, so that it counts as a signature of a text.
fn signed_data(text: &[u8]) -> Result<Vec<u8>, String> {
    SshSig::signed_data(NAMESPACE, HASH, text).map_err(|error| error.to_string())
}

/// The signature as a file, in the lines that `ssh-keygen` writes.
fn armoured(key: &KeyData, signature: Signature) -> Result<Vec<u8>, String> {
    let signature = SshSig::new(key.clone(), NAMESPACE, HASH, signature);
    let pem = signature.and_then(|signature| signature.to_pem(LineEnding::LF)).map_err(|error| error.to_string())?;
    Ok(pem.into_bytes())
}

/// Takes a number off the front of what SSH writes.
fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, behind) = rest.split_first_chunk::<4>()?;
    *rest = behind;
    Some(u32::from_be_bytes(*bytes))
}

/// Takes a text with its length off the front of what SSH writes.
fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let size = usize::try_from(take_number(rest)?).ok()?;
    let (text, behind) = rest.split_at_checked(size)?;
    *rest = behind;
    Some(text)
}

#[cfg(test)]
mod testing {
    use super::Key;
    use ssh_key::PrivateKey;
    use ssh_key::private::{Ed25519Keypair, KeypairData};

    /// A key for tests, the same every time.
    pub(super) fn key() -> Key {
        let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[7; 32]));
        Key(PrivateKey::new(pair, "anna").expect("a key"))
    }
}
