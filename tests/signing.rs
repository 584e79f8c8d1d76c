//! Signing and verifying, hand in hand with the tools that every system has: `ssh-keygen`, `ssh-agent`,
//! `sha256sum` and `unzip`.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;
use support::{Outcome, Sandbox, copy, files, outcome, program, tool};

const NAME: &str = "berth-portal-1.0.0";

/// A small bundle with every format, built once.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("signing");
        let _ = fs::remove_dir_all(&scratch);
        let project = project("en");
        let _ = project.run(["build".as_ref(), "--out".as_ref(), scratch.as_os_str()]).code(0);
        scratch
    })
}

fn project(language: &str) -> Sandbox {
    let base = include_str!("rule_pages/handoff.yaml");
    let text = base.replacen("project:\n", &format!("project:\n  language: {language}\n"), 1);
    Sandbox::empty()
        .write("handoff.yaml", text)
        .write("docs/runbook.md", include_str!("rule_pages/docs/runbook.md"))
        .write("checklists/delivery.yaml", include_str!("rule_pages/checklists/delivery.yaml"))
}

/// A copy of the bundle, folder and zip, with keys of Anna and of somebody else beside it.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::empty();
    copy(built(), &sandbox.at("dist"));
    for (name, comment) in [("anna", "anna@supplier.example"), ("other", "other@elsewhere.example")] {
        keygen(&sandbox, &["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", name]);
    }
    let public = sandbox.text("anna.pub");
    let list = format!("anna@supplier.example namespaces=\"file\" {public}");
    sandbox.write("allowed", list)
}

fn folder() -> String {
    format!("dist/{NAME}")
}

fn archive() -> String {
    format!("dist/{NAME}.zip")
}

fn keygen(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    outcome(Command::new("ssh-keygen").args(args).current_dir(sandbox.path())).code(0)
}

/// What `ssh-keygen -Y verify` says of the bundle's folder.
fn stock_verify(sandbox: &Sandbox, principal: &str) -> Outcome {
    let folder = sandbox.at(&folder());
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-n", "file", "-I", principal, "-s"]).arg(folder.join("SHA256SUMS.sig"));
    command.arg("-f").arg(sandbox.at("allowed"));
    support::pipe(&mut command, &fs::read(folder.join("SHA256SUMS")).expect("hashes"))
}

fn sign(sandbox: &Sandbox, bundle: &str, key: &str) -> Outcome {
    sandbox.run(["sign", bundle, "--key", key])
}

fn verify(sandbox: &Sandbox, bundle: &str, more: &[&str]) -> Outcome {
    sandbox.run([&["verify", bundle][..], more].concat())
}

// --- Signatures ------------------------------------------------------------------------

#[test]
fn the_stock_tools_accept_what_we_sign() {
    let sandbox = sandbox();
    let signed = sign(&sandbox, &folder(), "anna").code(0);
    assert_eq!(signed.stdout, format!("{}\n{}\n", folder(), archive()));
    let _ = stock_verify(&sandbox, "anna@supplier.example")
        .code(0)
        .says("Good \"file\" signature for anna@supplier.example");
    let unpacked = sandbox.at("unpacked");
    tool("unzip", ["-tqq".as_ref(), sandbox.at(&archive()).as_os_str()]);
    tool("unzip", ["-q".as_ref(), sandbox.at(&archive()).as_os_str(), "-d".as_ref(), unpacked.as_os_str()]);
    assert_eq!(files(&unpacked.join(NAME)), files(&sandbox.at(&folder())), "folder and zip hold the same");
    let _ = outcome(
        Command::new("sha256sum").args(["--strict", "--quiet", "-c", "SHA256SUMS"]).current_dir(unpacked.join(NAME)),
    )
    .code(0);
}

#[test]
fn the_line_that_sign_prints_makes_both_tools_know_the_signer() {
    let sandbox = sandbox();
    let told = sign(&sandbox, &archive(), "anna").code(0).stderr;
    let line = told.lines().find(|line| line.contains("namespaces=")).expect("the line").trim().to_owned();
    let sandbox = sandbox.write("allowed", format!("{line}\n"));
    let _ = stock_verify(&sandbox, "anna@supplier.example").code(0);
    let _ = verify(&sandbox, &archive(), &["--allowed-signers", "allowed"])
        .code(0)
        .says("signed: by anna@supplier.example");
}

