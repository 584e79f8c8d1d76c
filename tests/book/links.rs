//! Every page is in the summary, and every link of a page leads somewhere.

use crate::{pages, read, root};
use handoff::check::rules::RULES;
use handoff::markdown;
use handoff::model::text::{BlockKind, InlineKind, Target, plain, slug, walk_blocks, walk_inlines};
use handoff::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The links and the anchors of a page.
struct Page {
    links: Vec<String>,
    anchors: BTreeSet<String>,
}

#[test]
fn the_summary_lists_every_page_and_every_rule_once() {
    let summary = page(&pages().join("SUMMARY.md"));
    let listed: BTreeSet<_> = summary.links.iter().map(String::as_str).collect();
    assert_eq!(listed.len(), summary.links.len(), "a page is listed twice");
    let there = markdown_files(&pages());
    let there: BTreeSet<_> = there.iter().map(String::as_str).filter(|path| *path != "SUMMARY.md").collect();
    assert_eq!(listed, there, "the summary (left) and the pages (right) differ");
    let rules = summary.links.iter().filter_map(|path| path.strip_prefix("rules/")?.strip_suffix(".md"));
    let rules: Vec<_> = rules.filter(|slug| *slug != "index").collect();
    assert_eq!(rules, RULES.iter().map(|rule| rule.slug).collect::<Vec<_>>());
}

#[test]
fn every_link_leads_to_a_file_and_an_anchor() {
    let mut files: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)).into();
    files.extend(markdown_files(&pages()).iter().map(|path| pages().join(path)));
    let known: BTreeMap<PathBuf, Page> = files.iter().map(|path| (path.clone(), page(path))).collect();
    let mut broken = Vec::new();
    for (path, page) in &known {
        for link in page.links.iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            if !leads_somewhere(path, link, &known) {
                broken.push(format!("{}: {link}", path.strip_prefix(root()).unwrap_or(path).display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

fn leads_somewhere(from: &Path, link: &str, known: &BTreeMap<PathBuf, Page>) -> bool {
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let folder = from.parent().expect("a page lies in a folder");
    let target = if file.is_empty() { from.to_path_buf() } else { clean(&folder.join(file)) };
    match (anchor, known.get(&target)) {
        (None, _) => target.exists(),
        (Some(anchor), Some(page)) => page.anchors.contains(anchor),
        (Some(_), None) => false,
    }
}

/// A path without `..`.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        if part == std::path::Component::ParentDir {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}

fn page(path: &Path) -> Page {
    let text = read(path);
    let file = Sources::default().add("page", text.as_str());
    let parsed = markdown::parse(&text, file, 0, &mut Vec::new());
    let mut page = Page { links: Vec::new(), anchors: BTreeSet::new() };
    let mut link = |target: &Target| {
        if let Target::Written(written) = target {
            page.links.push(written.clone());
        }
    };
    walk_inlines(&parsed.blocks, &mut |inline| match &inline.kind {
        InlineKind::Link(found) => link(&found.target),
        InlineKind::Image(image) => link(&image.target),
        _ => {}
    });
    walk_blocks(&parsed.blocks, &mut |block| match &block.kind {
        BlockKind::Figure(image) => link(&image.target),
        BlockKind::Heading(heading) => {
            let anchor = heading.explicit_id.clone().unwrap_or_else(|| slug(&plain(&heading.content)));
            page.anchors.insert(anchor);
        }
        _ => {}
    });
    page
}

/// The Markdown files below a folder, with `/`, sorted.
fn markdown_files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the book's folder").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        if entry.path().is_dir() {
            found.extend(markdown_files(&entry.path()).iter().map(|path| format!("{name}/{path}")));
        } else if entry.path().extension().is_some_and(|extension| extension == "md") {
            found.insert(name);
        }
    }
    found
}
