//! Verifies a bundle that somebody received: a folder or a zip, against its own hashes and manifest.

use super::contents::{Contents, Found, Keep, Limits, visible};
use super::manifest::{MANIFEST, Manifest, SIGNATURE, SUMS, read_sums};
use super::{Bundle, unzip};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use walkdir::WalkDir;

/// What is not as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// The file has other bytes than it was sealed with.
    Altered(String),
    /// The file is not there.
    Missing(String),
    /// The file was not there when the bundle was sealed.
    Added(String),
    /// The file cannot be read; the second says why.
    Damaged(String, String),
}

impl Problem {
    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Altered(path) | Self::Missing(path) | Self::Added(path) | Self::Damaged(path, _) => path,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = visible(self.path());
        match self {
            Self::Altered(_) => write!(out, "altered: {path}"),
            Self::Missing(_) => write!(out, "missing: {path}"),
            Self::Added(_) => write!(out, "added: {path}"),
            Self::Damaged(_, why) => write!(out, "damaged: {path} ({})", visible(why)),
        }
    }
}

/// What was found out about a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// What the bundle says about itself; `None` if its manifest is missing or cannot be read.
    pub manifest: Option<Manifest>,
    /// How many files are as they were sealed.
    pub intact: usize,
    /// What is not as it was sealed, sorted by path.
    pub problems: Vec<Problem>,
    /// The hashes, which a signature vouches for; `None` if they are missing.
    pub hashes: Option<Vec<u8>>,
    /// The signature, if there is one.
    pub signature: Option<Vec<u8>>,
}

impl Verification {
    /// Whether every file is as it was sealed.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.problems.is_empty()
    }
}

/// A bundle that somebody gave us, with what was found out about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its files, as they were found.
    pub bundle: Bundle,
    /// Whether they are as they were sealed.
    pub verification: Verification,
}

/// Compares every file of a bundle, folder or zip, with its hashes and its manifest. Nothing is
/// written. An error where the path is no bundle or is dangerous to read.
pub fn verify(path: &Path) -> Result<Verification> {
    let contents = contents(path, Keep::Tables, Limits::DEFAULT)?;
    compare(&contents).map_err(|error| error.path(path))
}

/// Reads a bundle, folder or zip, into memory and compares it as [`verify`] does. An error also where a
/// file of it cannot be read.
pub fn read(path: &Path) -> Result<Received> {
    let mut contents = contents(path, Keep::All, Limits::WHOLE)?;
    let verification = compare(&contents).map_err(|error| error.path(path))?;
    if let Some(Problem::Damaged(file, why)) = verification
        .problems
        .iter()
        .find(|problem| matches!(contents.files.get(problem.path()), Some(Found::Damaged(_))))
    {
        return Err(Error::new("a file of the bundle cannot be read")
            .path(path)
            .why(format!("{}: {}", visible(file), visible(why)))
            .help("ask the sender for another copy"));
    }
    let stem = path.canonicalize().ok().and_then(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
    let name = contents.name.take().or(stem).unwrap_or_default();
    let kept = contents.kept.into_iter().map(|(path, bytes)| (path, bytes.into())).collect();
    let bundle = Bundle::new(name, kept).map_err(|error| error.path(path))?;
    Ok(Received { bundle, verification })
}

/// The wanted files of a bundle, folder or zip, by path below its folder. Nothing is compared with the
/// hashes of the bundle: that is what [`verify`] does.
///
/// # Errors
/// If the path is no bundle, is dangerous to read, or a wanted file of it is damaged.
pub fn read_files(path: &Path, wanted: fn(&str) -> bool) -> Result<BTreeMap<String, Vec<u8>>> {
    let contents = contents(path, Keep::Wanted(wanted), Limits::DEFAULT)?;
    for (file, found) in contents.files.iter().filter(|(file, _)| wanted(file)) {
        if let Found::Damaged(why) = found {
            let what = format!("`{}` of the bundle cannot be read", visible(file));
            return Err(Error::new(what).path(path).why(visible(why)).help("ask the sender for another copy"));
        }
    }
    if contents.kept.is_empty() {
        return Err(Error::new("this is no handoff bundle").path(path).help(WHAT_TO_NAME));
    }
    Ok(contents.kept)
}

/// What a folder or a zip holds.
fn contents(path: &Path, keep: Keep, limits: Limits) -> Result<Contents> {
    let unread = |error: &std::io::Error| Error::io("could not open the bundle", path, error).help(WHAT_TO_NAME);
    let metadata = fs::metadata(path).map_err(|error| unread(&error))?;
    if metadata.is_dir() {
        return read_folder(path, keep, limits);
    }
    let file = File::open(path).map_err(|error| unread(&error))?;
    unzip::read(BufReader::new(file), keep, limits).map_err(|error| error.path(path))
}

const WHAT_TO_NAME: &str = "name the folder of a bundle, or its zip";

fn read_folder(folder: &Path, keep: Keep, limits: Limits) -> Result<Contents> {
    let mut contents = Contents::new(keep);
    contents.name = folder.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            Error::new("could not read the bundle").path(error.path().unwrap_or(folder)).why(error.to_string())
        })?;
        if entry.file_type().is_dir() {
            continue;
        }
        let path = relative(folder, entry.path());
        if !entry.file_type().is_file() {
            contents.files.insert(path, Found::Damaged("it is a link or a device, not a file".into()));
            continue;
        }
        let mut file = File::open(entry.path())
            .map_err(|error| Error::io("could not read a file of the bundle", entry.path(), &error))?;
        contents.take(&path, &mut file, None, limits).map_err(|why| {
            Error::new("the bundle is larger than any real one").path(entry.path()).why(why).help(WHAT_TO_NAME)
        })?;
    }
    Ok(contents)
}

