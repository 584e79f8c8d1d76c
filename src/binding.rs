//! Finished PDFs bound into one: each stays as it is, behind a front that was made for all of them.
//!
//! Knows PDF (ISO 32000-1) and nothing of projects, documents or layout.

use crate::content::Content;
use crate::error::{Error, Result};
use crate::form;
use crate::hash;
use lopdf::{Dictionary, Document, Object, ObjectId, ObjectStream, Stream, Writer, dictionary};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A PDF that is bound.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// Its name, by which the places in it are told apart from those in others; without a stroke.
    pub name: &'a str,
    /// What its bookmark says.
    pub title: String,
    /// The file as which links know it.
    pub file: String,
    /// How many pages it has.
    pub pages: usize,
    /// The places in it that links may lead to.
    pub places: BTreeSet<&'a str>,
    /// The file.
    pub content: &'a Content,
}

/// PDFs that were gathered, to be bound behind a front.
#[derive(Debug)]
pub struct Block<'a> {
    parts: &'a [Part<'a>],
    by_file: Arc<ByFile<'a>>,
    file: File,
    /// The nodes that hold the pages of each part.
    nodes: Vec<Object>,
    /// All pages of all parts, in order.
    leaves: Vec<ObjectId>,
    chapters: Vec<(ObjectId, Dictionary)>,
    structure: Structure,
    destinations: BTreeMap<Vec<u8>, Object>,
    /// The files that parts carry, by name, each with the hash of what is stored of it.
    files: BTreeMap<Vec<u8>, (Object, Option<String>)>,
    associated: Vec<Object>,
}

/// The parts by the file as which links know them.
type ByFile<'a> = BTreeMap<&'a str, &'a Part<'a>>;

