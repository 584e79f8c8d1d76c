//! Zips that somebody made to harm: a generator of more than fifty, each of which has to be refused with
//! its reason, within bounded memory, and without a byte written anywhere.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![allow(clippy::cast_possible_truncation, reason = "the zips are small")]

mod support;

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Command;
use support::{Sandbox, files, outcome};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// What a reader of hostile zips may use of memory, in KiB of address space. The zips claim up to a
/// hundred times as much.
const MEMORY: u64 = 768 << 10;

/// One entry, every field of which can lie.
#[derive(Clone)]
struct Entry {
    name: Vec<u8>,
    /// The name beside the content, if it is another one.
    local_name: Option<Vec<u8>>,
    /// The bytes as they are packed.
    packed: Vec<u8>,
    method: u16,
    flags: u16,
    crc: u32,
    size: u32,
    packed_size: Option<u32>,
    /// The mode of Unix.
    mode: u32,
    extra: Vec<u8>,
    local_extra: Vec<u8>,
    /// Points to the content of another entry, and has none itself.
    shares: Option<usize>,
    /// Whether the table has it.
    listed: bool,
}

/// What a packed text looks like: bytes, method, checksum, size.
fn packed(plain: &[u8], method: CompressionMethod) -> (Vec<u8>, u32) {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("x", SimpleFileOptions::default().compression_method(method)).expect("started");
    zip.write_all(plain).expect("written");
    let mut zip = ZipArchive::new(zip.finish().expect("finished")).expect("a zip");
    let crc = zip.by_index(0).expect("an entry").crc32();
    let mut bytes = Vec::new();
    zip.by_index_raw(0).expect("an entry").read_to_end(&mut bytes).expect("bytes");
    (bytes, crc)
}

fn entry(name: impl AsRef<[u8]>, plain: &[u8], method: CompressionMethod) -> Entry {
    let (bytes, crc) = packed(plain, method);
    Entry {
        name: name.as_ref().to_vec(),
        local_name: None,
        packed: bytes,
        method: if method == CompressionMethod::Stored { 0 } else { 8 },
        flags: 0x800,
        crc,
        size: plain.len() as u32,
        packed_size: None,
        mode: 0o100_644,
        extra: Vec::new(),
        local_extra: Vec::new(),
        shares: None,
        listed: true,
    }
}

fn file(name: impl AsRef<[u8]>) -> Entry {
    entry(name, b"text", CompressionMethod::Stored)
}

/// Zeros, which pack a thousand times.
fn zeros(name: impl AsRef<[u8]>, megabytes: usize) -> Entry {
    entry(name, &vec![0; megabytes << 20], CompressionMethod::Deflated)
}

impl Entry {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn packed_size(&self) -> u32 {
        self.packed_size.unwrap_or(self.packed.len() as u32)
    }

    /// The fields that both headers have in common, from the version that is needed on.
    fn common(&self, name: &[u8], extra: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for field in [20, self.flags, self.method, 0, 0x5b75] {
            out.extend(u16::to_le_bytes(field));
        }
        for field in [self.crc, self.packed_size(), self.size] {
            out.extend(field.to_le_bytes());
        }
        out.extend((name.len() as u16).to_le_bytes());
        out.extend((extra.len() as u16).to_le_bytes());
        out
    }
}

/// The end of a zip, every field of which can lie.
#[derive(Default)]
struct End {
    before: Vec<u8>,
    behind: Vec<u8>,
    comment: Vec<u8>,
    disk: u16,
    count: Option<u16>,
    shift: isize,
    size: Option<u32>,
}

