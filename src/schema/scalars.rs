//! How each kind of scalar is written, as JSON Schema has it. The parsers of the model are stricter: a
//! schema helps while one writes, and the check judges.

use serde_json::{Value, json};

/// What a value may look like once YAML has been read: types, and a pattern for texts.
type Form = (&'static str, &'static [&'static str], &'static str);

/// By the name that messages use. Where YAML may take a text for a number, both are right.
const FORMS: &[Form] = &[
    ("a bound", &["string"], r"^(<=|>=|≤|≥|<|>|=)\s*[0-9.]+"),
    ("a colour", &["string"], r"^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$"),
    ("a date", &["string"], r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    ("a day with a time", &["string"], r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]+[0-9]{2}:[0-9]{2}$"),
    ("a duration", &["string"], r"^[0-9]+([-–][0-9]+)?\s*(min|m|minutes?|h|hours?|d|days?|w|weeks?)$"),
    ("a language tag", &["string"], r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
    ("a measured value", &["string", "number"], r"^-?[0-9]*\.?[0-9]*"),
    ("a SHA-256 fingerprint", &["string"], r"^[0-9a-f]{64}$"),
    ("a share in percent", &["string", "number"], r"^[0-9]+(\.[0-9]+)?\s*%?$"),
    ("a telephone number", &["string"], r"^\+[0-9 ()/.-]+$"),
    ("a text", &["string", "number", "boolean"], r"\S"),
    ("a time of day", &["string"], r"^[0-2][0-9]:[0-5][0-9]$"),
    ("a time zone", &["string"], r"\S"),
    ("a URL", &["string"], r"^(https|http|mailto|tel|ssh|git):"),
    ("a version", &["string"], r"^[0-9]+\.[0-9]+\.[0-9]+([-+].+)?$"),
    ("a whole number", &["integer", "string"], r"^[0-9]+$"),
    ("an e-mail address", &["string"], r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    ("an id", &["string", "integer"], r"^[a-z0-9][a-z0-9-]{0,63}$"),
    ("the id of a checklist item", &["string"], r"^[a-z0-9][a-z0-9-]*\.[a-z0-9][a-z0-9-]*$"),
    ("the id of a contact", &["string", "integer"], r"^[a-z0-9][a-z0-9-]{0,63}$"),
    ("true or false", &["boolean", "string"], r"^(true|false)$"),
];

/// The schema of a kind of scalar; of one that is not listed here only that it is no list and no mapping.
pub(super) fn schema(name: &str, example: &str) -> Value {
    let example = example.trim_matches('"');
    let found = FORMS.iter().find(|(known, ..)| *known == name);
    let Some((_, types, pattern)) = found else {
        return json!({ "type": ["string", "number", "boolean"], "examples": [example] });
    };
    json!({ "type": types, "pattern": pattern, "examples": [example] })
}

/// Whether a kind of scalar has a form of its own.
#[cfg(test)]
pub(super) fn is_known(name: &str) -> bool {
    FORMS.iter().any(|(known, ..)| *known == name)
}
