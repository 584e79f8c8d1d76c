//! handoff
pub mod check;
pub mod error;
pub mod finding;
pub mod model;
pub mod report;
pub mod source;
pub mod theme;
