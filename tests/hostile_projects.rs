//! Projects that are broken, or made to harm: each is read in bounded time and memory, told with its place, and
//! nothing is written.
//!
//! A folder below `tests/hostile_projects/` is a case: a project, and a file `expected` with a line
//! `path:line:column rule` for each finding that must be there. What would be large is made here.

#![allow(clippy::disallowed_methods, reason = "tests read and write files, and measure time")]

mod support;

use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{Outcome, Sandbox, outcome, told};

/// What a run may use of memory, in KiB of address space.
const MEMORY: u64 = 3 << 20;
/// How long a run may take, in a build for debugging on a busy machine.
const LONGEST: Duration = Duration::from_mins(2);

const PROJECT: &str = "handoff: 1
project:
  id: pier
  name: Pier
  summary: Books boats.
release:
  version: 1.0.0
  date: 2026-11-20
  status: draft
  classification: Public
supplier:
  name: A
client:
  name: B
checklist: minimal
output:
  formats: [html, markdown]
";

fn project() -> Sandbox {
    Sandbox::empty().write("handoff.yaml", PROJECT).write("docs/runbook.md", "# Runbook\n\nRestart it.\n")
}

/// Runs the program with little memory, and not for ever.
fn run(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let script = format!("ulimit -v {MEMORY}; exec timeout -s KILL {} \"$0\" \"$@\"", LONGEST.as_secs());
    let started = Instant::now();
    let mut command = Command::new("bash");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_handoff")]).args(args).current_dir(sandbox.path());
    let ended = outcome(&mut command);
    assert!(ended.exit.is_some(), "it was ended after {:?}: {ended}", started.elapsed());
    assert!(!ended.stderr.contains("panicked at") && !ended.stderr.contains("overflow"), "{ended}");
    assert!(matches!(ended.exit, Some(0..=2)), "{ended}");
    // JSON has every character as it is but for control characters, and people are shown none that turn the text.
    let turns = |text: &str| text.contains('\u{202e}') && !text.starts_with('{');
    for text in [&ended.stdout, &ended.stderr] {
        assert!(!text.contains(['\u{1b}', '\0']) && !turns(text), "it reaches the terminal: {ended}");
    }
    ended
}

/// All paths below a folder; no link is followed.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    entries.map(|entry| entry.expect("an entry").into_path()).collect()
}

/// What the check finds, each as `path:line:column rule`.
fn found(sandbox: &Sandbox) -> Vec<String> {
    let before = everything(sandbox.path());
    let report: Value = run(sandbox, &["check", "--format", "json"]).json();
    assert_eq!(everything(sandbox.path()), before, "a check writes nothing");
    told(&report)
}

/// A case: what it is, the project, a finding that must be there (`path:line:column rule`, or its beginning), and
/// whether a bundle may be built all the same.
struct Case {
    what: &'static str,
    sandbox: Sandbox,
    wanted: &'static str,
    builds: bool,
}

fn case(what: &'static str, wanted: &'static str, builds: bool, sandbox: Sandbox) -> Case {
    Case { what, sandbox, wanted, builds }
}

