//! The scalars of the project file, parsed into real types: what cannot be parsed is told, never kept
//! as text.

use super::node::Scalar;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};
use std::fmt;

/// A text of at least one visible character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Text(String);

/// A short name that others refer to: lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Id(String);

/// The id of a contact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ContactRef(String);

/// The id of a checklist item, `<document>.<item>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ItemRef(String);

/// A language tag (BCP 47): language, optional script and region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Language(String);

/// A calendar date (ISO 8601, `YYYY-MM-DD`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub jiff::civil::Date);

/// A time of day (`HH:MM`, 24 hours).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub jiff::civil::Time);

/// A length of time in whole minutes, or the span between two lengths (`2-5 d`).
///
/// `1 d` is 24 hours and `1 w` is 7 days: hours of cover say when the clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// The longest that it may take, in minutes.
    pub minutes: u32,
    /// The shortest, where a span was given.
    pub from: Option<u32>,
}

/// A version (Semantic Versioning 2.0.0).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Version(pub semver::Version);

/// An e-mail address (RFC 5321, without comments and quoted parts).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Email(String);

/// A telephone number in international notation (ITU-T E.123): `+`, country code, number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    written: String,
    dialled: String,
}

/// An absolute URL with one of the schemes `https`, `http`, `mailto`, `tel`, `ssh`, `git`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(url::Url);

/// A share in percent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Percent(pub f64);

/// A whole number that is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Count(pub u32);

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Flag(pub bool);

/// A time zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Zone(String);

/// A bound on a measured value: `< 1 %`, `>= 99.9 %`, `<= 2 s`.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// How the value is compared with the limit.
    pub comparison: Comparison,
    /// The limit.
    pub limit: f64,
    /// The unit, empty if there is none.
    pub unit: String,
}

/// How a measured value is compared with the limit of a [`Bound`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Less than the limit.
    Less,
    /// At most the limit.
    AtMost,
    /// Equal to the limit.
    Equal,
    /// At least the limit.
    AtLeast,
    /// More than the limit.
    More,
}

