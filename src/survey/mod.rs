//! A look at a repository that has no handoff yet: what is there, what it is good for, and how sure that
//! is.
//!
//! Reads and never writes. Knows no stage: what it finds is told in the words of the project file, and
//! whether that suffices is for the check to say.

mod alerts;
mod documents;
mod files;
mod items;
mod manifests;
mod people;
mod services;
mod variables;
pub mod write;

pub use alerts::Alert;
pub use documents::Source;
pub use items::Section;
pub use manifests::{Identity, Part};
pub use people::Person;
pub use services::Service;
pub use variables::Variable;

use crate::error::Result;
use crate::model::checklist::Checklist;
use crate::model::project::Trait;
use files::Files;
use std::path::Path;

/// How sure it is that something was understood rightly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Its name or form says so.
    Sure,
    /// Some of its words say so.
    Likely,
    /// It is the best guess.
    Guess,
}

impl Confidence {
    /// The word that is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Guess => "guess",
        }
    }
}

/// What was found in a repository. Every path is one from its root, with `/`.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// What the project is called and how far it is.
    pub identity: Identity,
    /// How its documents are kept, such as `MkDocs`, if that can be told.
    pub layout: Vec<String>,
    /// The documents, by kind and path.
    pub sources: Vec<Source>,
    /// Markdown files that fit no kind of document.
    pub others: Vec<String>,
    /// Sections that seem to cover an item of the checklist.
    pub sections: Vec<Section>,
    /// The parts that it is built from.
    pub parts: Vec<Part>,
    /// The people who look after it.
    pub people: Vec<Person>,
    /// What runs.
    pub services: Vec<Service>,
    /// The settings that it takes from the environment.
    pub variables: Vec<Variable>,
    /// The alerts that are raised.
    pub alerts: Vec<Alert>,
}

/// Looks at the repository in a folder.
///
/// # Errors
/// If the folder cannot be read.
pub fn survey(root: &Path, checklist: Option<&Checklist>) -> Result<Survey> {
    let files = Files::of(root)?;
    let parts = manifests::parts(&files);
    let nav = documents::Nav::of(&files);
    let (sources, others) = documents::find(&files, &nav);
    let sections = checklist.map(|checklist| items::find(&files, &sources, checklist)).unwrap_or_default();
    Ok(Survey {
        identity: manifests::identity(&files, &parts, &nav),
        layout: nav.layout,
        sections,
        sources,
        others,
        parts,
        people: people::find(&files),
        services: services::find(&files),
        variables: variables::find(&files),
        alerts: alerts::find(&files),
    })
}

impl Survey {
    /// What applies to the project, each with what it rests on.
    #[must_use]
    pub fn traits(&self) -> Vec<(Trait, String)> {
        let source = |kind: &str| {
            let found = self.sources.iter().find(|source| source.kind == kind && source.confidence < Confidence::Guess);
            found.map(|source| source.path.clone())
        };
        let store = self.services.iter().find(|service| service.is_database());
        let store = store.map(|service| format!("{} in {}", service.name, service.path));
        let all = [
            (Trait::Api, source("api")),
            (Trait::Database, source("database").or(store)),
            (Trait::Videos, source("video-tutorials")),
            (Trait::Requirements, source("requirements")),
            (Trait::Security, source("security")),
            (Trait::Compliance, source("compliance")),
            (Trait::UserTraining, source("user-training")),
            (Trait::DeveloperHandoff, source("developer-guide")),
        ];
        all.into_iter().filter_map(|(which, why)| Some((which, why?))).collect()
    }
}
