//! A tree as plain text, as a person would write it into a mail.

use crate::model::text::{Block, BlockKind, Inline, InlineKind, List, Table, Target, plain};
use std::fmt::Write;

/// The longest line, except for single words and tables.
const WIDTH: usize = 72;
/// The widest table that is written in columns; a wider one is written row by row.
const TABLE: usize = 100;

/// Writes blocks, an empty line between them.
pub(super) fn write(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        let text = self::block(block);
        if !text.is_empty() {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&text);
        }
    }
    out
}

/// A block, each of its lines ended by a line break.
fn block(block: &Block) -> String {
    match &block.kind {
        BlockKind::Heading(heading) => {
            let title = line(&heading.content);
            format!("{title}\n{}\n", "-".repeat(title.chars().count()))
        }
        BlockKind::Paragraph(content) => wrapped(&line(content), "", ""),
        BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => indented(&write(inner), "> "),
        BlockKind::Code(code) => indented(&format!("{}\n", code.text), "    "),
        BlockKind::List(list) => self::list(list),
        BlockKind::Table(table) if table.caption.is_empty() => self::table(table),
        BlockKind::Table(table) => format!("{}\n{}", wrapped(&line(&table.caption), "", ""), self::table(table)),
        BlockKind::Figure(image) => wrapped(&format!("[{}]", image.alt), "", ""),
        BlockKind::Diagram(diagram) => wrapped(&format!("[{}]", diagram.alt), "", ""),
        BlockKind::Definitions(definitions) => {
            let entry = |entry: &crate::model::text::Definition| {
                format!("{}\n{}", line(&entry.term), indented(&write(&entry.details), "    "))
            };
            definitions.iter().map(entry).collect()
        }
        BlockKind::Fold(fold) => format!("{}\n{}", wrapped(&line(&fold.summary), "", ""), write(&fold.blocks)),
        BlockKind::Math(math) => indented(&format!("{}\n", math.latex), "    "),
        BlockKind::Rule => format!("{}\n", "-".repeat(WIDTH)),
        BlockKind::Html(_) => String::new(),
    }
}

fn list(list: &List) -> String {
    let mut out = String::new();
    for (index, item) in list.items.iter().enumerate() {
        let mark = match (list.start, item.checked) {
            (Some(start), _) => format!("{}. ", start + index as u64),
            (None, Some(true)) => "[x] ".to_owned(),
            (None, Some(false)) => "[ ] ".to_owned(),
            (None, None) => "- ".to_owned(),
        };
        let indent = " ".repeat(mark.chars().count());
        let text = match item.blocks.as_slice() {
            [Block { kind: BlockKind::Paragraph(content), .. }] => wrapped(&line(content), &mark, &indent),
            blocks => {
                let text = indented(&write(blocks), &indent);
                format!("{mark}{}", text.get(indent.len()..).unwrap_or_default())
            }
        };
        out.push_str(&text);
    }
    out
}

