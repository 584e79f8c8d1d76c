//! Which paths a bundle may have: those that name the same file on Linux, macOS and Windows, below the
//! bundle's folder, and never a device.
//!
//! Used for the bundles that we write and, with the same strictness, for those that we are given.

use super::contents::turns_text;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Names that Windows keeps for devices, whatever the extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Characters that some system does not allow in a name.
const FORBIDDEN: [char; 8] = ['\\', ':', '*', '?', '"', '<', '>', '|'];

/// The longest component in bytes that every common file system takes.
const LONGEST_NAME: usize = 255;

/// The longest path in bytes; leaves room for a folder before it.
const LONGEST_PATH: usize = 1024;

/// Whether a path is relative, plain and safe on every system; otherwise why not.
pub(super) fn check(path: &str) -> Result<(), String> {
    if path.is_empty() {
        return Err("the path is empty".into());
    }
    if path.starts_with('/') {
        return Err("the path is absolute".into());
    }
    if path.len() > LONGEST_PATH {
        return Err(format!("the path is longer than {LONGEST_PATH} bytes"));
    }
    if let Some(bad) = path.chars().find(|&c| c.is_control() || turns_text(c) || FORBIDDEN.contains(&c)) {
        return Err(format!("the character `{}` is not allowed in names on every system", bad.escape_default()));
    }
    path.split('/').try_for_each(check_component)
}

/// Whether a path has only one component.
pub(super) fn check_single(path: &str) -> Result<(), String> {
    if path.contains('/') { Err("it must be a name, not a path".into()) } else { Ok(()) }
}

fn check_component(name: &str) -> Result<(), String> {
    if name == ".." || name == "." {
        return Err(format!("the path has a `{name}` in it"));
    }
    if name.is_empty() {
        return Err("the path has an empty part".into());
    }
    if name.len() > LONGEST_NAME {
        return Err(format!("a part of the path is longer than {LONGEST_NAME} bytes"));
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return Err(format!("the name `{name}` ends with a dot or has a space at its edge, which Windows drops"));
    }
    if is_device(name) {
        return Err(format!("`{name}` is the name of a device on Windows"));
    }
    Ok(())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = ["com", "lpt"].iter().filter_map(|prefix| stem.strip_prefix(prefix));
    let is_port = |rest: &str| {
        let mut chars = rest.chars();
        matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    DEVICES.contains(&stem.as_str()) || numbered.into_iter().any(is_port)
}

/// The paths that were admitted so far, as file systems that fold case and accents compare them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    seen: BTreeMap<String, (String, Kind)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

impl Names {
    /// Takes the path of a file in, or says with which earlier one it collides: the same path, one that
    /// differs only in case or in the coding of accents, or a file where the other has a folder.
    pub(super) fn admit(&mut self, path: &str) -> Result<(), String> {
        self.admit_as(path, Kind::File)
    }

    /// Takes the path of a folder in, in the same way.
    pub(super) fn admit_folder(&mut self, path: &str) -> Result<(), String> {
        self.admit_as(path, Kind::Folder)
    }

    fn admit_as(&mut self, path: &str, kind: Kind) -> Result<(), String> {
        let folders = path.match_indices('/').map(|(at, _)| (&path[..at], Kind::Folder));
        let parts: Vec<_> = folders.chain([(path, kind)]).collect();
        for (part, kind) in &parts {
            if let Some((earlier, earlier_kind)) = self.seen.get(&fold(part)) {
                collision(part, *kind, earlier, *earlier_kind)?;
            }
        }
        for (part, kind) in parts {
            self.seen.entry(fold(part)).or_insert_with(|| (part.to_owned(), kind));
        }
        Ok(())
    }
}

fn collision(part: &str, kind: Kind, earlier: &str, earlier_kind: Kind) -> Result<(), String> {
    if part != earlier {
        return Err(format!("`{part}` and `{earlier}` are the same name on systems that ignore case"));
    }
    match (kind, earlier_kind) {
        (Kind::Folder, Kind::Folder) => Ok(()),
        (Kind::File, Kind::File) => Err(format!("`{part}` is there twice")),
        _ => Err(format!("`{part}` is both a file and a folder")),
    }
}

fn fold(path: &str) -> String {
    path.nfkc().flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_pass() {
        for path in ["index.html", "html/assets/a-b_c.woff2", "pdf/01-runbook.pdf", "é/ü.txt", "a.b.c", ".x", "a b"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn paths_that_leave_the_folder_or_name_devices_do_not() {
        let bad = [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/./b",
            "a//b",
            "a/",
            "C:/x",
            "C:x",
            "a\\b",
            "\\\\host\\x",
            "con",
            "CON.txt",
            "a/nul.tar.gz",
            "com1",
            "LPT9.x",
            "com¹",
            "conin$",
            "a.",
            "a ",
            " a",
            "a\nb",
            "a\0",
            "a*",
            "x|y",
            "aux .txt",
            "\u{202e}fdp.exe",
        ];
        for path in bad {
            assert!(check(path).is_err(), "{path:?}");
        }
        assert!(check(&"x".repeat(256)).is_err());
        assert!(check(&"x/".repeat(600)).is_err());
    }

    #[test]
    fn names_that_only_begin_like_devices_pass() {
        for path in ["console.html", "com10", "comx", "lpt", "auxiliary.pdf", "null"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn names_collide_by_case_by_accents_and_as_file_and_folder() {
        let collide = |first: &str, second: &str| {
            let mut names = Names::default();
            names.admit(first).expect("the first is free");
            names.admit(second).is_err()
        };
        assert!(collide("a", "a"));
        assert!(collide("a/B", "a/b"));
        assert!(collide("Html/x", "html/y"));
        assert!(collide("caf\u{e9}", "cafe\u{301}"));
        assert!(collide("a", "a/b"));
        assert!(collide("a/b", "a"));
        assert!(!collide("a/b", "a/c"));
        let mut names = Names::default();
        names.admit("a/b").expect("free");
        assert!(names.admit_folder("a").is_ok() && names.admit_folder("a/b").is_err());
    }
}
