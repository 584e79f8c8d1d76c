//! The offline site: one page per document, the start page, the style sheet, the script, the fonts.

use super::assets::Assets;
use super::remarks::Margin;
use super::{Input, Rendered, binder_path, pdf_path};
use super::{brand, facts, form, search};
use crate::content::Content;
use crate::error::{Error, Result};
use crate::markdown::highlight::Piece;
use crate::markdown::html::{self, Picture, Surroundings, escape};
use crate::model::document::Document;
use crate::model::project::{Contact, Format};
use crate::model::text::{BlockKind, Code, InlineKind, Target, walk_blocks, walk_inlines};
use crate::source::Span;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use tera::{Context, Tera};

/// The folder of the templates; what lies in `assets/` below it is copied, the rest is filled.
const FOLDER: &str = "html";
/// The page that checks the files, in the bundle.
pub(super) const VERIFY: &str = "verify.html";
/// What the files of every bundle are called that tell its hashes and vouch for them.
const SUMS: &str = "SHA256SUMS";
const SIGNATURE: &str = "SHA256SUMS.sig";
/// The folder of static files, in the theme and in the bundle.
const ASSETS: &str = "html/assets/";
/// What only bundles with formulas carry: their style, and a font.
const FOR_FORMULAS: [&str; 2] = ["html/assets/formulas.css", "html/assets/fonts/NewCMMath-Book.woff2"];

/// The pages of documents that the PDFs do not change, by path in the bundle. On one thread: others make the binder
/// meanwhile.
pub(super) fn early(input: &Input<'_>, assets: &Assets) -> Result<BTreeMap<String, Content>> {
    let is_early = |document: &&Document| !document.late && !document.after_layout;
    let (documents, (tera, common)) = (Listed::new(input), (engine(input)?, common(input)?));
    let site = Site { input, assets, pdf: true, tera: &tera, common: &common, margin: None };
    let page = |document| Ok((page_path(document), input.shelf.lay_by(site.page(document, &documents)?)));
    documents.all.iter().copied().filter(is_early).map(page).collect()
}

pub(super) fn render(input: &Input<'_>, assets: &Assets, rendered: &mut Rendered) -> Result<()> {
    let (tera, common) = (engine(input)?, common(input)?);
    let pdf = input.formats.contains(&Format::Pdf);
    // A margin belongs to one thread, so each page has its own site.
    let site = || Site { input, assets, pdf, tera: &tera, common: &common, margin: None };
    let listed = Listed::new(input);
    let is_there = |document: &Document| rendered.files.contains_key(&page_path(document));
    let missing: Vec<&Document> = listed.all.iter().copied().filter(|document| !is_there(document)).collect();
    let weight = |document: &&Document| document.blocks.len();
    let page = |document: &&Document| Ok((page_path(document), input.shelf.lay_by(site().page(document, &listed)?)));
    for page in input.workshop.each(&missing, weight, page) {
        rendered.files.extend([page?]);
    }
    let documents = listed.all;
    let site = site();
    let start = site.start(&documents, rendered)?;
    rendered.files.insert("index.html".into(), start.into());
    rendered.files.insert(VERIFY.into(), site.verify()?.into());
    let search = search::files(&documents, input.workshop).into_iter();
    rendered.files.extend(search.map(|(path, bytes)| (path, input.shelf.lay_by(bytes))));
    rendered.keep(brand::site_files(input));
    rendered.findings.extend(brand::missing_fonts(input));
    let has_formulas = documents.iter().any(|document| has_formulas(document));
    let is_asset =
        |path: &&String| path.starts_with(ASSETS) && (has_formulas || !FOR_FORMULAS.contains(&path.as_str()));
    for path in input.theme.list(FOLDER).iter().filter(is_asset) {
        if path != brand::STYLE
            && let Some(bytes) = input.theme.get(path)
        {
            rendered.files.insert(path.clone(), bytes.into_owned().into());
        }
    }
    Ok(())
}

