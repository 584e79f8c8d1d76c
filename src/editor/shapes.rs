//! What may stand at a place of a YAML file, from the shapes that the model declares.

use super::cursor::Cursor;
use crate::model::checklist::Checklist;
use crate::model::fragment::FrontMatter;
use crate::model::message::MessageFront;
use crate::model::node::{FieldShape, RecordShape, Scalar, Shape};
use crate::model::project::Project;
use crate::model::records::KINDS;
use crate::model::template::TemplateFront;
use crate::model::value::{ContactRef, ItemRef};

/// The shape of the YAML in the file at a path of a project, or of its front matter.
pub(super) fn of_file(path: &str) -> Option<RecordShape> {
    let is_yaml = matches!(path.rsplit('.').next(), Some("yaml" | "yml"));
    if path == crate::load::PROJECT_FILE {
        return Some(Project::record_shape());
    }
    if let Some(below) = path.strip_prefix("records/").filter(|_| is_yaml) {
        let (folder, name) = below.split_once('/')?;
        return KINDS.iter().find(|kind| kind.folder == folder && !name.contains('/')).map(|kind| (kind.shape)());
    }
    let in_theme = |folder: &str| path.starts_with(&format!("theme/{folder}/"));
    match path.rsplit('.').next() {
        Some("yaml" | "yml") if path.starts_with("checklists/") || in_theme("checklists") => {
            Some(Checklist::record_shape())
        }
        Some("md") if in_theme("documents") => Some(TemplateFront::record_shape()),
        Some("md") if in_theme("messages") => Some(MessageFront::record_shape()),
        Some("md" | "markdown") => Some(FrontMatter::record_shape()),
        _ => None,
    }
}

/// What may stand where a cursor is.
#[derive(Debug)]
pub(super) enum Spot {
    /// A key of this record.
    Key(RecordShape),
    /// A value of this field.
    Value(Field),
    /// An entry of a list of such records, with its dash.
    Entry(RecordShape),
}

/// A field, and the record that has it.
#[derive(Debug)]
pub(super) struct Field {
    /// The name of the record.
    pub(super) record: &'static str,
    /// The field.
    pub(super) field: FieldShape,
}

/// What may stand at a cursor in YAML of this shape.
pub(super) fn spot(root: RecordShape, cursor: &Cursor<'_>) -> Option<Spot> {
    let (mut record, mut held) = (root, None);
    for key in &cursor.path {
        if let Some(Field { field, .. }) = held.take() {
            record = record_in(&field.shape)?;
        }
        held = Some(field(&record, key)?);
    }
    let Some(around) = held else {
        return Some(match cursor.key {
            Some(key) => Spot::Value(field(&record, key)?),
            None => Spot::Key(record),
        });
    };
    let Some(inner) = record_in(&around.field.shape) else {
        return cursor.key.is_none().then_some(Spot::Value(around));
    };
    match cursor.key {
        Some(key) => Some(Spot::Value(field(&inner, key)?)),
        None if matches!(around.field.shape, Shape::List(_)) && !cursor.in_entry => Some(Spot::Entry(inner)),
        None => Some(Spot::Key(inner)),
    }
}

/// The record that a value of this shape is or holds.
fn record_in(shape: &Shape) -> Option<RecordShape> {
    match shape {
        Shape::Record(record) => Some(record()),
        Shape::List(inner) => record_in(&inner()),
        Shape::Scalar { .. } | Shape::Choice(_) => None,
    }
}

fn field(record: &RecordShape, key: &str) -> Option<Field> {
    let field = record.fields.iter().find(|field| field.key == key)?.clone();
    Some(Field { record: record.name, field })
}

/// The shape of one value: of a list, that of its entries.
pub(super) fn single(shape: Shape) -> Shape {
    match shape {
        Shape::List(inner) => single(inner()),
        other => other,
    }
}

/// What a value may refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refers {
    /// A person or desk.
    Contact,
    /// An item of a checklist.
    Item,
    /// An item, or a whole document.
    ItemOrDocument,
    /// A kind of document.
    Document,
    /// A checklist.
    Checklist,
    /// A severity of an incident.
    Severity,
    /// A support tier.
    Tier,
    /// A planned session.
    Session,
    /// A metric of the gates or of success.
    Metric,
    /// A message template.
    Message,
    /// An issue on record.
    Issue,
    /// A rule.
    Rule,
    /// A section of the runbook, by its anchor.
    RunbookSection,
}

