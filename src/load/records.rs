//! The records: what happened, one small file each below `records/`.

use super::read::Reader;
use super::{UNKNOWN_RECORD, yaml};
use crate::finding::{Finding, suggestion};
use crate::model::node::{FromNode, shorten};
use crate::model::records::{GateDecision, Records, SessionHeld, Statement};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The largest record that is read.
const MAX_RECORD: u64 = 1 << 20;
/// The folders of the kinds of records.
const KINDS: [&str; 3] = ["gates", "sessions", "statements"];

/// Reads all records, each kind sorted by the name of its file.
pub(super) fn load(reader: &mut Reader) -> Records {
    let mut records = Records::default();
    let mut strangers = Vec::new();
    for path in reader.walk("records", &[]) {
        match kind(&path) {
            Some("statements") => records.statements.extend(record::<Statement>(reader, &path)),
            Some("sessions") => records.sessions.extend(record::<SessionHeld>(reader, &path)),
            Some("gates") => records.gates.extend(record::<GateDecision>(reader, &path)),
            _ => strangers.push(path),
        }
    }
    report_strangers(reader, &records, strangers);
    records
}

/// The kind of record that a path is, if it is one.
fn kind(path: &str) -> Option<&'static str> {
    let (folder, name) = path.strip_prefix("records/")?.split_once('/')?;
    let is_record = !name.contains('/') && (has_extension(name, "yaml") || has_extension(name, "yml"));
    KINDS.into_iter().find(|kind| is_record && *kind == folder)
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

fn record<T: FromNode>(reader: &mut Reader, path: &str) -> Option<T> {
    let file = reader.text(path, MAX_RECORD)?;
    let text = Arc::clone(&reader.sources.file(file).text);
    let node = yaml::parse(&text, file, 0, &mut reader.findings)?;
    T::from_node(&node, &mut reader.findings)
}

/// Warns about files that are no records: a folder that nobody reads once, other files each. What a
/// statement names as its file, and notes in Markdown, may lie there.
fn report_strangers(reader: &mut Reader, records: &Records, paths: Vec<String>) {
    let named = |path: &str| {
        records.statements.iter().filter_map(|record| record.file.as_ref()).any(|file| file.as_str() == path)
    };
    let mut folders = BTreeSet::new();
    for path in paths {
        if named(&path) || has_extension(&path, "md") {
            continue;
        }
        let parts: Vec<_> = path.split('/').collect();
        match parts[..] {
            [_, folder, ..] if parts.len() > 2 && !KINDS.contains(&folder) => {
                if folders.insert(folder.to_owned()) {
                    report_folder(reader, folder, &path);
                }
            }
            _ => report_file(reader, &path),
        }
    }
}

fn report_folder(reader: &mut Reader, folder: &str, path: &str) {
    let message = format!("`records/{}` holds no kind of record", shorten(folder));
    let finding = Finding::warning(UNKNOWN_RECORD, message).at(reader.place(path), "nobody reads this");
    reader.findings.push(match suggestion(folder, KINDS) {
        Some(near) => finding.help(format!("did you mean `records/{near}`?")),
        None => finding.help(format!("the kinds of records are {}", KINDS.join(", "))),
    });
}

fn report_file(reader: &mut Reader, path: &str) {
    let finding =
        Finding::warning(UNKNOWN_RECORD, "this file is no record").at(reader.place(path), "nobody reads this");
    reader.findings.push(finding.help(format!(
        "records are files `<name>.yaml` in one of the folders {}",
        KINDS.map(|kind| format!("`records/{kind}`")).join(", ")
    )));
}
