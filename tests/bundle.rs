//! The bundle of the example, judged by tools that nobody here wrote.

#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the bundle names its files in lower case")]
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

#[path = "support/site.rs"]
mod site;
mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use support::{EXAMPLE, Sandbox, files, outcome, program, tool};

const NAME: &str = support::BUNDLE;

/// The example, built once for all tests of this file.
struct Built {
    sandbox: Sandbox,
    stdout: String,
    stderr: String,
    /// Where the zip was unpacked, away from where it was built.
    unpacked: PathBuf,
}

impl Built {
    fn zip(&self) -> PathBuf {
        self.sandbox.at(&format!("out/{NAME}.zip"))
    }

    fn folder(&self) -> PathBuf {
        self.sandbox.at(&format!("out/{NAME}"))
    }
}

fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(|| {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bundle");
        let _ = fs::remove_dir_all(&scratch);
        let sandbox = Sandbox::kept(&scratch.join("here"));
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE);
        let outcome = sandbox.run(["build".as_ref(), example.as_os_str(), "--out".as_ref(), "out".as_ref()]).code(0);
        let there = scratch.join("there");
        fs::create_dir_all(&there).expect("made");
        tool(
            "unzip",
            ["-q".as_ref(), sandbox.at(&format!("out/{NAME}.zip")).as_os_str(), "-d".as_ref(), there.as_os_str()],
        );
        Built { sandbox, stdout: outcome.stdout, stderr: outcome.stderr, unpacked: there.join(NAME) }
    })
}

/// The PDFs of the unpacked bundle.
fn pdfs() -> Vec<PathBuf> {
    let folder = built().unpacked.join("pdf");
    files(&folder).iter().filter(|path| path.ends_with(".pdf")).map(|path| folder.join(path)).collect()
}

fn manifest() -> Value {
    let text = fs::read_to_string(built().unpacked.join("manifest.json")).expect("there");
    serde_json::from_str(&text).expect("JSON")
}

fn pages(pdf: &Path) -> u64 {
    let info = tool("pdfinfo", [pdf]);
    let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).expect("pdfinfo tells the pages");
    pages.trim().parse().expect("a number")
}

#[test]
fn the_build_prints_where_the_bundle_is_and_sums_up() {
    let built = built();
    assert_eq!(built.stdout, format!("out/{NAME}\nout/{NAME}.zip\n"));
    for word in ["Lindvik Harbour Portal", "documents", "pages of PDF", "files", "zip", "complete", "index.html"] {
        assert!(built.stderr.contains(word), "`{word}` is not in\n{}", built.stderr);
    }
    assert!(!built.stderr.contains('\u{1b}'));
}

#[test]
fn the_zip_unpacks_and_every_hash_is_right() {
    let built = built();
    tool("unzip", ["-tqq".as_ref(), built.zip().as_os_str()]);
    let checked =
        outcome(Command::new("sha256sum").args(["--strict", "-c", "SHA256SUMS"]).current_dir(&built.unpacked)).code(0);
    let listed = checked.stdout.lines().filter(|line| line.ends_with(": OK")).count();
    assert_eq!(listed, files(&built.unpacked).len() - 1, "every file but the hashes themselves");
}

#[test]
fn the_zip_and_the_folder_hold_the_same() {
    let built = built();
    let paths = files(&built.folder());
    assert_eq!(paths, files(&built.unpacked));
    for path in paths {
        let read = |root: &Path| fs::read(root.join(&path)).expect("there");
        assert!(read(&built.folder()) == read(&built.unpacked), "{path} differs");
    }
}

