//! From the certificate of a signer to somebody who is trusted.

use super::algorithm;
use crate::error::Error;
use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::name::Name;
use x509_cert::time::Time;

/// How many certificates may stand between the signer and an anchor.
const MAX_CHAIN: usize = 8;
/// How many ways from the signer to an anchor are tried.
const MAX_TRIES: usize = 200;
/// The use of a key for time stamps.
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// The critical extensions that are understood: uses of the key, constraints, names, policies.
const UNDERSTOOD: [&str; 5] = ["2.5.29.15", "2.5.29.19", "2.5.29.17", "2.5.29.37", "2.5.29.32"];

/// The certificates that are trusted.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    certificates: Vec<Certificate>,
}

/// What a certificate is asked to vouch for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Somebody signs.
    Signing,
    /// A service tells the time.
    Stamping,
}

impl Anchors {
    /// Adds the certificates of a PEM file, or the one of a DER file.
    ///
    /// # Errors
    /// If there is none, or one cannot be read.
    pub fn add(&mut self, file: &[u8]) -> Result<(), Error> {
        let read = if file.windows(11).any(|window| window == b"-----BEGIN ") {
            Certificate::load_pem_chain(file)
        } else {
            Certificate::from_der(file).map(|certificate| vec![certificate])
        };
        let unusable = |why: &str| Error::new("the trusted certificates cannot be read").why(why);
        let read = read.map_err(|error| {
            unusable(&error.to_string())
                .help("name a file with certificates in the PEM format (`-----BEGIN CERTIFICATE-----`)")
        })?;
        if read.is_empty() {
            return Err(unusable("the file holds none"));
        }
        self.certificates.extend(read);
        Ok(())
    }

    /// Whether nobody is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty()
    }

    /// The name of the anchor that a certificate leads to, by others that came with it; else why there is
    /// none.
    pub(super) fn vouch(
        &self,
        signer: &Certificate,
        others: &[Certificate],
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<String, String> {
        may_sign(signer, purpose)?;
        valid_at(signer, at)?;
        understood(signer)?;
        if self.certificates.is_empty() {
            return Err("no trusted certificates were named".into());
        }
        let mut search = Search { anchors: &self.certificates, others, at, tries: 0, why: None };
        match search.from(signer, 0) {
            Some(anchor) => Ok(anchor),
            None => Err(search.why.unwrap_or_else(|| {
                format!("no trusted certificate vouches for `{}`", name(&signer.tbs_certificate.issuer))
            })),
        }
    }
}

struct Search<'a> {
    anchors: &'a [Certificate],
    others: &'a [Certificate],
    at: Timestamp,
    tries: usize,
    /// Why the most promising way ends.
    why: Option<String>,
}

impl Search<'_> {
    /// The anchor above a certificate, below which stand `below` authorities.
    fn from(&mut self, certificate: &Certificate, below: usize) -> Option<String> {
        self.tries += 1;
        if self.tries > MAX_TRIES || below > MAX_CHAIN {
            return None;
        }
        // Somebody may trust the certificate of the signer itself.
        if self.anchors.contains(certificate) {
            return Some(name(&certificate.tbs_certificate.subject));
        }
        let (anchors, others) = (self.anchors, self.others);
        for anchor in anchors.iter().filter(|anchor| issued(anchor, certificate)) {
            match self.may_issue(anchor, certificate, below) {
                Ok(()) => return Some(name(&anchor.tbs_certificate.subject)),
                Err(why) => self.why = Some(why),
            }
        }
        for other in others.iter().filter(|other| issued(other, certificate) && *other != certificate) {
            match self.may_issue(other, certificate, below) {
                Ok(()) => {
                    if let Some(anchor) = self.from(other, below + 1) {
                        return Some(anchor);
                    }
                }
                Err(why) => self.why = Some(why),
            }
        }
        None
    }

    /// Whether an authority could issue a certificate, and did.
    fn may_issue(&self, authority: &Certificate, certificate: &Certificate, below: usize) -> Result<(), String> {
        let who = name(&authority.tbs_certificate.subject);
        valid_at(authority, self.at)?;
        understood(authority)?;
        let malformed = |_: x509_cert::der::Error| format!("the certificate of `{who}` is malformed");
        let constraints = authority.tbs_certificate.get::<BasicConstraints>().map_err(malformed)?;
        let Some((_, constraints)) = constraints.filter(|(_, constraints)| constraints.ca) else {
            return Err(format!("`{who}` is no authority that may issue certificates"));
        };
        if constraints.path_len_constraint.is_some_and(|most| usize::from(most) < below) {
            return Err(format!("`{who}` may not stand above so many other authorities"));
        }
        let usage = authority.tbs_certificate.get::<KeyUsage>().map_err(malformed)?;
        if usage.is_some_and(|(_, usage)| !usage.key_cert_sign()) {
            return Err(format!("the key of `{who}` may not be used to issue certificates"));
        }
        let signed = certificate.tbs_certificate.to_der().map_err(malformed)?;
        let made = certificate.signature.as_bytes().unwrap_or_default();
        let key = &authority.tbs_certificate.subject_public_key_info;
        algorithm::check(key, &certificate.signature_algorithm, None, &signed, made)
            .map_err(|why| format!("the certificate of `{}`: {why}", name(&certificate.tbs_certificate.subject)))
    }
}

