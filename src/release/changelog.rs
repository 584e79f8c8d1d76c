//! The change log of a delivery: what stands under "Unreleased" becomes the section of a release.

use crate::model::value::Version;

/// What stands under "Unreleased".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unreleased {
    /// A summary: its first paragraph, or else its points in a line.
    pub summary: Option<String>,
}

/// The longest summary that is made of points.
const LONGEST: usize = 400;

/// A heading of the change log.
#[derive(Debug, Clone, Copy)]
struct Heading<'a> {
    /// Its line, from 0.
    line: usize,
    level: usize,
    title: &'a str,
}

/// What stands under "Unreleased" in a change log; nothing if it has no such section.
#[must_use]
pub fn unreleased(text: &str) -> Option<Unreleased> {
    let lines: Vec<&str> = text.lines().collect();
    let headings = headings(&lines);
    let at = headings.iter().position(is_unreleased)?;
    let section = &headings[at];
    let end = headings[at + 1..].iter().find(|next| next.level <= section.level).map_or(lines.len(), |next| next.line);
    Some(Unreleased { summary: summary(&lines[section.line + 1..end]) })
}

/// The change log with the section "Unreleased" moved to a version, and an empty one in its place. Where
/// there is no such section, a section with the summary is put on top; nothing if the version has one.
#[must_use]
pub fn moved(text: &str, version: &Version, date: &str, summary: Option<&str>) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let headings = headings(&lines);
    let version = version.to_string();
    if headings.iter().any(|heading| version_of(heading.title).is_some_and(|(found, _)| found == version)) {
        return None;
    }
    let unreleased = headings.iter().find(|heading| is_unreleased(heading));
    let earlier = headings.iter().find(|heading| version_of(heading.title).is_some());
    let level = unreleased.or(earlier).map_or(2, |heading| heading.level);
    let bracketed = unreleased.is_some_and(|heading| heading.title.starts_with('['));
    let named = named(earlier.map(|heading| heading.title), &version, date, bracketed);
    let title = format!("{} {named}", "#".repeat(level));
    let mut out: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    match (unreleased, summary) {
        (Some(heading), _) => {
            out.splice(heading.line + 1..=heading.line, [String::new(), title]);
        }
        (None, summary) => {
            let at = earlier.map_or(out.len(), |heading| heading.line);
            let mut section = vec![title, String::new()];
            section.extend(summary.map(str::to_owned));
            section.push(String::new());
            if at == out.len() && out.last().is_some_and(|last| !last.is_empty()) {
                section.insert(0, String::new());
            }
            out.splice(at..at, section);
        }
    }
    link(&mut out, &version);
    let mut text = out.join("\n");
    text.truncate(text.trim_end_matches('\n').len());
    text.push('\n');
    Some(text)
}

/// The headings, but for those in code.
fn headings<'a>(lines: &[&'a str]) -> Vec<Heading<'a>> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (line, text) in lines.iter().enumerate() {
        if text.trim_start().starts_with("```") || text.trim_start().starts_with("~~~") {
            fenced = !fenced;
        }
        let level = text.len() - text.trim_start_matches('#').len();
        if !fenced && (1..=6).contains(&level) && text[level..].starts_with(' ') {
            found.push(Heading { line, level, title: text[level..].trim() });
        }
    }
    found
}

fn is_unreleased(heading: &Heading<'_>) -> bool {
    heading.title.trim_matches(['[', ']']).to_lowercase().starts_with("unreleased")
}

/// The version that a title begins with, and what follows it.
fn version_of(title: &str) -> Option<(&str, &str)> {
    let inner = title.trim_start_matches('[');
    let inner = inner.strip_prefix('v').unwrap_or(inner);
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))).unwrap_or(inner.len());
    let version = &inner[..end];
    semver::Version::parse(version).ok()?;
    Some((version, &inner[end..]))
}

/// The title of the new section, written like that of the one before.
fn named(earlier: Option<&str>, version: &str, date: &str, bracketed: bool) -> String {
    let like = earlier.and_then(|title| Some((title, version_of(title)?)));
    let Some((title, (_, rest))) = like else {
        return if bracketed { format!("[{version}] - {date}") } else { format!("{version} - {date}") };
    };
    let bracket = title.starts_with('[');
    let mark = if title.trim_start_matches('[').starts_with('v') { "v" } else { "" };
    let rest = rest.trim_start_matches(']');
    // What stands before and behind the date of the one before; without a date there is none.
    let dated = rest.find(|c: char| c.is_ascii_digit()).map(|start| {
        let behind = rest[start..].find(|c: char| !(c.is_ascii_digit() || c == '-')).map(|end| &rest[start + end..]);
        format!("{}{date}{}", &rest[..start], behind.unwrap_or_default())
    });
    let (open, close) = if bracket { ("[", "]") } else { ("", "") };
    format!("{open}{mark}{version}{close}{}", dated.unwrap_or_default())
}

