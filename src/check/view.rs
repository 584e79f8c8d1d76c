//! What the rules and the coverage look at: the inputs of a check in one place.
//!
//! Answers small questions that several of them ask, and remembers answers that take long.

use super::allow::{Allowance, allowances};
use super::repetition::{Repetition, repetitions};
use super::secrets::{self, Secret};
use crate::finding::{Finding, Level};
use crate::model::answers::Answers;
use crate::model::checklist::Checklist;
use crate::model::document::Dossier;
use crate::model::fragment::Fragment;
use crate::model::loaded::Loaded;
use crate::model::project::{Project, Stage};
use crate::model::text::Block;
use crate::source::{FileId, Sources, Span};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What several of them work out, once for all.
#[derive(Debug, Default)]
pub struct Known {
    repetitions: OnceLock<Vec<Repetition>>,
    fragments: OnceLock<BTreeMap<FileId, usize>>,
    allowances: OnceLock<Vec<Allowance>>,
    secrets: OnceLock<Vec<(FileId, Secret)>>,
}

impl Known {
    /// The places of the secrets of a project.
    pub(super) fn secrets(self, loaded: &Loaded) -> Vec<Span> {
        let secrets = self.secrets.into_inner().unwrap_or_else(|| secrets::all(loaded));
        secrets.into_iter().map(|(file, secret)| Span::new(file, secret.range.start, secret.range.end)).collect()
    }
}

/// The inputs of a check.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What is worked out once.
    pub known: &'a Known,
    /// What was read.
    pub loaded: &'a Loaded,
    /// What was composed of it.
    pub dossier: &'a Dossier,
    /// What was heard from external links, if they were asked.
    pub answers: Option<&'a Answers>,
    /// The checklist that is judged by, if there is one of the chosen id.
    pub checklist: Option<&'a Checklist>,
    /// The stage whose items are judged.
    pub stage: Stage,
    /// Whether the stage is that of the project file rather than one that was asked for.
    pub stage_is_written: bool,
}

impl<'a> View<'a> {
    /// What the project file says, if it could be read.
    #[must_use]
    pub fn project(&self) -> Option<&'a Project> {
        self.loaded.project.as_ref()
    }

    /// The texts that were read.
    #[must_use]
    pub fn sources(&self) -> &'a Sources {
        &self.loaded.sources
    }

    /// The project file.
    #[must_use]
    pub fn project_file(&self) -> Option<FileId> {
        self.loaded.tree.as_ref().map(|node| node.span.file)
    }

    /// The fragments of a document, in the order in which they were read.
    pub fn fragments(&self, kind: &'a str) -> impl Iterator<Item = &'a Fragment> {
        self.loaded.fragments.iter().filter(move |fragment| fragment.document == kind)
    }

    /// The fragment that a file is.
    #[must_use]
    pub fn fragment(&self, file: FileId) -> Option<&'a Fragment> {
        let fragments = &self.loaded.fragments;
        let by_file = || fragments.iter().enumerate().map(|(index, fragment)| (fragment.file, index)).collect();
        fragments.get(*self.known.fragments.get_or_init(by_file).get(&file)?)
    }

    /// The sections that say the same as one before them.
    #[must_use]
    pub(super) fn repetitions(&self) -> &'a [Repetition] {
        self.known.repetitions.get_or_init(|| repetitions(self.dossier))
    }

    /// The passwords, keys and tokens in the texts, each with its file.
    #[must_use]
    pub(super) fn secrets(&self) -> &'a [(FileId, Secret)] {
        self.known.secrets.get_or_init(|| secrets::all(self.loaded))
    }

    /// The allowances in the fragments, in the order of the texts.
    #[must_use]
    pub(super) fn allowances(&self) -> &'a [Allowance] {
        self.known.allowances.get_or_init(|| allowances(self))
    }

    /// The texts of all fragments as they were written, footnotes behind the text that they belong to.
    pub fn texts(&self) -> impl Iterator<Item = (&'a Fragment, &'a [Block])> {
        let of = |fragment: &'a Fragment| fragment.texts().map(move |blocks| (fragment, blocks));
        self.loaded.fragments.iter().flat_map(of)
    }

    /// Where it stands that something is due now: the project's stage, otherwise the top of the project file.
    #[must_use]
    pub fn stage_place(&self) -> Option<Span> {
        let written = self.project().and_then(|project| project.rollout.as_ref()?.current.as_ref());
        match written {
            Some(current) if self.stage_is_written => Some(current.span),
            _ => self.project_file().map(Span::start_of),
        }
    }

    /// Whether an error of reading already says that `field` of the record at `record` is wrong or missing.
    #[must_use]
    pub fn explained(&self, record: Span, field: &str) -> bool {
        let quoted = format!("`{field}`");
        self.loaded.findings.iter().filter(|finding| finding.level == Level::Error).any(|finding| {
            let names = || finding.message.contains(&quoted) || finding.help.iter().any(|help| help.contains(&quoted));
            finding.span().is_some_and(|span| span == record || (record.contains(span) && names()))
        })
    }

    /// The findings of reading that block.
    pub fn reading_errors(&self) -> impl Iterator<Item = &'a Finding> {
        self.loaded.findings.iter().filter(|finding| finding.level == Level::Error)
    }
}
