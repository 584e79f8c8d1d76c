//! The table of contents of a zip, looked at byte by byte before anything else reads it.
//!
//! A zip can hold several tables, or one that claims a million entries: programs then disagree about what
//! is in it, or run out of memory. What passes here has one table, at its end, of a bounded size, and its
//! entries bring no second names.

use super::contents::Limits;
use std::io::{self, Read, Seek, SeekFrom};

const END: &[u8] = b"PK\x05\x06";
const END_SIZE: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_SIZE: usize = 46;
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_SIZE: usize = 30;

/// The bits of the flags that mean encryption: of the content, strong, of the table.
const ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;

/// What may stand beside an entry: times, owners, and a mark of some Java programs. Anything else can give
/// it a second name, a second size or a second meaning.
const HARMLESS: [u16; 5] = [0x000a, 0x5455, 0x5855, 0x7875, 0xcafe];

/// Checks the table and returns the size of the zip; says why it is refused.
pub(super) fn inspect<R: Read + Seek>(reader: &mut R, limits: Limits) -> Result<u64, String> {
    let length = reader.seek(SeekFrom::End(0)).map_err(|error| unread(&error))?;
    let none = "it is no zip, a damaged one, or something stands behind its end";
    let end_at = length.checked_sub(END_SIZE as u64).ok_or(none)?;
    let end = bytes(reader, end_at, END_SIZE).map_err(|error| unread(&error))?;
    if !end.starts_with(END) {
        return Err(none.into());
    }
    if short(&end, 4) != Some(0) || short(&end, 6) != Some(0) || short(&end, 8) != short(&end, 10) {
        return Err("it is one part of several".into());
    }
    let (count, size, at) = (short(&end, 10).unwrap_or(0), long(&end, 12), long(&end, 16));
    if count == u16::MAX || size == u64::from(u32::MAX) || at == u64::from(u32::MAX) {
        return Err("it is of the large kind, which no bundle needs".into());
    }
    if usize::from(count) > limits.files {
        return Err(format!("it holds more than {} entries", limits.files));
    }
    if size > limits.directory {
        return Err("its table of contents is larger than that of any bundle".into());
    }
    if short(&end, 20) != Some(0) || at.checked_add(size) != Some(end_at) {
        return Err("its table of contents is not where it claims to be, or something stands behind it".into());
    }
    let table = bytes(reader, at, usize::try_from(size).unwrap_or(0)).map_err(|error| unread(&error))?;
    walk(reader, &table, count)?;
    reader.rewind().map_err(|error| unread(&error))?;
    Ok(length)
}

/// Goes through the entries: as many as there should be, and nothing between or behind them.
fn walk<R: Read + Seek>(reader: &mut R, table: &[u8], count: u16) -> Result<(), String> {
    const WRONG: &str = "its table of contents is damaged";
    let mut rest = table;
    for _ in 0..count {
        let (head, behind) =
            rest.split_at_checked(ENTRY_SIZE).filter(|(head, _)| head.starts_with(ENTRY)).ok_or(WRONG)?;
        let sizes = [short(head, 28), short(head, 30), short(head, 32)].map(|size| usize::from(size.unwrap_or(0)));
        let (name, behind) = behind.split_at_checked(sizes[0]).ok_or(WRONG)?;
        let (extra, behind) = behind.split_at_checked(sizes[1]).ok_or(WRONG)?;
        let shown = String::from_utf8_lossy(name);
        let because = |why: &str| format!("the entry `{}`: {why}", super::visible(&shown));
        if short(head, 8).is_none_or(|flags| flags & ENCRYPTED != 0) {
            return Err(because("it is encrypted"));
        }
        let local = local_extra(reader, long(head, 42)).map_err(|why| because(&why))?;
        if !(harmless(extra) && harmless(&local)) {
            return Err(because("it brings along a field that can give it another name or size"));
        }
        rest = behind.get(sizes[2]..).ok_or(WRONG)?;
    }
    if rest.is_empty() { Ok(()) } else { Err("its table of contents holds more than it counts".into()) }
}

