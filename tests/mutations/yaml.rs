//! Takes keys and entries out of YAML as it is written, line by line, so that everything else stays.

/// The text without what a path leads to: keys, and entries of lists by their id, level, name or number.
///
/// # Errors
/// If the path leads nowhere.
pub(crate) fn without(text: &str, path: &str) -> Result<String, String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let (mut range, mut indent) = (0..lines.len(), 0);
    let mut target = 0..0;
    for part in path.split('/') {
        target = entry(&lines, range.clone(), indent, part)
            .or_else(|| key(&lines, range.clone(), indent, part))
            .ok_or_else(|| format!("`{part}` of `{path}` is not there"))?;
        let first = &lines[target.start];
        let own = first.len() - first.trim_start().len();
        let is_entry = first.trim_start().starts_with("- ") && own >= indent && key_of(first, indent) != Some(part);
        if is_entry {
            (range, indent) = (target.clone(), own + 2);
        } else {
            let below = target.start + 1..target.end;
            indent = below
                .clone()
                .map(|line| &lines[line])
                .find(|line| !line.trim().is_empty())
                .map_or(0, |line| line.len() - line.trim_start().len());
            range = below;
        }
    }
    let first = lines[target.start].clone();
    let is_first_key = first.trim_start().starts_with("- ")
        && key_of(&first, first.len() - first.trim_start().len() + 2) == path.split('/').next_back();
    if is_first_key && let Some(next) = lines.get_mut(target.end) {
        // The dash belongs to the entry, not to its first key.
        let dash = first.len() - first.trim_start().len();
        next.replace_range(dash..=dash, "-");
    }
    lines.drain(target);
    Ok(lines.concat())
}

/// The key on a line whose keys stand in a column; the dash of an entry may stand before it.
fn key_of(line: &str, indent: usize) -> Option<&str> {
    let before = line.get(..indent)?;
    let is_blank = before.chars().all(|c| matches!(c, ' ' | '-'));
    let rest = line.get(indent..).filter(|rest| is_blank && !rest.starts_with([' ', '-', '#']))?;
    rest.split_once(':').map(|(key, _)| key)
}

fn key(lines: &[String], range: std::ops::Range<usize>, indent: usize, wanted: &str) -> Option<std::ops::Range<usize>> {
    let start = range.clone().find(|line| key_of(&lines[*line], indent) == Some(wanted))?;
    // A list may stand in the column of its key.
    let inside = |line: &String| {
        let own = line.len() - line.trim_start().len();
        line.trim().is_empty() || own > indent || (own == indent && line.trim_start().starts_with("- "))
    };
    let end = (start + 1..range.end).find(|line| !inside(&lines[*line])).unwrap_or(range.end);
    Some(start..trimmed(lines, start, end))
}

fn entry(
    lines: &[String],
    range: std::ops::Range<usize>,
    indent: usize,
    wanted: &str,
) -> Option<std::ops::Range<usize>> {
    let starts: Vec<usize> = range
        .clone()
        .filter(|line| {
            let own = lines[*line].len() - lines[*line].trim_start().len();
            own == indent && lines[*line].trim_start().starts_with("- ")
        })
        .collect();
    let ends = starts.iter().skip(1).copied().chain([range.end]);
    let mut entries = starts.iter().copied().zip(ends);
    let named = |(start, end): &(usize, usize)| {
        lines[*start..*end].iter().any(|line| {
            let line = line.trim_start().trim_start_matches("- ").trim_end();
            ["id", "level", "name", "service", "task"].iter().any(|key| line == format!("{key}: {wanted}"))
        })
    };
    match wanted.parse::<usize>() {
        Ok(number) if !entries.clone().any(|entry| named(&entry)) => entries.nth(number),
        _ => entries.find(named),
    }
    .map(|(start, end)| start..trimmed(lines, start, end))
}

/// An end without the empty lines and comments before it.
fn trimmed(lines: &[String], start: usize, end: usize) -> usize {
    let blank = |line: &String| line.trim().is_empty() || line.trim_start().starts_with('#');
    (start + 1..=end).rev().find(|end| !blank(&lines[end - 1])).unwrap_or(end)
}
