//! Checklists: what must be there, and by when.

use super::node::{Field, FieldShape, Located, Node, RecordShape, Scalar, Shape, Value, choice, mismatch, record};
use super::project::{Audience, Stage, Trait};
use super::value::{Flag, Id, ItemRef, Text};
use crate::finding::Finding;
use crate::source::Span;
use serde::ser::{Serialize, SerializeMap, Serializer};

choice! {
    /// What makes a document of the checklist applicable: always, or a trait of the project.
    pub enum When("a condition") {
        /// it always applies
        Always = "always",
        /// projects with the trait `api`
        Api = "api",
        /// projects with the trait `database`
        Database = "database",
        /// projects with the trait `videos`
        Videos = "videos",
        /// projects with the trait `requirements`
        Requirements = "requirements",
        /// projects with the trait `security`
        Security = "security",
        /// projects with the trait `compliance`
        Compliance = "compliance",
        /// projects with the trait `user-training`
        UserTraining = "user-training",
        /// projects with the trait `developer-handoff`
        DeveloperHandoff = "developer-handoff",
    }
}

choice! {
    /// What proves an item.
    pub enum Evidence("a kind of evidence") {
        /// a heading in the document with real text under it
        Section = "section",
        /// an image with a text alternative under the heading
        Figure = "figure",
        /// a block of code under the heading
        Code = "code",
        /// a table under the heading
        Table = "table",
        /// fields of the project file
        Data = "data",
        /// a file that the document links to or is made from
        File = "file",
        /// a record of a session that was held
        Held = "held",
        /// a record of a go decision
        Gate = "gate",
        /// a dated statement by a named person
        Attested = "attested",
        /// a signed form
        Signed = "signed",
    }
}

record! {
    /// A checklist.
    pub struct Checklist {
        /// How it is chosen.
        id: Located<Id>,
        /// Its title.
        title: Located<Text>,
        /// Its title in projects of another language, by its short name, such as `de`.
        title_in: Titles,
        /// Another checklist that this one is made from, by its id: it has all of its groups, documents and items.
        extends: Option<Located<Id>>,
        /// Of the other checklist, only these documents and items; all if empty.
        only: Vec<Located<Text>>,
        /// Of the other checklist, not these documents and items.
        without: Vec<Located<Text>>,
        /// Groups of documents, in the order of the bundle. What the other checklist has too, by the same id, takes
        /// its place.
        groups: Vec<Group>,
    }
}

record! {
    /// A group of documents.
    pub struct Group {
        /// Short name.
        id: Located<Id>,
        /// Title.
        title: Located<Text>,
        /// The documents, in the order of the bundle.
        documents: Vec<ChecklistDocument>,
    }
}

record! {
    /// A document that must be there.
    pub struct ChecklistDocument {
        /// Its kind.
        document: Located<Id>,
        /// The stage by whose start it is due.
        stage: Located<Stage>,
        /// What makes it applicable.
        when: Located<When>,
        /// Never part of the client's bundle.
        internal: Option<Located<Flag>>,
        /// What must be in it.
        items: Vec<Item>,
    }
}

record! {
    /// Something that must be there.
    pub struct Item {
        /// `<document>.<item>`: the name in waivers and reports.
        id: Located<ItemRef>,
        /// What must be there, in words; a heading with these words covers the item.
        title: Located<Text>,
        /// The same in projects of another language, by its short name, such as `de`.
        title_in: Titles,
        /// What proves it.
        evidence: Located<Evidence>,
        /// The stage by whose start it is due, if it is not that of the document.
        stage: Option<Located<Stage>>,
        /// Other headings that cover the item.
        headings: Vec<Located<Text>>,
        /// Headings that cover the item in projects of another language, by its short name, such as `de`.
        headings_in: Synonyms,
        /// For `data`: paths into the project file that must hold something, such as
        /// `contacts[party=client,primary=true].phone`.
        data: Vec<Located<Text>>,
        /// Rules that must find nothing.
        rules: Vec<Located<Id>>,
        /// For `held`, `gate`: the kind of session or the stage that the record must be about.
        record: Option<Located<Id>>,
        /// For `attested`: messages whose records prove it as well as a statement does, all of them.
        messages: Vec<Located<Id>>,
        /// For `attested` by messages: the audiences that they must have gone to.
        audiences: Vec<Located<Audience>>,
        /// For `attested` by messages: the stages in each week of which they must have been sent.
        weeks_of: Vec<Located<Stage>>,
        /// For `data`: whether every metric of success must have a measured value on record.
        measured: Option<Located<Flag>>,
    }
}

/// A title by the language of the project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Titles(pub Vec<(String, Located<Text>)>);

impl Titles {
    /// The title for a language tag: that of the tag itself, else that of its language alone.
    #[must_use]
    pub fn of(&self, tag: &str) -> Option<&Located<Text>> {
        let language = tag.split('-').next().unwrap_or(tag);
        let titled = |wanted: &str| self.0.iter().find(|(of, _)| of == wanted).map(|(_, title)| title);
        titled(tag).or_else(|| titled(language))
    }
}

impl Field for Titles {
    const REQUIRED: bool = false;

