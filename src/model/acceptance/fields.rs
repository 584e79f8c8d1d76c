//! The fields of the sign-off form by name, as it is made and as it comes back.

/// The project: its name, and its id in parentheses.
pub const PROJECT: &str = "project";
/// The version of the release.
pub const VERSION: &str = "version";
/// The digest of the release.
pub const DIGEST: &str = "digest";
/// Whether knowledge transfer was received.
pub const TRANSFER: &str = "transfer";
/// Whether the terms of support are agreed.
pub const SUPPORT: &str = "support";
/// What else there is to say.
pub const REMARKS: &str = "remarks";

/// The words for yes and no in [`TRANSFER`] and [`SUPPORT`].
pub const YES: &str = "yes";
/// The other one.
pub const NO: &str = "no";

/// The fields about one deliverable: what was decided, why, and by when it is to be put right.
pub const OF_DELIVERABLE: [&str; 3] = ["decision", "reason", "until"];

/// The fields of one signatory.
pub const OF_SIGNATORY: [&str; 5] = ["name", "role", "place", "date", "signature"];

/// The name of a field about something with an id.
#[must_use]
pub fn about(what: &str, id: &str) -> String {
    format!("{what}:{id}")
}

/// Whom a field of a signatory belongs to; `None` if it is about the delivery.
#[must_use]
pub fn signatory(name: &str) -> Option<&str> {
    let (what, id) = name.split_once(':')?;
    OF_SIGNATORY.contains(&what).then_some(id)
}

/// What the field with the project says.
#[must_use]
pub fn project(name: &str, id: &str) -> String {
    format!("{name} ({id})")
}

/// The id in what the field with the project says.
#[must_use]
pub fn project_id(text: &str) -> Option<&str> {
    text.trim_end().strip_suffix(')')?.rsplit_once('(').map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_known_by_its_id() {
        assert_eq!(project_id(&project("Portal (new)", "portal")), Some("portal"));
        assert_eq!(project_id("Portal"), None);
    }

    #[test]
    fn fields_of_signatories_are_told_from_those_of_the_delivery() {
        assert_eq!(signatory("signature:bo-ek"), Some("bo-ek"));
        assert_eq!(signatory("reason:runbook"), None);
        assert_eq!(signatory(REMARKS), None);
    }
}
