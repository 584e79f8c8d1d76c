//! What each kind of record holds.

use crate::model::measure::{Digest, Moment, Quantity};
use crate::model::node::{Located, choice, record};
use crate::model::project::{Audience, SessionKind, Stage, Status};
use crate::model::value::{ContactRef, Date, Id, ItemRef, Text, Url, Version};

choice! {
    /// What a gate decided.
    pub enum Decision("a decision") {
        /// the next stage may begin
        Go = "go",
        /// it may not
        NoGo = "no-go",
    }
}

choice! {
    /// What the criteria of a gate say.
    pub enum Verdict("a verdict") {
        /// everything that was asked for is there
        Go = "go",
        /// something forbids going on
        NoGo = "no-go",
        /// something is not known, or is for people to judge
        Undecided = "undecided",
    }
}

choice! {
    /// What somebody who read a document thinks of it.
    pub enum Opinion("an opinion") {
        /// it is right as it stands
        Approved = "approved",
        /// something has to change first
        ChangesWanted = "changes-wanted",
    }
}

choice! {
    /// What stands against a release and may be let pass with a reason.
    pub enum Allowance("something that can be let pass") {
        /// findings that block, and items of the checklist that are missing
        Findings = "findings",
        /// reviews of documents that have changed since
        StaleReviews = "stale-reviews",
        /// changes that git does not know yet
        DirtyTree = "dirty-tree",
    }
}

choice! {
    /// How far an issue is.
    pub enum IssueState("a state of an issue") {
        /// it is being worked on
        Open = "open",
        /// its effects are contained, the cause remains
        Mitigated = "mitigated",
        /// it is over
        Resolved = "resolved",
    }
}

