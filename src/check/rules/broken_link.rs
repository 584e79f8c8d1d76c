//! `broken-link`: links and images that lead nowhere.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{BlockKind, InlineKind, Target, walk_blocks, walk_inlines};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "broken-link",
    level: Level::Error,
    summary: "a link or an image leads nowhere",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in &view.dossier.documents {
        for blocks in document.texts() {
            let mut see = |noun: &str, target: &Target, span: Option<Span>| {
                if let Target::Broken { written, why, near } = target
                    && !(span.is_none() && is_of_alert(view, written))
                {
                    findings.push(finding(noun, written, why, near.as_deref(), span));
                }
            };
            walk_blocks(blocks, &mut |block| {
                if let BlockKind::Figure(image) = &block.kind {
                    see("image", &image.target, block.span);
                }
            });
            walk_inlines(blocks, &mut |inline| match &inline.kind {
                InlineKind::Link(link) => see("link", &link.target, inline.span),
                InlineKind::Image(image) => see("image", &image.target, inline.span),
                _ => {}
            });
        }
    }
    findings
}

/// Whether a template made a link from the anchor that an alert names: that it leads nowhere is told there.
fn is_of_alert(view: &View<'_>, written: &str) -> bool {
    let monitoring = view.project().and_then(|project| project.monitoring.as_ref());
    let mut anchors =
        monitoring.into_iter().flat_map(|monitoring| &monitoring.alerts).filter_map(|a| a.runbook.as_ref());
    let anchor = written.split_once('#').map(|(_, anchor)| anchor);
    anchor.is_some_and(|anchor| anchors.any(|named| named.as_str() == anchor))
}

fn finding(noun: &str, written: &str, why: &str, near: Option<&str>, span: Option<Span>) -> Finding {
    let to = if written.trim().is_empty() { String::new() } else { format!(" to `{written}`") };
    let mut finding = Finding::error(RULE.slug, format!("the {noun}{to} leads nowhere: {why}"));
    if let Some(span) = span {
        finding = finding.at(span, why);
    }
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("mend the target, or take the link out"),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, broken};

    #[test]
    fn a_link_that_leads_nowhere_is_found_where_it_stands() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A").para("Before.").link("the plan", broken("plna.md", "plan.md"))
        });
        let findings = case.found("broken-link");
        assert_eq!(findings.len(), 1);
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 5, 1)));
        assert_eq!(findings[0].help, ["did you mean `plan.md`?"]);
    }

    #[test]
    fn a_link_that_leads_somewhere_is_none() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").file("the plan", "docs/plan.pdf"));
        assert!(case.found("broken-link").is_empty());
    }

    #[test]
    fn an_image_that_is_not_there_is_found() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").figure("A plan", broken("x.svg", "y.svg")));
        assert_eq!(case.found("broken-link").len(), 1);
    }
}