/// Whether a document has a formula.
fn has_formulas(document: &Document) -> bool {
    let mut found = false;
    for blocks in document.texts() {
        walk_blocks(blocks, &mut |block| found |= matches!(block.kind, BlockKind::Math(_)));
        walk_inlines(blocks, &mut |inline| found |= matches!(inline.kind, InlineKind::Math(_)));
    }
    found
}

/// One page, with what its author shall see in its margin.
pub(super) fn single(input: &Input<'_>, assets: &Assets, document: &Document, margin: &Margin<'_>) -> Result<String> {
    let (tera, common) = (engine(input)?, common(input)?);
    let site = Site { input, assets, pdf: true, tera: &tera, common: &common, margin: Some(margin) };
    site.page(document, &Listed::new(input))
}

/// The documents that the client gets.
struct Listed<'a> {
    all: Vec<&'a Document>,
    /// What the navigation of other pages tells of each.
    entries: Vec<tera::Value>,
}

impl<'a> Listed<'a> {
    fn new(input: &Input<'a>) -> Self {
        let all: Vec<&Document> = input.dossier.delivered().collect();
        let entries = all.iter().map(|document| listed(document, false)).collect();
        Self { all, entries }
    }
}

/// A document in the navigation of pages: of its own page, or of any other.
fn listed(document: &Document, current: bool) -> tera::Value {
    let place = json!({ "href": page_name(document), "current": current });
    tera::Value::from_serializable(&facts::with(facts::entry(document), place))
}

/// The start page, without the sizes of files that are not there yet.
pub(super) fn start(input: &Input<'_>, assets: &Assets) -> Result<String> {
    let (tera, common) = (engine(input)?, common(input)?);
    let site = Site { input, assets, pdf: true, tera: &tera, common: &common, margin: None };
    let documents: Vec<&Document> = input.dossier.delivered().collect();
    site.start(&documents, &Rendered::default())
}

/// The page that tells how to verify the files.
pub(super) fn verification(input: &Input<'_>, assets: &Assets) -> Result<String> {
    let (tera, common) = (engine(input)?, common(input)?);
    Site { input, assets, pdf: true, tera: &tera, common: &common, margin: None }.verify()
}

/// The style sheet of the brand, the fonts, and what else pages load, by path in the bundle.
pub(super) fn static_file(input: &Input<'_>, path: &str) -> Option<Vec<u8>> {
    let own = brand::site_files(input).remove(path);
    let of_theme = || input.theme.get(path).filter(|_| path.starts_with(ASSETS) && path != brand::STYLE);
    own.or_else(|| of_theme().map(Cow::into_owned))
}

fn engine(input: &Input<'_>) -> Result<Tera> {
    let mut tera = Tera::new();
    let paths = input.theme.list(FOLDER);
    let templates: Vec<(String, String)> = paths
        .iter()
        .filter(|path| path.rsplit('.').next() == Some("html") && !path.starts_with(ASSETS))
        .filter_map(|path| Some((path.clone(), input.theme.text(path)?)))
        .collect();
    tera.add_raw_templates(templates).map_err(|error| failure("html", &error))?;
    Ok(tera)
}

/// What all pages have in common, made ready for their templates once.
fn common(input: &Input<'_>) -> Result<Context> {
    Context::from_serialize(&facts::with_words(input)).map_err(|error| failure(FOLDER, &error))
}

/// How many documents the navigation of a page names at most: all of them on every page would be a number of
/// entries that grows with its square, in lists that nobody reads.
const LISTED: usize = 120;

/// The documents that the navigation of a page names: all of so many, or those around the one at an index.
fn near(count: usize, index: usize) -> Range<usize> {
    let start = index.saturating_sub(LISTED / 2).min(count.saturating_sub(LISTED));
    start..(start + LISTED).min(count)
}

