//! How long each stage takes on the example: `cargo bench`.
//!
//! Quote medians, and only ratios between figures of one run: machines differ.

use divan::Bencher;
use handoff::bundle::{self, Bundle};
use handoff::model::document::Dossier;
use handoff::model::loaded::Loaded;
use handoff::model::project::Format;
use handoff::model::report::Report;
use handoff::pipeline::{self, Inspected, Options, Produced, Silent};
use handoff::{check, compose, load};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

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

/// Writes the folder and the zip.
#[divan::bench]
fn archive(bencher: Bencher<'_, '_>) {
    let date = INSPECTED.loaded.project.as_ref().expect("the example has a project").release.date.0;
    let folder = tempfile::tempdir().expect("there is room for a temporary folder");
    bencher.bench(|| bundle::archive(&PRODUCED.bundle, folder.path(), date).expect("the bundle can be written"));
}
