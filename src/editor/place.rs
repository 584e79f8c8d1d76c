//! Places as the protocol names them: files by URI, and in a text the line and the UTF-16 unit in it.

use lsp_types::{Position, Range, Uri};
use std::ops;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The file that a URI names, if it names one on this machine.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let url = url::Url::parse(uri.as_str()).ok()?;
    if url.scheme() == "file" { url.to_file_path().ok() } else { None }
}

/// The URI of a file.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    Uri::from_str(url::Url::from_file_path(path).ok()?.as_str()).ok()
}

/// The path of a file as it is seen from a folder, with `/`; `../` leads up from it.
pub(super) fn relative(root: &Path, file: &Path) -> Option<String> {
    let (root, file): (Vec<_>, Vec<_>) = (root.components().collect(), file.components().collect());
    let shared = root.iter().zip(&file).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let up = std::iter::repeat_n("..".to_owned(), root.len() - shared);
    let down: Option<Vec<String>> =
        file[shared..].iter().map(|part| part.as_os_str().to_str().map(str::to_owned)).collect();
    Some(up.chain(down?).collect::<Vec<_>>().join("/"))
}

/// The byte offset of a position; one behind the end of a line or of the text means that end.
pub(super) fn offset(text: &str, position: Position) -> usize {
    let mut start = 0;
    for _ in 0..position.line {
        match text[start..].find('\n') {
            Some(newline) => start += newline + 1,
            None => return text.len(),
        }
    }
    let line = text[start..].split('\n').next().unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    let mut units = 0;
    for (at, c) in line.char_indices() {
        if units >= position.character {
            return start + at;
        }
        units += u32::try_from(c.len_utf16()).unwrap_or(1);
    }
    start + line.len()
}

/// The position of a byte offset; one behind the end means the end.
pub(super) fn position(text: &str, offset: usize) -> Position {
    let offset = text.floor_char_boundary(offset);
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: count(before.bytes().filter(|byte| *byte == b'\n').count()),
        character: count(before[line_start..].encode_utf16().count()),
    }
}

/// A range of bytes as the protocol names it.
pub(super) fn range(text: &str, bytes: &ops::Range<usize>) -> Range {
    Range { start: position(text, bytes.start), end: position(text, bytes.end) }
}

/// The byte range of a range; one that ends before it begins is empty.
pub(super) fn bytes(text: &str, range: Range) -> ops::Range<usize> {
    let start = offset(text, range.start);
    start..offset(text, range.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_utf_16_units() {
        let text = "a😀ö\r\nb";
        assert_eq!(position(text, text.find('ö').expect("it is there")), at(0, 3));
        assert_eq!(offset(text, at(0, 3)), 5);
        assert_eq!(offset(text, at(0, 2)), 5, "inside of a pair the next character is meant");
        assert_eq!(offset(text, at(0, 99)), 7, "before the line break");
        assert_eq!(offset(text, at(1, 1)), text.len());
        assert_eq!(offset(text, at(9, 0)), text.len());
    }

    #[test]
    fn every_offset_of_a_text_comes_back() {
        let text = "ä: \"😀\"\n\n- x\r\nend";
        for (offset, _) in text.char_indices().filter(|(at, _)| !text[*at..].starts_with('\n')) {
            assert_eq!(super::offset(text, position(text, offset)), offset);
        }
    }

    #[test]
    fn paths_are_relative_to_the_project() {
        let relative = |file: &str| relative(Path::new("/a/delivery"), Path::new(file));
        assert_eq!(relative("/a/delivery/docs/x.md").as_deref(), Some("docs/x.md"));
        assert_eq!(relative("/a/README.md").as_deref(), Some("../README.md"));
    }

    #[test]
    fn uris_with_spaces_and_letters_name_files() {
        let path = Path::new("/a b/ö/handoff.yaml");
        let uri = uri(path).expect("a URI");
        assert_eq!(super::path(&uri).as_deref(), Some(path));
        assert_eq!(super::path(&Uri::from_str("untitled:x").expect("a URI")), None);
    }
}
