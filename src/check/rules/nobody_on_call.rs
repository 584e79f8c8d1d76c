//! `nobody-on-call`: promises after hours that nobody can keep.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::{Cover, Project};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "nobody-on-call",
    level: Level::Error,
    summary: "what is promised after hours has nobody who can be reached then",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some(at) = promised(project)
        && !project.contacts.iter().any(|contact| contact.on_call.is_some_and(|flag| flag.0))
    {
        findings.push(
            Finding::error(RULE.slug, "support runs around the clock, and nobody can be reached after hours")
                .at(at, "promised here")
                .help("set `on_call: true` at the contact who is on call"),
        );
    }
    findings.extend(decider(project));
    findings
}

/// Where times around the clock are promised.
fn promised(project: &Project) -> Option<Span> {
    let severities = project.support.as_ref()?.severities.iter();
    severities.filter_map(|severity| severity.cover).find(|cover| cover.value == Cover::Always).map(|cover| cover.span)
}

/// Who decides on a rollback after hours has to be reachable after hours.
fn decider(project: &Project) -> Option<Finding> {
    let decides = &project.rollout.as_ref()?.rollback.as_ref()?.decides_after_hours;
    let contact = project.contacts.iter().find(|contact| contact.id.as_str() == decides.as_str())?;
    let reachable = contact.on_call.is_some_and(|flag| flag.0);
    (!reachable).then(|| {
        Finding::error(RULE.slug, format!("`{decides}` decides after hours, and cannot be reached then"))
            .at(decides.span, "decides on a rollback after hours")
            .at(contact.id.span, "has no `on_call: true`")
            .help("name somebody who is on call, or set `on_call: true` if they are")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    const PROMISE: &str = "support:\n  severities:\n    - id: p0\n      name: N\n      meaning: M\n      response: 1 h\n      resolution: 4 h\n      cover: always\n";

    #[test]
    fn a_promise_that_nobody_can_keep_is_found() {
        let mut case = Case::new();
        case.project(PROMISE);
        assert!(case.found("nobody-on-call").is_empty());
        case.edit_project("    on_call: true\n", "");
        assert_eq!(case.found("nobody-on-call").len(), 1);
    }

    #[test]
    fn who_decides_after_hours_is_on_call() {
        let decides = |who: &str| {
            let mut case = Case::new();
            case.project(&format!(
                "rollout:\n  rollback:\n    decides: anna-lind\n    decides_after_hours: {who}\n    executes: anna-lind\n"
            ));
            case.found("nobody-on-call").len()
        };
        assert_eq!(decides("bo-ek"), 1);
        assert_eq!(decides("anna-lind"), 0);
        assert_eq!(decides("nobody"), 0);
    }
}
