//! Time stamps (RFC 3161): a service signs that it saw some bytes at some time.

use super::algorithm::{Hash, contents, sequence};
use super::chain::{Anchors, Purpose, name};
use super::cms::Signed;
use jiff::Timestamp;
use x509_cert::der::Decode;
use x509_cert::der::asn1::{ObjectIdentifier, OctetString};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// The type of what a time stamp signs.
pub(super) const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// Who stamped some bytes, and when; else why the stamp does not hold.
pub(super) fn verify(token: &[u8], bytes: &[u8], anchors: &Anchors) -> Result<(Timestamp, String), String> {
    let signed = Signed::read(token)?;
    let info = signed.enclosed(TST_INFO)?;
    signed.check(&info)?;
    let (at, hash, imprint) = read(&info).ok_or("it is malformed")?;
    if hash?.digest(bytes) != imprint {
        return Err("it is about something else".into());
    }
    anchors.vouch(&signed.signer, &signed.others, Purpose::Stamping, at)?;
    Ok((at, name(&signed.signer.tbs_certificate.subject)))
}

type Stamp = (Timestamp, Result<Hash, String>, Vec<u8>);

/// The time, and what was stamped.
fn read(info: &[u8]) -> Option<Stamp> {
    let fields = sequence(info)?;
    let imprint = sequence(fields.get(2)?)?;
    let hash = AlgorithmIdentifierOwned::from_der(imprint.first()?).ok()?;
    let hashed = OctetString::from_der(imprint.get(1)?).ok()?;
    let time = fields.get(4).filter(|field| field.first() == Some(&0x18))?;
    Some((moment(contents(time)?)?, Hash::of(hash.oid), hashed.into_bytes()))
}

/// A time as ASN.1 writes it, `20270126101500Z`, perhaps with parts of a second.
fn moment(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let digits = text.split('.').next()?;
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits[from..to].parse::<i16>().ok();
    let small = |from: usize| part(from, from + 2).and_then(|number| i8::try_from(number).ok());
    let year = part(0, 4)?;
    let day = jiff::civil::Date::new(year, small(4)?, small(6)?).ok()?;
    let time = jiff::civil::Time::new(small(8)?, small(10)?, small(12)?, 0).ok()?;
    jiff::tz::TimeZone::UTC.to_timestamp(day.to_datetime(time)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_parts_of_a_second() {
        let wanted: Timestamp = "2027-01-26T10:15:00Z".parse().expect("a time");
        assert_eq!(moment(b"20270126101500Z"), Some(wanted));
        assert_eq!(moment(b"20270126101500.123Z"), Some(wanted));
        for wrong in [&b"20270126101500"[..], b"20271326101500Z", b"2027Z", b"2027012610150\xC3Z", b""] {
            assert_eq!(moment(wrong), None, "{wrong:?}");
        }
    }
}