/// Whether one certificate names another one as its issuer.
fn issued(authority: &Certificate, certificate: &Certificate) -> bool {
    authority.tbs_certificate.subject == certificate.tbs_certificate.issuer
}

/// Whether the key of a certificate may be used for what it was used for.
fn may_sign(certificate: &Certificate, purpose: Purpose) -> Result<(), String> {
    let who = name(&certificate.tbs_certificate.subject);
    let malformed = |_: x509_cert::der::Error| format!("the certificate of `{who}` is malformed");
    let usage = certificate.tbs_certificate.get::<KeyUsage>().map_err(malformed)?;
    if usage.is_some_and(|(_, usage)| !usage.digital_signature() && !usage.non_repudiation()) {
        return Err(format!("the key of `{who}` may not be used to sign"));
    }
    if purpose == Purpose::Stamping {
        let usage = certificate.tbs_certificate.get::<ExtendedKeyUsage>().map_err(malformed)?;
        if !usage.is_some_and(|(_, usage)| usage.0.contains(&TIME_STAMPING)) {
            return Err(format!("the key of `{who}` may not be used for time stamps"));
        }
    }
    Ok(())
}

fn valid_at(certificate: &Certificate, at: Timestamp) -> Result<(), String> {
    let validity = &certificate.tbs_certificate.validity;
    let who = name(&certificate.tbs_certificate.subject);
    if at < timestamp(validity.not_before) {
        return Err(format!("the certificate of `{who}` is valid only from {}", day(validity.not_before)));
    }
    if at > timestamp(validity.not_after) {
        return Err(format!("the certificate of `{who}` expired on {}", day(validity.not_after)));
    }
    Ok(())
}

/// Whether there is nothing critical in a certificate that is not understood here.
fn understood(certificate: &Certificate) -> Result<(), String> {
    let extensions = certificate.tbs_certificate.extensions.iter().flatten();
    for extension in extensions.filter(|extension| extension.critical) {
        let oid = extension.extn_id.to_string();
        if !UNDERSTOOD.contains(&oid.as_str()) {
            let who = name(&certificate.tbs_certificate.subject);
            return Err(format!("the certificate of `{who}` has a condition that is not understood ({oid})"));
        }
    }
    Ok(())
}

pub(super) fn timestamp(time: Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

fn day(time: Time) -> String {
    timestamp(time).strftime("%Y-%m-%d").to_string()
}

/// The common name in a name, else all of it. No control character of it reaches a terminal.
pub(super) fn name(name: &Name) -> String {
    let full = name.to_string();
    let common = full.split([',', '+']).find_map(|part| part.trim().strip_prefix("CN=")).map(str::to_owned);
    common.unwrap_or(full).chars().filter(|c| !c.is_control()).collect()
}
