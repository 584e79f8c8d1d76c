//! What the code says about itself: the comment above a key, a filter or a field, as the reference tells it.

use std::collections::BTreeMap;

/// A name, and what the comment above it says.
pub(crate) type Told = (String, String);

/// The names that stand between one of some beginnings of a line and a quotation mark, in their order, each with the
/// comment above it. A name that is there again needs no comment.
pub(crate) fn told(source: &str, beginnings: &[&str]) -> Vec<Told> {
    let mut found: Vec<Told> = Vec::new();
    let mut comment = String::new();
    for line in source.lines() {
        if let Some(more) = line.trim_start().strip_prefix("// ") {
            comment.push_str(if comment.is_empty() { "" } else { " " });
            comment.push_str(more);
            continue;
        }
        let name = beginnings.iter().find_map(|before| line.strip_prefix(before)?.split_once('"'));
        if let Some((name, _)) = name.filter(|(name, _)| !found.iter().any(|(known, _)| known == name)) {
            assert!(!comment.is_empty(), "no comment says what `{name}` is, above {line}");
            found.push((name.to_owned(), comment.clone()));
        }
        comment.clear();
    }
    assert!(!found.is_empty(), "nothing begins with one of {beginnings:?}");
    found
}

/// A field of a record: its name, its type, and what it holds, if a comment says so.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) meaning: String,
}

/// The records that a source declares, by name. Fields that are not written out are left out.
pub(crate) fn records(source: &str) -> BTreeMap<String, Vec<Field>> {
    let mut found = BTreeMap::new();
    let mut open: Option<(String, Vec<Field>)> = None;
    let (mut comment, mut skipped) = (String::new(), false);
    for line in source.lines() {
        let line = line.trim();
        if let Some(name) = line.split_once("struct ").and_then(|(_, rest)| rest.strip_suffix(" {")) {
            open = Some((name.split('<').next().unwrap_or(name).to_owned(), Vec::new()));
        } else if line == "}" {
            found.extend(open.take());
        } else if let Some((_, fields)) = &mut open {
            if let Some(more) = line.strip_prefix("/// ") {
                comment.push_str(if comment.is_empty() { "" } else { " " });
                comment.push_str(more);
                continue;
            } else if line == "#[serde(skip)]" {
                skipped = true;
                continue;
            } else if let Some((name, kind)) = line.trim_end_matches(',').split_once(": ") {
                let name = name.rsplit(' ').next().unwrap_or(name).to_owned();
                if !skipped {
                    fields.push(Field { name, kind: kind.to_owned(), meaning: comment.clone() });
                }
            }
        }
        comment.clear();
        skipped = false;
    }
    found
}
