//! The language server as an editor meets it: JSON-RPC over the standard streams of the program.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

#[path = "support/editor.rs"]
mod editor;
mod support;

use editor::Editor;
use serde_json::{Value, json};
use support::Sandbox;

#[test]
fn it_says_what_it_can_and_goes_with_a_goodbye() {
    let sandbox = Sandbox::empty();
    let mut editor = Editor::start(&sandbox);
    let can = &editor.capabilities;
    assert_eq!(can["positionEncoding"], "utf-16");
    assert_eq!(can["textDocumentSync"]["change"], 2);
    assert_eq!((&can["hoverProvider"], &can["definitionProvider"]), (&json!(true), &json!(true)));
    let unknown = editor.request("textDocument/rename", json!({}));
    assert_eq!(unknown["error"]["code"], -32601);
    let odd = editor.request("textDocument/hover", json!({"position": "here"}));
    assert_eq!(odd["error"]["code"], -32602);
    assert_eq!(editor.goodbye(), Some(0));
    assert_eq!(Editor::start(&sandbox).leave(), Some(1));
}

#[test]
fn the_example_is_clean_and_a_mistake_shows_while_it_is_typed() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let text = sandbox.text("handoff.yaml");
    assert_eq!(editor.open("handoff.yaml", &text), Vec::<String>::new());
    // The file on disk stays as it is: what is typed counts.
    editor.replace("handoff.yaml", "backup: jonas-ek", "backup: jonas-ök");
    let found = editor.diagnostics("handoff.yaml");
    assert_eq!(found.len(), 1, "{found:?}");
    let line = text.lines().position(|line| line.contains("backup: jonas-ek")).expect("the line");
    assert_eq!(found[0], format!("{line}:12-{line}:20 invalid-field"));
    editor.replace("handoff.yaml", "backup: jonas-ök", "backup: jonas-eg");
    assert_eq!(editor.diagnostics("handoff.yaml"), [format!("{line}:12-{line}:20 unknown-contact")]);
    let last = &editor.last("handoff.yaml")["diagnostics"][0];
    assert!(last["message"].as_str().is_some_and(|text| text.contains("did you mean `jonas-ek`?")), "{last}");
    assert_eq!(last["source"], "handoff");
    assert!(last["relatedInformation"][0]["location"]["range"]["start"]["line"].is_u64(), "{last}");
    editor.replace("handoff.yaml", "backup: jonas-eg", "backup: jonas-ek");
    assert_eq!(editor.diagnostics("handoff.yaml"), Vec::<String>::new());
    editor.goodbye();
}

#[test]
fn a_workspace_file_is_checked_while_it_is_typed_and_so_are_its_projects() {
    let sandbox = Sandbox::workspace();
    let mut editor = Editor::start(&sandbox);
    let (file, project) = ("handoff-workspace.yaml", "study-rooms/handoff.yaml");
    let text = sandbox.text(file);
    assert_eq!(editor.open(file, &text), Vec::<String>::new());
    editor.replace(file, "  - loan-reminders", "  - loan-reminder");
    let line = text.lines().position(|line| line.contains("- loan-reminders")).expect("the line");
    assert_eq!(editor.diagnostics(file), [format!("{line}:4-{line}:17 invalid-field")]);
    let last = &editor.last(file)["diagnostics"][0];
    assert!(last["message"].as_str().is_some_and(|text| text.contains("did you mean `loan-reminders`?")), "{last}");
    editor.replace(file, "  - loan-reminder\n", "  - loan-reminders\n");
    assert_eq!(editor.diagnostics(file), Vec::<String>::new());
    // A project sees what is typed in the workspace, and what it finds there is shown there.
    assert_eq!(editor.open(project, &sandbox.text(project)), Vec::<String>::new());
    editor.replace(file, "    phone: \"+45 33 555 121\"\n", "");
    let place = text.lines().position(|line| line.contains("id: ines-tall")).expect("the line");
    // The workspace file itself is judged first, and is well formed; then the project is.
    while editor.diagnostics(file).is_empty() {
        editor.forget(file);
    }
    assert_eq!(editor.diagnostics(file), [format!("{place}:8-{place}:17 incomplete-contact")]);
    editor.goodbye();
}

