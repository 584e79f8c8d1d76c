//! `dead-link`: external links that lead nowhere, where they were asked.

use super::{Rule, Run};
use crate::check::external::links;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::answers::{Answer, Answers};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "dead-link",
    level: Level::Error,
    summary: "an external link leads nowhere (looks only with --online)",
    run: Run::Online(look),
};

fn look(view: &View<'_>, answers: &Answers) -> Vec<Finding> {
    let finding = |(url, span): (String, Span)| Some(finding(answers.of(&url)?)?.at(span, "asked just now"));
    links(view.loaded).into_iter().filter_map(finding).collect()
}

/// What an answer means: nothing there is an error; what may be there again tomorrow is a warning.
fn finding(answer: &Answer) -> Option<Finding> {
    let help = "mend the address, or link to a copy that you keep";
    Some(match answer {
        Answer::Fine | Answer::Closed { .. } => return None,
        Answer::Moved { to } => {
            Finding::new(RULE.slug, Level::Note, "the page has moved for good").help(format!("link to `{to}`"))
        }
        Answer::Failed { status: status @ (404 | 410) } => {
            Finding::error(RULE.slug, format!("the page is not there: the server answers {status}")).help(help)
        }
        Answer::Failed { status } => {
            Finding::warning(RULE.slug, format!("the page cannot be read: the server answers {status}"))
                .help("open it in a browser; if it is well there, try again later")
        }
        Answer::NoHost => Finding::error(RULE.slug, "there is no server of this name").help(help),
        Answer::Silent { why } => Finding::warning(RULE.slug, format!("nobody answers: {why}"))
            .help("open it in a browser; if it is well there, try again later"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{Case, external};

    fn found(answer: Option<Answer>) -> Vec<Finding> {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").link("it", external("https://harbour.io/a#b")));
        let answers = answer.map(|answer| ("https://harbour.io/a".to_owned(), answer)).into_iter().collect();
        case.options.answers = Some(Answers(answers));
        case.found("dead-link")
    }

    #[test]
    fn what_is_not_there_is_an_error_and_what_may_come_back_a_warning() {
        let level = |answer| found(Some(answer))[0].level;
        assert_eq!(level(Answer::Failed { status: 404 }), Level::Error);
        assert_eq!(level(Answer::NoHost), Level::Error);
        assert_eq!(level(Answer::Failed { status: 503 }), Level::Warning);
        assert_eq!(level(Answer::Silent { why: "it took too long".into() }), Level::Warning);
        assert_eq!(level(Answer::Moved { to: "https://harbour.io/b".into() }), Level::Note);
    }

    #[test]
    fn what_is_there_or_was_not_asked_is_not_found() {
        assert!(found(Some(Answer::Fine)).is_empty());
        assert!(found(Some(Answer::Closed { status: 403 })).is_empty());
        assert!(found(None).is_empty());
    }
}
