//! A mail as a file (RFC 5322, RFC 2045 to 2047) that mail programs open as a draft.

use crate::hash::hex;
use crate::model::message::{Letter, Mailbox};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The longest line of encoded text, the line break not counted.
const MAX_LINE: usize = 76;
/// The most bytes of text in one encoded word: 75 characters hold them in base64 with the frame.
const MAX_WORD: usize = 45;

/// Writes the mail with its two versions of the text.
pub(super) fn write(letter: &Letter, date: &str, text: &str, page: &str) -> String {
    let boundary = boundary(letter, text, page);
    let mut out = String::new();
    let mut header = |name: &str, value: &str| {
        let _ = write!(out, "{name}: {value}\r\n");
    };
    header("X-Unsent", "1");
    header("Date", date);
    header("From", &mailbox(&letter.from));
    let to: Vec<_> = letter.to.iter().filter(|to| to.email.is_some()).map(mailbox).collect();
    if !to.is_empty() {
        header("To", &to.join(",\r\n "));
    }
    header("Subject", &words(&letter.subject));
    header("MIME-Version", "1.0");
    header("Content-Type", &format!("multipart/alternative;\r\n boundary=\"{boundary}\""));
    for (kind, body) in [("text/plain", text), ("text/html", page)] {
        let _ = write!(
            out,
            "\r\n--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
            quoted_printable(body)
        );
    }
    let _ = write!(out, "\r\n--{boundary}--\r\n");
    out
}

/// A mark between the parts that occurs in neither: quoted-printable text never holds `=_`.
fn boundary(letter: &Letter, text: &str, page: &str) -> String {
    let mut hash = Sha256::new();
    [letter.id.as_str(), &letter.subject, text, page].iter().for_each(|part| hash.update(part.as_bytes()));
    format!("=_handoff_{}", hex(&hash.finalize()[..12]))
}

/// A name with an address.
fn mailbox(mailbox: &Mailbox) -> String {
    let email = mailbox.email.as_deref().unwrap_or_default();
    let harmless = |c: char| c.is_ascii_alphanumeric() || c == ' ';
    let name = if mailbox.name.chars().all(harmless) { mailbox.name.clone() } else { encoded(&mailbox.name) };
    if name.is_empty() { email.to_owned() } else { format!("{name} <{email}>") }
}

/// A text for a header: as it is where it is plain and short, in encoded words otherwise.
fn words(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_ascii_graphic() || c == ' ') && text.len() < 60 && !text.contains("=?");
    if plain { text.to_owned() } else { encoded(text) }
}

/// A text in encoded words, which hold any language and nothing that has a meaning.
fn encoded(text: &str) -> String {
    let mut pieces = vec![String::new()];
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if pieces.last().is_some_and(|piece| piece.len() + c.len_utf8() > MAX_WORD) {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    let words: Vec<_> = pieces.iter().map(|piece| format!("=?utf-8?B?{}?=", base64(piece.as_bytes()))).collect();
    words.join("\r\n ")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let six = (group >> (18 - 6 * digit)) & 63;
            let c = if digit <= chunk.len() { char::from(DIGITS[six as usize]) } else { '=' };
            out.push(c);
        }
    }
    out
}

/// Text as quoted-printable, its lines ended by CRLF.
fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for line in text.lines() {
        let mut length = 0;
        for (index, byte) in line.bytes().enumerate() {
            let is_last = index + 1 == line.len();
            let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || matches!(byte, b' ' | b'\t') && !is_last;
            let piece = if plain { char::from(byte).to_string() } else { format!("={byte:02X}") };
            // A soft line break takes one place itself.
            if length + piece.len() > MAX_LINE - 1 {
                out.push_str("=\r\n");
                length = 0;
            }
            out.push_str(&piece);
            length += piece.len();
        }
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_for_old_mail_systems() {
        assert_eq!(quoted_printable("a=b ö\nx \n"), "a=3Db =C3=B6\r\nx=20\r\n");
        let long = quoted_printable(&"ö".repeat(60));
        assert!(long.lines().all(|line| line.len() <= MAX_LINE), "{long}");
        assert_eq!(long.replace("=\r\n", "").matches("=C3=B6").count(), 60);
    }

    #[test]
    fn headers_hold_any_language() {
        assert_eq!(words("plain words"), "plain words");
        assert_eq!(words("Grüße"), "=?utf-8?B?R3LDvMOfZQ==?=");
        assert!(words(&"ö".repeat(100)).lines().all(|line| line.len() <= 76));
        let anna = Mailbox { contact: "a".into(), name: "Lind, Anna".into(), email: Some("a@b.example".into()) };
        assert!(mailbox(&anna).starts_with("=?utf-8?B?"), "a comma would be two addresses");
    }

    #[test]
    fn base64_is_padded() {
        assert_eq!([base64(b""), base64(b"f"), base64(b"fo"), base64(b"foo")], ["", "Zg==", "Zm8=", "Zm9v"]);
    }
}
