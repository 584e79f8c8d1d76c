//! The site and the look: search, judges that nobody here wrote, brand, overrides, languages.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod support;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use support::{Sandbox, tool};

/// A small project whose language and look the tests choose.
fn project(language: &str, theme: &str) -> Sandbox {
    let base = include_str!("rule_pages/handoff.yaml");
    let text = base.replacen("project:\n", &format!("project:\n  language: {language}\n"), 1);
    Sandbox::empty()
        .write("handoff.yaml", format!("{text}{theme}"))
        .write("docs/runbook.md", include_str!("rule_pages/docs/runbook.md"))
        .write("checklists/delivery.yaml", include_str!("rule_pages/checklists/delivery.yaml"))
}

/// Builds some formats and returns the folder of the bundle.
fn build(sandbox: &Sandbox, formats: &str) -> PathBuf {
    let _ = sandbox.run(["build", "--only", formats, "--out", "out"]).code(0);
    let mut folders = std::fs::read_dir(sandbox.at("out")).expect("a folder").flatten().map(|entry| entry.path());
    folders.find(|path| path.is_dir()).expect("a bundle")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Has a site judged by the Nu checker, axe and a reader with a keyboard in Chromium.
fn judge(folder: &Path, more: &[&str]) {
    support::judge("site", std::iter::once(folder.as_os_str()).chain(more.iter().map(OsStr::new)));
}

#[test]
fn the_example_stands_before_its_judges() {
    let sandbox = Sandbox::example();
    let bundle = build(&sandbox, "html,markdown");
    judge(&bundle, &["--search", "payment webhook"]);
}

#[test]
fn a_project_with_everything_that_markdown_can_say_stands_before_its_judges() {
    let sandbox = Sandbox::empty();
    support::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/everything"), sandbox.path());
    let bundle = build(&sandbox, "html,markdown,pdf");
    judge(&bundle, &["--search", "tide table"]);
    let pdfs = support::files(&bundle.join("pdf")).into_iter().map(|name| bundle.join("pdf").join(name));
    support::judge("pdf", std::iter::once("ua1,2a".into()).chain(pdfs.map(PathBuf::into_os_string)));
}

#[test]
fn a_branded_site_from_right_to_left_stands_before_its_judges() {
    let sandbox = arabic("theme:\n  accent: \"#d4006a\"\n  logo: theme/logo.svg\n").write("theme/logo.svg", LOGO);
    let bundle = build(&sandbox, "html,markdown");
    judge(&bundle, &["--search", "القرص"]);
}

#[test]
fn the_search_of_the_example_is_small_and_holds_every_document() {
    let sandbox = Sandbox::example();
    let assets = build(&sandbox, "html").join("html/assets");
    let (script, index) = (read(assets.join("search.js")), read(assets.join("search-index.js")));
    assert!(script.len() + index.len() < 100_000, "{} bytes", script.len() + index.len());
    for page in std::fs::read_dir(assets.parent().expect("a folder")).expect("pages").flatten() {
        let name = page.file_name().to_string_lossy().into_owned();
        let Some(kind) = name.strip_suffix(".html") else { continue };
        assert!(index.contains(&format!("[\"{kind}\",")), "{kind} is not in the index");
        assert!(read(assets.join(format!("search/{kind}.js"))).starts_with("handoffSearch.texts("), "{kind}");
        let page = read(page.path());
        assert!(page.contains("<form class=\"search\" role=\"search\" hidden"), "{kind}: shown without JavaScript");
        let policy = page.lines().find(|line| line.contains("Content-Security-Policy")).unwrap_or_default();
        assert!(policy.contains("script-src 'self' file:") && !policy.contains("unsafe"), "{kind}: {policy}");
    }
}

// --- Brand -------------------------------------------------------------------------

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"20\" viewBox=\"0 0 60 20\"><rect width=\"60\" height=\"20\" fill=\"#d4006a\"/></svg>";

#[test]
fn the_brand_is_in_both_formats() {
    let theme = "theme:\n  accent: \"#d4006a\"\n  logo: theme/logo.svg\n  footer: Made with care\n";
    let sandbox = project("en", theme).write("theme/logo.svg", LOGO);
    let bundle = build(&sandbox, "html,pdf");
    let page = read(bundle.join("html/runbook.html"));
    assert!(page.contains("<img class=\"logo plate\" src=\"assets/logo.svg\""), "{page}");
    assert!(page.contains("assets/brand.css") && page.contains("Made with care"));
    assert!(read(bundle.join("html/assets/brand.css")).contains("--accent: #d4006a;"));
    assert_eq!(read(bundle.join("html/assets/logo.svg")), LOGO);
    let pdf = std::fs::read_dir(bundle.join("pdf")).expect("PDFs").flatten().map(|entry| entry.path());
    let single = pdf.into_iter().find(|path| path.to_string_lossy().contains("-runbook.pdf")).expect("the runbook");
    let text = tool("pdftotext", [single.as_os_str(), "-".as_ref()]);
    assert!(text.contains("Made with care"), "{text}");
    let picture = sandbox.at("page");
    tool(
        "pdftoppm",
        ["-r".as_ref(), "20".as_ref(), "-l".as_ref(), "1".as_ref(), single.as_os_str(), picture.as_os_str()],
    );
    let name = std::fs::read_dir(sandbox.path()).expect("a folder").flatten().map(|entry| entry.path());
    let picture = name.into_iter().find(|path| path.extension().is_some_and(|end| end == "ppm")).expect("a picture");
    let bytes = std::fs::read(picture).expect("a picture");
    assert!(bytes.windows(3).any(|pixel| pixel == [0xd4, 0x00, 0x6a]), "no pixel of the first page has the colour");
}

#[test]
fn mistakes_of_the_brand_are_told_with_their_place() {
    let theme = "theme:\n  accent: \"#ffcc00\"\n  logo: theme/lgo.svg\n  font: Nowhere Sans\n";
    let sandbox = project("en", theme)
        .write("theme/logo.svg", LOGO)
        .write("theme/html/assets/brand.css", ":root { --ink: #ccc; }\n");
    let told = support::told(&sandbox.check()).join("\n");
    for wanted in ["low-contrast", "invalid-field"] {
        assert!(told.contains(wanted), "{told}");
    }
    assert!(told.contains("theme/html/assets/brand.css:1"), "{told}");
    let sandbox = project("en", "theme:\n  font: Nowhere Sans\n");
    let _ = sandbox.run(["build", "--only", "html", "--out", "out"]).code(0).complains("unknown-font");
}

// --- Overrides ---------------------------------------------------------------------

#[test]
fn every_kind_of_file_of_the_theme_can_be_overridden() {
    let font = include_bytes!("../templates/fonts/IBMPlexMono-Regular.ttf");
    let sandbox = project("en", "theme:\n  font: IBM Plex Mono\n")
        .write("theme/html/parts/colophon.html", "<footer class=\"colophon\">OWN COLOPHON</footer>\n")
        .write("theme/html/assets/style.css", "/* OWN STYLE */\n")
        .write("theme/html/assets/extra.txt", "EXTRA")
        .write("theme/pdf/words.typ", include_str!("../templates/pdf/words.typ").replace("if type(found) == str and found", "if key == \"prepared_for\" { \"OWN TYPST WORD\" } else if type(found) == str and found"))
        .write("theme/documents/runbook.md", "---\ntitle: Own runbook\nsummary: S.\naudience: A\n---\n## Own section\n\nOWN DOCUMENT TEXT\n\n<!-- fragments -->\n")
        .write("theme/strings/en.yaml", "version: OWN VERSION WORD\n")
        .write("theme/fonts/own.ttf", font);
    let bundle = build(&sandbox, "html,pdf");
    let page = read(bundle.join("html/runbook.html"));
    for wanted in ["OWN COLOPHON", "OWN DOCUMENT TEXT", "OWN VERSION WORD", "Status"] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert_eq!(read(bundle.join("html/assets/style.css")), "/* OWN STYLE */\n");
    assert_eq!(read(bundle.join("html/assets/extra.txt")), "EXTRA");
    assert!(
        bundle.join("html/assets/fonts/own.ttf").is_file()
            && read(bundle.join("html/assets/brand.css")).contains("fonts/own.ttf")
    );
    let pdf = std::fs::read_dir(bundle.join("pdf")).expect("PDFs").flatten().map(|entry| entry.path());
    let single = pdf.into_iter().find(|path| path.to_string_lossy().contains("-runbook.pdf")).expect("the runbook");
    let text = tool("pdftotext", [single.as_os_str(), "-".as_ref()]);
    assert!(text.contains("OWN TYPST WORD") && text.contains("OWN DOCUMENT TEXT"), "{text}");
    assert!(!tool("pdffonts", [single.as_os_str()]).contains("IBMPlexSans-Regular"), "the text is in the own font");
}

#[test]
fn theme_eject_copies_and_never_overwrites() {
    let sandbox = project("en", "");
    let _ = sandbox
        .run(["theme", "eject"])
        .code(0)
        .says("html/assets/style.css")
        .says("pdf/brand.typ")
        .says("strings/de.yaml");
    let _ = sandbox.run(["theme", "eject", "strings/de.yaml"]).code(0);
    assert_eq!(sandbox.text("theme/strings/de.yaml"), include_str!("../templates/strings/de.yaml"));
    let sandbox = sandbox.write("theme/strings/de.yaml", "mine: true\n");
    let _ = sandbox.run(["theme", "eject", "strings/de.yaml"]).code(2).complains("there already");
    assert_eq!(sandbox.text("theme/strings/de.yaml"), "mine: true\n");
    let _ = sandbox.run(["theme", "eject", "style.css"]).code(2).complains("html/assets/style.css");
    let _ = sandbox.run(["theme", "eject", "html/parts/"]).code(0);
    assert!(sandbox.at("theme/html/parts/masthead.html").is_file());
}

#[test]
fn the_ejected_theme_changes_nothing() {
    let untouched = project("en", "");
    let plain = build(&untouched, "html");
    let before = support::files(&plain).into_iter().map(|path| (read_bytes(&plain, &path), path)).collect::<Vec<_>>();
    let sandbox = project("en", "");
    for folder in ["html/", "strings/", "documents/", "pdf/"] {
        let _ = sandbox.run(["theme", "eject", folder]).code(0);
    }
    let after = build(&sandbox, "html");
    for (bytes, path) in before {
        // These name the places of templates.
        if !path.ends_with("manifest.json") && !path.ends_with("SHA256SUMS") && !path.ends_with("completeness.json") {
            assert_eq!(bytes, read_bytes(&after, &path), "{path}");
        }
    }
}

fn read_bytes(folder: &Path, path: &str) -> Vec<u8> {
    std::fs::read(folder.join(path)).unwrap_or_default()
}

// --- Languages ---------------------------------------------------------------------

/// The keys of a file of words.
fn keys(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut keys: Vec<&str> = lines.filter_map(|line| line.split(':').next()).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn every_language_has_every_word() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/strings");
    let english = read(folder.join("en.yaml"));
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let text = read(entry.path());
        assert_eq!(keys(&text), keys(&english), "{}", entry.path().display());
        let placeholders = |text: &str| {
            let words = text.lines().filter(|line| line.contains('{'));
            let mut all: Vec<String> = words
                .flat_map(|line| line.split('{').skip(1).filter_map(|rest| rest.split('}').next()))
                .map(str::to_owned)
                .collect();
            all.sort_unstable();
            all
        };
        assert_eq!(placeholders(&text), placeholders(&english), "{}", entry.path().display());
        seen += 1;
    }
    assert!(seen >= 4);
}

