//! The template engine: Tera with Markdown escaping and the filters that document templates use.
//!
//! A template sees the keys of `handoff.yaml`, `has_fragments`, and, if it is composed after the
//! check, `coverage`. Every value that it inserts is escaped for Markdown.

use super::outline::Slot;
use super::register;
use super::views;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::markdown::{self, Typography, escape};
use crate::model::document::{Dossier, Pages, Printed};
use crate::model::fragment::Fragment;
use crate::model::loaded::Loaded;
use crate::model::project::Project;
use crate::model::report::{Coverage, ItemCoverage, Report, Tally};
use crate::model::template::Template;
use crate::model::text::{Block, BlockKind, Inline, map_inlines};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::{Context, Delimiters, Kwargs, State, Tera, Value};

/// The document kind whose template serves every kind that has none of its own.
const GENERIC: &str = "<!-- fragments -->\n";

/// The words by which a template takes in others.
const TAKE_IN: [&str; 4] = ["include", "extends", "import", "component"];

#[derive(Clone)]
pub(super) struct Engine<'a> {
    templates: Templates,
    context: Context,
    loaded: &'a Loaded,
    /// Whether the check is over.
    checked: bool,
}

/// The templates of the documents of a project, made ready to be filled; all copies are the same ones.
#[derive(Clone)]
pub struct Templates(Arc<Tera>);

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Templates").finish_non_exhaustive()
    }
}

impl Templates {
    /// Reads the templates of the documents that there are, and all that are not built in: what is wrong with those is
    /// told even if no document is made from them.
    pub(super) fn new(loaded: &Loaded, project: &Project, slots: &[Slot<'_>]) -> Result<Self> {
        let mut tera = Tera::new();
        // `{#` begins the anchor of a heading in Markdown.
        let comments = Delimiters { comment_start: "<#".into(), comment_end: "#>".into(), ..Delimiters::default() };
        tera.set_delimiters(comments).map_err(|error| failure("documents", &error))?;
        tera.autoescape_on(["md"]);
        tera.set_escape_fn(|text, out| out.write_all(escape(text).as_bytes()));
        register_filters(&mut tera, loaded, project);
        let is_own = |template: &&Template| !loaded.is_built_in(template.file);
        let takes_in_others = |template: &Template| TAKE_IN.iter().any(|word| template.body.contains(word));
        let all = loaded.templates.values().filter(is_own).any(takes_in_others);
        let has_slot = |template: &Template| slots.iter().any(|slot| slot.kind == template.kind);
        let wanted = |template: &&Template| all || is_own(template) || has_slot(template);
        let wanted: Vec<_> = loaded.templates.values().filter(wanted).map(|one| (one, text(loaded, one))).collect();
        if tera.add_raw_templates(wanted.iter().map(|(template, text)| (name(&template.kind), text))).is_err() {
            // One after the other, to see which it is.
            for (template, text) in &wanted {
                let path = loaded.sources.path(template.file);
                tera.add_raw_template(&name(&template.kind), text).map_err(|error| failure(path, &error))?;
            }
        }
        Ok(Self(Arc::new(tera)))
    }
}

/// The text of a template as the engine reads it: with blank lines in place of the front matter, so that its line
/// numbers are those of the file.
fn text(loaded: &Loaded, template: &Template) -> String {
    let lines_before = loaded.sources.text(template.file).lines().count() - template.body.lines().count();
    format!("{}{}", "\n".repeat(lines_before), template.body)
}

impl<'a> Engine<'a> {
    /// An engine for what is composed before the check.
    pub(super) fn new(loaded: &'a Loaded, project: &Project, slots: &[Slot<'_>], templates: Templates) -> Result<Self> {
        let mut context = Context::from_serialize(project).map_err(|error| failure("handoff.yaml", &error))?;
        // The words of the language, by key.
        context.insert("strings", loaded.words.all());
        // What happened, each kind in the order of its days.
        context.insert("records", &views::records(&loaded.records));
        // The decision records, in the order of their numbers.
        context.insert("decisions", &views::decisions(loaded));
        // Everything that falls due on a day, the first day first.
        context.insert("due_dates", &views::due_dates(project));
        // The acceptance of the newest version that a form came back for; nothing before the release is as delivered.
        context.insert("acceptance", &views::acceptance(project, &loaded.records));
        // What sign-offs left open and nobody has closed yet, as it was written down.
        context.insert("open_points", &loaded.records.open_points());
        // The metrics of success, each with the last value that was measured.
        context.insert("measured", &views::measured(project, &loaded.records));
        // What is known about the release itself.
        context.insert("issue", &register::issue(loaded, project));
        // The number of each document, by its kind.
        context.insert("numbers", &views::numbers(slots, project));
        // The title of each document, by its kind.
        context.insert("titles", &views::titles(slots, loaded));
        // How many pages the PDF of each document has, by its kind: with `after_layout: true`, if PDFs are made.
        context.insert("pages", &Pages::new());
        Ok(Self { templates, context, loaded, checked: false })
    }

