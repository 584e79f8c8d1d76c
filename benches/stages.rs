//! How long each stage takes on the example, and on dossiers that are made up: `cargo bench --bench stages`.
//!
//! Quote medians, and only ratios between figures of one run: machines differ. `benches/compare` holds the whole
//! program against other programs.

#![allow(clippy::disallowed_methods, reason = "a benchmark reads and writes files")]

mod corpus;

use divan::Bencher;
use handoff::bundle::{self, Bundle};
use handoff::cache::{Cache, Settings};
use handoff::model::document::Dossier;
use handoff::model::loaded::Loaded;
use handoff::model::project::Format;
use handoff::model::report::Report;
use handoff::pipeline::{self, Inspected, Options, Produced, Silent};
use handoff::{check, compose, load};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

fn main() {
    divan::main();
}

static ROOT: LazyLock<PathBuf> =
    LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/harbour-portal"));
static INSPECTED: LazyLock<Inspected> =
    LazyLock::new(|| pipeline::inspect(&ROOT, &Options::default(), &Silent).expect("the example can be read"));
static PRODUCED: LazyLock<Produced> = LazyLock::new(|| produced(Format::ALL));

fn produced(formats: &[Format]) -> Produced {
    let options = Options { formats: formats.to_vec(), ..Options::default() };
    pipeline::produce(&INSPECTED, &options, &Silent).expect("the example can be built")
}

#[divan::bench]
fn load() -> Loaded {
    load::load(&ROOT).expect("the example can be read")
}

#[divan::bench]
fn compose() -> Dossier {
    compose::compose(&INSPECTED.loaded).expect("the example can be composed")
}

#[divan::bench]
fn check() -> Report {
    check::check(&INSPECTED.loaded, &INSPECTED.dossier, &check::Options::default())
}

/// Load, compose and check: what `handoff check` does.
#[divan::bench]
fn inspect() -> Inspected {
    pipeline::inspect(&ROOT, &Options::default(), &Silent).expect("the example can be read")
}

#[divan::bench]
fn html(bencher: Bencher<'_, '_>) {
    LazyLock::force(&INSPECTED);
    bencher.bench(|| produced(&[Format::Html]));
}

#[divan::bench]
fn markdown(bencher: Bencher<'_, '_>) {
    LazyLock::force(&INSPECTED);
    bencher.bench(|| produced(&[Format::Markdown]));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn pdf(bencher: Bencher<'_, '_>) {
    LazyLock::force(&INSPECTED);
    bencher.bench(|| produced(&[Format::Pdf]));
}

#[divan::bench]
fn seal(bencher: Bencher<'_, '_>) {
    let project = INSPECTED.loaded.project.as_ref().expect("the example has a project");
    let unsealed = || {
        let sealed = &PRODUCED.bundle;
        let files = sealed.files().iter().filter(|(path, _)| !matches!(path.as_str(), "manifest.json" | "SHA256SUMS"));
        let files = files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        Bundle::new(sealed.name(), files).expect("the paths are those of a bundle")
    };
    let facts = bundle::Facts::new(project, &INSPECTED.dossier, &std::collections::BTreeMap::new());
    bencher.with_inputs(unsealed).bench_local_values(|mut bundle| {
        bundle::seal(&mut bundle, &facts).expect("the bundle can be sealed");
        bundle
    });
}

/// A dossier that was made up, in a folder that stays while the benchmark runs.
fn dossier(name: &str) -> tempfile::TempDir {
    let size = corpus::SIZES.into_iter().find(|size| size.name == name).expect("a size that is known");
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    corpus::write_project(folder.path(), size).expect("the dossier can be written");
    folder
}

fn read(folder: &Path) -> Inspected {
    pipeline::inspect(folder, &Options::default(), &Silent).expect("the dossier can be read")
}

/// Load, compose and check of dossiers of several sizes.
#[divan::bench(args = ["S", "M", "L", "XL"], sample_count = 5, sample_size = 1)]
fn inspect_dossier(bencher: Bencher<'_, '_>, size: &str) {
    let folder = dossier(size);
    bencher.bench(|| read(folder.path()));
}

/// The pages of dossiers of several sizes.
#[divan::bench(args = ["S", "M", "L"], sample_count = 5, sample_size = 1)]
fn html_dossier(bencher: Bencher<'_, '_>, size: &str) {
    let folder = dossier(size);
    let inspected = read(folder.path());
    let options = Options { formats: vec![Format::Html], ..Options::default() };
    bencher.bench(|| pipeline::produce(&inspected, &options, &Silent).expect("the pages can be made"));
}

/// The whole bundle of dossiers of several sizes, in memory.
#[divan::bench(args = ["S", "M"], sample_count = 3, sample_size = 1)]
fn bundle_dossier(bencher: Bencher<'_, '_>, size: &str) {
    let folder = dossier(size);
    let inspected = read(folder.path());
    bencher.bench(|| pipeline::produce(&inspected, &Options::default(), &Silent).expect("the bundle can be made"));
}

/// The same after one edit, with what was made before it in the cache.
#[divan::bench(args = ["S", "M"], sample_count = 3, sample_size = 1)]
fn bundle_dossier_after_an_edit(bencher: Bencher<'_, '_>, size: &str) {
    let (folder, kept) = (dossier(size), tempfile::tempdir().expect("there is room for a temporary folder"));
    let settings =
        Settings { folder: kept.path().to_path_buf(), program: "bench".into(), limit: u64::MAX, now: 1_800_000_000 };
    let options = Options { memory: Some(Arc::new(Cache::new(settings))), ..Options::default() };
    let made = || pipeline::produce(&read(folder.path()), &options, &Silent).expect("the bundle can be made");
    made();
    let (document, edits) = (folder.path().join("docs/part-0001.md"), AtomicUsize::new(0));
    bencher
        .with_inputs(|| {
            let text = std::fs::read_to_string(&document).expect("a fragment");
            let number = edits.fetch_add(1, Ordering::Relaxed);
            std::fs::write(&document, format!("{text}\nChanged {number}.\n")).expect("edited");
        })
        .bench_values(|()| made());
}

/// Writes the folder and the zip.
#[divan::bench]
fn archive(bencher: Bencher<'_, '_>) {
    let date = INSPECTED.loaded.project.as_ref().expect("the example has a project").release.date.0;
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    LazyLock::force(&PRODUCED);
    bencher.bench(|| bundle::archive(&PRODUCED.bundle, folder.path(), date).expect("the bundle can be written"));
}
