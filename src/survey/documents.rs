//! Which kind of document each file of a repository is.

use super::Confidence;
use super::files::{Files, ending, folder, is_markdown, is_yaml, name, stem, words};
use std::collections::BTreeMap;

/// A file or folder that becomes part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The kind of document.
    pub kind: String,
    /// Where it is.
    pub path: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it rests on, as the end of a sentence that begins with “because”.
    pub why: String,
}

/// Words in names and titles that mean a kind of document; the first kind that is meant wins.
const KINDS: &[(&str, &[&str])] = &[
    ("decisions", &["adr", "adrs", "decisions", "decision-records", "architecture-decisions"]),
    ("changelog", &["changelog", "changes", "release-notes", "history"]),
    (
        "emergency",
        &[
            "disaster-recovery",
            "disaster",
            "incident",
            "incidents",
            "incident-response",
            "emergency",
            "outage",
            "outages",
        ],
    ),
    ("quick-start", &["quickstart", "quick-start", "getting-started", "first-steps"]),
    ("knowledge-transfer", &["knowledge-transfer", "handover", "onboarding"]),
    (
        "developer-guide",
        &[
            "contributing",
            "development",
            "developer",
            "developers",
            "developing",
            "hacking",
            "building",
            "testing",
            "local-setup",
        ],
    ),
    (
        "admin-guide",
        &["admin", "administration", "administrator", "administrators", "configuration", "configuring", "settings"],
    ),
    (
        "runbook",
        &[
            "runbook",
            "runbooks",
            "operations",
            "ops",
            "operating",
            "operator",
            "playbook",
            "playbooks",
            "on-call",
            "oncall",
            "troubleshooting",
        ],
    ),
    ("monitoring", &["monitoring", "observability", "alerts", "alerting", "dashboards", "logging"]),
    (
        "deployment",
        &[
            "deployment",
            "deploy",
            "deploying",
            "installation",
            "install",
            "installing",
            "releasing",
            "release-process",
            "hosting",
            "infrastructure",
        ],
    ),
    ("database", &["database", "databases", "data-model", "schema", "migrations"]),
    ("api", &["api", "apis", "rest", "graphql", "endpoints", "api-reference"]),
    ("compliance", &["compliance", "privacy", "gdpr", "data-protection"]),
    ("security", &["security", "threat-model", "hardening"]),
    ("access", &["access", "permissions", "accounts", "credentials"]),
    ("architecture", &["architecture", "design", "system-overview", "components", "c4"]),
    ("requirements", &["requirements", "specification", "user-stories", "acceptance-criteria"]),
    ("sla", &["sla", "service-level", "service-levels"]),
    ("support", &["support", "helpdesk", "help-desk"]),
    ("maintenance", &["maintenance", "maintaining", "upgrading", "upgrade", "upgrades", "backup", "backups"]),
    ("user-training", &["training", "course", "workshop"]),
    ("video-tutorials", &["videos", "screencasts", "video-tutorials"]),
    (
        "user-guide",
        &[
            "user-guide",
            "userguide",
            "user-manual",
            "manual",
            "usage",
            "guide",
            "handbook",
            "tutorial",
            "tutorials",
            "howto",
            "faq",
            "users",
        ],
    ),
];

/// Files that are for those who work on the repository only, or for tools.
const SKIPPED: [&str; 12] = [
    "code_of_conduct",
    "code-of-conduct",
    "pull_request_template",
    "issue_template",
    "summary",
    "authors",
    "contributors",
    "governance",
    "template",
    "bug_report",
    "feature_request",
    "agents",
];

/// What the tables of contents of the usual tools say: the title of each page, and how documents are kept.
#[derive(Debug, Default)]
pub(super) struct Nav {
    /// Path to title.
    titles: BTreeMap<String, String>,
    /// The name of the site or book.
    pub(super) title: Option<String>,
    /// The tools that were recognised, with their file.
    pub(super) layout: Vec<String>,
}

