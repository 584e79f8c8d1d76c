//! Why an item is in its state: what is asked for, what was found and looked at, and what would change it.

use super::coverage::{Judged, judge};
use super::evidence::text::{SECTION_WORDS, SENTENCE_WORDS, considered};
use super::rules::missing_document::heading;
use super::view::{Known, View};
use super::{Options, look, view};
use crate::finding::Finding;
use crate::model::checklist::{Checklist, Evidence, Item};
use crate::model::document::Dossier;
use crate::model::loaded::Loaded;
use crate::model::report::{Explanation, State};

/// Explains an item of the chosen checklist.
///
/// # Errors
/// If there is no such item: the ids that there are.
pub fn item(loaded: &Loaded, dossier: &Dossier, options: &Options, id: &str) -> Result<Explanation, Vec<String>> {
    let known = Known::default();
    let view = view(loaded, dossier, options, &known);
    let (Some(project), Some(checklist)) = (view.project(), view.checklist) else { return Err(Vec::new()) };
    let seen: Vec<Finding> = loaded.findings.iter().cloned().chain(look(&view)).collect();
    let judgement = judge(&view, project, checklist, &seen);
    let Some(judged) = judgement.items.iter().find(|judged| judged.result.id == id) else {
        return Err(ids(checklist));
    };
    let is_text = !matches!(
        judged.item.evidence.value,
        Evidence::Data | Evidence::Held | Evidence::Gate | Evidence::Attested | Evidence::Signed
    );
    Ok(Explanation {
        asked: asked(judged.item).into_iter().chain(quiet(judged.item)).collect(),
        considered: if is_text { considered(&view, judged.document, judged.item) } else { Vec::new() },
        changes: changes(&view, judged),
        item: judged.result.clone(),
    })
}

fn ids(checklist: &Checklist) -> Vec<String> {
    let items = checklist.documents().flat_map(|(_, document)| &document.items);
    items.map(|item| item.id.as_str().to_owned()).collect()
}

/// What would prove an item, each as a sentence.
fn asked(item: &Item) -> Vec<String> {
    let place = || {
        let headings: Vec<_> = std::iter::once(&item.title).chain(&item.headings).collect();
        let headings: Vec<_> = headings.iter().map(|heading| format!("“{}”", heading.as_str())).collect();
        format!(
            "a section with the anchor `{}`, or with one of the headings {}, or a file whose front matter has `covers: [{}]`",
            item.short_id(),
            headings.join(", "),
            item.id.as_str()
        )
    };
    let beside = format!("beside it {SENTENCE_WORDS} words of prose of its own");
    let list =
        |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
    match item.evidence.value {
        Evidence::Section => vec![
            place(),
            format!(
                "in it {SECTION_WORDS} words of prose: placeholders, repeated headings, the text of a new project and copies of other sections do not count"
            ),
        ],
        Evidence::Code => vec![place(), "in it a block of code".into(), beside],
        Evidence::Table => vec![place(), "in it a table with rows".into(), beside],
        Evidence::Figure => {
            vec![place(), "in it an image that is there and has a text alternative, or a diagram".into(), beside]
        }
        Evidence::File if item.headings.is_empty() => {
            vec!["a file that the document links to, or that it is made from".into()]
        }
        Evidence::File => vec![place(), "in it a link to a file of the project".into()],
        Evidence::Data if item.measured.as_ref().is_some_and(|flag| flag.0) => {
            vec!["a measured value on record for every metric of success".into()]
        }
        Evidence::Data if item.data.is_empty() && item.rules.is_empty() => {
            vec!["a statement on record that names the item".into()]
        }
        Evidence::Data => {
            let paths =
                item.data.iter().map(|path| format!("in handoff.yaml `{}`, without an error in it", path.as_str()));
            let rules = item.rules.iter().map(|rule| format!("nothing that the rule `{}` finds", rule.as_str()));
            paths.chain(rules).collect()
        }
        Evidence::Held => {
            let kind = item.record.as_ref().map_or("?", |record| record.as_str());
            vec![format!("a record of a session of the kind `{kind}` with attendees and outcome")]
        }
        Evidence::Gate => {
            let stage = item.record.as_ref().map_or("?", |record| record.as_str());
            vec![format!(
                "a record of the decision to go on at the end of the stage `{stage}`, the last one of that stage"
            )]
        }
        Evidence::Attested if item.messages.is_empty() => vec!["a statement on record that names the item".into()],
        Evidence::Attested => {
            let messages = list(&mut item.messages.iter().map(|message| message.as_str()));
            let mut asked =
                vec![format!("a statement on record that names the item, or records of the messages {messages}")];
            if !item.audiences.is_empty() {
                let audiences = list(&mut item.audiences.iter().map(|audience| audience.value.as_str()));
                asked.push(format!("the messages went to {audiences}"));
            }
            if !item.weeks_of.is_empty() {
                let stages = list(&mut item.weeks_of.iter().map(|stage| stage.value.as_str()));
                asked.push(format!("one was sent in each week of {stages}"));
            }
            asked
        }
        Evidence::Signed => vec!["the signed sign-off form, returned and read in".into()],
    }
}

