//! `handoff init --from`: a project file made from what a repository already has.

use super::write;
use crate::cli::clock;
use crate::cli::terminal::{BOLD, CYAN, DIM, GREEN, Terminal, YELLOW, paint};
use crate::cli::{Outcome, count};
use crate::error::{Error, Result};
use crate::finding::Level;
use crate::load;
use crate::model::loaded::DELIVERY;
use crate::model::report::{Coverage, ItemCoverage, Report};
use crate::pipeline::{self, Options, Silent};
use crate::survey::write::{Answers, Place, project_file};
use crate::survey::{self, Confidence, Survey};
use std::fmt::Write as _;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

/// The folder of a project that begins beside other things in a repository.
const FOLDER: &str = "handoff";
/// What the new project ignores: bundles.
const IGNORED: &str = "# What `handoff build` writes.\n/dist/\n";

/// Looks at the repository, writes the project file, and says what was found.
pub(super) fn run(repository: &Path, dir: Option<&Path>, terminal: &Terminal) -> Result<Outcome> {
    let root = repository.canonicalize().map_err(|error| {
        Error::io("the repository cannot be read", repository, &error).help("name the folder of a repository")
    })?;
    let (folder, up) = place(&root, dir)?;
    let file = folder.join(load::PROJECT_FILE);
    if file.exists() {
        return Err(Error::new("the project was not written")
            .path(&file)
            .why("this file is there already")
            .help("name another folder, or add single documents to this project with `handoff new`"));
    }
    let (checklists, _) = load::built_in();
    let checklist = checklists.iter().find(|checklist| checklist.id.as_str() == DELIVERY);
    let survey = survey::survey(&root, checklist)?;
    terminal.mention(&found(&survey));
    let answers = ask()?;
    let name = survey.identity.name.as_ref().map(|(name, _)| super::id(name)).filter(|id| id != "product");
    let own = root.file_name().map(|name| super::id(&name.to_string_lossy())).unwrap_or_default();
    let id = name.unwrap_or(own);
    let today = clock::today(None, None);
    let text = project_file(&survey, &answers, Place { id: &id, up: &up, today });
    write(&file, &text)?;
    crate::cli::schema::name_project(&folder)?;
    let ignored = folder.join(".gitignore");
    if !ignored.exists() && folder != root {
        write(&ignored, IGNORED)?;
    }
    terminal.mention(&judged(&survey, &folder)?);
    let shown = shorter(&folder);
    terminal.mention(&format!(
        "{} {} and its schema for editors, and nothing else was changed\n  fill in what stands in [brackets]; `handoff new KIND` adds a document\n  \
         `handoff build {shown}` makes the bundle, today as a draft",
        paint(GREEN, "wrote"),
        paint(BOLD, &format!("{shown}/{}", load::PROJECT_FILE)),
    ));
    Terminal::data(&format!("{shown}\n"))?;
    Ok(Outcome::Clean)
}

/// Where the project file goes, and what leads from there to the root of the repository.
fn place(root: &Path, dir: Option<&Path>) -> Result<(PathBuf, String)> {
    let is_git = root.ancestors().any(|folder| folder.join(".git").exists());
    let folder = match dir {
        Some(dir) => plain(&super::absolute(dir)?),
        None if is_git => root.join(FOLDER),
        None => root.to_path_buf(),
    };
    let Ok(below) = folder.strip_prefix(root) else {
        return Err(Error::new("the project was not written")
            .path(&folder)
            .why("it lies outside of the repository, and documents are used from where they are")
            .help("name a folder inside the repository, or leave it out"));
    };
    let depth = below.components().count();
    if depth > 0 && !is_git {
        return Err(Error::new("the project was not written")
            .path(&folder)
            .why("files above the folder of a project can only be used inside a git repository")
            .help(format!("run `git init` in {} first, or name that folder itself", root.display())));
    }
    Ok((folder, "../".repeat(depth)))
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    use std::path::Component;
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
        plain
    })
}

/// A path as one would type it from here, where that is possible.
#[expect(clippy::disallowed_methods, reason = "where the user stands is asked here, once")]
fn shorter(folder: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let below = here.ok().and_then(|here| folder.strip_prefix(here).ok().map(Path::to_path_buf));
    match below {
        Some(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Some(below) => below.display().to_string(),
        None => folder.display().to_string(),
    }
}

/// Asks on a terminal for what no repository tells; nothing is asked where nobody answers.
fn ask() -> Result<Answers> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(Answers::default());
    }
    Terminal::say(&paint(DIM, "Four things that no repository tells; an empty answer leaves a blank."));
    Ok(Answers {
        supplier: question("Who delivers (your company)?")?,
        client: question("To whom (the client)?")?,
        manager: question("Who answers for the delivery (a name)?")?,
        email: email()?,
    })
}

