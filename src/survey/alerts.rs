//! The alerts that are raised: files with rules for Prometheus.

use super::files::{Files, is_yaml};
use crate::load::foreign_yaml;
use crate::model::node::{Node, Value};

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// When it is raised.
    pub condition: String,
    /// How severe it is, by its label.
    pub severity: Option<String>,
    /// Where it stands.
    pub path: String,
}

/// The alerts of all files.
pub(super) fn find(files: &Files) -> Vec<Alert> {
    let mut found = Vec::new();
    for path in files.paths().filter(|path| is_yaml(path)) {
        let Some(text) = files.text(path).filter(|text| text.contains("alert:") && text.contains("expr:")) else {
            continue;
        };
        for document in foreign_yaml(&text) {
            // An operator of Kubernetes has the same groups below `spec`.
            let groups = document.get("groups").or_else(|| document.get("spec")?.get("groups"));
            let rules = groups.into_iter().flat_map(list).filter_map(|group| group.get("rules")).flat_map(list);
            found.extend(rules.filter_map(|rule| alert(rule, path)));
        }
    }
    found
}

fn alert(rule: &Node, path: &str) -> Option<Alert> {
    let name = text(rule.get("alert")?)?;
    let expression = text(rule.get("expr")?)?.split_whitespace().collect::<Vec<_>>().join(" ");
    let lasting = rule.get("for").and_then(text).map(|time| format!(", for {time}")).unwrap_or_default();
    let severity = rule.get("labels").and_then(|labels| text(labels.get("severity")?));
    Some(Alert { name, condition: format!("{expression}{lasting}"), severity, path: path.to_owned() })
}

/// The entries of a list; none where there is no list.
pub(super) fn list(node: &Node) -> impl Iterator<Item = &Node> {
    match &node.value {
        Value::List(nodes) => nodes.iter(),
        _ => [].iter(),
    }
}

/// A scalar as text.
pub(super) fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Some(text.trim().to_owned()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
