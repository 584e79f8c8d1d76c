//! The pieces of a project that the items of the checklist rest on, and what each takes with it.

use super::markdown::{Heading, headings};
use super::yaml::{Way, ways};
use handoff::model::checklist::{Evidence, Item};
use handoff::model::report::{ItemCoverage, State};
use handoff::pipeline::Inspected;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ops::Range;

/// Something that is taken away from the project, or spoilt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Piece {
    /// Whole files.
    pub files: BTreeSet<String>,
    /// Parts of files.
    pub cuts: BTreeSet<(String, usize, usize)>,
    /// Fields of the project file.
    pub fields: BTreeSet<Way>,
    /// A text that is added at the end of a file, and the item that it spoils.
    pub spoilt: Option<(String, String, String)>,
}

/// The project as it is when everything is there.
pub struct Whole<'a> {
    /// Read, composed and checked.
    pub inspected: &'a Inspected,
    /// The project file.
    pub project: &'a Value,
}

impl Whole<'_> {
    /// The items of the checklist, each with what was found of it.
    pub fn items(&self) -> Vec<(&Item, &ItemCoverage)> {
        let checklist = self.inspected.loaded.checklist("delivery").expect("the built-in checklist");
        let coverage = self.inspected.report.coverage.as_ref().expect("the project was read");
        let items = checklist.documents().flat_map(|(_, document)| &document.items);
        items.zip(&coverage.items).collect()
    }

    /// The pieces that an item rests on: without any one of them it is not met.
    pub fn pieces(&self, item: &Item, covered: &ItemCoverage) -> Vec<Piece> {
        if let Some(piece) = self.by_rule(item) {
            return vec![piece];
        }
        let places = self.places(covered);
        match item.evidence.value {
            Evidence::Signed => Vec::new(),
            Evidence::Data if !item.data.is_empty() => item
                .data
                .iter()
                .filter_map(|path| ways(self.project, path.as_str()).into_iter().next())
                .map(|way| Piece { fields: [way].into(), ..Piece::default() })
                .collect(),
            _ if needs_all(item) => {
                places.into_iter().map(|(path, _)| Piece { files: [path].into(), ..Piece::default() }).collect()
            }
            _ => {
                let mut piece = Piece::default();
                for (path, at) in places {
                    self.add(&mut piece, item, path, at);
                }
                vec![piece]
            }
        }
    }

    /// Adds what stands at a place of an item's evidence.
    fn add(&self, piece: &mut Piece, item: &Item, path: String, at: usize) {
        if path == "handoff.yaml" {
            piece.fields.extend(item.data.iter().flat_map(|data| ways(self.project, data.as_str())));
        } else if path.starts_with("records/") || item.headings.is_empty() {
            piece.files.insert(path);
        } else {
            let text = self.text(&path);
            let around = headings(&text).into_iter().rev().find(|heading| heading.covers(item) && heading.has(at));
            match around {
                Some(Heading { range, .. }) => piece.cuts.insert((path, range.start, range.end)),
                // The front matter says what the file covers.
                None => piece.cuts.insert(said(&path, &text, item)),
            };
        }
    }

    /// The piece of an item that holds as long as a rule finds nothing.
    fn by_rule(&self, item: &Item) -> Option<Piece> {
        let rests_on_rule = item.evidence.value == Evidence::Data && item.data.is_empty();
        let rule = item.rules.first().filter(|_| rests_on_rule)?.as_str();
        let cut = |path: &str, title: &str| {
            let found = headings(&self.text(path)).into_iter().find(|heading| heading.title == title);
            let Range { start, end } = found.expect("the section").range;
            Piece { cuts: [(path.to_owned(), start, end)].into(), ..Piece::default() }
        };
        let spoil = |text: &str| {
            let spoilt = Some(("docs/support.md".to_owned(), text.to_owned(), item.id.to_string()));
            Piece { spoilt, ..Piece::default() }
        };
        Some(match rule {
            "adr-status" => cut("docs/decisions/0001-one-service.md", "Status"),
            "adr-superseded" => {
                let path = "docs/decisions/0004-queue-after-commit.md";
                let text = self.text(path);
                let start = text.find("](").expect("a link to the newer record");
                let end = start + text[start..].find(')').expect("the end of the link");
                Piece { cuts: [(path.to_owned(), start + 1, end + 1)].into(), ..Piece::default() }
            }
            "broken-link" => spoil("\nSee the [page](gone.md) that is no longer there.\n"),
            // Put together here, so that no scanner takes this file for a leak.
            "secret" => spoil(&format!("\nThe key is {}{}.\n", "AKIA", "Q3EGRIFHJ7PLMZX2")),
            rule => panic!("nobody knows how to break `{rule}`"),
        })
    }

    /// The items that are no longer met without a piece. Computed from the whole project alone.
    pub fn expected(&self, piece: &Piece) -> BTreeSet<String> {
        let met = self.items().into_iter().filter(|(_, covered)| covered.state == State::Met);
        met.filter(|(item, covered)| self.rests_on(item, covered, piece)).map(|(item, _)| item.id.to_string()).collect()
    }

    fn rests_on(&self, item: &Item, covered: &ItemCoverage, piece: &Piece) -> bool {
        if let Some((.., spoilt)) = &piece.spoilt {
            return item.id.as_str() == spoilt;
        }
        if let Some(own) = self.by_rule(item) {
            let records =
                self.inspected.loaded.fragments.iter().filter(|fragment| fragment.path.starts_with("docs/decisions/"));
            let no_record = item.id.as_str().starts_with("decisions.")
                && records.into_iter().all(|record| piece.files.contains(&record.path));
            return own == *piece || no_record;
        }
        let data = || item.data.iter().flat_map(|path| ways(self.project, path.as_str()));
        let taken = |way: &Way| piece.fields.iter().any(|field| way.starts_with(field));
        if item.evidence.value == Evidence::Data && !item.data.is_empty() {
            return data().any(|way| taken(&way));
        }
        let gone = |(path, at): &(String, usize)| match path.as_str() {
            "handoff.yaml" => data().next().is_some() && data().all(|way| taken(&way)),
            path => {
                let within = |(cut, start, end): &(String, usize, usize)| cut == path && (*start..*end).contains(at);
                piece.files.contains(path) || piece.cuts.iter().any(within)
            }
        };
        let places = self.places(covered);
        if needs_all(item) { places.iter().any(gone) } else { places.iter().all(gone) }
    }

    /// Where the evidence of an item stands: file and byte.
    fn places(&self, covered: &ItemCoverage) -> Vec<(String, usize)> {
        let sources = &self.inspected.loaded.sources;
        let spans = covered.evidence.iter().filter_map(|found| found.span);
        spans.map(|span| (sources.path(span.file).to_owned(), span.start as usize)).collect()
    }

    fn text(&self, path: &str) -> String {
        let sources = &self.inspected.loaded.sources;
        let fragment = self.inspected.loaded.fragments.iter().find(|fragment| fragment.path == path);
        sources.file(fragment.expect("a fragment").file).text.to_string()
    }
}

/// Whether every place of an item's evidence is needed, and not any one of them.
fn needs_all(item: &Item) -> bool {
    !item.messages.is_empty() || item.measured.is_some()
}

/// Where the front matter of a file says that it covers an item.
fn said(path: &str, text: &str, item: &Item) -> (String, usize, usize) {
    let line = text.find("covers:").expect("the front matter names the item");
    let start = line + text[line..].find(item.id.as_str()).expect("the item");
    (path.to_owned(), start, start + item.id.as_str().len())
}
