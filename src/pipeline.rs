//! The stages in order, and nothing else: load, compose, check, render, seal.

use crate::bundle::{self, Bundle, Origin};
use crate::compare::{self, Edition};
use crate::compose::{Composer, Templates};
use crate::content::Shelf;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::load::Unsaved;
use crate::model::answers::Answers;
use crate::model::document::{Document, Dossier};
use crate::model::loaded::Loaded;
use crate::model::memory::Memory;
use crate::model::project::{Format, Stage};
use crate::model::report::Report;
use crate::render::Workshop;
use crate::render::single::Remarks;
use crate::theme::Theme;
use crate::{check, load, online, render, report};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

/// The report for programs, in the bundle.
const COMPLETENESS: &str = "completeness.json";

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The stage whose items are judged; the project's current one if absent.
    pub stage: Option<Stage>,
    /// The checklist, by its id; the project's own choice if absent.
    pub checklist: Option<String>,
    /// The formats of the bundle; those of the project file if empty.
    pub formats: Vec<Format>,
    /// The git revision that the project is at, if it is under version control.
    pub origin: Option<Origin>,
    /// The edition that the bundle is compared with: it gets bars for what changed.
    pub since: Option<Edition>,
    /// Texts that are read as if they were written already, by path from the project's root.
    pub pending: Unsaved,
    /// How external links are asked whether they are there; not at all if absent.
    pub online: Option<online::Settings>,
    /// The memory of what was made before; nothing is remembered if absent.
    pub memory: Option<Arc<dyn Memory>>,
    /// How many things are done at once; as many as there are cores if absent.
    pub jobs: Option<NonZeroUsize>,
    /// Whether nothing but the report is wanted: the documents that are made from it are left empty then.
    pub report_only: bool,
}

impl Options {
    /// What the check is to judge, with what was heard from external links.
    #[must_use]
    pub fn check(&self, answers: Option<Answers>) -> check::Options {
        check::Options { stage: self.stage, checklist: self.checklist.clone(), answers }
    }
}

/// Is told what is being done.
pub trait Progress: Sync {
    /// A stage begins; `total` is the number of its steps, if that is known.
    fn stage(&self, name: &str, total: Option<usize>);
    /// A step of the stage is done.
    fn step(&self, what: &str);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str, _: Option<usize>) {}
    fn step(&self, _: &str) {}
}

/// A project, read, composed and checked.
#[derive(Debug)]
pub struct Inspected {
    /// What was read.
    pub loaded: Loaded,
    /// The templates.
    pub theme: Theme,
    /// The documents.
    pub dossier: Dossier,
    /// The result of the check.
    pub report: Report,
    /// What of it may enter the bundle.
    shown: Report,
    /// The templates of the documents, read once.
    templates: Option<Templates>,
}

/// A bundle, sealed, with what rendering it found.
#[derive(Debug)]
pub struct Produced {
    /// The bundle.
    pub bundle: Bundle,
    /// How many pages its PDFs have, the binder not counted.
    pub pages: usize,
    /// What could not be shown as it was written.
    pub findings: Vec<Finding>,
}

/// Reads, composes and checks a project.
///
/// # Errors
/// If the project cannot be read, or a template cannot be filled.
pub fn inspect(root: &Path, options: &Options, progress: &dyn Progress) -> Result<Inspected> {
    progress.stage("Reading", None);
    inspect_unsaved(root, &options.pending, options, progress)
}

