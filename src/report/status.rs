//! Where a delivery stands, on one screen for people and as JSON for programs.

use super::Style;
use super::table::{CYAN, GREEN, RED, YELLOW, paint};
use crate::model::report::Tally;
use crate::model::status::{Appointment, GateLine, Share, SignOffLine, Standing, StandingOf, Standings};
use serde::Serialize;
use std::fmt::Write;

/// How many lines a list may take, so that all fits on a screen.
const LINES: usize = 6;
/// How many cells a bar has.
const BAR: usize = 20;

/// Writes the status as JSON.
#[must_use]
pub fn json(standing: &Standing) -> String {
    serde_json::to_string_pretty(standing).map_or_else(|_| String::new(), |text| text + "\n")
}

/// Writes the status for people.
#[must_use]
pub fn human(standing: &Standing, style: &Style) -> String {
    let mut screen = Screen { out: String::new(), style };
    screen.head(standing);
    screen.list("Dates", &standing.dates, date);
    screen.bars("Coverage by group", &standing.groups, standing.coverage.as_ref());
    screen.bars("Coverage by person", &standing.owners, None);
    screen.list("Due next", &standing.next, |due| {
        let owner = due.owner.as_deref().map(|owner| format!(", {owner}")).unwrap_or_default();
        format!("{:<8}  {:<8}  {} ({}{owner})", due.state, due.stage.as_str(), due.title, due.id)
    });
    let open: Vec<_> = standing.open_gates().collect();
    screen.list("Open gates", &open, |gate| gate_line(gate));
    let overruled: Vec<_> = standing.gates.iter().filter(|gate| gate.overruled.is_some()).collect();
    screen.list("Gates passed against their criteria", &overruled, |gate| {
        format!("{}: {}", gate.stage, gate.overruled.as_deref().unwrap_or_default())
    });
    screen.list("Sign-off", standing.sign_off.as_slice(), sign_off);
    screen.list("Open points", &standing.points, |point| {
        let due = match (point.due, point.days) {
            (Some(due), Some(days)) => format!("due {due}, {}", in_days(days)),
            _ => "no day is set".to_owned(),
        };
        format!("{}  {} ({}, {due})", point.id, point.what, point.owner)
    });
    screen.list("Open issues", &standing.issues, |issue| {
        format!("{}  {} ({}, {})", issue.severity, issue.summary, issue.id, issue.state)
    });
    screen.list("Expired waivers", &standing.waivers, |waiver| {
        format!("{}  expired on {}, approved by {}", waiver.item, waiver.expired, waiver.approver)
    });
    screen.list("Stale reviews", &standing.reviews, |review| {
        format!("{}  by {} on {}: {}", review.document, review.by, review.date, review.why)
    });
    screen.out
}

/// One of several projects as programs read it.
#[derive(Serialize)]
struct LineOut<'a> {
    path: &'a str,
    standing: Option<&'a Standing>,
    stopped: Option<&'a str>,
}

/// Several projects as programs read them.
#[derive(Serialize)]
struct AllOut<'a> {
    projects: Vec<LineOut<'a>>,
    coverage: &'a Tally,
    percent: usize,
    errors: usize,
}

/// Writes where several deliveries stand as JSON.
#[must_use]
pub fn json_all(all: &Standings) -> String {
    let projects = all.projects.iter().map(|line| LineOut {
        path: &line.path,
        standing: line.standing.as_ref().ok(),
        stopped: line.standing.as_ref().err().map(String::as_str),
    });
    let out = AllOut {
        projects: projects.collect(),
        coverage: &all.coverage,
        percent: all.coverage.percent(),
        errors: all.errors,
    };
    serde_json::to_string_pretty(&out).map_or_else(|_| String::new(), |text| text + "\n")
}

/// Writes where several deliveries stand for people: a line for each, and one for all.
#[must_use]
pub fn human_all(all: &Standings, style: &Style) -> String {
    let width = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or_default();
    let row = |line: &StandingOf| match &line.standing {
        Err(_) => [line.path.clone(), String::new(), String::new()],
        Ok(Standing { version, release, stage, .. }) => {
            [line.path.clone(), format!("{version} {release}"), stage.as_str().to_owned()]
        }
    };
    let rows: Vec<[String; 3]> = all.projects.iter().map(row).collect();
    let column = |index: usize| width(&rows.iter().map(|row| row[index].clone()).collect::<Vec<_>>());
    let (path, release, stage) = (column(0).max(3), column(1), column(2));
    let mut screen = Screen { out: String::new(), style };
    for (line, row) in all.projects.iter().zip(&rows) {
        let name = format!("{:path$}  {:release$}  {:stage$}", row[0], row[1], row[2]);
        match &line.standing {
            Err(why) => {
                let told = format!("cannot be told: {}", why.lines().next().unwrap_or_default());
                let _ = writeln!(screen.out, "  {name}  {}", paint(style, RED, &told));
            }
            Ok(standing) => screen.project(&name, standing),
        }
    }
    let all_name = format!("{:path$}  {:release$}  {:stage$}", "All", "", "");
    screen.all(&all_name, all);
    screen.out
}

