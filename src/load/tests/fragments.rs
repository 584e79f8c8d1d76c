//! Fragments, and the files that they use.

use super::*;
use crate::source::Position;

fn kinds(loaded: &Loaded) -> Vec<(&str, &str, bool, Option<u32>)> {
    loaded.fragments.iter().map(|f| (f.path.as_str(), f.document.as_str(), f.whole, f.order)).collect()
}

#[test]
fn fragments_belong_to_the_document_of_their_name() {
    let sandbox = Sandbox::new(GOOD)
        .write("docs/runbook/20-logs.md", "# Logs\n")
        .write("docs/runbook/10-part/05-deep.md", "# Deep\n")
        .write("docs/runbook.md", "# Runbook\n")
        .write("docs/README.md", "how to write\n")
        .write("docs/index.md", "---\ndocument: user-guide\norder: 7\n---\n# Guide\n")
        .write("docs/misc/x.md", "---\ndocument: runbook\n---\n")
        .write("docs/images/notes.md", "no fragment\n")
        .write("docs/runbook/data.csv", "1,2\n")
        .write("docs/.draft.md", "hidden\n");
    let loaded = sandbox.load();
    // What is no fragment and shown by none is told elsewhere.
    assert!(loaded.findings.iter().all(|finding| finding.rule == UNREACHABLE_FILE), "{:?}", loaded.findings);
    assert_eq!(
        kinds(&loaded),
        [
            ("docs/index.md", "user-guide", true, Some(7)),
            ("docs/misc/x.md", "runbook", false, None),
            ("docs/runbook.md", "runbook", true, None),
            ("docs/runbook/10-part/05-deep.md", "runbook", false, Some(10)),
            ("docs/runbook/20-logs.md", "runbook", false, Some(20)),
        ]
    );
}

#[test]
fn a_name_that_is_no_kind_of_document_is_told_once_with_a_better_one() {
    let sandbox = Sandbox::new(GOOD)
        .write("docs/Run Book/a.md", "a\n")
        .write("docs/Run Book/b.md", "b\n")
        .write("docs/Named/c.md", "---\ndocument: runbook\n---\n");
    assert_eq!(sandbox.places(), ["docs/Run Book/a.md:1:1 invalid-field"]);
    assert_eq!(sandbox.finding().help[0], "rename the folder to `docs/run-book`");
    assert_eq!(sandbox.load().fragments.len(), 1);
}

#[test]
fn mistakes_in_front_matter_have_their_place_in_the_file() {
    for (text, told) in [
        ("---\r\ntitle: T\r\nordr: 1\r\n---\r\nText\r\n", "docs/a.md:3:1 unknown-key"),
        ("\u{feff}---\norder: x\n---\n", "docs/a.md:2:8 invalid-field"),
        ("---\ntitle: \"T\n---\n", "docs/a.md:2:8 invalid-yaml"),
        ("---\ntitle: T\n\nText\n", "docs/a.md:1:1 invalid-yaml"),
        ("---\n- a\n---\n", "docs/a.md:2:1 invalid-field"),
    ] {
        assert_eq!(Sandbox::new(GOOD).write("docs/a.md", text).places(), [told], "{text:?}");
    }
    let sandbox = Sandbox::new(GOOD).write("docs/a.md", "---\n---\n# A\n").write("docs/b.md", "Text\n\n---\n");
    assert_eq!(sandbox.load().findings, []);
}

#[test]
fn the_text_of_a_fragment_knows_its_place_behind_the_front_matter() {
    let loaded = Sandbox::new(GOOD).write("docs/a.md", "---\ntitle: Ä\n---\n# Heading\n").load();
    let span = loaded.fragments[0].blocks[0].span.expect("a place");
    assert_eq!(loaded.sources.position(span), Position { line: 4, column: 1 });
}

