//! The project file that says what was found: every line with what it rests on.

use super::{Confidence, Service, Source, Survey};
use jiff::civil::Date;
use std::fmt::Write;

/// What nobody can find in a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// The name of the supplier.
    pub supplier: Option<String>,
    /// The name of the client.
    pub client: Option<String>,
    /// Who answers for the delivery.
    pub manager: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
}

/// Where the file will stand.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The id of the project, if nothing better is found.
    pub id: &'a str,
    /// What leads from the folder of the file to the root of the repository: empty, `../`, …
    pub up: &'a str,
    /// The day.
    pub today: Date,
}

/// The text of the project file.
#[must_use]
pub fn project_file(survey: &Survey, answers: &Answers, place: Place<'_>) -> String {
    let mut out = Page { text: String::new(), up: place.up };
    out.text.push_str(HEAD);
    out.about(survey, place);
    out.release(survey, place);
    out.parties(answers);
    out.contacts(survey, answers);
    out.environments(survey);
    out.sources(survey);
    out.sections(survey);
    out.alerts(survey);
    out.variables(survey);
    out.text.push_str(REST);
    out.text
}

const HEAD: &str = "\
# The project file of one delivery, written by `handoff init --from` from what is in this repository.
#
# Each line says what it rests on, and how sure that is: “sure” by a name or a form, “likely” by some words,
# “guess” otherwise; guesses are commented out. What stands in [brackets] nobody could find: the check shows
# each of them until it is filled in. Nothing was copied: documents are read from where they are.

handoff: 1
";

const REST: &str = "
# What else a delivery has, and no repository tells. `handoff explain KIND` says what a document asks for,
# and the reference of the project file in the book has every key.
#
# support:      hours, severities, tiers, escalation, channels: the SLA and the support plan
# monitoring:   tools, dashboards, alerts, objectives
# access:       roles, accounts, keys
# rollout:      stages with dates, measures, rollback, communication, risks
# transfer:     the sessions in which knowledge is handed over
# maintenance:  what is to be done regularly, and by whom
# deliverables: what is handed over, for the acceptance
# metrics:      by what success is measured
# sign_off:     who accepts, and by when
";

/// The file as far as it is written.
struct Page<'a> {
    text: String,
    up: &'a str,
}

