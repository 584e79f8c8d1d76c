//! Passwords, keys and tokens: how those of well-known services look, and what looks random behind a
//! word for one.
//!
//! Never gives a secret away: it tells kinds and places.

use super::pattern::{Pattern, Patterns, is_followed};
use super::placeholder::apart;
use crate::model::loaded::Loaded;
use crate::parallel;
use crate::source::FileId;
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

/// A kind of secret: what it is, and its form as the service documents it. A group marks the secret where the
/// pattern has more than it.
type Form = (&'static str, Pattern);

const fn form(what: &'static str, words: &'static [&'static str], form: &'static str) -> Form {
    (what, Pattern::new(words, form))
}

/// Looked for only in texts that pass a test.
const fn only_if((what, pattern): Form, may_match: fn(&str) -> bool) -> Form {
    (what, pattern.only_if(may_match))
}

/// All kinds. Word boundaries are those of ASCII: no token has other letters, and with those of Unicode every text
/// that is not plain ASCII takes a hundred times as long.
const FORMS: [Form; 48] = [
    only_if(
        form(
            "a private key",
            &["private key"],
            r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,.-]*",
        ),
        |text| text.contains("-----BEGIN"),
    ),
    form("a private key of PuTTY", &["putty-user-key-file-"], r"PuTTY-User-Key-File-[23]: [A-Za-z0-9+/=\s:,.@-]*"),
    only_if(form("an access key of AWS", &["akia", "asia"], r"(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)"), |text| {
        is_followed(text, &["AKIA", "ASIA"], 16, is_upper_or_digit)
    }),
    form(
        "an account key of Azure",
        &["accountkey=", "sharedaccesskey="],
        r"(?-u:\b)(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,}={0,2})",
    ),
    form("a shared access signature of Azure", &["sig="], r"[?&]sig=([A-Za-z0-9%+/]{40,}={0,2})"),
    form("a token of Atlassian", &["atatt3"], r"(?-u:\b)ATATT3[A-Za-z0-9_=-]{60,}"),
    only_if(form("a token of Databricks", &["dapi"], r"(?-u:\b)dapi[0-9a-f]{32}(?-u:\b)"), |text| {
        is_followed(text, &["dapi"], 32, is_hex)
    }),
    form("a token of DigitalOcean", &["_v1_"], r"(?-u:\b)do[oprt]_v1_[0-9a-f]{64}(?-u:\b)"),
    form(
        "a webhook of Discord",
        &["/api/webhooks/"],
        r"https://(?:canary\.|ptb\.)?discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{40,}",
    ),
    form("a token of Docker Hub", &["dckr_"], r"(?-u:\b)dckr_[po]at_[A-Za-z0-9_-]{20,}"),
    form(
        "a token of GitHub",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"(?-u:\b)(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})(?-u:\b)",
    ),
    form(
        "a token of GitLab",
        &["glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glcbt-", "glft-", "glimt-", "glagent-"],
        r"(?-u:\b)gl(?:pat|dt|rt|ptt|soat|cbt|ft|imt|agent)-[A-Za-z0-9_-]{20,}",
    ),
    form("a key of Google", &["aiza"], r"(?-u:\b)AIza[A-Za-z0-9_-]{35}(?-u:\b)"),
    form("a client secret of Google", &["gocspx-"], r"(?-u:\b)GOCSPX-[A-Za-z0-9_-]{28}"),
    form("a token of Grafana", &["glsa_", "glc_"], r"(?-u:\b)gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"),
    form("a token of Hugging Face", &["hf_"], r"(?-u:\b)hf_[A-Za-z0-9]{30,}(?-u:\b)"),
    only_if(
        form("a key of a language model service", &["sk-"], r"(?-u:\b)sk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,}"),
        |text| is_followed(text, &["sk-"], 32, is_token),
    ),
    form("a key of Linear", &["lin_api_"], r"(?-u:\b)lin_api_[A-Za-z0-9]{40}(?-u:\b)"),
    only_if(form("a key of Mailgun", &["key-"], r"(?-u:\b)key-[0-9a-f]{32}(?-u:\b)"), |text| {
        is_followed(text, &["key-"], 32, is_hex)
    }),
    form("a key of New Relic", &["nrak-"], r"(?-u:\b)NRAK-[A-Z0-9]{27}(?-u:\b)"),
    only_if(
        form("a token of Notion", &["secret_", "ntn_"], r"(?-u:\b)(?:secret|ntn)_[A-Za-z0-9]{40,}(?-u:\b)"),
        |text| is_followed(text, &["secret_", "ntn_"], 40, |byte| byte.is_ascii_alphanumeric()),
    ),
    form("a token of npm", &["npm_"], r"(?-u:\b)npm_[A-Za-z0-9]{36}(?-u:\b)"),
    form("a secret of PlanetScale", &["pscale_"], r"(?-u:\b)pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,}"),
    form("a key of Postman", &["pmak-"], r"(?-u:\b)PMAK-[0-9a-f]{24}-[0-9a-f]{34}(?-u:\b)"),
    form("a token of PyPI", &["pypi-"], r"(?-u:\b)pypi-[A-Za-z0-9_-]{50,}"),
    form("a key of RubyGems", &["rubygems_"], r"(?-u:\b)rubygems_[0-9a-f]{48}(?-u:\b)"),
    only_if(form("a key of SendGrid", &["sg."], r"(?-u:\b)SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{30,}"), |text| {
        is_followed(text, &["SG."], 16, is_token)
    }),
    form("a token of Sentry", &["sntry"], r"(?-u:\b)sntry[su]_[A-Za-z0-9_=+/-]{40,}"),
    form(
        "a token of Shopify",
        &["shpat_", "shpca_", "shppa_", "shpss_"],
        r"(?-u:\b)shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}(?-u:\b)",
    ),
    form("a token of Slack", &["xox"], r"(?-u:\b)xox[abeprs]-[A-Za-z0-9-]{10,}"),
    form("an app token of Slack", &["xapp-"], r"(?-u:\b)xapp-[0-9]-[A-Za-z0-9-]{20,}"),
    form(
        "a webhook of Slack",
        &["hooks.slack.com"],
        r"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{20,}",
    ),
    form("a token of Square", &["sq0"], r"(?-u:\b)sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}"),
    form("a key of Stripe", &["k_live_", "k_test_"], r"(?-u:\b)[rs]k_(?:live|test)_[A-Za-z0-9]{16,}(?-u:\b)"),
    form("a webhook secret of Stripe", &["whsec_"], r"(?-u:\b)whsec_[A-Za-z0-9+/=]{24,}"),
    only_if(form("a token of a Telegram bot", &[":aa"], r"(?-u:\b)[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?-u:\b)"), |text| {
        is_followed(text, &[":AA"], 33, is_token)
    }),
    form("a token of Terraform", &[".atlasv1."], r"(?-u:\b)[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    only_if(form("a key of Twilio", &["sk"], r"(?-u:\b)SK[0-9a-f]{32}(?-u:\b)"), |text| {
        is_followed(text, &["SK"], 32, is_hex)
    }),
    form("a token of Vault", &["hvs.", "hvb.", "hvr."], r"(?-u:\b)hv[sbr]\.[A-Za-z0-9_-]{24,}"),
    form("a secret of age", &["age-secret-key-1"], r"(?-u:\b)AGE-SECRET-KEY-1[0-9A-Z]{58}(?-u:\b)"),
    only_if(
        form(
            "a signed token (JWT)",
            &["eyj"],
            r"(?-u:\b)eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
        ),
        |text| is_followed(text, &["eyJ"], 10, is_token),
    ),
    only_if(
        form(
            "an address with a password in it",
            &["://"],
            r"(?-u:\b)[a-z][a-z0-9+.-]*://[^\s:/@<>{}$]*:([^\s@/<>{}$*]{3,})@[A-Za-z0-9\[]",
        ),
        has_address_with_at,
    ),
    form(
        "a connection string with a password",
        &["password=", "pwd="],
        r#"(?i)(?-u:\b)(?:server|data source|host|database|initial catalog|user id|uid|username|endpoint)=[^;\n]*;(?:[^;\n]*;)*?\s*(?:password|pwd)=([^;\s"'<>{}$*]{3,})"#,
    ),
    form(
        "a connection string with a password",
        &["password="],
        r#"(?-u:\b)(?:host|dbname|user|port)=\S+ (?:\w+=\S+ )*password=([^\s"'<>{}$*]{3,})"#,
    ),
    form(
        "a token in a header",
        &["authorization"],
        r#"(?i)(?-u:\b)authorization["']?\s*:\s*["']?(?:basic|bearer|token)\s+([A-Za-z0-9+/_=.-]{16,})"#,
    ),
    form(
        "a key in a header",
        &["x-api-", "x-auth-"],
        r#"(?i)(?-u:\b)x-(?:api|auth)-(?:key|token)["']?\s*:\s*["']?([A-Za-z0-9+/_=.-]{16,})"#,
    ),
    only_if(
        form(
            "a password in a command",
            &["-u", "--auth"],
            r#"(?-u:\b)(?:curl|wget|http)(?-u:\b)[^\n]*?\s(?:-u|--user|--auth)[ =]["']?[^\s:"'$<{]+:([^\s"'$<>{}*]{4,})"#,
        ),
        has_command,
    ),
    only_if(
        form(
            "a password in a list of machines",
            &["machine "],
            r"(?-u:\b)machine \S+\s+login \S+\s+password ([^\s<$*]{3,})",
        ),
        |text| text.contains("login") && text.contains("password"),
    ),
];

