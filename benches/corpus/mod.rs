//! Dossiers of any size, made up: the same numbers always give the same bytes.
//!
//! Every text is written twice, as the Markdown of a project and as plain Typst source, so that what the
//! program does can be held against what the Typst library needs for the same documents.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// How large a dossier is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Its name.
    pub(crate) name: &'static str,
    /// How many documents it has.
    pub(crate) documents: usize,
    /// About how many pages each has.
    pub(crate) pages: usize,
}

/// The sizes that are measured.
pub(crate) const SIZES: [Size; 4] = [
    Size { name: "S", documents: 12, pages: 3 },
    Size { name: "M", documents: 20, pages: 10 },
    Size { name: "L", documents: 100, pages: 20 },
    Size { name: "XL", documents: 2_000, pages: 5 },
];

const WORDS: &[&str] = &[
    "service",
    "client",
    "operator",
    "cluster",
    "release",
    "rollback",
    "window",
    "ticket",
    "escalation",
    "backup",
    "restore",
    "region",
    "latency",
    "budget",
    "threshold",
    "alert",
    "dashboard",
    "queue",
    "worker",
    "database",
    "replica",
    "schema",
    "migration",
    "rotation",
    "certificate",
    "domain",
    "contract",
    "owner",
    "approval",
    "deployment",
    "pipeline",
    "artifact",
    "version",
    "checksum",
    "audit",
    "retention",
    "policy",
    "incident",
    "severity",
    "response",
    "recovery",
    "capacity",
    "forecast",
    "invoice",
    "tenant",
    "gateway",
    "timeout",
    "retry",
];
const GLUE: &[&str] =
    &["the", "a", "of", "to", "in", "for", "and", "with", "on", "by", "from", "when", "after", "before", "every"];
const NAMES: &[&str] = &["Zürich", "São Paulo", "Łódź", "Ελλάδα", "Москва", "Ångström", "café", "Čeština"];
const TOPICS: &[&str] = &[
    "Backup and restore",
    "Release procedure",
    "Access control",
    "Monitoring and alerts",
    "Data retention",
    "Failure modes",
    "Escalation path",
    "Capacity planning",
    "Network layout",
    "Certificate renewal",
];

/// One document in both languages.
#[derive(Debug, Default)]
pub(crate) struct Text {
    /// As a fragment of a project.
    pub(crate) markdown: String,
    /// As a Typst file of its own.
    pub(crate) typst: String,
}

/// Numbers that look random and never differ (a linear congruential generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn words(&mut self, number: usize) -> String {
        let words = (0..number).map(|_| if self.below(100) < 42 { self.one(GLUE) } else { self.one(WORDS) });
        words.collect::<Vec<_>>().join(" ")
    }
}

struct Writer {
    numbers: Numbers,
    text: Text,
    documents: usize,
}

/// The kind of a document, which names its file.
fn kind(index: usize) -> String {
    format!("part-{:04}", index + 1)
}

/// One document of a dossier.
pub(crate) fn document(index: usize, size: Size) -> Text {
    let numbers = Numbers(index as u64 * 7_919 + 17);
    let mut writer = Writer { numbers, text: Text::default(), documents: size.documents };
    writer.both(&format!("# Part {}\n\n", index + 1), &format!("= Part {}\n\n", index + 1));
    for page in 0..size.pages {
        writer.page(page, page + 1 == size.pages && index.is_multiple_of(4));
    }
    writer.text
}

impl Writer {
    fn both(&mut self, markdown: &str, typst: &str) {
        self.text.markdown.push_str(markdown);
        self.text.typst.push_str(typst);
    }

    /// A text in both languages: none of our words means anything in either.
    fn same(&mut self, text: &str) {
        self.both(text, text);
    }

    /// About one page.
    fn page(&mut self, page: usize, with_table: bool) {
        let topic = TOPICS[page % TOPICS.len()];
        self.both(&format!("## {topic} {}\n\n", page + 1), &format!("== {topic} {}\n\n", page + 1));
        self.paragraph();
        if with_table {
            return self.table(60);
        }
        self.both(
            &format!("### {topic} in practice {}\n\n", page + 1),
            &format!("=== {topic} in practice {}\n\n", page + 1),
        );
        let first = self.numbers.below(6);
        for step in 0..3 {
            self.block((first + step) % 6);
            self.paragraph();
        }
    }

    fn paragraph(&mut self) {
        for sentence in 0..4 + self.numbers.below(3) {
            if sentence > 0 {
                self.same(" ");
            }
            self.sentence();
        }
        self.same("\n\n");
    }

