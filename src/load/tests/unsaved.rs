//! Texts that an editor has and has not saved, and files that no document takes.

use super::*;

fn unsaved(texts: &[(&str, &str)]) -> Unsaved {
    texts.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect()
}

#[test]
fn texts_that_are_not_saved_go_before_the_files() {
    let sandbox = Sandbox::new(GOOD).write("docs/runbook.md", "# Old\n");
    let texts = [("docs/runbook.md", "# New\n"), ("docs/sla/10-new.md", "# More\n"), ("docs/.hidden/a.md", "# No\n")];
    let loaded = load_unsaved(sandbox.0.path(), &unsaved(&texts)).expect("a project");
    let paths: Vec<&str> = loaded.fragments.iter().map(|fragment| fragment.path.as_str()).collect();
    assert_eq!(paths, ["docs/runbook.md", "docs/sla/10-new.md"]);
    assert_eq!(loaded.sources.text(loaded.fragments[0].file), "# New\n");
}

#[test]
fn a_project_file_that_is_not_saved_makes_a_project() {
    let folder = TempDir::new().expect("a temporary folder");
    let loaded = load_unsaved(&folder.path().join("new"), &unsaved(&[(PROJECT_FILE, GOOD)])).expect("a project");
    assert!(loaded.project.is_some());
    assert!(load_unsaved(folder.path(), &unsaved(&[("docs/a.md", "# A\n")])).is_err());
}

#[test]
fn files_that_no_document_takes_are_told() {
    let sandbox = Sandbox::new(GOOD)
        .write("docs/runbook.md", "# A\n\nSee [the list](files/list.csv) and ![it](images/it.svg).\n")
        .write("docs/files/list.csv", "a,b\n")
        .write("docs/images/it.svg", "<svg/>")
        .write("docs/images/README.md", "What is here.\n")
        .write("docs/images/other.svg", "<svg/>")
        .write("docs/notes.txt", "Notes.\n");
    assert_eq!(sandbox.places(), ["docs/images/other.svg:1:1 unreachable-file", "docs/notes.txt:1:1 unreachable-file"]);
}

#[test]
fn many_files_of_a_folder_are_told_once() {
    let sandbox = (0..9)
        .fold(Sandbox::new(GOOD), |sandbox, number| sandbox.write(&format!("docs/images/{number}.svg"), "<svg/>"));
    assert!(sandbox.finding().message.contains("9 files of `docs/images`"), "{}", sandbox.finding().message);
}

#[test]
fn what_texts_link_to_is_looked_into_if_it_is_a_text() {
    let sandbox = Sandbox::new(GOOD)
        .write("docs/runbook.md", "# A\n\nSee [the list](files/list.csv) and [the form](files/form.pdf).\n")
        .write("docs/files/list.csv", "a,b\n")
        .write("docs/files/form.pdf", b"%PDF\xff\0");
    let loaded = sandbox.load();
    let paths: Vec<&str> = loaded.attached.iter().map(|file| loaded.sources.path(*file)).collect();
    assert_eq!(paths, ["docs/files/list.csv"]);
}
