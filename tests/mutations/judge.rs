//! Checks the example with a defect in it, and tells what was missed and what was noise.

#[path = "../support/mod.rs"]
mod support;

use crate::change::{changed, lines_of};
use crate::example;
use crate::table::Defect;
use handoff::check::review::fingerprint;
use handoff::finding::Finding;
use handoff::load::Unsaved;
use handoff::pipeline::{Inspected, Options, Silent, inspect_unsaved};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What became of a defect.
#[derive(Debug)]
pub(crate) struct Verdict<'d> {
    pub(crate) defect: &'d Defect,
    /// Why it could not be made.
    pub(crate) trouble: Option<String>,
    /// The rules that found nothing, or not where they should have.
    pub(crate) missed: Vec<String>,
    /// How many findings are the wanted ones and their consequences.
    pub(crate) related: usize,
    /// Findings that have nothing to do with it.
    pub(crate) noise: Vec<String>,
    /// Everything that was found.
    pub(crate) found: Vec<String>,
}

impl Verdict<'_> {
    /// Whether everything was found that had to be found.
    pub(crate) fn is_seen(&self) -> bool {
        self.trouble.is_none() && self.missed.is_empty()
    }
}

/// The fingerprints of the documents, by kind.
pub(crate) fn fingerprints(inspected: &Inspected) -> BTreeMap<String, String> {
    let documents = inspected.dossier.documents.iter();
    documents.filter_map(|document| Some((document.kind.clone(), fingerprint(document).ok()?))).collect()
}

/// Checks the example with a defect.
pub(crate) fn judge<'d>(defect: &'d Defect, sound: &BTreeMap<String, String>) -> Verdict<'d> {
    let mut verdict =
        Verdict { defect, trouble: None, missed: Vec::new(), related: 0, noise: Vec::new(), found: Vec::new() };
    let inspected = match with_defect(defect) {
        Ok(inspected) => inspected,
        Err(why) => {
            verdict.trouble = Some(why);
            return verdict;
        }
    };
    let findings = &inspected.report.findings;
    verdict.found = findings.iter().map(|finding| told(&inspected, finding)).collect();
    for (index, rule) in defect.finds.0.iter().enumerate() {
        let at_place = |finding: &&Finding| index > 0 || is_at_place(defect, &inspected, finding);
        if !findings.iter().filter(|finding| finding.rule == rule).any(|finding| at_place(&finding)) {
            verdict.missed.push(rule.clone());
        }
    }
    let now = fingerprints(&inspected);
    for finding in findings {
        let named = defect.finds.0.iter().chain(&defect.also.0).any(|rule| rule == finding.rule);
        if named || is_stale(finding, sound, &now) {
            verdict.related += 1;
        } else {
            verdict.noise.push(told(&inspected, finding));
        }
    }
    verdict
}

/// Whether a finding only says that a document has changed which somebody had approved.
fn is_stale(finding: &Finding, sound: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> bool {
    let document = finding.message.split('`').nth(1).unwrap_or_default();
    finding.rule == "stale-review" && sound.get(document) != now.get(document)
}

/// Whether a finding points at the place that the defect names; without one, at the file that was changed.
fn is_at_place(defect: &Defect, inspected: &Inspected, finding: &Finding) -> bool {
    let wanted = defect.place.as_deref().unwrap_or(defect.moved.as_deref().unwrap_or(&defect.file));
    if wanted == "any" {
        return true;
    }
    let sources = &inspected.loaded.sources;
    let Some(span) = finding.span().filter(|span| sources.path(span.file) == wanted) else { return false };
    let Some(at) = &defect.at else { return true };
    let text = sources.text(span.file);
    let places = text.match_indices(at.as_str()).map(|(start, at)| lines_of(text, start, at.len()));
    places.into_iter().any(|lines| lines.contains(&(span.start as usize)))
}

/// A finding in a line.
pub(crate) fn told(inspected: &Inspected, finding: &Finding) -> String {
    let sources = &inspected.loaded.sources;
    let place = finding
        .span()
        .map_or_else(String::new, |span| format!("{}:{} ", sources.path(span.file), sources.position(span).line));
    format!("{place}{}: {}", finding.rule, finding.message)
}

/// The example with a defect, checked. What only changes a text is put over the example; files come and go in
/// a copy of it.
fn with_defect(defect: &Defect) -> Result<Inspected, String> {
    let root = example("harbour-portal");
    let inspect = |root: &Path, unsaved: Unsaved| {
        inspect_unsaved(root, &unsaved, &Options::default(), &Silent).map_err(|error| error.to_string())
    };
    if let Some(text) = &defect.write {
        return inspect(&root, Unsaved::from([(defect.file.clone(), text.as_str().into())]));
    }
    let text = || std::fs::read_to_string(root.join(&defect.file)).map_err(|error| format!("{}: {error}", defect.file));
    if !defect.unlink && defect.moved.is_none() {
        let text = changed(defect, &text()?)?;
        return inspect(&root, Unsaved::from([(defect.file.clone(), text.into())]));
    }
    let copy = tempfile::tempdir().map_err(|error| error.to_string())?;
    support::copy(&root, copy.path());
    let from: PathBuf = copy.path().join(&defect.file);
    let done = match &defect.moved {
        Some(to) => {
            let to = copy.path().join(to);
            let folder = to.parent().map_or(Ok(()), std::fs::create_dir_all);
            folder.and_then(|()| std::fs::rename(&from, to))
        }
        None if from.is_dir() => std::fs::remove_dir_all(&from),
        None => std::fs::remove_file(&from),
    };
    done.map_err(|error| format!("{}: {error}", defect.file))?;
    inspect(copy.path(), Unsaved::new())
}