/// The path below a folder, with `/` on every system.
fn relative(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// What a table says about a file: its hash, and its size where the table knows it.
type Sealed<'a> = (&'a str, Option<u64>);

fn compare(contents: &Contents) -> Result<Verification> {
    if !contents.kept.contains_key(SUMS) && !contents.kept.contains_key(MANIFEST) {
        return Err(Error::new("this is no handoff bundle")
            .why(format!("it has neither {SUMS} nor {MANIFEST}"))
            .help(WHAT_TO_NAME));
    }
    let mut problems = BTreeSet::new();
    let sums = read_table(contents, SUMS, &mut problems, |bytes| {
        read_sums(std::str::from_utf8(bytes).map_err(|error| error.to_string())?)
    });
    let manifest = read_table(contents, MANIFEST, &mut problems, Manifest::read);

    let by_sums = sums.as_ref().map(|sums| {
        let sealed = sums.iter().map(|(path, hash)| (path.as_str(), (hash.as_str(), None)));
        sealed.collect::<BTreeMap<&str, Sealed<'_>>>()
    });
    let by_manifest = manifest.as_ref().map(|manifest| {
        let sealed = manifest.files.iter().map(|file| (file.path.as_str(), (file.sha256.as_str(), Some(file.size))));
        sealed.collect::<BTreeMap<&str, Sealed<'_>>>()
    });
    if let Some(sums) = &by_sums {
        against(contents, sums, &[SUMS, SIGNATURE], &mut problems);
    }
    if let Some(files) = &by_manifest {
        against(contents, files, &[SUMS, SIGNATURE, MANIFEST], &mut problems);
    }
    let named: BTreeSet<&str> = problems.iter().map(Problem::path).collect();
    let intact = contents.files.keys().filter(|path| !named.contains(path.as_str())).count();
    let kept = |path: &str| contents.kept.get(path).cloned();
    Ok(Verification { manifest, intact, problems: sorted(problems), hashes: kept(SUMS), signature: kept(SIGNATURE) })
}

/// Reads one of the two tables; where it is missing or makes no sense, that is a problem.
fn read_table<T>(
    contents: &Contents,
    path: &str,
    problems: &mut BTreeSet<Problem>,
    read: impl FnOnce(&[u8]) -> std::result::Result<T, String>,
) -> Option<T> {
    let Some(bytes) = contents.kept.get(path) else {
        problems.insert(Problem::Missing(path.to_owned()));
        return None;
    };
    read(bytes).map_err(|why| problems.insert(Problem::Damaged(path.to_owned(), why))).ok()
}

/// Compares all files but some with what one table says.
fn against(contents: &Contents, table: &BTreeMap<&str, Sealed<'_>>, but: &[&str], problems: &mut BTreeSet<Problem>) {
    for (path, found) in contents.files.iter().filter(|(path, _)| !but.contains(&path.as_str())) {
        let problem = match (found, table.get(path.as_str())) {
            (Found::Damaged(why), _) => Problem::Damaged(path.clone(), why.clone()),
            (_, None) => Problem::Added(path.clone()),
            (Found::Whole { size, sha256 }, Some((hash, sealed))) => {
                if sha256 == hash && sealed.is_none_or(|sealed| sealed == *size) {
                    continue;
                }
                Problem::Altered(path.clone())
            }
        };
        problems.insert(problem);
    }
    let gone = table.keys().filter(|path| !contents.files.contains_key(**path));
    problems.extend(gone.map(|path| Problem::Missing((*path).to_owned())));
}

/// The problems by path; where the two tables disagree about a file, the first word about it counts.
fn sorted(problems: BTreeSet<Problem>) -> Vec<Problem> {
    let mut sorted: Vec<_> = problems.into_iter().collect();
    sorted.sort_by(|a, b| a.path().cmp(b.path()));
    sorted.dedup_by(|later, earlier| later.path() == earlier.path());
    sorted
}

#[cfg(test)]
mod tests {
    use super::super::archive;
    use super::super::manifest::tests::{facts, sealed};
    use super::*;
    use jiff::civil::date;
    use tempfile::TempDir;

