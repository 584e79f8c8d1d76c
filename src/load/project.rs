//! `handoff.yaml`: the project, and what can be judged from this one file.

use super::read::Reader;
use super::workspace::{self, Common};
use super::{PROJECT_FILE, yaml};
use crate::finding::Finding;
use crate::model::node::{FromNode, INVALID_FIELD, MISSING_FIELD, Node, Scalar, Shape, Value, shorten};
use crate::model::project::Project;
use crate::model::value::Count;
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of the file format that is read.
const FORMAT: u32 = 1;
/// The largest `handoff.yaml` that is read; the YAML itself has a limit of its own.
const MAX_PROJECT: u64 = 16 << 20;

/// Reads the project and its tree, with what the project takes from its workspace.
pub(super) fn load(reader: &mut Reader) -> (Option<Project>, Option<Node>, Common) {
    let Some(file) = reader.text(PROJECT_FILE, MAX_PROJECT) else { return (None, None, Common::default()) };
    let text = Arc::clone(&reader.sources.file(file).text);
    let Some(mut tree) = yaml::parse(&text, file, 0, &mut reader.findings) else {
        return (None, None, Common::default());
    };
    if tree.value == Value::Null {
        reader.findings.push(
            Finding::error(MISSING_FIELD, "the project file is empty")
                .at(Span::start_of(file), "nothing but white space and comments")
                .help("`handoff init` writes one to start from"),
        );
        return (None, Some(tree), Common::default());
    }
    check_format(&tree, &mut reader.findings);
    let common = workspace::join(reader, &mut tree);
    let findings = &mut reader.findings;
    let project = Project::from_node(&tree, findings);
    if let Some(project) = &project {
        check_unique_in(&<Project as FromNode>::shape(), &tree, findings);
        check_waivers(project, findings);
    }
    (project, Some(tree), common)
}

/// A file of another format version may mean anything: its author is told first.
pub(super) fn check_format(tree: &Node, findings: &mut Vec<Finding>) {
    let Some(node) = tree.get("handoff") else { return };
    let (Value::Number(text) | Value::Text(text)) = &node.value else { return };
    if Count::parse(text).is_ok_and(|version| version.0 != FORMAT) {
        findings.push(
            Finding::error(INVALID_FIELD, format!("version {text} of the file format is not known here"))
                .at(node.span, format!("only version {FORMAT} is"))
                .help(format!("write `handoff: {FORMAT}`, or use a newer release of the program")),
        );
    }
}

/// A waiver is about one item, or about the findings of one rule.
fn check_waivers(project: &Project, findings: &mut Vec<Finding>) {
    for waiver in &project.waivers {
        match (&waiver.item, &waiver.rule) {
            (None, None) => findings.push(
                Finding::error(MISSING_FIELD, "`item` or `rule` is missing")
                    .at(waiver.span, "what does it let pass?")
                    .help("add `item:` with an item of the checklist, such as `item: runbook.logs`")
                    .help("or `rule:` with the rule whose findings it lets pass, such as `rule: broken-link`"),
            ),
            (Some(item), Some(rule)) => findings.push(
                Finding::error(INVALID_FIELD, "a waiver is about an item or about findings, not both")
                    .at(rule.span, "the findings of a rule")
                    .at(item.span, "an item")
                    .help("write two waivers"),
            ),
            (Some(_), None) => {
                let limits = [("file", &waiver.file), ("message", &waiver.message)];
                findings.extend(limits.into_iter().filter_map(|(key, limit)| {
                    let finding = Finding::error(INVALID_FIELD, format!("`{key}` says nothing about an item"));
                    Some(finding.at(limit.as_ref()?.span, "only findings have it").help("take it out"))
                }));
            }
            (None, Some(_)) => {}
        }
    }
}

/// Visits every value together with what is expected there, outer ones first.
pub(super) fn walk<'a>(shape: &Shape, node: &'a Node, visit: &mut dyn FnMut(&Shape, &'a Node)) {
    visit(shape, node);
    match (shape, &node.value) {
        (Shape::List(inner), Value::List(nodes)) => {
            let inner = inner();
            for node in nodes {
                walk(&inner, node, visit);
            }
        }
        (Shape::Record(record), Value::Map(_)) => {
            for field in record().fields {
                if let Some(node) = node.get(field.key) {
                    walk(&field.shape, node, visit);
                }
            }
        }
        _ => {}
    }
}

/// In every list of records, the id (of a tier: the level) is there once.
pub(super) fn check_unique_in(shape: &Shape, tree: &Node, findings: &mut Vec<Finding>) {
    walk(shape, tree, &mut |shape, node| {
        let (Shape::List(inner), Value::List(nodes)) = (shape, &node.value) else { return };
        let Shape::Record(record) = inner() else { return };
        let record = record();
        let Some(key) = record.fields.iter().map(|field| field.key).find(|key| matches!(*key, "id" | "level")) else {
            return;
        };
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for id in nodes.iter().filter_map(|node| node.get(key)) {
            let (Value::Text(text) | Value::Number(text)) = &id.value else { continue };
            let text = text.trim();
            if let Some(first) = seen.get(text) {
                let name = record.name.to_lowercase();
                findings.push(
                    Finding::error(INVALID_FIELD, format!("the {key} `{}` is here twice", shorten(text)))
                        .at(id.span, "again")
                        .at(*first, "first here")
                        .help(format!("give each {name} {} of its own", if key == "id" { "an id" } else { "a level" })),
                );
            } else {
                seen.insert(text, id.span);
            }
        }
    });
}
