//! `image-too-coarse`: images that look blurred in print.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::picture::{Shown, density, printed_width, shown};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "image-too-coarse",
    level: Level::Note,
    summary: "an image looks blurred in print",
    run: Run::Project(look),
};

/// An image with fewer dots per inch looks blurred.
const COARSE: f64 = 100.0;
/// The dots per inch that are asked for.
const WANTED: f64 = 150.0;
/// Smaller images are icons, which may be as coarse as they like; in CSS pixels.
const ICON: f64 = 240.0;

fn look(view: &View<'_>) -> Vec<Finding> {
    let pixels = |path: &str| view.loaded.facts.get(path)?.pixels;
    let images = shown(view.dossier.delivered());
    images.iter().filter_map(|(path, shown)| blurred(path, pixels(path)?, *shown)).collect()
}

/// A finding about an image of a size in pixels, if it looks blurred.
fn blurred(path: &str, size: (u32, u32), shown: Shown) -> Option<Finding> {
    let (dpi, width) = (density(size, shown.width), printed_width(size, shown.width));
    if dpi >= COARSE || width < ICON {
        return None;
    }
    let message = format!("`{path}` is printed with {dpi:.0} dots per inch and looks blurred");
    let finding = Finding::new(RULE.slug, RULE.level, message)
        .help(format!("use a picture that is at least {:.0} pixels wide, or SVG", width / 96.0 * WANTED));
    Some(match shown.span {
        Some(span) => finding.at(span, "shown here"),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::blurred;
    use crate::model::picture::Shown;

    fn is_blurred(size: (u32, u32), width: Option<u32>) -> bool {
        blurred("docs/x.png", size, Shown { span: None, width }).is_some()
    }

    #[test]
    fn only_large_images_with_few_pixels_look_blurred() {
        assert!(is_blurred((420, 200), None));
        assert!(is_blurred((200, 100), Some(600)));
        assert!(!is_blurred((1260, 600), None));
        assert!(!is_blurred((420, 200), Some(200)), "shown small enough");
        assert!(!is_blurred((32, 32), None), "an icon");
    }
}
