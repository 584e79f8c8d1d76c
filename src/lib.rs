//! handoff
pub mod error;
pub mod finding;
pub mod load;
pub mod model;
pub mod source;
pub mod theme;
