//! What of a text counts as prose that somebody wrote for this place: no placeholder, no line that only
//! repeats the heading, nothing that a new project comes with, and no copy of another section.

use super::text::Candidate;
use crate::check::placeholder::real_words;
use crate::check::view::View;
use crate::markdown::{self, Typography};
use crate::model::checklist::Item;
use crate::model::text::{Block, prose, slug};
use crate::source::Sources;
use crate::theme::{Theme, built_in_text};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Shorter lines may be those of a new project by chance.
const LEAST_LINE: usize = 4;

/// The lines of prose that a new project comes with.
static STARTER: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut lines = BTreeSet::new();
    for path in Theme::default().list("starter/docs") {
        let Some(text) = built_in_text(&path) else { continue };
        // Its comments say what belongs under each heading: without their marks they are no answer.
        for text in [text.replace("<!--", "").replace("-->", ""), text] {
            let mut sources = Sources::default();
            let file = sources.add(path.as_str(), text.as_str());
            let parsed = markdown::parse_in(Typography::default(), &text, file, 0, &mut Vec::new());
            lines.extend(known_lines(&prose(&parsed.blocks)));
        }
    }
    lines
});

/// The lines of a text that are long enough to be known again.
fn known_lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter(|line| line.split_whitespace().count() >= LEAST_LINE).map(slug)
}

/// How many words of real prose stand in a part.
pub(super) fn words(view: &View<'_>, part: &Candidate<'_>, item: &Item) -> usize {
    own_words(view, part.body, &[slug(&part.title), slug(item.title.as_str())])
}

/// How many words of real prose stand in some blocks, lines that only repeat one of the `echoes` left out.
pub(super) fn own_words(view: &View<'_>, blocks: &[Block], echoes: &[String]) -> usize {
    let example = view.project().is_some_and(|project| project.project.example.is_some_and(|flag| flag.0));
    let counts = |line: &&str| {
        let folded = slug(line.trim_end_matches(['.', ':']));
        !echoes.contains(&folded) && !STARTER.contains(&slug(line))
    };
    prose(blocks).lines().filter(counts).map(|line| real_words(line, example)).sum()
}

/// What a part only repeats, if it does: a section that stands elsewhere, with its place.
pub(super) fn repeats(view: &View<'_>, part: &Candidate<'_>) -> Option<String> {
    let repetition = view.repetitions().iter().find(|repetition| Some(repetition.span) == part.span)?;
    let sources = view.sources();
    let (path, line) = (sources.path(repetition.first.file), sources.position(repetition.first).line);
    Some(format!("“{}” ({path}:{line})", repetition.first_title))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, LONG};
    use crate::model::report::State;

    const ITEMS: &str =
        "    - {id: a.one, title: One, evidence: section}\n    - {id: a.two, title: Two, evidence: section}\n";

    #[test]
    fn a_copy_of_another_section_proves_nothing() {
        let mut case = Case::new();
        case.checklist(ITEMS);
        case.fragment("docs/a.md", |doc| doc.heading(2, "One").para(LONG).heading(2, "Two").para(LONG));
        assert_eq!(case.state("a.one"), State::Met);
        assert!(case.state("a.two").blocks());
        let said = case.item("a.two").remarks;
        assert!(said[0].starts_with("section “Two” only repeats “One” (docs/a.md:"), "{said:?}");
    }

    #[test]
    fn what_a_new_project_comes_with_is_no_prose() {
        // Of a decision record that `init` writes, and of the comment above the limits of an interface.
        let written = "Whoever takes the product over has to know why it is built as it is. Without a record the \
            reasons are in the heads of those who leave.";
        let asked = "How many requests in which time, how the client learns what is left, and what happens beyond.";
        for text in [written, asked] {
            let mut case = Case::new();
            case.checklist(ITEMS);
            case.fragment("docs/a.md", |doc| doc.heading(2, "One").para(text).heading(2, "Two").para(LONG));
            assert_eq!(case.item("a.one").remarks, ["section “One” has no text of its own"]);
            assert_eq!(case.state("a.two"), State::Met);
        }
    }

    #[test]
    fn a_file_of_a_new_project_proves_nothing() {
        let mut case = Case::new();
        case.checklist("    - {id: a.one, title: One, evidence: file}\n");
        let asked = "A table: feature, test, result, date. One row for each feature that was agreed.";
        case.fragment("docs/a.md", |doc| doc.heading(2, "B").para(asked));
        assert!(case.state("a.one").blocks());
        assert_eq!(case.item("a.one").remarks, ["docs/a.md has no text of its own"]);
        case.fragment("docs/a/2.md", |doc| doc.heading(2, "C").para(LONG));
        assert_eq!(case.state("a.one"), State::Met);
    }
}
