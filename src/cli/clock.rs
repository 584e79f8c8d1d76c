//! The clock: asked here, once per command, and passed on as data.

use crate::error::{Error, Result};
use crate::model::project::Project;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The variable that stands for the clock where builds are to be repeated: seconds since 1970.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// The day and time of day in the project's time zone, in UTC if it names none.
pub(super) fn now(project: Option<&Project>) -> DateTime {
    let zone = project.and_then(|project| project.project.time_zone.as_ref());
    let zone = zone.and_then(|zone| TimeZone::get(zone.as_str()).ok()).unwrap_or(TimeZone::UTC);
    zone.to_datetime(instant())
}

/// This instant, or the one that stands for it in the environment.
#[expect(clippy::disallowed_methods, reason = "the one place where the clock is asked")]
pub(super) fn instant() -> jiff::Timestamp {
    epoch().ok().flatten().unwrap_or_else(jiff::Timestamp::now)
}

/// Whether what stands for the clock in the environment, if anything does, can be read.
///
/// # Errors
/// If it cannot.
pub(super) fn check() -> Result<()> {
    epoch().map(|_| ())
}

#[expect(clippy::disallowed_methods, reason = "the environment may stand for the clock")]
fn epoch() -> Result<Option<jiff::Timestamp>> {
    let Some(text) = std::env::var_os(EPOCH).filter(|text| !text.is_empty()) else { return Ok(None) };
    let text = text.to_string_lossy();
    let instant = text.parse().ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    instant.map(Some).ok_or_else(|| {
        Error::new(format!("{EPOCH} cannot be read"))
            .why(format!("`{text}` is no number of seconds since 1970"))
            .help("set it to a whole number, such as `git log -1 --format=%ct` prints, or unset it")
    })
}

/// The moment at which signatures are judged: noon of the day that was asked for, else now.
#[expect(clippy::disallowed_methods, reason = "the one place where the clock is asked")]
pub(super) fn judged_at(asked: Option<Date>) -> jiff::Timestamp {
    let noon = asked.and_then(|day| TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).ok());
    noon.unwrap_or_else(jiff::Timestamp::now)
}

/// The present time in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the one place where the clock is asked")]
pub(super) fn seconds() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// The day that was asked for, else today.
pub(super) fn today(asked: Option<Date>, project: Option<&Project>) -> Date {
    asked.unwrap_or_else(|| now(project).date())
}

/// Parses the day of an option.
pub(super) fn parse(text: &str) -> std::result::Result<Date, String> {
    use crate::model::node::Scalar;
    crate::model::value::Date::parse(text).map(|date| date.0)
}

/// The project, or why a command cannot go on without it.
pub(super) fn readable(project: Option<&Project>) -> Result<&Project> {
    project.ok_or_else(|| {
        Error::new("handoff.yaml cannot be read").help("`handoff check` tells what is wrong with it; mend that first")
    })
}
