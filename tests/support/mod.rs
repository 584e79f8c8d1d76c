//! A project in a temporary folder, to be changed and then driven through the program as a user would.
//!
//! Every step returns the sandbox, so that a test reads as what somebody does:
//! `Sandbox::example().edit("docs/api.md", "v2", "TBD").run(["check"])`.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(dead_code, unreachable_pub, reason = "each test program uses only some of this")]

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The example that the README shows.
pub const EXAMPLE: &str = "examples/harbour-portal";

/// The example of a workspace with several projects.
pub const WORKSPACE: &str = "examples/library-services";

/// The name of its bundle.
pub const BUNDLE: &str = "harbour-portal-1.0.1";

/// What changed in the example since it was handed over to be accepted: the file, what stands there now,
/// what stood there then.
const SINCE_HANDED_OVER: [(&str, &str, &str); 3] = [
    (
        "handoff.yaml",
        "  version: 1.0.1\n  date: 2027-02-12\n  status: as-delivered\n",
        "  version: 1.0.0\n  date: 2027-01-28\n  status: for-acceptance\n",
    ),
    ("handoff.yaml", "\n  current: close\n", "\n  current: ga\n"),
    ("handoff.yaml", "      ends: 2027-02-12\n", "      ends: 2027-01-29\n"),
];

/// What came since then: the file, how it begins, how what stands behind it begins.
const NEW_SINCE_HANDED_OVER: [(&str, &str, &str); 3] = [
    ("handoff.yaml", "    - version: 1.0.1\n", "    - version: 1.0.0\n"),
    ("CHANGELOG.md", "## 1.0.1 ", "## 1.0.0 "),
    ("docs/runbook/20-common-tasks.md", "## Restart the mail queue after a power cut", "## Change a feature flag"),
];

/// A project in a folder of its own.
pub struct Sandbox {
    folder: PathBuf,
    /// Removes the folder in the end, unless it is kept.
    _temporary: Option<TempDir>,
}

impl Sandbox {
    /// An empty folder.
    pub fn empty() -> Self {
        let temporary = tempfile::Builder::new().prefix("handoff-test-").tempdir().expect("a temporary folder");
        Self { folder: temporary.path().to_path_buf(), _temporary: Some(temporary) }
    }

    /// An empty folder at a path, which stays when the test is over.
    pub fn kept(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("the folder is made");
        Self { folder: folder.to_path_buf(), _temporary: None }
    }

    /// A copy of the example project.
    pub fn example() -> Self {
        let sandbox = Self::empty();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE), sandbox.path());
        sandbox
    }

    /// A copy of the example workspace.
    pub fn workspace() -> Self {
        let sandbox = Self::empty();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(WORKSPACE), sandbox.path());
        sandbox
    }

    /// A copy of the example project as it was handed over to be accepted: before the form came back, and
    /// before what the form asked for was done.
    pub fn handed_over() -> Self {
        let mut sandbox = Self::example();
        for folder in ["records/releases", "records/sign-off", "records/points"] {
            // The test that makes them starts without them.
            let _ = fs::remove_dir_all(sandbox.at(folder));
        }
        sandbox = sandbox.remove("records/reviews/2027-02-10-runbook-rasmus-kell.yaml");
        for (path, now, then) in SINCE_HANDED_OVER {
            sandbox = sandbox.edit(path, now, then);
        }
        for (path, from, to) in NEW_SINCE_HANDED_OVER {
            let text = sandbox.text(path);
            let (start, end) = (text.find(from).expect("its beginning"), text.find(to).expect("its end"));
            sandbox = sandbox.write(path, text[..start].to_owned() + &text[end..]);
        }
        sandbox
    }

    /// A copy of the example project as it stood at the end of a day in a stage: without the records of what
    /// came later.
    pub fn earlier(stage: &str, day: &str) -> Self {
        let sandbox = Self::handed_over().edit("handoff.yaml", "\n  current: ga\n", &format!("\n  current: {stage}\n"));
        for path in files(&sandbox.at("records")) {
            let name = path.rsplit('/').next().expect("a name");
            if name > day && !name.starts_with(day) {
                fs::remove_file(sandbox.at("records").join(&path)).expect("the record is removed");
            }
        }
        sandbox
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// A path in the folder.
    pub fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file, with the folders above it.
    pub fn write(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a file in the folder")).expect("folders are made");
        fs::write(path, text).expect("the file is written");
        self
    }

    /// Removes a file.
    pub fn remove(self, path: &str) -> Self {
        fs::remove_file(self.at(path)).unwrap_or_else(|error| panic!("{path} cannot be removed: {error}"));
        self
    }

    /// Replaces the first occurrence of a text in a file; it must be there.
    pub fn edit(self, path: &str, from: &str, to: &str) -> Self {
        let text = self.text(path);
        assert!(text.contains(from), "`{from}` is not in {path}, so the test would test nothing");
        self.write(path, text.replacen(from, to, 1))
    }

    /// Puts a text at the end of a file.
    pub fn append(self, path: &str, more: &str) -> Self {
        let text = self.text(path);
        self.write(path, text + more)
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path} cannot be read: {error}"))
    }

    /// Where a text first stands in a file, as findings tell it: `path:line:column`, in characters from 1.
    pub fn place(&self, path: &str, needle: &str) -> String {
        let text = self.text(path);
        let at = text.find(needle).unwrap_or_else(|| panic!("`{needle}` is not in {path}"));
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[..at].matches('\n').count() + 1;
        format!("{path}:{line}:{}", text[line_start..at].chars().count() + 1)
    }

    /// Runs the program in the folder.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Outcome {
        self.run_with(args, |command| command)
    }

    /// Runs the program in the folder, with a changed environment.
    pub fn run_with<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        change: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Outcome {
        let mut command = program();
        command.args(args).current_dir(self.path());
        outcome(change(&mut command))
    }

    /// What `check` says, as JSON.
    pub fn check(&self) -> Value {
        self.run(["check", "--format", "json"]).json()
    }
}

