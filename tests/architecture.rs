//! The directions of the house, read from the sources: which room may import which, and which names
//! belong to one room only.
//!
//! The rooms and their arrows are data at the top; everything below only reads Rust far enough to find
//! paths.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own files have lower-case extensions")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What everybody may import.
const GROUND: &[&str] = &["content", "model", "finding", "guard", "hash", "parallel", "source", "error"];

/// A room and what it may import beside itself. A room that is not listed is refused: give it a place.
const ROOMS: &[(&str, &[&[&str]])] = &[
    ("main", &[&["cli"]]),
    (
        "cli",
        &[
            &[
                "cache",
                "editor",
                "preview",
                "pipeline",
                "load",
                "compose",
                "check",
                "online",
                "compare",
                "release",
                "render",
                "bundle",
                "report",
                "schema",
                "signature",
                "annex",
                "survey",
                "theme",
                "writing",
            ],
            &["accept", "form", "pades"],
            GROUND,
        ],
    ),
    ("editor", &[&["pipeline", "load", "compose", "check"], GROUND]),
    ("preview", &[&["pipeline", "check", "render", "report", "markdown", "theme"], GROUND]),
    ("pipeline", &[&["load", "compose", "check", "online", "compare", "render", "bundle", "report", "theme"], GROUND]),
    ("load", &[&["markdown", "theme"], GROUND]),
    ("compose", &[&["diagram", "markdown", "theme"], GROUND]),
    ("check", &[&["markdown", "theme"], GROUND]),
    ("online", &[&["writing"], GROUND]),
    ("cache", &[GROUND]),
    ("render", &[&["binding", "form", "markdown", "theme"], GROUND]),
    ("accept", &[&["form", "pades"], GROUND]),
    ("bundle", &[&["writing"], GROUND]),
    ("compare", &[&["markdown"], GROUND]),
    ("release", &[GROUND]),
    ("signature", &[GROUND]),
    ("annex", &[GROUND]),
    ("survey", &[&["load"], GROUND]),
    ("schema", &[&["report", "theme"], GROUND]),
    ("report", &[&["model", "finding", "source"]]),
    ("diagram", &[&["theme"], GROUND]),
    ("binding", &[&["form"], GROUND]),
    ("form", &[GROUND]),
    ("pades", &[GROUND]),
    ("markdown", &[GROUND]),
    ("theme", &[&["error"]]),
    ("writing", &[&["error"]]),
    ("model", &[&["finding", "source"]]),
    ("finding", &[&["hash", "source"]]),
    ("content", &[&["error", "hash"]]),
    ("guard", &[]),
    ("hash", &[]),
    ("parallel", &[]),
    ("source", &[]),
    ("error", &[]),
];

/// A path that only some files may name, and why.
struct Reserved {
    /// The beginnings of the path, as full names.
    paths: &'static [&'static str],
    /// The files or folders below `src/` that may name it.
    places: &'static [&'static str],
    why: &'static str,
}

