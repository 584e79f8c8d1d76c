//! From the crate's SVG to one that every format can show: styles resolved into attributes, nothing that
//! acts or reaches outside, and a class beside every colour of the palette.

use super::{Drawing, Flaw, palette};
use std::sync::{Arc, LazyLock};
use usvg::{ImageHrefResolver, Options, Tree, WriteOptions, fontdb::Database};

/// The fonts by which lines of text are laid out.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for name in ["IBMPlexSans-Regular", "IBMPlexSans-Italic", "IBMPlexSans-SemiBold", "DejaVuSans"] {
        if let Some(bytes) = crate::theme::built_in(&format!("fonts/{name}.ttf")) {
            fonts.load_font_data(bytes.into_owned());
        }
    }
    fonts.set_sans_serif_family("IBM Plex Sans");
    Arc::new(fonts)
});

/// Finishes a drawing.
pub(super) fn finish(svg: &str, id: &str) -> Result<Drawing, Flaw> {
    let options = Options {
        font_family: "IBM Plex Sans".into(),
        fontdb: Arc::clone(&FONTS),
        // Pictures within a diagram would be read from the disk: they are left out.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| Flaw { why: error.to_string(), range: None })?;
    let write = WriteOptions {
        id_prefix: Some(format!("{id}-")),
        preserve_text: true,
        coordinates_precision: 2,
        transforms_precision: 4,
        indent: usvg::Indent::None,
        attributes_indent: usvg::Indent::None,
        ..WriteOptions::default()
    };
    let size = tree.size().to_int_size();
    Ok(Drawing { svg: tree.to_string(&write), width: size.width(), height: size.height() })
}
