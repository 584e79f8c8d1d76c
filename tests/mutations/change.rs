//! Puts a defect into a text.

use crate::table::Defect;
use crate::yaml;

/// The text of a file with a defect.
///
/// # Errors
/// If what the defect changes is not there: then it would test nothing.
pub(crate) fn changed(defect: &Defect, text: &str) -> Result<String, String> {
    let find = |wanted: &str| text.find(wanted).ok_or_else(|| format!("`{wanted}` is not in {}", defect.file));
    let out = if let Some(wanted) = &defect.cut {
        let lines = lines_of(text, find(wanted)?, wanted.len());
        replaced(text, lines, "")
    } else if let Some(path) = &defect.drop {
        yaml::without(text, path)?
    } else if let (Some(from), Some(to)) = (&defect.from, &defect.to) {
        let start = find(from)?;
        replaced(text, start..start + from.len(), to)
    } else if let (Some(heading), Some(to)) = (&defect.section, &defect.to) {
        let (_, body) = section(text, heading).ok_or_else(|| format!("there is no section `{heading}`"))?;
        replaced(text, body, &format!("\n{to}\n\n"))
    } else if let Some(heading) = &defect.without {
        let (start, body) = section(text, heading).ok_or_else(|| format!("there is no section `{heading}`"))?;
        replaced(text, start..body.end, "")
    } else if let Some([first, second]) = &defect.swap {
        let (a, b) = (find(first)?, find(second)?);
        let ((a, one), (b, other)) = if a < b { ((a, first), (b, second)) } else { ((b, second), (a, first)) };
        let swapped = replaced(text, b..b + other.len(), one);
        replaced(&swapped, a..a + one.len(), other)
    } else if let Some(more) = &defect.add {
        format!("{text}{more}")
    } else {
        return Err("it says nothing that is to be changed".into());
    };
    if out == text { Err("it changes nothing".into()) } else { Ok(out) }
}

/// The whole lines that a part of a text touches.
pub(crate) fn lines_of(text: &str, start: usize, length: usize) -> std::ops::Range<usize> {
    let first = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = start + length.max(1) - 1;
    let last = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    first..last
}

fn replaced(text: &str, range: std::ops::Range<usize>, by: &str) -> String {
    let mut out = text.to_owned();
    out.replace_range(range, by);
    out
}

/// Where the heading with a text begins, and what stands under it up to the next of its level or above.
fn section(text: &str, heading: &str) -> Option<(usize, std::ops::Range<usize>)> {
    let (mut at, mut in_code, mut found) = (0, false, None);
    for line in text.split_inclusive('\n') {
        in_code ^= line.trim_start().starts_with("```");
        let level = if in_code { 0 } else { line.len() - line.trim_start_matches('#').len() };
        if level > 0 && line[level..].starts_with(' ') {
            match found {
                None if line.contains(heading) => found = Some((level, at, at + line.len())),
                Some((above, start, body)) if level <= above => return Some((start, body..at)),
                _ => {}
            }
        }
        at += line.len();
    }
    found.map(|(_, start, body)| (start, body..text.len()))
}
