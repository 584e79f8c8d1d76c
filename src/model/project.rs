//! The project: what `handoff.yaml` says about one delivery, in types.
//!
//! Declares the records and nothing else. A person is named once, in `contacts`, and referred to by id
//! everywhere else. The doc comments are the text of the reference in the book.

use super::colour::Colour;
use super::measure::Moment;
use super::node::{Located, choice, record};
use super::sources::SourceMap;
use super::value::{
    Bound, ContactRef, Count, Date, Duration, Email, Flag, Id, ItemRef, Language, Percent, Phone, Text, Time, Url,
    Version, Zone,
};

/// The keys of the project file that are about the delivery. The others say how the bundle is made, or are
/// for internal use.
pub const FACTS: [&str; 16] = [
    "project",
    "release",
    "supplier",
    "client",
    "contacts",
    "support",
    "environments",
    "monitoring",
    "access",
    "rollout",
    "transfer",
    "maintenance",
    "deliverables",
    "metrics",
    "sign_off",
    "not_applicable",
];

choice! {
    /// How far a release is.
    pub enum Status("a status") {
        /// still being written
        Draft = "draft",
        /// complete enough to be reviewed
        ForReview = "for-review",
        /// reviewed, handed over to be accepted
        ForAcceptance = "for-acceptance",
        /// accepted; only this one carries no mark on its pages
        AsDelivered = "as-delivered",
    }
}

choice! {
    /// A stage of the rollout, in order.
    pub enum Stage("a stage") {
        /// rollout plan, documentation, monitoring and rollback are prepared
        Prepare = "prepare",
        /// knowledge is transferred
        Transfer = "transfer",
        /// the team uses the product in production
        Internal = "internal",
        /// a first group uses it
        Pilot = "pilot",
        /// a larger share uses it
        Expanded = "expanded",
        /// everybody uses it
        Ga = "ga",
        /// the project is closed
        Close = "close",
    }
}

choice! {
    /// What applies to a project; each switches documents of the checklist on.
    pub enum Trait("a trait") {
        /// it has a programming interface that others use
        Api = "api",
        /// it keeps data in a database
        Database = "database",
        /// video tutorials are part of the delivery
        Videos = "videos",
        /// requirements and acceptance criteria were agreed
        Requirements = "requirements",
        /// security assessments are part of the delivery
        Security = "security",
        /// a named regime (GDPR, SOC 2, ...) applies
        Compliance = "compliance",
        /// users are trained
        UserTraining = "user-training",
        /// the client's developers take the code over
        DeveloperHandoff = "developer-handoff",
    }
}

choice! {
    /// The side that somebody belongs to.
    pub enum Party("a party") {
        /// who delivers
        Supplier = "supplier",
        /// who receives
        Client = "client",
        /// somebody else, such as a hosting company
        ThirdParty = "third-party",
    }
}

choice! {
    /// When the clock of a promised time runs.
    pub enum Cover("hours of cover") {
        /// in the support hours only
        SupportHours = "support-hours",
        /// around the clock, every day
        Always = "always",
    }
}

choice! {
    /// A way to reach support.
    pub enum ChannelKind("a kind of channel") {
        /// a telephone number
        Phone = "phone",
        /// an e-mail address
        Email = "email",
        /// a ticket system or form
        Portal = "portal",
        /// a chat room
        Chat = "chat",
        /// the pager of whoever is on call
        Pager = "pager",
    }
}

choice! {
    /// What a monitoring tool is for.
    pub enum ToolPurpose("a purpose") {
        /// errors and crashes
        ErrorTracking = "error-tracking",
        /// response times and load
        Performance = "performance",
        /// reachability from outside
        Uptime = "uptime",
        /// logs
        Logs = "logs",
        /// notifying people
        Alerting = "alerting",
    }
}

choice! {
    /// A kind of knowledge-transfer session.
    pub enum SessionKind("a kind of session") {
        /// technical walkthrough, 2 to 4 hours
        Technical = "technical",
        /// operations training, 1 to 2 hours
        Operations = "operations",
        /// support handoff, 1 hour
        Support = "support",
        /// administrator training
        Administrator = "administrator",
        /// user training
        Users = "users",
        /// code walkthrough for developers
        Developers = "developers",
    }
}

