//! `table-without-header`: tables whose columns have no heading.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{BlockKind, Table, plain, walk_blocks};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "table-without-header",
    level: Level::Warning,
    summary: "a table has columns without a heading",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, blocks) in view.texts() {
        walk_blocks(blocks, &mut |block| {
            let (BlockKind::Table(table), Some(span)) = (&block.kind, block.span) else { return };
            let columns = unnamed(table);
            if !columns.is_empty() {
                let message = if columns.len() == table.header.len() {
                    "no column of the table has a heading".to_owned()
                } else {
                    format!("column {} of the table has no heading", columns.join(" and "))
                };
                findings.push(
                    Finding::warning(RULE.slug, message)
                        .at(span, "a table without headings")
                        .help("say in the first row what stands in each column"),
                );
            }
        });
    }
    findings
}

/// The numbers of the columns without a heading. The corner above the names of the rows may be empty.
fn unnamed(table: &Table) -> Vec<String> {
    let empty = |cell: &Vec<crate::model::text::Inline>| plain(cell).trim().is_empty();
    let columns: Vec<usize> = (0..table.header.len()).filter(|&index| empty(&table.header[index])).collect();
    let only_corner = columns == [0] && table.header.len() > 1;
    if only_corner { Vec::new() } else { columns.iter().map(|index| (index + 1).to_string()).collect() }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn table(header: &[&str]) -> Vec<String> {
        use crate::model::text::{Alignment, Inline, InlineKind, Table};
        let cell = |text: &&str| vec![Inline { kind: InlineKind::Text((*text).to_owned()), span: None }];
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").table("x"));
        let header: Vec<_> = header.iter().map(cell).collect();
        let alignments = vec![Alignment::Auto; header.len()];
        let table = Table { alignments, rows: vec![header.clone()], header, ..Table::default() };
        case.loaded.fragments[0].blocks[1].kind = super::BlockKind::Table(table.into());
        case.found("table-without-header").into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn columns_without_a_heading_are_found() {
        assert_eq!(table(&["", ""]), ["no column of the table has a heading"]);
        assert_eq!(table(&["A", "", "C"]), ["column 2 of the table has no heading"]);
    }

    #[test]
    fn the_corner_may_be_empty() {
        assert!(table(&["", "B"]).is_empty());
        assert!(table(&["A", "B"]).is_empty());
    }
}
