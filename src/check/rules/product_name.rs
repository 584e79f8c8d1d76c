//! `product-name`: other spellings of names: that of the product, those that the project file declares, and
//! those of well-known products.

use super::{Rule, Run};
use crate::check::pattern::{Words, is_whole_word};
use crate::check::placeholder::locate;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::node::Located;
use crate::model::text::{Block, InlineKind, walk_inlines};
use crate::model::value::Text;
use crate::parallel;
use crate::source::Span;
use regex::Regex;
use std::ops::Range;
use std::sync::OnceLock;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "product-name",
    level: Level::Warning,
    summary: "the name of a product is spelt in another way",
    run: Run::Project(look),
};

/// Names of products that many texts are about, as their makers write them.
const WELL_KNOWN: [&str; 44] = [
    "BigQuery",
    "Bitbucket",
    "CentOS",
    "CircleCI",
    "ClickHouse",
    "Cloudflare",
    "CloudFront",
    "CouchDB",
    "DynamoDB",
    "GitHub",
    "GitLab",
    "GraphQL",
    "HashiCorp",
    "iCloud",
    "InfluxDB",
    "iPad",
    "iPhone",
    "JavaScript",
    "JetBrains",
    "LibreOffice",
    "LinkedIn",
    "macOS",
    "MariaDB",
    "MongoDB",
    "MySQL",
    "OneDrive",
    "OpenAPI",
    "OpenSearch",
    "OpenStack",
    "OpenTelemetry",
    "PagerDuty",
    "PayPal",
    "PostgreSQL",
    "PowerShell",
    "RabbitMQ",
    "SharePoint",
    "SQLite",
    "TypeScript",
    "VMware",
    "WhatsApp",
    "WordPress",
    "YouTube",
    "TimescaleDB",
    "CockroachDB",
];

/// A name that has one spelling.
struct Name<'a> {
    written: &'a str,
    /// Where it is declared.
    place: Span,
    /// What it may be mistaken for, put together when a text has a part of it.
    spellings: OnceLock<Option<Regex>>,
}

impl Name<'_> {
    fn spellings(&self) -> Option<&Regex> {
        self.spellings.get_or_init(|| spellings(self.written)).as_ref()
    }
}

fn look(view: &View<'_>) -> Vec<Finding> {
    let declared = declared(view);
    // What is declared, and behind it what is well known: all of it is looked for at once.
    let parts = declared.iter().map(|name| part(name.written)).chain(WELL_KNOWN.map(Some));
    let parts = Words::new(parts);
    let look = |blocks: &[Block]| {
        let mut findings = Vec::new();
        walk_inlines(blocks, &mut |inline| {
            let (InlineKind::Text(text), Some(span)) = (&inline.kind, inline.span) else { return };
            let mut wrong: Vec<(&str, Option<Span>, Range<usize>)> = Vec::new();
            let mut met = parts.everywhere().to_vec();
            parts.each(text, |number, range| {
                let Some(name) = number.checked_sub(declared.len()).map(|number| WELL_KNOWN[number]) else {
                    if !met.contains(&number) {
                        met.push(number);
                    }
                    return;
                };
                let is_declared = || declared.iter().any(|declared| declared.written.contains(name));
                if is_whole_word(text, &range) && !is_declared() {
                    wrong.push((name, None, range));
                }
            });
            for name in met.into_iter().filter_map(|number| declared.get(number)) {
                let found = name.spellings().into_iter().flat_map(|spellings| spellings.find_iter(text));
                wrong.extend(found.map(|found| (name.written, Some(name.place), found.range())));
            }
            for (name, place, range) in wrong {
                if text[range.clone()] != *name && !is_address(text, &range) {
                    findings.push(finding(view, (name, place), (text, range), span));
                }
            }
        });
        findings
    };
    let texts: Vec<&[Block]> = view.texts().map(|(_, blocks)| blocks).collect();
    parallel::each(view.loaded.is_large(), texts, look).into_iter().flatten().collect()
}

