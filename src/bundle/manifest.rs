//! The manifest and the hashes: what a bundle says about itself.
//!
//! `manifest.json` is for programs, `SHA256SUMS` for the tools that every system has.

use super::Bundle;
use crate::error::{Error, Result};
use crate::hash::sha256;
use crate::model::document::Dossier;
use crate::model::project::Project;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The path of the manifest in a bundle.
pub const MANIFEST: &str = "manifest.json";

/// The path of the hashes in a bundle.
pub const SUMS: &str = "SHA256SUMS";

/// The path of the signature in a bundle that was signed. It vouches for the hashes, so they do not have it.
pub const SIGNATURE: &str = "SHA256SUMS.sig";

/// The path of the form in a bundle, on which the client accepts the release.
pub const FORM: &str = "pdf/sign-off.pdf";

/// What the digest of a bundle's content does not look at: the form shows it, the others are made from
/// the finished files.
const NOT_CONTENT: [&str; 4] = [FORM, MANIFEST, SUMS, SIGNATURE];

/// The version of the manifest's format.
const FORMAT: u32 = 1;

/// What the manifest says about the release, beside its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The project.
    pub project: ProjectFacts,
    /// The release.
    pub release: ReleaseFacts,
    /// Where it was made from, if that is under version control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The documents, in their order.
    pub documents: Vec<DocumentFacts>,
}

/// The state of the project that a bundle was made from, as git knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The revision.
    pub revision: String,
    /// Whether files that git knows differed from it.
    pub modified: bool,
}

/// What the manifest says about the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectFacts {
    /// Its id.
    pub id: String,
    /// The name that people use.
    pub name: String,
}

/// What the manifest says about the release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseFacts {
    /// Its version.
    pub version: String,
    /// Its date, `YYYY-MM-DD`.
    pub date: String,
    /// How far it is.
    pub status: String,
    /// Who may read it.
    pub classification: String,
}

/// What the manifest says about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFacts {
    /// Its number.
    pub number: String,
    /// Its kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// How many pages its PDF has, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<usize>,
    /// The fingerprint of its composed content, which reviews are bound to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// Whether it is made from what stands elsewhere in the bundle.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub derived: bool,
    /// Whether it tells how many pages other documents have.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paged: bool,
}

impl Facts {
    /// What there is to say about a release. `pages` tells how many pages the PDF of each kind of
    /// document has; internal documents are left out.
    #[must_use]
    pub fn new(project: &Project, dossier: &Dossier, pages: &BTreeMap<String, usize>) -> Self {
        let release = &project.release;
        Self {
            project: ProjectFacts { id: project.project.id.to_string(), name: project.project.name.to_string() },
            release: ReleaseFacts {
                version: release.version.to_string(),
                date: release.date.to_string(),
                status: release.status.to_string(),
                classification: release.classification.to_string(),
            },
            origin: None,
            documents: dossier
                .delivered()
                .map(|document| DocumentFacts {
                    number: document.number.clone(),
                    kind: document.kind.clone(),
                    title: document.title.clone(),
                    pages: pages.get(&document.kind).copied(),
                    content: String::new(),
                    derived: document.derived,
                    paged: document.after_layout,
                })
                .collect(),
        }
    }
}

/// The table of a bundle's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format; today 1.
    pub format: u32,
    /// The program that made the bundle, and its version.
    pub generator: String,
    /// The release.
    #[serde(flatten)]
    pub facts: Facts,
    /// What the release says, as one hash: the client accepts this one. Empty in bundles of versions that
    /// did not know it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Every file but the manifest and the hashes, sorted by path.
    pub files: Vec<ManifestFile>,
}

