//! `unsealed-annex`: credentials for the client that lie about in clear text.

use super::{Rule, Run};
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::annex::{AnnexFile, PlainFile};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "unsealed-annex",
    level: Level::Error,
    summary: "a file of the sealed annex lies about in clear text",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &view.loaded.annex {
        if !file.sealed {
            findings.push(unsealed(file));
        } else if !file.named {
            findings.push(
                Finding::warning(RULE.slug, format!("nothing points to the sealed file `{}`", file.path))
                    .at(file.place, "")
                    .help("name it under `access.annex`, so that it comes with the bundle, or remove it"),
            );
        }
        findings.extend(file.plain.iter().map(|plain| in_clear_text(file, plain)));
    }
    findings
}

fn unsealed(file: &AnnexFile) -> Finding {
    Finding::error(RULE.slug, format!("`{}` is not sealed", file.path))
        .at(file.place, if file.named { "everybody can read it" } else { "" })
        .help("seal it with `handoff seal FILE --to RECIPIENT`, remove the plain file, and name the sealed one")
        .help("it does not enter the bundle as it is")
}

fn in_clear_text(file: &AnnexFile, plain: &PlainFile) -> Finding {
    let what = match (plain.there, plain.tracked) {
        (true, true) => "lies in the folder in clear text, and git keeps it",
        (_, true) => "is kept by git in clear text",
        _ => "lies in the folder in clear text",
    };
    let finding = Finding::error(RULE.slug, format!("`{}` {what}", plain.path))
        .at(file.place, if file.named { "sealed here" } else { "" });
    if plain.tracked {
        return finding
            .help(format!("take it out with `git rm --cached {}`, and replace the credentials in it", plain.path))
            .help("who has the repository has them already, in its history");
    }
    finding.help("remove it: the sealed file is all that is needed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::Case;
    use crate::source::Span;

    fn found(file: impl Fn(Span) -> AnnexFile) -> Vec<Finding> {
        let mut case = Case::new();
        let place = Span::start_of(case.fragment("docs/access.md", |doc| doc.heading(2, "Roles")));
        case.loaded.annex.push(file(place));
        case.found(RULE.slug)
    }

    fn annex(place: Span, named: bool, sealed: bool, plain: &[(bool, bool)]) -> AnnexFile {
        let plain = plain.iter().map(|&(there, tracked)| PlainFile { path: "x.txt".into(), there, tracked });
        AnnexFile { path: "annex/x.txt.age".into(), place, named, sealed, plain: plain.collect() }
    }

    #[test]
    fn a_sealed_file_that_is_named_is_right() {
        assert_eq!(found(|place| annex(place, true, true, &[])), []);
    }

    #[test]
    fn what_is_not_sealed_is_refused() {
        let findings = found(|place| annex(place, true, false, &[]));
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("not sealed") && findings[0].level == Level::Error);
    }

    #[test]
    fn a_plain_file_is_found_in_the_folder_and_in_git() {
        let findings = found(|place| annex(place, true, true, &[(true, false), (true, true), (false, true)]));
        let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages.len(), 3);
        for words in ["lies in the folder in clear text", "and git keeps it", "is kept by git"] {
            assert!(messages.iter().any(|message| message.ends_with(words) || message.contains(words)), "{messages:?}");
        }
    }

    #[test]
    fn a_sealed_file_that_nothing_names_is_a_warning() {
        let findings = found(|place| annex(place, false, true, &[]));
        assert!(matches!(findings.as_slice(), [one] if one.level == Level::Warning), "{findings:?}");
    }
}
