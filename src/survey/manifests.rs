//! What the manifests of packages say: the name of the project, its version, what it is built with.

use super::documents::Nav;
use super::files::{Files, folder, name};
use serde_json::Value;

/// What the project is called and how far it is; whatever nobody says is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Its name, with where it stands.
    pub name: Option<(String, String)>,
    /// What it does, in a sentence, with where it stands.
    pub summary: Option<(String, String)>,
    /// Its version, with where it stands.
    pub version: Option<(String, String)>,
    /// The address of its repository, with where it stands.
    pub repository: Option<(String, String)>,
    /// The last changes: version, day, and what changed.
    pub changes: Vec<(String, String, String)>,
}

/// A part that the project is built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// What it is made with.
    pub stack: &'static str,
    /// Its manifest.
    pub path: String,
    version: Option<String>,
    summary: Option<String>,
    repository: Option<String>,
}

/// The manifests by their names, and what they mean.
const MANIFESTS: &[(&str, &str)] = &[
    ("package.json", "JavaScript or TypeScript"),
    ("Cargo.toml", "Rust"),
    ("pyproject.toml", "Python"),
    ("setup.py", "Python"),
    ("requirements.txt", "Python"),
    ("go.mod", "Go"),
    ("pom.xml", "Java (Maven)"),
    ("build.gradle", "Java (Gradle)"),
    ("build.gradle.kts", "Kotlin (Gradle)"),
    ("Gemfile", "Ruby"),
    ("composer.json", "PHP"),
    ("mix.exs", "Elixir"),
    ("Package.swift", "Swift"),
    ("pubspec.yaml", "Dart or Flutter"),
];

/// The parts of the project, those nearest to the root first; one for each folder.
pub(super) fn parts(files: &Files) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let names: Vec<&str> = MANIFESTS.iter().map(|(name, _)| *name).collect();
    for path in files.named(&names) {
        let Some((_, stack)) = MANIFESTS.iter().find(|(known, _)| *known == name(path)) else { continue };
        if parts.iter().any(|part| folder(&part.path) == folder(path) && part.stack == *stack) {
            continue;
        }
        parts.extend(files.text(path).map(|text| part(path, stack, &text)));
    }
    parts
}

fn part(path: &str, stack: &'static str, text: &str) -> Part {
    let get = |key: &str| match name(path) {
        "package.json" | "composer.json" => json(text, key),
        "Cargo.toml" => toml(text, "package", key).or_else(|| toml(text, "workspace.package", key)),
        "pyproject.toml" => toml(text, "project", key).or_else(|| toml(text, "tool.poetry", key)),
        "pom.xml" => element(text, if key == "name" { "artifactId" } else { key }),
        "go.mod" if key == "name" => {
            let module = text.lines().find_map(|line| line.strip_prefix("module "))?;
            module.trim().rsplit('/').next().map(str::to_owned)
        }
        _ => None,
    };
    let own = folder(path).rsplit('/').next().unwrap_or_default();
    Part {
        name: get("name").unwrap_or_else(|| own.to_owned()),
        stack,
        path: path.to_owned(),
        version: get("version"),
        summary: get("description"),
        repository: get("repository"),
    }
}

/// A text under a key of a JSON object, or the `url` of an object there.
fn json(text: &str, key: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let found = value.get(key)?;
    let text = found.as_str().or_else(|| found.get("url")?.as_str())?;
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// A text under a key of a table of a TOML file.
pub(super) fn toml(text: &str, table: &str, key: &str) -> Option<String> {
    let head = format!("[{table}]");
    let own = text.lines().skip_while(|line| line.trim() != head).skip(1).take_while(|line| !line.starts_with('['));
    own.filter_map(|line| line.split_once('=')).find_map(|(name, value)| {
        let value = value.trim();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inner = value[1..].split(quote).next()?;
        (name.trim() == key && !inner.is_empty()).then(|| inner.to_owned())
    })
}

/// The text of the first element of a name that is not inside of `parent`.
fn element(text: &str, name: &str) -> Option<String> {
    let own = match (text.find("<parent>"), text.find("</parent>")) {
        (Some(start), Some(end)) if start < end => format!("{}{}", &text[..start], &text[end..]),
        _ => text.to_owned(),
    };
    let (_, rest) = own.split_once(&format!("<{name}>"))?;
    let (value, _) = rest.split_once(&format!("</{name}>"))?;
    (!value.trim().is_empty()).then(|| value.trim().to_owned())
}

/// What the project is called and how far it is.
pub(super) fn identity(files: &Files, parts: &[Part], nav: &Nav) -> Identity {
    let root = parts.iter().find(|part| !part.path.contains('/'));
    let of_root = |value: fn(&Part) -> Option<String>| root.and_then(|part| Some((value(part)?, part.path.clone())));
    let readme = files.named(&["README.md", "README.markdown"]).into_iter().find(|path| !path.contains('/'));
    let text = readme.and_then(|path| files.text(path)).unwrap_or_default();
    let of_readme = |value: Option<String>| Some((value?, readme?.to_owned()));
    let site = nav.layout.first().and_then(|layout| Some((nav.title.clone()?, layout.clone())));
    let changelog =
        files.named(&["CHANGELOG.md", "CHANGES.md", "HISTORY.md"]).into_iter().find(|path| !path.contains('/'));
    let changes = changelog.and_then(|path| files.text(path)).map(|text| changes(&text)).unwrap_or_default();
    let released = changes.first().and_then(|(version, ..)| Some((version.clone(), changelog?.to_owned())));
    Identity {
        name: of_readme(title(&text))
            .or(site)
            .or_else(|| of_root(|part| Some(part.name.clone()).filter(|name| !name.is_empty()))),
        summary: of_readme(first_paragraph(&text)).or_else(|| of_root(|part| part.summary.clone())),
        version: released.or_else(|| {
            of_root(|part| part.version.clone()).filter(|(version, _)| semver::Version::parse(version).is_ok())
        }),
        repository: of_root(|part| part.repository.as_deref().and_then(address)),
        changes,
    }
}

/// The address of a repository as browsers know it.
fn address(written: &str) -> Option<String> {
    let plain = written.trim_start_matches("git+").trim_end_matches(".git");
    let plain = plain
        .strip_prefix("git@")
        .map_or_else(|| plain.to_owned(), |rest| format!("https://{}", rest.replacen(':', "/", 1)));
    plain.starts_with("https://").then_some(plain)
}

/// The first heading of a README.
fn title(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("# "))?;
    let plain = unmarked(line.trim_start_matches("# "));
    (!plain.is_empty() && plain.len() <= 80).then_some(plain)
}

