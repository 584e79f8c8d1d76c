//! Reads a zip that somebody sent us: entry by entry, within limits, and nothing is ever written.
//!
//! Refuses what a bundle never holds and an attacker likes: paths that lead out or name devices,
//! links, names that are there twice, encryption, overlapping or hidden entries, sizes that lie, bombs.
//! Knows no file system.

use super::contents::{Contents, Found, Keep, Limits, visible};
use super::manifest::SUMS;
use super::path::{self, Names};
use super::table;
use crate::error::{Error, Result};
use std::io::{Read, Seek};
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// The bits of a Unix mode that tell the kind of file, and the kinds that a bundle may hold.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

/// The files of a zip, by path below its one folder; an error if anything about it is dangerous.
pub(super) fn read<R: Read + Seek>(mut reader: R, keep: Keep, limits: Limits) -> Result<Contents> {
    let length = table::inspect(&mut reader, limits).map_err(refused)?;
    let mut zip = open(reader, limits)?;
    let files = files(&mut zip, length, limits)?;
    let base = base(&files)?;
    let mut contents = Contents::new(keep);
    contents.name = base.strip_suffix('/').map(str::to_owned);
    for file in &files {
        let Some(path) = file.path.strip_prefix(&base) else {
            return Err(refused(format!("`{}` stands beside the folder of the bundle", file.path)));
        };
        let mut entry = zip.by_index(file.index).map_err(unreadable)?;
        contents.take(path, &mut entry, Some(file.size), limits).map_err(refused)?;
        if let Some(Found::Damaged(why)) = contents.files.get_mut(path) {
            *why = reason(path, why)?;
        }
    }
    Ok(contents)
}

/// Why an entry could not be read, in plain words; an error if that was because its size is a lie.
fn reason(path: &str, why: &str) -> Result<String> {
    if why.contains("larger than its declared") {
        return Err(refused(format!("`{path}` has another size than it claims")));
    }
    Ok(match why {
        "Invalid checksum" => "its bytes are not those of its checksum in the zip".to_owned(),
        why => why.to_owned(),
    })
}

/// Opens the table of contents and checks what concerns the zip as a whole.
fn open<R: Read + Seek>(reader: R, limits: Limits) -> Result<ZipArchive<R>> {
    let mut zip =
        ZipArchive::new(reader).map_err(|error| refused(format!("it is no zip, or a damaged one ({error})")))?;
    if zip.has_duplicate_names() {
        return Err(refused("a name is in it twice"));
    }
    if zip.len() > limits.files {
        return Err(refused(format!("it holds more than {} entries", limits.files)));
    }
    if zip.offset() != 0 {
        return Err(refused("something stands before the first entry"));
    }
    zip.validate_header_consistency().map_err(unreadable)?;
    Ok(zip)
}

/// An entry that is a file.
struct Entry {
    index: usize,
    path: String,
    size: u64,
}

/// The entries that are files, once all of them were found harmless. `length` is the size of the zip.
fn files<R: Read + Seek>(zip: &mut ZipArchive<R>, length: u64, limits: Limits) -> Result<Vec<Entry>> {
    let (mut names, mut files, mut total) = (Names::default(), Vec::new(), 0_u64);
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(unreadable)?;
        let raw = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let because = |why: String| refused(format!("the entry `{}`: {why}", visible(&raw)));
        let path = std::str::from_utf8(entry.name_raw()).map_err(|_| because("its name is not UTF-8".into()))?;
        let plain = path.strip_suffix('/').filter(|_| entry.is_dir()).unwrap_or(path);
        path::check(plain).map_err(because)?;
        harmless(&entry, limits).map_err(because)?;
        total = total.saturating_add(entry.size());
        if entry.is_dir() {
            names.admit_folder(plain).map_err(because)?;
        } else {
            names.admit(plain).map_err(because)?;
            files.push(Entry { index, path: plain.to_owned(), size: entry.size() });
        }
    }
    if total > limits.total {
        return Err(refused("its files together are too large"));
    }
    if total > 4 * limits.small && total / limits.ratio > length {
        return Err(refused(format!("its files together grow to more than {} times its size", limits.ratio)));
    }
    Ok(files)
}