choice! {
    /// How likely or how bad something is.
    pub enum Grade("a grade") {
        /// low
        Low = "low",
        /// medium
        Medium = "medium",
        /// high
        High = "high",
    }
}

choice! {
    /// Who a message of the rollout is for.
    pub enum Audience("an audience") {
        /// the supplier's own team
        Internal = "internal",
        /// the client's people
        Client = "client",
        /// the users
        Users = "users",
    }
}

choice! {
    /// How often a task comes back.
    pub enum Frequency("a frequency") {
        /// every day
        Daily = "daily",
        /// every week
        Weekly = "weekly",
        /// every month
        Monthly = "monthly",
        /// every three months
        Quarterly = "quarterly",
        /// every year
        Yearly = "yearly",
    }
}

choice! {
    /// A weekday.
    pub enum Weekday("a weekday") {
        /// Monday
        Mon = "mon",
        /// Tuesday
        Tue = "tue",
        /// Wednesday
        Wed = "wed",
        /// Thursday
        Thu = "thu",
        /// Friday
        Fri = "fri",
        /// Saturday
        Sat = "sat",
        /// Sunday
        Sun = "sun",
    }
}

choice! {
    /// What becomes of the findings of a rule.
    pub enum Setting("a level") {
        /// they block
        Error = "error",
        /// they ought to be mended and block nothing
        Warning = "warning",
        /// they are worth knowing
        Note = "note",
        /// they are not told
        Off = "off",
    }
}

choice! {
    /// A format of the bundle.
    pub enum Format("a format") {
        /// the offline site
        Html = "html",
        /// one PDF per document and the binder
        Pdf = "pdf",
        /// the composed text
        Markdown = "markdown",
    }
}

record! {
    /// The project file `handoff.yaml`.
    pub struct Project {
        /// Version of the file format; today `1`.
        handoff: Located<Count>,
        /// What is delivered.
        project: About,
        /// The release that is being prepared.
        release: Release,
        /// Who delivers.
        supplier: Organisation,
        /// Who receives.
        client: Organisation,
        /// Everybody who is named anywhere, once.
        contacts: Vec<Contact>,
        /// How the product is supported after the handoff.
        support: Option<Support>,
        /// Where the product runs.
        environments: Vec<Environment>,
        /// What watches it.
        monitoring: Option<Monitoring>,
        /// Who may do what, and which accounts and keys exist. Never a secret.
        access: Option<Access>,
        /// How the product reaches its users.
        rollout: Option<Rollout>,
        /// How knowledge is transferred.
        transfer: Option<Transfer>,
        /// What has to be done regularly.
        maintenance: Option<Maintenance>,
        /// What the client receives and accepts.
        deliverables: Vec<Deliverable>,
        /// What success is measured by.
        metrics: Vec<Metric>,
        /// Who accepts, and when.
        sign_off: Option<SignOffPlan>,
        /// The workspace file whose contacts, look and checklists this project uses, relative to this file, such as
        /// `../handoff-workspace.yaml`.
        workspace: Option<Located<Text>>,
        /// The checklist that the delivery is judged by, by its id; `delivery` if absent.
        checklist: Option<Located<Id>>,
        /// Checklist items that do not apply, each with its reason.
        not_applicable: Vec<NotApplicable>,
        /// Checklist items and findings that are let pass for a while, each with reason, approver and expiry.
        waivers: Vec<Waiver>,
        /// Documents that the repository already has, by the kind of document that they are: a file or a list
        /// of files and folders, relative to this file. They are used from where they are.
        sources: SourceMap,
        /// Levels of single rules, where they are not those that the rules come with.
        rules: Vec<RuleLevel>,
        /// How the bundle looks.
        theme: Option<ThemeChoice>,
        /// What the bundle carries.
        output: Option<Output>,
    }
}

