//! The files of the project that fragments link to or show.

use super::read::{MANY, Reader};
use crate::hash::sha256;
use crate::model::fragment::Fragment;
use crate::model::loaded::resolve_path;
use crate::model::picture::FileFacts;
use crate::model::text::{Block, BlockKind, InlineKind, Target, walk_blocks, walk_inlines};
use crate::parallel;
use crate::source::FileId;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageReader};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Finds the files that fragments, sorted by path, link to or show, by path from the project's root. A link to a
/// fragment leads to its document.
pub(super) fn find(reader: &Reader, fragments: &[Fragment]) -> BTreeSet<String> {
    let mut folder = Folder::new(reader.root());
    let is_fragment = |path: &str| fragments.binary_search_by(|fragment| fragment.path.as_str().cmp(path)).is_ok();
    let named = |fragment: &Fragment| {
        let mut named = Named::default();
        fragment.texts().for_each(|blocks| named.collect(blocks));
        let path = |written: &&str| project_path(&fragment.path, written);
        let linked = named.linked.iter().filter_map(path).filter(|path| !is_fragment(path));
        linked.chain(named.shown.iter().filter_map(path)).collect()
    };
    let all: Vec<Vec<String>> = parallel::each(fragments.len() >= MANY, fragments, named);
    let mut files = BTreeSet::new();
    for (fragment, paths) in fragments.iter().zip(all) {
        for path in paths {
            let stays = !path.starts_with("../") || fragment.path.starts_with("../");
            if stays && !files.contains(&path) && folder.has_file(&path) {
                files.insert(path);
            }
        }
    }
    files
}

/// The largest attached text that rules look into.
const MAX_TEXT: u64 = 4 << 20;
/// Endings of files that are no text.
const NO_TEXT: [&str; 14] =
    ["png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "pdf", "zip", "gz", "mp4", "webm", "mov", "woff2"];

/// Reads those of the files that are texts, so that rules can look into them. They are carried as they are:
/// nothing is wrong with one that is no text.
pub(super) fn texts(reader: &mut Reader, files: &BTreeSet<String>) -> Vec<FileId> {
    let ending = |path: &str| path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let may_be = files.iter().filter(|path| !NO_TEXT.contains(&ending(path).as_str()));
    may_be.filter_map(|path| reader.attachment(path, MAX_TEXT)).collect()
}

/// What is known of files, by path.
type Known = (BTreeMap<String, String>, BTreeMap<String, FileFacts>);

/// The SHA-256 of each file, and what else is known of it; of what cannot be read nothing is.
pub(super) fn known(root: &Path, files: &BTreeSet<String>) -> Known {
    let one = |path: &String| {
        let bytes = std::fs::read(root.join(path)).ok()?;
        let facts = FileFacts { bytes: bytes.len() as u64, pixels: pixels(&bytes) };
        Some(((path.clone(), sha256(bytes)), (path.clone(), facts)))
    };
    let known = parallel::each(files.len() >= MANY, files.iter().collect::<Vec<_>>(), one);
    known.into_iter().flatten().unzip()
}

/// Width and height of an image as they are seen, from the head of its file; `None` for everything else.
fn pixels(bytes: &[u8]) -> Option<(u32, u32)> {
    image::guess_format(bytes).ok()?;
    let mut decoder = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.into_decoder().ok()?;
    let is_turned = matches!(
        decoder.orientation().unwrap_or(Orientation::NoTransforms),
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let (width, height) = decoder.dimensions();
    Some(if is_turned { (height, width) } else { (width, height) })
}

/// Whether there is a regular file at a path from the project's root, and inside of the project.
pub(super) fn is_there(root: &Path, path: &str) -> bool {
    Folder::new(root).has_file(path)
}

/// What the texts of a fragment name, as it was written.
#[derive(Default)]
struct Named<'a> {
    linked: BTreeSet<&'a str>,
    shown: BTreeSet<&'a str>,
}

impl<'a> Named<'a> {
    fn collect(&mut self, blocks: &'a [Block]) {
        walk_blocks(blocks, &mut |block| {
            if let BlockKind::Figure(image) = &block.kind {
                add(&mut self.shown, &image.target);
            }
        });
        walk_inlines(blocks, &mut |inline| match &inline.kind {
            InlineKind::Link(link) => add(&mut self.linked, &link.target),
            InlineKind::Image(image) => add(&mut self.shown, &image.target),
            _ => {}
        });
    }
}

fn add<'a>(named: &mut BTreeSet<&'a str>, target: &'a Target) {
    if let Target::Written(written) = target {
        named.insert(written);
    }
}

/// The path in the project that a target written in the file at `base` names; `None` for URLs, anchors
/// and what leads out of the project.
fn project_path(base: &str, written: &str) -> Option<String> {
    if written.starts_with("//") || url::Url::parse(written).is_ok() {
        return None;
    }
    let path = written.split(['#', '?']).next().filter(|path| !path.is_empty())?;
    let path = percent_decode(path)?;
    resolve_path(base, &path).filter(|path| !path.is_empty() && !path.contains(['\\', '\0']))
}

/// Undoes `%20` and the like; `None` if that gives no UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let code = digit(bytes.get(at + 1)).zip(digit(bytes.get(at + 2))).map(|(high, low)| high * 16 + low);
        let code = code.and_then(|code| u8::try_from(code).ok()).filter(|_| byte == b'%');
        decoded.push(code.unwrap_or(byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).ok()
}

/// The project's folder, with the names in its folders as they were listed once.
struct Folder {
    root: Option<PathBuf>,
    listings: BTreeMap<PathBuf, BTreeSet<OsString>>,
}

impl Folder {
    fn new(root: &Path) -> Self {
        Self { root: root.canonicalize().ok(), listings: BTreeMap::new() }
    }

    /// Whether there is a regular file at a path, spelt exactly like this on every system, that no link
    /// leads out of the project.
    fn has_file(&mut self, path: &str) -> bool {
        let Some(root) = self.root.clone() else { return false };
        let mut at = root.clone();
        let inside = if path.starts_with("../") { super::sources::repository(&root) } else { root.clone() };
        for part in path.split('/') {
            if part == ".." {
                at.pop();
                continue;
            }
            if !self.listing(&at).contains(OsStr::new(part)) {
                return false;
            }
            at.push(part);
        }
        at.canonicalize().is_ok_and(|real| real.starts_with(&inside) && real.is_file())
    }

    fn listing(&mut self, folder: &Path) -> &BTreeSet<OsString> {
        self.listings.entry(folder.to_path_buf()).or_insert_with(|| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.file_name()).collect()
        })
    }
}
