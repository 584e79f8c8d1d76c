//! Images and attached files: where they are in the bundle, and how images are shown. And what else is made once
//! for all formats: diagrams, and the colours of code.

use super::colours::Colours;
use super::pictures::{self, Picture, Wish};
use super::{Input, Workshop};
use crate::finding::Finding;
use crate::markdown::highlight::Piece;
use crate::model::document::Document;
use crate::model::loaded::inner_path;
use crate::model::picture::{Shown, shown};
use crate::model::project::Format;
use crate::model::text::{Code, Diagram, InlineKind, Target, walk_inlines};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

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
    /// The code of the documents.
    colours: Colours,
}

impl Assets {
    /// No files at all.
    pub(super) fn none() -> Self {
        Self {
            places: BTreeMap::new(),
            pictures: BTreeMap::new(),
            files: BTreeMap::new(),
            findings: Vec::new(),
            colours: Colours::default(),
        }
    }

    /// Finds a place for every file that a delivered document shows or links to.
    pub(super) fn new(input: &Input<'_>) -> Self {
        Self::of(input, input.dossier.delivered(), input.formats.contains(&Format::Pdf))
    }

    /// The same for some documents, with what else is made once for pages and PDFs.
    pub(super) fn of<'a>(input: &Input<'_>, documents: impl Iterator<Item = &'a Document>, print: bool) -> Self {
        let documents: Vec<_> = documents.collect();
        paint(&documents, input.workshop);
        let colours = Colours::of(&documents, input.workshop);
        Self { colours, ..Self::files(input, &documents, print) }
    }

    /// The files alone.
    fn files(input: &Input<'_>, documents: &[&Document], print: bool) -> Self {
        let mut assets = Self::none();
        let (images, linked) = (shown(documents.iter().copied()), linked(documents.iter().copied()));
        assets.prepare(input, &images, print);
        for ((path, bytes), name) in input.files.iter().zip(names(input.files)) {
            let place = match (images.get(path), linked.contains(path)) {
                (Some(_), _) => format!("html/assets/{name}"),
                (None, true) => format!("files/{name}"),
                (None, false) => continue,
            };
            let picture = assets.pictures.get_mut(path).and_then(Option::as_mut);
            let cleaned = picture.and_then(|picture| picture.cleaned.take());
            assets.files.insert(place.clone(), cleaned.unwrap_or_else(|| bytes.clone()));
            assets.places.insert(path.clone(), place);
        }
        assets
    }

    /// Prepares the images, several at once, and keeps what is wrong with them.
    fn prepare(&mut self, input: &Input<'_>, images: &BTreeMap<String, Shown>, print: bool) {
        let known = images.iter().filter_map(|(path, shown)| Some((path, shown, input.files.get(path)?)));
        let all: Vec<(&String, &Shown, &Vec<u8>)> = known.collect();
        let prepared = input.workshop.each(
            &all,
            |(_, _, bytes)| bytes.len(),
            |(path, shown, bytes)| {
                let wish = Wish { path, span: shown.span, width: shown.width, print };
                pictures::prepare(bytes, &wish, input.workshop)
            },
        );
        for ((path, ..), (picture, finding)) in all.into_iter().zip(prepared) {
            self.pictures.insert(path.clone(), picture);
            self.findings.extend(finding);
        }
    }

    /// The pieces of some code; `None` if its language is not known.
    pub(super) fn pieces(&self, code: &Code) -> Option<Cow<'_, [Piece]>> {
        self.colours.pieces(code)
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
    pub(super) fn prints(&self) -> impl Iterator<Item = (&str, &str, &[u8])> {
        self.pictures.iter().filter_map(|(path, picture)| {
            let (bytes, ending) = picture.as_ref()?.print.as_ref()?;
            Some((path.as_str(), ending.as_str(), bytes.as_slice()))
        })
    }

    /// What is wrong with the images.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The file at a path in the bundle that any of some documents shows or links to.
    pub(super) fn file(input: &Input<'_>, documents: &[&Document], place: &str) -> Option<Vec<u8>> {
        Self::files(input, documents, false).files.remove(place)
    }

    /// The files for the bundle.
    pub(super) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files
    }
}

/// What each file is called in the bundle: its path without the folders in which such files lie, unless another one
/// would be called the same.
fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let whole: Vec<String> = files.keys().map(|path| inner_path(path)).collect();
    let short = |path: &str| -> String {
        let name = path.strip_prefix("docs/").unwrap_or(path);
        name.strip_prefix("files/").unwrap_or(name).to_owned()
    };
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for path in &whole {
        for name in BTreeSet::from([short(path), path.clone()]) {
            *taken.entry(name).or_default() += 1;
        }
    }
    let name = |path: String| if taken[&short(&path)] == 1 { short(&path) } else { path };
    whole.into_iter().map(name).collect()
}

/// The files that documents link to.
fn linked<'a>(documents: impl Iterator<Item = &'a Document>) -> BTreeSet<String> {
    let mut linked = BTreeSet::new();
    for document in documents {
        for blocks in document.texts() {
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

/// Paints the diagrams of some documents, unless the same ones were painted before.
fn paint(documents: &[&Document], workshop: &Workshop) {
    let diagrams: Vec<&Diagram> = documents.iter().flat_map(|document| document.diagrams()).collect();
    workshop.each(
        &diagrams,
        |_| 1,
        |diagram| {
            diagram.painting.drawing_by(|from| {
                let Ok(drawing) = workshop.remembered(|| from.key(), || Ok::<_, Infallible>(from.paint()));
                drawing
            });
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_files_are_called_the_same() {
        let called = |paths: &[&str]| names(&paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect());
        assert_eq!(
            called(&["docs/a.png", "docs/files/b.pdf", "docs/images/a.png"]),
            ["a.png", "b.pdf", "images/a.png"]
        );
        assert_eq!(called(&["docs/a.png", "docs/files/a.png"]), ["docs/a.png", "docs/files/a.png"]);
        assert_eq!(called(&["a.png", "docs/a.png"]), ["a.png", "docs/a.png"]);
        assert_eq!(called(&["docs/a.png", "docs/docs/a.png"]), ["a.png", "docs/docs/a.png"]);
    }
}
