//! `handoff record`: writes down what happened, one small file each.
//!
//! The options of each kind are made from its declaration in `model/records.rs`.

mod ask;
pub(super) mod store;
pub(super) mod text;

use super::terminal::Terminal;
use super::{Outcome, clock, project_root};
use crate::check::review;
use crate::error::{Error, Result};
use crate::finding::suggestion;
use crate::load;
use crate::model::loaded::Loaded;
use crate::model::node::{FieldShape, Scalar, Shape};
use crate::model::records::{KINDS, Kind};
use crate::model::value::{ContactRef, ItemRef};
use crate::pipeline::{self, Options, Silent};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, value_parser};
use std::io::Read;
use std::path::{Path, PathBuf};
use text::Values;

const AFTER_HELP: &str = "\
A record is one small YAML file under records/, named by its day, and never rewritten.
What happened later is another record. On a terminal you are asked for what is missing.
Prints the path of the record.

Examples:
  handoff record session technical-walkthrough --attendees jonas-ek,rasmus-kell --outcome \"All covered\"
  handoff record metric error-rate --value \"0.4 %\" --date 2026-12-04
  handoff record statement rollout-plan.entry --by anna-lind --statement \"The build phase is closed\"
  handoff record review runbook --by rasmus-kell
  handoff record issue --from issue.yaml";

/// What `record` takes.
#[derive(Debug)]
pub(super) struct Args {
    kind: &'static Kind,
    values: Values,
    from: Option<PathBuf>,
    dir: Option<PathBuf>,
}

impl clap::Args for Args {
    fn augment_args(command: Command) -> Command {
        let command = command.after_help(AFTER_HELP).subcommand_required(true).arg_required_else_help(true);
        command.subcommand_value_name("KIND").subcommand_help_heading("Kinds").subcommands(by_hand().map(subcommand))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Args {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let chosen = matches.subcommand();
        let Some((kind, matches)) = chosen.and_then(|(name, rest)| Some((crate::model::records::kind(name)?, rest)))
        else {
            return Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand));
        };
        let mut values = Values::new();
        for field in (kind.shape)().fields {
            let named =
                if kind.named_by.first() == Some(&field.key) { vec![field.key, SUBJECT] } else { vec![field.key] };
            let written = named.iter().filter_map(|id| matches.get_many::<String>(id)).flatten();
            let texts: Vec<String> = written.flat_map(|text| parts(&field.shape, text)).collect();
            if !texts.is_empty() {
                values.insert(field.key, texts);
            }
        }
        let path = |id: &str| matches.get_one::<PathBuf>(id).cloned();
        Ok(Self { kind, values, from: path("from"), dir: path("dir") })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The kinds that people write: the record of a release is written by `handoff release`, which proves it,
/// that of a form that came back by `handoff sign-off`.
fn by_hand() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| !matches!(kind.name, "release" | "sign-off"))
}

/// The name of the argument that says what a record is about, without an option before it.
const SUBJECT: &str = "about what";

/// The command of a kind of record: an option for each of its fields.
fn subcommand(kind: &Kind) -> Command {
    let shape = (kind.shape)();
    let about = shape.doc.split(" (`").next().unwrap_or_default().to_owned();
    let mut command = Command::new(kind.name).about(about);
    for field in &shape.fields {
        let long = field.key.replace('_', "-");
        let option = Arg::new(field.key).long(long).help(field.doc.trim_end_matches('.').to_owned());
        command = command.arg(of_shape(option, &field.shape));
        if kind.named_by.first() == Some(&field.key) {
            let help = format!("The same as --{}", field.key);
            let subject = Arg::new(SUBJECT).value_name(field.key.to_uppercase()).help(help).conflicts_with(field.key);
            command = command.arg(of_shape(subject, &field.shape).index(1));
        }
    }
    let from = Arg::new("from").long("from").value_name("FILE").value_parser(value_parser!(PathBuf));
    let dir = Arg::new("dir").long("dir").value_name("DIR").value_parser(value_parser!(PathBuf));
    command
        .arg(from.help("Take what no option says from a YAML or JSON file with the same keys; `-` is standard input"))
        .arg(dir.help("The project's folder [default: the nearest one upwards with a handoff.yaml]"))
}

/// What an argument takes for a field of a shape.
fn of_shape(argument: Arg, shape: &Shape) -> Arg {
    match shape {
        Shape::List(inner) => of_shape(argument, &inner()).action(ArgAction::Append),
        Shape::Choice(words) => argument.value_parser(PossibleValuesParser::new(words.iter().map(|(word, _)| *word))),
        Shape::Scalar { .. } | Shape::Record(_) => argument,
    }
}

/// The values that one option gives: ids may be joined by commas, texts may hold some.
fn parts(shape: &Shape, text: &str) -> Vec<String> {
    let joined = match shape {
        Shape::List(inner) => {
            matches!(inner(), Shape::Scalar { name, .. } if name == ContactRef::NAME || name == ItemRef::NAME)
        }
        _ => false,
    };
    if joined { text.split(',').map(|part| part.trim().to_owned()).collect() } else { vec![text.to_owned()] }
}

