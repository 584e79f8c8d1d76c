//! `hours-of-cover`: support hours that contradict themselves or what was promised.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::{Cover, Hours, Support};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "hours-of-cover",
    level: Level::Error,
    summary: "the support hours contradict themselves or what was promised",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(support) = view.project().and_then(|project| project.support.as_ref()) else { return Vec::new() };
    let mut findings = overlaps(&support.hours);
    for hours in support.hours.iter().filter(|hours| hours.from.value == hours.to.value) {
        let finding = Finding::error(RULE.slug, "the support hours end when they begin");
        findings.push(finding.at(hours.to.span, "the same as `from`").help("correct `from` or `to`"));
    }
    findings.extend(promised(support));
    findings
}

/// Blocks that say something about the same day: only one of them can hold, unless exceptions tell them apart.
fn overlaps(blocks: &[Hours]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        for other in &blocks[..index] {
            let same = block.days.iter().find(|day| other.days.iter().any(|known| known.value == day.value));
            let apart = block.from.value >= other.to.value || other.from.value >= block.to.value;
            let excepted = block.except.is_some() || other.except.is_some();
            if let (Some(day), false, false) = (same, apart, excepted) {
                findings.push(
                    Finding::error(RULE.slug, format!("two blocks of support hours overlap on `{}`", day.value))
                        .at(day.span, "named here")
                        .at(other.span, "and in this block")
                        .help("give each day one block, or say in `except` when one of them does not hold"),
                );
            }
        }
    }
    findings
}

/// What is promised in the support hours needs such hours; what is promised always needs a way to be reported always.
fn promised(support: &Support) -> Vec<Finding> {
    let always = |cover: Option<Cover>| cover == Some(Cover::Always);
    let channel = support.channels.is_empty()
        || support.channels.iter().any(|channel| always(channel.cover.map(|cover| cover.value)));
    let mut findings = Vec::new();
    for severity in &support.severities {
        let around_the_clock = always(severity.cover.map(|cover| cover.value));
        let at: Span = severity.cover.map_or(severity.id.span, |cover| cover.span);
        let id = &severity.id;
        if around_the_clock && !channel {
            let message = format!("`{id}` runs around the clock, and no channel is answered around the clock");
            findings.push(
                Finding::error(RULE.slug, message).at(at, "promised here").help("give a channel `cover: always`"),
            );
        } else if !around_the_clock && support.hours.is_empty() && severity.cover.is_some() {
            let message = format!("`{id}` runs in the support hours, and there are none");
            findings.push(Finding::error(RULE.slug, message).at(at, "which hours?").help("add `support.hours`"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn support(yaml: &str) -> Case {
        let mut case = Case::new();
        case.project(&format!("support:\n{yaml}"));
        case
    }

    const SEVERITY: &str =
        "  severities:\n    - id: p0\n      name: N\n      meaning: M\n      response: 1 h\n      resolution: 4 h\n";
    const CHANNEL: &str =
        "  channels:\n    - kind: phone\n      name: N\n      address: A\n      purpose: P\n      response: 1 h\n";

    #[test]
    fn hours_that_overlap_are_found() {
        let hours = |second: &str| {
            support(&format!(
                "  hours:\n    - days: [mon, tue]\n      from: \"08:00\"\n      to: \"17:00\"\n    - days: [tue]\n{second}"
            ))
            .found("hours-of-cover")
            .len()
        };
        assert_eq!(hours("      from: \"16:00\"\n      to: \"20:00\"\n"), 1);
        assert_eq!(hours("      from: \"17:00\"\n      to: \"20:00\"\n"), 0);
        assert_eq!(hours("      from: \"16:00\"\n      to: \"20:00\"\n      except: October to April\n"), 0);
    }

    #[test]
    fn hours_of_no_length_are_found() {
        let case = support("  hours:\n    - days: [mon]\n      from: \"08:00\"\n      to: \"08:00\"\n");
        assert_eq!(case.found("hours-of-cover").len(), 1);
    }

    #[test]
    fn cover_around_the_clock_needs_a_channel_around_the_clock() {
        let case =
            |channel: &str| support(&format!("{SEVERITY}      cover: always\n{channel}")).found("hours-of-cover").len();
        assert_eq!(case(CHANNEL), 1);
        assert_eq!(case(&format!("{CHANNEL}      cover: always\n")), 0);
        assert_eq!(case(""), 0);
    }

    #[test]
    fn cover_in_the_support_hours_needs_support_hours() {
        assert_eq!(support(&format!("{SEVERITY}      cover: support-hours\n")).found("hours-of-cover").len(), 1);
    }
}
