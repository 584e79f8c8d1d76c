//! `session-contradicts-plan`: records of sessions that say something else than the plan.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::Session;
use crate::model::records::SessionHeld;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "session-contradicts-plan",
    level: Level::Error,
    summary: "the record of a session is of another kind than the session that was planned",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let planned: Vec<&Session> = view
        .project()
        .and_then(|project| project.transfer.as_ref())
        .map(|t| t.sessions.iter().collect())
        .unwrap_or_default();
    let finding = |held: &SessionHeld| {
        let session = planned.iter().find(|session| session.id.value == held.session.value)?;
        (session.kind.value != held.kind.value).then(|| {
            let (id, was, planned) = (&held.session, held.kind.value, session.kind.value);
            Finding::error(RULE.slug, format!("`{id}` is recorded as {was}, and planned as {planned}"))
                .at(held.kind.span, "recorded here")
                .at(session.kind.span, "planned here")
                .help("correct the one that is wrong: the checklist asks for sessions by their kind")
        })
    };
    view.loaded.records.sessions.iter().filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn count(kind: &str) -> usize {
        let mut case = Case::new();
        case.project(
            "transfer:\n  sessions:\n    - id: walk\n      kind: technical\n      title: T\n      date: 2026-11-17\n      \
             start: \"09:00\"\n      length: 1 h\n      place: P\n      lead: anna-lind\n",
        );
        let text = format!("session: walk\nkind: {kind}\ndate: 2026-11-17\noutcome: Well done.\n");
        case.record("records/sessions/a.yaml", &text, |records, held| records.sessions.push(held));
        case.found("session-contradicts-plan").len()
    }

    #[test]
    fn a_record_of_another_kind_is_found() {
        assert_eq!((count("support"), count("technical")), (1, 0));
    }
}
