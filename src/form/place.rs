//! Fields into a PDF that was laid out: where the layout has a link whose address names a field, the
//! field takes its place, on the page and in the structure tree.

use super::face::{Face, Fonts, SAID, TYPING};
use super::{Field, Kind, MARK, strings};
use crate::error::{Error, Result};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::collections::{BTreeMap, BTreeSet};

/// Flags of fields.
const READ_ONLY: i64 = 1;
const LINES: i64 = 1 << 12;
const RADIO: i64 = 1 << 15;
/// The flag of annotations that are printed.
const PRINTED: i64 = 4;
/// The sizes of text in fields of one and of several lines.
const SIZE: f64 = 9.0;
const SMALL: f64 = 8.5;
/// The colour of what is filled in.
const INK: &str = "0.106 0.149 0.173 rg";

/// Puts fields into a PDF. The same input gives the same bytes.
///
/// # Errors
/// If the PDF cannot be read, or does not have one place for each field.
pub fn place(laid_out: &[u8], fields: &[Field], face: &Face<'_>) -> Result<Vec<u8>> {
    let document = Document::load_mem(laid_out).map_err(|error| broken(&error.to_string()))?;
    let by_name = fields.iter().map(|field| (field.name.as_str(), field)).collect();
    let mut form = Form {
        document,
        by_name,
        fonts: Fonts { typing: (0, 0), said: (0, 0) },
        face,
        top: Vec::new(),
        seen: BTreeMap::new(),
    };
    form.fill().map_err(|why| broken(&why))?;
    let mut out = Vec::with_capacity(laid_out.len() * 2);
    form.document.save_to(&mut out).map_err(|error| broken(&error.to_string()))?;
    if out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
    Ok(out)
}

fn broken(why: &str) -> Error {
    Error::new("the form cannot be made")
        .why(why)
        .help("mend `theme/pdf/sign-off.typ`, or remove it to use the built-in one")
}

struct Form<'a> {
    document: Document,
    by_name: BTreeMap<&'a str, &'a Field>,
    fonts: Fonts,
    face: &'a Face<'a>,
    /// The fields in the order of the pages.
    top: Vec<ObjectId>,
    /// The fields that have a place, with the options of each that have one.
    seen: BTreeMap<String, (ObjectId, BTreeSet<String>)>,
}

/// A link that stands for a field.
struct Place {
    page: ObjectId,
    annotation: ObjectId,
    name: String,
    option: Option<String>,
}

