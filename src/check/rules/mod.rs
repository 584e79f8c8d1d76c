//! The rules: what each is called, what it says, and the code that looks.
//!
//! A rule is one file here, one page under `book/src/rules/`, and two lines in this file: its module and
//! its place in [`RULES`]. Rules never see each other.

mod adr_status;
mod adr_superseded;
mod agenda_minutes;
mod alert_inside_target;
mod alert_without_section;
mod broken_diagram;
mod broken_link;
mod broken_shell;
mod certificate_expires;
mod change_history;
mod code_without_language;
mod dead_link;
mod duplicate_heading;
mod duplicate_section;
mod empty_heading;
mod empty_section;
mod escalation_order;
mod expired_waiver;
mod hours_of_cover;
mod image_too_coarse;
mod image_too_large;
mod inapplicable_document;
mod incomplete_contact;
mod insecure_link;
mod invalid_allowance;
mod invalid_checklist;
mod low_contrast;
mod metric_without_trigger;
mod missing_alt_text;
pub(super) mod missing_document;
mod missing_evidence;
mod missing_section;
mod nobody_on_call;
mod old_review;
mod overdue_date;
mod overruled_gate;
mod own_backup;
mod personal_data;
mod placeholder_text;
mod product_name;
mod response_after_resolution;
mod reversed_dates;
mod rollout_order;
mod secret;
mod section_without_alert;
mod session_contradicts_plan;
mod severity_order;
mod severity_without_tier;
mod shrinking_audience;
mod skipped_heading_level;
mod stale_review;
mod table_without_header;
mod tier_too_slow;
mod undefined_link;
mod unexplained_acronym;
mod unknown_reference;
mod unknown_rule;
mod unsealed_annex;
mod unused_allowance;
mod unused_contact;
mod unused_footnote;
mod unused_waiver;
mod vague_link;

use super::coverage::Judgement;
use super::view::View;
use crate::finding::{Finding, Level};
use crate::model::answers::Answers;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Code that looks at something, with the name and the words for what it sees.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name.
    pub slug: &'static str,
    /// How much its findings weigh, unless a finding says otherwise.
    pub level: Level,
    /// What it sees, in a few words.
    pub summary: &'static str,
    /// When it looks, and how.
    pub run: Run,
}