/// Texts that are no texts, or too much text.
fn texts() -> Vec<Case> {
    let runbook = |bytes: &[u8]| project().write("docs/runbook.md", bytes);
    let deep = format!("{}x", "> ".repeat(5000));
    let lists: String = (0..2000).fold(String::new(), |out, depth| out + &" ".repeat(depth * 2) + "- x\n");
    let brackets = "[".repeat(50_000);
    let emphasis = "*a _".repeat(20_000);
    let html = "<div>".repeat(20_000);
    let line = format!("# Runbook\n\n{}\n", "word ".repeat(200_000));
    let solid = format!("# Runbook\n\n{}\n", "w".repeat(1 << 20));
    let rows: String = (0..5000).fold(String::new(), |mut out, row| {
        let _ = writeln!(out, "| {row} | b | c | d |");
        out
    });
    let table = format!("# Runbook\n\n| a | b | c | d |\n|---|---|---|---|\n{rows}");
    let wide = format!("# Runbook\n\n|{}\n|{}\n|{}\n", " a |".repeat(1000), "---|".repeat(1000), " b |".repeat(1000));
    let formula = format!("# Runbook\n\n$${}x{}$$\n", "{".repeat(5000), "}".repeat(5000));
    let notes: String = (0..500).fold(String::from("# Runbook\n\n"), |mut out, at| {
        let _ = write!(out, "[^{at}] ");
        out
    });
    vec![
        case("Latin-1", "docs/runbook.md:1:3 invalid-text", false, runbook(b"# \xdcber\n")),
        case("UTF-16", "docs/runbook.md:1:1 invalid-text", false, runbook(b"\xff\xfe#\0 \0R\0")),
        case("a zero byte", "docs/runbook.md:1:4 invalid-text", false, runbook(b"# R\0unbook\n")),
        case(
            "lines as Windows ends them, and a mark before them",
            "",
            true,
            runbook(b"\xef\xbb\xbf# Runbook\r\n\r\nRestart.\r\n"),
        ),
        case("lines as old machines ended them", "", true, runbook(b"# Runbook\r\rRestart.\r")),
        case("quotes in quotes", "docs/runbook.md:1: too-deep", true, runbook(deep.as_bytes())),
        case("lists in lists", "docs/runbook.md: too-deep", true, runbook(lists.as_bytes())),
        case("brackets", "", true, runbook(brackets.as_bytes())),
        case("emphasis that never ends", "", true, runbook(emphasis.as_bytes())),
        case("elements in elements", "", true, runbook(html.as_bytes())),
        case("a line of a megabyte", "", true, runbook(line.as_bytes())),
        case("a word of a megabyte", "", true, runbook(solid.as_bytes())),
        case("a table of 5000 rows", "", true, runbook(table.as_bytes())),
        case("a table of 1000 columns", "", true, runbook(wide.as_bytes())),
        case("a formula in braces in braces", "docs/runbook.md:3: unsupported-math", true, runbook(formula.as_bytes())),
        case("notes that are nowhere", "", true, runbook(notes.as_bytes())),
        case("nine megabytes", "docs/runbook.md:1:1 invalid-text", false, runbook(&b"text\n".repeat(1_900_000))),
        case("nothing", "", true, runbook(b"")),
        case(
            "signs that turn the text around",
            "",
            true,
            runbook("# Runbook\n\nTBD \u{202e}gnp.exe\u{1b}[2J\n".as_bytes()),
        ),
    ]
}

