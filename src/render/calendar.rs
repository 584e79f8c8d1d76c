//! `sessions.ics`: every date of the delivery as an iCalendar file (RFC 5545).
//!
//! Times are those of the project's time zone, which is described in the file; what takes a whole day is a
//! date. Nothing depends on the clock: the stamp of an event is the date of the release.

use super::cards::{Lines, compact, uid};
use super::zone::Zone;
use crate::model::measure::Moment;
use crate::model::node::Located;
use crate::model::project::{
    AgendaPoint, Certificate, Frequency, KeyEntry, MaintenanceTask, MaintenanceWindow, PeriodicReview, Project,
    RolloutStage, Session,
};
use crate::model::template::Words;
use crate::model::value::ContactRef;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The calendar of a project.
pub(super) fn write(project: &Project, words: &Words) -> Vec<u8> {
    let zone = project.project.time_zone.as_ref().and_then(|zone| Zone::new(zone.as_str()));
    let mut calendar = Calendar { project, words, zone, lines: Lines::default() };
    calendar.lines.put("BEGIN:VCALENDAR");
    calendar.lines.put("VERSION:2.0");
    calendar.lines.text("PRODID", "-//handoff//delivery calendar//EN");
    calendar.lines.put("CALSCALE:GREGORIAN");
    calendar.lines.text("X-WR-CALNAME", project.project.name.as_str());
    calendar.events();
    calendar.lines.put("END:VCALENDAR");
    calendar.lines.into_bytes()
}

/// When an event is.
enum When {
    /// From a day to a day, both included.
    Days(Date, Date),
    /// From a time of day on, for some minutes.
    Time(DateTime, i64),
}

/// An entry of the calendar.
struct Event<'a> {
    /// What kind it is and which one: makes the identifier.
    id: [&'a str; 2],
    when: When,
    summary: String,
    place: Option<&'a str>,
    /// Lines of the description.
    description: Vec<String>,
    repeats: Option<Frequency>,
    /// How many days before it one is reminded.
    remind: Option<i32>,
}

struct Calendar<'a> {
    project: &'a Project,
    words: &'a Words,
    zone: Option<Zone>,
    lines: Lines,
}

impl<'a> Calendar<'a> {
    fn events(&mut self) {
        let project = self.project;
        let mut events: Vec<Event<'a>> = Vec::new();
        events.extend(project.transfer.iter().flat_map(|transfer| &transfer.sessions).map(|one| self.session(one)));
        events.extend(project.rollout.iter().flat_map(|rollout| &rollout.stages).map(|one| self.stage(one)));
        if let Some(maintenance) = &project.maintenance {
            events.extend(maintenance.windows.iter().map(|one| self.window(one)));
            events.extend(maintenance.tasks.iter().map(|one| self.task(one)));
            events.extend(maintenance.certificates.iter().map(|one| self.certificate(one)));
            events.extend(maintenance.reviews.iter().map(|one| self.review(one)));
        }
        events.extend(project.access.iter().flat_map(|access| &access.keys).map(|one| self.key(one)));
        events.extend(self.sign_off());
        events.extend(self.warranty());
        self.describe_zone(&events);
        for event in events {
            self.put(&event);
        }
    }

