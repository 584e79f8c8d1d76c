//! The list of those who may sign, in the format of `ssh-keygen` (its manual page calls it ALLOWED
//! SIGNERS): on each line names, options and a public key.

use super::{NAMESPACE, Signer};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ssh_key::public::KeyData;

/// A list of allowed signers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedSigners {
    entries: Vec<Allowed>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Allowed {
    principals: String,
    key: KeyData,
    /// Whether the key signs other keys and not files.
    authority: bool,
    namespaces: Option<String>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl AllowedSigners {
    /// Reads a list; says which line is wrong, and why.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut entries = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            entries.push(Allowed::read(line).map_err(|why| format!("line {}: {why}", index + 1))?);
        }
        Ok(Self { entries })
    }

    /// Whose key this is, if it may sign bundles now.
    pub(super) fn signer(&self, key: &KeyData, now: Timestamp) -> Signer {
        let mut known = Vec::new();
        let mut why = "the list of allowed signers does not have this key".to_owned();
        for entry in self.entries.iter().filter(|entry| entry.key == *key) {
            match entry.holds(now) {
                Ok(()) => known.push(entry.principals.clone()),
                Err(not) => why = not,
            }
        }
        if known.is_empty() { Signer::Unknown(why) } else { Signer::Known(known) }
    }
}

impl Allowed {
    fn read(line: &str) -> Result<Self, String> {
        let (principals, rest) = word(line);
        let principals = principals.trim_matches('"').to_owned();
        let (options, rest) = if key(rest).is_some() { (String::new(), rest) } else { word(rest) };
        let key = key(rest).ok_or("there is no public key behind the name")?;
        let mut entry = Self { principals, key, authority: false, namespaces: None, after: None, before: None };
        for option in split(&options, ',') {
            entry.option(&option)?;
        }
        Ok(entry)
    }

    fn option(&mut self, option: &str) -> Result<(), String> {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "" => {}
            "cert-authority" => self.authority = true,
            "namespaces" => self.namespaces = Some(value.to_owned()),
            "valid-after" => self.after = Some(moment(value)?),
            "valid-before" => self.before = Some(moment(value)?),
            _ => return Err(format!("the option `{}` is unknown", name.escape_debug())),
        }
        Ok(())
    }

    /// Whether the entry lets its key sign bundles now; says why not.
    fn holds(&self, now: Timestamp) -> Result<(), String> {
        if self.authority {
            return Err("the list has this key only as an authority, which signs other keys".into());
        }
        if self.namespaces.as_ref().is_some_and(|patterns| !matches_list(patterns, NAMESPACE)) {
            return Err(format!("the list does not let this key sign for the purpose `{NAMESPACE}`"));
        }
        if self.after.is_some_and(|after| now < after) {
            return Err("the list lets this key sign only from a later time on".into());
        }
        if self.before.is_some_and(|before| now >= before) {
            return Err("the time for which the list lets this key sign is over".into());
        }
        Ok(())
    }
}

/// The first word, which may hold quoted blanks, and what follows it.
fn word(text: &str) -> (String, &str) {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        !quoted && c.is_whitespace()
    });
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    (word.to_owned(), rest.trim_start())
}

/// Splits at a sign that does not stand in quotes.
fn split(text: &str, at: char) -> Vec<String> {
    let mut quoted = false;
    let parts = text.split(|c: char| {
        quoted ^= c == '"';
        !quoted && c == at
    });
    parts.map(str::to_owned).collect()
}

fn key(text: &str) -> Option<KeyData> {
    ssh_key::PublicKey::from_openssh(text).ok().map(|key| key.key_data().clone())
}

/// A time as `ssh-keygen` writes it: `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`. It is taken as UTC,
/// with or without the `Z` behind it, so that a list means the same everywhere.
fn moment(text: &str) -> Result<Timestamp, String> {
    let why = || format!("`{}` is no time of the form YYYYMMDD or YYYYMMDDHHMM", text.escape_debug());
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if ![8, 12, 14].contains(&digits.len()) {
        return Err(why());
    }
    let filled = format!("{digits:0<14}");
    let time = DateTime::strptime("%Y%m%d%H%M%S", &filled).map_err(|_| why())?;
    TimeZone::UTC.to_timestamp(time).map_err(|_| why())
}

