//! The table of defects as it is written, and the table of results as it is told.

use crate::judge::Verdict;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The tables beside this file.
const TABLES: [&str; 3] = ["project", "texts", "records"];

/// A defect, and what has to be found.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Defect {
    /// The file that is changed, by path from the project's root.
    pub(crate) file: String,
    /// Removes the lines with this text.
    pub(crate) cut: Option<String>,
    /// Removes a key or an entry of a list: `support.severities.p0.tier`.
    pub(crate) drop: Option<String>,
    /// Replaces this text, once ...
    pub(crate) from: Option<String>,
    /// ... by this one; with `section`, what stands under the heading.
    pub(crate) to: Option<String>,
    /// Replaces what stands under this heading.
    pub(crate) section: Option<String>,
    /// Removes this heading and what stands under it.
    pub(crate) without: Option<String>,
    /// Puts the second text where the first one is, and the other way round.
    pub(crate) swap: Option<[String; 2]>,
    /// Puts this text at the end.
    pub(crate) add: Option<String>,
    /// Writes a file with this text.
    pub(crate) write: Option<String>,
    /// Removes the file.
    #[serde(default)]
    pub(crate) unlink: bool,
    /// Gives the file another path.
    #[serde(rename = "move")]
    pub(crate) moved: Option<String>,
    /// The rules that must find something.
    pub(crate) finds: Several,
    /// The file in which the first of them must find it; `any` if that does not matter.
    #[serde(rename = "where")]
    pub(crate) place: Option<String>,
    /// A text of that file on whose lines it must find it.
    pub(crate) at: Option<String>,
    /// Rules that may find something beside: consequences of the defect.
    #[serde(default)]
    pub(crate) also: Several,
    /// What kind of defect it is.
    #[serde(skip)]
    pub(crate) kind: String,
    /// Its line in the table, for people.
    #[serde(skip)]
    pub(crate) line: String,
    /// Its number.
    #[serde(skip)]
    pub(crate) number: usize,
}

/// One word or a list of words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "OneOrMore")]
pub(crate) struct Several(pub(crate) Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl From<OneOrMore> for Several {
    fn from(words: OneOrMore) -> Self {
        match words {
            OneOrMore::One(word) => Self(vec![word]),
            OneOrMore::More(words) => Self(words),
        }
    }
}

/// All defects, in the order of the tables. Each stands on a line that begins with `- {`, below the key that
/// names its kind.
pub(crate) fn defects() -> Vec<Defect> {
    let mut defects: Vec<Defect> = Vec::new();
    for table in TABLES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/mutations/{table}.yaml"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut kind = String::new();
        for (index, line) in text.lines().enumerate() {
            let place = format!("{table}.yaml:{}", index + 1);
            if let Some(key) = line.strip_suffix(':').filter(|key| !key.starts_with(['#', ' '])) {
                key.clone_into(&mut kind);
            } else if let Some(entry) = line.trim().strip_prefix("- ") {
                let mut defect: Defect =
                    serde_yaml::from_str(entry).unwrap_or_else(|error| panic!("{place}: {error}\n{entry}"));
                defect.kind.clone_from(&kind);
                defect.line = format!("{place}: {entry}");
                defect.number = defects.len();
                defects.push(defect);
            } else {
                assert!(line.is_empty() || line.starts_with('#'), "{place}: no defect: {line}");
            }
        }
    }
    defects
}

/// What came out, as a table with what was missed and what was noise below it.
pub(crate) fn report(verdicts: &[Verdict<'_>]) -> String {
    let mut kinds: BTreeMap<&str, Vec<&Verdict<'_>>> = BTreeMap::new();
    for verdict in verdicts {
        kinds.entry(&verdict.defect.kind).or_default().push(verdict);
    }
    let mut out = format!(
        "{:<12} {:>7} {:>5} {:>7} {:>8} {:>9} {:>9}\n",
        "kind", "defects", "seen", "recall", "findings", "unrelated", "precision"
    );
    let all: Vec<&Verdict<'_>> = verdicts.iter().collect();
    for (kind, verdicts) in kinds.into_iter().chain([("all", all)]) {
        let seen = verdicts.iter().filter(|verdict| verdict.is_seen()).count();
        let noise: usize = verdicts.iter().map(|verdict| verdict.noise.len()).sum();
        let findings: usize = verdicts.iter().map(|verdict| verdict.related + verdict.noise.len()).sum();
        let _ = writeln!(
            out,
            "{kind:<12} {:>7} {seen:>5} {:>7} {findings:>8} {noise:>9} {:>9}",
            verdicts.len(),
            share(seen, verdicts.len()),
            share(findings - noise, findings)
        );
    }
    for verdict in verdicts {
        let line = &verdict.defect.line;
        if let Some(trouble) = &verdict.trouble {
            let _ = writeln!(out, "\n{line}\n  cannot be made: {trouble}");
        }
        if !verdict.missed.is_empty() {
            let _ = writeln!(out, "\n{line}\n  missed: {}", verdict.missed.join(", "));
            list(&mut out, "found:", &verdict.found);
        }
        if !verdict.noise.is_empty() {
            let _ = writeln!(out, "\n{line}");
            list(&mut out, "noise:", &verdict.noise);
        }
    }
    out
}

/// Lists findings, as many as one can look at.
fn list(out: &mut String, what: &str, told: &[String]) {
    const MOST: usize = 12;
    told.iter().take(MOST).for_each(|told| _ = writeln!(out, "  {what}  {told}"));
    if told.len() > MOST {
        let _ = writeln!(out, "  {what}  and {} more", told.len() - MOST);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred")]
fn share(part: usize, whole: usize) -> String {
    format!("{:.3}", part as f64 / whole.max(1) as f64)
}
