//! What changed in the project's files since a revision.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The files that changed since a revision, by path from the project's root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The revision, as it was asked for.
    pub since: String,
    files: BTreeMap<String, Lines>,
}

/// What of a file changed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lines {
    /// The file is new, or no text.
    All,
    /// It is not there any more.
    Gone,
    /// Some lines, as they are now; around what was taken out, the lines that were beside it.
    Some(Vec<RangeInclusive<usize>>),
}

impl Changes {
    /// Reads a difference without context lines, as git writes it. `base` is the project's folder in the
    /// repository: empty, or with `/` at its end.
    #[must_use]
    pub fn read(since: &str, diff: &str, base: &str) -> Self {
        let mut changes = Self { since: since.to_owned(), files: BTreeMap::new() };
        let mut old = None;
        let mut current: Option<String> = None;
        let mut left = 0;
        for line in diff.lines() {
            if left > 0 && line.starts_with(['+', '-']) {
                left -= 1;
            } else if let Some(both) = line.strip_prefix("diff --git ") {
                // The same path twice: what is no text has no other line with it.
                current = twice(both).map(|path| from_root(&path, base));
                current.iter().for_each(|path| _ = changes.files.insert(path.clone(), Lines::All));
            } else if let Some(path) = line.strip_prefix("--- ") {
                old = file(path, "a/");
            } else if let Some(path) = line.strip_prefix("+++ ") {
                let new = file(path, "b/");
                let lines = match (&old, &new) {
                    (Some(_), None) => Lines::Gone,
                    (None, _) => Lines::All,
                    (Some(_), Some(_)) => Lines::Some(Vec::new()),
                };
                current = new.or_else(|| old.take()).map(|path| from_root(&path, base));
                current.iter().for_each(|path| _ = changes.files.insert(path.clone(), lines.clone()));
            } else if let Some((removed, added)) = hunk(line) {
                left = removed + added.1;
                if let Some(Lines::Some(lines)) = current.as_ref().and_then(|path| changes.files.get_mut(path)) {
                    lines.push(match added {
                        (start, 0) => start..=start + 1,
                        (start, count) => start..=start + count - 1,
                    });
                }
            }
        }
        changes
    }

    /// Adds a file that no revision has yet.
    pub fn add_new(&mut self, path: &str) {
        self.files.insert(path.to_owned(), Lines::All);
    }

    /// Whether any of some lines of a file changed.
    #[must_use]
    pub fn touch(&self, path: &str, lines: &RangeInclusive<usize>) -> bool {
        match self.files.get(path) {
            None | Some(Lines::Gone) => false,
            Some(Lines::All) => true,
            Some(Lines::Some(ranges)) => {
                ranges.iter().any(|range| range.start() <= lines.end() && lines.start() <= range.end())
            }
        }
    }

    /// The files that changed in any way, by path.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

/// The file of a line `--- a/path` or `+++ b/path`; `None` for the one that is nowhere.
fn file(written: &str, prefix: &str) -> Option<String> {
    // A name with a blank in it has a tab behind it.
    let path = unquoted(written.trim_end_matches('\t'));
    path.strip_prefix(prefix).map(ToOwned::to_owned)
}

/// The path of `a/path b/path`.
fn twice(both: &str) -> Option<String> {
    let half = both.len().checked_sub(1)? / 2;
    let (one, other) = (both.get(..half)?, both.get(half + 1..)?);
    let (one, other) = (unquoted(one), unquoted(other));
    let path = one.strip_prefix("a/")?;
    (other.strip_prefix("b/") == Some(path)).then(|| path.to_owned())
}

/// A path as git writes it when it has unusual characters: in quotes, with `\"`, `\t` or `\303`.
fn unquoted(text: &str) -> String {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return text.to_owned() };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(first @ b'0'..=b'3') => {
                let mut value = u32::from(first - b'0');
                while let Some(digit) = rest.next_if(|next| (b'0'..=b'7').contains(next)) {
                    value = value * 8 + u32::from(digit - b'0');
                }
                bytes.push(u8::try_from(value & 0xff).unwrap_or_default());
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How many lines a hunk takes out, and where and how many it puts in: `@@ -a,b +c,d @@`.
fn hunk(line: &str) -> Option<(usize, (usize, usize))> {
    let mut words = line.strip_prefix("@@ ")?.split(' ');
    let range = |word: Option<&str>, sign: char| {
        let word = word?.strip_prefix(sign)?;
        let (start, count) = word.split_once(',').unwrap_or((word, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let (_, removed): (usize, usize) = range(words.next(), '-')?;
    Some((removed, range(words.next(), '+')?))
}

/// A path in the repository as it is from the project's root.
fn from_root(path: &str, base: &str) -> String {
    let (folders, parts): (Vec<_>, Vec<_>) = (base.split_terminator('/').collect(), path.split('/').collect());
    let common = folders.iter().zip(&parts).take_while(|(folder, part)| folder == part).count();
    "../".repeat(folders.len() - common) + &parts[common..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "\
diff --git a/kit/docs/a.md b/kit/docs/a.md
index 1..2 100644
--- a/kit/docs/a.md
+++ b/kit/docs/a.md
@@ -3 +3,2 @@ heading
--- a/old line
+new line
++++ b/another
@@ -20,4 +20,0 @@
-1
-2
-3
-4
diff --git a/kit/docs/new.md b/kit/docs/new.md
--- /dev/null
+++ b/kit/docs/new.md
@@ -0,0 +1 @@
+x
diff --git a/kit/docs/gone.md b/kit/docs/gone.md
--- a/kit/docs/gone.md
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/kit/docs/a b.png b/kit/docs/a b.png
Binary files a/kit/docs/a b.png and b/kit/docs/a b.png differ
diff --git a/README.md b/README.md
--- a/README.md
+++ b/README.md
@@ -1 +1 @@
-x
+y
diff --git \"a/kit/docs/\\303\\244.md\" \"b/kit/docs/\\303\\244.md\"
--- \"a/kit/docs/\\303\\244.md\"
+++ \"b/kit/docs/\\303\\244.md\"
@@ -1 +1 @@
-x
+y
";

    #[test]
    fn the_lines_that_changed_are_known_as_they_are_now() {
        let changes = Changes::read("main", DIFF, "kit/");
        let touched = |line| changes.touch("docs/a.md", &(line..=line));
        let lines: Vec<usize> = (1..30).filter(|line| touched(*line)).collect();
        assert_eq!(lines, [3, 4, 20, 21], "beside what was taken out too");
        assert!(changes.touch("docs/a.md", &(1..=3)) && !changes.touch("docs/b.md", &(1..=3)));
    }

    #[test]
    fn files_are_new_gone_no_text_or_outside() {
        let changes = Changes::read("main", DIFF, "kit/");
        assert!(changes.touch("docs/new.md", &(7..=7)));
        assert!(!changes.touch("docs/gone.md", &(1..=1)));
        assert!(changes.touch("docs/a b.png", &(1..=1)));
        assert!(changes.touch("../README.md", &(1..=1)));
        assert!(changes.touch("docs/ä.md", &(1..=1)));
        let files: Vec<_> = changes.files().collect();
        assert_eq!(files, ["../README.md", "docs/a b.png", "docs/a.md", "docs/gone.md", "docs/new.md", "docs/ä.md"]);
    }
}
