//! PDFs through the Typst library: one per document, and the binder, which binds them behind a front.
//!
//! Each is accessible (PDF/UA-1) and archival (PDF/A-2a, with attached files PDF/A-3a) at once. What a PDF is
//! made from is put together first: where the same was made before, it is remembered.

use super::assets::Assets;
use super::workshop::{Reuse, with_threads};
use super::world::{self, Shared, World};
use super::{Input, Rendered, binder_path, pdf_path};
use super::{attachments, facts, form};
use crate::binding::{self, Part};
use crate::content;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::markdown::highlight::Piece;
use crate::markdown::html::{heading_level, scaled};
use crate::markdown::typst::{self as emit, Destination, Picture, Source, Surroundings};
use crate::model::document::{Document, Dossier};
use crate::model::loaded::inner_path;
use crate::model::memory::Key;
use crate::model::text::{Code, Diagram, Image, Target, plain, sections};
use crate::source::Span;
use comemo::Track;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};
use typst::WorldExt;
use typst::foundations::{Bytes, Content, Datetime, NativeElement, Smart};
use typst::introspection::{Introspector, Location};
use typst::model::{FigureElem, HeadingElem, LateLinkResolver};
use typst_layout::{Page, PagedDocument};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use unicode_normalization::char::is_combining_mark;

/// The slug of the finding about characters that no font has.
pub(super) const MISSING_GLYPH: &str = "missing-glyph";