/// Gathers PDFs, to be bound into one. Links to the files of parts become links to their pages; their bookmarks,
/// names, attached files and structure are kept.
///
/// # Errors
/// If a PDF cannot be read, is not tagged, or does not have as many pages as it is said to have.
pub fn gather<'a>(parts: &'a [Part<'a>]) -> Result<Block<'a>> {
    let pages: usize = parts.iter().map(|part| part.pages).sum();
    let bytes: usize = parts.iter().map(|part| part.content.len()).sum();
    let mut block = Block {
        parts,
        by_file: Arc::new(parts.iter().map(|part| (part.file.as_str(), part)).collect()),
        // What is added to each page, and a front.
        file: File::begin(number(FIRST_UNDERLAY + pages - 1), bytes),
        nodes: Vec::new(),
        leaves: Vec::with_capacity(pages),
        chapters: Vec::new(),
        structure: Structure::default(),
        destinations: BTreeMap::new(),
        files: BTreeMap::new(),
        associated: Vec::new(),
    };
    for part in parts {
        block.part(part).map_err(|why| broken(&format!("`{}`: {why}", part.file)))?;
    }
    Ok(block)
}

fn broken(why: &str) -> Error {
    Error::new("the PDF of everything cannot be made").why(why)
}

/// What goes wrong is told by those who know the file.
type Outcome<T> = std::result::Result<T, String>;

/// The numbers of objects to which parts are tied before the front is known.
const PAGES: ObjectId = (1, 0);
const OUTLINES: ObjectId = (2, 0);
/// The element of the structure tree that holds all others.
const DOCUMENT: ObjectId = (3, 0);
const CALL: ObjectId = (4, 0);
/// From here on, what is laid under each page.
const FIRST_UNDERLAY: usize = 5;

/// The name under which a page knows what is laid under it.
const UNDERLAY: &str = "Underlay";
/// How a page draws that, as something that is no part of the document (ISO 32000-1, 14.8.2.2).
const DRAWING: &[u8] = b"/Artifact <</Type /Pagination>> BDC q /Underlay Do Q EMC\n";

fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// What is laid under a page, by its place among all.
fn under(page: usize) -> ObjectId {
    (number(FIRST_UNDERLAY + page), 0)
}

/// The structure of all parts together.
#[derive(Debug, Default)]
struct Structure {
    elements: Vec<Object>,
    /// The number tree by which marked content finds its element.
    parents: Vec<Object>,
    next: i64,
    ids: BTreeMap<Vec<u8>, Object>,
    roles: Dictionary,
}

impl Block<'_> {
    /// Takes a part in: its objects get numbers behind all others, and what holds them together is tied to the front.
    fn part(&mut self, part: &Part<'_>) -> Outcome<()> {
        let mut pdf = Document::load_mem(&part.content.bytes().map_err(|error| error.to_string())?).map_err(told)?;
        let adapter = Adapter {
            parts: Arc::clone(&self.by_file),
            by: self.file.last,
            keys: self.structure.next,
            name: part.name,
            known: BTreeMap::new(),
        };
        self.file.last += pdf.max_id;
        let root = pdf.trailer.get(b"Root").and_then(Object::as_reference).map_err(told)?;
        let about = pdf.trailer.get(b"Info").and_then(Object::as_reference);
        let leaves: Vec<ObjectId> = pdf.page_iter().map(|id| adapter.id(id)).collect();
        if leaves.len() != part.pages {
            return Err(format!("it has {} pages and not {}", leaves.len(), part.pages));
        }
        let mut objects = adapter.objects(std::mem::take(&mut pdf.objects));
        if let Ok(about) = about {
            objects.0.remove(&adapter.id(about));
        }
        let catalog = objects.take(adapter.id(root))?;
        self.names(&catalog, &adapter, &mut objects)?;
        self.chapter(part, &catalog, &leaves, &mut objects)?;
        self.elements(part, &catalog, &adapter, &mut objects)?;
        let node = reference(&catalog, b"Pages").ok_or("there is no tree of pages")?;
        objects.dictionary(node)?.set("Parent", PAGES);
        self.nodes.push(Object::Reference(node));
        self.leaves(leaves, &mut objects)?;
        for key in [b"Metadata".as_slice(), b"PageLabels", b"OutputIntents"] {
            objects.forget(catalog.get(key).ok());
        }
        objects.0.into_iter().try_for_each(|(id, object)| self.file.put(id, object)).map_err(told)
    }

    /// Lays something under each page.
    fn leaves(&mut self, leaves: Vec<ObjectId>, objects: &mut Objects) -> Outcome<()> {
        let mut taken = BTreeSet::new();
        for page in leaves {
            let mut leaf = objects.take(page)?;
            let mut resources = objects.below(&leaf, b"Resources");
            let mut drawings = objects.below(&resources, b"XObject");
            drawings.set(UNDERLAY, under(self.leaves.len()));
            resources.set("XObject", drawings);
            // Where several pages share theirs, the first one keeps them and the others get their own.
            match reference(&leaf, b"Resources").filter(|id| taken.insert(*id)) {
                Some(id) => drop(objects.0.insert(id, Object::Dictionary(resources))),
                None => leaf.set("Resources", resources),
            }
            let mut contents = vec![Object::Reference(CALL)];
            match leaf.get(b"Contents") {
                Ok(Object::Array(all)) => contents.extend(all.iter().cloned()),
                Ok(one) => contents.push(one.clone()),
                Err(_) => {}
            }
            leaf.set("Contents", contents);
            objects.0.insert(page, Object::Dictionary(leaf));
            self.leaves.push(page);
        }
        Ok(())
    }

    /// Makes the bookmarks of a part those of a chapter.
    fn chapter(
        &mut self,
        part: &Part<'_>,
        catalog: &Dictionary,
        leaves: &[ObjectId],
        objects: &mut Objects,
    ) -> Outcome<()> {
        let first = *leaves.first().ok_or("it has no pages")?;
        let to_first: Object = vec![first.into(), "XYZ".into(), 0.into(), Object::Null, 0.into()].into();
        let mut chapter = dictionary! {
            "Title" => form::text(&part.title),
            "Parent" => OUTLINES,
            "Dest" => to_first.clone(),
        };
        let id = match reference(catalog, b"Outlines") {
            Some(outlines) => {
                let own = objects.take(outlines)?;
                if let (Ok(first), Ok(last)) = (own.get(b"First"), own.get(b"Last")) {
                    chapter.set("First", first.clone());
                    chapter.set("Last", last.clone());
                    // The bookmarks under it are folded away.
                    let count = own.get(b"Count").and_then(Object::as_i64).unwrap_or(1);
                    chapter.set("Count", -count.abs());
                }
                outlines
            }
            None => self.file.fresh(),
        };
        self.chapters.push((id, chapter));
        self.destinations.insert(part.name.as_bytes().to_vec(), to_first);
        Ok(())
    }

    /// Hangs the structure of a part under that of the front.
    fn elements(
        &mut self,
        part: &Part<'_>,
        catalog: &Dictionary,
        adapter: &Adapter<'_>,
        objects: &mut Objects,
    ) -> Outcome<()> {
        let tree = reference(catalog, b"StructTreeRoot").ok_or("it is not tagged")?;
        let tree = objects.take(tree)?;
        self.structure.extend(&tree, adapter, objects)?;
        for element in kids(&tree) {
            let id = element.as_reference().map_err(told)?;
            let dictionary = objects.dictionary(id)?;
            dictionary.set("P", DOCUMENT);
            dictionary.set("S", "Part");
            dictionary.set("T", form::text(&part.title));
            self.structure.elements.push(element);
        }
        Ok(())
    }

    /// Takes over the names of places and of attached files.
    fn names(&mut self, catalog: &Dictionary, adapter: &Adapter<'_>, objects: &mut Objects) -> Outcome<()> {
        let names = objects.below(catalog, b"Names");
        for (name, place) in pairs(&objects.below(&names, b"Dests"))? {
            self.destinations.insert(adapter.named(&name), place);
        }
        for (name, file) in pairs(&objects.below(&names, b"EmbeddedFiles"))? {
            let about = file.as_reference().map_err(told)?;
            let about_file = objects.dictionary(about)?.clone();
            let inside = objects.below(&about_file, b"EF");
            let inside = reference(&inside, b"F").ok_or("an attached file is empty")?;
            let content =
                objects.0.get(&inside).and_then(|stream| stream.as_stream().ok()).map(|s| hash::sha256(&s.content));
            let name = match self.files.get(&name) {
                // Several parts may carry the same file.
                Some((_, known)) if *known == content => {
                    objects.0.remove(&about);
                    objects.0.remove(&inside);
                    continue;
                }
                Some(_) => place(adapter.name, &name),
                None => name,
            };
            self.associated.push(file.clone());
            self.files.insert(name, (file, content));
        }
        Ok(())
    }

    /// Binds what was gathered behind a front. It has its own pages first and then, for each page of each part, one
    /// that is laid under it, with a running foot for example: what leads to such a page leads to the one above. The
    /// same input gives the same bytes.
    ///
    /// # Errors
    /// If the front cannot be read, is not tagged, or does not have a page for each page of the parts.
    pub fn bind(self, front: &[u8]) -> Result<Vec<u8>> {
        self.behind(front).map_err(|why| broken(&why))
    }

    fn behind(mut self, front: &[u8]) -> Outcome<Vec<u8>> {
        let mut pdf = Document::load_mem(front).map_err(told)?;
        self.identify(&mut pdf)?;
        let root = pdf.trailer.get(b"Root").and_then(Object::as_reference).map_err(told)?;
        let catalog = pdf.catalog().map_err(told)?;
        let pages = reference(catalog, b"Pages").ok_or("the front has no pages")?;
        let tree = reference(catalog, b"StructTreeRoot").ok_or("the front is not tagged")?;
        let outlines = reference(catalog, b"Outlines");
        let document = pdf.get_dictionary(tree).map(kids).map_err(told)?;
        let document = document.first().and_then(|element| element.as_reference().ok());
        let mut known = BTreeMap::from([(pages, PAGES), (document.ok_or("the front has no structure")?, DOCUMENT)]);
        known.extend(outlines.map(|outlines| (outlines, OUTLINES)));
        let mut own: Vec<ObjectId> = pdf.page_iter().collect();
        let count = own.len();
        let own_count = count.checked_sub(self.leaves.len()).filter(|own| *own > 0);
        let behind = own.split_off(own_count.ok_or("the front does not have a page for each page of the parts")?);
        for (at, page) in behind.into_iter().enumerate() {
            known.insert(underlay(&mut pdf, page)?, under(at));
            known.insert(page, self.leaves[at]);
        }

        let adapter = Adapter {
            parts: Arc::clone(&self.by_file),
            by: self.file.last,
            keys: self.structure.next,
            name: "",
            known,
        };
        self.file.last += pdf.max_id;
        let mut objects = adapter.objects(std::mem::take(&mut pdf.objects));
        let mut catalog = objects.take(adapter.id(root))?;
        self.names(&catalog, &adapter, &mut objects)?;
        let trunk = objects.take(adapter.id(tree))?;
        self.structure.extend(&trunk, &adapter, &objects)?;
        let own = own.into_iter().map(|page| adapter.id(page));
        self.pages(own.collect(), count, &mut objects)?;
        self.bookmarks(&mut objects)?;
        objects.0.insert(CALL, Object::Stream(Stream::new(Dictionary::new(), DRAWING.to_vec())));
        let trunk = self.trunk(trunk, &mut objects)?;
        objects.0.insert(adapter.id(tree), Object::Dictionary(trunk));
        self.complete(&mut catalog);
        objects.0.insert(adapter.id(root), Object::Dictionary(catalog));

        objects.0.into_iter().try_for_each(|(id, object)| self.file.put(id, object)).map_err(told)?;
        adapter.dictionary(&mut pdf.trailer);
        self.file.end(pdf.trailer).map_err(told)
    }

    /// Puts the pages of the parts behind those of the front.
    fn pages(&mut self, own: Vec<ObjectId>, count: usize, objects: &mut Objects) -> Outcome<()> {
        for page in &own {
            objects.dictionary(*page)?.set("Parent", PAGES);
        }
        let all: Vec<Object> = own.into_iter().map(Object::Reference).chain(std::mem::take(&mut self.nodes)).collect();
        let pages = objects.dictionary(PAGES)?;
        pages.set("Kids", all);
        pages.set("Count", i64::from(number(count)));
        Ok(())
    }

    /// Puts the chapters behind the bookmarks of the front.
    fn bookmarks(&mut self, objects: &mut Objects) -> Outcome<()> {
        let chapters = std::mem::take(&mut self.chapters);
        let ids: Vec<ObjectId> = chapters.iter().map(|(id, _)| *id).collect();
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(()) };
        let before = objects.take(OUTLINES).unwrap_or_default();
        let last_before = reference(&before, b"Last");
        for (at, (id, mut chapter)) in chapters.into_iter().enumerate() {
            if let Some(previous) = at.checked_sub(1).map(|at| ids[at]).or(last_before) {
                chapter.set("Prev", previous);
            }
            if let Some(next) = ids.get(at + 1) {
                chapter.set("Next", *next);
            }
            objects.0.insert(id, Object::Dictionary(chapter));
        }
        if let Some(last_before) = last_before {
            objects.dictionary(last_before)?.set("Next", *first);
        }
        let shown = before.get(b"Count").and_then(Object::as_i64).unwrap_or(0).abs() + i64::from(number(ids.len()));
        let first = reference(&before, b"First").unwrap_or(*first);
        let outlines = dictionary! { "Type" => "Outlines", "First" => first, "Last" => *last, "Count" => shown };
        objects.0.insert(OUTLINES, Object::Dictionary(outlines));
        Ok(())
    }

    /// The structure of the front with that of all parts.
    fn trunk(&mut self, mut trunk: Dictionary, objects: &mut Objects) -> Outcome<Dictionary> {
        let Structure { elements, parents, next, ids, roles } = std::mem::take(&mut self.structure);
        let document = objects.dictionary(DOCUMENT)?;
        let all: Vec<Object> = kids(document).into_iter().chain(elements).collect();
        document.set("K", all);
        trunk.set("ParentTree", dictionary! { "Nums" => parents });
        trunk.set("ParentTreeNextKey", next);
        trunk.set("RoleMap", roles);
        if !ids.is_empty() {
            trunk.set("IDTree", name_tree(ids));
        }
        Ok(trunk)
    }

    /// Adds to the front's catalog what the parts have.
    fn complete(&mut self, catalog: &mut Dictionary) {
        let mut names = dictionary! { "Dests" => name_tree(std::mem::take(&mut self.destinations)) };
        if !self.files.is_empty() {
            let files = std::mem::take(&mut self.files).into_iter().map(|(name, (file, _))| (name, file));
            names.set("EmbeddedFiles", name_tree(files.collect()));
        }
        catalog.set("Names", names);
        catalog.set("Outlines", OUTLINES);
        if !self.associated.is_empty() {
            catalog.set("AF", std::mem::take(&mut self.associated));
        }
    }

    /// Gives a front the identity of the whole, in its metadata too: the first half tells which file it is, the second
    /// one changes with what it holds.
    fn identify(&self, front: &mut Document) -> Outcome<()> {
        let known = front.trailer.get(b"ID").and_then(Object::as_array).map_err(told)?.clone();
        let [file, state] = known.as_slice() else { return Err("the front has no identity".to_owned()) };
        let state = state.as_str().map_err(told)?;
        let state = std::str::from_utf8(state).map_err(|error| error.to_string())?;
        let all = self.parts.iter().map(|part| part.content.sha256()).collect::<Result<String>>();
        let all = all.map_err(|error| error.to_string())?;
        let mut new = hash::sha256(format!("{state}{all}"));
        new.truncate(state.len());
        let metadata = reference(front.catalog().map_err(told)?, b"Metadata").ok_or("the front has no metadata")?;
        let stream = front.get_object_mut(metadata).and_then(Object::as_stream_mut).map_err(told)?;
        let content = std::str::from_utf8(&stream.content).map_err(|error| error.to_string())?.replace(state, &new);
        stream.set_content(content.into_bytes());
        front.trailer.set("ID", vec![file.clone(), Object::string_literal(new)]);
        Ok(())
    }
}