#[test]
fn we_accept_what_the_stock_tools_sign_with_keys_of_every_kind() {
    for (kind, bits) in [("ed25519", "256"), ("rsa", "2048"), ("ecdsa", "256"), ("ecdsa", "384")] {
        let sandbox = sandbox();
        keygen(&sandbox, &["-q", "-t", kind, "-b", bits, "-N", "", "-f", "stock"]);
        let sums = format!("{}/SHA256SUMS", folder());
        keygen(&sandbox, &["-q", "-Y", "sign", "-n", "file", "-f", "stock", &sums]);
        let fingerprint = keygen(&sandbox, &["-l", "-f", "stock.pub"]).stdout;
        let fingerprint = fingerprint.split(' ').nth(1).expect("a fingerprint").to_owned();
        let _ = verify(&sandbox, &folder(), &[])
            .code(0)
            .says("intact:")
            .says(&format!("signed: with {}", kind_name(kind, bits)))
            .says(&fingerprint);
        let public = sandbox.text("stock.pub");
        let sandbox = sandbox.write("allowed", format!("# people\nbo,anna {public}"));
        let _ = verify(&sandbox, &folder(), &["-f", "allowed"]).code(0).says("signed: by bo,anna with");
        let sandbox = sandbox.append(&sums, "\n");
        let _ = verify(&sandbox, &folder(), &["-f", "allowed"])
            .code(1)
            .says("wrong signature: it was made for other bytes");
    }
}

fn kind_name(kind: &str, bits: &str) -> String {
    match kind {
        "ecdsa" => format!("ecdsa-sha2-nistp{bits}"),
        kind => format!("ssh-{kind}"),
    }
}

#[test]
fn a_signature_of_a_kind_that_we_cannot_check_is_no_good_one() {
    let sandbox = sandbox();
    keygen(&sandbox, &["-q", "-t", "ecdsa", "-b", "521", "-N", "", "-f", "stock"]);
    keygen(&sandbox, &["-q", "-Y", "sign", "-n", "file", "-f", "stock", &format!("{}/SHA256SUMS", folder())]);
    let _ = verify(&sandbox, &folder(), &[]).code(1).says("wrong signature:").says("ssh-keygen -Y verify");
}

#[test]
fn unsigned_unknown_and_wrong_signatures_are_told_apart() {
    let sandbox = sandbox();
    let _ = verify(&sandbox, &archive(), &[]).code(0).says("not signed:");
    let _ = verify(&sandbox, &archive(), &["-f", "allowed"]).code(1).says("intact:").says("not signed:");
    let _ = sign(&sandbox, &folder(), "other").code(0);
    let _ = verify(&sandbox, &archive(), &[]).code(0).says("signed: with ssh-ed25519 SHA256:");
    let _ =
        verify(&sandbox, &archive(), &["-f", "allowed"]).code(1).says("unknown signer:").says("does not have this key");
    let _ = sign(&sandbox, &folder(), "anna").code(0).complains("signed again");
    let _ = verify(&sandbox, &archive(), &["-f", "allowed"]).code(0).says("signed: by anna@supplier.example");
    let sums = format!("{}/SHA256SUMS", folder());
    fs::remove_file(sandbox.at(&format!("{sums}.sig"))).expect("signed before");
    keygen(&sandbox, &["-q", "-Y", "sign", "-n", "git", "-f", "anna", &sums]);
    let _ = verify(&sandbox, &folder(), &["-f", "allowed"]).code(1).says("wrong signature:").says("`git`");
    let sandbox = sandbox.write(&format!("{sums}.sig"), "no signature\n");
    let _ = verify(&sandbox, &folder(), &[]).code(1).says("wrong signature: it cannot be read");
}

