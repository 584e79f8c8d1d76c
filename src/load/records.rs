//! The records: what happened, one small file each below `records/`.

use super::read::{Reader, read_limited};
use super::{ALTERED_FORM, MAX_ASSET, UNKNOWN_RECORD, files, references, yaml};
use crate::finding::{Finding, suggestion};
use crate::hash::sha256;
use crate::model::loaded::{Loaded, resolve_path};
use crate::model::node::shorten;
use crate::model::records::{KINDS, Kind, Records};
use crate::theme::Theme;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The largest record that is read.
const MAX_RECORD: u64 = 1 << 20;

/// Reads all records, each kind sorted by the name of its file.
pub(super) fn load(reader: &mut Reader) -> Records {
    let mut records = Records::default();
    let mut strangers = Vec::new();
    for path in reader.walk("records") {
        match kind(&path) {
            Some(kind) => record(reader, &path, kind, &mut records),
            None => strangers.push(path),
        }
    }
    report_strangers(reader, &records, strangers);
    records
}

/// Judges the text of a record that is about to be written at `path`, as if it were there: what is wrong
/// with it, in the order of the places. The text is among the sources afterwards.
pub fn judge(loaded: &mut Loaded, kind: &Kind, path: &str, text: &str) -> Vec<Finding> {
    let file = loaded.sources.add(path, text);
    let mut findings = Vec::new();
    let mut records = Records::default();
    if let Some(node) = yaml::parse(text, file, 0, &mut findings) {
        (kind.read)(&node, &mut findings, &mut records);
    }
    // What the new record refers to is judged together with the records that are there.
    let before = std::mem::take(&mut loaded.records);
    let mut all = before.clone();
    if let Some(node) = yaml::parse(text, file, 0, &mut Vec::new()) {
        (kind.read)(&node, &mut Vec::new(), &mut all);
    }
    loaded.records = all;
    let theme = Theme::new(loaded.theme_files.clone());
    findings.extend(references::check(loaded, &theme));
    loaded.records = before;
    findings.retain(|finding| finding.span().is_some_and(|span| span.file == file));
    findings.sort_by_key(Finding::span);
    findings
}

/// The forms that came back, by path from the project's root: those that are there and are still the files
/// that were recorded.
pub(super) fn forms(reader: &mut Reader, records: &Records) -> Vec<String> {
    let mut forms = Vec::new();
    for record in &records.sign_offs {
        let path = record.file.as_str();
        let wrong = |message: String, label: &str| {
            let help =
                "put the file back as it was; what came back is kept unchanged, and is what proves the acceptance";
            Finding::error(ALTERED_FORM, message).at(record.file.span, label).help(help)
        };
        if path.is_empty() {
            continue;
        }
        let inside = resolve_path("handoff.yaml", path).filter(|inside| inside == path);
        let is_there = inside.is_some() && files::is_there(reader.root(), path);
        let bytes = if is_there { read_limited(&reader.root().join(path), MAX_ASSET).ok().flatten() } else { None };
        match bytes {
            None => reader.findings.push(wrong(format!("there is no form `{}`", shorten(path)), "not there")),
            Some(bytes) if sha256(&bytes) != record.sha256.as_str() => {
                reader
                    .findings
                    .push(wrong("the form is not the file that was recorded".into(), "has another fingerprint"));
            }
            Some(_) => forms.push(path.to_owned()),
        }
    }
    forms
}

/// The kind of record that a path is, if it is one.
fn kind(path: &str) -> Option<&'static Kind> {
    let (folder, name) = path.strip_prefix("records/")?.split_once('/')?;
    let is_record = !name.contains('/') && (has_extension(name, "yaml") || has_extension(name, "yml"));
    KINDS.iter().find(|kind| is_record && kind.folder == folder)
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension))
}

fn record(reader: &mut Reader, path: &str, kind: &Kind, records: &mut Records) {
    let Some(file) = reader.text(path, MAX_RECORD) else { return };
    let text = Arc::clone(&reader.sources.file(file).text);
    if let Some(node) = yaml::parse(&text, file, 0, &mut reader.findings) {
        (kind.read)(&node, &mut reader.findings, records);
    }
}

fn folders() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.folder)
}

/// Warns about files that are no records: a folder that nobody reads once, other files each. What a
/// record names as its file, and notes in Markdown, may lie there.
fn report_strangers(reader: &mut Reader, records: &Records, paths: Vec<String>) {
    let mut told = BTreeSet::new();
    for path in paths {
        let beside_release = path.starts_with("records/releases/") && path.ends_with(super::issued::MANIFEST);
        if beside_release || records.files().any(|file| file.as_str() == path) || has_extension(&path, "md") {
            continue;
        }
        let parts: Vec<_> = path.split('/').collect();
        match parts[..] {
            [_, folder, ..] if parts.len() > 2 && !folders().any(|known| known == folder) => {
                if told.insert(folder.to_owned()) {
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
    reader.findings.push(match suggestion(folder, folders()) {
        Some(near) => finding.help(format!("did you mean `records/{near}`?")),
        None => finding.help(format!("the kinds of records are {}", folders().collect::<Vec<_>>().join(", "))),
    });
}

fn report_file(reader: &mut Reader, path: &str) {
    let finding =
        Finding::warning(UNKNOWN_RECORD, "this file is no record").at(reader.place(path), "nobody reads this");
    let named: Vec<_> = folders().map(|folder| format!("`records/{folder}`")).collect();
    reader
        .findings
        .push(finding.help(format!("records are files `<name>.yaml` in one of the folders {}", named.join(", "))));
}
