//! Writing to disk so that, whatever happens, there is the old or the new, and never half of it: neither when the
//! program is killed, nor when the disk is full, nor when two runs write to one folder.
//!
//! Everything is written to a place of its own beside where it belongs, and moved from there in one step. Knows
//! nothing about what it writes.

mod exchange;
mod files;
mod lock;
mod place;

pub use files::{Before, Change, all_or_none, new_file, replace};
pub use place::{Place, Put};