fn failure(template: &str, error: &tera::Error) -> Error {
    Error::new(format!("the template cannot be used: {template}"))
        .why(error.to_string())
        .help("mend the template in `theme/`, or remove it to use the built-in one")
}

struct Site<'a, 'm> {
    input: &'a Input<'a>,
    assets: &'a Assets,
    pdf: bool,
    tera: &'a Tera,
    /// What all pages have in common.
    common: &'a Context,
    margin: Option<&'a Margin<'m>>,
}

impl Site<'_, '_> {
    /// Fills a template with what all pages have in common and with more of its own.
    fn fill(&self, template: &str, own: Value) -> Result<String> {
        self.fill_in(template, self.common.clone(), own)
    }

    /// The same for a page that lists documents in their groups.
    fn fill_listing(&self, template: &str, own: Value, groups: tera::Value) -> Result<String> {
        let mut context = self.common.clone();
        // The documents in their groups: `id`, `title` and `documents` of each; in a very large bundle those near the page.
        context.insert_value("groups", groups);
        self.fill_in(template, context, own)
    }

    fn fill_in(&self, template: &str, mut context: Context, own: Value) -> Result<String> {
        if let Value::Object(own) = own {
            own.into_iter().for_each(|(key, value)| context.insert(key, &value));
        }
        self.tera.render(template, &context).map_err(|error| failure(template, &error))
    }

    /// The page of a document.
    fn page(&self, document: &Document, Listed { all, entries }: &Listed<'_>) -> Result<String> {
        let index = all.iter().position(|other| other.kind == document.kind);
        let beside = |step: fn(usize) -> Option<usize>| index.and_then(step).and_then(|at| all.get(at).copied());
        let (previous, next) = (beside(|at| at.checked_sub(1)), beside(|at| at.checked_add(1)));
        let near = near(all.len(), index.unwrap_or_default());
        let page = Page { site: self, document };
        let neighbour = |document: Option<&Document>| {
            document.map(
                |document| json!({ "title": document.title, "number": document.number, "href": page_name(document) }),
            )
        };
        let of = |at: usize| if Some(at) == index { listed(document, true) } else { entries[at].clone() };
        let documents = near.clone().map(of).collect::<Vec<_>>();
        let context = json!({
                // The way from the page to the root of the bundle.
                "root": "../",
                // The way from the page to what pages load.
                "assets": "assets/",
                // What the page is, in one sentence.
                "description": document.summary,
                // Whether the page has formulas.
                "formulas": has_formulas(document),
                // The document of the page: `kind`, `number`, `title`, `summary`, `audience`, `body`, `headings`, and its files `pdf`, `form` and `markdown`.
                "document": facts::with(facts::entry(document), json!({
                    "body": page.body(),
                    "headings": page.headings(),
                    "pdf": (self.pdf && !document.internal).then(|| format!("../{}", pdf_path(document))),
                    "form": (document.kind == "sign-off" && form::is_wanted(self.input)).then(|| format!("../{}", form::PATH)),
                    "markdown": (self.input.formats.contains(&Format::Markdown) && !document.internal)
                        .then(|| format!("../markdown/{}.md", document.kind)),
                })),
                // How many documents there are, if the groups do not name all of them.
                "all": (near.len() < all.len()).then_some(all.len()),
                // The document before: `title`, `number`, `href`.
                "previous": neighbour(previous),
                // The document behind, with the same keys.
                "next": neighbour(next),
        });
        self.fill_listing("html/page.html", context, self.groups(&all[near], documents))
    }

