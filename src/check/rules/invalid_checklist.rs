//! `invalid-checklist`: what a checklist names and the program does not know.
//!
//! What makes a checklist unreadable is found while it is read.

use super::{RULES, Rule, Run};
use crate::check::query::Query;
use crate::check::view::View;
use crate::finding::{Finding, Level, suggestion};
use crate::model::checklist::Evidence::{Attested, Data, Gate, Held, Signed};
use crate::model::checklist::{Checklist, ChecklistDocument, Evidence, Item};
use crate::model::node::{Located, RecordShape, Shape};
use crate::model::project::{Project, SessionKind, Stage};
use crate::model::text::slug;
use crate::model::value::{Id, Text};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "invalid-checklist",
    level: Level::Error,
    summary: "a checklist contradicts itself or names what nobody knows",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let messages: BTreeSet<&str> = view.loaded.messages.keys().map(String::as_str).collect();
    let messages = (!messages.is_empty()).then_some(&messages);
    // Those that are built in are looked at by a test; one that somebody else's is made into is looked at there.
    let is_own = |checklist: &&Checklist| !view.loaded.is_built_in(checklist.id.span.file);
    view.loaded.checklists.iter().filter(is_own).flat_map(|checklist| in_checklist(checklist, messages)).collect()
}

/// Everything that a checklist names and that does not exist, and what contradicts itself in it. Messages are
/// looked at if it is known which there are.
pub(super) fn in_checklist(checklist: &Checklist, messages: Option<&BTreeSet<&str>>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, document) in checklist.documents() {
        for item in &document.items {
            findings.extend(in_item(item));
            findings.extend(without_meaning(item));
            findings.extend(messages.into_iter().flat_map(|messages| unknown_messages(item, messages)));
        }
        findings.extend(shared_headings(document));
    }
    findings
}

/// The messages of an item that do not exist.
fn unknown_messages(item: &Item, messages: &BTreeSet<&str>) -> Vec<Finding> {
    let unknown = item.messages.iter().filter(|message| !messages.contains(message.as_str()));
    let finding = |message: &Located<Id>| {
        let near = suggestion(message.as_str(), messages.iter().copied());
        let help = near.map_or("`handoff message` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        Finding::error(RULE.slug, format!("there is no message `{}`", message.as_str()))
            .at(message.span, "not known")
            .help(help)
    };
    unknown.map(finding).collect()
}

/// Keys of an item that nobody looks at for its kind of evidence.
fn without_meaning(item: &Item) -> Vec<Finding> {
    let kind = item.evidence.value;
    let span = |list: &[Located<Text>]| list.first().map(|first| first.span);
    let keys = [
        ("headings", span(&item.headings), !matches!(kind, Held | Gate | Attested | Signed)),
        ("measured", item.measured.as_ref().map(|flag| flag.span), kind == Data),
        ("record", item.record.as_ref().map(|record| record.span), matches!(kind, Held | Gate)),
        ("messages", item.messages.first().map(|message| message.span), kind == Attested),
        ("audiences", item.audiences.first().map(|audience| audience.span), !item.messages.is_empty()),
        ("weeks_of", item.weeks_of.first().map(|stage| stage.span), !item.messages.is_empty()),
    ];
    let finding = |(key, span, means): (&str, Option<Span>, bool)| {
        let text = format!("`{key}` means nothing for item `{}`, whose evidence is `{kind}`", item.id.as_str());
        let finding = Finding::error(RULE.slug, text).at(span?, "nobody looks at this");
        (!means).then(|| finding.help("take it out, or choose another kind of evidence"))
    };
    keys.into_iter().filter_map(finding).collect()
}

/// Headings that two items of a document take: nobody could tell which is meant.
fn shared_headings(document: &ChecklistDocument) -> Vec<Finding> {
    let mut taken: BTreeMap<String, (&str, Span)> = BTreeMap::new();
    let mut findings = Vec::new();
    for item in &document.items {
        for heading in std::iter::once(&item.title).chain(&item.headings) {
            let (id, key) = (item.id.as_str(), slug(heading.as_str()));
            match taken.get(&key) {
                Some((other, first)) if *other != id => findings.push(
                    Finding::warning(RULE.slug, format!("`{other}` and `{id}` take the same heading"))
                        .at(heading.span, "again")
                        .at(*first, "first here")
                        .help("leave it to one of the two: a section counts for both of them"),
                ),
                Some(_) => {}
                None => _ = taken.insert(key, (id, heading.span)),
            }
        }
    }
    findings
}

fn in_item(item: &Item) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in &item.data {
        let finding = |why: String| Finding::error(RULE.slug, format!("`{}`: {why}", path.as_str())).at(path.span, why);
        match Query::parse(path.as_str()) {
            Err(why) => findings.push(finding(why).help("write a path such as `contacts[party=client].phone`")),
            Ok(query) => findings.extend(unknown_field(&query).map(|(key, near)| {
                let finding = finding(format!("handoff.yaml has no key `{key}` there"));
                near.map_or(finding.clone(), |near| finding.help(format!("did you mean `{near}`?")))
            })),
        }
    }
    for rule in item.rules.iter().filter(|rule| super::rule(rule.as_str()).is_none()) {
        let finding = Finding::error(RULE.slug, format!("there is no rule `{}`", rule.as_str()));
        let near = suggestion(rule.as_str(), RULES.iter().map(|rule| rule.slug));
        let help =
            near.map_or("`handoff explain` lists all rules".to_owned(), |near| format!("did you mean `{near}`?"));
        findings.push(finding.at(rule.span, "unknown rule").help(help));
    }
    findings.extend(in_record(item));
    findings
}

