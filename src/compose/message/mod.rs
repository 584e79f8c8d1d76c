//! Messages: a template filled with the project's data, the records and what only the sender knows.
//!
//! A template asks for its data through `need` and `metrics`. What is nowhere is collected, so that all
//! of it can be told at once; a message with a hole is never given out.

mod data;

use super::engine::register_filters;
use crate::error::{Error, Result};
use crate::markdown::{self, escape};
use crate::model::document::Dossier;
use crate::model::loaded::Loaded;
use crate::model::message::{AskKind, Letter, Mailbox, MessageTemplate, Missing};
use crate::model::node::Scalar;
use crate::model::project::{Audience, Contact, Party, Project};
use crate::model::value::{Date, Duration};
use crate::model::{measure::Moment, text::Block};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use tera::{Context, Delimiters, Kwargs, State, Tera, Value};

/// What a message is to be filled with beside the project and its records.
#[derive(Debug, Clone)]
pub struct Request {
    /// The id of the message.
    pub id: String,
    /// The day on which it is sent.
    pub today: jiff::civil::Date,
    /// Who sends it, by the id of a contact; the first primary contact of the supplier if absent.
    pub by: Option<String>,
    /// The issue that it is about; the newest one if absent.
    pub issue: Option<String>,
    /// The planned time of maintenance that it is about; the next one if absent.
    pub window: Option<String>,
    /// Who it is for; those of the template if empty.
    pub audiences: Vec<Audience>,
    /// What only the sender knows, by the keys that the template asks for.
    pub given: BTreeMap<String, Vec<String>>,
}

/// Fills a message. What it lacks is the second value: nobody sends it before that is empty.
///
/// # Errors
/// If there is no such message, or what was given does not fit it.
pub fn fill(loaded: &Loaded, dossier: &Dossier, request: &Request) -> Result<(Letter, Vec<Missing>)> {
    let Some(project) = &loaded.project else {
        return Err(Error::new("handoff.yaml cannot be read")
            .help("`handoff check` tells what is wrong with it; mend that first"));
    };
    let template = template(loaded, &request.id)?;
    let from = sender(project, request)?;
    check_given(template, request)?;
    let data = data::gather(loaded, project, dossier, request, from)?;
    let missing = Arc::new(Mutex::new(BTreeSet::new()));
    let path = loaded.sources.path(template.file);
    let failure = |error: &tera::Error| {
        Error::new(format!("the message cannot be filled: {path}"))
            .why(error.to_string())
            .help("mend the template, or remove the override to use the built-in one")
    };
    let tera = engine(loaded, project, template, &data, &missing).map_err(|error| failure(&error))?;
    let mut context = Context::from_serialize(&data).map_err(|error| failure(&error))?;
    // The words of the language, by key.
    context.insert("strings", loaded.words.all());
    let text = tera.render("message.md", &context).map_err(|error| failure(&error))?;
    let subject = tera.render("subject.txt", &context).map_err(|error| failure(&error))?;
    let own = vec![template.front.audience.value];
    let audiences = if request.audiences.is_empty() { own } else { request.audiences.clone() };
    let letter = Letter {
        id: template.id.clone(),
        subject: subject.split_whitespace().collect::<Vec<_>>().join(" "),
        to: recipients(project, &audiences),
        audiences,
        from: mailbox(from),
        blocks: blocks(&text),
    };
    let missing = missing.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
    Ok((letter, missing))
}

fn template<'a>(loaded: &'a Loaded, id: &str) -> Result<&'a MessageTemplate> {
    loaded.messages.get(id).ok_or_else(|| {
        let known: Vec<_> = loaded.messages.keys().map(String::as_str).collect();
        let error = Error::new(format!("there is no message `{id}`"));
        match crate::finding::suggestion(id, known.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("there are: {}", known.join(", "))),
        }
    })
}

fn sender<'a>(project: &'a Project, request: &Request) -> Result<&'a Contact> {
    let is = |flag: Option<&crate::model::node::Located<crate::model::value::Flag>>| flag.is_some_and(|flag| flag.0);
    let first = |contact: &&Contact| contact.party.value == Party::Supplier && is(contact.primary.as_ref());
    let found = match &request.by {
        Some(id) => project.contacts.iter().find(|contact| contact.id.as_str() == id),
        None => project.contacts.iter().find(first),
    };
    found.ok_or_else(|| match &request.by {
        Some(id) => Error::new(format!("there is no contact `{id}`")).help("name a contact of handoff.yaml by its id"),
        None => Error::new("nobody sends this message").help("name the sender with `--by PERSON`"),
    })
}

fn mailbox(contact: &Contact) -> Mailbox {
    Mailbox {
        contact: contact.id.as_str().to_owned(),
        name: contact.name.as_str().to_owned(),
        email: contact.email.as_ref().map(|email| email.as_str().to_owned()),
    }
}

/// The primary contacts of the client, or all of the supplier's people. Who the users are no project says.
fn recipients(project: &Project, audiences: &[Audience]) -> Vec<Mailbox> {
    let is_one = |contact: &Contact, audience: Audience| match audience {
        Audience::Client => contact.party.value == Party::Client && contact.primary.as_ref().is_some_and(|flag| flag.0),
        Audience::Internal => contact.party.value == Party::Supplier,
        Audience::Users => false,
    };
    let wanted = |contact: &&Contact| audiences.iter().any(|audience| is_one(contact, *audience));
    project.contacts.iter().filter(wanted).map(mailbox).collect()
}

