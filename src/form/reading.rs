//! Fields out of a PDF that came back, whoever wrote it: what was filled in, and whether all the rest is
//! still what was sent.
//!
//! The file may be hostile. Everything is bounded: its size, what it unpacks to, how deep it nests.

use super::changes::State;
use super::signed::{self, Sealed};
use super::strings;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The largest file that is read.
pub const MAX_FILE: usize = 32 << 20;
/// The most bytes that one part of it may unpack to.
pub(super) const MAX_PART: usize = 64 << 20;
/// How many fields may stand in one another.
const MAX_DEPTH: usize = 16;
/// How many fields there may be.
const MAX_FIELDS: usize = 20_000;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no PDF at all.
    NoPdf,
    /// It is larger than any form.
    TooLarge,
    /// It is locked with a password.
    Encrypted,
    /// It is broken; the text says how.
    Damaged(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPdf => out.write_str("it is no PDF"),
            Self::TooLarge => write!(out, "it is larger than {} MB, which no form is", MAX_FILE >> 20),
            Self::Encrypted => out.write_str("it is encrypted"),
            Self::Damaged(why) => write!(out, "it is damaged: {why}"),
        }
    }
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A text, perhaps an empty one.
    Text(String),
    /// One of the options, or none.
    Choice(Option<String>),
    /// One option is shown, and another one is said: the file was tampered with, or a program is broken.
    Contradiction {
        /// What people see.
        shown: String,
        /// What programs read.
        said: String,
    },
    /// A place for a signature, and whether there is one.
    Signature(bool),
    /// Something that no form of ours has.
    Other,
}

impl fmt::Display for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) if text.is_empty() => out.write_str("empty"),
            Self::Text(text) => write!(out, "`{}`", text.replace('\n', " ")),
            Self::Choice(None) => out.write_str("empty"),
            Self::Choice(Some(option)) => write!(out, "`{option}`"),
            Self::Contradiction { shown, said } => write!(out, "`{said}`, shown as `{shown}`"),
            Self::Signature(there) => out.write_str(if *there { "signed" } else { "not signed" }),
            Self::Other => out.write_str("something else"),
        }
    }
}

/// A form that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// What stands in each field, by its name.
    pub answers: BTreeMap<String, Answer>,
    /// The fingerprint of all that nobody fills in: what the pages show, which fields there are, and what
    /// those say that are fixed.
    pub fingerprint: String,
    /// The title and the keywords that the file gives itself.
    pub about: String,
    /// Remarks and drawings that were put on the pages: the page, and what they are.
    pub added: Vec<(usize, String)>,
    /// The signatures.
    pub signatures: Vec<Sealed>,
}

/// Reads a form.
///
/// # Errors
/// If the file is no PDF, is broken, or is not harmless.
pub fn read(bytes: &[u8]) -> Result<Returned, Unreadable> {
    let document = open(bytes)?;
    let fields = fields(&document)?;
    let state = State::of(&document, &fields).ok_or_else(too_much)?;
    Ok(Returned {
        answers: fields.iter().map(|field| (field.name.clone(), field.answer(&document))).collect(),
        fingerprint: state.fingerprint(),
        about: about(&document),
        added: added(&document),
        signatures: signed::find(bytes, &document, &fields, &state)?,
    })
}

pub(super) fn too_much() -> Unreadable {
    Unreadable::Damaged("it unpacks to more than any form".into())
}

/// Opens a PDF as it was written, without guessing what a broken one may have said.
pub(super) fn open(bytes: &[u8]) -> Result<Document, Unreadable> {
    if bytes.len() > MAX_FILE {
        return Err(Unreadable::TooLarge);
    }
    let start = &bytes[..bytes.len().min(1024)];
    if !start.windows(5).any(|window| window == b"%PDF-") {
        return Err(Unreadable::NoPdf);
    }
    let damaged = |why: &dyn fmt::Display| Unreadable::Damaged(why.to_string());
    let document = Document::load_mem_with_options(bytes, LoadOptions::with_max_decompressed_size(MAX_PART))
        .map_err(|error| damaged(&error))?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Unreadable::Encrypted);
    }
    if document.xref_recovery.is_some() {
        return Err(damaged(&"its table of contents does not lead to its parts"));
    }
    if document.page_iter().next().is_none() {
        return Err(damaged(&"it has no pages"));
    }
    Ok(document)
}