#[test]
fn entries_that_do_not_hold_now_or_for_files_do_not_help() {
    let sandbox = sandbox();
    let _ = sign(&sandbox, &folder(), "anna").code(0);
    let public = sandbox.text("anna.pub");
    let told = |options: &str, code: i32, says: &str| {
        fs::write(sandbox.at("allowed"), format!("anna {options} {public}")).expect("written");
        let _ = verify(&sandbox, &archive(), &["-f", "allowed"]).code(code).says(says);
        let stock = stock_verify(&sandbox, "anna");
        assert_eq!(stock.exit == Some(0), code == 0, "ssh-keygen sees it otherwise: {stock}");
    };
    told("namespaces=\"git,file\"", 0, "signed: by anna");
    told("namespaces=\"git\"", 1, "purpose");
    told("valid-before=\"20200101\"", 1, "over");
    told("valid-after=\"20200101Z\",valid-before=\"20990101Z\"", 0, "signed: by anna");
    told("cert-authority", 1, "authority");
    let sandbox = sandbox.write("allowed", "anna ssh-ed25519 nonsense\n");
    let _ = verify(&sandbox, &archive(), &["-f", "allowed"]).code(2).complains("line 1").complains("help:");
}

#[test]
fn the_same_key_gives_the_same_zip() {
    let (one, other) = (sandbox(), sandbox());
    let other = other.write("anna", fs::read(one.at("anna")).expect("a key"));
    tool("chmod", ["600".as_ref(), other.at("anna").as_os_str()]);
    let _ = sign(&one, &folder(), "anna").code(0);
    let _ = sign(&other, &archive(), "anna").code(0);
    assert!(fs::read(one.at(&archive())).expect("a zip") == fs::read(other.at(&archive())).expect("a zip"));
}

#[test]
fn a_key_with_a_passphrase_signs_when_it_is_told() {
    let sandbox = sandbox();
    keygen(&sandbox, &["-q", "-t", "ed25519", "-N", "open sesame", "-C", "", "-f", "locked"]);
    let sandbox = sandbox.write("right", "open sesame\n").write("wrong", "open says me\n");
    let _ = sandbox
        .run(["sign", &folder(), "--key", "locked", "--passphrase-file", "wrong"])
        .code(2)
        .complains("not the passphrase");
    let _ = sandbox
        .run(["sign", &folder(), "--key", "locked"])
        .code(2)
        .complains("nobody to ask")
        .complains("--passphrase-file");
    assert!(!sandbox.at(&folder()).join("SHA256SUMS.sig").exists());
    let _ = sandbox.run(["sign", &folder(), "--key", "locked", "--passphrase-file", "right"]).code(0);
    let mut command = program();
    command.args(["sign", &folder(), "--key", "locked", "--passphrase-file", "-"]).current_dir(sandbox.path());
    let _ = support::pipe(&mut command, b"open sesame\n").code(0);
    let _ = verify(&sandbox, &folder(), &[]).code(0).says("signed: with");
}

#[test]
fn a_key_that_cannot_be_used_says_why() {
    let sandbox = sandbox().write("text", "hello\n");
    keygen(&sandbox, &["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", "rsa"]);
    let _ = sign(&sandbox, &folder(), "rsa").code(2).complains("ssh-rsa").complains("agent");
    let _ = sign(&sandbox, &folder(), "text").code(2).complains("no private key").complains("ssh-keygen -t ed25519");
    let _ = sign(&sandbox, &folder(), "nowhere").code(2).complains("nowhere");
    let _ = sandbox
        .run_with(["sign", &folder()], |command| command.env_remove("SSH_AUTH_SOCK"))
        .code(2)
        .complains("SSH_AUTH_SOCK");
    let _ = sandbox
        .run_with(["sign", &folder()], |command| command.env("SSH_AUTH_SOCK", "nowhere"))
        .code(2)
        .complains("cannot be reached");
    let _ = sign(&sandbox, "nowhere", "anna").code(2).complains("nowhere");
}

/// An agent that ends with the test.
struct Agent {
    child: Child,
    socket: PathBuf,
}

