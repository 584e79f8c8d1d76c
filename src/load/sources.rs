//! Documents that the repository already has, used from where they are: README, decision records, change
//! log, licence, description of an interface.
//!
//! They may lie above the project's folder, inside of the same repository: the nearest folder upwards
//! that git looks after.

use super::fragments::{front_matter, number_prefix};
use super::openapi;
use super::phrases::Phrases;
use super::read::Reader;
use crate::finding::Finding;
use crate::markdown::{self, Parsed, Typography};
use crate::model::fragment::{Fragment, FrontMatter};
use crate::model::loaded::resolve_path;
use crate::model::node::{FromNode, INVALID_FIELD, Located, Node, Value};
use crate::model::sources::{SourceMap, SourcePaths};
use crate::model::text::{Block, BlockKind, Code, Inline, InlineKind, Target};
use crate::model::value::Text;
use crate::source::{FileId, Span};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::WalkDir;

/// The largest file that is taken.
const MAX_SOURCE: u64 = 8 << 20;
/// How deep folders are walked.
const MAX_FOLDERS: usize = 8;

/// The folder within which documents may be taken: the repository that a folder is in, or else the folder.
pub(super) fn repository(root: &Path) -> PathBuf {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let found = root.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf);
    found.unwrap_or(root)
}

/// Reads the documents that the project takes from the repository.
pub(super) fn load(
    reader: &mut Reader,
    sources: &SourceMap,
    typography: Typography,
    phrases: &Phrases,
) -> Vec<Fragment> {
    let repository = repository(reader.root());
    let mut fragments = Vec::new();
    for source in &sources.0 {
        fragments.extend(one(reader, source, &repository, typography, phrases));
    }
    fragments
}

/// The fragments of one document.
fn one(
    reader: &mut Reader,
    source: &SourcePaths,
    repository: &Path,
    typography: Typography,
    phrases: &Phrases,
) -> Vec<Fragment> {
    let mut found = Vec::new();
    for written in &source.paths {
        found.extend(paths(reader, written, repository).into_iter().map(|path| (path, written.span)));
    }
    // A folder with one file in it is still a folder: more may follow, each with its own title.
    let is_file = |written: &Located<Text>| !reader.root().join(written.as_str()).is_dir();
    let alone = source.paths.len() == 1 && found.len() == 1 && source.paths.iter().all(is_file);
    let take = Take { kind: source.document.as_str(), alone, typography, phrases };
    let mut fragments = Vec::new();
    for (index, (path, span)) in found.into_iter().enumerate() {
        let order = u32::try_from(index + 1).ok();
        fragments.extend(
            fragment(reader, &take, path, span)
                .map(|fragment| Fragment { order: fragment.order.or(order), ..fragment }),
        );
    }
    fragments
}

/// The files that a path means, from the project's root; what is wrong with it is told.
fn paths(reader: &mut Reader, written: &Located<Text>, repository: &Path) -> Vec<String> {
    // Absolute in the sense of the project, so that `../` may lead up from it.
    let path = resolve_path("", &format!("/{}", written.as_str())).unwrap_or_default();
    let path = path.as_str();
    let refusal = match reader.root().join(path).canonicalize() {
        _ if Path::new(written.as_str()).is_absolute() || path.contains('\\') => {
            Some("it is no relative path".to_owned())
        }
        Err(_) => Some("there is no such file or folder".to_owned()),
        Ok(real) if !real.starts_with(repository) => Some("it leads out of the repository".to_owned()),
        Ok(real) if real.is_dir() => return markdown_below(&real, path),
        Ok(_) => None,
    };
    let Some(why) = refusal else { return vec![path.to_owned()] };
    let message = format!("`{path}` cannot be used as a document: {why}");
    let help = "write the path as it is seen from the folder of handoff.yaml, such as `../README.md`";
    reader.findings.push(Finding::error(INVALID_FIELD, message).at(written.span, why).help(help));
    Vec::new()
}