#[test]
fn a_german_project_speaks_german() {
    let sandbox = project("de-CH", "");
    let bundle = build(&sandbox, "html");
    let start = read(bundle.join("index.html"));
    for wanted in ["lang=\"de-CH\"", "Dokumente", "Alle Dokumente durchsuchen", "Ansprechpartner"] {
        assert!(start.contains(wanted), "{wanted}");
    }
    let contacts = read(bundle.join("html/contacts.html"));
    assert!(contacts.contains("Außerhalb der Arbeitszeit"), "{contacts}");
    let sla = read(bundle.join("html/sla.html"));
    assert!(sla.contains("1. Februar 2027") && sla.contains("Gewährleistung"), "{sla}");
    // A kind whose text is not translated has its title in the language and its text from the general file.
    assert!(read(bundle.join("html/runbook.html")).contains("</html>"));
}

#[test]
fn an_own_template_goes_before_the_built_in_one_of_the_language() {
    let own = "---\ntitle: Mein SLA\nsummary: S.\naudience: A\ndata: [support]\n---\n## Mein Text\n\nALLGEMEIN\n";
    let sandbox = project("de", "").write("theme/documents/sla.md", own);
    assert!(read(build(&sandbox, "html").join("html/sla.html")).contains("ALLGEMEIN"));
    let sandbox = project("de", "")
        .write("theme/documents/sla.md", own)
        .write("theme/documents/de/sla.md", own.replace("ALLGEMEIN", "DEUTSCH"));
    let page = read(build(&sandbox, "html").join("html/sla.html"));
    assert!(page.contains("DEUTSCH") && !page.contains("ALLGEMEIN"));
}

