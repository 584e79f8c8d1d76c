//! `insecure-link`: links to pages without encryption.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::{Node, Value};
use crate::model::text::{InlineKind, Target, walk_inlines};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "insecure-link",
    level: Level::Warning,
    summary: "a link leads to a page without encryption",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, blocks) in view.texts() {
        walk_inlines(blocks, &mut |inline| {
            let (InlineKind::Link(link), Some(span)) = (&inline.kind, inline.span) else { return };
            if let Target::Written(url) | Target::External(url) = &link.target {
                findings.extend(finding(url, span));
            }
        });
    }
    view.loaded.tree.iter().for_each(|tree| values(tree, &mut findings));
    findings
}

/// The addresses among the values of the project file.
fn values(node: &Node, findings: &mut Vec<Finding>) {
    match &node.value {
        Value::Text(text) => findings.extend(finding(text.trim(), node.span)),
        Value::List(nodes) => nodes.iter().for_each(|node| values(node, findings)),
        Value::Map(fields) => fields.iter().for_each(|(_, node)| values(node, findings)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn finding(url: &str, span: Span) -> Option<Finding> {
    let rest = url.strip_prefix("http://").filter(|rest| !rest.contains(char::is_whitespace))?;
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    // A machine of one's own, or one that is only known inside a network, often has no certificate.
    let inside = host == "localhost"
        || !host.contains('.')
        || host.starts_with("127.")
        || host.ends_with(".internal")
        || host.rsplit('.').next() == Some("local");
    (!inside).then(|| {
        Finding::warning(RULE.slug, format!("the link to `{host}` is not encrypted"))
            .at(span, "`http`")
            .help("use `https`, if the page can be reached that way")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    use crate::check::testing::external;

    #[test]
    fn an_address_without_encryption_is_found() {
        let count = |url: &str| {
            let mut case = Case::new();
            case.fragment("docs/a.md", |doc| doc.heading(2, "A").link("the page", external(url)));
            case.found("insecure-link").len()
        };
        assert_eq!(count("http://portal.lindvik.se/help"), 1);
        assert_eq!(count("https://portal.lindvik.se/help"), 0);
        assert_eq!(count("http://localhost:8080/"), 0);
        assert_eq!(count("http://db-1:5432"), 0);
    }

    #[test]
    fn an_address_in_the_project_file_is_found() {
        let mut case = Case::new();
        case.project_with("  url: http://portal.lindvik.se\n", "");
        assert_eq!(case.found("insecure-link").len(), 1);
    }
}
