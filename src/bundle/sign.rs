//! Puts a signature into a bundle that was built: into its folder and into the zip beside it, so that both
//! still hold the same. Knows nothing about what a signature says.

use super::archive::pack;
use super::manifest::SIGNATURE;
use super::verify::{Received, read};
use super::{Bundle, visible};
use crate::error::{Error, Result};
use crate::writing::Place;
use jiff::civil::Date;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The folder and the zip that have the signature now.
    pub places: Vec<PathBuf>,
    /// Whether it took the place of an earlier signature.
    pub replaced: bool,
}

/// Signs the bundle at a path, folder or zip, and its other form beside it, if there is one. `signature`
/// makes a signature of the hashes. An error, and nothing is changed, if one of the two is not as it was
/// sealed, or if they hold different things.
pub fn sign(path: &Path, signature: impl FnOnce(&[u8]) -> Result<Vec<u8>>) -> Result<Signed> {
    let place = path.canonicalize().map_err(|error| Error::io("could not open the bundle", path, &error).help(WHAT))?;
    let received = intact(&place, path)?;
    let hashes = received.verification.hashes.clone().unwrap_or_default();
    let mut places = vec![(place.clone(), path.to_path_buf(), received)];
    if let Some((place, shown)) = beside(&place, path) {
        let other = intact(&place, &shown)?;
        if other.verification.hashes.as_ref() != Some(&hashes) {
            return Err(Error::new("the folder and the zip of the bundle hold different things")
                .path(&shown)
                .why("their hashes are not the same")
                .help("build again, or move the older of the two away"));
        }
        places.push((place, shown, other));
    }
    let replaced = places.iter().any(|(_, _, received)| received.verification.signature.is_some());
    let signature = signature(&hashes)?;
    // Somebody may have been asked for a passphrase meanwhile, and somebody else may have built again.
    let work =
        Place::open(folder(&place)).map_err(|error| Error::io("could not write the signature", &place, &error))?;
    let mut ready = Vec::new();
    for (index, (place, shown, _)) in places.into_iter().enumerate() {
        let received = intact(&place, &shown)?;
        if received.verification.hashes.as_ref() != Some(&hashes) {
            let help = "nothing was changed; sign again";
            return Err(Error::new("the bundle changed while it was signed").path(&shown).help(help));
        }
        let draft = work.draft(&index.to_string());
        ready.push((prepare(&place, &draft, received, &signature)?, draft, shown));
    }
    let mut done = Vec::new();
    for (target, draft, shown) in ready {
        work.put(&draft, &target)
            .map_err(|error| Error::io("could not put the signature in its place", &target, &error))?;
        done.push(shown);
    }
    work.settle();
    Ok(Signed { places: done, replaced })
}

const WHAT: &str = "name the folder of a bundle that was built, or its zip";

/// The bundle at a path, if it is as it was sealed.
fn intact(place: &Path, shown: &Path) -> Result<Received> {
    let received = read(place)?;
    match received.verification.problems.first() {
        None => Ok(received),
        Some(problem) => Err(Error::new("this bundle is not as it was sealed, so it is not signed")
            .path(shown)
            .why(problem.to_string())
            .help(format!("`handoff verify {}` names everything; build it again", shown.display()))),
    }
}

/// The other form of a bundle, if it stands beside it: first where it is, then how the user would call it.
fn beside(place: &Path, shown: &Path) -> Option<(PathBuf, PathBuf)> {
    let name = if place.is_dir() {
        format!("{}.zip", place.file_name()?.to_str()?)
    } else {
        place.file_name()?.to_str()?.strip_suffix(".zip")?.to_owned()
    };
    let other = place.with_file_name(&name);
    let is_other_form = if place.is_dir() { other.is_file() } else { other.is_dir() };
    let shown = shown.file_name().map_or_else(|| other.clone(), |_| shown.with_file_name(&name));
    is_other_form.then_some((other, shown))
}

/// The folder in which a bundle lies: nothing is written into the bundle itself before it is whole.
fn folder(place: &Path) -> &Path {
    place.parent().unwrap_or(place)
}

/// Writes what takes its place later, the signature for a folder, the whole zip for a zip, and says where that is.
fn prepare(place: &Path, draft: &Path, received: Received, signature: &[u8]) -> Result<PathBuf> {
    let failed = |error: &std::io::Error| Error::io("could not write the signature", place, error);
    let mut file = File::create(draft).map_err(|error| failed(&error))?;
    let (target, like) = if place.is_dir() {
        file.write_all(signature).map_err(|error| failed(&error))?;
        (place.join(SIGNATURE), place.join(super::SUMS))
    } else {
        let date = date(&received);
        let bundle = with_signature(received.bundle, signature)?;
        let mut out = pack(&bundle, BufWriter::new(&mut file), date).map_err(|error| failed(&error))?;
        out.flush().map_err(|error| failed(&error))?;
        (place.to_path_buf(), place.to_path_buf())
    };
    let permissions = std::fs::metadata(like).map_err(|error| failed(&error))?.permissions();
    file.set_permissions(permissions).and_then(|()| file.sync_all()).map_err(|error| failed(&error))?;
    Ok(target)
}