/// The fields that refer to something by a plain id: record, key, to what.
const IDS: &[(&str, &str, Refers)] = &[
    ("Alert", "runbook", Refers::RunbookSection),
    ("Alert", "severity", Refers::Severity),
    ("Checklist", "extends", Refers::Checklist),
    ("Checklist", "only", Refers::ItemOrDocument),
    ("Checklist", "without", Refers::ItemOrDocument),
    ("ChecklistDocument", "document", Refers::Document),
    ("Deliverable", "document", Refers::Document),
    ("FrontMatter", "document", Refers::Document),
    ("IssueReport", "issue", Refers::Issue),
    ("IssueReport", "severity", Refers::Severity),
    ("Item", "messages", Refers::Message),
    ("Item", "rules", Refers::Rule),
    ("Measurement", "metric", Refers::Metric),
    ("MessageSent", "issue", Refers::Issue),
    ("MessageSent", "message", Refers::Message),
    ("NotApplicable", "item", Refers::ItemOrDocument),
    ("Project", "checklist", Refers::Checklist),
    ("Review", "document", Refers::Document),
    ("RuleLevel", "rule", Refers::Rule),
    ("SessionHeld", "session", Refers::Session),
    ("Severity", "tier", Refers::Tier),
    ("Waiver", "rule", Refers::Rule),
];

impl Field {
    /// What its value refers to, if it refers to anything.
    pub(super) fn refers(&self) -> Option<Refers> {
        match single(self.field.shape) {
            Shape::Scalar { name, .. } if name == ContactRef::NAME => Some(Refers::Contact),
            Shape::Scalar { name, .. } if name == ItemRef::NAME && (self.record, self.field.key) != ("Item", "id") => {
                Some(Refers::Item)
            }
            Shape::Scalar { .. } => {
                let known = IDS.iter().find(|(record, key, _)| *record == self.record && *key == self.field.key);
                known.map(|(.., refers)| *refers)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::Id;
    use std::collections::BTreeSet;

    /// Plain ids that name something new, or that only a check knows what they mean.
    const NAMES: &[(&str, &str)] = &[
        ("Ask", "key"),
        ("Item", "record"),
        ("Point", "deliverable"),
        ("Point", "point"),
        ("TemplateFront", "data"),
        ("TemplateFront", "group"),
    ];

    fn walk(record: &RecordShape, seen: &mut BTreeSet<&'static str>, visit: &mut dyn FnMut(&Field)) {
        if !seen.insert(record.name) {
            return;
        }
        for field in &record.fields {
            visit(&Field { record: record.name, field: field.clone() });
            if let Some(inner) = record_in(&field.shape) {
                walk(&inner, seen, visit);
            }
        }
    }

    fn roots() -> Vec<RecordShape> {
        let mut roots: Vec<RecordShape> = KINDS.iter().map(|kind| (kind.shape)()).collect();
        let files = ["handoff.yaml", "checklists/a.yaml", "docs/a.md", "theme/documents/a.md", "theme/messages/a.md"];
        roots.extend(files.iter().map(|file| of_file(file).expect("a shape")));
        roots
    }

    #[test]
    fn every_plain_id_has_something_that_it_refers_to() {
        let (mut seen, mut without) = (BTreeSet::new(), Vec::new());
        for root in roots() {
            walk(&root, &mut seen, &mut |field| {
                let is_id = matches!(single(field.field.shape), Shape::Scalar { name, .. } if name == Id::NAME);
                let place = (field.record, field.field.key);
                if is_id && field.field.key != "id" && field.refers().is_none() && !NAMES.contains(&place) {
                    without.push(place);
                }
            });
        }
        assert_eq!(without, [], "say in IDS what they refer to, or add them to NAMES");
    }

    #[test]
    fn the_table_names_fields_that_there_are() {
        let (mut seen, mut there) = (BTreeSet::new(), BTreeSet::new());
        for root in roots() {
            walk(&root, &mut seen, &mut |field| {
                there.insert((field.record, field.field.key));
            });
        }
        assert!(IDS.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
        for (record, key, _) in IDS {
            assert!(there.contains(&(*record, *key)), "{record}.{key}");
        }
    }

    #[test]
    fn a_place_leads_to_its_keys_or_its_value() {
        let spot = |text: &str| {
            let cursor = Cursor::at(text, text.len()).expect("a cursor");
            match spot(of_file("handoff.yaml").expect("a shape"), &cursor) {
                Some(Spot::Key(record)) => format!("key of {}", record.name),
                Some(Spot::Entry(record)) => format!("entry of {}", record.name),
                Some(Spot::Value(field)) => format!("value of {}.{}", field.record, field.field.key),
                None => "nothing".into(),
            }
        };
        assert_eq!(spot("pro"), "key of Project");
        assert_eq!(spot("project:\n  na"), "key of About");
        assert_eq!(spot("contacts:\n  "), "entry of Contact");
        assert_eq!(spot("contacts:\n  - "), "key of Contact");
        assert_eq!(spot("contacts:\n  - backup: a"), "value of Contact.backup");
        assert_eq!(spot("project:\n  traits: [a"), "value of About.traits");
        assert_eq!(spot("project:\n  traits:\n    - a"), "value of About.traits");
        assert_eq!(spot("transfer:\n  sessions:\n    - agenda:\n        - mi"), "key of AgendaPoint");
        assert_eq!(spot("weather:\n  a"), "nothing");
        assert_eq!(spot("project:\n  summary: >-\n    some\n    te"), "value of About.summary");
    }
}
