//! Whether shell commands can be read at all: quotes, brackets, here-documents, blocks, and operators
//! with nothing behind them.
//!
//! Reads the grammar that POSIX shells, bash and zsh share, and runs nothing. What it does not know it
//! lets pass: a runbook must not be called wrong for a rare construct.

mod words;

/// Why commands cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// What is wrong, as the end of a sentence.
    pub(super) what: String,
    /// The line on which it begins, counted from 0.
    pub(super) line: usize,
}

/// Reads commands to their end.
pub(super) fn check(text: &str) -> Result<(), Trouble> {
    let mut reader = Reader { text, at: 0, open: Vec::new(), heredocs: Vec::new(), command: true, operator: None };
    reader.read()
}

/// A construct that waits for its end.
struct Open {
    /// The word or sign that began it.
    start: &'static str,
    /// What ends it.
    end: &'static str,
    /// The word that must come before the end, as long as it has not come.
    middle: Option<&'static str>,
    at: usize,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Open>,
    /// The here-documents whose text begins on the next line: end mark, whether tabs before it count, place.
    heredocs: Vec<(String, bool, usize)>,
    /// Whether the next word begins a command.
    command: bool,
    /// The operator that waits for a command, and its place.
    operator: Option<(&'static str, usize)>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Trouble> {
        while let Some(c) = self.text[self.at..].chars().next() {
            match c {
                '\n' => self.line_end()?,
                ' ' | '\t' | '\r' => self.at += 1,
                '\\' if self.text[self.at..].starts_with("\\\n") => self.at += 2,
                '#' => self.at += self.text[self.at..].find('\n').unwrap_or(self.text.len() - self.at),
                '&' | '|' | ';' => self.separator()?,
                '(' => self.open_bracket(),
                ')' => self.close_bracket()?,
                '<' | '>' => self.redirection()?,
                _ => self.word()?,
            }
        }
        self.end()
    }

    fn end(&mut self) -> Result<(), Trouble> {
        if let Some((mark, _, at)) = self.heredocs.first() {
            return Err(self.trouble(*at, format!("the here-document `{mark}` is never closed")));
        }
        if let Some((sign, at)) = self.operator {
            return Err(self.trouble(at, format!("nothing follows `{sign}`")));
        }
        match self.open.last() {
            Some(open) => Err(self.trouble(open.at, format!("`{}` has no `{}`", open.start, open.end))),
            None => Ok(()),
        }
    }

    fn trouble(&self, at: usize, what: String) -> Trouble {
        Trouble { what, line: self.text[..at].bytes().filter(|&byte| byte == b'\n').count() }
    }

