//! The whole way of the sign-off: the form, filled in and signed with tools that nobody here wrote, read
//! again, judged and recorded, until nothing is open.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use handoff::form::{self, Answer};
use handoff::pades::{self, Anchors};
use handoff::pipeline::{self, Options, Silent};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use support::{Sandbox, outcome, tool};

/// The small project of these tests.
fn project() -> Sandbox {
    let sandbox = Sandbox::empty();
    support::copy(&root().join("tests/sign_off/boathouse"), sandbox.path());
    sandbox
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where the files of these tests are made, once for all of them.
struct Workshop {
    folder: PathBuf,
    /// The form as it is sent.
    form: PathBuf,
    digest: String,
    /// The certificates.
    pki: PathBuf,
}

fn workshop() -> &'static Workshop {
    static ONCE: OnceLock<Workshop> = OnceLock::new();
    ONCE.get_or_init(|| {
        let folder = root().join("target/judges/sign-off");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let sandbox = project();
        let _ = sandbox.run(["build", "--quiet", "--out", "out"]).code(0);
        let manifest: Value =
            serde_json::from_str(&sandbox.text("out/boathouse-1.0.0/manifest.json")).expect("a manifest");
        let form = folder.join("form.pdf");
        fs::copy(sandbox.at("out/boathouse-1.0.0/pdf/sign-off.pdf"), &form).expect("the form");
        let pki = folder.join("pki");
        let today = tool("date", ["-u", "+%F"]);
        judge(["pki", path(&pki), today.trim()]);
        Workshop { folder, form, digest: manifest["digest"].as_str().expect("a digest").to_owned(), pki }
    })
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// Has something done by tools that nobody here wrote.
fn judge<'a>(args: impl IntoIterator<Item = &'a str>) -> Value {
    let mut command = Command::new(root().join("tests/judges/python"));
    command.arg(root().join("tests/judges/sign_off.py")).args(args);
    outcome(&mut command).code(0).json()
}

/// What a client fills in who accepts everything but one deliverable.
fn answers() -> Value {
    json!({
        "decision:runbook": "reserve",
        "reason:runbook": "The restart of the queue – „Wiederanlauf“ – is missing",
        "until:runbook": "2027-02-12",
        "decision:source-code": "accept",
        "decision:training": "accept",
        "transfer": "yes",
        "support": "yes",
        "remarks": "Thank you.\nÅ, é and ß arrive.",
        "place:zofia-wozniak": "Kraków",
        "date:zofia-wozniak": "2027-01-26",
        "name:piotr-maly": "Piotr Maly (for the operations)",
        "place:piotr-maly": "Gdynia",
        "date:piotr-maly": "26.1.2027",
        "place:anna-lind": "Göteborg",
        "date:anna-lind": "2027-01-27",
    })
}

/// The form, filled in with pypdf.
fn filled(name: &str, answers: &Value) -> PathBuf {
    let target = workshop().folder.join(name);
    judge(["fill", path(&workshop().form), path(&target), &answers.to_string()]);
    target
}

/// The form, filled in and signed by everybody, one after the other.
fn signed() -> &'static Path {
    static ONCE: OnceLock<PathBuf> = OnceLock::new();
    ONCE.get_or_init(|| {
        let mut from = filled("to-sign.pdf", &answers());
        for (field, signer) in
            [("signature:zofia-wozniak", "rsa"), ("signature:piotr-maly", "p256"), ("signature:anna-lind", "second")]
        {
            let to = workshop().folder.join(format!("signed-by-{signer}.pdf"));
            judge(["sign", path(&from), path(&to), field, path(&workshop().pki), signer]);
            from = to;
        }
        from
    })
}

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).expect("the file is there")
}

/// What we read in a file, in the words of the tests.
fn read(file: &Path) -> Value {
    let form = form::read(&bytes(file)).expect("a form");
    let answers = form.answers.into_iter().filter_map(|(name, answer)| {
        let text = match answer {
            Answer::Text(text) => text,
            Answer::Choice(choice) => choice.unwrap_or_default(),
            _ => return None,
        };
        Some((name, Value::from(text)))
    });
    Value::Object(answers.collect())
}

