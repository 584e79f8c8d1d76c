//! The paths of a checklist into the project file: `support.severities.response`,
//! `contacts[party=client,primary=true].phone`, `output.formats[pdf]`.
//!
//! A path walks the keys of the tree; a list on the way means each of its entries, and brackets select
//! entries: `key=value` by a field, a value alone by what the entry is. Knows the tree, not what its
//! keys mean.

use crate::model::node::{Node, Value};
use crate::source::Span;

/// A path that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    key: String,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Field(String, String),
    Is(String),
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Where the values stand that were found.
    pub found: Vec<Span>,
    /// What is not there.
    pub gaps: Vec<Gap>,
}

/// Something that a path asks for and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What is not there, as a sentence without a full stop.
    pub text: String,
    /// The key that is missing, or the list that lacks an entry.
    pub field: String,
    /// Where it would have to stand: a short place to point at.
    pub at: Span,
    /// All of the value that ought to hold it.
    pub record: Span,
}

/// A value on the way, with a short place that names it.
#[derive(Clone, Copy)]
struct Place<'a> {
    node: &'a Node,
    at: Span,
}

impl Query {
    /// Reads a path.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let key = &rest[..end];
            if key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
                return Err(format!("`{key}` is not a key"));
            }
            rest = &rest[end..];
            let mut conditions = Vec::new();
            if let Some(behind) = rest.strip_prefix('[') {
                let (inside, after) = behind.split_once(']').ok_or("a bracket is not closed")?;
                conditions = parse_conditions(inside)?;
                rest = after;
            }
            steps.push(Step { key: key.to_owned(), conditions });
            match rest.strip_prefix('.') {
                Some(next) => rest = next,
                None if rest.is_empty() => return Ok(Self { steps }),
                None => return Err(format!("`{rest}` has no place there")),
            }
        }
    }

    /// The keys of the path, without conditions.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| step.key.as_str())
    }

    /// Follows the path from the root of a tree.
    #[must_use]
    pub fn ask(&self, root: &Node) -> Answer {
        let mut gaps = Vec::new();
        let mut current = vec![Place { node: root, at: Span::start_of(root.span.file) }];
        let mut walked = String::new();
        for step in &self.steps {
            current = descend(&current, &step.key, &walked, &mut gaps);
            if !walked.is_empty() {
                walked.push('.');
            }
            walked.push_str(&step.key);
            if !step.conditions.is_empty() {
                current = select(&current, step, &walked, &mut gaps);
                walked.push_str(&step.described());
            }
            if current.is_empty() {
                break;
            }
        }
        Answer { found: current.iter().map(|place| place.node.span).collect(), gaps }
    }
}

impl Step {
    /// The conditions in brackets, as they were written.
    fn described(&self) -> String {
        let conditions: Vec<_> = self.conditions.iter().map(Condition::written).collect();
        format!("[{}]", conditions.join(","))
    }
}

impl Condition {
    fn written(&self) -> String {
        match self {
            Self::Field(key, value) => format!("{key}={value}"),
            Self::Is(value) => value.clone(),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Field(key, value) => format!("`{key}: {value}`"),
            Self::Is(value) => format!("`{value}`"),
        }
    }

    fn holds(&self, node: &Node) -> bool {
        match self {
            Self::Field(key, value) => node.get(key).is_some_and(|node| is(node, value)),
            Self::Is(value) => is(node, value),
        }
    }
}

fn parse_conditions(inside: &str) -> Result<Vec<Condition>, String> {
    let condition = |part: &str| match part.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            Ok(Condition::Field(key.to_owned(), value.to_owned()))
        }
        None if !part.is_empty() => Ok(Condition::Is(part.to_owned())),
        _ => Err(format!("`{part}` is not a condition such as `party=client`")),
    };
    inside.split(',').map(|part| condition(part.trim())).collect()
}

/// The fields of a name of all places, lists taken entry by entry.
fn descend<'a>(from: &[Place<'a>], key: &str, walked: &str, gaps: &mut Vec<Gap>) -> Vec<Place<'a>> {
    let owners: Vec<Place<'a>> = from.iter().copied().flat_map(entries).collect();
    let mut found = Vec::new();
    let mut without = Vec::new();
    for owner in &owners {
        match field(*owner, key) {
            Some(place) => found.push(place),
            None => without.push(*owner),
        }
    }
    let path = if walked.is_empty() { key.to_owned() } else { format!("{walked}.{key}") };
    if let Some(first) = without.first() {
        let text = if owners.len() == 1 {
            format!("`{path}` is not there")
        } else {
            format!("{} of {} entries of `{walked}` have no `{key}`", without.len(), owners.len())
        };
        gaps.push(Gap { text, field: key.to_owned(), at: first.at, record: first.node.span });
    }
    found
}

