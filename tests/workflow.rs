//! The whole workflow of a delivery, on the example: every item of the checklist is met, by something,
//! and by nothing else; and the book names what serves each step.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(unreachable_pub, reason = "the parts of this program see each other only")]

mod support;
mod workflow {
    pub mod markdown;
    pub mod pieces;
    pub mod yaml;
}

use handoff::check::review::fingerprint;
use handoff::model::project::Stage;
use handoff::model::records::Review;
use handoff::model::report::State;
use handoff::pipeline::{self, Inspected, Options, Silent};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use support::Sandbox;
use workflow::pieces::{Piece, Whole};
use workflow::yaml::take;

/// The items that only the form that came back can meet.
const SIGNED: [&str; 3] = ["sign-off.deliverables", "sign-off.signatures", "sign-off.support-terms"];

fn inspect(root: &Path) -> Inspected {
    let options = Options { stage: Some(Stage::Close), ..Options::default() };
    pipeline::inspect(root, &options, &Silent).expect("the project can be read")
}

/// The ids of the items that are due and not there.
fn open(inspected: &Inspected) -> BTreeSet<String> {
    let coverage = inspected.report.coverage.as_ref().expect("the project was read");
    coverage.items.iter().filter(|item| item.state.blocks()).map(|item| item.id.clone()).collect()
}

/// The example with every trait set, so that no item is passed over, and its project file as a tree. The
/// emergency procedures have no built-in text here, which would step in for the project's own.
fn everything() -> (Sandbox, Value) {
    let sandbox = Sandbox::handed_over()
        .write("theme/documents/emergency.md", "---\ntitle: Emergency procedures\n---\n<!-- fragments -->\n")
        .write("docs/files/overview.mp4", "video")
        .write("docs/files/booking.mp4", "video")
        .write("docs/files/tips.mp4", "video")
        .write(
            "docs/video-tutorials.md",
            "# Videos\n\n## Overview video\n\nSee [the portal in five minutes](files/overview.mp4).\n\n\
             ## Workflow videos\n\nSee [how a berth is booked](files/booking.mp4).\n\n\
             ## Tips\n\nSee [three tips for the season](files/tips.mp4).\n",
        );
    let text = fs::read_to_string(sandbox.at("handoff.yaml")).expect("the project file");
    let mut project: Value = serde_yaml::from_str(&text).expect("a tree");
    project["project"]["traits"].as_array_mut().expect("traits").push(json!("videos"));
    project.as_object_mut().expect("keys").remove("not_applicable");
    save(&sandbox, &project);
    (sandbox, project)
}

/// Writes the project file: JSON is YAML too.
fn save(sandbox: &Sandbox, project: &Value) {
    fs::write(sandbox.at("handoff.yaml"), project.to_string()).expect("the project file is written");
}

#[test]
fn the_example_is_complete_and_lacks_only_the_sign_off_before_that_came_back() {
    let close = inspect(Sandbox::example().path());
    assert!(close.report.passes());
    assert!(close.report.findings.is_empty(), "{:?}", close.report.findings);
    let sandbox = Sandbox::handed_over();
    let plain = pipeline::inspect(sandbox.path(), &Options::default(), &Silent).expect("the project can be read");
    assert!(plain.report.passes());
    assert!(plain.report.findings.is_empty(), "{:?}", plain.report.findings);
    let close = inspect(sandbox.path());
    assert_eq!(open(&close), SIGNED.map(str::to_owned).into());
    let told = close.report.findings.iter().map(|finding| finding.item.clone().unwrap_or_default());
    assert_eq!(told.collect::<Vec<_>>(), SIGNED, "{:?}", close.report.findings);
}

#[test]
fn records_of_every_kind_are_there() {
    let example = Sandbox::example();
    let records = example.at("records");
    for kind in handoff::model::records::KINDS {
        assert!(records.join(kind.folder).is_dir(), "no {}", kind.folder);
    }
}

