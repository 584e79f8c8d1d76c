//! Where a delivery stands, as one page for internal use. It is never part of a bundle.

use crate::error::{Error, Result};
use crate::model::loaded::Loaded;
use crate::model::report::Tally;
use crate::model::status::Standing;
use crate::theme::Theme;
use serde_json::{Value, json};
use tera::{Context, Kwargs, State, Tera};

/// The template of the page.
const PAGE: &str = "internal/status.html";

/// The page, which needs no other file.
///
/// # Errors
/// If the template of the theme cannot be used.
pub fn page(standing: &Standing, loaded: &Loaded, theme: &Theme) -> Result<String> {
    let failure = |error: &tera::Error| {
        Error::new(format!("the template cannot be used: {PAGE}"))
            .why(error.to_string())
            .help("mend the template in `theme/`, or remove it to use the built-in one")
    };
    let mut tera = Tera::new();
    let words = loaded.words.clone();
    tera.register_filter("date", move |date: &str, _: Kwargs, _: &State<'_>| {
        date.parse().map_or_else(|_| date.to_owned(), |date| words.date(date))
    });
    let words = loaded.words.clone();
    tera.register_filter("stage", move |stage: &str, _: Kwargs, _: &State<'_>| {
        words.get(&format!("stage_{stage}")).to_owned()
    });
    let template = theme.text(PAGE).ok_or_else(|| Error::new(format!("there is no template {PAGE}")))?;
    tera.add_raw_templates(vec![(PAGE.to_owned(), template)]).map_err(|error| failure(&error))?;
    let context = Context::from_serialize(&facts(standing, loaded)).map_err(|error| failure(&error))?;
    tera.render(PAGE, &context).map_err(|error| failure(&error))
}

/// What the template sees: the status, and numbers that it would have to work out.
fn facts(standing: &Standing, loaded: &Loaded) -> Value {
    let mut facts = serde_json::to_value(standing).unwrap_or_default();
    let language = loaded.project.as_ref().and_then(|project| project.project.language.as_ref());
    let bar = |name: &str, tally: &Tally| {
        json!({
            "name": name,
            "percent": tally.percent(),
            "due": tally.due(),
            "done": tally.met + tally.waived,
            "lacking": tally.missing + tally.partial,
            "later": tally.not_due,
        })
    };
    let bars = |shares: &[crate::model::status::Share]| -> Vec<Value> {
        shares.iter().map(|share| bar(&share.name, &share.tally)).collect()
    };
    let more = json!({
        "language": language.map_or("en", |language| language.as_str()),
        "direction": loaded.words.get("direction"),
        "all": standing.coverage.as_ref().map(|tally| bar("All", tally)),
        "group_bars": bars(&standing.groups),
        "owner_bars": bars(&standing.owners),
        "open_gates": standing.open_gates().collect::<Vec<_>>(),
        "overruled": standing.gates.iter().filter(|gate| gate.overruled.is_some()).collect::<Vec<_>>(),
    });
    if let (Value::Object(facts), Value::Object(more)) = (&mut facts, more) {
        facts.extend(more);
    }
    facts
}
