//! The pages that only authors see: all findings with their places, the page of a rule, and what stops
//! us.

use super::Settings;
use super::snapshot::{anchor, place};
use crate::error::{Error, Result};
use crate::finding::{Finding, Label, Level};
use crate::markdown::html::{self, Picture, Surroundings, escape};
use crate::markdown::{self, Typography};
use crate::model::text::{BlockKind, Target, plain, slug};
use crate::pipeline::Inspected;
use crate::source::{Sources, Span};
use crate::theme::Theme;
use serde_json::{Value, json};
use tera::{Context, Tera};

/// The template of the overview, and of what goes around the other pages.
const PAGE: &str = "preview/overview.html";
/// How much of a line is shown around a place, in bytes.
const AROUND: usize = 120;

/// The pages for the authors of one project.
pub(super) struct Overview<'a> {
    inspected: &'a Inspected,
    homes: &'a [Option<String>],
    settings: &'a Settings,
}

impl<'a> Overview<'a> {
    /// Pages about a project; `homes` are the kinds of the documents that its findings are about.
    pub(super) fn new(inspected: &'a Inspected, homes: &'a [Option<String>], settings: &'a Settings) -> Self {
        Self { inspected, homes, settings }
    }

    /// All findings, with a word at the top.
    pub(super) fn page(&self, why: Option<&str>) -> Result<String> {
        let report = &self.inspected.report;
        let findings: Vec<Value> =
            report.findings.iter().enumerate().map(|(number, finding)| self.finding(number, finding)).collect();
        let files: Vec<Value> = findings
            .chunk_by(|one, other| one["path"] == other["path"])
            .map(|findings| json!({ "path": findings[0]["path"], "findings": findings }))
            .collect();
        let internal = self.inspected.dossier.documents.iter().filter(|document| document.internal);
        let internal: Vec<Value> =
            internal.map(|document| json!({ "href": page_of(&document.kind), "title": document.title })).collect();
        let completeness = report.coverage.as_ref().map(crate::report::human::completeness);
        fill(
            &self.inspected.theme,
            &json!({
                "title": "Findings",
                "project": self.inspected.loaded.project.as_ref().map(|project| &project.project.name),
                "why": why,
                "counted": counted(&report.findings),
                "files": files,
                "completeness": completeness,
                "internal": internal,
            }),
        )
    }

    fn finding(&self, number: usize, finding: &Finding) -> Value {
        let sources = &self.inspected.loaded.sources;
        let home = self.homes.get(number).and_then(Option::as_ref);
        let document = home.and_then(|kind| self.inspected.dossier.document(kind));
        let related = |label: &Label| {
            let (name, link) = place(label.span, &self.inspected.loaded, &self.settings.editor);
            json!({ "name": name, "link": link, "text": label.text })
        };
        let at = finding.span().map(|span| place(span, &self.inspected.loaded, &self.settings.editor));
        json!({
            "level": finding.level,
            "rule": finding.rule,
            "message": finding.message,
            "path": finding.span().map(|span| sources.path(span.file)),
            "place": at.as_ref().map(|(name, _)| name),
            "link": at.as_ref().and_then(|(_, link)| link.as_ref()),
            "label": finding.labels.first().map(|label| &label.text),
            "line": finding.span().and_then(|span| line(sources, span)),
            "related": finding.labels.iter().skip(1).map(related).collect::<Vec<_>>(),
            "help": finding.help,
            "page": document.map(|document| json!({
                "href": format!("{}#{}", page_of(&document.kind), anchor(number)),
                "title": document.title,
            })),
        })
    }

    /// The page of a rule.
    pub(super) fn rule(&self, slug: &str, text: &str) -> Result<String> {
        let mut sources = Sources::default();
        let file = sources.add(slug, text);
        let mut parsed = markdown::parse_in(Typography::default(), text, file, 0, &mut Vec::new());
        if !parsed.blocks.is_empty() {
            // The name of the rule is the title of the page.
            parsed.blocks.remove(0);
        }
        for block in &mut parsed.blocks {
            if let BlockKind::Heading(heading) = &mut block.kind {
                heading.id = self::slug(&plain(&heading.content));
            }
        }
        let body = html::write(&parsed.blocks, &parsed.footnotes, &Rules);
        fill(&self.inspected.theme, &json!({ "title": slug, "body": body }))
    }

    /// What is shown where the project cannot be read at all.
    pub(super) fn stopped(error: &str) -> String {
        let page = fill(&Theme::default(), &json!({ "title": "The preview cannot go on", "error": error }));
        page.unwrap_or_else(|_| {
            format!("<!DOCTYPE html><title>Stopped</title><body><pre>{}</pre></body>", escape(error))
        })
    }
}

