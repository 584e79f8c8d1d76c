//! The words of shell commands: quotes, expansions and the brackets in them.
//!
//! Knows nothing of commands and blocks.

use super::{Reader, Trouble};

impl Reader<'_> {
    /// Reads on to the end of a word, over the quotes and expansions in it.
    pub(super) fn part(&mut self) -> Result<(), Trouble> {
        while let Some(c) = self.text[self.at..].chars().next() {
            match c {
                ' ' | '\t' | '\r' | '\n' | '&' | '|' | ';' | ')' | '<' | '>' => break,
                // A list as a value, or the brackets of a function.
                '(' => {
                    let before = self.text[..self.at].chars().next_back();
                    if matches!(before, Some('=')) {
                        self.balanced("(", ")")?;
                    } else if self.text[self.at..].starts_with("()") {
                        self.at += 2;
                        self.start_command();
                    } else {
                        break;
                    }
                }
                _ => self.piece(c)?,
            }
        }
        Ok(())
    }

    /// One character, quote or expansion.
    fn piece(&mut self, c: char) -> Result<(), Trouble> {
        let rest = &self.text[self.at..];
        match c {
            '\\' => self.at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '\'' => self.single()?,
            '"' => self.double()?,
            '`' => self.backquote()?,
            '$' if rest.starts_with("$'") => self.escaped()?,
            '$' if rest.starts_with("$(") => {
                self.at += 1;
                self.balanced("(", ")")?;
            }
            '$' if rest.starts_with("${") => {
                self.at += 1;
                self.balanced("{", "}")?;
            }
            _ => self.at += c.len_utf8(),
        }
        Ok(())
    }

    fn single(&mut self) -> Result<(), Trouble> {
        let start = self.at;
        match self.text[start + 1..].find('\'') {
            Some(end) => self.at = start + end + 2,
            None => return Err(self.trouble(start, "the quote `'` is never closed".into())),
        }
        Ok(())
    }

    /// A quote in which a backslash keeps what follows it: `$'it\'s'`.
    fn escaped(&mut self) -> Result<(), Trouble> {
        let start = self.at;
        self.at += 2;
        while let Some(c) = self.text[self.at..].chars().next() {
            self.at += c.len_utf8();
            match c {
                '\'' => return Ok(()),
                '\\' => self.at += self.text[self.at..].chars().next().map_or(0, char::len_utf8),
                _ => {}
            }
        }
        Err(self.trouble(start, "the quote `$'` is never closed".into()))
    }

    fn double(&mut self) -> Result<(), Trouble> {
        let start = self.at;
        self.at += 1;
        while let Some(c) = self.text[self.at..].chars().next() {
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(());
                }
                '\'' => self.at += 1,
                '$' if self.text[self.at..].starts_with("$'") => self.at += 1,
                _ => self.piece(c)?,
            }
        }
        Err(self.trouble(start, "the quote `\"` is never closed".into()))
    }

    fn backquote(&mut self) -> Result<(), Trouble> {
        let start = self.at;
        match self.text[start + 1..].find('`') {
            Some(end) => self.at = start + end + 2,
            None => return Err(self.trouble(start, "the backquote is never closed".into())),
        }
        Ok(())
    }

    /// Reads to the bracket that closes the one here, over quotes and brackets in between.
    fn balanced(&mut self, open: &str, close: &str) -> Result<(), Trouble> {
        let start = self.at;
        let mut depth = 0usize;
        while let Some(c) = self.text[self.at..].chars().next() {
            let rest = &self.text[self.at..];
            if rest.starts_with(open) {
                depth += 1;
                self.at += 1;
            } else if rest.starts_with(close) {
                depth -= 1;
                self.at += 1;
                if depth == 0 {
                    return Ok(());
                }
            } else {
                self.piece(c)?;
            }
        }
        Err(self.trouble(start, format!("`{open}` is never closed")))
    }
}
