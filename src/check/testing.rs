//! What the tests of this room build their cases with: small projects, fragments and checklists whose
//! places are those of real texts.

mod draft;
mod yaml;

use super::{Options, Secrets, check, check_and_find_secrets};
use crate::finding::Finding;
use crate::model::checklist::Checklist;
use crate::model::document::{Document, Dossier};
use crate::model::fragment::{Fragment, FrontMatter};
use crate::model::loaded::Loaded;
use crate::model::node::{FromNode, Node, Value};
use crate::model::project::{Project, Stage};
use crate::model::records::Records;
use crate::model::report::{Coverage, ItemCoverage, Report, State};
use crate::model::template::Words;
use crate::model::text::{Block, Target};
use crate::source::{FileId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use yaml::parse;

pub(crate) use draft::Draft;

/// More than twenty words.
pub(crate) const LONG: &str = "When the load stays above four fifths for a quarter of an hour, add one worker, \
    wait until the queue is empty again, and write down what you did and why.";

const BASE: &str = "\
handoff: 1
project:
  id: berth
  name: Berth
  summary: Books berths.
EXTRArelease:
  version: 1.0.0
  date: 2026-11-20
  status: draft
  classification: Confidential
supplier:
  name: Ankarvik
client:
  name: Lindvik
contacts:
  - id: anna-lind
    name: Anna Lind
    party: supplier
    role: Delivery manager
    email: anna@ankarvik.example
    phone: \"+46 31 1000001\"
    availability: Mon-Fri 9-17
    primary: true
    on_call: true
  - id: bo-ek
    name: Bo Ek
    party: client
    role: Harbour master
    email: bo@lindvik.example
    phone: \"+46 31 1000002\"
    availability: Mon-Fri 9-17
    primary: true
";

/// A project to check.
pub(crate) struct Case {
    pub(crate) loaded: Loaded,
    pub(crate) dossier: Dossier,
    pub(crate) options: Options,
    text: String,
}

impl Case {
    /// A small sound project in stage `prepare`, without documents, with the built-in checklist.
    pub(crate) fn new() -> Self {
        let (sources, checklist) = delivery();
        let loaded = Loaded {
            root: PathBuf::new(),
            sources,
            project: None,
            tree: None,
            fragments: Vec::new(),
            decisions: Vec::new(),
            records: Records::default(),
            issued: Vec::new(),
            pending: std::collections::BTreeMap::new(),
            checklists: vec![checklist],
            files: BTreeSet::new(),
            attached: Vec::new(),
            annex: Vec::new(),
            digests: BTreeMap::new(),
            facts: BTreeMap::new(),
            templates: BTreeMap::new(),
            messages: BTreeMap::new(),
            words: Words::default(),
            theme_files: BTreeMap::new(),
            shared: crate::model::workspace::Shared::default(),
            findings: Vec::new(),
        };
        let mut case = Self { loaded, dossier: Dossier::default(), options: Options::default(), text: String::new() };
        case.project("");
        case
    }

    /// Takes the base project with more keys at its end.
    pub(crate) fn project(&mut self, more: &str) {
        self.project_with("", more);
    }

    /// Takes the base project with more keys in `project` and at its end.
    pub(crate) fn project_with(&mut self, about: &str, more: &str) {
        self.text = BASE.replace("EXTRA", about) + more;
        self.read_project();
    }

    /// Replaces a part of the project file.
    pub(crate) fn edit_project(&mut self, from: &str, to: &str) {
        assert!(self.text.contains(from), "{from} is not in the project file");
        self.text = self.text.replacen(from, to, 1);
        self.read_project();
    }

    fn read_project(&mut self) {
        let file = self.loaded.sources.add("handoff.yaml", self.text.as_str());
        let node = parse(&self.text, file);
        self.loaded.findings.clear();
        self.loaded.project = Project::from_node(&node, &mut self.loaded.findings);
        self.loaded.tree = Some(node);
    }

    /// Puts a checklist with the items of one document `a`, due at once, in the place of the built-in one.
    pub(crate) fn checklist(&mut self, items: &str) {
        let text = format!(
            "id: delivery\ntitle: Own\ngroups:\n- id: g\n  title: G\n  documents:\n  - document: a\n    stage: prepare\n    when: always\n    items:\n{items}"
        );
        let file = self.loaded.sources.add("checklists/own.yaml", text.as_str());
        self.loaded.checklists = vec![read_checklist(&text, file)];
    }

    /// Adds a fragment and the document composed of it, or a part of that document.
    pub(crate) fn fragment(&mut self, path: &str, write: impl FnOnce(Draft) -> Draft) -> FileId {
        let file = self.loaded.sources.add(path, "");
        let draft = write(Draft { file, text: String::new(), blocks: Vec::new() });
        // The file is added again under the same path, now with its text.
        let id = self.loaded.sources.add(path, draft.text.as_str());
        let mut blocks = draft.blocks;
        move_to(&mut blocks, id);
        let kind = path.trim_start_matches("docs/").split(['/', '.']).next().unwrap_or_default().to_owned();
        let front = Node { value: Value::Map(Vec::new()), span: Span::start_of(id) };
        self.loaded.fragments.push(Fragment {
            file: id,
            path: path.to_owned(),
            document: kind.clone(),
            whole: path.matches('/').count() == 1,
            order: None,
            front: FrontMatter::from_node(&front, &mut Vec::new()).expect("a front matter"),
            blocks: blocks.clone(),
            footnotes: Vec::new(),
        });
        self.compose(&kind, id, blocks);
        id
    }

    /// The first document, to change it.
    pub(super) fn document(&mut self) -> &mut Document {
        Arc::make_mut(&mut self.dossier.documents[0])
    }

    fn compose(&mut self, kind: &str, file: FileId, blocks: Vec<Block>) {
        if let Some(document) = self.dossier.documents.iter_mut().find(|document| document.kind == kind) {
            let document = Arc::make_mut(document);
            document.blocks.extend(blocks);
            document.fragments.push(file);
            return;
        }
        self.dossier.documents.push(Arc::new(Document {
            kind: kind.to_owned(),
            number: String::new(),
            position: self.dossier.documents.len() + 1,
            title: kind.to_owned(),
            summary: String::new(),
            audience: String::new(),
            group: String::new(),
            stage: Stage::Prepare,
            internal: false,
            derived: false,
            late: false,
            after_layout: false,
            blocks,
            footnotes: Vec::new(),
            fragments: vec![file],
            shown: Vec::new(),
            covers: Vec::new(),
        }));
    }

    /// Adds a record: its text and what takes it.
    pub(crate) fn record<T: FromNode>(&mut self, path: &str, text: &str, take: impl FnOnce(&mut Records, T)) {
        let file = self.loaded.sources.add(path, text);
        let record = T::from_node(&parse(text, file), &mut self.loaded.findings).expect("a record");
        take(&mut self.loaded.records, record);
    }

    pub(crate) fn check_and_find_secrets(&self) -> (Report, Secrets) {
        check_and_find_secrets(&self.loaded, &self.dossier, &self.options)
    }

    pub(crate) fn check(&self) -> Report {
        check(&self.loaded, &self.dossier, &self.options)
    }

    pub(crate) fn found(&self, rule: &str) -> Vec<Finding> {
        self.check().findings.into_iter().filter(|finding| finding.rule == rule).collect()
    }

    pub(crate) fn coverage(&self) -> Coverage {
        self.check().coverage.expect("a coverage")
    }

    pub(crate) fn item(&self, id: &str) -> ItemCoverage {
        let items = self.coverage().items;
        items.into_iter().find(|item| item.id == id).unwrap_or_else(|| panic!("no item {id}"))
    }

    pub(crate) fn state(&self, id: &str) -> State {
        self.item(id).state
    }

    /// Path, line and column of a finding.
    pub(crate) fn place(&self, finding: &Finding) -> Option<(String, usize, usize)> {
        let span = finding.span()?;
        let position = self.loaded.sources.position(span);
        Some((self.loaded.sources.path(span.file).to_owned(), position.line, position.column))
    }
}

/// A link or image target that leads nowhere.
pub(crate) fn broken(written: &str, near: &str) -> Target {
    Target::Broken { written: written.into(), why: "there is no such file".into(), near: Some(near.into()) }
}

/// A target outside of the bundle.
pub(crate) fn external(url: &str) -> Target {
    Target::External(url.into())
}

/// Moves all places of some blocks to another file.
fn move_to(blocks: &mut [Block], file: FileId) {
    crate::model::text::map_inlines(blocks, &mut |inline| {
        inline.span = inline.span.map(|span| Span { file, ..span });
    });
    for block in blocks {
        block.span = block.span.map(|span| Span { file, ..span });
    }
}

/// The built-in checklist.
pub(crate) fn delivery() -> (Sources, Checklist) {
    let text = include_str!("../../templates/checklists/delivery.yaml");
    let mut sources = Sources::default();
    let file = sources.add("checklists/delivery.yaml", text);
    let checklist = read_checklist(text, file);
    (sources, checklist)
}

fn read_checklist(text: &str, file: FileId) -> Checklist {
    let mut findings = Vec::new();
    let checklist = Checklist::from_node(&parse(text, file), &mut findings).expect("a checklist");
    assert_eq!(findings, []);
    checklist
}

/// The tree of a text, alone in its sources.
pub(crate) fn tree(text: &str) -> (Sources, Node) {
    let mut sources = Sources::default();
    let file = sources.add("handoff.yaml", text);
    (sources, parse(text, file))
}