/// A project in Arabic, whose interface is still in English, with Hebrew words too.
fn arabic(theme: &str) -> Sandbox {
    project("ar", theme).write(
        "docs/runbook.md",
        "# دليل التشغيل\n\n## القرص ممتلئ {#disk-full}\n\nاحذف الملفات القديمة بالأمر `rm -r /var/tmp/old` ثم تحقق.\n\n\
         - الخطوة الأولى\n- الخطوة الثانية\n\n| الحالة | الإجراء |\n|---|---|\n| ممتلئ | حذف |\n\n## בעברית {#hebrew}\n\nשלום עולם, בודקים כיוון.\n\n\
         ```bash\ndf -h\n```\n",
    )
}

#[test]
fn languages_from_right_to_left_are_laid_out_so_in_both_formats() {
    let sandbox = arabic("");
    let bundle = build(&sandbox, "html,pdf");
    let page = read(bundle.join("html/runbook.html"));
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">"), "{page}");
    let pdf = std::fs::read_dir(bundle.join("pdf")).expect("PDFs").flatten().map(|entry| entry.path());
    let single = pdf.into_iter().find(|path| path.to_string_lossy().contains("-runbook.pdf")).expect("the runbook");
    let text = tool("pdftotext", [single.as_os_str(), "-".as_ref()]);
    assert!(text.contains("שלום") || text.contains("םולש"), "{text}");
    assert!(!text.contains('\u{fffd}'), "every letter has a glyph: {text}");
    // The words of a paragraph begin at the right edge of the text.
    let boxes = tool("pdftotext", ["-bbox".as_ref(), single.as_os_str(), "-".as_ref()]);
    let right = |line: &str| {
        let value = line.split("xMax=\"").nth(1).and_then(|rest| rest.split('"').next());
        value.and_then(|value| value.parse::<f64>().ok()).unwrap_or_default()
    };
    let hebrew = boxes.lines().filter(|line| line.chars().any(|c| ('\u{5d0}'..='\u{5ea}').contains(&c))).map(right);
    assert!(hebrew.fold(0.0, f64::max) > 500.0, "{boxes}");
}

