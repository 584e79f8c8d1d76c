//! What reads texts and files that others wrote, each as a function of bytes: the targets of the fuzzer.
//!
//! They call the library as the program does and hold its results to what always holds. They panic when it does not,
//! and the fuzzer keeps the input. `tests/fuzz.rs` runs them too, on the seeds, on the inputs that once broke
//! something, and on mutations of both.

use handoff::accept::{self, Expected};
use handoff::finding::Finding;
use handoff::load::{self, Unsaved};
use handoff::markdown::{self, html, to_markdown};
use handoff::model::acceptance::fields;
use handoff::model::loaded::Loaded;
use handoff::model::project::{Format, Project};
use handoff::model::records::KINDS;
use handoff::model::text::{Image, Target};
use handoff::pades::{self, Anchors};
use handoff::pipeline::{self, Inspected, Options, Silent};
use handoff::report::{Style, human, json};
use handoff::source::{Sources, Span};
use handoff::{bundle, form, signature};
use jiff::Timestamp;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use zip::write::SimpleFileOptions;

/// A target: a function of bytes that panics when something does not hold.
pub type Entry = fn(&[u8]);

/// All targets, by the names of their folders.
pub const ENTRIES: [(&str, Entry); 8] = [
    ("project", project),
    ("front_matter", front_matter),
    ("record", record),
    ("markdown", markdown),
    ("bundle", bundle),
    ("form", form),
    ("signature", signature),
    ("pdf", pdf),
];

/// A project of which nothing is wrong, and which has one document that people write.
const PROJECT: &str = "handoff: 1
project: {id: texts, name: Texts, summary: Texts of all kinds., language: en}
release: {version: 1.0.0, date: 2026-11-20, status: draft, classification: Public}
supplier: {name: A}
client: {name: B}
checklist: minimal
contacts:
  - &anna {id: anna, name: Anna, party: supplier, role: Engineer, email: anna@a.example, phone: \"+46 31 1234567\",
     availability: Mon-Fri 9-17, primary: true, on_call: true}
  - {<<: *anna, id: bo, party: client}
";

/// A folder in which there is nothing: all that is read is given.
const NOWHERE: &str = "no-such-folder";

/// The day on which everything is judged.
const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// The project, read.
static LOADED: LazyLock<Loaded> = LazyLock::new(|| {
    load::load_unsaved(Path::new(NOWHERE), &unsaved(&[(load::PROJECT_FILE, PROJECT)])).expect("a project")
});

/// A folder that stays empty.
static EMPTY: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

/// The project file, as far as a report about it.
pub fn project(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        inspect(&[(load::PROJECT_FILE, text)]);
    }
}

/// The front matter of a fragment.
pub fn front_matter(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        inspect(&[(load::PROJECT_FILE, PROJECT), ("docs/runbook/10-start.md", text)]);
    }
}

