//! A time zone as calendars describe it (RFC 5545, section 3.6.5): each change of the clocks between two
//! moments, as the zone has it. Rules are not guessed: what is listed is what holds.

use super::cards::{Lines, compact};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Dst, Offset, TimeZone};

/// A time zone with its name in the IANA database.
pub(super) struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of a name, unless there is none or it is nothing but UTC.
    pub(super) fn new(name: &str) -> Option<Self> {
        let zone = TimeZone::get(name).ok().filter(|_| name != "UTC")?;
        Some(Self { name: name.to_owned(), zone })
    }

    /// The moment of a time in the zone; a time that the clocks leave out is moved behind the gap.
    pub(super) fn moment(&self, at: DateTime) -> Option<Timestamp> {
        self.zone.to_timestamp(at).ok()
    }

    /// A property with a moment, as the clocks of the zone show it.
    pub(super) fn put(&self, property: &str, at: Timestamp, lines: &mut Lines) {
        lines.put(&format!("{property};TZID={}:{}", self.name, local(self.zone.to_datetime(at))));
    }

    /// Describes the zone from one moment to another.
    pub(super) fn describe(&self, from: Timestamp, until: Timestamp, lines: &mut Lines) {
        lines.put("BEGIN:VTIMEZONE");
        lines.put(&format!("TZID:{}", self.name));
        // What holds at the beginning began with the last change before it.
        let begun = self.zone.preceding(from).next();
        if begun.is_none() {
            let info = self.zone.to_offset_info(from);
            let change = Change { at: Timestamp::UNIX_EPOCH, before: info.offset(), after: info.offset() };
            change.put(info.abbreviation(), info.dst(), lines);
        }
        let later = self.zone.following(from).take_while(|change| change.timestamp() <= until);
        for change in begun.into_iter().chain(later) {
            let at = change.timestamp();
            let before = self.zone.to_offset(at.saturating_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(at));
            Change { at, before, after: change.offset() }.put(change.abbreviation(), change.dst(), lines);
        }
        lines.put("END:VTIMEZONE");
    }
}

/// A change of the clocks.
struct Change {
    at: Timestamp,
    before: Offset,
    after: Offset,
}

impl Change {
    fn put(&self, name: &str, season: Dst, lines: &mut Lines) {
        let kind = if season.is_dst() { "DAYLIGHT" } else { "STANDARD" };
        lines.put(&format!("BEGIN:{kind}"));
        // The time at which it happens, on the clocks that have not changed yet.
        lines.put(&format!("DTSTART:{}", local(self.before.to_datetime(self.at))));
        lines.put(&format!("TZOFFSETFROM:{}", offset(self.before)));
        lines.put(&format!("TZOFFSETTO:{}", offset(self.after)));
        lines.text("TZNAME", name);
        lines.put(&format!("END:{kind}"));
    }
}

/// A time without its zone.
fn local(at: DateTime) -> String {
    format!("{}T{:02}{:02}{:02}", compact(at.date()), at.hour(), at.minute(), at.second())
}

/// A distance from UTC: `+0100`.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, all) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn described(name: &str, from: DateTime, until: DateTime) -> String {
        let zone = Zone::new(name).expect("a zone");
        let mut lines = Lines::default();
        let moment = |at| zone.moment(at).expect("a moment");
        zone.describe(moment(from), moment(until), &mut lines);
        String::from_utf8(lines.into_bytes()).expect("UTF-8").replace("\r\n", "\n")
    }

    #[test]
    fn what_holds_at_the_beginning_and_each_change_are_listed() {
        let text = described("Europe/Stockholm", date(2026, 11, 17).at(9, 0, 0, 0), date(2027, 5, 1).at(0, 0, 0, 0));
        let changes: Vec<_> =
            text.lines().filter(|line| line.starts_with("DTSTART") || line.starts_with("TZNAME")).collect();
        assert_eq!(changes, ["DTSTART:20261025T030000", "TZNAME:CET", "DTSTART:20270328T020000", "TZNAME:CEST"]);
        assert!(
            text.contains("BEGIN:DAYLIGHT\nDTSTART:20270328T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200"),
            "{text}"
        );
    }

    #[test]
    fn a_zone_whose_clocks_never_change_is_described_too() {
        let text = described("Etc/GMT+3", date(2026, 1, 1).at(0, 0, 0, 0), date(2027, 1, 1).at(0, 0, 0, 0));
        assert!(text.contains("BEGIN:STANDARD") && text.contains("TZOFFSETTO:-0300"), "{text}");
        assert!(Zone::new("UTC").is_none() && Zone::new("Nowhere/Here").is_none());
    }

    #[test]
    fn offsets_have_hours_minutes_and_seconds_only_if_they_have_any() {
        let text = |seconds| offset(Offset::from_seconds(seconds).expect("an offset"));
        assert_eq!([text(3600), text(-12_600), text(20_700), text(-1)], ["+0100", "-0330", "+0545", "-000001"]);
    }
}
