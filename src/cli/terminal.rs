//! Where output goes: data to standard output, everything else to standard error; colours only where
//! they are wanted.

use crate::error::{Error, Result};
use crate::report;
use anstream::AutoStream;
use clap::ColorChoice;
use clap::builder::styling::{AnsiColor, Style};
use std::io::{self, IsTerminal, Write};

/// The width of lines where nothing tells one.
const DEFAULT_WIDTH: usize = 100;

/// No line is made narrower or wider, whatever the terminal.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=160;

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const RED: Style = AnsiColor::Red.on_default().bold();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const GREEN: Style = AnsiColor::Green.on_default().bold();
pub(super) const CYAN: Style = AnsiColor::Cyan.on_default().bold();

/// A text in a style; the stream takes the style away where colours are not wanted.
pub(super) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Which of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

/// What the process writes to.
#[derive(Debug)]
pub(super) struct Terminal {
    quiet: bool,
}

impl Terminal {
    /// Decides once for both streams when colours are used. `Auto` asks the stream, `NO_COLOR` and
    /// `CLICOLOR_FORCE`.
    pub(super) fn new(color: ColorChoice, quiet: bool) -> Self {
        let choice = match color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        Self { quiet }
    }

    /// Whether only what blocks and what was written is said.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether progress can be shown: somebody looks, and wants to.
    pub(super) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// How reports look on a stream.
    #[expect(clippy::disallowed_methods, reason = "the environment says how wide the terminal is")]
    pub(super) fn report_style(stream: Stream) -> report::Style {
        let (choice, size) = match stream {
            Stream::Out => (AutoStream::choice(&io::stdout()), terminal_size::terminal_size_of(io::stdout())),
            Stream::Err => (AutoStream::choice(&io::stderr()), terminal_size::terminal_size_of(io::stderr())),
        };
        let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = asked.or(size.map(|(width, _)| usize::from(width.0))).unwrap_or(DEFAULT_WIDTH);
        let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
        report::Style { colour: choice != anstream::ColorChoice::Never, width }
    }

    /// Writes data to standard output. A reader that has gone away is no failure.
    pub(super) fn data(text: &str) -> Result<()> {
        let mut out = anstream::stdout();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::new("could not write to standard output")
                    .why(error.to_string())
                    .help("look whether there is room where the output goes"))
            }
            _ => Ok(()),
        }
    }

    /// Writes to standard error what must be seen.
    pub(super) fn say(text: &str) {
        // There is nowhere left to complain to.
        let _ = writeln!(anstream::stderr(), "{}", text.trim_end());
    }

    /// Writes to standard error what is good to know.
    pub(super) fn mention(&self, text: &str) {
        if !self.quiet {
            Self::say(text);
        }
    }

    /// Writes what stopped the command.
    pub(super) fn error(error: &Error) {
        Self::say(&format!("{} {error}", paint(RED, "error:")));
    }
}
