//! `secret`: passwords, keys and tokens in the texts of a project.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "secret",
    level: Level::Error,
    summary: "a password, key or token stands in a text",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, secret) in view.secrets() {
        let span = Span::new(*file, secret.range.start, secret.range.end);
        findings.push(
            Finding::error(RULE.slug, format!("{} stands in the text", secret.what))
                .at(span, "not shown here")
                .help("replace it where it is used, then take it out: who has the repository has it already")
                .help("write where it is kept instead, under `access.keys`"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn a_secret_is_found_in_code_and_in_data_and_never_printed() {
        let mut case = Case::new();
        case.project("monitoring:\n  tools:\n    - name: \"postgres://portal:h7Kq29vLx@db/portal\"\n");
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").code("bash", "export DB_PASSWORD=h7Kq29vLxT4w"));
        let findings = case.found("secret");
        assert_eq!(findings.len(), 2);
        for finding in &findings {
            assert!(!format!("{finding:?}").contains("h7Kq29"), "{finding:?}");
        }
    }

    #[test]
    fn a_secret_is_found_in_a_file_that_the_bundle_carries() {
        let mut case = Case::new();
        let file = case.loaded.sources.add("docs/files/settings.env", "DB_PASSWORD=h7Kq29vLxT4w\n");
        case.loaded.attached.push(file);
        assert_eq!(case.found("secret").len(), 1);
    }

    #[test]
    fn reports_show_asterisks_in_its_place() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").code("bash", "export DB_PASSWORD=h7Kq29vLxT4w"));
        let (_, secrets) = case.check_and_find_secrets();
        crate::check::redact(&mut case.loaded, secrets);
        let text = case.loaded.sources.iter().last().expect("a text").text.clone();
        assert!(text.contains("DB_PASSWORD=************"), "{text}");
    }
}
