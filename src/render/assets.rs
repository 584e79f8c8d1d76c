//! Images and attached files: where they are in the bundle, and how large the images are.

use super::Input;
use crate::model::document::Dossier;
use crate::model::text::{BlockKind, InlineKind, Target, walk_blocks, walk_inlines};
use std::collections::{BTreeMap, BTreeSet};

/// The files of the project that go into the bundle.
pub(super) struct Assets {
    /// Path in the project to path in the bundle.
    places: BTreeMap<String, String>,
    /// Path in the project to natural width and height in CSS pixels.
    sizes: BTreeMap<String, (u32, u32)>,
    /// Path in the bundle to content.
    files: BTreeMap<String, Vec<u8>>,
}

impl Assets {
    /// Finds a place for every file that a delivered document shows or links to.
    pub(super) fn new(input: &Input<'_>) -> Self {
        let (images, linked) = used(input.dossier);
        let mut assets = Self { places: BTreeMap::new(), sizes: BTreeMap::new(), files: BTreeMap::new() };
        for (path, bytes) in &input.files {
            let name = path.strip_prefix("docs/").unwrap_or(path);
            let name = name.strip_prefix("files/").unwrap_or(name);
            let place = match (images.contains(path), linked.contains(path)) {
                (true, _) => format!("html/assets/{name}"),
                (false, true) => format!("files/{name}"),
                (false, false) => continue,
            };
            if images.contains(path)
                && let Some(size) = image_size(bytes)
            {
                assets.sizes.insert(path.clone(), size);
            }
            assets.files.insert(place.clone(), bytes.clone());
            assets.places.insert(path.clone(), place);
        }
        assets
    }

    /// Where a file of the project is in the bundle.
    pub(super) fn place(&self, path: &str) -> Option<&str> {
        self.places.get(path).map(String::as_str)
    }

    /// Natural width and height of an image in CSS pixels.
    pub(super) fn size(&self, path: &str) -> Option<(u32, u32)> {
        self.sizes.get(path).copied()
    }

    /// The files for the bundle.
    pub(super) fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files
    }
}

/// The files that delivered documents show, and those that they link to.
fn used(dossier: &Dossier) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut images, mut linked) = (BTreeSet::new(), BTreeSet::new());
    let add = |target: &Target, to: &mut BTreeSet<String>| {
        if let Target::File(path) = target {
            to.insert(path.clone());
        }
    };
    for document in dossier.delivered() {
        let notes = document.footnotes.iter().map(|note| note.blocks.as_slice());
        for blocks in std::iter::once(document.blocks.as_slice()).chain(notes) {
            walk_blocks(blocks, &mut |block| {
                if let BlockKind::Figure(image) = &block.kind {
                    add(&image.target, &mut images);
                }
            });
            walk_inlines(blocks, &mut |inline| match &inline.kind {
                InlineKind::Image(image) => add(&image.target, &mut images),
                InlineKind::Link(link) => add(&link.target, &mut linked),
                _ => {}
            });
        }
    }
    (images, linked)
}

/// Natural width and height in CSS pixels.
fn image_size(bytes: &[u8]) -> Option<(u32, u32)> {
    match imagesize::blob_size(bytes) {
        Ok(size) => u32::try_from(size.width).ok().zip(u32::try_from(size.height).ok()),
        Err(_) => svg_size(std::str::from_utf8(bytes).ok()?),
    }
}

/// Width and height of an SVG: its attributes, or those of its view box.
fn svg_size(text: &str) -> Option<(u32, u32)> {
    let tree = roxmltree::Document::parse(text).ok()?;
    let root = tree.root_element();
    let length = |name: &str| {
        let value = root.attribute(name)?.trim().trim_end_matches("px").parse::<f64>().ok()?;
        whole_pixels(value)
    };
    let view_box = || {
        let numbers: Vec<f64> = root.attribute("viewBox")?.split([' ', ',']).filter_map(|n| n.parse().ok()).collect();
        Some((whole_pixels(*numbers.get(2)?)?, whole_pixels(*numbers.get(3)?)?))
    };
    length("width").zip(length("height")).or_else(view_box)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
fn whole_pixels(value: f64) -> Option<u32> {
    (1.0..=100_000.0).contains(&value).then(|| value.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_svg_images() {
        assert_eq!(
            svg_size("<svg xmlns='http://www.w3.org/2000/svg' width='640' height='480.4px'/>"),
            Some((640, 480))
        );
        assert_eq!(svg_size("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 300 150'/>"), Some((300, 150)));
        assert_eq!(svg_size("<svg xmlns='http://www.w3.org/2000/svg' width='100%'/>"), None);
        assert_eq!(svg_size("no svg"), None);
    }
}
