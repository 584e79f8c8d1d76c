use super::*;
use crate::check::testing::{Case, LONG};

/// The last file of a case before and after it was mended.
fn mended(case: &Case, file: FileId) -> String {
    let edits = edits(&case.loaded, &case.dossier, &case.check());
    let text = case.loaded.sources.text(file);
    apply(&edits, file, text.len(), text).expect("a text")
}

#[test]
fn headings_move_up_with_what_stands_under_them() {
    let mut case = Case::new();
    let file = case.fragment("docs/a.md", |doc| {
        doc.heading(2, "A").para(LONG).heading(4, "B").para("x").heading(5, "C").para("y")
    });
    let text = mended(&case, file);
    assert!(text.contains("\n### B\n") && text.contains("\n#### C\n"), "{text}");
}

#[test]
fn certain_languages_are_written_behind_the_fence() {
    let mut case = Case::new();
    let file = case.fragment("docs/a.md", |doc| doc.heading(2, "A").bare_code("{\"a\": 1}").bare_code("restart it"));
    let text = mended(&case, file);
    assert!(text.contains("```json\n{") && text.contains("```\nrestart"), "{text}");
}

#[test]
fn what_is_allowed_stays_as_it_is() {
    let mut case = Case::new();
    let file = case.fragment("docs/a.md", |doc| {
        doc.heading(2, "A").comment("handoff: allow code-without-language shown as it is").bare_code("{\"a\": 1}")
    });
    assert_eq!(mended(&case, file), case.loaded.sources.text(file));
}

#[test]
fn dates_are_written_as_the_project_file_wants_them() {
    let mut case = Case::new();
    case.edit_project("date: 2026-11-20", "date: 20.11.2026");
    let file = case.loaded.tree.as_ref().expect("a project file").span.file;
    assert!(mended(&case, file).contains("  date: 2026-11-20\n"));
}

#[test]
fn an_anchor_is_renamed_only_if_it_is_certain() {
    use crate::model::text::{Inline, Link};
    let text = "See [it](#Adding_a_server).";
    let certain = |near: &str| {
        let mut case = Case::new();
        let file = case.fragment("docs/a.md", |doc| doc.heading(2, "A").para(text));
        let target = Target::Broken { written: "#Adding_a_server".into(), why: "no".into(), near: Some(near.into()) };
        let BlockKind::Paragraph(line) = &mut case.document().blocks[1].kind else { panic!("a paragraph") };
        let span = line[0].span;
        *line = vec![Inline {
            kind: InlineKind::Link(Box::new(Link { target, title: String::new(), content: Vec::new() })),
            span,
        }]
        .into();
        mended(&case, file)
    };
    assert!(certain("#adding-a-server").contains("[it](#adding-a-server)"));
    assert!(certain("#adding-one-server").contains("[it](#Adding_a_server)"));
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let mut case = Case::new();
    let file = case.fragment("docs/a.md", |doc| doc.heading(2, "A").bare_code("{\"a\": 1}"));
    let edits = edits(&case.loaded, &case.dossier, &case.check());
    assert_eq!(apply(&edits, file, 3, "something else"), None);
}

#[test]
fn languages_are_certain_or_none() {
    assert_eq!(certain_language("[1, 2]"), Some("json"));
    assert_eq!(certain_language("#!/usr/bin/env bash\nls"), Some("bash"));
    assert_eq!(certain_language("SELECT 1;"), Some("sql"));
    assert_eq!(certain_language("Select what you like;"), None);
    assert_eq!(certain_language("{ not json }"), None);
}
