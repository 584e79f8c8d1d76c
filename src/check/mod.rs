//! The check: what is wrong with a project, and what of the checklist is there.
//!
//! Runs the rules over what was read and composed, judges the checklist, and puts everything in order.
//! Knows no output format and reads no file.

mod allow;
pub mod coverage;
pub mod evidence;
pub mod fix;
pub mod gate;
mod headings;
mod levels;
pub mod placeholder;
pub mod query;
pub mod review;
pub mod rules;
mod secrets;
mod shell;
pub mod status;
#[cfg(test)]
pub(crate) mod testing;
pub mod view;

use crate::finding::{Finding, suggestion};
use crate::model::document::Dossier;
use crate::model::loaded::Loaded;
use crate::model::project::Stage;
use crate::model::report::Report;
use crate::source::{Sources, Span};
use rules::{RULES, Run};
use std::collections::BTreeSet;
use view::View;

/// The checklist that is used if none is named.
pub const DEFAULT_CHECKLIST: &str = "delivery";

/// What to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The stage whose items are judged; the project's own if absent.
    pub stage: Option<Stage>,
    /// The checklist, by id.
    pub checklist: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { stage: None, checklist: DEFAULT_CHECKLIST.to_owned() }
    }
}

/// Checks a project. The findings of the reading are part of the report.
#[must_use]
pub fn check(loaded: &Loaded, dossier: &Dossier, options: &Options) -> Report {
    let view = view(loaded, dossier, options);
    let mut seen = Vec::new();
    for rule in RULES {
        if let Run::Project(look) = rule.run {
            seen.extend(look(&view));
        }
    }
    let mut coverage = None;
    match (view.project(), view.checklist) {
        (Some(_), None) => seen.push(no_checklist(loaded, options)),
        (Some(project), Some(checklist)) => {
            let known = allow::without_allowed(&view, loaded.findings.iter().chain(&seen).cloned().collect());
            let judgement = coverage::judge(&view, project, checklist, &known);
            for rule in RULES {
                if let Run::Coverage(look) = rule.run {
                    seen.extend(look(&view, &judgement));
                }
            }
            coverage = Some(judgement.coverage());
        }
        (None, _) => {}
    }
    let mut findings = rules::without_consequences(seen, &loaded.findings);
    findings.extend(loaded.findings.iter().cloned());
    for rule in RULES {
        if let Run::Findings(look) = rule.run {
            let more = look(&view, &findings);
            findings.extend(more);
        }
    }
    let findings = allow::without_allowed(&view, findings);
    let mut findings = levels::apply(&view, findings);
    sort(&mut findings, &loaded.sources);
    Report { findings, coverage }
}

fn view<'a>(loaded: &'a Loaded, dossier: &'a Dossier, options: &Options) -> View<'a> {
    let rollout = loaded.project.as_ref().and_then(|project| project.rollout.as_ref());
    let written = rollout.and_then(|rollout| rollout.current.as_ref()).map(|current| current.value);
    View {
        loaded,
        dossier,
        checklist: loaded.checklist(&options.checklist),
        stage: options.stage.or(written).unwrap_or(Stage::Prepare),
        stage_is_written: options.stage.is_none(),
    }
}

/// Hides in the sources what no report may show, whether its finding is told, allowed or off. To be done
/// when the check is over: it looks at the texts as they were written.
pub fn redact(loaded: &mut Loaded) {
    for file in secrets::files(loaded) {
        for secret in secrets::scan(loaded.sources.text(file)) {
            loaded.sources.redact(Span::new(file, secret.range.start, secret.range.end));
        }
    }
}

/// A finding that the chosen checklist does not exist.
fn no_checklist(loaded: &Loaded, options: &Options) -> Finding {
    let ids: Vec<_> = loaded.checklists.iter().map(|checklist| checklist.id.as_str()).collect();
    let finding = Finding::error("unknown-id", format!("there is no checklist `{}`", options.checklist));
    match suggestion(&options.checklist, ids.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("there are: {}", ids.join(", "))),
    }
}

/// Puts findings in order: by path, by place, by rule, and then as the checklist has them; those without a
/// place come last. What is said twice is said once.
fn sort(findings: &mut Vec<Finding>, sources: &Sources) {
    let place =
        |finding: &Finding| finding.span().map(|span: Span| (sources.path(span.file).to_owned(), span.start, span.end));
    findings.sort_by_cached_key(|finding| {
        let place = place(finding);
        (place.is_none(), place, finding.rule)
    });
    let mut told = BTreeSet::new();
    findings.retain(|finding| told.insert((finding.span(), finding.rule, finding.message.clone())));
}

#[cfg(test)]
mod tests {
    use super::testing::Case;
    use super::*;
    use crate::finding::Level;

    #[test]
    fn findings_stand_in_the_order_of_their_places() {
        let mut case = Case::new();
        case.fragment("docs/b.md", |doc| doc.heading(2, "B").para("It is TBD."));
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("See ???.").para("It is TBD."));
        let report = case.check();
        let places: Vec<_> = report.findings.iter().filter_map(|finding| case.place(finding)).collect();
        let mut sorted = places.clone();
        sorted.sort();
        assert_eq!(places, sorted);
        assert!(places.iter().any(|(path, ..)| path == "docs/a.md"));
    }

    #[test]
    fn a_project_that_could_not_be_read_has_findings_and_no_coverage() {
        let mut case = Case::new();
        case.loaded.project = None;
        case.loaded.tree = None;
        case.loaded.findings.push(Finding::error("invalid-yaml", "it is no YAML"));
        let report = case.check();
        assert!(report.coverage.is_none());
        assert!(!report.passes());
        assert_eq!(report.count(Level::Error), 1);
    }

    #[test]
    fn a_checklist_that_does_not_exist_is_found() {
        let case = Case::new();
        let options = Options { checklist: "delivry".into(), ..Options::default() };
        let report = check(&case.loaded, &case.dossier, &options);
        assert_eq!(report.findings.last().map(|finding| finding.rule), Some("unknown-id"));
        assert_eq!(
            report.findings.last().map(|finding| finding.help.clone()),
            Some(vec!["did you mean `delivery`?".into()])
        );
        assert!(report.coverage.is_none());
    }

    #[test]
    fn the_asked_stage_wins_over_the_written_one() {
        let mut case = Case::new();
        case.project("rollout:\n  current: pilot\n");
        assert_eq!(case.coverage().stage, Stage::Pilot);
        case.options.stage = Some(Stage::Close);
        assert_eq!(case.coverage().stage, Stage::Close);
        case.options.stage = None;
        case.project("");
        assert_eq!(case.coverage().stage, Stage::Prepare);
    }

    #[test]
    fn what_is_found_twice_is_told_once() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("It is TBD."));
        let report = case.check();
        let twice = report.clone().findings;
        let mut findings = [report.findings, twice].concat();
        sort(&mut findings, &case.loaded.sources);
        assert_eq!(findings, case.check().findings);
    }
}