    fn start(&self, all: &[&Document], rendered: &Rendered) -> Result<String> {
        let entry = |document: &&Document| {
            let pdf = pdf_path(document);
            let size = rendered.files.get(&pdf).map(|file| self.input.loaded.words.size(file.len()));
            let entry = facts::with(
                facts::entry(document),
                json!({
                    "href": format!("html/{}", page_name(document)),
                    "current": false,
                    "pages": rendered.pages.get(&document.kind),
                    "pdf": self.pdf.then_some(pdf),
                    "pdf_size": size,
                }),
            );
            tera::Value::from_serializable(&entry)
        };
        let entries = all.iter().map(entry).collect();
        let binder = binder_path(self.input.project);
        let binder_size = rendered.files.get(&binder).map(|file| self.input.loaded.words.size(file.len()));
        let context = json!({
                "root": "",
                "assets": ASSETS,
                "description": self.input.project.project.summary,
                "previous": Value::Null,
                "next": Value::Null,
                // The primary contacts: `name`, `role`, `party`, `email`, `phone`, `dialled` (start page).
                "contacts": self.contacts(),
                // The result of the check: the number of items in each state, `total`, `percent`, `complete`, `verdict_text` (start page).
                "coverage": self.coverage(),
                // The names of the files beside the pages (start page, and page for verifying).
                "files": {
                    "binder": (self.pdf && self.input.project.has_binder()).then_some(binder),
                    "binder_size": binder_size,
                    "zip": self.zip(),
                    "sums": SUMS,
                    "signature": SIGNATURE,
                    "verify": VERIFY,
                    "manifest": "manifest.json",
                    "completeness": "completeness.json",
                },
        });
        self.fill_listing("html/index.html", context, self.groups(all, entries))
    }

    /// The page that tells how to verify the files, and does it in the browser.
    fn verify(&self) -> Result<String> {
        let context = json!({
                "root": "",
                "assets": ASSETS,
                // Whether the page stands apart from the documents (page for verifying).
                "elsewhere": true,
                "description": self.word("verify_lead"),
                "files": { "zip": self.zip(), "sums": SUMS, "signature": SIGNATURE },
        });
        self.fill("html/verify.html", context)
    }

    /// The name of the zip in which the bundle is delivered.
    fn zip(&self) -> String {
        let (about, release) = (&self.input.project.project, &self.input.project.release);
        format!("{}-{}.zip", about.id, release.version)
    }

    /// The documents in their groups; those that no group has come last.
    fn groups(&self, all: &[&Document], entries: Vec<tera::Value>) -> tera::Value {
        let title = |id: &str| {
            let groups = self.input.loaded.checklists.iter().flat_map(|checklist| &checklist.groups);
            let group = groups.into_iter().find(|group| group.id.as_str() == id);
            group.map_or_else(
                || self.word("other_documents").to_owned(),
                |group| self.input.loaded.group_title(group).to_owned(),
            )
        };
        let mut entries = entries.into_iter();
        let group = |group: &[&Document]| {
            let documents: Vec<tera::Value> = entries.by_ref().take(group.len()).collect();
            let id = group[0].group.as_str();
            let keys: [(&str, tera::Value); 3] =
                [("id", id.into()), ("title", title(id).into()), ("documents", documents.into())];
            tera::Value::from(BTreeMap::from(keys))
        };
        all.chunk_by(|a, b| a.group == b.group).map(group).collect::<Vec<tera::Value>>().into()
    }

    fn contacts(&self) -> Vec<Value> {
        let primary = |contact: &&Contact| contact.primary.as_ref().is_some_and(|flag| flag.0);
        let view = |contact: &Contact| {
            json!({
                "name": contact.name,
                "role": contact.role,
                "party": self.word(&format!("party_{}", contact.party.as_str().replace('-', "_"))),
                "email": contact.email,
                "phone": contact.phone,
                "dialled": contact.phone.as_ref().map(|phone| phone.dialled()),
            })
        };
        self.input.project.contacts.iter().filter(primary).map(view).collect()
    }