/// What is laid out as one PDF.
enum Job<'a> {
    Single(&'a Document),
    /// What comes before the documents in the binder, with what it shows.
    Front(&'a Value),
    /// The sign-off form, with what it shows.
    Form(&'a Value),
}

/// A finished PDF of a document or of the form.
struct Made {
    path: String,
    /// The kind of the document; `None` for the form.
    kind: Option<String>,
    pages: usize,
    layout: Layout,
    content: content::Content,
}

/// What is remembered of a PDF.
#[derive(Serialize, Deserialize)]
struct Print {
    pages: usize,
    /// The places that other files can link to.
    places: Places,
    /// The numbers of the pages that are wider than high.
    turned: Vec<usize>,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

/// What the binder has to know about the PDF of a document.
#[derive(Debug)]
pub(super) struct Layout {
    places: Places,
    turned: Vec<usize>,
}

/// Places in a PDF by their names.
type Places = BTreeMap<String, Spot>;

/// Where a place is: on which page, and how far below its upper edge, in points.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Spot {
    page: usize,
    y: f64,
}

/// Makes every PDF that tells nothing about the hashes of others.
pub(super) fn render(input: &Input<'_>, assets: &Assets, rendered: &mut Rendered) -> Result<()> {
    let bench = Bench::new(input, files(input, assets))?;
    let maker = bench.maker(input, assets, Reuse::Once);
    let facts = form::facts(input);
    let (later, early): (Vec<_>, Vec<_>) = bound(input).partition(|document| document.after_layout);
    let early = early.into_iter().map(Job::Single).chain(facts.as_ref().map(Job::Form));
    take(maker.all(early)?, rendered);
    if !later.is_empty() {
        rendered.settled = Some(maker.settle(rendered)?);
    }
    maker.tell(rendered);
    Ok(())
}

/// Makes the binder from the PDFs that were made.
pub(super) fn bind(input: &Input<'_>, assets: &Assets, rendered: &mut Rendered) -> Result<()> {
    // Its front shows no picture.
    let bench = Bench::new(input, BTreeMap::new())?;
    let maker = bench.maker(input, assets, Reuse::Once);
    let binder = maker.binder(rendered)?;
    rendered.binder_pages = Some(binder.pages);
    rendered.files.insert(binder_path(input.project), input.shelf.lay_by(binder.bytes));
    maker.tell(rendered);
    Ok(())
}

/// Makes the PDFs that tell about all others.
pub(super) fn render_late(input: &Input<'_>, assets: &Assets, rendered: &mut Rendered) -> Result<()> {
    let late: Vec<_> = input.dossier.delivered().filter(|document| document.late).map(Job::Single).collect();
    if !late.is_empty() {
        let bench = Bench::new(input, files(input, assets))?;
        let maker = bench.maker(input, assets, Reuse::Once);
        take(maker.all(late.into_iter())?, rendered);
        maker.tell(rendered);
    }
    // No other PDF comes behind these: nothing that is memoised is of use any more.
    comemo::evict(0);
    Ok(())
}

/// The files that PDFs show and carry, by path in Typst's world: pictures, drawings, attachments.
fn files(input: &Input<'_>, assets: &Assets) -> BTreeMap<String, File> {
    let pictures = assets.prints().map(|(path, ending, bytes)| (world_path(path, ending), bytes));
    let all = pictures.chain(drawings(input)).chain(attachments::files(input));
    all.map(|(path, bytes)| (path, File::new(bytes))).collect()
}

/// A file in Typst's world.
struct File {
    bytes: Bytes,
    digest: OnceLock<Vec<u8>>,
}

impl File {
    fn new(bytes: &[u8]) -> Self {
        Self { bytes: Bytes::new(bytes.to_vec()), digest: OnceLock::new() }
    }

    /// The SHA-256 of what it holds.
    fn digest(&self) -> &[u8] {
        self.digest.get_or_init(|| Sha256::digest(&self.bytes).to_vec())
    }
}

/// Keeps finished PDFs and how many pages they have.
fn take(all: Vec<Made>, rendered: &mut Rendered) {
    for made in all {
        let Some(kind) = made.kind else {
            rendered.form = Some(made.content);
            continue;
        };
        rendered.pages.insert(kind.clone(), made.pages);
        rendered.layouts.insert(kind, made.layout);
        rendered.files.insert(made.path, made.content);
    }
}

/// How often documents that tell their own pages are laid out at most. Numbers of other lengths hardly
/// ever move a page, and never back and forth for long.
const ROUNDS: usize = 4;

/// The PDF of one document, or the binder. What was memoised is kept for a while: the next one is
/// likely to be almost the same.
pub(super) fn single(input: &Input<'_>, assets: &Assets, document: Option<&Document>) -> Result<Vec<u8>> {
    let bench = Bench::new(input, files(input, assets))?;
    let maker = bench.maker(input, assets, Reuse::Again);
    if let Some(document) = document {
        return maker.one(&Job::Single(document))?.content.into_bytes();
    }
    let mut rendered = Rendered::default();
    take(maker.all(bound(input).map(Job::Single))?, &mut rendered);
    maker.binder(&rendered).map(|binder| binder.bytes)
}

/// The drawings of all diagrams, by path in Typst's world.
fn drawings<'a>(input: &'a Input<'_>) -> impl Iterator<Item = (String, &'a [u8])> {
    let diagrams = input.dossier.delivered().flat_map(Document::diagrams);
    diagrams.map(|diagram| (drawing_path(diagram), diagram.painting.drawing().svg.as_bytes()))
}

/// Where the drawing of a diagram lies in Typst's world, as files are named there.
fn drawing_path(diagram: &Diagram) -> String {
    emit::diagram_path(&diagram.id).trim_start_matches('/').to_owned()
}

impl Job<'_> {
    /// How much work it is, roughly.
    fn weight(&self) -> usize {
        match self {
            Job::Single(document) => document.blocks.len(),
            Job::Front(_) | Job::Form(_) => 0,
        }
    }
}

/// What a maker works with.
struct Bench {
    shared: Arc<Shared>,
    missing: Mutex<BTreeMap<char, Option<Span>>>,
    files: BTreeMap<String, File>,
    words: OnceLock<Bytes>,
}

impl Bench {
    fn new(input: &Input<'_>, files: BTreeMap<String, File>) -> Result<Self> {
        let shared = input.workshop.shared(input)?;
        Ok(Self { shared, missing: Mutex::default(), files, words: OnceLock::new() })
    }

    fn maker<'a>(&'a self, input: &'a Input<'a>, assets: &'a Assets, reuse: Reuse) -> Maker<'a> {
        let Self { shared, missing, files, words } = self;
        Maker { input, assets, shared, missing, files, words, reuse }
    }
}