fn gate_line(gate: &GateLine) -> String {
    let when = match (gate.planned, gate.days) {
        (Some(date), Some(days)) => format!("to be decided on {date}, {}", in_days(days)),
        _ => "no day is planned".to_owned(),
    };
    match (gate.state, gate.decided) {
        ("no-go", Some(decided)) => format!("{:<9} no-go on {decided}; {when}", gate.stage.as_str()),
        _ => format!("{:<9} {when}", gate.stage.as_str()),
    }
}

fn sign_off(line: &SignOffLine) -> String {
    let counted = [
        (line.accepted, "accepted"),
        (line.reserved, "with reservations"),
        (line.rejected, "rejected"),
        (line.unanswered, "not answered"),
    ];
    let counted: Vec<_> = counted.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let rest = if line.complete {
        "; complete".to_owned()
    } else if line.unsigned.is_empty() {
        String::new()
    } else {
        format!("; not signed by {}", line.unsigned.join(", "))
    };
    format!("{} on {}: {}{rest}", line.version, line.date, counted.join(", "))
}

fn date(date: &Appointment) -> String {
    format!("{}  {:>13}  {}", date.date, in_days(date.days), date.what)
}

/// How far away a day is, in words.
#[must_use]
pub fn in_days(days: i32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days < 0 => format!("{} days ago", -days),
        days => format!("in {days} days"),
    }
}

struct Screen<'a> {
    out: String,
    style: &'a Style,
}

