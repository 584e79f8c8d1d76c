//! `invalid-checklist`: what a checklist names and the program does not know.
//!
//! What makes a checklist unreadable is found while it is read.

use super::{RULES, Rule, Run};
use crate::check::query::Query;
use crate::check::view::View;
use crate::finding::{Finding, Level, suggestion};
use crate::model::checklist::{Checklist, Evidence, Item};
use crate::model::node::{RecordShape, Shape};
use crate::model::project::{Project, SessionKind, Stage};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "invalid-checklist",
    level: Level::Error,
    summary: "a checklist contradicts itself or names what nobody knows",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    view.checklist.map(in_checklist).unwrap_or_default()
}

/// Everything that a checklist names and that does not exist.
pub(super) fn in_checklist(checklist: &Checklist) -> Vec<Finding> {
    let items = checklist.documents().flat_map(|(_, document)| &document.items);
    items.flat_map(in_item).collect()
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
        assert_eq!(super::in_checklist(&checklist), []);
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
