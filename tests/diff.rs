//! What changed between two bundles: nothing where nothing did, and otherwise every change once.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use support::{Sandbox, copy, tool};

/// The example's bundle without PDFs, built once.
struct Built {
    sandbox: Sandbox,
    folder: PathBuf,
    zip: PathBuf,
}

fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(|| {
        let sandbox = Sandbox::example();
        let built = sandbox.run(["build", "--only", "markdown,html", "--out", "out"]).code(0);
        let mut paths = built.stdout.lines().map(|line| sandbox.at(line));
        let (folder, zip) = (paths.next().expect("a folder"), paths.next().expect("a zip"));
        Built { sandbox, folder, zip }
    })
}

/// A copy of the bundle, to be changed.
fn edited(change: impl FnOnce(&Path)) -> Sandbox {
    let sandbox = Sandbox::empty();
    copy(&built().folder, &sandbox.at("new"));
    change(&sandbox.at("new"));
    sandbox
}

/// What changed in a copy of the bundle.
fn changes(new: &Sandbox) -> Value {
    new.run(["diff".as_ref(), built().folder.as_os_str(), "new".as_ref(), "--format".as_ref(), "json".as_ref()])
        .code(0)
        .json()
}

#[test]
fn a_build_against_itself_is_empty() {
    let built = built();
    for (old, new) in [(&built.zip, &built.zip), (&built.folder, &built.zip), (&built.zip, &built.folder)] {
        let told = built.sandbox.run(["diff".as_ref(), old.as_os_str(), new.as_os_str(), "--exit-code".as_ref()]);
        told.code(0).says("Nothing differs.");
    }
    built.sandbox.run(["diff".as_ref(), built.zip.as_os_str()]).code(0).says("Nothing differs.");
    let json = built.sandbox.run(["diff".as_ref(), built.zip.as_os_str(), "--format".as_ref(), "json".as_ref()]).json();
    assert_eq!(json["summary"]["equal"], true);
    assert_eq!(json["summary"]["marks"], 0);
}

/// A kind of edit of one line, given the next one; `None` where the line does not lend itself to it.
type Edit = fn(&str, &str) -> Option<String>;

/// The first long plain word behind the middle of a line, for edits that touch nothing but it.
fn word(line: &str) -> Option<(usize, usize)> {
    let is_plain = |word: &str| word.len() >= 5 && word.chars().all(|c| c.is_ascii_alphabetic());
    let mut at = 0;
    line.split(' ').find_map(|word| {
        let start = at;
        at += word.len() + 1;
        (start > 8 && is_plain(word)).then_some((start, word.len()))
    })
}

fn is_prose(line: &str) -> bool {
    line.len() > 60 && line.starts_with(|c: char| c.is_ascii_uppercase())
}

fn replaced(line: &str) -> Option<String> {
    let (at, length) = word(line)?;
    Some(format!("{}quicksilver{}", &line[..at], &line[at + length..]))
}

/// The kinds of edits, by name.
const EDITS: [(&str, Edit); 9] = [
    ("a word of prose replaced", |line, _| replaced(line).filter(|_| is_prose(line))),
    ("a word added", |line, _| {
        let (at, _) = word(line).filter(|_| is_prose(line))?;
        Some(format!("{}quicksilver {}", &line[..at], &line[at..]))
    }),
    ("a word taken out", |line, _| {
        let (at, length) = word(line).filter(|_| is_prose(line) && !line.ends_with("  "))?;
        Some(format!("{}{}", &line[..at], &line[at + length + 1..])).filter(|_| line.len() > at + length + 1)
    }),
    ("a word of an item replaced", |line, _| replaced(line).filter(|_| line.starts_with("- "))),
    ("an item added", |line, next| {
        // The item goes on in the next line, or the list is loose.
        let ends = line.starts_with("- ") && next.starts_with("- ");
        ends.then(|| format!("{line}\n- Quicksilver is kept in the shed"))
    }),
    ("a cell changed", |line, _| replaced(line).filter(|_| line.starts_with('|'))),
    ("a row added", |line, _| {
        let cells = line.matches('|').count().checked_sub(1)?;
        let is_row = line.starts_with('|') && !line.contains("---") && word(line).is_some() && !line.contains("\\|");
        is_row.then(|| format!("{line}\n|{}", " Quicksilver |".repeat(cells)))
    }),
    ("a heading changed", |line, _| {
        line.starts_with("### ").then(|| match line.split_once(" {#") {
            Some((title, id)) => format!("{title} of quicksilver {{#{id}"),
            None => format!("{line} of quicksilver"),
        })
    }),
    ("a paragraph added", |line, _| {
        line.starts_with("## ").then(|| format!("{line}\n\nQuicksilver is heavy and must never be poured away."))
    }),
];

