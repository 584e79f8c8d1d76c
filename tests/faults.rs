//! What goes wrong around the program: it is killed at any moment, the disk is full or cannot be written to, somebody
//! else changes the same files, two runs write to one folder. Whatever happens, there is the old or the new, and
//! never half of it; what is left over is gone after the next run.
//!
//! Chance is seeded: a failure says the seed, and `HANDOFF_TEST_SEED` repeats it.

#![allow(clippy::disallowed_methods, reason = "tests read and write files, and measure time")]
#![allow(clippy::disallowed_types, reason = "a seed comes from the clock")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "our own files have lower-case extensions")]

mod support;

use handoff::bundle;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};
use support::{Sandbox, files, outcome, program};

/// The bundle of the project of these tests.
const BUNDLE: &str = "dist/boathouse-1.0.0";
const ZIP: &str = "dist/boathouse-1.0.0.zip";

/// A small project, as pages alone: what is written counts, not how long it takes to make.
fn project() -> Sandbox {
    let sandbox = Sandbox::empty();
    support::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sign_off/boathouse"), sandbox.path());
    sandbox
        .append("handoff.yaml", "output:\n  formats: [html]\n")
        .write("CHANGELOG.md", "# Changes\n\n## Unreleased\n\nMore boats.\n")
        .write("docs/runbook.md", text("one"))
}

/// One of the two texts between which builds go back and forth; it is long enough to be written in several pieces.
fn text(which: &str) -> String {
    format!("# Runbook\n\n## Restart\n\n{}", format!("Restart the service, the way number {which}.\n\n").repeat(120))
}

/// Chance that can be repeated.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        let seed = std::env::var("HANDOFF_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let clock = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |since| since.as_secs());
        let seed: u64 = seed.unwrap_or_else(clock);
        println!("HANDOFF_TEST_SEED={seed}");
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number from 0 to 1.
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 33).expect("31 bits")) / f64::from(1_u32 << 31)
    }
}

fn start(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = program();
    command.args(args).current_dir(sandbox.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the program starts")
}

/// What runs leave behind that were killed.
fn left_over(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".handoff-")).collect()
}

/// How long a run takes until it begins to write, and how long it writes.
fn measure(sandbox: &Sandbox, args: &[&str], folders: &[PathBuf]) -> (Duration, Duration) {
    let started = Instant::now();
    let mut child = start(sandbox, args);
    let mut begun = None;
    while child.try_wait().expect("a child").is_none() {
        if begun.is_none() && folders.iter().any(|folder| !left_over(folder).is_empty()) {
            begun = Some(started.elapsed());
        }
        sleep(Duration::from_micros(200));
    }
    assert!(child.wait().expect("it ends").success(), "{args:?} ends well when nobody kills it");
    let all = started.elapsed();
    let begun = begun.unwrap_or(all);
    (begun, all.saturating_sub(begun))
}

/// Something that is killed again and again.
struct Victim<'a> {
    args: &'a [&'a str],
    /// Below the project: where it writes.
    folders: &'a [&'a str],
    /// How often it is killed.
    points: usize,
    /// Makes the project ready for a run.
    prepare: &'a dyn Fn(&mut Sandbox, usize),
    /// Whether all is well after a run that was killed; if not, what is wrong.
    judge: &'a dyn Fn(&Sandbox) -> Result<(), String>,
}

