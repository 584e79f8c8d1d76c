//! The data of a message: the project, and what follows from it and from the records on a day.

use super::Request;
use crate::error::{Error, Result};
use crate::model::document::Dossier;
use crate::model::loaded::Loaded;
use crate::model::message::{Ask, Missing};
use crate::model::project::{Contact, GateMetric, Party, Project, Stage};
use crate::model::records::{IssueReport, IssueState};
use crate::model::template::Words;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan};
use serde_json::{Map, Value, json};

/// Everything that a template may use, as one tree.
pub(super) fn gather(
    loaded: &Loaded,
    project: &Project,
    dossier: &Dossier,
    request: &Request,
    from: &Contact,
) -> Result<Value> {
    let mut tree = serde_json::to_value(project)
        .map_err(|error| Error::new("handoff.yaml cannot be used").why(error.to_string()))?;
    let today = request.today;
    let week = (today.saturating_sub(6.days()), today);
    let current = stage_of(project, today);
    let documents: Vec<Value> = dossier
        .delivered()
        .map(|document| json!({"number": document.number, "title": document.title, "group": document.group, "file": format!("pdf/{}", document.pdf_name())}))
        .collect();
    let more = json!({
        // The day that the message is about.
        "today": today.to_string(),
        // The project's time zone.
        "zone": project.project.time_zone.as_ref().map_or("UTC", |zone| zone.as_str()),
        // Who sends it: a contact.
        "sender": from,
        // What the sender has given, by key: each with `text` and `list`.
        "given": given(request),
        // The stage that the day lies in.
        "current": current.as_str(),
        // The stages of the rollout by id, with `days` and `decision` beside the keys of the project file.
        "stage": stages(loaded, project),
        // The seven days up to the day: `from` and `to`.
        "week": {"from": week.0.to_string(), "to": week.1.to_string()},
        // Metrics with their measured values: those of the week under `week`, those of the pilot under `pilot`.
        "measured": {
            "week": rows(loaded, project, current, week),
            "pilot": rows(loaded, project, Stage::Pilot, span(project, Stage::Pilot, today)),
        },
        // The issues that changed in the week.
        "issues": issues(loaded, project, week, today),
        // The issues that came up in the pilot.
        "pilot_issues": pilot_issues(loaded, project, today),
        // The issue that the message is about, with `severity_name` and `duration`.
        "issue": issue(loaded, project, request)?,
        // The planned maintenance, with its `end`.
        "window": window(project, request)?,
        // Who is on call at the supplier: a contact.
        "urgent": urgent(project),
        // The documents of the bundle: `number`, `title`, `group` and `file` of each.
        "documents": documents,
    });
    if let (Value::Object(tree), Value::Object(more)) = (&mut tree, more) {
        tree.extend(more);
    }
    Ok(tree)
}

/// What was given: a list where several texts may be given, which the template knows.
fn given(request: &Request) -> Value {
    let entries = request.given.iter().map(|(key, texts)| {
        let value = match texts.as_slice() {
            [one] => json!({"text": one, "list": [one]}),
            several => json!({"text": several.join("; "), "list": several}),
        };
        (key.clone(), value)
    });
    Value::Object(entries.collect())
}

/// The stage that a day lies in; the one that the project file names if none does.
fn stage_of(project: &Project, day: Date) -> Stage {
    let Some(rollout) = &project.rollout else { return Stage::Prepare };
    let begun = rollout.stages.iter().filter(|stage| stage.starts.0 <= day);
    let planned = begun.max_by_key(|stage| stage.starts.0).map(|stage| stage.id.value);
    planned.or(rollout.current.as_ref().map(|current| current.value)).unwrap_or(Stage::Prepare)
}

/// The first and the last day of a stage, up to a day.
fn span(project: &Project, stage: Stage, today: Date) -> (Date, Date) {
    let plan = project.rollout.iter().flat_map(|rollout| &rollout.stages).find(|plan| plan.id.value == stage);
    plan.map_or((today, today), |plan| (plan.starts.0, plan.ends.as_ref().map_or(today, |ends| ends.0).min(today)))
}

