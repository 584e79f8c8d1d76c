//! Where a delivery stands on a day: dates, coverage by group and person, what comes next.

use super::gate::next;
use super::review;
use super::view::{Known, View};
use super::{Options, check, view};
use crate::finding::Level;
use crate::model::acceptance::Acceptance;
use crate::model::document::Dossier;
use crate::model::loaded::Loaded;
use crate::model::project::{Project, RolloutStage, Stage};
use crate::model::records::{IssueState, Judgement};
use crate::model::report::{Coverage, ItemCoverage, State, Tally};
use crate::model::status::{
    Appointment, Due, GateLine, IssueLine, PointStatus, ReviewLine, Share, SignOffLine, Standing, WaiverLine,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Looks at a project as it stands on a day; `None` if its project file cannot be read.
#[must_use]
pub fn survey(loaded: &Loaded, dossier: &Dossier, options: &Options, today: Date) -> Option<Standing> {
    let project = loaded.project.as_ref()?;
    let known = Known::default();
    let view = view(loaded, dossier, options, &known);
    let report = check(loaded, dossier, options);
    let coverage = report.coverage.as_ref();
    let items = coverage.map(|coverage| coverage.items.as_slice()).unwrap_or_default();
    Some(Standing {
        project: project.project.name.as_str().to_owned(),
        version: project.release.version.value.to_string(),
        release: project.release.status.as_str(),
        today,
        stage: view.stage,
        dates: dates(loaded, project, view.stage, today),
        coverage: coverage.map(Coverage::tally),
        groups: shares(items, |item| Some(item.group.1.clone())),
        owners: owners(project, items),
        next: due(project, items, view.stage),
        gates: gates(loaded, project, view.stage, today),
        sign_off: sign_off(loaded, project),
        points: points(loaded, project, today),
        issues: issues(loaded, today),
        waivers: waivers(project, today),
        reviews: reviews(&view, project),
        errors: report.count(Level::Error),
    })
}

fn stages(project: &Project) -> &[RolloutStage] {
    project.rollout.as_ref().map(|rollout| rollout.stages.as_slice()).unwrap_or_default()
}

fn days(today: Date, date: Date) -> i32 {
    today.until(date).map_or(0, |span| span.get_days())
}

/// The dates that lie ahead, in order; of the past only the start of the current stage.
fn dates(loaded: &Loaded, project: &Project, current: Stage, today: Date) -> Vec<Appointment> {
    let mut dates: Vec<(Date, String)> = Vec::new();
    for stage in stages(project).iter().filter(|stage| stage.id.value >= current) {
        dates.push((stage.starts.0, format!("stage {} begins", stage.id.value)));
        dates.extend(stage.ends.iter().map(|ends| (ends.0, format!("stage {} ends", stage.id.value))));
    }
    let sessions = project.transfer.iter().flat_map(|transfer| &transfer.sessions);
    dates.extend(
        sessions.filter(|session| session.date.0 >= today).map(|session| (session.date.0, session.title.to_string())),
    );
    let acceptance = Acceptance::of(project, &loaded.records).filter(|acceptance| acceptance.covers(project));
    let sign_off = project.sign_off.iter().filter(|_| !acceptance.as_ref().is_some_and(Acceptance::is_complete));
    dates.extend(sign_off.map(|plan| (plan.due.0, "sign-off is due".to_owned())));
    let maintenance = project.maintenance.iter();
    let reviews = maintenance.flat_map(|maintenance| &maintenance.reviews);
    dates.extend(
        reviews.filter(|review| review.date.0 >= today).map(|review| (review.date.0, review.title.to_string())),
    );
    let warranty = project.support.iter().filter_map(|support| support.warranty.as_ref());
    dates.extend(warranty.map(|warranty| (warranty.until.0, "warranty ends".to_owned())));
    let started = format!("stage {current} begins");
    dates.retain(|(date, what)| *date >= today || *what == started || what.starts_with("sign-off"));
    dates.sort();
    dates.into_iter().map(|(date, what)| Appointment { what, date, days: days(today, date) }).collect()
}

/// Items shared out by a name, in the order in which the names first appear.
fn shares(items: &[ItemCoverage], name: impl Fn(&ItemCoverage) -> Option<String>) -> Vec<Share> {
    let mut order: Vec<String> = Vec::new();
    let mut shared: BTreeMap<String, Vec<&ItemCoverage>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.state != State::NotApplicable) {
        let Some(name) = name(item) else { continue };
        if !order.contains(&name) {
            order.push(name.clone());
        }
        shared.entry(name).or_default().push(item);
    }
    let share = |name: String| {
        let tally = Tally::of(shared.get(&name).into_iter().flatten().copied());
        Share { percent: tally.percent(), tally, name }
    };
    order.into_iter().map(share).collect()
}

