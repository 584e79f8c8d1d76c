//! Code in colours, found once for all formats that show it.

use super::Workshop;
use crate::markdown::highlight::{Piece, highlight};
use crate::model::document::Document;
use crate::model::memory::Key;
use crate::model::text::{BlockKind, Code, walk_blocks};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// The pieces of the code of some documents, by language and text; `None` where the language is not known.
#[derive(Default)]
pub(super) struct Colours(BTreeMap<Code, Option<Vec<Piece>>>);

impl Colours {
    /// The colours of all code of some documents. Those of one document are remembered together: each thing that
    /// is remembered is a file.
    pub(super) fn of(documents: &[&Document], workshop: &Workshop) -> Self {
        let code = documents.iter().map(|document| code(document));
        let documents: Vec<Vec<&Code>> = code.filter(|all| !all.is_empty()).collect();
        let weight = |all: &Vec<&Code>| all.iter().map(|code| code.text.len()).sum();
        let found = match documents.as_slice() {
            [one] => vec![remembered(one, workshop)],
            all => workshop.each(all, weight, |all| remembered(all, workshop)),
        };
        let codes = documents.into_iter().flatten().cloned();
        Self(codes.zip(found.into_iter().flatten()).collect())
    }

    /// The pieces of some code.
    pub(super) fn pieces(&self, code: &Code) -> Option<Cow<'_, [Piece]>> {
        match self.0.get(code) {
            Some(known) => known.as_deref().map(Cow::Borrowed),
            None => highlight(code).map(Cow::Owned),
        }
    }
}

/// The code of a document whose language is told.
fn code(document: &Document) -> Vec<&Code> {
    let mut found = Vec::new();
    for blocks in document.texts() {
        walk_blocks(blocks, &mut |block| match &block.kind {
            BlockKind::Code(code) if code.language.is_some() => found.push(code),
            _ => {}
        });
    }
    found
}

fn remembered(all: &[&Code], workshop: &Workshop) -> Vec<Option<Vec<Piece>>> {
    let make = || all.iter().map(|code| highlight(code)).collect();
    let key = || {
        let texts = all.iter().flat_map(|code| [code.language.as_deref().unwrap_or_default(), &code.text]);
        texts.fold(Key::of("code"), |key, text| key.with(text.as_bytes())).key()
    };
    let Ok(found) = workshop.remembered(key, || Ok::<_, Infallible>(make()));
    found
}