/// The rules that must find nothing, beside whatever else proves an item.
fn quiet(item: &Item) -> impl Iterator<Item = String> {
    let rules = if item.evidence.value == Evidence::Data { &[][..] } else { &item.rules };
    rules.iter().map(|rule| format!("nothing that the rule `{}` finds", rule.as_str()))
}

/// What would change the state of an item, most likely first.
fn changes(view: &View<'_>, judged: &Judged<'_>) -> Vec<String> {
    let (item, id) = (judged.item, judged.result.id.as_str());
    let supply = || {
        let helps = judged.lacks.iter().map(|lack| lack.help.clone().unwrap_or_else(|| remedy(judged, &lack.text)));
        helps.collect::<Vec<_>>()
    };
    let let_pass = [
        format!(
            "let it pass for a while: `waivers: [{{item: {id}, reason: …, approver: …, expires: …}}]` in handoff.yaml"
        ),
        format!("or say why it never applies: `not_applicable: [{{item: {id}, reason: …}}]` in handoff.yaml"),
    ];
    match judged.result.state {
        State::Met => vec!["it is met as long as what was found stays there".to_owned()],
        State::Missing | State::Partial => supply().into_iter().chain(let_pass).collect(),
        State::NotDue => {
            let late =
                format!("it is missing from the stage `{}` on; now the stage is `{}`", judged.result.due, view.stage);
            supply().into_iter().chain([late]).collect()
        }
        State::Waived => {
            let end = "without its waiver, or when that has expired, it is missing".to_owned();
            supply().into_iter().chain([end]).collect()
        }
        State::NotApplicable => match judged.document.when.required_trait() {
            Some(needed) if judged.result.remarks.iter().any(|remark| remark.contains("trait")) => {
                vec![format!("it applies with `traits: [{needed}]` under `project` in handoff.yaml")]
            }
            _ => vec![format!(
                "it applies without its entry under `not_applicable`, or that of `{}`",
                judged.document.document
            )],
        },
    }
    .into_iter()
    .chain((judged.result.owner.is_none() && item.evidence.value == Evidence::Section).then(|| {
        format!("`owner:` in the front matter of docs/{}.md would say who looks after it", judged.document.document)
    }))
    .collect()
}

/// What to do about a lack that brings no advice of its own.
fn remedy(judged: &Judged<'_>, lack: &str) -> String {
    let item = judged.item;
    match item.evidence.value {
        Evidence::Section | Evidence::Code | Evidence::Table | Evidence::Figure => format!(
            "{lack}: write `## {} {{#{}}}` with its text in docs/{}.md, or more under the heading that is there",
            heading(item),
            item.short_id(),
            judged.document.document
        ),
        _ => format!("mend what is told: {lack}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{Case, LONG};

    fn explained(case: &Case, id: &str) -> Explanation {
        item(&case.loaded, &case.dossier, &case.options, id).expect("an item")
    }

    #[test]
    fn a_missing_item_says_what_would_prove_it_and_how_to_let_it_pass() {
        let mut case = Case::new();
        case.project("rollout:\n  current: transfer\n");
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Logs").para("They are there."));
        let told = explained(&case, "runbook.logs");
        assert_eq!(told.item.state, State::Partial);
        assert!(told.asked[0].contains("`logs`") && told.asked[0].contains("“Log files”"), "{:?}", told.asked);
        assert_eq!(told.considered.len(), 1);
        assert_eq!(told.considered[0].lacks, ["section “Logs” has 3 words of text, not 20"]);
        assert!(told.changes[0].contains("{#logs}"), "{:?}", told.changes);
        assert!(told.changes.iter().any(|change| change.contains("waivers: [{item: runbook.logs")));
    }

    #[test]
    fn a_met_item_and_one_that_does_not_apply_say_why() {
        let mut case = Case::new();
        case.fragment("docs/runbook.md", |doc| doc.heading(2, "Scaling").para(LONG));
        let told = explained(&case, "runbook.scaling");
        assert_eq!(told.item.state, State::Met);
        assert_eq!(told.considered[0].because, "because its anchor is `scaling`");
        let told = explained(&case, "api.errors");
        assert_eq!(told.changes[0], "it applies with `traits: [api]` under `project` in handoff.yaml");
    }

    #[test]
    fn an_item_that_is_not_there_gives_those_that_are() {
        let case = Case::new();
        let ids = item(&case.loaded, &case.dossier, &case.options, "runbook.lgos").expect_err("no such item");
        assert!(ids.contains(&"runbook.logs".to_owned()));
    }

    #[test]
    fn every_item_of_the_built_in_checklist_can_be_explained() {
        let case = Case::new();
        for id in ids(&case.loaded.checklists[0]) {
            let told = explained(&case, &id);
            assert!(!told.asked.is_empty() && !told.changes.is_empty(), "{id}");
        }
    }
}