impl Nav {
    pub(super) fn of(files: &Files) -> Self {
        let mut nav = Self::default();
        for path in files.named(&["mkdocs.yml", "mkdocs.yaml"]) {
            let Some(text) = files.text(path) else { continue };
            nav.layout.push(format!("MkDocs ({path})"));
            let docs = below(folder(path), scalar(&text, "docs_dir").unwrap_or_else(|| "docs".into()).as_str());
            nav.title = nav.title.take().or_else(|| scalar(&text, "site_name"));
            nav.titles.extend(mkdocs_pages(&text).into_iter().map(|(title, page)| (below(&docs, &page), title)));
        }
        for path in files.named(&["book.toml"]) {
            let Some(text) = files.text(path) else { continue };
            nav.layout.push(format!("mdBook ({path})"));
            nav.title = nav.title.take().or_else(|| super::manifests::toml(&text, "book", "title"));
            let source = super::manifests::toml(&text, "book", "src").unwrap_or_else(|| "src".into());
            let source = below(folder(path), &source);
            if let Some(summary) = files.text(&below(&source, "SUMMARY.md")) {
                nav.titles.extend(links(&summary).into_iter().map(|(title, page)| (below(&source, &page), title)));
            }
        }
        for (names, tool) in TOOLS {
            nav.layout.extend(files.named(names).first().map(|path| format!("{tool} ({path})")));
        }
        if nav.layout.is_empty() && files.paths().any(|path| path.starts_with("docs/") && is_markdown(path)) {
            nav.layout.push("a plain docs/ folder".into());
        }
        nav
    }
}

/// Other tools by their files.
const TOOLS: &[(&[&str], &str)] = &[
    (&["docusaurus.config.js", "docusaurus.config.ts"], "Docusaurus"),
    (&["conf.py"], "Sphinx"),
    (&["antora.yml"], "Antora"),
    (&["_config.yml"], "Jekyll"),
];

/// A path below a folder, without `./`.
fn below(folder: &str, path: &str) -> String {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "" | ".") => folder.to_owned(),
        (folder, path) => format!("{folder}/{path}"),
    }
}

/// The value of a top-level key of a YAML file that may hold tags which only its tool knows.
fn scalar(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    let value = line.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

/// The pages under `nav` of an `mkdocs.yml`: title and path.
fn mkdocs_pages(text: &str) -> Vec<(String, String)> {
    let nav = text.lines().skip_while(|line| !line.starts_with("nav:")).skip(1);
    let own = nav.take_while(|line| line.trim().is_empty() || line.starts_with([' ', '-', '#']));
    let pages = own.filter_map(|line| {
        let (title, page) = line.trim().trim_start_matches("- ").rsplit_once(':')?;
        let page = page.trim().trim_matches(['"', '\'']);
        is_markdown(page).then(|| (title.trim().trim_matches(['"', '\'']).to_owned(), page.to_owned()))
    });
    pages.collect()
}

/// The links of a Markdown text: what is shown and where it leads.
fn links(text: &str) -> Vec<(String, String)> {
    let parts = text.split('[').skip(1).filter_map(|part| {
        let (title, rest) = part.split_once("](")?;
        let (path, _) = rest.split_once(')')?;
        is_markdown(path).then(|| (title.trim().to_owned(), path.trim_start_matches("./").to_owned()))
    });
    parts.collect()
}

/// Maps the files of a repository to kinds of documents; the second list fits none.
pub(super) fn find(files: &Files, nav: &Nav) -> (Vec<Source>, Vec<String>) {
    let mut sources = Vec::new();
    let mut others = Vec::new();
    let decisions = decision_folders(files);
    sources.extend(decisions.iter().map(|folder| Source {
        kind: "decisions".into(),
        path: folder.clone(),
        confidence: Confidence::Sure,
        why: "it holds numbered decision records".into(),
    }));
    sources.extend(interfaces(files));
    sources.extend(licence(files));
    for path in files.paths().filter(|path| is_markdown(path)) {
        let in_decisions = decisions.iter().any(|folder| path.starts_with(&format!("{folder}/")));
        if in_decisions || is_skipped(path) {
            continue;
        }
        match kind_of(files, nav, path) {
            Some(source) => sources.push(source),
            None => others.push(path.to_owned()),
        }
    }
    let place = |kind: &str| ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len());
    sources.sort_by(|a, b| (place(&a.kind), &a.kind, a.confidence).cmp(&(place(&b.kind), &b.kind, b.confidence)));
    (sources, others)
}