/// A table in columns; one without a head or too wide for it line by line.
fn table(table: &Table) -> String {
    let cells = |row: &[Vec<Inline>]| row.iter().map(|cell| line(cell)).collect::<Vec<_>>();
    let header = cells(&table.header);
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| cells(row)).collect();
    if header.iter().all(String::is_empty) {
        return pairs(&rows);
    }
    let width = |index: usize| {
        let of = |row: &Vec<String>| row.get(index).map_or(0, |cell| cell.chars().count());
        rows.iter().chain([&header]).map(of).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    if widths.iter().map(|width| width + 2).sum::<usize>() > TABLE {
        return records(&header, &rows);
    }
    let row = |cells: &[String]| {
        let padded: Vec<_> = widths.iter().zip(cells).map(|(width, cell)| format!("{cell:<width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>();
    [row(&header), row(&rule)].into_iter().chain(rows.iter().map(|cells| row(cells))).collect()
}

/// Rows of a name and a value.
fn pairs(rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    for row in rows {
        let mut cells = row.iter().filter(|cell| !cell.is_empty());
        let name = cells.next().map(String::as_str).unwrap_or_default();
        let rest: Vec<&str> = cells.map(String::as_str).collect();
        out.push_str(&wrapped(&format!("{name}: {}", rest.join(", ")), "", "    "));
    }
    out
}

/// A row as a paragraph: what it is about, and below it each column with its name.
fn records(header: &[String], rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    for row in rows {
        let mut cells = header.iter().zip(row);
        if let Some((_, subject)) = cells.next() {
            out.push_str(&wrapped(subject, "- ", "  "));
        }
        for (name, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
            out.push_str(&wrapped(&format!("{name}: {cell}"), "  ", "    "));
        }
    }
    out
}

/// The text of a line; links with where they lead.
fn line(content: &[Inline]) -> String {
    let mut out = String::new();
    for inline in content {
        match &inline.kind {
            InlineKind::Link(link) => {
                let (shown, target) = (plain(&link.content), &link.target);
                match target {
                    Target::External(url) if *url != shown => {
                        let _ = write!(out, "{shown} <{url}>");
                    }
                    _ => out.push_str(&shown),
                }
            }
            InlineKind::HardBreak => out.push('\n'),
            InlineKind::Emphasis(inner) | InlineKind::Strong(inner) | InlineKind::Strikethrough(inner) => {
                out.push_str(&line(inner));
            }
            _ => out.push_str(&plain(std::slice::from_ref(inline))),
        }
    }
    out
}

/// Breaks a text into lines. What must not be broken apart stays together: only spaces are broken at.
fn wrapped(text: &str, first: &str, next: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('\n').enumerate() {
        let mut prefix = if index == 0 { first } else { next };
        let mut length = prefix.chars().count();
        out.push_str(prefix);
        let mut begins = true;
        for word in part.split(' ').filter(|word| !word.is_empty()) {
            let width = word.chars().count();
            if !begins && length + 1 + width > WIDTH {
                prefix = next;
                out.push('\n');
                out.push_str(prefix);
                length = prefix.chars().count();
            } else if !begins {
                out.push(' ');
                length += 1;
            }
            out.push_str(word);
            length += width;
            begins = false;
        }
        out.push('\n');
    }
    out
}

fn indented(text: &str, indent: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{}", format!("{indent}{line}").trim_end());
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_text(markdown: &str) -> String {
        let file = crate::source::Sources::default().add("a", "");
        write(&crate::markdown::parse(markdown, file, 0, &mut Vec::new()).blocks)
    }

    #[test]
    fn a_text_reads_like_a_mail() {
        let text = plain_text("Hello **you**,\n\n## News\n\n- one\n- two\n\n1. a\n2. b\n\n> said\n\n```\ncode\n```\n");
        assert_eq!(text, "Hello you,\n\nNews\n----\n\n- one\n- two\n\n1. a\n2. b\n\n> said\n\n    code\n");
    }

    #[test]
    fn tables_stand_in_columns_or_row_by_row() {
        assert_eq!(plain_text("| A | Bcd |\n|---|--:|\n| xx | y |\n"), "A   Bcd\n--  ---\nxx  y\n");
        assert_eq!(plain_text("| | |\n|---|---|\n| A | b |\n"), "A: b\n");
        let long = "word ".repeat(15);
        let text = plain_text(&format!("| Issue | What | Why |\n|---|---|---|\n| i | {long} | {long} |\n"));
        assert!(text.starts_with("- i\n  What: word"), "{text}");
    }

    #[test]
    fn long_lines_are_broken_at_spaces() {
        let text = plain_text(&"word ".repeat(40));
        assert!(text.lines().all(|line| line.len() <= WIDTH) && text.lines().count() > 2, "{text}");
        assert_eq!(text.split_whitespace().count(), 40);
    }
}