/// Implements what every text-like scalar needs.
macro_rules! text_scalar {
    ($type:ident, $name:literal, $example:literal, $check:expr) => {
        impl $type {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl Scalar for $type {
            const NAME: &'static str = $name;
            const EXAMPLE: &'static str = $example;

            fn parse(text: &str) -> Result<Self, String> {
                let check: fn(&str) -> Result<(), String> = $check;
                check(text).map(|()| Self(text.to_owned()))
            }

            fn stand_in() -> Self {
                Self(String::new())
            }
        }
    };
}

/// Serialises a scalar as its display text.
macro_rules! serialize_as_text {
    ($($type:ident),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}

text_scalar!(Text, "a text", "a few words", |text| {
    if text.chars().any(|c| !c.is_whitespace() && !c.is_control()) { Ok(()) } else { Err("it is empty".into()) }
});
text_scalar!(Id, "an id", "anna-lind", check_id);
text_scalar!(ContactRef, "the id of a contact", "anna-lind", check_id);
text_scalar!(ItemRef, "the id of a checklist item", "runbook.logs", |text| {
    let (document, item) = text.split_once('.').ok_or("it has the form `document.item`")?;
    check_id(document).and_then(|()| check_id(item))
});
text_scalar!(Language, "a language tag", "en", check_language);
text_scalar!(Email, "an e-mail address", "anna@company.example", check_email);
text_scalar!(Zone, "a time zone", "Europe/Berlin", |text| {
    TimeZone::get(text).map(|_| ()).map_err(|_| "no such zone in the IANA database".into())
});
serialize_as_text!(Date, Time, Duration, Phone, Url, Bound);

fn check_id(text: &str) -> Result<(), String> {
    let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !starts_well {
        return Err("it starts with a lower-case letter or a digit".into());
    }
    match text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        Some(odd) => Err(format!("only a-z, 0-9 and `-` are allowed, not `{}`", odd.escape_default())),
        None if text.len() > 64 => Err("it is longer than 64 characters".into()),
        None => Ok(()),
    }
}

fn check_language(text: &str) -> Result<(), String> {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let well_formed = matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| matches!(part.len(), 2..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if well_formed { Ok(()) } else { Err("it has the form `en`, `de-CH` or `zh-Hant`".into()) }
}

fn check_email(text: &str) -> Result<(), String> {
    let (local, domain) = text.rsplit_once('@').ok_or("there is no `@`")?;
    let local_char = |c: char| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    if local.is_empty() || local.len() > 64 || !local.chars().all(local_char) {
        return Err("the part before `@` is not well formed".into());
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err("a dot stands where none may".into());
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if !domain.contains('.') || domain.len() > 253 || !domain.split('.').all(label) {
        return Err("the part behind `@` is not a domain".into());
    }
    Ok(())
}

impl Language {
    /// Whether it is written from right to left, by its script if it names one.
    #[must_use]
    pub fn is_right_to_left(&self) -> bool {
        let mut parts = self.0.split('-');
        let language = parts.next().unwrap_or_default();
        match parts.find(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic())) {
            Some(script) => matches!(script, "Arab" | "Hebr" | "Thaa" | "Nkoo" | "Adlm" | "Syrc" | "Rohg"),
            None => {
                matches!(language, "ar" | "ckb" | "dv" | "fa" | "he" | "ks" | "ps" | "sd" | "syr" | "ug" | "ur" | "yi")
            }
        }
    }
}

impl Scalar for Date {
    const NAME: &'static str = "a date";
    const EXAMPLE: &'static str = "2026-11-20";

    fn parse(text: &str) -> Result<Self, String> {
        if text.len() != 10 {
            return Err("it has the form YYYY-MM-DD".into());
        }
        text.parse().map(Self).map_err(|_| "no such day in the form YYYY-MM-DD".into())
    }

    fn stand_in() -> Self {
        Self(jiff::civil::Date::constant(1970, 1, 1))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Scalar for Time {
    const NAME: &'static str = "a time of day";
    const EXAMPLE: &'static str = "\"09:30\"";

    fn parse(text: &str) -> Result<Self, String> {
        let why = || "it has the form HH:MM, from 00:00 to 23:59".to_owned();
        let (hour, minute) = text.split_once(':').ok_or_else(why)?;
        let number = |part: &str| (part.len() == 2).then(|| part.parse::<i8>().ok()).flatten();
        let (hour, minute) = number(hour).zip(number(minute)).ok_or_else(why)?;
        jiff::civil::Time::new(hour, minute, 0, 0).map(Self).map_err(|_| why())
    }

    fn stand_in() -> Self {
        Self(jiff::civil::Time::midnight())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

/// The units of a [`Duration`], the longest first: symbol, other spellings, minutes.
const UNITS: [(&str, &[&str], u32); 4] = [
    ("w", &["week", "weeks"], 7 * 24 * 60),
    ("d", &["day", "days"], 24 * 60),
    ("h", &["hour", "hours"], 60),
    ("min", &["m", "minute", "minutes"], 1),
];

impl Scalar for Duration {
    const NAME: &'static str = "a duration";
    const EXAMPLE: &'static str = "4 h";

    fn parse(text: &str) -> Result<Self, String> {
        let why = || "it is a number and one of min, h, d, w, such as `15 min`, `4 h` or `2-5 d`".to_owned();
        let split = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '–')).ok_or_else(why)?;
        let (numbers, unit) = (&text[..split], text[split..].trim());
        let named = |(symbol, others, _): &&(&str, &[&str], u32)| *symbol == unit || others.contains(&unit);
        let (_, _, factor) = UNITS.iter().find(named).ok_or_else(why)?;
        let minutes = |number: &str| number.parse::<u32>().ok().and_then(|n| n.checked_mul(*factor)).ok_or_else(why);
        match numbers.split_once(['-', '–']) {
            None => Ok(Self { minutes: minutes(numbers)?, from: None }),
            Some((from, to)) => {
                let (from, to) = (minutes(from)?, minutes(to)?);
                if from < to {
                    Ok(Self { minutes: to, from: Some(from) })
                } else {
                    Err("it ends before it begins".into())
                }
            }
        }
    }

    fn stand_in() -> Self {
        Self { minutes: 0, from: None }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole =
            |unit: u32| self.minutes.is_multiple_of(unit) && self.from.is_none_or(|from| from.is_multiple_of(unit));
        let (symbol, _, unit) = UNITS.iter().find(|(_, _, unit)| self.minutes > 0 && whole(*unit)).unwrap_or(&UNITS[3]);
        if let Some(from) = self.from {
            write!(out, "{}–", from / unit)?;
        }
        write!(out, "{}\u{a0}{symbol}", self.minutes / unit)
    }
}

impl Scalar for Version {
    const NAME: &'static str = "a version";
    const EXAMPLE: &'static str = "1.0.0";

    fn parse(text: &str) -> Result<Self, String> {
        semver::Version::parse(text)
            .map(Self)
            .map_err(|_| "it has the form MAJOR.MINOR.PATCH (Semantic Versioning)".to_owned())
    }

    fn stand_in() -> Self {
        Self(semver::Version::new(0, 0, 0))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Phone {
    /// The number as a `tel:` URI wants it (RFC 3966): digits only.
    #[must_use]
    pub fn dialled(&self) -> &str {
        &self.dialled
    }
}

impl Scalar for Phone {
    const NAME: &'static str = "a telephone number";
    const EXAMPLE: &'static str = "\"+49 40 1234567\"";

    fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix('+').ok_or("it starts with `+` and the country code")?;
        if let Some(odd) = rest.chars().find(|c| !matches!(c, '0'..='9' | ' ' | '-' | '(' | ')' | '/' | '.')) {
            return Err(format!("`{}` has no place in it", odd.escape_default()));
        }
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if !(7..=15).contains(&digits.len()) {
            return Err(format!("it has {} digits, not 7 to 15", digits.len()));
        }
        if digits.starts_with('0') {
            return Err("no country code starts with 0".into());
        }
        Ok(Self { written: text.to_owned(), dialled: format!("+{digits}") })
    }

    fn stand_in() -> Self {
        Self { written: String::new(), dialled: String::new() }
    }
}

/// As it was written; a line never breaks inside the number.
impl fmt::Display for Phone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.written.replace(' ', "\u{a0}"))
    }
}

impl Url {
    /// The parsed URL.
    #[must_use]
    pub fn get(&self) -> &url::Url {
        &self.0
    }
}

impl Scalar for Url {
    const NAME: &'static str = "a URL";
    const EXAMPLE: &'static str = "https://status.company.example/";

    fn parse(text: &str) -> Result<Self, String> {
        let url = url::Url::parse(text).map_err(|error| format!("{error}; it starts with `https://`"))?;
        match url.scheme() {
            "https" | "http" | "mailto" | "tel" | "ssh" | "git" => Ok(Self(url)),
            other => Err(format!("the scheme `{other}` is not one of https, http, mailto, tel, ssh, git")),
        }
    }

    fn stand_in() -> Self {
        Self(url::Url::parse("https://invalid/").expect("a constant that parses"))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\u{a0}%", self.0)
    }
}

impl Scalar for Percent {
    const NAME: &'static str = "a share in percent";
    const EXAMPLE: &'static str = "10 %";

    fn parse(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix('%').unwrap_or(text).trim_end();
        match number.parse::<f64>() {
            Ok(share) if (0.0..=100.0).contains(&share) => Ok(Self(share)),
            _ => Err("it is a number from 0 to 100".into()),
        }
    }

    fn stand_in() -> Self {
        Self(0.0)
    }
}

impl Scalar for Count {
    const NAME: &'static str = "a whole number";
    const EXAMPLE: &'static str = "30";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| "it is a whole number that is not negative".into())
    }

    fn stand_in() -> Self {
        Self(0)
    }
}

impl Scalar for Flag {
    const NAME: &'static str = "true or false";
    const EXAMPLE: &'static str = "true";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| "it is `true` or `false`".into())
    }

    fn stand_in() -> Self {
        Self(false)
    }
}