/// Kills a run at many moments: every other one at any time, the rest while it writes. After each, what is there is
/// judged; after some, a run that nobody kills puts everything in order.
fn kill(mut sandbox: Sandbox, victim: &Victim<'_>) {
    let mut dice = Dice::new();
    let folders: Vec<PathBuf> = victim.folders.iter().map(|folder| sandbox.at(folder)).collect();
    (victim.prepare)(&mut sandbox, 1);
    let (before, writing) = measure(&sandbox, victim.args, &folders);
    // A busy machine makes one run slower than the next: what was measured is adjusted by what happens.
    let (mut alive, mut amid, mut pace) = (0, 0, 1.0);
    for point in 0..victim.points {
        (victim.prepare)(&mut sandbox, point);
        let old: Vec<_> = folders.iter().map(|folder| left_over(folder)).collect();
        let mut child = start(&sandbox, victim.args);
        if point % 2 == 0 {
            sleep((before + writing).mul_f64(dice.roll() * pace));
        } else {
            let begun = || {
                folders.iter().zip(&old).any(|(folder, old)| left_over(folder).iter().any(|name| !old.contains(name)))
            };
            while !begun() && child.try_wait().expect("a child").is_none() {
                sleep(Duration::from_micros(100));
            }
            sleep(writing.mul_f64(dice.roll() * pace));
        }
        let runs = child.try_wait().expect("a child").is_none();
        pace = if runs { f64::min(pace * 1.2, 1.2) } else { pace * 0.7 };
        alive += usize::from(runs);
        let _ = child.kill();
        let _ = child.wait();
        amid += usize::from(folders.iter().any(|folder| !left_over(folder).is_empty()));
        for folder in &folders {
            assert!(left_over(folder).len() <= 1, "what is left over grows: {:?}", left_over(folder));
        }
        if let Err(wrong) = (victim.judge)(&sandbox) {
            panic!("{:?}, killed for the {point}th time: {wrong}", victim.args);
        }
        if point % 8 == 7 || point + 1 == victim.points {
            (victim.prepare)(&mut sandbox, point);
            let _ = sandbox.run(victim.args).code(0);
            (victim.judge)(&sandbox).expect("all is well after a run that nobody kills");
            for folder in &folders {
                assert!(left_over(folder).is_empty(), "{:?} is left over", left_over(folder));
            }
        }
    }
    println!("{:?}: killed {alive} times of {}, {amid} times while it wrote", victim.args, victim.points);
    assert!(alive > victim.points / 4 && amid > 1, "killed {alive} times, {amid} times while it wrote");
}

/// The digest of a bundle that is whole.
fn whole(path: &Path) -> Result<String, String> {
    let verified = bundle::verify(path).map_err(|error| error.to_string())?;
    match verified.problems.first() {
        None => Ok(verified.manifest.map(|manifest| manifest.digest).unwrap_or_default()),
        Some(problem) => Err(format!("{}: {problem}", path.display())),
    }
}

/// Both texts, built: their digests.
fn two_digests(sandbox: &mut Sandbox) -> Vec<String> {
    let mut digests = Vec::new();
    for which in ["one", "two"] {
        fs::write(sandbox.at("docs/runbook.md"), text(which)).expect("written");
        let _ = sandbox.run(["build"]).code(0);
        digests.push(whole(&sandbox.at(BUNDLE)).expect("a bundle"));
    }
    assert_ne!(digests[0], digests[1]);
    digests
}

#[test]
fn a_build_that_is_killed_leaves_the_old_or_the_new_bundle() {
    let mut sandbox = project();
    let digests = two_digests(&mut sandbox);
    kill(
        sandbox,
        &Victim {
            args: &["build"],
            folders: &["dist"],
            points: 80,
            prepare: &|sandbox, point| {
                fs::write(sandbox.at("docs/runbook.md"), text(["one", "two"][point % 3 % 2])).expect("written");
            },
            judge: &|sandbox| {
                for path in [BUNDLE, ZIP] {
                    let digest = whole(&sandbox.at(path))?;
                    if !digests.contains(&digest) {
                        return Err(format!("{path} is another bundle"));
                    }
                }
                Ok(())
            },
        },
    );
}

/// The bytes of files of a project; none where there is no file.
fn bytes(sandbox: &Sandbox, paths: &[&str]) -> Vec<Option<Vec<u8>>> {
    paths.iter().map(|path| fs::read(sandbox.at(path)).ok()).collect()
}