#[test]
fn fragments_records_and_checklists_are_checked_unsaved() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let path = "docs/runbook/50-logs.md";
    assert_eq!(editor.open(path, &sandbox.text(path)), Vec::<String>::new());
    editor.append(path, "\nSee 😀 [the plan](../nowhere.md) for more.\n");
    let end = sandbox.text(path).lines().count() + 1;
    assert_eq!(editor.diagnostics(path), [format!("{end}:7-{end}:32 broken-link")]);

    let record = "records/statements/2027-01-01-new.yaml";
    let found = editor.open(record, "items: [runbook.lgos]\nstatement: It is so.\nby: jonas-ek\ndate: 1.2.2027\n");
    assert_eq!(found, ["0:8-0:20 unknown-item", "3:6-3:14 invalid-field"]);
    let checklist = "checklists/own.yaml";
    let found = editor.open(checklist, "id: own\ntitle: Own\ngrops: []\n");
    assert_eq!(found, ["2:0-2:5 unknown-key"]);
    assert!(!sandbox.at(record).exists() && !sandbox.at(checklist).exists());
    // What was never saved is gone when it is closed.
    editor.close(record);
    editor.wait_until_clean(record);
    editor.goodbye();
}

#[test]
fn the_problem_list_also_shows_files_that_are_not_open() {
    let sandbox = Sandbox::example().append("docs/security.md", "\n## Later\n\nTBD\n");
    let mut editor = Editor::start(&sandbox);
    let found = editor.diagnostics("docs/security.md");
    assert!(found.iter().any(|found| found.ends_with("placeholder-text")), "{found:?}");
    // Saved by another program: the editor tells that the file has changed.
    let sandbox = sandbox.edit("docs/security.md", "\n## Later\n\nTBD\n", "");
    editor.forget("docs/security.md");
    editor.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    assert_eq!(editor.diagnostics("docs/security.md"), Vec::<String>::new());
    drop(sandbox);
    editor.goodbye();
}

#[test]
fn keys_words_and_ids_are_offered() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let text = "handoff: 1\nproject:\n  id: x\n  ‸\n";
    let offered = editor.offered("handoff.yaml", text);
    assert!(offered.starts_with(&["name".to_owned(), "summary".to_owned()]), "{offered:?}");
    assert!(offered.contains(&"traits".to_owned()) && !offered.contains(&"id".to_owned()), "{offered:?}");
    let whole = sandbox.text("handoff.yaml");
    let with = |more: &str| format!("{whole}{more}");
    let offered = editor.offered("handoff.yaml", &with("waivers:\n  - item: ‸\n"));
    assert!(offered.contains(&"runbook.logs".to_owned()), "{offered:?}");
    let offered = editor.offered("handoff.yaml", &with("waivers:\n  - item: runbook.logs\n    approver: an‸\n"));
    assert!(offered.contains(&"anna-lind".to_owned()), "{offered:?}");
    let offered = editor.offered("handoff.yaml", &with("rules:\n  - rule: broken-link\n    level: ‸\n"));
    assert_eq!(offered, ["error", "warning", "note", "off"]);
    let offered = editor.offered("handoff.yaml", &with("rules:\n  - rule: ‸\n"));
    assert!(offered.contains(&"vague-link".to_owned()), "{offered:?}");
    let offered = editor.offered("handoff.yaml", "handoff: 1\nproject:\n  traits: [api, ‸]\n");
    assert!(offered.contains(&"database".to_owned()) && !offered.contains(&"api".to_owned()), "{offered:?}");
    editor.open("handoff.yaml", &whole);
    let offered = editor.offered("records/metrics/new.yaml", "metric: ‸\n");
    assert!(offered.contains(&"error-rate".to_owned()), "{offered:?}");
    let offered = editor.offered("records/sessions/new.yaml", "session: ‸\n");
    assert!(offered.contains(&"technical-walkthrough".to_owned()), "{offered:?}");
    let offered = editor.offered("checklists/own.yaml", "id: own\n‸\n");
    assert!(offered.first().is_some_and(|first| first == "title"), "{offered:?}");
    assert!(offered.contains(&"groups".to_owned()) && !offered.contains(&"id".to_owned()), "{offered:?}");
    editor.goodbye();
}

#[test]
fn fragments_are_offered_front_matter_references_links_and_headings() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let path = "docs/runbook/95-new.md";
    assert!(editor.offered(path, "---\nowner: ‸\n---\n").contains(&"oskar-nyberg".to_owned()));
    assert!(editor.offered(path, "---\ncovers: [‸]\n---\n").contains(&"runbook.logs".to_owned()));
    assert!(editor.offered(path, "Ask {{ ‸").contains(&"contacts".to_owned()));
    assert!(editor.offered(path, "Ask {{ contacts.‸ }}").contains(&"jonas-ek".to_owned()));
    assert!(editor.offered(path, "Ask {{ contacts.jonas-ek.ph‸ }}").contains(&"phone".to_owned()));
    assert!(editor.offered(path, "See [it](‸").contains(&"../security.md".to_owned()));
    assert!(editor.offered(path, "See [it](50-logs.md#‸)").len() > 1);
    assert!(editor.offered(path, "<!-- handoff: allow ‸").contains(&"secret".to_owned()));
    assert_eq!(editor.offered(path, "```bash\necho {{ ‸\n```\n"), Vec::<String>::new());
    // A runbook without its sections: the editor offers what the checklist wants.
    let sandbox = Sandbox::example();
    let mut bare = Editor::start(&sandbox);
    bare.open("docs/security.md", "# Security\n");
    bare.diagnostics("docs/security.md");
    let offered = bare.offered("docs/security.md", "# Security\n\n## ‸\n");
    assert!(offered.contains(&"Security controls".to_owned()), "{offered:?}");
    bare.goodbye();
    editor.goodbye();
}

