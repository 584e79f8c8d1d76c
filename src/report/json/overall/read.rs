//! From the file back to reports: texts are rebuilt as far as findings point into them.

use super::VERSION;
use crate::finding::{Finding, Label, Level};
use crate::model::checklist::Evidence;
use crate::model::project::Stage;
use crate::model::report::{Coverage, Found, ItemCoverage, Report, ReviewState, Reviewed, State};
use crate::model::workspace::{Checked, Entry, Overall};
use crate::report::RuleNote;
use crate::source::{FileId, Sources, Span};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// No file that anybody writes has more lines, or longer ones.
const MOST: usize = 1 << 20;

#[derive(Deserialize)]
struct Whole {
    part: Option<String>,
    listed: Vec<String>,
    shared: Part,
    projects: Vec<Project>,
}

#[derive(Deserialize)]
struct Project {
    path: String,
    stopped: Option<String>,
    checked: Option<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    release: String,
    #[serde(default)]
    status: String,
    day: String,
    base: String,
    report: Document,
    shown: Shown,
}

#[derive(Deserialize)]
struct Shown {
    lines: BTreeMap<String, BTreeMap<usize, String>>,
    groups: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Document {
    findings: Vec<FindingIn>,
    limits: Vec<String>,
    coverage: Option<CoverageIn>,
    reviews: Vec<ReviewIn>,
}

#[derive(Deserialize)]
struct FindingIn {
    rule: String,
    level: String,
    message: String,
    place: Option<Place>,
    label: String,
    related: Vec<Related>,
    help: Vec<String>,
    item: Option<String>,
}

#[derive(Deserialize)]
struct Related {
    place: Place,
    label: String,
}

#[derive(Deserialize)]
struct Place {
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Deserialize)]
struct CoverageIn {
    checklist: String,
    stage: String,
    items: Vec<ItemIn>,
}

#[derive(Deserialize)]
struct ItemIn {
    id: String,
    title: String,
    group: String,
    document: String,
    evidence_kind: String,
    due: String,
    owner: Option<String>,
    state: String,
    evidence: Vec<FoundIn>,
    remarks: Vec<String>,
}

#[derive(Deserialize)]
struct FoundIn {
    what: String,
    place: Option<Place>,
}

#[derive(Deserialize)]
struct ReviewIn {
    document: String,
    by: String,
    date: String,
    state: String,
}

pub(super) fn read(text: &str, rules: &[RuleNote]) -> Result<Overall, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let version = value.get("version").and_then(Value::as_u64);
    if value.get("projects").is_none() {
        return Err(match value.get("findings") {
            Some(_) => "it is the report of one project".to_owned(),
            None => "it is no report of several projects".to_owned(),
        });
    }
    match version {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => {
            return Err(format!("it is in version {version} of the format, and version {VERSION} is read here"));
        }
        None => return Err("it is no report of several projects: its version is missing".to_owned()),
    }
    let whole: Whole =
        serde_json::from_value(value).map_err(|error| format!("it is no report of several projects: {error}"))?;
    let part = whole.part.map(|part| part.parse()).transpose()?;
    let projects = whole.projects.into_iter().map(|project| {
        let result = match (project.checked, project.stopped) {
            (Some(part), _) => Ok(Box::new(checked(part, rules)?)),
            (None, Some(why)) => Err(why),
            (None, None) => return Err(format!("nothing is said about the project `{}`", project.path)),
        };
        Ok(Entry { path: project.path, result })
    });
    let projects = projects.collect::<Result<Vec<Entry>, String>>()?;
    Ok(Overall { shared: checked(whole.shared, rules)?, projects, listed: whole.listed, part })
}

fn checked(part: Part, rules: &[RuleNote]) -> Result<Checked, String> {
    let texts = Texts::new(&part)?;
    let Document { findings, limits, coverage, reviews } = part.report;
    let findings: Result<Vec<Finding>, String> =
        findings.into_iter().map(|written| finding(written, &texts, rules)).collect();
    let coverage = coverage.map(|written| self::coverage(written, &texts, &part.shown.groups)).transpose()?;
    let reviews: Result<Vec<Reviewed>, String> = reviews.into_iter().map(review).collect();
    let report = Report { findings: findings?, coverage, limits, reviews: reviews? };
    Ok(Checked {
        id: part.id,
        name: part.name,
        version: part.release,
        status: part.status,
        day: part.day,
        base: part.base,
        report,
        sources: texts.sources,
    })
}

/// The texts that places point into: the lines that are known, and blank ones of the right length.
struct Texts {
    sources: Sources,
    files: BTreeMap<String, (FileId, Vec<usize>)>,
}

