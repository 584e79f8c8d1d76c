//! What a frame becomes when it ends.

use super::Builder;
use super::autolinks::linked;
use super::captions::{alone, attributed};
use super::frames::{Frame, HtmlRow, Kind};
use crate::model::text::{
    Alignment, Block, BlockKind, Code, Definition, Fold, Footnote, Heading, Image, Inline, InlineKind, Link, List,
    ListItem, Mark, Table, Target, plain,
};
use pulldown_cmark::TagEnd;
use std::ops::Range;
use std::sync::Arc;

impl Builder<'_> {
    /// Ends the innermost frame and hands what it built to the one around it.
    pub(super) fn end(&mut self, end: TagEnd) {
        self.close_elements();
        let frame = self.close();
        self.finish(frame, end == TagEnd::TableHead);
    }

    /// Ends the innermost frame, whoever opened it.
    pub(super) fn finish_top(&mut self) {
        let frame = self.close();
        self.finish(frame, false);
    }

    fn finish(&mut self, mut frame: Frame, is_head: bool) {
        let range = frame.range.clone();
        self.lift_blocks(&mut frame);
        match frame.kind {
            Kind::Root => self.frames.push(frame),
            Kind::Transparent | Kind::Box => self.merge(frame),
            Kind::Paragraph => {
                self.flush();
                self.paragraph(frame.inlines, &range);
            }
            Kind::Heading { level, id } => {
                let content = trimmed(frame.inlines);
                let heading = Heading { level, explicit_id: id, content, ..Heading::default() };
                self.block(BlockKind::Heading(Box::new(heading)), &range);
            }
            Kind::Quote => self.block(BlockKind::Quote(frame.blocks), &range),
            Kind::Admonition(kind) => self.block(BlockKind::Admonition(kind, frame.blocks), &range),
            Kind::Code { language, mut text } => {
                if text.ends_with('\n') {
                    text.pop();
                }
                self.block(BlockKind::Code(Code { language, text }), &range);
            }
            Kind::HtmlBlock { html, lines } => self.block_html(&html, &lines, &range),
            Kind::List { start, mut items, loose } => {
                // In HTML something may stand between the items.
                if !frame.blocks.is_empty() {
                    items.push(ListItem { checked: None, blocks: frame.blocks });
                }
                self.block(BlockKind::List(List { start, tight: !loose, items }), &range);
            }
            Kind::Item { checked, loose } => self.item(ListItem { checked, blocks: frame.blocks }, loose),
            Kind::Table(mut table) => {
                table.rows.shrink_to_fit();
                self.block(BlockKind::Table(table.into()), &range);
            }
            Kind::Row(mut cells) => {
                cells.shrink_to_fit();
                self.row(cells, is_head);
            }
            Kind::Cell => self.cell(linked(frame.inlines)),
            Kind::Definitions(definitions) => self.block(BlockKind::Definitions(definitions), &range),
            Kind::Term => self.term(linked(frame.inlines)),
            Kind::Details => self.details(frame.blocks),
            Kind::Footnote(label) => {
                let span = Some(self.span(&range));
                self.footnotes.push(Footnote { label, blocks: frame.blocks, span });
            }
            Kind::Emphasis => self.inline(InlineKind::Emphasis(frame.inlines), &range),
            Kind::Strong => self.inline(InlineKind::Strong(frame.inlines), &range),
            Kind::Strikethrough => self.inline(InlineKind::Strikethrough(frame.inlines), &range),
            Kind::Link { target, title } => {
                let link = Link { target: Target::Written(target), title, content: frame.inlines };
                self.inline(InlineKind::Link(Box::new(link)), &range);
            }
            Kind::Image { target, title } => {
                let alt = crate::model::text::plain(&frame.inlines);
                let image = Image { target: Target::Written(target), alt, title, width: None, mark: Mark::default() };
                self.inline(InlineKind::Image(Box::new(image)), &range);
            }
            Kind::Styled(style) => self.inline(InlineKind::Styled(style, frame.inlines), &range),
            Kind::Dropped => {}
            _ => self.finish_html(frame),
        }
    }

    /// Blocks that stand in a part of a line, as `<b>` around paragraphs, go to what is around it.
    fn lift_blocks(&mut self, frame: &mut Frame) {
        if frame.element.is_none() || frame.holds_blocks() || matches!(frame.kind, Kind::Transparent | Kind::Dropped) {
            return;
        }
        for block in std::mem::take(&mut frame.blocks) {
            self.flush();
            self.top().blocks.push(block);
        }
    }

    /// What only HTML can open.
    fn finish_html(&mut self, frame: Frame) {
        let range = frame.range.clone();
        match frame.kind {
            Kind::HtmlCode { language } => {
                if let Kind::Preformatted { language: outer } = &mut self.top().kind
                    && outer.is_none()
                {
                    *outer = language;
                }
                self.inline(InlineKind::Code(plain(&frame.inlines)), &range);
            }
            Kind::Preformatted { language } => {
                let text = plain(&frame.inlines);
                let text = text.strip_prefix('\n').unwrap_or(&text).trim_end_matches('\n').to_owned();
                self.block(BlockKind::Code(Code { language, text }), &range);
            }
            Kind::Fold { summary, open } => {
                self.block(BlockKind::Fold(Box::new(Fold { summary, blocks: frame.blocks, open })), &range);
            }
            Kind::Summary => match self.nearest(|kind| matches!(kind, Kind::Fold { .. })) {
                Some(Kind::Fold { summary, .. }) => summary.extend(trimmed(frame.inlines)),
                _ => self.top().inlines.extend(frame.inlines),
            },
            Kind::Caption => {
                match self.nearest(|kind| matches!(kind, Kind::HtmlTable { .. } | Kind::HtmlFigure { .. })) {
                    Some(Kind::HtmlTable { caption, .. } | Kind::HtmlFigure { caption, .. }) => {
                        caption.extend(trimmed(frame.inlines));
                    }
                    _ => self.top().inlines.extend(frame.inlines),
                }
            }
            Kind::HtmlFigure { caption, id } => self.html_figure(frame.blocks, caption, id, &range),
            Kind::HtmlCell { is_head, columns } => {
                let line = in_one_line(frame.blocks);
                match self.nearest(|kind| matches!(kind, Kind::HtmlRow(_))) {
                    Some(Kind::HtmlRow(row)) => {
                        row.cells.push((is_head, line));
                        row.cells.extend(std::iter::repeat_with(|| (is_head, Vec::new())).take(columns - 1));
                    }
                    _ => self.top().inlines.extend(line),
                }
            }
            Kind::HtmlRow(row) => {
                let lost = in_one_line(frame.blocks);
                match self.nearest(|kind| matches!(kind, Kind::HtmlTable { .. })) {
                    Some(Kind::HtmlTable { rows, .. }) => rows.push(row),
                    _ => self.top().inlines.extend(row.cells.into_iter().flat_map(|(_, cell)| cell)),
                }
                self.top().inlines.extend(lost);
            }
            Kind::HtmlTable { rows, caption, id } => {
                // Text that stands in no cell comes before the table, as browsers show it.
                for block in frame.blocks {
                    self.flush();
                    self.top().blocks.push(block);
                }
                let mark = Mark { explicit_id: id, ..Mark::default() };
                self.html_table(rows, caption, mark, &range);
            }
            _ => self.merge(frame),
        }
    }

    /// The innermost frame of a kind, looking through those that add nothing of their own.
    fn nearest(&mut self, wanted: fn(&Kind) -> bool) -> Option<&mut Kind> {
        let frame = self.frames.iter_mut().rev().find(|frame| !matches!(frame.kind, Kind::Transparent))?;
        wanted(&frame.kind).then_some(&mut frame.kind)
    }

    /// A figure gives its caption and its anchor to the one image or table that it holds.
    fn html_figure(&mut self, mut blocks: Vec<Block>, caption: Vec<Inline>, id: Option<String>, range: &Range<usize>) {
        match blocks.as_mut_slice() {
            [Block { kind: BlockKind::Figure(image), .. }] => {
                image.mark.explicit_id = id.or(image.mark.explicit_id.take());
                if !caption.is_empty() {
                    image.title = plain(&caption);
                }
            }
            [Block { kind: BlockKind::Table(table), .. }] => {
                let table = Arc::make_mut(table);
                table.mark.explicit_id = id.or(table.mark.explicit_id.take());
                if !caption.is_empty() {
                    table.caption = caption;
                }
            }
            _ if caption.is_empty() => {}
            _ => blocks.push(Block {
                kind: BlockKind::Paragraph(caption.into()),
                span: Some(self.span(range)),
                change: None,
            }),
        }
        self.flush();
        self.top().blocks.extend(blocks);
    }

    fn html_table(&mut self, mut rows: Vec<HtmlRow>, caption: Vec<Inline>, mark: Mark, range: &Range<usize>) {
        let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        if columns == 0 {
            return;
        }
        let is_titled = rows.first().is_some_and(|row| row.cells.iter().all(|(is_head, _)| *is_head));
        let header = if is_titled { rows.remove(0) } else { HtmlRow::default() };
        let filled = |mut cells: Vec<Vec<Inline>>| {
            cells.resize_with(columns, Vec::new);
            cells
        };
        let header = filled(header.cells.into_iter().map(|(_, cell)| cell).collect());
        let cell = |(is_head, cell): (bool, Vec<Inline>)| {
            if is_head && !cell.is_empty() {
                vec![Inline { span: cell[0].span, kind: InlineKind::Strong(cell) }]
            } else {
                cell
            }
        };
        let rows = rows.into_iter().map(|row| filled(row.cells.into_iter().map(cell).collect())).collect();
        let alignments = vec![Alignment::Auto; columns];
        let table = Table { alignments, header, rows, caption, mark, changes: Vec::new() };
        self.block(BlockKind::Table(table.into()), range);
    }

    /// Where a frame holds blocks, inlines that stand in it directly become a paragraph.
    pub(super) fn flush(&mut self) {
        if !self.top().holds_blocks() || self.top().inlines.is_empty() {
            return;
        }
        let inlines = std::mem::take(&mut self.top().inlines);
        let spans = || inlines.iter().filter_map(|inline| inline.span);
        let range = spans().next().zip(spans().next_back()).map_or(0..0, |(first, last)| {
            (first.start as usize - self.base)..(last.end as usize).saturating_sub(self.base)
        });
        self.paragraph(inlines, &range);
    }

    fn merge(&mut self, frame: Frame) {
        for block in frame.blocks {
            self.flush();
            self.top().blocks.push(block);
        }
        self.top().inlines.extend(frame.inlines);
    }

    /// A paragraph; formulas with lines of their own and an image that stands alone are blocks.
    fn paragraph(&mut self, inlines: Vec<Inline>, range: &Range<usize>) {
        let mut line = Vec::with_capacity(inlines.len());
        for inline in inlines {
            match inline {
                Inline { kind: InlineKind::Math(math), span: Some(span) } if math.display => {
                    self.plain_paragraph(std::mem::take(&mut line), range);
                    self.top().blocks.push(Block::new(BlockKind::Math(math), Some(span)));
                }
                inline => line.push(inline),
            }
        }
        self.plain_paragraph(line, range);
    }

    fn plain_paragraph(&mut self, inlines: Vec<Inline>, range: &Range<usize>) {
        let mut inlines = linked(trimmed(inlines));
        attributed(&mut inlines);
        match alone(inlines) {
            Ok(image) => self.block_unflushed(BlockKind::Figure(image), range),
            Err(line) if line.is_empty() => {}
            Err(line) => self.block_unflushed(BlockKind::Paragraph(line.into()), range),
        }
    }

    fn item(&mut self, item: ListItem, item_loose: bool) {
        match &mut self.top().kind {
            Kind::List { items, loose, .. } => {
                *loose |= item_loose;
                items.push(item);
            }
            _ => self.top().blocks.extend(item.blocks),
        }
    }

    fn row(&mut self, cells: Vec<Vec<Inline>>, is_header: bool) {
        match &mut self.top().kind {
            Kind::Table(table) if is_header => table.header = cells,
            Kind::Table(table) => table.rows.push(cells),
            _ => self.top().inlines.extend(cells.into_iter().flatten()),
        }
    }

    fn cell(&mut self, inlines: Vec<Inline>) {
        match &mut self.top().kind {
            Kind::Row(cells) => cells.push(inlines),
            _ => self.top().inlines.extend(inlines),
        }
    }

    fn term(&mut self, term: Vec<Inline>) {
        match &mut self.top().kind {
            Kind::Definitions(definitions) => definitions.push(Definition { term, details: Vec::new() }),
            _ => self.top().inlines.extend(term),
        }
    }

    fn details(&mut self, blocks: Vec<Block>) {
        match &mut self.top().kind {
            Kind::Definitions(definitions) if !definitions.is_empty() => {
                let last = definitions.len() - 1;
                definitions[last].details.extend(blocks);
            }
            _ => self.top().blocks.extend(blocks),
        }
    }
}