#[test]
fn the_bundle_has_the_layout_that_it_promises() {
    let paths: BTreeSet<_> = files(&built().unpacked).into_iter().collect();
    for path in
        ["index.html", "completeness.json", "manifest.json", "SHA256SUMS", "html/runbook.html", "markdown/runbook.md"]
    {
        assert!(paths.contains(path), "{path} is missing");
    }
    assert!(paths.contains(&format!("pdf/{NAME}.pdf")), "the binder is missing");
    let documents = manifest()["documents"].as_array().expect("documents").clone();
    assert!(documents.len() >= 12, "{} documents", documents.len());
    for kind in documents.iter().map(|document| document["kind"].as_str().expect("a kind")) {
        assert!(paths.contains(&format!("html/{kind}.html")), "{kind} has no page");
        assert!(paths.contains(&format!("markdown/{kind}.md")), "{kind} has no Markdown");
        assert!(
            paths.iter().any(|path| path.starts_with("pdf/") && path.ends_with(&format!("-{kind}.pdf"))),
            "{kind} has no PDF"
        );
    }
}

#[test]
fn the_manifest_names_every_file_with_its_size() {
    let manifest = manifest();
    let listed = manifest["files"].as_array().expect("files");
    let paths: Vec<_> = listed.iter().map(|file| file["path"].as_str().expect("a path").to_owned()).collect();
    let mut there = files(&built().unpacked);
    there.retain(|path| path != "manifest.json" && path != "SHA256SUMS");
    assert_eq!(paths, there);
    for file in listed {
        let path = built().unpacked.join(file["path"].as_str().expect("a path"));
        assert_eq!(file["size"].as_u64(), Some(fs::metadata(&path).expect("there").len()), "{}", path.display());
    }
    assert_eq!(manifest["release"]["status"], "as-delivered");
    assert_eq!(manifest["release"]["date"], "2027-02-12");
}

#[test]
fn every_link_of_every_page_leads_somewhere() {
    let root = &built().unpacked;
    let paths = files(root);
    let pages = paths.iter().filter(|path| path.ends_with(".html")).count();
    assert!(pages > 12, "{pages} pages");
    let broken = site::broken(root, &paths);
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn no_page_asks_a_network_for_anything() {
    let root = &built().unpacked;
    let mut asked = Vec::new();
    for path in files(root) {
        let text = || fs::read_to_string(root.join(&path)).expect("text");
        let fetched = match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("html" | "svg") => site::page(&text()).fetched,
            Some("css") => site::css_urls(&text()),
            _ => continue,
        };
        asked.extend(fetched.into_iter().filter(|url| site::is_external(url)).map(|url| format!("{path}: {url}")));
    }
    assert!(asked.is_empty(), "\n{}", asked.join("\n"));
}

#[test]
fn every_pdf_is_sound() {
    for pdf in pdfs() {
        tool("qpdf", ["--check".as_ref(), pdf.as_os_str()]);
        assert!(pages(&pdf) > 0, "{}", pdf.display());
    }
}

#[test]
fn every_pdf_is_accessible_and_archival() {
    let profiles = std::iter::once("ua1,2a".into());
    support::judge("pdf", profiles.chain(pdfs().into_iter().map(PathBuf::into_os_string)));
}

#[test]
fn files_that_a_document_links_to_travel_in_its_pdf_if_the_project_wants_it() {
    let sandbox = Sandbox::example()
        .edit("handoff.yaml", "\noutput:\n", "\noutput:\n  attachments: true\n")
        .write("docs/rates/berths.csv", "berth,rate\nA 12,40\n")
        .append("docs/api.md", "\nThe rates are in [a table](rates/berths.csv).\n");
    let _ = sandbox.run(["build", "--only", "pdf", "--out", "out"]).code(0);
    let folder = sandbox.at(&format!("out/{NAME}/pdf"));
    let is_of = |name: &String| name.ends_with("-api.pdf") || name.starts_with("harbour-portal");
    let carriers: Vec<PathBuf> = files(&folder).into_iter().filter(is_of).map(|name| folder.join(name)).collect();
    assert_eq!(carriers.len(), 2);
    for pdf in &carriers {
        let listed = tool("pdfdetach", ["-list".as_ref(), pdf.as_os_str()]);
        assert!(listed.contains("rates/berths.csv"), "{listed}");
    }
    let profiles = std::iter::once("ua1,3a".into());
    support::judge("pdf", profiles.chain(carriers.into_iter().map(PathBuf::into_os_string)));
}

