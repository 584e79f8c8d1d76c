//! The reference: keys, meanings and values as the types declare them.

use crate::excerpts::Excerpts;
use crate::support::EXAMPLE;
use crate::{compare, read, root};
use handoff::check::rules::RULES;
use handoff::load;
use handoff::model::checklist::{Checklist, Item, When};
use handoff::model::fragment::FrontMatter;
use handoff::model::node::{FieldShape, RecordShape, Shape};
use handoff::model::project::Project;
use handoff::model::records::KINDS;
use handoff::model::template::TemplateFront;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// How each kind of scalar is written, beyond its example.
const VALUES: [(&str, &str); 21] = [
    (
        "a bound",
        "A sign (`<`, `<=`, `=`, `>=`, `>`), a number and a unit, in quotes, because YAML reads a leading `>` as something else.",
    ),
    (
        "a colour",
        "Red, green and blue as `#rrggbb` or `#rgb`, in quotes, because YAML takes what is behind a `#` for a comment.",
    ),
    ("a date", "A calendar day, `YYYY-MM-DD`."),
    ("a day with a time", "`YYYY-MM-DD HH:MM` in the project's time zone."),
    (
        "a duration",
        "A whole number and one of `min`, `h`, `d`, `w`, or a span such as `2-5 d`. A day is 24 hours, a week 7 days.",
    ),
    ("a language tag", "A language with an optional script or region, such as `en`, `de-CH` or `zh-Hant`."),
    (
        "a measured value",
        "A number with a decimal point, and a unit if it has one. The unit is that of the metric's target.",
    ),
    ("a SHA-256 fingerprint", "64 digits from 0 to 9 and a to f. The commands that need one work it out."),
    ("a share in percent", "A number from 0 to 100, with or without the sign."),
    (
        "a telephone number",
        "International notation, with `+` and the country code, in quotes. Spaces, hyphens, brackets, dots and slashes are kept as you write them.",
    ),
    ("a text", "At least one visible character. Long texts are written with `>-` on several lines."),
    ("a time of day", "`HH:MM`, 24 hours, in quotes."),
    ("a time zone", "A name of the IANA database."),
    ("a URL", "An absolute URL with `https`, `http`, `mailto`, `tel`, `ssh` or `git`."),
    ("a version", "Semantic Versioning, `MAJOR.MINOR.PATCH` with an optional pre-release."),
    ("a whole number", "Not negative."),
    ("an e-mail address", "A plain address, without a name."),
    (
        "an id",
        "Lower-case letters, digits and hyphens, at most 64, beginning with a letter or a digit. Others refer to it by this name.",
    ),
    ("the id of a checklist item", "`document.item`, as the checklist names it."),
    ("the id of a contact", "One of the ids in `contacts`."),
    ("true or false", "Nothing else: `yes` and `on` are texts."),
];

/// Kinds of scalars that need no example beside every key.
const PLAIN: [&str; 6] = ["a text", "an id", "the id of a contact", "true or false", "a whole number", "a URL"];

const MADE: &str = "<!-- Made from the code by tests/book; UPDATE_BOOK=1 cargo test --test book writes it anew. -->\n";

#[test]
fn the_page_about_the_project_file_lists_every_key() {
    let example = example();
    let excerpts = Excerpts::of_project(&example);
    let mut page = Page::new(Some(&excerpts));
    page.say("# The project file");
    page.say(MADE);
    page.say(
        "`handoff.yaml` at the root of a project says what is planned and what is true now: people, dates, times, \
         addresses, bounds. Prose belongs in [fragments](../fragments.md), and what happened belongs in \
         [records](records.md).",
    );
    page.say(
        "The file is YAML 1.2. Keys that nobody reads are errors, with a suggestion where one is near. Every value \
         has a kind, described under [Values](#values); a value of another kind is an error that shows how to write \
         it. A person is named once, in `contacts`, and everywhere else by id. Anchors, aliases and merge keys work.",
    );
    page.say("The excerpts are from `examples/harbour-portal/handoff.yaml`.");
    page.record("", &Project::record_shape(), 2);
    page.values();
    compare("reference/project-file.md", &page.text);
}

#[test]
fn the_page_about_front_matter_lists_every_key() {
    let mut page = Page::new(None);
    page.say("# Front matter");
    page.say(MADE);
    page.say(
        "Front matter is YAML between two lines of `---` at the very top of a Markdown file. Values are written as in \
         [the project file](project-file.md#values).",
    );
    page.say("## Of fragments");
    page.say("A fragment needs none. What the keys are for is described in [Writing fragments](../fragments.md).");
    page.table(&FrontMatter::record_shape());
    page.say("## Of document templates");
    page.say("Templates are described in [Templates and theme](../theme.md#document-templates).");
    page.table(&TemplateFront::record_shape());
    compare("reference/front-matter.md", &page.text);
}

