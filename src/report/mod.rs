//! Reports: what a check said, for people and for programs. One file per format.
//!
//! Knows findings, sources and the model, and no stage. A new format is one file and two lines here.

pub mod difference;
mod excerpt;
pub mod gate;
pub mod human;
pub mod json;
pub mod status;
mod table;

use crate::model::report::Report;
use crate::source::Sources;

/// How a report is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether it may have colours.
    pub colour: bool,
    /// How many columns a line may have.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// A format of reports.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// Writes a report.
    pub write: fn(&Report, &Sources, &Style) -> String,
}

/// All formats; the first is the default.
pub const FORMATS: &[Format] = &[
    Format {
        name: "human",
        summary: "for people: the source lines with what is wrong, and the coverage",
        write: human::write,
    },
    Format { name: "json", summary: "for programs: everything, in a stable form", write: json::write },
];

/// The format of a name.
#[must_use]
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
