//! The files that programs read: the report and the manifest. Tests hold them against what is written.

use crate::model::checklist::Evidence;
use crate::model::project::{Stage, Status};
use crate::model::report::State;
use crate::report::json::overall;
use serde_json::{Map, Value, json};

/// The report of a check.
pub(super) fn report() -> Value {
    let states: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
    let levels = json!(["error", "warning", "note"]);
    let place = object(&[
        ("path", text(), "The file, from the project's root, with `/`."),
        ("line", count(), "The line, from 1."),
        ("column", count(), "The column in characters, from 1."),
        ("end_line", count(), "The line of the end."),
        ("end_column", count(), "The column of the end, which is excluded."),
    ]);
    let related = object(&[("place", place.clone(), "The place."), ("label", text(), "What is said there.")]);
    let finding = object(&[
        ("rule", text(), "The name of the rule."),
        ("level", json!({ "enum": levels }), "How much it weighs."),
        ("message", text(), "What is wrong."),
        ("place", or_null(&place.clone()), "Where it is wrong; `null` for what has no place."),
        ("label", text(), "What is said at that place."),
        ("related", list(&related), "Other places, which explain."),
        ("help", list(&text()), "What to do, most likely first."),
        ("item", or_null(&text()), "The checklist item that it is about."),
        ("fingerprint", text(), "A name that stays the same when other lines come or go."),
    ]);
    let evidence = object(&[("what", text(), "What was found."), ("place", or_null(&place), "Where.")]);
    let kinds: Vec<&str> = Evidence::ALL.iter().map(|kind| kind.as_str()).collect();
    let item = object(&[
        ("id", text(), "Its id."),
        ("title", text(), "What must be there."),
        ("group", text(), "The group of its document, by id."),
        ("document", text(), "The kind of its document."),
        ("evidence_kind", json!({ "enum": kinds }), "What proves it."),
        ("due", stage(), "The stage by whose start it is due."),
        ("owner", or_null(&text()), "The contact who looks after it."),
        ("state", json!({ "enum": states }), "The result."),
        ("evidence", list(&evidence), "Where it was found."),
        ("remarks", list(&text()), "What is missing, or why it is let pass or does not apply."),
    ]);
    let share = object(&[
        ("id", text(), "Whose."),
        ("tally", tally(), "How many items are in each state."),
        ("percent", count(), "Share of what is due that is met or waived, rounded down."),
    ]);
    let coverage = object(&[
        ("checklist", text(), "The title of the checklist."),
        ("stage", stage(), "The stage whose items were judged."),
        ("complete", json!({ "type": "boolean" }), "Whether everything due is met or waived."),
        ("percent", count(), "Share of what is due that is met or waived, rounded down."),
        ("tally", tally(), "How many items are in each state."),
        ("documents", list(&share), "The items of each document, by its kind."),
        ("groups", list(&share), "The items of each group, by its id."),
        ("owners", list(&share), "The items of each person who looks after some; nobody's have no id."),
        ("items", list(&item), "Every item, in the order of the checklist."),
    ]);
    let review = object(&[
        ("document", text(), "The document, by kind."),
        ("by", text(), "Who reviewed it."),
        ("date", text(), "When."),
        ("state", json!({ "enum": ["holds", "old", "changed", "gone"] }), "Whether it still holds."),
    ]);
    let counts = object(&[
        ("errors", count(), "Those that block."),
        ("warnings", count(), "Those that ought to be mended."),
        ("notes", count(), "Those that are worth knowing."),
    ]);
    object(&[
        ("version", json!({ "const": crate::report::json::VERSION }), "The version of the format."),
        ("verdict", json!({ "enum": ["pass", "fail"] }), "`fail` if an error was found or something due is missing."),
        ("counts", counts, "How many findings there are of each level."),
        ("findings", list(&finding), "What is wrong, by path and place."),
        ("limits", list(&text()), "What the findings were limited to, in words; then they alone decide."),
        ("reviews", list(&review), "The newest review of each document by each person."),
        ("coverage", or_null(&coverage), "What of the checklist is there; `null` if nobody can tell."),
    ])
}

/// How many items are in each state.
fn tally() -> Value {
    let states: Vec<String> = State::ALL.iter().map(|state| state.as_str().replace('-', "_")).collect();
    object(&states.iter().map(|state| (state.as_str(), count(), "")).collect::<Vec<_>>())
}