impl Page<'_> {
    /// Writes a line at some depth.
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.text, "{:indent$}{text}", "", indent = depth * 2);
    }

    /// Writes a comment at some depth, in lines that are not too long.
    fn say(&mut self, depth: usize, text: &str) {
        let mut line = String::from("#");
        for word in text.split_whitespace() {
            if line.len() + word.len() > 104 - depth * 2 {
                self.line(depth, &line);
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(depth, &line);
    }

    /// Writes a value with where it comes from, or a blank.
    fn fact(&mut self, key: &str, found: Option<&(String, String)>, blank: &str) {
        match found {
            Some((value, path)) => {
                self.say(1, &format!("From {path}."));
                self.line(1, &format!("{key}: {}", quoted(value)));
            }
            None => self.line(1, &format!("{key}: {}", quoted(&format!("[{blank}]")))),
        }
    }

    fn about(&mut self, survey: &Survey, place: Place<'_>) {
        let identity = &survey.identity;
        self.text.push_str("\nproject:\n");
        self.say(1, "Names the files of the bundle.");
        self.line(1, &format!("id: {}", place.id));
        self.fact("name", identity.name.as_ref(), "Enter the name of the product");
        self.fact("summary", identity.summary.as_ref(), "Enter in a sentence what the product does and for whom");
        self.say(1, "The language of the documents.");
        self.line(1, "language: en");
        self.say(1, "The zone of all dates and times, by its IANA name: UTC if there is none.");
        self.line(1, "# time_zone: Europe/Berlin");
        if identity.repository.is_some() {
            self.fact("repository", identity.repository.as_ref(), "");
        }
        for part in &survey.parts {
            self.say(1, &format!("Built with {}: {} ({}).", part.stack, part.name, part.path));
        }
        self.say(1, "What applies; each word switches documents of the checklist on. Others are videos, requirements, compliance, ...");
        let traits = survey.traits();
        if traits.is_empty() {
            self.line(1, "traits: []");
        } else {
            self.line(1, "traits:");
            for (which, why) in traits {
                self.line(2, &format!("- {which} # because of {}", one_line(&why)));
            }
        }
    }

    fn release(&mut self, survey: &Survey, place: Place<'_>) {
        self.text.push_str("\n# The release of this bundle. A draft is built even if something is missing, and says so on every page.\n");
        self.line(0, "release:");
        match survey.identity.version.as_ref() {
            Some((version, path)) => {
                self.say(1, &format!("From {path}."));
                self.line(1, &format!("version: {}", quoted(version)));
            }
            None => self.line(1, "version: 0.1.0"),
        }
        self.line(1, &format!("date: {}", place.today));
        self.line(1, "status: draft");
        self.line(1, "classification: Confidential");
        let changes = &survey.identity.changes;
        if !changes.is_empty() {
            self.say(1, "The last versions of the change log, the newest first.");
            self.line(1, "changes:");
            for (version, day, summary) in changes {
                self.line(2, &format!("- version: {}", quoted(version)));
                self.line(2, &format!("  date: {day}"));
                self.line(2, &format!("  summary: {}", quoted(summary)));
            }
        }
    }

    fn parties(&mut self, answers: &Answers) {
        self.text.push_str("\n# Who delivers, and to whom.\n");
        self.line(0, "supplier:");
        self.line(1, &format!("name: {}", given(answers.supplier.as_ref(), "[Your company]")));
        self.line(0, "client:");
        self.line(1, &format!("name: {}", given(answers.client.as_ref(), "[Client company]")));
    }

    fn contacts(&mut self, survey: &Survey, answers: &Answers) {
        self.text.push_str(
            "\n# Everybody who is named anywhere, once; everywhere else a person is only an id. Add the client's people too,\n\
             # and a telephone number to everybody who must be reached (phone: \"+49 40 1234567\").\n",
        );
        self.line(0, "contacts:");
        self.line(1, &format!("- id: {MANAGER}"));
        self.line(2, &format!("name: {}", given(answers.manager.as_ref(), "[Delivery Manager]")));
        self.line(2, "party: supplier");
        self.line(2, "role: Delivery manager");
        if let Some(email) = &answers.email {
            self.line(2, &format!("email: {}", quoted(email)));
        }
        self.line(2, "primary: true");
        for person in survey.people.iter().filter(|person| person.id != MANAGER) {
            self.say(1, &format!("sure: {} is named in {}", person.written, person.path));
            self.line(1, &format!("- id: {}", person.id));
            let name = if person.is_team() {
                format!("{} team", titled(&person.id))
            } else {
                format!("[Enter the name of {}]", person.written)
            };
            self.line(2, &format!("name: {}", quoted(&name)));
            self.line(2, "party: supplier");
            self.line(2, "role: Maintainer");
            let owns = person.owns.join(", ");
            self.line(2, &format!("responsible_for: {}", quoted(&format!("Changes to {owns}"))));
            if let Some(email) = person.email() {
                self.line(2, &format!("email: {}", quoted(email)));
            }
        }
    }

    fn environments(&mut self, survey: &Survey) {
        let mut places: Vec<(&str, Option<&str>)> = Vec::new();
        for service in &survey.services {
            let place = (service.platform, service.environment.as_deref());
            if !places.contains(&place) {
                places.push(place);
            }
        }
        if places.is_empty() {
            return;
        }
        self.text.push_str(
            "\n# Where it runs, by the services that were found. Add the others, with their addresses (url).\n",
        );
        self.line(0, "environments:");
        for place in places {
            let here: Vec<&Service> = survey
                .services
                .iter()
                .filter(|service| (service.platform, service.environment.as_deref()) == place)
                .collect();
            self.environment(place, &here);
        }
    }

    fn environment(&mut self, (platform, environment): (&str, Option<&str>), services: &[&Service]) {
        let name = environment.unwrap_or(if platform == "Docker Compose" { "local" } else { "cluster" });
        let id = super::files::words(name).join("-");
        let id = if id.is_empty() || !id.is_ascii() { "environment".to_owned() } else { id };
        let mut paths: Vec<&str> = services.iter().map(|service| service.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        self.say(1, &format!("likely: from {}", paths.join(", ")));
        self.line(1, &format!("- id: {id}"));
        self.line(2, &format!("name: {}", quoted(&titled(name))));
        let names: Vec<&str> = services.iter().map(|service| service.name.as_str()).collect();
        self.line(2, &format!("purpose: {}", quoted(&format!("Runs {}", listed(&names)))));
        self.line(2, &format!("hosting: {}", quoted(platform)));
        self.line(2, &format!("owner: {MANAGER}"));
    }

    fn sources(&mut self, survey: &Survey) {
        self.text.push_str(
            "\n# Documents that the repository already has, by the kind of document that they become, read from where they\n\
             # are. `handoff new KIND` adds what is missing.\n",
        );
        let (taken, guessed): (Vec<&Source>, Vec<&Source>) =
            survey.sources.iter().partition(|source| source.confidence != Confidence::Guess);
        if taken.is_empty() {
            self.line(0, "sources: {}");
        } else {
            self.line(0, "sources:");
        }
        let mut rest = taken.as_slice();
        while let Some(first) = rest.first() {
            let here = rest.iter().take_while(|source| source.kind == first.kind).count();
            self.line(1, &format!("{}:", first.kind));
            for source in &rest[..here] {
                let (why, sure) = (one_line(&source.why), source.confidence.as_str());
                self.line(2, &format!("- {} # {sure}: {why}", quoted(&self.seen_from_here(&source.path))));
            }
            rest = &rest[here..];
        }
        for source in guessed {
            self.line(
                1,
                &format!(
                    "# {}: {} # guess: {}",
                    source.kind,
                    quoted(&self.seen_from_here(&source.path)),
                    one_line(&source.why)
                ),
            );
        }
        if !survey.others.is_empty() {
            self.say(
                1,
                "Files that fit no kind of document. Put them to one of those above, or give them a kind of your own:",
            );
            for path in &survey.others {
                self.line(1, &format!("#   - {}", quoted(&self.seen_from_here(path))));
            }
        }
    }

    fn sections(&mut self, survey: &Survey) {
        let unsure: Vec<_> = survey.sections.iter().filter(|section| section.confidence != Confidence::Sure).collect();
        if unsure.is_empty() {
            return;
        }
        self.text.push('\n');
        self.say(0, "Sections that seem to be about an item of the checklist. The check sees them once their heading has the anchor that is shown, or the words of the item:");
        for section in unsure {
            let anchor = section.item.split_once('.').map_or("", |(_, short)| short);
            self.line(
                0,
                &format!(
                    "#   {} ({}): {}, “{}”: add {{#{anchor}}}",
                    section.item,
                    section.confidence.as_str(),
                    section.path,
                    one_line(&section.heading)
                ),
            );
        }
    }

    fn alerts(&mut self, survey: &Survey) {
        if survey.alerts.is_empty() {
            return;
        }
        self.text.push('\n');
        self.say(0, "The alerts that are raised. Their severities must be among those that you agree under `support.severities`; then take the marks away:");
        self.line(0, "# monitoring:");
        self.line(0, "#   alerts:");
        for alert in &survey.alerts {
            self.line(0, &format!("#     # sure: from {}", alert.path));
            self.line(0, &format!("#     - name: {}", quoted(&alert.name)));
            self.line(0, &format!("#       condition: {}", quoted(&alert.condition)));
            self.line(
                0,
                &format!(
                    "#       severity: {}",
                    alert
                        .severity
                        .as_deref()
                        .map_or_else(|| "p2".to_owned(), |severity| quoted(&severity.to_lowercase()))
                ),
            );
            self.line(0, &format!("#       recipients: [{MANAGER}]"));
        }
    }

    fn variables(&mut self, survey: &Survey) {
        let (secret, plain): (Vec<_>, Vec<_>) = survey.variables.iter().partition(|variable| variable.secret);
        if !plain.is_empty() {
            self.text.push('\n');
            let names: Vec<&str> = plain.iter().map(|variable| variable.name.as_str()).collect();
            self.say(
                0,
                &format!("Settings from {}, for the administrators' guide: {}.", plain[0].path, names.join(", ")),
            );
        }
        if secret.is_empty() {
            return;
        }
        self.text.push('\n');
        self.say(0, "Secrets that the product needs, by their names. Say where each is kept and when it is renewed, then take the marks away. Never write their values here:");
        self.line(0, "# access:");
        self.line(0, "#   keys:");
        for variable in secret {
            self.line(
                0,
                &format!(
                    "#     # sure: from {}{}",
                    variable.path,
                    if variable.about.is_empty() {
                        String::new()
                    } else {
                        format!(", “{}”", one_line(&variable.about))
                    }
                ),
            );
            self.line(0, &format!("#     - name: {}", quoted(&variable.name)));
            self.line(0, "#       service: \"[Enter what it opens]\"");
            self.line(0, "#       stored_in: \"[Enter where it is kept]\"");
            self.line(0, &format!("#       owner: {MANAGER}"));
            self.line(0, "#       rotate_by: 2027-01-31");
        }
    }

    /// A path of the repository as it is seen from the folder of the file.
    fn seen_from_here(&self, path: &str) -> String {
        format!("{}{path}", self.up)
    }
}

/// The id of the contact who answers for the delivery.
const MANAGER: &str = "delivery-manager";

/// An answer, or a blank.
fn given(answer: Option<&String>, blank: &str) -> String {
    quoted(answer.map_or(blank, String::as_str))
}

/// A text as YAML reads it back, on one line.
fn quoted(text: &str) -> String {
    // JSON's texts are YAML's, but for characters that nobody sees.
    let seen: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    serde_json::to_string(&seen).unwrap_or_else(|_| "\"\"".to_owned())
}

/// A text for a comment.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names in a sentence.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

fn titled(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_repository_gives_a_file_of_blanks() {
        let place = Place { id: "tide", up: "", today: jiff::civil::date(2026, 11, 26) };
        let text = project_file(&Survey::default(), &Answers::default(), place);
        assert!(
            text.contains("id: tide\n") && text.contains("sources: {}\n") && text.contains("traits: []\n"),
            "{text}"
        );
        assert!(text.contains("name: \"[Your company]\"") && text.contains("date: 2026-11-26"), "{text}");
    }

    #[test]
    fn texts_that_mean_something_to_yaml_are_quoted() {
        assert_eq!(quoted("a: \"b\" # c\n"), "\"a: \\\"b\\\" # c\\n\"");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(titled("harbour-portal"), "Harbour portal");
    }
}
