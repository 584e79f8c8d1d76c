//! A CMS structure: who signed what, with which attributes.

use super::algorithm::{self, Hash, sequence, whole};
use super::chain::{Anchors, Purpose, name, timestamp};
use super::{Signer, Time, Verdict, stamp};
use ::cms::cert::CertificateChoices;
use ::cms::content_info::ContentInfo;
use ::cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::attr::Attributes;
use x509_cert::der::asn1::{Any, ObjectIdentifier, OctetString};
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::spki::AlgorithmIdentifierOwned;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const TIME_STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// The format whose signatures must name the certificate among what is signed.
const PADES: &str = "ETSI.CAdES.detached";
/// The format of a time stamp for the whole file.
const DOCUMENT_STAMP: &str = "ETSI.RFC3161";
/// The formats that are judged.
const FORMATS: [&str; 3] = [PADES, "adbe.pkcs7.detached", DOCUMENT_STAMP];

/// Judges a signature over some bytes, as it stands in a PDF: its format, its structure, perhaps with
/// zeros behind it. `now` is the time at which it is judged.
///
/// # Errors
/// If it cannot be read so far that one could say who made it.
pub fn verify(
    format: &str,
    structure: &[u8],
    bytes: &[u8],
    anchors: &Anchors,
    now: Timestamp,
) -> Result<Verdict, String> {
    if !FORMATS.contains(&format) {
        return Err(format!("its format `{format}` is not known; {} are", FORMATS.join(", ")));
    }
    let signed = Signed::read(structure)?;
    if format == DOCUMENT_STAMP {
        return Ok(document_stamp(&signed, structure, bytes, anchors));
    }
    let valid = signed.check(bytes).and_then(|()| signed.names_certificate(format == PADES));
    let time = signed.time(anchors);
    // What a trusted service saw then may be judged as it was then.
    let at = if let Time::Stamped { at, .. } = &time { *at } else { now };
    let trusted = anchors.vouch(&signed.signer, &signed.others, Purpose::Signing, at);
    Ok(Verdict { signer: signed.signer(), valid, trusted, time })
}

/// Judges a time stamp for a whole file.
fn document_stamp(signed: &Signed, structure: &[u8], bytes: &[u8], anchors: &Anchors) -> Verdict {
    let token = whole(structure).and_then(|length| structure.get(..length)).unwrap_or_default();
    let info = signed.enclosed(stamp::TST_INFO);
    let valid = info.and_then(|info| signed.check(&info));
    let stamped = stamp::verify(token, bytes, anchors);
    let (valid, trusted, time) = match (valid, stamped) {
        (Ok(()), Ok((at, by))) => (Ok(()), Ok(by.clone()), Time::Stamped { at, by }),
        (Ok(()), Err(why)) if why.contains("something else") => {
            (Err(why.clone()), Err(why.clone()), Time::Refuted(why))
        }
        (Ok(()), Err(why)) => (Ok(()), Err(why.clone()), Time::Refuted(why)),
        (Err(why), _) => (Err(why.clone()), Err(why.clone()), Time::Refuted(why)),
    };
    Verdict { signer: signed.signer(), valid, trusted, time }
}

/// A structure that was read, with the one who signed.
pub(super) struct Signed {
    data: SignedData,
    info: SignerInfo,
    pub(super) signer: Certificate,
    pub(super) others: Vec<Certificate>,
}

impl Signed {
    /// Reads a structure with one signer.
    pub(super) fn read(structure: &[u8]) -> Result<Self, String> {
        let length = whole(structure).ok_or("it is no CMS structure, or not one in the DER encoding")?;
        let malformed = |error: x509_cert::der::Error| format!("it is malformed: {error}");
        let outer = ContentInfo::from_der(structure.get(..length).unwrap_or_default()).map_err(malformed)?;
        if outer.content_type != SIGNED_DATA {
            return Err("it is no signature".into());
        }
        let data: SignedData = outer.content.decode_as().map_err(malformed)?;
        let [info] = data.signer_infos.0.as_slice() else {
            return Err(format!("it has {} signers instead of one", data.signer_infos.0.len()));
        };
        let info = info.clone();
        let choices = data.certificates.iter().flat_map(|set| set.0.iter());
        let certificates: Vec<Certificate> = choices
            .filter_map(|choice| match choice {
                CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
                CertificateChoices::Other(_) => None,
            })
            .collect();
        let Some(signer) = certificates.iter().find(|certificate| is_of(certificate, &info.sid)).cloned() else {
            return Err("the certificate of the signer is not in it".into());
        };
        let others = certificates.into_iter().filter(|certificate| *certificate != signer).collect();
        Ok(Self { data, info, signer, others })
    }

    fn signer(&self) -> Signer {
        let certificate = &self.signer.tbs_certificate;
        let clean = |text: String| text.chars().filter(|c| !c.is_control()).collect();
        Signer {
            name: name(&certificate.subject),
            subject: clean(certificate.subject.to_string()),
            issuer: clean(certificate.issuer.to_string()),
        }
    }

