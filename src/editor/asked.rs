//! A place that an editor asks about, and what stands there.

use super::cursor::Cursor;
use super::project::Snapshot;
use super::shapes::{self, Spot};
use crate::model::fragment::Fragment;
use std::ops::Range;

/// A place in a text that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The path of the file, as the project sees it.
    pub(super) path: &'a str,
    /// The text as it is now.
    pub(super) text: &'a str,
    /// The place, in bytes.
    pub(super) offset: usize,
    /// What is known about the project, if there is one.
    pub(super) known: Option<&'a Snapshot>,
}

/// What stands at a place.
#[derive(Debug)]
pub(super) enum Here<'a> {
    /// YAML: where in it, and what may stand there.
    Yaml(Cursor<'a>, Spot),
    /// `{{ a reference }}` in prose, by its place without braces and spaces.
    Reference(Range<usize>),
    /// The rule of `<!-- handoff: allow RULE -->`.
    Allowance(Range<usize>),
    /// The target of a link.
    Target(Range<usize>),
    /// The text of a heading.
    Heading(Range<usize>),
}

impl<'a> Asked<'a> {
    /// What stands there.
    pub(super) fn here(&self) -> Option<Here<'a>> {
        let is_markdown = matches!(self.path.rsplit('.').next(), Some("md" | "markdown"));
        if !is_markdown {
            return self.yaml(0, self.text.len());
        }
        if let Some(front) = front_matter(self.text).filter(|front| (front.start..=front.end).contains(&self.offset)) {
            return self.yaml(front.start, front.end);
        }
        if self.is_in_code() { None } else { self.prose() }
    }

    /// The fragment that the text is, as it was last checked.
    pub(super) fn fragment(&self) -> Option<&'a Fragment> {
        self.known?.good.loaded.fragments.iter().find(|fragment| fragment.path == self.path)
    }

    fn yaml(&self, start: usize, end: usize) -> Option<Here<'a>> {
        let mut cursor = Cursor::at(self.text.get(start..end)?, self.offset - start)?;
        cursor.word = start + cursor.word.start..start + cursor.word.end;
        let spot = shapes::spot(shapes::of_file(self.path)?, &cursor)?;
        Some(Here::Yaml(cursor, spot))
    }

    /// The line of the place, and where it begins.
    fn line(&self) -> (usize, &'a str) {
        let start = self.text[..self.offset].rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text[start..].split('\n').next().unwrap_or_default();
        (start, line.strip_suffix('\r').unwrap_or(line))
    }

    fn prose(&self) -> Option<Here<'a>> {
        let (start, line) = self.line();
        let at = (self.offset - start).min(line.len());
        let moved = |range: Range<usize>| start + range.start..start + range.end;
        if let Some(inside) = between(line, at, "{{", &["}}"]) {
            return Some(Here::Reference(moved(trimmed(line, inside))));
        }
        if let Some(inside) = between(line, at, "handoff: allow ", &["-->"]) {
            let word = line[inside.start..inside.end].find(' ').map_or(inside.end, |space| inside.start + space);
            return (at <= word).then(|| Here::Allowance(moved(inside.start..word)));
        }
        if let Some(inside) = between(line, at, "](", &[")", " "]) {
            return Some(Here::Target(moved(inside)));
        }
        let marks = line.len() - line.trim_start_matches('#').len();
        let is_heading = (1..=6).contains(&marks) && line[marks..].starts_with(' ') && at > marks;
        is_heading.then(|| Here::Heading(moved(trimmed(line, marks + 1..line.len()))))
    }

    /// Whether a fence of code is open before the place.
    fn is_in_code(&self) -> bool {
        let mut open: Option<&str> = None;
        for line in self.text[..self.offset].lines() {
            let line = line.trim_start();
            let fence = &line[..line.len() - line.trim_start_matches(['`', '~']).len()];
            match open {
                None if fence.len() >= 3 => open = Some(fence),
                Some(opened) if fence.starts_with(opened) && line.trim_end().len() == fence.len() => open = None,
                _ => {}
            }
        }
        open.is_some()
    }
}

