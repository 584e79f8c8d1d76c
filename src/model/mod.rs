//! The data of the program: pure types without input or output.

pub mod acceptance;
pub mod annex;
pub mod answers;
pub mod changes;
pub mod checklist;
pub mod colour;
pub mod decision;
pub mod difference;
pub mod document;
pub mod fragment;
pub mod gate;
pub mod loaded;
pub mod measure;
pub mod memory;
pub mod message;
pub mod node;
pub mod project;
pub mod records;
pub mod release;
pub mod report;
pub mod sources;
pub mod status;
pub mod template;
pub mod text;
pub mod value;
