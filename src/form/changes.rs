//! What a form is at one time, and what became of it later: of the fields, of the pages, of all the rest.
//!
//! Objects are compared by what they hold, not by how they are written: programs that fill in forms write
//! the whole file anew.

use super::reading::{Answer, FieldNode, MAX_PART, annotations};
use crate::hash::{hex, sha256};
use lopdf::{Dictionary, Document, Object, ObjectId};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// How deep objects may stand in one another.
const MAX_DEPTH: usize = 200;
/// How many bytes all objects may have together.
const MAX_BYTES: usize = 256 << 20;

/// What was changed from one revision of a file to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Something else stands in a field.
    Filled {
        /// The name of the field.
        field: String,
        /// What stood there, in words.
        before: String,
        /// What stands there now.
        after: String,
    },
    /// A field says the same and shows something else.
    Look(String),
    /// A field is another one than before, was added or taken away.
    Field(String),
    /// A page shows something else; its number.
    Page(usize),
    /// Remarks or drawings on a page are others; its number.
    Annotations(usize),
    /// Something beside the pages: actions, structure, attachments.
    Rest,
}

impl Change {
    /// The field that it is about.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Filled { field, .. } | Self::Look(field) | Self::Field(field) => Some(field),
            Self::Page(_) | Self::Annotations(_) | Self::Rest => None,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filled { field, before, after } => write!(out, "`{field}` was {before} and is {after}"),
            Self::Look(field) => write!(out, "`{field}` shows something else than before"),
            Self::Field(field) => write!(out, "the field `{field}` itself is not the one that was there"),
            Self::Page(number) => write!(out, "page {number} shows something else"),
            Self::Annotations(number) => write!(out, "remarks or drawings were put on page {number}"),
            Self::Rest => out.write_str("something beside the pages was changed, such as actions or attachments"),
        }
    }
}

/// A form at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    fields: BTreeMap<String, FieldState>,
    /// What each page shows without its annotations.
    pages: Vec<String>,
    /// The annotations of each page that are no fields.
    annotations: Vec<String>,
    /// Whether it has a second form, in XML, which some programs show in place of the fields.
    second: bool,
    rest: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct FieldState {
    answer: Answer,
    fixed: bool,
    /// Whether it holds a time stamp for the file, which programs add on their own.
    stamp: bool,
    /// What is seen of it.
    look: String,
    /// What it is: kind, flags, place, tip.
    shape: String,
}

impl State {
    /// What a document is; `None` if it unpacks to more than any form.
    pub(super) fn of<'a>(document: &'a Document, fields: &[FieldNode<'a>]) -> Option<Self> {
        let pages: Vec<ObjectId> = document.page_iter().collect();
        let mut opaque: BTreeMap<ObjectId, String> = BTreeMap::new();
        for field in fields {
            opaque.extend(field.objects.iter().map(|id| (*id, format!("field {}", field.name))));
        }
        opaque.extend(pages.iter().enumerate().map(|(index, id)| (*id, format!("page {index}"))));
        let mut writer = Writer { document, opaque: &opaque, left: MAX_BYTES };
        let mut states = BTreeMap::new();
        for field in fields {
            states.insert(field.name.clone(), field_state(&mut writer, field)?);
        }
        let shown = pages.iter().map(|page| writer.page(*page)).collect::<Option<_>>()?;
        let remarks = pages.iter().map(|page| writer.remarks(*page)).collect::<Option<_>>()?;
        let rest = writer.rest()?;
        let second = document.catalog().and_then(|catalog| catalog.get_deref(b"AcroForm", document));
        let second = second.and_then(Object::as_dict).is_ok_and(|form| form.has(b"XFA"));
        Some(Self { fields: states, pages: shown, annotations: remarks, second, rest })
    }

    /// The fingerprint of all that nobody fills in.
    pub(super) fn fingerprint(&self) -> String {
        let mut text = String::new();
        for page in &self.pages {
            let _ = writeln!(text, "page {page}");
        }
        if self.second {
            text.push_str("a second form\n");
        }
        for (name, field) in self.fields.iter().filter(|(_, field)| !field.stamp) {
            let _ = write!(text, "field {name} {}", field.shape);
            if field.fixed {
                let _ = write!(text, " {}", field.answer);
            }
            text.push('\n');
        }
        sha256(text)
    }

