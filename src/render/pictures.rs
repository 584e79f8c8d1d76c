//! Images as pages and PDFs can show them: looked at, cleaned, and scaled down for print.

use super::{Workshop, svg};
use crate::finding::Finding;
use crate::model::memory::Key;
use crate::model::picture::density;
use crate::source::Span;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::io::Cursor;
use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterImage, SvgImage};

/// The slug of the finding about images that no program can show.
pub(super) const INVALID_IMAGE: &str = "invalid-image";
/// The slug of the finding about SVG that could run or load something.
pub(super) const UNSAFE_SVG: &str = "unsafe-svg";

/// With more pixels an image is not even decoded.
const MAX_DECODED: u64 = 120_000_000;
/// The dots per inch that are aimed at in print.
const AIM: f64 = 300.0;
/// An image with more dots per inch is scaled down.
const FINE: f64 = 400.0;

/// An image that can be shown.
#[derive(Serialize, Deserialize)]
pub(super) struct Picture {
    /// Natural width and height in CSS pixels, as seen after turning.
    pub size: Option<(u32, u32)>,
    /// What pages show, if that is not the file as it is.
    pub cleaned: Option<ByteBuf>,
    /// What PDFs show.
    pub print: Option<Print>,
    /// What was left out, for it could run or load something.
    removed: Vec<String>,
}

/// An image as PDFs show it.
#[derive(Serialize, Deserialize)]
pub(super) struct Print {
    /// The true ending of its name.
    pub ending: String,
    /// What it is made of, if that is not what pages show.
    pub scaled: Option<ByteBuf>,
}

impl Print {
    fn same(ending: &str) -> Self {
        Self { ending: ending.to_owned(), scaled: None }
    }
}

/// What is asked for.
pub(super) struct Wish<'a> {
    /// The path in the project.
    pub path: &'a str,
    /// The first place that shows it.
    pub span: Option<Span>,
    /// The width that is wanted, in CSS pixels.
    pub width: Option<u32>,
    /// Whether PDFs are made.
    pub print: bool,
}

/// Prepares an image; `None` if it cannot be shown. With it, what is wrong with it.
pub(super) fn prepare(bytes: &[u8], wish: &Wish<'_>, workshop: &Workshop) -> (Option<Picture>, Option<Finding>) {
    let is_raster = image::guess_format(bytes).is_ok();
    let make = || if is_raster { raster(bytes, wish) } else { vector(bytes, wish) };
    let place = |finding: Finding, label: &str| match wish.span {
        Some(span) => finding.at(span, label),
        None => finding,
    };
    match workshop.remembered(|| key(bytes, wish), make) {
        Ok(picture) if picture.removed.is_empty() => (Some(picture), None),
        Ok(picture) => {
            let message = format!("`{}` is shown without {}", wish.path, picture.removed.join(", "));
            let finding = Finding::warning(UNSAFE_SVG, message)
                .help("export it without scripts, embedded pages and references to other files");
            (Some(picture), Some(place(finding, "shown here")))
        }
        Err(why) => {
            let finding = Finding::error(INVALID_IMAGE, format!("`{}` cannot be shown: {why}", wish.path))
                .help("use PNG, JPEG, GIF, WebP or SVG, and check that the file is whole");
            (None, Some(place(finding, "only its text alternative is shown")))
        }
    }
}

/// The key of an image: everything that it is made from.
fn key(bytes: &[u8], wish: &Wish<'_>) -> Key {
    let width = wish.width.map_or(0, |width| u64::from(width) + 1);
    Key::of("image").with(bytes).with(&width.to_le_bytes()).with(&[u8::from(wish.print)]).key()
}

fn vector(bytes: &[u8], wish: &Wish<'_>) -> Result<Picture, String> {
    let clean = svg::clean(bytes)?;
    let size = svg::size(&clean.text);
    let text = clean.text.into_bytes();
    // What grows without end or nests too deep is refused for pages as well: it would stop the browser of a reader.
    SvgImage::new(Bytes::new(text.clone())).map_err(|_| "it is no well-formed SVG".to_owned())?;
    let print = wish.print.then(|| Print::same("svg"));
    Ok(Picture { size, cleaned: Some(text.into()), print, removed: clean.removed })
}

fn raster(bytes: &[u8], wish: &Wish<'_>) -> Result<Picture, String> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    let format = reader.format().ok_or("its format is not known")?;
    let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_DECODED || pixels == 0 {
        return Err(format!("it has {width} × {height} pixels"));
    }
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let size = if turned { (height, width) } else { (width, height) };
    let dpi = density(size, wish.width);
    let is_cmyk = decoder.original_color_type() == image::ExtendedColorType::Cmyk8;
    let print = if !wish.print {
        None
    } else if dpi > FINE || is_cmyk {
        let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| error.to_string())?;
        picture.apply_orientation(orientation);
        Some(scaled(&picture, format, (AIM / dpi).min(1.0))?)
    } else {
        drop(decoder);
        Some(as_it_is(bytes, format)?)
    };
    Ok(Picture { size: Some(size), cleaned: None, print, removed: Vec::new() })
}

/// An image as it is, once Typst was seen to take it.
fn as_it_is(bytes: &[u8], format: ImageFormat) -> Result<Print, String> {
    let (exchange, ending) = match format {
        ImageFormat::Png => (ExchangeFormat::Png, "png"),
        ImageFormat::Jpeg => (ExchangeFormat::Jpg, "jpg"),
        ImageFormat::Gif => (ExchangeFormat::Gif, "gif"),
        ImageFormat::WebP => (ExchangeFormat::Webp, "webp"),
        _ => return Err("its format is not one of those that pages can show".to_owned()),
    };
    RasterImage::plain(Bytes::new(bytes.to_vec()), exchange).map_err(|why| why.to_string())?;
    Ok(Print::same(ending))
}

/// An image in another size, as JPEG if it was one, else as PNG.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a width that is a u32")]
fn scaled(picture: &DynamicImage, format: ImageFormat, factor: f64) -> Result<Print, String> {
    let size = |length: u32| ((f64::from(length) * factor).round() as u32).max(1);
    let small =
        picture.resize_exact(size(picture.width()), size(picture.height()), image::imageops::FilterType::Lanczos3);
    let mut out = Vec::new();
    let written = if format == ImageFormat::Jpeg {
        let encoder = JpegEncoder::new_with_quality(&mut out, 88);
        small.to_rgb8().write_with_encoder(encoder).map(|()| "jpg")
    } else {
        small.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).map(|()| "png")
    };
    let ending = written.map_err(|error| error.to_string())?;
    Ok(Print { ending: ending.to_owned(), scaled: Some(out.into()) })
}
