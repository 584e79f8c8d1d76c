//! A project as it was at one moment, and what has been made of it so far.

use super::answer::Answer;
use super::editor::Editor;
use super::frame::{self, FOLDER};
use super::overview::Overview;
use super::{Settings, places};
use crate::check::{self, rules};
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::model::loaded::Loaded;
use crate::pipeline::{self, Inspected, Silent};
use crate::render::single::Remarks;
use crate::render::status;
use crate::source::Span;
use crate::theme::Theme;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A project at one moment.
pub(super) struct Snapshot {
    /// Grows with every change.
    pub(super) number: u64,
    project: std::result::Result<Read, String>,
    /// What was asked for already, by path.
    made: Mutex<BTreeMap<String, Answer>>,
}

/// A project that could be read.
struct Read {
    inspected: Inspected,
    /// The kind of the document that each finding of the report is about.
    homes: Vec<Option<String>>,
    /// The files that documents show.
    files: OnceLock<std::result::Result<BTreeMap<String, Vec<u8>>, String>>,
}

impl Snapshot {
    /// Reads, composes and checks the project.
    pub(super) fn take(settings: &Settings, number: u64) -> Self {
        let project = pipeline::inspect(&settings.root, &settings.options, &Silent);
        let read = |inspected: Inspected| {
            let homes = inspected.report.findings.iter().map(|finding| places::document(finding, &inspected)).collect();
            Read { inspected, homes, files: OnceLock::new() }
        };
        Self { number, project: project.map(read).map_err(|error| error.to_string()), made: Mutex::default() }
    }

    /// What was read, if it could be.
    pub(super) fn loaded(&self) -> Option<&Loaded> {
        self.project.as_ref().ok().map(|read| &read.inspected.loaded)
    }

    /// What the project is like, in a line.
    pub(super) fn summary(&self) -> String {
        match &self.project {
            Ok(read) => super::overview::counted(&read.inspected.report.findings),
            Err(error) => error.clone(),
        }
    }

    /// What a browser gets for a path, which begins behind the first `/`.
    pub(super) fn get(&self, path: &str, settings: &Settings) -> Answer {
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = made().get(path) {
            return answer.clone();
        }
        let answer = self.make(path, settings);
        made().insert(path.to_owned(), answer.clone());
        answer
    }

    fn make(&self, path: &str, settings: &Settings) -> Answer {
        if let Some(name @ ("style.css" | "script.js")) = path.strip_prefix(FOLDER) {
            let file = self.theme().get(&format!("{FOLDER}{name}")).map(std::borrow::Cow::into_owned);
            return Answer::file(path, file.unwrap_or_default());
        }
        let made = match &self.project {
            Ok(read) => read.make(path, settings),
            Err(error) => Ok(Made::Page(500, Overview::stopped(error))),
        };
        let framed = match made {
            Ok(Made::File(bytes)) => return Answer::file(path, bytes),
            Ok(Made::Page(status, page)) => (status, page),
            Err(error) => (500, Overview::stopped(&error.to_string())),
        };
        Answer::page(framed.0, frame::around(&framed.1, &self.news()))
    }

    /// The state of the project, as the bar of every page tells it.
    fn news(&self) -> String {
        match &self.project {
            Ok(read) => frame::counts(&read.inspected.report.findings),
            Err(_) => "<a class=\"error\" href=\"/preview/\">cannot be read</a>".to_owned(),
        }
    }

    fn theme(&self) -> Theme {
        self.project.as_ref().map(|read| read.inspected.theme.clone()).unwrap_or_default()
    }
}

/// What was made for a path.
enum Made {
    /// A file as the bundle has it.
    File(Vec<u8>),
    /// A page, which gets a bar; with its status code.
    Page(u16, String),
}