#[test]
fn the_page_about_records_lists_every_key() {
    let mut page = Page::new(None);
    page.say("# Records");
    page.say(MADE);
    page.say(
        "A record says what happened. Each is one small YAML file in the folder of its kind under `records/`, written \
         by [a command](../records.md) or by hand; a date at the front of its name keeps a folder in order. Records \
         are added and never rewritten: if a gate is decided again, that is another record. Notes in Markdown may lie \
         beside them.",
    );
    for kind in KINDS {
        let shape = (kind.shape)();
        let mut title = kind.folder.to_owned();
        title[..1].make_ascii_uppercase();
        page.say(&format!("## {title}"));
        page.say(&shape.doc);
        page.table(&shape);
        if let Some(path) = first_record(kind.folder) {
            let text = read(&root().join(EXAMPLE).join("records").join(&path));
            page.say(&format!("```yaml\n# records/{path}\n{}\n```", text.trim_end()));
        }
    }
    compare("reference/records.md", &page.text);
}

/// The first record of a folder of the example.
fn first_record(folder: &str) -> Option<String> {
    let entries = std::fs::read_dir(root().join(EXAMPLE).join("records").join(folder)).ok()?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_record = |name: &String| Path::new(name).extension().is_some_and(|extension| extension == "yaml");
    names.filter(is_record).min().map(|name| format!("{folder}/{name}"))
}

#[test]
fn the_page_about_checklists_lists_every_key() {
    let mut page = Page::new(None);
    page.say("# Checklist files");
    page.say(MADE);
    page.say(
        "A checklist says what must be there. [The delivery checklist](delivery-checklist.md) is built in, and three \
         that are parts of it: [phase-exit](phase-exit-checklist.md), [minimal](minimal-checklist.md) and \
         [production-readiness](production-readiness-checklist.md). Your own are files `checklists/*.yaml` in the \
         project, in the same format; one with the id of a built-in one takes its place. A checklist is chosen with \
         `checklist: ID` in `handoff.yaml`, or for once with `handoff check --checklist ID`.",
    );
    page.say(
        "A checklist can be made from another one: `extends` names it, `only` and `without` choose from it, and `groups` \
         adds to it. A checklist file is checked like everything else: [`invalid-checklist`](../rules/invalid-checklist.md) \
         tells what is wrong with it.",
    );
    page.say(
        "```yaml\n# checklists/delivery.yaml: the built-in one without videos, and with a document of one's own\n\
         id: delivery\ntitle: Delivery to the harbour\nextends: delivery\n\
         without: [video-tutorials, runbook.scaling]\ngroups:\n  - id: operations\n    title: Operations documentation\n    \
         documents:\n      - document: crane-control\n        stage: internal\n        when: always\n        items:\n          \
         - id: crane-control.emergency-stop\n            title: Emergency stop\n            evidence: section\n            \
         headings: [Stopping the crane]\n            headings_in:\n              de: [Notaus, Not-Halt]\n```",
    );
    page.record("", &Checklist::record_shape(), 2);
    page.say("## Paths into the project file");
    page.say(
        "A path under `data` walks the keys of `handoff.yaml`. A list on the way means each of its entries, and \
         brackets select entries: `key=value` by a field, a value alone by what the entry is. At least one entry must \
         be selected, and all that are selected must have what the rest of the path names.",
    );
    page.say(
        "| Path | Asks for |\n|---|---|\n\
         | `support.severities.response` | a response time at every severity |\n\
         | `contacts[party=client,primary=true].phone` | a telephone number of every primary contact of the client |\n\
         | `output.formats[pdf]` | `pdf` among the formats |",
    );
    compare("reference/checklists.md", &page.text);
}

/// The built-in checklists beside `delivery`, and what each is for.
const OTHERS: [(&str, &str); 3] = [
    ("phase-exit", "What must be there before the project is closed: the closing checklist of the workflow."),
    ("minimal", "Five documents for small projects: `checklist: minimal` in `handoff.yaml` judges by it always."),
    ("production-readiness", "Operations only: whether the product can be run in production."),
];