impl Bound {
    /// Whether a measured value keeps within the bound.
    #[must_use]
    #[allow(clippy::float_cmp, reason = "`= 0` means exactly that")]
    pub fn holds(&self, measured: f64) -> bool {
        match self.comparison {
            Comparison::Less => measured < self.limit,
            Comparison::AtMost => measured <= self.limit,
            Comparison::Equal => measured == self.limit,
            Comparison::AtLeast => measured >= self.limit,
            Comparison::More => measured > self.limit,
        }
    }
}

/// The comparisons, the longer sign before the one that it begins with: sign, meaning, how it is printed.
const COMPARISONS: [(&str, Comparison, &str); 7] = [
    ("<=", Comparison::AtMost, "≤"),
    (">=", Comparison::AtLeast, "≥"),
    ("≤", Comparison::AtMost, "≤"),
    ("≥", Comparison::AtLeast, "≥"),
    ("<", Comparison::Less, "<"),
    (">", Comparison::More, ">"),
    ("=", Comparison::Equal, "="),
];

impl Scalar for Bound {
    const NAME: &'static str = "a bound";
    const EXAMPLE: &'static str = "\"< 1 %\"";

    fn parse(text: &str) -> Result<Self, String> {
        let why = || "it is a sign (<, <=, =, >=, >), a number and a unit, such as `< 1 %`".to_owned();
        let (sign, comparison, _) = COMPARISONS.iter().find(|(sign, ..)| text.starts_with(sign)).ok_or_else(why)?;
        let rest = text[sign.len()..].trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let limit = rest[..end].parse().map_err(|_| why())?;
        Ok(Self { comparison: *comparison, limit, unit: rest[end..].trim().to_owned() })
    }

