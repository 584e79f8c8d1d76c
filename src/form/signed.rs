//! Signatures in a PDF: which bytes each one covers, and what was changed after it.
//!
//! Whether the signature itself is good is judged elsewhere; here it is made sure that it covers all of
//! the file as it was then, and nothing but the signature is left out.

use super::changes::{Change, State};
use super::reading::{FieldNode, Unreadable, fields, open, too_much};
use super::strings;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use lopdf::{Dictionary, Document, Object};
use std::collections::BTreeSet;
use std::ops::Range;

/// How many signatures a form may have: each has the file read once more, as it was then.
const MAX_SIGNATURES: usize = 64;

/// A signature in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The field that it stands in.
    pub field: String,
    /// How it is packed: `adbe.pkcs7.detached`, `ETSI.CAdES.detached`, `ETSI.RFC3161`, ...
    pub format: String,
    /// The signature, as a CMS structure.
    pub contents: Vec<u8>,
    /// The time that the file claims, as it is told by the clock of whoever signed.
    pub claimed: Option<Timestamp>,
    /// How much of the file it covers, or why that cannot be said.
    pub seal: Result<Seal, String>,
}

/// How much of a file a signature covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// The bytes before the signature.
    pub before: Range<usize>,
    /// The bytes behind it.
    pub behind: Range<usize>,
    /// How many bytes were added to the file later.
    pub later: usize,
    /// What was changed by them.
    pub changes: Vec<Change>,
}

impl Seal {
    /// The bytes that were signed.
    #[must_use]
    pub fn signed(&self, file: &[u8]) -> Vec<u8> {
        let part = |range: &Range<usize>| file.get(range.clone()).unwrap_or_default();
        [part(&self.before), part(&self.behind)].concat()
    }
}

/// Finds all signatures of a file, in the order of their fields.
pub(super) fn find(
    file: &[u8],
    document: &Document,
    all: &[FieldNode<'_>],
    now: &State,
) -> Result<Vec<Sealed>, Unreadable> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for field in all.iter().filter(|field| field.kind(document) == b"Sig") {
        let Some(dict) = field.get(b"V", document).and_then(|value| value.as_dict().ok()) else { continue };
        let text = |key: &[u8]| dict.get_deref(key, document).ok();
        let contents = text(b"Contents").and_then(|object| object.as_str().ok()).unwrap_or_default().to_vec();
        let format = text(b"SubFilter").and_then(|object| object.as_name().ok()).unwrap_or_default();
        let claimed =
            text(b"M").and_then(|object| object.as_str().ok()).and_then(|bytes| moment(&strings::read(bytes)));
        if found.len() == MAX_SIGNATURES {
            return Err(Unreadable::Damaged("it has more signatures than any form".into()));
        }
        let seal = match ranges(file, dict, document, &contents) {
            // Who signed in one field did not sign in another one.
            Ok((before, _)) if !seen.insert(before.end) => Err("it stands in more than one field".into()),
            Ok((before, behind)) => covered(file, &field.name, dict, (before, behind), now)?,
            Err(why) => Err(why),
        };
        found.push(Sealed {
            field: field.name.clone(),
            format: String::from_utf8_lossy(format).into_owned(),
            contents,
            claimed,
            seal,
        });
    }
    Ok(found)
}

/// The two ranges of bytes that a signature covers, if there is nothing between them but itself.
fn ranges(
    file: &[u8],
    dict: &Dictionary,
    document: &Document,
    contents: &[u8],
) -> Result<(Range<usize>, Range<usize>), String> {
    let numbers = dict.get_deref(b"ByteRange", document).and_then(Object::as_array);
    let number = |number: &Object| number.as_i64().ok()?.try_into().ok();
    let numbers: Vec<usize> = numbers.ok().and_then(|numbers| numbers.iter().map(number).collect()).unwrap_or_default();
    let [first, first_length, second, second_length] = numbers[..] else {
        return Err("it does not say which bytes it covers".into());
    };
    let end = second.checked_add(second_length).filter(|end| *end <= file.len());
    let (Some(end), true) = (end, first == 0 && first_length < second) else {
        return Err("it does not cover the file from its beginning, or covers bytes that are not there".into());
    };
    let gap = &file[first_length..second];
    let inside = gap.strip_prefix(b"<").and_then(|gap| gap.strip_suffix(b">"));
    if inside.and_then(unhex).is_none_or(|bytes| bytes != contents) {
        return Err("it leaves out bytes of the file that are not the signature".into());
    }
    Ok((0..first_length, second..end))
}

