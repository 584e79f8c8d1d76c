//! The composed text of every document as Markdown, for wikis and for comparing.

use super::assets::Assets;
use super::{Input, Rendered};
use crate::error::Result;
use crate::markdown::{escape, to_markdown};
use crate::model::document::Document;
use crate::model::text::Target;
use crate::parallel;

pub(super) fn render(input: &Input<'_>, assets: &Assets, rendered: &mut Rendered) -> Result<()> {
    let documents: Vec<&Document> = input.dossier.delivered().collect();
    let one = |document: &Document| {
        Ok((format!("markdown/{}.md", document.kind), input.shelf.lay_by(write(document, assets)?)))
    };
    for file in parallel::each(input.loaded.is_large(), documents, one) {
        rendered.files.extend([file?]);
    }
    Ok(())
}

/// The text of a document.
pub(super) fn write(document: &Document, assets: &Assets) -> Result<String> {
    let href = |target: &Target| match target {
        Target::External(url) => Some(url.clone()),
        Target::Document { kind, anchor } => {
            let anchor = anchor.as_ref().map_or(String::new(), |anchor| format!("#{anchor}"));
            Some(format!("{kind}.md{anchor}"))
        }
        Target::File(path) => assets.place(path).map(|place| format!("../{place}")),
        Target::Written(_) | Target::Broken { .. } => None,
    };
    let body = to_markdown::write(&document.blocks, &document.footnotes, &href)?;
    Ok(format!("# {}\n\n{body}", escape(&document.title)))
}
