//! Evidence in texts: sections with real prose, code, tables, images and files.

use super::prose::{own_words, repeats, words};
use super::{Lack, LackKind, Proof};
use crate::check::query::Query;
use crate::check::view::View;
use crate::model::checklist::{ChecklistDocument, Evidence, Item};
use crate::model::document::Document;
use crate::model::report::{Considered, Found};
use crate::model::text::{Block, BlockKind, Image, InlineKind, Target, plain, sections, walk_blocks, walk_inlines};
use crate::source::{FileId, Span};

/// How many words make a section.
pub(in crate::check) const SECTION_WORDS: usize = 20;
/// How many words must stand beside a block of code, a table or an image.
pub(in crate::check) const SENTENCE_WORDS: usize = 5;

/// A part of a document that may prove an item.
pub(super) struct Candidate<'a> {
    /// What it is called in messages.
    pub(super) name: String,
    /// Its heading.
    pub(super) title: String,
    pub(super) span: Option<Span>,
    pub(super) body: &'a [Block],
    /// Why it is thought to be about the item.
    because: String,
    /// Whether an anchor or a front matter names the item, rather than that a heading sounds like it.
    is_named: bool,
}

/// Looks for a section of the item's document with what the item asks for.
pub(super) fn section(view: &View<'_>, document: &ChecklistDocument, item: &Item) -> Proof {
    let kind = document.document.as_str();
    let Some(composed) = view.dossier.document(kind) else {
        return Proof {
            lacks: vec![Lack::new(LackKind::Section, format!("there is no document `{kind}`"))],
            ..Proof::default()
        };
    };
    let candidates = candidates(view, composed, item);
    let assessed: Vec<_> = candidates.iter().map(|candidate| (candidate, assess(view, candidate, item))).collect();
    let Some((_, best)) = assessed.iter().min_by_key(|(_, lacks)| lacks.len()) else {
        let text = format!("no section of `{kind}` is about it");
        return Proof { lacks: vec![Lack::new(LackKind::Section, text)], ..Proof::default() };
    };
    let lacks = best.clone();
    let chosen = assessed.iter().filter(|(_, others)| others.is_empty() == lacks.is_empty());
    let found = chosen.clone().map(|(candidate, _)| Found {
        what: candidate.name.clone(),
        span: candidate.span.or_else(|| fallback(view, item)),
    });
    let owner = chosen.clone().find_map(|(candidate, _)| owner(view, composed, candidate.span));
    Proof { found: found.collect(), lacks, owner }
}

/// Looks for a file: a link or an image in the item's section, or for an item without headings of its
/// own anywhere in the document, or else the fragments that it is made from.
pub(super) fn file(view: &View<'_>, document: &ChecklistDocument, item: &Item) -> Proof {
    let kind = document.document.as_str();
    let help = format!("link to the file from docs/{kind}.md, for example `[report](files/report.pdf)`");
    let Some(composed) = view.dossier.document(kind) else {
        let lack = Lack::new(LackKind::Proof, format!("there is no document `{kind}`")).help(help);
        return Proof { lacks: vec![lack], ..Proof::default() };
    };
    if item.headings.is_empty() {
        let mut found = files(&composed.blocks, None);
        let (written, bare): (Vec<FileId>, _) = composed.fragments.iter().partition(|file| is_written(view, **file));
        found.extend(written.iter().map(|file| Found {
            what: format!("file {}", view.sources().path(*file)),
            span: Some(Span::start_of(*file)),
        }));
        let lacks = match bare.first() {
            _ if !found.is_empty() => Vec::new(),
            Some(file) => {
                let text = format!("{} has no text of its own", view.sources().path(*file));
                vec![Lack::new(LackKind::Proof, text).at(Some(Span::start_of(*file))).help(help)]
            }
            None => vec![Lack::new(LackKind::Proof, "no file is linked to and no text is there").help(help)],
        };
        return Proof { found, lacks, owner: owner(view, composed, None) };
    }
    let candidates = candidates(view, composed, item);
    let found: Vec<_> = candidates.iter().flat_map(|part| files(part.body, part.span)).collect();
    let owner = owner(view, composed, candidates.first().and_then(|part| part.span));
    if !found.is_empty() {
        return Proof { found, lacks: Vec::new(), owner };
    }
    let (text, at) = match candidates.first() {
        Some(part) => (format!("{} links to no file", part.name), part.span),
        None => (format!("no section of `{kind}` is about it"), None),
    };
    Proof { found, lacks: vec![Lack::new(LackKind::Proof, text).at(at).help(help)], owner }
}