/// The first paragraph of prose of a README, up to its first sentence or two.
fn first_paragraph(text: &str) -> Option<String> {
    let is_prose = |paragraph: &&str| {
        let first = paragraph.trim_start().chars().next();
        first.is_some_and(|c| c.is_alphanumeric() || matches!(c, '*' | '_' | '`' | '“'))
    };
    let paragraph = text.split("\n\n").find(is_prose)?;
    let plain = unmarked(&paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" "));
    let end = plain.match_indices(". ").map(|(at, _)| at + 1).find(|end| *end > 40).unwrap_or(plain.len());
    let sentence = plain[..end].trim();
    (sentence.len() > 10 && sentence.len() < 400).then(|| sentence.to_owned())
}

/// A line of Markdown without its marks: links are their texts, pictures are nothing.
fn unmarked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['[', '!', '<']) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let picture = behind.starts_with("![");
        let link = behind
            .trim_start_matches('!')
            .strip_prefix('[')
            .and_then(|inner| inner.split_once("]("))
            .and_then(|(shown, target)| Some((shown, target.split_once(')')?.1)));
        let tag = || behind.strip_prefix('<').and_then(|inner| inner.split_once('>')).map(|(_, after)| after);
        match link {
            Some((shown, after)) => {
                out.push_str(if picture { "" } else { shown });
                rest = after;
            }
            None => {
                if let Some(after) = tag() {
                    rest = after;
                } else {
                    out.push_str(&behind[..1]);
                    rest = &behind[1..];
                }
            }
        }
    }
    out.push_str(rest);
    out.replace(['*', '`'], "").replace("__", "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The released versions of a change log, the newest first, at most five: version, day, what changed.
fn changes(text: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(head) = line.strip_prefix("## ") else { continue };
        let words: Vec<&str> = head.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')')).collect();
        let version =
            words.iter().map(|word| word.trim_start_matches('v')).find(|word| semver::Version::parse(word).is_ok());
        let day = words.iter().find(|word| word.len() == 10 && word.parse::<jiff::civil::Date>().is_ok());
        let (Some(version), Some(day)) = (version, day) else { continue };
        let mut points = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("## ")) {
            if let Some(point) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
                points.push(unmarked(point).trim_end_matches('.').to_owned());
            }
        }
        points.truncate(3);
        let summary = if points.is_empty() { "See the change log".to_owned() } else { points.join("; ") };
        found.push((version.to_string(), (*day).to_string(), summary));
    }
    found.truncate(5);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_read() {
        let text = "[package]\nname = \"tide\" # the name\nversion.workspace = true\n\n[dependencies]\nname = \"no\"\n";
        assert_eq!(toml(text, "package", "name").as_deref(), Some("tide"));
        assert_eq!(toml(text, "package", "version"), None);
        assert_eq!(
            json(r#"{"repository": {"url": "git+https://x.example/a.git"}}"#, "repository").as_deref(),
            Some("git+https://x.example/a.git")
        );
        assert_eq!(address("git+https://x.example/a.git").as_deref(), Some("https://x.example/a"));
        assert_eq!(address("git@x.example:a/b.git").as_deref(), Some("https://x.example/a/b"));
        assert_eq!(
            element("<parent><version>1</version></parent><version>2</version>", "version").as_deref(),
            Some("2")
        );
    }

    #[test]
    fn a_readme_says_what_the_project_is() {
        let text = "[![build](x)](y)\n\n# **Tide** Tables\n\n![logo](a.png)\n\n<p align=center>x</p>\n\nTide tables for [small](s) harbours. More follows\nhere, at length and in several lines. Third.\n";
        assert_eq!(title(text).as_deref(), Some("Tide Tables"));
        assert_eq!(
            first_paragraph(text).as_deref(),
            Some("Tide tables for small harbours. More follows here, at length and in several lines.")
        );
    }

    #[test]
    fn released_versions_are_taken_from_the_change_log() {
        let text = "# Changelog\n\n## [Unreleased]\n\n- Soon\n\n## [1.2.0] - 2026-03-04\n\n### Added\n\n- One thing.\n- **Two** things.\n\n## v1.1.0 (2026-01-02)\n";
        let wanted = [("1.2.0", "2026-03-04", "One thing; Two things"), ("1.1.0", "2026-01-02", "See the change log")];
        let found = changes(text);
        let found: Vec<_> = found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
        assert_eq!(found, wanted);
    }
}
