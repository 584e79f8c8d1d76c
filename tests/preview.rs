//! The preview from outside: over HTTP, and in a browser.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own files have lower-case extensions")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::{Sandbox, outcome, program};

/// A preview that is being served; it ends with the test.
struct Running {
    child: Child,
    /// Host and port.
    address: String,
}

impl Running {
    fn of(sandbox: &Sandbox) -> Self {
        // Whoever starts the tests in the background has the interrupt ignored, and so has every child.
        let program = program();
        let mut command = Command::new("env");
        command.arg("--default-signal=INT").arg(program.get_program()).current_dir(sandbox.path());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.args(["preview", "--port", "0", "--editor", "vscode"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("an address");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line:?}");
        Self { child, address }
    }

    /// Asks for a path, as a browser that was sent to `host` does.
    fn ask(&self, request: &str, path: &str, host: &str) -> Response {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let text = format!("{request} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).expect("it reads");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("it answers");
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).expect("a status");
        Response { status, head, body: bytes[end + 4..].to_vec() }
    }

    fn get(&self, path: &str) -> Response {
        self.ask("GET", path, &self.address)
    }

    /// Waits until a page is as it is wanted.
    fn wait(&self, path: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let page = self.get(path).text();
            if wanted(&page) {
                return page;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{path} stays\n{page}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Response {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Response {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn has(&self, header: &str) -> bool {
        self.head.to_lowercase().contains(&header.to_lowercase())
    }
}

/// A page without what the preview puts into it.
fn bare(page: &str) -> String {
    let without_bar = page.split("<aside class=\"handoff-bar\"").next().unwrap_or_default().to_owned();
    without_bar.replace(
        "<link rel=\"stylesheet\" href=\"/preview/style.css\">\n<script src=\"/preview/script.js\" defer></script>\n",
        "",
    )
}

/// A built page without its policy and its end.
fn built(path: &Path) -> String {
    let page = std::fs::read_to_string(path).expect("a page");
    let (before, rest) = page.split_once("<meta http-equiv=\"Content-Security-Policy\"").expect("a policy");
    let (_, after) = rest.split_once('>').expect("its end");
    format!("{before}{after}").replace("</body>\n</html>\n", "")
}

#[test]
fn pages_are_those_of_the_bundle() {
    let sandbox = Sandbox::example();
    let preview = Running::of(&sandbox);
    let _ = sandbox.run(["build", "--only", "html,markdown,pdf", "--out", "out"]).code(0);
    let bundle = std::fs::read_dir(sandbox.at("out")).expect("a folder").flatten().map(|entry| entry.path());
    let bundle = bundle.into_iter().find(|path| path.is_dir()).expect("a bundle");
    for path in ["html/runbook.html", "html/sla.html", "html/contacts.html", "html/completeness.html"] {
        assert_eq!(bare(&preview.get(&format!("/{path}")).text()), built(&bundle.join(path)), "{path}");
    }
    let others: Vec<_> = support::files(&bundle)
        .into_iter()
        .filter(|path| !path.ends_with(".pdf") && !matches!(path.as_str(), "manifest.json" | "SHA256SUMS"))
        .collect();
    let mut different = Vec::new();
    for path in others {
        let served = preview.get(&format!("/{}", path.replace(' ', "%20")));
        assert_eq!(served.status, 200, "{path}");
        let is_page = path.ends_with(".html");
        if !is_page && served.body != std::fs::read(bundle.join(&path)).expect("a file") {
            different.push(path);
        }
    }
    // Some documents tell how many pages the PDFs have, which nobody knows before they are made.
    different.retain(|path| !path.starts_with("markdown/") && !path.starts_with("html/assets/search"));
    assert_eq!(different, Vec::<String>::new(), "other files than in the bundle");
    let pdf = support::files(&bundle).into_iter().find(|path| path.ends_with("-sla.pdf")).expect("a PDF");
    let served = preview.get(&format!("/{pdf}"));
    assert!(served.has("content-type: application/pdf"), "{}", served.head);
    assert!(served.body == std::fs::read(bundle.join(&pdf)).expect("a PDF"), "{pdf} is another one");
    let start = preview.get("/").text();
    assert!(start.contains("class=\"hero\"") && start.contains("handoff-bar"), "{start}");
}

#[test]
fn a_pdf_that_is_made_again_after_edits_is_that_of_the_bundle() {
    let mut sandbox = Sandbox::example();
    let preview = Running::of(&sandbox);
    let path = "/pdf/14-support.pdf";
    let first = preview.get(path).body;
    let last =
        "\n## Holidays\n\nThe desk is *closed* on 24 December.\n\n- One\n- Two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n";
    let edits =
        [("## ", "A line that comes first.\n\n## ", "comes first"), ("comes first", "came \\[first\\] #x", "#x")];
    for (from, to, shown) in edits {
        let text = sandbox.text("docs/support.md").replacen(from, to, 1);
        sandbox = sandbox.write("docs/support.md", text);
        let _ = preview.wait("/html/support.html", |page| page.contains(shown));
        assert!(preview.get(path).body != first, "{shown}");
    }
    let sandbox = sandbox.append("docs/support.md", last);
    let _ = preview.wait("/html/support.html", |page| page.contains("24 December"));
    let served = preview.get(path).body;
    let _ = sandbox.run(["build", "--only", "pdf", "--out", "out"]);
    let bundle = std::fs::read_dir(sandbox.at("out")).expect("a folder").flatten().map(|entry| entry.path());
    let bundle = bundle.into_iter().find(|path| path.is_dir()).expect("a bundle");
    assert!(served == std::fs::read(bundle.join(&path[1..])).expect("a PDF"), "it is another one");
}

#[test]
fn only_browsers_of_this_machine_are_answered() {
    let sandbox = Sandbox::example();
    let preview = Running::of(&sandbox);
    let port = preview.address.rsplit(':').next().expect("a port").to_owned();
    assert_eq!(preview.ask("GET", "/", &format!("localhost:{port}")).status, 200);
    for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""] {
        let answer = preview.ask("GET", "/", host);
        assert!(matches!(answer.status, 400 | 421) && !answer.text().contains("Lindvik"), "{host}: {}", answer.text());
    }
    assert_eq!(preview.ask("POST", "/", &preview.address).status, 405);
    let page = preview.get("/index.html");
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(page.has(header), "{header} is not in {}", page.head);
    }
    assert!(!page.has("access-control-allow-origin"));
    assert_eq!(preview.get("/../../../../etc/passwd").status, 404);
    assert_eq!(preview.get("/%2e%2e/handoff.yaml").status, 404);
    assert_eq!(preview.get("/html/nowhere.html").status, 404);
    assert!(preview.get("/manifest.json").text().contains("handoff build"));
}

#[test]
fn what_is_saved_is_shown_with_its_findings() {
    let sandbox = Sandbox::example();
    let preview = Running::of(&sandbox);
    let text = sandbox.text("docs/support.md");
    assert!(!preview.get("/html/support.html").text().contains("handoff-remark"));
    let sandbox = sandbox.append("docs/support.md", "\nThe desk moves on a day that is TBD, as agreed.\n");
    let page = preview.wait("/html/support.html", |page| page.contains("handoff-remark"));
    let place = sandbox.place("docs/support.md", "TBD");
    assert!(page.contains("<p class=\"handoff-place\"><a href=\"vscode://file/") && page.contains(&place), "{page}");
    let (before, _) = page.split_once("<aside class=\"handoff-remark error\"").expect("a remark");
    assert!(before.trim_end().ends_with("as agreed.</p>"), "the remark stands elsewhere");
    let overview = preview.get("/preview/").text();
    assert!(overview.contains("1 error") && overview.contains("<mark>TBD</mark>"), "{overview}");
    assert!(overview.contains("/html/support.html#handoff-finding-1"), "{overview}");
    let sandbox = sandbox.write("docs/support.md", text);
    let _ = preview.wait("/html/support.html", |page| !page.contains("handoff-remark"));
    // A new file, a new folder, and one that goes.
    let sandbox = sandbox.write("docs/handbook/10-first.md", "# First part\n\nIt is new.\n");
    let _ = preview.wait("/html/handbook.html", |page| page.contains("It is new."));
    let sandbox = sandbox.write("docs/handbook/20-second.md", "# Second part\n\nIt is newer.\n");
    let _ = preview.wait("/html/handbook.html", |page| page.contains("It is newer."));
    std::fs::remove_dir_all(sandbox.at("docs/handbook")).expect("it goes");
    let _ = preview.wait("/html/handbook.html", |page| page.contains("There is no"));
}

#[test]
fn findings_about_data_stand_on_the_page_that_is_made_from_them() {
    let sandbox = Sandbox::example().edit("handoff.yaml", "    phone: \"+46 31 390 06 11\"\n", "");
    let preview = Running::of(&sandbox);
    let page = preview.get("/html/contacts.html").text();
    assert!(page.contains("handoff-remark") && page.contains("incomplete-contact"), "{page}");
}

#[test]
fn a_project_that_cannot_be_read_shows_why_and_comes_back() {
    let sandbox = Sandbox::example();
    let preview = Running::of(&sandbox);
    let text = sandbox.text("handoff.yaml");
    let sandbox = sandbox.write("handoff.yaml", "project: [\n");
    let page = preview.wait("/html/runbook.html", |page| page.contains("cannot be read"));
    assert!(page.contains("invalid-yaml") && page.contains("handoff.yaml:"), "{page}");
    let sandbox = sandbox.remove("handoff.yaml");
    let _ = preview.wait("/html/runbook.html", |page| page.contains("there is no project here"));
    let _sandbox = sandbox.write("handoff.yaml", text);
    let _ = preview.wait("/html/runbook.html", |page| page.contains("class=\"document\""));
}

#[test]
fn a_page_that_did_not_change_is_not_sent_again() {
    let sandbox = Sandbox::example();
    let preview = Running::of(&sandbox);
    let first = preview.get("/html/runbook.html");
    let tag = first.head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag").trim().to_owned();
    let again = preview.ask(
        "GET",
        &format!("/html/runbook.html HTTP/1.1\r\nIf-None-Match: {tag}\r\nX-Rest:"),
        &preview.address,
    );
    assert_eq!(again.status, 304, "{}", again.head);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once_even_if_a_browser_waits() {
    let sandbox = Sandbox::example();
    let mut preview = Running::of(&sandbox);
    let mut waiting = TcpStream::connect(&preview.address).expect("it listens");
    let text = format!("GET /preview/events HTTP/1.1\r\nHost: {}\r\n\r\n", preview.address);
    waiting.write_all(text.as_bytes()).expect("it reads");
    let mut head = [0; 12];
    waiting.read_exact(&mut head).expect("it answers");
    let _ = outcome(Command::new("kill").args(["-INT", &preview.child.id().to_string()])).code(0);
    let begun = Instant::now();
    let ended = preview.child.wait().expect("it ends");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(2));
    assert!(TcpStream::connect(&preview.address).is_err(), "nobody listens any more");
}

#[test]
fn what_stops_it_is_told() {
    let sandbox = Sandbox::example();
    let preview = Running::of(&sandbox);
    let port = preview.address.rsplit(':').next().expect("a port");
    let _ = sandbox.run(["preview", "--port", port]).code(2).complains("--port").prints_nothing();
    let _ = sandbox.run(["preview", "--editor", "vscod"]).code(2).complains("did you mean `vscode`?");
    let _ = Sandbox::empty().run(["preview", "--port", "0", "."]).code(2).complains("handoff init");
}

/// How long a change may take in a program that was built for tests; one that was built for users needs
/// less than a tenth of it.
const LIMIT: &str = "10000";

#[test]
fn a_browser_follows_what_is_saved() {
    if std::env::var_os("HANDOFF_SKIP_JUDGES").is_some_and(|skip| skip == "1") {
        eprintln!("SKIPPED: no browser looked at the preview, because HANDOFF_SKIP_JUDGES is 1");
        return;
    }
    let sandbox = Sandbox::example();
    let preview = Running::of(&sandbox);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges/preview");
    let address = format!("http://{}/", preview.address);
    let told = outcome(Command::new(script).arg(address).arg(sandbox.path()).args(["--limit", LIMIT])).code(0);
    eprintln!("{}", told.stdout);
}