/// Whether somebody wrote a fragment, rather than that a new project came with it.
fn is_written(view: &View<'_>, file: FileId) -> bool {
    view.fragment(file).is_some_and(|fragment| own_words(view, &fragment.blocks, &[]) >= SENTENCE_WORDS)
}

/// The parts of a document that are about an item, with what each lacks.
pub(in crate::check) fn considered(view: &View<'_>, document: &ChecklistDocument, item: &Item) -> Vec<Considered> {
    let Some(composed) = view.dossier.document(document.document.as_str()) else { return Vec::new() };
    let consider = |part: &Candidate<'_>| {
        let lacks = match item.evidence.value {
            Evidence::File if files(part.body, part.span).is_empty() => vec!["it links to no file".to_owned()],
            Evidence::File => Vec::new(),
            _ => assess(view, part, item).into_iter().map(|lack| lack.text).collect(),
        };
        let found = Found { what: part.name.clone(), span: part.span.or_else(|| fallback(view, item)) };
        Considered { part: found, because: part.because.clone(), lacks }
    };
    candidates(view, composed, item).iter().map(consider).collect()
}

/// The parts of a document that are about an item: sections by their heading, fragments by their front
/// matter.
fn candidates<'a>(view: &View<'_>, document: &'a Document, item: &Item) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for section in sections(&document.blocks) {
        let title = plain(&section.heading.content);
        let anchor = section.heading.explicit_id.as_deref().or(Some(section.heading.id.as_str()));
        let is_named = section.heading.explicit_id.as_deref().is_some_and(|anchor| item.matches_anchor(anchor));
        let because = match anchor {
            Some(anchor) if item.matches_anchor(anchor) => format!("because its anchor is `{anchor}`"),
            _ if item.matches_heading(&title, None) => "because its heading is one of those of the item".to_owned(),
            _ => continue,
        };
        let name = format!("section “{title}”");
        found.push(Candidate { name, title, span: section.span, body: section.body, because, is_named });
    }
    for (_, said) in document.covers.iter().filter(|(id, _)| id == item.id.as_str()) {
        let name = format!("file {}", view.sources().path(said.file));
        let (title, body) = (document.title.clone(), of_file(&document.blocks, *said));
        let because = "because its front matter says `covers`".to_owned();
        found.push(Candidate { name, title, span: Some(*said), body, because, is_named: true });
    }
    // Where somebody says which part is about the item, a heading elsewhere that sounds like it is not.
    if found.iter().any(|part| part.is_named) {
        found.retain(|part| part.is_named);
    }
    found
}

/// The blocks of a document that were written in the file of a span, from the first to the last.
fn of_file(blocks: &[Block], said: Span) -> &[Block] {
    let ours = |block: &Block| block.span.is_some_and(|span| span.file == said.file);
    match (blocks.iter().position(ours), blocks.iter().rposition(ours)) {
        (Some(first), Some(last)) => &blocks[first..=last],
        _ => &[],
    }
}

/// What a part lacks of what the item asks for.
fn assess(view: &View<'_>, part: &Candidate<'_>, item: &Item) -> Vec<Lack> {
    let name = &part.name;
    if part.body.is_empty() {
        return vec![Lack::new(LackKind::Words, format!("{name} is empty")).at(part.span)];
    }
    if let Some(first) = repeats(view, part) {
        return vec![Lack::new(LackKind::Words, format!("{name} only repeats {first}")).at(part.span)];
    }
    let mut lacks = Vec::new();
    lacks.extend(match item.evidence.value {
        Evidence::Code => without(part, is_code, "block of code", "add the command or configuration as a fenced block"),
        Evidence::Table => without(part, is_table, "table", "add a table with a header row"),
        Evidence::Figure => figure(part),
        _ => None,
    });
    let wanted = if item.evidence.value == Evidence::Section { SECTION_WORDS } else { SENTENCE_WORDS };
    let words = words(view, part, item);
    if words < wanted {
        let text = match words {
            0 => format!("{name} has no text of its own"),
            1 => format!("{name} has 1 word of text, not {wanted}"),
            _ => format!("{name} has {words} words of text, not {wanted}"),
        };
        lacks.push(Lack::new(LackKind::Words, text).at(part.span));
    }
    lacks
}