/// The stages by id, with their lengths and decisions.
fn stages(loaded: &Loaded, project: &Project) -> Value {
    let mut all = Map::new();
    for stage in project.rollout.iter().flat_map(|rollout| &rollout.stages) {
        let Ok(Value::Object(mut entry)) = serde_json::to_value(stage) else { continue };
        let days =
            stage.ends.as_ref().and_then(|ends| stage.starts.0.until(ends.0).ok()).map(|span| span.get_days() + 1);
        entry.insert("days".into(), json!(days));
        let decision = loaded.records.decided(stage.id.as_str());
        entry.insert("decision".into(), json!(decision.map(|gate| gate.decision.as_str())));
        all.insert(stage.id.as_str().to_owned(), Value::Object(entry));
    }
    Value::Object(all)
}

/// The metrics that count in a stage, each with the last value that was measured between two days.
fn rows(loaded: &Loaded, project: &Project, stage: Stage, (from, to): (Date, Date)) -> Value {
    let counts =
        |metric: &&GateMetric| metric.stages.is_empty() || metric.stages.iter().any(|listed| listed.value == stage);
    let metrics = project.rollout.iter().flat_map(|rollout| &rollout.metrics).filter(counts);
    let row = |metric: &GateMetric| {
        let records = loaded.records.measured(metric.id.as_str());
        let last = records.into_iter().rfind(|record| (from..=to).contains(&record.date.0));
        let verdict = last.map(|record| {
            let number = record.value.number;
            let word = if metric.alert.holds(number) {
                "verdict_alert"
            } else if metric.target.holds(number) {
                "verdict_on_target"
            } else {
                "verdict_off_target"
            };
            loaded.words.get(word)
        });
        json!({
            "id": metric.id.as_str(),
            "name": metric.name.as_str(),
            "target": metric.target.value,
            "actual": last.map(|record| &record.value.value),
            "date": last.map(|record| record.date.to_string()),
            "verdict": verdict,
        })
    };
    Value::Array(metrics.map(row).collect())
}

/// The issues that were reported or changed between two days, and those that are still open.
fn issues(loaded: &Loaded, project: &Project, (from, _): (Date, Date), today: Date) -> Value {
    let known = loaded.records.issues_until(today);
    let of_week = known.iter().filter(|issue| issue.date.0 >= from || issue.state.value != IssueState::Resolved);
    Value::Array(of_week.map(|issue| issue_view(issue, project, &loaded.words)).collect())
}

/// How many issues the pilot had, and how many of them are resolved.
fn pilot_issues(loaded: &Loaded, project: &Project, today: Date) -> Value {
    let (from, to) = span(project, Stage::Pilot, today);
    let reported = |issue: &&IssueReport| {
        let first = loaded.records.issues.iter().filter(|report| report.issue.value == issue.issue.value);
        first.map(|report| report.date.0).min().is_some_and(|day| (from..=to).contains(&day))
    };
    let known = loaded.records.issues_until(today);
    let of_pilot: Vec<_> = known.iter().filter(reported).collect();
    let resolved = of_pilot.iter().filter(|issue| issue.state.value == IssueState::Resolved).count();
    json!({"reported": of_pilot.len(), "resolved": resolved})
}

/// The issue that a message is about: the one that was named, else the newest that is open, else the newest.
fn issue(loaded: &Loaded, project: &Project, request: &Request) -> Result<Value> {
    let known = loaded.records.issues_until(request.today);
    let chosen =
        match &request.issue {
            Some(id) => {
                let found = known.iter().find(|issue| issue.issue.as_str() == id);
                let help = "`handoff record issue` writes down a report about one";
                Some(found.ok_or_else(|| {
                    Error::new(format!("no issue `{id}` is on record by {}", request.today)).help(help)
                })?)
            }
            None => known.iter().max_by_key(|issue| (issue.state.value != IssueState::Resolved, issue.date.value)),
        };
    Ok(chosen.map_or(Value::Null, |issue| issue_view(issue, project, &loaded.words)))
}

