//! Limits: which findings are told where not all of them are wanted. Only those about what changed since a
//! revision, or only those that are not in a baseline.

use crate::finding::{Finding, fingerprints};
use crate::model::changes::Changes;
use crate::model::loaded::Loaded;
use crate::model::report::Report;
use crate::source::{Sources, Span};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the form of baselines.
const VERSION: u32 = 1;

/// Findings that are known and put up with for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    version: u32,
    findings: Vec<KnownFinding>,
}

/// A finding in a baseline: its fingerprint counts, the rest is for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KnownFinding {
    fingerprint: String,
    rule: String,
    path: Option<String>,
    message: String,
}

impl Baseline {
    /// All findings of a report.
    #[must_use]
    pub fn of(report: &Report, sources: &Sources) -> Self {
        let names = fingerprints(&report.findings, sources);
        let known = |(finding, fingerprint): (&Finding, String)| KnownFinding {
            fingerprint,
            rule: finding.rule.to_owned(),
            path: finding.span().map(|span| sources.path(span.file).to_owned()),
            message: finding.message.clone(),
        };
        Self { version: VERSION, findings: report.findings.iter().zip(names).map(known).collect() }
    }

    /// Reads one.
    ///
    /// # Errors
    /// Why it is none, as the end of a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| format!("it is no baseline: {error}"))?;
        if baseline.version == VERSION {
            Ok(baseline)
        } else {
            Err(format!("it has version {}; only version {VERSION} is known here", baseline.version))
        }
    }

    /// The text that [`Baseline::read`] reads.
    #[must_use]
    pub fn text(&self) -> String {
        // Structs of texts and numbers always serialise.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// How many findings it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.findings.len()
    }
}

/// Leaves out the findings of a baseline; gives how many of these are not found any more.
pub fn beyond(report: &mut Report, sources: &Sources, baseline: &Baseline) -> usize {
    let known: BTreeSet<&str> = baseline.findings.iter().map(|known| known.fingerprint.as_str()).collect();
    let names = fingerprints(&report.findings, sources);
    let mut still = BTreeSet::new();
    let mut names = names.iter();
    report.findings.retain(|_| {
        let name = names.next().map(String::as_str).unwrap_or_default();
        let is_known = known.contains(name);
        if is_known {
            still.insert(name);
        }
        !is_known
    });
    report.limits.push("not in the baseline".to_owned());
    known.len() - still.len()
}

/// Leaves only findings about what changed: those with a place on a changed line, and those about an item
/// whose document changed, or about which something is said in a file that changed. Where the project could
/// not be read, all stay.
pub fn since(report: &mut Report, loaded: &Loaded, changes: &Changes) {
    report.limits.push(format!("changed since {}", changes.since));
    let Some(coverage) = &report.coverage else { return };
    let documents: BTreeMap<&str, &str> =
        coverage.items.iter().map(|item| (item.id.as_str(), item.document.as_str())).collect();
    let changed: BTreeSet<&str> = changes.files().collect();
    let sources = &loaded.sources;
    report.findings.retain(|finding| {
        let on_line = finding.labels.iter().any(|label| touched(sources, label.span, changes));
        let in_file = || finding.labels.iter().any(|label| changed.contains(sources.path(label.span.file)));
        match &finding.item {
            Some(item) => {
                let document = documents.get(item.as_str()).copied().unwrap_or_default();
                on_line || in_file() || of_document(loaded, document, &changed)
            }
            None => on_line || finding.labels.is_empty(),
        }
    });
}

/// Whether a place is on a line that changed; the beginning of a file stands for the whole of it.
fn touched(sources: &Sources, span: Span, changes: &Changes) -> bool {
    let path = sources.path(span.file);
    if span == Span::start_of(span.file) {
        return changes.touch(path, &(1..=usize::MAX));
    }
    let (start, end) = (sources.position(span).line, sources.end(span).line);
    changes.touch(path, &(start..=end))
}

/// Whether a file that belongs to a document changed, or went away.
fn of_document(loaded: &Loaded, kind: &str, changed: &BTreeSet<&str>) -> bool {
    let (file, folder) = (format!("docs/{kind}.md"), format!("docs/{kind}/"));
    let by_name = changed.iter().any(|path| **path == file || path.starts_with(&folder));
    by_name || loaded.fragments.iter().any(|one| one.document == kind && changed.contains(one.path.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{Case, broken};
    use crate::finding::Level;

    fn case() -> Case {
        let mut case = Case::new();
        case.checklist("    - {id: a.one, title: One, evidence: section}\n");
        for path in ["docs/a.md", "docs/b.md"] {
            case.fragment(path, |doc| {
                doc.heading(2, "A").para("It is TBD.").link("the plan", broken("plna.md", "plan.md"))
            });
        }
        case
    }

    fn changes(path: &str, hunk: &str) -> Changes {
        Changes::read("main", &format!("diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n{hunk}\n"), "")
    }

    #[test]
    fn only_what_is_about_changed_lines_stays() {
        let case = case();
        let mut report = case.check();
        since(&mut report, &case.loaded, &changes("docs/b.md", "@@ -3 +3 @@\n-a\n+b"));
        let told: Vec<_> =
            report.findings.iter().map(|finding| (finding.rule, case.place(finding).map(|p| p.0))).collect();
        assert_eq!(told, [("placeholder-text", Some("docs/b.md".to_owned()))]);
        assert_eq!(report.limits, ["changed since main"]);
    }

    #[test]
    fn an_item_stays_if_its_document_changed_and_decides() {
        let case = case();
        let mut report = case.check();
        since(&mut report, &case.loaded, &changes("docs/a.md", "@@ -90 +90 @@\n-a\n+b"));
        assert_eq!(report.findings.iter().map(|finding| finding.item.as_deref()).collect::<Vec<_>>(), [Some("a.one")]);
        assert!(!report.passes());
        let mut report = case.check();
        since(&mut report, &case.loaded, &changes("docs/c.md", "@@ -1 +1 @@\n-a\n+b"));
        assert!(report.findings.is_empty() && report.passes(), "what was missing before does not block");
    }

    #[test]
    fn a_baseline_hides_what_it_has_and_nothing_else() {
        let mut case = case();
        let baseline = Baseline::of(&case.check(), &case.loaded.sources);
        let baseline = Baseline::read(&baseline.text()).expect("a baseline");
        let mut report = case.check();
        assert_eq!(beyond(&mut report, &case.loaded.sources, &baseline), 0);
        assert!(report.findings.is_empty() && report.passes());
        case.fragment("docs/c.md", |doc| doc.heading(2, "A").para("It is TBD."));
        let mut report = case.check();
        beyond(&mut report, &case.loaded.sources, &baseline);
        assert_eq!(report.count(Level::Error), 1);
        assert!(!report.passes());
    }

    #[test]
    fn what_a_baseline_has_and_nobody_finds_is_counted() {
        let mut case = case();
        let baseline = Baseline::of(&case.check(), &case.loaded.sources);
        case.loaded.fragments.pop();
        case.dossier.documents.pop();
        let gone = beyond(&mut case.check(), &case.loaded.sources, &baseline);
        assert!(gone > 0 && gone < baseline.count());
    }

    #[test]
    fn what_is_no_baseline_says_why() {
        assert!(Baseline::read("[]").expect_err("no baseline").starts_with("it is no baseline"));
        assert!(Baseline::read("{\"version\": 9, \"findings\": []}").expect_err("another").contains("version 9"));
    }
}