/// A line without breaks and spaces at its ends.
fn trimmed(mut line: Vec<Inline>) -> Vec<Inline> {
    let is_break = |inline: &Inline| match &inline.kind {
        InlineKind::SoftBreak | InlineKind::HardBreak => true,
        InlineKind::Text(text) => text.trim_matches(' ').is_empty(),
        _ => false,
    };
    while line.last().is_some_and(is_break) {
        line.pop();
    }
    let leading = line.iter().take_while(|inline| is_break(inline)).count();
    line.drain(..leading);
    if let Some(Inline { kind: InlineKind::Text(text), .. }) = line.last_mut() {
        text.truncate(text.trim_end_matches(' ').len());
    }
    line
}

/// Blocks as one line with breaks, for the cells of a table.
fn in_one_line(blocks: Vec<Block>) -> Vec<Inline> {
    let mut line: Vec<Inline> = Vec::new();
    for block in blocks {
        let span = block.span;
        let mut part = Vec::new();
        let inline = |kind| Inline { kind, span };
        match block.kind {
            BlockKind::Paragraph(inner) => part = Arc::unwrap_or_clone(inner),
            BlockKind::Heading(heading) => part.push(inline(InlineKind::Strong(heading.content))),
            BlockKind::Code(code) => {
                for (index, text) in code.text.lines().enumerate() {
                    part.extend((index > 0).then(|| inline(InlineKind::HardBreak)));
                    part.push(inline(InlineKind::Code(text.to_owned())));
                }
            }
            BlockKind::List(list) => {
                for (index, item) in list.items.into_iter().enumerate() {
                    part.extend((index > 0).then(|| inline(InlineKind::HardBreak)));
                    let number = list.start.map(|start| start.saturating_add(index as u64));
                    let mark = number.map_or("• ".to_owned(), |number| format!("{number}. "));
                    part.push(inline(InlineKind::Text(mark)));
                    part.extend(in_one_line(item.blocks));
                }
            }
            BlockKind::Figure(image) => part.push(inline(InlineKind::Image(image))),
            // Diagrams are drawn later; a cell would have no room for one.
            BlockKind::Diagram(diagram) => part.push(inline(InlineKind::Text(diagram.alt))),
            BlockKind::Math(math) => part.push(inline(InlineKind::Math(math))),
            BlockKind::Quote(inner) | BlockKind::Admonition(_, inner) => part = in_one_line(inner),
            BlockKind::Fold(fold) => {
                part.push(inline(InlineKind::Strong(fold.summary)));
                part.push(inline(InlineKind::HardBreak));
                part.extend(in_one_line(fold.blocks));
            }
            BlockKind::Table(table) => {
                let table = Arc::unwrap_or_clone(table);
                part.extend(table.caption);
                for row in std::iter::once(table.header).chain(table.rows) {
                    part.extend((!part.is_empty()).then(|| inline(InlineKind::HardBreak)));
                    for (column, cell) in row.into_iter().enumerate() {
                        part.extend((column > 0).then(|| inline(InlineKind::Text(" · ".to_owned()))));
                        part.extend(cell);
                    }
                }
            }
            BlockKind::Definitions(list) => {
                for entry in list {
                    part.push(inline(InlineKind::Strong(entry.term)));
                    part.push(inline(InlineKind::Text(" ".to_owned())));
                    part.extend(in_one_line(entry.details));
                }
            }
            BlockKind::Rule | BlockKind::Html(_) => continue,
        }
        if !line.is_empty() && !part.is_empty() {
            line.push(inline(InlineKind::HardBreak));
        }
        line.extend(part);
    }
    line
}