#[test]
fn a_release_that_is_killed_can_be_cut_again_and_its_record_is_whole() {
    const ARGS: [&str; 8] = ["release", "2.0.0", "--date", "2027-03-01", "--status", "for-review", "--by", "anna-lind"];
    const PATHS: [&str; 4] =
        ["handoff.yaml", "CHANGELOG.md", "records/releases/2.0.0.manifest.json", "records/releases/2.0.0.yaml"];
    let sandbox = project();
    let old = bytes(&sandbox, &PATHS);
    let _ = sandbox.run(ARGS).code(0);
    let new = bytes(&sandbox, &PATHS);
    assert!(old.iter().zip(&new).all(|(old, new)| old != new && new.is_some()), "all four are written");
    kill(
        sandbox,
        &Victim {
            args: &ARGS,
            folders: &["", "records/releases"],
            points: 40,
            prepare: &|sandbox, _| {
                for (path, bytes) in PATHS.iter().zip(&old) {
                    match bytes {
                        Some(bytes) => fs::write(sandbox.at(path), bytes).expect("written"),
                        None => drop(fs::remove_file(sandbox.at(path))),
                    }
                }
            },
            judge: &|sandbox| {
                let now = bytes(sandbox, &PATHS);
                for (index, path) in PATHS.iter().enumerate() {
                    if now[index] != old[index] && now[index] != new[index] {
                        return Err(format!("{path} is neither what it was nor what it is to be"));
                    }
                }
                // The record says that all is done, so it comes last.
                if now[3].is_some() && now != new {
                    return Err("there is a record of a release that was not finished".into());
                }
                // What was begun can be finished.
                if now[3].is_none() && now != old {
                    let again = sandbox.run(ARGS);
                    if again.exit != Some(0) || bytes(sandbox, &PATHS) != new {
                        return Err(format!("it cannot be cut again: {again}"));
                    }
                }
                Ok(())
            },
        },
    );
}

#[test]
fn a_record_whose_writing_is_killed_is_whole_or_not_there() {
    let sandbox = project();
    let args =
        ["record", "statement", "runbook.restart", "--date", "2027-03-02", "--by", "anna-lind", "--statement", "Done."];
    let written = sandbox.run(args).code(0).stdout;
    let wanted = sandbox.text(written.trim());
    assert!(wanted.contains("Done."), "{wanted}");
    kill(
        sandbox,
        &Victim {
            args: &args,
            folders: &["records/statements"],
            points: 40,
            prepare: &|_, _| {},
            judge: &|sandbox| {
                let below = sandbox.at("records");
                for path in files(&below).iter().filter(|path| !path.contains(".handoff-")) {
                    if fs::read_to_string(below.join(path)).ok().as_deref() != Some(&wanted) {
                        return Err(format!("records/{path} is no whole record"));
                    }
                }
                Ok(())
            },
        },
    );
}

#[test]
fn a_signature_whose_writing_is_killed_leaves_a_whole_bundle() {
    let mut sandbox = project();
    let digests = two_digests(&mut sandbox);
    let key = ["-q", "-t", "ed25519", "-N", "", "-C", "anna@ankarvik.example", "-f", "key"];
    let _ = outcome(Command::new("ssh-keygen").args(key).current_dir(sandbox.path())).code(0);
    kill(
        sandbox,
        &Victim {
            args: &["sign", BUNDLE, "--key", "key"],
            folders: &["dist", BUNDLE],
            points: 20,
            prepare: &|sandbox, point| {
                if point % 4 == 0 {
                    let _ = sandbox.run(["build"]).code(0);
                }
            },
            judge: &|sandbox| {
                for path in [BUNDLE, ZIP] {
                    if whole(&sandbox.at(path))? != digests[1] {
                        return Err(format!("{path} is another bundle"));
                    }
                }
                Ok(())
            },
        },
    );
}

/// The form of the project, with a remark filled in.
fn filled(form: &[u8]) -> Vec<u8> {
    let mut pdf = lopdf::Document::load_mem(form).expect("a PDF");
    let is_remarks = |object: &lopdf::Object| {
        object
            .as_dict()
            .and_then(|field| field.get(b"T"))
            .and_then(lopdf::Object::as_str)
            .is_ok_and(|name| name == b"remarks")
    };
    let field = pdf.objects.values_mut().find(|object| is_remarks(object)).expect("a field for remarks");
    field.as_dict_mut().expect("a field").set("V", lopdf::Object::string_literal("All is well."));
    let mut out = Vec::new();
    pdf.save_to(&mut out).expect("a PDF again");
    out
}