record! {
    /// What is delivered.
    pub struct About {
        /// Names the bundle and its files.
        id: Located<Id>,
        /// The name that people use.
        name: Located<Text>,
        /// What it is, in one or two sentences.
        summary: Located<Text>,
        /// Prefix of the document numbers, such as `HP`; without it numbers stand alone.
        code: Option<Located<Text>>,
        /// The language of the documents; `en` if absent.
        language: Option<Located<Language>>,
        /// The time zone of all dates and times; `UTC` if absent.
        time_zone: Option<Located<Zone>>,
        /// Where the product is used.
        url: Option<Located<Url>>,
        /// Where the source is kept.
        repository: Option<Located<Url>>,
        /// What applies to the project.
        traits: Vec<Located<Trait>>,
        /// When the project began.
        started: Option<Located<Date>>,
        /// Whether this is a demonstration: then `example.com` and the like are no placeholders.
        example: Option<Located<Flag>>,
    }
}

record! {
    /// The release that is being prepared.
    pub struct Release {
        /// Version of the bundle.
        version: Located<Version>,
        /// Date of the bundle; the clock is never asked.
        date: Located<Date>,
        /// How far it is.
        status: Located<Status>,
        /// Who may read it, such as `Confidential`.
        classification: Located<Text>,
        /// What changed, newest first.
        changes: Vec<Change>,
    }
}

record! {
    /// One line of the change history.
    pub struct Change {
        /// Version of the bundle.
        version: Located<Version>,
        /// Date of that version.
        date: Located<Date>,
        /// What changed.
        summary: Located<Text>,
    }
}

record! {
    /// A company, an authority or another body.
    pub struct Organisation {
        /// Its name.
        name: Located<Text>,
        /// Its postal address.
        address: Option<Located<Text>>,
        /// Its website.
        website: Option<Located<Url>>,
    }
}

record! {
    /// A person, or a desk that somebody always sits at.
    pub struct Contact {
        /// How the contact is referred to elsewhere.
        id: Located<Id>,
        /// Name of the person or the desk.
        name: Located<Text>,
        /// The side that the contact belongs to.
        party: Located<Party>,
        /// Function, such as `Delivery manager`.
        role: Located<Text>,
        /// What to contact them for.
        responsible_for: Option<Located<Text>>,
        /// E-mail address.
        email: Option<Located<Email>>,
        /// Telephone number in international notation.
        phone: Option<Located<Phone>>,
        /// When they can be reached, in words.
        availability: Option<Located<Text>>,
        /// Their time zone; the project's if absent.
        time_zone: Option<Located<Zone>>,
        /// Whether this is a primary contact of their side.
        primary: Option<Located<Flag>>,
        /// Whether they can be reached after hours.
        on_call: Option<Located<Flag>>,
        /// Who stands in for them.
        backup: Option<Located<ContactRef>>,
    }
}

record! {
    /// How the product is supported after the handoff.
    pub struct Support {
        /// When support works.
        hours: Vec<Hours>,
        /// Severities of an incident, the worst first.
        severities: Vec<Severity>,
        /// Tiers, the first one to be asked first.
        tiers: Vec<Tier>,
        /// Who is told when nothing helps, in order.
        escalation: Vec<EscalationStep>,
        /// How support is reached.
        channels: Vec<Channel>,
        /// How available the product is promised to be.
        availability: Vec<Availability>,
        /// What is put right without charge.
        warranty: Option<Warranty>,
    }
}

record! {
    /// A block of support hours.
    pub struct Hours {
        /// Days of the week.
        days: Vec<Located<Weekday>>,
        /// From this time.
        from: Located<Time>,
        /// To this time.
        to: Located<Time>,
        /// Time zone; the project's if absent.
        time_zone: Option<Located<Zone>>,
        /// Days on which it does not hold, in words.
        except: Option<Located<Text>>,
    }
}

record! {
    /// A severity of an incident.
    pub struct Severity {
        /// Short name, such as `p0`.
        id: Located<Id>,
        /// Long name, such as `Critical`.
        name: Located<Text>,
        /// What makes an incident one of these.
        meaning: Located<Text>,
        /// Examples from this product.
        examples: Vec<Located<Text>>,
        /// Time to the first answer by a person.
        response: Located<Duration>,
        /// Time to a fix or a workaround.
        resolution: Located<Duration>,
        /// Time between two updates while it is open.
        updates: Option<Located<Duration>>,
        /// When the clock runs; the support hours if absent.
        cover: Option<Located<Cover>>,
        /// The tier that takes it, by its level.
        tier: Option<Located<Count>>,
    }
}

