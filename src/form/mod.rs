//! Forms in PDFs: fields that people fill in, put into a page that was laid out, and read again when it
//! comes back.
//!
//! The only room that looks inside PDFs. Knows nothing of projects and deliveries: which fields there
//! are, and what an answer means, is said elsewhere.

mod changes;
mod face;
mod place;
mod reading;
mod signed;
mod strings;

pub use changes::{Change, State};
pub use face::Face;
pub use place::place;
pub use reading::{Answer, MAX_FILE, Returned, Unreadable, read};
pub use signed::{Seal, Sealed};
pub use strings::{win_ansi as typed, write as text};

/// The beginning of the address of a link that stands for a field: behind it come the name of the
/// field and, for one of several options, `#` and the option.
pub const MARK: &str = "handoff-field:";

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, in letters, digits, `-` and `:`.
    pub name: String,
    /// What it is for: what people see who point at it, and what a screen reader says.
    pub tip: String,
    /// What can be filled in.
    pub kind: Kind,
}

/// The kinds of fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text {
        /// What it says before anybody fills it in.
        value: String,
        /// Whether it may have several lines.
        lines: bool,
        /// Whether it says what it says, and nobody can fill it in.
        fixed: bool,
    },
    /// One of several options, each with what it is for.
    Choice(Vec<(String, String)>),
    /// A signature, with the names of the fields that it holds fast.
    Signature(Vec<String>),
}
