//! Writes a bundle to disk: the folder and the zip, whole or not at all.
//!
//! Both are first written to a place beside the target and then moved into it. The bytes of the zip depend on the
//! bundle and the date alone.

use super::Bundle;
use super::manifest::{MANIFEST, Manifest};
use crate::content::Content;
use crate::error::{Error, Result};
use crate::writing::{Place, Put};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Cursor, Seek, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// What is packed already: deflating it again costs time and gains nothing.
const PACKED: [&str; 9] = ["pdf", "png", "jpg", "jpeg", "gif", "webp", "woff", "woff2", "zip"];

/// So many files wait packed until they are in the zip.
const AT_ONCE: usize = 64;

/// The level of compression; fixed, so that the bytes are.
const LEVEL: i64 = 6;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The folder of the bundle.
    pub folder: PathBuf,
    /// The zip beside it.
    pub zip: PathBuf,
    /// How many files the bundle has.
    pub files: usize,
    /// How many bytes they have together.
    pub bytes: u64,
    /// How many bytes the zip has.
    pub zip_bytes: u64,
}

/// Writes `<folder>/<name>/` and `<folder>/<name>.zip`, all entries of the zip dated `date`.
///
/// An earlier bundle of the same name is replaced as a whole; if that fails, it is still there.
/// Anything else that stands in the way is kept and is an error.
pub fn archive(bundle: &Bundle, folder: &Path, date: Date) -> Result<Written> {
    let name = bundle.name();
    let target = folder.join(name);
    let zip = folder.join(format!("{name}.zip"));
    // What is in the way is told before anything is made.
    refuse_foreign(&target, &target, name)?;
    refuse_foreign(&zip, &zip, name)?;
    let place = Place::open(folder)
        .map_err(|error| Error::io("could not write to the folder for bundles", folder, &error).help(OTHER_FOLDER))?;
    let (new_folder, new_zip) = (place.draft("folder"), place.draft("zip"));
    let (made, zip_bytes) =
        rayon::join(|| write_folder(bundle, &new_folder, &target), || write_zip(bundle, &new_zip, &zip, date));
    made.map_err(|error| error.help(NOT_CHANGED))?;
    let zip_bytes = zip_bytes.map_err(|error| error.help(NOT_CHANGED))?;

    let mut done = Vec::new();
    for (draft, target) in [(new_folder, &target), (new_zip, &zip)] {
        let replaced = replace(&place, &draft, target, name, &mut done);
        if let Err(failure) = replaced {
            return Err(undo(failure, &done, place));
        }
    }
    place.settle();
    Ok(Written { folder: target, zip, files: bundle.files().len(), bytes: bundle.bytes(), zip_bytes })
}

/// Puts a folder or a zip in its place. What was there is looked at again: somebody may have put something else
/// there meanwhile.
fn replace(place: &Place, draft: &Path, target: &Path, name: &str, done: &mut Vec<Put>) -> Result<()> {
    let put =
        place.put(draft, target).map_err(|error| Error::io("could not put the bundle in its place", target, &error))?;
    let foreign = put.former().map_or(Ok(()), |former| refuse_foreign(former, target, name));
    done.push(put);
    foreign
}

/// Takes back what was done, the last step first. What could not be put back is kept and named.
fn undo(failure: Error, done: &[Put], place: Place) -> Error {
    let stuck = done.iter().rev().filter(|put| put.take_back().is_err()).count();
    if stuck > 0 {
        let kept = place.keep();
        return failure.help(format!("what was there before is kept in {}; move it back by hand", kept.display()));
    }
    failure.help("nothing was changed; close the programs that use the folder and build again")
}

const OTHER_FOLDER: &str = "choose another folder with `--out`, or make this one writable";
const NOT_CHANGED: &str = "nothing was changed; make room there, or choose another folder with `--out`";
const IN_THE_WAY: &str = "move it away, or choose another folder with `--out`";

/// Refuses to replace what is at `found` if it is no bundle. To the user it is at `shown`.
fn refuse_foreign(found: &Path, shown: &Path, name: &str) -> Result<()> {
    let Ok(metadata) = fs::symlink_metadata(found) else { return Ok(()) };
    let is_zip =
        shown.extension().is_some_and(|ending| ending == "zip") && shown.file_stem().is_some_and(|stem| stem == name);
    let why = if is_zip { why_foreign_zip(found, &metadata, name) } else { why_foreign_folder(found, &metadata) };
    match why {
        None => Ok(()),
        Some(why) => {
            Err(Error::new("something that is no handoff bundle is in the way").path(shown).why(why).help(IN_THE_WAY))
        }
    }
}

fn why_foreign_folder(folder: &Path, metadata: &Metadata) -> Option<String> {
    if !metadata.is_dir() {
        return Some("it is not a folder".into());
    }
    match fs::read(folder.join(MANIFEST)) {
        Ok(bytes) => Manifest::read(&bytes).err().map(|why| format!("its {MANIFEST} is not ours: {why}")),
        Err(_) => Some(format!("it has no {MANIFEST}")),
    }
}

