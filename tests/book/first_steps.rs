//! The finding that the README shows is what the program prints.

use crate::support::{Outcome, Sandbox};
use crate::{read, root};

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
