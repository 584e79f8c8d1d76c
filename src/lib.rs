//! handoff
pub mod bundle;
pub mod cli;
pub mod error;
pub mod finding;
pub mod model;
pub mod source;
pub mod theme;