/// Binds the reviews of the example to its documents as they are now, if the variable `UPDATE_EXAMPLE` asks
/// for it: what people read does not change with a template of ours.
#[test]
fn the_reviews_of_the_example_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(support::EXAMPLE);
    let inspected = inspect(&folder);
    let Inspected { loaded, dossier, .. } = &inspected;
    let mut stale = Vec::new();
    for review in &loaded.records.reviews {
        let document = dossier.document(review.document.as_str()).expect("a document that somebody reviewed");
        let now = fingerprint(document).expect("a fingerprint");
        let path = loaded.sources.path(review.content.span.file);
        let same = |other: &&Review| other.document.value == review.document.value && other.by.value == review.by.value;
        let is_newest = !loaded.records.reviews.iter().filter(same).any(|other| other.date.value > review.date.value);
        if review.content.as_str() == now || !is_newest {
            continue;
        }
        if std::env::var_os("UPDATE_EXAMPLE").is_some() {
            let text = fs::read_to_string(folder.join(path)).expect("the record");
            fs::write(folder.join(path), text.replace(review.content.as_str(), &now)).expect("the record is written");
        } else {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "{stale:?} are stale: UPDATE_EXAMPLE=1 cargo test --test workflow reviews");
}

/// Takes a piece away from a project, looks, and puts it back.
fn without(sandbox: &Sandbox, project: &Value, piece: &Piece) -> Inspected {
    let mut before: BTreeMap<&String, Vec<u8>> = BTreeMap::new();
    let mut keep = |path| {
        before.entry(path).or_insert_with(|| fs::read(sandbox.at(path)).expect("the file"));
    };
    for path in &piece.files {
        keep(path);
        fs::remove_file(sandbox.at(path)).expect("the file is removed");
    }
    // From the end of a file to its beginning, so that the places still hold.
    for (path, start, end) in piece.cuts.iter().rev() {
        keep(path);
        let mut text = fs::read_to_string(sandbox.at(path)).expect("the fragment");
        text.replace_range(*start..*end.min(&text.len()), "");
        fs::write(sandbox.at(path), text).expect("the fragment is written");
    }
    if let Some((path, text, _)) = &piece.spoilt {
        keep(path);
        let whole = fs::read_to_string(sandbox.at(path)).expect("the fragment") + text;
        fs::write(sandbox.at(path), whole).expect("the fragment is written");
    }
    if !piece.fields.is_empty() {
        let mut project = project.clone();
        piece.fields.iter().rev().for_each(|way| take(&mut project, way));
        save(sandbox, &project);
    }
    let inspected = inspect(sandbox.path());
    for (path, bytes) in before {
        fs::write(sandbox.at(path), bytes).expect("the file is put back");
    }
    if !piece.fields.is_empty() {
        save(sandbox, project);
    }
    inspected
}

/// What a piece costs beside its own items: a link rests on the section, the file or the document that it
/// leads to, and a review on all that its reader read.
fn consequences(found: &Inspected) -> impl Iterator<Item = String> {
    let of = [("broken-link", "review.links"), ("stale-review", "review.client")];
    let is_found = |rule: &str| found.report.findings.iter().any(|finding| finding.rule == rule);
    of.into_iter().filter(move |(rule, _)| is_found(rule)).map(|(_, item)| item.to_owned())
}

/// What is wrong after taking a piece away, if anything is.
fn judge(whole: &Whole<'_>, found: &Inspected, piece: &Piece) -> Option<String> {
    let mut expected = whole.expected(piece);
    expected.extend(consequences(found));
    expected.extend(SIGNED.map(str::to_owned));
    let open = open(found);
    (open != expected).then(|| {
        let more: Vec<_> = open.difference(&expected).collect();
        let less: Vec<_> = expected.difference(&open).collect();
        format!("{piece:?}\n    also open: {more:?}, still met: {less:?}")
    })
}

