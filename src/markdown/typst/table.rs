//! Tables: what the layout must know about the words in them is counted here, which is fast.

use super::Writer;
use crate::model::difference::Fate;
use crate::model::text::{Alignment, Heading, Inline, InlineKind, Table, plain, walk_line};
use std::fmt::Write;

/// From this length on a run without a space may be cut.
const LONG_RUN: usize = 16;
/// After these a line of code may end, as `breakable` of the theme has it.
const CODE_ENDS: &str = "/._-:=&?,;@+|)]}";
/// A row with a cell of this many letters may go over the page.
const TALL: usize = 700;
/// A cell of so many lines is never divided by Typst, which leaves no line of a paragraph alone. (It does not
/// divide three either; that is for words that do not fill their lines.)
const UNDIVIDED: f64 = 2.0;
/// A table of this many lines, about a third of a page, stays on one page.
const BRIEF: usize = 20;
/// How many letters of a table stand in one line of the page.
const LETTERS: usize = 96;

/// What one column needs, in letters.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Column {
    /// For the longest piece that must not be cut.
    least: f64,
    /// For the longest cell on one line.
    most: f64,
    /// For a cell as it typically is.
    mean: f64,
}

impl Writer<'_> {
    /// A table, with the heading that stands right above it, and with bars beside all rows where it is not as
    /// a whole what it was.
    pub(super) fn table(&mut self, table: &Table, heading: Option<&Heading>, whole: Option<Fate>) {
        let outer = std::mem::replace(&mut self.columns, table.header.len().max(1));
        self.put(if table.is_form() { "#formtable(" } else { "#datatable(" });
        if let Some(heading) = heading {
            self.put("lead:[");
            self.heading(heading);
            self.put("],");
        }
        self.put("(");
        self.put("columns:(");
        let cells: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
        let columns: Vec<Column> = table
            .header
            .iter()
            .enumerate()
            .map(|(index, head)| column(&plain(head), cells.iter().filter_map(|row| row.get(index))))
            .collect();
        for (index, Column { least, most, mean }) in columns.iter().enumerate() {
            let align = match table.alignments.get(index) {
                Some(Alignment::Left) => "left",
                Some(Alignment::Center) => "center",
                Some(Alignment::Right) => "right",
                Some(Alignment::Auto) | None => "start",
            };
            let _ = write!(self.source.text, "({align},{least:.1},{most:.1},{mean:.1}),");
        }
        let is_titled = table.header.iter().any(|cell| !is_empty(cell));
        let _ = write!(self.source.text, "),titled:{is_titled},top:{}", self.depth == 0);
        let all = table.header.iter().chain(table.rows.iter().flatten()).enumerate();
        self.numbers("long", all.filter(|(_, cell)| is_long(cell)).map(|(at, _)| at));
        let may_end = |row: usize| cells[row].iter().any(|cell| cell.len() >= TALL);
        let is_stacked = |row: usize| table.rows[row].iter().any(|cell| own_lines(cell) > 1);
        self.numbers("stacked", (0..cells.len()).filter(|row| !may_end(*row) && is_stacked(*row)));
        let is_whole = |row: usize| !may_end(row) && (is_stacked(row) || has_lines(&cells[row], &columns));
        self.numbers("whole", (0..cells.len()).filter(|row| is_whole(*row)));
        let _ = write!(self.source.text, ",brief:{},caption:", is_brief(table));
        self.caption(&table.mark, |writer| table.caption.iter().for_each(|inline| writer.inline(inline)));
        self.put("),(");
        self.row(&table.header, table.changes.first().copied().flatten().or(whole));
        self.put("),");
        for (at, row) in table.rows.iter().enumerate() {
            self.row(row, table.changes.get(at + 1).copied().flatten().or(whole));
            self.put("\n");
        }
        self.put(");\n");
        self.columns = outer;
    }

    /// Numbers of rows or cells as an argument.
    fn numbers(&mut self, name: &str, numbers: impl Iterator<Item = usize>) {
        let _ = write!(self.source.text, ",{name}:(");
        for number in numbers {
            let _ = write!(self.source.text, "{number},");
        }
        self.put(")");
    }

    /// The cells of a row, with a bar in the first one where it is not as it was.
    fn row(&mut self, row: &[Vec<Inline>], change: Option<Fate>) {
        for (index, cell) in row.iter().enumerate() {
            let change = change.filter(|_| index == 0);
            // Nearly all cells hold nothing but a text. As such it is evaluated and laid out faster than as markup.
            if let ([inline], None) = (cell.as_slice(), change)
                && let InlineKind::Text(_) | InlineKind::Code(_) = inline.kind
            {
                self.mark(inline.span);
                self.word(&inline.kind);
                self.put(",");
                continue;
            }
            self.put("[");
            self.bar(change);
            cell.iter().for_each(|inline| self.inline(inline));
            self.put("],");
        }
    }
}