impl Agent {
    fn start(sandbox: &Sandbox) -> Self {
        let socket = sandbox.at("agent");
        let mut command = Command::new("ssh-agent");
        command.args(["-D", "-a"]).arg(&socket).stdout(Stdio::null());
        // From here on it ends with the test, whatever happens.
        let agent = Self { child: command.spawn().expect("an agent"), socket };
        for _ in 0..200 {
            if agent.socket.exists() {
                return agent;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("the agent does not listen");
    }

    fn add(&self, sandbox: &Sandbox, key: &str) {
        let mut add = Command::new("ssh-add");
        let _ = outcome(add.args(["-q", key]).current_dir(sandbox.path()).env("SSH_AUTH_SOCK", &self.socket)).code(0);
    }

    fn sign(&self, sandbox: &Sandbox, more: &[&str]) -> Outcome {
        sandbox
            .run_with([&["sign", &folder()][..], more].concat(), |command| command.env("SSH_AUTH_SOCK", &self.socket))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_agent_signs_with_keys_of_every_kind() {
    let sandbox = sandbox();
    let agent = Agent::start(&sandbox);
    let _ = agent.sign(&sandbox, &[]).code(2).complains("holds no key");
    agent.add(&sandbox, "anna");
    fs::remove_file(sandbox.at("anna")).expect("only the agent has it now");
    let _ = agent.sign(&sandbox, &[]).code(0).complains("signed");
    let _ = verify(&sandbox, &archive(), &["-f", "allowed"]).code(0).says("signed: by anna@supplier.example");
    let _ = agent.sign(&sandbox, &["--key", "other.pub"]).code(2).complains("does not hold this key");
    for (kind, bits) in [("rsa", "2048"), ("ecdsa", "256"), ("ecdsa", "384")] {
        let name = format!("{kind}{bits}");
        keygen(&sandbox, &["-q", "-t", kind, "-b", bits, "-N", "", "-C", &name, "-f", &name]);
        agent.add(&sandbox, &name);
        let _ = agent.sign(&sandbox, &["--key", &format!("{name}.pub")]).code(0);
        let list = format!("{name} {}", sandbox.text(&format!("{name}.pub")));
        fs::write(sandbox.at("allowed"), list).expect("written");
        let _ = verify(&sandbox, &archive(), &["-f", "allowed"]).code(0).says(&format!("signed: by {name}"));
        let _ = stock_verify(&sandbox, &name).code(0);
    }
    let _ = agent.sign(&sandbox, &[]).code(2).complains("several keys").complains("anna@supplier.example");
}

#[test]
fn an_altered_bundle_is_not_signed() {
    let sandbox = sandbox().append(&format!("{}/index.html", folder()), " ");
    let _ = sign(&sandbox, &archive(), "anna").code(2).complains("altered: index.html").complains("handoff verify");
    assert!(!sandbox.at(&folder()).join("SHA256SUMS.sig").exists());
    let _ = verify(&sandbox, &archive(), &[]).code(0).says("not signed:");
}

// --- Integrity -------------------------------------------------------------------------

fn problems(path: &Path) -> Vec<String> {
    handoff::bundle::verify(path).expect("a bundle").problems.iter().map(ToString::to_string).collect()
}

/// The zip again, with the bytes of some files replaced, or without them.
fn repacked(zip: &Path, change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(fs::File::open(zip).expect("there")).expect("a zip");
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).expect("an entry");
        let name = entry.name().expect("text").into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("bytes");
        if let Some(bytes) = change(&name, bytes) {
            to.start_file(name, zip::write::SimpleFileOptions::default()).expect("started");
            to.write_all(&bytes).expect("written");
        }
    }
    to.finish().expect("finished").into_inner()
}

#[test]
fn one_flipped_byte_is_named_in_each_file_in_turn() {
    let sandbox = sandbox();
    let _ = sign(&sandbox, &folder(), "anna").code(0);
    let (folder, archive) = (sandbox.at(&folder()), sandbox.at(&archive()));
    let paths = files(&folder);
    assert!(paths.iter().any(|path| path.starts_with("pdf/")) && paths.len() > 20, "{paths:?}");
    for path in &paths {
        let before = fs::read(folder.join(path)).expect("there");
        let mut after = before.clone();
        let middle = after.len() / 2;
        after[middle] ^= 1;
        fs::write(folder.join(path), &after).expect("writable");
        let changed = repacked(&archive, |name, bytes| {
            Some(if name.ends_with(&format!("{NAME}/{path}")) { after.clone() } else { bytes })
        });
        fs::write(sandbox.at("changed.zip"), changed).expect("writable");
        for bundle in [&folder, &sandbox.at("changed.zip")] {
            let told = problems(bundle);
            match path.as_str() {
                // The signature says so, and the files whose hashes are no longer there.
                "SHA256SUMS" => assert!(!told.is_empty(), "{path}"),
                "SHA256SUMS.sig" => assert_eq!(told, Vec::<String>::new()),
                _ => assert_eq!(told, [format!("altered: {path}")]),
            }
        }
        if path.starts_with("SHA256SUMS") {
            let _ = sandbox.run(["verify".as_ref(), folder.as_os_str()]).code(1).says("wrong signature:");
        }
        fs::write(folder.join(path), before).expect("writable");
    }
    assert_eq!(problems(&folder), Vec::<String>::new());
}

#[test]
fn each_removed_file_is_named() {
    let sandbox = sandbox();
    let (folder, archive) = (sandbox.at(&folder()), sandbox.at(&archive()));
    for path in files(&folder).iter().filter(|path| *path != "SHA256SUMS") {
        let away = sandbox.at("away");
        fs::rename(folder.join(path), &away).expect("moved");
        assert_eq!(problems(&folder), [format!("missing: {path}")]);
        fs::rename(&away, folder.join(path)).expect("moved back");
        let without = repacked(&archive, |name, bytes| (name != format!("{NAME}/{path}")).then_some(bytes));
        fs::write(sandbox.at("without.zip"), without).expect("writable");
        assert_eq!(problems(&sandbox.at("without.zip")), [format!("missing: {path}")]);
    }
}

#[test]
fn an_added_file_and_two_that_changed_places_are_named() {
    let sandbox = sandbox();
    let folder = sandbox.at(&folder());
    for path in ["added.html", "html/added.html", "pdf/.hidden"] {
        fs::write(folder.join(path), "").expect("writable");
        assert_eq!(problems(&folder), [format!("added: {path}")]);
        fs::remove_file(folder.join(path)).expect("removed");
    }
    let swap = || {
        fs::rename(folder.join("index.html"), folder.join("between")).expect("moved");
        fs::rename(folder.join("html/runbook.html"), folder.join("index.html")).expect("moved");
        fs::rename(folder.join("between"), folder.join("html/runbook.html")).expect("moved");
    };
    swap();
    let _ = sandbox
        .run(["verify".as_ref(), folder.as_os_str()])
        .code(1)
        .says("altered: html/runbook.html\naltered: index.html\nnot intact: 2 files are not as sealed");
    swap();
    assert_eq!(problems(&folder), Vec::<String>::new());
}

#[test]
fn a_bundle_is_unpacked_only_when_all_is_well() {
    let sandbox = sandbox();
    let unpack = |code: i32| verify(&sandbox, &archive(), &["-f", "allowed", "--unpack", "deliveries"]).code(code);
    let _ = unpack(1).says("not signed:");
    assert!(!sandbox.at("deliveries").exists());
    let _ = sign(&sandbox, &archive(), "anna").code(0);
    let _ = unpack(0).says(&format!("deliveries/{NAME}\n"));
    let there = sandbox.at("deliveries").join(NAME);
    assert_eq!(files(&there), files(&sandbox.at(&folder())));
    assert_eq!(problems(&there), Vec::<String>::new());
    let _ = unpack(2).complains("already");
    let _ = verify(&sandbox, &folder(), &["--unpack", "deliveries"]).code(2).complains("folder already");
}

#[test]
fn every_format_of_reports_names_what_is_wrong_and_who_signed() {
    let sandbox = sandbox().append(&format!("{}/index.html", folder()), " ");
    for format in ["json", "sarif", "junit", "github", "gitlab", "markdown"] {
        let told = verify(&sandbox, &folder(), &["--format", format, "--quiet"]).code(1);
        assert!(told.stdout.contains("index.html") && told.stdout.contains("altered-file"), "{format}: {told}");
    }
    let _ = sign(&sandbox, &folder(), "anna").code(2);
    let sandbox = self::sandbox();
    let _ = sign(&sandbox, &folder(), "anna").code(0);
    let report = verify(&sandbox, &archive(), &["--format", "json", "-f", "allowed"]).code(0).json();
    assert_eq!(report["verdict"], "pass");
    assert!(report["findings"][0]["message"].as_str().expect("text").starts_with("signed by anna@supplier.example"));
}