const RESERVED: &[Reserved] = &[
    Reserved { paths: &["serde_yaml"], places: &["load/yaml"], why: "one file knows the YAML crate" },
    Reserved {
        paths: &["std::fs", "walkdir", "tempfile"],
        places: &[
            "load/",
            "survey/",
            "bundle/archive.rs",
            "bundle/sign.rs",
            "bundle/unpack.rs",
            "bundle/verify.rs",
            "cache/",
            "cli/",
            "content",
            "online/",
            "writing/",
        ],
        why: "reading is in load, writing in writing and bundle/archive",
    },
    Reserved { paths: &["rustix"], places: &["writing/"], why: "one room moves things into their places" },
    Reserved {
        paths: &["typst", "typst_pdf", "typst_layout", "typst_library", "comemo"],
        places: &["render/"],
        why: "the layout engine stays in render",
    },
    Reserved { paths: &["merman", "usvg"], places: &["diagram/"], why: "one room draws diagrams" },
    Reserved { paths: &["pulldown_cmark"], places: &["markdown/"], why: "one room parses Markdown" },
    Reserved {
        paths: &["tera"],
        places: &["compose/", "render/", "load/", "preview/"],
        why: "templates are filled where text is made",
    },
    Reserved { paths: &["lopdf"], places: &["binding", "form/"], why: "two rooms look inside PDFs" },
    Reserved { paths: &["cms", "x509_cert"], places: &["pades/"], why: "one room judges signatures in PDFs" },
    Reserved { paths: &["ring"], places: &["pades/", "signature/"], why: "two rooms judge signatures" },
    Reserved {
        paths: &["lsp_server", "lsp_types"],
        places: &["editor/", "cli/lsp.rs"],
        why: "one room serves editors",
    },
    Reserved {
        paths: &["axum", "tokio", "futures_util", "notify_debouncer_full"],
        places: &["preview/", "cli/preview.rs"],
        why: "one room serves and watches",
    },
    Reserved { paths: &["zip"], places: &["bundle/"], why: "one room packs and unpacks" },
    Reserved { paths: &["ssh_key"], places: &["signature/"], why: "one room knows signatures" },
    Reserved { paths: &["age"], places: &["annex.rs"], why: "one room seals" },
    Reserved { paths: &["annotate_snippets"], places: &["report/"], why: "findings are drawn in report" },
    Reserved { paths: &["clap", "anstream", "indicatif"], places: &["cli/"], why: "the library never prints" },
    Reserved {
        paths: &["std::env", "std::process"],
        places: &["cli/", "main.rs"],
        why: "the environment is asked in cli",
    },
    Reserved {
        paths: &["std::time::Instant", "std::time::SystemTime"],
        places: &["cli/", "online/"],
        why: "no stage knows the clock",
    },
    Reserved { paths: &["ureq"], places: &["online/"], why: "one room uses the network" },
];

/// Names that no file may use, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("HashMap", "its order differs from run to run: use BTreeMap"),
    ("HashSet", "its order differs from run to run: use BTreeSet"),
    ("SystemTime", "the clock is not an input"),
    ("unsafe", "nothing here needs it"),
];

/// Macros that print, which only `cli` may.
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Names for modules that say nothing about what they own.
const NAMELESS: &[&str] = &["util", "utils", "helper", "helpers", "common", "manager", "misc", "shared"];

#[test]
fn imports_run_one_way() {
    let mut wrong = Vec::new();
    for file in sources() {
        for path in &file.paths {
            let [root, to, ..] = path.as_slice() else { continue };
            let room = file.room();
            if root != "crate" || to == room || may_import(room, to) || !is_room(to) {
                continue;
            }
            wrong.push(format!("src/{}: `{room}` must not import `{}`", file.path, path.join("::")));
        }
    }
    report(&wrong);
}

#[test]
fn every_room_has_a_place_in_the_house() {
    let unknown = sources().into_iter().filter(|file| file.path != "lib.rs" && !is_room(file.room()));
    let wrong: Vec<_> =
        unknown.map(|file| format!("src/{}: the room `{}` is not in ROOMS", file.path, file.room())).collect();
    report(&wrong);
}

#[test]
fn what_belongs_to_one_room_stays_there() {
    let mut wrong = Vec::new();
    for file in sources() {
        for reserved in RESERVED.iter().filter(|reserved| !reserved.places.iter().any(|at| file.path.starts_with(at))) {
            let named = |path: &&Vec<String>| {
                let path = path.join("::");
                reserved.paths.iter().any(|name| path == *name || path.starts_with(&format!("{name}::")))
            };
            wrong.extend(file.paths.iter().filter(named).map(|path| {
                format!(
                    "src/{}: `{}` belongs to {}: {}",
                    file.path,
                    path.join("::"),
                    reserved.places.join(", "),
                    reserved.why
                )
            }));
        }
    }
    report(&wrong);
}

