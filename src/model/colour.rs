//! Colours, how well they can be told apart, and the shades that follow from the one colour of a brand.
//!
//! Contrast is that of the Web Content Accessibility Guidelines 2.2: 4.5 : 1 for text at level AA.

use super::node::Scalar;
use serde::{Serialize, Serializer};
use std::fmt;

/// The least contrast of text with what lies behind it (WCAG 2.2, level AA).
pub const ENOUGH: f64 = 4.5;
/// The least contrast of what is not text, such as the edge of a field.
pub const ENOUGH_FOR_EDGES: f64 = 3.0;

/// A colour: red, green and blue, `#rrggbb` or `#rgb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour([u8; 3]);

/// Black.
pub const BLACK: Colour = Colour([0, 0, 0]);
/// White: paper, and the ground of light pages.
pub const WHITE: Colour = Colour([255, 255, 255]);
/// The ground of dark pages, as `style.css` has it.
const DARK_GROUND: Colour = Colour([0x10, 0x19, 0x1e]);
/// The soft ground of dark pages, as `style.css` has it.
const DARK_GROUND_SOFT: Colour = Colour([0x17, 0x23, 0x29]);
/// The soft ground of light pages, as `style.css` has it: what words of the brand stand on at worst.
pub const GROUND_SOFT: Colour = Colour([0xf4, 0xf7, 0xf8]);

impl Colour {
    /// A colour from red, green and blue.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// How bright it is, from 0 to 1.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// How well it can be told from another, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The colour with a share of another mixed in, from 0 to 1.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let mix = |own: u8, other: u8| (f64::from(own) * (1.0 - share) + f64::from(other) * share).round() as u8;
        Self(std::array::from_fn(|at| mix(self.0[at], other.0[at])))
    }

    /// The nearest shade towards `end` (black or white) that reaches a contrast with every one of some
    /// grounds; `end` itself if none does.
    #[must_use]
    pub fn until_readable(self, end: Self, grounds: &[Self], least: f64) -> Self {
        let reaches = |shade: &Self| grounds.iter().all(|ground| shade.contrast(*ground) >= least);
        (0..=100).map(|step| self.mixed(end, f64::from(step) / 100.0)).find(reaches).unwrap_or(end)
    }
}

impl Scalar for Colour {
    const NAME: &'static str = "a colour";
    const EXAMPLE: &'static str = "\"#0b6079\"";

