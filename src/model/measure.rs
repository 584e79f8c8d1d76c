//! Scalars of what happened: measured values, moments, fingerprints.
//!
//! Like those of [`value`](super::value): what cannot be parsed is told, never kept as text.

use super::node::Scalar;
use serde::{Serialize, Serializer};
use std::fmt;

/// A measured value: a number and a unit, such as `0.4 %`.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number.
    pub number: f64,
    /// The unit, empty if there is none.
    pub unit: String,
}

/// A day and a time of day in the project's time zone (`YYYY-MM-DD HH:MM`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub jiff::civil::DateTime);

/// A SHA-256 fingerprint, 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Digest(String);

impl Scalar for Quantity {
    const NAME: &'static str = "a measured value";
    const EXAMPLE: &'static str = "0.4 %";

    fn parse(text: &str) -> Result<Self, String> {
        let why = || "it is a number and a unit, such as `0.4 %` or `640 ms`".to_owned();
        let signed = text.strip_prefix('-').unwrap_or(text);
        let digits = signed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(signed.len());
        let end = text.len() - signed.len() + digits;
        let number = text[..end].parse::<f64>().map_err(|_| why())?;
        let unit = text[end..].trim();
        // `1e5` and `1,5` would be read as something that nobody meant.
        if unit.starts_with([',', '.', '-']) || unit.chars().any(|c| c.is_ascii_digit()) {
            return Err(why());
        }
        Ok(Self { number, unit: unit.to_owned() })
    }

    fn stand_in() -> Self {
        Self { number: 0.0, unit: String::new() }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.number)?;
        if self.unit.is_empty() { Ok(()) } else { write!(out, "\u{a0}{}", self.unit) }
    }
}

impl Scalar for Moment {
    const NAME: &'static str = "a day with a time";
    const EXAMPLE: &'static str = "2026-12-04 14:30";

    fn parse(text: &str) -> Result<Self, String> {
        let why = || "it has the form YYYY-MM-DD HH:MM".to_owned();
        let (date, time) = text.split_once([' ', 'T']).ok_or_else(why)?;
        let date = super::value::Date::parse(date)?;
        let time = super::value::Time::parse(time.trim())?;
        Ok(Self(date.0.to_datetime(time.0)))
    }

    fn stand_in() -> Self {
        Self(jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {:02}:{:02}", self.0.date(), self.0.hour(), self.0.minute())
    }
}

impl Digest {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Scalar for Digest {
    const NAME: &'static str = "a SHA-256 fingerprint";
    const EXAMPLE: &'static str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn parse(text: &str) -> Result<Self, String> {
        let well_formed = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if well_formed { Ok(Self(text.to_owned())) } else { Err("it has 64 digits from 0-9 and a-f".into()) }
    }

    fn stand_in() -> Self {
        Self(String::new())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Serialises as the display text.
impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Serialises as the display text.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_values_have_a_number_and_perhaps_a_unit() {
        for (written, number, unit) in
            [("0.4 %", 0.4, "%"), ("640ms", 640.0, "ms"), ("-2", -2.0, ""), ("7.9 /10", 0.0, "")]
        {
            match Quantity::parse(written) {
                Ok(read) => assert_eq!((read.number, read.unit.as_str()), (number, unit), "{written}"),
                Err(_) => assert_eq!(written, "7.9 /10", "a second number is no unit"),
            }
        }
        for wrong in ["", "many", "1,5 %", "1e5", "1.2.3"] {
            assert!(Quantity::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Quantity::parse("640 ms").expect("read").to_string(), "640\u{a0}ms");
    }

    #[test]
    fn moments_are_a_day_and_a_time() {
        assert_eq!(Moment::parse("2026-12-04 14:30").expect("read").to_string(), "2026-12-04 14:30");
        assert_eq!(Moment::parse("2026-12-04T14:30").expect("read").to_string(), "2026-12-04 14:30");
        for wrong in ["2026-12-04", "14:30", "2026-13-04 14:30", "2026-12-04 24:30"] {
            assert!(Moment::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn fingerprints_are_hexadecimal() {
        assert!(Digest::parse(Digest::EXAMPLE).is_ok());
        assert!(Digest::parse("abc").is_err());
        assert!(Digest::parse(&Digest::EXAMPLE.to_uppercase()).is_err());
    }
}
