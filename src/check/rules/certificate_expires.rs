//! `certificate-expires`: certificates that are expired or expire within the warranty.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::project::Certificate;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "certificate-expires",
    level: Level::Warning,
    summary: "a certificate is expired, or expires within the warranty",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let Some(project) = view.project() else { return Vec::new() };
    let certificates = project.maintenance.iter().flat_map(|maintenance| &maintenance.certificates);
    let release = project.release.date.value;
    let warranty = project.support.as_ref().and_then(|support| support.warranty.as_ref());
    let finding = |certificate: &Certificate| {
        let expires = certificate.expires;
        let name = &certificate.name;
        if expires.value < release {
            let finding = Finding::error(RULE.slug, format!("the certificate “{name}” expired before this release"));
            return Some(
                finding
                    .at(expires.span, format!("the release is of {release}"))
                    .help("renew it, and write the new date"),
            );
        }
        let warranty = warranty.filter(|warranty| expires.value <= warranty.until.value)?;
        Some(
            Finding::warning(RULE.slug, format!("the certificate “{name}” expires within the warranty"))
                .at(expires.span, "the last day on which it is valid")
                .at(warranty.until.span, "the warranty runs until here")
                .help("renew it before the handoff, or agree in the warranty who renews it"),
        )
    };
    certificates.filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    fn expires(date: &str) -> Vec<crate::finding::Level> {
        let mut case = Case::new();
        case.project(&format!(
            "support:\n  warranty:\n    from: 2027-02-01\n    until: 2027-07-31\nmaintenance:\n  certificates:\n    - name: portal\n      issuer: CA\n      expires: {date}\n      renewal: By hand\n      owner: anna-lind\n"
        ));
        case.found("certificate-expires").into_iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn a_certificate_that_expires_within_the_warranty_is_a_warning() {
        assert_eq!(expires("2027-07-31"), [crate::finding::Level::Warning]);
    }

    #[test]
    fn a_certificate_that_is_expired_is_an_error() {
        assert_eq!(expires("2026-11-19"), [crate::finding::Level::Error]);
    }

    #[test]
    fn a_certificate_that_outlives_the_warranty_is_left_alone() {
        assert!(expires("2027-08-01").is_empty());
    }
}