fn issue_view(issue: &IssueReport, project: &Project, words: &Words) -> Value {
    let mut view = serde_json::to_value(issue).unwrap_or_default();
    let severities = project.support.iter().flat_map(|support| &support.severities);
    let id = issue.severity.as_ref().map_or("", |severity| severity.as_str());
    let name =
        severities.into_iter().find(|severity| severity.id.as_str() == id).map(|severity| severity.name.as_str());
    if let Value::Object(view) = &mut view {
        view.insert("severity_name".into(), json!(name));
        let took = issue.identified.as_ref().zip(issue.resolved.as_ref()).map(|(from, to)| length(words, from.0, to.0));
        view.insert("duration".into(), json!(took));
    }
    view
}

/// The time between two moments, in its two largest units.
fn length(words: &Words, from: DateTime, to: DateTime) -> String {
    let minutes = to.duration_since(from).as_mins().max(0);
    let parts = [(minutes / 1440, "d"), (minutes / 60 % 24, "h"), (minutes % 60, "min")];
    let told: Vec<_> = parts
        .iter()
        .filter(|(amount, _)| *amount > 0)
        .take(2)
        .map(|(amount, unit)| words.time(&amount.to_string(), unit))
        .collect();
    if told.is_empty() { words.get("less_than_a_minute").to_owned() } else { told.join(" ") }
}

/// The planned time of maintenance: the one that was named, else the next one.
fn window(project: &Project, request: &Request) -> Result<Value> {
    let windows = project.maintenance.as_ref().map(|maintenance| maintenance.windows.as_slice()).unwrap_or_default();
    let chosen = match &request.window {
        Some(id) => {
            let found = windows.iter().find(|window| window.id.as_str() == id);
            let help = "they stand under `maintenance.windows` in handoff.yaml";
            Some(found.ok_or_else(|| Error::new(format!("no time of maintenance `{id}` is planned")).help(help))?)
        }
        None => windows
            .iter()
            .filter(|window| window.start.0.date() >= request.today)
            .min_by_key(|window| window.start.value),
    };
    let Some(window) = chosen else { return Ok(Value::Null) };
    let mut view = serde_json::to_value(window).unwrap_or_default();
    let end = window.start.0.saturating_add(SignedDuration::from_mins(i64::from(window.length.minutes)));
    if let Value::Object(view) = &mut view {
        view.insert("end".into(), json!(crate::model::measure::Moment(end)));
    }
    Ok(view)
}

/// Whom to call when it burns: who is on call at the supplier.
fn urgent(project: &Project) -> Value {
    let on_call = |contact: &&Contact| {
        contact.party.value == Party::Supplier && contact.on_call.as_ref().is_some_and(|flag| flag.0)
    };
    project.contacts.iter().find(on_call).map_or(Value::Null, |contact| json!(contact))
}

/// The value at a dotted path, if something is there.
pub(super) fn look_up<'a>(tree: &'a Value, path: &str) -> Option<&'a Value> {
    let mut at = tree;
    for part in path.split('.') {
        at = at.get(part)?;
    }
    let is_something = match at {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    };
    is_something.then_some(at)
}

