//! Files below `docs/` that no document takes.

use super::UNREACHABLE_FILE;
use super::fragments::is_fragment;
use super::read::Reader;
use crate::finding::Finding;
use crate::model::node::shorten;
use std::collections::{BTreeMap, BTreeSet};

/// So many files of one folder are told one by one.
const FEW: usize = 3;

/// Warns about files below `docs/`, whose paths are given, that are not among those that are `used`.
pub(super) fn report(reader: &mut Reader, docs: &[String], used: &BTreeSet<&str>) {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in docs {
        // What is wrong with a fragment that is none has been told.
        if !is_fragment(path) && !is_signpost(path) && !used.contains(path.as_str()) {
            let folder = path.rsplit_once('/').map_or("docs", |(folder, _)| folder);
            folders.entry(folder).or_default().push(path);
        }
    }
    for (folder, paths) in folders {
        match paths.as_slice() {
            [first, ..] if paths.len() > FEW => {
                let message = format!("no document takes {} files of `{}`", paths.len(), shorten(folder));
                tell(reader, first, &message, &format!("the first is `{}`", shorten(first)));
            }
            paths => {
                for path in paths {
                    tell(reader, path, "no document takes this file", &help(path));
                }
            }
        }
    }
}

/// Whether a file explains its folder to those who browse the repository.
fn is_signpost(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    matches!(stem.as_str(), "readme" | "index" | "licence" | "license")
}

fn help(path: &str) -> String {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    match extension.to_lowercase().as_str() {
        "txt" | "markdown" | "mdx" | "mdown" | "rst" | "adoc" => {
            format!("write it as Markdown, `{stem}.md`, or link to it where it belongs")
        }
        _ => "link to it or show it where it belongs".to_owned(),
    }
}

fn tell(reader: &mut Reader, path: &str, message: &str, help: &str) {
    let at = reader.place(path);
    reader.findings.push(
        Finding::warning(UNREACHABLE_FILE, message)
            .at(at, "will not be in the bundle")
            .help(help)
            .help("or move what is no part of the delivery out of `docs/`"),
    );
}