/// What the library says about a file.
#[expect(clippy::needless_pass_by_value, reason = "it stands where errors are mapped")]
fn told(error: lopdf::Error) -> String {
    error.to_string()
}

impl Structure {
    /// Takes over the trees of a part whose elements have their numbers already.
    fn extend(&mut self, tree: &Dictionary, adapter: &Adapter<'_>, objects: &Objects) -> Outcome<()> {
        for pair in leaf(&objects.below(tree, b"ParentTree"), b"Nums")?.chunks_exact(2) {
            let key = pair[0].as_i64().map_err(told)? + adapter.keys;
            self.next = self.next.max(key + 1);
            self.parents.extend([key.into(), pair[1].clone()]);
        }
        let ids = pairs(&objects.below(tree, b"IDTree"))?;
        self.ids.extend(ids.into_iter().map(|(id, element)| (adapter.named(&id), element)));
        self.roles.extend(&objects.below(tree, b"RoleMap"));
        Ok(())
    }
}

/// The objects of a part, by their new numbers.
struct Objects(BTreeMap<ObjectId, Object>);

impl Objects {
    fn dictionary(&mut self, id: ObjectId) -> Outcome<&mut Dictionary> {
        let object = self.0.get_mut(&id).ok_or_else(|| format!("object {} is missing", id.0))?;
        object.as_dict_mut().map_err(told)
    }

