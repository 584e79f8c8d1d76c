//! Digital signatures as PDFs carry them: CMS structures with the profile of `PAdES`.
//!
//! Owns the judgement whether a signature fits some bytes, who made it, who vouches for that person, and
//! when. Knows nothing of PDFs and of what is signed. Asks nobody: whether a certificate was revoked is
//! not known here.

mod algorithm;
mod chain;
mod cms;
mod stamp;

pub use chain::Anchors;
pub use cms::verify;

use jiff::Timestamp;

/// What was found out about a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Who signed, by the certificate.
    pub signer: Signer,
    /// Whether the signature fits the bytes and was made with the key of the certificate; if not, why.
    pub valid: Result<(), String>,
    /// Who vouches for the certificate: the name of a trust anchor; if nobody does, why.
    pub trusted: Result<String, String>,
    /// When it was made.
    pub time: Time,
}

/// Somebody who signed, by the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The name: the common name, else the whole subject.
    pub name: String,
    /// The whole subject.
    pub subject: String,
    /// Who issued the certificate.
    pub issuer: String,
}

/// When a signature was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Time {
    /// A service that is trusted says so.
    Stamped {
        /// The time.
        at: Timestamp,
        /// Who says so.
        by: String,
    },
    /// The clock of the signer says so.
    Claimed(Timestamp),
    /// There is a time stamp, and it does not hold; the text says why.
    Refuted(String),
    /// Nobody says.
    Unknown,
}

impl Verdict {
    /// Whether the signature is good and somebody who is trusted vouches for the signer.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.valid.is_ok() && self.trusted.is_ok()
    }
}