fn finding(
    view: &View<'_>,
    (name, place): (&str, Option<Span>),
    (text, range): (&str, Range<usize>),
    span: Span,
) -> Finding {
    let message = format!("“{}” is called “{name}”", &text[range.clone()]);
    let finding =
        Finding::warning(RULE.slug, message).at(locate(view.sources(), span, text, &range), "spelt in another way");
    match place {
        Some(place) if Some(place) == view.project().map(|project| project.project.name.span) => {
            finding.at(place, "its name").help("spell it as the project file does, or write `{{ project.name }}`")
        }
        Some(place) => finding.at(place, "its name").help("spell it as the project file does"),
        None => finding.help("spell it as its makers do"),
    }
}

/// The names that the project file declares: the product, the two sides, the tools and services.
fn declared<'a>(view: &View<'a>) -> Vec<Name<'a>> {
    let Some(project) = view.project() else { return Vec::new() };
    let mut found = vec![&project.project.name];
    let tools = project.monitoring.iter().flat_map(|monitoring| &monitoring.tools).map(|tool| &tool.name);
    let services = project.access.iter().flat_map(|access| &access.accounts).map(|account| &account.service);
    let others = [&project.supplier.name, &project.client.name].into_iter().chain(tools).chain(services);
    found.extend(others.filter(|name| is_proper(name.as_str())));
    found.retain(|name| may_be_mistaken(name.as_str()));
    let name = |name: &'a Located<Text>| Name { written: name.as_str(), place: name.span, spellings: OnceLock::new() };
    found.into_iter().map(name).collect()
}

/// Whether a name is one of its own rather than a description: each of its words begins with a capital.
fn is_proper(name: &str) -> bool {
    name.split_whitespace().all(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()))
}

/// Whether a word is a part of an address or of a name in code.
fn is_address(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let mut behind = text[range.end..].chars();
    let next = behind.next();
    before.is_some_and(|c| "/@.-_:#".contains(c))
        || next.is_some_and(|c| "/@_:".contains(c))
        || matches!((next, behind.next()), (Some('.' | '-'), Some(c)) if c.is_alphanumeric())
}

/// The words of a name.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| c == '-' || c.is_whitespace()).filter(|word| !word.is_empty())
}

/// Whether a name may be spelt in another way. One that is one common word may be that word in a text.
fn may_be_mistaken(name: &str) -> bool {
    words(name).nth(1).is_some() || name.chars().skip(1).any(char::is_uppercase)
}

/// The longest part of a name that every spelling of it has: letters of ASCII, whose capitals are no question.
fn part(name: &str) -> Option<&str> {
    let parts = words(name).flat_map(|word| word.split(|c: char| !c.is_ascii()));
    parts.filter(|part| !part.is_empty()).max_by_key(|part| part.len())
}

/// What the name may be mistaken for: other capitals, hyphens or nothing between its words.
fn spellings(name: &str) -> Option<Regex> {
    let words: Vec<String> = words(name).map(regex::escape).collect();
    Regex::new(&format!(r"(?i)\b{}\b", words.join(r"(?:[-\u{a0} ]|)"))).ok()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn found(name: &str, text: &str) -> usize {
        let mut case = Case::new();
        case.edit_project("name: Berth", &format!("name: {name}"));
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para(text));
        case.found("product-name").len()
    }

    #[test]
    fn other_spellings_are_found() {
        assert_eq!(found("Berth Portal", "The berth portal, the BerthPortal and the Berth-Portal."), 3);
        assert_eq!(found("BerthBook", "Open Berthbook."), 1);
    }

    #[test]
    fn the_name_and_common_words_are_left_alone() {
        assert_eq!(found("Berth Portal", "The Berth Portal is a portal."), 0);
        assert_eq!(found("Berth", "Every berth has a number."), 0);
    }

    #[test]
    fn well_known_names_are_spelt_as_their_makers_do() {
        assert_eq!(found("Berth", "It runs on Postgresql, and the code is on Github."), 2);
        assert_eq!(found("Berth", "It runs on PostgreSQL: see github.com/ankarvik, docs@gitlab.example."), 0);
    }

    #[test]
    fn declared_names_are_spelt_as_they_are_declared() {
        let mut case = Case::new();
        case.project_with(
            "",
            "monitoring:\n  tools:\n    - name: SkyWatch\n      purpose: uptime\n      owner: bo-ek\n",
        );
        case.edit_project("  name: Ankarvik", "  name: Ankarvik Software AB");
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("Ankarvik software AB looks at Skywatch."));
        assert_eq!(case.found("product-name").len(), 2);
    }
}