/// The order in which the project file names the kinds that most repositories have.
const ORDER: [&str; 6] = ["readme", "quick-start", "user-guide", "architecture", "api", "decisions"];

fn is_skipped(path: &str) -> bool {
    let stem = stem(path).to_lowercase();
    let in_platform = path.split('/').any(|part| matches!(part, ".github" | ".gitlab"));
    // Rules for reporting weaknesses stand there by custom.
    let is_wanted = matches!(stem.as_str(), "security" | "contributing" | "support");
    SKIPPED.contains(&stem.as_str()) || (in_platform && !is_wanted)
}

/// The kind of a Markdown file.
fn kind_of(files: &Files, nav: &Nav, path: &str) -> Option<Source> {
    let made =
        |kind: &str, confidence, why: String| Some(Source { kind: kind.into(), path: path.into(), confidence, why });
    let stem = stem(path).to_lowercase().replace(['_', ' '], "-");
    let parts: Vec<String> = folder(path).split('/').map(|part| part.to_lowercase().replace('_', "-")).collect();
    let in_documents =
        parts.iter().any(|part| matches!(part.as_str(), "docs" | "doc" | "documentation" | "book" | "wiki"));
    match stem.as_str() {
        "readme" if !path.contains('/') => {
            return made("readme", Confidence::Sure, "it is the README of the repository".into());
        }
        "readme" | "index" | "home" if in_documents && nearest_kind(&parts).is_none() => {
            return made("readme", Confidence::Likely, "it is the first page of the documents".into());
        }
        "readme" if nearest_kind(&parts).is_none() => {
            return made("developer-guide", Confidence::Likely, "it is the README of a part".into());
        }
        _ => {}
    }
    if let Some(kind) = exact(&stem) {
        return made(kind, Confidence::Sure, format!("it is called `{stem}`"));
    }
    if let Some((kind, word)) = by_words(&stem) {
        return made(kind, Confidence::Likely, format!("its name says `{word}`"));
    }
    let title = nav.titles.get(path).cloned().or_else(|| first_heading(&files.text(path)?));
    if let Some((kind, word)) = title.as_deref().and_then(by_words) {
        return made(kind, Confidence::Likely, format!("its title says `{word}`"));
    }
    if let Some((kind, part)) = nearest_kind(&parts) {
        return made(kind, Confidence::Likely, format!("it lies in `{part}`"));
    }
    None
}

/// The kind that a name means as a whole.
fn exact(name: &str) -> Option<&'static str> {
    KINDS.iter().find(|(kind, words)| *kind == name || words.contains(&name)).map(|(kind, _)| *kind)
}

/// The kind that some of the words of a name or title mean, with the word.
fn by_words(text: &str) -> Option<(&'static str, &'static str)> {
    let words = words(text);
    let pairs: Vec<String> = words.windows(2).map(|pair| pair.join("-")).collect();
    let means = |known: &&&str| words.iter().chain(&pairs).any(|word| word == *known);
    // Two words mean more than one: “API security” is about what “api-security” would be.
    let all = KINDS.iter().flat_map(|(kind, known)| known.iter().filter(means).map(|word| (*kind, *word)));
    all.max_by_key(|(_, word)| word.contains('-'))
}

