//! `contacts.vcf`: everybody who is named in the project, as vCards 4.0 (RFC 6350).
//!
//! Also owns what vCards and calendars share: escaping texts and folding lines.

use crate::model::project::{Contact, Organisation, Party, Project};
use crate::model::template::Words;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The longest line in bytes, the line break not counted (RFC 5545 and RFC 6350, 3.1 and 3.2).
const MAX_LINE: usize = 75;

/// The cards of all contacts, in the order of the project file.
pub(super) fn write(project: &Project, words: &Words) -> Vec<u8> {
    let mut lines = Lines::default();
    for contact in &project.contacts {
        card(project, words, contact, &mut lines);
    }
    lines.into_bytes()
}

fn card(project: &Project, words: &Words, contact: &Contact, lines: &mut Lines) {
    lines.put("BEGIN:VCARD");
    lines.put("VERSION:4.0");
    lines.put(&format!("UID:{}", uid(&["contact", project.project.id.as_str(), contact.id.as_str()])));
    lines.put(&format!("REV:{}T000000Z", compact(project.release.date.0)));
    lines.text("FN", contact.name.as_str());
    // Which part of a name is the family's is not known here: the whole name stands as it is written.
    lines.put(&format!("N:;{};;;", escape(contact.name.as_str())));
    if let Some(organisation) = organisation(project, contact) {
        lines.text("ORG", organisation.name.as_str());
        lines.url("URL", organisation.website.as_ref().map(|url| url.get().as_str()));
    }
    lines.text("TITLE", contact.role.as_str());
    if let Some(email) = &contact.email {
        lines.text("EMAIL;TYPE=work", email.as_str());
    }
    if let Some(phone) = &contact.phone {
        lines.put(&format!("TEL;VALUE=uri;TYPE=\"work,voice\":tel:{}", phone.dialled()));
    }
    let zone = contact.time_zone.as_ref().or(project.project.time_zone.as_ref());
    if let Some(zone) = zone {
        lines.text("TZ", zone.as_str());
    }
    lines.text("CATEGORIES", contact.party.as_str());
    lines.text("NOTE", &note(project, words, contact));
    lines.put("END:VCARD");
}

/// The side that a contact belongs to, if it is one of the two.
fn organisation<'a>(project: &'a Project, contact: &Contact) -> Option<&'a Organisation> {
    match contact.party.value {
        Party::Supplier => Some(&project.supplier),
        Party::Client => Some(&project.client),
        Party::ThirdParty => None,
    }
}

/// What to contact them for, when, and who stands in.
fn note(project: &Project, words: &Words, contact: &Contact) -> String {
    let mut note = project.project.name.to_string();
    for text in [&contact.responsible_for, &contact.availability].into_iter().flatten() {
        let _ = write!(note, "\n{text}");
    }
    if contact.on_call.as_ref().is_some_and(|flag| flag.0) {
        let _ = write!(note, "\n{}", words.get("card_on_call"));
    }
    if let Some(backup) = &contact.backup {
        let person = project.contacts.iter().find(|person| person.id.as_str() == backup.as_str());
        let _ = write!(
            note,
            "\n{}: {}",
            words.get("card_backup"),
            person.map_or(backup.as_str(), |person| person.name.as_str())
        );
    }
    note
}

/// An identifier that stays the same from release to release: a UUID made of names (RFC 9562, version 8).
pub(super) fn uid(parts: &[&str]) -> String {
    let hash = Sha256::digest(parts.join("\n").as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(hash.iter()).for_each(|(byte, hashed)| *byte = *hashed);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut out = String::from("urn:uuid:");
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// A date as both formats write it.
pub(super) fn compact(date: jiff::civil::Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// Escapes a text value; control characters that no text may hold are left out.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// Lines that end in CRLF and are folded where they are too long.
#[derive(Debug, Default)]
pub(super) struct Lines {
    out: String,
}

impl Lines {
    /// Adds a line as it is.
    pub(super) fn put(&mut self, line: &str) {
        let mut length = 0;
        for c in line.chars() {
            if length + c.len_utf8() > MAX_LINE {
                self.out.push_str("\r\n ");
                length = 1;
            }
            self.out.push(c);
            length += c.len_utf8();
        }
        self.out.push_str("\r\n");
    }

    /// Adds a property with a text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.put(&format!("{name}:{}", escape(text)));
    }

    /// Adds a property with a URL, if there is one.
    pub(super) fn url(&mut self, name: &str, url: Option<&str>) {
        if let Some(url) = url {
            self.put(&format!("{name}:{url}"));
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut lines = Lines::default();
        lines.text("NOTE", &"ö".repeat(100));
        let text = String::from_utf8(lines.into_bytes()).expect("UTF-8");
        assert!(text.split("\r\n").all(|line| line.len() <= MAX_LINE), "{text}");
        assert_eq!(text.replace("\r\n ", ""), format!("NOTE:{}\r\n", "ö".repeat(100)));
    }

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(escape("a,b;c\\d\ne\r\u{7}: \"f\""), "a\\,b\\;c\\\\d\\ne: \"f\"");
    }

    #[test]
    fn identifiers_are_stable_and_differ() {
        let one = uid(&["contact", "p", "anna"]);
        assert_eq!(one, uid(&["contact", "p", "anna"]));
        assert_ne!(one, uid(&["contact", "p", "bo"]));
        assert!(one.starts_with("urn:uuid:") && one.len() == 45, "{one}");
        assert_eq!(one.as_bytes()[9 + 14], b'8', "the version of the UUID");
    }
}