/// Puts a zip together: a list of hashes, so that it could be a bundle, and the entries.
fn zip(entries: &[Entry], end: End) -> Vec<u8> {
    let sums = file("b/SHA256SUMS").with(|sums| {
        (sums.packed, sums.crc) = packed(b"", CompressionMethod::Stored);
        sums.size = 0;
    });
    let entries: Vec<_> = [vec![sums], entries.to_vec()].concat();
    let mut out = end.before;
    let mut places = Vec::new();
    for entry in &entries {
        if let Some(shared) = entry.shares {
            places.push(places[shared]);
            continue;
        }
        places.push(out.len() as u32);
        let name = entry.local_name.as_ref().unwrap_or(&entry.name);
        out.extend(b"PK\x03\x04");
        out.extend(entry.common(name, &entry.local_extra));
        out.extend([name.as_slice(), &entry.local_extra, &entry.packed].concat());
    }
    let start = out.len();
    for (entry, place) in entries.iter().zip(&places).filter(|(entry, _)| entry.listed) {
        out.extend(b"PK\x01\x02");
        out.extend([20, 3]);
        out.extend(entry.common(&entry.name, &entry.extra));
        for field in [0_u16, 0, 0] {
            out.extend(field.to_le_bytes());
        }
        out.extend((entry.mode << 16).to_le_bytes());
        out.extend(place.to_le_bytes());
        out.extend([entry.name.as_slice(), &entry.extra].concat());
    }
    let size = (out.len() - start) as u32;
    let listed = entries.iter().filter(|entry| entry.listed).count() as u16;
    out.extend(b"PK\x05\x06");
    for field in [end.disk, end.disk, end.count.unwrap_or(listed), end.count.unwrap_or(listed)] {
        out.extend(field.to_le_bytes());
    }
    out.extend(end.size.unwrap_or(size).to_le_bytes());
    out.extend((start.wrapping_add_signed(end.shift) as u32).to_le_bytes());
    out.extend((end.comment.len() as u16).to_le_bytes());
    out.extend([end.comment, end.behind].concat());
    out
}

/// A hostile zip: what it tries, and a word of the reason for which it is refused.
struct Hostile {
    what: String,
    why: &'static str,
    bytes: Vec<u8>,
}

fn hostile(what: impl Into<String>, why: &'static str, entries: &[Entry]) -> Hostile {
    Hostile { what: what.into(), why, bytes: zip(entries, End::default()) }
}

fn ending(what: &str, why: &'static str, end: End) -> Hostile {
    Hostile { what: what.into(), why, bytes: zip(&[file("b/x")], end) }
}

/// Paths that lead out, that mean another place, or that no system can keep.
fn paths() -> Vec<Hostile> {
    let long = format!("b/{}", "x".repeat(300));
    let deep = format!("b/{}x", "dir/".repeat(300));
    [
        ("../up.txt", ".."),
        ("b/../../up.txt", ".."),
        ("b/x/../../../up.txt", ".."),
        ("/etc/handoff-was-here", "absolute"),
        ("//host/share/x", "absolute"),
        ("C:/x.txt", "character"),
        ("C:x.txt", "character"),
        ("b\\..\\..\\x", "character"),
        ("\\\\host\\share\\x", "character"),
        ("\\\\?\\C:\\x", "character"),
        ("b/./x", "`.`"),
        ("b//x", "empty part"),
        ("", "empty"),
        ("b/x\0.txt", "character"),
        ("b/x\n", "character"),
        ("b/\u{1b}[2J", "character"),
        ("b/\u{202e}fdp.exe", "character"),
        ("b/x:hidden", "character"),
        ("b/x.", "Windows"),
        ("b/x ", "Windows"),
        ("b/con", "device"),
        ("b/NUL.txt", "device"),
        ("b/com1.log", "device"),
        ("b/aux.tar.gz/x", "device"),
        ("b/LPT9", "device"),
        ("b/COM\u{b9}", "device"),
        ("b/conin$", "device"),
        (long.as_str(), "longer than"),
        (deep.as_str(), "longer than"),
    ]
    .into_iter()
    .map(|(path, why)| hostile(format!("the path {path:.40?}"), why, &[file(path)]))
    .chain([hostile("a name that is no text", "UTF-8", &[file(b"b/\xff\xfe")])])
    .collect()
}