/// The entries of the lists at some places that meet all conditions of a step.
fn select<'a>(from: &[Place<'a>], step: &Step, walked: &str, gaps: &mut Vec<Gap>) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    for place in from {
        let matching = entries(*place).into_iter().filter(|entry| step.conditions.iter().all(|c| c.holds(entry.node)));
        let before = found.len();
        found.extend(matching);
        if found.len() == before {
            let words: Vec<_> = step.conditions.iter().map(Condition::words).collect();
            gaps.push(Gap {
                text: format!("no entry of `{walked}` is or has {}", words.join(" and ")),
                field: step.key.clone(),
                at: place.at,
                record: place.node.span,
            });
        }
    }
    found
}

/// The entries of a list; of anything else, itself.
fn entries(place: Place<'_>) -> Vec<Place<'_>> {
    match &place.node.value {
        Value::List(nodes) => nodes.iter().map(|node| Place { node, at: short(node) }).collect(),
        _ => vec![place],
    }
}

/// The field of a mapping, if it holds something.
fn field<'a>(place: Place<'a>, key: &str) -> Option<Place<'a>> {
    let Value::Map(fields) = &place.node.value else { return None };
    let (name, node) = fields.iter().find(|(name, _)| name.name == key)?;
    holds_something(node).then_some(Place { node, at: name.span })
}

/// A short place inside a value: its first line's first key or scalar.
fn short(node: &Node) -> Span {
    match &node.value {
        Value::Map(fields) => fields.first().map_or(node.span, |(key, _)| key.span),
        Value::List(nodes) => nodes.first().map_or(node.span, short),
        _ => node.span,
    }
}

fn holds_something(node: &Node) -> bool {
    match &node.value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::Text(text) => !text.trim().is_empty(),
        Value::List(nodes) => !nodes.is_empty(),
        Value::Map(fields) => !fields.is_empty(),
    }
}

fn is(node: &Node, wanted: &str) -> bool {
    match &node.value {
        Value::Text(text) | Value::Number(text) => text == wanted,
        Value::Bool(value) => (if *value { "true" } else { "false" }) == wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::tree;

    const PROJECT: &str = "\
contacts:
  - id: anna
    party: client
    primary: true
    phone: \"+46 1\"
  - id: ben
    party: client
    primary: true
  - id: cleo
    party: supplier
formats: [html, pdf]
support:
  severities: []
  tiers:
    - level: 1
      name: First
";

    fn ask(path: &str) -> (Vec<String>, Vec<String>) {
        let (sources, node) = tree(PROJECT);
        let answer = Query::parse(path).expect("a path").ask(&node);
        let found = answer.found.iter().map(|span| sources.slice(*span).to_owned()).collect();
        (found, answer.gaps.into_iter().map(|gap| gap.text).collect())
    }

    #[test]
    fn a_path_leads_to_values_with_their_places() {
        assert_eq!(ask("support.tiers.name"), (vec!["First".into()], vec![]));
        assert_eq!(ask("contacts.id").0, ["anna", "ben", "cleo"]);
        assert_eq!(ask("formats[pdf]"), (vec!["pdf".into()], vec![]));
    }

    #[test]
    fn every_selected_entry_must_have_the_field() {
        let (found, gaps) = ask("contacts[party=client,primary=true].phone");
        assert_eq!(found, ["\"+46 1\""]);
        assert_eq!(gaps, ["1 of 2 entries of `contacts[party=client,primary=true]` have no `phone`"]);
    }

    #[test]
    fn at_least_one_entry_must_be_selected() {
        let (found, gaps) = ask("contacts[party=supplier,primary=true].phone");
        assert!(found.is_empty());
        assert_eq!(gaps, ["no entry of `contacts` is or has `party: supplier` and `primary: true`"]);
        assert_eq!(ask("formats[markdown]").1, ["no entry of `formats` is or has `markdown`"]);
    }

    #[test]
    fn what_is_empty_is_not_there() {
        assert_eq!(ask("support.severities"), (vec![], vec!["`support.severities` is not there".into()]));
        assert_eq!(ask("rollout.risks").1, ["`rollout` is not there"]);
    }

    #[test]
    fn a_gap_points_at_the_entry_that_lacks_the_field() {
        let (sources, node) = tree(PROJECT);
        let answer = Query::parse("contacts[primary=true].phone").expect("a path").ask(&node);
        let position = sources.position(answer.gaps[0].at);
        assert_eq!((position.line, position.column), (6, 5));
    }

    #[test]
    fn paths_that_are_not_well_formed_are_refused() {
        for path in ["", "a..b", "a[", "a[b", "a[=x]", "a[b=c]d", "a.[b]", "a b"] {
            assert!(Query::parse(path).is_err(), "{path}");
        }
    }
}