// --- The page that checks the files ------------------------------------------------

#[test]
fn the_page_that_checks_the_files_tells_good_bundles_from_altered_ones() {
    if std::env::var_os("HANDOFF_SKIP_JUDGES").is_some_and(|skip| skip == "1") {
        eprintln!("SKIPPED: nobody used verify.html, because HANDOFF_SKIP_JUDGES is 1");
        return;
    }
    let sandbox = project("en", "");
    let bundle = build(&sandbox, "html,markdown");
    let altered = sandbox.at("altered");
    support::copy(&bundle, &altered);
    std::fs::remove_file(altered.join("html/assets/search.js")).expect("there");
    std::fs::write(altered.join("added.txt"), "more").expect("written");
    std::fs::write(altered.join("index.html"), "<p>changed").expect("written");
    let zip = bundle.with_extension("0.zip");
    let altered_zip = sandbox.at("altered.zip");
    let mut pack = zip::ZipWriter::new(std::fs::File::create(&altered_zip).expect("a zip"));
    for path in support::files(&altered) {
        pack.start_file(format!("bundle/{path}"), zip::write::SimpleFileOptions::default()).expect("started");
        std::io::Write::write_all(&mut pack, &std::fs::read(altered.join(path)).expect("there")).expect("written");
    }
    let _ = pack.finish().expect("finished");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judges/verify");
    let other = sandbox.at("docs");
    let _ = outcome(Command::new(script).args([&bundle, &zip, &altered, &altered_zip, &other])).code(0);
}