/// A record of what happened; the first byte says which kind of record it is.
pub fn record(data: &[u8]) {
    let Some((first, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let kind = &KINDS[usize::from(first.wrapping_sub(b'a')) % KINDS.len()];
    let path = format!("records/{}/2026-11-20.yaml", kind.folder);
    let inspected = inspect(&[(load::PROJECT_FILE, PROJECT), (&path, text)]);
    // What `handoff record` asks before it writes one.
    let mut loaded = LOADED.clone();
    let found = load::judge_record(&mut loaded, kind, &path, text);
    told(&found, &loaded.sources);
    let read = inspected.loaded.findings.iter().chain(&inspected.report.findings);
    let file = |finding: &&Finding| finding.span().is_some_and(|span| inspected.loaded.sources.path(span.file) == path);
    assert!(
        found.is_empty() || read.clone().any(|finding| file(&finding)),
        "a record is refused when it is written, and nothing is wrong with it when it is read: {found:?}"
    );
}

/// Markdown to pages, to Markdown, and to the source of PDFs.
pub fn markdown(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (mut sources, mut findings) = (Sources::default(), Vec::new());
    let file = sources.add("docs/text.md", text);
    let parsed = markdown::parse(text, file, 0, &mut findings);
    told(&findings, &sources);
    let page = html::write(&parsed.blocks, &parsed.footnotes, &Page);
    let lower = page.to_ascii_lowercase();
    for element in ["<script", "<iframe", "<object", "<embed", "<base", "<meta", "<style"] {
        assert!(!tags(&lower).any(|tag| tag.contains(element)), "`{element}` reaches the page");
    }
    // Browsers pass over spaces and the like in an address. In the name of a language it is only a word.
    let squeezed: String = lower.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    assert!(!tags(&squeezed).any(|tag| tag.contains("=\"javascript:")), "a script in an address reaches the page");
    let mut source = markdown::typst::Source::default();
    markdown::typst::write(&mut source, &parsed.blocks, &parsed.footnotes, &Page);
    let errors = typst::syntax::parse(&source.text).errors_and_warnings().0;
    assert!(errors.is_empty(), "the source of the PDF is no source: {errors:?}");
    for (offset, span) in &source.places {
        assert!(*offset <= source.text.len() && text.get(span.range()).is_some(), "a place that is none: {span:?}");
    }
    to_markdown::write(&parsed.blocks, &parsed.footnotes, &|target| Some(address(target))).expect("Markdown again");
}

/// Markdown to a whole bundle with PDFs.
pub fn pdf(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut inspected = inspect(&[(load::PROJECT_FILE, PROJECT), ("docs/runbook.md", text)]);
    inspected.loaded.root = EMPTY.path().to_path_buf();
    let options = Options { formats: vec![Format::Html, Format::Pdf], ..Options::default() };
    let produced = pipeline::produce(&inspected, &options, &Silent)
        .unwrap_or_else(|error| panic!("what somebody wrote is no finding but an error: {error}"));
    told(&produced.findings, &inspected.loaded.sources);
}

/// A zip that claims to be a bundle; what does not begin like a zip is taken for the manifest of a whole one.
pub fn bundle(data: &[u8]) {
    static PLACE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let memory = Path::new("/dev/shm");
        let builder = tempfile::Builder::new();
        if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() }.expect("a temporary folder")
    });
    let path: PathBuf = PLACE.path().join("bundle.zip");
    let zip = if data.starts_with(b"PK") { data.to_vec() } else { around(data) };
    std::fs::write(&path, zip).expect("written");
    let verified = bundle::verify(&path);
    if let Ok(received) = bundle::read(&path) {
        assert_eq!(verified.ok().as_ref(), Some(&received.verification), "two readings differ");
        let files = received.bundle.into_files().expect("in memory");
        let _ = handoff::compare::Edition::read(&files);
    }
}

/// A zip of a bundle with a manifest, and hashes that fit.
fn around(manifest: &[u8]) -> Vec<u8> {
    let hash = handoff::hash::sha256(manifest);
    let page = b"<p>A page</p>";
    let sums = format!("{}  index.html\n{hash}  manifest.json\n", handoff::hash::sha256(page));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (path, bytes) in [("SHA256SUMS", sums.as_bytes()), ("index.html", page), ("manifest.json", manifest)] {
        zip.start_file(format!("texts-1.0.0/{path}"), options).expect("an entry");
        zip.write_all(bytes).expect("an entry");
    }
    zip.finish().expect("a zip").into_inner()
}

/// A form that came back.
pub fn form(data: &[u8]) {
    static OURS: LazyLock<Project> = LazyLock::new(|| {
        let text = include_str!("../../tests/sign_off/boathouse/handoff.yaml");
        let loaded = load::load_unsaved(Path::new(NOWHERE), &unsaved(&[(load::PROJECT_FILE, text)]));
        loaded.expect("a folder").project.expect("a project")
    });
    let Ok(returned) = form::read(data) else { return };
    for sealed in &returned.signatures {
        if let Ok(seal) = &sealed.seal {
            let _ = pades::verify(&sealed.format, &sealed.contents, &seal.signed(data), &Anchors::default(), NOW);
        }
    }
    assert_eq!(accept::fingerprint(data), Some(returned.fingerprint.clone()), "two readings differ");
    let said = |name: &str| match returned.answers.get(name) {
        Some(form::Answer::Text(text)) => text.trim().to_owned(),
        _ => String::new(),
    };
    let expected = Expected {
        project: &OURS,
        title: "Sign-off".to_owned(),
        version: said(fields::VERSION),
        digest: said(fields::DIGEST),
        form: None,
    };
    match accept::read(data, &expected, &Anchors::default(), NOW) {
        Ok(reading) => assert!(!reading.is_empty(), "an empty form counts"),
        Err(fault) => assert!(!fault.to_string().is_empty() && !fault.help().is_empty(), "a fault without words"),
    }
}

