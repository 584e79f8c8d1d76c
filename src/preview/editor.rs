//! Links that open a place in an editor.

use crate::source::Position;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The editors that have links of their own, by the name that people know them by.
pub const KNOWN: &[(&str, &str)] = &[
    ("cursor", "cursor://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("macvim", "mvim://open?url=file://{path}&line={line}&column={column}"),
    ("sublime", "subl://open?url=file://{path}&line={line}&column={column}"),
    ("textmate", "txmt://open?url=file://{path}&line={line}&column={column}"),
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("vscodium", "vscodium://file{path}:{line}:{column}"),
    ("windsurf", "windsurf://file{path}:{line}:{column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
];

/// The editor that most people have who have said nothing.
const USUAL: &str = "vscode";
/// No links at all.
pub const NONE: &str = "none";

/// What a path may hold in a link.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// The editor that links open: a pattern of a link, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    pattern: Option<String>,
}

impl Editor {
    /// An editor by its name, or by the pattern of its links with `{path}`, `{line}` and `{column}`.
    ///
    /// # Errors
    /// Why it is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == NONE {
            return Ok(Self { pattern: None });
        }
        if let Some((_, pattern)) = KNOWN.iter().find(|(name, _)| *name == text) {
            return Ok(Self { pattern: Some((*pattern).to_owned()) });
        }
        let names: Vec<_> = KNOWN.iter().map(|(name, _)| *name).chain([NONE]).collect();
        let scheme = text.split_once(':').map(|(scheme, _)| scheme);
        match scheme {
            Some(scheme) if ["javascript", "data", "vbscript"].contains(&scheme.to_lowercase().as_str()) => {
                Err(format!("`{scheme}:` opens no editor"))
            }
            Some(_) if text.contains("{path}") => Ok(Self { pattern: Some(text.to_owned()) }),
            Some(_) => Err("a pattern needs `{path}`, and may have `{line}` and `{column}`".to_owned()),
            None => match crate::finding::suggestion(text, names.iter().copied()) {
                Some(near) => Err(format!("did you mean `{near}`?")),
                None => Err(format!("known are {}; or write a pattern such as {}", names.join(", "), KNOWN[0].1)),
            },
        }
    }

    /// The editor that a command starts, as `$VISUAL` and `$EDITOR` have it; else the usual one.
    #[must_use]
    pub fn of_command(command: Option<&str>) -> Self {
        let program = command.and_then(|command| command.split_whitespace().next()).unwrap_or_default();
        let name = program.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".exe");
        let known = match name {
            "codium" | "vscodium" => "vscodium",
            "cursor" => "cursor",
            "windsurf" => "windsurf",
            "zed" | "zeditor" => "zed",
            "subl" | "sublime_text" => "sublime",
            "idea" | "idea64" | "pycharm" | "webstorm" | "goland" | "phpstorm" => "idea",
            "mate" => "textmate",
            "mvim" => "macvim",
            _ => USUAL,
        };
        Self::parse(known).unwrap_or(Self { pattern: None })
    }

    /// The link that opens a place of a file, by its full path.
    #[must_use]
    pub fn link(&self, path: &str, at: Position) -> Option<String> {
        let pattern = self.pattern.as_deref()?;
        let path = path.replace('\\', "/");
        let path = if path.starts_with('/') { path } else { format!("/{path}") };
        let path = utf8_percent_encode(&path, PATH).to_string();
        let (line, column) = (at.line.to_string(), at.column.to_string());
        Some(pattern.replace("{path}", &path).replace("{line}", &line).replace("{column}", &column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(editor: &str, path: &str) -> Option<String> {
        Editor::parse(editor).expect("an editor").link(path, Position { line: 12, column: 3 })
    }

    #[test]
    fn a_link_names_file_line_and_column() {
        assert_eq!(
            link("vscode", "/home/a b/döc#1.md").as_deref(),
            Some("vscode://file/home/a%20b/d%C3%B6c%231.md:12:3")
        );
        assert_eq!(link("vscode", "C:\\x\\a.md").as_deref(), Some("vscode://file/C:/x/a.md:12:3"));
        assert_eq!(link("ed://{path}?l={line}", "/a.md").as_deref(), Some("ed:///a.md?l=12"));
        assert_eq!(link("none", "/a.md"), None);
    }

    #[test]
    fn what_is_no_editor_is_told() {
        assert!(Editor::parse("vscod").expect_err("mistyped").contains("did you mean `vscode`?"));
        assert!(Editor::parse("vi").expect_err("unknown").contains("pattern"));
        assert!(Editor::parse("ed://x").expect_err("no path").contains("{path}"));
        assert!(Editor::parse("javascript:alert('{path}')").is_err());
    }

    #[test]
    fn the_command_of_the_environment_tells_the_editor() {
        assert_eq!(Editor::of_command(Some("/usr/bin/codium --wait")), Editor::parse("vscodium").expect("known"));
        assert_eq!(Editor::of_command(Some("vim")), Editor::parse("vscode").expect("known"));
        assert_eq!(Editor::of_command(None), Editor::parse("vscode").expect("known"));
    }
}
