//! `handoff new`: a document or a section to write into.

use super::init::{filled, write};
use super::terminal::{GREEN, Terminal, paint};
use super::{Outcome, project_root};
use crate::error::{Error, Result};
use crate::finding::suggestion;
use crate::load;
use crate::model::checklist::{ChecklistDocument, Evidence, Item};
use crate::model::loaded::Loaded;
use crate::theme::Theme;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Prints the path of the file. Its headings are those that the checklist looks for, each
with a comment that says what belongs there; comments never reach the bundle. A file
that is there already is never overwritten.

Examples:
  handoff new runbook                  docs/runbook.md with all of its sections
  handoff new runbook --section logs   docs/runbook/40-logs.md, one section in a file of its own
  handoff new data-protection          a document that no checklist knows";

/// What `new` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// The kind of document, such as runbook
    kind: String,

    /// Only one section, by its item of the checklist, such as logs or runbook.logs
    #[arg(long, value_name = "ITEM")]
    section: Option<String>,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Writes the file.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    let loaded = load::load(&root)?;
    let listed = listed(&loaded, &args.kind);
    let (path, text) = match &args.section {
        None => (format!("docs/{}.md", checked(&loaded, &args.kind)?), document(&loaded, &args.kind, listed)),
        Some(section) => one_section(&loaded, args, listed, section)?,
    };
    let taken = root.join(&path);
    if taken.exists() {
        return Err(Error::new("the document was not written").path(&taken).why("this file is there already").help(
            match args.section {
                None => "add a single section to it with `--section`, or edit the file",
                Some(_) => "edit the file",
            },
        ));
    }
    let today = loaded.project.as_ref().map(|project| project.release.date.value.0).unwrap_or_default();
    write(&taken, &filled(&text, &args.kind, today))?;
    Terminal::data(&format!("{}\n", taken.display()))?;
    terminal
        .mention(&format!("{} write under its headings, then run `handoff check`", paint(GREEN, "wrote a document:")));
    Ok(Outcome::Clean)
}

/// The document as the checklist has it.
fn listed<'a>(loaded: &'a Loaded, kind: &str) -> Option<&'a ChecklistDocument> {
    let checklist = loaded.checklist(loaded.checklist_id(None))?;
    checklist.documents().map(|(_, document)| document).find(|document| document.document.as_str() == kind)
}

/// The kind, if a file may have this name and it was not mistyped.
fn checked<'a>(loaded: &Loaded, kind: &'a str) -> Result<&'a str> {
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let known: Vec<&str> = loaded.templates.keys().map(String::as_str).collect();
    let near = suggestion(kind, known.iter().copied());
    if kind.is_empty() || kind.starts_with('-') || !kind.chars().all(sound) {
        let help = near.map_or_else(|| "use a-z, 0-9 and `-`".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Error::new(format!("`{kind}` cannot be a kind of document")).help(help));
    }
    match near {
        Some(near) if near != kind => {
            Err(Error::new(format!("no kind of document is `{kind}`")).help(format!("did you mean `{near}`?")))
        }
        _ => Ok(kind),
    }
}

/// The text of a whole document: the one of the starter, or one made from the checklist.
fn document(loaded: &Loaded, kind: &str, listed: Option<&ChecklistDocument>) -> String {
    if let Some(text) = Theme::default().text(&format!("starter/docs/{kind}.md")) {
        return text;
    }
    let title = loaded.templates.get(kind).map_or_else(|| title(kind), |template| template.front.title.to_string());
    let mut text = format!("# {title}\n");
    let written = |item: &&Item| about(item).is_some();
    let items = listed.iter().flat_map(|document| &document.items).filter(written);
    items.for_each(|item| text.extend(["\n", section(item, 2).as_str()]));
    if !text.contains("\n## ") {
        text.push_str("\n<!-- Write the document here. Comments never reach the bundle. -->\n");
    }
    text
}