#[derive(Clone, Copy)]
struct Maker<'a> {
    input: &'a Input<'a>,
    assets: &'a Assets,
    shared: &'a Shared,
    /// Characters that no font has, each with the first place where it stands.
    missing: &'a Mutex<BTreeMap<char, Option<Span>>>,
    files: &'a BTreeMap<String, File>,
    /// What the theme reads as `/words.json`.
    words: &'a OnceLock<Bytes>,
    /// What becomes of that which is memoised for each PDF.
    reuse: Reuse,
}

/// All that one PDF is made from.
struct Sheet {
    path: String,
    source: Source,
    facts: Bytes,
    words: Bytes,
    /// The files that it shows and carries, by path in Typst's world.
    files: BTreeMap<String, Bytes>,
    has_attachments: bool,
}

impl Maker<'_> {
    /// Makes the documents that tell how many pages there are when all others are made; returns all documents as
    /// they are now.
    fn settle(&self, rendered: &mut Rendered) -> Result<Dossier> {
        let mut earlier: Option<Dossier> = None;
        for round in 1.. {
            let dossier = (self.input.with_pages)(&rendered.pages)?;
            let input = Input { dossier: &dossier, ..*self.input };
            let maker = Maker { input: &input, ..*self };
            let before = rendered.pages.clone();
            // What says the same as in the round before need not be made again.
            let says_more =
                |document: &&Document| earlier.as_ref().and_then(|e| e.document(&document.kind)) != Some(document);
            let late = dossier.delivered().filter(|document| document.after_layout).filter(says_more).map(Job::Single);
            take(maker.all(late)?, rendered);
            // At first they do not know their own pages.
            if round > 1 && rendered.pages == before || round == ROUNDS {
                return Ok(dossier);
            }
            earlier = Some(dossier);
        }
        Ok(self.input.dossier.clone())
    }

    /// Makes PDFs on all cores; the result does not depend on how many there are.
    fn all<'b>(&self, jobs: impl Iterator<Item = Job<'b>>) -> Result<Vec<Made>> {
        let jobs: Vec<_> = jobs.collect();
        self.input.workshop.each(&jobs, Job::weight, |job| self.one(job)).into_iter().collect()
    }

    /// Binds the PDFs of the documents, which are finished, behind a front that tells where each of them begins.
    fn binder(&self, rendered: &Rendered) -> Result<Print> {
        let (mut parts, mut entries, mut turned, mut pages) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for document in bound(self.input) {
            let (Some(content), Some(own)) =
                (rendered.files.get(&pdf_path(document)), rendered.pages.get(&document.kind))
            else {
                continue;
            };
            let Some(Layout { places, turned: own_turned }) = rendered.layouts.get(&document.kind) else { continue };
            turned.extend(own_turned.iter().map(|page| pages + page));
            entries.push(facts::with(
                facts::entry(document),
                json!({ "start": pages + 1, "sections": listed(document, places) }),
            ));
            parts.push(Part {
                name: &document.kind,
                title: bookmark(document),
                file: document.pdf_name(),
                pages: *own,
                places: places.keys().map(String::as_str).collect(),
                content,
            });
            pages += own;
        }
        let front = json!({ "documents": entries, "pages": pages, "turned": turned });
        let sheet = self.sheet(&Job::Front(&front));
        let hashes = parts.iter().map(|part| part.content.sha256()).collect::<Result<Vec<_>>>()?;
        let key = || {
            let front = Key::of("binder").with(&<[u8; 32]>::from(self.key(&sheet)));
            hashes.iter().fold(front, |key, hash| key.with(hash.as_bytes())).key()
        };
        let bind = || {
            let workshop = self.input.workshop;
            let front = || with_threads(workshop.workers(), || self.print(&sheet));
            let (block, front) = workshop.both(|| binding::gather(&parts), front);
            let front = front?;
            let (places, turned) = (Places::new(), Vec::new());
            Ok(Print { pages: front.pages, places, turned, bytes: block?.bind(&front.bytes)? })
        };
        let print = self.input.workshop.remembered(key, bind)?;
        (self.input.step)(&sheet.path);
        Ok(print)
    }

    /// Makes a PDF, unless the same one was made before.
    fn one(&self, job: &Job<'_>) -> Result<Made> {
        let kind = match job {
            Job::Single(document) => Some(document.kind.clone()),
            Job::Front(_) | Job::Form(_) => None,
        };
        let sheet = self.sheet(job);
        let print = self.input.workshop.remembered(|| self.key(&sheet), || self.print(&sheet))?;
        (self.input.step)(&sheet.path);
        let Print { pages, places, turned, bytes } = print;
        let (layout, content) = (Layout { places, turned }, self.input.shelf.lay_by(bytes));
        Ok(Made { path: sheet.path, kind, pages, layout, content })
    }

    /// What a PDF is made from.
    fn sheet(&self, job: &Job<'_>) -> Sheet {
        let path = match job {
            Job::Front(_) => binder_path(self.input.project),
            Job::Single(document) => pdf_path(document),
            Job::Form(_) => form::PATH.to_owned(),
        };
        let documents: Vec<&Document> = match job {
            Job::Single(document) => vec![document],
            Job::Front(_) | Job::Form(_) => Vec::new(),
        };
        let attached = attachments::of(self.input, documents.iter().copied());
        let (mut source, mut used) = self.source(job);
        attachments::write(&mut source, &attached);
        used.extend(attached.iter().map(|path| attachments::world_path(path)));
        used.extend(documents.iter().flat_map(|document| document.diagrams()).map(drawing_path));
        let bytes = |path: String| self.files.get(&path).map(|file| (path, file.bytes.clone()));
        let files = used.into_iter().filter_map(bytes).collect();
        let facts = Bytes::from_string(self.printable(self.facts(job)).to_string());
        let words = self.words().clone();
        let has_attachments = match job {
            // It carries the files of all documents.
            Job::Front(_) => !attachments::of(self.input, bound(self.input)).is_empty(),
            _ => !attached.is_empty(),
        };
        Sheet { path, source, facts, words, files, has_attachments }
    }

    /// The key of a PDF: everything that it is made from.
    fn key(&self, sheet: &Sheet) -> Key {
        let theme: [u8; 32] = self.shared.made_from().into();
        let (about, release) = (&self.input.project.project, &self.input.project.release);
        let mut key = Key::of("PDF").with(&theme).with(sheet.path.as_bytes());
        for text in [about.id.as_str(), &release.version.to_string(), &release.date.to_string()] {
            key = key.with(text.as_bytes());
        }
        key = key.with(sheet.source.text.as_bytes()).with(&sheet.facts).with(&sheet.words);
        for path in sheet.files.keys() {
            let digest = self.files.get(path).map(File::digest).unwrap_or_default();
            key = key.with(path.as_bytes()).with(digest);
        }
        key.key()
    }

    /// Lays a PDF out and writes it.
    fn print(&self, sheet: &Sheet) -> Result<Print> {
        let document = self.lay_out(sheet)?;
        let links = LateLinkResolver::new(None, document.introspector().as_ref());
        let options = self.options(&sheet.path, sheet.has_attachments)?;
        let bytes = typst_pdf::pdf_in_bundle(&document, &options, &anchors(&document), links.track());
        let bytes = bytes.map_err(|problems| self.failure(sheet, &problems))?;
        let is_turned = |(_, page): &(usize, &Page)| page.frame.width() > page.frame.height();
        let turned = document.pages().iter().enumerate().filter(is_turned).map(|(at, _)| at + 1).collect();
        Ok(Print { pages: document.pages().len(), places: places(&document), turned, bytes })
    }

    fn lay_out(&self, sheet: &Sheet) -> Result<PagedDocument> {
        let world = self.world(sheet)?;
        let made = self.input.workshop.lay_out(self.reuse, || typst::compile::<PagedDocument>(&world).output);
        made.map_err(|problems| self.failure(sheet, &problems))
    }

    /// The world in which a PDF is laid out. Its main file is a large tree, of which what was laid out needs nothing.
    fn world<'b>(&'b self, sheet: &'b Sheet) -> Result<World<'b>> {
        let text = &sheet.source.text;
        let main = match self.reuse {
            Reuse::Again => self.input.workshop.main_again(&sheet.path, text),
            Reuse::Once => world::main(text),
        };
        Ok(World::new(self.shared, main?, [&sheet.facts, &sheet.words], &sheet.files))
    }

    /// The main file of a PDF, and the pictures that it shows.
    fn source(&self, job: &Job<'_>) -> (Source, BTreeSet<String>) {
        let mut source = Source::default();
        let pictures = RefCell::default();
        source.push("#import \"/pdf/theme.typ\": *\n");
        match job {
            Job::Single(document) => {
                source.push("#show: single.with(json(\"/meta.json\"))\n");
                let place = Place { maker: self, document, pictures: &pictures };
                emit::write(&mut source, &document.blocks, &document.footnotes, &place);
            }
            Job::Form(_) => source.push("#sign-off-form(json(\"/meta.json\"))\n"),
            Job::Front(_) => source.push("#binder(json(\"/meta.json\"))\n"),
        }
        (source, pictures.into_inner())
    }

    /// The facts that the theme shows in one PDF.
    fn facts(&self, job: &Job<'_>) -> Value {
        // Whether there are footnotes, which have a look of their own.
        let notes = |document: &Document| !document.footnotes.is_empty();
        let more = match job {
            Job::Single(document) => {
                json!({ "kind": "document", "document": facts::entry(document), "notes": notes(document) })
            }
            Job::Form(form) => json!({ "kind": "form", "form": form, "notes": false }),
            Job::Front(front) => facts::with(json!({ "kind": "binder", "notes": false }), (*front).clone()),
        };
        facts::with(facts::common(self.input), more)
    }

    /// The language and the words of the interface.
    fn words(&self) -> &Bytes {
        self.words.get_or_init(|| {
            let words = json!({ "language": facts::language(self.input), "strings": self.input.loaded.words.all() });
            Bytes::from_string(self.printable(words).to_string())
        })
    }

    fn options(&self, path: &str, has_attachments: bool) -> Result<PdfOptions> {
        let archive = if has_attachments { PdfStandard::A_3a } else { PdfStandard::A_2a };
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, archive])
            .map_err(|error| Error::new("the PDF standards do not go together").why(error.message().to_string()))?;
        let (about, date) = (&self.input.project.project, self.input.project.release.date.0);
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        let moment = Datetime::from_ymd_hms(date.year().into(), month, day, 0, 0, 0);
        Ok(PdfOptions {
            ident: Smart::Custom(format!("{} {} {path}", about.id, self.input.project.release.version)),
            creator: Smart::Custom(Some(facts::GENERATOR.to_owned())),
            timestamp: moment.map(Timestamp::new_utc),
            standards,
            ..PdfOptions::default()
        })
    }

    /// What Typst refused, told at the place in the Markdown that it comes from.
    fn failure(&self, sheet: &Sheet, problems: &[typst::diag::SourceDiagnostic]) -> Error {
        let path = &sheet.path;
        let Some(problem) = problems.first() else { return Error::new(format!("`{path}` cannot be made")) };
        let place = self.world(sheet).ok().and_then(|world| {
            problem.span.id().filter(|id| world.is_main(*id)).and_then(|_| world.range(problem.span))
        });
        let span = place.and_then(|range| sheet.source.place(range.start));
        let hints: Vec<String> = problem.hints.iter().map(|hint| hint.v.to_string()).collect();
        let sources = &self.input.loaded.sources;
        let what = match span {
            Some(span) => {
                let at = sources.position(span);
                format!("`{path}` cannot be made, because of {}:{}:{}", sources.path(span.file), at.line, at.column)
            }
            None => format!("`{path}` cannot be made"),
        };
        let error = Error::new(what).why(problem.message.to_string());
        if hints.is_empty() { error } else { error.help(hints.join("; ")) }
    }

    /// The character that stands for `c`: itself, or a sign that the fonts have; where it had to be
    /// replaced is remembered.
    fn glyph(&self, c: char, span: Option<Span>, in_formula: bool) -> char {
        if c == '\u{feff}' {
            return '\u{200b}';
        }
        if c.is_ascii() || is_invisible(c) || self.shared.can_show(&[c], in_formula) && !is_private(c) {
            return c;
        }
        if c.is_whitespace() {
            return ' ';
        }
        self.lacking(c, span)
    }

    /// Remembers a character that no font has, and gives what is shown for it.
    fn lacking(&self, c: char, span: Option<Span>) -> char {
        let mut missing = self.missing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let first = missing.entry(c).or_insert(span);
        // Threads come in any order; the first place in the text is the same in every run.
        *first = match (*first, span) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
        REPLACEMENT
    }

    /// A text as the fonts can show it. A mark stays only where one font has it together with the
    /// letter before it; one without a letter stands on a dotted circle.
    fn shown(&self, text: &str, span: Option<Span>, in_formula: bool) -> String {
        if text.is_ascii() {
            return text.to_owned();
        }
        let mut shown = String::with_capacity(text.len());
        let mut cluster: Vec<char> = Vec::new();
        for c in text.chars() {
            if !is_combining_mark(c) {
                let glyph = self.glyph(c, span, in_formula);
                if !is_invisible(glyph) {
                    cluster = vec![glyph];
                }
                shown.push(glyph);
                continue;
            }
            if cluster.is_empty() || cluster == [' '] {
                cluster = vec!['\u{25cc}'];
                shown.push('\u{25cc}');
            }
            cluster.push(c);
            if self.shared.can_show(&cluster, in_formula) {
                shown.push(c);
            } else {
                cluster = vec![REPLACEMENT];
                shown.push(self.lacking(c, span));
            }
        }
        shown
    }

    /// A text of the facts, which do not come from Markdown.
    fn printable(&self, value: Value) -> Value {
        match value {
            Value::String(text) if !text.is_ascii() => self.shown(&text, None, false).into(),
            Value::Array(list) => list.into_iter().map(|value| self.printable(value)).collect(),
            Value::Object(map) => map.into_iter().map(|(key, value)| (key, self.printable(value))).collect(),
            other => other,
        }
    }

    /// Tells what no font has, and was not told before.
    fn tell(&self, rendered: &mut Rendered) {
        for finding in self.missing_glyphs() {
            let is_same = |known: &Finding| known.rule == finding.rule && known.message == finding.message;
            if !rendered.findings.iter().any(is_same) {
                rendered.findings.push(finding);
            }
        }
    }

    fn missing_glyphs(&self) -> Vec<Finding> {
        let missing = self.missing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let finding = |(c, span): (&char, &Option<Span>)| {
            let message =
                format!("no font has the character `{c}` (U+{:04X}); the PDF shows `{REPLACEMENT}`", *c as u32);
            let finding = Finding::warning(MISSING_GLYPH, message)
                .help("put a font that has it into `theme/fonts/`, or write it in words");
            match span {
                Some(span) => finding.at(*span, "stands here"),
                None => finding,
            }
        };
        missing.iter().map(finding).collect()
    }
}