#[test]
fn nobody_uses_what_is_forbidden() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (name, why) in FORBIDDEN {
            if file.tokens.iter().any(|token| token == name) {
                wrong.push(format!("src/{}: `{name}`: {why}", file.path));
            }
        }
        let prints = |pair: &[String]| PRINTING.contains(&pair[0].as_str()) && pair[1] == "!";
        if !file.path.starts_with("cli/") && !file.path.ends_with("tests.rs") && file.tokens.windows(2).any(prints) {
            wrong.push(format!("src/{}: the library never prints", file.path));
        }
    }
    report(&wrong);
}

#[test]
fn every_module_is_named_for_what_it_owns() {
    let mut wrong = Vec::new();
    for file in sources() {
        let parts: Vec<_> = file.path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        let declared = file.tokens.windows(2).filter(|pair| pair[0] == "mod").map(|pair| pair[1].clone());
        wrong.extend(
            parts
                .into_iter()
                .chain(declared)
                .filter(|name| NAMELESS.contains(&name.as_str()))
                .map(|name| format!("src/{}: `{name}` does not say what the module owns", file.path)),
        );
    }
    report(&wrong);
}

#[test]
fn every_module_says_what_it_owns() {
    let told = |file: &Source| file.text.starts_with("//! ") || file.path.ends_with("tests.rs");
    let without = sources().into_iter().filter(|file| !told(file));
    let wrong: Vec<_> = without.map(|file| format!("src/{}: no `//!` at its head", file.path)).collect();
    report(&wrong);
}

/// Fails with all findings at once.
fn report(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn is_room(name: &str) -> bool {
    ROOMS.iter().any(|(room, _)| *room == name)
}

fn may_import(from: &str, to: &str) -> bool {
    from == "lib"
        || ROOMS.iter().any(|(room, allowed)| *room == from && allowed.iter().any(|names| names.contains(&to)))
}

/// One file below `src/`, read as far as the tests need.
struct Source {
    /// Its path below `src/`, with `/`.
    path: String,
    text: String,
    tokens: Vec<String>,
    /// Every path that it names, in full: `use` trees are taken apart, `super` and names that were
    /// imported are resolved.
    paths: BTreeSet<Vec<String>>,
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let tokens = tokens(&text);
        let paths = paths(&tokens, &module(&path));
        Self { path, text, tokens, paths }
    }

    fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }
}

/// All Rust files below `src/`, sorted.
fn sources() -> Vec<Source> {
    fn walk(folder: &Path, below: &str, out: &mut Vec<Source>) {
        let entries = fs::read_dir(folder).expect("src/ can be read").map(|entry| entry.expect("an entry"));
        let mut entries: Vec<_> =
            entries.map(|entry| (entry.file_name().into_string().expect("a plain name"), entry.path())).collect();
        entries.sort();
        for (name, path) in entries {
            if path.is_dir() {
                walk(&path, &format!("{below}{name}/"), out);
            } else if name.rsplit_once('.').is_some_and(|(_, extension)| extension == "rs") {
                out.push(Source::new(format!("{below}{name}"), fs::read_to_string(&path).expect("text")));
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut out);
    assert!(out.len() > 20, "the sources were found");
    out
}

/// The module that a file is, as the names below the crate.
fn module(path: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let names = stem.split('/').map(str::to_owned);
    names.filter(|name| name != "lib" && name != "main").collect()
}

/// Takes Rust apart into words and signs; comments, strings and characters are left out.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        if c.is_alphabetic() || c == '_' {
            let end = word_end(&chars, at);
            let word: String = chars[at..end].iter().collect();
            at = match (word.as_str(), chars.get(end)) {
                ("r" | "br", Some('"' | '#')) if is_raw_string(&chars, end) => raw_string_end(&chars, end),
                ("b", Some('"' | '\'')) => end,
                _ => {
                    out.push(word);
                    end
                }
            };
        } else if c == '/' && next == Some('/') {
            at += chars[at..].iter().take_while(|&&c| c != '\n').count();
        } else if c == '/' && next == Some('*') {
            at = comment_end(&chars, at);
        } else if c == '"' {
            at = string_end(&chars, at);
        } else if c == '\'' {
            at = quote_end(&chars, at);
        } else if c == ':' && next == Some(':') {
            out.push("::".into());
            at += 2;
        } else {
            if !c.is_whitespace() {
                out.push(c.to_string());
            }
            at += 1;
        }
    }
    out
}

