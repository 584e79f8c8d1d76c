//! Which documents there are, in which order, under which numbers.

use super::views;
use crate::model::checklist::{Checklist, ChecklistDocument, Group, Item};
use crate::model::fragment::Fragment;
use crate::model::loaded::{DELIVERY, Loaded};
use crate::model::node::Value;
use crate::model::project::{Project, Stage};
use crate::model::template::Template;
use crate::model::text::{plain, sections};
use std::collections::BTreeSet;

/// What a template is made from that does not stand in the project file: what was accepted of a release
/// that is delivered.
const ACCEPTANCE: &str = "acceptance";

/// The place of a document among all others.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else")]
pub(super) struct Slot<'a> {
    pub kind: String,
    pub template: Option<&'a Template>,
    pub listed: Option<&'a ChecklistDocument>,
    pub group: String,
    pub stage: Stage,
    pub internal: bool,
    pub after_check: bool,
    pub late: bool,
    pub after_layout: bool,
    /// Group and place in it, which make the number: they do not depend on what else is there.
    rank: (usize, usize),
}

impl Slot<'_> {
    /// The number of the document, such as `HP-310`: the same in every release.
    pub(super) fn number(&self, project: &Project) -> String {
        let number = self.rank.0 * 100 + self.rank.1 * 10;
        match &project.project.code {
            Some(code) => format!("{code}-{number:03}"),
            None => format!("{number:03}"),
        }
    }
}

/// The documents that can be composed, in the order of the bundle.
pub(super) fn slots<'a>(loaded: &'a Loaded, project: &'a Project) -> Vec<Slot<'a>> {
    let checklist = loaded.checklist(DELIVERY);
    let mut kinds: BTreeSet<&str> = loaded.fragments.iter().map(|fragment| fragment.document.as_str()).collect();
    kinds.extend(loaded.templates.values().filter(|template| has_data(loaded, template)).map(|t| t.kind.as_str()));
    let mut slots: Vec<_> = kinds.into_iter().map(|kind| slot(kind, loaded, project, checklist)).collect();
    slots.sort_by(|a, b| (a.rank, &a.kind).cmp(&(b.rank, &b.kind)));
    let free = checklist.map_or(0, |checklist| checklist.groups.len()) + 1;
    // Documents that no checklist places are numbered one after the other behind all others.
    for (index, slot) in slots.iter_mut().filter(|slot| slot.rank.0 == usize::MAX).enumerate() {
        slot.rank = (free, index + 1);
    }
    slots
}

fn slot<'a>(kind: &str, loaded: &'a Loaded, _: &Project, checklist: Option<&'a Checklist>) -> Slot<'a> {
    let template = loaded.templates.get(kind);
    let place = checklist.and_then(|checklist| listed(checklist, kind).or_else(|| grouped(checklist, template?)));
    let (rank, group, listed) =
        place.map_or((None, String::new(), None), |(rank, group, listed)| (Some(rank), group, listed));
    Slot {
        kind: kind.to_owned(),
        template,
        listed,
        group,
        stage: listed.map_or(Stage::Close, |document| document.stage.value),
        internal: listed.is_some_and(|document| document.internal.as_ref().is_some_and(|flag| flag.0)),
        after_check: template.is_some_and(is_after_check),
        late: template.is_some_and(is_late),
        after_layout: template.is_some_and(|template| template.front.after_layout.as_ref().is_some_and(|flag| flag.0)),
        rank: rank.unwrap_or((usize::MAX, 0)),
    }
}

fn is_after_check(template: &Template) -> bool {
    template.front.after_check.as_ref().is_some_and(|flag| flag.0)
}

fn is_late(template: &Template) -> bool {
    template.front.after_render.as_ref().is_some_and(|flag| flag.0)
}

type Place<'a> = ((usize, usize), String, Option<&'a ChecklistDocument>);

/// The place that the checklist gives.
fn listed<'a>(checklist: &'a Checklist, kind: &str) -> Option<Place<'a>> {
    checklist.groups.iter().enumerate().find_map(|(group_index, group)| {
        let index = group.documents.iter().position(|document| document.document.as_str() == kind)?;
        Some(((group_index + 1, index + 1), group.id.to_string(), group.documents.get(index)))
    })
}

/// The place that the template asks for, behind the documents of the group.
fn grouped<'a>(checklist: &Checklist, template: &Template) -> Option<Place<'a>> {
    let wanted = template.front.group.as_ref()?;
    let is_wanted = |group: &Group| group.id.value == wanted.value;
    let index = checklist.groups.iter().position(is_wanted)?;
    let order = template.front.order.as_ref().map_or(1, |order| order.0 as usize);
    Some(((index + 1, checklist.groups[index].documents.len() + order), wanted.to_string(), None))
}

/// Whether the project file holds something that the template is made from.
fn has_data(loaded: &Loaded, template: &Template) -> bool {
    let holds = |key: &str| {
        let node = loaded.tree.as_ref().and_then(|tree| tree.get(&key.replace('-', "_")));
        node.is_some_and(|node| match &node.value {
            Value::Null => false,
            Value::List(list) => !list.is_empty(),
            // Which stage it is says nothing about the stages.
            Value::Map(map) => map.iter().any(|(name, _)| (key, name.name.as_str()) != ("rollout", "current")),
            _ => true,
        })
    };
    let accepted = || {
        let project = loaded.project.as_ref();
        project.is_some_and(|project| views::acceptance(project, &loaded.records).is_some())
    };
    let holds = |key: &str| if key == ACCEPTANCE { accepted() } else { holds(key) };
    is_after_check(template) || is_late(template) || template.front.data.iter().any(|key| holds(key.as_str()))
}

/// The place of the first item of the checklist that a fragment covers.
pub(super) fn first_item(fragment: &Fragment, listed: Option<&ChecklistDocument>) -> usize {
    let Some(listed) = listed else { return usize::MAX };
    listed.items.iter().position(|item| covers(fragment, item)).unwrap_or(usize::MAX)
}

/// Whether a fragment is about an item: by its front matter or one of its headings.
pub(super) fn covers(fragment: &Fragment, item: &Item) -> bool {
    fragment.front.covers.iter().any(|id| id.as_str() == item.id.as_str())
        || sections(&fragment.blocks).iter().any(|section| {
            item.matches_heading(&plain(&section.heading.content), section.heading.explicit_id.as_deref())
        })
}

/// A title for a kind that nobody has named: `data-retention` becomes `Data retention`.
pub(super) fn title_of(kind: &str) -> String {
    let words = kind.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