/// Signatures, certificates and keys.
pub fn signature(data: &[u8]) {
    let mut anchors = Anchors::default();
    let _ = anchors.add(data);
    for format in ["ETSI.CAdES.detached", "adbe.pkcs7.detached", "ETSI.RFC3161"] {
        if let Ok(verdict) = pades::verify(format, data, b"what was signed", &anchors, NOW) {
            assert!(!verdict.holds() || !anchors.is_empty(), "a signature holds, and nobody is trusted");
        }
    }
    let _ = signature::Key::read(data);
    let text = String::from_utf8_lossy(data);
    let _ = signature::PublicKey::read(&text);
    let allowed = signature::AllowedSigners::read(&text).ok();
    let judge = |text: &[u8]| signature::judge(text, Some(data), allowed.as_ref(), NOW).passes(true);
    assert!(!(judge(b"what was signed") && judge(b"something else")), "one signature passes for two texts");
}

/// The texts of a project that is nowhere on the disk.
fn unsaved(texts: &[(&str, &str)]) -> Unsaved {
    texts.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect()
}

/// Inspects a project and tells what was found.
fn inspect(texts: &[(&str, &str)]) -> Inspected {
    let inspected = pipeline::inspect_unsaved(Path::new(NOWHERE), &unsaved(texts), &Options::default(), &Silent)
        .unwrap_or_else(|error| panic!("what somebody wrote is no finding but an error: {error}"));
    told(&inspected.report.findings, &inspected.loaded.sources);
    let written = json::write(&inspected.report, &inspected.loaded.sources, &Style::default());
    assert!(!written.is_empty());
    inspected
}

/// Tells findings as people read them: each is about a place that there is.
fn told(findings: &[Finding], sources: &Sources) {
    for finding in findings {
        for label in &finding.labels {
            let text = sources.text(label.span.file);
            assert!(text.get(label.span.range()).is_some(), "a place that is none: {finding:?}");
        }
    }
    let text = human::findings(findings, sources, &Style::default());
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\0']), "a finding writes to the terminal what it likes");
}

/// The tags in a page, each from its `<` to its `>`.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.match_indices('<').map(|(at, _)| &page[at..page[at..].find('>').map_or(page.len(), |end| at + end)])
}

fn address(target: &Target) -> String {
    match target {
        Target::Written(written) => written.clone(),
        other => format!("{other:?}"),
    }
}

/// A page on its own, with a picture wherever one is asked for.
struct Page;

impl html::Surroundings for Page {
    fn href(&self, target: &Target) -> Option<String> {
        matches!(target, Target::Written(_)).then(|| "#there".to_owned())
    }

    fn picture(&self, _: &Target) -> Option<html::Picture> {
        Some(html::Picture { source: "picture.png".to_owned(), size: Some((3, 2)) })
    }

    fn word(&self, key: &str) -> &str {
        if key.is_empty() { "" } else { "word" }
    }
}

impl markdown::typst::Surroundings for Page {
    fn destination(&self, target: &Target) -> Option<markdown::typst::Destination> {
        Some(markdown::typst::Destination::External(address(target)))
    }

    fn picture(&self, _: &Image) -> Option<markdown::typst::Picture> {
        Some(markdown::typst::Picture { path: "/picture.png".to_owned(), size: (3.0, 2.0) })
    }

    fn word(&self, key: &str) -> &str {
        if key.is_empty() { "" } else { "word" }
    }

    fn shown(&self, text: &str, _: Option<Span>, _: bool) -> String {
        text.to_owned()
    }
}