#[test]
fn fragments_that_cannot_be_read_are_findings() {
    let sandbox = Sandbox::new(GOOD)
        .write("docs/a.md", b"caf\xe9\n")
        .write("docs/b.md", "x\n".repeat(5 << 20))
        .write("docs/c.md", "zero\n\0\n");
    assert_eq!(
        sandbox.places(),
        ["docs/a.md:1:4 invalid-text", "docs/b.md:1:1 invalid-text", "docs/c.md:2:1 invalid-text"]
    );
    let file = Sandbox::new(GOOD).write("docs", "not a folder");
    assert_eq!(file.places(), ["docs:1:1 invalid-text"]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let outside = Sandbox::new("").write("secret.md", "secret\n").write("img/x.png", "x");
    let sandbox = Sandbox::new(GOOD).write("docs/a.md", "[s](b.md) [i](linked/x.png) [own](own.md) [a](a.md)\n");
    let docs = sandbox.0.path().join("docs");
    let link = |from: PathBuf, to: &str| std::os::unix::fs::symlink(from, docs.join(to)).expect("a link");
    link(outside.0.path().join("secret.md"), "b.md");
    link(outside.0.path().join("img"), "linked");
    link(docs.join("a.md"), "own.md");
    let loaded = sandbox.load();
    let places: Vec<_> = loaded.findings.iter().map(|finding| place(&loaded, finding)).collect();
    assert_eq!(places, ["docs/b.md:1:1 invalid-text", "docs/linked:1:1 invalid-text", "docs/own.md:1:1 invalid-text"]);
    assert_eq!(loaded.files.iter().collect::<Vec<_>>(), ["docs/own.md"], "no link leads out");
    assert!(read_files(sandbox.0.path(), ["docs/b.md"].into_iter()).is_err());
}

#[test]
fn files_that_fragments_use_are_found_as_they_are_spelt() {
    let text = "\
![plan](../assets/the%20plan.png \"Plan\")

[a](/assets/a.pdf#page=2) [b](other.md?x) [c](https://a.example/assets/a.pdf) [d](#here) [e](../../etc/passwd)
[f](../assets/A.pdf) [g](../assets) [h](none.md) [i](mailto:a@b.example) [^n]

| t |
|---|
| ![cell](../assets/cell.svg) |

[^n]: See [n](../assets/note.txt).
";
    let sandbox = Sandbox::new(GOOD)
        .write("docs/runbook.md", text)
        .write("docs/other.md", "x\n")
        .write("assets/the plan.png", "x")
        .write("assets/a.pdf", "pdf")
        .write("assets/cell.svg", "x")
        .write("assets/note.txt", "x")
        .write("assets/unused.txt", "x");
    let loaded = sandbox.load();
    let files: Vec<_> = loaded.files.iter().map(String::as_str).collect();
    // The link to the other fragment leads to its document.
    assert_eq!(files, ["assets/a.pdf", "assets/cell.svg", "assets/note.txt", "assets/the plan.png"]);
    let read = read_files(sandbox.0.path(), files.into_iter()).expect("all are read");
    assert_eq!(read["assets/a.pdf"], b"pdf");
    assert!(read_files(sandbox.0.path(), ["assets/none"].into_iter()).is_err());
    assert!(read_files(sandbox.0.path(), ["assets"].into_iter()).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_is_a_finding() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new(GOOD).write("docs/a.md", "text\n");
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.md");
    std::fs::write(sandbox.0.path().join("docs").join(name), "x").expect("the file is written");
    assert_eq!(sandbox.places(), ["docs/caf\u{fffd}.md:1:1 invalid-text"]);
}

#[test]
fn large_files_of_the_theme_and_of_the_bundle_are_refused() {
    let sandbox = Sandbox::new(GOOD).write("theme/a.css", "x").write("theme/font.ttf", "").write("a.bin", "");
    let grow = |path: &str, megabytes: u64| {
        let file = std::fs::File::options().write(true).open(sandbox.0.path().join(path)).expect("the file opens");
        file.set_len(megabytes << 20).expect("the file grows");
    };
    grow("theme/font.ttf", 64);
    grow("a.bin", 33);
    assert_eq!(sandbox.places(), ["theme/font.ttf:1:1 invalid-text"], "one byte is taken by the other file");
    assert_eq!(sandbox.load().theme_files.len(), 1);
    let told = read_files(sandbox.0.path(), ["a.bin"].into_iter()).expect_err("too large").to_string();
    assert!(told.contains("32 MiB") && told.contains("help:"), "{told}");
}
