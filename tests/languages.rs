//! Every built-in language says all that the English documents say.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use support::Sandbox;

/// The built-in languages beside English.
const LANGUAGES: [&str; 3] = ["de", "es", "fr"];

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")
}

fn read(path: &str) -> String {
    fs::read_to_string(templates().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// What is said in several languages: a folder of templates, and what of their front matter is.
const FOLDERS: [(&str, &[&str]); 2] = [("documents", &["title", "summary", "audience"]), ("messages", &["subject"])];

/// The templates of a folder: kind, front matter and body.
fn written(folder: &str) -> Vec<(String, Value, String)> {
    let mut documents = Vec::new();
    for name in support::files(&templates().join(folder)) {
        let Some(kind) = name.strip_suffix(".md") else { continue };
        let text = read(&format!("{folder}/{name}"));
        let (front, body) = text.trim_start_matches("---\n").split_once("\n---\n").expect("front matter");
        let front = serde_yaml::from_str(front).expect("front matter");
        documents.push((kind.to_owned(), front, body.to_owned()));
    }
    documents
}

/// The words of each kind of document or message that a language has to know.
fn phrases(folder: &str, keys: &[&str]) -> BTreeSet<(String, String)> {
    let marked = pattern(r"\{\[(.*?)\]\}");
    let mut phrases = BTreeSet::new();
    for (kind, front, body) in written(folder) {
        for key in keys {
            phrases.insert((kind.clone(), front[*key].as_str().expect("a text").to_owned()));
        }
        phrases.extend(marked.captures_iter(&body).map(|found| (kind.clone(), found[1].to_owned())));
    }
    if folder == "documents" {
        phrases.extend(of_interfaces().into_iter().map(|words| ("api".to_owned(), words)));
    }
    phrases
}

/// The words around what the description of an interface says, as its reader asks for them.
fn of_interfaces() -> BTreeSet<String> {
    let (said, table, cell) =
        (pattern(r#"\.say\(\s*"([^"]+)""#), pattern(r"\.table\(&\[([^\]]*)\]"), pattern(r#""([^"]+)""#));
    let mut words = BTreeSet::new();
    for path in ["src/load/openapi.rs", "src/load/openapi/operation.rs"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the reader");
        words.extend(said.captures_iter(&text).map(|found| found[1].to_owned()));
        for columns in table.captures_iter(&text) {
            words.extend(cell.captures_iter(&columns[1]).map(|found| found[1].to_owned()));
        }
    }
    assert!(words.len() > 25, "{words:?}");
    words
}

/// The words of a language, by kind of document or message.
fn words(folder: &str, language: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let tree = yaml(&format!("{folder}/{language}.yaml"));
    serde_json::from_value(tree).expect("kinds with their words")
}

#[test]
fn every_word_of_a_document_and_a_message_is_marked() {
    let marked = pattern(r"\{\[.*?\]\}");
    let code = pattern(r"\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<#.*?#>|\{#[^}]*\}|\]\([^)]*\)");
    // What Mermaid reads: its own words, and names that nobody sees.
    let drawn = pattern(
        r"(?m)^ *(gantt|flowchart TD|accTitle:|accDescr:|dateFormat .*|axisFormat .*|todayMarker off|inclusiveEndDates|section|report|```mermaid)|active, |crit, |\bstep\b|<br/>|14d|> report",
    );
    let letters = pattern(r"\p{L}{2}");
    for (kind, _, body) in FOLDERS.into_iter().flat_map(|(folder, _)| written(folder)) {
        let rest = drawn.replace_all(&marked.replace_all(&body, ""), "").into_owned();
        let rest = drawn.replace_all(&code.replace_all(&rest, " "), "").into_owned();
        let open = rest.lines().find(|line| letters.is_match(line));
        assert_eq!(open, None, "{kind}.md has words without `{{[` and `]}}`: other languages cannot say them");
    }
}

#[test]
fn every_language_has_all_words_with_the_same_values_and_links_in_them() {
    let code = pattern(r"\{\{.*?\}\}|\{%.*?%\}|\{[a-z]+\}|\]\([^)]*\)");
    let inside = |text: &str| code.find_iter(text).map(|found| found.as_str().to_owned()).collect::<BTreeSet<_>>();
    for (language, (folder, keys)) in
        LANGUAGES.into_iter().flat_map(|language| FOLDERS.map(|folder| (language, folder)))
    {
        let words = words(folder, language);
        let mut used = BTreeSet::new();
        for (kind, english) in phrases(folder, keys) {
            let place = [kind.as_str(), "all"]
                .into_iter()
                .find(|place| words.get(*place).is_some_and(|words| words.contains_key(&english)));
            let place = place.unwrap_or_else(|| panic!("{language} has no words for “{english}” of {kind}"));
            let word = &words[place][&english];
            assert_eq!(inside(word), inside(&english), "{language}, {kind}: {word}");
            used.insert((place.to_owned(), english));
        }
        for (place, words) in &words {
            for english in words.keys() {
                assert!(
                    used.contains(&(place.clone(), english.clone())),
                    "{language}, {place}: nobody says “{english}”"
                );
            }
        }
    }
}

#[test]
fn every_language_has_all_words_of_the_interface() {
    let keys = |language: &str| {
        let tree = yaml(&format!("strings/{language}.yaml"));
        tree.as_object().expect("words").keys().cloned().collect::<BTreeSet<_>>()
    };
    for language in LANGUAGES {
        assert_eq!(keys(language), keys("en"), "{language}");
    }
}

/// The titles of the items of the delivery: in English, and by language.
fn titles() -> Vec<(String, BTreeMap<String, String>)> {
    let checklist = yaml("checklists/delivery.yaml");
    let all = |of: &Value, key: &str| of[key].as_array().expect("a list").clone();
    let documents = all(&checklist, "groups").into_iter().flat_map(|group| all(&group, "documents"));
    let items = documents.flat_map(|document| all(&document, "items"));
    let titled = |item: Value| {
        let words = serde_json::from_value(item["title_in"].clone()).unwrap_or_else(|why| panic!("{item}: {why}"));
        (item["title"].as_str().expect("a title").to_owned(), words)
    };
    items.map(titled).collect()
}

#[test]
fn every_item_of_the_checklist_has_a_title_in_every_language() {
    let titles = titles();
    assert!(titles.len() > 130, "the items were found");
    for (title, words) in titles {
        assert_eq!(words.keys().map(String::as_str).collect::<Vec<_>>(), LANGUAGES, "{title}");
    }
    for name in ["delivery", "minimal", "phase-exit", "production-readiness"] {
        let words = yaml(&format!("checklists/{name}.yaml"))["title_in"].clone();
        assert!(words.as_object().is_some_and(|words| words.keys().eq(LANGUAGES)), "{name}: {words}");
    }
}

/// What is left of a document without its words: the number of its headings, rows, points and drawings.
fn shape(text: &str) -> BTreeMap<&'static str, usize> {
    let count = |start: &str| text.lines().filter(|line| line.trim_start().starts_with(start)).count();
    let signs = [("headings", "#"), ("rows", "|"), ("points", "- "), ("code", "```")];
    signs.map(|(what, sign)| (what, count(sign))).into()
}

#[test]
fn a_document_says_the_same_in_every_language() {
    let sandbox = Sandbox::example();
    // What was reviewed in English was not reviewed in another language.
    fs::remove_dir_all(sandbox.at("records/reviews")).expect("the reviews are removed");
    let mut built: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for language in ["en"].into_iter().chain(LANGUAGES) {
        let text = sandbox.text("handoff.yaml");
        let line = text.lines().find(|line| line.starts_with("  language:")).expect("the language").to_owned();
        fs::write(sandbox.at("handoff.yaml"), text.replace(&line, &format!("  language: {language}")))
            .expect("written");
        let _ = sandbox.run(["build", "--only", "markdown", "--out", language]).code(0);
        let folder =
            fs::read_dir(sandbox.at(language)).expect("a folder").flatten().find(|entry| entry.path().is_dir());
        let folder = folder.expect("a bundle").path().join("markdown");
        let read = |name: String| {
            let text = fs::read_to_string(folder.join(&name)).expect("a document");
            (name, text)
        };
        built.insert(language, support::files(&folder).into_iter().map(read).collect());
    }
    for language in LANGUAGES {
        // The release note tells what differs from a release that was cut in English: everything.
        for (name, english) in built["en"].iter().filter(|(name, _)| *name != "release-note.md") {
            let text = &built[language][name];
            assert_eq!(shape(text), shape(english), "{language}: {name}");
        }
        // Sentences of ours stand in no fragment of the example.
        let (folder, keys) = FOLDERS[0];
        let sentences =
            phrases(folder, keys).into_iter().filter(|(_, words)| words.len() > 50 && !words.contains(['{', '[', '*']));
        for (kind, sentence) in sentences {
            let text = built[language].get(&format!("{kind}.md")).map_or("", String::as_str);
            assert!(!text.contains(&sentence), "{language}: {kind} says in English “{sentence}”");
        }
        let statement = &built[language]["completeness.md"];
        let is_plain = |title: &str| title.chars().all(|c| c.is_alphanumeric() || c == ' ');
        for (title, words) in
            titles().into_iter().filter(|(title, words)| is_plain(title) && is_plain(&words[language]))
        {
            let cell = format!("|{}|", words[language]);
            assert!(statement.contains(&cell), "{language}: no “{cell}” for “{title}” in the statement");
        }
        let groups = ["User documentation", "Rollout", "Project close"];
        for group in groups {
            assert!(!statement.contains(&format!("|{group}|")), "{language}: the group “{group}” is in English");
        }
    }
}

#[test]
fn a_message_is_written_in_the_language_of_the_project() {
    let sandbox = Sandbox::example().edit("handoff.yaml", "  language: en\n", "  language: de\n");
    let line = ["message", "issue-resolution", "--today", "2027-01-13", "--format", "eml"];
    let mail = sandbox.run(line).code(0).stdout;
    for word in ["ist behoben", "Dauer insgesamt", "mit freundlichen Gr"] {
        assert!(mail.contains(word), "{word}\n{mail}");
    }
    let own = sandbox.write("theme/messages/de.yaml", "all:\n  Kind regards,: Beste Grüße\n");
    assert!(own.run(["message", "issue-resolution", "--today", "2027-01-13"]).code(0).stdout.contains("Beste Grüße"));
}