#[test]
fn each_item_rests_on_what_the_report_names_and_on_nothing_else() {
    let (sandbox, project) = everything();
    let inspected = inspect(sandbox.path());
    assert_eq!(open(&inspected), SIGNED.map(str::to_owned).into(), "{:?}", inspected.report.findings);
    let whole = Whole { inspected: &inspected, project: &project };
    let items = whole.items();
    assert_eq!(items.len(), 135);
    let mut pieces: BTreeSet<Piece> = BTreeSet::new();
    for (item, covered) in &items {
        let own = whole.pieces(item, covered);
        assert_eq!(own.is_empty(), SIGNED.contains(&item.id.as_str()), "{} rests on nothing", covered.id);
        assert_eq!(covered.state == State::Met, !own.is_empty(), "{}", covered.id);
        for piece in own {
            assert!(whole.expected(&piece).contains(item.id.as_str()), "{} does not rest on {piece:?}", covered.id);
            pieces.insert(piece);
        }
    }
    let pieces: Vec<Piece> = pieces.into_iter().collect();
    let (one, other) = pieces.split_at(pieces.len() / 2);
    let run = |pieces: &[Piece]| {
        let (sandbox, project) = everything();
        let wrong = |piece| judge(&whole, &without(&sandbox, &project, piece), piece);
        pieces.iter().filter_map(wrong).collect::<Vec<_>>()
    };
    let wrong = std::thread::scope(|scope| {
        let beside = scope.spawn(|| run(one));
        let mut wrong = run(other);
        wrong.extend(beside.join().expect("the other half"));
        wrong
    });
    assert!(wrong.is_empty(), "{} of {} pieces:\n{}", wrong.len(), pieces.len(), wrong.join("\n"));
}

/// Every step of the guide that a delivery follows, and what the guide says beside the steps.
const STEPS: &[&str] = &[
    "Inputs",
    "Outputs",
    "Duration",
    "1.1",
    "1.2",
    "1.3",
    "1.4",
    "2.1",
    "2.2",
    "2.3",
    "2.4",
    "3.1",
    "3.2",
    "3.3",
    "3.4",
    "4.1",
    "4.2",
    "4.3",
    "4.4",
    "4.5",
    "5.1",
    "5.2",
    "5.3",
    "5.4",
    "5.5",
    "6.1",
    "6.2",
    "6.3",
    "6.4",
    "6.5",
    "7.1",
    "7.2",
    "7.3",
    "7.4",
    "7.5",
    "Timeline",
    "Emergency: production issue",
    "Emergency: client concern",
    "Success metrics",
];

/// The rows of the book's tables: step, what it asks for, documents, commands, messages, records.
fn rows() -> Vec<[String; 6]> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src/workflow.md"));
    let page = page.expect("the page about the workflow");
    let cells = |line: &str| -> Option<[String; 6]> {
        let inside = line.strip_prefix("| ")?.strip_suffix(" |")?;
        inside.split(" | ").map(str::to_owned).collect::<Vec<_>>().try_into().ok()
    };
    page.lines().filter_map(cells).filter(|row| row[0] != "Step").collect()
}

/// What stands in backquotes.
fn quoted(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_book_serves_each_step_of_the_guide_with_something() {
    let rows = rows();
    let steps: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(steps, STEPS);
    for row in &rows {
        assert!(row[1].len() > 20, "{row:?}");
        assert!(row[2..].iter().any(|cell| !quoted(cell).is_empty()), "nothing serves {row:?}");
    }
}

#[test]
fn what_the_book_names_exists() {
    let loaded = handoff::load::load(Sandbox::example().path()).expect("the project can be read");
    let checklist = loaded.checklist("delivery").expect("the built-in checklist");
    let mut kinds: BTreeSet<String> =
        checklist.documents().map(|(_, document)| document.document.to_string()).collect();
    kinds.insert("completeness".into());
    let messages: BTreeSet<String> = loaded.messages.keys().cloned().collect();
    let records: BTreeSet<String> = handoff::model::records::KINDS.iter().map(|kind| kind.folder.to_owned()).collect();
    let mut named = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
    for row in rows() {
        for (names, cell) in named.iter_mut().zip([2, 4, 5]) {
            names.extend(quoted(&row[cell]));
        }
    }
    assert_eq!(named, [kinds, messages, records], "what there is and what serves a step is the same");
}

#[test]
fn the_commands_that_the_book_names_exist() {
    let commands: BTreeSet<String> = rows().iter().flat_map(|row| quoted(&row[3])).collect();
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[0], "handoff", "{command}");
        // Each option must be one that the command knows.
        let path = match words[1] {
            "record" => &words[1..3],
            _ => &words[1..2],
        };
        let help = Sandbox::empty().run(path.iter().copied().chain(["--help"]));
        let help = help.code(0);
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.stdout.contains(option), "`{command}` knows no {option}");
        }
    }
}
