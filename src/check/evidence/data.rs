//! Evidence in the project file: fields that are there and sound, and rules that find nothing.

use super::{Lack, LackKind, Proof};
use crate::check::query::{Gap, Query};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::checklist::Item;
use crate::model::report::Found;
use crate::source::Span;

/// Looks at the paths and rules of an item.
///
/// A path is met if everything that it leads to is there and no error lies in it. A rule is met if it
/// finds nothing; where the item also has paths, what a rule finds elsewhere in the project file is
/// none of the item's business.
pub(super) fn fields(view: &View<'_>, item: &Item, findings: &[Finding]) -> Proof {
    let mut proof = Proof::default();
    let Some(root) = &view.loaded.tree else {
        proof.lacks.push(Lack::new(LackKind::Told, "handoff.yaml could not be read"));
        return proof;
    };
    if item.data.is_empty() && item.rules.is_empty() {
        // Nothing of the project shows it, so that the word of a person has to do.
        let stated = super::record::stated(view, item);
        if !stated.found.is_empty() {
            return stated;
        }
        let lack = Lack::new(LackKind::Proof, "nothing supplies it yet")
            .help(format!("if it is so, write it down with `handoff record statement --items {}`", item.id.as_str()));
        proof.lacks.push(lack);
        return proof;
    }
    let about_decisions = item.rules.iter().any(|rule| rule.as_str().starts_with("adr-"));
    if about_decisions && view.loaded.decisions.is_empty() {
        let help = "add decision records: docs/decisions/0001-title.md, each with a section `## Status`";
        proof.lacks.push(Lack::new(LackKind::Proof, "there is no decision record").help(help));
        return proof;
    }
    let mut places = Vec::new();
    for path in &item.data {
        match Query::parse(path.as_str()) {
            Err(why) => {
                let text = format!("the path `{}` of the checklist cannot be read: {why}", path.as_str());
                proof.lacks.push(Lack::new(LackKind::Told, text).at(Some(path.span)));
            }
            Ok(query) => {
                let answer = query.ask(root);
                judge_path(path.as_str(), &answer.found, findings, &mut proof);
                proof.lacks.extend(answer.gaps.into_iter().map(|gap| lack(view, item, path.as_str(), findings, gap)));
                places.extend(answer.found);
            }
        }
    }
    judge_rules(item, root.span, &places, findings, &mut proof);
    proof
}

/// Adds what a path leads to: as found, or as not sound.
fn judge_path(path: &str, found: &[Span], findings: &[Finding], proof: &mut Proof) {
    let Some(first) = found.first() else { return };
    let what = match found.len() {
        1 => format!("`{path}`"),
        count => format!("`{path}` ({count} entries)"),
    };
    proof.found.push(Found { what, span: Some(*first) });
    let errors = findings.iter().filter(|finding| finding.level == Level::Error).filter_map(Finding::span);
    let mut within = errors.filter(|error| found.iter().any(|span| span.contains(*error)));
    if let Some(error) = within.next() {
        proof.lacks.push(Lack::new(LackKind::Told, format!("`{path}` is not sound")).at(Some(error)));
    }
}

/// What a gap means: something to add, or the consequence of what another finding says better.
fn lack(view: &View<'_>, item: &Item, path: &str, findings: &[Finding], gap: Gap) -> Lack {
    let told = view.explained(gap.record, &gap.field)
        || item.rules.iter().any(|rule| findings.iter().any(|finding| finding.rule == rule.as_str()));
    let kind = if told { LackKind::Told } else { LackKind::Proof };
    // The top of the file is no place to point at: then it is said where it stands that the item is due.
    let at_top = view.loaded.tree.as_ref().is_some_and(|root| root.span == gap.record);
    let place = (!at_top).then_some(gap.at);
    Lack::new(kind, gap.text).at(place).help(format!("add `{path}` to handoff.yaml"))
}

fn judge_rules(item: &Item, file: Span, places: &[Span], findings: &[Finding], proof: &mut Proof) {
    let concerns = |finding: &&Finding| {
        let Some(span) = finding.span() else { return true };
        item.data.is_empty() || span.file != file.file || places.iter().any(|place| place.contains(span))
    };
    for rule in &item.rules {
        match against(rule.as_str(), findings.iter().filter(concerns)) {
            Some(lack) => proof.lacks.push(lack),
            None if item.data.is_empty() => {
                let place = Some(Span::start_of(file.file));
                proof.found.push(Found { what: format!("`{}` finds nothing", rule.as_str()), span: place });
            }
            None => {}
        }
    }
}

/// What a rule has against an item, if it finds something.
pub(super) fn against<'a>(rule: &str, findings: impl Iterator<Item = &'a Finding>) -> Option<Lack> {
    let mut seen = findings.filter(|finding| finding.rule == rule);
    let first = seen.next()?;
    let count = 1 + seen.count();
    let things = if count == 1 { "1 thing".to_owned() } else { format!("{count} things") };
    Some(Lack::new(LackKind::Told, format!("`{rule}` finds {things}")).at(first.span()))
}
