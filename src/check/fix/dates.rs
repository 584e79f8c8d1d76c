//! Dates as people write them, where they can mean one day only.

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The ISO form of a date in another notation; `None` if it is no date or could mean two days.
pub(super) fn iso(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['.', '/', '-', ',', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |part: &str| part.parse::<i16>().ok();
    let (year, month, day) = if first.len() == 4 {
        (number(first)?, number(second)?, number(third)?)
    } else if let Some(month) = month(second) {
        (year(third)?, month, number(first)?)
    } else if let Some(month) = month(first) {
        (year(third)?, month, number(second)?)
    } else {
        numeric(text, number(first)?, number(second)?, year(third)?)?
    };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.to_string())
}

/// Day and month in numbers: with dots the day comes first; otherwise only a day above 12 tells.
fn numeric(text: &str, first: i16, second: i16, year: i16) -> Option<(i16, i16, i16)> {
    if text.contains('.') || first > 12 || first == second {
        Some((year, second, first))
    } else {
        (second > 12).then_some((year, first, second))
    }
}

fn year(text: &str) -> Option<i16> {
    text.parse().ok().filter(|_| text.len() == 4)
}

/// The month of an English name, written out or cut to three letters.
fn month(text: &str) -> Option<i16> {
    let text = text.to_lowercase();
    let index = MONTHS.iter().position(|name| *name == text || (text.len() == 3 && name.starts_with(&text)))?;
    i16::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn dates_that_can_mean_one_day_are_read() {
        for text in
            ["20.11.2026", "20/11/2026", "11/20/2026", "2026/11/20", "20 November 2026", "Nov 20, 2026", "20-11-2026"]
        {
            assert_eq!(iso(text).as_deref(), Some("2026-11-20"), "{text}");
        }
        assert_eq!(iso("2026-1-5").as_deref(), Some("2026-01-05"));
    }

    #[test]
    fn dates_that_can_mean_two_days_or_none_are_left_alone() {
        for text in ["05/06/2026", "soon", "20.11.26", "31.02.2026", "2026", ""] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
