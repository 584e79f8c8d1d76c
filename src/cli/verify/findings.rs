//! What was found out about a bundle as findings, so that every format of reports can tell it.

use crate::bundle::{Problem, SIGNATURE, SUMS, Verification, visible};
use crate::finding::{Finding, Level};
use crate::model::report::Report;
use crate::report::RuleNote;
use crate::signature::{Judgement, Signer};
use crate::source::{Sources, Span};

/// What the findings are called, sorted.
pub(super) const RULES: &[RuleNote] = &[
    note("added-file", Level::Error, "a file was not there when the bundle was sealed"),
    note("altered-file", Level::Error, "a file has other bytes than it was sealed with"),
    note("damaged-file", Level::Error, "a file cannot be read"),
    note("missing-file", Level::Error, "a file is not there"),
    note("not-signed", Level::Note, "nobody vouches for the files"),
    note("signed", Level::Note, "somebody vouches for the files"),
    note("unknown-signer", Level::Error, "the signer is not on the list"),
    note("wrong-signature", Level::Error, "the signature does not vouch for these files"),
];

const fn note(slug: &'static str, level: Level, summary: &'static str) -> RuleNote {
    RuleNote { slug, level, summary, page: "" }
}

/// The findings about a bundle, with the names of its files; `asked` is whether somebody wants to know
/// whose the signature is.
pub(super) fn report(verification: &Verification, judgement: &Judgement, asked: bool) -> (Report, Sources) {
    let mut sources = Sources::default();
    let mut findings: Vec<_> = verification.problems.iter().map(|problem| about_file(problem, &mut sources)).collect();
    let place = if *judgement == Judgement::Unsigned { SUMS } else { SIGNATURE };
    let place = Span::start_of(sources.find(place).unwrap_or_else(|| sources.add(place, "")));
    findings.push(about_signature(judgement, asked).at(place, ""));
    (Report { findings, ..Report::default() }, sources)
}

fn about_file(problem: &Problem, sources: &mut Sources) -> Finding {
    let path = visible(problem.path());
    let place = Span::start_of(sources.add(path.as_str(), ""));
    let (rule, message) = match problem {
        Problem::Altered(_) => ("altered-file", format!("`{path}` has other bytes than it was sealed with")),
        Problem::Missing(_) => ("missing-file", format!("`{path}` is not there")),
        Problem::Added(_) => ("added-file", format!("`{path}` was not there when the bundle was sealed")),
        Problem::Damaged(_, why) => ("damaged-file", format!("`{path}` cannot be read: {}", visible(why))),
    };
    Finding::error(rule, message).at(place, "").help("ask the sender for another copy")
}

fn about_signature(judgement: &Judgement, asked: bool) -> Finding {
    let finding = |rule, level, message: String| Finding::new(rule, level, message);
    match judgement {
        Judgement::Unsigned => {
            let level = if asked { Level::Error } else { Level::Note };
            finding("not-signed", level, "nobody vouches for these files".into())
        }
        Judgement::Wrong { why, .. } => {
            finding("wrong-signature", Level::Error, format!("the signature is wrong: {}", visible(why)))
                .help("do not trust this bundle: ask the sender for another copy")
        }
        Judgement::Right { key, signer: Signer::Known(names) } => {
            let names: Vec<_> = names.iter().map(|name| visible(name)).collect();
            finding("signed", Level::Note, format!("signed by {} with {key}", names.join(" or ")))
        }
        Judgement::Right { key, signer: Signer::Unknown(why) } => {
            finding("unknown-signer", Level::Error, format!("signed with {key}: {}", visible(why)))
                .help("ask the sender by another way whether this is their key")
        }
        Judgement::Right { key, signer: Signer::NotAsked } => {
            finding("signed", Level::Note, format!("signed with {key}"))
                .help("`--allowed-signers` tells whether this is somebody whom you know")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(judgement: &Judgement, asked: bool) -> Vec<(String, Level)> {
        let problems = vec![Problem::Altered("a".into()), Problem::Damaged("b".into(), "odd".into())];
        let verification = Verification { manifest: None, intact: 0, problems, hashes: None, signature: None };
        let (report, sources) = report(&verification, judgement, asked);
        assert!(report.findings.iter().all(|finding| RULES.iter().any(|note| note.slug == finding.rule)));
        let rules = report.findings.iter().map(|finding| {
            let place = finding.span().map(|span| sources.path(span.file).to_owned()).unwrap_or_default();
            (format!("{} {place}", finding.rule), finding.level)
        });
        rules.collect()
    }

    #[test]
    fn files_and_the_signature_become_findings() {
        let unsigned = told(&Judgement::Unsigned, false);
        assert_eq!(unsigned[0], ("altered-file a".into(), Level::Error));
        assert_eq!(unsigned[1], ("damaged-file b".into(), Level::Error));
        assert_eq!(unsigned[2], ("not-signed SHA256SUMS".into(), Level::Note));
        assert_eq!(told(&Judgement::Unsigned, true)[2].1, Level::Error);
        let wrong = Judgement::Wrong { key: None, why: "odd".into() };
        assert_eq!(told(&wrong, false)[2], ("wrong-signature SHA256SUMS.sig".into(), Level::Error));
    }
}