    fn sentence(&mut self) {
        let parts = [4, 5].map(|least| {
            let number = least + self.numbers.below(6);
            self.numbers.words(number)
        });
        self.same(&format!("The {} ", parts[0]));
        let word = self.numbers.one(WORDS);
        match self.numbers.below(8) {
            0 => self.both(&format!("**{word}**"), &format!("*{word}*")),
            1 => self.both(&format!("*{word}*"), &format!("_{word}_")),
            2 => self.both(&format!("`{word}.cfg`"), &format!("`{word}.cfg`")),
            3 => {
                let name = self.numbers.one(NAMES);
                self.same(name);
            }
            4 => {
                let to = self.numbers.below(self.documents);
                // The first section of every document.
                let anchor = TOPICS[0].to_lowercase().replace(' ', "-");
                self.both(
                    &format!("[{word}]({}.md#{anchor}-1)", kind(to)),
                    &format!("#link(\"{}.pdf\")[{word}]", kind(to)),
                );
            }
            _ => self.same(word),
        }
        self.same(&format!(" {}.", parts[1]));
    }

    fn block(&mut self, which: usize) {
        match which {
            0 => self.list("- ", "- "),
            1 => self.list("1. ", "+ "),
            2 => self.table(5),
            3 => self.code(),
            4 => {
                let words = self.numbers.words(18);
                self.both(
                    &format!("> [!NOTE]\n> The {words}.\n\n"),
                    &format!("#block(stroke: (left: 2pt), inset: 8pt)[*Note* The {words}.]\n\n"),
                );
            }
            _ => {
                let words = self.numbers.words(20);
                self.both(&format!("> The {words}.\n\n"), &format!("#quote(block: true)[The {words}.]\n\n"));
            }
        }
    }

    fn list(&mut self, markdown: &str, typst: &str) {
        for _ in 0..3 + self.numbers.below(4) {
            let number = 6 + self.numbers.below(9);
            let words = self.numbers.words(number);
            self.both(&format!("{markdown}{words}\n"), &format!("{typst}{words}\n"));
        }
        self.same("\n");
    }

    fn table(&mut self, rows: usize) {
        self.both(
            "| Item | Owner | Target | Note |\n| :--- | :--- | ---: | :--- |\n",
            "#table(columns: 4,\ntable.header([Item], [Owner], [Target], [Note]),\n",
        );
        for row in 0..rows {
            let (item, owner, note) = (self.numbers.one(WORDS), self.numbers.one(WORDS), self.numbers.words(4));
            let target = 5 + self.numbers.below(900);
            self.both(
                &format!("| {item} {row} | {owner} | {target} ms | {note} |\n"),
                &format!("[{item} {row}], [{owner}], [{target} ms], [{note}],\n"),
            );
        }
        self.both("\n", ")\n\n");
    }

    fn code(&mut self) {
        let mut lines = String::new();
        for line in 0..6 {
            let (key, value) = (self.numbers.one(WORDS), self.numbers.one(WORDS));
            let _ = writeln!(lines, "{key}_{line}: \"{value}\"");
        }
        self.same(&format!("```yaml\n{lines}```\n\n"));
    }
}

/// Writes a dossier as a project: `handoff.yaml` and `docs/`.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn write_project(folder: &Path, size: Size) -> io::Result<()> {
    std::fs::create_dir_all(folder.join("docs"))?;
    std::fs::write(folder.join("handoff.yaml"), PROJECT)?;
    for index in 0..size.documents {
        let path = folder.join("docs").join(format!("{}.md", kind(index)));
        std::fs::write(path, document(index, size).markdown)?;
    }
    Ok(())
}

/// Writes a dossier as plain Typst: a file per document, and `binder.typ` with all of them.
///
/// # Errors
/// If it cannot be written.
#[allow(dead_code, reason = "only one of the programs that use this module needs it")]
pub(crate) fn write_typst(folder: &Path, size: Size) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut binder = String::from("#set page(numbering: \"1\")\n#outline(depth: 2)\n");
    for index in 0..size.documents {
        let name = format!("{}.typ", kind(index));
        std::fs::write(folder.join(&name), format!("#set page(numbering: \"1\")\n{}", document(index, size).typst))?;
        let _ = writeln!(binder, "#pagebreak()\n{}", document(index, size).typst);
    }
    std::fs::write(folder.join("binder.typ"), binder)
}

const PROJECT: &str = "handoff: 1
project:
  id: corpus
  name: Corpus
  summary: A dossier that was made up.
  language: en
release:
  version: 1.0.0
  date: 2026-11-20
  status: draft
  classification: Internal
supplier:
  name: Ankarvik Software AB
client:
  name: Lindvik Harbour Authority
contacts:
  - id: anna-lind
    name: Anna Lind
    role: Project manager
    party: supplier
    primary: true
    email: anna.lind@ankarvik.example
    phone: \"+46 31 390 06 11\"
";