    /// What it encloses, if it is of a type.
    pub(super) fn enclosed(&self, wanted: ObjectIdentifier) -> Result<Vec<u8>, String> {
        let content = &self.data.encap_content_info;
        if content.econtent_type != wanted {
            return Err("it encloses something else than it should".into());
        }
        let octets = content.econtent.as_ref().and_then(|any| any.decode_as::<OctetString>().ok());
        octets.map(OctetString::into_bytes).ok_or_else(|| "it encloses nothing".into())
    }

    /// Whether it was made over some bytes, with the key of the certificate.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), String> {
        let hash = Hash::of(self.info.digest_alg.oid)?;
        let Some(attributes) = &self.info.signed_attrs else {
            return Err("it has no signed attributes, which PDFs ask for".into());
        };
        let kind = one(attributes, CONTENT_TYPE)?.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
        if kind != Some(self.data.encap_content_info.econtent_type) {
            return Err("it does not say the same about what is signed in both places".into());
        }
        if kind == Some(DATA) && self.data.encap_content_info.econtent.is_some() {
            return Err("it encloses something, although it signs the file around it".into());
        }
        let digest = one(attributes, MESSAGE_DIGEST)?.and_then(|any| any.decode_as::<OctetString>().ok());
        if digest.is_none_or(|digest| digest.as_bytes() != hash.digest(bytes)) {
            return Err("the signed bytes were changed".into());
        }
        let message = attributes.to_der().map_err(|error| error.to_string())?;
        let key = &self.signer.tbs_certificate.subject_public_key_info;
        let hash = Some(hash).filter(|_| !is_edwards(&self.info.signature_algorithm));
        algorithm::check(key, &self.info.signature_algorithm, hash, &message, self.info.signature.as_bytes())
    }

    /// Whether the certificate that it names among what is signed is the one that came with it.
    fn names_certificate(&self, must: bool) -> Result<(), String> {
        let named = match &self.info.signed_attrs {
            Some(attributes) => one(attributes, SIGNING_CERTIFICATE)?,
            None => None,
        };
        let Some(named) = named else {
            let why = || "it does not name its certificate among what is signed, which PAdES asks for".to_owned();
            return if must { Err(why()) } else { Ok(()) };
        };
        let der = named.to_der().map_err(|error| error.to_string())?;
        let certificate = self.signer.to_der().map_err(|error| error.to_string())?;
        match named_hash(&der) {
            Some((Ok(hash), digest)) if hash.digest(&certificate) == digest => Ok(()),
            Some((Err(why), _)) => Err(why),
            _ => Err("the certificate is not the one that was signed with".into()),
        }
    }

    /// When it was made.
    fn time(&self, anchors: &Anchors) -> Time {
        let token = self.info.unsigned_attrs.as_ref().and_then(|attributes| one(attributes, TIME_STAMP).ok().flatten());
        if let Some(token) = token.and_then(|any| any.to_der().ok()) {
            return match stamp::verify(&token, self.info.signature.as_bytes(), anchors) {
                Ok((at, by)) => Time::Stamped { at, by },
                Err(why) => Time::Refuted(why),
            };
        }
        let claimed =
            self.info.signed_attrs.as_ref().and_then(|attributes| one(attributes, SIGNING_TIME).ok().flatten());
        let claimed = claimed.and_then(|any| x509_cert::time::Time::from_der(&any.to_der().ok()?).ok());
        claimed.map_or(Time::Unknown, |time| Time::Claimed(timestamp(time)))
    }
}

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

fn is_edwards(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm.oid == ED25519
}

/// Whether a certificate is the one that a signer names.
fn is_of(certificate: &Certificate, signer: &SignerIdentifier) -> bool {
    let certificate = &certificate.tbs_certificate;
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == certificate.issuer && named.serial_number == certificate.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => {
            certificate.get::<SubjectKeyIdentifier>().ok().flatten().is_some_and(|(_, own)| own == *named)
        }
    }
}

/// The one value of an attribute; `None` if the attribute is not there.
fn one(attributes: &Attributes, oid: ObjectIdentifier) -> Result<Option<Any>, String> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let Some(attribute) = found.next() else { return Ok(None) };
    match (attribute.values.as_slice(), found.next()) {
        ([value], None) => Ok(Some(value.clone())),
        _ => Err("an attribute of it has more than one value".into()),
    }
}

/// The hash of a certificate in the attribute that names it, and how it was made.
fn named_hash(der: &[u8]) -> Option<(Result<Hash, String>, Vec<u8>)> {
    let outer = sequence(der)?;
    let all = sequence(outer.first()?)?;
    let fields = sequence(all.first()?)?;
    let (hash, digest) = match fields[..] {
        [first, second, ..] if first.first() == Some(&0x30) => {
            (Hash::of(AlgorithmIdentifierOwned::from_der(first).ok()?.oid), second)
        }
        [digest, ..] => (Ok(Hash::Sha256), digest),
        [] => return None,
    };
    Some((hash, OctetString::from_der(digest).ok()?.into_bytes()))
}