impl Form<'_> {
    fn fill(&mut self) -> std::result::Result<(), String> {
        let places = self.places()?;
        let used: Vec<char> = self.by_name.values().flat_map(|field| said(field).chars()).collect();
        self.fonts = self.face.embed(&mut self.document, &used);
        for place in &places {
            self.put(place)?;
        }
        self.complete()?;
        let widgets: BTreeSet<ObjectId> = places.iter().map(|place| place.annotation).collect();
        self.restructure(&widgets);
        let fields: Vec<Object> = self.top.iter().map(|id| Object::Reference(*id)).collect();
        let form = self.document.add_object(dictionary! {
            "Fields" => fields,
            "SigFlags" => i64::from(self.by_name.values().any(|field| matches!(field.kind, Kind::Signature(_)))),
            "DR" => dictionary! {
                "Font" => dictionary! { TYPING => self.fonts.typing, SAID => self.fonts.said },
            },
            "DA" => Object::string_literal(default_appearance(SIZE)),
        });
        let catalog = self.document.catalog_mut().map_err(|error| error.to_string())?;
        catalog.set("AcroForm", form);
        Ok(())
    }

    /// The places for fields, in the order of the pages.
    fn places(&self) -> std::result::Result<Vec<Place>, String> {
        let mut places = Vec::new();
        for page in self.document.page_iter() {
            let annotations =
                self.document.get_dictionary(page).and_then(|page| page.get_deref(b"Annots", &self.document));
            let Ok(annotations) = annotations.and_then(Object::as_array) else { continue };
            for annotation in annotations.iter().filter_map(|object| object.as_reference().ok()) {
                let address =
                    self.document.get_dictionary(annotation).ok().and_then(|dict| address(dict, &self.document));
                let Some(rest) = address.as_deref().and_then(|address| address.strip_prefix(MARK)) else { continue };
                let (name, option) = match rest.split_once('#') {
                    Some((name, option)) => (name.to_owned(), Some(option.to_owned())),
                    None => (rest.to_owned(), None),
                };
                places.push(Place { page, annotation, name, option });
            }
        }
        if places.is_empty() { Err("the layout has no place for any field".into()) } else { Ok(places) }
    }

    /// Puts a field, or one option of it, into its place.
    fn put(&mut self, place: &Place) -> std::result::Result<(), String> {
        let Some(field) = self.by_name.get(place.name.as_str()).copied() else {
            return Err(format!("the layout has a place for `{}`, which is no field", place.name));
        };
        let link = self.document.get_dictionary(place.annotation).map_err(|error| error.to_string())?.clone();
        let (rect, size) = rectangle(&link).ok_or("a link has no rectangle")?;
        let mut widget = dictionary! {
            "Type" => "Annot",
            "Subtype" => "Widget",
            "Rect" => rect,
            "F" => PRINTED,
            "P" => place.page,
            "MK" => Dictionary::new(),
        };
        if let Ok(parent) = link.get(b"StructParent") {
            widget.set("StructParent", parent.clone());
        }
        let twice = || Err(format!("the layout has more than one place for `{}`", place.name));
        match (&field.kind, &place.option) {
            (Kind::Choice(options), Some(option)) => {
                let Some((_, tip)) = options.iter().find(|(known, _)| known == option) else {
                    return Err(format!("`{}` has no option `{option}`", place.name));
                };
                if !self.choice(field, place.annotation, option) {
                    return twice();
                }
                self.option(&mut widget, option, tip, size);
                let (parent, _) = &self.seen[&place.name];
                widget.set("Parent", *parent);
            }
            (Kind::Choice(_), None) | (_, Some(_)) => {
                return Err(format!("the place for `{}` and its kind do not go together", place.name));
            }
            (kind, None) => {
                if self.seen.insert(place.name.clone(), (place.annotation, BTreeSet::new())).is_some() {
                    return twice();
                }
                self.top.push(place.annotation);
                widget.set("T", strings::write(&field.name));
                widget.set("TU", strings::write(&field.tip));
                self.plain(&mut widget, kind, size);
            }
        }
        self.document.set_object(place.annotation, widget);
        let page = self.document.get_dictionary_mut(place.page).map_err(|error| error.to_string())?;
        page.set("Tabs", "S");
        Ok(())
    }

    /// Adds an option to its field, which is made with the first one; `false` if it is there already.
    fn choice(&mut self, field: &Field, widget: ObjectId, option: &str) -> bool {
        if !self.seen.contains_key(&field.name) {
            let id = self.document.add_object(dictionary! {
                "FT" => "Btn",
                "Ff" => RADIO,
                "T" => strings::write(&field.name),
                "TU" => strings::write(&field.tip),
                "V" => "Off",
                "Kids" => Vec::<Object>::new(),
            });
            self.top.push(id);
            self.seen.insert(field.name.clone(), (id, BTreeSet::new()));
        }
        let Some((id, options)) = self.seen.get_mut(&field.name) else { return false };
        let kids = self.document.get_dictionary_mut(*id).and_then(|parent| parent.get_mut(b"Kids"));
        if let Ok(kids) = kids.and_then(Object::as_array_mut) {
            kids.push(Object::Reference(widget));
        }
        options.insert(option.to_owned())
    }

    /// What one option looks like: a dot if it is chosen, else what the layout shows.
    fn option(&mut self, widget: &mut Dictionary, option: &str, tip: &str, size: (f64, f64)) {
        let on = self.appearance(dot(size), size, Dictionary::new());
        let off = self.appearance(String::new(), size, Dictionary::new());
        widget.set("TU", strings::write(tip));
        widget.set("AS", "Off");
        widget.set("AP", dictionary! { "N" => dictionary! { option => on, "Off" => off } });
    }

    fn plain(&mut self, widget: &mut Dictionary, kind: &Kind, size: (f64, f64)) {
        match kind {
            Kind::Text { value, lines, fixed } => {
                let height = if *lines { SMALL } else { SIZE };
                widget.set("FT", "Tx");
                widget.set("Ff", i64::from(*lines) * LINES + i64::from(*fixed) * READ_ONLY);
                widget.set("DA", Object::string_literal(default_appearance(height)));
                let mut resources = Dictionary::new();
                let mut content = String::from("/Tx BMC EMC");
                if !value.is_empty() {
                    widget.set("V", strings::write(value));
                    resources.set("Font", dictionary! { SAID => self.fonts.said });
                    content = self.line(value, size);
                }
                let normal = self.appearance(content, size, resources);
                widget.set("AP", dictionary! { "N" => normal });
            }
            Kind::Signature(locked) => {
                widget.set("FT", "Sig");
                let fields: Vec<Object> = locked.iter().map(|name| strings::write(name)).collect();
                if !fields.is_empty() {
                    let lock = dictionary! { "Type" => "SigFieldLock", "Action" => "Include", "Fields" => fields };
                    let lock = self.document.add_object(lock);
                    widget.set("Lock", lock);
                }
                let normal = self.appearance(String::new(), size, Dictionary::new());
                widget.set("AP", dictionary! { "N" => normal });
            }
            Kind::Choice(_) => {}
        }
    }

    /// One line of text, smaller if it would not fit.
    fn line(&self, text: &str, (width, height): (f64, f64)) -> String {
        let text = text.replace('\n', " ");
        #[expect(clippy::cast_precision_loss, reason = "widths of letters are small")]
        let natural = text.chars().map(|c| self.face.width(c)).sum::<i64>() as f64 / 1000.0;
        let size = if natural > 0.0 { SIZE.min((width - 4.0) / natural) } else { SIZE };
        #[expect(clippy::cast_precision_loss, reason = "heights of letters are small")]
        let middle = (height - self.face.cap_height as f64 / 1000.0 * size) / 2.0;
        format!("/Tx BMC q BT /{SAID} {size:.2} Tf {INK} 2 {middle:.2} Td <{}> Tj ET Q EMC", self.face.encode(&text))
    }

    fn appearance(&mut self, content: String, (width, height): (f64, f64), resources: Dictionary) -> ObjectId {
        let dict = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => [0.0, 0.0, width, height].map(real).to_vec(),
            "Resources" => resources,
        };
        self.document.add_object(Stream::new(dict, content.into_bytes()))
    }

    /// Every field and every option has a place.
    fn complete(&self) -> std::result::Result<(), String> {
        for (name, field) in &self.by_name {
            let Some((_, options)) = self.seen.get(*name) else {
                return Err(format!("the layout has no place for the field `{name}`"));
            };
            if let Kind::Choice(all) = &field.kind
                && let Some((option, _)) = all.iter().find(|(option, _)| !options.contains(option))
            {
                return Err(format!("the layout has no place for the option `{option}` of `{name}`"));
            }
        }
        Ok(())
    }

    /// In the structure tree, what was a link is a field of a form.
    fn restructure(&mut self, widgets: &BTreeSet<ObjectId>) {
        let mut elements = Vec::new();
        for (id, object) in &self.document.objects {
            let Ok(dict) = object.as_dict() else { continue };
            let is_link = dict.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == b"Link");
            if is_link && self.holds(dict, widgets) {
                elements.push(*id);
            }
        }
        for id in elements {
            if let Ok(element) = self.document.get_dictionary_mut(id) {
                element.set("S", "Form");
                // One kid stands for itself: programs that judge later changes look for it there.
                let kids = element.get(b"K").and_then(Object::as_array).map(Vec::as_slice);
                if let Ok([only]) = kids {
                    let only = only.clone();
                    element.set("K", only);
                }
            }
        }
    }

    /// Whether a structure element holds one of these annotations.
    fn holds(&self, element: &Dictionary, widgets: &BTreeSet<ObjectId>) -> bool {
        let Ok(kids) = element.get_deref(b"K", &self.document) else { return false };
        let kids: Vec<&Object> = kids.as_array().map_or_else(|_| vec![kids], |kids| kids.iter().collect());
        kids.into_iter().any(|kid| {
            let kid = self.document.dereference(kid).ok().and_then(|(_, kid)| kid.as_dict().ok());
            let held = kid.and_then(|kid| kid.get(b"Obj").ok()).and_then(|object| object.as_reference().ok());
            held.is_some_and(|id| widgets.contains(&id))
        })
    }
}