/// A field with its widgets.
pub(super) struct FieldNode<'a> {
    /// Its full name.
    pub(super) name: String,
    /// Its dictionaries, the own one first, then those that it inherits from.
    dicts: Vec<&'a Dictionary>,
    /// What stands on the pages for it.
    pub(super) widgets: Vec<(Option<ObjectId>, &'a Dictionary)>,
    /// The objects that belong to it alone.
    pub(super) objects: BTreeSet<ObjectId>,
}

impl<'a> FieldNode<'a> {
    /// A value of the field, its own or inherited.
    pub(super) fn get(&self, key: &[u8], document: &'a Document) -> Option<&'a Object> {
        self.dicts.iter().find_map(|dict| dict.get_deref(key, document).ok()).filter(|object| !object.is_null())
    }

    fn name_of(&self, key: &[u8], document: &'a Document) -> Option<&'a [u8]> {
        self.get(key, document)?.as_name().ok()
    }

    /// The type of the field.
    pub(super) fn kind(&self, document: &'a Document) -> &'a [u8] {
        self.name_of(b"FT", document).unwrap_or_default()
    }

    /// Whether nobody can fill it in.
    pub(super) fn is_fixed(&self, document: &'a Document) -> bool {
        self.get(b"Ff", document).and_then(|flags| flags.as_i64().ok()).is_some_and(|flags| flags & 1 == 1)
    }

    /// What stands in the field.
    pub(super) fn answer(&self, document: &'a Document) -> Answer {
        let value = self.get(b"V", document);
        match self.kind(document) {
            b"Tx" => Answer::Text(value.map(text).unwrap_or_default()),
            b"Btn" => self.choice(document),
            b"Sig" => Answer::Signature(value.is_some_and(|value| value.as_dict().is_ok())),
            _ => Answer::Other,
        }
    }

    fn choice(&self, document: &'a Document) -> Answer {
        let name = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let chosen = |name: &&[u8]| *name != b"Off" && !name.is_empty();
        let said = self.name_of(b"V", document).filter(chosen).map(name);
        let states =
            self.widgets.iter().filter_map(|(_, widget)| widget.get_deref(b"AS", document).ok()?.as_name().ok());
        let shown: BTreeSet<String> = states.filter(chosen).map(name).collect();
        match (said, shown.first()) {
            (said, None) => Answer::Choice(said),
            (None, Some(one)) if shown.len() == 1 => Answer::Choice(Some(one.clone())),
            (Some(said), Some(one)) if shown.len() == 1 && said == *one => Answer::Choice(Some(said)),
            (said, _) => Answer::Contradiction {
                shown: shown.into_iter().collect::<Vec<_>>().join(", "),
                said: said.unwrap_or_default(),
            },
        }
    }
}

/// The text of a value.
fn text(value: &Object) -> String {
    match value {
        Object::String(bytes, _) => strings::read(bytes),
        Object::Stream(stream) => strings::read(&stream.get_plain_content_with_limit(1 << 20).unwrap_or_default()),
        _ => String::new(),
    }
}

/// All fields of a document.
pub(super) fn fields(document: &Document) -> Result<Vec<FieldNode<'_>>, Unreadable> {
    let form = document.catalog().and_then(|catalog| catalog.get_deref(b"AcroForm", document));
    let top =
        form.and_then(Object::as_dict).and_then(|form| form.get_deref(b"Fields", document)).and_then(Object::as_array);
    let mut walk = Walk { document, seen: BTreeSet::new(), found: Vec::new() };
    if let Ok(top) = top {
        walk.all(top, "", &[], &BTreeSet::new())?;
    }
    Ok(walk.found)
}

struct Walk<'a> {
    document: &'a Document,
    seen: BTreeSet<ObjectId>,
    found: Vec<FieldNode<'a>>,
}

impl<'a> Walk<'a> {
    fn all(
        &mut self,
        objects: &'a [Object],
        prefix: &str,
        above: &[&'a Dictionary],
        ids: &BTreeSet<ObjectId>,
    ) -> Result<(), Unreadable> {
        for object in objects {
            let Some((id, dict)) = self.dictionary(object)? else { continue };
            let own = dict.get_deref(b"T", self.document).ok().map(text).unwrap_or_default();
            let name = if prefix.is_empty() { own } else { format!("{prefix}.{own}") };
            let dicts: Vec<_> = std::iter::once(dict).chain(above.iter().copied()).collect();
            let ids: BTreeSet<_> = ids.iter().copied().chain(id).collect();
            if dicts.len() > MAX_DEPTH || self.found.len() > MAX_FIELDS {
                return Err(Unreadable::Damaged("its fields nest deeper, or are more, than those of any form".into()));
            }
            let kids = dict.get_deref(b"Kids", self.document).and_then(Object::as_array).ok();
            let is_field = |kid: &Object| {
                let kid = self.document.dereference(kid).ok().and_then(|(_, kid)| kid.as_dict().ok());
                kid.is_some_and(|kid| kid.has(b"T"))
            };
            match kids {
                Some(kids) if kids.iter().any(is_field) => self.all(kids, &name, &dicts, &ids)?,
                kids => self.one(name, dicts, ids, id, kids.map_or(&[], Vec::as_slice))?,
            }
        }
        Ok(())
    }

    fn one(
        &mut self,
        name: String,
        dicts: Vec<&'a Dictionary>,
        mut objects: BTreeSet<ObjectId>,
        id: Option<ObjectId>,
        kids: &'a [Object],
    ) -> Result<(), Unreadable> {
        let mut widgets = Vec::new();
        for kid in kids {
            let Some((id, widget)) = self.dictionary(kid)? else { continue };
            objects.extend(id);
            widgets.push((id, widget));
        }
        if widgets.is_empty() {
            widgets.extend(dicts.first().map(|own| (id, *own)));
        }
        if self.found.iter().any(|field| field.name == name) {
            return Err(Unreadable::Damaged(format!("it has more than one field `{name}`")));
        }
        self.found.push(FieldNode { name, dicts, widgets, objects });
        Ok(())
    }

    /// A dictionary that was not met before.
    fn dictionary(&mut self, object: &'a Object) -> Result<Option<(Option<ObjectId>, &'a Dictionary)>, Unreadable> {
        let Ok((id, object)) = self.document.dereference(object) else { return Ok(None) };
        if id.is_some_and(|id| !self.seen.insert(id)) {
            return Err(Unreadable::Damaged("a field stands in itself, or twice".into()));
        }
        Ok(object.as_dict().ok().map(|dict| (id, dict)))
    }
}

/// What the file says about itself: title and keywords.
fn about(document: &Document) -> String {
    let info = document.trailer.get_deref(b"Info", document).and_then(Object::as_dict);
    let Ok(info) = info else { return String::new() };
    let parts = [&b"Title"[..], b"Keywords"].into_iter().filter_map(|key| info.get_deref(key, document).ok());
    parts.map(text).collect::<Vec<_>>().join(" ")
}

/// Annotations that are neither fields nor links.
fn added(document: &Document) -> Vec<(usize, String)> {
    let mut added = Vec::new();
    for (index, page) in document.page_iter().enumerate() {
        for annotation in annotations(document, page) {
            let kind = annotation.get_deref(b"Subtype", document).and_then(Object::as_name).unwrap_or_default();
            if !matches!(kind, b"Widget" | b"Link" | b"Popup") {
                added.push((index + 1, String::from_utf8_lossy(kind).into_owned()));
            }
        }
    }
    added
}

/// The annotations of a page.
pub(super) fn annotations(document: &Document, page: ObjectId) -> impl Iterator<Item = &Dictionary> {
    let annotations = document.get_dictionary(page).and_then(|page| page.get_deref(b"Annots", document));
    let annotations = annotations.and_then(Object::as_array).map(Vec::as_slice).unwrap_or_default();
    annotations.iter().filter_map(|object| document.dereference(object).ok()?.1.as_dict().ok())
}
