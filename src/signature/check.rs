//! Whether a signature is right, and whose it is.

use super::allowed::AllowedSigners;
use super::{KeyName, NAMESPACE, take_text};
use jiff::Timestamp;
use ring::digest;
use ring::signature::{self as ring_signature, RsaPublicKeyComponents, UnparsedPublicKey};
use ssh_key::public::{EcdsaPublicKey, KeyData};
use ssh_key::{Algorithm, EcdsaCurve, HashAlg, Mpint, SshSig};

/// What is to be said about the signature of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// There is none.
    Unsigned,
    /// It does not vouch for this text.
    Wrong {
        /// The key that it names, if it can be read that far.
        key: Option<KeyName>,
        /// What is wrong.
        why: String,
    },
    /// It vouches for this text.
    Right {
        /// The key that made it.
        key: KeyName,
        /// Whose key that is.
        signer: Signer,
    },
}

/// Whose key a right signature was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// Nobody asked: there was no list of allowed signers.
    NotAsked,
    /// One of these, as the list calls them.
    Known(Vec<String>),
    /// The list does not let this key sign; why not.
    Unknown(String),
}

impl Judgement {
    /// Whether the signature says what was asked for: it must be right, and where there was a list of
    /// allowed signers, made by one of them.
    #[must_use]
    pub fn passes(&self, asked: bool) -> bool {
        match self {
            Self::Unsigned => !asked,
            Self::Wrong { .. } => false,
            Self::Right { signer, .. } => !matches!(signer, Signer::Unknown(_)),
        }
    }
}

/// Judges a signature of a text; `now` tells which entries of the list hold.
#[must_use]
pub fn judge(text: &[u8], signature: Option<&[u8]>, allowed: Option<&AllowedSigners>, now: Timestamp) -> Judgement {
    let Some(signature) = signature else { return Judgement::Unsigned };
    let Ok(signature) = SshSig::from_pem(signature) else {
        return Judgement::Wrong { key: None, why: "it cannot be read as a signature of `ssh-keygen -Y sign`".into() };
    };
    let key = KeyName::of(signature.public_key());
    if let Err(why) = check(text, &signature) {
        return Judgement::Wrong { key: Some(key), why };
    }
    let signer = allowed.map_or(Signer::NotAsked, |allowed| allowed.signer(signature.public_key(), now));
    Judgement::Right { key, signer }
}

/// Whether a signature was made for this text; says why not.
fn check(text: &[u8], signature: &SshSig) -> Result<(), String> {
    if signature.namespace() != NAMESPACE {
        let other = signature.namespace().escape_debug();
        return Err(format!("it was made for the purpose `{other}`, not for `{NAMESPACE}`"));
    }
    let data = SshSig::signed_data(NAMESPACE, signature.hash_alg(), text).map_err(|error| error.to_string())?;
    let bytes = signature.signature_bytes();
    let is_right = match (signature.public_key(), signature.algorithm()) {
        (KeyData::Ed25519(key), Algorithm::Ed25519) => ed25519(&key.0, &data, bytes),
        (KeyData::Rsa(key), Algorithm::Rsa { hash: Some(hash) }) => {
            let number = |number: &Mpint| number.as_positive_bytes().map(<[u8]>::to_vec).unwrap_or_default();
            let algorithm = match hash {
                HashAlg::Sha256 => &ring_signature::RSA_PKCS1_2048_8192_SHA256,
                _ => &ring_signature::RSA_PKCS1_2048_8192_SHA512,
            };
            RsaPublicKeyComponents { n: number(&key.n), e: number(&key.e) }.verify(algorithm, &data, bytes).is_ok()
        }
        (KeyData::Ecdsa(key), Algorithm::Ecdsa { curve }) if key.curve() == curve => ecdsa(key, &data, bytes)?,
        (KeyData::SkEd25519(key), Algorithm::SkEd25519) => {
            let (data, bytes) = touched(key.application(), &data, bytes)?;
            ed25519(&key.public_key().0, &data, bytes)
        }
        (KeyData::SkEcdsaSha2NistP256(key), Algorithm::SkEcdsaSha2NistP256) => {
            let (data, bytes) = touched(key.application(), &data, bytes)?;
            ecdsa(&EcdsaPublicKey::NistP256(*key.ec_point()), &data, bytes)?
        }
        (key, algorithm) => return Err(unknown_kind(key, &algorithm)),
    };
    if is_right {
        Ok(())
    } else {
        Err("it was made for other bytes: the hashes were changed after they were signed".into())
    }
}

fn unknown_kind(key: &KeyData, algorithm: &Algorithm) -> String {
    format!(
        "signatures of the kind {algorithm} by keys of the kind {} cannot be checked here; `ssh-keygen -Y verify` may know them",
        key.algorithm()
    )
}

fn ed25519(key: &[u8], data: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ring_signature::ED25519, key).verify(data, signature).is_ok()
}

