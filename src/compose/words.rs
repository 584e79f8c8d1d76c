//! The filters that write dates, numbers and lengths of time as the language of the project does.

use crate::model::template::Words;
use std::fmt::Write as _;
use tera::{Kwargs, State, Tera};

/// Adds the filters.
pub(super) fn register(tera: &mut Tera, words: &Words) {
    let own = words.clone();
    // `{{ release.date | date }}`: the date as the language writes it.
    tera.register_filter("date", move |date: &str, _: Kwargs, _: &State<'_>| {
        date.parse().map_or_else(|_| date.to_owned(), |date| own.date(date))
    });
    let own = words.clone();
    // `{{ 1234.5 | number }}`: with the decimal mark of the language.
    tera.register_filter("number", move |number: f64, _: Kwargs, _: &State<'_>| own.number(number));
    let own = words.clone();
    // `{{ 99.9 | percent }}`: `99.9%`, `99,9 %`.
    tera.register_filter("percent", move |share: f64, _: Kwargs, _: &State<'_>| own.percent(share));
    let own = words.clone();
    // `{{ tier.response | duration }}`: `2–5 d`, `2–5 Tage`.
    tera.register_filter("duration", move |written: &str, _: Kwargs, _: &State<'_>| own.duration(written));
    let own = words.clone();
    // `{{ channel.kind | label(of="channel") | inside }}`: a word within a sentence, in small letters where
    // the language writes it so.
    tera.register_filter("inside", move |word: &str, _: Kwargs, _: &State<'_>| own.inside(word));
    let own = words.clone();
    // `{{ 99.9 | downtime(hours=720) }}`: how long a promised availability lets something be down.
    tera.register_filter("downtime", move |share: f64, kwargs: Kwargs, _: &State<'_>| -> tera::TeraResult<String> {
        Ok(downtime(share, kwargs.must_get::<f64>("hours")?, &own))
    });
}

/// The part of some hours in which a service with an availability of `share` percent may be down.
fn downtime(share: f64, hours: f64, words: &Words) -> String {
    // Whole seconds, far below the limit of what f64 counts exactly.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100 percent of at most a year")]
    let seconds = ((100.0 - share.clamp(0.0, 100.0)) / 100.0 * hours * 3600.0).round() as u64;
    let (days, hours, minutes, seconds) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")];
    let mut out = String::new();
    for (amount, unit) in parts.iter().filter(|(amount, _)| *amount > 0).take(2) {
        let _ = write!(out, "{}{}", if out.is_empty() { "" } else { " " }, words.time(&amount.to_string(), unit));
    }
    if out.is_empty() { words.time("0", "s") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downtime_is_told_in_two_units() {
        let words = Words::default();
        assert_eq!(downtime(99.9, 8766.0, &words), "8\u{a0}h 45\u{a0}min");
        assert_eq!(downtime(100.0, 24.0, &words), "0\u{a0}s");
        assert_eq!(downtime(50.0, 72.0, &words), "1\u{a0}d 12\u{a0}h");
        let words = [("unit_d_one", "Tag")];
        let words = Words::new(words.map(|(key, word)| (key.to_owned(), word.to_owned())).into());
        assert_eq!(downtime(50.0, 72.0, &words), "1\u{a0}Tag 12\u{a0}h");
    }
}