/// Items by who looks after them, by name; those of nobody come last.
fn owners(project: &Project, items: &[ItemCoverage]) -> Vec<Share> {
    let mut owners = shares(items, |item| item.owner.as_ref().map(|id| name(project, id)));
    owners.sort_by(|a, b| a.name.cmp(&b.name));
    let nobodys = items.iter().filter(|item| item.owner.is_none()).cloned().collect::<Vec<_>>();
    owners.extend(shares(&nobodys, |_| Some("nobody named".to_owned())));
    owners
}

/// The name of a contact, its id if there is none.
fn name(project: &Project, id: &str) -> String {
    let contact = project.contacts.iter().find(|contact| contact.id.as_str() == id);
    contact.map_or_else(|| id.to_owned(), |contact| contact.name.to_string())
}

/// What is missing now, and then what the next stages ask for.
fn due(project: &Project, items: &[ItemCoverage], current: Stage) -> Vec<Due> {
    let mut open: Vec<_> = items
        .iter()
        .filter(|item| item.state.blocks() || item.state == State::NotDue)
        .map(|item| Due {
            id: item.id.clone(),
            title: item.title.clone(),
            stage: item.due,
            date: stages(project).iter().find(|stage| stage.id.value == item.due).map(|stage| stage.starts.0),
            state: item.state.as_str(),
            owner: item.owner.as_ref().map(|id| name(project, id)),
        })
        .collect();
    open.sort_by_key(|due| (due.stage > current, due.stage));
    open
}

/// The gates that were decided, and those from the current stage on; the last stage has none.
fn gates(loaded: &Loaded, project: &Project, current: Stage, today: Date) -> Vec<GateLine> {
    let mut lines = Vec::new();
    for stage in Stage::ALL.iter().copied().filter(|stage| next(*stage).is_some()) {
        let last = loaded.records.decided(stage.as_str());
        let plan = stages(project).iter().find(|plan| plan.id.value == stage);
        if last.is_none() && (stage < current || plan.is_none()) {
            continue;
        }
        let planned = plan.and_then(|plan| plan.ends.as_ref()).map(|ends| ends.0);
        lines.push(GateLine {
            stage,
            planned,
            days: planned.map(|date| days(today, date)),
            state: last.map_or("open", |gate| gate.decision.as_str()),
            decided: last.map(|gate| gate.date.0),
            by: last.map(|gate| name(project, gate.by.as_str())),
            overruled: last.and_then(|gate| gate.overruled.as_ref()).map(|reason| reason.as_str().to_owned()),
        });
    }
    lines
}

/// What came back from the client so far, if a form was returned.
fn sign_off(loaded: &Loaded, project: &Project) -> Option<SignOffLine> {
    let acceptance = Acceptance::of(project, &loaded.records)?;
    let answers =
        |answer: Judgement| acceptance.deliverables.iter().filter(|judged| judged.answer == Some(answer)).count();
    Some(SignOffLine {
        version: acceptance.version.clone(),
        date: acceptance.date.0,
        accepted: answers(Judgement::Accept),
        reserved: answers(Judgement::Reserve),
        rejected: answers(Judgement::Reject),
        unanswered: acceptance.deliverables.iter().filter(|judged| judged.answer.is_none()).count(),
        unsigned: acceptance.unsigned().map(|signatory| signatory.name.clone()).collect(),
        complete: acceptance.is_complete(),
    })
}

/// The points that sign-offs left open.
fn points(loaded: &Loaded, project: &Project, today: Date) -> Vec<PointStatus> {
    let open = loaded.records.open_points();
    open.into_iter()
        .map(|point| PointStatus {
            owner: name(project, &point.owner),
            due: point.due.map(|due| due.0),
            days: point.due.map(|due| days(today, due.0)),
            id: point.id,
            what: point.what,
        })
        .collect()
}

fn issues(loaded: &Loaded, today: Date) -> Vec<IssueLine> {
    let known = loaded.records.issues_until(today);
    let open = known.iter().filter(|issue| issue.state.value != IssueState::Resolved);
    let text = |text: Option<&str>| text.unwrap_or("?").to_owned();
    open.map(|issue| IssueLine {
        id: issue.issue.as_str().to_owned(),
        summary: text(issue.summary.as_ref().map(|summary| summary.as_str())),
        severity: text(issue.severity.as_ref().map(|severity| severity.as_str())),
        state: issue.state.as_str(),
    })
    .collect()
}