/// Checks what the table of contents says about one entry.
fn harmless<R: Read>(entry: &ZipFile<'_, R>, limits: Limits) -> std::result::Result<(), String> {
    let kind = entry.unix_mode().map_or(0, |mode| mode & KIND);
    if entry.is_symlink() || ![0, REGULAR, FOLDER].contains(&kind) {
        return Err("it is a link or a device, not a file".into());
    }
    if entry.encrypted() {
        return Err("it is encrypted".into());
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err("it is packed in a way that bundles never are".into());
    }
    if entry.is_dir() && entry.size() > 0 {
        return Err("it is a folder and holds bytes all the same".into());
    }
    if entry.size() > limits.file {
        return Err("it is too large".into());
    }
    if entry.compression() == CompressionMethod::Stored && entry.size() != entry.compressed_size() {
        return Err("it is stored as it is, and yet has two sizes".into());
    }
    if entry.size() > limits.small && entry.size() / limits.ratio > entry.compressed_size() {
        return Err(format!("it grows to more than {} times its packed size", limits.ratio));
    }
    Ok(())
}

/// What stands before every path: the bundle's folder, or nothing where the zip was packed without it.
fn base(files: &[Entry]) -> Result<String> {
    let mut places = files.iter().filter_map(|file| file.path.strip_suffix(SUMS));
    let place = places.find(|place| place.is_empty() || place.find('/') == Some(place.len() - 1));
    place.map(str::to_owned).ok_or_else(|| {
        Error::new("this is no handoff bundle")
            .why(format!("there is no {SUMS} at its top or in its one folder"))
            .help("name the zip of a bundle, as `handoff build` writes it")
    })
}

fn refused(why: impl Into<String>) -> Error {
    Error::new("the zip is refused")
        .why(why)
        .help("no handoff bundle looks like this: ask the sender for another copy, and do not unpack this one")
}