fn why_foreign_zip(zip: &Path, metadata: &Metadata, name: &str) -> Option<String> {
    let ours = metadata.is_file()
        && File::open(zip)
            .ok()
            .and_then(|file| zip::ZipArchive::new(io::BufReader::new(file)).ok())
            .is_some_and(|archive| archive.index_for_name(&format!("{name}/{MANIFEST}")).is_some());
    (!ours).then(|| "it is no zip of a bundle of this name".into())
}

/// Writes the files of a bundle into a folder that becomes `shown`.
pub(super) fn write_folder(bundle: &Bundle, folder: &Path, shown: &Path) -> Result<()> {
    let write = |(path, content): (&String, &Content)| {
        let (file, bytes) = (folder.join(path), content.bytes()?);
        let made = file.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&file, bytes))
            .map_err(|error| Error::io("could not write a file of the bundle", &shown.join(path), &error))
    };
    // Of several that fail the first one is told, whichever thread was the first.
    bundle.files().par_iter().map(write).collect::<Vec<_>>().into_iter().collect()
}

/// Writes the zip to a path that becomes `shown`, and says how many bytes it has.
fn write_zip(bundle: &Bundle, path: &Path, shown: &Path, date: Date) -> Result<u64> {
    let failed = |error: &io::Error| Error::io("could not write the zip", shown, error);
    let file = File::create(path).map_err(|error| failed(&error))?;
    let mut out = pack(bundle, BufWriter::new(file), date).map_err(|error| failed(&error))?;
    out.flush().map_err(|error| failed(&error))?;
    Ok(fs::metadata(path).map_err(|error| failed(&error))?.len())
}

/// Packs a bundle below a folder of its name: sorted, with one date and one mode for all.
pub(super) fn pack<W: Write + Seek>(bundle: &Bundle, out: W, date: Date) -> io::Result<W> {
    let options =
        SimpleFileOptions::default().last_modified_time(timestamp(date)).unix_permissions(0o644).system(System::Unix);
    let deflated = options.compression_method(CompressionMethod::Deflated).compression_level(Some(LEVEL));
    let stored = options.compression_method(CompressionMethod::Stored);
    let inside = |path: &str| format!("{}/{path}", bundle.name());
    let large =
        |options: SimpleFileOptions, content: &Content| options.large_file(content.len() as u64 > u64::from(u32::MAX));
    let mut zip = ZipWriter::new(out);
    let all: Vec<(&String, &Content)> = bundle.files().iter().collect();
    for files in all.chunks(AT_ONCE) {
        // Each file is deflated by itself, several at once; what has been packed is then copied as it is.
        let packed = files.par_iter().filter(|(path, _)| !is_packed(path)).map(|(path, content)| {
            let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
            zip.start_file(inside(path), large(deflated, content))?;
            zip.write_all(&content.bytes().map_err(io::Error::other)?)?;
            Ok((path.as_str(), zip.finish_into_readable()?))
        });
        let mut packed = packed.collect::<io::Result<BTreeMap<_, _>>>()?;
        for (path, content) in files {
            if let Some(mut packed) = packed.remove(path.as_str()) {
                zip.raw_copy_file(packed.by_index_raw(0)?)?;
            } else {
                zip.start_file(inside(path), large(stored, content))?;
                zip.write_all(&content.bytes().map_err(io::Error::other)?)?;
            }
        }
    }
    Ok(zip.finish()?)
}

fn is_packed(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| PACKED.contains(&extension.as_str()))
}