/// One section in a file of its own: its path and text.
fn one_section(
    loaded: &Loaded,
    args: &Args,
    listed: Option<&ChecklistDocument>,
    wanted: &str,
) -> Result<(String, String)> {
    let kind = args.kind.as_str();
    let short = wanted.strip_prefix(&format!("{kind}.")).unwrap_or(wanted);
    let items: Vec<_> = listed.iter().flat_map(|document| &document.items).collect();
    let Some(index) = items.iter().position(|item| last(item) == short) else {
        checked(loaded, kind)?;
        let names: Vec<&str> = items.iter().map(|item| last(item)).collect();
        let error = Error::new(format!("the document `{kind}` has no item `{short}`"));
        return Err(match suggestion(short, names.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None if names.is_empty() => error.help("the checklist has no items for it: leave `--section` out"),
            None => error.help(format!("its items are {}", names.join(", "))),
        });
    };
    let item = items[index];
    if about(item).is_none() {
        return Err(Error::new(format!("the item `{}` is no section", item.id.as_str()))
            .why(format!("it is proved by {}", proof(item)))
            .help("`handoff check` says what to do for it"));
    }
    let whole = document(loaded, kind, listed);
    let text = of_starter(&whole, item).unwrap_or_else(|| section(item, 1));
    Ok((format!("docs/{kind}/{}0-{short}.md", index + 1), text))
}

/// The section of a document of the starter that is about an item, as a file of its own.
fn of_starter(document: &str, item: &Item) -> Option<String> {
    let anchor = format!("{{#{}}}", last(item));
    let mut lines = document.lines().skip_while(|line| !(line.starts_with("## ") && line.ends_with(&anchor)));
    let heading = lines.next()?.strip_prefix('#')?;
    let body: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    Some(format!("{heading}\n{}\n", body.join("\n").trim_end()))
}

/// The heading of an item with a comment that says what belongs under it.
fn section(item: &Item, level: usize) -> String {
    let (title, anchor) = (item.title.as_str(), last(item));
    let what = about(item).unwrap_or("Write it here.");
    format!("{} {title} {{#{anchor}}}\n\n<!-- {what} -->\n", "#".repeat(level))
}

/// What the text about an item must have; `None` if no text proves it.
fn about(item: &Item) -> Option<&'static str> {
    match item.evidence.value {
        Evidence::Section => Some("Say it in at least twenty words."),
        Evidence::Code => {
            Some("Show the commands or the configuration in a fenced block of code, and say what they do.")
        }
        Evidence::Table => Some("Put it into a table with a header row, and say in a sentence what it shows."),
        Evidence::Figure => Some("Show a picture or a Mermaid diagram with a text alternative, and explain it."),
        Evidence::File => Some("Link to the file, such as `[report](files/report.pdf)`, and summarise it."),
        _ => None,
    }
}

fn proof(item: &Item) -> &'static str {
    match item.evidence.value {
        Evidence::Data => "what stands in handoff.yaml",
        Evidence::Held => "the record of a session",
        Evidence::Gate => "the record of a gate",
        Evidence::Signed => "the form that was signed",
        _ => "the record of a statement",
    }
}

/// The last part of an item's id.
fn last(item: &Item) -> &str {
    item.id.as_str().rsplit('.').next().unwrap_or_default()
}

/// A title for a kind that nobody has named.
fn title(kind: &str) -> String {
    let words = kind.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(evidence: &str) -> Item {
        use crate::model::node::{FromNode, Key, Node, Value};
        let file = crate::source::Sources::default().add("x", "");
        let span = crate::source::Span::start_of(file);
        let text = |text: &str| Node { value: Value::Text(text.into()), span };
        let entry = |name: &str, node| (Key { name: name.into(), span }, node);
        let entries = vec![
            entry("id", text("runbook.logs")),
            entry("title", text("Where the logs are")),
            entry("evidence", text(evidence)),
        ];
        Item::from_node(&Node { value: Value::Map(entries), span }, &mut Vec::new()).expect("an item")
    }

    #[test]
    fn a_section_is_taken_out_of_the_starter() {
        let text = "# Runbook\n\n## Checks {#health-checks}\n\nA.\n\n## Logs {#logs}\n\n<!-- B. -->\n\n## C {#c}\n";
        assert_eq!(of_starter(text, &item("section")).as_deref(), Some("# Logs {#logs}\n\n<!-- B. -->\n"));
        assert_eq!(of_starter("# Runbook\n", &item("section")), None);
    }

    #[test]
    fn what_no_text_proves_has_no_section() {
        assert!(about(&item("held")).is_none());
        assert!(section(&item("code"), 2).starts_with("## Where the logs are {#logs}\n\n<!-- Show the commands"));
    }
}
