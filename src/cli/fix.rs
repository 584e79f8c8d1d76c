//! `--fix`: what is safe to mend is mended in the project's own files, and the change is shown.

use super::terminal::{CYAN, GREEN, RED, Terminal, paint};
use crate::check::fix::{self, Edit};
use crate::error::{Error, Result};
use crate::pipeline::Inspected;
use crate::source::FileId;
use crate::writing::{self, Before, Change};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 2;

/// Mends what is safe to mend, or only shows it; whether anything was written. The change goes to standard
/// error: standard output belongs to the report.
pub(super) fn run(inspected: &Inspected, dry: bool, terminal: &Terminal) -> Result<bool> {
    let edits = fix::edits(&inspected.loaded, &inspected.dossier, &inspected.report);
    let files: BTreeSet<FileId> = edits.iter().map(|edit| edit.span.file).collect();
    let sources = &inspected.loaded.sources;
    let mut count = 0;
    for file in &files {
        let shown = sources.text(*file);
        let path = inspected.loaded.root.join(sources.path(*file));
        let Some((text, mended)) = mend(&path, *file, shown.len(), &edits)? else { continue };
        if !dry {
            write(&path, &text, &mended)?;
        }
        count += edits.iter().filter(|edit| edit.span.file == *file).count();
        // What no report may show is hidden in the sources, so the difference is made from them.
        let after = fix::apply(&edits, *file, shown.len(), shown).unwrap_or_default();
        Terminal::say(&difference(sources.path(*file), shown, &after));
    }
    let places = if count == 1 { "place" } else { "places" };
    match (count, dry) {
        (0, _) => terminal.mention("Nothing is safe to mend without asking."),
        (_, true) => terminal.mention(&format!("{count} {places} would be mended; nothing was written.")),
        (_, false) => terminal.mention(&format!("Mended {count} {places}.")),
    }
    Ok(count > 0 && !dry)
}

/// The text of a file without and with its edits; `None` if it is not the text that was checked.
fn mend(path: &Path, file: FileId, checked: usize, edits: &[Edit]) -> Result<Option<(String, String)>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::io("a file that is to be mended cannot be read", path, &error))?;
    Ok(fix::apply(edits, file, checked, &text).map(|mended| (text, mended)))
}

/// Writes a file whole or not at all, and only if it is still the text that was mended.
fn write(path: &Path, text: &str, mended: &str) -> Result<()> {
    let before = Before::Bytes(text.as_bytes().to_vec());
    writing::all_or_none(&[Change { path: path.to_path_buf(), bytes: mended.as_bytes().to_vec(), before }])
}

/// The lines that differ between two texts with the same number of lines, as a unified diff.
fn difference(path: &str, before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut out = format!("{}\n{}\n", paint(RED, &format!("--- {path}")), paint(GREEN, &format!("+++ {path}")));
    let changed: Vec<usize> = (0..old.len().min(new.len())).filter(|&line| old[line] != new[line]).collect();
    let mut rest = changed.as_slice();
    while let Some(&first) = rest.first() {
        let near = rest.windows(2).take_while(|pair| pair[1] - pair[0] <= 2 * CONTEXT).count() + 1;
        let last = rest[near - 1];
        let (from, to) = (first.saturating_sub(CONTEXT), (last + CONTEXT + 1).min(old.len()));
        let head = format!("@@ -{start},{length} +{start},{length} @@", start = from + 1, length = to - from);
        let _ = writeln!(out, "{}", paint(CYAN, &head));
        hunk(&mut out, &old, &new, from..to);
        rest = &rest[near..];
    }
    out
}

/// Some lines, those that go before those that come.
fn hunk(out: &mut String, old: &[&str], new: &[&str], lines: std::ops::Range<usize>) {
    let mut added = Vec::new();
    for line in lines {
        if old[line] == new[line] {
            added.drain(..).for_each(|text: String| out.push_str(&text));
            let _ = writeln!(out, " {}", old[line]);
        } else {
            let _ = writeln!(out, "{}", paint(RED, &format!("-{}", old[line])));
            added.push(format!("{}\n", paint(GREEN, &format!("+{}", new[line]))));
        }
    }
    added.drain(..).for_each(|text| out.push_str(&text));
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_difference_shows_the_changed_lines_with_two_around_them() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n";
        let after = before.replace("b\n", "B\n").replace("c\n", "C\n").replace("k\n", "K\n");
        let plain = anstream::adapter::strip_str(&difference("docs/a.md", before, &after)).to_string();
        let wanted = "--- docs/a.md\n+++ docs/a.md\n@@ -1,5 +1,5 @@\n a\n-b\n-c\n+B\n+C\n d\n e\n@@ -9,3 +9,3 @@\n i\n j\n-k\n+K\n";
        assert_eq!(plain, wanted);
    }
}