    /// The templates that it fills.
    pub(super) fn templates(&self) -> Templates {
        self.templates.clone()
    }

    /// The same for what is composed from the report, and from what is known of the pages.
    pub(super) fn with_report(&self, dossier: &Dossier, report: &Report, pages: &Pages) -> Self {
        let mut engine = Self { checked: true, ..self.clone() };
        engine.context.insert("pages", pages);
        if let Some(coverage) = &report.coverage {
            // The result of the check: with `after_check: true`.
            engine.context.insert("coverage", &CoverageView::new(coverage, dossier, self.loaded));
        }
        // Every review, and whether it still holds: with `after_check: true`.
        engine.context.insert("reviews", &report.reviews);
        engine
    }

    /// The same for what is composed when all other PDFs were made.
    pub(super) fn with_printed(&self, dossier: &Dossier, printed: &[Printed]) -> Result<Self> {
        let mut engine = Self { checked: true, ..self.clone() };
        // All documents with their files: with `after_render: true`.
        engine.context.insert("register", &register::register(self.loaded, dossier, printed)?);
        Ok(engine)
    }

    /// Whether the text of a document can be made at this time.
    pub(super) fn can_fill(&self, slot: &Slot<'_>) -> bool {
        self.checked || !slot.after_check
    }

    /// The text that the template of a document makes; fragments are still marked by comments.
    pub(super) fn fill(&self, slot: &Slot<'_>, fragments: &[&Fragment]) -> Result<Vec<Block>> {
        let Some(template) = slot.template else { return Ok(self.parsed(GENERIC)) };
        let mut context = self.context.clone();
        // Whether the document has fragments.
        context.insert("has_fragments", &!fragments.is_empty());
        // The items of the checklist that the fragments of the document cover, by the last part of their ids.
        context.insert("covered", &views::covered(slot, fragments));
        let path = self.loaded.sources.path(template.file);
        let text = self.templates.0.render(&name(&slot.kind), &context).map_err(|error| failure(path, &error))?;
        Ok(self.parsed(&text))
    }

    /// Parses what a template made; its places would name no file that anybody wrote.
    fn parsed(&self, text: &str) -> Vec<Block> {
        let project = self.loaded.project.as_ref();
        let language = project.and_then(|project| project.project.language.as_ref());
        let typography = language.map_or_else(Typography::default, |language| Typography::of(language.as_str()));
        let mut scratch: Vec<Finding> = Vec::new();
        let mut sources = crate::source::Sources::default();
        let file = sources.add("template", "");
        let mut blocks = markdown::parse_in(typography, text, file, 0, &mut scratch).blocks;
        forget_places(&mut blocks);
        blocks
    }
}

/// The name under which Tera knows the template of a kind.
fn name(kind: &str) -> String {
    format!("{kind}.md")
}

fn failure(path: &str, error: &tera::Error) -> Error {
    Error::new(format!("the template cannot be filled: {path}"))
        .why(error.to_string())
        .help("mend the template, or remove the override to use the built-in one")
}

fn forget_places(blocks: &mut [Block]) {
    map_inlines(blocks, &mut |inline: &mut Inline| inline.span = None);
    for block in blocks {
        block.span = None;
        match &mut block.kind {
            BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => forget_places(inner),
            BlockKind::Fold(fold) => forget_places(&mut fold.blocks),
            BlockKind::List(list) => list.items.iter_mut().for_each(|item| forget_places(&mut item.blocks)),
            BlockKind::Definitions(list) => list.iter_mut().for_each(|entry| forget_places(&mut entry.details)),
            _ => {}
        }
    }
}

