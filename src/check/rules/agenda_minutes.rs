//! `agenda-minutes`: agendas whose minutes do not add up to the length of the session.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::Session;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "agenda-minutes",
    level: Level::Error,
    summary: "the minutes of an agenda do not add up to the length of the session",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let transfer = view.project().and_then(|project| project.transfer.as_ref());
    transfer.into_iter().flat_map(|transfer| &transfer.sessions).filter_map(finding).collect()
}

fn finding(session: &Session) -> Option<Finding> {
    let (first, last) = (session.agenda.first()?, session.agenda.last()?);
    let sum = session.agenda.iter().fold(0u32, |sum, point| sum.saturating_add(point.minutes.value.0));
    let length = session.length.value;
    let fits = (length.from.unwrap_or(length.minutes)..=length.minutes).contains(&sum);
    let mut agenda = first.span;
    agenda.end = last.span.end.max(agenda.end);
    (!fits).then(|| {
        Finding::error(
            RULE.slug,
            format!("the agenda of `{}` takes {sum} minutes, the session {}", session.id, length.minutes),
        )
        .at(session.length.span, format!("{} minutes", length.minutes))
        .at(agenda, format!("{sum} minutes together"))
        .help("correct the minutes of the points or the length; breaks are points too")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn session(length: &str, minutes: &[u32]) -> Vec<String> {
        let mut case = Case::new();
        let points: Vec<_> = minutes.iter().map(|n| format!("        - minutes: {n}\n          topic: T\n")).collect();
        let points = points.concat();
        let agenda = if minutes.is_empty() { String::new() } else { format!("      agenda:\n{points}") };
        case.project(&format!(
            "transfer:\n  sessions:\n    - id: support-handoff\n      kind: support\n      title: T\n      date: 2026-11-24\n      start: \"09:00\"\n      length: {length}\n      place: Here\n      lead: anna-lind\n{agenda}"
        ));
        case.found("agenda-minutes").into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn minutes_that_do_not_add_up_are_found() {
        assert_eq!(session("1 h", &[20, 30]), ["the agenda of `support-handoff` takes 50 minutes, the session 60"]);
        assert_eq!(session("1 h", &[u32::MAX, 60]).len(), 1);
    }

    #[test]
    fn minutes_that_add_up_and_agendas_still_to_be_written_are_left_alone() {
        assert!(session("1 h", &[20, 40]).is_empty());
        assert!(session("2-4 h", &[100, 80]).is_empty());
        assert!(session("1 h", &[]).is_empty());
    }
}