record! {
    /// A dated statement by a named person (`records/statements/*.yaml`).
    pub struct Statement {
        /// The checklist items that it attests.
        items: Vec<Located<ItemRef>>,
        /// What is stated.
        statement: Located<Text>,
        /// By whom.
        by: Located<ContactRef>,
        /// When.
        date: Located<Date>,
        /// Where it can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A release that was cut (`records/releases/*.yaml`). It is written by `handoff release`; the manifest
    /// of its bundle is kept beside it.
    pub struct ReleaseCut {
        /// The version of the bundle.
        version: Located<Version>,
        /// The date of the bundle.
        date: Located<Date>,
        /// Its status.
        status: Located<Status>,
        /// Who cut it.
        by: Located<ContactRef>,
        /// The digest of the bundle's content; the bundle that is built again has the same.
        digest: Located<Digest>,
        /// The fingerprint of all that nobody fills in on the sign-off form, if the bundle has one.
        form: Option<Located<Digest>>,
        /// The program that made the bundle, and its version.
        program: Located<Text>,
        /// The git revision that it was cut from.
        revision: Option<Located<Text>>,
        /// The version that its change bars compare with, if it has any.
        since: Option<Located<Version>>,
        /// What stood against it and was let pass, each with its reason.
        allowed: Vec<Allowed>,
    }
}

record! {
    /// Something that stood against a release and was let pass.
    pub struct Allowed {
        /// What it was.
        what: Located<Allowance>,
        /// Why it was let pass.
        reason: Located<Text>,
    }
}

record! {
    /// A session that was held (`records/sessions/*.yaml`).
    pub struct SessionHeld {
        /// The planned session, by its id.
        session: Located<Id>,
        /// Its kind.
        kind: Located<SessionKind>,
        /// When it was held.
        date: Located<Date>,
        /// Who was there.
        attendees: Vec<Located<ContactRef>>,
        /// What came out of it.
        outcome: Located<Text>,
        /// Questions that stayed open.
        open_questions: Vec<Located<Text>>,
        /// Where it can be seen, such as a recording.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A decision at the end of a stage (`records/gates/*.yaml`).
    pub struct GateDecision {
        /// The stage that ended.
        stage: Located<Stage>,
        /// What was decided.
        decision: Located<Decision>,
        /// By whom.
        by: Located<ContactRef>,
        /// When.
        date: Located<Date>,
        /// What the criteria said when it was decided.
        verdict: Option<Located<Verdict>>,
        /// Why it was decided to go on although the criteria said no.
        overruled: Option<Located<Text>>,
        /// Why.
        reasons: Vec<Located<Text>>,
        /// Where it can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A person's review of a document (`records/reviews/*.yaml`).
    pub struct Review {
        /// The document, by its kind.
        document: Located<Id>,
        /// By whom.
        by: Located<ContactRef>,
        /// When.
        date: Located<Date>,
        /// What they think of it.
        opinion: Located<Opinion>,
        /// The fingerprint of the composed content that was read.
        content: Located<Digest>,
        /// What is to be changed, or was remarked.
        remarks: Vec<Located<Text>>,
    }
}

record! {
    /// A message that was sent (`records/messages/*.yaml`).
    pub struct MessageSent {
        /// The message, by its id.
        message: Located<Id>,
        /// By whom.
        by: Located<ContactRef>,
        /// When.
        date: Located<Date>,
        /// Who it was for.
        audiences: Vec<Located<Audience>>,
        /// To whom it went.
        to: Vec<Located<Text>>,
        /// Its subject.
        subject: Option<Located<Text>>,
        /// The issue that it was about.
        issue: Option<Located<Id>>,
        /// The fingerprint of its text.
        content: Option<Located<Digest>>,
        /// Where it can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A value that was measured (`records/metrics/*.yaml`).
    pub struct Measurement {
        /// The metric, by its id under `rollout.metrics` or `metrics`.
        metric: Located<Id>,
        /// What was measured.
        value: Located<Quantity>,
        /// When: the last day that the value is about.
        date: Located<Date>,
        /// The stage that it was measured in; that of the date if absent.
        stage: Option<Located<Stage>>,
        /// By whom.
        by: Option<Located<ContactRef>>,
        /// How and where it was measured.
        source: Option<Located<Text>>,
        /// Where it can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

record! {
    /// A report about an issue in production (`records/issues/*.yaml`). Later reports about the same
    /// issue say only what is new.
    pub struct IssueReport {
        /// Names the issue, the same in every report about it.
        issue: Located<Id>,
        /// When it was written.
        date: Located<Date>,
        /// By whom.
        by: Located<ContactRef>,
        /// How far it is.
        state: Located<IssueState>,
        /// What it is, without jargon; the first report needs it.
        summary: Option<Located<Text>>,
        /// How severe it is, by the id of a severity; the first report needs it.
        severity: Option<Located<Id>>,
        /// Who and what is affected.
        affected: Option<Located<Text>>,
        /// What they notice.
        impact: Option<Located<Text>>,
        /// When it was identified.
        identified: Option<Located<Moment>>,
        /// When it is expected to be over.
        expected: Option<Located<Moment>>,
        /// When the next update comes.
        next_update: Option<Located<Moment>>,
        /// What is being done.
        actions: Vec<Located<Text>>,
        /// How to work in the meantime.
        workaround: Option<Located<Text>>,
        /// When it was over.
        resolved: Option<Located<Moment>>,
        /// What was fixed, and how.
        fix: Option<Located<Text>>,
        /// How many users were affected.
        users: Option<Located<Text>>,
        /// What happened to data.
        data: Option<Located<Text>>,
        /// What keeps it from happening again.
        prevention: Vec<Located<Text>>,
        /// How it was verified that it is over.
        verification: Option<Located<Text>>,
        /// Where it is tracked.
        link: Option<Located<Url>>,
    }
}

impl IssueReport {
    /// What is known after a later report about the same issue.
    #[must_use]
    pub fn updated(mut self, later: &Self) -> Self {
        macro_rules! take {
            ($($field:ident),*) => {$(
                if later.$field.is_some() { self.$field.clone_from(&later.$field); }
            )*};
        }
        take!(summary, severity, affected, impact, identified, expected, next_update, workaround);
        take!(resolved, fix, users, data, verification, link);
        (self.date, self.state) = (later.date, later.state);
        self.by.clone_from(&later.by);
        if !later.actions.is_empty() {
            self.actions.clone_from(&later.actions);
        }
        self.prevention.extend(later.prevention.iter().cloned());
        self
    }
}
