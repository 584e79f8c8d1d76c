//! The stages in order, and nothing else: load, compose, check, render, seal.

use crate::bundle::{self, Bundle};
use crate::compose::Composer;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::model::answers::Answers;
use crate::model::document::Dossier;
use crate::model::loaded::Loaded;
use crate::model::project::{Format, Stage};
use crate::model::report::Report;
use crate::theme::Theme;
use crate::{check, load, online, render, report};
use std::collections::BTreeSet;
use std::path::Path;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The stage whose items are judged; the project's current one if absent.
    pub stage: Option<Stage>,
    /// The checklist, by its id; the project's own choice if absent.
    pub checklist: Option<String>,
    /// The formats of the bundle; those of the project file if empty.
    pub formats: Vec<Format>,
    /// How external links are asked whether they are there; not at all if absent.
    pub online: Option<online::Settings>,
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
    let mut loaded = load::load(root)?;
    let theme = Theme::new(std::mem::take(&mut loaded.theme_files));
    progress.stage("Composing", None);
    let composer = Composer::new(&loaded)?;
    let mut dossier = composer.as_ref().map_or_else(|| Ok(Dossier::default()), Composer::compose)?;
    let answers = options.online.as_ref().map(|settings| ask(&loaded, settings, progress));
    progress.stage("Checking", None);
    let report = check::check(&loaded, &dossier, &options.check(answers));
    let shown = for_client(&report, &dossier);
    if let Some(composer) = composer {
        composer.finish(&mut dossier, &shown)?;
    }
    check::redact(&mut loaded);
    Ok(Inspected { loaded, theme, dossier, report, shown })
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
    let Inspected { loaded, theme, dossier, shown: report, .. } = inspected;
    let Some(project) = &loaded.project else {
        return Err(Error::new("there is no project to build").help("mend what is wrong with `handoff.yaml` first"));
    };
    let formats = formats(options, project.output.as_ref());
    progress.stage("Rendering", Some(render::steps(dossier, &formats)));
    let files = load::read_files(&loaded.root, loaded.files.iter().map(String::as_str))?;
    let input = render::Input {
        loaded,
        project,
        theme,
        dossier,
        report,
        files,
        formats: &formats,
        step: &|what| progress.step(what),
    };
    let rendered = render::render(&input)?;
    progress.stage("Sealing", None);
    let mut bundle = Bundle::new(format!("{}-{}", project.project.id, project.release.version), rendered.files)?;
    let completeness = report::json::write(report, &loaded.sources, &report::Style::default());
    bundle.add("completeness.json", completeness.into_bytes())?;
    let digest = bundle::content_digest(&bundle);
    if let Some(form) = render::form(&input, &digest)? {
        bundle.add(bundle::FORM, form)?;
    }
    let facts = bundle::Facts::new(project, dossier, &rendered.pages);
    bundle::seal(&mut bundle, &facts)?;
    Ok(Produced { bundle, pages: rendered.pages.values().sum(), findings: rendered.findings })
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