impl Screen<'_> {
    /// Adds a line, cut to the width of the screen.
    fn line(&mut self, text: &str) {
        let width = self.style.width.max(40);
        if text.chars().count() > width {
            self.out.extend(text.chars().take(width - 1));
            self.out.push('…');
        } else {
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    fn title(&mut self, title: &str) {
        let title = paint(self.style, CYAN, title);
        let _ = writeln!(self.out, "\n{title}");
    }

    fn head(&mut self, standing: &Standing) {
        let Standing { project, version, release, today, stage, errors, .. } = standing;
        self.line(&format!("{project} {version} ({release}), {today}"));
        let _ = writeln!(self.out, "stage {}", paint(self.style, CYAN, stage.as_str()));
        if *errors > 0 {
            let told = format!("{errors} {} that `handoff check` tells", if *errors == 1 { "error" } else { "errors" });
            let told = paint(self.style, RED, &told);
            let _ = writeln!(self.out, "{told}");
        }
    }

    /// A list under a title; nothing where there is nothing.
    fn list<T>(&mut self, title: &str, entries: &[T], line: impl Fn(&T) -> String) {
        if entries.is_empty() {
            return;
        }
        self.title(title);
        for entry in entries.iter().take(LINES) {
            self.line(&format!("  {}", line(entry)));
        }
        if entries.len() > LINES {
            self.line(&format!("  … and {} more", entries.len() - LINES));
        }
    }

    fn bars(&mut self, title: &str, shares: &[Share], all: Option<&Tally>) {
        if shares.is_empty() {
            return;
        }
        self.title(title);
        let room = self.style.width.max(40).saturating_sub(BAR + 30).max(12);
        let width = shares.iter().map(|share| share.name.chars().count()).max().unwrap_or_default().clamp(3, room);
        for share in shares {
            self.bar(&share.name, width, &share.tally);
        }
        if let Some(all) = all {
            self.bar("All", width, all);
        }
    }

    /// The line of one of several projects: its coverage, its errors and the next of its dates.
    fn project(&mut self, name: &str, standing: &Standing) {
        let tally = standing.coverage.unwrap_or_default();
        let mut rest = self.errors(standing.errors);
        if let Some(next) = standing.dates.iter().find(|date| date.days >= 0) {
            rest.push(format!("{} {}", in_days(next.days), next.what));
        }
        self.bar_with(name, name.chars().count(), &tally, &rest);
    }

    /// The line of all projects.
    fn all(&mut self, name: &str, all: &Standings) {
        let rest = self.errors(all.errors);
        self.bar_with(name, name.chars().count(), &all.coverage, &rest);
    }

    fn errors(&self, errors: usize) -> Vec<String> {
        match errors {
            0 => Vec::new(),
            1 => vec![paint(self.style, RED, "1 error")],
            many => vec![paint(self.style, RED, &format!("{many} errors"))],
        }
    }

    fn bar(&mut self, name: &str, width: usize, tally: &Tally) {
        self.bar_with(name, width, tally, &[]);
    }

    fn bar_with(&mut self, name: &str, width: usize, tally: &Tally, more: &[String]) {
        let name: String = name.chars().take(width).collect();
        let percent = tally.percent();
        let (done, lacking) = (tally.met + tally.waived, tally.missing + tally.partial);
        let colour = if lacking == 0 { GREEN } else { YELLOW };
        let filled = if tally.due() == 0 { 0 } else { done * BAR / tally.due() };
        let bar = format!("{}{}", "█".repeat(filled), "░".repeat(BAR - filled));
        let bar = paint(self.style, if tally.due() == 0 { CYAN } else { colour }, &bar);
        let share = if tally.due() == 0 { "–".to_owned() } else { format!("{percent} %") };
        let mut later = if tally.not_due > 0 { format!(", {} later", tally.not_due) } else { String::new() };
        for more in more {
            let _ = write!(later, "; {more}");
        }
        let _ = writeln!(self.out, "  {name:<width$}  {bar} {share:>5}  {done} of {}{later}", tally.due());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::project::Stage;
    use crate::model::status::Due;
    use jiff::civil::date as day;

    fn standing() -> Standing {
        let tally = Tally { met: 3, missing: 1, not_due: 2, ..Tally::default() };
        Standing {
            project: "Portal".into(),
            version: "1.0.0".into(),
            release: "draft",
            today: day(2026, 11, 30),
            stage: Stage::Internal,
            dates: vec![Appointment { what: "stage pilot begins".into(), date: day(2026, 12, 2), days: 2 }],
            coverage: Some(tally),
            groups: vec![Share { name: "Operations".into(), tally, percent: 75 }],
            owners: vec![Share { name: "Anna Lind".into(), tally: Tally::default(), percent: 0 }],
            next: (0..9)
                .map(|index| Due {
                    id: format!("runbook.x{index}"),
                    title: "Logs".into(),
                    stage: Stage::Internal,
                    date: None,
                    state: "missing",
                    owner: None,
                })
                .collect(),
            gates: vec![GateLine {
                stage: Stage::Internal,
                planned: Some(day(2026, 12, 1)),
                days: Some(1),
                state: "open",
                decided: None,
                by: None,
                overruled: None,
            }],
            sign_off: None,
            points: Vec::new(),
            issues: Vec::new(),
            waivers: Vec::new(),
            reviews: Vec::new(),
            errors: 1,
        }
    }

    #[test]
    fn one_screen_tells_where_it_stands() {
        let text = human(&standing(), &Style { colour: false, width: 90 });
        for line in [
            "Portal 1.0.0 (draft), 2026-11-30",
            "stage internal",
            "1 error that `handoff check` tells",
            "  2026-12-02      in 2 days  stage pilot begins",
            "  Operations  ███████████████░░░░░  75 %  3 of 4, 2 later",
            "  Anna Lind  ░░░░░░░░░░░░░░░░░░░░     –  0 of 0",
            "  … and 3 more",
            "  internal  to be decided on 2026-12-01, tomorrow",
        ] {
            assert!(text.lines().any(|found| found == line), "{line:?} is not in\n{text}");
        }
        assert!(!text.contains("Stale reviews"), "nothing is said about what there is none of");
        assert!(text.lines().count() < 40, "one screen");
    }

    #[test]
    fn no_line_is_wider_than_the_screen() {
        let mut standing = standing();
        standing.next[0].title = "word ".repeat(60);
        let text = human(&standing, &Style { colour: false, width: 60 });
        assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    }

    #[test]
    fn days_are_told_in_words() {
        assert_eq!([-2, -1, 0, 1, 5].map(in_days), ["2 days ago", "yesterday", "today", "tomorrow", "in 5 days"]);
    }

    #[test]
    fn programs_get_everything() {
        let value: serde_json::Value = serde_json::from_str(&json(&standing())).expect("JSON");
        assert_eq!(value["next"].as_array().map(Vec::len), Some(9));
        assert_eq!(value["today"], "2026-11-30");
    }
}
