//! Evidence in the sign-off: what the client said on the form that came back.

use super::{Lack, LackKind, Proof};
use crate::check::view::View;
use crate::model::acceptance::{Acceptance, Judged, PointLine, Signatory};
use crate::model::checklist::Item;
use crate::model::project::Project;
use crate::model::records::{Judgement, SignatureKind};
use crate::model::report::Found;

/// Looks for what the item asks for on the forms that came back: answers about every deliverable,
/// signatures, or the terms of support.
pub(super) fn find(view: &View<'_>, item: &Item) -> Proof {
    let Some(project) = view.project() else { return Proof::default() };
    let owner = project.sign_off.as_ref().map(|plan| plan.return_to.to_string());
    let Some(acceptance) = Acceptance::of(project, &view.loaded.records) else {
        return Proof { owner, ..lacking("the sign-off form has not been returned yet", IMPORT) };
    };
    if !acceptance.covers(project) {
        let text = format!(
            "the form of {} has not been returned yet; {} was signed",
            project.release.version.value, acceptance.version
        );
        return Proof { owner, ..lacking(&text, IMPORT) };
    }
    let proof = match item.short_id() {
        "signatures" => signatures(&acceptance),
        "support-terms" => support(&acceptance),
        _ => deliverables(&acceptance, project),
    };
    Proof { owner, ..proof }
}

const IMPORT: &str =
    "when it comes back, `handoff sign-off import FILE`; for one on paper, `handoff sign-off record --scan FILE`";

fn lacking(text: &str, help: &str) -> Proof {
    Proof { lacks: vec![Lack::new(LackKind::Proof, text).help(help)], ..Proof::default() }
}

fn deliverables(acceptance: &Acceptance, project: &Project) -> Proof {
    let mut proof = Proof::default();
    let answered = acceptance.deliverables.iter().filter(|judged| judged.answer.is_some()).count();
    if answered > 0 {
        let what =
            format!("form of {}, returned on {}, about {answered} deliverables", acceptance.version, acceptance.date);
        proof.found.push(Found { what, span: Some(acceptance.span) });
    }
    proof.lacks.extend(acceptance.unanswered().map(unanswered));
    proof.lacks.extend(acceptance.open_points().map(|point| open(point, project)));
    proof
}

fn unanswered(judged: &Judged) -> Lack {
    let text = match judged.answer {
        None => format!("nothing was said about the deliverable `{}`", judged.id),
        Some(Judgement::Reject) => format!("the deliverable `{}` was rejected without a reason", judged.id),
        Some(_) => format!("there are reservations about the deliverable `{}`, and no reason", judged.id),
    };
    Lack::new(LackKind::Proof, text).help("ask the client, and import the form that says it")
}

fn open(point: &PointLine, project: &Project) -> Lack {
    let contact = project.contacts.iter().find(|contact| contact.id.as_str() == point.owner);
    let owner = contact.map_or(point.owner.as_str(), |contact| contact.name.as_str());
    let due = point.due.map_or_else(String::new, |due| format!(", due on {due}"));
    let text = format!("the point `{}` is open: {} ({owner}{due})", point.id, point.what);
    let help = format!(
        "when it is done, `handoff record point {} --state closed --by PERSON --evidence \"what shows it\"`",
        point.id
    );
    Lack::new(LackKind::Proof, text).at(Some(point.span)).help(help)
}

fn signatures(acceptance: &Acceptance) -> Proof {
    let mut proof = Proof::default();
    for signatory in &acceptance.signatories {
        if signatory.has_signed() {
            let day = signatory.date.map_or_else(String::new, |date| format!(" on {date}"));
            let what = format!("signed by {}{day}", signatory.name);
            proof.found.push(Found { what, span: Some(acceptance.span) });
        } else {
            proof.lacks.push(unsigned(signatory));
        }
    }
    if acceptance.signatories.is_empty() {
        let lack = Lack::new(LackKind::Proof, "nobody is named who signs");
        proof.lacks.push(lack.help("add them to `sign_off.signatories` in handoff.yaml"));
    }
    proof
}

fn unsigned(signatory: &Signatory) -> Lack {
    if signatory.signature == Some(SignatureKind::Untrusted) {
        let text = format!("nobody who is trusted vouches for the signature of {}", signatory.name);
        return Lack::new(LackKind::Proof, text)
            .help("import the form once more, with `--trust FILE` naming the certificate of the authority");
    }
    Lack::new(LackKind::Proof, format!("{} has not signed", signatory.name)).help(IMPORT)
}

fn support(acceptance: &Acceptance) -> Proof {
    match acceptance.support {
        Some(true) => {
            let what = format!("agreed on the form of {}, returned on {}", acceptance.version, acceptance.date);
            Proof { found: vec![Found { what, span: Some(acceptance.span) }], ..Proof::default() }
        }
        Some(false) => {
            lacking("the terms of support were not agreed", "agree on them, and have the form filled in once more")
        }
        None => {
            lacking("nothing was said about the terms of support", "ask the client, and import the form that says it")
        }
    }
}