    fn from_field(key: &'static str, node: Option<&Node>, at: Span, findings: &mut Vec<Finding>) -> Self {
        let titles = by_language(node, "`de: Protokolle`, one line for each language", findings);
        let title = |(language, node): (String, &Node)| {
            let title = <Option<Located<Text>> as Field>::from_field(key, Some(node), at, findings)?;
            Some((language, title))
        };
        Self(titles.into_iter().filter_map(title).collect())
    }

    fn shape() -> Shape {
        Shape::Record(|| RecordShape {
            name: "Titles",
            doc: "A title by language.".into(),
            fields: languages(<Text as Scalar>::shape),
        })
    }
}

impl Serialize for Titles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(language, title)| (language, title)))
    }
}

/// What stands for each language in a mapping.
fn by_language<'n>(node: Option<&'n Node>, example: &str, findings: &mut Vec<Finding>) -> Vec<(String, &'n Node)> {
    let Some(node) = node.filter(|node| node.value != Value::Null) else { return Vec::new() };
    if let Value::Map(entries) = &node.value {
        return entries.iter().map(|(language, node)| (language.name.clone(), node)).collect();
    }
    findings.push(mismatch(node, "a mapping", example));
    Vec::new()
}

/// The keys of a mapping by language: those that are built in.
fn languages(shape: fn() -> Shape) -> Vec<FieldShape> {
    let known = [("de", "In German."), ("es", "In Spanish."), ("fr", "In French.")];
    known.map(|(key, doc)| FieldShape { key, doc: doc.into(), required: false, shape: shape() }).into()
}

/// Headings by the language of the project.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Synonyms(pub Vec<(String, Vec<Located<Text>>)>);

impl Synonyms {
    /// The headings for a language tag: those of the tag itself, or of its language alone.
    pub fn of<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a Located<Text>> {
        let language = tag.split('-').next().unwrap_or(tag);
        self.0.iter().filter(move |(of, _)| of == tag || of == language).flat_map(|(_, headings)| headings)
    }
}

impl Synonyms {
    /// Whether a heading is one of them, at its very place.
    #[must_use]
    pub fn has(&self, heading: &Located<Text>) -> bool {
        self.0.iter().flat_map(|(_, headings)| headings).any(|known| known.span == heading.span)
    }
}

impl Field for Synonyms {
    const REQUIRED: bool = false;

    fn from_field(key: &'static str, node: Option<&Node>, at: Span, findings: &mut Vec<Finding>) -> Self {
        let synonyms = by_language(node, "`de: [Protokolle]`, one line for each language", findings);
        let headings = |(language, node): (String, &Node)| {
            let headings = <Vec<Located<Text>> as Field>::from_field(key, Some(node), at, findings);
            (language, headings)
        };
        Self(synonyms.into_iter().map(headings).collect())
    }

    fn shape() -> Shape {
        Shape::Record(|| RecordShape {
            name: "Synonyms",
            doc: "Headings by language.".into(),
            fields: languages(|| Shape::List(<Text as Scalar>::shape)),
        })
    }
}

impl Serialize for Synonyms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (language, headings) in &self.0 {
            map.serialize_entry(language, headings)?;
        }
        map.end()
    }
}

impl When {
    /// The trait that it asks for, if it asks for one.
    #[must_use]
    pub fn required_trait(self) -> Option<Trait> {
        Trait::ALL.iter().find(|known| known.as_str() == self.as_str()).copied()
    }
}

impl Checklist {
    /// All documents with the group that each belongs to.
    pub fn documents(&self) -> impl Iterator<Item = (&Group, &ChecklistDocument)> {
        self.groups.iter().flat_map(|group| group.documents.iter().map(move |document| (group, document)))
    }

    /// The document of a kind.
    #[must_use]
    pub fn document(&self, kind: &str) -> Option<(&Group, &ChecklistDocument)> {
        self.documents().find(|(_, document)| document.document.as_str() == kind)
    }
}

impl Item {
    /// The part of the id behind the document.
    #[must_use]
    pub fn short_id(&self) -> &str {
        self.id.as_str().split_once('.').map_or("", |(_, item)| item)
    }

    /// Whether a section of the document proves it.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self.evidence.value, Evidence::Section | Evidence::Figure | Evidence::Code | Evidence::Table)
    }

    /// Whether an anchor covers the item: it is the item's id, or the last part of it.
    #[must_use]
    pub fn matches_anchor(&self, anchor: &str) -> bool {
        anchor == self.short_id() || anchor == self.id.as_str()
    }

    /// Whether a heading with this text and anchor covers the item: its title, one of its other
    /// headings (case and punctuation do not matter), or an anchor that is the item's id.
    #[must_use]
    pub fn matches_heading(&self, text: &str, anchor: Option<&str>) -> bool {
        let says = |heading: &Located<Text>| folded(heading.as_str()).eq(folded(text));
        anchor.is_some_and(|anchor| self.matches_anchor(anchor)) || says(&self.title) || self.headings.iter().any(says)
    }
}

/// A text as headings are compared: letters and digits in lower case, one space before each word.
fn folded(text: &str) -> impl Iterator<Item = char> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| std::iter::once(' ').chain(word.chars().flat_map(char::to_lowercase)))
}