#[test]
fn an_import_that_is_killed_leaves_the_form_with_its_record_or_no_record() {
    let sandbox = project();
    let sandbox =
        sandbox.edit("handoff.yaml", "formats: [html]", "formats: [pdf]").write("docs/runbook.md", "# Runbook\n");
    let release = ["release", "1.0.0", "--date", "2027-03-01", "--status", "for-review", "--allow", "findings=a test"];
    let _ = sandbox.run(release).code(0);
    let _ = sandbox.run(["build"]).code(0);
    let form = fs::read(sandbox.at(BUNDLE).join("pdf/sign-off.pdf")).expect("the form");
    let form = filled(&form);
    let sandbox = sandbox.write("returned.pdf", &form);
    kill(
        sandbox,
        &Victim {
            args: &["sign-off", "import", "returned.pdf", "--partial", "--today", "2027-03-05"],
            folders: &["records/sign-off"],
            points: 20,
            prepare: &|sandbox, _| drop(fs::remove_dir_all(sandbox.at("records/sign-off"))),
            judge: &|sandbox| {
                let below = sandbox.at("records/sign-off");
                let there = if below.exists() { files(&below) } else { Vec::new() };
                let there: Vec<_> = there.into_iter().filter(|path| !path.contains(".handoff-")).collect();
                for path in there.iter().filter(|path| path.ends_with(".pdf")) {
                    if fs::read(below.join(path)).ok().as_deref() != Some(&form) {
                        return Err(format!("{path} is no whole form"));
                    }
                }
                for record in there.iter().filter(|path| path.ends_with(".yaml")) {
                    let text = fs::read_to_string(below.join(record)).unwrap_or_default();
                    if !there.contains(&record.replace(".yaml", ".pdf")) || !text.contains("remarks: All is well.") {
                        return Err(format!("{record} is no whole record:\n{text}"));
                    }
                }
                Ok(())
            },
        },
    );
}

/// Runs a script in which file systems can be mounted that nobody else sees; `None` where that is not allowed.
fn mounting(sandbox: &Sandbox, script: &str) -> Option<support::Outcome> {
    let enter = |args: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(args).args(["sh", "-ec"]);
        command
    };
    let ways: [&[&str]; 2] = [&["--mount"], &["--mount", "--map-root-user"]];
    for way in ways {
        let trial = enter(way).arg("mount -t tmpfs tmpfs /mnt").output();
        if trial.is_ok_and(|trial| trial.status.success()) {
            let program = env!("CARGO_BIN_EXE_handoff");
            return Some(outcome(enter(way).args([script, program]).current_dir(sandbox.path())));
        }
    }
    eprintln!("SKIPPED: nothing can be mounted here (run the tests as root), so this was not tried: {script}");
    None
}

/// All files below a folder with their bytes.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files(folder).into_iter().map(|path| (path.clone(), fs::read(folder.join(path)).expect("readable"))).collect()
}

#[test]
fn a_full_disk_leaves_the_old_bundle_and_says_why() {
    let mut sandbox = project();
    let _ = two_digests(&mut sandbox);
    let old = content(&sandbox.at("dist"));
    let sandbox = sandbox.write("docs/runbook.md", text("three"));
    fs::rename(sandbox.at("dist"), sandbox.at("old")).and_then(|()| fs::create_dir(sandbox.at("dist"))).expect("moved");
    let needed: usize = old.values().map(Vec::len).sum();
    // From nothing that is free to almost enough.
    for free in [0, 4, 40, 200, needed / 1024 - 100, needed / 1024 - 20] {
        let script = format!(
            "mount -t tmpfs -o size=64m tmpfs dist; cp -r old/. dist; \
             head -c $(( ($(stat -f -c %a dist) - {free} / 4) * 4096 )) /dev/zero > dist/filler; \
             code=0; \"$0\" build || code=$?; rm dist/filler; rm -rf after; cp -r dist after; exit $code"
        );
        let Some(ended) = mounting(&sandbox, &script) else { return };
        let _ = ended.code(2).complains("No space left").complains("boathouse-1.0.0");
        assert_eq!(content(&sandbox.at("after")), old, "{free} KiB free");
    }
}

