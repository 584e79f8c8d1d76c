//! The sign-off form: which fields it has, what they are called, and what stands around them.

use super::{Input, world::Shared};
use crate::content::Content;
use crate::error::Result;
use crate::form::{self, Field, Kind};
use crate::model::acceptance::{PointLine, fields};
use crate::model::project::{Contact, Deliverable, Format, Party, SignOffPlan, Status};
use crate::model::records::Judgement;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The font that is typed in.
const TYPED: &str = "fonts/IBMPlexSans-Regular.ttf";

/// Its path in the bundle.
pub(super) const PATH: &str = "pdf/sign-off.pdf";

/// Whether a bundle has the form: somebody is to sign it, and the release is not yet accepted.
pub(super) fn is_wanted(input: &Input<'_>) -> bool {
    let plan = input.project.sign_off.as_ref().is_some_and(|plan| !plan.signatories.is_empty());
    plan && input.formats.contains(&Format::Pdf) && input.project.release.status.value != Status::AsDelivered
}

/// The form on which the client accepts what has a digest; `None` if the bundle has none.
///
/// `laid_out` is the layout that was rendered, if one was.
///
/// # Errors
/// If its fields cannot be put into it.
pub fn form(input: &Input<'_>, laid_out: Option<&Content>, digest: &str) -> Result<Option<Vec<u8>>> {
    let (Some(plan), Some(laid_out)) = (plan(input), laid_out) else { return Ok(None) };
    let fields = Form { input, plan }.fields(digest);
    let file = input.theme.get(TYPED).unwrap_or_default();
    let face = Shared::face(&file, &characters(&fields))?;
    form::place(&laid_out.bytes()?, &fields, &face).map(Some)
}

/// What the layout of the form shows; `None` if the bundle has none.
pub(super) fn facts(input: &Input<'_>) -> Option<Value> {
    Some(Form { input, plan: plan(input)? }.facts())
}

fn plan<'a>(input: &'a Input<'_>) -> Option<&'a SignOffPlan> {
    input.project.sign_off.as_ref().filter(|_| is_wanted(input))
}

struct Form<'a> {
    input: &'a Input<'a>,
    plan: &'a SignOffPlan,
}

impl<'a> Form<'a> {
    fn word(&self, key: &'a str) -> &'a str {
        self.input.loaded.words.get(key)
    }

    /// A word in which `{what}` stands for something.
    fn about(&self, key: &str, what: &str) -> String {
        self.input.loaded.words.get(key).replace("{what}", what)
    }

    fn signatories(&self) -> impl Iterator<Item = &'a Contact> {
        let contacts = &self.input.project.contacts;
        self.plan.signatories.iter().filter_map(|id| contacts.iter().find(|contact| contact.id.as_str() == id.as_str()))
    }

    /// What the layout shows.
    fn facts(&self) -> Value {
        let (project, words) = (self.input.project, &self.input.loaded.words);
        let deliverables = project.deliverables.iter().map(|deliverable| {
            json!({ "id": deliverable.id, "title": deliverable.title, "acceptance": deliverable.acceptance })
        });
        let further = [(fields::TRANSFER, "form_transfer"), (fields::SUPPORT, "form_support")];
        let signatories = self.signatories().map(|contact| json!({ "id": contact.id, "side": self.side(contact) }));
        let points = self.input.loaded.records.open_points();
        let points = points.iter().map(|point| {
            json!({
                "title": self.title(point),
                "what": point.what,
                "owner": self.name(&point.owner),
                "due": point.due.map(|due| words.date(due.0)),
            })
        });
        let summary = self.word("form_summary");
        let summary = summary.replace("{who}", &self.name(self.plan.return_to.as_str()));
        json!({
            "summary": summary.replace("{date}", &words.date(self.plan.due.0)),
            "statement": self.plan.statement,
            "deliverables": deliverables.collect::<Vec<_>>(),
            "further": further.map(|(name, key)| json!({ "name": name, "text": self.word(key) })),
            "points": points.collect::<Vec<_>>(),
            "signatories": signatories.collect::<Vec<_>>(),
        })
    }

    /// What a point is about.
    fn title(&self, point: &PointLine) -> String {
        let known = |deliverable: &&Deliverable| Some(deliverable.id.as_str()) == point.deliverable.as_deref();
        let deliverable = self.input.project.deliverables.iter().find(known);
        deliverable.map_or_else(|| point.id.clone(), |deliverable| deliverable.title.to_string())
    }

