//! What a browser gets for an address.

use crate::hash::sha256;
use std::sync::Arc;

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// The status code.
    pub status: u16,
    /// The media type.
    pub kind: &'static str,
    /// The content.
    pub body: Arc<[u8]>,
    /// Differs wherever the content differs.
    pub tag: String,
}

impl Answer {
    /// Some content; the media type is that of the ending of `path`.
    pub(super) fn file(path: &str, body: Vec<u8>) -> Self {
        Self { status: 200, kind: media_type(path), tag: tag(&body), body: body.into() }
    }

    /// A page with its bar, whose tag it has.
    pub(super) fn page(status: u16, html: String) -> Self {
        let tag = super::frame::own_tag(&html).map_or_else(|| tag(html.as_bytes()), str::to_owned);
        Self { status, kind: media_type("html"), tag, body: html.into_bytes().into() }
    }
}

/// A short name of some content.
pub(super) fn tag(content: &[u8]) -> String {
    sha256(content)[..24].to_owned()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "md" | "txt" | "yaml" | "yml" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "vcf" => "text/vcard; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        _ => "application/octet-stream",
    }
}
