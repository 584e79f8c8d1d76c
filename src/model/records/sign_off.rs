//! What came back from the client: the sign-off, and the points that it left open.

use crate::model::measure::Digest;
use crate::model::node::{Located, choice, record};
use crate::model::value::{ContactRef, Date, Flag, Id, Text, Url, Version};

choice! {
    /// What the client says about a deliverable.
    pub enum Judgement("an answer") {
        /// it is accepted
        Accept = "accept",
        /// it is accepted, and something is still to be put right
        Reserve = "reserve",
        /// it is not accepted
        Reject = "reject",
    }
}

choice! {
    /// How a form came back.
    pub enum FormKind("a kind of form") {
        /// as a file that was filled in
        File = "file",
        /// on paper
        Paper = "paper",
    }
}

choice! {
    /// How somebody signed.
    pub enum SignatureKind("a kind of signature") {
        /// by hand
        Hand = "hand",
        /// digitally, by a certificate that a trusted authority vouches for
        Trusted = "trusted",
        /// digitally, by a certificate that nobody known vouches for
        Untrusted = "untrusted",
    }
}

choice! {
    /// How far an open point is.
    pub enum PointState("a state of a point") {
        /// it is to be done
        Open = "open",
        /// it is done, or the client no longer asks for it
        Closed = "closed",
    }
}

record! {
    /// A sign-off form that came back (`records/sign-off/*.yaml`).
    pub struct SignOff {
        /// The version of the release that it is about.
        version: Located<Version>,
        /// The digest of that release.
        digest: Located<Digest>,
        /// The day of the last signature.
        date: Located<Date>,
        /// How it came back.
        form: Located<FormKind>,
        /// Who entered what stands on the paper.
        entered_by: Option<Located<ContactRef>>,
        /// The file, as it came back or as it was scanned.
        file: Located<Text>,
        /// The fingerprint of that file.
        sha256: Located<Digest>,
        /// Whether knowledge transfer was received.
        transfer: Option<Located<Flag>>,
        /// Whether the terms of support are agreed.
        support: Option<Located<Flag>>,
        /// What else was remarked.
        remarks: Option<Located<Text>>,
        /// What was said about each deliverable.
        deliverables: Vec<DeliverableAnswer>,
        /// Who filled it in, and how they signed.
        signatories: Vec<SignatoryEntry>,
    }
}

record! {
    /// What a form says about a deliverable.
    pub struct DeliverableAnswer {
        /// Which one.
        id: Located<Id>,
        /// What was said.
        answer: Located<Judgement>,
        /// Why, if it was not simply accepted.
        reason: Option<Located<Text>>,
        /// By when it is to be put right.
        until: Option<Located<Date>>,
    }
}

record! {
    /// What a form says about a signatory.
    pub struct SignatoryEntry {
        /// Which one.
        contact: Located<ContactRef>,
        /// The name as it was filled in.
        name: Option<Located<Text>>,
        /// The role as it was filled in.
        role: Option<Located<Text>>,
        /// The place.
        place: Option<Located<Text>>,
        /// The day.
        date: Option<Located<Date>>,
        /// How they signed; not at all if absent.
        signature: Option<Located<SignatureKind>>,
        /// The subject of the certificate of a digital signature.
        certificate: Option<Located<Text>>,
        /// Who vouches for it, or why nobody does.
        vouched: Option<Located<Text>>,
        /// The time of a digital signature, and who says so.
        signed: Option<Located<Text>>,
    }
}

record! {
    /// A point that a sign-off left open (`records/points/*.yaml`). Later records about the same point say
    /// only what is new; one with `state: closed` closes it.
    pub struct Point {
        /// Names the point, the same in every record about it.
        point: Located<Id>,
        /// When it was written.
        date: Located<Date>,
        /// By whom.
        by: Located<ContactRef>,
        /// How far it is.
        state: Located<PointState>,
        /// What is to be put right; the first record needs it.
        what: Option<Located<Text>>,
        /// Who puts it right; the first record needs it.
        owner: Option<Located<ContactRef>>,
        /// By when; the first record needs it.
        due: Option<Located<Date>>,
        /// The deliverable that it is about.
        deliverable: Option<Located<Id>>,
        /// The version of the release whose sign-off raised it.
        version: Option<Located<Version>>,
        /// What shows that it is done; a record that closes it needs it.
        evidence: Option<Located<Text>>,
        /// Where that can be seen, if anywhere.
        link: Option<Located<Url>>,
        /// A file of the project that shows it.
        file: Option<Located<Text>>,
    }
}

impl Point {
    /// What is known after a later record about the same point.
    #[must_use]
    pub fn updated(mut self, later: &Self) -> Self {
        macro_rules! take {
            ($($field:ident),*) => {$(
                if later.$field.is_some() { self.$field.clone_from(&later.$field); }
            )*};
        }
        take!(what, owner, due, deliverable, version, evidence, link, file);
        (self.date, self.state) = (later.date, later.state);
        self.by.clone_from(&later.by);
        self
    }
}