record! {
    /// A support tier.
    pub struct Tier {
        /// 1 is asked first.
        level: Located<Count>,
        /// Its name.
        name: Located<Text>,
        /// Who handles it.
        contact: Located<ContactRef>,
        /// What it deals with.
        scope: Located<Text>,
        /// Time to the first answer.
        response: Located<Duration>,
        /// Time to a fix or to passing it on.
        resolution: Located<Duration>,
    }
}

record! {
    /// A step of the escalation path.
    pub struct EscalationStep {
        /// How long after the report it is taken.
        after: Located<Duration>,
        /// Who is told.
        contact: Located<ContactRef>,
        /// What makes the step necessary.
        when: Located<Text>,
        /// What they do or decide.
        action: Option<Located<Text>>,
    }
}

record! {
    /// A way to reach support.
    pub struct Channel {
        /// What it is.
        kind: Located<ChannelKind>,
        /// Its name.
        name: Located<Text>,
        /// Number, e-mail address or URL.
        address: Located<Text>,
        /// What it is for.
        purpose: Located<Text>,
        /// Time to the first answer.
        response: Located<Duration>,
        /// When it is answered; the support hours if absent.
        cover: Option<Located<Cover>>,
    }
}

record! {
    /// A promised availability.
    pub struct Availability {
        /// What is available.
        service: Located<Text>,
        /// Share of the time.
        target: Located<Percent>,
        /// How and over what it is measured.
        measured: Located<Text>,
    }
}

record! {
    /// What is put right without charge.
    pub struct Warranty {
        /// First day.
        from: Located<Date>,
        /// Last day.
        until: Located<Date>,
        /// What it covers.
        covers: Vec<Located<Text>>,
        /// What it does not cover.
        excludes: Vec<Located<Text>>,
        /// What comes after it.
        afterwards: Option<Located<Text>>,
    }
}

record! {
    /// A place where the product runs.
    pub struct Environment {
        /// Short name, such as `production`.
        id: Located<Id>,
        /// Name.
        name: Located<Text>,
        /// Where it is reached.
        url: Option<Located<Url>>,
        /// What it is for.
        purpose: Located<Text>,
        /// Where and on what it runs.
        hosting: Option<Located<Text>>,
        /// What data it holds.
        data: Option<Located<Text>>,
        /// Who looks after it.
        owner: Located<ContactRef>,
        /// How a change gets there.
        deployed_by: Option<Located<Text>>,
    }
}

record! {
    /// What watches the product.
    pub struct Monitoring {
        /// The tools.
        tools: Vec<Tool>,
        /// The dashboards.
        dashboards: Vec<Dashboard>,
        /// The alerts.
        alerts: Vec<Alert>,
        /// The service level objectives.
        objectives: Vec<Objective>,
    }
}

record! {
    /// A monitoring tool.
    pub struct Tool {
        /// Its name.
        name: Located<Text>,
        /// What it is for.
        purpose: Located<ToolPurpose>,
        /// Where it is.
        url: Option<Located<Url>>,
        /// Who looks after it.
        owner: Located<ContactRef>,
        /// How long it keeps data.
        retention: Option<Located<Duration>>,
    }
}

record! {
    /// A dashboard.
    pub struct Dashboard {
        /// Its name.
        name: Located<Text>,
        /// Where it is.
        url: Located<Url>,
        /// What it shows.
        shows: Located<Text>,
    }
}

record! {
    /// An alert rule.
    pub struct Alert {
        /// Its name in the alerting tool.
        name: Located<Text>,
        /// When it fires.
        condition: Located<Text>,
        /// Severity that it opens, by id.
        severity: Located<Id>,
        /// Who is notified.
        recipients: Vec<Located<ContactRef>>,
        /// The section of the runbook that says what to do: its heading's anchor.
        runbook: Option<Located<Id>>,
    }
}

record! {
    /// A service level objective.
    pub struct Objective {
        /// Its name.
        name: Located<Text>,
        /// What is measured.
        indicator: Located<Text>,
        /// The bound to keep.
        target: Located<Bound>,
        /// Over how long.
        window: Located<Duration>,
    }
}

