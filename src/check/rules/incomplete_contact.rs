//! `incomplete-contact`: contacts that nobody could reach, and sides without a first contact.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::{Node, Value};
use crate::model::project::{Contact, Party, Project};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "incomplete-contact",
    level: Level::Error,
    summary: "a contact cannot be reached, or a side has no primary contact",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let mut findings: Vec<_> = project.contacts.iter().filter_map(|contact| unreachable(view, contact)).collect();
    for party in [Party::Supplier, Party::Client] {
        let primary = |contact: &&Contact| contact.party.value == party && is(contact.primary.as_ref());
        if !project.contacts.iter().any(|contact| primary(&contact)) && !doubtful(view, "primary") {
            findings.push(without_primary(view, project, party));
        }
    }
    if !project.contacts.iter().any(|contact| is(contact.on_call.as_ref())) && !doubtful(view, "on_call") {
        let finding = Finding::error(RULE.slug, "no contact can be reached after hours")
            .help("set `on_call: true` at the contact that is called at night and at weekends");
        findings.push(at_contacts(view, finding, "nobody here is on call"));
    }
    findings
}

fn is(flag: Option<&crate::model::node::Located<crate::model::value::Flag>>) -> bool {
    flag.is_some_and(|flag| flag.0)
}

/// What a contact needs to be reached and does not have.
fn unreachable(view: &View<'_>, contact: &Contact) -> Option<Finding> {
    let fields = [
        ("email", contact.email.is_none(), "email: anna@company.se"),
        ("phone", contact.phone.is_none(), "phone: \"+46 31 1234567\""),
        ("availability", contact.availability.is_none(), "availability: Mon-Fri 9-17"),
    ];
    let node = contact_node(view, contact.span);
    // A field that is written but could not be read has a finding of its own.
    let written = |key: &str| node.and_then(|node| node.get(key)).is_some_and(|node| node.value != Value::Null);
    let missing: Vec<_> = fields
        .into_iter()
        .filter(|(key, absent, _)| *absent && !written(key) && !view.explained(contact.span, key))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let keys: Vec<_> = missing.iter().map(|(key, ..)| format!("`{key}`")).collect();
    let finding = Finding::error(RULE.slug, format!("contact `{}` has no {}", contact.id.as_str(), keys.join(", no ")))
        .at(contact.id.span, format!("needs {}", keys.join(", ")));
    Some(missing.iter().fold(finding, |finding, (.., example)| finding.help(format!("add a line such as `{example}`"))))
}

fn contact_node<'a>(view: &View<'a>, span: Span) -> Option<&'a Node> {
    match &view.loaded.tree.as_ref()?.get("contacts")?.value {
        Value::List(nodes) => nodes.iter().find(|node| node.span == span),
        _ => None,
    }
}

/// Whether an error of reading lies in the contacts that may be why nobody has a flag.
fn doubtful(view: &View<'_>, field: &str) -> bool {
    let Some(contacts) = view.loaded.tree.as_ref().and_then(|root| root.get("contacts")) else { return false };
    let Value::List(nodes) = &contacts.value else { return true };
    nodes.iter().any(|node| {
        let flag = node.get(field);
        view.reading_errors().filter_map(Finding::span).any(|error| {
            error == node.span && !matches!(node.value, Value::Map(_)) || flag.is_some_and(|flag| flag.span == error)
        })
    })
}

fn without_primary(view: &View<'_>, project: &Project, party: Party) -> Finding {
    let finding = Finding::error(RULE.slug, format!("the {party} has no primary contact"))
        .help(format!("set `primary: true` at the contact of the {party} that is asked first"));
    match project.contacts.iter().find(|contact| contact.party.value == party) {
        Some(first) => finding.at(first.party.span, "nobody of this side is `primary`"),
        None => at_contacts(view, finding, &format!("nobody here is of the party `{party}`")),
    }
}

/// Points at the key `contacts`, or at the top of the file if there is none.
fn at_contacts(view: &View<'_>, finding: Finding, text: &str) -> Finding {
    let Some(Node { value: Value::Map(fields), span }) = &view.loaded.tree else { return finding };
    let key = fields.iter().find(|(key, _)| key.name == "contacts").map(|(key, _)| key.span);
    finding.at(key.unwrap_or(Span::start_of(span.file)), text)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn complete_contacts_are_left_alone() {
        assert!(Case::new().found("incomplete-contact").is_empty());
    }

    #[test]
    fn a_contact_without_a_phone_is_found() {
        let mut case = Case::new();
        case.edit_project("    phone: \"+46 31 1000002\"\n", "");
        let findings = case.found("incomplete-contact");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "contact `bo-ek` has no `phone`");
        let span = findings[0].span().expect("a place");
        assert_eq!(case.loaded.sources.slice(span), "bo-ek");
    }

    #[test]
    fn a_phone_that_could_not_be_read_is_no_missing_one() {
        let mut case = Case::new();
        case.edit_project("\"+46 31 1000002\"", "ask Bo");
        assert!(case.found("incomplete-contact").is_empty());
        assert!(case.loaded.findings.iter().any(|finding| finding.rule == "invalid-field"));
    }

    #[test]
    fn a_mistyped_key_is_no_missing_one() {
        let mut case = Case::new();
        case.edit_project("    phone: \"+46 31 1000002\"", "    phne: \"+46 31 1000002\"");
        assert!(case.found("incomplete-contact").is_empty());
        assert!(case.loaded.findings.iter().any(|finding| finding.rule == "unknown-key"));
    }

    #[test]
    fn each_side_needs_a_primary_contact() {
        let mut case = Case::new();
        case.edit_project("    primary: true\n    on_call: true\n", "    on_call: true\n");
        let findings = case.found("incomplete-contact");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "the supplier has no primary contact");
    }

    #[test]
    fn somebody_must_be_on_call() {
        let mut case = Case::new();
        case.edit_project("    on_call: true\n", "");
        let findings = case.found("incomplete-contact");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "no contact can be reached after hours");
        assert_eq!(case.loaded.sources.slice(findings[0].span().expect("a place")), "contacts");
    }
}
