//! Passwords, keys and tokens: how those of well-known services look, and what looks random behind a
//! word for one.
//!
//! Never gives a secret away: it tells kinds and places.

use super::placeholder::apart;
use crate::model::loaded::Loaded;
use crate::source::FileId;
use regex::{Regex, RegexSet, RegexSetBuilder};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

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
const FORMS: [(&str, &str); 48] = [
    ("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,.-]*"),
    ("a private key of PuTTY", r"PuTTY-User-Key-File-[23]: [A-Za-z0-9+/=\s:,.@-]*"),
    ("an access key of AWS", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("an account key of Azure", r"\b(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,}={0,2})"),
    ("a shared access signature of Azure", r"[?&]sig=([A-Za-z0-9%+/]{40,}={0,2})"),
    ("a token of Atlassian", r"\bATATT3[A-Za-z0-9_=-]{60,}"),
    ("a token of Databricks", r"\bdapi[0-9a-f]{32}\b"),
    ("a token of DigitalOcean", r"\bdo[oprt]_v1_[0-9a-f]{64}\b"),
    ("a webhook of Discord", r"https://(?:canary\.|ptb\.)?discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{40,}"),
    ("a token of Docker Hub", r"\bdckr_[po]at_[A-Za-z0-9_-]{20,}"),
    ("a token of GitHub", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})\b"),
    ("a token of GitLab", r"\bgl(?:pat|dt|rt|ptt|soat|cbt|ft|imt|agent)-[A-Za-z0-9_-]{20,}"),
    ("a key of Google", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    ("a client secret of Google", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    ("a token of Grafana", r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    ("a token of Hugging Face", r"\bhf_[A-Za-z0-9]{30,}\b"),
    ("a key of a language model service", r"\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,}"),
    ("a key of Linear", r"\blin_api_[A-Za-z0-9]{40}\b"),
    ("a key of Mailgun", r"\bkey-[0-9a-f]{32}\b"),
    ("a key of New Relic", r"\bNRAK-[A-Z0-9]{27}\b"),
    ("a token of Notion", r"\b(?:secret|ntn)_[A-Za-z0-9]{40,}\b"),
    ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a secret of PlanetScale", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,}"),
    ("a key of Postman", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b"),
    ("a token of PyPI", r"\bpypi-[A-Za-z0-9_-]{50,}"),
    ("a key of RubyGems", r"\brubygems_[0-9a-f]{48}\b"),
    ("a key of SendGrid", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{30,}"),
    ("a token of Sentry", r"\bsntry[su]_[A-Za-z0-9_=+/-]{40,}"),
    ("a token of Shopify", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b"),
    ("a token of Slack", r"\bxox[abeprs]-[A-Za-z0-9-]{10,}"),
    ("an app token of Slack", r"\bxapp-[0-9]-[A-Za-z0-9-]{20,}"),
    ("a webhook of Slack", r"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{20,}"),
    ("a token of Square", r"\bsq0(?:atp|csp)-[A-Za-z0-9_-]{22,}"),
    ("a key of Stripe", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b"),
    ("a webhook secret of Stripe", r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    ("a token of a Telegram bot", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    ("a token of Terraform", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    ("a key of Twilio", r"\bSK[0-9a-f]{32}\b"),
    ("a token of Vault", r"\bhv[sbr]\.[A-Za-z0-9_-]{24,}"),
    ("a secret of age", r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b"),
    ("a signed token (JWT)", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("an address with a password in it", r"\b[a-z][a-z0-9+.-]*://[^\s:/@<>{}$]*:([^\s@/<>{}$*]{3,})@[A-Za-z0-9\[]"),
    (
        "a connection string with a password",
        r#"(?i)\b(?:server|data source|host|database|initial catalog|user id|uid|username|endpoint)=[^;\n]*;(?:[^;\n]*;)*?\s*(?:password|pwd)=([^;\s"'<>{}$*]{3,})"#,
    ),
    (
        "a connection string with a password",
        r#"\b(?:host|dbname|user|port)=\S+ (?:\w+=\S+ )*password=([^\s"'<>{}$*]{3,})"#,
    ),
    ("a token in a header", r#"(?i)\bauthorization["']?\s*:\s*["']?(?:basic|bearer|token)\s+([A-Za-z0-9+/_=.-]{16,})"#),
    ("a key in a header", r#"(?i)\bx-(?:api|auth)-(?:key|token)["']?\s*:\s*["']?([A-Za-z0-9+/_=.-]{16,})"#),
    (
        "a password in a command",
        r#"\b(?:curl|wget|http)\b[^\n]*?\s(?:-u|--user|--auth)[ =]["']?[^\s:"'$<{]+:([^\s"'$<>{}*]{4,})"#,
    ),
    ("a password in a list of machines", r"\bmachine \S+\s+login \S+\s+password ([^\s<$*]{3,})"),
];

/// A word for a secret, and the value behind it.
const ASSIGNMENT: &str = r#"(?i)(?:password|passwd|passphrase|pwd|passwort|kennwort|secret|token|credential|api[_ -]?key|access[_ -]?key|private[_ -]?key|encryption[_ -]?key)["'`]?(?:\s*(?:[:=|]|:=|=>)|\s+(?:is|ist|:)\s)\s*["'`]?([A-Za-z0-9+/_=.~!@#%^&-]{10,})"#;

/// Values with fewer bits per character are words rather than secrets.
const LEAST_ENTROPY: f64 = 3.0;

/// The forms one by one, each made when a text has it: most never are.
static PATTERNS: [OnceLock<Option<Regex>>; FORMS.len()] = [const { OnceLock::new() }; FORMS.len()];
/// All forms in one pass: most texts have none of them.
static ANY: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSetBuilder::new(FORMS.map(|(_, form)| quick(form))).dfa_size_limit(AUTOMATON).build().ok());
/// How many bytes the automaton of all forms may have while it is put together.
const AUTOMATON: usize = 32 << 20;

/// The same form with the word boundaries of ASCII: no token has other letters, and with those of Unicode every
/// text that is not plain ASCII takes a hundred times as long.
fn quick(form: &str) -> String {
    form.replace(r"\b", r"(?-u:\b)")
}

static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ASSIGNMENT).ok());

/// The files in which secrets are looked for: those that somebody wrote for the project, and the texts that
/// the bundle carries.
pub(super) fn files(loaded: &Loaded) -> BTreeSet<FileId> {
    let mut files: BTreeSet<FileId> = loaded.fragments.iter().map(|fragment| fragment.file).collect();
    files.extend(loaded.tree.as_ref().map(|node| node.span.file));
    files.extend(loaded.records.own_files());
    files.extend(&loaded.attached);
    files
}

/// The secrets of a text in order, none within another.
pub(super) fn scan(text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    let seen = ANY.as_ref().map(|any| any.matches(text));
    let forms = FORMS.iter().zip(&PATTERNS).enumerate();
    for (_, ((what, form), pattern)) in forms.filter(|(index, _)| seen.as_ref().is_none_or(|seen| seen.matched(*index)))
    {
        let Some(form) = pattern.get_or_init(|| Regex::new(&quick(form)).ok()) else { continue };
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
        assert_eq!(kinds(&format!("-----BEGIN RSA {}-----\nMIIE", "PRIVATE KEY")), ["a private key"]);
        let hex = |prefix: &str, length: usize| format!("{prefix}{}", "3f9a07bc".repeat(8)[..length].to_owned());
        for (text, what) in [
            (made("ghp_", 36), "a token of GitHub"),
            (made("glpat-", 20), "a token of GitLab"),
            (made("sk_live_", 24), "a key of Stripe"),
            (made("npm_", 36), "a token of npm"),
            (made("hf_", 34), "a token of Hugging Face"),
            (made("sk-ant-", 40), "a key of a language model service"),
            (made("dckr_pat_", 27), "a token of Docker Hub"),
            (made("hvs.", 24), "a token of Vault"),
            (made("glsa_", 41), "a token of Grafana"),
            (made("xapp-1-", 30), "an app token of Slack"),
            (made("GOCSPX-", 28), "a client secret of Google"),
            (made("lin_api_", 40), "a key of Linear"),
            (made("whsec_", 32), "a webhook secret of Stripe"),
            (made("https://discord.com/api/webhooks/1/", 60), "a webhook of Discord"),
            (made("x?sv=1&sig=", 44), "a shared access signature of Azure"),
            (made("AccountName=a;AccountKey=", 86), "an account key of Azure"),
            (hex("dop_v1_", 64), "a token of DigitalOcean"),
            (hex("dapi", 32), "a token of Databricks"),
            (hex("shpat_", 32), "a token of Shopify"),
            (hex("key-", 32), "a key of Mailgun"),
            (format!("123456789:AA{}", made("", 33)), "a token of a Telegram bot"),
        ] {
            assert_eq!(kinds(&text), [what], "{what}");
        }
    }

    #[test]
    fn passwords_in_strings_headers_and_commands_are_found_alone() {
        for text in [
            "Server=db-1;Database=portal;User Id=app;Password=Sommar26;Encrypt=true",
            "host=db-1 dbname=portal user=app password=Sommar26",
            "curl -u portal:Sommar26 https://portal.harbour-lindvik.example",
            "machine git.lindvik.example login app password Sommar26",
            "amqp://app:Sommar26@queue-1/portal",
        ] {
            let found = scan(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(&text[found[0].range.clone()], "Sommar26");
        }
        assert_eq!(kinds("Authorization: Basic cG9ydGFsOlNvbW1hcjI2"), ["a token in a header"]);
        assert_eq!(kinds("Authorization: Bearer $TOKEN"), Vec::<&str>::new());
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
        for text in [
            "DB_PASSWORD=h7Kq29vLxT4w",
            "api_key: \"9f8Ab3kQ7zLm\"",
            "\"token\": \"x4Tq9LmZ72Kd\"",
            "The password is h7Kq29vLxT4w",
            "password: `h7Kq29vLxT4w`",
            "| Password | h7Kq29vLxT4w |",
        ] {
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
