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
use std::sync::{Mutex, PoisonError};
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
/// Is held while a large image is decoded.
static ONE_LARGE: Mutex<()> = Mutex::new(());

/// An image that can be shown.
pub(super) struct Picture {
    /// Natural width and height in CSS pixels, as seen after turning.
    pub size: Option<(u32, u32)>,
    /// What pages show, if that is not the file as it is.
    pub cleaned: Option<Vec<u8>>,
    /// What PDFs show, and the true ending of its name.
    pub print: Option<(Vec<u8>, String)>,
}

/// What is remembered of an image.
#[derive(Serialize, Deserialize)]
struct Kept {
    size: Option<(u32, u32)>,
    /// The clean text of an SVG.
    cleaned: Option<ByteBuf>,
    /// What was left out of it, for it could run or load something.
    removed: Vec<String>,
    /// What PDFs show, if that is not what pages show: scaled down.
    scaled: Option<ByteBuf>,
    /// The true ending of the name of what PDFs show, if they are made.
    ending: Option<String>,
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
    let place = |finding: Finding, label: &str| match wish.span {
        Some(span) => finding.at(span, label),
        None => finding,
    };
    match kept(bytes, wish, workshop) {
        Ok(Kept { size, cleaned, removed, scaled, ending }) => {
            let shown = || scaled.or_else(|| cleaned.clone()).map_or_else(|| bytes.to_vec(), ByteBuf::into_vec);
            let print = ending.map(|ending| (shown(), ending));
            let picture = Picture { size, cleaned: cleaned.map(ByteBuf::into_vec), print };
            let message = || format!("`{}` is shown without {}", wish.path, removed.join(", "));
            let finding = (!removed.is_empty()).then(|| {
                let help = "export it without scripts, embedded pages and references to other files";
                place(Finding::warning(UNSAFE_SVG, message()).help(help), "shown here")
            });
            (Some(picture), finding)
        }
        Err(why) => {
            let finding = Finding::error(INVALID_IMAGE, format!("`{}` cannot be shown: {why}", wish.path))
                .help("use PNG, JPEG, GIF, WebP or SVG, and check that the file is whole");
            (None, Some(place(finding, "only its text alternative is shown")))
        }
    }
}

/// What was made of an image before, or is made now. To look at its head alone takes less time than to remember it.
fn kept(bytes: &[u8], wish: &Wish<'_>, workshop: &Workshop) -> Result<Kept, String> {
    if image::guess_format(bytes).is_err() {
        let kept: Kept = workshop.remembered(|| Key::of("SVG").with(bytes).key(), || vector(bytes))?;
        return Ok(Kept { ending: kept.ending.filter(|_| wish.print), ..kept });
    }
    if !wish.print {
        return raster(bytes, wish);
    }
    let width = wish.width.map_or(0, |width| u64::from(width) + 1);
    let key = || Key::of("image").with(bytes).with(&width.to_le_bytes()).key();
    workshop.remembered(key, || raster(bytes, wish))
}

fn vector(bytes: &[u8]) -> Result<Kept, String> {
    let clean = svg::clean(bytes)?;
    let size = svg::size(&clean.text);
    let text = clean.text.into_bytes();
    // What grows without end or nests too deep is refused for pages as well: it would stop the browser of a reader.
    SvgImage::new(Bytes::new(text.clone())).map_err(|_| "it is no well-formed SVG".to_owned())?;
    let ending = Some("svg".to_owned());
    Ok(Kept { size, cleaned: Some(text.into()), removed: clean.removed, scaled: None, ending })
}

fn raster(bytes: &[u8], wish: &Wish<'_>) -> Result<Kept, String> {
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
    let as_read = Kept { size: Some(size), cleaned: None, removed: Vec::new(), scaled: None, ending: None };
    if !wish.print {
        return Ok(as_read);
    }
    if dpi <= FINE && !is_cmyk {
        drop(decoder);
        return Ok(Kept { ending: Some(as_it_is(bytes, format)?.to_owned()), ..as_read });
    }
    // Decoded, a large one takes more memory than all else: one at a time.
    let _one = ONE_LARGE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| error.to_string())?;
    picture.apply_orientation(orientation);
    let (scaled, ending) = scaled(&picture, format, (AIM / dpi).min(1.0))?;
    Ok(Kept { scaled: Some(scaled.into()), ending: Some(ending.to_owned()), ..as_read })
}

/// The ending of an image that PDFs show as it is, once Typst was seen to take it.
fn as_it_is(bytes: &[u8], format: ImageFormat) -> Result<&'static str, String> {
    let (exchange, ending) = match format {
        ImageFormat::Png => (ExchangeFormat::Png, "png"),
        ImageFormat::Jpeg => (ExchangeFormat::Jpg, "jpg"),
        ImageFormat::Gif => (ExchangeFormat::Gif, "gif"),
        ImageFormat::WebP => (ExchangeFormat::Webp, "webp"),
        _ => return Err("its format is not one of those that pages can show".to_owned()),
    };
    RasterImage::plain(Bytes::new(bytes.to_vec()), exchange).map_err(|why| why.to_string())?;
    Ok(ending)
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