/// What is wrong with the record that an item asks for.
fn in_record(item: &Item) -> Option<Finding> {
    let words = match item.evidence.value {
        Evidence::Held => SessionKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
        Evidence::Gate => Stage::ALL.iter().map(|stage| stage.as_str()).collect(),
        _ => return None,
    };
    let help = format!("write one of {}", words.join(", "));
    let finding = |text: String| Finding::error(RULE.slug, text).help(help.clone());
    match &item.record {
        None => Some(finding(format!("item `{}` needs `record`", item.id.as_str())).at(item.id.span, "which record?")),
        Some(record) if !words.contains(&record.as_str()) => {
            Some(finding(format!("no record is about `{}`", record.as_str())).at(record.span, "unknown"))
        }
        Some(_) => None,
    }
}

/// The first key of a path that no record of the project file has there, with what may have been meant.
fn unknown_field(query: &Query) -> Option<(String, Option<&'static str>)> {
    let mut shape: Option<RecordShape> = Some(Project::record_shape());
    for key in query.keys() {
        let fields = shape.map(|record| record.fields).unwrap_or_default();
        let Some(field) = fields.iter().find(|field| field.key == key) else {
            return Some((key.to_owned(), suggestion(key, fields.iter().map(|field| field.key))));
        };
        shape = record_of(field.shape);
    }
    None
}

fn record_of(shape: Shape) -> Option<RecordShape> {
    match shape {
        Shape::List(inner) => record_of(inner()),
        Shape::Record(record) => Some(record()),
        Shape::Scalar { .. } | Shape::Choice(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, delivery};

    #[test]
    fn the_built_in_checklist_names_only_what_exists() {
        let (_, checklist) = delivery();
        let messages = ["pilot-announcement", "pilot-start", "weekly-status", "ga-announcement"];
        assert_eq!(super::in_checklist(&checklist, Some(&messages.into())), []);
    }

    #[test]
    fn what_means_nothing_or_is_taken_twice_is_found() {
        let mut case = Case::new();
        case.checklist(
            "    - {id: a.one, title: One, evidence: section, record: pilot, headings: [Logs]}\n\
             \x20   - {id: a.two, title: Two, evidence: attested, messages: [no-such], headings: [Logs]}\n\
             \x20   - {id: a.three, title: Three, evidence: section, headings: [logs]}\n",
        );
        let found = super::in_checklist(&case.loaded.checklists[0], Some(&["weekly-status"].into()));
        let messages: Vec<_> = found.into_iter().map(|finding| finding.message).collect();
        assert_eq!(
            messages,
            [
                "`record` means nothing for item `a.one`, whose evidence is `section`",
                "`headings` means nothing for item `a.two`, whose evidence is `attested`",
                "there is no message `no-such`",
                "`a.one` and `a.two` take the same heading",
                "`a.one` and `a.three` take the same heading",
            ]
        );
    }

    #[test]
    fn what_nobody_knows_is_found() {
        let mut case = Case::new();
        case.checklist(
            "    - {id: a.one, title: One, evidence: data, data: [support.severites]}\n\
             \x20   - {id: a.two, title: Two, evidence: data, rules: [broken-lnk]}\n\
             \x20   - {id: a.three, title: Three, evidence: held, record: techncal}\n\
             \x20   - {id: a.four, title: Four, evidence: gate}\n\
             \x20   - {id: a.five, title: Five, evidence: data, data: [a..b]}\n",
        );
        let messages: Vec<_> = case.found("invalid-checklist").into_iter().map(|finding| finding.message).collect();
        assert_eq!(
            messages,
            [
                "`support.severites`: handoff.yaml has no key `severites` there",
                "there is no rule `broken-lnk`",
                "no record is about `techncal`",
                "item `a.four` needs `record`",
                "`a..b`: `` is not a key",
            ]
        );
    }
}