/// The kind that the nearest folder means.
fn nearest_kind(parts: &[String]) -> Option<(&'static str, String)> {
    parts.iter().rev().find_map(|part| exact(part).map(|kind| (kind, part.clone())))
}

fn first_heading(text: &str) -> Option<String> {
    let mut lines = text.lines().filter(|line| line.starts_with("# ") || line.starts_with("title:"));
    let line = lines.next()?;
    Some(line.trim_start_matches("# ").trim_start_matches("title:").trim().trim_matches('"').to_owned())
}

/// Folders of decision records: their name says so, and they hold numbered files.
fn decision_folders(files: &Files) -> Vec<String> {
    let mut folders: Vec<String> = Vec::new();
    for path in files.paths().filter(|path| is_markdown(path)) {
        let folder = folder(path);
        let is_numbered =
            name(path).starts_with(|c: char| c.is_ascii_digit()) || name(path).to_lowercase().starts_with("adr");
        let says_so = exact(&name(folder).to_lowercase().replace('_', "-")) == Some("decisions");
        if is_numbered && says_so && !folders.iter().any(|known| known == folder) {
            folders.push(folder.to_owned());
        }
    }
    folders
}

/// Descriptions of interfaces: `OpenAPI`, versions 3 and later.
fn interfaces(files: &Files) -> Vec<Source> {
    let candidates = files.paths().filter(|path| is_yaml(path) || ending(path) == "json");
    let told = candidates.filter(|path| {
        let name = name(path).to_lowercase();
        ["openapi", "swagger", "api"].iter().any(|word| name.contains(word))
            || folder(path).to_lowercase().contains("api")
    });
    let mut found = Vec::new();
    for path in told {
        let Some(text) = files.text(path) else { continue };
        let is_openapi = text.lines().take(40).any(|line| {
            let line = line.trim_start_matches(['{', ' ', '"']);
            line.strip_prefix("openapi")
                .is_some_and(|rest| rest.trim_start_matches(['"', ':', ' ', '\'']).starts_with('3'))
        });
        if is_openapi {
            let why = "it is an OpenAPI 3 description".into();
            found.push(Source { kind: "api".into(), path: path.into(), confidence: Confidence::Sure, why });
        }
    }
    found
}

fn licence(files: &Files) -> Option<Source> {
    let is_licence = |path: &&str| {
        let name = name(path).to_lowercase();
        let stem = name.split('.').next().unwrap_or_default();
        !path.contains('/')
            && matches!(ending(path).as_str(), "" | "md" | "txt")
            && ["license", "licence", "copying", "license-mit", "license-apache"].contains(&stem)
    };
    let path = files.paths().find(is_licence)?;
    let why = "it is called like a licence".into();
    Some(Source { kind: "licence".into(), path: path.into(), confidence: Confidence::Sure, why })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_name_mean_a_kind() {
        assert_eq!(by_words("How to deploy to production").map(|found| found.0), Some("deployment"));
        assert_eq!(by_words("incident-response").map(|found| found.0), Some("emergency"));
        assert_eq!(by_words("Disaster recovery").map(|found| found.1), Some("disaster-recovery"));
        assert_eq!(by_words("Poetry"), None);
        assert_eq!(exact("user-guide"), Some("user-guide"));
    }

    #[test]
    fn the_pages_of_a_site_are_read_from_its_configuration() {
        let text = "site_name: Tide Tables\ndocs_dir: pages\nnav:\n  - Home: index.md\n  - 'For operators':\n    - Running it: ops/run.md\ntheme: material\n";
        assert_eq!(scalar(text, "site_name").as_deref(), Some("Tide Tables"));
        assert_eq!(
            mkdocs_pages(text),
            [("Home".into(), "index.md".into()), ("Running it".into(), "ops/run.md".into())]
        );
        assert_eq!(
            links("- [First](a.md)\n  - [Second](./b/c.md)"),
            [("First".into(), "a.md".into()), ("Second".into(), "b/c.md".into())]
        );
    }
}
