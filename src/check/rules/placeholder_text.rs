//! `placeholder-text`: words that stand where something is still to be written.

use super::{Rule, Run};
use crate::check::placeholder::{locate, scan};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::fragment::Fragment;
use crate::model::node::{Node, Value};
use crate::model::text::{Block, BlockKind, Image, Inline, InlineKind, Target, walk_blocks, walk_line};
use crate::source::{Sources, Span};
use std::ops::Range;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "placeholder-text",
    level: Level::Error,
    summary: "a placeholder stands where a text ought to be",
    run: Run::Project(look),
};

/// What people write into a field that they would rather leave out.
const MARKS: [&str; 11] = ["-", "--", "–", "—", ".", "...", "…", "?", "??", "n/a", "n.a."];

/// What looks, and what it has seen.
struct Search<'a> {
    sources: &'a Sources,
    example: bool,
    findings: Vec<Finding>,
}

fn look(view: &View<'_>) -> Vec<Finding> {
    let example = view.project().is_some_and(|project| project.project.example.is_some_and(|flag| flag.0));
    let mut search = Search { sources: view.sources(), example, findings: Vec::new() };
    if let Some(root) = &view.loaded.tree {
        search.node(root);
    }
    for fragment in &view.loaded.fragments {
        search.fragment(fragment);
    }
    // A blank such as `<your-name>` reads as raw HTML, and only the finding that it was left out is left of it.
    for dropped in view.loaded.findings.iter().filter(|finding| finding.rule == "dropped-html") {
        if let Some(span) = dropped.span() {
            search.text(search.sources.slice(span), span);
        }
    }
    search.findings
}