    /// A copy of the dictionary that a key of another one holds or refers to; an empty one if it does not.
    fn below(&self, dictionary: &Dictionary, key: &[u8]) -> Dictionary {
        match dictionary.get(key) {
            Ok(Object::Dictionary(inner)) => Some(inner),
            Ok(Object::Reference(id)) => self.0.get(id).and_then(|object| object.as_dict().ok()),
            _ => None,
        }
        .cloned()
        .unwrap_or_default()
    }

    /// Takes out a dictionary that is not written as it is.
    fn take(&mut self, id: ObjectId) -> Outcome<Dictionary> {
        match self.0.remove(&id) {
            Some(Object::Dictionary(dictionary)) => Ok(dictionary),
            _ => Err(format!("object {} is missing", id.0)),
        }
    }

    /// Takes out what only the file by itself needs, and what that refers to, but for streams: pages use those too.
    fn forget(&mut self, object: Option<&Object>) {
        match object {
            Some(Object::Array(all)) => all.iter().for_each(|object| self.forget(Some(object))),
            Some(Object::Dictionary(all)) => all.iter().for_each(|(_, object)| self.forget(Some(object))),
            Some(Object::Reference(id)) => {
                let is_metadata = |stream: &Stream| stream.dict.has_type(b"Metadata");
                if !matches!(self.0.get(id), Some(Object::Stream(stream)) if !is_metadata(stream)) {
                    let object = self.0.remove(id);
                    self.forget(object.as_ref());
                }
            }
            _ => {}
        }
    }
}

/// Makes objects of a part objects of the whole.
struct Adapter<'a> {
    /// The parts to which links may lead.
    parts: Arc<ByFile<'a>>,
    /// By how much the numbers of objects grow.
    by: u32,
    /// By how much the keys of the structure's number tree grow.
    keys: i64,
    /// What names get before them; nothing if it is empty.
    name: &'a str,
    /// Objects that have numbers in the whole already.
    known: BTreeMap<ObjectId, ObjectId>,
}

