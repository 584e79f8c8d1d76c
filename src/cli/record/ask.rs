//! Asking on a terminal for what a record still needs.

use super::store;
use super::text::Values;
use crate::cli::terminal::{BOLD, DIM, RED, Terminal, paint};
use crate::error::{Error, Result};
use crate::model::loaded::Loaded;
use crate::model::node::{FieldShape, MISSING_FIELD, Scalar, Shape};
use crate::model::records::Kind;
use crate::model::value::ContactRef;
use jiff::civil::DateTime;
use std::io::{self, BufRead, IsTerminal};

/// Whether somebody is there to answer.
pub(super) fn somebody() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for every field that must be there, and for those that a record of the kind ought to have.
pub(super) fn ask(loaded: &mut Loaded, kind: &Kind, values: &mut Values, now: DateTime) -> Result<()> {
    for field in (kind.shape)().fields {
        let wanted = field.required || kind.asked.contains(&field.key);
        if wanted && !values.contains_key(field.key) {
            question(loaded, kind, &field, values, now)?;
        }
    }
    Ok(())
}

fn question(loaded: &mut Loaded, kind: &Kind, field: &FieldShape, values: &mut Values, now: DateTime) -> Result<()> {
    let is_list = matches!(field.shape, Shape::List(_));
    let hint = hint(&field.shape, loaded);
    let how = if is_list {
        "one a line, an empty line ends"
    } else if field.required {
        ""
    } else {
        "empty to leave out"
    };
    let notes: Vec<_> = [hint.as_str(), how].into_iter().filter(|note| !note.is_empty()).collect();
    Terminal::say(&format!(
        "{} {} {}",
        paint(BOLD, field.key),
        field.doc,
        paint(DIM, &format!("({})", notes.join("; ")))
    ));
    loop {
        let answer = read()?;
        if answer.is_empty() {
            if is_list || !field.required {
                return Ok(());
            }
            continue;
        }
        let mut tried = values.clone();
        tried.entry(field.key).or_default().push(answer);
        if let Some(complaint) = complaint(loaded, kind, &tried, values, now) {
            Terminal::say(&format!("{} {complaint}", paint(RED, "no:")));
            continue;
        }
        *values = tried;
        if !is_list {
            return Ok(());
        }
    }
}

/// What is wrong with an answer that was not wrong before it.
fn complaint(loaded: &mut Loaded, kind: &Kind, tried: &Values, before: &Values, now: DateTime) -> Option<String> {
    let mut told = |values: &Values| -> Vec<String> {
        let findings = store::judge(loaded, kind, values, now);
        findings.into_iter().filter(|finding| finding.rule != MISSING_FIELD).map(|finding| finding.message).collect()
    };
    let known = told(before);
    told(tried).into_iter().find(|message| !known.contains(message))
}

/// What an answer looks like.
fn hint(shape: &Shape, loaded: &Loaded) -> String {
    match shape {
        Shape::List(inner) => hint(&inner(), loaded),
        Shape::Choice(words) => words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", "),
        Shape::Scalar { name, .. } if *name == ContactRef::NAME => {
            let contacts = loaded.project.iter().flat_map(|project| &project.contacts);
            contacts.map(|contact| contact.id.as_str()).collect::<Vec<_>>().join(", ")
        }
        Shape::Scalar { name, example } => format!("{name}, such as {example}"),
        Shape::Record(_) => String::new(),
    }
}

fn read() -> Result<String> {
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(0) => Err(Error::new("nothing was written")
            .why("the answers ended before everything was known")
            .help("give the values as options, or in a file with `--from`")),
        Ok(_) => Ok(line.trim().to_owned()),
        Err(error) => Err(Error::new("the answer cannot be read").why(error.to_string())),
    }
}