/// YAML that grows, nests, or says what it is not.
fn yaml() -> Vec<Case> {
    let bomb = (1..12).fold(String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n"), |mut out, level| {
        let _ = writeln!(out, "a{level}: &a{level} [{}]", vec![format!("*a{}", level - 1); 9].join(", "));
        out
    });
    let own = |text: String| Sandbox::empty().write("handoff.yaml", text);
    let nested = format!("{PROJECT}metrics: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let long = format!("{PROJECT}# {}\n", "x".repeat(1 << 20));
    let contacts: String = (0..500).fold(format!("{PROJECT}contacts:\n"), |mut out, at| {
        let _ = writeln!(out, "  - {{id: c{at}, name: C, party: client, role: R, email: c{at}@c.example}}");
        out
    });
    let keys: String = (0..2000).fold(String::from(PROJECT), |mut out, at| {
        let _ = writeln!(out, "key{at}: 1");
        out
    });
    vec![
        case("aliases that grow", "handoff.yaml:", false, own(format!("{PROJECT}{bomb}"))),
        case("an alias of itself", "handoff.yaml:18:", false, own(format!("{PROJECT}metrics: &m [*m]\n"))),
        case("lists in lists", "handoff.yaml:18:", false, own(nested)),
        case("a megabyte", "handoff.yaml:1:1 invalid-yaml", false, own(long)),
        case("500 people", "handoff.yaml:", true, own(contacts)),
        case("2000 keys that nobody knows", "handoff.yaml:18:1 unknown-key", false, own(keys)),
        case("a key twice", "handoff.yaml:18:1", false, own(format!("{PROJECT}client: {{name: C}}\n"))),
        case("no mapping", "handoff.yaml:1:1", false, own("just words\n".into())),
        case("two documents", "handoff.yaml:", false, own(format!("{PROJECT}---\n{PROJECT}"))),
        case(
            "a tag of another language",
            "handoff.yaml:18:",
            false,
            own(format!("{PROJECT}theme: !!python/object:os.system {{}}\n")),
        ),
        case("tabs", "handoff.yaml:1:1", false, own("\thandoff: 1\n".into())),
        case("signs that nobody sees", "handoff.yaml:4:", false, own(PROJECT.replace("Pier\n", "Pi\u{7}er\n"))),
        case(
            "front matter that never ends",
            "docs/sla.md:1:1 invalid-yaml",
            false,
            project().write("docs/sla.md", "---\ntitle: x\n"),
        ),
        case(
            "a record that is no record",
            "records/gates/x.yaml:1:1",
            false,
            project().write("records/gates/x.yaml", "[1, 2]\n"),
        ),
    ]
}

/// A PNG that says how large it is, and has hardly any bytes.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        out.extend(u32::try_from(data.len()).expect("short").to_be_bytes());
        let body = [&kind[..], data].concat();
        out.extend(&body);
        let crc = body.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        });
        out.extend((!crc).to_be_bytes());
    };
    chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat());
    chunk(b"IDAT", b"\x78\x9c\x63\x00\x00\x00\x01\x00\x01");
    chunk(b"IEND", b"");
    out
}

/// A JPEG that says how large it is and has nothing in it.
fn jpeg(side: u16) -> Vec<u8> {
    let side = side.to_be_bytes();
    [&b"\xff\xd8\xff\xc0\x00\x11\x08"[..], &side, &side, b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01\xff\xd9"].concat()
}

/// Pictures that claim more than they have.
fn pictures() -> Vec<Case> {
    let shown = |name: &str, bytes: &[u8]| {
        project()
            .write(&format!("docs/images/{name}"), bytes)
            .write("docs/runbook.md", format!("# Runbook\n\n![A plan](images/{name})\n"))
    };
    let svg =
        |content: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">{content}</svg>");
    let uses = (1..40).fold(String::from("<g id=\"u0\"><rect width=\"1\" height=\"1\"/></g>"), |mut out, level| {
        let one = format!("<use href=\"#u{}\"/>", level - 1);
        let _ = write!(out, "<g id=\"u{level}\">{}</g>", one.repeat(10));
        out
    });
    let entities = (1..20).fold(String::from("<!ENTITY e0 \"lollollol\">"), |mut out, level| {
        let _ = write!(out, "<!ENTITY e{level} \"{}\">", format!("&e{};", level - 1).repeat(10));
        out
    });
    let laughs = format!("<!DOCTYPE svg [{entities}]>{}", svg("<text>&e19;</text>"));
    let file = "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&x;</text></svg>";
    let groups = svg(&format!("{}{}", "<g>".repeat(20_000), "</g>".repeat(20_000)));
    let huge = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1e30\" height=\"1e30\"><rect width=\"1e30\" height=\"1e30\"/></svg>";
    vec![
        case("a PNG of four thousand million pixels", "docs/runbook.md:3:", true, shown("a.png", &png(65_000, 65_000))),
        case(
            "a PNG of more pixels than can be counted",
            "docs/runbook.md:3:",
            true,
            shown("a.png", &png(u32::MAX >> 1, u32::MAX >> 1)),
        ),
        case("a PNG without pixels", "docs/runbook.md:3:", true, shown("a.png", &png(0, 0))),
        case("a PNG that is cut off", "docs/runbook.md:3:", true, shown("a.png", &png(9, 9)[..40])),
        case("a JPEG that says it is large", "docs/runbook.md:3:", true, shown("a.jpg", &jpeg(u16::MAX))),
        case("a picture that is a text", "docs/runbook.md:3:", true, shown("a.png", b"no picture")),
        case(
            "an SVG that shows itself ten times, forty levels deep",
            "docs/runbook.md:3:",
            true,
            shown("a.svg", svg(&uses).as_bytes()),
        ),
        case(
            "an SVG that shows itself",
            "",
            true,
            shown("a.svg", svg("<g id=\"a\"><use href=\"#a\"/></g>").as_bytes()),
        ),
        case("an SVG whose entities grow", "docs/runbook.md:3:", true, shown("a.svg", laughs.as_bytes())),
        case("an SVG that reads a file", "docs/runbook.md:3:", true, shown("a.svg", file.as_bytes())),
        case("an SVG in an SVG in an SVG", "docs/runbook.md:3:", true, shown("a.svg", groups.as_bytes())),
        case("an SVG as large as the sky", "", true, shown("a.svg", huge.as_bytes())),
    ]
}