#[test]
fn an_offer_takes_the_place_of_the_word_that_was_begun() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let items = editor.complete("docs/new.md", "---\nowner: jo‸n\n---\n😀 text\n");
    let item = items.iter().find(|item| item["label"] == "jonas-ek").expect("it is offered");
    let range = json!({"start": {"line": 1, "character": 7}, "end": {"line": 1, "character": 10}});
    assert_eq!(item["textEdit"], json!({"range": range, "newText": "jonas-ek"}));
    let items = editor.complete("docs/new.md", "😀 {{ project.na‸ }}\n");
    let item = items.iter().find(|item| item["label"] == "name").expect("it is offered");
    let range = json!({"start": {"line": 0, "character": 14}, "end": {"line": 0, "character": 16}});
    assert_eq!(item["textEdit"]["range"], range);
    editor.goodbye();
}

#[test]
fn the_pointer_is_told_about_keys_people_items_references_and_rules() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let text = sandbox.text("handoff.yaml");
    editor.open("handoff.yaml", &text);
    let hover = editor.hover("handoff.yaml", "classi‸fication:");
    assert!(hover.contains("Who may read it") && hover.contains("required"), "{hover}");
    let hover = editor.hover("handoff.yaml", "backup: jon‸as-ek");
    assert!(hover.contains("Jonas Ek, Technical lead") && hover.contains("+46"), "{hover}");
    let hover = editor.hover("handoff.yaml", "party: sup‸plier");
    assert!(hover.contains("who delivers"), "{hover}");

    let path = "docs/runbook/50-logs.md";
    let runbook = sandbox.text(path) + "\nSee [the plan](../nowhere.md), {{ project.name }}.\n";
    editor.open(path, &runbook);
    let heading = runbook.lines().find(|line| line.starts_with('#')).expect("a heading").to_owned();
    let hover = editor.hover(path, &format!("{}‸{}", &heading[..4], &heading[4..]));
    assert!(hover.contains("`runbook.logs`") && hover.contains("Met"), "{hover}");
    let hover = editor.hover(path, "[the ‸plan]");
    assert!(hover.contains("**broken-link**") && hover.contains("does not exist"), "{hover}");
    let hover = editor.hover(path, "{{ project.na‸me }}");
    assert!(hover.contains("Lindvik Harbour Portal"), "{hover}");
    editor.goodbye();
}

#[test]
fn people_documents_and_items_lead_to_where_they_stand() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let text = sandbox.text("handoff.yaml");
    editor.open("handoff.yaml", &text);
    assert_eq!(
        editor.definition("handoff.yaml", "backup: jon‸as-ek"),
        [sandbox.place("handoff.yaml", "jonas-ek\n    name")]
    );
    let found = editor.definition("handoff.yaml", "document: runb‸ook");
    assert!(found.contains(&"docs/runbook/50-logs.md:1:1".to_owned()), "{found:?}");
    let path = "records/statements/2026-11-12-rollback-rehearsed.yaml";
    let record = sandbox.text(path);
    editor.open(path, &record);
    assert!(editor.definition(path, "by: ‸")[0].starts_with("handoff.yaml:"));
    editor.open(
        "docs/new.md",
        "---\ncovers: [runbook.logs]\n---\nAsk {{ contacts.anna-lind.phone }}, see [logs](runbook/50-logs.md).\n",
    );
    let found = editor.definition("docs/new.md", "runbook.l‸ogs");
    assert!(found[0].starts_with("docs/runbook/50-logs.md:"), "{found:?}");
    let phone = sandbox.place("handoff.yaml", "phone: \"+46 31 390 06 11\"");
    assert_eq!(editor.definition("docs/new.md", "anna-lind.ph‸one"), [phone]);
    assert_eq!(editor.definition("docs/new.md", "runbook/50‸-logs.md"), ["docs/runbook/50-logs.md:1:1"]);
    editor.goodbye();
}

