//! Where the front matter of a text stands. Knows nothing about what it says.

use std::ops::Range;

/// The front matter of a text.
pub(super) enum Front {
    /// There is none.
    None,
    /// The fence that opens it, and none that closes it.
    Open(Range<usize>),
    /// It is whole.
    Closed {
        /// What stands between the fences.
        yaml: Range<usize>,
        /// Where the text behind it begins.
        body: usize,
    },
}

impl Front {
    /// The front matter of a text: from its first line `---` to the next one.
    pub(super) fn of(text: &str) -> Self {
        let mut lines = text.split_inclusive('\n');
        let is_fence = |line: &str| line.trim_end() == "---";
        let Some(first) = lines.next().filter(|line| is_fence(line)) else { return Self::None };
        let start = first.len();
        let mut end = start;
        for line in lines {
            if is_fence(line) {
                return Self::Closed { yaml: start..end, body: end + line.len() };
            }
            end += line.len();
        }
        Self::Open(0..3)
    }
}