fn email() -> Result<Option<String>> {
    use crate::model::node::Scalar;
    loop {
        let Some(answer) = question("Their e-mail address?")? else { return Ok(None) };
        match crate::model::value::Email::parse(&answer) {
            Ok(_) => return Ok(Some(answer)),
            Err(why) => Terminal::say(&format!("{} {why}", paint(YELLOW, "no:"))),
        }
    }
}

fn question(text: &str) -> Result<Option<String>> {
    Terminal::say(&paint(BOLD, text));
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Error::new("the answer cannot be read").why(error.to_string()))?;
    Ok(Some(line.trim().to_owned()).filter(|answer| !answer.is_empty()))
}

/// What was found, and what was guessed.
fn found(survey: &Survey) -> String {
    let mut out = String::new();
    let layout = if survey.layout.is_empty() { String::new() } else { format!(": {}", survey.layout.join(", ")) };
    let _ = writeln!(out, "{}{layout}", paint(GREEN, "found"));
    let mut row = |what: &str, text: &str| {
        let _ = writeln!(out, "  {what:<18} {text}");
    };
    let identity = &survey.identity;
    for (what, fact) in [("name", &identity.name), ("version", &identity.version), ("repository", &identity.repository)]
    {
        if let Some((value, path)) = fact {
            row(what, &format!("{value} ({path})"));
        }
    }
    for source in survey.sources.iter().filter(|source| source.confidence == Confidence::Sure) {
        row(&source.kind, &source.path);
    }
    let mut several = |what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            row(what, &names.join(", "));
        }
    };
    several("built with", survey.parts.iter().map(|part| part.path.as_str()).collect());
    several("people", survey.people.iter().map(|person| person.written.as_str()).collect());
    several("services", survey.services.iter().map(|service| service.name.as_str()).collect());
    several("settings", survey.variables.iter().map(|variable| variable.name.as_str()).collect());
    several("alerts", survey.alerts.iter().map(|alert| alert.name.as_str()).collect());
    let guessed = guesses(survey);
    if !guessed.is_empty() {
        let _ = writeln!(out, "{}", paint(CYAN, "guessed"));
        guessed.iter().for_each(|(what, text)| {
            let _ = writeln!(out, "  {what:<18} {text}");
        });
    }
    if !survey.others.is_empty() {
        let _ =
            writeln!(out, "{} (no kind of document fits)\n  {}", paint(YELLOW, "left alone"), survey.others.join(", "));
    }
    out
}

fn guesses(survey: &Survey) -> Vec<(String, String)> {
    let sources = survey.sources.iter().filter(|source| source.confidence != Confidence::Sure);
    let sources = sources.map(|source| {
        (source.kind.clone(), format!("{} ({}: {})", source.path, source.confidence.as_str(), source.why))
    });
    let sections = survey.sections.iter().filter(|section| section.confidence != Confidence::Sure).map(|section| {
        (section.item.clone(), format!("{}, “{}” ({})", section.path, section.heading, section.confidence.as_str()))
    });
    let traits =
        survey.traits().into_iter().map(|(which, why)| (format!("trait {which}"), format!("because of {why}")));
    sources.chain(traits).chain(sections).collect()
}

/// What the check says about the new project: what it has, and what is missing.
fn judged(survey: &Survey, folder: &Path) -> Result<String> {
    let inspected = pipeline::inspect(folder, &Options::default(), &Silent)?;
    let mut out = String::new();
    let Some(coverage) = &inspected.report.coverage else { return Ok(out) };
    let met: Vec<&str> =
        coverage.items.iter().filter(|item| !item.evidence.is_empty()).map(|item| item.id.as_str()).collect();
    if !met.is_empty() {
        let _ = writeln!(out, "{} of the checklist, already there: {}", paint(GREEN, "items"), met.join(", "));
    }
    let _ = writeln!(out, "{}", paint(YELLOW, "missing"));
    missing(&mut out, survey, coverage);
    let _ = writeln!(out, "  {}; `handoff check {}` tells each", blanks(&inspected.report), shorter(folder));
    Ok(out)
}

/// How much of each document is not there yet.
fn missing(out: &mut String, survey: &Survey, coverage: &Coverage) {
    for items in coverage.items.chunk_by(|one, other| one.document == other.document) {
        let lacks =
            |item: &&ItemCoverage| item.evidence.is_empty() && item.state != crate::model::report::State::NotApplicable;
        let lacking: Vec<&str> = items
            .iter()
            .filter(lacks)
            .map(|item| item.id.split_once('.').map_or(item.id.as_str(), |(_, short)| short))
            .collect();
        if lacking.is_empty() {
            continue;
        }
        let kind = &items[0].document;
        let what = if survey.sources.iter().any(|source| source.kind == *kind) {
            lacking.join(", ")
        } else {
            "all of it".into()
        };
        let _ = writeln!(out, "  {kind:<18} {} of {}: {what}", lacking.len(), items.len());
    }
}

fn blanks(report: &Report) -> String {
    count(report.count(Level::Error), "finding blocks", "findings block")
}