/// The program, in an environment that says nothing about colours, width or folders, and without a cache.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "CI", "HANDOFF_CACHE_DIR"] {
        command.env_remove(name);
    }
    // What an earlier run made must not hide a fault of this one.
    command.env("HANDOFF_NO_CACHE", "1");
    command
}

/// Runs a command to its end.
pub fn outcome(command: &mut Command) -> Outcome {
    let shown = format!("{command:?}");
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{shown} did not start: {error}"));
    Outcome::new(shown, output)
}

/// Runs another program that must be there and must succeed, and returns what it printed.
pub fn tool<A: AsRef<OsStr>>(name: &str, args: impl IntoIterator<Item = A>) -> String {
    outcome(Command::new(name).args(args)).code(0).stdout
}

/// Has one of the judges in `tests/judges` look at something; they are programs that nobody here wrote.
pub fn judge<A: AsRef<OsStr>>(name: &str, args: impl IntoIterator<Item = A>) {
    if std::env::var_os("HANDOFF_SKIP_JUDGES").is_some_and(|skip| skip == "1") {
        return eprintln!("SKIPPED: tests/judges/{name} judged nothing, because HANDOFF_SKIP_JUDGES is 1");
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges").join(name);
    let _ = outcome(Command::new(script).args(args)).code(0);
}

/// Gives a text to another program, and returns how that ended.
pub fn pipe(command: &mut Command, input: &[u8]) -> Outcome {
    let shown = format!("{command:?}");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{shown} did not start: {error}"));
    child.stdin.take().expect("piped").write_all(input).expect("the program reads");
    Outcome::new(shown, child.wait_with_output().expect("it ends"))
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    shown: String,
    /// The exit code; none if a signal ended it.
    pub exit: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Outcome {
    fn new(shown: String, output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Self { shown, exit: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Asserts the exit code.
    pub fn code(self, wanted: i32) -> Self {
        assert_eq!(self.exit, Some(wanted), "the exit code of {self}");
        self.never_panicked()
    }

    /// Asserts that standard output contains a text.
    pub fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "`{text}` is not on the standard output of {self}");
        self
    }

    /// Asserts that standard error contains a text.
    pub fn complains(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "`{text}` is not on the standard error of {self}");
        self
    }

    /// Asserts that nothing was written to standard output.
    pub fn prints_nothing(self) -> Self {
        assert_eq!(self.stdout, "", "the standard output of {self}");
        self
    }

    /// Asserts that neither stream has an escape sequence.
    pub fn plain(self) -> Self {
        assert!(!self.stdout.contains('\u{1b}') && !self.stderr.contains('\u{1b}'), "escapes in {self}");
        self
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}) from {self}"))
    }

    fn never_panicked(self) -> Self {
        assert!(!self.stderr.contains("panicked at"), "a panic in {self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { shown, exit, stdout, stderr } = self;
        write!(out, "{shown}\nexit code: {exit:?}\n--- standard output\n{stdout}\n--- standard error\n{stderr}\n---")
    }
}

/// The findings of a JSON report, each as `path:line:column rule`, or `- rule` without a place.
pub fn told(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings are a list");
    let told = findings.iter().map(|finding| {
        let place = &finding["place"];
        let rule = finding["rule"].as_str().expect("a rule");
        match place["path"].as_str() {
            Some(path) => format!("{path}:{}:{} {rule}", place["line"], place["column"]),
            None => format!("- {rule}"),
        }
    });
    told.collect()
}

/// Copies a folder, but not what a build in it left behind.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder is made");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let (from, name) = entry.map(|entry| (entry.path(), entry.file_name())).expect("an entry");
        if name == "dist" {
            continue;
        }
        if from.is_dir() {
            copy(&from, &to.join(name));
        } else {
            fs::copy(&from, to.join(name)).expect("the file is copied");
        }
    }
}

/// All files below a folder, as paths with `/`, sorted.
pub fn files(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().into_string().expect("a plain name");
        if entry.path().is_dir() {
            out.extend(files(&entry.path()).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            out.push(name);
        }
    }
    out.sort();
    out
}
