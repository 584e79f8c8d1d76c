//! Runs the examples of the rule pages: the bad one of each page must show the page's rule at work, the
//! good one must not.
//!
//! An example is made of fenced blocks whose info string names a file, such as `yaml handoff.yaml` or
//! `markdown docs/runbook.md`. They are put over the small project in `tests/rule_pages/`: a block is the
//! whole file, except that the top-level keys of a `handoff.yaml` take the place of those of the project.
//! What external links answered stands in a block `json answers.json`.
//! With `latin-1` behind the path the file is written in that encoding, and with `420x200` it is a picture of
//! that size.

#![allow(clippy::disallowed_methods, reason = "a test may read and write what it likes")]

use handoff::check::rules::{RULES, Run};
use handoff::model::answers::Answers;
use handoff::model::project::Format;
use handoff::pipeline::{self, Options, Silent};
use handoff::{check, compose, load};
use std::fs;
use std::path::Path;

/// The name of the block that says what external links answered.
const ANSWERS: &str = "answers.json";

/// A file of an example.
struct File {
    path: String,
    bytes: Vec<u8>,
}

#[test]
fn the_project_under_the_examples_is_sound() {
    assert_eq!(findings(&[], &[Format::Html, Format::Pdf]), Vec::<String>::new());
}

#[test]
fn bad_examples_show_their_rule_and_good_ones_do_not() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let page = handoff::check::rules::page(rule.slug).expect("a page");
        // Some things show only when PDFs are made.
        let pdf: &[Format] = &[Format::Html, Format::Pdf];
        let formats = if matches!(rule.run, Run::Rendering) { pdf } else { &[Format::Html] };
        let findings = |files: &[File]| self::findings(files, formats);
        let bad = findings(&files(section(page, "Bad")));
        if !bad.iter().any(|slug| slug == rule.slug) {
            wrong.push(format!("{}: the bad example gives only {bad:?}", rule.slug));
        }
        let good = findings(&files(section(page, "Good")));
        if good.iter().any(|slug| slug == rule.slug) {
            wrong.push(format!("{}: the good example gives it too: {good:?}", rule.slug));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What stands under a heading of level 2.
fn section<'a>(page: &'a str, title: &str) -> &'a str {
    let heading = format!("\n## {title}\n");
    let (_, rest) = page.split_once(&heading).unwrap_or_else(|| panic!("no section {title}"));
    // Headings within the examples have the same level: the section ends behind a closed block.
    let mut open: Option<&str> = None;
    let mut length = 0;
    for line in rest.split_inclusive('\n') {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match open {
            None if line.starts_with("## ") => break,
            None if ticks.len() >= 3 => open = Some(ticks),
            Some(fence) if ticks == fence && line.trim() == fence => open = None,
            _ => {}
        }
        length += line.len();
    }
    &rest[..length]
}

/// The files of the fenced blocks of an example.
fn files(example: &str) -> Vec<File> {
    let mut files = Vec::new();
    let mut lines = example.lines();
    while let Some(line) = lines.next() {
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        let mut words = line.trim_start_matches('`').split_whitespace().skip(1);
        let (true, Some(path)) = (fence.len() >= 3, words.next()) else { continue };
        let body: String = lines.by_ref().take_while(|line| *line != fence).flat_map(|line| [line, "\n"]).collect();
        let bytes = match words.next() {
            Some(size) if size.contains('x') => picture(size),
            Some("latin-1") => {
                body.chars().map(|c| u8::try_from(u32::from(c)).expect("a character of Latin-1")).collect()
            }
            _ => body.into_bytes(),
        };
        files.push(File { path: path.to_owned(), bytes });
    }
    assert!(!files.is_empty() || example.is_empty(), "an example without files:\n{example}");
    files
}

/// A picture of a size such as `420x200`.
fn picture(size: &str) -> Vec<u8> {
    let (width, height) = size.split_once('x').expect("two numbers");
    let number = |text: &str| text.parse().expect("a number");
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::GrayImage::new(number(width), number(height));
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// The slugs of what is found in the project with the files of an example put over it.
fn findings(files: &[File], formats: &[Format]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rule_pages");
    for path in ["handoff.yaml", "docs/runbook.md", "checklists/delivery.yaml"] {
        write(folder.path(), path, &fs::read(base.join(path)).expect("a file of the base project"));
    }
    for file in files.iter().filter(|file| file.path != ANSWERS) {
        let bytes = match file.path.as_str() {
            "handoff.yaml" => merged(&base.join("handoff.yaml"), &file.bytes),
            _ => file.bytes.clone(),
        };
        write(folder.path(), &file.path, &bytes);
    }
    if let Some(file) = files.iter().find(|file| file.path == ANSWERS) {
        return online(folder.path(), &file.bytes);
    }
    let inspected = pipeline::inspect(folder.path(), &Options::default(), &Silent).expect("a project that can be read");
    let options = Options { formats: formats.to_vec(), ..Options::default() };
    let made = pipeline::produce(&inspected, &options, &Silent).map(|made| made.findings).unwrap_or_default();
    inspected.report.findings.iter().chain(&made).map(|finding| finding.rule.to_owned()).collect()
}

/// The slugs of what is found with what external links answered, which no test asks for.
fn online(folder: &Path, answers: &[u8]) -> Vec<String> {
    let answers = Answers(serde_json::from_slice(answers).expect("answers"));
    let loaded = load::load(folder).expect("a project that can be read");
    let dossier = compose::compose(&loaded).expect("a project that can be composed");
    let options = check::Options { answers: Some(answers), ..check::Options::default() };
    check::check(&loaded, &dossier, &options).findings.iter().map(|finding| finding.rule.to_owned()).collect()
}

/// The project file with its top-level keys replaced by those of an example.
fn merged(base: &Path, example: &[u8]) -> Vec<u8> {
    let example = std::str::from_utf8(example).expect("UTF-8");
    let base = fs::read_to_string(base).expect("the base project");
    let replaced: Vec<&str> = keys(example).into_iter().map(|(key, _)| key).collect();
    let mut text = String::new();
    for (key, block) in keys(&base) {
        if !replaced.contains(&key) {
            text.push_str(block);
        }
    }
    (text + example).into_bytes()
}

/// The top-level keys of a YAML text, each with its lines.
fn keys(text: &str) -> Vec<(&str, &str)> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let block = |(start, end): (usize, usize)| {
        let block = &text[start..end];
        (block.split(':').next().unwrap_or_default(), block)
    };
    starts.iter().copied().zip(ends).map(block).collect()
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}