/// The day of the release, which dates the entries of the zip as it did when the bundle was built.
fn date(received: &Received) -> Date {
    let manifest = received.verification.manifest.as_ref();
    manifest.and_then(|manifest| manifest.facts.release.date.parse().ok()).unwrap_or(Date::MIN)
}

fn with_signature(bundle: Bundle, signature: &[u8]) -> Result<Bundle> {
    let name = bundle.name;
    let mut files = bundle.files;
    files.insert(SIGNATURE.to_owned(), signature.to_vec().into());
    Bundle::new(&name, files).map_err(|error| error.why(format!("the bundle is called `{}`", visible(&name))))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests read and write files")]
mod tests {
    use super::super::archive;
    use super::super::manifest::tests::sealed;
    use super::*;
    use jiff::civil::date;
    use std::fs;
    use tempfile::TempDir;

    fn built() -> (TempDir, PathBuf, PathBuf) {
        let out = tempfile::tempdir().expect("a temporary folder");
        let written = archive(&sealed(), out.path(), date(2026, 11, 20)).expect("written");
        (out, written.folder, written.zip)
    }

    fn signature_of(path: &Path) -> Option<Vec<u8>> {
        super::super::verify(path).expect("a bundle").signature
    }

    #[test]
    fn the_folder_and_the_zip_get_the_same_signature_whichever_is_named() {
        for named in ["folder", "zip"] {
            let (_out, folder, zip) = built();
            let path = if named == "zip" { &zip } else { &folder };
            let signed = sign(path, |hashes| Ok([b"signed ", hashes].concat())).expect("signed");
            assert_eq!(signed.places.len(), 2);
            assert!(!signed.replaced);
            let wanted =
                [b"signed ".as_slice(), &sealed().get(super::super::SUMS).expect("in memory").expect("hashes")]
                    .concat();
            for place in [&folder, &zip] {
                assert_eq!(signature_of(place), Some(wanted.clone()));
                assert!(super::super::verify(place).expect("a bundle").is_intact());
            }
        }
    }

    #[test]
    fn the_zip_is_the_one_that_would_have_been_built_with_the_signature() {
        let (_out, folder, zip) = built();
        let _ = sign(&zip, |_| Ok(b"signed".to_vec())).expect("signed");
        let once = fs::read(&zip).expect("a zip");
        let bundle = with_signature(sealed(), b"signed").expect("a bundle");
        let wanted = pack(&bundle, std::io::Cursor::new(Vec::new()), date(2026, 11, 20)).expect("packed").into_inner();
        assert_eq!(once, wanted);
        let again = sign(&folder, |_| Ok(b"signed".to_vec())).expect("signed again");
        assert!(again.replaced);
        assert_eq!(fs::read(&zip).expect("a zip"), once);
    }

    #[test]
    fn a_bundle_that_was_altered_is_not_signed() {
        let (out, folder, zip) = built();
        fs::write(folder.join("index.html"), "changed").expect("writable");
        let before = fs::read(&zip).expect("a zip");
        for path in [&folder, &zip] {
            let error = sign(path, |_| panic!("nothing to sign")).expect_err("altered").to_string();
            assert!(error.contains("altered: index.html") && error.contains("help:"), "{error}");
        }
        assert!(fs::read(&zip).expect("a zip") == before && !folder.join(SIGNATURE).exists());
        assert_eq!(fs::read_dir(out.path()).expect("a folder").count(), 2, "nothing is left behind");
    }

    #[test]
    fn a_folder_and_a_zip_of_two_builds_are_not_signed() {
        let (_out, folder, zip) = built();
        let mut other =
            Bundle::new("demo-1.0.0", [("index.html".to_owned(), String::from("other").into())].into()).expect("safe");
        super::super::seal(&mut other, &super::super::manifest::tests::facts()).expect("sealed");
        let file = fs::File::create(&zip).expect("writable");
        pack(&other, file, date(2026, 11, 20)).expect("packed");
        let error = sign(&folder, |_| panic!("nothing to sign")).expect_err("two builds").to_string();
        assert!(error.contains("different things"), "{error}");
    }

    #[test]
    fn a_signature_that_cannot_be_made_changes_nothing() {
        let (_out, folder, zip) = built();
        let before = fs::read(&zip).expect("a zip");
        assert!(sign(&folder, |_| Err(Error::new("no key"))).is_err());
        assert!(fs::read(&zip).expect("a zip") == before && !folder.join(SIGNATURE).exists());
    }
}