/// The report of a check of several projects.
pub(super) fn reports() -> Value {
    let lines = json!({ "type": "object", "additionalProperties": {
        "type": "object", "propertyNames": { "pattern": "^[0-9]+$" }, "additionalProperties": { "type": "string" },
    } });
    let titles = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let shown = object(&[
        ("lines", lines, "The lines that findings are about: by file, then by number."),
        ("groups", titles, "The titles of the groups of the checklist, by their ids."),
    ]);
    let base = "Its folder as the repository has it: empty, or with `/` at its end.";
    let report = || json!({ "$ref": "#/definitions/report" });
    let shared = object(&[
        ("base", text(), base),
        ("day", text(), "The day that JUnit's timestamps name."),
        ("report", report(), "What is wrong in files that projects share, told once."),
        ("shown", shown.clone(), "What a report for people shows beside."),
    ]);
    let checked = object(&[
        ("id", text(), "Its id."),
        ("name", text(), "The name that people use."),
        ("release", text(), "The version of its release."),
        ("status", text(), "How far the release is."),
        ("day", text(), "The date of the release."),
        ("base", text(), base),
        ("report", report(), "What the check said, without what is wrong in shared files."),
        ("shown", shown, "What a report for people shows beside."),
    ]);
    let project = object(&[
        ("path", text(), "Its folder, as the workspace or the command line names it."),
        ("stopped", or_null(&text()), "What stopped the check, if something did."),
        ("checked", or_null(&checked), "What was found, unless the check was stopped."),
    ]);
    let counts = object(&[
        ("projects", count(), "All of them."),
        ("passed", count(), "Those in which nothing blocks."),
        ("stopped", count(), "Those whose check was stopped."),
        ("errors", count(), "Findings that block."),
        ("warnings", count(), "Findings that ought to be mended."),
        ("notes", count(), "Findings that are worth knowing."),
    ]);
    let part = json!({ "type": ["string", "null"], "pattern": "^[0-9]+/[0-9]+$" });
    let mut whole = object(&[
        ("version", json!({ "const": overall::VERSION }), "The version of the format."),
        ("generator", text(), "The program that wrote it, and its version."),
        ("verdict", json!({ "enum": ["pass", "fail"] }), "`fail` if something blocks in any of them."),
        ("counts", counts, "The numbers of all together."),
        ("part", part, "Which part of the projects this is, `I/N`; `null` for all of them."),
        ("listed", list(&text()), "The paths of all projects, those of other parts included."),
        ("shared", shared, "What the projects share."),
        ("projects", list(&project), "The projects, by path."),
    ]);
    whole["definitions"] = json!({ "report": self::report() });
    whole
}

/// Where a delivery stands.
pub(super) fn status() -> Value {
    let date = || json!({ "type": "string", "format": "date" });
    let days = || json!({ "type": "integer" });
    let maybe = |value: Value| or_null(&value);
    let appointment = object(&[
        ("what", text(), "What happens."),
        ("date", date(), "When."),
        ("days", days(), "In how many days; negative if it is over."),
    ]);
    let share = object(&[
        ("name", text(), "Whose."),
        ("tally", tally(), "How many items are in each state."),
        ("percent", count(), "Share of what is due that is met or waived, rounded down."),
    ]);
    let due = object(&[
        ("id", text(), "The item."),
        ("title", text(), "What must be there."),
        ("stage", stage(), "The stage by whose start it is due."),
        ("date", maybe(date()), "The first day of that stage, if it is planned."),
        ("state", text(), "Its state."),
        ("owner", maybe(text()), "Who looks after it."),
    ]);
    let gate = object(&[
        ("stage", stage(), "The stage at whose end it stands."),
        ("planned", maybe(date()), "When it is to be decided."),
        ("days", maybe(days()), "In how many days that is."),
        ("state", json!({ "enum": ["open", "go", "no-go"] }), "What was decided."),
        ("decided", maybe(date()), "When it was decided."),
        ("by", maybe(text()), "By whom."),
        ("overruled", maybe(text()), "Why it was passed against its criteria."),
    ]);
    let sign_off = object(&[
        ("version", text(), "The version that it is about."),
        ("date", date(), "The day of the last signature."),
        ("accepted", count(), "How many deliverables are accepted."),
        ("reserved", count(), "How many are accepted with reservations."),
        ("rejected", count(), "How many are rejected."),
        ("unanswered", count(), "About how many nothing was said."),
        ("unsigned", list(&text()), "Who has not signed yet."),
        ("complete", json!({ "type": "boolean" }), "Whether everything was answered and signed, and no point is open."),
    ]);
    let point = object(&[
        ("id", text(), "Its id."),
        ("what", text(), "What is to be put right."),
        ("owner", text(), "Who does."),
        ("due", maybe(date()), "By when."),
        ("days", maybe(days()), "In how many days that is."),
    ]);
    let issue = object(&[
        ("id", text(), "Its id."),
        ("summary", text(), "What it is."),
        ("severity", text(), "How severe it is."),
        ("state", text(), "How far it is."),
    ]);
    let waiver = object(&[
        ("item", text(), "The item."),
        ("expired", date(), "The last day on which it held."),
        ("approver", text(), "Who approved it."),
    ]);
    let review = object(&[
        ("document", text(), "The document."),
        ("by", text(), "Who reviewed it."),
        ("date", date(), "When."),
        ("why", text(), "Why it no longer holds."),
    ]);
    let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    object(&[
        ("project", text(), "The name of the project."),
        ("version", text(), "The version of the release that is being prepared."),
        ("release", json!({ "enum": statuses }), "How far the release is."),
        ("today", date(), "The day that it is about."),
        ("stage", stage(), "The stage that the delivery is in."),
        ("dates", list(&appointment), "The dates that lie ahead, and those of the current stage, in order."),
        ("coverage", or_null(&tally()), "All items of the checklist."),
        ("groups", list(&share), "The items by group of documents."),
        ("owners", list(&share), "The items by who looks after them."),
        ("next", list(&due), "What is missing now and what comes next, the most urgent first."),
        ("gates", list(&gate), "The gates."),
        ("sign_off", or_null(&sign_off), "What came back from the client so far, if a form was returned."),
        ("points", list(&point), "The points that sign-offs left open."),
        ("issues", list(&issue), "Issues that are not resolved."),
        ("waivers", list(&waiver), "Waivers that have expired."),
        ("reviews", list(&review), "Reviews of what has changed since."),
        ("errors", count(), "How many errors block."),
    ])
}

