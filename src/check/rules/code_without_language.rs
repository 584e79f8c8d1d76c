//! `code-without-language`: blocks of code that do not say their language.

use super::{Rule, Run};
use crate::check::fix::certain_language;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{BlockKind, walk_blocks};

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "code-without-language",
    level: Level::Warning,
    summary: "a block of code does not say its language",
    run: Run::Project(look),
};

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, blocks) in view.texts() {
        walk_blocks(blocks, &mut |block| {
            let (BlockKind::Code(code), Some(span)) = (&block.kind, block.span) else { return };
            if code.language.is_some() {
                return;
            }
            let finding =
                Finding::warning(RULE.slug, "the block of code does not say its language").at(span, "which language?");
            findings.push(match certain_language(&code.text) {
                Some(language) => {
                    finding.help(format!("write `{language}` behind the opening fence; `handoff check --fix` does it"))
                }
                None => {
                    finding.help("write the language behind the opening fence, such as ```bash, or ```text for output")
                }
            });
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn code_without_a_language_is_found() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| {
            doc.heading(2, "A").bare_code("systemctl status portal").code("text", "active")
        });
        let findings = case.found("code-without-language");
        assert_eq!(findings.len(), 1);
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 3, 1)));
    }

    #[test]
    fn a_certain_language_is_named() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").bare_code("{\"a\": 1}"));
        assert!(case.found("code-without-language")[0].help[0].starts_with("write `json`"));
    }
}