/// What must be found is found, and a bundle is built only where the text could be read.
fn holds(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for Case { what, sandbox, wanted, builds } in cases {
        let started = Instant::now();
        let build = run(&sandbox, &["build", "--format", "json"]);
        let report: Value = build.json();
        // A finding about a picture comes when it is rendered, so it is looked for in what the build says.
        let found = [told(&report), found(&sandbox)].concat();
        let (place, rule) = wanted.split_once(' ').unwrap_or((wanted, ""));
        if !found.iter().any(|line| line.starts_with(place) && line.ends_with(rule)) && !wanted.is_empty() {
            wrong.push(format!("{what}: `{wanted}` is not among {:?}", &found[..found.len().min(6)]));
        }
        let built = sandbox.at("dist").exists();
        if built != builds || (build.exit == Some(0)) != builds {
            wrong.push(format!("{what}: built: {built}, exit code {:?}", build.exit));
        }
        println!("{what}: {:?}", started.elapsed());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts_that_are_no_texts_or_too_much_are_told() {
    holds(texts());
}

#[test]
fn yaml_that_grows_or_lies_is_told() {
    holds(yaml());
}

#[test]
fn pictures_that_claim_more_than_they_have_are_told() {
    holds(pictures());
}

#[test]
fn every_case_that_was_dropped_in_is_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile_projects");
    let mut cases = 0;
    for entry in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let sandbox = Sandbox::empty();
        support::copy(&entry, sandbox.path());
        let expected = sandbox.text("expected");
        let sandbox = sandbox.remove("expected");
        let found = found(&sandbox);
        for line in expected.lines() {
            assert!(found.iter().any(|found| found == line), "{}: `{line}` is not among {found:#?}", entry.display());
        }
        cases += usize::from(!expected.trim().is_empty());
    }
    assert!(cases > 0, "no case expects anything");
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let sandbox = project();
    let link = |to: &str, at: &str| symlink(to, sandbox.at(at)).expect("linked");
    link("loop.md", "docs/loop.md");
    link(".", "docs/here");
    link("/etc/passwd", "docs/passwd.md");
    link("/etc", "docs/images");
    link("/", "records");
    link("/dev/zero", "docs/zero.md");
    let sandbox = sandbox.write("docs/sla.md", "# Terms\n\n![x](images/hostname) [y](../../../../etc/passwd)\n");
    let found = found(&sandbox);
    for path in ["docs/loop.md", "docs/here", "docs/passwd.md", "docs/zero.md", "records"] {
        let wanted = format!("{path}:1:1 invalid-text");
        assert!(found.contains(&wanted), "{wanted} is not among {found:?}");
    }
    let _ = run(&sandbox, &["build", "--format", "json"]);
    assert!(!sandbox.at("dist").exists(), "nothing of it is in a bundle");
    // The project file itself may be a link: it is the one that was named.
    let pipe = project().remove("docs/runbook.md");
    let _ = outcome(Command::new("mkfifo").arg(pipe.at("docs/runbook.md"))).code(0);
    let _ = run(&pipe, &["check", "--format", "json"]);
}