    /// What is not as it was.
    pub(super) fn changes_since(&self, before: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let names: std::collections::BTreeSet<&String> = before.fields.keys().chain(self.fields.keys()).collect();
        for name in names {
            let change = match (before.fields.get(name), self.fields.get(name)) {
                (Some(old), Some(new)) if old.shape == new.shape => of_field(name, old, new),
                (None, Some(new)) if new.stamp => None,
                _ => Some(Change::Field(name.clone())),
            };
            changes.extend(change);
        }
        let differ = |old: &[String], new: &[String]| -> Vec<usize> {
            (0..old.len().max(new.len()))
                .filter(|index| old.get(*index) != new.get(*index))
                .map(|index| index + 1)
                .collect()
        };
        changes.extend(differ(&before.pages, &self.pages).into_iter().map(Change::Page));
        changes.extend(differ(&before.annotations, &self.annotations).into_iter().map(Change::Annotations));
        if before.rest != self.rest || before.second != self.second {
            changes.push(Change::Rest);
        }
        changes
    }
}

fn of_field(name: &str, old: &FieldState, new: &FieldState) -> Option<Change> {
    if old.answer != new.answer {
        let (before, after) = (old.answer.to_string(), new.answer.to_string());
        return Some(Change::Filled { field: name.to_owned(), before, after });
    }
    (old.look != new.look).then(|| Change::Look(name.to_owned()))
}

fn field_state<'a>(writer: &mut Writer<'a, '_>, field: &FieldNode<'a>) -> Option<FieldState> {
    let document = writer.document;
    let mut shape = String::new();
    for key in [&b"FT"[..], b"Ff", b"TU", b"MaxLen", b"Opt", b"Lock", b"AA", b"A"] {
        if let Some(object) = field.get(key, document) {
            let _ = write!(shape, "{} {} ", String::from_utf8_lossy(key), writer.object(object)?);
        }
    }
    let mut look = String::new();
    for (_, widget) in &field.widgets {
        for key in [&b"Rect"[..], b"P", b"TU", b"A", b"AA"] {
            if let Ok(object) = widget.get(key) {
                let _ = write!(shape, "{} {} ", String::from_utf8_lossy(key), writer.object(object)?);
            }
        }
        // Whether it is hidden decides about what is seen; whether it is locked does not.
        let flags = widget.get_deref(b"F", document).and_then(Object::as_i64).unwrap_or(0);
        let _ = write!(shape, "F {} states {} ", flags & 0b10_0110, states(widget, document));
        for key in [&b"AP"[..], b"AS"] {
            if let Ok(object) = widget.get(key) {
                look.push_str(&writer.object(object)?);
            }
        }
    }
    let format =
        field.get(b"V", document).and_then(|value| value.as_dict().ok()?.get(b"SubFilter").ok()?.as_name().ok());
    Some(FieldState {
        answer: field.answer(document),
        fixed: field.is_fixed(document),
        stamp: format == Some(b"ETSI.RFC3161"),
        look: sha256(look),
        shape,
    })
}

/// The names of the options that a widget can show.
fn states(widget: &Dictionary, document: &Document) -> String {
    let appearances = widget.get_deref(b"AP", document).and_then(Object::as_dict);
    let normal = appearances.and_then(|appearances| appearances.get_deref(b"N", document)).and_then(Object::as_dict);
    let mut names: Vec<String> = match normal {
        Ok(normal) => normal.iter().map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect(),
        Err(_) => Vec::new(),
    };
    names.retain(|name| name != "Off");
    names.sort();
    names.join(" ")
}

/// Writes objects in a way that depends on what they hold alone.
struct Writer<'a, 'b> {
    document: &'a Document,
    /// Objects that are named instead of being followed: fields and pages.
    opaque: &'b BTreeMap<ObjectId, String>,
    /// How many bytes may still be written.
    left: usize,
}

/// Keys that say how a stream is packed, and those that lead back up.
const PACKING: [&[u8]; 5] = [b"Length", b"Filter", b"DecodeParms", b"DL", b"Parent"];

impl Writer<'_, '_> {
    /// The fingerprint of an object and all that it leads to.
    fn object(&mut self, object: &Object) -> Option<String> {
        let mut sha = Sha256::new();
        let mut seen = BTreeMap::new();
        self.write(object, &mut sha, &mut seen, 0)?;
        Some(hex(&sha.finalize()))
    }

    fn put(&mut self, sha: &mut Sha256, bytes: &[u8]) -> Option<()> {
        self.left = self.left.checked_sub(bytes.len())?;
        sha.update(bytes);
        Some(())
    }