    /// Describes the time zone for all times that there are.
    fn describe_zone(&mut self, events: &[Event<'a>]) {
        let times = || {
            events.iter().filter_map(|event| match event.when {
                When::Time(start, minutes) => Some(self.span(start, minutes)),
                When::Days(..) => None,
            })
        };
        let (first, last) = (times().map(|span| span.0).min(), times().map(|span| span.1).max());
        if let (Some(zone), Some(first), Some(last)) = (&self.zone, first, last) {
            zone.describe(first, last, &mut self.lines);
        }
    }

    fn session(&self, session: &'a Session) -> Event<'a> {
        let mut description = vec![self.line("lead", &self.name(&session.lead)), self.people(&session.attendees)];
        description.extend(session.materials.iter().map(|text| self.line("bring", text.as_str())));
        let time = |point: &AgendaPoint| self.words.time(&point.minutes.0.to_string(), "min");
        description.extend(session.agenda.iter().map(|point| format!("{}: {}", time(point), point.topic)));
        let start = session.date.0.to_datetime(session.start.0);
        Event {
            place: Some(session.place.as_str()),
            description,
            ..event(
                "session",
                session.id.as_str(),
                When::Time(start, minutes(session.length.value)),
                session.title.as_str(),
            )
        }
    }

    fn stage(&self, stage: &'a RolloutStage) -> Event<'a> {
        let name = self.words.get(&format!("stage_{}", stage.id.as_str())).to_owned();
        let mut description =
            vec![self.line("audience", stage.audience.as_str()), self.line("owner", &self.name(&stage.owner))];
        description.extend(stage.go.iter().map(|text| self.line("go", text.as_str())));
        let until = stage.ends.as_ref().map_or(stage.starts.0, |ends| ends.0);
        Event {
            description,
            ..event("stage", stage.id.as_str(), When::Days(stage.starts.0, until), &self.line("stage", &name))
        }
    }

    fn window(&self, window: &'a MaintenanceWindow) -> Event<'a> {
        let mut description = vec![window.why.to_string(), self.line("owner", &self.name(&window.owner))];
        description.extend(window.unavailable.iter().map(|text| self.line("unavailable", text.as_str())));
        description.extend(window.available.iter().map(|text| self.line("available", text.as_str())));
        let Moment(start) = window.start.value;
        let when = When::Time(start, minutes(window.length.value));
        let summary = self.line("window", window.what.as_str());
        Event { description, ..event("window", window.id.as_str(), when, &summary) }
    }

    fn task(&self, task: &'a MaintenanceTask) -> Event<'a> {
        let when = When::Days(task.next.0, task.next.0);
        let description = vec![self.line("owner", &self.name(&task.owner))];
        let repeats = Some(task.frequency.value);
        Event { description, repeats, ..event("task", task.task.as_str(), when, task.task.as_str()) }
    }

    fn certificate(&self, certificate: &'a Certificate) -> Event<'a> {
        let when = When::Days(certificate.expires.0, certificate.expires.0);
        let description = vec![
            self.line("issuer", certificate.issuer.as_str()),
            self.line("renewal", certificate.renewal.as_str()),
            self.line("owner", &self.name(&certificate.owner)),
        ];
        let summary = self.line("certificate", certificate.name.as_str());
        Event { description, remind: Some(30), ..event("certificate", certificate.name.as_str(), when, &summary) }
    }

    fn key(&self, key: &'a KeyEntry) -> Event<'a> {
        let when = When::Days(key.rotate_by.0, key.rotate_by.0);
        let description = vec![self.line("opens", key.service.as_str()), self.line("owner", &self.name(&key.owner))];
        let summary = self.line("key", key.name.as_str());
        Event { description, remind: Some(14), ..event("key", key.name.as_str(), when, &summary) }
    }

    fn review(&self, review: &'a PeriodicReview) -> Event<'a> {
        let when = When::Days(review.date.0, review.date.0);
        let description = vec![self.line("owner", &self.name(&review.owner)), self.people(&review.attendees)];
        let repeats = review.frequency.as_ref().map(|frequency| frequency.value);
        Event { description, repeats, ..event("review", review.id.as_str(), when, review.title.as_str()) }
    }

    fn sign_off(&self) -> Option<Event<'a>> {
        let plan = self.project.sign_off.as_ref()?;
        let when = When::Days(plan.due.0, plan.due.0);
        let description = vec![self.line("returned_to", &self.name(&plan.return_to)), self.people(&plan.signatories)];
        Some(Event {
            description,
            remind: Some(7),
            ..event("sign-off", "due", when, self.words.get("calendar_sign_off"))
        })
    }

    fn warranty(&self) -> Option<Event<'a>> {
        let warranty = self.project.support.as_ref()?.warranty.as_ref()?;
        let when = When::Days(warranty.until.0, warranty.until.0);
        let description = warranty.afterwards.iter().map(ToString::to_string).collect();
        Some(Event {
            description,
            remind: Some(30),
            ..event("warranty", "until", when, self.words.get("calendar_warranty"))
        })
    }

    fn name(&self, contact: &Located<ContactRef>) -> String {
        let person = self.project.contacts.iter().find(|person| person.id.as_str() == contact.as_str());
        person.map_or(contact.as_str(), |person| person.name.as_str()).to_owned()
    }

    /// Names, one after the other; empty if there are none.
    fn people(&self, contacts: &[Located<ContactRef>]) -> String {
        let names: Vec<_> = contacts.iter().map(|contact| self.name(contact)).collect();
        if names.is_empty() { String::new() } else { self.line("with", &names.join(", ")) }
    }

    /// A word of the language, and what it is about.
    fn line(&self, word: &str, about: &str) -> String {
        format!("{}: {about}", self.words.get(&format!("calendar_{word}")))
    }

    fn put(&mut self, event: &Event<'a>) {
        let project = self.project;
        let [kind, name] = event.id;
        self.lines.put("BEGIN:VEVENT");
        self.lines.put(&format!("UID:{}", uid(&[kind, project.project.id.as_str(), name])));
        self.lines.put(&format!("DTSTAMP:{}T000000Z", compact(project.release.date.0)));
        self.when(&event.when);
        if let Some(frequency) = event.repeats {
            self.lines.put(&format!("RRULE:{}", rule(frequency)));
        }
        self.lines.text("SUMMARY", &format!("{}: {}", project.project.name, event.summary));
        if let Some(place) = event.place {
            self.lines.text("LOCATION", place);
        }
        let lines: Vec<_> = event.description.iter().filter(|line| !line.is_empty()).map(String::as_str).collect();
        if !lines.is_empty() {
            self.lines.text("DESCRIPTION", &lines.join("\n"));
        }
        self.lines.text("CATEGORIES", kind);
        // A date that is only to be known makes nobody busy.
        let busy = matches!(event.when, When::Time(..));
        self.lines.put(if busy { "TRANSP:OPAQUE" } else { "TRANSP:TRANSPARENT" });
        if let Some(days) = event.remind {
            self.lines.put("BEGIN:VALARM");
            self.lines.put("ACTION:DISPLAY");
            self.lines.text("DESCRIPTION", &event.summary);
            self.lines.put(&format!("TRIGGER:-P{days}D"));
            self.lines.put("END:VALARM");
        }
        self.lines.put("END:VEVENT");
    }

    fn when(&mut self, when: &When) {
        match when {
            When::Days(from, until) => {
                // The end is the first day that no longer belongs to it.
                let behind = until.max(from).saturating_add(1.day());
                self.lines.put(&format!("DTSTART;VALUE=DATE:{}", compact(*from)));
                self.lines.put(&format!("DTEND;VALUE=DATE:{}", compact(behind)));
            }
            When::Time(start, minutes) => {
                let (start, end) = self.span(*start, *minutes);
                for (property, at) in [("DTSTART", start), ("DTEND", end)] {
                    match &self.zone {
                        Some(zone) => zone.put(property, at, &mut self.lines),
                        None => self.lines.put(&format!("{property}:{}", stamp(TimeZone::UTC.to_datetime(at)))),
                    }
                }
            }
        }
    }

    /// The moments at which something begins and ends.
    fn span(&self, start: DateTime, minutes: i64) -> (Timestamp, Timestamp) {
        let in_utc = || TimeZone::UTC.to_timestamp(start).unwrap_or(Timestamp::MAX);
        let begin = self.zone.as_ref().and_then(|zone| zone.moment(start)).unwrap_or_else(in_utc);
        (begin, begin.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(begin))
    }
}

/// An event with nothing but what every one has.
fn event<'a>(kind: &'a str, name: &'a str, when: When, summary: &str) -> Event<'a> {
    let summary = summary.to_owned();
    Event { id: [kind, name], when, summary, place: None, description: Vec::new(), repeats: None, remind: None }
}

fn minutes(length: crate::model::value::Duration) -> i64 {
    i64::from(length.minutes)
}

fn stamp(at: DateTime) -> String {
    format!("{}T{:02}{:02}{:02}Z", compact(at.date()), at.hour(), at.minute(), at.second())
}

fn rule(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Daily => "FREQ=DAILY",
        Frequency::Weekly => "FREQ=WEEKLY",
        Frequency::Monthly => "FREQ=MONTHLY",
        Frequency::Quarterly => "FREQ=MONTHLY;INTERVAL=3",
        Frequency::Yearly => "FREQ=YEARLY",
    }
}
