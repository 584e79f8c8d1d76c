//! Messages of a delivery: their templates as they were read, and a message that was filled in.

use super::node::{Located, choice, record};
use super::project::Audience;
use super::text::Block;
use super::value::{Flag, Id, Text};
use crate::source::FileId;

choice! {
    /// What the sender of a message has to say.
    pub enum AskKind("a kind of answer") {
        /// one text
        Text = "text",
        /// a list of texts
        List = "list",
        /// a day
        Date = "date",
        /// a day with a time
        Moment = "moment",
        /// a length of time
        Duration = "duration",
    }
}

record! {
    /// Something that only the sender of a message knows.
    pub struct Ask {
        /// How the template refers to it, and its name on the command line.
        key: Located<Id>,
        /// What it is, in words.
        what: Located<Text>,
        /// What kind of answer is expected; a text if absent.
        kind: Option<Located<AskKind>>,
        /// Whether the message can be sent without it.
        optional: Option<Located<Flag>>,
        /// One well-formed answer.
        example: Located<Text>,
    }
}

record! {
    /// The front matter of a message template.
    pub struct MessageFront {
        /// The title of the message, for lists.
        title: Located<Text>,
        /// When it is sent.
        sent: Located<Text>,
        /// Who it is for.
        audience: Located<Audience>,
        /// The subject, a template like the text.
        subject: Located<Text>,
        /// What only the sender knows.
        asks: Vec<Ask>,
    }
}

/// A message template: front matter and a Tera body that yields Markdown.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageTemplate {
    /// The id of the message.
    pub id: String,
    /// The file.
    pub file: FileId,
    /// What its front matter says.
    pub front: MessageFront,
    /// The Tera body.
    pub body: String,
}

/// A person or desk that a message comes from or goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The id of the contact.
    pub contact: String,
    /// The name.
    pub name: String,
    /// The e-mail address, if the contact has one.
    pub email: Option<String>,
}

/// A message, filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// The id of the message.
    pub id: String,
    /// Its subject.
    pub subject: String,
    /// Who it is for.
    pub audiences: Vec<Audience>,
    /// Who sends it.
    pub from: Mailbox,
    /// Whom it goes to; empty where the project does not name the readers, as with users.
    pub to: Vec<Mailbox>,
    /// Its text.
    pub blocks: Vec<Block>,
}

/// Something that a message needs and that is nowhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// What it is.
    pub what: String,
    /// How to supply it.
    pub help: String,
}