record! {
    /// Who may do what.
    pub struct Access {
        /// Roles of the product's users.
        roles: Vec<Role>,
        /// Accounts with third parties.
        accounts: Vec<Account>,
        /// Keys and tokens, by name. Never their values.
        keys: Vec<KeyEntry>,
        /// Sealed files with credentials for the client, which `handoff seal` makes.
        annex: Vec<Annex>,
    }
}

record! {
    /// A role of the product's users.
    pub struct Role {
        /// Its name.
        name: Located<Text>,
        /// What it may do.
        rights: Located<Text>,
        /// Who has it.
        held_by: Located<Text>,
    }
}

record! {
    /// An account with a third party.
    pub struct Account {
        /// The service.
        service: Located<Text>,
        /// What it is used for.
        purpose: Located<Text>,
        /// Who owns it after the handoff.
        owner: Located<ContactRef>,
        /// Where it is administered.
        url: Option<Located<Url>>,
    }
}

record! {
    /// A key or token. Never its value.
    pub struct KeyEntry {
        /// Its name.
        name: Located<Text>,
        /// What it opens.
        service: Located<Text>,
        /// Where it is kept.
        stored_in: Located<Text>,
        /// Who owns it.
        owner: Located<ContactRef>,
        /// When it has to be replaced.
        rotate_by: Located<Date>,
    }
}

record! {
    /// A sealed file with credentials for the client. The bundle carries it as it is, encrypted.
    pub struct Annex {
        /// The sealed file, by its path from the project's root, such as `annex/production.txt.age`.
        file: Located<Text>,
        /// What it holds, in words. Never the values.
        holds: Located<Text>,
        /// Who can open it.
        recipient: Located<ContactRef>,
        /// What opens it, such as the name of a key, or where the passphrase is kept.
        opened_with: Option<Located<Text>>,
    }
}

record! {
    /// How the product reaches its users.
    pub struct Rollout {
        /// The stage that the delivery is in; `prepare` if absent.
        current: Option<Located<Stage>>,
        /// The stages, in order.
        stages: Vec<RolloutStage>,
        /// The metrics that the gates look at.
        metrics: Vec<GateMetric>,
        /// When and by whom it is rolled back.
        rollback: Option<Rollback>,
        /// Who is told what, and when.
        communication: Vec<Communication>,
        /// What may go wrong.
        risks: Vec<Risk>,
    }
}

record! {
    /// A stage of the rollout.
    pub struct RolloutStage {
        /// Which one.
        id: Located<Stage>,
        /// Who uses the product.
        audience: Located<Text>,
        /// Share of the users.
        share: Option<Located<Percent>>,
        /// First day.
        starts: Located<Date>,
        /// Last day.
        ends: Option<Located<Date>>,
        /// Who leads it.
        owner: Located<ContactRef>,
        /// What must hold to go on.
        go: Vec<Located<Text>>,
        /// What forbids going on.
        no_go: Vec<Located<Text>>,
    }
}

record! {
    /// A metric that a gate looks at.
    pub struct GateMetric {
        /// How records refer to it.
        id: Located<Id>,
        /// Its name.
        name: Located<Text>,
        /// The bound that must be kept to go on.
        target: Located<Bound>,
        /// The bound beyond which somebody is alarmed.
        alert: Located<Bound>,
        /// Stages whose gates look at it; all if empty.
        stages: Vec<Located<Stage>>,
        /// Its name in files of measured values; the id if absent.
        sample: Option<Located<Text>>,
    }
}

record! {
    /// When and by whom it is rolled back.
    pub struct Rollback {
        /// What rolls it back at once.
        automatic: Vec<Located<Text>>,
        /// What makes somebody decide.
        manual: Vec<Located<Text>>,
        /// Who decides in working hours.
        decides: Located<ContactRef>,
        /// Who decides out of hours.
        decides_after_hours: Located<ContactRef>,
        /// Who executes.
        executes: Located<ContactRef>,
        /// How long it takes.
        takes: Option<Located<Duration>>,
    }
}

