//! The signatures in a form: whether each is good, and whether what it holds fast was changed after it.

use super::{Expected, Fault};
use crate::form::{Change, Returned};
use crate::model::acceptance::fields;
use crate::pades::{self, Anchors, Time, Verdict};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A signature that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The field that it stands in.
    pub field: String,
    /// Who signed, who vouches for them, and when.
    pub verdict: Verdict,
    /// When it was made, by the clock of the signer, as the file says beside the signature.
    pub claimed: Option<Timestamp>,
    /// What others filled in after it.
    pub later: Vec<String>,
}

/// How far a signature goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureState {
    /// Somebody who is trusted vouches for the signer.
    Trusted,
    /// Nobody who is known does.
    Untrusted,
}

impl Signature {
    /// How far it goes.
    #[must_use]
    pub fn state(&self) -> SignatureState {
        if self.verdict.trusted.is_ok() { SignatureState::Trusted } else { SignatureState::Untrusted }
    }

    /// When it was made, and who says so.
    #[must_use]
    pub fn time(&self) -> Option<String> {
        let by_own_clock = |at: &Timestamp| format!("{}, by the clock of the signer", written(at));
        match &self.verdict.time {
            Time::Stamped { at, by } => Some(format!("{}, stamped by {by}", written(at))),
            Time::Claimed(at) => Some(by_own_clock(at)),
            Time::Refuted(why) => Some(format!("unknown: the time stamp does not hold, {why}")),
            // PAdES leaves it to the entry beside the signature, which is among what is signed.
            Time::Unknown => self.claimed.as_ref().map(by_own_clock),
        }
    }
}

fn written(at: &Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Judges all signatures, by the ids of the signatories; time stamps of the whole file are left out.
pub(super) fn judge(
    file: &[u8],
    form: &Returned,
    expected: &Expected<'_>,
    anchors: &Anchors,
    now: Timestamp,
) -> Result<BTreeMap<String, Signature>, Fault> {
    let mut good = BTreeMap::new();
    let (mut bad, mut altered) = (Vec::new(), Vec::new());
    for sealed in &form.signatures {
        let who = name(&sealed.field, expected);
        let seal = match &sealed.seal {
            Ok(seal) => seal,
            Err(why) => {
                bad.push(format!("the signature {who}: {why}"));
                continue;
            }
        };
        let verdict = pades::verify(&sealed.format, &sealed.contents, &seal.signed(file), anchors, now);
        let verdict = verdict.and_then(|verdict| verdict.valid.clone().map(|()| verdict));
        let signatory = sealed.field.strip_prefix("signature:");
        let (signatory, verdict) = match (signatory, verdict) {
            (_, Err(why)) => {
                bad.push(format!("the signature {who}: {why}"));
                continue;
            }
            (None, Ok(_)) => continue,
            (Some(signatory), Ok(verdict)) => (signatory.to_owned(), verdict),
        };
        let (free, held): (Vec<&Change>, Vec<&Change>) =
            seal.changes.iter().partition(|change| is_free(change, &signatory));
        altered.extend(held.into_iter().map(|change| format!("after the signature {who}: {change}")));
        let later = free.into_iter().map(ToString::to_string).collect();
        good.insert(signatory, Signature { field: sealed.field.clone(), verdict, claimed: sealed.claimed, later });
    }
    if !bad.is_empty() {
        return Err(Fault::BadSignature(bad));
    }
    if altered.is_empty() { Ok(good) } else { Err(Fault::Altered(altered)) }
}

/// Whether somebody may change that after a signatory has signed: what others say about themselves.
fn is_free(change: &Change, signatory: &str) -> bool {
    match change {
        Change::Filled { field, .. } | Change::Look(field) => {
            fields::signatory(field).is_some_and(|owner| owner != signatory)
        }
        Change::Field(_) | Change::Page(_) | Change::Annotations(_) | Change::Rest => false,
    }
}

/// Whose signature it is, in words.
fn name(field: &str, expected: &Expected<'_>) -> String {
    let contacts = &expected.project.contacts;
    let known = fields::signatory(field).and_then(|id| contacts.iter().find(|contact| contact.id.as_str() == id));
    known.map_or_else(|| format!("in the field `{field}`"), |contact| format!("of {}", contact.name))
}
