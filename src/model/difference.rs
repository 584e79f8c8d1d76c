//! What changed between two editions of a delivery: the result of a comparison, without input or output.

use serde::Serialize;

/// Everything that differs between two editions.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Differences {
    /// The older one.
    pub old: Side,
    /// The newer one.
    pub new: Side,
    /// Documents that were added, removed or changed, in the order of the newer edition; removed ones last.
    pub documents: Vec<DocumentChange>,
    /// Facts that were added, removed or changed.
    pub data: Vec<DataChange>,
    /// Items of the checklist whose state changed.
    pub coverage: Vec<CoverageChange>,
    /// Other files of the bundle that differ: attachments, pictures, cards.
    pub files: Vec<FileChange>,
}

/// One of the two editions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Side {
    /// The name of the project.
    pub project: String,
    /// The version.
    pub version: String,
    /// The date, `YYYY-MM-DD`.
    pub date: String,
    /// The status.
    pub status: String,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

impl Fate {
    /// The word that names it in words of the interface and in class names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }

    /// The sign that stands for it where colours do not.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "±",
        }
    }
}

/// A document that is not as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocumentChange {
    /// Its kind.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The title that it had before, if that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_title: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// The places that changed; none for a document that was added or removed as a whole.
    pub places: Vec<Place>,
}

impl DocumentChange {
    /// How many marks it has: one for each stretch of words that is not as it was.
    #[must_use]
    pub fn marks(&self) -> usize {
        let own = usize::from(self.fate != Fate::Changed || self.old_title.is_some());
        own + self.places.iter().map(|place| place.marks).sum::<usize>()
    }
}

/// A place in a document that is not as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// The headings above it, the highest first.
    pub section: Vec<String>,
    /// Its lines, or paragraphs, or rows.
    pub lines: Vec<Line>,
    /// How many marks it has.
    pub marks: usize,
}

/// A line of text of a changed place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// What it is part of.
    pub part: Part,
    /// Its words, in order.
    pub pieces: Vec<Piece>,
}

/// What a line is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A heading of a level.
    Heading(u8),
    /// A paragraph, or a caption.
    Text,
    /// An item of a list.
    Item,
    /// A row of a table; its cells are separated by ` | `.
    Row,
    /// A line of code.
    Code,
    /// A picture, a diagram, a formula.
    Figure,
    /// A note at the foot.
    Note,
}

/// Some words that share their fate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Piece {
    /// Whether they were added or removed; nothing if they stayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fate: Option<Fate>,
    /// The words.
    pub text: String,
    /// Whether they are code.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub code: bool,
}

/// A fact that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataChange {
    /// Where it stands in the project file: `contacts.anna-lind.phone`.
    pub path: String,
    /// What became of it.
    pub fate: Fate,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// An item of the checklist whose state changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoverageChange {
    /// The item.
    pub id: String,
    /// What must be there.
    pub title: String,
    /// What became of it.
    pub fate: Fate,
    /// Its state before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// Its state now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// A file beside the documents that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// Its path in the bundle.
    pub path: String,
    /// What became of it.
    pub fate: Fate,
}

impl Differences {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.data.is_empty() && self.coverage.is_empty() && self.files.is_empty()
    }

    /// How many marks the documents have.
    #[must_use]
    pub fn marks(&self) -> usize {
        self.documents.iter().map(DocumentChange::marks).sum()
    }
}
