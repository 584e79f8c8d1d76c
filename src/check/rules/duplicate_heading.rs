//! `duplicate-heading`: sections side by side that have the same heading.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{plain, sections};
use crate::source::Span;
use std::collections::BTreeMap;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "duplicate-heading",
    level: Level::Warning,
    summary: "two sections side by side have the same heading",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in &view.dossier.documents {
        // The titles above a section, and the sections that were met under them.
        let mut above: Vec<(u8, String)> = Vec::new();
        let mut met: BTreeMap<Vec<String>, Option<Span>> = BTreeMap::new();
        for section in sections(&document.blocks) {
            let title = plain(&section.heading.content);
            above.retain(|(level, _)| *level < section.heading.level);
            above.push((section.heading.level, title.trim().to_lowercase()));
            let path: Vec<String> = above.iter().map(|(_, title)| title.clone()).collect();
            match (met.get(&path), section.span) {
                (Some(first), Some(span)) => findings.push(finding(&title, span, *first)),
                (None, at) => _ = met.insert(path, at),
                (Some(_), None) => {}
            }
        }
    }
    findings
}

fn finding(title: &str, span: Span, first: Option<Span>) -> Finding {
    let finding = Finding::warning(RULE.slug, format!("there are two sections “{title}” side by side"))
        .at(span, "the second one");
    let finding = match first {
        Some(first) => finding.at(first, "the first one"),
        None => finding,
    };
    finding.help("say in the heading what tells them apart, or make one section of the two")
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn the_same_heading_twice_under_one_section_is_found() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "Logs").para("One.").heading(2, "logs").para("Two."));
        let findings = case.found("duplicate-heading");
        assert_eq!(findings.len(), 1);
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 5, 1)));
    }

    #[test]
    fn the_same_heading_under_different_sections_is_left_alone() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "Web")
                .para("One.")
                .heading(3, "Logs")
                .para("Two.")
                .heading(2, "Jobs")
                .para("Three.")
                .heading(3, "Logs")
                .para("Four.")
        });
        assert!(case.found("duplicate-heading").is_empty());
    }
}
