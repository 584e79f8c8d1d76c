//! The fragments: Markdown files below `docs/`, with their front matter.
//!
//! Decides which document takes a fragment and in which order; what documents there are is not known
//! here.

use super::front::Front;
use super::read::Reader;
use super::{INVALID_YAML, yaml};
use crate::finding::Finding;
use crate::markdown::{self, Typography};
use crate::model::fragment::{Fragment, FrontMatter};
use crate::model::loaded::LARGE;
use crate::model::node::{FromNode, INVALID_FIELD, Node, Scalar, Value, shorten};
use crate::model::value::Id;
use crate::parallel;
use crate::source::{FileId, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The largest fragment that is read.
const MAX_FRAGMENT: u64 = 8 << 20;
/// Folders below `docs/` that hold what fragments show or link to.
const ASSET_FOLDERS: [&str; 4] = ["images", "img", "assets", "files"];

/// Reads all fragments among the files below `docs/`, but those that are `taken` already, sorted by path, so that
/// `docs/runbook.md` comes before `docs/runbook/…`.
pub(super) fn load(
    reader: &mut Reader,
    docs: &[String],
    taken: &BTreeSet<String>,
    typography: Typography,
) -> Vec<Fragment> {
    let mut begun = Vec::new();
    let mut misnamed = BTreeSet::new();
    let paths: Vec<String> = docs.iter().filter(|path| is_fragment(path) && !taken.contains(*path)).cloned().collect();
    reader.read_ahead(&paths, MAX_FRAGMENT);
    for path in paths {
        begun.extend(begin(reader, path, &mut misnamed));
    }
    let texts = |begun: &(Fragment, usize)| reader.sources.text(begun.0.file).len();
    let finish = |(mut fragment, body): (Fragment, usize)| {
        let (file, mut findings) = (fragment.file, Vec::new());
        let text = &reader.sources.text(file)[body..];
        let parsed = markdown::parse_in(typography, text, file, body, &mut findings);
        (fragment.blocks, fragment.footnotes) = (parsed.blocks, parsed.footnotes);
        (fragment, findings)
    };
    let is_large = begun.iter().map(texts).sum::<usize>() >= LARGE;
    let finished = parallel::each(is_large, begun, finish);
    let mut fragments = Vec::with_capacity(finished.len());
    for (fragment, findings) in finished {
        fragments.push(fragment);
        reader.findings.extend(findings);
    }
    fragments
}

/// Whether a file below `docs/` is a fragment, by its path.
pub(super) fn is_fragment(path: &str) -> bool {
    let mut folders = path.rsplit_once('/').map_or("", |(folders, _)| folders).split('/');
    path.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("md"))
        && !folders.any(|folder| ASSET_FOLDERS.contains(&folder))
}

/// A fragment whose text is still to be parsed, and where that begins.
fn begin(reader: &mut Reader, path: String, misnamed: &mut BTreeSet<String>) -> Option<(Fragment, usize)> {
    let file = reader.text(&path, MAX_FRAGMENT)?;
    let text = Arc::clone(&reader.sources.file(file).text);
    let (front, body) = front_matter::<FrontMatter>(&text, file, &mut reader.findings)?;
    let name = Name::of(&path);
    let document = match &front.document {
        Some(document) if !document.as_str().is_empty() => document.as_str().to_owned(),
        _ if name.is_signpost => return None,
        _ => match Id::parse(name.kind) {
            Ok(_) => name.kind.to_owned(),
            Err(why) => {
                if misnamed.insert(name.kind.to_owned()) {
                    reader.findings.push(rename(&name, &why, file));
                }
                return None;
            }
        },
    };
    let order = front.order.map(|order| order.value.0).or_else(|| number_prefix(name.ordered));
    let whole = name.whole;
    let (blocks, footnotes) = (Vec::new(), Vec::new());
    Some((Fragment { file, path, document, whole, order, front, blocks, footnotes }, body))
}

/// What the path of a fragment says.
struct Name<'a> {
    /// The document: the name of the file or of the first folder below `docs/`.
    kind: &'a str,
    /// The name whose number says the place in the document.
    ordered: &'a str,
    /// Whether the file is a whole document.
    whole: bool,
    /// Whether the file explains its folder to those who browse the repository.
    is_signpost: bool,
}

impl<'a> Name<'a> {
    fn of(path: &'a str) -> Self {
        let below = path.strip_prefix("docs/").unwrap_or(path);
        if let Some((folder, rest)) = below.split_once('/') {
            let ordered = rest.split('/').next().unwrap_or(rest);
            return Self { kind: folder, ordered, whole: false, is_signpost: false };
        }
        let kind = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
        // In lower case it is the document of that kind.
        let is_signpost = matches!(kind, "README" | "Readme" | "index" | "INDEX");
        Self { kind, ordered: "", whole: true, is_signpost }
    }
}

/// The number that a name begins with, as in `20-logs.md`.
pub(super) fn number_prefix(name: &str) -> Option<u32> {
    let digits = name.find(|c: char| !c.is_ascii_digit())?;
    name[digits..].starts_with(['-', '_', '.', ' ']).then(|| name[..digits].parse().ok())?
}

fn rename(name: &Name, why: &str, file: FileId) -> Finding {
    let what = if name.whole { "file" } else { "folder" };
    let kind = name.kind;
    let finding = Finding::error(INVALID_FIELD, format!("`{}` is no kind of document: {why}", shorten(kind)))
        .at(Span::start_of(file), format!("the name of the {what} says which document this belongs to"));
    let words: Vec<_> = kind.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let better = words.join("-").to_lowercase();
    let finding = match Id::parse(&better) {
        Ok(_) if name.whole => finding.help(format!("rename the file to `docs/{better}.md`")),
        Ok(_) => finding.help(format!("rename the folder to `docs/{better}`")),
        Err(_) => finding.help(format!("rename the {what} to a kind of document, such as `runbook`")),
    };
    finding.help("or say which document it belongs to at the top of the file: `document:` in the front matter")
}

/// What the front matter says, and where the text behind it begins.
pub(super) fn front_matter<T: FromNode>(text: &str, file: FileId, findings: &mut Vec<Finding>) -> Option<(T, usize)> {
    let (node, body) = match Front::of(text) {
        Front::None => (None, 0),
        Front::Open(at) => {
            findings.push(
                Finding::error(INVALID_YAML, "the front matter is never closed")
                    .at(Span::new(file, at.start, at.end), "begins here")
                    .help("put a line with `---` behind it; for a rule at the top of a text write `***`"),
            );
            (None, text.len())
        }
        Front::Closed { yaml, body } => (yaml::parse(&text[yaml.clone()], file, yaml.start, findings), body),
    };
    Some((record(node, file, findings)?, body))
}

/// What front matter says that was read, if there is any.
pub(super) fn record<T: FromNode>(node: Option<Node>, file: FileId, findings: &mut Vec<Finding>) -> Option<T> {
    let empty = Node { value: Value::Map(Vec::new()), span: Span::start_of(file) };
    let node = node.filter(|node| node.value != Value::Null).unwrap_or_else(|| empty.clone());
    T::from_node(&node, findings).or_else(|| T::from_node(&empty, findings))
}
