//! The targets of the fuzzer as ordinary tests: on the inputs that once broke something, on the seeds, and for a
//! moment on inputs that chance makes of them. `fuzz/run` looks longer and knows where it has been.
//!
//! A failure says the seed and where the input lies; `HANDOFF_TEST_SEED` repeats a run, `HANDOFF_FUZZ_SECONDS` says
//! how long each target is tried (2). An input that broke something goes into `fuzz/regressions/<target>/`.

#![allow(clippy::disallowed_methods, reason = "tests read and write files, and measure time")]
#![allow(clippy::disallowed_types, reason = "how long an input takes is part of the test")]

#[allow(unreachable_pub, reason = "the fuzzer uses it as a library of its own")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use targets::{ENTRIES, Entry};

/// How long one input may take, in a build for debugging on a busy machine.
const LONGEST: Duration = Duration::from_secs(30);
/// How large an input may grow.
const LARGEST: usize = 16 << 10;

/// What stands in many inputs.
const PIECES: [&[u8]; 40] = [
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b"---\n",
    b"- ",
    b": ",
    b"#",
    b"\"",
    b"'",
    b"[",
    b"](",
    b"{",
    b"}",
    b"<",
    b">",
    b"</",
    b"&amp;",
    b"|",
    b"`",
    b"```\n",
    b"$$",
    b"\\",
    b"*",
    b"_",
    b"~~",
    b"![",
    b"[^",
    b">",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"!!",
    b"\0",
    "\u{feff}".as_bytes(),
    "\u{202e}".as_bytes(),
    "e\u{301}".as_bytes(),
    b"99999999999999999999",
    b"-1",
    b"../../",
];

/// Inputs of a target in the folder of seeds or of regressions.
fn inputs(folder: &str, target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder).join(target);
    let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).expect("readable"))).collect()
}

/// Where the input lies that is being tried: it is still there when the whole program dies.
fn last(target: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}.input"))
}

/// Tries an input; says what is wrong with what happened.
fn tried(entry: Entry, input: &[u8]) -> Result<(), String> {
    let started = Instant::now();
    match catch_unwind(AssertUnwindSafe(|| entry(input))) {
        Err(_) => Err("it panics, as shown above".into()),
        Ok(()) if started.elapsed() > LONGEST => Err(format!("it takes {:?}", started.elapsed())),
        Ok(()) => Ok(()),
    }
}

#[test]
fn every_target_has_seeds_and_every_folder_a_target() {
    for (target, _) in ENTRIES {
        assert!(!inputs("seeds", target).is_empty(), "no seeds for {target}");
    }
    for folder in ["seeds", "regressions"] {
        let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder)).expect("a folder");
        for entry in entries.map(|entry| entry.expect("an entry")).filter(|entry| entry.path().is_dir()) {
            let name = entry.file_name().into_string().expect("a plain name");
            assert!(ENTRIES.iter().any(|(target, _)| *target == name), "fuzz/{folder}/{name} belongs to no target");
        }
    }
}

#[test]
fn what_once_broke_something_does_so_no_more() {
    let mut wrong = Vec::new();
    for (target, entry) in ENTRIES {
        for (path, input) in [inputs("seeds", target), inputs("regressions", target)].concat() {
            println!("{}", path.display());
            if let Err(why) = tried(entry, &input) {
                wrong.push(format!("{}: {why}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Chance that can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % end.max(1)
    }
}

/// Makes a new input of known ones.
fn mutated(known: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = known[dice.below(known.len())].clone();
    for _ in 0..=dice.below(6) {
        let at = dice.below(input.len() + 1);
        let end = (at + dice.below(40)).min(input.len());
        match dice.below(8) {
            0 if at < input.len() => input[at] ^= 1 << dice.below(8),
            1 => drop(input.drain(at..end)),
            2 => input.truncate(at),
            3 => {
                let part = input[at..end].repeat(1 + dice.below(60));
                input.splice(at..at, part).for_each(drop);
            }
            4 => {
                let other = &known[dice.below(known.len())];
                let from = dice.below(other.len() + 1);
                let part = other[from..(from + dice.below(200)).min(other.len())].to_vec();
                input.splice(at..end, part).for_each(drop);
            }
            _ => {
                let piece = PIECES[dice.below(PIECES.len())].repeat(1 + dice.below(2) * dice.below(50));
                input.splice(at..at, piece).for_each(drop);
            }
        }
    }
    input.truncate(LARGEST);
    input
}

#[test]
fn what_chance_makes_of_the_seeds_breaks_nothing() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("HANDOFF_TEST_SEED").unwrap_or(20_261_126);
    let time = Duration::from_secs(number("HANDOFF_FUZZ_SECONDS").unwrap_or(2));
    let only = std::env::var("HANDOFF_FUZZ_TARGET").ok();
    println!("HANDOFF_TEST_SEED={seed}");
    let mut wrong = Vec::new();
    for (target, entry) in ENTRIES.iter().filter(|(target, _)| only.as_ref().is_none_or(|only| only == target)) {
        let known: Vec<_> = [inputs("seeds", target), inputs("regressions", target)]
            .concat()
            .into_iter()
            .map(|(_, input)| input)
            .collect();
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let (started, mut tries) = (Instant::now(), 0_u64);
        while started.elapsed() < time {
            let input = mutated(&known, &mut dice);
            fs::write(last(target), &input).expect("written");
            tries += 1;
            if let Err(why) = tried(*entry, &input) {
                let kept = last(target).with_extension(format!("{seed}-{tries}"));
                fs::write(&kept, &input).expect("written");
                wrong.push(format!("{target}, seed {seed}, try {tries}: {why}; the input is {}", kept.display()));
                if wrong.len() > 20 {
                    break;
                }
            }
        }
        println!("{target}: {tries} inputs in {:?}", started.elapsed());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