/// The Markdown files in a folder and below it, sorted; templates and signposts are left out.
fn markdown_below(real: &Path, path: &str) -> Vec<String> {
    let walk = WalkDir::new(real).follow_links(false).max_depth(MAX_FOLDERS).sort_by_file_name();
    let hidden = |name: &str| name.starts_with('.');
    let entries =
        walk.into_iter().filter_entry(move |entry| entry.depth() == 0 || !hidden(&entry.file_name().to_string_lossy()));
    let mut found: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file() && wanted(&entry.file_name().to_string_lossy()))
        .filter_map(|entry| {
            let below = entry.path().strip_prefix(real).ok()?;
            let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            Some(format!("{path}/{}", parts.join("/")))
        })
        .collect();
    found.sort();
    found
}

fn wanted(name: &str) -> bool {
    let lower = name.to_lowercase();
    let stem = lower.strip_suffix(".md").or_else(|| lower.strip_suffix(".markdown"));
    stem.is_some_and(|stem| !matches!(stem, "readme" | "index" | "template" | "0000-template" | "adr-template"))
}

/// How the files of a document are taken.
struct Take<'a> {
    kind: &'a str,
    /// Whether the document is one file.
    alone: bool,
    typography: Typography,
    phrases: &'a Phrases,
}

/// A file as a fragment.
fn fragment(reader: &mut Reader, take: &Take<'_>, path: String, said: Span) -> Option<Fragment> {
    let file = reader.text(&path, MAX_SOURCE)?;
    let text = Arc::clone(&reader.sources.file(file).text);
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    let order = number_prefix(&name);
    let empty =
        FrontMatter::from_node(&Node { value: Value::Map(Vec::new()), span: Span::start_of(file) }, &mut Vec::new())?;
    let document = take.kind.to_owned();
    let (front, parsed) = match extension.as_str() {
        "md" | "markdown" => {
            // Front matter of other tools is none of ours: what is unknown in it is no mistake.
            let (front, body) = front_matter::<FrontMatter>(&text, file, &mut Vec::new()).unwrap_or((empty, 0));
            let mut parsed = markdown::parse_in(take.typography, &text[body..], file, body, &mut reader.findings);
            parsed.blocks.retain(|block| !is_badges(block));
            (front, parsed)
        }
        "yaml" | "yml" | "json" => {
            let description = openapi::read(&text, file, said, take.phrases, &mut reader.findings)?;
            return Some(Fragment {
                front: FrontMatter { covers: description.covers, ..empty },
                blocks: description.blocks,
                footnotes: Vec::new(),
                file,
                path,
                document,
                whole: false,
                order: Some(0),
            });
        }
        _ => (empty, Parsed { blocks: vec![verbatim(&text, file)], footnotes: Vec::new() }),
    };
    let Parsed { mut blocks, footnotes } = parsed;
    // The title of the document is that of its kind, not that of a file that served another purpose.
    let has_title =
        matches!(blocks.first().map(|block| &block.kind), Some(BlockKind::Heading(heading)) if heading.level == 1);
    if take.alone && has_title {
        blocks.remove(0);
    }
    Some(Fragment { file, path, document, whole: take.alone, order, front, blocks, footnotes })
}

/// A plain text as it stands.
fn verbatim(text: &str, file: FileId) -> Block {
    let code = Code { language: Some("text".into()), text: text.trim_end().to_owned() };
    Block::new(BlockKind::Code(code), Some(Span::new(file, 0, text.len())))
}

/// Whether a block only shows badges: pictures from the network, which are of no use in a bundle.
fn is_badges(block: &Block) -> bool {
    let remote = |target: &Target| matches!(target, Target::Written(to) if to.starts_with("https://") || to.starts_with("http://"));
    let is_badge = |inline: &Inline| match &inline.kind {
        InlineKind::Image(image) => remote(&image.target),
        InlineKind::Link(link) => {
            let image = |inner: &Inline| matches!(&inner.kind, InlineKind::Image(image) if remote(&image.target));
            !link.content.is_empty() && link.content.iter().all(image)
        }
        InlineKind::SoftBreak | InlineKind::HardBreak => true,
        InlineKind::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    match &block.kind {
        BlockKind::Paragraph(line) => !line.is_empty() && line.iter().all(is_badge),
        BlockKind::Figure(image) => remote(&image.target),
        _ => false,
    }
}