/// A word for a secret, and the value behind it.
const ASSIGNMENT: Pattern = Pattern::new(
    &[
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "passwort",
        "kennwort",
        "secret",
        "token",
        "credential",
        "api key",
        "api_key",
        "api-key",
        "apikey",
        "access key",
        "access_key",
        "access-key",
        "accesskey",
        "private key",
        "private_key",
        "private-key",
        "privatekey",
        "encryption key",
        "encryption_key",
        "encryption-key",
        "encryptionkey",
    ],
    r#"(?i)(?:password|passwd|passphrase|pwd|passwort|kennwort|secret|token|credential|api[_ -]?key|access[_ -]?key|private[_ -]?key|encryption[_ -]?key)["'`]?(?:\s*(?:[:=|]|:=|=>)|\s+(?:is|ist|:)\s)\s*["'`]?([A-Za-z0-9+/_=.~!@#%^&-]{10,})"#,
)
.followed_by(is_assigned);

/// Whether a word is assigned something by what stands behind it.
fn is_assigned(behind: &str) -> bool {
    let behind = behind.strip_prefix(['"', '\'', '`']).unwrap_or(behind).trim_start();
    let says_is = || behind.get(..2).is_some_and(|word| word.eq_ignore_ascii_case("is"));
    behind.starts_with([':', '=', '|']) || says_is()
}

