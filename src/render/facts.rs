//! The facts about a release that every page tells, as the templates of both formats see them.

use super::{Input, brand, pdf_path};
use crate::model::document::Document;
use crate::model::project::{Organisation, Status};
use serde_json::{Value, json};

/// The name and version of the program, as files name their maker.
pub(super) const GENERATOR: &str = concat!("handoff ", env!("CARGO_PKG_VERSION"));

/// What HTML pages and PDFs have in common. PDFs have the words of the language from a file that is the same for all.
pub(super) fn common(input: &Input<'_>) -> Value {
    let (project, words) = (input.project, &input.loaded.words);
    let (about, release) = (&project.project, &project.release);
    let status = release.status.value;
    let changes = release.changes.iter().map(|change| {
        json!({
            "version": change.version.value,
            "date_text": words.date(change.date.0),
            "summary": change.summary.value,
        })
    });
    json!({
        // The program that made the bundle.
        "generator": GENERATOR,
        // The language of the documents.
        "language": language(input),
        // `ltr` or `rtl`.
        "dir": words.get("direction"),
        // The project, as in the project file.
        "project": about,
        // The release: `version`, `date`, `date_text`, `status`, `status_text`, `final`, `classification`.
        "release": {
            "version": release.version.value,
            "date": release.date.value,
            "date_text": words.date(release.date.0),
            "status": status,
            "status_text": words.get(&format!("status_{}", status.as_str().replace('-', "_"))),
            "final": status == Status::AsDelivered,
            "classification": release.classification.value,
        },
        // The supplier: `name`, `address`, `website`.
        "supplier": organisation(&project.supplier),
        // The client, with the same keys.
        "client": organisation(&project.client),
        // The change history: `version`, `date_text` and `summary` of each entry.
        "changes": changes.collect::<Vec<_>>(),
        // The line at the foot, if there is one.
        "footer": project.theme.as_ref().and_then(|theme| theme.footer.as_ref()),
        // What the theme says about colours and logo.
        "brand": brand::facts(input),
        // Whether the page has formulas.
        "formulas": false,
    })
}

/// The same with what only HTML pages need.
pub(super) fn with_words(input: &Input<'_>) -> Value {
    let words = json!({
        // The words of the language, by key.
        "strings": input.loaded.words.all(),
    });
    with(common(input), words)
}

/// The language of the documents.
pub(super) fn language<'a>(input: &Input<'a>) -> &'a str {
    input.project.project.language.as_ref().map_or("en", |language| language.as_str())
}

fn organisation(organisation: &Organisation) -> Value {
    json!({ "name": organisation.name, "address": organisation.address, "website": organisation.website })
}

/// A document in the list of all documents.
pub(super) fn entry(document: &Document) -> Value {
    json!({
        "kind": document.kind,
        "number": document.number,
        "title": document.title,
        "summary": document.summary,
        "audience": document.audience,
        "file": pdf_path(document),
    })
}

/// Adds keys to a value that is a map.
pub(super) fn with(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}