    fn coverage(&self) -> Option<Value> {
        let coverage = self.input.report.coverage.as_ref()?;
        let tally = coverage.tally();
        let verdict = self.word(if coverage.complete() { "verdict_complete" } else { "verdict_incomplete" });
        let stage = self.word(&format!("stage_{}", coverage.stage.as_str())).to_owned();
        let counts = json!({
            "total": coverage.items.len(),
            "percent": tally.percent(),
            "complete": coverage.complete(),
            "verdict_text": verdict.replace("{stage}", &stage),
        });
        Some(facts::with(json!(tally), counts))
    }

    fn word(&self, key: &str) -> &str {
        // Words live as long as the input; a missing key is shown by an empty word nowhere.
        self.input.loaded.words.all().get(key).map_or("", String::as_str)
    }
}

/// The page of a document: what links and images look like from there.
struct Page<'p, 'a, 'm> {
    site: &'p Site<'a, 'm>,
    document: &'p Document,
}

impl Page<'_, '_, '_> {
    /// The text, under the remarks that have no place in it.
    fn body(&self) -> String {
        let text = html::write(&self.document.blocks, &self.document.footnotes, self);
        match self.site.margin {
            Some(margin) => margin.rest() + &text,
            None => text,
        }
    }

    fn headings(&self) -> Vec<Value> {
        let headings = self.document.blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Heading(heading) => Some(heading),
            _ => None,
        });
        headings
            .map(|heading| {
                json!({
                    "level": heading.level,
                    "number": heading.number,
                    "title": html::write_line(&heading.content, self),
                    "id": heading.id,
                })
            })
            .collect()
    }
}

impl Surroundings for Page<'_, '_, '_> {
    fn href(&self, target: &Target) -> Option<String> {
        match target {
            Target::External(url) => safe_url(url).then(|| url.clone()),
            Target::Document { kind, anchor } => {
                let page = if *kind == self.document.kind { String::new() } else { format!("{kind}.html") };
                let anchor = anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
                let href = format!("{page}{anchor}");
                Some(if href.is_empty() { "#content".to_owned() } else { href })
            }
            Target::File(path) => self.site.assets.place(path).map(from_page),
            Target::Written(_) | Target::Broken { .. } => None,
        }
    }

    fn picture(&self, target: &Target) -> Option<Picture> {
        let Target::File(path) = target else { return None };
        let source = from_page(self.site.assets.place(path)?);
        Some(Picture { source, size: self.site.assets.picture(path)?.size })
    }

    fn pieces(&self, code: &Code) -> Option<Cow<'_, [Piece]>> {
        self.site.assets.pieces(code)
    }

    fn word(&self, key: &str) -> &str {
        self.site.word(key)
    }

    fn remark(&self, span: Span) -> String {
        self.site.margin.map_or_else(String::new, |margin| margin.at(span))
    }
}

/// The address of a file of the bundle, seen from a page in `html/`, with what a URL must not hold encoded.
fn from_page(place: &str) -> String {
    const UNSAFE: &percent_encoding::AsciiSet =
        &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');
    let path = place.strip_prefix("html/").map_or_else(|| format!("../{place}"), str::to_owned);
    percent_encoding::utf8_percent_encode(&path, UNSAFE).to_string()
}

/// Whether a link may be followed: schemes that run code stay text.
pub(super) fn safe_url(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    matches!(
        scheme.as_str(),
        "https" | "http" | "mailto" | "tel" | "ssh" | "git" | "ftp" | "sftp" | "sip" | "xmpp" | "geo"
    )
}

/// The path of a document's page in the bundle.
fn page_path(document: &Document) -> String {
    format!("html/{}.html", document.kind)
}

fn page_name(document: &Document) -> String {
    format!("{}.html", escape(&document.kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_schemes_are_links() {
        assert!(safe_url("https://a.example") && safe_url("mailto:a@b.example"));
        assert!(
            !safe_url("javascript:alert(1)")
                && !safe_url("JavaScript:x")
                && !safe_url("data:text/html,x")
                && !safe_url("//x")
        );
    }
}
