//! One report from those of several machines, each of which looked at some of the projects.

use crate::finding::suggestion;
use crate::model::partition::Partition;
use crate::model::report::Report;
use crate::model::workspace::Overall;
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// Why reports do not belong together, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub why: String,
    /// What to do.
    pub help: String,
}

impl Refusal {
    fn new(why: String, help: &str) -> Self {
        Self { why, help: help.to_owned() }
    }
}

/// What is to be done about parts that are not of one run.
const SAME_RUN: &str = "give the reports of all parts of one run, each once";

/// Puts the reports of several files together, each with the name of its file.
///
/// # Errors
/// If a part or a project is missing or there twice, or if the reports are not about the same projects.
pub fn assemble(mut reports: Vec<(String, Overall)>) -> Result<Overall, Refusal> {
    parts(&reports)?;
    let listed = listed(&reports)?;
    projects(&reports, &listed)?;
    // The order of the files on the command line says nothing.
    reports.sort_by_key(|(_, report)| (report.part, report.projects.first().map(|entry| entry.path.clone())));
    let Some((_, first)) = reports.first() else {
        return Err(Refusal::new("there is no report to put together".to_owned(), SAME_RUN));
    };
    let mut shared = first.shared.clone();
    shared.report = Report::default();
    shared.sources = Sources::default();
    let mut whole = Overall { shared, projects: Vec::new(), listed, part: None };
    for (_, report) in reports {
        whole.add_shared(report.shared.report.findings, &report.shared.sources, "");
        whole.projects.extend(report.projects);
    }
    whole.projects.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(whole)
}

/// All parts are there, each once.
fn parts(reports: &[(String, Overall)]) -> Result<(), Refusal> {
    let mut seen: BTreeMap<Partition, &str> = BTreeMap::new();
    let Some(of) = reports.iter().find_map(|(_, report)| report.part).map(|part| part.of) else { return Ok(()) };
    for (file, report) in reports {
        let Some(part) = report.part else {
            return Err(Refusal::new(format!("{file} is about all projects, and others are about parts"), SAME_RUN));
        };
        if part.of != of {
            let why = format!("{file} is part {part}, and others are parts of {of}");
            return Err(Refusal::new(why, SAME_RUN));
        }
        if let Some(other) = seen.insert(part, file) {
            return Err(Refusal::new(format!("part {part} is there twice: {other} and {file}"), SAME_RUN));
        }
    }
    let missing: Vec<String> = (1..=of)
        .map(|index| Partition { index, of })
        .filter(|part| !seen.contains_key(part))
        .take(20)
        .map(|part| part.to_string())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let one = missing.len() == 1;
    let (part, is) = if one { ("part", "is") } else { ("parts", "are") };
    let help = "wait for all machines, and give their reports too; one that stopped early wrote none";
    Err(Refusal::new(format!("{part} {} {is} missing", missing.join(", ")), help))
}

/// The projects that the run is about: the same in all parts of it.
fn listed(reports: &[(String, Overall)]) -> Result<Vec<String>, Refusal> {
    if reports.iter().all(|(_, report)| report.part.is_none()) {
        let all: BTreeSet<&String> = reports.iter().flat_map(|(_, report)| &report.listed).collect();
        return Ok(all.into_iter().cloned().collect());
    }
    let Some((first, one)) = reports.first() else { return Ok(Vec::new()) };
    for (file, other) in reports {
        let odd = other.listed.iter().find(|path| !one.listed.contains(path)).map(|path| (path, file, first));
        let odd =
            odd.or_else(|| one.listed.iter().find(|path| !other.listed.contains(path)).map(|path| (path, first, file)));
        if let Some((path, with, without)) = odd {
            let why = format!("{with} and {without} are not about the same projects: only {with} knows `{path}`");
            return Err(Refusal::new(why, "let all machines check the same commit, with the same arguments"));
        }
    }
    Ok(one.listed.clone())
}

/// Every project is there, and once.
fn projects(reports: &[(String, Overall)], listed: &[String]) -> Result<(), Refusal> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (file, report) in reports {
        for entry in &report.projects {
            if let Some(other) = seen.insert(&entry.path, file) {
                let why = format!("the project `{}` is in {other} and in {file}", entry.path);
                let help = "give each report once, and let all machines check the same commit with the same arguments";
                return Err(Refusal::new(why, help));
            }
        }
    }
    if let Some(missing) = listed.iter().find(|path| !seen.contains_key(path.as_str())) {
        let near = suggestion(missing, seen.keys().copied()).map(|near| format!("; the nearest is `{near}`"));
        let why = format!("no report tells of the project `{missing}`{}", near.unwrap_or_default());
        return Err(Refusal::new(why, "let all machines check the same commit, with the same arguments"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::workspace::{Checked, Entry};

    fn part(text: &str, paths: &[&str]) -> (String, Overall) {
        let shared = Checked::default();
        let entry = |path: &&str| Entry { path: (*path).to_owned(), result: Err("stopped".to_owned()) };
        let listed = ["a", "b", "c"].map(str::to_owned).to_vec();
        let all = Overall { shared, projects: paths.iter().map(entry).collect(), listed, part: text.parse().ok() };
        (format!("{}.json", text.replace('/', "-")), all)
    }

    fn refused(reports: Vec<(String, Overall)>) -> String {
        assemble(reports).expect_err("refused").why
    }

    #[test]
    fn parts_of_one_run_become_the_whole_in_any_order() {
        let whole = assemble(vec![part("2/2", &["b"]), part("1/2", &["c", "a"])]).expect("the whole");
        assert_eq!(whole.projects.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(whole.part, None);
    }

    #[test]
    fn what_does_not_belong_together_is_refused_with_the_files() {
        assert_eq!(refused(vec![part("1/3", &["a"]), part("3/3", &["b"])]), "part 2/3 is missing");
        assert_eq!(refused(vec![part("2/3", &["a"])]), "parts 1/3, 3/3 are missing");
        let twice = refused(vec![part("1/2", &["a"]), part("1/2", &["a"])]);
        assert_eq!(twice, "part 1/2 is there twice: 1-2.json and 1-2.json");
        assert!(refused(vec![part("1/2", &["a"]), part("2/3", &["b"])]).contains("2-3.json is part 2/3"));
        assert!(refused(vec![part("1/2", &["a"]), part("whole", &["b"])]).contains("whole.json is about all projects"));
        let both = refused(vec![part("1/2", &["a", "b"]), part("2/2", &["b", "c"])]);
        assert_eq!(both, "the project `b` is in 1-2.json and in 2-2.json");
        assert!(refused(vec![part("1/2", &["a"]), part("2/2", &["b"])]).contains("no report tells of the project `c`"));
        let mut other = part("2/2", &["b", "c"]);
        other.1.listed.push("d".to_owned());
        assert!(refused(vec![part("1/2", &["a"]), other]).contains("only 2-2.json knows `d`"));
    }
}