/// Midnight of a date; the format's first day for a date that it cannot write (before 1980, after 2107).
fn timestamp(date: Date) -> DateTime {
    let part = |number: i8| u8::try_from(number).ok();
    let parts = (u16::try_from(date.year()).ok(), part(date.month()), part(date.day()));
    let (Some(year), Some(month), Some(day)) = parts else { return DateTime::DEFAULT };
    DateTime::from_date_and_time(year, month, day, 0, 0, 0).unwrap_or(DateTime::DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::super::manifest::tests::sealed;
    use super::*;
    use jiff::civil::date;
    use std::io::{Cursor, Read};
    use tempfile::TempDir;

    const DAY: Date = date(2026, 11, 20);

    fn folder() -> TempDir {
        tempfile::tempdir().expect("a temporary folder")
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("readable").map(|entry| entry.expect("entry").file_name());
        let mut names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_folder_and_the_zip_hold_the_same_files() {
        let (out, bundle) = (folder(), sealed());
        let written = archive(&bundle, &out.path().join("new/dist"), DAY).expect("written");
        assert_eq!(names(&out.path().join("new/dist")), ["demo-1.0.0", "demo-1.0.0.zip"], "nothing else is left");
        assert_eq!((written.files, written.bytes), (bundle.files().len(), bundle.bytes()));
        let mut zip = zip::ZipArchive::new(File::open(&written.zip).expect("there")).expect("a zip");
        assert_eq!(zip.len(), bundle.files().len());
        for (path, content) in bundle.files() {
            let bytes = &*content.bytes().expect("in memory");
            assert_eq!(&fs::read(written.folder.join(path)).expect("written"), bytes, "{path}");
            let mut entry = zip.by_name(&format!("demo-1.0.0/{path}")).expect("packed");
            let mut unpacked = Vec::new();
            entry.read_to_end(&mut unpacked).expect("unpacks");
            assert_eq!(&unpacked, bytes, "{path}");
        }
    }

    #[test]
    fn entries_are_sorted_dated_and_packed_by_their_kind() {
        let bytes = pack(&sealed(), Cursor::new(Vec::new()), DAY).expect("packed");
        let mut zip = zip::ZipArchive::new(bytes).expect("a zip");
        let listed: Vec<_> = zip.file_names().map(|name| name.expect("text").into_owned()).collect();
        assert!(listed.is_sorted(), "{listed:?}");
        for (path, method) in [("pdf/01-a.pdf", CompressionMethod::Stored), ("index.html", CompressionMethod::Deflated)]
        {
            let entry = zip.by_name(&format!("demo-1.0.0/{path}")).expect("packed");
            assert_eq!(entry.compression(), method, "{path}");
            assert_eq!(entry.unix_mode(), Some(0o100_644), "{path}");
            assert_eq!(entry.last_modified().expect("dated").to_string(), "2026-11-20 00:00:00", "{path}");
        }
    }

    #[test]
    fn the_same_bundle_gives_the_same_bytes() {
        let once = pack(&sealed(), Cursor::new(Vec::new()), DAY).expect("packed").into_inner();
        let again = pack(&sealed(), Cursor::new(Vec::new()), DAY).expect("packed").into_inner();
        assert_eq!(once, again);
    }

    #[test]
    fn a_date_that_the_format_cannot_write_becomes_its_first_day() {
        assert_eq!(timestamp(date(1970, 1, 1)).to_string(), "1980-01-01 00:00:00");
        assert_eq!(timestamp(date(2300, 1, 1)).to_string(), "1980-01-01 00:00:00");
    }

    #[test]
    fn an_earlier_bundle_is_replaced_as_a_whole() {
        let out = folder();
        let written = archive(&sealed(), out.path(), DAY).expect("written");
        fs::write(written.folder.join("stale.html"), "left over").expect("writable");
        archive(&sealed(), out.path(), DAY).expect("written again");
        assert!(!written.folder.join("stale.html").exists());
        assert_eq!(names(out.path()), ["demo-1.0.0", "demo-1.0.0.zip"]);
    }

    #[test]
    fn what_is_no_bundle_is_kept() {
        for foreign in ["notes.txt", "manifest.json"] {
            let out = folder();
            let target = out.path().join("demo-1.0.0");
            fs::create_dir(&target).expect("made");
            fs::write(target.join(foreign), "{\"name\": \"mine\"}").expect("written");
            let error = archive(&sealed(), out.path(), DAY).expect_err("in the way").to_string();
            assert!(error.contains("no handoff bundle") && error.contains("--out"), "{error}");
            assert_eq!(fs::read_to_string(target.join(foreign)).expect("kept"), "{\"name\": \"mine\"}");
            assert_eq!(names(out.path()), ["demo-1.0.0"]);
        }
    }

    #[test]
    fn a_file_or_zip_of_somebody_else_is_kept() {
        for name in ["demo-1.0.0", "demo-1.0.0.zip"] {
            let out = folder();
            fs::write(out.path().join(name), "mine").expect("written");
            assert!(archive(&sealed(), out.path(), DAY).is_err());
            assert_eq!(fs::read_to_string(out.path().join(name)).expect("kept"), "mine");
            assert_eq!(names(out.path()), [name]);
        }
    }

    #[test]
    fn a_failed_replacement_puts_the_earlier_bundle_back() {
        let out = folder();
        let at = |name: &str| out.path().join(name);
        fs::create_dir(at("bundle")).expect("made");
        fs::write(at("bundle/old"), "old").expect("written");
        let place = Place::open(out.path()).expect("a place");
        fs::create_dir(place.draft("new")).expect("made");
        let mut done = Vec::new();
        // It is noticed only when it was moved away that it is no bundle.
        let failure = replace(&place, &place.draft("new"), &at("bundle"), "bundle", &mut done).expect_err("no bundle");
        assert_eq!(done.len(), 1);
        let message = undo(failure, &done, place).to_string();
        assert!(message.contains("no handoff bundle") && message.contains("nothing was changed"), "{message}");
        assert_eq!(fs::read_to_string(at("bundle/old")).expect("back"), "old");
        assert_eq!(names(out.path()), ["bundle"]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_with_its_path() {
        let out = folder();
        fs::write(out.path().join("file"), "").expect("written");
        let error = archive(&sealed(), &out.path().join("file/dist"), DAY).expect_err("no folder").to_string();
        assert!(error.contains("file/dist") && error.contains("--out"), "{error}");
    }
}