/// Refuses what the template does not ask for and what is of another kind than it asks for.
fn check_given(template: &MessageTemplate, request: &Request) -> Result<()> {
    for (key, texts) in &request.given {
        let Some(ask) = template.front.asks.iter().find(|ask| ask.key.as_str() == key) else {
            let known: Vec<_> = template.front.asks.iter().map(|ask| ask.key.as_str()).collect();
            let error = Error::new(format!("the message `{}` does not ask for `{key}`", template.id));
            return Err(error
                .help(format!("it asks for: {}", if known.is_empty() { "nothing".into() } else { known.join(", ") })));
        };
        let kind = ask.kind.as_ref().map_or(AskKind::Text, |kind| kind.value);
        let wrong = |text: &String| match kind {
            AskKind::Text | AskKind::List => None,
            AskKind::Date => Date::parse(text).err(),
            AskKind::Moment => Moment::parse(text).err(),
            AskKind::Duration => Duration::parse(text).err(),
        };
        if let Some((text, why)) = texts.iter().find_map(|text| Some((text, wrong(text)?))) {
            return Err(Error::new(format!("`{text}` is no answer to `{key}`"))
                .why(why)
                .help(format!("write it like this: {}", ask.example)));
        }
        if kind != AskKind::List && texts.len() > 1 {
            return Err(Error::new(format!("`{key}` is given {} times", texts.len())).help("one answer is enough"));
        }
    }
    Ok(())
}

type Holes = Arc<Mutex<BTreeSet<Missing>>>;

fn engine(
    loaded: &Loaded,
    project: &Project,
    template: &MessageTemplate,
    data: &serde_json::Value,
    missing: &Holes,
) -> tera::TeraResult<Tera> {
    let mut tera = Tera::new();
    let comments = Delimiters { comment_start: "<#".into(), comment_end: "#>".into(), ..Delimiters::default() };
    tera.set_delimiters(comments)?;
    tera.autoescape_on(["md"]);
    tera.set_escape_fn(|text, out| out.write_all(escape(text).as_bytes()));
    register_filters(&mut tera, loaded, project);
    let words = loaded.words.clone();
    // `{{ issue.identified | moment }}`: a day with its time as the language writes it.
    tera.register_filter("moment", move |text: &str, _: Kwargs, _: &State<'_>| {
        Moment::parse(text).map_or_else(
            |_| text.to_owned(),
            |Moment(at)| format!("{}, {:02}:{:02}", words.date(at.date()), at.hour(), at.minute()),
        )
    });
    let (holes, tree, asks) = (Arc::clone(missing), data.clone(), template.front.asks.clone());
    let id = template.id.clone();
    // `{{ need(path="issue.impact") }}`: a value that must be there.
    tera.register_function("need", move |kwargs: Kwargs, _: &State<'_>| -> tera::TeraResult<Value> {
        let path = kwargs.must_get::<&str>("path")?;
        if let Some(value) = data::look_up(&tree, path) {
            return Ok(Value::from_serializable(value));
        }
        holes.lock().unwrap_or_else(PoisonError::into_inner).insert(data::missing(&tree, &asks, &id, path));
        let is_list = kwargs.get::<bool>("list")?.unwrap_or(false);
        Ok(if is_list { Value::from(Vec::<Value>::new()) } else { Value::from("") })
    });
    let (holes, tree) = (Arc::clone(missing), data.clone());
    // `{{ metrics(of="week") }}`: the metrics with their measured values, all of which must be there.
    tera.register_function("metrics", move |kwargs: Kwargs, _: &State<'_>| -> tera::TeraResult<Value> {
        let of = kwargs.must_get::<&str>("of")?;
        let rows = tree.get("measured").and_then(|measured| measured.get(of)).cloned().unwrap_or_default();
        let mut holes = holes.lock().unwrap_or_else(PoisonError::into_inner);
        holes.extend(data::unmeasured(&rows, of));
        Ok(Value::from_serializable(&rows))
    });
    let text = loaded.sources.text(template.file);
    // Blank lines in place of the front matter: the engine's line numbers are those of the file.
    let before = text.lines().count().saturating_sub(template.body.lines().count());
    tera.add_raw_template("message.md", &format!("{}{}", "\n".repeat(before), template.body))?;
    tera.add_raw_template("subject.txt", template.front.subject.as_str())?;
    Ok(tera)
}

/// The text of a message as a tree. Its places would name no file that anybody wrote.
fn blocks(text: &str) -> Vec<Block> {
    let file = crate::source::Sources::default().add("message", "");
    let mut blocks = markdown::parse(text, file, 0, &mut Vec::new()).blocks;
    // Links of a message leave the message: none leads into the bundle.
    crate::model::text::map_inlines(&mut blocks, &mut |inline| {
        use crate::model::text::{InlineKind, Target};
        inline.span = None;
        if let InlineKind::Link(link) = &mut inline.kind
            && let Target::Written(url) = &link.target
        {
            link.target = Target::External(url.clone());
        }
    });
    blocks
}