impl Texts {
    fn new(part: &Part) -> Result<Self, String> {
        let mut needed: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
        for place in places(&part.report) {
            for (line, column) in [(place.line, place.column), (place.end_line, place.end_column)] {
                if !(1..=MOST).contains(&line) || !(1..=MOST).contains(&column) {
                    return Err(format!("no text has a place in line {line}, column {column}"));
                }
                let longest = needed.entry(&place.path).or_default().entry(line).or_default();
                *longest = (*longest).max(column - 1);
            }
        }
        let mut texts = Self { sources: Sources::default(), files: BTreeMap::new() };
        for (path, lines) in needed {
            let known = part.shown.lines.get(path);
            let last = lines.keys().chain(known.iter().flat_map(|known| known.keys())).max().copied().unwrap_or(1);
            let (mut text, mut starts) = (String::new(), Vec::new());
            for number in 1..=last.min(MOST) {
                starts.push(text.len());
                let line = known.and_then(|known| known.get(&number)).map_or("", String::as_str);
                text.push_str(line);
                let least = lines.get(&number).copied().unwrap_or_default();
                text.extend(std::iter::repeat_n(' ', least.saturating_sub(line.chars().count())));
                text.push('\n');
            }
            let file = texts.sources.add(path, text);
            texts.files.insert(path.to_owned(), (file, starts));
        }
        Ok(texts)
    }

    fn span(&self, place: &Place) -> Option<Span> {
        let (file, starts) = self.files.get(&place.path)?;
        let offset = |line: usize, column: usize| {
            let start = *starts.get(line - 1)?;
            let text = &self.sources.text(*file)[start..];
            Some(start + text.char_indices().nth(column - 1).map_or(text.len(), |(at, _)| at))
        };
        Some(Span::new(*file, offset(place.line, place.column)?, offset(place.end_line, place.end_column)?))
    }
}

fn places(report: &Document) -> impl Iterator<Item = &Place> {
    let findings = report
        .findings
        .iter()
        .flat_map(|finding| finding.place.iter().chain(finding.related.iter().map(|related| &related.place)));
    let items = report.coverage.iter().flat_map(|coverage| &coverage.items);
    findings.chain(items.flat_map(|item| &item.evidence).filter_map(|found| found.place.as_ref()))
}

fn finding(written: FindingIn, texts: &Texts, rules: &[RuleNote]) -> Result<Finding, String> {
    let rule = rules.iter().find(|rule| rule.slug == written.rule).map(|rule| rule.slug);
    let rule = rule.ok_or_else(|| format!("it tells of a rule `{}` that is not known here", written.rule))?;
    let level = match written.level.as_str() {
        "error" => Level::Error,
        "warning" => Level::Warning,
        "note" => Level::Note,
        other => return Err(format!("there is no level `{other}`")),
    };
    let first = written.place.iter().map(|place| (place, written.label.as_str()));
    let others = written.related.iter().map(|related| (&related.place, related.label.as_str()));
    let labels =
        first.chain(others).filter_map(|(place, text)| Some(Label { span: texts.span(place)?, text: text.to_owned() }));
    Ok(Finding {
        labels: labels.collect(),
        help: written.help,
        item: written.item,
        ..Finding::new(rule, level, written.message)
    })
}

fn coverage(written: CoverageIn, texts: &Texts, groups: &BTreeMap<String, String>) -> Result<Coverage, String> {
    let items = written.items.into_iter().map(|item| {
        let title = groups.get(&item.group).cloned().unwrap_or_else(|| item.group.clone());
        let found =
            |found: FoundIn| Found { span: found.place.as_ref().and_then(|place| texts.span(place)), what: found.what };
        Ok(ItemCoverage {
            group: (item.group, title),
            internal: false,
            evidence_kind: item.evidence_kind.parse::<Evidence>()?,
            due: item.due.parse::<Stage>()?,
            state: State::ALL
                .into_iter()
                .find(|state| state.as_str() == item.state)
                .ok_or_else(|| format!("there is no state `{}`", item.state))?,
            id: item.id,
            title: item.title,
            document: item.document,
            owner: item.owner,
            evidence: item.evidence.into_iter().map(found).collect(),
            remarks: item.remarks,
        })
    });
    Ok(Coverage {
        checklist: written.checklist,
        stage: written.stage.parse::<Stage>()?,
        items: items.collect::<Result<Vec<_>, String>>()?,
    })
}

fn review(written: ReviewIn) -> Result<Reviewed, String> {
    let state = match written.state.as_str() {
        "holds" => ReviewState::Holds,
        "old" => ReviewState::Old,
        "changed" => ReviewState::Changed,
        "gone" => ReviewState::Gone,
        other => return Err(format!("no review is `{other}`")),
    };
    Ok(Reviewed { document: written.document, by: written.by, date: written.date, state })
}
