//! `junit`: rules and items of the checklist as tests, in the XML that every CI reads.
//!
//! A rule fails if it found an error; an item fails if it is due and not there.

use super::{Given, GivenAll, human, overall};
use crate::finding::{Finding, Level};
use crate::model::report::{ItemCoverage, State};
use std::collections::BTreeMap;
use std::fmt::Write;

/// One test.
struct Case<'a> {
    name: &'a str,
    class: &'a str,
    outcome: Outcome,
}

/// How a test ended.
enum Outcome {
    Passed,
    Skipped,
    Failed { message: String, details: String },
}

/// Tests that belong together.
struct Suite<'a> {
    name: String,
    cases: Vec<Case<'a>>,
    /// What else there is to say.
    said: String,
}

/// Writes a suite for the rules and one for each group of the checklist.
#[must_use]
pub fn write(given: &Given<'_>) -> String {
    let suites = suites(given, &human::verdict(given.report));
    document(suites.iter().map(|suite| ("", given.day, suite)))
}

/// Writes the same suites for each project, with its path before their names.
#[must_use]
pub fn write_all(given: &GivenAll<'_>) -> String {
    let mut all: Vec<(String, &str, Suite<'_>)> = Vec::new();
    let prefix = |path: &str| format!("{path}.");
    if let Some(shared) = given.shared() {
        let said = overall::verdict(given.all);
        all.extend(suites(&shared, &said).into_iter().map(|suite| (prefix("workspace"), shared.day, suite)));
    }
    for (entry, project) in given.projects() {
        let said = human::verdict(project.report);
        all.extend(suites(&project, &said).into_iter().map(|suite| (prefix(&entry.path), project.day, suite)));
    }
    for (entry, why) in given.stopped() {
        let outcome = Outcome::Failed { message: "the check was stopped".into(), details: why.to_owned() };
        let cases = vec![Case { name: "check", class: "stopped", outcome }];
        all.push((prefix(&entry.path), "1970-01-01", Suite { name: "stopped".into(), cases, said: String::new() }));
    }
    document(all.iter().map(|(prefix, day, suite)| (prefix.as_str(), *day, suite)))
}

fn document<'a>(suites: impl Iterator<Item = (&'a str, &'a str, &'a Suite<'a>)>) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned();
    for (index, (prefix, day, suite)) in suites.enumerate() {
        add(&mut out, suite, index, day, prefix);
    }
    out.push_str("</testsuites>\n");
    out
}

/// The suites of one project.
fn suites<'a>(given: &Given<'a>, said: &str) -> Vec<Suite<'a>> {
    let mut suites = vec![rules(given, said)];
    let items = given.report.coverage.iter().flat_map(|coverage| coverage.items.as_slice());
    let mut groups: Vec<(&str, Vec<&ItemCoverage>)> = Vec::new();
    for item in items {
        match groups.last_mut() {
            Some((group, items)) if *group == item.group.0 => items.push(item),
            _ => groups.push((&item.group.0, vec![item])),
        }
    }
    suites.extend(groups.into_iter().map(|(group, items)| Suite {
        name: format!("checklist.{group}"),
        cases: items.into_iter().map(of_item).collect(),
        said: String::new(),
    }));
    suites
}

/// The rules, each a test; what they warn of is said beside.
fn rules<'a>(given: &Given<'a>, verdict: &str) -> Suite<'a> {
    let mut found: BTreeMap<&str, Vec<&Finding>> = given.rules.iter().map(|rule| (rule.slug, Vec::new())).collect();
    for finding in &given.report.findings {
        found.entry(finding.rule).or_default().push(finding);
    }
    let mut said = String::new();
    let cases = found.into_iter().map(|(name, findings)| {
        let (errors, others): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.level == Level::Error);
        said.extend(others.iter().map(|finding| line(given, finding)));
        let outcome = match errors.first() {
            None => Outcome::Passed,
            Some(first) => Outcome::Failed {
                message: if errors.len() == 1 { first.message.clone() } else { format!("{} findings", errors.len()) },
                details: errors.iter().map(|finding| line(given, finding)).collect(),
            },
        };
        Case { name, class: "rules", outcome }
    });
    let cases = cases.collect();
    said.push_str(verdict);
    Suite { name: "rules".into(), cases, said }
}

fn of_item(item: &ItemCoverage) -> Case<'_> {
    let outcome = match item.state {
        State::Met => Outcome::Passed,
        State::Partial | State::Missing => Outcome::Failed {
            message: format!("{} is {}", item.title, item.state.as_str()),
            details: item.remarks.join("\n"),
        },
        State::Waived | State::NotApplicable | State::NotDue => Outcome::Skipped,
    };
    Case { name: &item.id, class: &item.document, outcome }
}

/// A finding with its place and advice, on a line of its own.
fn line(given: &Given<'_>, finding: &Finding) -> String {
    let (path, start, _) = given.place(finding);
    let level = finding.level.as_str();
    format!("{path}:{}:{}: {level}[{}]: {}\n", start.line, start.column, finding.rule, super::told(finding))
}

fn add(out: &mut String, suite: &Suite<'_>, index: usize, day: &str, prefix: &str) {
    let count = |wanted: fn(&Outcome) -> bool| suite.cases.iter().filter(|case| wanted(&case.outcome)).count();
    let failures = count(|outcome| matches!(outcome, Outcome::Failed { .. }));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped));
    let _ = writeln!(
        out,
        "  <testsuite name=\"{}\" package=\"handoff\" id=\"{index}\" timestamp=\"{day}T00:00:00\" hostname=\"localhost\" \
         tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\">\n    <properties/>",
        escaped(&format!("{prefix}{}", suite.name)),
        suite.cases.len(),
    );
    for case in &suite.cases {
        let class = format!("{prefix}{}", case.class);
        let head =
            format!("    <testcase name=\"{}\" classname=\"{}\" time=\"0\"", escaped(case.name), escaped(&class));
        let _ = match &case.outcome {
            Outcome::Passed => writeln!(out, "{head}/>"),
            Outcome::Skipped => writeln!(out, "{head}><skipped/></testcase>"),
            Outcome::Failed { message, details } => writeln!(
                out,
                "{head}><failure message=\"{}\" type=\"{}\">{}</failure></testcase>",
                escaped(message),
                escaped(case.class),
                escaped(details.trim_end())
            ),
        };
    }
    let _ = writeln!(out, "    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>", escaped(&suite.said));
}

/// A text as XML has it; characters that XML cannot have are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::written;
    use super::*;

    #[test]
    fn rules_and_items_are_tests() {
        let out = written(write);
        assert!(out.contains("<testsuite name=\"rules\" package=\"handoff\" id=\"0\""), "{out}");
        assert!(out.contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"0\""), "{out}");
        assert!(
            out.contains("<testcase name=\"vague-link\" classname=\"rules\" time=\"0\"/>"),
            "a warning fails nothing"
        );
        assert!(out.contains("kit/docs/a b.md:2:11: warning[vague-link]: the link says nothing"), "{out}");
        assert!(out.contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""), "{out}");
        assert!(
            out.contains("<failure message=\"Logs &amp; more is missing\" type=\"runbook\">no section is about it"),
            "{out}"
        );
        assert!(
            out.contains("<testcase name=\"runbook.scaling\" classname=\"runbook\" time=\"0\"><skipped/>"),
            "{out}"
        );
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(escaped("a\u{1b}[31m <b> & \"c\"\n"), "a[31m &lt;b&gt; &amp; &quot;c&quot;\n");
    }
}