/// A section of a document: the file, and its lines.
struct Section {
    path: PathBuf,
    from: usize,
    to: usize,
}

/// The sections of all documents that are compared word by word, code left out.
fn sections(folder: &Path) -> Vec<Section> {
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.join("manifest.json")).expect("there")).expect("JSON");
    let documents = manifest["documents"].as_array().expect("documents");
    let mut sections = Vec::new();
    for document in documents.iter().filter(|document| document["derived"] != true) {
        let path = folder.join(format!("markdown/{}.md", document["kind"].as_str().expect("a kind")));
        let text = fs::read_to_string(&path).expect("text");
        let mut starts: Vec<usize> = Vec::new();
        let mut fenced = false;
        for (line, text) in text.lines().enumerate() {
            fenced ^= text.trim_start().starts_with("```");
            if !fenced && text.starts_with("## ") {
                starts.push(line);
            }
        }
        starts.push(text.lines().count());
        sections.extend(starts.windows(2).map(|pair| Section { path: path.clone(), from: pair[0], to: pair[1] }));
    }
    sections
}

/// Plants `k` edits, one in a section and each of another kind in turn, and tells which.
fn plant(folder: &Path, k: usize, first: usize) -> Vec<String> {
    let mut planted = Vec::new();
    let sections = sections(folder);
    // From the end, so that the lines of the other sections keep their numbers.
    for section in sections.iter().rev() {
        if planted.len() == k {
            break;
        }
        let text = fs::read_to_string(&section.path).expect("text");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let (name, edit) = EDITS[(first + planted.len()) % EDITS.len()];
        let mut fenced = false;
        let found = (section.from..section.to).find_map(|at| {
            fenced ^= lines[at].trim_start().starts_with("```");
            // The line below the head of a table is no row.
            let is_head = lines.get(at + 1).is_some_and(|next| next.starts_with('|') && next.contains("---"));
            if fenced || is_head || lines[at].contains("```") {
                None
            } else {
                Some((at, edit(&lines[at], lines.get(at + 1).map_or("", String::as_str))?))
            }
        });
        if let Some((at, line)) = found {
            planted.push(format!("{name}: {}:{}: {line}", section.path.display(), at + 1));
            lines[at] = line;
            fs::write(&section.path, lines.join("\n") + "\n").expect("written");
        }
    }
    planted
}

#[test]
fn planted_edits_give_as_many_marks() {
    for (k, first) in [
        (1, 0),
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
        (1, 5),
        (1, 6),
        (1, 7),
        (1, 8),
        (2, 0),
        (3, 4),
        (5, 2),
        (9, 0),
        (20, 5),
    ] {
        let mut planted = Vec::new();
        let new = edited(|folder| planted = plant(folder, k, first));
        assert_eq!(planted.len(), k, "the example has room for {k} edits");
        let changes = changes(&new);
        assert_eq!(
            changes["summary"]["marks"],
            k,
            "{}\n{}",
            planted.join("\n"),
            new.run(["diff".as_ref(), built().folder.as_os_str(), "new".as_ref()]).stdout
        );
        for (what, wanted) in [("data", 0), ("coverage", 0), ("documents_added", 0), ("documents_removed", 0)] {
            assert_eq!(changes["summary"][what], wanted, "{what}");
        }
    }
}

#[test]
fn a_line_of_code_that_changed_is_one_mark() {
    let new = edited(|folder| {
        let path = folder.join("markdown/runbook.md");
        let text = fs::read_to_string(&path).expect("text");
        let (before, after) = text.split_once("```bash\n").expect("the runbook has commands");
        fs::write(&path, format!("{before}```bash\nset -euo pipefail\n{after}")).expect("written");
    });
    assert_eq!(changes(&new)["summary"]["marks"], 1);
}

#[test]
fn documents_that_came_went_or_were_renamed_are_told() {
    let new = edited(|folder| {
        let path = folder.join("manifest.json");
        let mut manifest: Value = serde_json::from_slice(&fs::read(&path).expect("there")).expect("JSON");
        let documents = manifest["documents"].as_array_mut().expect("documents");
        documents.retain(|document| document["kind"] != "database");
        for document in documents.iter_mut().filter(|document| document["kind"] == "runbook") {
            document["title"] = "Operations handbook".into();
        }
        documents.push(serde_json::json!({"number": "HP-999", "kind": "notes", "title": "Notes"}));
        fs::write(folder.join("markdown/notes.md"), "# Notes\n\nNew.\n").expect("written");
        fs::write(&path, manifest.to_string()).expect("written");
    });
    let summary = &changes(&new)["summary"];
    assert_eq!((&summary["documents_added"], &summary["documents_removed"]), (&1.into(), &1.into()), "{summary}");
    let told = new.run(["diff".as_ref(), built().folder.as_os_str(), "new".as_ref()]).code(0);
    told.says("+ HP-999 Notes, added").says("Database").says(", removed").says("was “").says("Operations handbook");
}

