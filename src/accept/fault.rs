//! Why a form does not count, and what to do.

use crate::form::Unreadable;
use std::fmt;

/// Why a form does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is no PDF.
    NoPdf(String),
    /// It cannot be read.
    Damaged(String),
    /// It is locked.
    Encrypted,
    /// It has none of our fields.
    Foreign {
        /// How many fields it has.
        fields: usize,
    },
    /// It was our form, and its fields have been turned into plain print.
    Flattened,
    /// It is the form of another project.
    OtherProject {
        /// Of which one.
        found: String,
        /// The one that was expected.
        wanted: String,
    },
    /// It is the form of another version.
    OtherVersion {
        /// Of which one.
        found: String,
        /// The one that was expected.
        wanted: String,
    },
    /// It is the form of something else that bears the same version.
    OtherDigest {
        /// The version.
        version: String,
        /// The digest that it shows.
        found: String,
        /// The one of the release.
        wanted: String,
    },
    /// Something was changed that nobody fills in, or after it was signed.
    Altered(Vec<String>),
    /// A signature in it is no good.
    BadSignature(Vec<String>),
    /// Nothing is filled in.
    Empty,
}

impl Fault {
    pub(super) fn of_file(why: Unreadable) -> Self {
        match why {
            Unreadable::NoPdf | Unreadable::TooLarge => Self::NoPdf(why.to_string()),
            Unreadable::Encrypted => Self::Encrypted,
            Unreadable::Damaged(why) => Self::Damaged(why),
        }
    }

    /// One word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NoPdf(_) | Self::Foreign { .. } | Self::OtherProject { .. } => "foreign",
            Self::Damaged(_) => "damaged",
            Self::Encrypted => "encrypted",
            Self::Flattened => "flattened",
            Self::OtherVersion { .. } | Self::OtherDigest { .. } => "another release",
            Self::Altered(_) => "altered",
            Self::BadSignature(_) => "bad signature",
            Self::Empty => "empty",
        }
    }

    /// What was seen, a line each.
    #[must_use]
    pub fn details(&self) -> &[String] {
        match self {
            Self::Altered(lines) | Self::BadSignature(lines) => lines,
            _ => &[],
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoPdf(_) => {
                "name the form as it came back; a scan of a paper is entered with `handoff sign-off record --scan FILE`"
            }
            Self::Damaged(_) => {
                "ask for the file once more, for example in an archive, so that no mail program changes it"
            }
            Self::Encrypted => "ask for a copy without a password",
            Self::Foreign { .. } | Self::Flattened => {
                "ask for the file as it was saved, not printed to a PDF; or enter what it says with `handoff sign-off record --scan FILE`"
            }
            Self::OtherProject { .. } => "import it in the folder of its own project",
            Self::OtherVersion { .. } => {
                "send the form of this release; if the other one is meant, name it with `--release`"
            }
            Self::OtherDigest { .. } => {
                "send the form out of the bundle that was released; the digest stands in its manifest.json"
            }
            Self::Altered(_) => {
                "ask who filled it in; if it is meant like that, have the form filled in and signed once more"
            }
            Self::BadSignature(_) => "have it signed once more, and compare the file with the one that was sent",
            Self::Empty => "ask for the file as it was saved after it was filled in",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPdf(why) => write!(out, "this is no form: {why}"),
            Self::Damaged(why) => write!(out, "the file is damaged: {why}"),
            Self::Encrypted => out.write_str("the file is encrypted"),
            Self::Foreign { fields: 0 } => out.write_str("this is no form of ours: it has no fields"),
            Self::Foreign { .. } => out.write_str("this is no form of ours: its fields are others"),
            Self::Flattened => out.write_str("this was the form, but its fields have been turned into plain print"),
            Self::OtherProject { found, wanted } => {
                write!(out, "this is the form of another project: `{}`, not of `{wanted}`", short(found))
            }
            Self::OtherVersion { found, wanted } => {
                write!(out, "this is the form of version {}, not of {wanted}", short(found))
            }
            Self::OtherDigest { version, found, wanted } => write!(
                out,
                "this is a form of version {}, but not of the release: its digest begins with {}, that of the release with {}",
                short(version),
                start(found),
                start(wanted)
            ),
            Self::Altered(_) => out.write_str("the form was altered"),
            Self::BadSignature(_) => out.write_str("a signature in the form is no good"),
            Self::Empty => out.write_str("nothing is filled in"),
        }
    }
}

/// A text of the file as far as there is room for it.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// The beginning of a digest.
fn start(digest: &str) -> String {
    digest.chars().filter(|c| !c.is_control()).take(12).collect()
}
