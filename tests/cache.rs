//! What was made before is used again, and never seen: a build with a full cache writes what one without a
//! cache does, byte for byte.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own files have lower-case extensions")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use support::{Outcome, Sandbox, files};

const PROJECT: &str = "handoff: 1
project:
  id: texts
  name: Texts
  summary: Texts of all kinds.
  language: en
release:
  version: 1.0.0
  date: 2026-11-20
  status: draft
  classification: Internal
supplier:
  name: Ankarvik
client:
  name: Lindvik
contacts:
  - id: anna-lind
    name: Anna Lind
    role: Project manager
    party: supplier
    primary: true
    email: anna.lind@ankarvik.example
    phone: \"+46 31 390 06 11\"
";

const PICTURE: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40' width='40' height='40'>\
    <rect width='40' height='40' fill='#336699'/></svg>";

/// A small project with all that a PDF can depend on, among it an image, a diagram and code in colours.
fn project() -> Sandbox {
    Sandbox::empty()
        .write("handoff.yaml", PROJECT)
        .write("docs/harbour.md", "# The harbour\n\n## Berths\n\nThere are forty, see [the plan](map.md#map).\n")
        .write("docs/map.md", "# The map\n\n## Map\n\n![Where the berths are](images/plan.svg)\n")
        .write("docs/weather.md", "# The weather\n\n## Wind\n\n```mermaid\nflowchart LR\n  a[Wind] --> b[Waves]\n```\n")
        .write("docs/tides.md", "# The tides\n\n## Today\n\nAsk the gauge:\n\n```bash\ntide --today # in metres\n```\n")
        .write("docs/images/plan.svg", PICTURE)
}

/// Builds in a process of its own, with the cache in `cache/` beside the project, or without any.
fn build(sandbox: &Sandbox, with_cache: bool, more: &[&str]) -> Outcome {
    let args = ["build", "--out", "out"].iter().chain(more);
    let cache = sandbox.at("cache");
    sandbox
        .run_with(args, |command| {
            command.env("HANDOFF_CACHE_DIR", cache);
            if with_cache { command.env_remove("HANDOFF_NO_CACHE") } else { command.env("HANDOFF_NO_CACHE", "1") }
        })
        .code(0)
}

/// The files of the bundle and the zip, by path.
fn written(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let out = sandbox.at("out");
    files(&out).into_iter().map(|path| (path.clone(), fs::read(out.join(path)).expect("a file"))).collect()
}

fn kept(sandbox: &Sandbox) -> BTreeSet<String> {
    let folder = sandbox.at("cache");
    if folder.is_dir() { files(&folder).into_iter().collect() } else { BTreeSet::new() }
}

/// The paths whose bytes differ.
fn different<'a>(one: &'a BTreeMap<String, Vec<u8>>, other: &'a BTreeMap<String, Vec<u8>>) -> Vec<&'a str> {
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    paths.into_iter().filter(|path| one.get(*path) != other.get(*path)).map(String::as_str).collect()
}

/// Builds with the cache, then without it; what the first wrote.
fn both(sandbox: &Sandbox, what: &str) -> BTreeMap<String, Vec<u8>> {
    let _ = build(sandbox, true, &[]);
    let cached = written(sandbox);
    let _ = build(sandbox, false, &[]);
    assert_eq!(different(&cached, &written(sandbox)), Vec::<&str>::new(), "{what}: the cache shows");
    cached
}

fn built_in(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(path)).expect("a built-in file")
}