/// What a field says before anybody fills it in.
fn said(field: &Field) -> &str {
    match &field.kind {
        Kind::Text { value, .. } => value,
        Kind::Choice(_) | Kind::Signature(_) => "",
    }
}

fn default_appearance(size: f64) -> String {
    format!("/{TYPING} {size} Tf {INK}")
}

/// The address of a link.
fn address(annotation: &Dictionary, document: &Document) -> Option<String> {
    let action = annotation.get_deref(b"A", document).ok()?.as_dict().ok()?;
    let address = action.get_deref(b"URI", document).ok()?.as_str().ok()?;
    Some(String::from_utf8_lossy(address).into_owned())
}

/// The rectangle of an annotation with few digits, so that it survives being written by others, and its
/// width and height.
fn rectangle(annotation: &Dictionary) -> Option<(Vec<Object>, (f64, f64))> {
    let sides = annotation.get(b"Rect").ok()?.as_array().ok()?;
    let side = |index: usize| sides.get(index)?.as_float().ok().map(|side| (f64::from(side) * 4.0).round() / 4.0);
    let (left, bottom, right, top) = (side(0)?, side(1)?, side(2)?, side(3)?);
    Some(([left, bottom, right, top].map(real).to_vec(), ((right - left).abs(), (top - bottom).abs())))
}

#[expect(clippy::cast_possible_truncation, reason = "quarters of points on a page")]
fn real(number: f64) -> Object {
    Object::Real(number as f32)
}

/// A dot in the middle of a box.
fn dot((width, height): (f64, f64)) -> String {
    let (x, y, r) = (width / 2.0, height / 2.0, width.min(height) * 0.27);
    // Four curves make a circle.
    let k = r * 0.5523;
    format!(
        "q 0.059 0.298 0.361 rg {:.2} {y:.2} m {:.2} {:.2} {:.2} {:.2} {x:.2} {:.2} c {:.2} {:.2} {:.2} {:.2} {:.2} \
         {y:.2} c {:.2} {:.2} {:.2} {:.2} {x:.2} {:.2} c {:.2} {:.2} {:.2} {:.2} {:.2} {y:.2} c f Q",
        x + r,
        x + r,
        y + k,
        x + k,
        y + r,
        y + r,
        x - k,
        y + r,
        x - r,
        y + k,
        x - r,
        x - r,
        y - k,
        x - k,
        y - r,
        y - r,
        x + k,
        y - r,
        x + r,
        y - k,
        x + r,
    )
}
