//! Images as pages and PDFs can show them: looked at, cleaned, and scaled down for print.

use super::svg;
use crate::finding::Finding;
use crate::source::Span;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use std::io::Cursor;
use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterImage, SvgImage};

/// The slug of the finding about images that no program can show.
pub(super) const INVALID_IMAGE: &str = "invalid-image";
/// The slug of the finding about images that make the bundle heavy.
pub(super) const TOO_LARGE: &str = "image-too-large";
/// The slug of the finding about images that look blurred on paper.
pub(super) const TOO_COARSE: &str = "image-too-coarse";
/// The slug of the finding about SVG that could run or load something.
pub(super) const UNSAFE_SVG: &str = "unsafe-svg";

/// The most bytes that an image should have.
const MAX_BYTES: usize = 4 << 20;
/// The most pixels that an image should have.
const MAX_PIXELS: u64 = 40_000_000;
/// With more pixels it is not even decoded.
const MAX_DECODED: u64 = 120_000_000;
/// Width and height of the text on a page, in CSS pixels.
const PAGE: (f64, f64) = (616.0, 628.0);
/// The dots per inch that are aimed at in print.
const AIM: f64 = 300.0;
/// An image with more dots per inch is scaled down.
const FINE: f64 = 400.0;
/// An image with fewer dots per inch looks blurred.
const COARSE: f64 = 100.0;
/// Smaller images are icons, which may be as coarse as they like.
const ICON: f64 = 240.0;

/// An image that can be shown.
pub(super) struct Picture {
    /// Natural width and height in CSS pixels, as seen after turning.
    pub size: Option<(u32, u32)>,
    /// What pages show, if that is not the file as it is.
    pub cleaned: Option<Vec<u8>>,
    /// What PDFs show, and the ending of its name.
    pub print: Option<(Vec<u8>, &'static str)>,
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

/// Prepares an image; `None` if it cannot be shown.
pub(super) fn prepare(bytes: &[u8], wish: &Wish<'_>, findings: &mut Vec<Finding>) -> Option<Picture> {
    let mut tell = |finding: Finding, label: &str| {
        findings.push(match wish.span {
            Some(span) => finding.at(span, label),
            None => finding,
        });
    };
    if bytes.len() > MAX_BYTES {
        let megabytes = bytes.len() / 100_000;
        let message = format!("`{}` has {}.{} MB", wish.path, megabytes / 10, megabytes % 10);
        tell(Finding::warning(TOO_LARGE, message).help("scale it down, or save it as JPEG or WebP"), "shown here");
    }
    let is_raster = image::guess_format(bytes).is_ok();
    let prepared = if is_raster { raster(bytes, wish, &mut tell) } else { vector(bytes, wish, &mut tell) };
    match prepared {
        Ok(picture) => Some(picture),
        Err(why) => {
            let finding = Finding::error(INVALID_IMAGE, format!("`{}` cannot be shown: {why}", wish.path))
                .help("use PNG, JPEG, GIF, WebP or SVG, and check that the file is whole");
            tell(finding, "only its text alternative is shown");
            None
        }
    }
}

type Tell<'a> = dyn FnMut(Finding, &str) + 'a;

fn vector(bytes: &[u8], wish: &Wish<'_>, tell: &mut Tell<'_>) -> Result<Picture, String> {
    let clean = svg::clean(bytes)?;
    if !clean.removed.is_empty() {
        let message = format!("`{}` is shown without {}", wish.path, clean.removed.join(", "));
        let finding = Finding::warning(UNSAFE_SVG, message)
            .help("export it without scripts, embedded pages and references to other files");
        tell(finding, "shown here");
    }
    let size = svg::size(&clean.text);
    let text = clean.text.into_bytes();
    // What grows without end or nests too deep is refused for pages as well: it would stop the browser of a reader.
    SvgImage::new(Bytes::new(text.clone())).map_err(|_| "it is no well-formed SVG".to_owned())?;
    let print = wish.print.then(|| (text.clone(), "svg"));
    Ok(Picture { size, cleaned: Some(text), print })
}

fn raster(bytes: &[u8], wish: &Wish<'_>, tell: &mut Tell<'_>) -> Result<Picture, String> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    let format = reader.format().ok_or("its format is not known")?;
    let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_DECODED || pixels == 0 {
        return Err(format!("it has {width} × {height} pixels"));
    }
    if pixels > MAX_PIXELS {
        let message = format!("`{}` has {width} × {height} pixels", wish.path);
        tell(
            Finding::warning(TOO_LARGE, message).help("scale it down; a page has room for about 2000 pixels"),
            "shown here",
        );
    }
    let turned = matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let size = if turned { (height, width) } else { (width, height) };
    let dpi = density(size, wish.width);
    if dpi < COARSE && shown_width(size, wish.width) >= ICON {
        let wanted = shown_width(size, wish.width) / 96.0 * 150.0;
        let message = format!("`{}` is printed with {dpi:.0} dots per inch and looks blurred", wish.path);
        let finding = Finding::new(TOO_COARSE, crate::finding::Level::Note, message)
            .help(format!("use a picture that is at least {wanted:.0} pixels wide, or SVG"));
        tell(finding, "shown here");
    }
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
    Ok(Picture { size: Some(size), cleaned: None, print })
}

/// The width in print, in CSS pixels.
fn shown_width((width, height): (u32, u32), wanted: Option<u32>) -> f64 {
    let width_of_page = PAGE.0.min(PAGE.1 * f64::from(width) / f64::from(height.max(1)));
    f64::from(wanted.unwrap_or(width)).min(width_of_page)
}

/// The dots per inch in print.
fn density(size: (u32, u32), wanted: Option<u32>) -> f64 {
    f64::from(size.0) / (shown_width(size, wanted).max(1.0) / 96.0)
}

/// An image as it is, once Typst was seen to take it.
fn as_it_is(bytes: &[u8], format: ImageFormat) -> Result<(Vec<u8>, &'static str), String> {
    let (exchange, ending) = match format {
        ImageFormat::Png => (ExchangeFormat::Png, "png"),
        ImageFormat::Jpeg => (ExchangeFormat::Jpg, "jpg"),
        ImageFormat::Gif => (ExchangeFormat::Gif, "gif"),
        ImageFormat::WebP => (ExchangeFormat::Webp, "webp"),
        _ => return Err("its format is not one of those that pages can show".to_owned()),
    };
    RasterImage::plain(Bytes::new(bytes.to_vec()), exchange).map_err(|why| why.to_string())?;
    Ok((bytes.to_vec(), ending))
}

/// An image in another size, as JPEG if it was one, else as PNG.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a width that is a u32")]
fn scaled(picture: &DynamicImage, format: ImageFormat, factor: f64) -> Result<(Vec<u8>, &'static str), String> {
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
    written.map(|ending| (out, ending)).map_err(|error| error.to_string())
}