impl Adapter<'_> {
    fn id(&self, id: ObjectId) -> ObjectId {
        self.known.get(&id).copied().unwrap_or((id.0 + self.by, id.1))
    }

    /// All objects of a file.
    fn objects(&self, objects: BTreeMap<ObjectId, Object>) -> Objects {
        let adapted = objects.into_iter().map(|(id, mut object)| {
            self.object(&mut object);
            (self.id(id), object)
        });
        Objects(adapted.collect())
    }

    /// The name of a place or an element in the whole.
    fn named(&self, name: &[u8]) -> Vec<u8> {
        if self.name.is_empty() { name.to_vec() } else { place(self.name, name) }
    }

    fn object(&self, object: &mut Object) {
        match object {
            Object::Reference(id) => *id = self.id(*id),
            Object::Array(all) => all.iter_mut().for_each(|object| self.object(object)),
            Object::Dictionary(dictionary) => self.dictionary(dictionary),
            Object::Stream(stream) => self.dictionary(&mut stream.dict),
            _ => {}
        }
    }

    fn dictionary(&self, dictionary: &mut Dictionary) {
        let is_element = dictionary.has_type(b"StructElem");
        for (key, value) in dictionary.iter_mut() {
            match (key.as_slice(), value) {
                (b"StructParent" | b"StructParents", Object::Integer(key)) => *key += self.keys,
                (b"ID", Object::String(id, _)) if is_element => *id = self.named(id),
                (b"Dest" | b"D", Object::String(name, _)) => *name = self.named(name),
                (b"Headers", Object::Array(headers)) => {
                    for header in headers {
                        if let Object::String(id, _) = header {
                            *id = self.named(id);
                        }
                    }
                }
                (_, value) => self.object(value),
            }
        }
        if let Some((name, title)) = self.target(dictionary) {
            dictionary.remove(b"A");
            dictionary.set("Dest", Object::string_literal(name));
            dictionary.set("Contents", form::text(title));
        }
    }

    /// Where a link to the file of a part leads in the whole, and what is there.
    fn target(&self, link: &Dictionary) -> Option<(Vec<u8>, &str)> {
        let action = link.get(b"A").and_then(Object::as_dict).ok()?;
        let address = std::str::from_utf8(action.get(b"URI").and_then(Object::as_str).ok()?).ok()?;
        let (file, at) = address.split_once("#nameddest=").unwrap_or((address, ""));
        let part = self.parts.get(file)?;
        let name =
            if part.places.contains(at) { place(part.name, at.as_bytes()) } else { part.name.as_bytes().to_vec() };
        Some((name, &part.title))
    }
}

/// The name of a place in a part, whose own name has no stroke.
fn place(part: &str, place: &[u8]) -> Vec<u8> {
    [part.as_bytes(), b"/", place].concat()
}

/// Makes a page what is laid under another one.
fn underlay(front: &mut Document, page: ObjectId) -> Outcome<ObjectId> {
    let Some(Object::Dictionary(page)) = front.objects.remove(&page) else {
        return Err("a page is missing".to_owned());
    };
    let contents = reference(&page, b"Contents").ok_or("a page of the front has no content")?;
    let drawing = front.get_object_mut(contents).and_then(Object::as_stream_mut).map_err(told)?;
    drawing.dict.set("Type", "XObject");
    drawing.dict.set("Subtype", "Form");
    drawing.dict.set("BBox", page.get(b"MediaBox").map_err(told)?.clone());
    if let Ok(resources) = page.get(b"Resources") {
        drawing.dict.set("Resources", resources.clone());
    }
    Ok(contents)
}

/// What a key of a dictionary refers to.
fn reference(dictionary: &Dictionary, key: &[u8]) -> Option<ObjectId> {
    dictionary.get(key).and_then(Object::as_reference).ok()
}

/// The elements below one of the structure tree.
fn kids(element: &Dictionary) -> Vec<Object> {
    match element.get(b"K") {
        Ok(Object::Array(all)) => all.clone(),
        Ok(one) => vec![one.clone()],
        Err(_) => Vec::new(),
    }
}

/// What a tree holds that is a leaf at once.
fn leaf<'a>(tree: &'a Dictionary, key: &[u8]) -> Outcome<&'a [Object]> {
    if tree.has(b"Kids") {
        return Err("a tree of names or numbers has branches".to_owned());
    }
    Ok(tree.get(key).and_then(Object::as_array).map(Vec::as_slice).unwrap_or_default())
}

/// The names of such a tree, with what they stand for.
fn pairs(tree: &Dictionary) -> Outcome<Vec<(Vec<u8>, Object)>> {
    let pair = |pair: &[Object]| Ok((pair[0].as_str().map_err(told)?.to_vec(), pair[1].clone()));
    leaf(tree, b"Names")?.chunks_exact(2).map(pair).collect()
}

/// A name tree of one leaf.
fn name_tree(names: BTreeMap<Vec<u8>, Object>) -> Dictionary {
    let names = names.into_iter().flat_map(|(name, object)| [Object::string_literal(name), object]);
    dictionary! { "Names" => names.collect::<Vec<_>>() }
}

/// A PDF that is being written. What is no stream goes into compressed streams, many objects in each, which takes
/// a tenth of the room (ISO 32000-1, 7.5.7).
#[derive(Debug)]
struct File {
    bytes: Vec<u8>,
    /// The last number that an object has.
    last: u32,
    places: BTreeMap<u32, Entry>,
    /// The stream that is not full yet.
    open: ObjectStream,
}

/// Where an object is: from which byte on, or in which stream and as which of the objects there.
#[derive(Debug, Clone, Copy)]
enum Entry {
    At(usize),
    In(u32, usize),
}

/// How many objects go into one stream.
const TOGETHER: usize = 200;

impl File {
    /// Begins one that will have about so many bytes. Those behind the version tell that it is no text
    /// (ISO 32000-1, 7.5.2).
    fn begin(last: u32, size: usize) -> Self {
        let mut bytes = Vec::with_capacity(size);
        bytes.extend_from_slice(b"%PDF-1.7\n%\x80\x80\x80\x80\n\n");
        Self { bytes, last, places: BTreeMap::new(), open: Self::empty() }
    }

    fn empty() -> ObjectStream {
        ObjectStream::builder().max_objects(TOGETHER).build()
    }

    /// A number that no object has.
    fn fresh(&mut self) -> ObjectId {
        self.last += 1;
        (self.last, 0)
    }

    fn put(&mut self, id: ObjectId, object: Object) -> lopdf::Result<()> {
        if matches!(object, Object::Stream(_)) {
            return self.write(id, &object);
        }
        self.open.add_object(id, object)?;
        if self.open.object_count() == TOGETHER { self.close() } else { Ok(()) }
    }

