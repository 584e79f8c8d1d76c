//! What the book and the README show first is typed in by newcomers: here it is typed in too.

use crate::support::{Outcome, Sandbox};
use crate::{pages, read, root};
use std::collections::BTreeMap;

#[test]
fn the_first_project_is_checked_and_built_as_the_book_says() {
    let page = read(&pages().join("getting-started.md"));
    let sandbox = files(&page).into_iter().fold(Sandbox::empty(), |sandbox, (path, text)| sandbox.write(&path, text));
    let check = sandbox.run(["check"]).code(1);
    let shown = blocks(&page).into_iter().find(|(info, _)| info == "text report").expect("the report is shown").1;
    assert_printed(&shown, &check);
    let _ = sandbox.run(["build", "--only", "html"]).code(0).says("dist/ferry-desk-0.1.0.zip");
    for file in ["index.html", "html/runbook.html", "html/contacts.html", "html/completeness.html", "SHA256SUMS"] {
        assert!(sandbox.at("dist/ferry-desk-0.1.0").join(file).is_file(), "{file}");
    }
    let runbook = sandbox.text("dist/ferry-desk-0.1.0/html/runbook.html");
    assert!(runbook.contains("Lena Berg") && !runbook.contains("{{"), "references are filled in");
}

#[test]
fn the_finding_in_the_readme_is_what_the_program_prints() {
    let readme = read(&root().join("README.md"));
    let shown = blocks(&readme).into_iter().find(|(info, _)| info == "text").expect("a finding is shown").1;
    let sandbox = Sandbox::example().edit("handoff.yaml", "backup: jonas-ek\n", "backup: jonas-eck\n");
    assert_printed(&shown, &sandbox.run(["check"]).code(1));
}

/// Asserts that every line that is shown is printed; `…` stands for what is left out.
fn assert_printed(shown: &str, outcome: &Outcome) {
    for line in shown.lines().filter(|line| *line != "…") {
        assert!(
            outcome.stdout.lines().any(|printed| printed.trim_end() == line),
            "no longer printed: {line}\n{outcome}"
        );
    }
}

/// The files that a page tells its reader to write: blocks of code whose first line names one.
fn files(page: &str) -> BTreeMap<String, String> {
    let named = |(info, text): (String, String)| {
        let path = info.split_whitespace().nth(1).filter(|path| path.contains('.'))?;
        Some((path.to_owned(), text))
    };
    blocks(page).into_iter().filter_map(named).collect()
}

/// The fenced blocks of a page: what stands behind the fence, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, String, String)> = None;
    for line in page.lines() {
        match &mut open {
            Some((fence, ..)) if line == *fence => found.extend(open.take().map(|(_, info, text)| (info, text))),
            Some((.., text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => {
                let info = line.trim_start_matches('`');
                let fence = &line[..line.len() - info.len()];
                if fence.len() >= 3 {
                    open = Some((fence, info.to_owned(), String::new()));
                }
            }
        }
    }
    found
}