/// The links at the foot: `[Unreleased]` begins at the new version, which gets a link of its own.
fn link(lines: &mut Vec<String>, version: &str) {
    let Some(at) = lines.iter().position(|line| line.to_lowercase().starts_with("[unreleased]:")) else { return };
    let line = lines[at].clone();
    let Some((head, tags)) = line.split_once("/compare/") else { return };
    let Some((before, _)) = tags.split_once("...") else { return };
    let prefix: String = before.chars().take_while(|c| !c.is_ascii_digit()).collect();
    let base = head.split_once(':').map_or(head, |(_, url)| url).trim();
    lines[at] = format!("{head}/compare/{prefix}{version}...HEAD");
    lines.insert(at + 1, format!("[{version}]: {base}/compare/{before}...{prefix}{version}"));
}

/// The first paragraph of a section, or else its points in a line.
fn summary(section: &[&str]) -> Option<String> {
    let paragraph: Vec<&str> = section
        .iter()
        .map(|line| line.trim())
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty() && !line.starts_with(['#', '-', '*', '+', '|', '`']))
        .collect();
    if !paragraph.is_empty() {
        return Some(paragraph.join(" "));
    }
    let mut points: Vec<String> = Vec::new();
    for line in section {
        if let Some(point) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            points.push(point.trim().to_owned());
        } else if let Some(last) = points.last_mut().filter(|_| line.starts_with("  ") && !line.trim().is_empty()) {
            // A point may go on in the next line.
            last.push(' ');
            last.push_str(line.trim());
        }
    }
    let joined = points.iter().map(|point| point.trim_end_matches('.')).collect::<Vec<_>>().join("; ");
    if joined.is_empty() {
        return None;
    }
    Some(match joined.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &joined[..end]),
        None => format!("{joined}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::node::Scalar;

    fn moved(text: &str, summary: Option<&str>) -> Option<String> {
        super::moved(text, &Version::parse("1.1.0").expect("a version"), "2027-01-28", summary)
    }

    #[test]
    fn what_is_unreleased_becomes_the_section_of_the_version() {
        let text = "# Log\n\n## [Unreleased]\n\n- Added: x.\n\n## [1.0.0] - 2026-11-20\n\n- First.\n";
        let wanted = "# Log\n\n## [Unreleased]\n\n## [1.1.0] - 2027-01-28\n\n- Added: x.\n\n## [1.0.0] - 2026-11-20\n\n- First.\n";
        assert_eq!(moved(text, None).as_deref(), Some(wanted));
    }

    #[test]
    fn the_new_section_is_named_like_the_one_before() {
        for (before, after) in [
            ("## 1.0.0 – 2026-11-20", "## 1.1.0 – 2027-01-28"),
            ("## v1.0.0 (2026-11-20)", "## v1.1.0 (2027-01-28)"),
            ("## [1.0.0]", "## [1.1.0]"),
        ] {
            let text = format!("## Unreleased\n\ntext\n\n{before}\n");
            let out = moved(&text, None).expect("moved");
            assert!(out.contains(&format!("## Unreleased\n\n{after}\n\ntext\n")), "{out}");
        }
    }

    #[test]
    fn without_such_a_section_the_summary_is_put_on_top() {
        let text = "# Log\n\n## 1.0.0 – 2026-11-20\n\nFirst.\n";
        let out = moved(text, Some("Second.")).expect("moved");
        assert_eq!(out, "# Log\n\n## 1.1.0 – 2027-01-28\n\nSecond.\n\n## 1.0.0 – 2026-11-20\n\nFirst.\n");
        assert_eq!(moved(&out, Some("Again.")), None, "a version has one section");
    }

    #[test]
    fn links_at_the_foot_follow() {
        let text =
            "## [Unreleased]\n\n## [1.0.0] - 2026-11-20\n\n[Unreleased]: https://a.example/x/compare/v1.0.0...HEAD\n";
        let out = moved(text, None).expect("moved");
        assert!(out.contains("[Unreleased]: https://a.example/x/compare/v1.1.0...HEAD\n"), "{out}");
        assert!(out.contains("[1.1.0]: https://a.example/x/compare/v1.0.0...v1.1.0\n"), "{out}");
    }

    #[test]
    fn the_summary_is_the_first_paragraph_or_the_points() {
        let of =
            |body: &str| unreleased(&format!("## Unreleased\n\n{body}\n\n## 1.0.0\n")).and_then(|found| found.summary);
        assert_eq!(of("One\ntwo.\n\n- three").as_deref(), Some("One two."));
        assert_eq!(of("- a\n  b.\n- c").as_deref(), Some("a b; c."));
        assert_eq!(of("### Added\n\n- a").as_deref(), Some("a."));
        assert_eq!(of(""), None);
        assert_eq!(unreleased("## 1.0.0\n"), None);
    }
}
