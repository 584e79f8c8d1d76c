//! handoff
pub mod compose;
pub mod error;
pub mod finding;
pub mod markdown;
pub mod model;
pub mod render;
pub mod source;
pub mod theme;
