//! handoff
pub mod error;
pub mod finding;
pub mod load;
pub mod markdown;
pub mod model;
pub mod source;
pub mod theme;