#[test]
fn facts_coverage_and_attachments_that_changed_are_told_once() {
    let new = edited(|folder| {
        for (path, change) in [
            (
                "data.json",
                &(|value: &mut Value| value["contacts"][0]["phone"] = "+46 31 000 00 00".into()) as &dyn Fn(&mut Value),
            ),
            ("completeness.json", &|value: &mut Value| value["coverage"]["items"][0]["state"] = "missing".into()),
            ("manifest.json", &|value: &mut Value| {
                let files = value["files"].as_array_mut().expect("files");
                let attached = |file: &&mut Value| file["path"].as_str().is_some_and(|path| path.starts_with("files/"));
                files.iter_mut().find(attached).expect("an attachment")["sha256"] = "0".repeat(64).into();
            }),
        ] {
            let path = folder.join(path);
            let mut value: Value = serde_json::from_slice(&fs::read(&path).expect("there")).expect("JSON");
            change(&mut value);
            fs::write(&path, value.to_string()).expect("written");
        }
    });
    let changes = changes(&new);
    let summary = &changes["summary"];
    for (what, wanted) in [("data", 1), ("coverage", 1), ("files", 1), ("marks", 0)] {
        assert_eq!(summary[what], wanted, "{what}: {changes}");
    }
    assert_eq!(changes["data"][0]["new"], "+46 31 000 00 00");
    assert_eq!(changes["coverage"][0]["new"], "missing");
}

#[test]
fn the_working_state_is_compared_with_a_bundle() {
    let new = Sandbox::example().edit("docs/emergency.md", "\n\n", "\n\nQuicksilver was spilled.\n\n");
    let told = new.run(["diff".as_ref(), built().zip.as_os_str()]).code(0);
    told.says("Quicksilver was spilled.").says("{+");
    new.run(["diff".as_ref(), built().zip.as_os_str(), ".".as_ref(), "--exit-code".as_ref()]).code(1);
}

#[test]
fn what_changed_is_told_as_a_page_and_as_a_pdf() {
    let new = edited(|folder| drop(plant(folder, 4, 0)));
    let old = built().folder.as_os_str().to_owned();
    let page =
        new.run(["diff".as_ref(), old.as_os_str(), "new".as_ref(), "--format".as_ref(), "html".as_ref()]).code(0);
    let page = page.says("<ins class=\"added\">").says("<del class=\"removed\">").stdout;
    assert!(!page.contains("http://") && !page.contains("<script"), "the page needs nothing else");
    let args = ["diff".as_ref(), old.as_os_str(), "new".as_ref(), "--format".as_ref(), "pdf".as_ref()];
    new.run(args).code(2).complains("--out FILE");
    new.run(args.into_iter().chain(["--out".as_ref(), "what.pdf".as_ref()])).code(0).says("what.pdf");
    let text = tool("pdftotext", ["-layout".as_ref(), new.at("what.pdf").as_os_str(), "-".as_ref()]);
    assert!(text.contains("+quicksilver"), "signs tell what came without colours:\n{text}");
    assert!(text.contains('−'), "signs tell what went without colours:\n{text}");
}

#[test]
fn a_build_since_a_bundle_has_bars_and_tells_what_changed() {
    let new = Sandbox::example().edit("docs/emergency.md", "\n\n", "\n\nQuicksilver was spilled.\n\n");
    let built = new.run([
        "build".as_ref(),
        "--since".as_ref(),
        built().zip.as_os_str(),
        "--only".as_ref(),
        "html,markdown".as_ref(),
    ]);
    let folder = new.at(built.code(0).stdout.lines().next().expect("a folder"));
    let page = fs::read_to_string(folder.join("html/emergency.html")).expect("a page");
    assert_eq!(page.matches("class=\"change ").count(), 1, "{page}");
    assert!(page.contains("<div class=\"change added\" role=\"group\""), "{page}");
    let told = fs::read_to_string(folder.join("html/what-changed.html")).expect("a page");
    assert!(told.contains("<ins class=\"added\">Quicksilver was spilled.</ins>"), "{told}");
    let other = fs::read_to_string(folder.join("html/contacts.html")).expect("a page");
    assert!(!other.contains("class=\"change "), "nothing changed here");
}

#[test]
fn what_is_no_bundle_is_refused_with_help() {
    let sandbox = Sandbox::example().write("x.zip", "no zip");
    sandbox.run(["diff", "x.zip"]).code(2).complains("x.zip");
    sandbox.run(["diff", "docs"]).code(2).complains("no handoff bundle");
    sandbox.run(["diff", "nowhere.zip"]).code(2).complains("nowhere.zip").complains("help:");
}