/// Values with fewer bits per character are words rather than secrets.
const LEAST_ENTROPY: f64 = 3.0;

/// The forms, and behind them the assignment.
static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let forms = FORMS.iter().map(|(_, pattern)| *pattern);
    Patterns::new(forms.chain([ASSIGNMENT]))
});

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

fn is_upper_or_digit(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether somewhere a scheme is followed by an `@` before the next space.
fn has_address_with_at(text: &str) -> bool {
    let address = |at: usize| text[at..].strip_prefix("://")?.split(char::is_whitespace).next();
    memchr::memchr_iter(b':', text.as_bytes()).filter_map(address).any(|address| address.contains('@'))
}

/// Whether there is a command that takes a name and a password.
fn has_command(text: &str) -> bool {
    ["curl", "wget", "http"].iter().any(|command| text.contains(command))
        && ["-u ", "-u=", "--user ", "--user=", "--auth ", "--auth="].iter().any(|option| text.contains(option))
}

/// The files in which secrets are looked for: those that somebody wrote for the project, and the texts that
/// the bundle carries.
fn files(loaded: &Loaded) -> BTreeSet<FileId> {
    let mut files: BTreeSet<FileId> = loaded.fragments.iter().map(|fragment| fragment.file).collect();
    files.extend(loaded.tree.as_ref().map(|node| node.span.file));
    files.extend(loaded.records.own_files());
    files.extend(&loaded.attached);
    files
}

/// The secrets of a project, each with its file.
pub(super) fn all(loaded: &Loaded) -> Vec<(FileId, Secret)> {
    let of = |file| scan(loaded.sources.text(file)).into_iter().map(move |secret| (file, secret)).collect::<Vec<_>>();
    let files: Vec<FileId> = files(loaded).into_iter().collect();
    parallel::each(loaded.is_large(), files, of).into_iter().flatten().collect()
}

/// The secrets of a text in order, none within another.
pub(super) fn scan(text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    for (number, form) in PATTERNS.in_text(text) {
        if let Some((what, _)) = FORMS.get(number) {
            found.extend(form.captures_iter(text).filter_map(|groups| {
                let secret = groups.get(1).or_else(|| groups.get(0))?;
                Some(Secret { range: secret.range(), what })
            }));
        } else {
            let values = form.captures_iter(text).filter_map(|groups| groups.get(1));
            let random = values.filter(|value| looks_random(value.as_str()));
            found.extend(random.map(|value| Secret { range: value.range(), what: "a password, key or token" }));
        }
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
    use crate::check::pattern::tests::assert_words;

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
    fn no_form_is_passed_over() {
        assert_words(&PATTERNS);
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