/// When a rule looks, and how.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// While files are read and documents are composed.
    Reading,
    /// While pages and PDFs are made.
    Rendering,
    /// At what was read and composed.
    Project(fn(&View<'_>) -> Vec<Finding>),
    /// At what all other rules saw.
    Findings(fn(&View<'_>, &[Finding]) -> Vec<Finding>),
    /// At the coverage too.
    Coverage(fn(&View<'_>, &Judgement<'_>) -> Vec<Finding>),
    /// At the waivers: at the coverage and at what all other rules saw.
    Waivers(fn(&View<'_>, &Judgement<'_>, &[Finding]) -> Vec<Finding>),
    /// At what was heard from external links.
    Online(fn(&View<'_>, &Answers) -> Vec<Finding>),
}

/// All rules, by name.
pub const RULES: &[Rule] = &[
    adr_status::RULE,
    adr_superseded::RULE,
    agenda_minutes::RULE,
    alert_inside_target::RULE,
    alert_without_section::RULE,
    reading("altered-form", Level::Error, "a sign-off form is not the file that was recorded"),
    broken_diagram::RULE,
    broken_link::RULE,
    broken_shell::RULE,
    certificate_expires::RULE,
    change_history::RULE,
    code_without_language::RULE,
    dead_link::RULE,
    reading("dropped-html", Level::Warning, "raw HTML that no format shows is left out"),
    duplicate_heading::RULE,
    duplicate_section::RULE,
    empty_heading::RULE,
    empty_section::RULE,
    escalation_order::RULE,
    expired_waiver::RULE,
    hours_of_cover::RULE,
    image_too_coarse::RULE,
    image_too_large::RULE,
    inapplicable_document::RULE,
    incomplete_contact::RULE,
    insecure_link::RULE,
    invalid_allowance::RULE,
    invalid_checklist::RULE,
    reading("invalid-field", Level::Error, "a value is not of the kind that its key asks for"),
    rendering("invalid-image", Level::Error, "an image cannot be shown"),
    reading("invalid-text", Level::Error, "a file is not UTF-8 text"),
    reading("invalid-yaml", Level::Error, "a YAML file cannot be read"),
    low_contrast::RULE,
    metric_without_trigger::RULE,
    missing_alt_text::RULE,
    missing_document::RULE,
    missing_evidence::RULE,
    reading("missing-field", Level::Error, "a key that must be there is missing"),
    rendering("missing-glyph", Level::Warning, "no font has a character"),
    missing_section::RULE,
    nobody_on_call::RULE,
    old_review::RULE,
    overdue_date::RULE,
    overruled_gate::RULE,
    own_backup::RULE,
    personal_data::RULE,
    placeholder_text::RULE,
    product_name::RULE,
    response_after_resolution::RULE,
    reversed_dates::RULE,
    rollout_order::RULE,
    secret::RULE,
    section_without_alert::RULE,
    session_contradicts_plan::RULE,
    severity_order::RULE,
    severity_without_tier::RULE,
    shrinking_audience::RULE,
    skipped_heading_level::RULE,
    stale_review::RULE,
    table_without_header::RULE,
    tier_too_slow::RULE,
    reading("too-deep", Level::Warning, "lists and quotations are nested too deep"),
    undefined_link::RULE,
    unexplained_acronym::RULE,
    reading("unknown-contact", Level::Error, "the id of a contact names nobody"),
    reading("unknown-font", Level::Warning, "the chosen font is not in theme/fonts/"),
    reading("unknown-id", Level::Error, "an id names nothing"),
    reading("unknown-item", Level::Error, "a waiver or a declaration names no item of the checklist"),
    reading("unknown-key", Level::Error, "a key that nobody reads"),
    reading("unknown-record", Level::Warning, "a file under records/ that nobody reads"),
    unknown_reference::RULE,
    unknown_rule::RULE,
    reading("unreachable-file", Level::Warning, "no document takes a file under docs/"),
    rendering("unsafe-svg", Level::Warning, "an SVG holds scripts or references to other files"),
    unsealed_annex::RULE,
    reading("unsupported-math", Level::Warning, "a formula cannot be shown"),
    unused_allowance::RULE,
    unused_contact::RULE,
    unused_footnote::RULE,
    unused_waiver::RULE,
    vague_link::RULE,
];

/// A rule that is diagnosed while reading.
const fn reading(slug: &'static str, level: Level, summary: &'static str) -> Rule {
    Rule { slug, level, summary, run: Run::Reading }
}

/// A rule that is diagnosed while pages and PDFs are made.
const fn rendering(slug: &'static str, level: Level, summary: &'static str) -> Rule {
    Rule { slug, level, summary, run: Run::Rendering }
}

#[derive(RustEmbed)]
#[folder = "book/src/rules/"]
struct Pages;

static PAGES: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let page = |rule: &Rule| {
        let file = Pages::get(&format!("{}.md", rule.slug))?;
        let text = match file.data {
            Cow::Borrowed(bytes) => String::from_utf8(bytes.to_vec()).ok()?,
            Cow::Owned(bytes) => String::from_utf8(bytes).ok()?,
        };
        Some((rule.slug, text))
    };
    RULES.iter().filter_map(page).collect()
});

/// The rule of a name.
#[must_use]
pub fn rule(slug: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.slug == slug)
}

/// Whether the findings of a rule always weigh what the rule says: what could not be read, and what the
/// completeness of the delivery rests on. Such findings can neither be lowered nor allowed.
#[must_use]
pub fn is_fixed(rule: &Rule) -> bool {
    match rule.run {
        Run::Reading | Run::Rendering => rule.level == Level::Error,
        Run::Coverage(_) | Run::Waivers(_) => true,
        Run::Project(_) | Run::Findings(_) | Run::Online(_) => {
            [unknown_rule::RULE.slug, invalid_allowance::RULE.slug].contains(&rule.slug)
        }
    }
}

/// The page of a rule, in Markdown.
#[must_use]
pub fn page(slug: &str) -> Option<&'static str> {
    PAGES.get(slug).map(String::as_str)
}

/// Leaves out what a rule only sees because a value could not be read: where a finding points at a place
/// that holds an error of reading.
#[must_use]
pub fn without_consequences(mut findings: Vec<Finding>, reading: &[Finding]) -> Vec<Finding> {
    let errors: Vec<_> = reading.iter().filter(|error| error.level == Level::Error).filter_map(Finding::span).collect();
    findings
        .retain(|finding| !finding.labels.iter().any(|label| errors.iter().any(|error| label.span.contains(*error))));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    #[test]
    fn rules_stand_in_order_and_once() {
        assert!(RULES.windows(2).all(|pair| pair[0].slug < pair[1].slug));
    }

    #[test]
    fn every_rule_has_a_page_with_a_bad_and_a_good_example() {
        for rule in RULES {
            let page = page(rule.slug).unwrap_or_else(|| panic!("{} has no page", rule.slug));
            assert!(page.starts_with(&format!("# {}\n", rule.slug)), "{}: title", rule.slug);
            let (bad, good) = (page.find("\n## Bad\n"), page.find("\n## Good\n"));
            assert!(bad.is_some() && bad < good, "{}: examples", rule.slug);
        }
    }

    #[test]
    fn every_page_belongs_to_a_rule() {
        for file in Pages::iter() {
            let slug = file.trim_end_matches(".md");
            assert!(rule(slug).is_some() || slug == "index", "{file}");
        }
    }

    #[test]
    fn consequences_of_an_error_of_reading_are_left_out() {
        let mut sources = Sources::default();
        let file = sources.add("handoff.yaml", "0123456789");
        let at = |start, end| Span::new(file, start, end);
        let reading =
            [Finding::error("invalid-field", "x").at(at(3, 5), ""), Finding::warning("w", "y").at(at(8, 9), "")];
        let findings = vec![
            Finding::error("a", "around it").at(at(2, 6), ""),
            Finding::error("b", "elsewhere").at(at(6, 7), ""),
            Finding::error("c", "around a warning").at(at(7, 10), ""),
            Finding::error("d", "nowhere"),
        ];
        let rules: Vec<_> = without_consequences(findings, &reading).iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["b", "c", "d"]);
    }
}
