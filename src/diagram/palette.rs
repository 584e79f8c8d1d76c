//! The colours of diagrams: each is a colour of the theme in its light form, and a name under which the
//! style sheet of the pages gives it another form in the dark.

use serde_json::{Map, Value};

/// Name and light form.
pub(super) const COLOURS: [(&str, &str); 16] = [
    ("ink", "#17252c"),
    ("soft-ink", "#4b5f69"),
    ("border", "#8ea2ab"),
    ("grid", "#d5dfe3"),
    ("ground", "#ffffff"),
    ("soft", "#f4f7f8"),
    ("strong", "#e7eef0"),
    ("accent", "#0b6079"),
    ("wash", "#e4f1f4"),
    ("good", "#1a6b3c"),
    ("good-wash", "#e5f3ea"),
    ("fair", "#855000"),
    ("fair-wash", "#fdf1db"),
    ("bad", "#a3261d"),
    ("bad-wash", "#fcebe9"),
    ("other-wash", "#f0ebf8"),
];

/// The name of a colour as it is written in a drawing.
pub(super) fn name(colour: &str) -> Option<&'static str> {
    let colour = match colour {
        "white" => "#ffffff",
        written => written,
    };
    COLOURS.iter().find(|(_, light)| light.eq_ignore_ascii_case(colour)).map(|(name, _)| *name)
}

/// The variables of Mermaid's theme that take each colour.
const VARIABLES: [(&str, &str); 16] = [
    (
        "ink",
        "primaryTextColor secondaryTextColor tertiaryTextColor textColor titleColor nodeTextColor actorTextColor \
         labelTextColor loopTextColor signalTextColor noteTextColor taskTextColor taskTextDarkColor \
         taskTextOutsideColor taskTextLightColor taskTextClickableColor stateLabelColor transitionLabelColor \
         classText pieTitleTextColor pieSectionTextColor pieLegendTextColor errorTextColor commitLabelColor \
         tagLabelColor branchLabelColor scaleLabelColor quadrant1TextFill quadrant2TextFill quadrant3TextFill \
         quadrant4TextFill quadrantPointTextFill quadrantXAxisTextFill quadrantYAxisTextFill quadrantTitleFill \
         requirementTextColor relationLabelColor",
    ),
    (
        "soft-ink",
        "lineColor arrowheadColor defaultLinkColor signalColor transitionColor relationColor specialStateColor \
         quadrantPointFill quadrantInternalBorderStrokeFill quadrantExternalBorderStrokeFill",
    ),
    (
        "border",
        "secondaryBorderColor tertiaryBorderColor clusterBorder actorLineColor border2 flowContainerStroke \
         activationBorderColor doneTaskBorderColor requirementBorderColor tagLabelBorder",
    ),
    ("grid", "gridColor pieStrokeColor pieOuterStrokeColor archEdgeColor"),
    (
        "ground",
        "background sequenceNumberColor altSectionBkgColor rowOdd attributeBackgroundColorOdd gitBranchLabel0 \
         gitBranchLabel1 gitBranchLabel2 gitBranchLabel3 gitBranchLabel4 gitBranchLabel5 gitBranchLabel6 gitBranchLabel7",
    ),
    (
        "soft",
        "tertiaryColor clusterBkg sectionBkgColor compositeBackground altBackground rectBkgColor rowEven \
         attributeBackgroundColorEven excludeBkgColor edgeLabelBackground labelBackgroundColor \
         relationLabelBackground quadrant2Fill quadrant4Fill",
    ),
    ("strong", "secondaryColor activationBkgColor doneTaskBkgColor commitLabelBackground"),
    (
        "accent",
        "primaryBorderColor nodeBorder actorBorder labelBoxBorderColor taskBorderColor activeTaskBorderColor \
         personBorder compositeBorder innerEndBackground border1 vertLineColor git0",
    ),
    (
        "wash",
        "primaryColor mainBkg nodeBkg actorBkg labelBoxBkgColor taskBkgColor stateBkg personBkg \
         compositeTitleBackground requirementBackground sectionBkgColor2 quadrant1Fill pie1 tagLabelBackground \
         cScale0 cScale6 fillType0 fillType6 surface0",
    ),
    ("good", "git2 git6"),
    ("good-wash", "pie3 cScale2 cScale8 fillType2 fillType7 surface2 activeTaskBkgColor"),
    ("fair", "noteBorderColor git1 git5"),
    ("fair-wash", "noteBkgColor pie2 cScale1 cScale7 fillType1 surface1"),
    ("bad", "critBorderColor todayLineColor git3 git7"),
    ("bad-wash", "critBkgColor errorBkgColor pie5 cScale4 cScale10 fillType4 surface4 quadrant3Fill"),
    ("other-wash", "pie4 cScale3 cScale9 fillType3 surface3"),
];

/// The colours of C4 diagrams, whose labels are always of the colour of the ground.
pub(super) fn c4(font: &str) -> Map<String, Value> {
    let mut c4 = Map::new();
    let kinds = ["person", "system", "system_db", "system_queue", "container", "container_db", "container_queue"];
    let parts = ["component", "component_db", "component_queue"];
    for kind in kinds.into_iter().chain(parts) {
        for (name, colour) in [(kind.to_owned(), light("accent")), (format!("external_{kind}"), light("soft-ink"))] {
            c4.insert(format!("{name}_bg_color"), colour.into());
            c4.insert(format!("{name}_border_color"), colour.into());
            c4.insert(format!("{name}FontFamily"), font.into());
        }
    }
    for name in ["boundary", "message"] {
        c4.insert(format!("{name}FontFamily"), font.into());
    }
    c4
}

fn light(name: &str) -> &'static str {
    COLOURS.iter().find(|(known, _)| *known == name).map_or("#000000", |(_, light)| *light)
}

/// The variables of Mermaid's theme.
pub(super) fn variables() -> Map<String, Value> {
    let mut variables = Map::new();
    for (name, keys) in VARIABLES {
        variables.extend(keys.split_whitespace().map(|key| (key.to_owned(), Value::from(light(name)))));
    }
    for index in 0..12 {
        let peer = light(["accent", "fair", "good", "soft-ink", "bad", "border"][index % 6]);
        variables.insert(format!("cScalePeer{index}"), peer.into());
        variables.insert(format!("cScaleInv{index}"), peer.into());
        variables.insert(format!("cScaleLabel{index}"), light("ink").into());
    }
    for index in [5, 11] {
        variables.insert(format!("cScale{index}"), light("strong").into());
    }
    for index in 6..=12 {
        let wash = light(["wash", "fair-wash", "good-wash", "other-wash", "bad-wash", "strong", "soft"][index - 6]);
        variables.insert(format!("pie{index}"), wash.into());
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_has_a_colour_of_the_palette() {
        let variables = variables();
        assert!(variables.len() > 100);
        assert!(variables.values().all(|colour| colour.as_str().is_some_and(|colour| name(colour).is_some())));
    }

    #[test]
    fn colours_are_known_by_their_names() {
        assert_eq!(name("#0B6079"), Some("accent"));
        assert_eq!(name("white"), Some("ground"));
        assert_eq!(name("#123456"), None);
    }
}
