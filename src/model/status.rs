//! Where a delivery stands on a day.

use super::project::Stage;
use super::report::Tally;
use jiff::civil::Date;
use serde::Serialize;

/// Where a delivery stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// The name of the project.
    pub project: String,
    /// The version of the release that is being prepared.
    pub version: String,
    /// How far the release is.
    pub release: &'static str,
    /// The day that it is about.
    pub today: Date,
    /// The stage that the delivery is in.
    pub stage: Stage,
    /// The dates that lie ahead, and those of the current stage, in order.
    pub dates: Vec<Appointment>,
    /// All items of the checklist.
    pub coverage: Option<Tally>,
    /// The items by group of documents.
    pub groups: Vec<Share>,
    /// The items by who looks after them.
    pub owners: Vec<Share>,
    /// What is missing now and what comes next, the most urgent first.
    pub next: Vec<Due>,
    /// The gates from the current stage on, and those that were passed.
    pub gates: Vec<GateLine>,
    /// What came back from the client so far, if a form was returned.
    pub sign_off: Option<SignOffLine>,
    /// The points that sign-offs left open, by the day on which they are due.
    pub points: Vec<PointStatus>,
    /// Issues that are not resolved.
    pub issues: Vec<IssueLine>,
    /// Waivers that have expired.
    pub waivers: Vec<WaiverLine>,
    /// Reviews of what has changed since.
    pub reviews: Vec<ReviewLine>,
    /// How many errors block.
    pub errors: usize,
}

/// Where one of several deliveries stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingOf {
    /// The project's folder.
    pub path: String,
    /// Where it stands, or why that cannot be told.
    pub standing: Result<Standing, String>,
}

/// Where several deliveries stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Standings {
    /// The projects, by path.
    pub projects: Vec<StandingOf>,
    /// The items of all.
    pub coverage: Tally,
    /// How many errors block.
    pub errors: usize,
}

impl Standings {
    /// Sums up what is told of the projects.
    #[must_use]
    pub fn new(projects: Vec<StandingOf>) -> Self {
        let known = || projects.iter().filter_map(|line| line.standing.as_ref().ok());
        let coverage = known().filter_map(|standing| standing.coverage).fold(Tally::default(), Tally::plus);
        let errors = known().map(|standing| standing.errors).sum();
        Self { projects, coverage, errors }
    }
}

/// A date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Appointment {
    /// What happens.
    pub what: String,
    /// When.
    pub date: Date,
    /// In how many days; negative if it is over.
    pub days: i32,
}

/// The items of a group or of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Whose.
    pub name: String,
    /// How many items are in each state.
    pub tally: Tally,
    /// Share of the items that count now which are met or waived, in percent.
    pub percent: usize,
}

/// An item that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The item.
    pub id: String,
    /// What must be there.
    pub title: String,
    /// The stage by whose start it is due.
    pub stage: Stage,
    /// The first day of that stage, if it is planned.
    pub date: Option<Date>,
    /// Its state.
    pub state: &'static str,
    /// Who looks after it.
    pub owner: Option<String>,
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateLine {
    /// The stage at whose end it stands.
    pub stage: Stage,
    /// When it is to be decided.
    pub planned: Option<Date>,
    /// In how many days that is.
    pub days: Option<i32>,
    /// What was decided: `open`, `go` or `no-go`.
    pub state: &'static str,
    /// When it was decided.
    pub decided: Option<Date>,
    /// By whom.
    pub by: Option<String>,
    /// Why it was passed against its criteria.
    pub overruled: Option<String>,
}

/// What came back from the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignOffLine {
    /// The version that it is about.
    pub version: String,
    /// The day of the last signature.
    pub date: Date,
    /// How many deliverables are accepted.
    pub accepted: usize,
    /// How many are accepted with reservations.
    pub reserved: usize,
    /// How many are rejected.
    pub rejected: usize,
    /// About how many nothing was said.
    pub unanswered: usize,
    /// Who has not signed yet.
    pub unsigned: Vec<String>,
    /// Whether everything was answered and signed, and no point is open.
    pub complete: bool,
}

/// A point that a sign-off left open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PointStatus {
    /// Its id.
    pub id: String,
    /// What is to be put right.
    pub what: String,
    /// Who does.
    pub owner: String,
    /// By when.
    pub due: Option<Date>,
    /// In how many days that is.
    pub days: Option<i32>,
}

/// An issue that is not resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueLine {
    /// Its id.
    pub id: String,
    /// What it is.
    pub summary: String,
    /// How severe it is.
    pub severity: String,
    /// How far it is.
    pub state: &'static str,
}

/// A waiver that has expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaiverLine {
    /// The item.
    pub item: String,
    /// The last day on which it held.
    pub expired: Date,
    /// Who approved it.
    pub approver: String,
}

/// A review of what has changed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewLine {
    /// The document.
    pub document: String,
    /// Who reviewed it.
    pub by: String,
    /// When.
    pub date: Date,
    /// Why it no longer holds.
    pub why: String,
}

impl Standing {
    /// The gates that are still to be decided.
    pub fn open_gates(&self) -> impl Iterator<Item = &GateLine> {
        self.gates.iter().filter(|gate| gate.state != "go")
    }
}
