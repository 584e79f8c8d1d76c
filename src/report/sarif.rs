//! `sarif`: the Static Analysis Results Interchange Format, version 2.1.0, of OASIS.

use super::{Given, GivenAll, RuleNote};
use crate::finding::{Finding, Label, fingerprints};
use crate::source::Position;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What may not stand in the path of a URI.
const PATH: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b':');

/// Writes one run with a result for each finding. Only rules that found something are described.
#[must_use]
pub fn write(given: &Given<'_>) -> String {
    document(&[run(given)])
}

/// Writes a run for each project, and one for what they share.
#[must_use]
pub fn write_all(given: &GivenAll<'_>) -> String {
    let shared = given.shared().map(|shared| run(&shared));
    let mut runs: Vec<Value> = given.projects().map(|(_, project)| run(&project)).collect();
    if let Some(mut shared) = shared {
        // A project may lie in the same folder, and every run has a name of its own.
        shared["automationDetails"]["id"] = json!(format!("handoff-workspace/{}", given.all.shared.base));
        runs.insert(0, shared);
    }
    let stopped = given
        .stopped()
        .map(|(entry, why)| json!({ "level": "error", "message": { "text": format!("{}: {why}", entry.path) } }));
    let stopped: Vec<Value> = stopped.collect();
    if !stopped.is_empty() {
        runs.push(json!({
            "tool": { "driver": driver(&[], given.rules) },
            "automationDetails": { "id": "handoff-stopped/" },
            "invocations": [{ "executionSuccessful": false, "toolExecutionNotifications": stopped }],
            "results": [],
        }));
    }
    document(&runs)
}

fn document(runs: &[Value]) -> String {
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": runs,
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}

fn run(given: &Given<'_>) -> Value {
    let findings = &given.report.findings;
    let slugs: Vec<&str> = findings.iter().map(|finding| finding.rule).collect::<BTreeSet<_>>().into_iter().collect();
    let index = |slug: &str| slugs.binary_search(&slug).ok();
    let results: Vec<Value> = findings
        .iter()
        .zip(fingerprints(findings, given.sources))
        .map(|(finding, name)| result(given, finding, index(finding.rule), &name))
        .collect();
    json!({
        "tool": { "driver": driver(&slugs, given.rules) },
        "automationDetails": { "id": format!("handoff/{}", given.base) },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "The root of the repository." } } },
        "results": results,
        "properties": coverage(given),
    })
}

/// The program, with the rules that found something.
fn driver(slugs: &[&str], rules: &[RuleNote]) -> Value {
    let note = |slug: &str| rules.iter().find(|rule| rule.slug == slug);
    json!({
        "name": "handoff",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": slugs.iter().map(|slug| rule(slug, note(slug))).collect::<Vec<_>>(),
    })
}

fn rule(slug: &str, note: Option<&RuleNote>) -> Value {
    let Some(note) = note else { return json!({ "id": slug }) };
    json!({
        "id": slug,
        "name": slug,
        "shortDescription": { "text": sentence(note.summary) },
        "fullDescription": { "text": about(note) },
        "defaultConfiguration": { "level": note.level.as_str() },
        "help": { "text": format!("`handoff explain {slug}` says more."), "markdown": note.page },
    })
}

/// What the page of a rule says first, behind its title; the few words about it if it says nothing.
fn about(note: &RuleNote) -> String {
    let paragraph = note.page.split("\n\n").nth(1).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraph.filter(|text| !text.is_empty()).unwrap_or_else(|| sentence(note.summary))
}

/// A few words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).chain(['.']).collect()
}

fn result(given: &Given<'_>, finding: &Finding, index: Option<usize>, name: &str) -> Value {
    let related: Vec<Value> =
        finding.labels.iter().skip(1).enumerate().map(|(id, label)| related(given, id, label)).collect();
    let (path, start, end) = given.place(finding);
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level.as_str(),
        "message": { "text": super::told(finding) },
        "locations": [{ "physicalLocation": physical(&path, start, end) }],
        "partialFingerprints": { "handoff/v1": name },
    });
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(item) = &finding.item {
        result["properties"] = json!({ "item": item });
    }
    result
}

fn related(given: &Given<'_>, id: usize, label: &Label) -> Value {
    let (path, start, end) = given.spot(label.span);
    let mut related = json!({ "id": id + 1, "physicalLocation": physical(&path, start, end) });
    if !label.text.is_empty() {
        related["message"] = json!({ "text": label.text });
    }
    related
}

/// A place; its end is behind the last character, as the format has it.
fn physical(path: &str, start: Position, end: Position) -> Value {
    let mut region = json!({ "startLine": start.line, "startColumn": start.column });
    if end > start {
        region["endLine"] = end.line.into();
        region["endColumn"] = end.column.into();
    }
    json!({
        "artifactLocation": { "uri": utf8_percent_encode(path, &PATH).to_string(), "uriBaseId": "%SRCROOT%" },
        "region": region,
    })
}

/// The coverage in numbers, for programs that show the properties of a run.
fn coverage(given: &Given<'_>) -> Value {
    let Some(coverage) = &given.report.coverage else { return json!({}) };
    let tally = coverage.tally();
    json!({
        "checklist": coverage.checklist,
        "stage": coverage.stage.as_str(),
        "complete": coverage.complete(),
        "percent": tally.percent(),
        "tally": tally,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::written;
    use super::*;

    #[test]
    fn every_finding_is_a_result_with_its_rule_and_place() {
        let value: Value = serde_json::from_str(&written(write)).expect("JSON");
        let run = &value["runs"][0];
        let result = &run["results"][0];
        assert_eq!(result["ruleId"], "broken-link");
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small one");
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "broken-link");
        assert_eq!(run["tool"]["driver"]["rules"][index]["shortDescription"]["text"], "A link leads nowhere.");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "kit/docs/a%20b.md");
        assert_eq!((&place["region"]["startLine"], &place["region"]["endColumn"]), (&json!(2), &json!(21)));
        assert_eq!(result["relatedLocations"][0]["message"]["text"], "near");
        assert_eq!(run["results"][2]["properties"]["item"], "runbook.logs");
        assert_eq!(run["properties"]["percent"], 66);
    }
}