/// Whether a cell of a row has more lines than Typst keeps together, in columns as narrow as their words.
fn has_lines(row: &[String], columns: &[Column]) -> bool {
    row.iter().zip(columns).any(|(cell, column)| extent(cell).1 > column.least * UNDIVIDED)
}

/// Whether a cell has a run that may have to be cut. Code ends its lines after punctuation by itself.
fn is_long(cell: &[Inline]) -> bool {
    let mut text = String::new();
    walk_line(cell, &mut |inline| match &inline.kind {
        InlineKind::Text(part) => text.push_str(part),
        InlineKind::Code(part) => text.extend(part.chars().map(|c| if CODE_ENDS.contains(c) { ' ' } else { c })),
        InlineKind::Image(_) | InlineKind::Math(_) | InlineKind::SoftBreak | InlineKind::HardBreak => text.push(' '),
        _ => {}
    });
    longest_run(&text) >= LONG_RUN
}

/// How many lines a cell has by itself; a picture counts as many.
fn own_lines(cell: &[Inline]) -> usize {
    let mut lines = 1;
    walk_line(cell, &mut |inline| match inline.kind {
        InlineKind::HardBreak => lines += 1,
        InlineKind::Image(_) => lines += BRIEF,
        _ => {}
    });
    lines
}

/// Whether a table is so short that it stays on one page: a few lines alone on the next one look lost.
fn is_brief(table: &Table) -> bool {
    let letters = LETTERS / table.header.len().max(1);
    let cell = |cell: &Vec<Inline>| own_lines(cell) + plain(cell).chars().count() / letters.max(1);
    let row = |row: &Vec<Vec<Inline>>| row.iter().map(cell).max().unwrap_or(1);
    table.rows.iter().map(row).sum::<usize>() <= BRIEF
}

fn is_empty(cell: &[Inline]) -> bool {
    cell.is_empty()
        || (plain(cell).trim().is_empty() && !cell.iter().any(|inline| matches!(inline.kind, InlineKind::Image(_))))
}

fn column<'a>(head: &str, cells: impl Iterator<Item = &'a String>) -> Column {
    let (least, most) = extent(head);
    let mut column = Column { least: least * 1.1, most: most * 1.1, mean: 0.0 };
    let (mut sum, mut rows) = (0.0, 0.0);
    for cell in cells {
        let (least, most) = extent(cell);
        column.least = column.least.max(least);
        column.most = column.most.max(most);
        sum += most;
        rows += 1.0;
    }
    column.mean = if rows > 0.0 { sum / rows } else { column.most };
    column
}

/// Letters of the longest piece that must not be cut, and of the whole.
fn extent(text: &str) -> (f64, f64) {
    let longest = text.split_whitespace().map(width).fold(0.0, f64::max);
    let letters = f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
    let whole = if letters <= 26.0 { width(text) } else { letters };
    (longest.min(20.0), whole)
}

/// A width in letters: capitals, figures and the widest letters take more room, full-width ones two.
fn width(text: &str) -> f64 {
    let of = |c: char| match c {
        'm' | 'M' | 'W' | '@' | '%' => 1.6,
        'A'..='Z' | '0'..='9' | 'w' | '_' => 1.22,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff00}'..='\u{ff60}' => 1.9,
        _ => 1.0,
    };
    text.chars().map(of).sum()
}

/// The length of the longest run without a space.
pub(super) fn longest_run(text: &str) -> usize {
    text.split_whitespace().map(|run| run.chars().count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_words() {
        let cells = ["a longer cell".to_owned(), "b".to_owned()];
        let column = column("Head", cells.iter());
        assert!((column.least - 6.0).abs() < 0.01 && (column.most - 13.0).abs() < 0.01, "{column:?}");
        assert!((column.mean - 7.0).abs() < 0.01, "{column:?}");
    }

    #[test]
    fn a_long_run_may_be_cut() {
        assert!((extent(&"x".repeat(100)).0 - 20.0).abs() < 0.01);
        assert_eq!(longest_run("ab https://example.org/x"), 21);
        let inline = |kind| Inline { kind, span: None };
        let text = |text: &str| inline(InlineKind::Text(text.to_owned()));
        let code = |text: &str| inline(InlineKind::Code(text.to_owned()));
        assert!(is_long(&[text("a_long_word_with_"), code("code")]));
        assert!(is_long(&[text("seven letters"), inline(InlineKind::Strong(vec![text("andfifteen")]))]));
        assert!(!is_long(&[code("user-guide.getting-started.first")]));
        assert!(is_long(&[code("usersguidegettingstarted")]));
    }
}