    fn stand_in() -> Self {
        Self { comparison: Comparison::Equal, limit: 0.0, unit: String::new() }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign =
            COMPARISONS.iter().find(|(_, comparison, _)| *comparison == self.comparison).map_or("", |found| found.2);
        write!(out, "{sign}\u{a0}{}", self.limit)?;
        if self.unit.is_empty() { Ok(()) } else { write!(out, "\u{a0}{}", self.unit) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why<T: Scalar + fmt::Debug>(text: &str) -> String {
        T::parse(text).expect_err(text)
    }

    #[test]
    fn durations_are_read_and_printed_in_their_largest_unit() {
        for (written, printed) in [
            ("15 min", "15\u{a0}min"),
            ("60min", "1\u{a0}h"),
            ("4h", "4\u{a0}h"),
            ("1 week", "1\u{a0}w"),
            ("2-5 d", "2–5\u{a0}d"),
            ("0 min", "0\u{a0}min"),
        ] {
            assert_eq!(Duration::parse(written).unwrap().to_string(), printed, "{written}");
        }
        assert!(why::<Duration>("5-2 d").contains("ends before"));
        for wrong in ["", "h", "4", "4 fortnights", "99999999 w", "-1 h"] {
            assert!(Duration::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn phones_keep_what_was_written_and_what_is_dialled() {
        let phone = Phone::parse("+49 (40) 123-4567").unwrap();
        assert_eq!((phone.to_string().as_str(), phone.dialled()), ("+49\u{a0}(40)\u{a0}123-4567", "+49401234567"));
        assert!(why::<Phone>("040 1234567").contains("country code"));
        assert!(why::<Phone>("+49 40 12x").contains("`x`"));
        assert!(why::<Phone>("+49 1").contains("3 digits"));
    }

    #[test]
    fn e_mail_addresses() {
        for good in ["a@b.example", "first.last+tag@sub.domain.example", "jörg@müller.example"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in ["a", "a@b", "@b.example", "a b@c.example", "a..b@c.example", "a@-b.example", "a@b..example"] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_and_times() {
        assert_eq!(Date::parse("2026-02-28").unwrap().to_string(), "2026-02-28");
        for bad in ["2026-02-30", "2026-2-3", "28.02.2026", "2026-02-28T00:00"] {
            assert!(Date::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Time::parse("07:05").unwrap().to_string(), "07:05");
        for bad in ["7:05", "24:00", "07:60", "0705"] {
            assert!(Time::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn languages_know_their_direction() {
        for (tag, right_to_left) in
            [("ar", true), ("he-IL", true), ("az-Arab", true), ("en", false), ("ku-Latn", false)]
        {
            assert_eq!(Language::parse(tag).unwrap().is_right_to_left(), right_to_left, "{tag}");
        }
    }

    #[test]
    fn bounds_compare() {
        let bound = Bound::parse("< 1 %").unwrap();
        assert!(bound.holds(0.99) && !bound.holds(1.0));
        assert_eq!(Bound::parse(">= 99.9 %").unwrap().to_string(), "≥\u{a0}99.9\u{a0}%");
        assert!(Bound::parse("= 0").unwrap().holds(0.0));
        assert!(Bound::parse("1 %").is_err());
    }

    #[test]
    fn urls_and_zones_and_ids() {
        assert!(why::<Url>("javascript:alert(1)").contains("javascript"));
        assert!(Url::parse("https://a.example/x").is_ok());
        assert!(Zone::parse("Europe/Berlin").is_ok());
        assert!(Zone::parse("Europe/Nowhere").is_err());
        assert!(Id::parse("anna-lind").is_ok());
        assert!(why::<Id>("Anna").contains("lower-case"));
        assert!(ItemRef::parse("runbook.logs").is_ok());
        assert!(ItemRef::parse("runbook").is_err());
    }
}