/// Runs the program as a user who may not read everything.
#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = project().write("docs/secret.md", "# Secret\n").write("docs/closed/a.md", "# A\n");
    let allow =
        |path: &str, mode: u32| fs::set_permissions(sandbox.at(path), fs::Permissions::from_mode(mode)).expect("set");
    allow("docs/secret.md", 0o000);
    allow("docs/closed", 0o000);
    fs::set_permissions(sandbox.path(), fs::Permissions::from_mode(0o755)).expect("set");
    let is_root = support::tool("id", ["-u"]).trim() == "0";
    // Somebody else may not reach the folder in which this program was built: it is copied.
    let program = sandbox.at("program");
    fs::copy(env!("CARGO_BIN_EXE_handoff"), &program).expect("copied");
    let mut command = if is_root { Command::new("setpriv") } else { Command::new("env") };
    if is_root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    }
    let ended = outcome(
        command.arg(&program).args(["check", "--format", "json"]).current_dir(sandbox.path()).stdin(Stdio::null()),
    );
    allow("docs/closed", 0o755);
    let found = told(&ended.code(1).json());
    for wanted in ["docs/secret.md:1:1 invalid-text", "docs/closed:1:1 invalid-text"] {
        assert!(found.iter().any(|line| line == wanted), "{wanted} is not among {found:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_of_every_kind_are_read_or_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let long = format!("docs/runbook/{}.md", "n".repeat(250));
    let deep = format!("docs/runbook/{}x.md", "d/".repeat(60));
    let sandbox = project()
        .remove("docs/runbook.md")
        .write("docs/runbook/10-港湾.md", "# 港湾\n\nRestart.\n")
        .write("docs/runbook/20-Übersicht über ‏العربية‏.md", "# Overview\n\nRestart.\n")
        .write("docs/runbook/30-e\u{301}.md", "# One\n")
        .write("docs/runbook/30-\u{e9}.md", "# The other\n")
        .write("docs/Sla.md", "# Terms\n")
        .write("docs/sla.md", "# Terms\n")
        .write("docs/a\u{1b}[2J\u{202e}.md", "# Escape\n")
        .write("docs/con.md", "# Device\n")
        .write(&long, "# Long\n")
        .write(&deep, "# Deep\n");
    fs::write(sandbox.at("docs").join(OsStr::from_bytes(b"\xff.md")), "# No text\n").expect("written");
    let report: Value = run(&sandbox, &["check", "--format", "json"]).json();
    let found = told(&report);
    assert!(found.iter().any(|line| line.starts_with("docs/Sla.md:1:1")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("docs/\u{fffd}.md:1:1 invalid-text")), "{found:?}");
    let people = run(&sandbox, &["check"]);
    assert!(people.stdout.contains("Sla.md") || people.stderr.contains("Sla.md"), "{people}");
}

#[test]
fn thousands_of_files_are_read() {
    let mut sandbox = project();
    for at in 0..3000 {
        sandbox = sandbox
            .write(&format!("docs/runbook/{at:04}.md"), format!("# Step {at}\n\nSee [the next]({:04}.md).\n", at + 1));
    }
    let sandbox = sandbox.remove("docs/runbook.md");
    let found = found(&sandbox);
    assert!(
        found.iter().any(|line| line == "docs/runbook/2999.md:3:5 broken-link"),
        "{:?}",
        &found[..found.len().min(9)]
    );
}