#[test]
fn the_manifest_tells_how_many_pages_each_pdf_has() {
    let documents = manifest()["documents"].as_array().expect("documents").clone();
    let mut all = 0;
    for document in &documents {
        let kind = document["kind"].as_str().expect("a kind");
        let is_of = |pdf: &&PathBuf| {
            pdf.file_name().is_some_and(|name| name.to_string_lossy().ends_with(&format!("-{kind}.pdf")))
        };
        let found = pdfs();
        let pdf = found.iter().find(is_of).unwrap_or_else(|| panic!("{kind} has no PDF"));
        assert_eq!(document["pages"].as_u64(), Some(pages(pdf)), "{kind}");
        all += pages(pdf);
    }
    assert!(all >= 40, "{all} pages");
}

#[test]
fn the_binder_has_every_document_behind_a_bookmark() {
    let binder = built().unpacked.join(format!("pdf/{NAME}.pdf"));
    let json = tool("qpdf", ["--json".as_ref(), "--json-key=outlines".as_ref(), binder.as_os_str()]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let outlines = json["outlines"].as_array().expect("bookmarks");
    let documents = manifest()["documents"].as_array().expect("documents").clone();
    // What tells about all PDFs, the binder among them, cannot be a part of it.
    let beside = ["register", "release-note", "transmittal"];
    let inside = documents.iter().filter(|document| !beside.contains(&document["kind"].as_str().expect("a kind")));
    for title in inside.map(|document| document["title"].as_str().expect("a title")) {
        let marked = outlines.iter().any(|mark| mark["title"].as_str().is_some_and(|text| text.contains(title)));
        assert!(marked, "no bookmark for {title}");
    }
    let last = pages(&binder);
    let mut at = Vec::new();
    destinations(outlines, &mut at);
    assert!(at.iter().all(|page| (1..=last).contains(page)), "bookmarks lead to pages of the binder: {at:?}");
    assert!(last > documents.len() as u64);
}

/// The words of each page of a PDF, sorted.
fn words(pdf: &Path) -> Vec<Vec<String>> {
    let text = tool("pdftotext", [pdf.as_os_str(), "-".as_ref()]);
    let sorted = |page: &str| {
        let mut words: Vec<String> = page.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    let mut pages: Vec<_> = text.split('\u{c}').map(sorted).collect();
    // Each page ends with a form feed.
    assert_eq!(pages.pop(), Some(Vec::new()));
    pages
}

#[test]
fn the_binder_holds_the_very_pages_of_each_document() {
    let binder = built().unpacked.join(format!("pdf/{NAME}.pdf"));
    let whole = words(&binder);
    let bound = |pdf: &&PathBuf| !["register", "release-note", "transmittal", NAME].iter().any(|name| names(pdf, name));
    let pdfs = pdfs();
    let singles: Vec<_> = pdfs.iter().filter(bound).collect();
    let count: usize = singles.iter().map(|pdf| words(pdf).len()).sum();
    let mut at = whole.len() - count;
    assert!((3..9).contains(&at), "{at} pages of front");
    for pdf in singles {
        for (number, own) in words(pdf).into_iter().enumerate() {
            at += 1;
            let foot = format!("Handoff documentation · Page {at} of {}", whole.len());
            let mut wanted: Vec<String> = own.into_iter().chain(foot.split(' ').map(str::to_owned)).collect();
            wanted.sort();
            assert_eq!(whole[at - 1], wanted, "page {} of {}", number + 1, pdf.display());
        }
    }
    assert_eq!(at, whole.len());
}

#[test]
fn a_turned_page_has_its_number_in_the_binder_at_its_right() {
    let project = "\
handoff: 1
project: { id: wide, name: Wide, summary: A table that turns its page. }
release: { version: 1.0.0, date: 2026-11-20, status: draft, classification: Internal }
supplier: { name: Supplier }
client: { name: Client }
";
    let words: Vec<String> = (0..12).map(|at| format!("unbreakable{at}word")).collect();
    let row =
        |cell: &dyn Fn(&String) -> String| format!("|{}|\n", words.iter().map(cell).collect::<Vec<_>>().join("|"));
    let table = [row(&|word| word.clone()), row(&|_| "---".into()), row(&|word| word.clone())].concat();
    let sandbox =
        Sandbox::empty().write("handoff.yaml", project).write("docs/wide.md", format!("# Wide\n\nBefore.\n\n{table}"));
    let bundle = sandbox.run(["build", ".", "--out", "out"]);
    bundle.says("wide-1.0.0");
    let boxes = tool(
        "pdftotext",
        ["-bbox".as_ref(), sandbox.at("out/wide-1.0.0/pdf/wide-1.0.0.pdf").as_os_str(), "-".as_ref()],
    );
    let number = |text: &str, name: &str| -> f64 {
        let behind = text.split(&format!("{name}=\"")).nth(1).expect(name);
        behind.split('"').next().and_then(|number| number.parse().ok()).expect(name)
    };
    let pages: Vec<&str> = boxes.split("<page ").skip(1).collect();
    let mut turned = 0;
    for (at, page) in pages.iter().enumerate().skip(1).filter(|(_, page)| page.contains(">documentation<")) {
        let (width, height) = (number(page, "width"), number(page, "height"));
        let all = format!(">{}</word>", pages.len());
        let last =
            page.lines().filter(|line| line.contains(&all)).map(|line| (number(line, "xMax"), number(line, "yMax")));
        let (right, low) = last.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or_else(|| panic!("page {at}: {page}"));
        assert!((width - 75.0..width - 50.0).contains(&right) && low > height - 50.0, "page {at}: {right}, {low}");
        turned += usize::from(width > height);
    }
    assert_eq!(turned, 1, "one page is turned");
}

/// Whether a file is the PDF of a name, behind its number or without one.
fn names(pdf: &Path, name: &str) -> bool {
    pdf.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(name))
}

#[test]
fn the_contents_of_the_binder_tell_where_documents_begin() {
    let binder = built().unpacked.join(format!("pdf/{NAME}.pdf"));
    let json = tool("qpdf", ["--json".as_ref(), "--json-key=outlines".as_ref(), binder.as_os_str()]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let contents = tool("pdftotext", ["-layout".as_ref(), binder.as_os_str(), "-".as_ref()]);
    let contents: Vec<&str> = contents.split('\u{c}').skip(1).take(8).flat_map(str::lines).collect();
    let marks = json["outlines"].as_array().expect("bookmarks");
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let contents: Vec<String> = contents.into_iter().map(spaced).collect();
    let line = |mark: &Value| {
        let (title, page) = (mark["title"].as_str().expect("a title"), mark["destpageposfrom1"].as_u64());
        format!("{} {}", spaced(title), page.expect("a page"))
    };
    let (mut told, mut all) = (0, 0);
    for mark in marks.iter().filter(|mark| mark["kids"].as_array().is_some_and(|kids| !kids.is_empty())) {
        assert!(contents.contains(&line(mark)), "no line for {}", line(mark));
        let sections = mark["kids"].as_array().map_or(&[][..], Vec::as_slice);
        all += sections.len();
        told += sections.iter().filter(|section| contents.contains(&line(section))).count();
    }
    // Only a name that is longer than its line has none of its own.
    assert!(all > 100 && told + 3 >= all, "{told} of {all} sections have a line in the contents");
}

#[test]
fn links_in_the_binder_stay_in_it() {
    let binder = built().unpacked.join(format!("pdf/{NAME}.pdf"));
    let json = tool("qpdf", ["--json".as_ref(), "--json-key=qpdf".as_ref(), binder.as_os_str()]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let objects = json["qpdf"][1].as_object().expect("objects");
    // A place without a name is a reference.
    let text = |value: &Value| value.as_str()?.strip_prefix("u:").map(str::to_owned);
    let links = objects.values().filter(|object| object["value"]["/Subtype"] == "/Link").map(|object| &object["value"]);
    let (mut inside, mut beside) = (BTreeSet::new(), BTreeSet::new());
    for link in links {
        inside.extend(text(&link["/Dest"]));
        beside.extend(text(&link["/A"]["/URI"]).filter(|address| address.contains(".pdf") && !address.contains('/')));
    }
    let known = tool("pdfinfo", ["-dests".as_ref(), binder.as_os_str()]);
    assert!(inside.iter().any(|name| name.contains('/')) && inside.iter().any(|name| !name.contains('/')));
    for name in &inside {
        assert!(known.contains(&format!("\"{name}\"")), "no place is called {name}");
    }
    let late = ["register", "release-note", "transmittal"];
    for address in &beside {
        assert!(late.iter().any(|kind| address.contains(kind)), "{address} is a part of the binder");
    }
}

fn destinations(outlines: &[Value], out: &mut Vec<u64>) {
    for mark in outlines {
        out.extend(mark["destpageposfrom1"].as_u64());
        destinations(mark["kids"].as_array().map_or(&[], Vec::as_slice), out);
    }
}

#[test]
fn the_register_of_deliverables_tells_the_pages_that_the_pdfs_have() {
    let manifest = manifest();
    let documents = manifest["documents"].as_array().expect("documents");
    let text = fs::read_to_string(built().unpacked.join("markdown/sign-off.md")).expect("the sign-off");
    let cells = |line: &str| line.trim_matches('|').split('|').map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("|HP-")).map(cells).collect();
    assert!(rows.len() > 20, "{text}");
    let page = fs::read_to_string(built().unpacked.join("html/sign-off.html")).expect("the sign-off");
    for row in rows {
        let document = documents.iter().find(|document| document["number"] == row[0].as_str()).expect("a document");
        assert_eq!(row.last(), Some(&document["pages"].to_string()), "{row:?}");
        assert!(page.contains(&format!(">{}</td>", document["pages"])), "{row:?}");
    }
}

#[test]
fn two_builds_are_the_same_whatever_the_surroundings() {
    let other = Sandbox::example();
    let deep = Sandbox::empty().write("a/b/c/.keep", "");
    let script = "umask 077; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(program().get_program()).arg("build").arg(other.path()).args(["--out", "d"]);
    command.current_dir(deep.at("a/b/c"));
    command.envs([("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("RAYON_NUM_THREADS", "1"), ("HOME", "/")]);
    let _ = outcome(&mut command).code(0);
    let (first, second) = (built().folder(), deep.at(&format!("a/b/c/d/{NAME}")));
    assert_eq!(files(&first), files(&second));
    // Only one of them lies in a repository of git, which the manifest tells.
    let tables = ["manifest.json", "SHA256SUMS"];
    for path in files(&first).iter().filter(|path| !tables.contains(&path.as_str())) {
        assert!(fs::read(first.join(path)).expect("there") == fs::read(second.join(path)).expect("there"), "{path}");
    }
    let digest = |folder: &Path| {
        let text = fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
        serde_json::from_str::<Value>(&text).expect("JSON")["digest"].clone()
    };
    assert!(digest(&first).is_string());
    assert_eq!(digest(&first), digest(&second));
}

#[test]
fn an_earlier_bundle_is_replaced_as_a_whole_and_a_foreign_folder_is_kept() {
    let sandbox = Sandbox::example();
    let build = ["build", "--only", "markdown"];
    let _ = sandbox.run(build).code(0);
    let sandbox = sandbox.write(&format!("dist/{NAME}/stale.txt"), "left over");
    let _ = sandbox.run(build).code(0).says(&format!("dist/{NAME}\n"));
    assert!(!sandbox.at(&format!("dist/{NAME}/stale.txt")).exists());
    assert_eq!(fs::read_dir(sandbox.at("dist")).expect("there").count(), 2, "no temporary folder is left");

    let foreign = Sandbox::example().write(&format!("dist/{NAME}/mine.txt"), "precious");
    let _ = foreign.run(build).code(2).prints_nothing().complains("no handoff bundle").complains("--out");
    assert_eq!(foreign.text(&format!("dist/{NAME}/mine.txt")), "precious");
    assert_eq!(files(&foreign.at("dist")), [format!("{NAME}/mine.txt")]);
}

#[test]
fn a_release_with_a_gap_is_built_only_as_a_draft() {
    let gap = Sandbox::example().append("docs/support.md", "\nThis is TBD.\n");
    let _ = gap.run(["build"]).code(1).prints_nothing().complains("TBD").complains("release.status: draft");
    assert!(!gap.at("dist").exists(), "nothing was written");
    let draft = gap.edit("handoff.yaml", "status: as-delivered", "status: draft");
    let _ = draft.run(["build", "--only", "markdown"]).code(0).complains("draft").says(NAME);
}

#[test]
fn only_the_formats_that_were_asked_for_are_made() {
    let sandbox = Sandbox::example();
    let _ = sandbox.run(["build", "--only", "markdown"]).code(0);
    let paths = files(&sandbox.at(&format!("dist/{NAME}")));
    assert!(paths.iter().any(|path| path.starts_with("markdown/")));
    assert!(!paths.iter().any(|path| path.starts_with("pdf/") || path.ends_with(".html")), "{paths:?}");
}

#[test]
fn a_project_can_do_without_the_binder() {
    let sandbox = Sandbox::example().edit("handoff.yaml", "\noutput:\n", "\noutput:\n  binder: false\n");
    let _ = sandbox.run(["build", "--out", "out"]).code(0);
    let root = sandbox.at(&format!("out/{NAME}"));
    let paths = files(&root);
    let binder = format!("pdf/{NAME}.pdf");
    let others: BTreeSet<String> = files(&built().unpacked).into_iter().filter(|path| *path != binder).collect();
    assert_eq!(paths.iter().cloned().collect::<BTreeSet<_>>(), others);
    let broken = site::broken(&root, &paths);
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    let text = |path: &str| fs::read_to_string(root.join(path)).expect("there");
    for path in ["index.html", "html/register.html", "html/transmittal.html"] {
        assert!(!text(path).contains(&binder) && !text(path).contains("everything in one PDF"), "{path}");
    }
    let sums = tool("sha256sum", [root.join("pdf/02-quick-start.pdf")]);
    let hash = sums.split_whitespace().next().expect("a hash");
    assert!(text("markdown/register.md").contains(hash), "the register has the hashes of the others");
    let _ = sandbox.run(["verify".as_ref(), root.as_os_str()]).code(0).says("intact:");
}

#[test]
fn verify_says_what_is_intact_and_names_what_is_not() {
    let built = built();
    for path in [built.folder(), built.zip()] {
        let _ = built.sandbox.run(["verify".as_ref(), path.as_os_str()]).code(0).says("intact:").plain();
    }
    let copy = Sandbox::empty();
    support::copy(&built.folder(), &copy.at("b"));
    let copy = copy.append("b/index.html", " ").remove("b/html/runbook.html").write("b/html/added.html", "");
    let _ = copy
        .run(["verify", "b"])
        .code(1)
        .says("altered: index.html\n")
        .says("missing: html/runbook.html\n")
        .says("added: html/added.html\n")
        .says("3 files are not as sealed");
}
