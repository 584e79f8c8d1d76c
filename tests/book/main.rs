//! The book is compared with the program: what the program knows, the book says in the same words.
//!
//! Pages that are made from the code, and the blocks of help in the page about the commands, are made
//! again and compared. With `UPDATE_BOOK=1` in the environment they are written anew instead.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod commands;
mod excerpts;
mod first_steps;
mod links;
mod named;
mod reference;
mod script;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
mod templates;
mod told;

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the book's pages.
fn pages() -> PathBuf {
    root().join("book/src")
}

/// Reads a text of the repository.
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a page of the book with what it ought to say, or writes it anew if that is asked for.
fn compare(page: &str, wanted: &str) {
    compare_file(&pages().join(page), wanted);
}

/// Compares a file with what it ought to say, or writes it anew if that is asked for.
fn compare_file(path: &Path, wanted: &str) {
    if std::env::var_os("UPDATE_BOOK").is_some_and(|value| value == "1") {
        fs::write(path, wanted).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    let differs = found.lines().zip(wanted.lines()).position(|(found, wanted)| found != wanted);
    let line = differs.unwrap_or_else(|| found.lines().count().min(wanted.lines().count()));
    assert!(
        found == wanted,
        "{} is not what the program says any more, from line {} on:\n  book:    {}\n  program: {}\nrun `UPDATE_BOOK=1 cargo test --test book` and look at the difference",
        path.strip_prefix(root()).unwrap_or(path).display(),
        line + 1,
        found.lines().nth(line).unwrap_or("(the end)"),
        wanted.lines().nth(line).unwrap_or("(the end)"),
    );
}
