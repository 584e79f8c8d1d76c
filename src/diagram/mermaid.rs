//! The only file that knows the crate that draws Mermaid.

use super::{Flaw, palette};
use crate::guard::guarded;
use merman::svg::{SvgPipeline, SvgRenderOptions, sanitize_svg_id};
use merman::time::CivilDate;
use merman::{
    Engine, MermaidConfig, OperationControl, ParseOptions, RenderError, RenderOutput, RenderRequest, Renderer,
    SvgRequest,
};
use serde_json::json;
use std::sync::LazyLock;

/// The font of the labels.
const FONT: &str = "IBM Plex Sans";

/// Draws a diagram as the crate draws it.
pub(super) fn render(source: &str, id: &str) -> Result<String, Flaw> {
    // A diagram that the crate did not foresee must not end the run.
    let drawn = guarded(|| attempt(source, id));
    drawn.unwrap_or_else(|| Err(Flaw { why: "it is more than the renderer can draw".into(), range: None }))
}

/// What draws, with the look of the diagrams; made ready once. The reason if it cannot be.
static RENDERER: LazyLock<Result<Renderer, String>> = LazyLock::new(|| {
    let policy = merman::runtime::RuntimePolicy::deterministic().try_with_fixed_local_offset_minutes(0);
    let policy = policy.map_err(|error| error.to_string())?.with_fixed_today(CivilDate::new(2000, 1, 1));
    let engine = Engine::new().with_site_config(config()).with_runtime_policy(policy);
    Ok(Renderer::new().with_engine(engine).with_parse_options(ParseOptions::strict()))
});

fn attempt(source: &str, id: &str) -> Result<String, Flaw> {
    let renderer = RENDERER.as_ref().map_err(|why| Flaw { why: why.clone(), range: None })?;
    let request = SvgRequest {
        pipeline: Some(SvgPipeline::resvg_safe()),
        options: SvgRenderOptions { diagram_id: Some(sanitize_svg_id(id)), ..SvgRenderOptions::default() },
        ..SvgRequest::default()
    };
    match renderer.render(RenderRequest::svg(source, OperationControl::new(), request)) {
        Ok(RenderOutput::Svg(Some(svg))) => Ok(svg.svg().to_owned()),
        Ok(_) => Err(Flaw { why: "it does not begin with a kind of diagram".into(), range: None }),
        Err(error) => Err(flaw(&error, source)),
    }
}

/// What the crate says about a diagram that it cannot draw.
fn flaw(error: &RenderError, source: &str) -> Flaw {
    let RenderError::Parse(diagnostic) = error else {
        return Flaw { why: one_line(&error.to_string()), range: None };
    };
    let span = diagnostic.terminal_diagnostic_details().span;
    let range = span.map(|span| span.start..span.end).filter(|range| range.end <= source.len());
    Flaw { why: one_line(&diagnostic.terminal_safe_message()), range }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The look of the diagrams.
fn config() -> MermaidConfig {
    let mut variables = palette::variables();
    variables.insert("fontFamily".into(), FONT.into());
    variables.insert("fontSize".into(), "15px".into());
    variables.insert("pieOpacity".into(), "1".into());
    variables.insert("pieSectionTextSize".into(), "15px".into());
    variables.insert("pieLegendTextSize".into(), "15px".into());
    variables.insert("pieTitleTextSize".into(), "17px".into());
    variables.insert("useGradient".into(), false.into());
    variables.insert("dropShadow".into(), "none".into());
    MermaidConfig::from_value(json!({
        "theme": "base",
        "htmlLabels": false,
        "fontFamily": FONT,
        "themeVariables": variables,
        "flowchart": { "htmlLabels": false, "wrappingWidth": 440, "rankSpacing": 34 },
        "class": { "htmlLabels": false },
        "c4": palette::c4(FONT),
        "gantt": { "fontSize": 13, "sectionFontSize": 13, "barHeight": 24, "barGap": 6, "leftPadding": 150, "topPadding": 44 },
    }))
}
