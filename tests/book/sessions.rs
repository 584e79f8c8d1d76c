//! Every command of the book and of the README is run, page by page, in the order in which it is read.
//! “A command in the book” in `CONTRIBUTING.md` says how a page tells what is run, and what comes of it.

use crate::script::{Step, steps};
use crate::support::{EXAMPLE, copy, outcome};
use crate::{compare_file, pages, read, root};
use rayon::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The pages of this folder are one session, in the order of the summary.
const TUTORIAL: &str = "tutorial/";

/// The day of those who read: noon of 1 December 2026, as `SOURCE_DATE_EPOCH` has it.
const TODAY: &str = "1796126400";

/// Only pages whose path contains this are run.
const ONLY: &str = "HANDOFF_PAGE";

#[test]
fn every_command_of_the_book_is_run() {
    let only = std::env::var(ONLY).unwrap_or_default();
    let example = tempfile::tempdir().expect("a folder");
    copy(&root().join(EXAMPLE), &example.path().join("harbour-portal"));
    let sessions: Vec<_> =
        sessions().into_iter().filter(|pages| pages.iter().any(|page| page.contains(&only))).collect();
    assert!(!sessions.is_empty(), "{ONLY}={only} is no part of the path of a page with commands");
    let run = |pages: &Vec<String>| Reader::new(&example.path().join("harbour-portal")).read(pages).err();
    let wrong: Vec<String> = sessions.par_iter().filter_map(run).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_not_run_is_listed_with_its_reason() {
    let mut list = String::new();
    for page in listed() {
        for (line, step) in steps(&text(&page)).unwrap_or_else(|why| panic!("{page}: {why}")) {
            if let Step::NotRun { first, reason } = step {
                assert!(reason.split(' ').count() >= 3, "{page}:{line}: `{reason}` is no reason");
                let _ = writeln!(list, "{page}: {first}: {reason}");
            }
        }
    }
    compare_file(&root().join("tests/book/not_run.txt"), &list);
}

/// The README and the pages of the summary, in its order.
fn listed() -> Vec<String> {
    let summary = read(&pages().join("SUMMARY.md"));
    let link = |line: &str| Some(line.rsplit_once("](")?.1.trim_end().strip_suffix(')')?.to_owned());
    std::iter::once("README.md".to_owned()).chain(summary.lines().filter_map(link)).collect()
}

fn text(page: &str) -> String {
    read(&if page == "README.md" { root().join(page) } else { pages().join(page) })
}

/// The pages that are read one after the other in one folder, for all pages that have commands.
fn sessions() -> Vec<Vec<String>> {
    let has_commands = |page: &String| {
        let steps = steps(&text(page)).unwrap_or_else(|why| panic!("{page}: {why}"));
        steps.iter().any(|(_, step)| matches!(step, Step::Run { .. } | Step::Serve { .. }))
    };
    let (tutorial, others): (Vec<_>, Vec<_>) =
        listed().into_iter().filter(has_commands).partition(|page| page.starts_with(TUTORIAL));
    // The longest one first.
    let sessions = std::iter::once(tutorial).chain(others.into_iter().map(|page| vec![page]));
    sessions.filter(|pages| !pages.is_empty()).collect()
}

/// Somebody who has the program, `git`, a home and an empty folder, and types in what stands on a page.
struct Reader {
    folder: TempDir,
    /// What the last command wrote, to both streams.
    heard: String,
    /// Words of the pages, and what they are for this reader.
    own: Vec<(String, String)>,
}

impl Reader {
    fn new(example: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("handoff-book-").tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["bin", "home", "work"] {
            fs::create_dir(at(name)).expect("a folder");
        }
        let link = |from: &Path, to: &str| std::os::unix::fs::symlink(from, at(to)).expect("a link");
        link(Path::new(env!("CARGO_BIN_EXE_handoff")), "bin/handoff");
        link(&root().join("tests/judges/picture"), "bin/picture");
        let git = "[user]\n  name = Lena Berg\n  email = lena.berg@nordvik.example\n[init]\n  defaultBranch = main\n";
        fs::write(at("home/.gitconfig"), git).expect("the settings of git");
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        let path = variable("PATH");
        let quoted = |path: &Path| path.to_str().expect("a plain path").to_owned();
        let state = [
            format!("export PATH='{}:{path}'", quoted(&at("bin"))),
            format!("export HOME='{}'", quoted(&at("home"))),
            format!("export REPOSITORY='{}' EXAMPLE='{}'", quoted(root()), quoted(example)),
            // The judges are kept in the home of who runs the tests.
            format!("export XDG_CACHE_HOME=\"${{XDG_CACHE_HOME:-{}/.cache}}\"", variable("HOME")),
            format!("export SOURCE_DATE_EPOCH={TODAY} TZ=UTC LC_ALL=C.UTF-8 GIT_CONFIG_NOSYSTEM=1"),
            "unset NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS CI SSH_AUTH_SOCK".to_owned(),
            format!("cd '{}'", quoted(&at("work"))),
        ];
        fs::write(at("state"), state.join("\n")).expect("the state of the shell");
        Self { folder, heard: String::new(), own: Vec::new() }
    }

    /// Does what the pages say, up to the first thing that is not as they say.
    fn read(mut self, pages: &[String]) -> Result<(), String> {
        for page in pages {
            for (line, step) in steps(&text(page)).map_err(|why| format!("{page}: {why}"))? {
                self.step(step).map_err(|why| format!("{page}:{line}: {why}"))?;
            }
        }
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Run { script, exit } => self.run(&self.own(script), exit),
            Step::Shows { text } => is_shown(&self.own(text), &self.heard),
            Step::Yours { word, script } => {
                self.run(&script, 0)?;
                self.own.push((word, self.heard.trim().to_owned()));
                Ok(())
            }
            Step::Write { path, text } => self.write(&path, &text),
            Step::Change { path, diff } => self.change(&path, &diff),
            Step::Serve { script } => self.serve(&script),
            Step::NotRun { .. } => Ok(()),
        }
    }

    /// A text of a page with this reader's own words.
    fn own(&self, text: String) -> String {
        self.own.iter().fold(text, |text, (word, own)| text.replace(word, own))
    }

    /// A shell that goes on where the last one stopped: in the same folder, with the same variables.
    fn shell(&self, script: &str) -> Command {
        let state = self.folder.path().join("state");
        let state = state.display();
        let mut command = Command::new("bash");
        command.arg("-c").arg(format!(
            "source '{state}'\ntrap '{{ export -p; printf \"cd %q\\n\" \"$PWD\"; }} > {state}' EXIT\nset -eo pipefail\nexec 2>&1\n{script}"
        ));
        command
    }

    fn run(&mut self, script: &str, exit: i32) -> Result<(), String> {
        let outcome = outcome(&mut self.shell(script));
        self.heard = outcome.stdout;
        if outcome.exit == Some(exit) && !self.heard.contains("panicked at") {
            return Ok(());
        }
        Err(format!("exit code {:?} instead of {exit} of\n{script}\n--- it printed\n{}", outcome.exit, self.heard))
    }

    /// The folder in which the reader is.
    fn here(&self) -> PathBuf {
        let here = outcome(&mut self.shell("pwd")).stdout;
        PathBuf::from(here.trim_end())
    }

    fn write(&self, path: &str, text: &str) -> Result<(), String> {
        let path = self.here().join(path);
        let folder = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Changes a file as a block with the language `diff` shows it. What was there before must be there once.
    fn change(&self, path: &str, diff: &str) -> Result<(), String> {
        let file = self.here().join(path);
        let mut text = fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
        for hunk in diff.split("…\n") {
            let side = |left_out: char| {
                let lines = hunk.lines().filter(|line| !line.starts_with(left_out));
                lines.map(|line| line.get(1..).unwrap_or_default().to_owned() + "\n").collect::<String>()
            };
            let (before, after) = (side('+'), side('-'));
            match text.matches(&before).count() {
                1 => text = text.replacen(&before, &after, 1),
                times => return Err(format!("this stands {times} times in {path}:\n{before}\n--- it is\n{text}")),
            }
        }
        fs::write(&file, text).map_err(|error| format!("{path}: {error}"))
    }

    /// Starts a server, sees that it answers at the address that it prints, and ends it.
    fn serve(&mut self, script: &str) -> Result<(), String> {
        let mut command = self.shell(script);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
        let mut server = Server(command.spawn().expect("bash starts"));
        let lines = BufReader::new(server.0.stdout.take().expect("piped")).lines();
        self.heard.clear();
        for line in lines.map_while(Result::ok) {
            let _ = writeln!(self.heard, "{line}");
            if let Some((_, address)) = line.split_once("http://") {
                let host = address.split(['/', ' ']).next().unwrap_or_default();
                return answers(host).map_err(|why| format!("{host} {why}"));
            }
        }
        Err(format!("no address was printed by\n{script}\n--- it printed\n{}", self.heard))
    }
}

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // The shell and the program that it started.
        let _ = Command::new("kill").args(["--", &format!("-{}", self.0.id())]).status();
        let _ = self.0.wait();
    }
}