/// What is missing where nothing is at a path, and how to supply it.
pub(super) fn missing(tree: &Value, asks: &[Ask], message: &str, path: &str) -> Missing {
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let field = rest.split('.').next().unwrap_or_default();
    match root {
        "given" => {
            let ask = asks.iter().find(|ask| ask.key.as_str() == field);
            let what = ask.map_or_else(|| field.to_owned(), |ask| ask.what.as_str().to_owned());
            let example = ask.map_or("…", |ask| ask.example.as_str());
            Missing { what, help: format!("say it with `--set {field}=\"{example}\"`") }
        }
        "issue" if tree.get("issue").is_none_or(Value::is_null) => Missing {
            what: "the issue that the message is about".into(),
            help: "write it down with `handoff record issue ID --state open --summary … --severity …`".into(),
        },
        "issue" => {
            let id = look_up(tree, "issue.issue").and_then(Value::as_str).unwrap_or("ID");
            let state = look_up(tree, "issue.state").and_then(Value::as_str).unwrap_or("open");
            let option = if field == "duration" { "resolved" } else { field }.replace('_', "-");
            Missing {
                what: format!("`{field}` of the issue `{id}`"),
                help: format!("write it down with `handoff record issue {id} --state {state} --{option} …`"),
            }
        }
        "window" => Missing {
            what: "a planned time of maintenance that lies ahead".into(),
            help: "add it to `maintenance.windows` in handoff.yaml".into(),
        },
        "urgent" => Missing {
            what: "somebody of the supplier who can be called at any time".into(),
            help: "set `on_call: true` and a `phone` at a contact in handoff.yaml".into(),
        },
        "stage" => {
            let of = rest.split('.').nth(1).map(|key| format!(", `{key}`")).unwrap_or_default();
            Missing {
                what: format!("the stage `{field}` of the rollout{of}"),
                help: "add it to `rollout.stages` in handoff.yaml".into(),
            }
        }
        "documents" => Missing { what: "documents".into(), help: "add fragments under docs/".into() },
        _ => Missing {
            what: format!("`{path}`"),
            help: format!("add it to handoff.yaml; the message `{message}` tells it"),
        },
    }
}

/// The metrics of some rows that nobody has measured in time.
pub(super) fn unmeasured(rows: &Value, of: &str) -> Vec<Missing> {
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        let what = "metrics of the stage".to_owned();
        return vec![Missing { what, help: "add them to `rollout.metrics` in handoff.yaml".into() }];
    }
    let open = rows.iter().filter(|row| row.get("actual").is_none_or(Value::is_null));
    open.filter_map(|row| row.get("id").and_then(Value::as_str))
        .map(|id| Missing {
            what: format!("a measured value of the metric `{id}` in the {of}"),
            help: format!("write it down with `handoff record metric {id} --value …`"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_emptiness_are_missing() {
        let tree = json!({"a": {"b": "x", "c": null, "d": "", "e": [], "f": 0}});
        assert_eq!(look_up(&tree, "a.b"), Some(&json!("x")));
        assert_eq!(look_up(&tree, "a.f"), Some(&json!(0)));
        for path in ["a.c", "a.d", "a.e", "a.x", "x.y", "a.b.c"] {
            assert_eq!(look_up(&tree, path), None, "{path}");
        }
    }

    #[test]
    fn what_is_missing_says_how_to_supply_it() {
        let tree = json!({"issue": {"issue": "i-7", "state": "open"}});
        let told = |tree: &Value, path| missing(tree, &[], "m", path).help;
        assert_eq!(
            told(&tree, "issue.next_update"),
            "write it down with `handoff record issue i-7 --state open --next-update …`"
        );
        assert!(told(&json!({"issue": null}), "issue.summary").contains("handoff record issue ID"));
        assert!(told(&tree, "given.next-week").contains("--set next-week="));
        assert_eq!(missing(&tree, &[], "m", "stage.pilot.starts").what, "the stage `pilot` of the rollout, `starts`");
    }

    #[test]
    fn lengths_have_two_units() {
        let at = |day, hour, minute| jiff::civil::date(2026, 12, day).at(hour, minute, 0, 0);
        let length = |from, to| super::length(&Words::default(), from, to);
        assert_eq!(length(at(1, 9, 0), at(1, 10, 20)), "1\u{a0}h 20\u{a0}min");
        assert_eq!(length(at(1, 9, 0), at(3, 10, 20)), "2\u{a0}d 1\u{a0}h");
        assert_eq!(length(at(1, 9, 0), at(1, 9, 0)), "less_than_a_minute");
    }
}
