//! `broken-shell`: shell commands that no shell can read.

use super::{Rule, Run};
use crate::check::shell;
use crate::check::view::View;
use crate::finding::{Finding, Level};
use crate::model::text::{BlockKind, walk_blocks};
use crate::source::Span;

/// The rule.
pub(super) const RULE: Rule = Rule {
    slug: "broken-shell",
    level: Level::Error,
    summary: "a command in a block of shell code cannot be run",
    run: Run::Project(look),
};

/// The names under which code is read as shell commands.
const LANGUAGES: [&str; 4] = ["bash", "sh", "shell", "zsh"];

fn look(view: &View<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, blocks) in view.texts() {
        walk_blocks(blocks, &mut |block| {
            let (BlockKind::Code(code), Some(span)) = (&block.kind, block.span) else { return };
            if !code.language.as_deref().is_some_and(|language| LANGUAGES.contains(&language)) {
                return;
            }
            if let Err(trouble) = shell::check(&code.text) {
                findings.push(
                    Finding::error(RULE.slug, format!("the commands cannot be run: {}", trouble.what))
                        .at(line(view, span, trouble.line), "here")
                        .help("try the commands as they stand, and correct them; output belongs in a block of its own"),
                );
            }
        });
    }
    findings
}

/// A line of a fenced block, counted from 0 behind the opening fence.
fn line(view: &View<'_>, block: Span, number: usize) -> Span {
    let source = view.sources().slice(block);
    let fenced = usize::from(source.starts_with("```") || source.starts_with("~~~"));
    let mut start = block.start as usize;
    for (index, line) in source.split_inclusive('\n').enumerate() {
        if index == number + fenced {
            let indent = line.len() - line.trim_start().len();
            return Span::new(block.file, start + indent, start + line.trim_end().len().max(indent));
        }
        start += line.len();
    }
    block
}

#[cfg(test)]
mod tests {
    use crate::check::testing::Case;

    #[test]
    fn a_command_that_is_never_closed_is_found_on_its_line() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").code("bash", "cd /srv\necho \"done"));
        let findings = case.found("broken-shell");
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "the commands cannot be run: the quote `\"` is never closed");
        assert_eq!(case.place(&findings[0]), Some(("docs/a.md".into(), 5, 1)));
    }

    #[test]
    fn other_languages_and_sound_commands_are_left_alone() {
        let mut case = Case::new();
        case.fragment("docs/a.md", |doc| doc.heading(2, "A").code("text", "echo \"done").code("sh", "echo \"done\""));
        assert!(case.found("broken-shell").is_empty());
    }
}