#[test]
fn a_full_disk_leaves_no_half_record_and_no_half_release() {
    let sandbox = project();
    let before = content(sandbox.path());
    // What is run, and how many blocks are free.
    let commands: [(&str, &[usize]); 4] = [
        ("record statement runbook.restart --date 2027-03-02 --by anna-lind --statement Done.", &[0]),
        ("release 2.0.0 --date 2027-03-01 --status for-review", &[0, 1, 2, 3]),
        ("check --write-baseline known.json", &[0]),
        ("init more", &[0, 3]),
    ];
    for (command, blocks) in commands {
        for free in blocks {
            let script = format!(
                "mkdir -p disk; mount -t tmpfs -o size=8m tmpfs disk; cp -r handoff.yaml CHANGELOG.md docs checklists disk; \
                 mkdir -p disk/records/statements disk/records/releases; \
                 head -c $(( ($(stat -f -c %a disk) - {free}) * 4096 )) /dev/zero > disk/filler; cd disk; \
                 code=0; \"$0\" {command} || code=$?; rm filler; rm -rf ../after; cp -r . ../after; exit $code"
            );
            let Some(ended) = mounting(&sandbox, &script) else { return };
            let ended = ended.code(2).complains("No space left");
            let mut after = content(&sandbox.at("after"));
            // A project is begun with several files, and each of them is whole.
            after.retain(|path, _| !path.starts_with("more/"));
            assert_eq!(after, before, "{ended}");
        }
    }
}

#[test]
fn a_target_that_cannot_be_written_to_is_told() {
    let mut sandbox = project();
    let _ = two_digests(&mut sandbox);
    let before = content(sandbox.path());
    for (args, told) in [
        ("build", "dist"),
        ("release 2.0.0 --date 2027-03-01 --status for-review", "nothing was changed"),
        ("record statement runbook.restart --date 2027-03-02 --by anna-lind --statement Done.", "records/statements"),
        ("check --write-baseline known.json", "known.json"),
    ] {
        // A disk of its own with the project, and nobody may write to it.
        let script = format!(
            "mkdir -p ../$(basename $PWD).disk; mount -t tmpfs tmpfs ../$(basename $PWD).disk; \
             cp -r . ../$(basename $PWD).disk; mount -o remount,ro ../$(basename $PWD).disk; \
             cd ../$(basename $PWD).disk; code=0; \"$0\" {args} || code=$?; exit $code"
        );
        let Some(ended) = mounting(&sandbox, &script) else { return };
        let _ = ended.code(2).complains(told).complains("Read-only file system");
        assert_eq!(content(sandbox.path()), before);
        let _ = fs::remove_dir(sandbox.path().with_extension("disk"));
    }
}

#[test]
fn what_somebody_puts_in_the_place_of_a_bundle_meanwhile_is_kept() {
    let mut sandbox = project();
    let _ = two_digests(&mut sandbox);
    let (dist, mut refused) = (sandbox.at("dist"), 0);
    for round in 0..12 {
        let _ = sandbox.run(["build"]).code(0);
        let mut child = start(&sandbox, &["build"]);
        while left_over(&dist).is_empty() && child.try_wait().expect("a child").is_none() {
            sleep(Duration::from_micros(100));
        }
        let aside = sandbox.at(&format!("aside-{round}"));
        fs::create_dir(&aside).and_then(|()| fs::write(aside.join("notes.txt"), "mine")).expect("written");
        let away = sandbox.at(&format!("away-{round}"));
        fs::rename(sandbox.at(BUNDLE), &away).and_then(|()| fs::rename(&aside, sandbox.at(BUNDLE))).expect("moved");
        let ended = child.wait().expect("it ends");
        assert_eq!(sandbox.text(&format!("{BUNDLE}/notes.txt")), "mine", "round {round}, {ended}");
        refused += usize::from(ended.code() == Some(2));
        assert!(left_over(&dist).is_empty());
        fs::remove_dir_all(sandbox.at(BUNDLE)).and_then(|()| fs::remove_file(sandbox.at(ZIP))).expect("removed");
    }
    println!("refused {refused} times");
}