#[test]
fn the_form_has_every_field_with_a_tip_in_the_order_of_the_page() {
    let form = form::read(&bytes(&workshop().form)).expect("a form");
    let names: Vec<&str> = form.answers.keys().map(String::as_str).collect();
    for name in [
        "project",
        "version",
        "digest",
        "decision:runbook",
        "reason:training",
        "until:source-code",
        "transfer",
        "support",
        "remarks",
        "name:anna-lind",
        "role:piotr-maly",
        "place:zofia-wozniak",
        "date:anna-lind",
        "signature:zofia-wozniak",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let told = read(&workshop().form);
    assert_eq!(told["project"], "Boathouse Łódź (boathouse)");
    assert_eq!(told["digest"], workshop().digest.as_str());
    assert_eq!(told["name:zofia-wozniak"], "Zofia Woźniak", "names stand there from the start");
    assert_eq!(form.signatures, []);
    // Everything is seen by others as well.
    let others = judge(["read", path(&workshop().form)]);
    assert_eq!(others["digest"], workshop().digest.as_str());
    let text = tool("pdftotext", ["-layout", path(&workshop().form), "-"]);
    for words in ["Sign-off form", "Training of the harbour", "Klub Żeglarski Łódź", "Declaration"] {
        assert!(text.contains(words), "`{words}` is not in\n{text}");
    }
}

#[test]
fn two_builds_give_the_same_form() {
    let sandbox = project();
    let _ = sandbox.run(["build", "--quiet", "--out", "out"]).code(0);
    assert_eq!(bytes(&sandbox.at("out/boathouse-1.0.0/pdf/sign-off.pdf")), bytes(&workshop().form));
}

#[test]
fn what_others_fill_in_is_what_we_read() {
    let answers = answers();
    let by_pypdf = filled("filled.pdf", &answers);
    let by_pdfium = workshop().folder.join("pdfium.pdf");
    let left = judge(["pdfium", path(&workshop().form), path(&by_pdfium), &answers.to_string()]);
    assert_eq!(left["left"], json!([]), "every field was found on the page");
    let sent = form::read(&bytes(&workshop().form)).expect("a form").fingerprint;
    let mut records = Vec::new();
    for file in
        [Some(&by_pypdf), Some(&by_pdfium), in_chromium("chromium.pdf", &answers).as_ref()].into_iter().flatten()
    {
        let told = read(file);
        for (name, wanted) in answers.as_object().expect("answers") {
            let told = told[name].as_str().map(|text| text.replace('\r', "\n"));
            assert_eq!(told.as_deref(), wanted.as_str(), "{name} in {}", file.display());
        }
        let form = form::read(&bytes(file)).expect("a form");
        assert_eq!(form.fingerprint, sent, "{}: nothing else was changed", file.display());
        let sandbox = with(file);
        let record = import(&sandbox, &[]).code(0).stdout;
        let text = sandbox.text(record.trim());
        let said = |line: &&str| !line.starts_with("file: ") && !line.starts_with("sha256: ");
        records.push(text.lines().filter(said).collect::<Vec<_>>().join("\n"));
    }
    assert!(records.iter().all(|record| *record == records[0]), "{records:#?}");
}

/// The form, filled in with mouse and keyboard in Chromium's own viewer, and saved there; nothing if the
/// judges are left out.
fn in_chromium(name: &str, answers: &Value) -> Option<PathBuf> {
    let target = workshop().folder.join(name);
    let places = judge(["places", path(&workshop().form), &answers.to_string()]);
    assert_eq!(places["left"], json!([]), "every field has a place");
    let list = target.with_extension("json");
    fs::write(&list, places.to_string()).expect("the places");
    support::judge("pdf-viewer", [path(&workshop().form), path(&target), path(&list)]);
    target.exists().then_some(target)
}

#[test]
fn other_tools_are_content_with_every_file() {
    let by_pdfium = workshop().folder.join("pdfium-too.pdf");
    judge(["pdfium", path(&workshop().form), path(&by_pdfium), &answers().to_string()]);
    let files = [workshop().form.clone(), filled("filled-too.pdf", &answers()), by_pdfium, signed().to_owned()];
    for file in files.iter().chain(&in_chromium("chromium-too.pdf", &answers())) {
        let _ = outcome(Command::new("qpdf").args(["--check", path(file)])).code(0);
        let info = outcome(Command::new("pdfinfo").arg(path(file))).code(0);
        assert!(info.stdout.contains("Form:            AcroForm"), "{}", info.stdout);
    }
    let mut conformance = Command::new(root().join("tests/judges/pdf"));
    conformance.arg("ua1,2a").args(&files[..2]);
    let _ = outcome(&mut conformance).code(0);
    let _ = outcome(Command::new("pdfsig").args(["-nocert", path(signed())])).code(0).says("Signature is Valid");
}

/// The small project with a form that came back beside it.
fn with(file: &Path) -> Sandbox {
    project().write("returned.pdf", bytes(file))
}

/// The path of a certificate.
fn certificate(name: &str) -> String {
    path(&workshop().pki.join(format!("{name}.pem"))).to_owned()
}

fn import(sandbox: &Sandbox, more: &[&str]) -> support::Outcome {
    let trust = certificate("root");
    sandbox.run([&["sign-off", "import", "returned.pdf", "--trust", trust.as_str()], more].concat())
}

fn nothing_was_written(sandbox: &Sandbox) {
    assert!(!sandbox.at("records").exists(), "{:?}", support::files(sandbox.path()));
}

#[test]
fn a_form_that_everybody_signed_is_recorded_and_its_reservation_stays_open_until_it_is_closed() {
    let sandbox = with(signed());
    let told = import(&sandbox, &[]).code(0);
    let record = told.stdout.trim().to_owned();
    for line in [
        "filled: the form of Boathouse Łódź 1.0.0, 3 of 3 deliverables",
        "valid signature of Zofia Woźniak: Test signer rsa, vouched for by Test root authority",
        "valid signature of Anna Lind: Second test signer",
        "later, others filled in what is theirs",
        "open point `runbook-1-0-0`: The restart of the queue",
    ] {
        assert!(told.stderr.contains(line), "`{line}` is not in {}", told.stderr);
    }
    // The file is kept as it came, with its fingerprint.
    let text = sandbox.text(&record);
    let kept = record.replace(".yaml", ".pdf");
    assert_eq!(bytes(&sandbox.at(&kept)), bytes(signed()));
    let sum = tool("sha256sum", [path(&sandbox.at(&kept))]);
    assert!(text.contains(&sum[..64]), "{text}");
    for line in [
        "version: 1.0.0",
        &format!("digest: {}", workshop().digest),
        "place: Kraków",
        "answer: reserve",
        "name: Piotr Maly (for the operations)",
        "date: 2027-01-26",
        "transfer: true",
        "support: true",
        "by the clock of the signer",
        "signature: trusted",
    ] {
        assert!(text.contains(line), "`{line}` is not in\n{text}");
    }

    // The point stands everywhere until it is closed.
    let _ = sandbox.run(["sign-off"]).code(0).says("not complete: 1 open point").says("by Test root authority");
    let _ = sandbox.run(["status"]).code(0).says("runbook-1-0-0").says("2 accepted, 1 with reservations");
    let _ = sandbox.run(["build", "--quiet", "--out", "out"]).code(0);
    let register = sandbox.text("out/boathouse-1.0.0/markdown/sign-off.md");
    assert!(register.contains("runbook-1-0-0") && register.contains("12 February 2027"), "{register}");
    let form = tool("pdftotext", [path(&sandbox.at("out/boathouse-1.0.0/pdf/sign-off.pdf")), "-"]);
    assert!(form.contains("Open points of earlier sign-offs"), "{form}");
    let items = |sandbox: &Sandbox| {
        let report = sandbox.run(["check", "--stage", "close", "--format", "json"]).json();
        let items = report["coverage"]["items"].as_array().expect("items").clone();
        let of_form =
            items.into_iter().filter(|item| item["id"].as_str().is_some_and(|id| id.starts_with("sign-off.")));
        of_form.map(|item| format!("{} {}", item["id"], item["state"]).replace('"', "")).collect::<Vec<_>>()
    };
    let wanted = ["sign-off.deliverables partial", "sign-off.signatures met", "sign-off.support-terms met"];
    assert_eq!(items(&sandbox), wanted);

    let close = ["record", "point", "runbook-1-0-0", "--state", "closed", "--by", "piotr-maly", "--date", "2027-02-10"];
    let _ = sandbox.run(close).code(1).complains("evidence");
    let _ = sandbox.run([&close[..], &["--evidence", "Runbook 1.0.1"]].concat()).code(0);
    let _ = sandbox.run(["sign-off"]).code(0).says("complete: everything is accepted");
    assert_eq!(items(&sandbox), wanted.map(|item| item.replace("partial", "met")));

    // The release that is delivered as accepted carries the certificate and the form that was signed.
    let sandbox = sandbox.edit("handoff.yaml", "version: 1.0.0", "version: 1.0.1").edit(
        "handoff.yaml",
        "status: draft",
        "status: as-delivered",
    );
    let _ = sandbox.run(["build", "--quiet", "--out", "out"]).code(0);
    let certificate = sandbox.text("out/boathouse-1.0.1/markdown/acceptance-certificate.md");
    for words in [
        workshop().digest.as_str(),
        "Zofia Woźniak",
        "27 January 2027",
        "accepted with reservations",
        "Runbook 1.0.1",
        &sum[..64],
    ] {
        assert!(certificate.contains(words), "`{words}` is not in\n{certificate}");
    }
    assert!(!sandbox.at("out/boathouse-1.0.1/pdf/sign-off.pdf").exists(), "nothing is left to be signed");
    assert_eq!(bytes(&sandbox.at(&format!("out/boathouse-1.0.1/files/{kept}"))), bytes(signed()));
}

#[test]
fn each_form_that_does_not_count_gets_the_right_message() {
    let refused = |sandbox: &Sandbox, word: &str, why: &str| {
        let _ = import(sandbox, &[])
            .code(1)
            .complains(&format!("{word}:"))
            .complains(why)
            .complains("help:")
            .prints_nothing();
        nothing_was_written(sandbox);
    };
    let good = filled("good.pdf", &answers());
    refused(&with(&workshop().form), "empty", "nothing is filled in");
    let newer = with(&good).edit("handoff.yaml", "version: 1.0.0", "version: 1.1.0");
    refused(&newer, "another release", "this is the form of version 1.0.0, not of 1.1.0");
    let changed = with(&good).edit("docs/runbook.md", "Restart the service", "Restart it");
    refused(&changed, "another release", "but not of the release");
    let other = with(&good).edit("handoff.yaml", "id: boathouse", "id: harbour");
    refused(&other, "foreign", "the form of another project: `Boathouse Łódź (boathouse)`");
    let flat = workshop().folder.join("flat.pdf");
    judge(["flatten", path(&good), path(&flat)]);
    refused(&with(&flat), "flattened", "turned into plain print");
    let runbook = with(&good);
    let _ = runbook.run(["build", "--quiet", "--out", "out"]).code(0);
    let pdfs = support::files(&runbook.at("out/boathouse-1.0.0/pdf"));
    let plain = pdfs.iter().find(|name| name.contains("runbook")).expect("a document");
    let plain = bytes(&runbook.at(&format!("out/boathouse-1.0.0/pdf/{plain}")));
    refused(&project().write("returned.pdf", plain), "foreign", "it has no fields");
    refused(&project().write("returned.pdf", "a letter"), "foreign", "it is no PDF");
    let whole = bytes(&good);
    refused(&project().write("returned.pdf", &whole[..whole.len() * 2 / 3]), "damaged", "the file is damaged");
    let partly = filled("partly.pdf", &json!({ "decision:runbook": "reject", "date:anna-lind": "soon" }));
    let sandbox = with(&partly);
    let _ = import(&sandbox, &[])
        .code(1)
        .complains("partly filled:")
        .complains("Runbook: no reason")
        .complains("Source code: no answer")
        .complains("terms of support: no answer")
        .complains("nobody has signed");
    nothing_was_written(&sandbox);
    let fixed = filled("fixed.pdf", &json!({ "digest": "0".repeat(64), "decision:runbook": "accept" }));
    refused(&with(&fixed), "another release", "its digest begins with 000000000000");
    let cleartext = with(&good);
    let _ =
        import(&cleartext, &["--check"]).code(0).complains("filled:").complains("no digital signature by Anna Lind");
    nothing_was_written(&cleartext);
}

#[test]
fn what_was_changed_after_a_signature_is_named() {
    let folder = workshop().folder.join("changed");
    let made = variants();
    let file = |name: &str| {
        let found = made["variants"].as_array().expect("variants").iter().find(|variant| variant["name"] == name);
        PathBuf::from(found.unwrap_or_else(|| panic!("no variant {name}"))["file"].as_str().expect("a file"))
    };
    let _ = folder;
    for (name, word, why) in [
        ("one byte changed", "bad signature", "the signature of Zofia Woźniak: the signed bytes were changed"),
        ("the signature changed", "bad signature", "the signature of Zofia Woźniak"),
        ("more left out than the signature", "bad signature", "leaves out bytes of the file"),
        (
            "an answer changed later",
            "altered",
            "after the signature of Zofia Woźniak: `decision:runbook` was `reserve` and is `reject`",
        ),
        ("a page changed later", "altered", "not those of the form that was sent"),
        ("a note put on a page later", "altered", "remarks or drawings were put on page 1"),
        ("signed by two, the first bytes changed", "bad signature", "the signature of Piotr Mały"),
    ] {
        let sandbox = with(&file(name));
        let _ = import(&sandbox, &[]).code(1).complains(&format!("{word}:")).complains(why);
        nothing_was_written(&sandbox);
    }
    let sandbox = with(&file("another's place filled in later"));
    let _ = import(&sandbox, &["--check"]).code(0).complains("later, others filled in what is theirs (1 field)");
    let sandbox = with(&file("time-stamped"));
    let _ = import(&sandbox, &["--check"]).code(0).complains("stamped by Test time stamp service");
    let sandbox = with(&file("nobody vouches"));
    let record = import(&sandbox, &[]).code(0).complains("valid signature, not trusted,").stdout;
    assert!(sandbox.text(record.trim()).contains("signature: untrusted"));
    let _ = sandbox.run(["sign-off"]).code(0).says("nobody known vouches for it").says("3 signatures are missing");
}

/// The form, filled in, signed in many ways and spoilt, with what pyHanko thinks of each.
fn variants() -> &'static Value {
    static ONCE: OnceLock<Value> = OnceLock::new();
    ONCE.get_or_init(|| {
        let from = filled("for-variants.pdf", &answers());
        let folder = workshop().folder.join("variants");
        judge([
            "variants",
            path(&from),
            path(&workshop().pki),
            path(&folder),
            "signature:zofia-wozniak",
            "signature:piotr-maly",
            "decision:runbook",
            "place:anna-lind",
        ])
    })
}