    fn write(
        &mut self,
        object: &Object,
        sha: &mut Sha256,
        seen: &mut BTreeMap<ObjectId, usize>,
        depth: usize,
    ) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match object {
            Object::Null => self.put(sha, b"null "),
            Object::Boolean(value) => self.put(sha, if *value { b"true " } else { b"false " }),
            Object::Integer(_) | Object::Real(_) => self.put(sha, number(object).as_bytes()),
            Object::Name(name) => {
                self.put(sha, b"/").and_then(|()| self.put(sha, name)).and_then(|()| self.put(sha, b" "))
            }
            Object::String(bytes, _) => {
                // The same text may be written in several encodings.
                let text = super::strings::read(bytes);
                self.put(sha, format!("({} ", text.len()).as_bytes())?;
                self.put(sha, text.as_bytes())
            }
            Object::Array(objects) => {
                self.put(sha, b"[")?;
                objects.iter().try_for_each(|object| self.write(object, sha, seen, depth + 1))?;
                self.put(sha, b"]")
            }
            Object::Dictionary(dict) => self.dictionary(dict, sha, seen, depth),
            Object::Stream(stream) => {
                self.dictionary(&stream.dict, sha, seen, depth)?;
                let unpacked = stream.get_plain_content_with_limit(MAX_PART.min(self.left));
                self.put(sha, &unpacked.unwrap_or_else(|_| stream.content.clone()))
            }
            Object::Reference(id) => self.reference(*id, sha, seen, depth),
        }
    }

    fn reference(
        &mut self,
        id: ObjectId,
        sha: &mut Sha256,
        seen: &mut BTreeMap<ObjectId, usize>,
        depth: usize,
    ) -> Option<()> {
        if let Some(name) = self.opaque.get(&id) {
            return self.put(sha, name.as_bytes());
        }
        if let Some(number) = seen.get(&id) {
            return self.put(sha, format!("again {number} ").as_bytes());
        }
        seen.insert(id, seen.len());
        match self.document.get_object(id) {
            Ok(object) => self.write(object, sha, seen, depth + 1),
            Err(_) => self.put(sha, b"null "),
        }
    }

    fn dictionary(
        &mut self,
        dict: &Dictionary,
        sha: &mut Sha256,
        seen: &mut BTreeMap<ObjectId, usize>,
        depth: usize,
    ) -> Option<()> {
        let mut entries: Vec<_> = dict.iter().filter(|(key, _)| !PACKING.contains(&key.as_slice())).collect();
        entries.sort_by_key(|(key, _)| *key);
        self.put(sha, b"<")?;
        for (key, object) in entries {
            self.put(sha, key)?;
            self.put(sha, b" ")?;
            self.write(object, sha, seen, depth + 1)?;
        }
        self.put(sha, b">")
    }

    /// What a page shows without its annotations.
    fn page(&mut self, id: ObjectId) -> Option<String> {
        let document = self.document;
        let mut sha = Sha256::new();
        let mut seen = BTreeMap::new();
        for key in [&b"MediaBox"[..], b"CropBox", b"Rotate", b"UserUnit", b"Resources", b"AA"] {
            if let Some(object) = inherited(document, id, key) {
                self.put(&mut sha, key)?;
                self.write(object, &mut sha, &mut seen, 0)?;
            }
        }
        let content = document.get_page_content_with_limit(id, MAX_PART.min(self.left)).ok()?;
        // How parts of the content are put together is up to the program that writes it.
        self.put(&mut sha, content.trim_ascii())?;
        Some(hex(&sha.finalize()))
    }

    /// The annotations of a page that are no fields.
    fn remarks(&mut self, page: ObjectId) -> Option<String> {
        let mut out = String::new();
        for annotation in annotations(self.document, page) {
            let kind = annotation.get_deref(b"Subtype", self.document).and_then(Object::as_name).unwrap_or_default();
            if kind != b"Widget" {
                out.push_str(&self.object(&Object::Dictionary(annotation.clone()))?);
            }
        }
        Some(sha256(out))
    }

    /// Everything that the document has beside pages and fields.
    fn rest(&mut self) -> Option<String> {
        let mut catalog = self.document.catalog().ok()?.clone();
        // Forms and signatures have their own place here; the others say nothing that is shown.
        for key in [&b"AcroForm"[..], b"Pages", b"Metadata", b"DSS", b"Extensions", b"Version", b"Perms"] {
            catalog.remove(key);
        }
        self.object(&Object::Dictionary(catalog))
    }
}

/// A value of a page, its own or that of the pages above it.
fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut dict = document.get_dictionary(page).ok()?;
    for _ in 0..MAX_DEPTH {
        if let Ok(object) = dict.get(key) {
            return Some(object);
        }
        dict = dict.get_deref(b"Parent", document).ok()?.as_dict().ok()?;
    }
    None
}

/// A number with one decimal place, however it was written.
fn number(object: &Object) -> String {
    format!("{:.0} ", object.as_float().map_or(0.0, |number| f64::from(number) * 10.0))
}
