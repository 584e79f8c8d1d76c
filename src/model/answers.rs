//! What was heard from external links, when they were asked.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an address answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum Answer {
    /// It is there.
    Fine,
    /// It is there, and has moved for good.
    Moved {
        /// Where to.
        to: String,
    },
    /// Something is there that does not let everybody in, or not so often.
    Closed {
        /// The status of the response.
        status: u16,
    },
    /// The server says that nothing is there, or that it is out of order.
    Failed {
        /// The status of the response.
        status: u16,
    },
    /// There is no server of the name.
    NoHost,
    /// Nobody answered.
    Silent {
        /// Why, as the end of a sentence.
        why: String,
    },
}

/// What all addresses answered, by URL without an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers(pub BTreeMap<String, Answer>);

impl Answers {
    /// What an address answered; an anchor does not matter.
    #[must_use]
    pub fn of(&self, url: &str) -> Option<&Answer> {
        self.0.get(without_anchor(url))
    }
}

/// A URL without the anchor, of which no server hears.
#[must_use]
pub fn without_anchor(url: &str) -> &str {
    url.split('#').next().unwrap_or(url)
}