fn unreadable(error: ZipError) -> Error {
    refused(match error {
        ZipError::InvalidArchive(why) => format!("it is damaged: {why}"),
        ZipError::UnsupportedArchive(why) => why.to_owned(),
        ZipError::CompressionMethodNotSupported(_) => "an entry is packed in a way that bundles never are".into(),
        error => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::manifest::MANIFEST;
    use crate::hash::sha256;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    type Writer = ZipWriter<Cursor<Vec<u8>>>;

    /// A zip that holds the hashes and whatever `more` adds.
    fn zip(more: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        add(&mut zip, "b/SHA256SUMS", b"");
        more(&mut zip);
        zip.finish().expect("finished").into_inner()
    }

    fn options() -> SimpleFileOptions {
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
    }

    fn add(zip: &mut Writer, path: &str, bytes: &[u8]) {
        zip.start_file(path, options()).expect("started");
        zip.write_all(bytes).expect("written");
    }

    /// Replaces every occurrence of some bytes by others of the same length, in both tables.
    fn patch(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
        assert_eq!(from.len(), to.len());
        let places: Vec<_> = (0..bytes.len() - from.len()).filter(|&at| bytes[at..].starts_with(from)).collect();
        assert!(!places.is_empty(), "nothing to patch");
        for at in places {
            bytes[at..at + from.len()].copy_from_slice(to);
        }
        bytes
    }

    fn refusal(bytes: Vec<u8>) -> String {
        let limits = Limits { files: 50, file: 1 << 20, total: 2 << 20, small: 1 << 16, ..Limits::DEFAULT };
        read(Cursor::new(bytes), Keep::Tables, limits).expect_err("refused").to_string()
    }

    #[test]
    fn the_files_of_the_one_folder_are_read() {
        let bytes = zip(|zip| {
            zip.add_directory("b/html/", options()).expect("added");
            add(zip, "b/html/a.html", b"abc");
        });
        let contents = read(Cursor::new(bytes), Keep::Tables, Limits::DEFAULT).expect("harmless");
        assert_eq!(contents.files["html/a.html"], Found::Whole { size: 3, sha256: sha256(b"abc") });
        assert_eq!(contents.files.len(), 2);
        assert!(contents.kept.contains_key(SUMS));
    }

    #[test]
    fn a_zip_without_the_folder_is_read_as_well() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for path in [SUMS, MANIFEST] {
            add(&mut zip, path, b"x");
        }
        let bytes = zip.finish().expect("finished");
        assert_eq!(read(bytes, Keep::Tables, Limits::DEFAULT).expect("harmless").files.len(), 2);
    }

    #[test]
    fn what_is_no_zip_or_no_bundle_is_refused() {
        assert!(refusal(b"hello, this is text".to_vec()).contains("damaged"));
        assert!(refusal(Vec::new()).contains("refused"));
        let mut other = ZipWriter::new(Cursor::new(Vec::new()));
        add(&mut other, "a/b/SHA256SUMS", b"");
        let bytes = other.finish().expect("finished").into_inner();
        assert!(refusal(bytes).contains("no handoff bundle"));
        assert!(refusal(zip(|zip| add(zip, "beside.txt", b""))).contains("beside the folder"));
    }

    #[test]
    fn paths_that_lead_out_or_name_devices_are_refused() {
        for (path, why) in [
            ("b/../../up.txt", ".."),
            ("/etc/passwd", "absolute"),
            ("C:/x.txt", "character"),
            ("b\\..\\x", "character"),
            ("b/con.txt", "device"),
            ("b/x ", "Windows"),
        ] {
            // The writer tidies some names, so the bad one is put in afterwards.
            let stand_in = "q".repeat(path.len());
            let bytes = patch(zip(|zip| add(zip, &stand_in, b"x")), stand_in.as_bytes(), path.as_bytes());
            let message = refusal(bytes);
            assert!(message.contains(why), "{path}: {message}");
        }
    }

    #[test]
    fn names_that_are_one_file_on_some_systems_are_refused() {
        assert!(
            refusal(zip(|zip| {
                add(zip, "b/Sla.html", b"1");
                add(zip, "b/sla.html", b"2");
            }))
            .contains("ignore case")
        );
        let twice = zip(|zip| {
            add(zip, "b/one", b"1");
            add(zip, "b/two", b"2");
        });
        assert!(refusal(patch(twice, b"b/two", b"b/one")).contains("twice"));
    }

    #[test]
    fn links_and_encrypted_entries_are_refused() {
        let link = zip(|zip| zip.add_symlink("b/link", "/etc/passwd", options()).expect("added"));
        assert!(refusal(link).contains("link"));
        let mut locked = zip(|zip| add(zip, "b/x", b"secret"));
        for (signature, flags) in [(&b"PK\x03\x04"[..], 6), (&b"PK\x01\x02"[..], 8)] {
            let at = (0..locked.len()).rev().find(|&at| locked[at..].starts_with(signature)).expect("a header");
            locked[at + flags] |= 1;
        }
        assert!(refusal(locked).contains("encrypted"));
    }

    #[test]
    fn bombs_are_refused_by_what_they_say_and_by_what_they_do() {
        assert!(refusal(zip(|zip| add(zip, "b/zeros", &vec![0; 1 << 19]))).contains("200 times"));
        let noise: Vec<u8> = (0..=1_u32 << 18).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        assert!(refusal(zip(|zip| add(zip, "b/large", &noise))).contains("too large"));
        let half = &noise[..900_000];
        let many = |zip: &mut Writer| ["b/1", "b/2", "b/3"].iter().for_each(|path| add(zip, path, half));
        assert!(refusal(zip(many)).contains("together"));
        let crowd = |zip: &mut Writer| (0..60).for_each(|n| add(zip, &format!("b/{n}"), b""));
        assert!(refusal(zip(crowd)).contains("more than 50 entries"));
    }

    #[test]
    fn a_size_that_lies_is_found() {
        let honest = zip(|zip| add(zip, "b/x", &[7; 5000]));
        let lying = patch(honest, &5000_u32.to_le_bytes(), &5_u32.to_le_bytes());
        let message = refusal(lying);
        assert!(message.contains("size") || message.contains("damaged"), "{message}");
    }

    #[test]
    fn a_flipped_byte_is_a_damaged_file() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        add(&mut zip, "b/SHA256SUMS", b"");
        zip.start_file("b/x.pdf", SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
            .expect("started");
        zip.write_all(b"the quick brown fox").expect("written");
        let bytes = patch(zip.finish().expect("finished").into_inner(), b"quick", b"quack");
        let contents = read(Cursor::new(bytes), Keep::Tables, Limits::DEFAULT).expect("harmless");
        assert!(matches!(contents.files["x.pdf"], Found::Damaged(_)));
    }

    #[test]
    fn something_before_the_zip_is_refused() {
        let mut bytes = b"#!/bin/sh\n".to_vec();
        bytes.extend(zip(|_| {}));
        assert!(refusal(bytes).contains("not where it claims"));
    }
}