pub(super) fn register_filters(tera: &mut Tera, loaded: &Loaded, project: &Project) {
    let people: BTreeMap<String, Value> =
        project.contacts.iter().map(|contact| (contact.id.to_string(), Value::from_serializable(contact))).collect();
    // `{{ tier.contact | contact }}`: the whole contact of an id, only a name if there is none.
    tera.register_filter("contact", move |id: &str, _: Kwargs, _: &State<'_>| {
        let nobody = || serde_json::json!({ "name": id, "role": null, "party": null, "phone": null, "email": null });
        people.get(id).cloned().unwrap_or_else(|| Value::from_serializable(&nobody()))
    });
    let names: BTreeMap<String, String> =
        project.contacts.iter().map(|contact| (contact.id.to_string(), contact.name.to_string())).collect();
    // `{{ tier.contact | name }}`: the name of a contact.
    tera.register_filter("name", move |id: &str, _: Kwargs, _: &State<'_>| {
        names.get(id).cloned().unwrap_or_else(|| id.to_owned())
    });
    super::words::register(tera, &loaded.words);
    let words = loaded.words.clone();
    // `{{ release.status | label(of="status") }}`: the word that people read for a word of the project file.
    tera.register_filter("label", move |word: &str, kwargs: Kwargs, _: &State<'_>| -> tera::TeraResult<String> {
        let key = format!("{}_{}", kwargs.must_get::<&str>("of")?, word.replace('-', "_"));
        Ok(words.all().get(&key).cloned().unwrap_or_else(|| word.to_owned()))
    });
    // `{{ contact.phone | dash }}`: a dash where there is nothing.
    tera.register_filter("dash", |value: Value, _: Kwargs, _: &State<'_>| {
        if value.is_none() || value.as_str().is_some_and(str::is_empty) { Value::from("–") } else { value }
    });
    // `{{ project.time_zone | otherwise(text="UTC") }}`: a text where there is nothing.
    tera.register_filter("otherwise", |value: Value, kwargs: Kwargs, _: &State<'_>| -> tera::TeraResult<Value> {
        let text = kwargs.must_get::<&str>("text")?;
        Ok(if value.is_none() { Value::from(text) } else { value })
    });
    // `{{ contacts | where(key="party", value="client") }}`: the entries of a list whose key has a value.
    tera.register_filter("where", |list: Vec<Value>, kwargs: Kwargs, _: &State<'_>| -> tera::TeraResult<Vec<Value>> {
        let (key, wanted) = (kwargs.must_get::<&str>("key")?, kwargs.must_get::<&str>("value")?);
        let has = |entry: &Value| entry.get_from_path(key).and_then(Value::as_str) == Some(wanted);
        Ok(list.into_iter().filter(has).collect())
    });
    // `{{ session.agenda | sum(key="minutes") }}`: the sum of a key of all entries.
    tera.register_filter("sum", |list: Vec<Value>, kwargs: Kwargs, _: &State<'_>| -> tera::TeraResult<u64> {
        let key = kwargs.must_get::<&str>("key")?;
        let number = |entry: &Value| entry.get_from_path(key).and_then(Value::as_u64);
        Ok(list.iter().filter_map(number).fold(0, u64::saturating_add))
    });
    // `{{ contact.name | diagram | safe }}`: a text as the label of a diagram.
    tera.register_filter("diagram", |text: &str, _: Kwargs, _: &State<'_>| label(text));
    // `{{ contact.phone | dialled }}`: a telephone number as a `tel:` link wants it (RFC 3966).
    tera.register_filter("dialled", |phone: &str, _: Kwargs, _: &State<'_>| {
        phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>()
    });
}

/// A text without the signs that mean something in a diagram.
fn label(text: &str) -> String {
    let plain = |c| match c {
        '"' | '`' => '\'',
        ':' => '–',
        ';' | '\n' | '\r' => ',',
        '\u{a0}' | '#' | '<' | '>' | '{' | '}' | '[' | ']' | '|' | '\\' => ' ',
        c => c,
    };
    text.chars().map(plain).collect()
}

