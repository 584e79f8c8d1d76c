//! The sealed annex: what `handoff seal` makes is opened by the stock `age`, comes with the bundle, and
//! the plain file does not.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]
#![cfg(feature = "seal")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;
use support::{Outcome, Sandbox, files, outcome, program, tool};

const SECRET: &str = "portal_owner: h7Kq29vLxT4w\n";

/// A small project with an access document, beside a file with credentials and keys of the client.
fn sandbox(annex: &str) -> Sandbox {
    let base = include_str!("rule_pages/handoff.yaml");
    let sandbox = Sandbox::empty()
        .write("project/handoff.yaml", format!("{base}{annex}"))
        .write("project/docs/runbook.md", include_str!("rule_pages/docs/runbook.md"))
        .write("project/checklists/delivery.yaml", include_str!("rule_pages/checklists/delivery.yaml"))
        .write("production.txt", SECRET);
    tool("age-keygen", ["-o".as_ref(), sandbox.at("bo.key").as_os_str()]);
    for (kind, bits) in [("ed25519", "256"), ("rsa", "2048")] {
        let key = sandbox.at(kind);
        tool("ssh-keygen", ["-q", "-t", kind, "-b", bits, "-N", "", "-f", &key.to_string_lossy()]);
    }
    sandbox
}

const NAMED: &str = "access:
  annex:
    - file: annex/production.txt.age
      holds: Password of the database owner
      recipient: bo-ek
      opened_with: the SSH key of Bo Ek
";

/// The public key of the client.
fn age_key(sandbox: &Sandbox) -> String {
    let text = sandbox.text("bo.key");
    let line = text.lines().find_map(|line| line.strip_prefix("# public key: "));
    line.expect("age-keygen tells the public key").to_owned()
}

fn in_project(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let mut command = program();
    outcome(command.args(args).current_dir(sandbox.at("project")))
}

fn open(sandbox: &Sandbox, identity: &str, sealed: &Path) -> Outcome {
    outcome(Command::new("age").arg("-d").arg("-i").arg(sandbox.at(identity)).arg(sealed))
}

#[test]
fn the_stock_age_opens_what_is_sealed_for_keys_of_age_and_ssh() {
    let sandbox = sandbox("");
    let key = age_key(&sandbox);
    let ssh = sandbox.text("ed25519.pub");
    let sealed = sandbox.at("project/annex/production.txt.age");
    let made =
        in_project(&sandbox, &["seal", "../production.txt", "--to", &key, "--to", ssh.trim(), "--to", "../rsa.pub"])
            .code(0)
            .complains("remove the plain file:")
            .complains("- file: annex/production.txt.age");
    assert_eq!(made.stdout, "annex/production.txt.age\n");
    assert!(!made.stderr.contains("h7Kq29"), "the content is never shown");
    assert!(!fs::read_to_string(&sealed).expect("text").contains("h7Kq29"));
    for identity in ["bo.key", "ed25519", "rsa"] {
        assert_eq!(open(&sandbox, identity, &sealed).code(0).stdout, SECRET, "{identity}");
    }
    tool("age-keygen", ["-o".as_ref(), sandbox.at("stranger.key").as_os_str()]);
    assert_ne!(open(&sandbox, "stranger.key", &sealed).exit, Some(0));
    assert_eq!(sandbox.text("production.txt"), SECRET, "the plain file is the user's to remove");
}

