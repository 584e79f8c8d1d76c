//! The font of the fields: embedded whole, so that what people type looks the same everywhere.
//!
//! It is there twice: with one byte per letter for typing, which every program can write, and with one
//! number per glyph for what the form says from the start, which may hold any letter.

use super::strings::win_ansi;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A TrueType font, as far as fields need it; all lengths in thousandths of its size.
#[derive(Debug, Clone)]
pub struct Face<'a> {
    /// Its PostScript name.
    pub name: String,
    /// The whole file.
    pub file: &'a [u8],
    /// How far letters go up.
    pub ascent: i64,
    /// How far they go down; negative.
    pub descent: i64,
    /// The height of capital letters.
    pub cap_height: i64,
    /// The box that every letter fits into.
    pub bounds: [i64; 4],
    /// The glyph and the width of each character.
    pub glyphs: BTreeMap<char, (u16, i64)>,
}

/// The font in a document.
pub(super) struct Fonts {
    /// For typing.
    pub(super) typing: ObjectId,
    /// For what is said from the start.
    pub(super) said: ObjectId,
}

/// The name of the font for typing, in the resources of the form.
pub(super) const TYPING: &str = "HandoffText";

/// The name of the other one.
pub(super) const SAID: &str = "HandoffSaid";

impl Face<'_> {
    /// Adds the font to a document, for texts that use these characters.
    pub(super) fn embed(&self, document: &mut Document, used: &[char]) -> Fonts {
        let mut program = Stream::new(dictionary! { "Length1" => length(self.file.len()) }, self.file.to_vec());
        // What cannot be made smaller stays as it is.
        let _ = program.compress();
        let program = document.add_object(program);
        let descriptor = document.add_object(dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => self.name.as_str(),
            "Flags" => 32,
            "FontBBox" => self.bounds.map(Object::Integer).to_vec(),
            "ItalicAngle" => 0,
            "Ascent" => self.ascent,
            "Descent" => self.descent,
            "CapHeight" => self.cap_height,
            "StemV" => 80,
            "FontFile2" => program,
        });
        Fonts { typing: self.typing(document, descriptor), said: self.said(document, descriptor, used) }
    }

    fn typing(&self, document: &mut Document, descriptor: ObjectId) -> ObjectId {
        let width = |code: u8| win_ansi(code).map_or(0, |c| self.width(c));
        let codes = (32..=255).filter_map(|code| Some((u16::from(code), 0, win_ansi(code)?))).collect::<Vec<_>>();
        let unicode = document.add_object(Stream::new(Dictionary::new(), to_unicode(&codes, 2).into_bytes()));
        document.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "TrueType",
            "BaseFont" => self.name.as_str(),
            "FirstChar" => 32,
            "LastChar" => 255,
            "Widths" => (32..=255).map(|code| Object::Integer(width(code))).collect::<Vec<_>>(),
            "Encoding" => "WinAnsiEncoding",
            "ToUnicode" => unicode,
            "FontDescriptor" => descriptor,
        })
    }

    fn said(&self, document: &mut Document, descriptor: ObjectId, used: &[char]) -> ObjectId {
        let mut glyphs: Vec<(u16, i64, char)> =
            used.iter().filter_map(|c| self.glyphs.get(c).map(|(glyph, width)| (*glyph, *width, *c))).collect();
        glyphs.sort_unstable();
        glyphs.dedup_by_key(|(glyph, ..)| *glyph);
        let mut widths: Vec<Object> = Vec::new();
        for (glyph, width, _) in &glyphs {
            widths.extend([Object::Integer(i64::from(*glyph)), vec![Object::Integer(*width)].into()]);
        }
        let descendant = document.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "BaseFont" => self.name.as_str(),
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "CIDToGIDMap" => "Identity",
            "DW" => 600,
            "W" => widths,
            "FontDescriptor" => descriptor,
        });
        let unicode = document.add_object(Stream::new(Dictionary::new(), to_unicode(&glyphs, 4).into_bytes()));
        document.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => self.name.as_str(),
            "Encoding" => "Identity-H",
            "DescendantFonts" => vec![Object::Reference(descendant)],
            "ToUnicode" => unicode,
        })
    }

    /// The width of a character, of a space if the font lacks it.
    pub(super) fn width(&self, c: char) -> i64 {
        self.glyphs.get(&c).or_else(|| self.glyphs.get(&' ')).map_or(0, |(_, width)| *width)
    }

    /// A text as numbers of glyphs; what the font lacks is left out.
    pub(super) fn encode(&self, text: &str) -> String {
        let glyphs = text.chars().filter_map(|c| self.glyphs.get(&c));
        glyphs.fold(String::new(), |mut out, (glyph, _)| {
            let _ = write!(out, "{glyph:04X}");
            out
        })
    }
}

/// A number of bytes as PDFs count.
fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The table from codes, written with some digits, to characters.
fn to_unicode(codes: &[(u16, i64, char)], digits: usize) -> String {
    let (first, last) = ("0".repeat(digits), "F".repeat(digits));
    let mut out = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering \
         (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<{first}> \
         <{last}>\nendcodespacerange\n",
    );
    for chunk in codes.chunks(100) {
        let _ = writeln!(out, "{} beginbfchar", chunk.len());
        for (code, _, c) in chunk {
            let units = c.encode_utf16(&mut [0; 2]).iter().fold(String::new(), |mut hex, unit| {
                let _ = write!(hex, "{unit:04X}");
                hex
            });
            let _ = writeln!(out, "<{code:0digits$X}> <{units}>");
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}
