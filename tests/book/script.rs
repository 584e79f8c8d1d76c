//! What a page asks its reader to do: its fenced blocks and its comments, as steps.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The languages of blocks that are typed into a shell.
const SHELLS: [&str; 9] = ["bash", "sh", "shell", "console", "zsh", "fish", "powershell", "cmd", "bat"];

/// Something that a reader does or sees.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// Commands for a shell, and the exit code of the last one.
    Run { script: String, exit: i32 },
    /// A command that goes on until it is stopped, and prints an address at which it answers.
    Serve { script: String },
    /// Commands that cannot be run here, by the first line.
    NotRun { first: String, reason: String },
    /// What the last command printed.
    Shows { text: String },
    /// A file that is written.
    Write { path: String, text: String },
    /// A word that is another one for every reader, and commands that print the reader's.
    Yours { word: String, script: String },
    /// A file that is changed.
    Change { path: String, diff: String },
}

/// The steps of a page, each with its line.
pub(crate) fn steps(page: &str) -> Result<Vec<(usize, Step)>, String> {
    let mut found = Vec::new();
    // The block that is open: what stands behind its fence, if it has one, and its text.
    let mut open: Option<(Option<String>, String)> = None;
    for (event, range) in Parser::new_ext(page, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                open = Some((Some(info.to_string()), String::new()));
            }
            Event::Start(Tag::HtmlBlock) => open = Some((None, String::new())),
            Event::Text(part) | Event::Html(part) => {
                if let Some((_, text)) = &mut open {
                    text.push_str(&part);
                }
            }
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                let line = page[..range.start].matches('\n').count() + 1;
                let steps = match open.take() {
                    Some((Some(info), text)) => block(&info, &text).map_err(|why| format!("line {line}: {why}"))?,
                    Some((None, text)) => hidden(&text).into_iter().collect(),
                    None => Vec::new(),
                };
                found.extend(steps.into_iter().map(|step| (line, step)));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// What readers do by hand, or have done before: `<!-- run: COMMANDS -->`. What is theirs alone, such as a hash:
/// `<!-- yours: WORD = COMMANDS -->`.
fn hidden(text: &str) -> Option<Step> {
    let text = text.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    if let Some(script) = text.strip_prefix("run:") {
        return Some(Step::Run { script: script.trim().to_owned(), exit: 0 });
    }
    let (word, script) = text.strip_prefix("yours:")?.split_once('=')?;
    Some(Step::Yours { word: word.trim().to_owned(), script: script.trim().to_owned() })
}

/// The steps of a fenced block.
fn block(info: &str, text: &str) -> Result<Vec<Step>, String> {
    let mut words = words(info)?.into_iter();
    let language = words.next().unwrap_or_default();
    let words: Vec<_> = words.collect();
    let value = |key: &str| words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('=')).map(str::to_owned);
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let is_shell = SHELLS.contains(&language.as_str());
    if is_shell && let Some(strange) = words.iter().find(|word| !known(word)) {
        return Err(format!("`{strange}` behind a fence means nothing"));
    }
    let exit = value("exit").map_or(Ok(0), |code| code.parse().map_err(|_| format!("`{code}` is no exit code")))?;
    let script = text.to_owned();
    Ok(match (is_shell, value("no_run")) {
        (true, Some(reason)) => {
            vec![Step::NotRun {
                first: text.lines().next().unwrap_or_default().trim_start_matches("$ ").to_owned(),
                reason,
            }]
        }
        (true, None) if has("serves") => vec![Step::Serve { script }],
        (true, None) if language == "console" => session(text, exit)?,
        (true, None) if language == "bash" => vec![Step::Run { script, exit }],
        (true, None) => return Err(format!("a block of `{language}` is not run; say why with no_run=\"…\"")),
        (false, _) if has("output") => vec![Step::Shows { text: script }],
        (false, _) => match words.first().filter(|word| word.contains('.') && !word.contains('=')) {
            Some(path) if language == "diff" => vec![Step::Change { path: path.clone(), diff: script }],
            Some(path) => vec![Step::Write { path: path.clone(), text: script }],
            None if text.lines().any(|line| line.starts_with("$ ") || line.starts_with("handoff ")) => {
                return Err("commands stand in a block whose language is no shell".to_owned());
            }
            None => Vec::new(),
        },
    })
}

fn known(word: &str) -> bool {
    word == "serves" || word.starts_with("exit=") || word.starts_with("no_run=")
}

/// A session: commands behind `$ `, each followed by what it printed, if that is shown.
fn session(text: &str, exit: i32) -> Result<Vec<Step>, String> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        if let Some(command) = line.strip_prefix("$ ") {
            parts.push((command.to_owned(), String::new()));
        } else {
            let (command, output) = parts.last_mut().ok_or("a session begins with `$ `")?;
            (if goes_on { command } else { output }).push_str(line);
        }
        goes_on = line.trim_end().ends_with('\\');
    }
    let last = parts.len().saturating_sub(1);
    let steps = parts.into_iter().enumerate().flat_map(|(index, (script, text))| {
        let shown = (!text.is_empty()).then_some(Step::Shows { text });
        std::iter::once(Step::Run { script, exit: if index == last { exit } else { 0 } }).chain(shown)
    });
    Ok(steps.collect())
}

/// Parts a line into words; what stands in quotation marks may have blanks.
pub(crate) fn words(info: &str) -> Result<Vec<String>, String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for sign in info.chars() {
        match sign {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            sign => words.last_mut().expect("a word").push(sign),
        }
    }
    words.retain(|word| !word.is_empty());
    if quoted { Err(format!("a quotation mark is not closed: {info}")) } else { Ok(words) }
}

#[test]
fn a_page_is_read_as_steps() {
    let page = "Prose.\n\n<!-- run: cp a b -->\n\n1. List:\n\n   ```bash exit=1\n   handoff check\n   ```\n\n\
                ```text output\nno\n```\n\n```console\n$ one \\\n  two\nout\n$ three\n```\n\n\
                ```yaml handoff.yaml\na: 1\n```\n\n```diff docs/a.md\n-a\n+b\n```\n\n\
                ```powershell no_run=\"needs a Windows\"\ndir\n```\n\n```yaml\na: 1\n```\n";
    let text = str::to_owned;
    let run = |script: &str, exit| Step::Run { script: text(script), exit };
    let wanted = vec![
        (3, run("cp a b", 0)),
        (7, run("handoff check\n", 1)),
        (11, Step::Shows { text: text("no\n") }),
        (15, run("one \\\n  two\n", 0)),
        (15, Step::Shows { text: text("out\n") }),
        (15, run("three\n", 0)),
        (22, Step::Write { path: text("handoff.yaml"), text: text("a: 1\n") }),
        (26, Step::Change { path: text("docs/a.md"), diff: text("-a\n+b\n") }),
        (31, Step::NotRun { first: text("dir"), reason: text("needs a Windows") }),
    ];
    assert_eq!(steps(page), Ok(wanted));
    for wrong in ["```fish\nls\n```", "```bash maybe\nls\n```", "```text\n$ ls\n```", "```bash no_run=\"a\nls\n```"] {
        assert!(steps(wrong).is_err(), "{wrong}");
    }
}