    /// The end of a line; the texts of here-documents come behind it.
    fn line_end(&mut self) -> Result<(), Trouble> {
        self.at += 1;
        self.command = true;
        for (mark, tabs, at) in std::mem::take(&mut self.heredocs) {
            loop {
                let rest = &self.text[self.at..];
                if rest.is_empty() {
                    return Err(self.trouble(at, format!("the here-document `{mark}` is never closed")));
                }
                let line = rest.split('\n').next().unwrap_or_default();
                self.at += (line.len() + 1).min(rest.len());
                let line = line.trim_end_matches('\r');
                if line == mark || (tabs && line.trim_start_matches('\t') == mark) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn separator(&mut self) -> Result<(), Trouble> {
        let rest = &self.text[self.at..];
        let signs = [";;&", ";;", ";&", "&&", "||", "|&", "&>>", "&>", "&", "|", ";"];
        let sign = signs.into_iter().find(|sign| rest.starts_with(sign)).unwrap_or(";");
        if matches!(sign, "&&" | "||" | "|" | "|&") {
            if self.command {
                return Err(self.trouble(self.at, format!("nothing stands before `{sign}`")));
            }
            self.operator = Some((sign, self.at));
        }
        self.at += sign.len();
        self.command = !sign.starts_with("&>");
        Ok(())
    }

    fn open_bracket(&mut self) {
        self.open.push(Open { start: "(", end: ")", middle: None, at: self.at });
        self.at += 1;
        self.start_command();
    }

    fn close_bracket(&mut self) -> Result<(), Trouble> {
        match self.open.last() {
            Some(open) if open.end == ")" => _ = self.open.pop(),
            // The patterns of `case` end with a bracket that nothing opens.
            Some(open) if open.end == "esac" => self.command = true,
            _ => return Err(self.trouble(self.at, "`)` closes nothing".into())),
        }
        self.at += 1;
        Ok(())
    }

    fn redirection(&mut self) -> Result<(), Trouble> {
        let rest = &self.text[self.at..];
        let tabs = rest.starts_with("<<-");
        if rest.starts_with("<(") || rest.starts_with(">(") {
            self.at += 1;
            self.open_bracket();
        } else if rest.starts_with("<<<") {
            self.at += 3;
        } else if rest.starts_with("<<") {
            let at = self.at;
            self.at += if tabs { 3 } else { 2 };
            self.at += self.text[self.at..].len() - self.text[self.at..].trim_start_matches([' ', '\t']).len();
            let start = self.at;
            self.part()?;
            let mark: String = self.text[start..self.at].chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
            if mark.is_empty() {
                return Err(self.trouble(at, "the here-document has no end mark".into()));
            }
            self.heredocs.push((mark, tabs, at));
        } else {
            self.at += 1;
            let rest = &self.text[self.at..];
            if rest.starts_with(['>', '&', '|']) {
                self.at += 1;
            }
        }
        Ok(())
    }

    /// A word of a command, which may open or close a block.
    fn word(&mut self) -> Result<(), Trouble> {
        let start = self.at;
        self.part()?;
        let text = self.text;
        let word = &text[start..self.at];
        self.operator = None;
        if !self.command {
            // `in` of a loop or a case, and what comes behind a name, are ordinary words.
            return Ok(());
        }
        // `name()` is followed by the commands of a function.
        self.command = word.ends_with("()");
        self.keyword(word, start)
    }

    fn keyword(&mut self, word: &str, at: usize) -> Result<(), Trouble> {
        let block = match word {
            "if" => Some(("if", "fi")),
            "for" | "select" => Some(("for", "done")),
            "while" => Some(("while", "done")),
            "until" => Some(("until", "done")),
            "case" => Some(("case", "esac")),
            "{" => Some(("{", "}")),
            _ => None,
        };
        if let Some((start, end)) = block {
            let middle = match end {
                "done" => Some("do"),
                "fi" => Some("then"),
                _ => None,
            };
            self.open.push(Open { start, end, middle, at });
            self.command = !matches!(start, "for" | "case");
            return Ok(());
        }
        match word {
            "then" | "else" | "elif" | "do" | "!" | "time" => {
                self.command = true;
                if let Some(open) = self.open.last_mut().filter(|open| open.middle == Some(word)) {
                    open.middle = None;
                }
            }
            "function" => {
                self.at += self.text[self.at..].len() - self.text[self.at..].trim_start_matches([' ', '\t']).len();
                self.part()?;
                self.command = true;
            }
            "fi" | "done" | "esac" | "}" => match self.open.pop() {
                Some(Open { end, middle: None, .. }) if end == word => {}
                Some(Open { start, end, middle: Some(middle), at }) if end == word => {
                    return Err(self.trouble(at, format!("`{start}` has no `{middle}`")));
                }
                Some(open) => {
                    let what = format!("`{}` has no `{}` before `{word}`", open.start, open.end);
                    return Err(self.trouble(open.at, what));
                }
                None => return Err(self.trouble(at, format!("`{word}` closes nothing"))),
            },
            _ => {}
        }
        Ok(())
    }

    fn start_command(&mut self) {
        self.command = true;
        self.operator = None;
    }
}

#[cfg(test)]
mod tests;