#[test]
fn a_build_after_an_edit_writes_what_one_without_a_cache_does() {
    let sandbox = project();
    let first = both(&sandbox, "nothing");
    let all = kept(&sandbox);
    let pdfs = |paths: &[&str]| paths.iter().filter(|path| path.ends_with(".pdf")).count();
    let made = pdfs(&first.keys().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(all.len(), made + 3, "one for each PDF, for the image, the diagram, and the code");

    let _ = build(&sandbox, true, &[]);
    assert_eq!(different(&first, &written(&sandbox)), Vec::<&str>::new());
    assert_eq!(kept(&sandbox), all, "nothing was made again");

    let sandbox = sandbox.edit("docs/harbour.md", "forty", "fifty");
    let second = both(&sandbox, "a fragment");
    let changed = different(&first, &second);
    assert!(changed.iter().any(|path| path.ends_with("harbour.pdf")), "{changed:?}");
    assert!(!changed.iter().any(|path| path.ends_with("weather.pdf")), "{changed:?}");
    assert_eq!(kept(&sandbox).difference(&all).count(), pdfs(&changed), "only what changed was made: {changed:?}");

    let theme = built_in("pdf/brand.typ");
    let edits: [(&str, &dyn Fn(Sandbox) -> Sandbox); 7] = [
        ("a contact", &|it| it.edit("handoff.yaml", "390 06 11", "390 06 12")),
        ("the date", &|it| it.edit("handoff.yaml", "2026-11-20", "2026-11-21")),
        ("an image", &|it| it.edit("docs/images/plan.svg", "#336699", "#996633")),
        ("a diagram", &|it| it.edit("docs/weather.md", "Waves", "Swell")),
        ("code", &|it| it.edit("docs/tides.md", "metres", "feet")),
        ("the theme", &|it| it.write("theme/pdf/brand.typ", theme.replace("#0f4c5c", "#5c0f4c"))),
        ("a template", &|it| it.write("theme/documents/contacts.md", built_in("documents/contacts.md") + "\nCall.\n")),
    ];
    let (mut sandbox, mut before) = (sandbox, second);
    for (what, edit) in edits {
        let known = kept(&sandbox);
        sandbox = edit(sandbox);
        let after = both(&sandbox, what);
        let changed = different(&before, &after);
        assert!(pdfs(&changed) > 0, "{what}: no PDF changed, so this shows nothing: {changed:?}");
        let others = usize::from(["an image", "a diagram", "code"].contains(&what));
        assert_eq!(kept(&sandbox).difference(&known).count(), pdfs(&changed) + others, "{what}: {changed:?}");
        before = after;
    }
}

#[test]
fn a_damaged_cache_is_not_trusted() {
    let sandbox = project();
    let _ = build(&sandbox, true, &[]);
    let whole = written(&sandbox);
    for (index, path) in kept(&sandbox).into_iter().enumerate() {
        let path = sandbox.at("cache").join(path);
        let mut bytes = fs::read(&path).expect("kept");
        match index % 3 {
            0 => bytes.truncate(bytes.len() / 2),
            1 => bytes.iter_mut().rev().take(4000).for_each(|byte| *byte = b'x'),
            _ => bytes = b"something else".to_vec(),
        }
        fs::write(path, bytes).expect("damaged");
    }
    let _ = build(&sandbox, true, &[]);
    assert_eq!(different(&whole, &written(&sandbox)), Vec::<&str>::new());
}

#[test]
fn without_a_cache_nothing_is_kept_and_a_cache_that_cannot_be_written_stops_nothing() {
    let sandbox = project().remove("docs/map.md").remove("docs/weather.md").remove("docs/tides.md").edit(
        "docs/harbour.md",
        "map.md#map",
        "#berths",
    );
    let _ = build(&sandbox, true, &["--no-cache"]);
    let _ = build(&sandbox, false, &[]);
    assert_eq!(kept(&sandbox), BTreeSet::new());
    let first = written(&sandbox);
    let sandbox = sandbox.write("cache", "a file is in the way");
    let _ = build(&sandbox, true, &[]);
    assert_eq!(different(&first, &written(&sandbox)), Vec::<&str>::new());
    assert_eq!(sandbox.text("cache"), "a file is in the way");
}

#[test]
fn the_number_of_threads_is_not_seen() {
    let sandbox = project();
    let _ = build(&sandbox, false, &["--jobs", "1"]);
    let one = written(&sandbox);
    let _ = build(&sandbox, false, &["--jobs", "7"]);
    assert_eq!(different(&one, &written(&sandbox)), Vec::<&str>::new());
    let _ = sandbox.run(["build", "--jobs", "0"]).code(2).complains("--jobs");
}
