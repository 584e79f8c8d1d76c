//! What the criteria of a gate say, one by one and together.

use super::project::Stage;
use super::records::Verdict;
use serde::Serialize;

/// A value out of a file of measured values.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The name, as it was written.
    pub name: String,
    /// The value, as it was written.
    pub value: String,
    /// The line of the file, from 1, where the format has lines.
    pub line: Option<usize>,
}

/// Where a criterion comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// An item of the checklist.
    Checklist,
    /// Findings that block.
    Findings,
    /// A metric of the rollout.
    Metric,
    /// An issue on record.
    Issue,
    /// A criterion in words.
    Words,
}

/// One criterion and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Criterion {
    /// Where it comes from.
    pub origin: Origin,
    /// What it says.
    pub verdict: Verdict,
    /// For a criterion in words: the number by which it is confirmed or denied.
    pub number: Option<usize>,
    /// What is asked for.
    pub what: String,
    /// Why it says so.
    pub why: String,
}

/// All criteria of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// The stage that ends.
    pub stage: Stage,
    /// The stage that would begin.
    pub next: Option<Stage>,
    /// What they say together.
    pub verdict: Verdict,
    /// What each says.
    pub criteria: Vec<Criterion>,
}

impl Evaluation {
    /// Sums criteria up: one that forbids is enough; one that is not known leaves it open.
    #[must_use]
    pub fn new(stage: Stage, next: Option<Stage>, criteria: Vec<Criterion>) -> Self {
        let any = |verdict| criteria.iter().any(|criterion| criterion.verdict == verdict);
        let verdict = if any(Verdict::NoGo) {
            Verdict::NoGo
        } else if criteria.is_empty() || any(Verdict::Undecided) {
            Verdict::Undecided
        } else {
            Verdict::Go
        };
        Self { stage, next, verdict, criteria }
    }

    /// The criteria that say something.
    pub fn saying(&self, verdict: Verdict) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(move |criterion| criterion.verdict == verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_no_is_enough_and_one_doubt_leaves_it_open() {
        let verdict = |said: &[Verdict]| {
            let criterion = |&verdict| Criterion {
                origin: Origin::Words,
                verdict,
                number: None,
                what: String::new(),
                why: String::new(),
            };
            Evaluation::new(Stage::Pilot, None, said.iter().map(criterion).collect()).verdict
        };
        assert_eq!(verdict(&[Verdict::Go, Verdict::Undecided, Verdict::NoGo]), Verdict::NoGo);
        assert_eq!(verdict(&[Verdict::Go, Verdict::Undecided]), Verdict::Undecided);
        assert_eq!(verdict(&[Verdict::Go, Verdict::Go]), Verdict::Go);
        assert_eq!(verdict(&[]), Verdict::Undecided, "nothing was asked for");
    }
}