/// What a part lacks if none of its blocks is a wanted one.
fn without(part: &Candidate<'_>, wanted: fn(&BlockKind) -> bool, noun: &str, help: &str) -> Option<Lack> {
    let mut is_there = false;
    walk_blocks(part.body, &mut |block| is_there |= wanted(&block.kind));
    let lack = || Lack::new(LackKind::Proof, format!("{} has no {noun}", part.name)).at(part.span).help(help);
    (!is_there).then(lack)
}

fn is_code(kind: &BlockKind) -> bool {
    matches!(kind, BlockKind::Code(code) if !code.text.trim().is_empty())
}

fn is_table(kind: &BlockKind) -> bool {
    matches!(kind, BlockKind::Table(table) if !table.rows.is_empty())
}

/// Looks for an image that is there and says in words what it shows.
fn figure(part: &Candidate<'_>) -> Option<Lack> {
    let mut drawn = false;
    walk_blocks(part.body, &mut |block| {
        drawn |= matches!(&block.kind, BlockKind::Diagram(diagram) if !diagram.alt.trim().is_empty());
    });
    if drawn {
        return None;
    }
    let images = images(part.body);
    let sound = |image: &Image| !image.alt.trim().is_empty() && !matches!(image.target, Target::Broken { .. });
    if images.iter().any(|(image, _)| sound(image)) {
        return None;
    }
    let name = &part.name;
    Some(match images.first() {
        None => Lack::new(LackKind::Proof, format!("{name} has no image"))
            .at(part.span)
            .help("add an image: `![what it shows](images/name.svg)`"),
        Some((image, span)) if image.alt.trim().is_empty() => {
            Lack::new(LackKind::Told, format!("the image in {name} has no text alternative")).at(*span)
        }
        Some((_, span)) => Lack::new(LackKind::Told, format!("the image in {name} is not there")).at(*span),
    })
}

/// All images of some blocks, with their places.
fn images(body: &[Block]) -> Vec<(&Image, Option<Span>)> {
    let mut images = Vec::new();
    walk_blocks(body, &mut |block| {
        if let BlockKind::Figure(image) = &block.kind {
            images.push((&**image, block.span));
        }
    });
    walk_inlines(body, &mut |inline| {
        if let InlineKind::Image(image) = &inline.kind {
            images.push((&**image, inline.span));
        }
    });
    images
}

/// The files of the project that some blocks link to or show.
fn files(body: &[Block], near: Option<Span>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut add = |target: &Target, span: Option<Span>| {
        if let Target::File(path) = target {
            found.push(Found { what: format!("file {path}"), span: span.or(near) });
        }
    };
    for (image, span) in images(body) {
        add(&image.target, span);
    }
    walk_inlines(body, &mut |inline| {
        if let InlineKind::Link(link) = &inline.kind {
            add(&link.target, inline.span);
        }
    });
    found
}

/// Who looks after the text at a place, or otherwise after the document.
fn owner(view: &View<'_>, document: &Document, at: Option<Span>) -> Option<String> {
    let of = |file| view.fragment(file)?.front.owner.as_ref().map(|owner| owner.as_str().to_owned());
    at.and_then(|span| of(span.file)).or_else(|| document.fragments.iter().find_map(|file| of(*file)))
}

/// Where the data stands that a template made the section from; the project file if nothing is known.
fn fallback(view: &View<'_>, item: &Item) -> Option<Span> {
    let root = view.loaded.tree.as_ref()?;
    let queries = item.data.iter().filter_map(|path| Query::parse(path.as_str()).ok());
    let place = queries.flat_map(|query| query.ask(root).found).next();
    Some(place.unwrap_or_else(|| Span::start_of(root.span.file)))
}