/// Names that are one file, or carry another one.
fn names() -> Vec<Hostile> {
    let field =
        |kind: u16, content: &[u8]| [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat();
    let second_name = || field(0x7075, &[&[1, 0, 0, 0, 0][..], b"../up.txt"].concat());
    vec![
        hostile("one name twice", "twice", &[file("b/x"), file("b/x")]),
        hostile("names that differ in case", "ignore case", &[file("b/Sla.html"), file("b/sla.html")]),
        hostile("folders that differ in case", "ignore case", &[file("b/A/x"), file("b/a/y")]),
        hostile("names that differ in the coding of accents", "ignore case", &[file("b/\u{e9}"), file("b/e\u{301}")]),
        hostile("a file that is a folder too", "both", &[file("b/x"), file("b/x/y")]),
        hostile(
            "a folder of the name of a file",
            "both",
            &[
                file("b/x"),
                file("b/x/").with(|x| {
                    (x.packed, x.crc, x.size, x.mode) = (Vec::new(), 0, 0, 0o040_755);
                }),
            ],
        ),
        hostile("a folder that holds bytes", "folder", &[file("b/x/").with(|x| x.mode = 0o040_755)]),
        hostile(
            "another name beside the content",
            "damaged",
            &[file("b/x").with(|x| x.local_name = Some(b"../y".to_vec()))],
        ),
        hostile("a second name in the table", "another name", &[file("b/x").with(|x| x.extra = second_name())]),
        hostile(
            "a second name beside the content",
            "another name",
            &[file("b/x").with(|x| x.local_extra = second_name())],
        ),
        hostile("a file beside the folder", "beside the folder", &[file("c/x")]),
        hostile("a file that the table hides", "damaged", &[file("b/x").with(|x| x.listed = false)]),
    ]
}

/// Entries that are no files, or that nobody can look into.
fn kinds() -> Vec<Hostile> {
    let of_mode = |mode| entry("b/x", b"/etc/passwd", CompressionMethod::Stored).with(|x| x.mode = mode);
    let flagged = |flags| file("b/x").with(|x| x.flags |= flags);
    vec![
        hostile("a link to a file", "link", &[of_mode(0o120_777)]),
        hostile("a link to a folder, and a file behind it", "link", &[of_mode(0o120_777), file("b/x/y")]),
        hostile("a device", "device", &[of_mode(0o020_666)]),
        hostile("a pipe", "device", &[of_mode(0o010_666)]),
        hostile("an encrypted entry", "encrypted", &[flagged(1)]),
        hostile("a strongly encrypted entry", "encrypted", &[flagged(0x41)]),
        hostile("an encrypted table", "encrypted", &[flagged(1 << 13)]),
        hostile("an entry packed in another way", "packed in a way", &[file("b/x").with(|x| x.method = 12)]),
    ]
}

/// Much from little, and sizes and checksums that are not true.
fn bombs_and_lies() -> Vec<Hostile> {
    let small = zeros("b/x", 1);
    let shared: Vec<_> = (0..40)
        .map(|at| {
            small.clone().with(|x| {
                x.name = format!("b/{at}").into_bytes();
                x.shares = (at > 0).then_some(1);
            })
        })
        .collect();
    let middling = zeros("b/x", 15);
    let many: Vec<_> = (0..60).map(|at| middling.clone().with(|x| x.name = format!("b/{at}").into_bytes())).collect();
    let crowd: Vec<_> = (0..20_001).map(|at| file(format!("b/{at}"))).collect();
    let huge: Vec<_> = (0..5).map(|at| file(format!("b/{at}")).with(|x| x.size = 1 << 30)).collect();
    vec![
        hostile("a bomb", "200 times", &[zeros("b/x", 64)]),
        hostile("a bomb that says it is small", "size", &[zeros("b/x", 64).with(|x| x.size = 10)]),
        hostile(
            "a bomb of the largest size that can be said",
            "too large",
            &[small.clone().with(|x| x.size = u32::MAX - 1)],
        ),
        hostile("many small bombs", "together grow", &many),
        hostile("entries that share their content", "damaged", &shared),
        hostile("too many entries", "entries", &crowd),
        hostile("files that claim four gigabytes together", "two sizes", &huge),
        hostile("a size that is too large", "size", &[small.clone().with(|x| x.size += 1)]),
        hostile("a size that is too small", "size", &[small.clone().with(|x| x.size -= 1)]),
        hostile("two sizes of what is not packed", "two sizes", &[file("b/x").with(|x| x.size = 2)]),
        hostile(
            "a packed size that reaches into the table",
            "damaged",
            &[file("b/x").with(|x| {
                (x.packed_size, x.size) = (Some(4000), 4000);
            })],
        ),
    ]
}

/// Ends that lie about the table.
fn ends() -> Vec<Hostile> {
    let whole = zip(&[file("b/x")], End::default());
    let cut = Hostile { what: "a zip that is cut off".into(), why: "no zip", bytes: whole[..whole.len() - 9].to_vec() };
    let inner = zip(&[file("b/other")], End::default());
    let two = End { comment: inner.clone(), ..End::default() };
    vec![
        ending(
            "something before the first entry",
            "not where it claims",
            End { before: b"#!/bin/sh\n".to_vec(), shift: -10, ..End::default() },
        ),
        ending("something behind the end", "behind its end", End { behind: b"more".to_vec(), ..End::default() }),
        ending("a second zip in the comment", "", two),
        ending("a second zip behind the end", "", End { behind: inner, ..End::default() }),
        ending("one part of several", "part", End { disk: 1, ..End::default() }),
        ending("fewer entries than there are", "more than it counts", End { count: Some(1), ..End::default() }),
        ending("more entries than there are", "damaged", End { count: Some(9), ..End::default() }),
        ending("the large kind", "large kind", End { count: Some(u16::MAX), ..End::default() }),
        ending("a table somewhere else", "not where it claims", End { shift: 7, ..End::default() }),
        ending("a table of four gigabytes", "large", End { size: Some(u32::MAX - 1), ..End::default() }),
        cut,
    ]
}

fn all() -> Vec<Hostile> {
    [paths(), names(), kinds(), bombs_and_lies(), ends()].into_iter().flatten().collect()
}

/// Runs the program on a zip, in a folder of its own and with little memory.
fn read(sandbox: &Sandbox, args: &[&str]) -> support::Outcome {
    let program = env!("CARGO_BIN_EXE_handoff");
    let script = format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
    outcome(Command::new("bash").args(["-c", &script, program]).args(args).current_dir(sandbox.at("in")))
}

#[test]
fn hostile_zips_are_refused_without_a_byte_written() {
    let all = all();
    assert!(all.len() >= 50, "{} zips", all.len());
    let mut wrong = Vec::new();
    for Hostile { what, why, bytes } in all {
        let sandbox = Sandbox::empty().write("in/x.zip", &bytes);
        let ended = read(&sandbox, &["verify", "x.zip", "--unpack", "target"]);
        if ended.exit != Some(2) || !ended.stderr.contains("the zip is refused") || !ended.stderr.contains(why) {
            wrong.push(format!("{what}: {:?}, {}{}", ended.exit, ended.stdout, ended.stderr));
        }
        if ended.stderr.contains(['\u{1b}', '\u{202e}']) {
            wrong.push(format!("{what}: reaches the terminal"));
        }
        if files(sandbox.path()) != ["in/x.zip"] || !ended.stdout.is_empty() {
            wrong.push(format!("{what}: something was written: {:?}", files(sandbox.path())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!Path::new("/etc/handoff-was-here").exists());
}

#[test]
fn a_wrong_checksum_in_the_zip_is_a_damaged_file_and_nothing_is_unpacked() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let damaged = entry("b/x", b"the quick brown fox", method).with(|x| x.crc ^= 1);
        let sandbox = Sandbox::empty().write("in/x.zip", zip(&[damaged], End::default()));
        let _ = read(&sandbox, &["verify", "x.zip", "--unpack", "target"])
            .code(1)
            .says("damaged: x (its bytes are not those of its checksum")
            .says("not intact");
        assert_eq!(files(sandbox.path()), ["in/x.zip"]);
    }
}

#[test]
fn the_generator_makes_zips_that_are_read_when_nothing_is_wrong_with_them() {
    let honest = zip(&[file("b/x"), zeros("b/y", 2)], End::default());
    let sandbox = Sandbox::empty().write("in/x.zip", honest);
    let _ = read(&sandbox, &["verify", "x.zip"]).code(1).says("added: x\n").says("missing: manifest.json\n");
    let _ = fs::metadata(sandbox.at("in/x.zip")).expect("still there");
}
