//! `handoff` turns a project's metadata and Markdown into a versioned handoff bundle, and checks that
//! it is complete.
//!
//! # The way of the data
//!
//! ```text
//! folder ──load──▶ Loaded { project, fragments, records, checklists, sources }
//!        ──compose──▶ Dossier { documents }
//!        ──check──▶ Report { findings, coverage }
//!        ──render──▶ finished files ──seal──▶ Bundle with its manifest
//!        ──archive──▶ folder and .zip
//!        ──verify──▶ what is wrong with a bundle that somebody received
//! form that came back ──accept──▶ Reading { answers, signatures }
//! ```
//!
//! Every stage is a function from value to value and knows no other stage; [`pipeline`] puts them in
//! order. What an author can mend is a [`finding::Finding`], all of them told in one run; what stops
//! us is one [`error::Error`].
//!
//! Imports run one way: `cli` → [`editor`] and [`preview`] → [`pipeline`] → the stages → [`markdown`] and [`theme`] → [`model`] →
//! [`finding`] → [`source`].

pub mod accept;
#[cfg(feature = "seal")]
pub mod annex;
pub mod binding;
pub mod bundle;
#[expect(clippy::disallowed_methods, reason = "this is where what was made is kept for the next time")]
pub mod cache;
pub mod check;
pub mod cli;
pub mod compare;
pub mod compose;
pub mod content;
pub mod diagram;
pub mod editor;
pub mod error;
pub mod finding;
pub mod form;
pub mod guard;
pub mod hash;
#[expect(clippy::disallowed_methods, reason = "this is where projects are read")]
pub mod load;
pub mod markdown;
pub mod model;
pub mod online;
pub mod pades;
pub mod parallel;
pub mod pipeline;
pub mod preview;
pub mod release;
pub mod render;
pub mod report;
pub mod schema;
pub mod signature;
pub mod source;
#[expect(clippy::disallowed_methods, reason = "this is where repositories without a project are read")]
pub mod survey;
pub mod theme;
#[expect(clippy::disallowed_methods, reason = "this is where files are written")]
pub mod writing;