/// The documents that the binder holds.
fn bound<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a Document> {
    input.dossier.delivered().filter(|document| !document.late)
}

/// The figures and tables that other files can link to; headings are such places by themselves.
fn anchors(document: &PagedDocument) -> Vec<(Location, typst::ecow::EcoString)> {
    let figures = document.introspector().query(&FigureElem::ELEM.select());
    let anchor = |figure: &Content| Some((figure.location()?, figure.label()?.resolve().as_str().into()));
    figures.iter().filter_map(anchor).collect()
}

/// The same and the headings, each with where it is.
fn places(document: &PagedDocument) -> Places {
    let introspector = document.introspector();
    let mut places = Places::new();
    for element in [FigureElem::ELEM, HeadingElem::ELEM].iter().flat_map(|kind| introspector.query(&kind.select())) {
        let position = element.location().and_then(|location| introspector.position(location));
        if let (Some(label), Some(position)) = (element.label(), position) {
            let spot = Spot { page: position.page.get(), y: position.point.y.to_pt() };
            places.entry(label.resolve().to_string()).or_insert(spot);
        }
    }
    places
}

/// The sections of a document that the contents of the binder list, each with where it is.
fn listed(document: &Document, places: &Places) -> Vec<Value> {
    let mut level = 1;
    let mut found = Vec::new();
    for section in sections(&document.blocks) {
        let heading = section.heading;
        level = heading_level(heading.level, level);
        if let (2, Some(Spot { page, y })) = (level, places.get(&heading.id)) {
            let title = plain(&heading.content);
            found.push(json!({ "number": heading.number, "title": title, "page": page, "y": y }));
        }
    }
    found
}