#[test]
fn pyhanko_and_we_judge_signatures_alike() {
    let made = variants();
    let now: jiff::Timestamp = made["moment"].as_str().expect("a moment").parse().expect("a time");
    let all = made["variants"].as_array().expect("variants");
    assert!(all.len() >= 20, "{} variants", all.len());
    let mut wrong = Vec::new();
    for variant in all {
        let file = bytes(Path::new(variant["file"].as_str().expect("a file")));
        let mut anchors = Anchors::default();
        for name in variant["trust"].as_array().expect("names") {
            anchors.add(&bytes(Path::new(&certificate(name.as_str().expect("a name"))))).expect("certificates");
        }
        let ours = match form::read(&file) {
            Ok(form) => form.signatures.iter().map(|sealed| ours(&file, sealed, &anchors, now)).collect(),
            Err(_) => Vec::new(),
        };
        let theirs: Vec<Value> = variant["signatures"].as_array().expect("signatures").iter().map(theirs).collect();
        if ours != theirs {
            wrong.push(format!(
                "{}\n  ours   {}\n  theirs {}\n  {variant}",
                variant["name"],
                json!(ours),
                json!(theirs)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Our verdict about one signature, in the words of both.
fn ours(file: &[u8], sealed: &form::Sealed, anchors: &Anchors, now: jiff::Timestamp) -> Value {
    let verdict = sealed
        .seal
        .as_ref()
        .map(|seal| (pades::verify(&sealed.format, &sealed.contents, &seal.signed(file), anchors, now), seal));
    match verdict {
        Ok((Ok(verdict), seal)) => {
            let good = verdict.valid.is_ok();
            let own = sealed.field.strip_prefix("signature:").expect("a signatory");
            let free = |change: &form::Change| {
                change.field().is_some_and(|field| {
                    !matches!(change, form::Change::Field(_)) && field.ends_with("piotr-maly") && own != "piotr-maly"
                        || field.ends_with("anna-lind") && own != "anna-lind"
                })
            };
            json!({
                "field": sealed.field,
                "valid": good,
                "trusted": good && verdict.trusted.is_ok(),
                "whole": good && seal.later == 0,
                "unchanged": good && seal.changes.iter().all(free),
            })
        }
        _ => json!({ "field": sealed.field, "valid": false, "trusted": false, "whole": false, "unchanged": false }),
    }
}

/// The verdict of pyHanko, in the words of both. Where the signature is no good, the rest says nothing.
fn theirs(status: &Value) -> Value {
    let good = status["intact"] == true && status["valid"] == true;
    json!({
        "field": status["field"],
        "valid": good,
        "trusted": good && status["trusted"] == true,
        "whole": good && status["whole"] == true,
        "unchanged": good && status["unchanged"] == true,
    })
}

#[test]
fn a_form_on_paper_is_entered_with_who_entered_it() {
    let sandbox = project().write("paper.png", b"\x89PNG\r\n\x1a\nnot a picture, but it begins like one");
    let digest = &workshop().digest;
    let enter = |digest: &str, more: &[&str]| {
        let fixed = [
            "sign-off",
            "record",
            "--scan",
            "paper.png",
            "--by",
            "anna-lind",
            "--digest",
            digest,
            "--date",
            "2027-01-27",
        ];
        sandbox.run([&fixed[..], more].concat())
    };
    let all = [
        "--accept",
        "all",
        "--transfer",
        "yes",
        "--support",
        "yes",
        "--place",
        "Łódź",
        "--signed",
        "zofia-wozniak=2027-01-26",
    ];
    let _ = enter("000000", &all).code(2).complains("is not the form of 1.0.0");
    let _ = enter(&digest[..4], &all).code(2).complains("6 digits are needed");
    let _ = enter(&digest[..8], &[&all[..], &["--reject", "trainig=No"]].concat())
        .code(2)
        .complains("did you mean `training`?");
    let _ = enter(&digest[..8], &[&all[..], &["--signed", "bo-ek"]].concat())
        .code(2)
        .complains("is not among those who sign");
    let _ = enter(&digest[..8], &[&all[..], &["--reserve", "runbook=Too short"]].concat()).code(2).complains("--due");
    nothing_was_written(&sandbox);
    let more = ["--reserve", "runbook=Too short", "--due", "2027-02-12"];
    let record =
        enter(&digest[..8], &[&all[..], &more].concat()).code(0).complains("open point `runbook-1-0-0`").stdout;
    let text = sandbox.text(record.trim());
    for line in ["form: paper", "entered_by: anna-lind", "signature: hand", "place: Łódź", "date: 2027-01-26"] {
        assert!(text.contains(line), "`{line}` is not in\n{text}");
    }
    let _ =
        sandbox.run(["sign-off"]).code(0).says("by hand on 2027-01-26").says("1 open point; 2 signatures are missing");
    // A second copy, signed by the others, completes the first.
    let more = ["--accept", "all", "--signed", "piotr-maly", "--signed", "anna-lind"];
    let _ = enter(&digest[..12], &more).code(0);
    let _ = sandbox.run(["sign-off"]).code(0).says("not complete: 1 open point\n");
    let json = sandbox.run(["sign-off", "--format", "json"]).code(0).json();
    assert_eq!(json["complete"], false);
    assert_eq!(json["acceptance"]["forms"][0]["entered_by"], "anna-lind");
    // A file that is exchanged is noticed.
    let scan = record.trim().replace(".yaml", ".png");
    let sandbox = sandbox.write(&scan, "another");
    let report = sandbox.check();
    assert!(support::told(&report).iter().any(|line| line.ends_with("altered-form")), "{report}");
}

#[test]
fn no_file_however_broken_stops_the_program() {
    let whole = bytes(signed());
    let mut state = 7_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for _ in 0..400 {
        let mut broken = whole.clone();
        for _ in 0..=next(6) {
            let at = next(broken.len());
            match next(4) {
                0 => broken[at] ^= 1 << next(8),
                1 => broken.truncate(at),
                2 => {
                    let end = (at + next(400)).min(broken.len());
                    broken.drain(at..end);
                }
                _ => broken.splice(at..at, b"<< /Kids [ 1 0 R ] /Parent 1 0 R ".iter().copied()).for_each(drop),
            }
            if broken.is_empty() {
                break;
            }
        }
        // Whatever it says, it ends.
        if let Ok(form) = form::read(&broken) {
            for sealed in &form.signatures {
                let bytes = sealed.seal.as_ref().map(|seal| seal.signed(&broken)).unwrap_or_default();
                let _ = pades::verify(
                    &sealed.format,
                    &sealed.contents,
                    &bytes,
                    &Anchors::default(),
                    jiff::Timestamp::UNIX_EPOCH,
                );
            }
        }
    }
}

/// Where the example keeps the authority that its signers' certificates lead to.
const AUTHORITY: &str = "trust/test-authority.pem";
/// When the last of its signatures was recorded.
const RECORDED: &str = "2027-02-01T12:00:00+00:00";
/// The review of the runbook as it was handed over.
const FIRST_REVIEW: &str = "records/reviews/2027-01-21-runbook-rasmus-kell.yaml";

/// Who signs the example: the key, and when.
const SIGNERS: [(&str, &str, &str, &str); 3] = [
    ("karin-ostlund", "Karin Östlund", "rsa2048", "2027-01-29T10:12:00+01:00"),
    ("henrik-vass", "Henrik Vass", "p256", "2027-01-29T10:31:00+01:00"),
    ("anna-lind", "Anna Lind", "p256", "2027-02-01T09:05:00+01:00"),
];

/// What the client fills in who asks for one thing more in the runbook of the example.
fn answers_of_the_example(project: &Value) -> Value {
    let mut answers = serde_json::Map::new();
    for deliverable in project["deliverables"].as_array().expect("deliverables") {
        answers.insert(format!("decision:{}", deliverable["id"].as_str().expect("an id")), "accept".into());
    }
    for (name, text) in [
        ("decision:runbook", "reserve"),
        ("reason:runbook", "No restart of mail after a power cut"),
        ("until:runbook", "2027-02-12"),
        ("transfer", "yes"),
        ("support", "yes"),
        ("remarks", "Thank you for the calm opening. Nobody had to write on paper."),
        ("place:karin-ostlund", "Lindvik"),
        ("date:karin-ostlund", "2027-01-29"),
        ("place:henrik-vass", "Lindvik"),
        ("date:henrik-vass", "2027-01-29"),
        ("place:anna-lind", "Gothenburg"),
        ("date:anna-lind", "2027-02-01"),
    ] {
        answers.insert(name.into(), text.into());
    }
    Value::Object(answers)
}

/// Binds the first review of the runbook to what it says in a folder.
fn bind_first_review(sandbox: &Sandbox) {
    let inspected = pipeline::inspect(sandbox.path(), &Options::default(), &Silent).expect("the project can be read");
    let runbook = inspected.dossier.document("runbook").expect("a runbook");
    let content = handoff::check::review::fingerprint(runbook).expect("a fingerprint");
    let text = sandbox.text(FIRST_REVIEW);
    let old = text.lines().find_map(|line| line.strip_prefix("content: ")).expect("a fingerprint");
    fs::write(sandbox.at(FIRST_REVIEW), text.replace(old, &content)).expect("the review is written");
}

/// Releases the example to be accepted, has its form filled in and signed with keys that are thrown away,
/// imports it, closes its reservation, and puts what was written into the example.
fn sign_the_example() {
    let sandbox = Sandbox::handed_over();
    bind_first_review(&sandbox);
    // A release is built as the time and the program have it; its date is that of the project file.
    let release = ["release", "1.0.0", "--date", "2027-01-28", "--by", "anna-lind"];
    let _ = sandbox.run(release).code(0);
    let _ = sandbox.run(["build", "--quiet", "--out", "out"]).code(0);
    let folder = workshop().folder.join("example");
    let pki = folder.join("pki");
    let people: serde_json::Map<_, _> =
        SIGNERS.iter().map(|(id, name, kind, _)| ((*id).to_owned(), json!([name, kind]))).collect();
    judge(["people", path(&pki), "2027-01-15", &Value::Object(people).to_string()]);
    let project: Value = serde_yaml::from_str(&sandbox.text("handoff.yaml")).expect("a tree");
    let mut from = folder.join("filled.pdf");
    let form = sandbox.at("out/harbour-portal-1.0.0/pdf/sign-off.pdf");
    judge(["fill", path(&form), path(&from), &answers_of_the_example(&project).to_string()]);
    for (person, _, _, moment) in SIGNERS {
        let to = folder.join(format!("{person}.pdf"));
        judge(["sign", path(&from), path(&to), &format!("signature:{person}"), path(&pki), person, moment]);
        from = to;
    }
    let trust = pki.join("root.pem");
    let at = |moment: &str, args: &[&str]| {
        let moment: jiff::Timestamp = moment.parse().expect("a time");
        let second = moment.as_second().to_string();
        let _ = sandbox.run_with(args, |command| command.env("SOURCE_DATE_EPOCH", second)).code(0);
    };
    let import = ["sign-off", "import", path(&from), "--trust", path(&trust), "--today", "2027-02-01"];
    at(RECORDED, &import);
    let close =
        ["record", "point", "runbook-1-0-0", "--state", "closed", "--by", "henrik-vass", "--date", "2027-02-10"];
    let evidence = "Runbook 1.0.1, common tasks: tried on staging by the town's IT after the power was cut";
    at("2027-02-10T12:00:00Z", &[&close[..], &["--evidence", evidence]].concat());
    let example = root().join(support::EXAMPLE);
    for folder in ["records/releases", "records/sign-off", "records/points"] {
        let _ = fs::remove_dir_all(example.join(folder));
        support::copy(&sandbox.at(folder), &example.join(folder));
    }
    fs::copy(sandbox.at(FIRST_REVIEW), example.join(FIRST_REVIEW)).expect("the review");
    fs::create_dir_all(example.join("trust")).expect("a folder");
    fs::copy(trust, example.join(AUTHORITY)).expect("the authority");
}

/// `UPDATE_EXAMPLE=1 cargo test --test sign_off the_example` makes the form of the example anew.
#[test]
fn the_example_is_signed_by_everybody_and_carries_its_certificate() {
    if std::env::var_os("UPDATE_EXAMPLE").is_some() {
        sign_the_example();
    }
    let sandbox = Sandbox::example();
    let _ = sandbox.run(["check", "--stage", "close"]).code(0).says("complete");
    let told = sandbox.run(["sign-off", "--format", "json"]).code(0).json();
    assert_eq!(told["complete"], true, "{told}");
    let acceptance = &told["acceptance"];
    let digest = acceptance["digest"].as_str().expect("a digest");
    let released: Value = serde_yaml::from_str(&sandbox.text("records/releases/1.0.0.yaml")).expect("a record");
    assert_eq!(released["digest"], digest);
    let name = acceptance["forms"][0]["file"].as_str().expect("a file");
    let file = bytes(&sandbox.at(name));
    let form = form::read(&file).expect("a form");
    assert_eq!(form.answers["digest"], Answer::Text(digest.to_owned()));
    assert_eq!(released["form"], form.fingerprint.as_str(), "it is the form that was sent");

    // All three signatures are good, says pyHanko, and so do we.
    let mut anchors = Anchors::default();
    anchors.add(&bytes(&sandbox.at(AUTHORITY))).expect("an authority");
    let then = RECORDED.parse().expect("a time");
    let judged = judge(["judge", path(&sandbox.at(name)), path(&sandbox.at(AUTHORITY)), RECORDED]);
    let theirs: Vec<Value> = judged["signatures"].as_array().expect("signatures").iter().map(theirs).collect();
    assert_eq!(theirs.len(), SIGNERS.len());
    for (sealed, theirs) in form.signatures.iter().zip(&theirs) {
        let seal = sealed.seal.as_ref().expect("it covers the file");
        let verdict = pades::verify(&sealed.format, &sealed.contents, &seal.signed(&file), &anchors, then);
        assert!(verdict.expect("a verdict").holds(), "{}", sealed.field);
        for good in ["valid", "trusted", "unchanged"] {
            assert_eq!(theirs[good], true, "{theirs}");
        }
    }

    // The bundle has the certificate as a document, and the form that was signed as a file.
    let _ = sandbox.run(["build", "--quiet", "--only", "html,markdown", "--out", "out"]).code(0);
    let bundle = format!("out/{}", support::BUNDLE);
    let certificate = sandbox.text(&format!("{bundle}/markdown/acceptance-certificate.md"));
    for words in [digest, "Karin Östlund", "1 February 2027", "accepted with reservations", "10 February 2027"] {
        assert!(certificate.contains(words), "`{words}` is not in\n{certificate}");
    }
    assert_eq!(bytes(&sandbox.at(&format!("{bundle}/files/{name}"))), file);
    let manifest: Value = serde_json::from_str(&sandbox.text(&format!("{bundle}/manifest.json"))).expect("a manifest");
    let documents = manifest["documents"].as_array().expect("documents");
    assert!(documents.iter().any(|document| document["kind"] == "acceptance-certificate"), "{documents:?}");
}

/// A PDF out of a case in `tests/sign_off/hostile`: what the program shall say, then the objects, the catalog
/// first, with blank lines between them; `@{3 <<}` stands for `<<<<<<`.
fn hostile(text: &str) -> (String, Vec<u8>) {
    let (says, objects) = text.split_once("\n\n").expect("what is said, and objects");
    let repeated = regex::Regex::new(r"@\{(\d+) ([^}]+)\}").expect("a pattern");
    let mut file = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (index, object) in objects.trim().split("\n\n").enumerate() {
        places.push(file.len());
        let object = repeated
            .replace_all(object, |found: &regex::Captures<'_>| found[2].repeat(found[1].parse().expect("a number")));
        file = format!("{file}{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let table = file.len();
    let size = places.len() + 1;
    let places: String = places.iter().map(|place| format!("{place:010} 00000 n \n")).collect::<Vec<_>>().concat();
    let file = format!(
        "{file}xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
    );
    (says.trim_start_matches("says:").trim().to_owned(), file.into_bytes())
}

#[test]
fn hostile_files_get_a_message_that_says_what_is_wrong() {
    let folder = root().join("tests/sign_off/hostile");
    let mut wrong = Vec::new();
    for name in support::files(&folder) {
        let text = fs::read_to_string(folder.join(&name)).expect("a case");
        let (says, file) = hostile(&text);
        let told = import(&project().write("returned.pdf", file), &[]);
        let ended = told.exit == Some(1) && told.stderr.contains("help:") && !told.stderr.contains("panicked");
        if !ended || !told.stderr.contains(&says) {
            wrong.push(format!("{name}: `{says}` was expected of {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_signature_that_does_not_say_the_truth_about_its_bytes_is_no_good() {
    let whole = bytes(signed());
    let find = |needle: &[u8], from: usize| {
        from + whole[from..].windows(needle.len()).position(|window| window == needle).expect("it is there")
    };
    let last = whole.windows(11).rposition(|window| window == b"/ByteRange ").expect("a signature");
    let (start, end) = (find(b"[", last) + 1, find(b"]", last));
    let text = String::from_utf8(whole[start..end].to_vec()).expect("numbers");
    let numbers: Vec<usize> = text.split_whitespace().map(|number| number.parse().expect("a number")).collect();
    let [_, before, behind, rest] = numbers[..] else { panic!("four numbers") };
    let untold = "it does not say which bytes it covers";
    let elsewhere = "it does not cover the file from its beginning, or covers bytes that are not there";
    let more = "it leaves out bytes of the file that are not the signature";
    for (range, wanted) in [
        (format!("0 {before} {behind}"), untold),
        (format!("0 {before} -9 {rest}"), untold),
        ("0 1 2 3 4".to_owned(), untold),
        ("/A /B /C /D".to_owned(), untold),
        (format!("0 {before} {behind} {}", rest + 1), elsewhere),
        ("0 1 9999999999999 9".to_owned(), elsewhere),
        (format!("9 {before} {behind} {rest}"), elsewhere),
        (format!("0 {behind} {before} {rest}"), elsewhere),
        (format!("0 {before} {before} {rest}"), elsewhere),
        (format!("0 {before} {} {rest}", behind - 40), more),
        (format!("0 {} {behind} {rest}", before - 40), more),
        (format!("0 {} {} {rest}", before + 40, behind), more),
    ] {
        let mut file = whole.clone();
        let range = format!("{range:<width$}", width = end - start);
        assert_eq!(range.len(), end - start, "`{range}` has no room");
        file[start..end].copy_from_slice(range.as_bytes());
        let form = form::read(&file).expect("a form");
        let said: Vec<_> = form.signatures.iter().filter_map(|sealed| sealed.seal.as_ref().err()).collect();
        assert!(said.iter().any(|said| said.as_str() == wanted), "`{range}` got {said:?}");
    }
}

#[test]
fn a_signature_counts_once_and_for_nothing_else() {
    let from = workshop().folder.join("signed-by-rsa.pdf");
    let _ = signed();
    let spoilt = |command: &str, more: &[&str]| {
        let to = workshop().folder.join(format!("{command}.pdf"));
        judge([&[command, path(&from), path(&to)], more].concat());
        with(&to)
    };
    let sandbox = spoilt("borrowed_later", &["signature:zofia-wozniak", "signature:piotr-maly"]);
    let _ = import(&sandbox, &[]).code(1).complains("bad signature:").complains("it stands in more than one field");
    nothing_was_written(&sandbox);
    let sandbox = spoilt("second_form_later", &[]);
    let _ = import(&sandbox, &[]).code(1).complains("altered:");
    nothing_was_written(&sandbox);
    // Whose certificate it is stands beside whose field it is.
    let _ = import(&with(&from), &["--check"]).code(0).complains("the certificate is that of `Test signer rsa`");
}