    /// Writes the stream that is open, and begins another one.
    fn close(&mut self) -> lopdf::Result<()> {
        let full = std::mem::replace(&mut self.open, Self::empty());
        let id = self.fresh();
        // They are written in the order of their numbers.
        let ordered = full.objects.keys().enumerate();
        self.places.extend(ordered.map(|(at, (number, _))| (*number, Entry::In(id.0, at))));
        self.write(id, &Object::Stream(full.to_stream_object()?))
    }

    fn write(&mut self, id: ObjectId, object: &Object) -> lopdf::Result<()> {
        self.places.insert(id.0, Entry::At(self.bytes.len()));
        self.bytes.extend_from_slice(format!("{} 0 obj\n", id.0).as_bytes());
        Writer::write_object(&mut self.bytes, object)?;
        self.bytes.extend_from_slice(b"\nendobj\n\n");
        Ok(())
    }

    /// Writes the table of all objects with what the trailer tells (ISO 32000-1, 7.5.8).
    fn end(mut self, trailer: Dictionary) -> lopdf::Result<Vec<u8>> {
        if self.open.object_count() > 0 {
            self.close()?;
        }
        let id = self.fresh();
        let start = self.bytes.len();
        self.places.insert(id.0, Entry::At(start));
        let mut table = Vec::new();
        for number in 0..=self.last {
            // Its kind, eight bytes and two bytes.
            let (kind, first, second) = match self.places.get(&number) {
                Some(Entry::At(offset)) => (1, *offset, 0),
                Some(Entry::In(stream, at)) => (2, *stream as usize, *at),
                None => (0, 0, if number == 0 { usize::from(u16::MAX) } else { 0 }),
            };
            table.push(kind);
            table.extend_from_slice(&(first as u64).to_be_bytes());
            table.extend_from_slice(&u16::try_from(second).unwrap_or(u16::MAX).to_be_bytes());
        }
        let mut about = trailer;
        about.set("Type", "XRef");
        about.set("Size", i64::from(self.last) + 1);
        about.set("W", vec![1.into(), 8.into(), 2.into()]);
        let mut stream = Stream::new(about, table);
        stream.compress()?;
        self.write(id, &Object::Stream(stream))?;
        self.bytes.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
        self.bytes.shrink_to_fit();
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tagged PDF with so many pages, each of which has a place and an element of the structure, and a link to a
    /// file on its first one.
    fn pdf(pages: usize, link: &str) -> Vec<u8> {
        let mut pdf = Document::with_version("1.7");
        let [node, tree, document, outlines] = [(); 4].map(|()| pdf.new_object_id());
        let mut elements: Vec<Object> = Vec::new();
        let (mut kids, mut keys, mut places) = (Vec::<Object>::new(), Vec::<Object>::new(), Vec::<Object>::new());
        for at in 0..i64::from(number(pages)) {
            let contents = pdf.add_object(Stream::new(Dictionary::new(), format!("page {at}").into_bytes()));
            let link = dictionary! {
                "Subtype" => "Link",
                "StructParent" => at * 2 + 1,
                "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal(link) },
            };
            let page = pdf.add_object(dictionary! {
                "Type" => "Page",
                "Parent" => node,
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
                "Contents" => contents,
                "StructParents" => at * 2,
                "Annots" => vec![link.into()],
            });
            let element = pdf.add_object(dictionary! {
                "Type" => "StructElem",
                "S" => "TH",
                "P" => document,
                "Pg" => page,
                "ID" => Object::string_literal("cell"),
            });
            kids.push(page.into());
            elements.push(element.into());
            keys.extend([(at * 2).into(), vec![element.into()].into(), (at * 2 + 1).into(), element.into()]);
            let place: Object = vec![page.into(), "XYZ".into(), 0.into(), 700.into(), 0.into()].into();
            places.extend([Object::string_literal(format!("place-{at}")), place]);
        }
        let mark = pdf.add_object(dictionary! { "Title" => form::text("Section"), "Parent" => outlines });
        let ids = vec![Object::string_literal("cell"), elements[0].clone()];
        for (id, object) in [
            (node, dictionary! { "Type" => "Pages", "Count" => i64::from(number(pages)), "Kids" => kids }),
            (document, dictionary! { "Type" => "StructElem", "S" => "Document", "P" => tree, "K" => elements }),
            (outlines, dictionary! { "Type" => "Outlines", "First" => mark, "Last" => mark, "Count" => 1 }),
            (
                tree,
                dictionary! {
                    "Type" => "StructTreeRoot",
                    "K" => vec![document.into()],
                    "ParentTree" => dictionary! { "Nums" => keys },
                    "IDTree" => dictionary! { "Names" => ids },
                },
            ),
        ] {
            pdf.objects.insert(id, object.into());
        }
        let inside = pdf.add_object(Stream::new(dictionary! { "Type" => "EmbeddedFile" }, link.as_bytes().to_vec()));
        let inside = dictionary! { "Type" => "Filespec", "EF" => dictionary! { "F" => inside } };
        let file = pdf.add_object(inside);
        let files = vec![Object::string_literal("notes.txt"), file.into()];
        let labels = pdf.add_object(dictionary! { "Nums" => vec![0.into(), dictionary! { "S" => "D" }.into()] });
        let profile = pdf.add_object(Stream::new(Dictionary::new(), b"profile".to_vec()));
        let intent = pdf.add_object(dictionary! { "S" => "GTS_PDFA1", "DestOutputProfile" => profile });
        let metadata = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
        let metadata = pdf.add_object(Stream::new(metadata, b"<xmp>STATE STATE_source</xmp>".to_vec()));
        let root = pdf.add_object(dictionary! {
            "Type" => "Catalog",
            "Pages" => node,
            "StructTreeRoot" => tree,
            "Outlines" => outlines,
            "Metadata" => metadata,
            "Names" => dictionary! {
                "Dests" => dictionary! { "Names" => places },
                "EmbeddedFiles" => dictionary! { "Names" => files },
            },
            "AF" => vec![file.into()],
            "PageLabels" => labels,
            "OutputIntents" => vec![intent.into()],
        });
        let about = pdf.add_object(dictionary! { "Title" => Object::string_literal("one of many") });
        pdf.trailer.set("Info", about);
        pdf.trailer.set("Root", root);
        pdf.trailer.set("ID", vec![Object::string_literal("FILE"), Object::string_literal("STATE")]);
        let mut out = Vec::new();
        pdf.save_to(&mut out).expect("memory takes everything");
        out
    }

    fn part<'a>(name: &'a str, pages: usize, bytes: &[u8]) -> Part<'a> {
        let places = BTreeSet::from(["place-0", "place-1"]);
        let (title, file) = (format!("1 {name}"), format!("{name}.pdf"));
        // The test has it as long as it runs.
        let content = Box::leak(Box::new(bytes.to_vec().into()));
        Part { name, title, file, pages, places, content }
    }

    fn bound(front: &[u8], parts: &[Part<'_>]) -> Document {
        let bytes = gather(parts).and_then(|block| block.bind(front)).expect("a PDF");
        let whole = Document::load_mem(&bytes).expect("a PDF");
        assert_whole(&whole);
        whole
    }

    /// Sees that each reference leads to an object and that each object is reached, but for the profiles of colours,
    /// which pages may use too, and what only the file itself needs.
    fn assert_whole(pdf: &Document) {
        fn references(object: &Object, out: &mut Vec<ObjectId>) {
            match object {
                Object::Reference(id) => out.push(*id),
                Object::Array(all) => all.iter().for_each(|object| references(object, out)),
                Object::Dictionary(all) => all.iter().for_each(|(_, object)| references(object, out)),
                Object::Stream(stream) => stream.dict.iter().for_each(|(_, object)| references(object, out)),
                _ => {}
            }
        }
        let (mut reached, mut next) = (BTreeSet::new(), Vec::new());
        references(&Object::Dictionary(pdf.trailer.clone()), &mut next);
        while let Some(id) = next.pop() {
            let object = pdf.objects.get(&id).unwrap_or_else(|| panic!("nothing is at {id:?}"));
            if reached.insert(id) {
                references(object, &mut next);
            }
        }
        for (id, object) in &pdf.objects {
            let stream = object.as_stream().ok();
            let is_apart = stream.is_some_and(|stream| {
                stream.dict.has_type(b"ObjStm") || stream.dict.has_type(b"XRef") || stream.content == b"profile"
            });
            assert!(reached.contains(id) || is_apart, "nothing leads to {id:?}: {object:?}");
        }
    }

    fn catalog<'a>(pdf: &'a Document, path: &[&str]) -> &'a Object {
        let mut object = pdf.trailer.get(b"Root").expect("a catalog");
        for key in path {
            object = pdf.dereference(object).and_then(|(_, object)| object.as_dict()?.get(key.as_bytes())).expect(key);
        }
        pdf.dereference(object).expect("an object").1
    }

    /// The one link of each page.
    fn links(pdf: &Document) -> Vec<Dictionary> {
        let link = |page| {
            let annotations = pdf.get_dictionary(page).and_then(|page| page.get(b"Annots")?.as_array()).expect("links");
            annotations[0].as_dict().expect("a link").clone()
        };
        pdf.page_iter().map(link).collect()
    }

    #[test]
    fn pages_come_in_order_with_what_is_laid_under_them() {
        let (front, one, two) = (pdf(4, "https://a.example"), pdf(2, "x"), pdf(1, "y"));
        let whole = bound(&front, &[part("one", 2, &one), part("two", 1, &two)]);
        let drawn = |page: ObjectId| String::from_utf8_lossy(&whole.get_page_content(page)).trim().replace('\n', "|");
        let drawn: Vec<String> = whole.page_iter().map(drawn).collect();
        assert_eq!(drawn.len(), 4);
        assert_eq!(drawn[0], "page 0");
        for (page, own) in drawn[1..].iter().zip(["page 0", "page 1", "page 0"]) {
            assert!(page.starts_with("/Artifact") && page.contains("/Underlay Do") && page.ends_with(own), "{page}");
        }
        let under = |page: ObjectId| {
            let (resources, _) = whole.get_page_resources(page).expect("resources");
            let drawings = resources.and_then(|all| all.get(b"XObject").ok()?.as_dict().ok()).expect("a drawing");
            let drawing =
                whole.get_object(drawings.get(b"Underlay").and_then(Object::as_reference).expect("a drawing"));
            let drawing = drawing.and_then(Object::as_stream).expect("a stream");
            assert!(drawing.dict.get(b"BBox").is_ok() && drawing.dict.has_type(b"XObject"));
            String::from_utf8_lossy(&drawing.content).into_owned()
        };
        let under: Vec<String> = whole.page_iter().skip(1).map(under).collect();
        assert_eq!(under, ["page 1", "page 2", "page 3"], "the front's pages behind its own");
        assert_eq!(catalog(&whole, &["Pages", "Count"]).as_i64().ok(), Some(4));
    }

    #[test]
    fn links_to_the_file_of_a_part_lead_to_its_pages() {
        for (address, lands) in [
            ("two.pdf#nameddest=place-1", Some("two/place-1")),
            ("two.pdf#nameddest=gone", Some("two")),
            ("two.pdf", Some("two")),
            ("register.pdf", None),
            ("https://two.pdf", None),
        ] {
            let (front, one, two) = (pdf(4, address), pdf(1, address), pdf(2, "https://b.example"));
            let whole = bound(&front, &[part("one", 1, &one), part("two", 2, &two)]);
            let names: Vec<Vec<u8>> = pairs(catalog(&whole, &["Names", "Dests"]).as_dict().expect("names"))
                .expect("a leaf")
                .into_iter()
                .map(|(name, _)| name)
                .collect();
            assert!(names.is_sorted());
            for link in &links(&whole)[..2] {
                match lands {
                    Some(name) => {
                        let place = link.get(b"Dest").and_then(Object::as_str).expect("a place");
                        assert_eq!(String::from_utf8_lossy(place), name);
                        assert!(names.iter().any(|known| known == place) && link.get(b"A").is_err());
                        assert_eq!(link.get(b"Contents").and_then(Object::as_str).ok(), Some(b"1 two".as_slice()));
                    }
                    None => assert!(link.get(b"A").is_ok() && link.get(b"Dest").is_err()),
                }
            }
        }
    }

    #[test]
    fn bookmarks_and_structure_hang_together() {
        let (front, one, two) = (pdf(4, "x"), pdf(1, "x"), pdf(2, "x"));
        let whole = bound(&front, &[part("one", 1, &one), part("two", 2, &two)]);
        let mut titles = Vec::new();
        let mut at = catalog(&whole, &["Outlines", "First"]).as_dict().ok();
        while let Some(mark) = at {
            titles.push(
                String::from_utf8_lossy(mark.get(b"Title").and_then(Object::as_str).expect("a title")).into_owned(),
            );
            at = mark.get(b"Next").ok().and_then(|next| whole.dereference(next).ok()?.1.as_dict().ok());
        }
        assert_eq!(titles, ["Section", "1 one", "1 two"]);
        assert_eq!(catalog(&whole, &["Outlines", "Count"]).as_i64().ok(), Some(3));

        let nums = catalog(&whole, &["StructTreeRoot", "ParentTree", "Nums"]).as_array().expect("keys");
        let keys: Vec<i64> = nums.iter().step_by(2).map(|key| key.as_i64().expect("a key")).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "each key once: {keys:?}");
        for page in whole.page_iter() {
            let key = whole.get_dictionary(page).and_then(|page| page.get(b"StructParents")?.as_i64()).expect("a key");
            let at = keys.iter().position(|known| *known == key).expect("an entry");
            let element = nums[at * 2 + 1].as_array().expect("elements")[0].as_reference().expect("an element");
            let of = whole.get_dictionary(element).and_then(|element| element.get(b"Pg")?.as_reference());
            assert_eq!(of.ok(), Some(page), "the element of a page is that of its own file");
        }
        let ids = pairs(catalog(&whole, &["StructTreeRoot", "IDTree"]).as_dict().expect("names")).expect("a leaf");
        let ids: Vec<_> = ids.iter().map(|(id, _)| String::from_utf8_lossy(id).into_owned()).collect();
        assert_eq!(ids, ["cell", "one/cell", "two/cell"]);
    }

    #[test]
    fn a_file_that_several_parts_carry_is_there_once() {
        let (front, one, two, other) = (pdf(4, "x"), pdf(1, "x"), pdf(1, "x"), pdf(1, "y"));
        let whole = bound(&front, &[part("one", 1, &one), part("two", 1, &two), part("other", 1, &other)]);
        let files = pairs(catalog(&whole, &["Names", "EmbeddedFiles"]).as_dict().expect("names")).expect("a leaf");
        let names: Vec<_> = files.iter().map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect();
        assert_eq!(names, ["notes.txt", "other/notes.txt"]);
        assert_eq!(catalog(&whole, &["AF"]).as_array().expect("files").len(), 2);
    }

    #[test]
    fn the_identity_changes_with_what_is_bound() {
        let (front, one, other) = (pdf(2, "x"), pdf(1, "x"), pdf(1, "y"));
        let state = |one: &[u8]| {
            let whole = bound(&front, &[part("one", 1, one)]);
            let ids = whole.trailer.get(b"ID").and_then(Object::as_array).expect("an identity").clone();
            let [file, state] =
                [0, 1].map(|at: usize| String::from_utf8_lossy(ids[at].as_str().expect("a text")).into_owned());
            assert_eq!(file, "FILE");
            let metadata = catalog(&whole, &["Metadata"]).as_stream().expect("metadata").content.clone();
            assert_eq!(String::from_utf8_lossy(&metadata), format!("<xmp>{state} {state}_source</xmp>"));
            state
        };
        assert_ne!(state(&one), state(&other));
        assert_eq!(state(&one), state(&one));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (front, one) = (pdf(2, "x"), pdf(1, "x"));
        let told = |front: &[u8], parts: &[Part<'_>]| {
            let error = gather(parts).and_then(|block| block.bind(front)).expect_err("it does not fit");
            format!("{error:?}")
        };
        assert!(told(&front, &[part("one", 2, &one)]).contains("it has 1 pages and not 2"));
        assert!(told(&one, &[part("one", 1, &one)]).contains("does not have a page for each page"));
        assert!(told(&front, &[part("one", 1, b"%PDF-1.7 and no more")]).contains("`one.pdf`: "));
        assert!(!told(b"", &[part("one", 1, &one)]).is_empty());
        let mut untagged = Document::load_mem(&one).expect("a PDF");
        untagged.catalog_mut().expect("a catalog").remove(b"StructTreeRoot");
        let mut bytes = Vec::new();
        untagged.save_to(&mut bytes).expect("memory takes everything");
        assert!(told(&front, &[part("one", 1, &bytes)]).contains("it is not tagged"));
    }
}