/// One file of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its path in the bundle, with `/`.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its hash (SHA-256) in lower-case hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// Reads a manifest; says why if the bytes are none that this version knows.
    pub(super) fn read(bytes: &[u8]) -> std::result::Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.format != FORMAT {
            return Err(format!("its format is {}; this program knows format {FORMAT}", manifest.format));
        }
        if !manifest.digest.is_empty() && manifest.digest != manifest.digest_of_files() {
            return Err("its digest is not that of the files that it lists".into());
        }
        Ok(manifest)
    }

    /// The digest that follows from the table of the files.
    fn digest_of_files(&self) -> String {
        digest(self.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())))
    }
}

/// The digest of a bundle's content: the hash of the table of its files, in the format of `sha256sum`
/// and sorted by path, without the form that shows it and the files that are made from the others. It is
/// what an acceptance is bound to.
#[must_use]
pub fn content_digest(bundle: &Bundle) -> String {
    digest(bundle.hashes().iter().map(|(path, hash)| (path.as_str(), hash.as_str())))
}

/// The digest of paths and hashes that come sorted by path.
fn digest<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut table = String::new();
    for (path, hash) in files.filter(|(path, _)| !NOT_CONTENT.contains(path)) {
        let _ = writeln!(table, "{hash}  {path}");
    }
    sha256(table.as_bytes())
}

/// Adds `manifest.json` and `SHA256SUMS` to a bundle; nothing may be added after that.
pub fn seal(bundle: &mut Bundle, facts: &Facts) -> Result<()> {
    let sizes = bundle.files().values().map(|content| content.len() as u64);
    let hashes: Vec<ManifestFile> = bundle
        .hashes()
        .iter()
        .zip(sizes)
        .map(|((path, sha256), size)| ManifestFile { path: path.clone(), size, sha256: sha256.clone() })
        .collect();
    let manifest = Manifest {
        format: FORMAT,
        generator: concat!("handoff ", env!("CARGO_PKG_VERSION")).into(),
        facts: facts.clone(),
        digest: digest(hashes.iter().map(|file| (file.path.as_str(), file.sha256.as_str()))),
        files: hashes,
    };
    let mut json = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Error::new("could not write the manifest").why(error.to_string()))?;
    json.push(b'\n');
    bundle.add(MANIFEST, json)?;
    let sums = sums(bundle.hashes());
    bundle.add(SUMS, sums.into_bytes())
}

/// The hashes of files in the format of `sha256sum`, sorted by path.
fn sums(hashes: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    for (path, hash) in hashes {
        let _ = writeln!(out, "{hash}  {path}");
    }
    out
}