/// Whether a word is among patterns with `*`, `?`, and `!` for what is not meant.
fn matches_list(patterns: &str, word: &str) -> bool {
    let mut found = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(refused) if matches(refused.as_bytes(), word.as_bytes()) => return false,
            Some(_) => {}
            None => found |= matches(pattern.as_bytes(), word.as_bytes()),
        }
    }
    found
}

/// Whether a word has the form of a pattern, in time that grows with the product of their lengths.
fn matches(pattern: &[u8], word: &[u8]) -> bool {
    let mut reached = vec![false; word.len() + 1];
    reached[0] = true;
    for &sign in pattern {
        if sign == b'*' {
            let first = reached.iter().position(|&there| there).unwrap_or(reached.len());
            reached.iter_mut().skip(first).for_each(|there| *there = true);
            continue;
        }
        for at in (0..word.len()).rev() {
            reached[at + 1] = reached[at] && (sign == b'?' || sign == word[at]);
        }
        reached[0] = false;
    }
    reached[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::testing;

    /// What the list with this line says about the key of the tests.
    fn signer(before_key: &str, now: &str) -> Signer {
        let line = testing::key().public().allowed_line("anna");
        let key_text = line.split_once("\" ").expect("options").1;
        let list = AllowedSigners::read(&format!("{before_key} {key_text} a comment\n")).expect("a list");
        let key = testing::key().public();
        list.signer(key.0.key_data(), now.parse().expect("a time"))
    }

    #[test]
    fn names_and_options_are_read_as_ssh_keygen_reads_them() {
        let now = "2026-11-26T12:00:00Z";
        for line in [
            "anna",
            "anna namespaces=\"git,file\"",
            "anna namespaces=\"f*\",valid-after=\"20260101\"",
            "anna valid-before=\"202611261201\"",
            "anna valid-after=\"20261126115959Z\"",
        ] {
            assert_eq!(signer(line, now), Signer::Known(vec!["anna".into()]), "{line}");
        }
        assert_eq!(signer("\"Anna Lind <a@b.example>\"", now), Signer::Known(vec!["Anna Lind <a@b.example>".into()]));
        for (line, why) in [
            ("anna cert-authority", "authority"),
            ("anna namespaces=\"git\"", "purpose"),
            ("anna namespaces=\"!file,*\"", "purpose"),
            ("anna valid-after=\"20261127\"", "later"),
            ("anna valid-before=\"20261126\"", "over"),
        ] {
            assert!(matches!(signer(line, now), Signer::Unknown(told) if told.contains(why)), "{line}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let message = |text: &str| AllowedSigners::read(text).expect_err("wrong");
        assert!(message("# list\nanna\n").starts_with("line 2: "), "{}", message("# list\nanna\n"));
        let line = testing::key().public().allowed_line("anna");
        assert!(message(&line.replace("namespaces", "namespace")).contains("`namespace` is unknown"));
        assert!(message(&line.replace("namespaces=\"file\"", "valid-after=\"soon\"")).contains("`soon`"));
        assert!(AllowedSigners::read("").is_ok());
    }

    #[test]
    fn patterns_match_whole_words() {
        for (pattern, word) in [("file", "file"), ("f?le", "file"), ("*", ""), ("f*e", "file"), ("**l*", "file")] {
            assert!(matches(pattern.as_bytes(), word.as_bytes()), "{pattern} {word}");
        }
        for (pattern, word) in [("fil", "file"), ("file", "fil"), ("?", ""), ("f*x", "file"), ("", "file")] {
            assert!(!matches(pattern.as_bytes(), word.as_bytes()), "{pattern} {word}");
        }
    }
}
