//! Fragments as tests write them.

use crate::model::text::{
    Alignment, Block, BlockKind, Code, Heading, Image, Inline, InlineKind, Link, Mark, Table, Target, slug,
};
use crate::source::{FileId, Span};

/// A fragment that is being written: its text and its blocks, with their places in it.
pub(crate) struct Draft {
    pub(super) file: FileId,
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
}

impl Draft {
    pub(crate) fn heading(self, level: u8, title: &str) -> Self {
        let marks = "#".repeat(usize::from(level));
        let before = format!("{marks} ");
        self.block(&before, title, "\n\n", |content| {
            BlockKind::Heading(Box::new(Heading { level, id: slug(title), content, ..Heading::default() }))
        })
    }

    pub(crate) fn para(self, text: &str) -> Self {
        self.block("", text, "\n\n", |content| BlockKind::Paragraph(content.into()))
    }

    pub(crate) fn code(self, language: &str, code: &str) -> Self {
        let (language, text) = (language.to_owned(), code.to_owned());
        self.block(&format!("```{language}\n"), code, "\n```\n\n", |_| {
            BlockKind::Code(Code { language: Some(language), text })
        })
    }

    pub(crate) fn inline_code(self, code: &str) -> Self {
        let text = code.to_owned();
        self.block("`", code, "`\n\n", |mut line| {
            line[0].kind = InlineKind::Code(text);
            BlockKind::Paragraph(line.into())
        })
    }

    pub(crate) fn comment(self, text: &str) -> Self {
        let html = format!("<!-- {text} -->");
        self.block("", &html.clone(), "\n\n", |_| BlockKind::Html(html))
    }

    pub(crate) fn bare_code(self, code: &str) -> Self {
        let text = code.to_owned();
        self.block("```\n", code, "\n```\n\n", |_| BlockKind::Code(Code { language: None, text }))
    }

    pub(crate) fn table(self, cell: &str) -> Self {
        self.block("| H |\n|---|\n| ", cell, " |\n\n", |content| {
            let header = vec![vec![Inline { kind: InlineKind::Text("H".into()), span: None }]];
            let alignments = vec![Alignment::Auto];
            BlockKind::Table(Table { alignments, header, rows: vec![vec![content]], ..Table::default() }.into())
        })
    }

    pub(crate) fn figure(self, alt: &str, target: Target) -> Self {
        let alt_text = alt.to_owned();
        self.block("![", alt, "](x.svg)\n\n", |_| {
            let (title, mark) = (String::new(), Mark::default());
            BlockKind::Figure(Box::new(Image { target, alt: alt_text, title, width: None, mark }))
        })
    }

    pub(crate) fn link(self, text: &str, target: Target) -> Self {
        self.block("", text, "\n\n", |content| {
            let span = content[0].span;
            let link = Link { target, title: String::new(), content };
            BlockKind::Paragraph(vec![Inline { kind: InlineKind::Link(Box::new(link)), span }].into())
        })
    }

    pub(crate) fn file(self, text: &str, path: &str) -> Self {
        self.link(text, Target::File(path.into()))
    }

    fn block(mut self, before: &str, text: &str, after: &str, make: impl FnOnce(Vec<Inline>) -> BlockKind) -> Self {
        let start = self.text.len();
        self.text.push_str(before);
        let inner = Span::new(self.file, self.text.len(), self.text.len() + text.len());
        self.text.push_str(text);
        let line = vec![Inline { kind: InlineKind::Text(text.to_owned()), span: Some(inner) }];
        let end = self.text.len() + after.trim_end().len();
        self.text.push_str(after);
        self.blocks.push(Block::new(make(line), Some(Span::new(self.file, start, end))));
        self
    }
}
