//! An editor that speaks to the language server: opens and changes texts, asks, and remembers what is shown.

#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a test waits for another program")]
#![allow(clippy::needless_pass_by_value, reason = "values are written where they are sent")]
#![allow(dead_code, unreachable_pub, reason = "a test uses what it needs")]

use crate::support::{Sandbox, program};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// How long an answer may take.
const WAIT: Duration = Duration::from_mins(1);

/// An editor.
pub struct Editor {
    child: Child,
    input: ChildStdin,
    heard: Receiver<Value>,
    root: PathBuf,
    next: i32,
    /// The texts that are open, with their versions.
    open: BTreeMap<String, (i64, String)>,
    /// What is shown, by URI.
    shown: BTreeMap<String, Value>,
    /// What the server said that it can.
    pub capabilities: Value,
}

impl Editor {
    /// Starts the server in a folder and greets it.
    pub fn start(sandbox: &Sandbox) -> Self {
        let root = sandbox.path().canonicalize().expect("a folder");
        let mut child = program()
            .arg("lsp")
            .current_dir(&root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take().expect("piped");
        let output = child.stdout.take().expect("piped");
        let (say, heard) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if say.send(message).is_err() {
                    return;
                }
            }
        });
        let (open, shown) = (BTreeMap::new(), BTreeMap::new());
        let mut editor = Self { child, input, heard, root, next: 0, open, shown, capabilities: Value::Null };
        let folder = json!({"uri": editor.uri(""), "name": "project"});
        let answer = editor.request("initialize", json!({"capabilities": {}, "workspaceFolders": [folder]}));
        editor.capabilities = answer["result"]["capabilities"].clone();
        editor.notify("initialized", json!({}));
        editor
    }

    /// The URI of a file in the folder.
    pub fn uri(&self, path: &str) -> String {
        url::Url::from_file_path(self.root.join(path)).expect("an absolute path").to_string()
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
        self.input.flush().expect("the server listens");
    }

    /// Tells something.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks something, and waits for the answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.hear();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    /// The next message; what is to be shown is remembered.
    fn hear(&mut self) -> Value {
        let message = self.heard.recv_timeout(WAIT).expect("the server says something");
        if message["method"] == "textDocument/publishDiagnostics" {
            let uri = message["params"]["uri"].as_str().expect("a URI").to_owned();
            self.shown.insert(uri, message["params"].clone());
        }
        message
    }

    /// Opens a text, or takes it for one that is open, and waits for what is found in it.
    pub fn open(&mut self, path: &str, text: &str) -> Vec<String> {
        self.put(path, text);
        self.diagnostics(path)
    }

    fn put(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let version = self.open.get(path).map_or(1, |(version, _)| version + 1);
        self.shown.remove(&uri);
        self.open.insert(path.to_owned(), (version, text.to_owned()));
        if version == 1 {
            let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
            self.notify("textDocument/didOpen", json!({"textDocument": document}));
        } else {
            let document = json!({"uri": uri, "version": version});
            let params = json!({"textDocument": document, "contentChanges": [{"text": text}]});
            self.notify("textDocument/didChange", params);
        }
    }

    /// Closes a text.
    pub fn close(&mut self, path: &str) {
        let uri = self.uri(path);
        self.open.remove(path);
        self.shown.remove(&uri);
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// Types something in place of something else, as a change of a range.
    pub fn replace(&mut self, path: &str, from: &str, to: &str) {
        let uri = self.uri(path);
        let (version, text) = self.open.get_mut(path).expect("an open text");
        let start = text.find(from).unwrap_or_else(|| panic!("`{from}` is not in {path}"));
        let range = json!({"start": position(text, start), "end": position(text, start + from.len())});
        text.replace_range(start..start + from.len(), to);
        *version += 1;
        let document = json!({"uri": uri, "version": *version});
        self.shown.remove(&uri);
        let params = json!({"textDocument": document, "contentChanges": [{"range": range, "text": to}]});
        self.notify("textDocument/didChange", params);
    }

    /// Types something at the end.
    pub fn append(&mut self, path: &str, more: &str) {
        let text = self.open[path].1.clone() + more;
        self.put(path, &text);
    }

    /// What is shown in a file, each as `line:column-line:column rule`; for an open text, that of its version.
    pub fn diagnostics(&mut self, path: &str) -> Vec<String> {
        self.last(path);
        let shown = &self.shown[&self.uri(path)];
        let told = shown["diagnostics"].as_array().expect("a list").iter().map(|found| {
            let place = |end: &str| format!("{}:{}", found["range"][end]["line"], found["range"][end]["character"]);
            format!("{}-{} {}", place("start"), place("end"), found["code"].as_str().unwrap_or("-"))
        });
        told.collect()
    }

    /// What was last said about a file, once it is about the text that is open.
    pub fn last(&mut self, path: &str) -> Value {
        let uri = self.uri(path);
        let wanted = self.open.get(path).map(|(version, _)| *version);
        // What was said about a closed file is waited for anew.
        loop {
            if let Some(shown) = self.shown.get(&uri)
                && wanted.is_none_or(|wanted| shown["version"] == wanted)
            {
                return shown.clone();
            }
            self.hear();
        }
    }

    /// Waits until nothing is shown in a file that is not open any more.
    pub fn wait_until_clean(&mut self, path: &str) {
        let uri = self.uri(path);
        while self.shown.get(&uri).is_none_or(|shown| shown["diagnostics"] != json!([])) {
            self.hear();
        }
    }

    /// Forgets what was said about a file, so that the next word about it is waited for.
    pub fn forget(&mut self, path: &str) {
        let uri = self.uri(path);
        self.shown.remove(&uri);
    }

    /// What is offered at the `‸` of a text.
    pub fn complete(&mut self, path: &str, marked: &str) -> Vec<Value> {
        let at = self.mark(path, marked);
        let answer = self.request("textDocument/completion", at);
        answer["result"].as_array().cloned().unwrap_or_default()
    }

    /// The labels of what is offered at the `‸` of a text.
    pub fn offered(&mut self, path: &str, marked: &str) -> Vec<String> {
        let items = self.complete(path, marked);
        items.iter().map(|item| item["label"].as_str().expect("a label").to_owned()).collect()
    }

    /// Opens a text without its `‸`, waits until the project is known, and names the place.
    fn mark(&mut self, path: &str, marked: &str) -> Value {
        let offset = marked.find('‸').expect("a mark");
        let text = marked.replacen('‸', "", 1);
        self.put(path, &text);
        if self.root.join("handoff.yaml").exists() {
            self.last(path);
        }
        json!({"textDocument": {"uri": self.uri(path)}, "position": position(&text, offset)})
    }

    /// The place of the `‸` in a piece of an open text.
    fn place(&self, path: &str, marked: &str) -> Value {
        let text = &self.open[path].1;
        let piece = marked.replacen('‸', "", 1);
        let start = text.find(&piece).unwrap_or_else(|| panic!("`{piece}` is not in {path}"));
        let offset = start + marked.find('‸').expect("a mark");
        json!({"textDocument": {"uri": self.uri(path)}, "position": position(text, offset)})
    }

    /// What is told about the `‸` in a piece of an open text.
    pub fn hover(&mut self, path: &str, marked: &str) -> String {
        let at = self.place_or_open(path, marked);
        let answer = self.request("textDocument/hover", at);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"]["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    fn place_or_open(&mut self, path: &str, marked: &str) -> Value {
        match self.open.get(path) {
            Some((_, text)) if text.contains(&marked.replacen('‸', "", 1)) => self.place(path, marked),
            _ => self.mark(path, marked),
        }
    }

    /// Where the `‸` in a piece of an open text leads: `path:line:column`, from 1.
    pub fn definition(&mut self, path: &str, marked: &str) -> Vec<String> {
        let at = self.place(path, marked);
        let answer = self.request("textDocument/definition", at);
        let root = self.uri("");
        let places = answer["result"].as_array().unwrap_or_else(|| panic!("no places: {answer}")).iter().map(|place| {
            let path = place["uri"].as_str().expect("a URI").trim_start_matches(&root).trim_start_matches('/');
            let number = |key: &str| place["range"]["start"][key].as_u64().expect("a number") + 1;
            format!("{path}:{}:{}", number("line"), number("character"))
        });
        places.collect()
    }

    /// The actions for a line of an open text.
    pub fn actions(&mut self, path: &str, line: usize, context: &Value) -> Vec<Value> {
        let at = json!({"line": line, "character": 0});
        let range = json!({"start": at, "end": at});
        let params = json!({"textDocument": {"uri": self.uri(path)}, "range": range, "context": context});
        self.request("textDocument/codeAction", params)["result"].as_array().cloned().unwrap_or_default()
    }

    /// Says goodbye and goes; the exit code.
    pub fn goodbye(mut self) -> Option<i32> {
        let answer = self.request("shutdown", Value::Null);
        assert_eq!(answer["result"], Value::Null, "{answer}");
        self.leave()
    }

    /// Goes without a word.
    pub fn leave(mut self) -> Option<i32> {
        self.notify("exit", Value::Null);
        let Self { mut child, input, .. } = self;
        drop(input);
        child.wait().expect("it ends").code()
    }
}

/// A text with edits of the protocol.
pub fn applied(text: &str, edits: &Value) -> String {
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("edits")
        .iter()
        .map(|edit| {
            let at = |end: &str| offset(text, &edit["range"][end]);
            (at("start"), at("end"), edit["newText"].as_str().expect("a text"))
        })
        .collect();
    edits.sort_unstable();
    let mut out = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

fn offset(text: &str, position: &Value) -> usize {
    let number = |key: &str| usize::try_from(position[key].as_u64().expect("a number")).expect("small");
    let line: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
    let units = text[line..].char_indices().scan(0, |units, (at, c)| {
        let before = *units;
        *units += c.len_utf16();
        Some((before, at))
    });
    line + units.into_iter().find(|(units, _)| *units >= number("character")).map_or(text.len() - line, |(_, at)| at)
}

fn position(text: &str, offset: usize) -> Value {
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[..offset].matches('\n').count();
    json!({"line": line, "character": text[start..offset].encode_utf16().count()})
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some(number) = line.strip_prefix("Content-Length: ") {
            length = number.parse().ok();
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