/// What the bookmark of a document says.
fn bookmark(document: &Document) -> String {
    [document.number.as_str(), &document.title]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What is shown for a character that no font has.
const REPLACEMENT: char = '\u{fffd}';

/// Whether a character has no shape of its own: joiners, marks of direction, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}')
}

/// Whether a character means something else in every font; archives must not hold such.
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// A document in its PDF: what links and images look like from there.
struct Place<'a> {
    maker: &'a Maker<'a>,
    document: &'a Document,
    /// The pictures that were asked for, by path in Typst's world.
    pictures: &'a RefCell<BTreeSet<String>>,
}

impl Surroundings for Place<'_> {
    fn destination(&self, target: &Target) -> Option<Destination> {
        match target {
            Target::External(url) => Some(Destination::External(url.clone())).filter(|_| is_url(url)),
            Target::Document { kind, anchor } => self.document_destination(kind, anchor.as_deref()),
            Target::File(path) => {
                let place = self.maker.assets.place(path)?;
                Some(Destination::External(format!("../{place}")))
            }
            Target::Written(_) | Target::Broken { .. } => None,
        }
    }

    fn picture(&self, image: &Image) -> Option<Picture> {
        let Target::File(path) = &image.target else { return None };
        let picture = self.maker.assets.picture(path)?;
        let (_, ending) = picture.print.as_ref()?;
        let (width, height) = scaled(picture.size.unwrap_or((640, 480)), image.width);
        let points = |pixels: u32| f64::from(pixels) * 0.75;
        let path = world_path(path, ending);
        self.pictures.borrow_mut().insert(path.clone());
        Some(Picture { path: format!("/{path}"), size: (points(width), points(height)) })
    }

    fn pieces(&self, code: &Code) -> Option<Cow<'_, [Piece]>> {
        self.maker.assets.pieces(code)
    }

    fn word(&self, key: &str) -> &str {
        self.maker.input.loaded.words.all().get(key).map_or("", String::as_str)
    }

    fn shown(&self, text: &str, span: Option<Span>, in_formula: bool) -> String {
        self.maker.shown(text, span, in_formula)
    }
}

impl Place<'_> {
    /// A label of its own or another file of the bundle; the binder, which has that file too, leads there.
    fn document_destination(&self, kind: &str, anchor: Option<&str>) -> Option<Destination> {
        let document = self.maker.input.dossier.delivered().find(|document| document.kind == kind)?;
        if kind == self.document.kind {
            return anchor.map(|anchor| Destination::Label(anchor.to_owned()));
        }
        let anchor = anchor.map_or(String::new(), |anchor| format!("#nameddest={anchor}"));
        Some(Destination::External(format!("{}{anchor}", document.pdf_name())))
    }
}

/// Where an image is in Typst's world. The ending is the true one, whatever the file is called.
fn world_path(path: &str, ending: &str) -> String {
    // Typst's paths know no backslashes, colons or dots as names.
    let inner = inner_path(path);
    let name: String = inner.chars().map(|c| if matches!(c, '\\' | ':') || c.is_control() { '_' } else { c }).collect();
    format!("files/{name}.{ending}")
}

/// Whether Typst takes it as a URL: it refuses empty and very long ones.
fn is_url(url: &str) -> bool {
    !url.is_empty() && url.len() <= 8000 && !url.chars().any(char::is_control)
}