record! {
    /// A line of the communication plan.
    pub struct Communication {
        /// Who is told.
        audience: Located<Audience>,
        /// When.
        when: Located<Text>,
        /// What.
        message: Located<Text>,
        /// By which channel.
        channel: Located<Text>,
        /// By whom.
        owner: Located<ContactRef>,
    }
}

record! {
    /// Something that may go wrong.
    pub struct Risk {
        /// What.
        risk: Located<Text>,
        /// How likely.
        likelihood: Located<Grade>,
        /// How bad.
        impact: Located<Grade>,
        /// What is done about it.
        mitigation: Located<Text>,
        /// Who watches it.
        owner: Located<ContactRef>,
    }
}

record! {
    /// How knowledge is transferred.
    pub struct Transfer {
        /// The sessions.
        sessions: Vec<Session>,
    }
}

record! {
    /// A knowledge-transfer session.
    pub struct Session {
        /// How records refer to it.
        id: Located<Id>,
        /// What kind it is.
        kind: Located<SessionKind>,
        /// Its title.
        title: Located<Text>,
        /// Day.
        date: Located<Date>,
        /// Begin.
        start: Located<Time>,
        /// Length.
        length: Located<Duration>,
        /// Room or link.
        place: Located<Text>,
        /// Who leads it.
        lead: Located<ContactRef>,
        /// Who attends.
        attendees: Vec<Located<ContactRef>>,
        /// What to have at hand.
        materials: Vec<Located<Text>>,
        /// What is covered.
        agenda: Vec<AgendaPoint>,
    }
}

record! {
    /// A point of an agenda.
    pub struct AgendaPoint {
        /// How many minutes.
        minutes: Located<Count>,
        /// What.
        topic: Located<Text>,
    }
}

record! {
    /// What has to be done regularly.
    pub struct Maintenance {
        /// The tasks.
        tasks: Vec<MaintenanceTask>,
        /// The certificates.
        certificates: Vec<Certificate>,
        /// When the product may be down for maintenance.
        window: Option<Located<Text>>,
        /// When it will be down for maintenance.
        windows: Vec<MaintenanceWindow>,
        /// Checks after the transition and reviews that come back.
        reviews: Vec<PeriodicReview>,
    }
}

record! {
    /// A planned time of maintenance.
    pub struct MaintenanceWindow {
        /// How messages refer to it.
        id: Located<Id>,
        /// When it begins.
        start: Located<Moment>,
        /// How long it takes.
        length: Located<Duration>,
        /// What is done.
        what: Located<Text>,
        /// Why then.
        why: Located<Text>,
        /// What cannot be used meanwhile.
        unavailable: Vec<Located<Text>>,
        /// What can be used meanwhile.
        available: Vec<Located<Text>>,
        /// How users are told.
        told: Located<Text>,
        /// Who leads it.
        owner: Located<ContactRef>,
    }
}

record! {
    /// A check after the transition, or a review that comes back.
    pub struct PeriodicReview {
        /// Short name.
        id: Located<Id>,
        /// What it is.
        title: Located<Text>,
        /// When it takes place, for the first time if it comes back.
        date: Located<Date>,
        /// How often it comes back; never if absent.
        frequency: Option<Located<Frequency>>,
        /// Who calls it.
        owner: Located<ContactRef>,
        /// Who attends.
        attendees: Vec<Located<ContactRef>>,
    }
}

record! {
    /// A task that comes back.
    pub struct MaintenanceTask {
        /// What to do.
        task: Located<Text>,
        /// How often.
        frequency: Located<Frequency>,
        /// Who does it.
        owner: Located<ContactRef>,
        /// When it is due next.
        next: Located<Date>,
    }
}

record! {
    /// A certificate.
    pub struct Certificate {
        /// What it is for, such as a host name.
        name: Located<Text>,
        /// Who issued it.
        issuer: Located<Text>,
        /// Last day on which it is valid.
        expires: Located<Date>,
        /// How it is renewed.
        renewal: Located<Text>,
        /// Who renews it.
        owner: Located<ContactRef>,
    }
}

