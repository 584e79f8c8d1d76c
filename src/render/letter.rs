//! A message as plain text, as a page, and as a file that a mail program opens as a draft.
//!
//! All three are made from one tree, so they say the same.

mod mail;
mod plain;

use crate::error::{Error, Result};
use crate::markdown::html::{self, Picture, Surroundings};
use crate::model::loaded::Loaded;
use crate::model::message::Letter;
use crate::model::template::Words;
use crate::model::text::{BlockKind, Target};
use crate::theme::Theme;
use serde_json::json;
use std::fmt::Write;
use tera::{Context, Tera};

/// The template of the page.
const PAGE: &str = "messages/letter.html";

/// The message as plain text: subject, an empty line, the text.
#[must_use]
pub fn text(letter: &Letter) -> String {
    format!("Subject: {}\n\n{}", letter.subject, plain::write(&letter.blocks))
}

/// The message as a page that needs no other file.
///
/// # Errors
/// If the template of the theme cannot be used.
pub fn page(letter: &Letter, loaded: &Loaded, theme: &Theme) -> Result<String> {
    let failure = |error: &tera::Error| {
        Error::new(format!("the template cannot be used: {PAGE}"))
            .why(error.to_string())
            .help("mend the template in `theme/`, or remove it to use the built-in one")
    };
    let about = loaded.project.as_ref().map(|project| &project.project);
    let language = about.and_then(|about| about.language.as_ref()).map_or("en", |language| language.as_str());
    let mut tera = Tera::new();
    let template = theme.text(PAGE).ok_or_else(|| Error::new(format!("there is no template {PAGE}")))?;
    tera.add_raw_templates(vec![(PAGE.to_owned(), template)]).map_err(|error| failure(&error))?;
    let facts = json!({
        "language": language,
        "direction": loaded.words.get("direction"),
        "subject": letter.subject,
        "body": body(letter, &loaded.words),
    });
    let context = Context::from_serialize(&facts).map_err(|error| failure(&error))?;
    tera.render(PAGE, &context).map_err(|error| failure(&error))
}

/// The message as a mail that was not sent yet: headers, the text and the page.
///
/// # Errors
/// If the template of the page cannot be used.
pub fn mail(letter: &Letter, loaded: &Loaded, theme: &Theme, date: &str) -> Result<String> {
    Ok(mail::write(letter, date, &plain::write(&letter.blocks), &page(letter, loaded, theme)?))
}

/// The text in HTML. A mail has no contents that headings must be linked from, so they are plain.
fn body(letter: &Letter, words: &Words) -> String {
    let surroundings = Mail { words };
    let mut out = String::new();
    for block in &letter.blocks {
        match &block.kind {
            BlockKind::Heading(heading) => {
                let level = heading.level.clamp(2, 6);
                let line = html::write_line(&heading.content, &surroundings);
                let _ = writeln!(out, "<h{level}>{line}</h{level}>");
            }
            _ => out.push_str(&html::write(std::slice::from_ref(block), &[], &surroundings)),
        }
    }
    out
}

/// What surrounds the text of a mail: nothing of the bundle.
struct Mail<'a> {
    words: &'a Words,
}

impl Surroundings for Mail<'_> {
    fn href(&self, target: &Target) -> Option<String> {
        match target {
            Target::External(url) if super::html::safe_url(url) => Some(url.clone()),
            _ => None,
        }
    }

    fn picture(&self, _: &Target) -> Option<Picture> {
        None
    }

    fn word(&self, key: &str) -> &str {
        self.words.all().get(key).map_or("", String::as_str)
    }
}
