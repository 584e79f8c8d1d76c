//! The check: what is wrong with a project, and what of the checklist is there.
//!
//! Runs the rules over what was read and composed, judges the checklist, and puts everything in order.
//! Knows no output format and reads no file.

mod allow;
pub mod coverage;
pub mod evidence;
pub mod explain;
pub mod external;
pub mod fix;
pub mod gate;
mod headings;
mod levels;
mod pattern;
pub mod placeholder;
pub mod query;
mod repetition;
pub mod review;
pub mod rules;
pub mod scope;
mod secrets;
mod shell;
pub mod status;
#[cfg(test)]
pub(crate) mod testing;
pub mod view;
mod waive;

use crate::finding::{Finding, suggestion};
use crate::model::answers::Answers;
use crate::model::document::Dossier;
use crate::model::loaded::Loaded;
use crate::model::project::Stage;
use crate::model::report::Report;
use crate::parallel;
use crate::source::{Sources, Span};
use rules::{RULES, Rule, Run};
use std::collections::BTreeSet;
use view::{Known, View};

/// What to judge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The stage whose items are judged; the project's own if absent.
    pub stage: Option<Stage>,
    /// The checklist, by id; the project's own choice if absent.
    pub checklist: Option<String>,
    /// What was heard from external links, if they were asked.
    pub answers: Option<Answers>,
}

/// The places of passwords, keys and tokens, whether they are told or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets(Vec<Span>);

/// Checks a project. The findings of the reading are part of the report.
#[must_use]
pub fn check(loaded: &Loaded, dossier: &Dossier, options: &Options) -> Report {
    check_and_find_secrets(loaded, dossier, options).0
}

/// The same, with the secrets that were found on the way.
#[must_use]
pub fn check_and_find_secrets(loaded: &Loaded, dossier: &Dossier, options: &Options) -> (Report, Secrets) {
    let known = Known::default();
    let report = report(&view(loaded, dossier, options, &known), options);
    (report, Secrets(known.secrets(loaded)))
}

/// What the rules and the coverage say.
fn report(view: &View<'_>, options: &Options) -> Report {
    let loaded = view.loaded;
    let mut seen = look(view);
    let judgement = judge(view, &seen);
    match (&judgement, view.project()) {
        (None, Some(_)) => seen.push(no_checklist(view, options)),
        (None, None) => {}
        (Some(judgement), _) => {
            for rule in RULES {
                if let Run::Coverage(look) = rule.run {
                    seen.extend(look(view, judgement));
                }
            }
        }
    }
    let mut findings = rules::without_consequences(seen, &loaded.findings);
    findings.extend(loaded.findings.iter().cloned());
    for rule in RULES {
        let more = match (rule.run, &judgement) {
            (Run::Findings(look), _) => look(view, &findings),
            (Run::Waivers(look), Some(judgement)) => look(view, judgement, &findings),
            _ => continue,
        };
        findings.extend(more);
    }
    let findings = allow::without_allowed(view, findings);
    let findings = waive::without_waived(view, findings);
    let mut findings = levels::apply(view, findings);
    sort(&mut findings, &loaded.sources);
    let coverage = judgement.map(coverage::Judgement::coverage);
    Report { findings, coverage, limits: Vec::new(), reviews: review::told(view) }
}

/// Judges the chosen checklist by what the rules saw, if both can be read.
fn judge<'a>(view: &View<'a>, seen: &[Finding]) -> Option<coverage::Judgement<'a>> {
    // What is allowed with a reason costs no item.
    let known = allow::without_allowed(view, view.loaded.findings.iter().chain(seen).cloned().collect());
    Some(coverage::judge(view, view.project()?, view.checklist?, &known))
}

/// What the rules that look at the project see.
fn look(view: &View<'_>) -> Vec<Finding> {
    let look = |rule: &Rule| match rule.run {
        Run::Project(look) => look(view),
        Run::Online(look) => view.answers.map(|answers| look(view, answers)).unwrap_or_default(),
        _ => Vec::new(),
    };
    let is_large = view.loaded.is_large();
    if is_large {
        // All cores look for them. Were it left to the first rule that asks, one core would, and others would wait.
        let _ = view.secrets();
    }
    parallel::each(is_large, RULES, look).into_iter().flatten().collect()
}

fn view<'a>(loaded: &'a Loaded, dossier: &'a Dossier, options: &'a Options, known: &'a Known) -> View<'a> {
    let rollout = loaded.project.as_ref().and_then(|project| project.rollout.as_ref());
    let written = rollout.and_then(|rollout| rollout.current.as_ref()).map(|current| current.value);
    View {
        known,
        loaded,
        dossier,
        answers: options.answers.as_ref(),
        checklist: loaded.checklist(loaded.checklist_id(options.checklist.as_deref())),
        stage: options.stage.or(written).unwrap_or(Stage::Prepare),
        stage_is_written: options.stage.is_none(),
    }
}

/// Hides in the sources what no report may show, whether its finding is told, allowed or off. To be done
/// when the check is over: it looks at the texts as they were written.
pub fn redact(loaded: &mut Loaded, secrets: Secrets) {
    secrets.0.into_iter().for_each(|place| loaded.sources.redact(place));
}

/// A finding that the chosen checklist does not exist.
fn no_checklist(view: &View<'_>, options: &Options) -> Finding {
    let loaded = view.loaded;
    let wanted = loaded.checklist_id(options.checklist.as_deref());
    let ids: Vec<_> = loaded.checklists.iter().map(|checklist| checklist.id.as_str()).collect();
    let mut finding = Finding::error("unknown-id", format!("there is no checklist `{wanted}`"));
    let written = view.project().and_then(|project| project.checklist.as_ref());
    if let (None, Some(written)) = (&options.checklist, written) {
        finding = finding.at(written.span, "not known");
    }
    match suggestion(wanted, ids.iter().copied()) {
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
        let options = Options { checklist: Some("delivry".into()), ..Options::default() };
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