/// The fields that stand beside the entry itself.
fn local_extra<R: Read + Seek>(reader: &mut R, at: u64) -> Result<Vec<u8>, String> {
    let head = bytes(reader, at, LOCAL_SIZE).map_err(|_| "it is not where the table of contents says")?;
    let (Some(name), Some(extra), true) = (short(&head, 26), short(&head, 28), head.starts_with(LOCAL)) else {
        return Err("it is not where the table of contents says".into());
    };
    bytes(reader, at + LOCAL_SIZE as u64 + u64::from(name), usize::from(extra)).map_err(|error| unread(&error))
}

/// Whether all fields of a list are known to mean nothing to us.
fn harmless(mut fields: &[u8]) -> bool {
    while let (Some(kind), Some(size)) = (short(fields, 0), short(fields, 2)) {
        let Some(behind) = fields.get(4 + usize::from(size)..) else { return false };
        if !HARMLESS.contains(&kind) {
            return false;
        }
        fields = behind;
    }
    fields.is_empty()
}

fn bytes<R: Read + Seek>(reader: &mut R, at: u64, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; size];
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A number of two bytes, the low one first.
fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// A number of four bytes; one that is not there is larger than any.
fn long(bytes: &[u8], at: usize) -> u64 {
    let number = bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    number.map_or(u64::MAX, u64::from)
}

fn unread(error: &io::Error) -> String {
    format!("it cannot be read: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn zip() -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for path in ["b/SHA256SUMS", "b/index.html"] {
            zip.start_file(path, SimpleFileOptions::default()).expect("started");
            zip.write_all(b"text").expect("written");
        }
        zip.finish().expect("finished").into_inner()
    }

    fn inspected(bytes: Vec<u8>) -> Result<u64, String> {
        inspect(&mut Cursor::new(bytes), Limits::DEFAULT)
    }

    /// Sets bytes of the end of the table, counted from its start.
    fn with_end(at: usize, new: &[u8]) -> Result<u64, String> {
        let mut bytes = zip();
        let start = bytes.len() - END_SIZE + at;
        bytes[start..start + new.len()].copy_from_slice(new);
        inspected(bytes)
    }

    #[test]
    fn an_honest_zip_passes_and_tells_its_size() {
        let bytes = zip();
        assert_eq!(inspected(bytes.clone()), Ok(bytes.len() as u64));
    }

    #[test]
    fn a_table_that_lies_is_refused() {
        for (at, new, why) in [
            (4, &[1, 0][..], "part of several"),
            (8, &[1, 0, 1, 0], "more than it counts"),
            (8, &[3, 0, 3, 0], "damaged"),
            (8, &[0x50, 0xc3, 0x50, 0xc3], "entries"),
            (8, &[0xff; 4], "large kind"),
            (12, &[0, 0, 0, 0x10], "larger than that of any bundle"),
            (12, &[0xff; 4], "large kind"),
            (16, &[1, 0, 0, 0], "not where it claims"),
            (20, &[9, 0], "something stands behind"),
        ] {
            let refused = with_end(at, new).expect_err(why);
            assert!(refused.contains(why), "{why}: {refused}");
        }
        assert!(inspected([zip(), b"more".to_vec()].concat()).expect_err("more").contains("behind its end"));
        assert!(inspected(Vec::new()).is_err());
    }

    #[test]
    fn fields_that_could_mean_another_name_are_refused() {
        assert!(harmless(&[]) && harmless(&[0x55, 0x54, 1, 0, 7]));
        for fields in [&[0x75, 0x70, 1, 0, 1][..], &[1, 0, 0, 0], &[0x55, 0x54, 9, 0, 1], &[0x55]] {
            assert!(!harmless(fields), "{fields:?}");
        }
    }

    #[test]
    fn an_encrypted_entry_and_one_that_is_not_there_are_refused() {
        let bytes = zip();
        let entry = bytes.windows(4).position(|four| four == ENTRY).expect("an entry");
        let mut locked = bytes.clone();
        locked[entry + 8] |= 1;
        assert!(inspected(locked).expect_err("encrypted").contains("encrypted"));
        let mut astray = bytes;
        astray[entry + 42] = 5;
        assert!(inspected(astray).expect_err("astray").contains("not where"));
    }
}