/// Asks for the first page of a server.
fn answers(host: &str) -> Result<(), String> {
    let mut answer = String::new();
    let asked = TcpStream::connect(host).and_then(|mut stream| {
        write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        stream.read_to_string(&mut answer)
    });
    asked.map_err(|error| format!("does not answer: {error}"))?;
    let first = answer.lines().next().unwrap_or_default();
    if first.contains(" 200 ") { Ok(()) } else { Err(format!("answers {first}")) }
}

/// Whether a text was printed as a page shows it. A line `…` stands for any lines, and within a line `…` for
/// anything.
fn is_shown(shown: &str, heard: &str) -> Result<(), String> {
    let lines = |text: &str| text.trim_matches('\n').lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let (shown_lines, heard_lines) = (lines(shown), lines(heard));
    if alike(&shown_lines, &heard_lines) {
        return Ok(());
    }
    let strange = shown_lines.iter().find(|line| !heard_lines.iter().any(|heard| line_alike(line, heard)));
    let hint = strange.map_or("the lines stand in another order".to_owned(), |line| format!("not printed: {line}"));
    Err(format!("{hint}\n--- the page shows\n{shown}\n--- it printed\n{heard}"))
}

fn alike(shown: &[String], heard: &[String]) -> bool {
    match shown {
        [] => heard.is_empty(),
        [first, rest @ ..] if first.trim() == "…" => (0..=heard.len()).any(|skipped| alike(rest, &heard[skipped..])),
        [first, rest @ ..] => {
            heard.split_first().is_some_and(|(line, others)| line_alike(first, line) && alike(rest, others))
        }
    }
}

fn line_alike(shown: &str, heard: &str) -> bool {
    let mut parts = shown.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = heard.strip_prefix(first) else { return false };
    let parts: Vec<_> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[test]
fn what_was_printed_is_held_against_what_is_shown() {
    let heard = "one\ntwo  \nthree, 3.5 s\nfour\n";
    for good in ["one\ntwo\nthree, 3.5 s\nfour", "…\nthree, … s\n…", "one\n…\nfour", "…"] {
        assert_eq!(is_shown(good, heard), Ok(()), "{good}");
    }
    for bad in ["one\ntwo", "two\n…", "…\nfour\none\n…", "…\nthree, … m\n…", "one\n…\nfive"] {
        assert!(is_shown(bad, heard).is_err(), "{bad}");
    }
}