fn page_of(kind: &str) -> String {
    format!("/html/{kind}.html")
}

/// How many findings there are of each level, in words.
pub(super) fn counted(findings: &[Finding]) -> String {
    let count = |level: Level| {
        let number = findings.iter().filter(|finding| finding.level == level).count();
        let plural = if number == 1 { "" } else { "s" };
        (number > 0).then(|| format!("{number} {}{plural}", level.as_str()))
    };
    let counts: Vec<_> = [Level::Error, Level::Warning, Level::Note].into_iter().filter_map(count).collect();
    if counts.is_empty() { "nothing to mend".to_owned() } else { counts.join(", ") }
}

/// The line of a place: what stands before it, the place itself and what stands behind it.
fn line(sources: &Sources, span: Span) -> Option<Value> {
    let text = sources.text(span.file);
    let range = span.range();
    let start = text.get(..range.start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let end = text.get(start..)?.find('\n').map_or(text.len(), |length| start + length);
    let stop = range.end.clamp(range.start, end.max(range.start));
    let from = text.floor_char_boundary(start.max(range.start.saturating_sub(AROUND)));
    let until = text.floor_char_boundary(end.min(stop.saturating_add(AROUND)).max(stop));
    let (before, marked, behind) = (text.get(from..range.start)?, text.get(range.start..stop)?, text.get(stop..until)?);
    let blank = before.trim().is_empty() && marked.is_empty() && behind.trim().is_empty();
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    (!blank).then(|| {
        json!({
            "before": format!("{}{}", cut(from > start), before),
            "marked": marked,
            "behind": format!("{}{}", behind.trim_end(), cut(until < end)),
        })
    })
}

fn fill(theme: &Theme, context: &Value) -> Result<String> {
    let failure = |error: &tera::Error| {
        Error::new(format!("the template cannot be used: {PAGE}"))
            .why(error.to_string())
            .help("mend the template in `theme/`, or remove it to use the built-in one")
    };
    let template = theme.text(PAGE).ok_or_else(|| Error::new(format!("there is no template {PAGE}")))?;
    let mut tera = Tera::new();
    tera.add_raw_templates(vec![(PAGE.to_owned(), template)]).map_err(|error| failure(&error))?;
    let context = Context::from_serialize(context).map_err(|error| failure(&error))?;
    tera.render(PAGE, &context).map_err(|error| failure(&error))
}

/// The pages of the rules, which link to each other.
struct Rules;

impl Surroundings for Rules {
    fn href(&self, target: &Target) -> Option<String> {
        let Target::Written(written) = target else { return None };
        if written.starts_with("https://") {
            return Some(written.clone());
        }
        let rule = written.strip_suffix(".md").filter(|rule| crate::check::rules::rule(rule).is_some())?;
        Some(format!("/preview/rules/{rule}"))
    }

    fn picture(&self, _: &Target) -> Option<Picture> {
        None
    }

    fn word(&self, _: &str) -> &'static str {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_shown_around_its_place() {
        let mut sources = Sources::default();
        let file = sources.add("a.md", "one\n\ntwo TBD three\n");
        let line = line(&sources, Span::new(file, 9, 12)).expect("a line");
        assert_eq!(
            (&line["before"], &line["marked"], &line["behind"]),
            (&"two ".into(), &"TBD".into(), &" three".into())
        );
        assert_eq!(super::line(&sources, Span::new(file, 4, 4)), None, "an empty line");
        assert_eq!(super::line(&sources, Span::new(file, 90, 95)), None, "behind the end");
    }

    #[test]
    fn a_long_line_is_cut_and_a_long_place_ends_with_its_line() {
        let mut sources = Sources::default();
        let text = format!("{}TBD{}\nnext", "ä".repeat(500), "ö".repeat(500));
        let file = sources.add("a.md", text);
        let line = line(&sources, Span::new(file, 1000, 5000)).expect("a line");
        assert!(line["before"].as_str().is_some_and(|before| before.starts_with('…') && before.len() < 200), "{line}");
        assert!(line["marked"].as_str().is_some_and(|marked| !marked.contains("next")), "{line}");
    }

    #[test]
    fn findings_are_counted_in_words() {
        let findings = [Finding::error("a", "a"), Finding::error("b", "b"), Finding::warning("c", "c")];
        assert_eq!(counted(&findings), "2 errors, 1 warning");
        assert_eq!(counted(&[]), "nothing to mend");
    }
}