#[test]
fn a_passphrase_seals_as_well() {
    let sandbox = sandbox("").write("words", "six random words in a row\n").write("empty", "\n");
    let seal = |file: &str| in_project(&sandbox, &["seal", "../production.txt", "--passphrase-file", file]);
    let _ = seal("../empty").code(2).complains("empty");
    let _ = seal("../words").code(0).complains("with a passphrase");
    let head = sandbox.text("project/annex/production.txt.age");
    assert!(head.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"), "{head}");
    let _ = in_project(&sandbox, &["seal", "../production.txt", "--passphrase", "--out", "x.age"])
        .code(2)
        .complains("nobody to ask");
    assert!(!sandbox.at("project/x.age").exists());
    // The stock program asks on a terminal, which `script` gives it.
    let sealed = sandbox.at("project/annex/production.txt.age");
    let typed = "sleep 2; echo 'six random words in a row'; sleep 2";
    let line = format!(
        "({typed}) | script -qec \"age -d -o '{}' '{}'\" /dev/null",
        sandbox.at("opened").display(),
        sealed.display()
    );
    let _ = outcome(Command::new("bash").args(["-c", &line]));
    assert_eq!(sandbox.text("opened"), SECRET);
}

#[test]
fn what_cannot_be_sealed_or_sealed_for_says_why() {
    let sandbox = sandbox("").write("nobody", "# none\n");
    let seal = |args: &[&str]| in_project(&sandbox, &[&["seal"], args].concat());
    let _ = seal(&["../production.txt"]).code(2).complains("--to");
    let _ = seal(&["../production.txt", "--to", "age1nonsense"]).code(2).complains("no public key");
    let _ = seal(&["../production.txt", "--to", "../bo.key"]).code(2).complains("private key");
    let _ = seal(&["../production.txt", "--to", "../nobody"]).code(2).complains("no key in it");
    let _ = seal(&["../production.txt", "--to", "../nowhere.pub"]).code(2).complains("nowhere.pub");
    let _ = seal(&["../nothing.txt", "--to", "../rsa.pub"]).code(2).complains("nothing.txt");
    assert!(!sandbox.at("project/annex").exists(), "nothing was written");
    let _ = seal(&["../production.txt", "--to", "../rsa.pub"]).code(0);
    let _ = seal(&["../production.txt", "--to", "../rsa.pub"]).code(2).complains("--replace");
    let _ = seal(&["../production.txt", "--to", "../ed25519.pub", "--replace"]).code(0);
    let sealed = sandbox.at("project/annex/production.txt.age");
    assert_eq!(open(&sandbox, "ed25519", &sealed).code(0).stdout, SECRET);
    let _ = seal(&["annex/production.txt.age", "--to", "../rsa.pub"]).code(2).complains("sealed already");
    let _ = seal(&["../production.txt", "--to", "../rsa.pub", "--out", "handoff.yaml", "--replace"])
        .code(2)
        .complains("no sealed file");
}

/// What `check` says about the annex.
fn findings(sandbox: &Sandbox) -> Vec<String> {
    let report = in_project(sandbox, &["check", "--format", "json"]).json();
    let findings = report["findings"].as_array().expect("findings").iter();
    let annex = findings.filter(|finding| finding["rule"] == "unsealed-annex");
    annex.map(|finding| finding["message"].as_str().expect("a message").to_owned()).collect()
}

#[test]
fn the_bundle_carries_the_sealed_file_and_the_register_points_to_it() {
    let sandbox = sandbox(NAMED);
    let _ = in_project(&sandbox, &["seal", "../production.txt", "--to", "../ed25519.pub"]).code(0);
    assert_eq!(findings(&sandbox), Vec::<String>::new());
    let _ = in_project(&sandbox, &["build", "--only", "html,pdf,markdown", "--out", "../out"]).code(0);
    let bundle = sandbox.at("out/berth-portal-1.0.0");
    let sealed = bundle.join("files/annex/production.txt.age");
    assert_eq!(open(&sandbox, "ed25519", &sealed).code(0).stdout, SECRET);
    let page = sandbox.text("out/berth-portal-1.0.0/html/access.html");
    for words in
        ["../files/annex/production.txt.age", "Password of the database owner", "Bo Ek", "the SSH key of Bo Ek"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn the_plain_file_is_found_in_the_folder_and_in_git_and_never_delivered() {
    let sandbox = sandbox(NAMED);
    let _ = in_project(&sandbox, &["seal", "../production.txt", "--to", "../ed25519.pub"]).code(0);
    let sandbox = sandbox.write("project/docs/files/production.txt", SECRET).append(
        "project/docs/runbook.md",
        "\n## Credentials\n\nThey stand in [this file](files/production.txt), for now.\n",
    );
    let found = findings(&sandbox);
    assert!(
        found.iter().any(|finding| finding.contains("docs/files/production.txt") && finding.contains("clear text")),
        "{found:?}"
    );
    let _ = in_project(&sandbox, &["build", "--only", "html", "--out", "../out"]);
    for path in files(sandbox.path()).iter().filter(|path| path.starts_with("out/")) {
        let bytes = fs::read(sandbox.at(path)).expect("there");
        assert!(!bytes.windows(6).any(|part| part == b"h7Kq29"), "{path}");
    }
    let git = |args: &[&str]| {
        let named = ["-c", "user.name=A", "-c", "user.email=a@b.example"];
        outcome(Command::new("git").args(named).args(args).current_dir(sandbox.path())).code(0)
    };
    let _ = git(&["init", "-q"]);
    let _ = git(&["add", "project/docs/files/production.txt", "production.txt"]);
    let found = findings(&sandbox).join("\n");
    assert!(found.contains("docs/files/production.txt` lies in the folder in clear text, and git keeps it"), "{found}");
    assert!(found.contains("../production.txt"), "{found}");
    let _ = in_project(&sandbox, &["seal", "../production.txt", "--to", "../rsa.pub", "--replace"])
        .code(0)
        .complains("git knows it");
    let _ = git(&["commit", "-qm", "a mistake"]);
    let _ = git(&["rm", "-rq", "--cached", "."]);
    let _ = in_project(&sandbox, &["seal", "../production.txt", "--to", "../rsa.pub", "--replace"])
        .code(0)
        .complains("git knows it");
}

#[test]
fn a_file_that_is_not_sealed_never_enters_the_bundle() {
    let sandbox = sandbox(NAMED).write("project/annex/production.txt.age", SECRET);
    let found = findings(&sandbox).join("\n");
    assert!(found.contains("not sealed"), "{found}");
    let _ = in_project(&sandbox, &["build", "--only", "html", "--out", "../out"]);
    assert!(!files(sandbox.path()).iter().any(|path| path.starts_with("out/") && path.contains("production")));
}
