//! Keys: the private one that signs, the public one that is shown.

use super::{armoured, signed_data};
use ring::signature::Ed25519KeyPair;
use ssh_key::private::KeypairData;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, PrivateKey, Signature};
use std::fmt;

/// A private key, which may still be locked with a passphrase. Its debug form shows nothing of it.
pub struct Key(pub(super) PrivateKey);

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Key({})", self.public().name())
    }
}

impl Key {
    /// Reads a private key in the format of OpenSSH; says why if it is none.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        let why = || {
            let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
            let head = String::from_utf8_lossy(line);
            if head.starts_with("-----BEGIN ") && !head.contains("OPENSSH PRIVATE KEY") {
                "it is a key of another format; `ssh-keygen -p -f FILE` writes it anew in that of OpenSSH".to_owned()
            } else {
                "it is no private key of OpenSSH".to_owned()
            }
        };
        PrivateKey::from_openssh(text).map(Self).map_err(|_| why())
    }

    /// Whether a passphrase is needed before it can sign.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0.is_encrypted()
    }

    /// Unlocks it; `None` if the passphrase is another one.
    #[must_use]
    pub fn unlock(&self, passphrase: &str) -> Option<Self> {
        self.0.decrypt(passphrase).ok().map(Self)
    }

    /// Its public part.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.public_key().clone())
    }

    /// Signs a text; says why if this key cannot. The same key and text give the same signature.
    pub fn sign(&self, text: &[u8]) -> Result<Vec<u8>, String> {
        let pair = match self.0.key_data() {
            KeypairData::Ed25519(pair) => pair,
            KeypairData::Encrypted(_) => return Err("it is locked with a passphrase".into()),
            _ => {
                let kind = self.public().name().kind;
                return Err(format!(
                    "it is a key of the kind {kind}: files hold only ssh-ed25519 keys, agents all kinds"
                ));
            }
        };
        let odd = "its two halves do not belong together";
        let pair = Ed25519KeyPair::from_seed_and_public_key(&pair.private.to_bytes(), &pair.public.0);
        let signed = pair.map_err(|_| odd)?.sign(&signed_data(text)?);
        let signature = Signature::new(Algorithm::Ed25519, signed.as_ref()).map_err(|error| error.to_string())?;
        armoured(self.0.public_key().key_data(), signature)
    }
}

/// A public key, with the comment that stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(pub(super) ssh_key::PublicKey);

impl PublicKey {
    /// Reads the line of a `.pub` file; says why if it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let key = ssh_key::PublicKey::from_openssh(line.unwrap_or_default());
        key.map(Self).map_err(|_| "it is no public key of OpenSSH".to_owned())
    }

    /// How people name it.
    #[must_use]
    pub fn name(&self) -> KeyName {
        KeyName::of(self.0.key_data())
    }

    /// What its owner calls it, often empty.
    #[must_use]
    pub fn comment(&self) -> &str {
        self.0.comment()
    }

    /// Whether both are the same key, whatever their comments.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.0.key_data() == other.0.key_data()
    }

    /// The line of a list of allowed signers that lets this key sign bundles for a person.
    #[must_use]
    pub fn allowed_line(&self, principal: &str) -> String {
        let key = ssh_key::PublicKey::new(self.0.key_data().clone(), "").to_openssh().unwrap_or_default();
        format!("{principal} namespaces=\"{}\" {}", super::NAMESPACE, key.trim_end())
    }
}

/// How people name a key: its kind and its fingerprint, as `ssh-keygen -l` shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName {
    /// The kind, such as `ssh-ed25519`.
    pub kind: String,
    /// The fingerprint, `SHA256:…`.
    pub fingerprint: String,
}

impl KeyName {
    pub(super) fn of(key: &KeyData) -> Self {
        Self { kind: key.algorithm().to_string(), fingerprint: key.fingerprint(HashAlg::Sha256).to_string() }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.kind, self.fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::testing::key;

    #[test]
    fn the_same_key_and_text_give_the_same_signature() {
        let (once, again) = (key().sign(b"hashes"), key().sign(b"hashes"));
        assert_eq!(once, again);
        assert!(once.expect("signed").starts_with(b"-----BEGIN SSH SIGNATURE-----\n"));
        assert_ne!(key().sign(b"hashes"), key().sign(b"other hashes"));
    }

    #[test]
    fn what_is_no_key_says_what_to_do() {
        assert_eq!(Key::read(b"hello").expect_err("no key"), "it is no private key of OpenSSH");
        let old = Key::read(b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assert!(old.expect_err("another format").contains("ssh-keygen -p"));
        assert!(PublicKey::read("ssh-ed25519 nonsense").is_err());
    }

    #[test]
    fn a_locked_key_signs_only_when_it_was_unlocked() {
        let kdf = ssh_key::Kdf::Bcrypt { salt: vec![3; 16], rounds: 1 };
        let locked = key().0.encrypt_with(ssh_key::Cipher::Aes256Ctr, kdf, 1, "open sesame").map(Key).expect("locked");
        assert!(locked.is_locked());
        assert!(locked.sign(b"hashes").expect_err("locked").contains("passphrase"));
        assert!(locked.unlock("open says me").is_none());
        let unlocked = locked.unlock("open sesame").expect("the right passphrase");
        assert_eq!(unlocked.sign(b"hashes"), key().sign(b"hashes"));
    }

    #[test]
    fn a_key_shows_its_name_and_never_itself() {
        let key = key();
        assert_eq!(format!("{key:?}"), format!("Key({})", key.public().name()));
        assert!(key.public().name().to_string().starts_with("ssh-ed25519 SHA256:"));
        let line = key.public().allowed_line("anna@supplier.example");
        assert!(line.starts_with("anna@supplier.example namespaces=\"file\" ssh-ed25519 AAAA"), "{line}");
    }
}