#[test]
fn the_pages_about_the_other_built_in_checklists_list_every_item() {
    let loaded = load::load(&example()).expect("the example can be read");
    for (id, purpose) in OTHERS {
        let checklist = loaded.checklist(id).expect("a built-in checklist");
        let mut page = Page::new(None);
        page.say(&format!("# The {id} checklist"));
        page.say(MADE);
        page.say(purpose);
        page.say(&format!(
            "The built-in checklist `{id}` has {} It is chosen with `handoff check --checklist {id}`. How its items are met \
             is described at [the delivery checklist](delivery-checklist.md), of which they are a part.",
            size(checklist)
        ));
        page.checklist(checklist);
        compare(&format!("reference/{id}-checklist.md"), &page.text);
    }
}

/// How many items and documents a checklist has.
fn size(checklist: &Checklist) -> String {
    let (documents, items) =
        (checklist.documents().count(), checklist.documents().map(|(_, d)| d.items.len()).sum::<usize>());
    format!("{items} items in {documents} documents.")
}

#[test]
fn the_page_about_the_delivery_checklist_lists_every_item() {
    let loaded = load::load(&example()).expect("the example can be read");
    let checklist = loaded.checklist("delivery").expect("the built-in checklist");
    let mut page = Page::new(None);
    page.say("# The delivery checklist");
    page.say(MADE);
    let size = size(checklist);
    page.say(&format!(
        "The built-in checklist `delivery` has {size} A document is named by its \
         kind, which is the name of its file or folder under `docs/`. An item is due by the start of its stage. A \
         heading covers an item if it says the item's title or one of the other headings, or if its anchor is the last \
         part of the item's id: `{{#logs}}` in the runbook covers `runbook.logs`. What counts as evidence is described \
         in [Concepts](../concepts.md#evidence).",
    ));
    page.checklist(checklist);
    compare("reference/delivery-checklist.md", &page.text);
}

#[test]
fn the_page_about_rules_lists_every_rule() {
    let mut page = Page::new(None);
    page.say("# Rules");
    page.say(MADE);
    page.say(
        "A rule looks at one thing. What it sees is a finding: an error blocks, a warning ought to be mended, a note is \
         worth knowing. `handoff explain` lists all rules, and `handoff explain RULE` prints the page of one: what it \
         looks at, why that matters, an example that it finds and one that it leaves alone.",
    );
    page.say("| Rule | Level | What it sees |\n|---|---|---|");
    for rule in RULES {
        let _ = writeln!(page.text, "| [`{0}`]({0}.md) | {1} | {2} |", rule.slug, rule.level.as_str(), rule.summary);
    }
    compare("rules/index.md", &page.text);
}

fn example() -> std::path::PathBuf {
    root().join(EXAMPLE)
}

/// A page that is being written.
struct Page<'a> {
    text: String,
    excerpts: Option<&'a Excerpts>,
    /// The headings under which records were described, by the name of the record.
    described: BTreeMap<&'static str, String>,
    /// The choices whose words were listed, by the key.
    listed: BTreeSet<(&'static str, &'static [(&'static str, &'static str)])>,
    /// The kinds of scalars that were met, each with an example.
    met: BTreeMap<&'static str, &'static str>,
}

impl<'a> Page<'a> {
    fn new(excerpts: Option<&'a Excerpts>) -> Self {
        Self {
            text: String::new(),
            excerpts,
            described: BTreeMap::new(),
            listed: BTreeSet::new(),
            met: BTreeMap::new(),
        }
    }

    /// Adds a block, with a blank line between it and the one before.
    fn say(&mut self, block: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(block.trim_end());
        self.text.push('\n');
    }

    /// Describes a record and those that lie in it, the outer one first. `path` is how one gets there.
    fn record(&mut self, path: &str, shape: &RecordShape, level: usize) {
        self.described.insert(shape.name, path.to_owned());
        self.table(shape);
        if let Some(excerpt) = self.excerpts.and_then(|excerpts| excerpts.at(path, shape)) {
            self.say(&format!("```yaml\n{excerpt}\n```"));
        }
        for field in &shape.fields {
            let Some((inner, is_list)) = inner_record(&field.shape) else { continue };
            let path = if path.is_empty() { field.key.to_owned() } else { format!("{path}.{}", field.key) };
            self.say(&format!("{} {path}", "#".repeat(level)));
            let kind = if is_list { "A list. " } else { "" };
            if let Some(other) = self.described.get(inner.name) {
                let link = format!("{} The keys are those of [`{other}`](#{}).", field.doc, anchor(other));
                self.say(&link);
                continue;
            }
            let entry = if is_list { format!(" Each entry: {}", lower_first(&inner.doc)) } else { String::new() };
            self.say(&format!("{kind}{}{entry}", field.doc));
            self.record(&path, &inner, (level + 1).min(4));
        }
    }