/// Reads a file in the format of `sha256sum`: path to hash. Says which line is wrong.
pub(super) fn read_sums(text: &str) -> std::result::Result<BTreeMap<String, String>, String> {
    let mut sums = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let parsed = line.split_once(' ').and_then(|(hash, rest)| {
            let path = rest.strip_prefix([' ', '*'])?;
            let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            (is_hash && !path.is_empty()).then(|| (path.to_owned(), hash.to_ascii_lowercase()))
        });
        let Some((path, hash)) = parsed else {
            return Err(format!("line {} is not a hash and a path", index + 1));
        };
        if sums.insert(path.clone(), hash).is_some() {
            return Err(format!("line {} names `{path}` again", index + 1));
        }
    }
    Ok(sums)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Facts of a made-up release.
    pub(in crate::bundle) fn facts() -> Facts {
        Facts {
            project: ProjectFacts { id: "demo".into(), name: "Demo".into() },
            release: ReleaseFacts {
                version: "1.0.0".into(),
                date: "2026-11-20".into(),
                status: "for-review".into(),
                classification: "Confidential".into(),
            },
            origin: None,
            documents: vec![DocumentFacts {
                number: "D-1".into(),
                kind: "runbook".into(),
                title: "Runbook".into(),
                pages: Some(3),
                content: String::new(),
                derived: false,
                paged: false,
            }],
        }
    }

    fn bytes(bundle: &Bundle, path: &str) -> Vec<u8> {
        bundle.get(path).expect("in memory").expect("there").into_owned()
    }

    /// A sealed bundle of a few small files.
    pub(in crate::bundle) fn sealed() -> Bundle {
        let files = [("index.html", "<p>start"), ("html/a.html", "<p>a"), ("pdf/01-a.pdf", "%PDF-1.7")];
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned().into())).collect();
        let mut bundle = Bundle::new("demo-1.0.0", files).expect("safe paths");
        seal(&mut bundle, &facts()).expect("sealed once");
        bundle
    }

    #[test]
    fn every_file_but_the_hashes_has_a_hash() {
        let bundle = sealed();
        let sums = read_sums(std::str::from_utf8(&bytes(&bundle, SUMS)).expect("text")).expect("lines");
        let paths: Vec<_> = sums.keys().map(String::as_str).collect();
        assert_eq!(paths, ["html/a.html", "index.html", "manifest.json", "pdf/01-a.pdf"]);
        assert_eq!(sums["manifest.json"], sha256(bytes(&bundle, MANIFEST)));
    }

    #[test]
    fn the_manifest_tells_the_release_its_documents_and_its_files() {
        let bundle = sealed();
        let manifest = Manifest::read(&bytes(&bundle, MANIFEST)).expect("readable");
        assert_eq!(manifest.facts, facts());
        assert_eq!(manifest.files.len(), 3);
        assert_eq!(manifest.files[0].path, "html/a.html");
        assert_eq!(manifest.files[0].size, 4);
        assert!(manifest.generator.starts_with("handoff "));
    }

    #[test]
    fn a_bundle_is_sealed_only_once() {
        assert!(seal(&mut sealed(), &facts()).is_err());
    }

    #[test]
    fn a_manifest_of_another_format_is_refused_with_the_reason() {
        let text = String::from_utf8(bytes(&sealed(), MANIFEST)).expect("text");
        let newer = text.replacen("\"format\": 1", "\"format\": 7", 1);
        assert!(Manifest::read(newer.as_bytes()).expect_err("newer").contains("format is 7"));
        assert!(Manifest::read(b"{\"name\": \"a web app\"}").is_err());
    }

    #[test]
    fn the_digest_tells_the_content_and_not_the_form() {
        let (bundle, mut with_form) = (sealed(), sealed());
        let digest = content_digest(&bundle);
        with_form.add(FORM, b"%PDF-1.7 the form".to_vec()).expect("a safe path");
        assert_eq!(content_digest(&with_form), digest, "the form shows the digest");
        let table: String = ["html/a.html", "index.html", "pdf/01-a.pdf"]
            .map(|path| format!("{}  {path}\n", sha256(bytes(&bundle, path))))
            .concat();
        assert_eq!(digest, sha256(table.as_bytes()), "anybody can work it out with `sha256sum`");
        with_form.add("html/b.html", Vec::new()).expect("a safe path");
        assert_ne!(content_digest(&with_form), digest);
        let manifest = Manifest::read(&bytes(&bundle, MANIFEST)).expect("readable");
        assert_eq!(manifest.digest, digest);
    }

    #[test]
    fn a_digest_of_other_files_is_refused() {
        let text = String::from_utf8(bytes(&sealed(), MANIFEST)).expect("text");
        let digest = content_digest(&sealed());
        let other = text.replace(&digest, &"0".repeat(64));
        assert!(Manifest::read(other.as_bytes()).expect_err("another digest").contains("digest"));
        let earlier = text.lines().filter(|line| !line.contains("\"digest\"")).collect::<String>();
        assert!(Manifest::read(earlier.as_bytes()).is_ok(), "earlier versions wrote none");
    }

    #[test]
    fn a_line_that_is_no_hash_is_named() {
        let good = format!("{}  a\n", "0".repeat(64));
        assert!(read_sums(&good).is_ok());
        assert!(read_sums(&good.replace("  ", " *")).is_ok(), "the mark of binary mode");
        assert!(read_sums(&format!("{good}nonsense")).expect_err("line").contains("line 2"));
        assert!(read_sums(&format!("{good}{good}")).expect_err("twice").contains("`a` again"));
    }
}
