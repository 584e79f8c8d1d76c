//! Typst's world: memory only. No file, no network, no clock.

use crate::error::{Error, Result};
use crate::form::Face;
use crate::model::memory::Key;
use crate::theme::{self, Theme};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::layout::Abs;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontInstance, FontVariations};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};

/// What all documents share: the library, the fonts, the theme, the brand.
pub(super) struct Shared {
    /// What all of this was made from.
    stamp: Key,
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    /// The fonts, for asking what characters they have.
    faces: Vec<FontInstance>,
    /// By path without the first `/`, as all that follows.
    sources: BTreeMap<String, Source>,
    files: BTreeMap<String, Bytes>,
}

/// The world of one document.
pub(super) struct World<'a> {
    shared: &'a Shared,
    main: Source,
    facts: Bytes,
    words: Bytes,
    /// What this document shows and carries, by path.
    files: &'a BTreeMap<String, Bytes>,
}

/// The id of a path in the world.
///
/// # Errors
/// If the path is not one that Typst can name.
fn id(path: &str) -> Result<FileId> {
    let path = VirtualPath::new(path).map_err(|_| Error::new(format!("not a path that a PDF can name: {path}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// The main file of a PDF.
pub(super) fn main(text: &str) -> Result<Source> {
    Ok(Source::new(id("main.typ")?, text.to_owned()))
}

impl Shared {
    /// What a theme and the files of a brand come to: equal where those are.
    pub(super) fn stamp(theme: &Theme, brand: &BTreeMap<String, Vec<u8>>) -> Key {
        let mut stamp = Key::of("theme of PDFs");
        for path in theme.list(FONTS).iter().chain(&theme.list(FOLDER)) {
            stamp = stamp.with(path.as_bytes()).with(&theme.digest(path).unwrap_or_default());
        }
        brand.iter().fold(stamp, |stamp, (path, bytes)| stamp.with(path.as_bytes()).with(bytes)).key()
    }

    /// Makes fonts, theme and brand ready; the files of the brand have paths in the world.
    pub(super) fn new(theme: &Theme, brand: &BTreeMap<String, Vec<u8>>) -> Result<Self> {
        let fonts: Vec<Font> = theme
            .list(FONTS)
            .iter()
            .filter(|path| matches!(path.rsplit('.').next(), Some("ttf" | "otf" | "ttc")))
            .filter_map(|path| file(theme, path))
            .flat_map(Font::iter)
            .collect();
        let face =
            |font: &Font| font.clone().instantiate(font.info().variant, Abs::pt(10.0), &FontVariations::default());
        let mut shared = Self {
            stamp: Self::stamp(theme, brand),
            faces: fonts.iter().map(face).collect(),
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            sources: BTreeMap::new(),
            files: BTreeMap::new(),
        };
        for path in theme.list(FOLDER) {
            let id = id(&path)?;
            match theme.text(&path) {
                Some(text) if path.rsplit('.').next() == Some("typ") => {
                    shared.sources.insert(path, Source::new(id, text));
                }
                _ => {
                    shared.files.extend(file(theme, &path).map(|bytes| (path, bytes)));
                }
            }
        }
        shared.files.extend(brand.iter().map(|(path, bytes)| (path.clone(), Bytes::new(bytes.clone()))));
        Ok(shared)
    }

    /// What it was made from.
    pub(super) fn made_from(&self) -> Key {
        self.stamp
    }

    /// A font of the theme as fields of forms take it, with what they need to know about some characters.
    ///
    /// # Errors
    /// If there is no such font.
    pub(super) fn face<'b>(file: &'b [u8], characters: &BTreeSet<char>) -> Result<Face<'b>> {
        let unusable =
            || Error::new("the font of the form's fields cannot be used").help("remove it from `theme/fonts/`");
        let font = Font::iter(Bytes::new(file.to_vec())).next().ok_or_else(unusable)?;
        let name = font.post_script_name().ok_or_else(unusable)?;
        let face = font.clone().instantiate(font.info().variant, Abs::pt(10.0), &FontVariations::default());
        let ttf = face.ttf();
        let scaled = |units: i64| units * 1000 / i64::from(ttf.units_per_em());
        let glyph = |c: &char| {
            let id = ttf.glyph_index(*c)?;
            Some((*c, (id.0, scaled(ttf.glyph_hor_advance(id)?.into()))))
        };
        let bounds = ttf.global_bounding_box();
        Ok(Face {
            name,
            file,
            ascent: scaled(ttf.ascender().into()),
            descent: scaled(ttf.descender().into()),
            cap_height: scaled(ttf.capital_height().unwrap_or(ttf.ascender()).into()),
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|side| scaled(side.into())),
            glyphs: characters.iter().filter_map(glyph).collect(),
        })
    }

    /// Whether characters that belong together can be shown, in a formula or elsewhere.
    ///
    /// Typst takes the first of the theme's fonts that has all of them; else one that claims to have the
    /// first. Some fonts claim more than they have.
    pub(super) fn can_show(&self, all: &[char], in_formula: bool) -> bool {
        let glyph = |font: &FontInstance, c: char| font.ttf().glyph_index(c).is_some_and(|glyph| glyph.0 != 0);
        let has = |font: &FontInstance| all.iter().all(|c| glyph(font, *c));
        let is_first = |font: &FontInstance| {
            let family = &font.font().info().family;
            FALLBACKS.contains(&family.as_str()) || in_formula && family.contains("Math")
        };
        if self.faces.iter().any(|font| is_first(font) && has(font)) {
            return true;
        }
        let claims =
            |font: &&FontInstance| all.first().is_some_and(|c| font.font().info().coverage.contains(*c as u32));
        let mut claiming = self.faces.iter().filter(claims).peekable();
        claiming.peek().is_some() && claiming.all(has)
    }
}

/// The folder of fonts in the theme, and that of what Typst reads.
const FONTS: &str = "fonts";
const FOLDER: &str = "pdf";

/// The fonts that stand last in every list of the theme's fonts.
const FALLBACKS: [&str; 2] = ["DejaVu Sans", "Noto Emoji"];

/// A file of the theme. What is built in is not copied.
fn file(theme: &Theme, path: &str) -> Option<Bytes> {
    match theme::built_in(path).filter(|_| !theme.is_override(path)) {
        Some(Cow::Borrowed(bytes)) => Some(Bytes::new(bytes)),
        _ => theme.get(path).map(|bytes| Bytes::new(bytes.into_owned())),
    }
}

impl<'a> World<'a> {
    /// A world whose main file is `main`, with `/meta.json`, what the theme shows in this file, and
    /// `/words.json`, what it shows in all of them. It has no other files than those of the theme and `files`:
    /// what comes out depends on nothing else.
    pub(super) fn new(
        shared: &'a Shared,
        main: Source,
        [facts, words]: [&Bytes; 2],
        files: &'a BTreeMap<String, Bytes>,
    ) -> Self {
        Self { shared, main, facts: facts.clone(), words: words.clone(), files }
    }

    /// Whether a file is the main one.
    pub(super) fn is_main(&self, id: FileId) -> bool {
        id == self.main.id()
    }
}

impl typst::World for World<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if self.is_main(id) {
            return Ok(self.main.clone());
        }
        self.shared.sources.get(id.get().vpath().get_without_slash()).cloned().ok_or(FileError::NotSource)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.get().vpath().get_without_slash();
        let found = match path {
            "meta.json" => Some(&self.facts),
            "words.json" => Some(&self.words),
            _ => self.shared.files.get(path).or_else(|| self.files.get(path)),
        };
        found.cloned().ok_or_else(|| FileError::NotFound(std::path::PathBuf::from(path)))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