fn word_end(chars: &[char], at: usize) -> usize {
    at + chars[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count()
}

fn is_raw_string(chars: &[char], at: usize) -> bool {
    chars[at..].iter().find(|&&c| c != '#') == Some(&'"')
}

fn raw_string_end(chars: &[char], at: usize) -> usize {
    let hashes = chars[at..].iter().take_while(|&&c| c == '#').count();
    let closes = |end: usize| chars[end] == '"' && chars[end + 1..].iter().take_while(|&&c| c == '#').count() >= hashes;
    let end = (at + hashes + 1..chars.len()).find(|&end| closes(end));
    end.map_or(chars.len(), |end| end + 1 + hashes)
}

fn comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut at) = (0_usize, at);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(&c) = chars.get(at) {
        match c {
            '"' => return at + 1,
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// The end of a character, or of the quote that begins a lifetime.
fn quote_end(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => chars[at + 3..].iter().position(|&c| c == '\'').map_or(chars.len(), |end| at + 4 + end),
        (Some(_), Some('\'')) => at + 3,
        _ => at + 1,
    }
}

/// Every path that the tokens of a module name.
fn paths(tokens: &[String], module: &[String]) -> BTreeSet<Vec<String>> {
    let (mut found, mut names, mut at) = (BTreeSet::new(), local_modules(tokens, module), 0);
    // Imports first: what follows may use their names.
    while at < tokens.len() {
        if tokens[at] == "use" {
            let mut imports = Vec::new();
            at = use_tree(tokens, at + 1, &[], &mut imports);
            for (path, name) in imports {
                let path = resolve(&path, module, &names);
                names.entry(name).or_insert_with(|| path.clone());
                found.insert(path);
            }
        } else {
            at += 1;
        }
    }
    at = 0;
    while at < tokens.len() {
        if tokens[at] == "use" {
            at += tokens[at..].iter().take_while(|token| *token != ";").count();
            continue;
        }
        let starts = is_word(&tokens[at]) && (at == 0 || !["::", "."].contains(&tokens[at - 1].as_str()));
        let mut path = vec![tokens[at].clone()];
        let mut end = at + 1;
        while starts && end + 1 < tokens.len() && tokens[end] == "::" && is_word(&tokens[end + 1]) {
            path.push(tokens[end + 1].clone());
            end += 2;
        }
        if path.len() > 1 {
            found.insert(resolve(&path, module, &names));
        }
        at = end;
    }
    found
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The modules that a file declares, by name, as paths.
fn local_modules(tokens: &[String], module: &[String]) -> BTreeMap<String, Vec<String>> {
    let declared = tokens.windows(3).filter(|three| three[0] == "mod" && (three[2] == ";" || three[2] == "{"));
    declared
        .map(|three| {
            let name = three[1].clone();
            let path = ["crate".to_owned()].into_iter().chain(module.iter().cloned()).chain([name.clone()]);
            (name, path.collect())
        })
        .collect()
}

/// Takes a `use` tree apart: each path with the name that it brings in. Returns where the tree ends.
fn use_tree(tokens: &[String], at: usize, before: &[String], out: &mut Vec<(Vec<String>, String)>) -> usize {
    let (mut path, mut at) = (before.to_vec(), at);
    while at < tokens.len() {
        match tokens[at].as_str() {
            "::" => at += 1,
            "{" => {
                at += 1;
                while at < tokens.len() && tokens[at] != "}" {
                    at = use_tree(tokens, at, &path, out);
                    at += usize::from(tokens.get(at).is_some_and(|token| token == ","));
                }
                return at + 1;
            }
            "as" => {
                out.push((path, tokens[at + 1].clone()));
                return at + 2;
            }
            "*" => {
                out.push((path, String::new()));
                return at + 1;
            }
            word if is_word(word) => {
                path.push(word.to_owned());
                at += 1;
            }
            _ => break,
        }
    }
    if path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    if path.len() > before.len() || !before.is_empty() {
        let name = path.last().cloned().unwrap_or_default();
        out.push((path, name));
    }
    at
}

/// The full path: from `crate` or from the name of another crate.
fn resolve(path: &[String], module: &[String], names: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let root = || std::iter::once("crate".to_owned());
    let supers = path.iter().take_while(|part| *part == "super").count();
    if supers > 0 {
        // In an inline module this stops one step too early, which is inside the same file.
        let kept = module.len().saturating_sub(supers);
        return root().chain(module[..kept].iter().cloned()).chain(path[supers..].iter().cloned()).collect();
    }
    match path[0].as_str() {
        "crate" => path.to_vec(),
        "handoff" => root().chain(path[1..].iter().cloned()).collect(),
        "self" => root().chain(module.iter().cloned()).chain(path[1..].iter().cloned()).collect(),
        first => match names.get(first) {
            Some(full) => full.iter().cloned().chain(path[1..].iter().cloned()).collect(),
            None => path.to_vec(),
        },
    }
}

mod reading_rust {
    use super::Source;

    fn named(path: &str, text: &str) -> Vec<String> {
        Source::new(path.into(), text.into()).paths.iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn use_trees_are_taken_apart() {
        let text = "use crate::{model::{self, text as t}, source::Span};\npub use std::fs;";
        assert_eq!(
            named("load/mod.rs", text),
            ["crate::model", "crate::model::text", "crate::source::Span", "std::fs"]
        );
    }

    #[test]
    fn names_that_were_imported_are_resolved() {
        let text = "use std::fs::{self, File};\nfn f() { fs::read(File::open()) }";
        assert!(named("check/mod.rs", text).contains(&"std::fs::read".to_owned()));
        assert!(named("check/mod.rs", text).contains(&"std::fs::File::open".to_owned()));
        assert_eq!(
            named("markdown/mod.rs", "pub mod typst;\nfn f() { typst::write() }"),
            ["crate::markdown::typst::write"]
        );
    }

    #[test]
    fn super_is_resolved_to_the_crate() {
        assert_eq!(named("check/rules/x.rs", "use super::super::super::load;"), ["crate::load"]);
        assert_eq!(named("check/rules/x.rs", "use super::Rule;"), ["crate::check::rules::Rule"]);
        assert_eq!(named("check/mod.rs", "fn f() { super::load::f() }"), ["crate::load::f"]);
    }

    #[test]
    fn comments_strings_and_characters_name_nothing() {
        let text = "// use crate::a;\n/* use /* crate::b */ crate::c; */\nconst A: &str = \"crate::d\";\n\
                    const B: &str = r#\"crate::e \"quoted\" \"#;\nconst C: char = '\"'; const D: char = '\\'';\n\
                    fn f<'a>(x: &'a str) -> &'a str { x } use crate::g;";
        assert_eq!(named("load/mod.rs", text), ["crate::g"]);
    }

    #[test]
    fn a_path_in_code_counts_as_well_as_an_import() {
        assert_eq!(named("check/mod.rs", "fn f() { crate::load::load(root) }"), ["crate::load::load"]);
        assert_eq!(named("main.rs", "fn main() { handoff::cli::run() }"), ["crate::cli::run"]);
    }
}