    /// A bundle on disk: its folder, and the temporary folder that keeps it alive.
    fn written() -> (TempDir, std::path::PathBuf) {
        let out = tempfile::tempdir().expect("a temporary folder");
        let written = archive(&sealed(), out.path(), date(2026, 11, 20)).expect("written");
        (out, written.folder)
    }

    fn problems(folder: &Path) -> Vec<String> {
        verify(folder).expect("a bundle").problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_bundle_as_it_was_sealed_is_intact_as_folder_and_as_zip() {
        let (out, folder) = written();
        for path in [folder, out.path().join("demo-1.0.0.zip")] {
            let verification = verify(&path).expect("a bundle");
            assert!(verification.is_intact(), "{:?}", verification.problems);
            assert_eq!(verification.intact, 5);
            assert_eq!(verification.manifest.expect("readable").facts, facts());
        }
    }

    #[test]
    fn one_flipped_byte_is_named_whatever_the_file() {
        let (_out, folder) = written();
        for path in ["index.html", "html/a.html", "pdf/01-a.pdf"] {
            let before = fs::read(folder.join(path)).expect("there");
            let mut after = before.clone();
            after[0] ^= 1;
            fs::write(folder.join(path), after).expect("writable");
            assert_eq!(problems(&folder), [format!("altered: {path}")]);
            fs::write(folder.join(path), before).expect("writable");
        }
    }

    #[test]
    fn a_table_that_was_tampered_with_is_named() {
        let (_out, folder) = written();
        let manifest = fs::read_to_string(folder.join(MANIFEST)).expect("there");
        fs::write(folder.join(MANIFEST), manifest.replace("Confidential", "Public")).expect("writable");
        assert_eq!(problems(&folder), ["altered: manifest.json"]);
        fs::write(folder.join(MANIFEST), manifest).expect("writable");
        let sums = fs::read_to_string(folder.join(SUMS)).expect("there");
        fs::write(folder.join(SUMS), sums.replacen("  ", " ", 1)).expect("writable");
        assert!(problems(&folder)[0].starts_with("damaged: SHA256SUMS (line 1"));
    }

    #[test]
    fn new_hashes_for_an_altered_file_do_not_help() {
        let (_out, folder) = written();
        let sums = fs::read_to_string(folder.join(SUMS)).expect("there");
        let old = crate::hash::sha256(b"<p>a");
        let new = crate::hash::sha256(b"<p>b");
        fs::write(folder.join("html/a.html"), "<p>b").expect("writable");
        fs::write(folder.join(SUMS), sums.replace(&old, &new)).expect("writable");
        assert_eq!(problems(&folder), ["altered: html/a.html"]);
    }

    #[test]
    fn added_missing_and_swapped_files_are_named() {
        let (_out, folder) = written();
        fs::write(folder.join("html/more.html"), "").expect("writable");
        fs::remove_file(folder.join("pdf/01-a.pdf")).expect("removable");
        fs::rename(folder.join("index.html"), folder.join("x")).expect("renamed");
        fs::rename(folder.join("html/a.html"), folder.join("index.html")).expect("renamed");
        fs::rename(folder.join("x"), folder.join("html/a.html")).expect("renamed");
        let wanted = ["altered: html/a.html", "added: html/more.html", "altered: index.html", "missing: pdf/01-a.pdf"];
        assert_eq!(problems(&folder), wanted);
    }

    #[test]
    fn a_signature_is_no_file_that_was_added() {
        let (_out, folder) = written();
        fs::write(folder.join(SIGNATURE), "signed").expect("writable");
        let verification = verify(&folder).expect("a bundle");
        assert!(verification.is_intact(), "{:?}", verification.problems);
        assert_eq!(verification.signature.as_deref(), Some(&b"signed"[..]));
        assert_eq!(verification.hashes, fs::read(folder.join(SUMS)).ok());
    }

    #[test]
    fn a_bundle_is_read_with_all_its_files_from_both() {
        let (out, folder) = written();
        for path in [folder, out.path().join("demo-1.0.0.zip")] {
            let received = read(&path).expect("a bundle");
            assert_eq!(received.bundle, sealed());
            assert!(received.verification.is_intact());
        }
    }

    #[test]
    fn a_missing_table_is_a_problem_and_two_are_no_bundle() {
        let (_out, folder) = written();
        fs::remove_file(folder.join(SUMS)).expect("removable");
        assert_eq!(problems(&folder), ["missing: SHA256SUMS"]);
        fs::remove_file(folder.join(MANIFEST)).expect("removable");
        assert!(verify(&folder).expect_err("no bundle").to_string().contains("no handoff bundle"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let (_out, folder) = written();
        fs::remove_file(folder.join("index.html")).expect("removable");
        std::os::unix::fs::symlink("/etc/hostname", folder.join("index.html")).expect("linked");
        assert!(problems(&folder)[0].starts_with("damaged: index.html (it is a link"));
    }

    #[test]
    fn what_is_not_there_is_an_error_with_help() {
        let error = verify(Path::new("no/such/bundle")).expect_err("nothing there").to_string();
        assert!(error.contains("no/such/bundle") && error.contains("help:"), "{error}");
    }
}