    fn name(&self, id: &str) -> String {
        let contact = self.input.project.contacts.iter().find(|contact| contact.id.as_str() == id);
        contact.map_or_else(|| id.to_owned(), |contact| contact.name.to_string())
    }

    /// For whom somebody signs.
    fn side(&self, contact: &Contact) -> String {
        let project = self.input.project;
        match contact.party.value {
            Party::Supplier => self.about("form_for", project.supplier.name.as_str()),
            Party::Client => self.about("form_for", project.client.name.as_str()),
            Party::ThirdParty => self.word("party_third_party").to_owned(),
        }
    }

    /// All fields, on a form for what has a digest.
    fn fields(&self, digest: &str) -> Vec<Field> {
        let project = self.input.project;
        let fixed = |name: &str, key: &'a str, value: String| Field {
            name: name.to_owned(),
            tip: self.word(key).to_owned(),
            kind: Kind::Text { value, lines: false, fixed: true },
        };
        let about = &project.project;
        let mut fields = vec![
            fixed(fields::PROJECT, "form_project", fields::project(about.name.as_str(), about.id.as_str())),
            fixed(fields::VERSION, "form_version", project.release.version.to_string()),
            fixed(fields::DIGEST, "form_digest", digest.to_owned()),
        ];
        fields.extend(project.deliverables.iter().flat_map(|deliverable| self.of_deliverable(deliverable)));
        fields.push(self.yes_or_no(fields::TRANSFER, "form_transfer"));
        fields.push(self.yes_or_no(fields::SUPPORT, "form_support"));
        fields.push(text(fields::REMARKS.to_owned(), self.word("form_remarks").to_owned(), "", true));
        let common: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        let signatories: Vec<&Contact> = self.signatories().collect();
        fields.extend(signatories.into_iter().flat_map(|contact| self.of_signatory(contact, &common)));
        fields
    }

    fn of_deliverable(&self, deliverable: &Deliverable) -> [Field; 3] {
        let (id, title) = (deliverable.id.as_str(), deliverable.title.as_str());
        let [decision, reason, until] = fields::OF_DELIVERABLE.map(|what| fields::about(what, id));
        let option = |answer: &Judgement| {
            let key = format!("form_{answer}");
            (answer.to_string(), format!("{title}: {}", self.input.loaded.words.get(&key)))
        };
        let choice = Kind::Choice(Judgement::ALL.iter().map(option).collect());
        [
            Field { name: decision, tip: title.to_owned(), kind: choice },
            text(reason, self.about("form_reason_tip", title), "", true),
            text(until, self.about("form_until_tip", title), "", false),
        ]
    }

    fn yes_or_no(&self, name: &str, key: &'a str) -> Field {
        let tip = self.word(key);
        let option = |word: &str, key: &'a str| (word.to_owned(), format!("{tip}: {}", self.word(key)));
        let options = vec![option(fields::YES, "form_yes"), option(fields::NO, "form_no")];
        Field { name: name.to_owned(), tip: tip.to_owned(), kind: Kind::Choice(options) }
    }

    /// The fields of a signatory. The signature holds fast what is signed; what the others fill in about
    /// themselves stays open to them.
    fn of_signatory(&self, contact: &Contact, common: &[String]) -> [Field; 5] {
        let (id, side) = (contact.id.as_str(), self.side(contact));
        let [name, role, place, date, signature] = fields::OF_SIGNATORY.map(|what| fields::about(what, id));
        let tip = |key: &'a str| format!("{side}, {}: {}", contact.name, self.word(key));
        let own = [&name, &role, &place, &date];
        let locked = common.iter().chain(own).cloned().collect();
        [
            text(name.clone(), tip("form_name"), contact.name.as_str(), false),
            text(role.clone(), tip("form_role"), contact.role.as_str(), false),
            text(place.clone(), tip("form_place"), "", false),
            text(date.clone(), tip("form_date"), "", false),
            Field { name: signature, tip: tip("form_signature"), kind: Kind::Signature(locked) },
        ]
    }
}

fn text(name: String, tip: String, value: &str, lines: bool) -> Field {
    Field { name, tip, kind: Kind::Text { value: value.to_owned(), lines, fixed: false } }
}

/// The characters that the font of some fields must have.
fn characters(fields: &[Field]) -> BTreeSet<char> {
    let typed = (32..=255_u8).filter_map(form::typed);
    let said = fields.iter().filter_map(|field| match &field.kind {
        Kind::Text { value, .. } => Some(value.chars()),
        Kind::Choice(_) | Kind::Signature(_) => None,
    });
    typed.chain(said.flatten()).collect()
}