impl Search<'_> {
    fn node(&mut self, node: &Node) {
        match &node.value {
            Value::Text(text) if MARKS.iter().any(|mark| mark.eq_ignore_ascii_case(text.trim())) => {
                self.report(text.trim(), "no text", Some(node.span));
            }
            Value::Text(text) => self.text(text, node.span),
            Value::List(nodes) => nodes.iter().for_each(|node| self.node(node)),
            Value::Map(fields) => fields.iter().for_each(|(_, node)| self.node(node)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn fragment(&mut self, fragment: &Fragment) {
        for text in [&fragment.front.title, &fragment.front.audience].into_iter().flatten() {
            self.text(text.as_str(), text.span);
        }
        fragment.texts().for_each(|blocks| self.blocks(blocks));
    }

    fn blocks(&mut self, blocks: &[Block]) {
        walk_blocks(blocks, &mut |block| match &block.kind {
            BlockKind::Heading(heading) => self.line(&heading.content),
            BlockKind::Paragraph(line) => self.line(line),
            BlockKind::Table(table) => {
                table.header.iter().chain(table.rows.iter().flatten()).for_each(|c| self.line(c));
            }
            BlockKind::Definitions(definitions) => definitions.iter().for_each(|entry| self.line(&entry.term)),
            BlockKind::Figure(image) => self.image(image, block.span),
            BlockKind::Fold(fold) => self.line(&fold.summary),
            _ => {}
        });
    }

    /// Looks at a line as readers see it, so that a placeholder may run over marks and line ends.
    fn line(&mut self, inlines: &[Inline]) {
        let mut text = String::new();
        let mut parts: Vec<(Range<usize>, &Inline)> = Vec::new();
        let mut targets = Vec::new();
        walk_line(inlines, &mut |inline| {
            let start = text.len();
            match &inline.kind {
                InlineKind::Text(part) => text.push_str(part),
                InlineKind::SoftBreak | InlineKind::HardBreak => text.push(' '),
                InlineKind::Link(link) => targets.push((&link.target, inline.span)),
                InlineKind::Image(image) => {
                    self.image(image, inline.span);
                    text.push('\u{fffc}');
                }
                // Code stands for itself; what is no text keeps the words around it apart.
                InlineKind::Code(_) | InlineKind::Math(_) | InlineKind::Footnote(_) | InlineKind::Html(_) => {
                    text.push('\u{fffc}');
                }
                _ => {}
            }
            if text.len() > start {
                parts.push((start..text.len(), inline));
            }
        });
        let before = self.findings.len();
        for placeholder in scan(&text, self.example) {
            let span = self.place(&parts, &placeholder.range);
            self.report(&text[placeholder.range], placeholder.what, span);
        }
        for (target, span) in targets {
            let told = |finding: &Finding| span.zip(finding.span()).is_some_and(|(link, inner)| link.contains(inner));
            if !self.findings[before..].iter().any(told) {
                self.target(target, span);
            }
        }
    }

    /// The place of a part of a line that was put together.
    fn place(&self, parts: &[(Range<usize>, &Inline)], range: &Range<usize>) -> Option<Span> {
        let touched = parts.iter().filter(|(part, _)| part.start < range.end && range.start < part.end);
        let spans = touched.filter_map(|(part, inline)| {
            let InlineKind::Text(text) = &inline.kind else { return inline.span };
            let within = range.start.max(part.start) - part.start..range.end.min(part.end) - part.start;
            Some(locate(self.sources, inline.span?, text, &within))
        });
        spans.reduce(
            |first, last| if first.file == last.file { Span { end: last.end.max(first.end), ..first } } else { first },
        )
    }

    fn image(&mut self, image: &Image, span: Option<Span>) {
        for text in [&image.alt, &image.title] {
            for placeholder in scan(text, self.example) {
                let at = span.map(|span| locate(self.sources, span, text, &placeholder.range));
                self.report(&text[placeholder.range], placeholder.what, at);
            }
        }
        self.target(&image.target, span);
    }

    fn target(&mut self, target: &Target, span: Option<Span>) {
        let (Target::Written(address) | Target::External(address)) = target else { return };
        if let Some(placeholder) = scan(address, self.example).into_iter().next() {
            let at = span.map(|span| locate(self.sources, span, address, &placeholder.range));
            self.report(&address[placeholder.range], placeholder.what, at);
        }
    }

    fn text(&mut self, text: &str, span: Span) {
        for placeholder in scan(text, self.example) {
            let at = locate(self.sources, span, text, &placeholder.range);
            self.report(&text[placeholder.range], placeholder.what, Some(at));
        }
    }

    fn report(&mut self, part: &str, what: &str, span: Option<Span>) {
        let finding = Finding::error(RULE.slug, format!("`{part}` is {what}"));
        let finding = match span {
            Some(span) => finding.at(span, "write what is meant"),
            None => finding,
        };
        self.findings.push(finding.help("write the real text, or take the place out"));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{Case, external};

    #[test]
    fn a_placeholder_in_prose_is_found_to_the_column() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("The port is TBD, and ask [Name]."));
        let findings = case.found("placeholder-text");
        let places: Vec<_> = findings.iter().filter_map(|finding| case.place(finding)).collect();
        assert_eq!(places, [("docs/a.md".into(), 3, 13), ("docs/a.md".into(), 3, 26)]);
        assert_eq!(findings[0].message, "`TBD` is a mark of unfinished work");
    }

    #[test]
    fn code_is_left_alone() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A").code("sql", "select 'TODO', '[Name]'").inline_code("grep TODO")
        });
        assert!(case.found("placeholder-text").is_empty());
    }

    #[test]
    fn a_placeholder_in_the_project_file_is_found() {
        let mut case = Case::new();
        case.project("monitoring:\n  tools:\n    - name: \"the TBD tool\"\n");
        let findings = case.found("placeholder-text");
        assert_eq!(findings.len(), 1);
        let text = case.loaded.sources.slice(findings[0].span().expect("a place"));
        assert_eq!(text, "TBD");
    }

    #[test]
    fn a_mark_in_place_of_a_value_is_found() {
        let mut case = Case::new();
        case.edit_project("role: Harbour master", "role: \"-\"");
        assert_eq!(case.found("placeholder-text")[0].message, "`-` is no text");
    }

    #[test]
    fn a_link_to_an_example_domain_is_found_once() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").link("the page", external("https://www.example.com/a")));
        case.fragment("docs/b.md", |doc| {
            doc.heading(2, "B").link("https://example.com", external("https://example.com"))
        });
        assert_eq!(case.found("placeholder-text").len(), 2);
    }

    #[test]
    fn a_demonstration_may_use_example_domains() {
        let mut case = Case::new();
        case.project_with("  example: true\n", "");
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("Write to info@example.com about it."));
        assert!(case.found("placeholder-text").is_empty());
    }

    #[test]
    fn a_blank_that_reads_as_html_is_found() {
        use crate::finding::Finding;
        use crate::source::Span;
        let mut case = Case::new();
        let file = case.fragment("docs/a.md", |doc| doc.heading(2, "A").para("Ask <your-name> for it."));
        let span = Span::new(file, 10, 21);
        case.loaded.findings.push(Finding::warning("dropped-html", "raw HTML is left out").at(span, ""));
        let findings = case.found("placeholder-text");
        assert_eq!(findings.len(), 1);
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 3, 5)));
    }
}
