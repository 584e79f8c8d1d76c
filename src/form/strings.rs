//! Texts in PDFs: three encodings, told apart by how they begin.

use lopdf::{Object, StringFormat};

/// A text as a PDF writes it: plain where that is possible, else UTF-16.
#[must_use]
pub fn write(text: &str) -> Object {
    if text.chars().all(|c| matches!(c, ' '..='~' | '\n' | '\r')) {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    }
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    Object::String([0xFE, 0xFF].into_iter().chain(units).collect(), StringFormat::Hexadecimal)
}

/// The text that bytes of a PDF stand for. Ends of lines become `\n`; control characters are left out.
pub(super) fn read(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        plain => plain.iter().map(|byte| of_pdf(*byte)).collect(),
    };
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The characters of `PDFDocEncoding` between 0x80 and 0xA0, which differ from Latin-1.
const PDF_HIGH: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ',
    'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
];

fn of_pdf(byte: u8) -> char {
    match byte {
        0x80..=0xA0 => PDF_HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// The character of a code in `WinAnsiEncoding`, in which people type.
#[must_use]
pub fn win_ansi(code: u8) -> Option<char> {
    const HIGH: [Option<char>; 32] = [
        Some('€'),
        None,
        Some('‚'),
        Some('ƒ'),
        Some('„'),
        Some('…'),
        Some('†'),
        Some('‡'),
        Some('ˆ'),
        Some('‰'),
        Some('Š'),
        Some('‹'),
        Some('Œ'),
        None,
        Some('Ž'),
        None,
        None,
        Some('‘'),
        Some('’'),
        Some('“'),
        Some('”'),
        Some('•'),
        Some('–'),
        Some('—'),
        Some('˜'),
        Some('™'),
        Some('š'),
        Some('›'),
        Some('œ'),
        None,
        Some('ž'),
        Some('Ÿ'),
    ];
    match code {
        0x20..=0x7E | 0xA0..=0xFF => Some(char::from(code)),
        0x80..=0x9F => HIGH[usize::from(code - 0x80)],
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["Plain", "Über Łódź", "one\ntwo", "„Anführung“ – 漢字 😀", "", "(a\\b)"] {
            let Object::String(bytes, _) = write(text) else { panic!("no string") };
            assert_eq!(read(&bytes), text);
        }
    }

    #[test]
    fn texts_of_other_programs_are_read() {
        assert_eq!(read(b"\xFF\xFEA\x00\xE4\x00"), "Aä");
        assert_eq!(read(b"\xEF\xBB\xBFz\xC3\xA4"), "zä");
        assert_eq!(read(b"5 \xA0 \x84 \xE9"), "5 € — é");
        assert_eq!(read(b"a\r\nb\rc\x07\x1b"), "a\nb\nc", "nothing of it reaches a terminal");
        assert_eq!(read(b"\xFE\xFF\xD8"), "", "half a character");
    }

    #[test]
    fn codes_of_forms_have_characters() {
        assert_eq!(win_ansi(b'A'), Some('A'));
        assert_eq!(win_ansi(0x80), Some('€'));
        assert_eq!(win_ansi(0xFC), Some('ü'));
        assert_eq!([0x81, 0x7F, 0x09].map(win_ansi), [None; 3]);
    }
}
