//! The algorithms that are accepted, and the check of one signature with one key.

use ring::{digest, signature};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const RSA_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// A hash that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash that an identifier names.
    pub(super) fn of(oid: ObjectIdentifier) -> Result<Self, String> {
        match oid {
            SHA256 => Ok(Self::Sha256),
            SHA384 => Ok(Self::Sha384),
            SHA512 => Ok(Self::Sha512),
            SHA1 => Err("it uses SHA-1, which can be forged".into()),
            other => Err(format!("it uses a hash that is not accepted ({other})")),
        }
    }

    /// The hash of bytes.
    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    fn length(self) -> u64 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// Whether a signature over a message was made with the key; `hash` is that which the signature names
/// beside its algorithm, if it does.
pub(super) fn check(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    hash: Option<Hash>,
    message: &[u8],
    made: &[u8],
) -> Result<(), String> {
    let bytes = key.subject_public_key.as_bytes().ok_or("the key of the certificate is malformed")?;
    let verifier = verifier(key, algorithm, hash)?;
    signature::UnparsedPublicKey::new(verifier, bytes)
        .verify(message, made)
        .map_err(|_| "the signature was not made with the key of the certificate, or not over this".into())
}

fn verifier(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    hash: Option<Hash>,
) -> Result<&'static dyn signature::VerificationAlgorithm, String> {
    let rsa = |hash| -> &'static dyn signature::VerificationAlgorithm {
        match hash {
            Hash::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Hash::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Hash::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        }
    };
    let kind = key.algorithm.oid;
    match algorithm.oid {
        RSA | RSA_SHA256 | RSA_SHA384 | RSA_SHA512 if kind != RSA => Err(mixed()),
        RSA => hash.map(rsa).ok_or_else(|| "it names no hash".into()),
        RSA_SHA256 => agreed(hash, Hash::Sha256).map(rsa),
        RSA_SHA384 => agreed(hash, Hash::Sha384).map(rsa),
        RSA_SHA512 => agreed(hash, Hash::Sha512).map(rsa),
        RSA_SHA1 => Err("it uses SHA-1, which can be forged".into()),
        RSA_PSS if kind == RSA || kind == RSA_PSS => pss(algorithm),
        ECDSA_SHA256 => elliptic(key, agreed(hash, Hash::Sha256)?),
        ECDSA_SHA384 => elliptic(key, agreed(hash, Hash::Sha384)?),
        ED25519 if kind == ED25519 => Ok(&signature::ED25519),
        other => Err(format!("its algorithm is not accepted ({other})")),
    }
}

fn mixed() -> String {
    "the key of the certificate and the algorithm of the signature do not go together".into()
}

/// The hash of the algorithm, which must be that which stands beside it.
fn agreed(named: Option<Hash>, own: Hash) -> Result<Hash, String> {
    if named.is_none_or(|named| named == own) { Ok(own) } else { Err("it names two different hashes".into()) }
}

fn elliptic(
    key: &SubjectPublicKeyInfoOwned,
    hash: Hash,
) -> Result<&'static dyn signature::VerificationAlgorithm, String> {
    let curve = key.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    match (curve, hash) {
        (Some(P256), Hash::Sha256) => Ok(&signature::ECDSA_P256_SHA256_ASN1),
        (Some(P256), Hash::Sha384) => Ok(&signature::ECDSA_P256_SHA384_ASN1),
        (Some(P384), Hash::Sha256) => Ok(&signature::ECDSA_P384_SHA256_ASN1),
        (Some(P384), Hash::Sha384) => Ok(&signature::ECDSA_P384_SHA384_ASN1),
        _ => Err("its elliptic curve is not accepted; P-256 and P-384 are".into()),
    }
}

/// PSS with one hash for everything and a salt as long as that, which is what signers use.
fn pss(algorithm: &AlgorithmIdentifierOwned) -> Result<&'static dyn signature::VerificationAlgorithm, String> {
    let odd = || "its parameters of PSS are not accepted".to_owned();
    let parameters = algorithm.parameters.as_ref().ok_or_else(odd)?;
    let der = parameters.to_der().map_err(|_| odd())?;
    let fields = sequence(&der).ok_or_else(odd)?;
    let inner = |number: u8| {
        let tag = 0xA0 | number;
        fields.iter().find(|field| field.first() == Some(&tag)).and_then(|field| contents(field))
    };
    let hash = inner(0).and_then(|der| AlgorithmIdentifierOwned::from_der(der).ok()).ok_or_else(odd)?;
    let hash = Hash::of(hash.oid)?;
    let mask = inner(1).and_then(|der| AlgorithmIdentifierOwned::from_der(der).ok()).ok_or_else(odd)?;
    let of_mask = mask.parameters.as_ref().and_then(|any| any.decode_as::<AlgorithmIdentifierOwned>().ok());
    let salt = inner(2).and_then(|der| u64::from_der(der).ok());
    if mask.oid != MGF1
        || of_mask.is_none_or(|of_mask| Hash::of(of_mask.oid) != Ok(hash))
        || salt != Some(hash.length())
    {
        return Err(odd());
    }
    Ok(match hash {
        Hash::Sha256 => &signature::RSA_PSS_2048_8192_SHA256,
        Hash::Sha384 => &signature::RSA_PSS_2048_8192_SHA384,
        Hash::Sha512 => &signature::RSA_PSS_2048_8192_SHA512,
    })
}

/// The entries of a DER sequence, each with its header.
pub(super) fn sequence(der: &[u8]) -> Option<Vec<&[u8]>> {
    if der.first() != Some(&0x30) {
        return None;
    }
    let mut rest = contents(der)?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let length = whole(rest)?;
        let (entry, behind) = rest.split_at_checked(length)?;
        entries.push(entry);
        rest = behind;
    }
    Some(entries)
}

/// What a DER value holds, without its header.
pub(super) fn contents(der: &[u8]) -> Option<&[u8]> {
    let (header, length) = header(der)?;
    der.get(header..header.checked_add(length)?)
}

/// How many bytes a DER value takes at the beginning of some bytes.
pub(super) fn whole(der: &[u8]) -> Option<usize> {
    let (header, length) = header(der)?;
    header.checked_add(length).filter(|whole| *whole <= der.len())
}

/// The lengths of the header and of the contents of a DER value.
fn header(der: &[u8]) -> Option<(usize, usize)> {
    let first = *der.get(1)?;
    if first < 0x80 {
        return Some((2, first.into()));
    }
    let bytes = usize::from(first & 0x7F);
    if bytes == 0 || bytes > 4 {
        return None;
    }
    let length = der.get(2..2 + bytes)?.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
    Some((2 + bytes, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_is_taken_apart_and_never_read_beyond_its_end() {
        let der = [0x30, 0x05, 0x02, 0x01, 0x07, 0x05, 0x00, 0xFF];
        assert_eq!(whole(&der), Some(7));
        assert_eq!(sequence(&der[..7]), Some(vec![&der[2..5], &der[5..7]]));
        for broken in
            [&[][..], &[0x30], &[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], &[0x30, 0x80], &[0x30, 0x03, 0x02, 0x05]]
        {
            assert_eq!(sequence(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn weak_and_unknown_hashes_are_refused_by_name() {
        assert!(Hash::of(SHA1).expect_err("weak").contains("SHA-1"));
        assert!(Hash::of(RSA).expect_err("no hash").contains("1.2.840.113549.1.1.1"));
    }
}