#[test]
fn what_somebody_writes_into_the_project_while_it_is_released_is_kept() {
    const ARGS: [&str; 6] = ["release", "2.0.0", "--date", "2027-03-01", "--status", "for-review"];
    let (before, writing) = measure(&project(), &ARGS, &[]);
    let (mut refused, all) = (0, before + writing);
    // How long a run takes differs, so the way is gone again until an edit came in between.
    for step in 0..60_u32 {
        if step >= 10 && refused > 0 {
            break;
        }
        let sandbox = project();
        let child = program()
            .args(ARGS)
            .current_dir(sandbox.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        sleep(all * (step % 10) / 10);
        // As editors do it: another file takes the place of the old one.
        let text = fs::read_to_string(sandbox.at("handoff.yaml")).expect("there");
        fs::write(sandbox.at("new.yaml"), format!("{text}# Mine.\n")).expect("written");
        fs::rename(sandbox.at("new.yaml"), sandbox.at("handoff.yaml")).expect("moved");
        let ended = child.wait_with_output().expect("it ends");
        let now = sandbox.text("handoff.yaml");
        if ended.status.success() {
            // It was cut before or after, and then the version is there; an edit made of the old text came last.
            assert!(now.contains("# Mine."), "step {step}: the edit is lost:\n{now}");
        } else {
            let told = String::from_utf8_lossy(&ended.stderr).into_owned();
            assert!(told.contains("changed by somebody else meanwhile"), "step {step}: {told}");
            assert!(now.contains("# Mine.") && now.contains("version: 1.0.0"), "step {step}:\n{now}");
            assert!(!sandbox.at("records/releases/2.0.0.yaml").exists(), "step {step}");
            assert_eq!(left_over(sandbox.path()), [""; 0]);
            refused += 1;
        }
    }
    assert!(refused > 0, "no edit came between reading and writing");
}

#[test]
fn builds_at_once_into_one_folder_give_one_of_their_bundles() {
    let mut one = project();
    let digests = two_digests(&mut one);
    let two = project().write("docs/runbook.md", text("one"));
    let out = one.at("dist").display().to_string();
    for round in 0..5 {
        let children: Vec<_> = [&one, &two, &one, &two].map(|sandbox| start(sandbox, &["build", "--out", &out])).into();
        for mut child in children {
            assert!(child.wait().expect("it ends").success(), "round {round}");
        }
        let found = [BUNDLE, ZIP].map(|path| whole(&one.at(path)).expect("a whole bundle"));
        assert_eq!(found[0], found[1], "the folder and the zip are of one build");
        assert!(digests.contains(&found[0]));
        assert_eq!(files(&one.at("dist")).iter().filter(|path| path.contains(".handoff-")).count(), 0);
    }
}

#[test]
fn records_and_releases_at_once_do_not_get_in_each_others_way() {
    let sandbox = project();
    let args =
        ["record", "statement", "runbook.restart", "--date", "2027-03-02", "--by", "anna-lind", "--statement", "Done."];
    let children: Vec<_> = (0..4).map(|_| start(&sandbox, &args)).collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    let records = files(&sandbox.at("records/statements"));
    assert_eq!(records.len(), 4, "each has a file of its own: {records:?}");
    let release = ["release", "2.0.0", "--date", "2027-03-01", "--status", "for-review"];
    let children: Vec<_> = (0..3).map(|_| start(&sandbox, &release)).collect();
    let ended: Vec<_> = children.into_iter().map(|mut child| child.wait().expect("it ends").code()).collect();
    assert_eq!(ended.iter().filter(|code| **code == Some(0)).count(), 1, "one of them cuts it: {ended:?}");
    let _ = sandbox.run(["check"]);
    let _ = sandbox.run(["build"]).code(0);
}