/// A time as PDFs write it: `D:20270129101200+01'00'`; what is left out at its end is zero, or UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim().strip_prefix("D:")?;
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, zone) = text.split_at(end);
    let part = |from: usize, to: usize, absent: i16| match digits.len() {
        length if length <= from => Some(absent),
        _ => digits.get(from..to)?.parse::<i16>().ok(),
    };
    let small = |from: usize, absent: i16| part(from, from + 2, absent).and_then(|part| i8::try_from(part).ok());
    let year = digits.get(..4)?.parse().ok()?;
    let civil = DateTime::new(year, small(4, 1)?, small(6, 1)?, small(8, 0)?, small(10, 0)?, small(12, 0)?, 0).ok()?;
    let numbers: Vec<i32> = zone.split(['+', '-', 'Z', '\'']).filter_map(|part| part.parse().ok()).collect();
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = (numbers.first().copied().unwrap_or(0), numbers.get(1).copied().unwrap_or(0));
    let seconds = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_mul(sign)?;
    TimeZone::fixed(Offset::from_seconds(seconds).ok()?).to_timestamp(civil).ok()
}

/// Bytes from hexadecimal digits.
fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = digits.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1).unwrap_or(&b'0'))?)).collect()
}

/// What was added behind the bytes that a signature covers, and what that changed.
fn covered(
    file: &[u8],
    field: &str,
    dict: &Dictionary,
    (before, behind): (Range<usize>, Range<usize>),
    now: &State,
) -> Result<Result<Seal, String>, Unreadable> {
    let then = &file[..behind.end];
    let later = file.len() - behind.end;
    if later == 0 {
        return Ok(Ok(Seal { before, behind, later, changes: Vec::new() }));
    }
    if !then.trim_ascii_end().ends_with(b"%%EOF") {
        return Ok(Err("it ends in the middle of the file".into()));
    }
    let Ok(earlier) = open(then) else {
        return Ok(Err("what it covers is no whole file".into()));
    };
    let Ok(fields) = fields(&earlier) else {
        return Ok(Err("what it covers is no whole form".into()));
    };
    let own = fields.iter().find(|known| known.name == field).and_then(|known| known.get(b"V", &earlier));
    let same = |key: &[u8], own: &Dictionary| own.get(key).ok() == dict.get(key).ok();
    if !own.and_then(|own| own.as_dict().ok()).is_some_and(|own| same(b"ByteRange", own) && same(b"Contents", own)) {
        return Ok(Err("the signature that is shown is not the one that was made".into()));
    }
    let state = State::of(&earlier, &fields).ok_or_else(too_much)?;
    Ok(Ok(Seal { before, behind, later, changes: now.changes_since(&state) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_pdfs_write_them() {
        for (text, wanted) in [
            ("D:20270129101200+01'00'", Some("2027-01-29T09:12:00Z")),
            ("D:20270129101200-05'30", Some("2027-01-29T15:42:00Z")),
            ("D:20270129101200Z", Some("2027-01-29T10:12:00Z")),
            ("D:20270129", Some("2027-01-29T00:00:00Z")),
            ("D:2027", Some("2027-01-01T00:00:00Z")),
            ("20270129", None),
            ("D:20271329", None),
            ("D:2027012", None),
            ("D:20270129101200+9999999999'00'", Some("2027-01-29T10:12:00Z")),
            ("D:20270129101200+999999'00'", None),
            ("D:ä", None),
            ("", None),
        ] {
            assert_eq!(moment(text), wanted.map(|wanted| wanted.parse().expect("a time")), "{text}");
        }
    }
}
