//! `own-backup`: contacts who stand in for themselves.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "own-backup",
    level: Level::Error,
    summary: "a contact stands in for themselves",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let contacts = view.project().into_iter().flat_map(|project| &project.contacts);
    let finding = |contact: &crate::model::project::Contact| {
        let backup = contact.backup.as_ref().filter(|backup| backup.as_str() == contact.id.as_str())?;
        let finding = Finding::error(RULE.slug, format!("`{backup}` stands in for themselves"));
        Some(finding.at(backup.span, "the same contact").help("name somebody else, or take `backup` out"))
    };
    contacts.filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn a_contact_who_is_their_own_backup_is_found() {
        let mut case = Case::new();
        case.edit_project("    on_call: true\n", "    on_call: true\n    backup: anna-lind\n");
        assert_eq!(case.found("own-backup").len(), 1);
        case.edit_project("    backup: anna-lind\n", "    backup: bo-ek\n");
        assert!(case.found("own-backup").is_empty());
    }
}
