//! Images and attached files: where they are in the bundle, and how images are shown.

use super::Input;
use super::pictures::{self, Picture, Wish};
use crate::finding::Finding;
use crate::model::document::Document;
use crate::model::loaded::inner_path;
use crate::model::picture::shown;
use crate::model::project::Format;
use crate::model::text::{InlineKind, Target, walk_inlines};
use std::collections::{BTreeMap, BTreeSet};

/// The files of the project that go into the bundle.
pub(super) struct Assets {
    /// Path in the project to path in the bundle.
    places: BTreeMap<String, String>,
    /// Path in the project to the image there; `None` if it cannot be shown.
    pictures: BTreeMap<String, Option<Picture>>,
    /// Path in the bundle to content.
    files: BTreeMap<String, Vec<u8>>,
    /// What is wrong with the images.
    findings: Vec<Finding>,
}

impl Assets {
    /// No files at all.
    pub(super) fn none() -> Self {
        Self { places: BTreeMap::new(), pictures: BTreeMap::new(), files: BTreeMap::new(), findings: Vec::new() }
    }

    /// Finds a place for every file that a delivered document shows or links to.
    pub(super) fn new(input: &Input<'_>) -> Self {
        Self::of(input, input.dossier.delivered(), input.formats.contains(&Format::Pdf))
    }

    /// The same for some documents.
    pub(super) fn of<'a>(input: &Input<'_>, documents: impl Iterator<Item = &'a Document>, print: bool) -> Self {
        let documents: Vec<_> = documents.collect();
        let (images, linked) = (shown(documents.iter().copied()), linked(documents.iter().copied()));
        let mut assets = Self::none();
        for (path, bytes) in input.files {
            let path_inside = inner_path(path);
            let name = path_inside.strip_prefix("docs/").unwrap_or(&path_inside);
            let name = name.strip_prefix("files/").unwrap_or(name);
            let place = match (images.get(path), linked.contains(path)) {
                (Some(_), _) => format!("html/assets/{name}"),
                (None, true) => format!("files/{name}"),
                (None, false) => continue,
            };
            let mut content = None;
            if let Some(shown) = images.get(path) {
                let wish = Wish { path, span: shown.span, width: shown.width, print };
                let picture = pictures::prepare(bytes, &wish, &mut assets.findings);
                content = picture.as_ref().and_then(|picture| picture.cleaned.clone());
                assets.pictures.insert(path.clone(), picture);
            }
            assets.files.insert(place.clone(), content.unwrap_or_else(|| bytes.clone()));
            assets.places.insert(path.clone(), place);
        }
        assets
    }

    /// Where a file of the project is in the bundle.
    pub(super) fn place(&self, path: &str) -> Option<&str> {
        self.places.get(path).map(String::as_str)
    }

    /// The image at a path, if it can be shown.
    pub(super) fn picture(&self, path: &str) -> Option<&Picture> {
        self.pictures.get(path).and_then(Option::as_ref)
    }

    /// The images for print: path in the project, ending of its name there, content.
    pub(super) fn prints(&self) -> impl Iterator<Item = (&str, &'static str, &[u8])> {
        self.pictures.iter().filter_map(|(path, picture)| {
            let (bytes, ending) = picture.as_ref()?.print.as_ref()?;
            Some((path.as_str(), *ending, bytes.as_slice()))
        })
    }

    /// What is wrong with the images.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The file at a path in the bundle.
    pub(super) fn take(mut self, place: &str) -> Option<Vec<u8>> {
        self.files.remove(place)
    }

    /// The files for the bundle.
    pub(super) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files
    }
}

/// The files that documents link to.
fn linked<'a>(documents: impl Iterator<Item = &'a Document>) -> BTreeSet<String> {
    let mut linked = BTreeSet::new();
    for document in documents {
        let notes = document.footnotes.iter().map(|note| note.blocks.as_slice());
        for blocks in std::iter::once(document.blocks.as_slice()).chain(notes) {
            walk_inlines(blocks, &mut |inline| {
                if let InlineKind::Link(link) = &inline.kind
                    && let Target::File(path) = &link.target
                {
                    linked.insert(path.clone());
                }
            });
        }
    }
    linked
}