/// The waivers that no longer hold on the day.
fn waivers(project: &Project, today: Date) -> Vec<WaiverLine> {
    let expired = project.waivers.iter().filter(|waiver| waiver.expires.0 < today);
    expired
        .map(|waiver| WaiverLine {
            item: waiver.subject(),
            expired: waiver.expires.0,
            approver: name(project, waiver.approver.as_str()),
        })
        .collect()
}

fn reviews(view: &View<'_>, project: &Project) -> Vec<ReviewLine> {
    let line = |(review, why): (&crate::model::records::Review, String)| ReviewLine {
        document: review.document.as_str().to_owned(),
        by: name(project, review.by.as_str()),
        date: review.date.0,
        why,
    };
    review::stale(view).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::Case;

    const PLAN: &str = "\
rollout:
  current: internal
  stages:
    - {id: transfer, audience: Nobody, starts: 2026-11-16, ends: 2026-11-27, owner: anna-lind}
    - {id: internal, audience: Team, starts: 2026-11-30, ends: 2026-12-01, owner: anna-lind}
    - {id: pilot, audience: Thirty, starts: 2026-12-02, ends: 2026-12-11, owner: bo-ek}
waivers:
  - {item: sla.warranty, reason: By letter, approver: bo-ek, expires: 2026-11-29}
  - {item: sla.hours, reason: By letter, approver: bo-ek, expires: 2026-11-30}
";

    fn standing(case: &Case) -> Standing {
        let today = jiff::civil::date(2026, 11, 30);
        survey(&case.loaded, &case.dossier, &case.options, today).expect("a project")
    }

    #[test]
    fn dates_count_from_today() {
        let mut case = Case::new();
        case.project(PLAN);
        let dates: Vec<_> = standing(&case).dates.into_iter().map(|date| (date.what, date.days)).collect();
        let wanted = [
            ("stage internal begins", 0),
            ("stage internal ends", 1),
            ("stage pilot begins", 2),
            ("stage pilot ends", 11),
        ];
        assert_eq!(dates, wanted.map(|(what, days)| (what.to_owned(), days)));
    }

    #[test]
    fn gates_are_open_until_they_are_decided() {
        let mut case = Case::new();
        case.project(PLAN);
        let text = "stage: transfer\ndecision: go\nby: bo-ek\ndate: 2026-11-27\nverdict: no-go\noverruled: Agreed\n";
        case.record("records/gates/a.yaml", text, |records, gate| records.gates.push(gate));
        let standing = standing(&case);
        let gates: Vec<_> = standing.gates.iter().map(|gate| (gate.stage, gate.state, gate.days)).collect();
        assert_eq!(
            gates,
            [(Stage::Transfer, "go", Some(-3)), (Stage::Internal, "open", Some(1)), (Stage::Pilot, "open", Some(11))]
        );
        assert_eq!(standing.gates[0].overruled.as_deref(), Some("Agreed"));
        assert_eq!(standing.open_gates().count(), 2);
    }

    #[test]
    fn waivers_expire_by_the_day_that_is_asked_about() {
        let mut case = Case::new();
        case.project(PLAN);
        let waivers = standing(&case).waivers;
        assert_eq!(waivers.iter().map(|waiver| waiver.item.as_str()).collect::<Vec<_>>(), ["sla.warranty"]);
        assert_eq!(waivers[0].approver, "Bo Ek");
    }

    #[test]
    fn what_is_missing_now_comes_before_what_is_due_later() {
        let mut case = Case::new();
        case.project(PLAN);
        let next = standing(&case).next;
        let later = next.iter().position(|due| due.state == "not-due").expect("something is due later");
        assert!(later > 0 && next[..later].iter().all(|due| due.stage <= Stage::Internal));
        assert!(next[later..].iter().all(|due| due.stage > Stage::Internal));
    }

    #[test]
    fn a_review_holds_until_the_document_changes() {
        let mut case = Case::new();
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Logs").para("They are on the server."));
        let content = review::fingerprint(&case.dossier.documents[0]).expect("a fingerprint");
        let text = format!("document: runbook\nby: bo-ek\ndate: 2026-11-10\nopinion: approved\ncontent: {content}\n");
        case.record("records/reviews/a.yaml", &text, |records, review| records.reviews.push(review));
        assert_eq!(standing(&case).reviews, []);
        case.document().title = "Another title".into();
        assert_eq!(standing(&case).reviews.len(), 1);
        case.dossier.documents.clear();
        assert_eq!(standing(&case).reviews[0].why, "there is no such document any more");
    }
}
