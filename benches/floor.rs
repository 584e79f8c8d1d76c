//! What the work itself takes, without any of our code: the documents of a made-up dossier through the Typst
//! library, through pulldown-cmark, and into a zip. `benches/compare` holds the program against it.
//!
//! ```text
//! cargo bench --bench floor -- write S DIR      DIR/project and DIR/typst, a dossier of the size S, M, L or XL
//! cargo bench --bench floor -- typst DIR        every file of DIR/typst to PDF, the binder included
//! cargo bench --bench floor -- single DIR       the same without the binder
//! cargo bench --bench floor -- html DIR         every fragment of DIR/project to HTML
//! cargo bench --bench floor -- deflate DIR      that HTML into a zip, in memory
//! cargo bench --bench floor -- whole DIR FILE   HTML and PDFs, written as one zip
//! ```

#![allow(clippy::disallowed_methods, reason = "a benchmark reads and writes files")]

mod corpus;

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use typst_layout::PagedDocument;
use zip::write::SimpleFileOptions;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["write", size, folder] => write(size, Path::new(folder)),
        ["typst", folder] => told(&pdfs(Path::new(folder), true)),
        ["single", folder] => told(&pdfs(Path::new(folder), false)),
        ["html", folder] => told(&html(Path::new(folder))),
        ["deflate", folder] => {
            let zip = pack(&html(Path::new(folder)), &[]);
            println!("{} bytes", zip.len());
        }
        ["whole", folder, file] => {
            let (pages, pdfs) = (html(Path::new(folder)), pdfs(Path::new(folder), true));
            fs::write(file, pack(&pages, &pdfs)).expect("the zip is written");
        }
        // `cargo bench` runs every benchmark without arguments.
        _ => println!("floor: see the head of benches/floor.rs, or run benches/compare"),
    }
}

fn write(size: &str, folder: &Path) {
    let size = corpus::SIZES.into_iter().find(|known| known.name == size).expect("S, M, L or XL");
    corpus::write_project(&folder.join("project"), size).expect("the project is written");
    corpus::write_typst(&folder.join("typst"), size).expect("the Typst files are written");
}

fn told(files: &[Vec<u8>]) {
    println!("{} files, {} bytes", files.len(), files.iter().map(Vec::len).sum::<usize>());
}

/// The files of a folder with an ending, sorted.
fn list(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder was written").map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some_and(|known| known == ending)).collect();
    paths.sort();
    paths
}

fn html(folder: &Path) -> Vec<Vec<u8>> {
    let one = |path: PathBuf| {
        let text = fs::read_to_string(path).expect("a fragment");
        let mut out = String::with_capacity(text.len() * 2);
        pulldown_cmark_html(&text, &mut out);
        out.into_bytes()
    };
    list(&folder.join("project/docs"), "md").into_iter().map(one).collect()
}

/// Headings, paragraphs, lists, tables and code as HTML: what pulldown-cmark's own writer does, which is no part of
/// the crate as we use it.
fn pulldown_cmark_html(text: &str, out: &mut String) {
    use pulldown_cmark::{Event, Options, Parser, TagEnd};
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(tag) => out.push_str(open(tag.to_end())),
            Event::End(tag) => {
                out.push_str(&open(tag).replacen('<', "</", 1));
                if !matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link) {
                    out.push('\n');
                }
            }
            Event::Code(text) => out.extend(["<code>", &text, "</code>"]),
            Event::Text(text) => text.chars().for_each(|c| match c {
                '<' => out.push_str("&lt;"),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }),
            _ => out.push('\n'),
        }
    }
}

fn open(tag: pulldown_cmark::TagEnd) -> &'static str {
    use pulldown_cmark::TagEnd;
    match tag {
        TagEnd::Heading(_) => "<h2>",
        TagEnd::List(_) => "<ul>",
        TagEnd::Item => "<li>",
        TagEnd::Table => "<table>",
        TagEnd::TableRow | TagEnd::TableHead => "<tr>",
        TagEnd::TableCell => "<td>",
        TagEnd::CodeBlock => "<pre>",
        TagEnd::BlockQuote(_) => "<blockquote>",
        TagEnd::Emphasis => "<em>",
        TagEnd::Strong => "<strong>",
        TagEnd::Link => "<a>",
        _ => "<p>",
    }
}

fn pack(pages: &[Vec<u8>], pdfs: &[Vec<u8>]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (options, ending, files) in [(packed, "html", pages), (stored, "pdf", pdfs)] {
        for (index, bytes) in files.iter().enumerate() {
            zip.start_file(format!("{index}.{ending}"), options).expect("a name");
            zip.write_all(bytes).expect("memory");
        }
    }
    zip.finish().expect("memory").into_inner()
}

/// What all documents share.
struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

struct World<'a> {
    shared: &'a Shared,
    main: Source,
}

impl typst::World for World<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shared.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::NotSource) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// All PDFs on all cores, the binder first: plain threads, each with a pool of one for what Typst does in parallel.
fn pdfs(folder: &Path, with_binder: bool) -> Vec<Vec<u8>> {
    let fonts = list(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/fonts"), "ttf");
    let fonts: Vec<Font> =
        fonts.into_iter().flat_map(|path| Font::iter(Bytes::new(fs::read(path).expect("a font")))).collect();
    let shared =
        Shared { library: LazyHash::new(Library::default()), book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts };
    let mut paths = list(&folder.join("typst"), "typ");
    let binder = paths.iter().position(|path| path.ends_with("binder.typ")).map(|index| paths.remove(index));
    if with_binder {
        paths.splice(0..0, binder);
    }
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            let pdf = pool.install(|| pdf(path, &shared));
            comemo::evict(0);
            done.lock().expect("no panic").push(pdf);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    done.into_inner().expect("no panic")
}

fn pdf(path: &Path, shared: &Shared) -> Vec<u8> {
    let id = RootedPath::new(VirtualRoot::Project, VirtualPath::new("main.typ").expect("a path")).intern();
    let main = Source::new(id, fs::read_to_string(path).expect("a Typst file"));
    let document = typst::compile::<PagedDocument>(&World { shared, main }).output.expect("it can be laid out");
    typst_pdf::pdf(&document, &typst_pdf::PdfOptions::default()).expect("it can be written")
}
