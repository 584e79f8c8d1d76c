//! `image-too-large`: images that make the bundle heavy.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::picture::{FileFacts, shown};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "image-too-large",
    level: Level::Warning,
    summary: "an image has far more bytes or pixels than it needs",
    run: Run::Project(look),
};

/// The most bytes that an image should have.
const MAX_BYTES: u64 = 4 << 20;
/// The most pixels that an image should have.
const MAX_PIXELS: u64 = 40_000_000;

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, shown) in shown(view.dossier.delivered()) {
        let Some(finding) = view.loaded.facts.get(&path).and_then(|facts| heavy(&path, *facts)) else { continue };
        findings.push(match shown.span {
            Some(span) => finding.at(span, "shown here"),
            None => finding,
        });
    }
    findings
}

/// A finding about an image, if it is heavy.
fn heavy(path: &str, facts: FileFacts) -> Option<Finding> {
    let (width, height) = facts.pixels.unwrap_or_default();
    let (message, help) = if facts.bytes > MAX_BYTES {
        let tenths = facts.bytes / 100_000;
        let message = format!("`{path}` has {}.{} MB", tenths / 10, tenths % 10);
        (message, "scale it down, or save it as JPEG or WebP")
    } else if u64::from(width) * u64::from(height) > MAX_PIXELS {
        let message = format!("`{path}` has {width} × {height} pixels");
        (message, "scale it down; a page has room for about 2000 pixels")
    } else {
        return None;
    };
    Some(Finding::warning(RULE.slug, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::heavy;
    use crate::check::testing::Case;
    use crate::model::picture::FileFacts;
    use crate::model::text::Target;

    #[test]
    fn many_bytes_or_pixels_are_heavy() {
        let told = |bytes, pixels| heavy("docs/x.png", FileFacts { bytes, pixels }).map(|finding| finding.message);
        assert_eq!(told(5_200_000, Some((100, 100))).as_deref(), Some("`docs/x.png` has 5.2 MB"));
        assert_eq!(told(1000, Some((8000, 6000))).as_deref(), Some("`docs/x.png` has 8000 × 6000 pixels"));
        assert_eq!(told(1000, Some((2000, 1500))), None);
        assert_eq!(told(1000, None), None);
    }

    #[test]
    fn it_is_found_once_where_the_image_is_shown_first() {
        let mut case = Case::new();
        let target = || Target::File("docs/x.png".into());
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").figure("Map", target()).figure("Again", target()));
        case.loaded.facts.insert("docs/x.png".into(), FileFacts { bytes: 5 << 20, pixels: None });
        case.loaded.facts.insert("docs/unused.png".into(), FileFacts { bytes: 5 << 20, pixels: None });
        let findings = case.found("image-too-large");
        assert_eq!(findings.len(), 1);
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 3, 1)));
    }
}