/// As [`inspect`], of a project as an editor shows it: texts that are not saved yet go before the files.
///
/// # Errors
/// As [`inspect`].
pub fn inspect_unsaved(
    root: &Path,
    unsaved: &Unsaved,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Inspected> {
    examine(load::load_unsaved(root, unsaved)?, options, progress)
}

/// Composes and checks what was read.
fn examine(mut loaded: Loaded, options: &Options, progress: &dyn Progress) -> Result<Inspected> {
    let theme = Theme::new(std::mem::take(&mut loaded.theme_files));
    progress.stage("Composing", None);
    let composer = Composer::new(&loaded)?;
    let mut dossier = composer.as_ref().map_or_else(|| Ok(Dossier::default()), Composer::compose)?;
    let answers = options.online.as_ref().map(|settings| ask(&loaded, settings, progress));
    progress.stage("Checking", None);
    let (report, secrets) = check::check_and_find_secrets(&loaded, &dossier, &options.check(answers));
    let shown = for_client(&report, &dossier);
    // What is wrong with one's own templates is told in any case.
    if let Some(composer) = composer.as_ref().filter(|composer| !options.report_only || composer.finishes_own()) {
        composer.finish(&mut dossier, &shown)?;
    }
    let templates = composer.as_ref().map(Composer::templates);
    check::redact(&mut loaded, secrets);
    Ok(Inspected { loaded, theme, dossier, report, shown, templates })
}

/// Asks the external links of a project whether they are there.
fn ask(loaded: &Loaded, settings: &online::Settings, progress: &dyn Progress) -> Answers {
    let links = check::external::links(loaded);
    progress.stage("Asking", Some(links.len()));
    online::ask(links.iter().map(|(url, _)| url.as_str()), settings, &|url| progress.step(url))
}

/// Renders and seals the bundle of a project that was inspected.
///
/// # Errors
/// If the project file could not be read, a file cannot be read any more, or a template is wrong.
pub fn produce(inspected: &Inspected, options: &Options, progress: &dyn Progress) -> Result<Produced> {
    let Inspected { loaded, theme, shown: report, .. } = inspected;
    let Some(project) = &loaded.project else {
        return Err(Error::new("there is no project to build").help("mend what is wrong with `handoff.yaml` first"));
    };
    let marks = match &options.since {
        Some(since) => Some((since, edition(inspected, options)?)),
        None => None,
    };
    let dossier = &marked(inspected, marks.as_ref());
    let formats = formats(options, project.output.as_ref());
    progress.stage("Rendering", Some(render::steps(project, dossier, &formats)));
    let files = files(inspected)?;
    let workshop = Workshop::new(options.memory.clone(), options.jobs);
    let composer = Composer::with(loaded, inspected.templates.as_ref())?;
    let input = render::Input {
        loaded,
        project,
        theme,
        dossier,
        report,
        files: &files,
        with_pages: &|pages| {
            let mut dossier = dossier.clone();
            if let Some(composer) = &composer {
                composer.settle(&mut dossier, report, pages)?;
            }
            if let Some((old, new)) = &marks {
                compare::mark(&mut dossier, old, new);
            }
            Ok(dossier)
        },
        with_printed: &|dossier, printed| {
            let mut dossier = dossier.clone();
            if let Some(composer) = &composer {
                composer.register(&mut dossier, printed)?;
            }
            Ok(dossier)
        },
        formats: &formats,
        workshop: &workshop,
        shelf: &Shelf::default(),
        step: &|what| progress.step(what),
    };
    let rendered = render::render(&input)?;
    let complete = rendered.settled.as_ref().unwrap_or(dossier);
    progress.stage("Sealing", None);
    let mut bundle = Bundle::new(format!("{}-{}", project.project.id, project.release.version), rendered.files)?;
    let completeness = report::json::write(report, &loaded.sources, &report::Style::default());
    bundle.add(COMPLETENESS, completeness.into_bytes())?;
    let digest = bundle::content_digest(&bundle);
    if let Some(form) = render::form(&input, rendered.form.as_ref(), &digest)? {
        bundle.add(bundle::FORM, form)?;
    }
    let mut facts = bundle::Facts::new(project, complete, &rendered.pages);
    facts.origin.clone_from(&options.origin);
    for (document, facts) in complete.delivered().zip(&mut facts.documents) {
        facts.content = check::review::fingerprint(document)?;
    }
    bundle::seal(&mut bundle, &facts)?;
    Ok(Produced { bundle, pages: rendered.pages.values().sum(), findings: rendered.findings })
}

/// The edition of a delivery that a project makes now. No PDF is needed for it.
///
/// # Errors
/// As [`produce`].
pub fn edition(inspected: &Inspected, options: &Options) -> Result<Edition> {
    let formats = vec![Format::Markdown, Format::Html];
    let options = Options { formats, since: None, ..options.clone() };
    Edition::read(&produce(inspected, &options, &Silent)?.bundle.into_files()?)
}

/// The documents, with marks for what changed since the edition that they are compared with, and the
/// document that tells it.
fn marked(inspected: &Inspected, marks: Option<&(&Edition, Edition)>) -> Dossier {
    let mut dossier = inspected.dossier.clone();
    let Some((since, now)) = marks else { return dossier };
    compare::mark(&mut dossier, since, now);
    let (title, blocks) = compare::tell(&compare::compare(since, now), &inspected.loaded.words);
    let last = dossier.delivered().last();
    let document = Document {
        kind: compare::KIND.to_owned(),
        number: String::new(),
        position: dossier.documents.len() + 1,
        title,
        summary: String::new(),
        audience: last.map(|last| last.audience.clone()).unwrap_or_default(),
        group: last.map(|last| last.group.clone()).unwrap_or_default(),
        stage: Stage::Close,
        internal: false,
        derived: true,
        late: false,
        after_layout: false,
        blocks,
        footnotes: Vec::new(),
        fragments: Vec::new(),
        shown: Vec::new(),
        covers: Vec::new(),
    };
    dossier.documents.push(document.into());
    dossier
}

/// The files of a project that its documents show or link to, by path from its root.
///
/// # Errors
/// If one cannot be read any more.
pub fn files(inspected: &Inspected) -> Result<BTreeMap<String, Vec<u8>>> {
    let loaded = &inspected.loaded;
    let mut files = load::read_files(&loaded.root, loaded.files.iter().map(String::as_str))?;
    let pending = loaded.pending.iter().filter(|(path, _)| files.contains_key(*path)).collect::<Vec<_>>();
    files.extend(loaded.shared.pictures.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
    files.extend(pending.into_iter().map(|(path, text)| (path.clone(), text.as_bytes().to_vec())));
    Ok(files)
}

/// Renders one file of the bundle of a project that was inspected, by its path there, and internal
/// documents as pages too; `None` if there is no such file.
///
/// # Errors
/// If a template is wrong, or a PDF cannot be made.
pub fn single(
    inspected: &Inspected,
    files: &BTreeMap<String, Vec<u8>>,
    path: &str,
    remarks: &Remarks<'_>,
    workshop: &Workshop,
) -> Result<Option<Vec<u8>>> {
    let Inspected { loaded, theme, dossier, shown: report, .. } = inspected;
    let Some(project) = &loaded.project else { return Ok(None) };
    if path == COMPLETENESS {
        return Ok(Some(report::json::write(report, &loaded.sources, &report::Style::default()).into_bytes()));
    }
    let input = render::Input {
        loaded,
        project,
        theme,
        dossier,
        report,
        files,
        with_pages: &|_| Ok(dossier.clone()),
        with_printed: &|dossier, _| Ok(dossier.clone()),
        formats: Format::ALL,
        workshop,
        shelf: &Shelf::default(),
        step: &|_| {},
    };
    render::single::file(&input, path, remarks)
}

/// What of a report may enter the bundle.
fn for_client(report: &Report, dossier: &Dossier) -> Report {
    let internal = dossier.documents.iter().filter(|document| document.internal);
    report.without_internal(&internal.flat_map(|document| document.fragments.iter().copied()).collect())
}

/// The formats that are asked for: on the command line, else in the project file, else all.
fn formats(options: &Options, output: Option<&crate::model::project::Output>) -> Vec<Format> {
    let of_project = || output.iter().flat_map(|output| output.formats.iter().map(|format| format.value)).collect();
    let wanted: BTreeSet<Format> =
        if options.formats.is_empty() { of_project() } else { options.formats.iter().copied().collect() };
    if wanted.is_empty() { Format::ALL.to_vec() } else { wanted.into_iter().collect() }
}