/// The YAML between two lines of `---` at the top of a text; while the second is not written yet, the lines
/// up to the first empty one or heading.
fn front_matter(text: &str) -> Option<Range<usize>> {
    let first = text.split_inclusive('\n').next().filter(|line| line.trim_end() == "---")?;
    let mut end = first.len();
    let mut closed = None;
    let mut open = None;
    for line in text[first.len()..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            closed = Some(end);
            break;
        }
        if open.is_none() && (line.trim().is_empty() || line.starts_with("# ")) {
            open = Some(end);
        }
        end += line.len();
    }
    Some(first.len()..closed.or(open).unwrap_or(text.len()))
}

/// What stands between an opening mark before a place and the next of some closing marks.
fn between(line: &str, at: usize, open: &str, close: &[&str]) -> Option<Range<usize>> {
    let start = line.get(..at)?.rfind(open)? + open.len();
    if close.iter().any(|close| line[start..at].contains(close)) {
        return None;
    }
    let ends = close.iter().filter_map(|close| line[at..].find(close));
    Some(start..at + ends.min().unwrap_or(0))
}

/// A range without the white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let start = range.start + inside.len() - inside.trim_start().len();
    start..start + inside.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(marked: &str) -> String {
        let offset = marked.find('‸').expect("a mark");
        let text = marked.replacen('‸', "", 1);
        let asked = Asked { path: "docs/runbook.md", text: &text, offset, known: None };
        match asked.here() {
            Some(Here::Yaml(cursor, _)) => format!("yaml {}", &text[cursor.word]),
            Some(Here::Reference(range)) => format!("reference {}", &text[range]),
            Some(Here::Allowance(range)) => format!("allowance {}", &text[range]),
            Some(Here::Target(range)) => format!("target {}", &text[range]),
            Some(Here::Heading(range)) => format!("heading {}", &text[range]),
            None => "nothing".into(),
        }
    }

    #[test]
    fn what_stands_at_a_place_of_a_fragment_is_seen() {
        assert_eq!(here("---\nowner: an‸na\n---\n# T\n"), "yaml anna");
        assert_eq!(here("---\nowner: an‸\n"), "yaml an");
        assert_eq!(here("---\nor‸\n# T\n"), "yaml or");
        assert_eq!(here("Ask {{ contacts.an‸na.phone }} now"), "reference contacts.anna.phone");
        assert_eq!(here("Ask {{ con‸"), "reference con");
        assert_eq!(here("<!-- handoff: allow vague‸-link quoted -->"), "allowance vague-link");
        assert_eq!(here("See [x](../b‸.md#c) and [y](z)"), "target ../b.md#c");
        assert_eq!(here("## Log‸s"), "heading Logs");
        assert_eq!(here("## ‸"), "heading ");
        assert_eq!(here("Some ‸text"), "nothing");
        assert_eq!(here("```bash\necho {{ a‸ }}\n```\n"), "nothing");
        assert_eq!(here("```bash\nls\n```\n\n{{ a‸ }}"), "reference a");
    }

    #[test]
    fn no_text_and_no_place_makes_it_stumble() {
        let pieces =
            ["---\n", "a:", "{{", "}}", "](", ")", "# ", "ö", "```\n", "\n", " ", "<!-- handoff: allow ", "-->"];
        for number in 0..pieces.len().pow(4) {
            let text: String = (0..4).map(|digit| pieces[number / pieces.len().pow(digit) % pieces.len()]).collect();
            for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
                if let Some(Here::Reference(range) | Here::Target(range) | Here::Heading(range)) =
                    (Asked { path: "docs/a.md", text: &text, offset, known: None }).here()
                {
                    assert!(text.get(range).is_some(), "{text:?} {offset}");
                }
            }
        }
    }
}