    fn parse(text: &str) -> Result<Self, String> {
        let why = || "it has the form `#rrggbb` or `#rgb`, in quotes".to_owned();
        let digits = text.strip_prefix('#').ok_or_else(why)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(why());
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| why())?;
        let [_, red, green, blue] = number.to_be_bytes();
        match digits.len() {
            6 => Ok(Self([red, green, blue])),
            3 => Ok(Self([green % 16 * 17, blue / 16 * 17, blue % 16 * 17])),
            _ => Err(why()),
        }
    }

    fn stand_in() -> Self {
        BLACK
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(out, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The shades of a brand: each reaches the contrast that its use asks for, whatever the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Words and lines of the brand on light grounds.
    pub accent: Colour,
    /// The same, hovered or on a tint.
    pub accent_strong: Colour,
    /// A tint behind words.
    pub accent_wash: Colour,
    /// The coloured band at the top of pages, the panels of PDFs.
    pub band: Colour,
    /// Lines on the band.
    pub band_line: Colour,
    /// Edges of fields on the band.
    pub band_edge: Colour,
    /// Words on the band.
    pub on_band: Colour,
    /// Quieter words on the band, or on [`Palette::accent`].
    pub on_band_soft: Colour,
    /// The brand once more, on the band.
    pub band_accent: Colour,
    /// [`Palette::accent`] on dark grounds.
    pub dark_accent: Colour,
    /// [`Palette::accent_strong`] on dark grounds.
    pub dark_accent_strong: Colour,
    /// [`Palette::accent_wash`] on dark grounds.
    pub dark_accent_wash: Colour,
    /// [`Palette::band`] of dark pages.
    pub dark_band: Colour,
    /// [`Palette::band_line`] of dark pages.
    pub dark_band_line: Colour,
    /// [`Palette::band_edge`] of dark pages.
    pub dark_band_edge: Colour,
}

impl Palette {
    /// The shades that follow from one colour.
    #[must_use]
    pub fn new(brand: Colour) -> Self {
        let accent = brand.until_readable(BLACK, &[WHITE, GROUND_SOFT], ENOUGH);
        let accent_wash = accent.mixed(WHITE, 0.89);
        let band = brand.until_readable(BLACK, &[WHITE], ENOUGH);
        let dark_band = band.mixed(BLACK, 0.4);
        let band_line = band.mixed(BLACK, 0.3);
        let dark_accent_wash = DARK_GROUND.mixed(brand, 0.22).until_readable(BLACK, &[WHITE], 10.0);
        let dark_accent = brand.until_readable(WHITE, &[DARK_GROUND, DARK_GROUND_SOFT, dark_accent_wash], ENOUGH + 0.5);
        Self {
            accent,
            accent_strong: accent.mixed(BLACK, 0.25).until_readable(BLACK, &[WHITE, accent_wash], ENOUGH),
            accent_wash,
            band,
            band_line,
            band_edge: band.until_readable(WHITE, &[band], ENOUGH_FOR_EDGES + 0.2),
            on_band: WHITE,
            on_band_soft: brand.mixed(WHITE, 0.7).until_readable(WHITE, &[accent, band], ENOUGH),
            band_accent: brand.mixed(WHITE, 0.4).until_readable(WHITE, &[band, dark_band], ENOUGH),
            dark_accent,
            dark_accent_strong: dark_accent.mixed(WHITE, 0.35),
            dark_accent_wash,
            dark_band,
            dark_band_line: dark_band.mixed(BLACK, 0.35),
            dark_band_edge: dark_band.until_readable(WHITE, &[dark_band], ENOUGH_FOR_EDGES + 0.2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        Colour::parse(text).expect(text)
    }

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!(colour("#0B6079").to_string(), "#0b6079");
        assert_eq!(colour("#fa0").to_string(), "#ffaa00");
        for wrong in ["0b6079", "#0b607", "#0b60791", "#gggggg", "red", "#+12345", "#"] {
            assert!(Colour::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((WHITE.contrast(BLACK) - 21.0).abs() < 0.01);
        assert!((WHITE.contrast(colour("#777777")) - 4.48).abs() < 0.01);
        assert!((colour("#0b6079").contrast(WHITE) - WHITE.contrast(colour("#0b6079"))).abs() < f64::EPSILON);
    }

    #[test]
    fn every_brand_gets_shades_that_can_be_read() {
        for text in ["#0b6079", "#ffcc00", "#000000", "#ffffff", "#e2001a", "#00ff00", "#7a00e6", "#808080"] {
            let shades = Palette::new(colour(text));
            let pairs = [
                (shades.accent, WHITE),
                (shades.accent, GROUND_SOFT),
                (shades.accent_strong, shades.accent_wash),
                (shades.on_band, shades.band),
                (shades.on_band, shades.band_line),
                (shades.on_band_soft, shades.band),
                (shades.on_band_soft, shades.accent),
                (shades.on_band_soft, shades.dark_band),
                (shades.band_accent, shades.band),
                (shades.dark_accent, DARK_GROUND),
                (shades.dark_accent_strong, shades.dark_accent_wash),
            ];
            for (at, (words, ground)) in pairs.into_iter().enumerate() {
                assert!(words.contrast(ground) >= ENOUGH, "{text}, pair {at}: {words} on {ground}");
            }
            assert!(shades.band_edge.contrast(shades.band) >= ENOUGH_FOR_EDGES, "{text}");
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        assert_eq!(Palette::new(colour("#0b6079")).accent, colour("#0b6079"));
        assert_eq!(colour("#333333").until_readable(BLACK, &[BLACK], ENOUGH), BLACK);
    }
}
