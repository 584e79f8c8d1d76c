//! Whether the check sees what goes wrong: single defects, put into the example one at a time, each with the
//! finding that must appear.
//!
//! The defects stand in the YAML files beside this one, one line each: what is changed, and what has to be
//! found. A finding beside the wanted one is noise, unless the line names it as a consequence. The result is
//! told as a table, and the test fails if too little is found or anything is told that is no consequence.
//!
//! `cargo test --test mutations -- certificate` runs only the defects whose line has that word.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod change;
mod judge;
mod table;
mod yaml;

use handoff::pipeline::{Inspected, Options, Silent, inspect};
use judge::Verdict;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use table::{Defect, defects};

/// The share of the defects that must be seen.
const RECALL: f64 = 0.98;
/// The number of defects that there are at least.
const AT_LEAST: usize = 200;
/// Documents are trees, and trees are walked deep.
const STACK: usize = 16 << 20;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if std::env::args().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let noisy = noisy_examples();
    let all = defects();
    let wanted: Vec<&Defect> =
        all.iter().filter(|defect| words.iter().all(|word| defect.line.contains(word))).collect();
    let verdicts = run(&wanted);
    print!("{}", table::report(&verdicts));
    let seen = verdicts.iter().filter(|verdict| verdict.is_seen()).count();
    let noise: usize = verdicts.iter().map(|verdict| verdict.noise.len()).sum();
    let broken = verdicts.iter().filter(|verdict| verdict.trouble.is_some()).count();
    let enough = !words.is_empty() || all.len() >= AT_LEAST;
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let recall = seen as f64 / verdicts.len().max(1) as f64;
    let passes = noisy.is_empty() && broken == 0 && noise == 0 && enough && (recall >= RECALL || verdicts.is_empty());
    if !enough {
        println!("there are only {} defects, not {AT_LEAST}", all.len());
    }
    noisy.iter().for_each(|finding| println!("an example without a defect has {finding}"));
    if passes { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The folder of an example.
fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// What is found in the examples as they are: nothing, if they are any good.
fn noisy_examples() -> Vec<String> {
    let folders = projects(&example(""));
    assert!(folders.len() > 1, "the examples were found");
    let mut noisy = Vec::new();
    for folder in folders {
        let inspected = inspect(&folder, &Options::default(), &Silent).expect("an example can be read");
        noisy.extend(inspected.report.findings.iter().map(|finding| judge::told(&inspected, finding)));
    }
    noisy
}

/// The projects in a folder and below it.
fn projects(folder: &Path) -> Vec<PathBuf> {
    if folder.join("handoff.yaml").is_file() {
        return vec![folder.to_owned()];
    }
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_dir()).flat_map(|path| projects(&path)).collect()
}

/// Puts each defect into its example and judges what is found, on all cores.
fn run<'d>(defects: &[&'d Defect]) -> Vec<Verdict<'d>> {
    let sound: Inspected = inspect(&example("harbour-portal"), &Options::default(), &Silent).expect("the example");
    let prints = judge::fingerprints(&sound);
    let (next, verdicts) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(defect) = defects.get(next.fetch_add(1, Ordering::Relaxed)) {
            let verdict = judge::judge(defect, &prints);
            verdicts.lock().expect("no thread panicked").push(verdict);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        }
    });
    let mut verdicts = verdicts.into_inner().expect("no thread panicked");
    verdicts.sort_by_key(|verdict| verdict.defect.number);
    verdicts
}