/// Writes the record, unless something is wrong with it.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    let mut values = args.values.clone();
    if let Some(path) = &args.from {
        fill_in(args.kind, &mut values, path)?;
    }
    let mut loaded = prepared(args.kind, &root, &mut values)?;
    clock::readable(loaded.project.as_ref())?;
    let now = clock::now(loaded.project.as_ref());
    values.entry("date").or_insert_with(|| vec![now.date().to_string()]);
    if ask::somebody() {
        ask::ask(&mut loaded, args.kind, &mut values, now)?;
    }
    if let Some(path) = store::write(&mut loaded, args.kind, &values, now)? {
        Terminal::data(&format!("{}\n", root.join(path).display()))?;
        return Ok(Outcome::Clean);
    }
    Terminal::say("nothing was written");
    Ok(Outcome::Blocked)
}

/// Takes what no option says from a file.
fn fill_in(kind: &Kind, values: &mut Values, path: &Path) -> Result<()> {
    let fields = (kind.shape)().fields;
    for (key, texts) in load::values(path, &read(path)?)? {
        let known = |field: &&FieldShape| field.key == key || field.key.replace('_', "-") == key;
        let Some(field) = fields.iter().find(known) else {
            let error =
                Error::new("the values cannot be used").path(path).why(format!("a {} has no `{key}`", kind.name));
            let keys: Vec<_> = fields.iter().map(|field| field.key).collect();
            return Err(match suggestion(&key, keys.iter().copied()) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("known here: {}", keys.join(", "))),
            });
        };
        values.entry(field.key).or_insert(texts);
    }
    Ok(())
}

/// The text of a file, or of standard input.
#[expect(clippy::disallowed_methods, reason = "the file was named on the command line and is no part of the project")]
pub(super) fn read(path: &Path) -> Result<String> {
    let what = "the values cannot be read";
    if path != Path::new("-") {
        return std::fs::read_to_string(path).map_err(|error| Error::io(what, path, &error));
    }
    let mut text = String::new();
    let read = std::io::stdin().lock().read_to_string(&mut text);
    read.map_err(|error| Error::new("standard input cannot be read").why(error.to_string()))?;
    Ok(text)
}

/// The project, and what follows from it for the record: the kind of a planned session, the fingerprint
/// of a document, the audience of a message.
fn prepared(kind: &Kind, root: &Path, values: &mut Values) -> Result<Loaded> {
    let first =
        |values: &Values, key: &str| values.get(key).and_then(|texts| texts.first()).cloned().unwrap_or_default();
    if kind.name == "review" {
        let options = Options::default();
        let inspected = pipeline::inspect(root, &options, &Silent)?;
        values.entry("opinion").or_insert_with(|| vec!["approved".to_owned()]);
        if let Some(document) = inspected.dossier.document(&first(values, "document")) {
            let content = review::fingerprint(document)?;
            values.entry("content").or_insert_with(|| vec![content]);
        }
        return Ok(inspected.loaded);
    }
    let loaded = load::load(root)?;
    match kind.name {
        "session" => {
            let id = first(values, "session");
            let sessions = loaded.project.iter().flat_map(|project| &project.transfer).flat_map(|plan| &plan.sessions);
            if let Some(plan) = sessions.into_iter().find(|plan| plan.id.as_str() == id) {
                values.entry("kind").or_insert_with(|| vec![plan.kind.as_str().to_owned()]);
            }
        }
        "message" => {
            if let Some(template) = loaded.messages.get(&first(values, "message")) {
                values.entry("audiences").or_insert_with(|| vec![template.front.audience.as_str().to_owned()]);
            }
        }
        _ => {}
    }
    Ok(loaded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[&str]) -> std::result::Result<Args, clap::Error> {
        let command = <Args as clap::Args>::augment_args(Command::new("record"));
        Args::from_arg_matches(&command.try_get_matches_from([&["record"], line].concat())?)
    }

    #[test]
    fn every_field_is_an_option() {
        let line = ["session", "walk", "--attendees", "a,b", "--attendees", "c", "--open-questions", "One, two?"];
        let args = parse(&line).expect("well formed");
        assert_eq!(args.kind.name, "session");
        assert_eq!(args.values["session"], ["walk"]);
        assert_eq!(args.values["attendees"], ["a", "b", "c"], "ids may be joined by commas");
        assert_eq!(args.values["open_questions"], ["One, two?"], "texts may hold commas");
    }

    #[test]
    fn words_are_limited_and_subjects_said_once() {
        assert!(parse(&["gate", "pilto"]).expect_err("no stage").to_string().contains("pilot"));
        assert!(parse(&["gate", "pilot", "--stage", "ga"]).is_err());
        assert!(parse(&["gates"]).expect_err("no kind").to_string().contains("gate"));
    }
}