#[test]
fn what_fix_mends_is_a_quick_fix() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let path = "docs/security.md";
    let text =
        sandbox.text(path) + "\n## Ö 😀\n\n#### Deep\n\nA few words that say something.\n\n```\n{\"a\": 1}\n```\n";
    let found = editor.open(path, &text);
    assert_eq!(found.len(), 2, "{found:?}");
    let line = text.lines().position(|line| line == "#### Deep").expect("the line");
    let actions = editor.actions(path, line, &json!({"diagnostics": []}));
    let titles: Vec<&str> = actions.iter().filter_map(|action| action["title"].as_str()).collect();
    assert_eq!(titles, ["Change `####` to `###`", "Mend what is safe to mend in this file (2)"]);
    assert_eq!(actions[0]["diagnostics"][0]["code"], "skipped-heading-level");
    let edit = &actions[0]["edit"]["changes"][editor.uri(path)][0];
    assert_eq!(edit["range"]["end"], json!({"line": line, "character": 4}));
    let all = editor.actions(path, 0, &json!({"diagnostics": [], "only": ["source.fixAll"]}));
    assert_eq!(all.len(), 1);
    let mended = editor::applied(&text, &all[0]["edit"]["changes"][editor.uri(path)]);
    assert_eq!(editor.open(path, &mended), Vec::<String>::new());
    assert!(editor.actions(path, line, &json!({"diagnostics": []})).is_empty());
    editor.goodbye();
}

#[test]
fn a_project_file_that_was_never_saved_is_a_project() {
    let sandbox = Sandbox::empty();
    let mut editor = Editor::start(&sandbox);
    // Without any project file there is nothing to say, but keys are offered all the same.
    let offered = editor.offered("records/statements/a.yaml", "‸\n");
    assert!(offered.contains(&"statement".to_owned()), "{offered:?}");
    assert!(editor.offered("docs/a.md", "---\n‸\n---\n").contains(&"owner".to_owned()));
    let found = editor.open("handoff.yaml", "handoff: 1\nproject:\n  id: new\n");
    assert!(found.iter().any(|found| found.ends_with("missing-field")), "{found:?}");
    let offered = editor.offered("handoff.yaml", "handoff: 1\n‸");
    assert!(offered.contains(&"supplier".to_owned()), "{offered:?}");
    editor.close("handoff.yaml");
    editor.wait_until_clean("handoff.yaml");
    editor.goodbye();
}

#[test]
fn names_stay_known_while_the_project_file_is_broken() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    editor.open("handoff.yaml", &sandbox.text("handoff.yaml"));
    editor.replace("handoff.yaml", "project:", "project: [");
    assert!(editor.diagnostics("handoff.yaml").iter().any(|found| found.ends_with("invalid-yaml")));
    assert!(editor.offered("docs/new.md", "---\nowner: ‸\n---\n").contains(&"anna-lind".to_owned()));
    editor.goodbye();
}

#[test]
fn no_broken_text_and_no_odd_edit_stops_it() {
    let sandbox = Sandbox::example();
    let mut editor = Editor::start(&sandbox);
    let project = sandbox.text("handoff.yaml");
    editor.open("handoff.yaml", &project);
    // The project file cut off at many places, and each asked about at its end.
    for cut in (0..project.len()).step_by(project.len() / 12).filter(|cut| project.is_char_boundary(*cut)) {
        let at = format!("{}‸", &project[..cut]);
        editor.complete("handoff.yaml", &at);
        editor.hover("handoff.yaml", &at);
    }
    let uri = editor.uri("handoff.yaml");
    let range = json!({"start": {"line": 999_999, "character": 999_999}, "end": {"line": 0, "character": 7}});
    let change = json!({"range": range, "text": "\u{0}🦀\r\n"});
    editor.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri, "version": 9000}, "contentChanges": [change]}),
    );
    editor.notify("textDocument/didOpen", json!({"odd": true}));
    editor.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": "untitled:Untitled-1", "languageId": "yaml", "version": 1, "text": "a: ["}}),
    );
    let odd = editor.request(
        "textDocument/hover",
        json!({"textDocument": {"uri": "untitled:Untitled-1"}, "position": {"line": 0, "character": 0}}),
    );
    assert_eq!(odd["result"], Value::Null);
    for text in ["---\n---\n---", "\u{feff}# ö", "[[[[{{{{", "- - - - -", "a: &x *x", "<<<<<<< HEAD\n=======\n>>>>>>>"]
    {
        editor.open("docs/odd.md", text);
        editor.open("records/gates/odd.yaml", text);
    }
    assert_eq!(editor.goodbye(), Some(0));
}