impl Read {
    fn make(&self, path: &str, settings: &Settings) -> Result<Made> {
        let overview = Overview::new(&self.inspected, &self.homes, settings);
        let path = if path.is_empty() { "index.html" } else { path };
        if let Some(own) = path.strip_prefix(FOLDER) {
            return match own {
                "" => Ok(Made::Page(200, overview.page(None)?)),
                "status" if self.inspected.loaded.project.is_some() => {
                    self.status(settings).map(|page| Made::Page(200, page))
                }
                rule => match rule.strip_prefix("rules/").and_then(|rule| Some((rule, rules::page(rule)?))) {
                    Some((rule, page)) => Ok(Made::Page(200, overview.rule(rule, page)?)),
                    None => Ok(Made::Page(404, overview.page(Some("There is no such page."))?)),
                },
            };
        }
        if self.inspected.loaded.project.is_none() {
            let why = "The project cannot be read before what is shown below is mended.";
            return Ok(Made::Page(200, overview.page(Some(why))?));
        }
        let is_page = Path::new(path).extension().is_some_and(|ending| ending == "html");
        match self.single(path, settings)? {
            Some(bytes) if is_page => Ok(Made::Page(200, String::from_utf8_lossy(&bytes).into_owned())),
            Some(bytes) => Ok(Made::File(bytes)),
            None if SEALED.contains(&path) => {
                let why = format!("`{path}` is made when a bundle is sealed: by `handoff build`.");
                Ok(Made::Page(404, overview.page(Some(&why))?))
            }
            None => Ok(Made::Page(404, overview.page(Some(&format!("There is no `{path}` in the bundle.")))?)),
        }
    }

    /// A file of the bundle; pages with what is wrong, at its place.
    fn single(&self, path: &str, settings: &Settings) -> Result<Option<Vec<u8>>> {
        let files = self.files.get_or_init(|| pipeline::files(&self.inspected).map_err(|error| error.to_string()));
        let files = files.as_ref().map_err(|error| Error::new(error.clone()))?;
        let findings = &self.inspected.report.findings;
        let about = |kind: &str| {
            let homes = findings.iter().zip(&self.homes);
            homes.filter(|(_, home)| home.as_deref() == Some(kind)).map(|(finding, _)| finding).collect()
        };
        let write = |finding: &Finding| {
            let number = findings.iter().position(|other| std::ptr::eq(other, finding));
            let id = number.map_or_else(|| format!("handoff-{}", finding.rule), anchor);
            let place = finding.span().map(|span| place(span, &self.inspected.loaded, &settings.editor));
            frame::remark(finding, &id, place.as_ref().map(|(name, link)| (name.as_str(), link.as_deref())))
        };
        pipeline::single(&self.inspected, files, path, &Remarks { about: &about, write: &write }, &settings.workshop)
    }

    fn status(&self, settings: &Settings) -> Result<String> {
        let Inspected { loaded, theme, dossier, .. } = &self.inspected;
        let today = (settings.today)(loaded.project.as_ref());
        let standing = check::status::survey(loaded, dossier, &settings.options.check(None), today);
        let standing = standing.ok_or_else(|| Error::new("the project cannot be read"))?;
        status::page(&standing, loaded, theme)
    }
}

/// The files that only a sealed bundle has.
const SEALED: [&str; 2] = ["manifest.json", "SHA256SUMS"];

/// The anchor of a finding on the page of its document, by its number in the report.
pub(super) fn anchor(number: usize) -> String {
    format!("handoff-finding-{}", number + 1)
}

/// A place as people name it, and the link that opens it; none for what is built in.
pub(super) fn place(span: Span, loaded: &Loaded, editor: &Editor) -> (String, Option<String>) {
    let (path, at) = (loaded.sources.path(span.file), loaded.sources.position(span));
    let name = format!("{path}:{}:{}", at.line, at.column);
    let link = || editor.link(&loaded.root.join(path).to_string_lossy(), at);
    (name, if path.starts_with("built-in/") { None } else { link() })
}
