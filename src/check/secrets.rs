//! Passwords, keys and tokens: how those of well-known services look, and what looks random behind a
//! word for one.
//!
//! Never gives a secret away: it tells kinds and places.

use super::placeholder::apart;
use crate::model::loaded::Loaded;
use crate::source::FileId;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Secret {
    /// Where, in bytes of the text.
    pub(super) range: Range<usize>,
    /// What kind it is, with an article.
    pub(super) what: &'static str,
}

/// What each kind is, and its form as the service documents it. A group marks the secret where the
/// pattern has more than it.
const FORMS: [(&str, &str); 15] = [
    ("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,.-]*"),
    ("an access key of AWS", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a token of GitHub", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b"),
    ("a token of GitLab", r"\bgl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_-]{20,}"),
    ("a token of Slack", r"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    ("a webhook of Slack", r"https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,}"),
    ("a key of Stripe", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b"),
    ("a key of Google", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    ("a key of SendGrid", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{30,}"),
    ("a key of Twilio", r"\bSK[0-9a-f]{32}\b"),
    ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a token of PyPI", r"\bpypi-[A-Za-z0-9_-]{50,}"),
    ("a secret of age", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
    ("a signed token (JWT)", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("an address with a password in it", r"\b[a-z][a-z0-9+.-]*://[^\s:/@<>{}$]*:([^\s@/<>{}$*]{3,})@[A-Za-z0-9\[]"),
];

/// A word for a secret, and the value behind it.
const ASSIGNMENT: &str = r#"(?i)(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)["']?\s*[:=]\s*["']?([A-Za-z0-9+/_=.~!@#%^&-]{10,})"#;

/// Values with fewer bits per character are words rather than secrets.
const LEAST_ENTROPY: f64 = 3.0;

static PATTERNS: LazyLock<Vec<(&str, Regex)>> =
    LazyLock::new(|| FORMS.iter().filter_map(|&(what, form)| Regex::new(form).ok().map(|form| (what, form))).collect());
static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ASSIGNMENT).ok());

/// The files that somebody wrote for the project, in which secrets are looked for.
pub(super) fn files(loaded: &Loaded) -> BTreeSet<FileId> {
    let mut files: BTreeSet<FileId> = loaded.fragments.iter().map(|fragment| fragment.file).collect();
    files.extend(loaded.tree.as_ref().map(|node| node.span.file));
    files.extend(loaded.records.own_files());
    files
}

/// The secrets of a text in order, none within another.
pub(super) fn scan(text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    for (what, form) in PATTERNS.iter() {
        found.extend(form.captures_iter(text).filter_map(|groups| {
            let secret = groups.get(1).or_else(|| groups.get(0))?;
            Some(Secret { range: secret.range(), what })
        }));
    }
    if let Some(form) = ASSIGNED.as_ref() {
        let values = form.captures_iter(text).filter_map(|groups| groups.get(1));
        let random = values.filter(|value| looks_random(value.as_str()));
        found.extend(random.map(|value| Secret { range: value.range(), what: "a password, key or token" }));
    }
    apart(&mut found, |secret| &secret.range);
    found
}

/// Whether a value was made by chance rather than written: letters and digits mixed, many different ones.
fn looks_random(value: &str) -> bool {
    let has = |wanted: fn(&char) -> bool| value.chars().filter(wanted).count();
    let digits = has(char::is_ascii_digit);
    let letters = has(char::is_ascii_alphabetic);
    // A name with a date or a number in it is no secret: each of its parts is a word or a number.
    let words = value.split(|c: char| !c.is_ascii_alphanumeric());
    let plain = |word: &str| {
        let start = word.trim_end_matches(|c: char| c.is_ascii_digit());
        start.is_empty() || start.chars().all(|c| c.is_ascii_alphabetic())
    };
    let mixed = !words.into_iter().all(plain);
    digits >= 2 && letters >= 3 && mixed && !value.contains("://") && entropy(value) >= LEAST_ENTROPY
}

/// The entropy of a text by its characters, in bits per character.
fn entropy(text: &str) -> f64 {
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    text.chars().for_each(|c| *counts.entry(c).or_default() += 1);
    let total: u32 = counts.values().sum();
    let bits = |count: &u32| {
        let share = f64::from(*count) / f64::from(total);
        -share * share.log2()
    };
    counts.values().map(bits).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<&'static str> {
        scan(text).into_iter().map(|secret| secret.what).collect()
    }

    /// Put together here, so that the source has no text that looks like a secret.
    fn made(prefix: &str, length: usize) -> String {
        let letters = "A7bQ2xK9mR4vT1zL8cN3dP6fS5gH0jWy".chars().cycle();
        prefix.chars().chain(letters.take(length)).collect()
    }

    #[test]
    fn tokens_of_well_known_services_are_told_by_their_form() {
        assert_eq!(kinds(&format!("AKIA{}", "Q7".repeat(8))), ["an access key of AWS"]);
        assert_eq!(kinds(&made("ghp_", 36)), ["a token of GitHub"]);
        assert_eq!(kinds(&made("glpat-", 20)), ["a token of GitLab"]);
        assert_eq!(kinds(&made("sk_live_", 24)), ["a key of Stripe"]);
        assert_eq!(kinds(&made("npm_", 36)), ["a token of npm"]);
        assert_eq!(kinds(&format!("-----BEGIN RSA {}-----\nMIIE", "PRIVATE KEY")), ["a private key"]);
    }

    #[test]
    fn a_password_in_an_address_is_found_alone() {
        let text = "psql postgres://portal:h7Kq29vLx@db-1/portal";
        let found = scan(text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].range.clone()], "h7Kq29vLx");
    }

    #[test]
    fn random_values_behind_a_word_for_a_secret_are_found() {
        for text in ["DB_PASSWORD=h7Kq29vLxT4w", "api_key: \"9f8Ab3kQ7zLm\"", "\"token\": \"x4Tq9LmZ72Kd\""] {
            assert_eq!(kinds(text), ["a password, key or token"], "{text}");
        }
    }

    #[test]
    fn names_variables_and_words_are_none() {
        for text in [
            "password: stored in the vault",
            "TOKEN=$SKARV_TOKEN",
            "secret: harbour/production/svala",
            "postgres://portal:$PASSWORD@db-1/portal",
            "postgres://portal:<password>@db-1/portal",
            "https://portal.harbour-lindvik.example:8443/a@b",
            "token: rotate-by-2027-05-14",
            "password=change-me-please",
        ] {
            assert_eq!(kinds(text), Vec::<&str>::new(), "{text}");
        }
    }
}
