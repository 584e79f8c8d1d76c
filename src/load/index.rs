//! Which files git keeps: read from the index of the repository, without running git. What cannot be read
//! is an empty list.

use std::fs;
use std::path::{Path, PathBuf};

/// A larger index is not read.
const LARGEST: u64 = 256 << 20;

/// What stands before the name of an entry, in versions 2 and 3: times, numbers, the hash, the flags.
const FIXED: usize = 62;
/// Where the flags stand, and the bit that says that two more bytes follow.
const FLAGS: usize = 60;
const EXTENDED: u16 = 0x4000;

/// The paths from the root of a repository, with `/`.
pub(super) fn tracked(repository: &Path) -> Vec<String> {
    let Some(bytes) = folder(repository).and_then(|folder| read(&folder.join("index"))) else { return Vec::new() };
    entries(&bytes).unwrap_or_default()
}

/// Where git keeps its files: `.git`, or what a file of that name points to.
fn folder(repository: &Path) -> Option<PathBuf> {
    let git = repository.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = read(&git)?;
    let place = std::str::from_utf8(&text).ok()?.trim().strip_prefix("gitdir:")?.trim().to_owned();
    Some(repository.join(place))
}

fn read(path: &Path) -> Option<Vec<u8>> {
    fs::metadata(path).ok().filter(|data| data.is_file() && data.len() <= LARGEST)?;
    fs::read(path).ok()
}

/// The names of an index; `None` if it is none.
fn entries(bytes: &[u8]) -> Option<Vec<String>> {
    let mut rest = bytes.strip_prefix(b"DIRC")?;
    let version = number(&mut rest)?;
    let count = number(&mut rest)?;
    let mut paths = Vec::new();
    let mut before = Vec::new();
    for _ in 0..count {
        let flags = u16::from_be_bytes(rest.get(FLAGS..FLAGS + 2)?.try_into().ok()?);
        let head = if version >= 3 && flags & EXTENDED != 0 { FIXED + 2 } else { FIXED };
        let mut name = rest.get(head..)?;
        if version == 4 {
            // The name is told by how it differs from the one before.
            let dropped = variable(&mut name)?;
            before.truncate(before.len().checked_sub(dropped)?);
            let end = name.iter().position(|&byte| byte == 0)?;
            before.extend_from_slice(name.get(..end)?);
            rest = name.get(end + 1..)?;
        } else {
            let end = name.iter().position(|&byte| byte == 0)?;
            before = name.get(..end)?.to_vec();
            // Entries are filled up with one to eight zeros to a multiple of eight bytes.
            let size = head + end;
            rest = rest.get(size + 8 - size % 8..)?;
        }
        paths.push(String::from_utf8_lossy(&before).into_owned());
    }
    Some(paths)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, behind) = rest.split_first_chunk::<4>()?;
    *rest = behind;
    Some(u32::from_be_bytes(*bytes))
}

/// A number of as many bytes as it needs, as git packs it.
fn variable(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0_usize;
    loop {
        let (&byte, behind) = rest.split_first()?;
        *rest = behind;
        value = value.checked_shl(7)?.checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
        value = value.checked_add(1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of some files, as git writes it.
    fn index(version: u32, names: &[&str]) -> Vec<u8> {
        let count = u32::try_from(names.len()).expect("few");
        let mut bytes = [b"DIRC".to_vec(), version.to_be_bytes().to_vec(), count.to_be_bytes().to_vec()].concat();
        let mut before = "";
        for (at, name) in names.iter().enumerate() {
            let extended = version == 3 && at == 0;
            let mut entry = vec![1; FLAGS];
            entry.extend((if extended { EXTENDED } else { 0 }).to_be_bytes());
            entry.extend(if extended { &[0, 0][..] } else { &[] });
            if version == 4 {
                let same = before.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
                entry.push(u8::try_from(before.len() - same).expect("short"));
                entry.extend(&name.as_bytes()[same..]);
                entry.push(0);
            } else {
                entry.extend(name.as_bytes());
                entry.resize(entry.len() + 8 - entry.len() % 8, 0);
            }
            bytes.extend(entry);
            before = name;
        }
        bytes
    }

    #[test]
    fn the_files_of_every_version_of_the_index_are_listed() {
        let names = ["a", "annex/longer-name.txt", "annex/longer-name.txt.age", "b/c/d.md", "b/ä.md"];
        for version in [2, 3, 4] {
            assert_eq!(entries(&index(version, &names)).expect("an index"), names, "version {version}");
        }
    }

    #[test]
    fn numbers_of_several_bytes_are_read_as_git_writes_them() {
        for (bytes, value) in [(&[0x00][..], 0), (&[0x7f], 127), (&[0x80, 0x00], 128), (&[0x81, 0x00], 256)] {
            assert_eq!(variable(&mut &bytes[..]), Some(value), "{bytes:?}");
        }
        assert_eq!(variable(&mut &[0x80; 40][..]), None);
    }

    #[test]
    fn what_is_no_index_is_an_empty_list() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(tracked(folder.path()), Vec::<String>::new());
        for bytes in [&b""[..], b"DIRC", b"DIRC\0\0\0\x02\0\0\0\x09junk", b"nonsense"] {
            assert_eq!(entries(bytes), None);
        }
    }

    #[test]
    fn a_worktree_says_where_its_index_is() {
        let place = tempfile::tempdir().expect("a folder");
        let (git, tree) = (place.path().join("git"), place.path().join("tree"));
        fs::create_dir_all(&git).and_then(|()| fs::create_dir_all(&tree)).expect("made");
        fs::write(git.join("index"), index(2, &["a.txt"])).expect("written");
        fs::write(tree.join(".git"), "gitdir: ../git\n").expect("written");
        assert_eq!(tracked(&tree), ["a.txt"]);
    }
}