record! {
    /// Something that the client receives and accepts.
    pub struct Deliverable {
        /// Short name.
        id: Located<Id>,
        /// What it is.
        title: Located<Text>,
        /// The document that it is, by kind.
        document: Option<Located<Id>>,
        /// Where it is, if it is no document of the bundle.
        url: Option<Located<Url>>,
        /// What makes it acceptable.
        acceptance: Located<Text>,
        /// Who delivers it.
        owner: Located<ContactRef>,
    }
}

record! {
    /// A metric of success.
    pub struct Metric {
        /// How records refer to it.
        id: Located<Id>,
        /// Its name.
        name: Located<Text>,
        /// The bound to reach.
        target: Located<Bound>,
        /// How it is measured.
        source: Located<Text>,
    }
}

record! {
    /// Who accepts, and when.
    pub struct SignOffPlan {
        /// What the signatories declare.
        statement: Located<Text>,
        /// When it is due.
        due: Located<Date>,
        /// Where the signed form goes.
        return_to: Located<ContactRef>,
        /// Who signs.
        signatories: Vec<Located<ContactRef>>,
    }
}

record! {
    /// A checklist item that does not apply.
    pub struct NotApplicable {
        /// Which item, or a document with all its items.
        item: Located<Text>,
        /// Why.
        reason: Located<Text>,
    }
}

record! {
    /// A checklist item, or the findings of a rule, that are let pass for a while.
    pub struct Waiver {
        /// Which item, if it is about one.
        item: Option<Located<ItemRef>>,
        /// Which rule, if it is about findings.
        rule: Option<Located<Id>>,
        /// The file or folder that the findings stand in, from the project's root; anywhere if absent.
        file: Option<Located<Text>>,
        /// What the message of the findings contains; anything if absent.
        message: Option<Located<Text>>,
        /// Why.
        reason: Located<Text>,
        /// Who approved it.
        approver: Located<ContactRef>,
        /// The last day on which it holds.
        expires: Located<Date>,
    }
}

impl Waiver {
    /// What it is about, in a word: the item or the rule.
    #[must_use]
    pub fn subject(&self) -> String {
        let item = self.item.as_ref().map(|item| item.as_str());
        item.or(self.rule.as_ref().map(|rule| rule.as_str())).unwrap_or_default().to_owned()
    }

    /// Whether it is about an item.
    #[must_use]
    pub fn is_about(&self, id: &str) -> bool {
        self.item.as_ref().is_some_and(|item| item.as_str() == id)
    }
}

record! {
    /// The level of a rule in this project.
    pub struct RuleLevel {
        /// Which rule.
        rule: Located<Id>,
        /// What its findings weigh.
        level: Located<Setting>,
        /// Why.
        reason: Option<Located<Text>>,
    }
}

record! {
    /// How the bundle looks.
    pub struct ThemeChoice {
        /// The colour of the brand; shades that can be read follow from it.
        accent: Option<Located<Colour>>,
        /// The logo, an SVG or PNG file, by its path from the project's root.
        logo: Option<Located<Text>>,
        /// The logo as it stands on the coloured band; without it, `logo` stands there on a white plate.
        logo_on_accent: Option<Located<Text>>,
        /// The family of a font in `theme/fonts/` for text.
        font: Option<Located<Text>>,
        /// The family of a font in `theme/fonts/` for code.
        code_font: Option<Located<Text>>,
        /// A line at the foot of every page.
        footer: Option<Located<Text>>,
    }
}

record! {
    /// What the bundle carries.
    pub struct Output {
        /// The formats; all if empty.
        formats: Vec<Located<Format>>,
        /// The folder that bundles are written to; `dist` if absent.
        folder: Option<Located<Text>>,
        /// Whether PDFs carry the files that their documents link to; such a PDF is made to PDF/A-3a.
        attachments: Option<Located<Flag>>,
        /// Whether there is one PDF with all documents beside those of each, the binder; yes if absent.
        binder: Option<Located<Flag>>,
    }
}

impl Project {
    /// Whether there is a binder where there are PDFs.
    #[must_use]
    pub fn has_binder(&self) -> bool {
        self.output.as_ref().and_then(|output| output.binder.as_ref()).is_none_or(|flag| flag.value.0)
    }
}
