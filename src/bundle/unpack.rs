//! Unpacks a bundle that was verified: all of it or nothing, and nothing beside its folder.

use super::archive::write_folder;
use super::verify::{Verification, read};
use crate::error::{Error, Result};
use crate::writing::Place;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes the files of the zip at `path` to `<folder>/<name>/` and returns that path. They must still be
/// those that `verified` is about, and as they were sealed; what is already there is never replaced.
pub fn unpack(path: &Path, verified: &Verification, folder: &Path) -> Result<PathBuf> {
    if path.is_dir() {
        return Err(Error::new("this bundle is a folder already").path(path).help("leave `--unpack` out"));
    }
    let received = read(path)?;
    if received.verification != *verified || !verified.is_intact() {
        return Err(Error::new("the zip changed while it was read").path(path).help("copy it to a quiet place first"));
    }
    let target = folder.join(received.bundle.name());
    if fs::symlink_metadata(&target).is_ok() {
        return Err(Error::new("there is something of this name already")
            .path(&target)
            .help("move it away, or unpack into another folder"));
    }
    let place = Place::open(folder)
        .map_err(|error| Error::io("could not write to the folder to unpack into", folder, &error))?;
    let unpacked = place.draft("folder");
    write_folder(&received.bundle, &unpacked, &target)?;
    place
        .put_new(&unpacked, &target)
        .map_err(|error| Error::io("could not put the bundle in its place", &target, &error))?;
    place.settle();
    Ok(target)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests read and write files")]
mod tests {
    use super::super::manifest::tests::sealed;
    use super::super::{archive, verify};
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_was_verified_is_unpacked_whole_and_once() {
        let out = tempfile::tempdir().expect("a temporary folder");
        let zip = archive(&sealed(), &out.path().join("dist"), date(2026, 11, 20)).expect("written").zip;
        let verified = verify(&zip).expect("a bundle");
        let target = out.path().join("there");
        let folder = unpack(&zip, &verified, &target).expect("unpacked");
        assert_eq!(folder, target.join("demo-1.0.0"));
        for (path, bytes) in sealed().into_files().expect("in memory") {
            assert_eq!(fs::read(folder.join(&path)).expect("unpacked"), bytes, "{path}");
        }
        assert_eq!(fs::read_dir(&target).expect("a folder").count(), 1, "nothing else is left");
        let again = unpack(&zip, &verified, &target).expect_err("there already").to_string();
        assert!(again.contains("already") && again.contains("help:"), "{again}");
    }

    #[test]
    fn another_zip_than_the_one_that_was_verified_is_not_unpacked() {
        let out = tempfile::tempdir().expect("a temporary folder");
        let zip = archive(&sealed(), out.path(), date(2026, 11, 20)).expect("written").zip;
        let other = Verification { hashes: None, ..verify(&zip).expect("a bundle") };
        assert!(unpack(&zip, &other, &out.path().join("there")).is_err());
        assert!(!out.path().join("there").exists());
    }
}
