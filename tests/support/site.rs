//! Reads HTML, SVG and CSS far enough to follow links on disk and to find requests to a network.

#![allow(clippy::disallowed_methods, reason = "tests read files")]
#![allow(dead_code, unreachable_pub, reason = "each test program uses only some of this")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own files have lower-case extensions")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A page: the anchors that it has, and what it points at.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The values of `id`, each with how often it occurs.
    pub ids: BTreeMap<String, usize>,
    /// What the reader may follow: the targets of `<a>` and `<area>`.
    pub links: Vec<String>,
    /// What the browser fetches by itself: images, styles, scripts, fonts, frames.
    pub fetched: Vec<String>,
}

/// Attributes whose value the browser fetches.
const FETCHING: [&str; 7] = ["src", "srcset", "poster", "data", "background", "action", "formaction"];

/// Reads a page (HTML or SVG).
pub(crate) fn page(text: &str) -> Page {
    let mut page = Page::default();
    for (tag, attributes) in tags(text) {
        for (name, value) in attributes {
            match name.as_str() {
                "id" => *page.ids.entry(value).or_default() += 1,
                "href" | "xlink:href" if tag == "a" || tag == "area" => page.links.push(value),
                "href" | "xlink:href" if tag == "link" && value.is_empty() => {}
                "href" | "xlink:href" => page.fetched.push(value),
                "style" => page.fetched.extend(css_urls(&value)),
                "srcset" => page
                    .fetched
                    .extend(value.split(',').filter_map(|one| one.split_whitespace().next().map(str::to_owned))),
                name if FETCHING.contains(&name) => page.fetched.push(value),
                _ => {}
            }
        }
    }
    page
}

/// Every tag that opens, with its attributes; what stands in comments, scripts and styles is skipped.
fn tags(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let (mut out, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, attributes, behind) = tag(rest);
        rest = behind;
        if tag == "script" || tag == "style" {
            rest = rest.find(&format!("</{tag}")).map_or("", |end| &rest[end..]);
        }
        out.push((tag, attributes));
    }
    out
}

/// The tag that a text begins with: its name, its attributes, and the text behind it.
fn tag(text: &str) -> (String, Vec<(String, String)>, &str) {
    let name_end = text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(name_end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(behind) = rest.strip_prefix('>') {
            return (name.to_ascii_lowercase(), attributes, behind);
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>' || c == '/').unwrap_or(rest.len());
        if end == 0 {
            return (name.to_ascii_lowercase(), attributes, rest.get(1..).unwrap_or_default());
        }
        let (attribute, behind) = rest.split_at(end);
        let (value, behind) = value(behind);
        attributes.push((attribute.to_ascii_lowercase(), unescape(value)));
        rest = behind;
    }
}

/// The value behind an attribute's name, empty if it has none, and the text behind that.
fn value(text: &str) -> (&str, &str) {
    let Some(text) = text.trim_start().strip_prefix('=').map(str::trim_start) else { return ("", text) };
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    text.split_at(text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len()))
}

fn unescape(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&#x2F;", "/"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// What a style sheet fetches.
pub(crate) fn css_urls(text: &str) -> Vec<String> {
    let unquoted = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    let urls = text.split("url(").skip(1).filter_map(|rest| rest.split_once(')')).map(|(url, _)| unquoted(url));
    let imports = text.split("@import").skip(1).filter_map(|rest| rest.split_once(';')).map(|(url, _)| unquoted(url));
    urls.chain(imports.filter(|url| !url.starts_with("url("))).collect()
}

/// Whether something is fetched from a network.
pub(crate) fn is_external(url: &str) -> bool {
    let url = url.trim().to_ascii_lowercase();
    url.starts_with("//") || ["http:", "https:", "ftp:", "ws:", "wss:"].iter().any(|scheme| url.starts_with(scheme))
}

/// Whether a link leaves the bundle on purpose.
fn is_elsewhere(url: &str) -> bool {
    is_external(url) || ["mailto:", "tel:", "data:", "ssh:", "git:"].iter().any(|scheme| url.starts_with(scheme))
}

/// Every link and every fetched file of the pages in a folder that leads nowhere, in words.
pub(crate) fn broken(root: &Path, files: &[String]) -> Vec<String> {
    let text = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let pages: BTreeMap<&str, Page> = files
        .iter()
        .filter(|path| path.ends_with(".html") || path.ends_with(".svg"))
        .map(|path| (path.as_str(), page(&text(path))))
        .collect();
    let present: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    let mut wrong = Vec::new();
    for (path, page) in &pages {
        for id in page.ids.iter().filter(|(_, times)| **times > 1).map(|(id, _)| id) {
            wrong.push(format!("{path}: the id `{id}` is there twice"));
        }
        for target in page.links.iter().chain(&page.fetched).filter(|target| !is_elsewhere(target)) {
            if let Err(why) = follow(path, target, &present, &pages) {
                wrong.push(format!("{path}: `{target}`: {why}"));
            }
        }
    }
    for path in files.iter().filter(|path| path.ends_with(".css")) {
        for url in css_urls(&text(path)).into_iter().filter(|url| !is_elsewhere(url) && !url.starts_with('#')) {
            if let Err(why) = follow(path, &url, &present, &pages) {
                wrong.push(format!("{path}: `{url}`: {why}"));
            }
        }
    }
    wrong
}

fn follow(from: &str, target: &str, present: &BTreeSet<&str>, pages: &BTreeMap<&str, Page>) -> Result<(), String> {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = decoded(file.split('?').next().unwrap_or_default());
    let to = if file.is_empty() { from.to_owned() } else { joined(from, &file).ok_or("it leads out of the bundle")? };
    if !present.contains(to.as_str()) {
        return Err(format!("there is no file {to}"));
    }
    match pages.get(to.as_str()) {
        Some(page) if !anchor.is_empty() && !page.ids.contains_key(&decoded(anchor)) => {
            Err(format!("{to} has no anchor #{anchor}"))
        }
        _ => Ok(()),
    }
}

fn joined(from: &str, file: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Undoes percent-encoding.
fn decoded(text: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, behind @ ..] = rest {
        let code = behind
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let (b'%', Some(byte)) = (first, code) {
            out.push(byte);
            rest = &behind[2..];
        } else {
            out.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
