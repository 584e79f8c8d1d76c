//! `unexplained-acronym`: acronyms that no text explains.

use super::{Rule, Run};
use crate::check::levels::is_asked_for;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{BlockKind, InlineKind, plain, walk_blocks, walk_inlines};
use crate::source::Span;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unexplained-acronym",
    level: Level::Warning,
    summary: "an acronym that no text explains (off unless asked for)",
    run: Run::Project(look),
};

static ACRONYM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[A-Z]{3,6}\b").ok());

/// What everybody knows who reads such documents.
const KNOWN: [&str; 22] = [
    "API", "CPU", "CSS", "CSV", "DNS", "FAQ", "HTML", "HTTP", "HTTPS", "JSON", "PDF", "PNG", "RAM", "SLA", "SQL",
    "SSH", "SVG", "TLS", "URL", "USB", "XML", "YAML",
];

fn look(view: &View<'_>) -> Vec<Finding> {
    if !is_asked_for(view, RULE.slug) {
        return Vec::new();
    }
    let Some(pattern) = ACRONYM.as_ref() else { return Vec::new() };
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    let mut explained: BTreeSet<String> = BTreeSet::new();
    for (_, blocks) in view.texts() {
        walk_inlines(blocks, &mut |inline| {
            let (InlineKind::Text(_), Some(span)) = (&inline.kind, inline.span) else { return };
            let source = view.sources().slice(span);
            for found in pattern.find_iter(source) {
                let (before, after) = (&source[..found.start()], &source[found.end()..]);
                if (before.ends_with('(') && after.starts_with(')')) || after.starts_with(" (") {
                    explained.insert(found.as_str().to_owned());
                }
                let start = span.start as usize + found.start();
                first.entry(found.as_str().to_owned()).or_insert(Span::new(span.file, start, start + found.len()));
            }
        });
        walk_blocks(blocks, &mut |block| {
            if let BlockKind::Definitions(entries) = &block.kind {
                explained.extend(entries.iter().map(|entry| plain(&entry.term).trim().to_owned()));
            }
        });
    }
    let open = first.into_iter().filter(|(word, _)| !explained.contains(word) && !KNOWN.contains(&word.as_str()));
    let finding = |(word, span): (String, Span)| {
        Finding::warning(RULE.slug, format!("no text explains `{word}`"))
            .at(span, "the first time")
            .help(format!("write it out the first time: `{word} (what it means)`"))
    };
    open.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn count(text: &str) -> usize {
        let mut case = Case::new();
        case.project("rules:\n  - rule: unexplained-acronym\n    level: note\n");
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para(text));
        case.found("unexplained-acronym").len()
    }

    #[test]
    fn an_acronym_that_no_text_explains_is_found_once() {
        assert_eq!(count("The WAL is archived. The WAL grows."), 1);
    }

    #[test]
    fn explained_and_well_known_ones_are_left_alone() {
        assert_eq!(
            count("The write-ahead log (WAL) is archived over HTTPS. MTTR (time to repair) is short. The WAL grows."),
            0
        );
    }

    #[test]
    fn the_rule_is_off_unless_a_project_asks_for_it() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("The WAL is archived."));
        assert!(case.found("unexplained-acronym").is_empty());
    }
}