/// Where several deliveries stand.
pub(super) fn statuses() -> Value {
    let project = object(&[
        ("path", text(), "Its folder, as the workspace or the command line names it."),
        ("standing", or_null(&json!({ "$ref": "#/definitions/status" })), "Where it stands."),
        ("stopped", or_null(&text()), "Why that cannot be told, if it cannot."),
    ]);
    let mut whole = object(&[
        ("projects", list(&project), "The projects, by path."),
        ("coverage", tally(), "The items of all projects."),
        ("percent", count(), "Share of what is due that is met or waived, rounded down."),
        ("errors", count(), "How many errors block."),
    ]);
    whole["definitions"] = json!({ "status": status() });
    whole
}

/// The manifest of a bundle.
pub(super) fn manifest() -> Value {
    let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    let hash = json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" });
    let project = object(&[("id", text(), "Its id."), ("name", text(), "The name that people use.")]);
    let release = object(&[
        ("version", text(), "Its version."),
        ("date", json!({ "type": "string", "format": "date" }), "Its date."),
        ("status", json!({ "enum": statuses }), "How far it is."),
        ("classification", text(), "Who may read it."),
    ]);
    let mut document = object(&[
        ("number", text(), "Its number."),
        ("kind", text(), "Its kind."),
        ("title", text(), "Its title."),
        ("pages", count(), "How many pages its PDF has, if there is one."),
        ("content", text(), "The fingerprint of what it says."),
        ("derived", json!({ "type": "boolean" }), "Whether it is made from the report."),
        ("paged", json!({ "type": "boolean" }), "Whether it tells how many pages the PDFs have."),
    ]);
    document["required"] = json!(["number", "kind", "title"]);
    let file = object(&[
        ("path", text(), "Its path in the bundle, with `/`."),
        ("size", count(), "Its size in bytes."),
        ("sha256", hash.clone(), "Its hash (SHA-256)."),
    ]);
    let origin = object(&[
        ("revision", text(), "The commit."),
        ("modified", json!({ "type": "boolean" }), "Whether something was changed since."),
    ]);
    let mut manifest = object(&[
        ("format", json!({ "const": 1 }), "The version of the format."),
        ("origin", origin, "What it was built from, if that is known."),
        ("generator", text(), "The program that made the bundle, and its version."),
        ("digest", hash, "What the release says, as one hash: an acceptance is bound to it."),
        ("project", project, "The project."),
        ("release", release, "The release."),
        ("documents", list(&document), "The documents, in their order."),
        ("files", list(&file), "Every file but the manifest and the hashes, sorted by path."),
    ]);
    manifest["required"] = json!(["format", "generator", "digest", "project", "release", "documents", "files"]);
    manifest
}

/// An object with exactly these keys.
fn object(fields: &[(&str, Value, &str)]) -> Value {
    let property = |(key, value, doc): &(&str, Value, &str)| {
        let mut value = value.clone();
        if !doc.is_empty() {
            value["description"] = json!(doc);
        }
        ((*key).to_owned(), value)
    };
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    let required: Vec<&str> = fields.iter().map(|(key, ..)| *key).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn or_null(value: &Value) -> Value {
    json!({ "anyOf": [value, { "type": "null" }] })
}

fn stage() -> Value {
    let stages: Vec<&str> = Stage::ALL.iter().map(|stage| stage.as_str()).collect();
    json!({ "enum": stages })
}