    /// The keys of a record, and the words of those that are choices.
    fn table(&mut self, shape: &RecordShape) {
        self.say("| Key | | Value | Meaning |\n|---|---|---|---|");
        for field in &shape.fields {
            let required = if field.required { "required" } else { "" };
            let value = self.value(&field.shape);
            let _ = writeln!(self.text, "| `{}` | {required} | {value} | {} |", field.key, cell(&field.doc));
        }
        for field in &shape.fields {
            self.choices(field);
        }
    }

    /// What a field holds, in a few words.
    fn value(&mut self, shape: &Shape) -> String {
        match shape {
            Shape::Scalar { name, example } => {
                self.met.insert(name, example);
                if PLAIN.contains(name) { (*name).to_owned() } else { format!("{name}: `{}`", cell(example)) }
            }
            Shape::Choice(_) => "a choice, below".into(),
            Shape::List(inner) => match inner() {
                Shape::Record(_) => "a list of mappings".into(),
                inner => format!("a list; each {}", self.value(&inner)),
            },
            Shape::Record(_) => "a mapping".into(),
        }
    }

    /// The words of a field that is a choice, or a list of them.
    fn choices(&mut self, field: &FieldShape) {
        let shape = match &field.shape {
            Shape::List(inner) => inner(),
            other => *other,
        };
        let Shape::Choice(words) = shape else { return };
        if !self.listed.insert((field.key, words)) {
            self.say(&format!("The words of `{}` are listed above.", field.key));
            return;
        }
        self.say(&format!("The words of `{}`:", field.key));
        self.text.push('\n');
        for (word, meaning) in words {
            let _ = writeln!(self.text, "- `{word}`: {}", meaning.trim());
        }
    }

    /// How the kinds of scalars that were met are written.
    fn values(&mut self) {
        self.say("## Values");
        self.say("| Kind | Example | How it is written |\n|---|---|---|");
        for (name, example) in &self.met {
            let how = VALUES.iter().find(|(known, _)| known == name).map(|(_, how)| *how);
            let how = how.unwrap_or_else(|| panic!("tests/book does not say how {name} is written"));
            let _ = writeln!(self.text, "| {name} | `{example}` | {how} |");
        }
    }

    /// All items of a checklist, in the order of the bundle.
    fn checklist(&mut self, checklist: &Checklist) {
        for group in &checklist.groups {
            self.say(&format!("## {}", group.title));
            for document in &group.documents {
                self.say(&format!("### {}", document.document));
                let when = match document.when.value {
                    When::Always => String::new(),
                    other => format!(" Applies to projects with the trait `{other}`."),
                };
                let internal = document.internal.as_ref().is_some_and(|flag| flag.0);
                let internal = if internal { " Internal: never part of the bundle." } else { "" };
                self.say(&format!("Due by the start of `{}`.{when}{internal}", document.stage));
                self.say("| Item | What must be there | Evidence |\n|---|---|---|");
                document.items.iter().for_each(|item| self.item(item));
            }
        }
    }

    /// The line of an item.
    fn item(&mut self, item: &Item) {
        let mut what = cell(item.title.as_str());
        if !item.headings.is_empty() {
            let headings: Vec<_> =
                item.headings.iter().map(|heading| format!("“{}”", cell(heading.as_str()))).collect();
            let _ = write!(what, "<br>Headings: {}", headings.join(", "));
        }
        let details = item.data.iter().map(|path| path.as_str()).chain(item.rules.iter().map(|rule| rule.as_str()));
        let details = details.chain(item.record.iter().map(|record| record.as_str()));
        let details: Vec<_> = details.map(|detail| format!("`{}`", cell(detail))).collect();
        let evidence = if details.is_empty() { String::new() } else { format!(": {}", details.join(", ")) };
        let due = item.stage.as_ref().map(|stage| format!("<br>Due by the start of `{stage}`")).unwrap_or_default();
        let _ = writeln!(self.text, "| `{}` | {what}{due} | {}{evidence} |", item.id, item.evidence);
    }
}

/// The record that a field holds, and whether it holds a list of them.
fn inner_record(shape: &Shape) -> Option<(RecordShape, bool)> {
    match shape {
        Shape::Record(record) => Some((record(), false)),
        Shape::List(inner) => match inner() {
            Shape::Record(record) => Some((record(), true)),
            _ => None,
        },
        _ => None,
    }
}

/// A text as a cell of a table holds it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The anchor that readers of Markdown give to a heading that is a path.
fn anchor(path: &str) -> String {
    path.replace('.', "")
}