/// The coverage as a template sees it.
#[derive(Serialize)]
struct CoverageView {
    /// The checklist, by its id.
    checklist: String,
    /// The stage that is judged.
    stage: &'static str,
    /// Whether everything that is due is met or waived, or does not apply.
    complete: bool,
    /// The share of what is due that is met or waived.
    percent: usize,
    /// How many items are in each state.
    tally: Tally,
    /// How many items are due.
    due: usize,
    /// The groups of the checklist.
    groups: Vec<GroupView>,
}

#[derive(Serialize)]
struct GroupView {
    /// Its title.
    title: String,
    /// The share of what is due that is met or waived.
    percent: usize,
    /// How many of its items are due.
    due: usize,
    /// How many of its items are in each state.
    tally: Tally,
    /// Its documents, but no internal ones.
    documents: Vec<DocumentView>,
}

#[derive(Serialize)]
struct DocumentView {
    /// Its kind.
    kind: String,
    /// Its title.
    title: String,
    /// Its number, if the bundle has it.
    number: Option<String>,
    /// The items of the checklist that are about it.
    items: Vec<ItemView>,
}

#[derive(Serialize)]
struct ItemView {
    /// Its id.
    id: String,
    /// What must be there.
    title: String,
    /// `met`, `partial`, `missing`, `waived`, `not-applicable` or `not-due`.
    state: &'static str,
    /// The stage by whose start it is due.
    due: &'static str,
    /// Where it was found, or why it was not.
    remark: String,
}

impl CoverageView {
    fn new(coverage: &Coverage, dossier: &Dossier, loaded: &Loaded) -> Self {
        let internal =
            |item: &&ItemCoverage| dossier.document(&item.document).is_none_or(|document| !document.internal);
        let items: Vec<_> = coverage.items.iter().filter(internal).collect();
        let tally = coverage.tally();
        Self {
            checklist: coverage.checklist.clone(),
            stage: coverage.stage.as_str(),
            complete: coverage.complete(),
            percent: tally.percent(),
            tally,
            due: tally.due(),
            groups: items
                .chunk_by(|a, b| a.group == b.group)
                .map(|group| GroupView::new(group, dossier, loaded))
                .collect(),
        }
    }
}

impl GroupView {
    fn new(items: &[&ItemCoverage], dossier: &Dossier, loaded: &Loaded) -> Self {
        let tally = Tally::of(items.iter().copied());
        let document = |items: &[&ItemCoverage]| {
            let kind = items[0].document.clone();
            let found = dossier.document(&kind);
            DocumentView {
                title: found.map_or_else(|| super::outline::title_of(&kind), |document| document.title.clone()),
                number: found.map(|document| document.number.clone()),
                items: items.iter().map(|item| ItemView::new(item, loaded)).collect(),
                kind,
            }
        };
        Self {
            title: items[0].group.1.clone(),
            percent: tally.percent(),
            due: tally.due(),
            tally,
            documents: items.chunk_by(|a, b| a.document == b.document).map(document).collect(),
        }
    }
}

impl ItemView {
    fn new(item: &ItemCoverage, loaded: &Loaded) -> Self {
        let place = |span: crate::source::Span| {
            format!("{}:{}", loaded.sources.path(span.file), loaded.sources.position(span).line)
        };
        let found = item.evidence.first().map(|found| match found.span {
            Some(span) => format!("{} ({})", found.what, place(span)),
            None => found.what.clone(),
        });
        let lacking = (!item.remarks.is_empty()).then(|| item.remarks.join("; "));
        let key = item.state.as_str();
        let remark = if key == "met" { found.or(lacking) } else { lacking.or(found) };
        Self {
            id: item.id.clone(),
            title: item.title.clone(),
            state: key,
            due: item.due.as_str(),
            remark: remark.unwrap_or_default().replace('`', ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn labels_of_diagrams_hold_no_signs_of_their_syntax() {
        assert_eq!(label("A \"P0\": <b>; 50 %"), "A 'P0'–  b , 50 %");
    }
}
