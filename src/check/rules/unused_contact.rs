//! `unused-contact`: contacts whom nothing in the project names.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::{Node, Value};
use std::collections::BTreeSet;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unused-contact",
    level: Level::Warning,
    summary: "a contact whom nothing in the project names",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let (Some(project), Some(tree)) = (view.project(), &view.loaded.tree) else { return Vec::new() };
    let mut named = BTreeSet::new();
    collect(tree, &mut named);
    named.extend(view.loaded.records.people().map(|(id, _)| id));
    named.extend(view.loaded.fragments.iter().filter_map(|fragment| Some(fragment.front.owner.as_ref()?.as_str())));
    let written = |id: &str| {
        let path = format!("contacts.{id}.");
        view.loaded.fragments.iter().any(|fragment| view.sources().text(fragment.file).contains(&path))
    };
    // Primary contacts and those on call are there to be called, whatever else they do.
    let has_a_part =
        |flag: Option<crate::model::node::Located<crate::model::value::Flag>>| flag.is_some_and(|flag| flag.0);
    let unused = project.contacts.iter().filter(|contact| {
        let id = contact.id.as_str();
        !has_a_part(contact.primary)
            && !has_a_part(contact.on_call)
            && !id.is_empty()
            && !named.contains(id)
            && !written(id)
    });
    let finding = |contact: &crate::model::project::Contact| {
        Finding::warning(RULE.slug, format!("nothing names the contact `{}`", contact.id))
            .at(contact.id.span, "not named anywhere else")
            .help("name them where they have a part, or take the contact out")
    };
    unused.map(finding).collect()
}

/// All texts of the project file that are not the id of their record.
fn collect<'a>(node: &'a Node, named: &mut BTreeSet<&'a str>) {
    match &node.value {
        Value::Text(text) => _ = named.insert(text.trim()),
        Value::List(nodes) => nodes.iter().for_each(|node| collect(node, named)),
        Value::Map(fields) => {
            fields.iter().filter(|(key, _)| key.name != "id").for_each(|(_, node)| collect(node, named));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn third(more: &str) -> Case {
        let mut case = Case::new();
        case.project(&format!("support:\n  escalation:\n{more}"));
        case.edit_project(
            "support:",
            "  - id: cleo-dahl\n    name: Cleo Dahl\n    party: client\n    role: Clerk\n    email: cleo@lindvik.example\nsupport:",
        );
        case
    }

    #[test]
    fn a_contact_whom_nothing_names_is_found() {
        let case = third("    - after: 1 h\n      contact: anna-lind\n      when: Always\n");
        let findings = case.found("unused-contact");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "nothing names the contact `cleo-dahl`");
    }

    #[test]
    fn a_contact_with_a_part_is_left_alone() {
        let case = third("    - after: 1 h\n      contact: cleo-dahl\n      when: Always\n");
        assert!(case.found("unused-contact").is_empty());
    }

    #[test]
    fn a_reference_in_prose_counts() {
        let mut case = third("    - after: 1 h\n      contact: anna-lind\n      when: Always\n");
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("Ask {{ contacts.cleo-dahl.name }}."));
        assert!(case.found("unused-contact").is_empty());
    }
}
