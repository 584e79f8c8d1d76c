//! What a diagram says in words: its text alternative and its caption; and its anchor.
//!
//! They stand behind the language of the fence (```` ```mermaid alt="..." title="..." id="..." ````) or in the
//! diagram itself (`accTitle:`, `accDescr:`), where Mermaid has its own place for them.

/// What a diagram says in words; each may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Its caption.
    pub title: String,
    /// Its anchor.
    pub id: Option<String>,
}

/// The words of a diagram: `info` is what stands on the line of the opening fence.
#[must_use]
pub fn words(info: &str, source: &str) -> Words {
    let (name, description) = (accessible(source, "accTitle"), accessible(source, "accDescr"));
    let both = || match (name.is_empty(), description.is_empty()) {
        (false, false) => format!("{}: {description}", name.trim_end_matches(['.', ':'])),
        (_, true) => name.clone(),
        (true, false) => description.clone(),
    };
    Words {
        alt: attribute(info, "alt").unwrap_or_else(both),
        title: attribute(info, "title").unwrap_or_default(),
        id: attribute(info, "id").filter(|id| !id.is_empty()),
    }
}

/// The value of `key="..."`, in straight quotes of either kind.
fn attribute(info: &str, key: &str) -> Option<String> {
    let mut rest = info;
    loop {
        let at = rest.find(key)?;
        let alone = rest[..at].ends_with(char::is_whitespace);
        rest = &rest[at + key.len()..];
        let Some(value) = rest.strip_prefix('=').filter(|_| alone) else { continue };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = &value[1..];
        return Some(value[..value.find(quote)?].trim().to_owned());
    }
}

/// What stands behind `key:` to the end of the line, or between braces on several lines.
fn accessible(source: &str, key: &str) -> String {
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix(key).map(str::trim_start) else { continue };
        if let Some(text) = rest.strip_prefix(':') {
            return text.trim().to_owned();
        }
        if let Some(first) = rest.strip_prefix('{') {
            let mut text = first.to_owned();
            while !text.contains('}') {
                let Some(next) = lines.next() else { break };
                text.push(' ');
                text.push_str(next);
            }
            let text = text.split('}').next().unwrap_or_default();
            return text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fence_speaks_first() {
        let words =
            words("mermaid alt=\"Two boxes\" title='Boxes' id=\"two\"", "flowchart LR\naccTitle: Other\n a --> b");
        assert_eq!(words, Words { alt: "Two boxes".into(), title: "Boxes".into(), id: Some("two".into()) });
    }

    #[test]
    fn otherwise_the_diagram_speaks_for_itself() {
        let both =
            "sequenceDiagram\n  accTitle: A payment.\n  accDescr {\n    The guest pays,\n    the bank confirms.\n  }\n";
        assert_eq!(words("mermaid", both).alt, "A payment: The guest pays, the bank confirms.");
        assert_eq!(words("mermaid", "flowchart LR\naccDescr: Only this\n").alt, "Only this");
        assert_eq!(words("mermaid salt=\"x\"", "flowchart LR\n a --> b").alt, "");
        assert_eq!(words("mermaid alt=\"open", "flowchart LR"), Words::default());
    }
}