/// The two numbers of a signature stand in it one after the other, each as long as it needs to be.
fn ecdsa(key: &EcdsaPublicKey, data: &[u8], mut signature: &[u8]) -> Result<bool, String> {
    let algorithm = match key.curve() {
        EcdsaCurve::NistP256 => &ring_signature::ECDSA_P256_SHA256_FIXED,
        EcdsaCurve::NistP384 => &ring_signature::ECDSA_P384_SHA384_FIXED,
        curve @ EcdsaCurve::NistP521 => {
            return Err(unknown_kind(&KeyData::Ecdsa(*key), &Algorithm::Ecdsa { curve }));
        }
    };
    let size = if key.curve() == EcdsaCurve::NistP256 { 32 } else { 48 };
    let mut fixed = Vec::with_capacity(2 * size);
    for _ in 0..2 {
        let number = take_text(&mut signature).map(|number| number.strip_prefix(&[0]).unwrap_or(number));
        let Some(number) = number.filter(|number| number.len() <= size) else { return Ok(false) };
        fixed.resize(fixed.len() + size - number.len(), 0);
        fixed.extend_from_slice(number);
    }
    Ok(UnparsedPublicKey::new(algorithm, key.as_sec1_bytes()).verify(data, &fixed).is_ok())
}

/// What a security key really signs, and its signature without the trailer. It must have been touched.
fn touched<'a>(application: &str, data: &[u8], signature: &'a [u8]) -> Result<(Vec<u8>, &'a [u8]), String> {
    const TRAILER: usize = 5;
    const TOUCHED: u8 = 1;
    let at = signature.len().checked_sub(TRAILER).ok_or("it is too short")?;
    let (signature, trailer) = signature.split_at(at);
    if trailer.first().is_none_or(|flags| flags & TOUCHED == 0) {
        return Err("nobody touched the security key when it was made".into());
    }
    let sha256 = |bytes: &[u8]| digest::digest(&digest::SHA256, bytes).as_ref().to_vec();
    let signed = [sha256(application.as_bytes()), trailer.to_vec(), sha256(data)].concat();
    Ok((signed, signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::testing::key;
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use ssh_key::Signature;
    use ssh_key::public::{Ed25519PublicKey, SkEd25519};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn wrong(judgement: Judgement) -> String {
        match judgement {
            Judgement::Wrong { why, .. } => why,
            other => panic!("{other:?} is not wrong"),
        }
    }

    #[test]
    fn a_signature_holds_for_its_text_alone() {
        let signature = key().sign(b"hashes").expect("signed");
        let judged = |text: &[u8]| judge(text, Some(&signature), None, NOW);
        assert_eq!(judged(b"hashes"), Judgement::Right { key: key().public().name(), signer: Signer::NotAsked });
        assert!(wrong(judged(b"other hashes")).contains("changed after they were signed"));
        assert_eq!(judge(b"hashes", None, None, NOW), Judgement::Unsigned);
    }

    #[test]
    fn what_is_no_signature_is_wrong() {
        let signature = key().sign(b"hashes").expect("signed");
        for broken in [&b""[..], b"hello", &signature[..60], &[0xff; 300]] {
            assert!(wrong(judge(b"hashes", Some(broken), None, NOW)).contains("cannot be read"));
        }
    }

    #[test]
    fn a_signature_for_another_purpose_is_wrong() {
        let other = key()
            .0
            .sign("git", HashAlg::Sha512, b"hashes")
            .and_then(|signature| signature.to_pem(ssh_key::LineEnding::LF));
        let why = wrong(judge(b"hashes", Some(other.expect("signed").as_bytes()), None, NOW));
        assert!(why.contains("`git`") && why.contains("`file`"), "{why}");
    }

    #[test]
    fn only_who_is_on_the_list_passes() {
        let signature = key().sign(b"hashes").expect("signed");
        let judged = |list: &str| {
            let list = AllowedSigners::read(list).expect("a list");
            judge(b"hashes", Some(&signature), Some(&list), NOW)
        };
        let known = judged(&key().public().allowed_line("anna@supplier.example"));
        assert!(known.passes(true));
        assert!(
            matches!(known, Judgement::Right { signer: Signer::Known(names), .. } if names == ["anna@supplier.example"])
        );
        let unknown = judged("# nobody yet\n");
        assert!(!unknown.passes(true), "{unknown:?}");
        assert!(!Judgement::Unsigned.passes(true) && Judgement::Unsigned.passes(false));
    }

    /// A signature as a security key makes it, with a byte of flags.
    fn by_security_key(flags: u8) -> String {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).expect("a seed");
        let public = Ed25519PublicKey(pair.public_key().as_ref().try_into().expect("32 bytes"));
        let data = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, b"hashes").expect("data");
        let trailer = [flags, 0, 0, 0, 5];
        let sha256 = |bytes: &[u8]| digest::digest(&digest::SHA256, bytes).as_ref().to_vec();
        let signed = pair.sign(&[sha256(b"ssh:"), trailer.to_vec(), sha256(&data)].concat());
        let bytes = [signed.as_ref(), &trailer].concat();
        let signature = Signature::new(Algorithm::SkEd25519, bytes).expect("a signature");
        let key = KeyData::SkEd25519(SkEd25519::new(public, "ssh:"));
        let signature = SshSig::new(key, NAMESPACE, HashAlg::Sha512, signature).expect("a signature");
        signature.to_pem(ssh_key::LineEnding::LF).expect("text")
    }

    #[test]
    fn a_security_key_signs_only_when_it_is_touched() {
        let judged = |flags| judge(b"hashes", Some(by_security_key(flags).as_bytes()), None, NOW);
        assert!(judged(1).passes(false), "{:?}", judged(1));
        assert!(wrong(judged(0)).contains("touched"));
    }
}
