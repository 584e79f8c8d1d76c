//! Days as people write them into a form.

use crate::model::value::Date;

/// The day that a text names: `2027-01-26`, `26.1.2027` or `26/01/2027`.
pub(super) fn read(text: &str) -> Option<Date> {
    let text = text.trim();
    let parts: Vec<&str> = text.split(['-', '.', '/']).map(str::trim).collect();
    let [first, second, third] = parts[..] else { return None };
    let number = |part: &str| part.parse::<i16>().ok();
    let small = |part: &str| number(part).and_then(|number| i8::try_from(number).ok());
    let (year, month, day) = if first.len() == 4 { (first, second, third) } else { (third, second, first) };
    if year.len() != 4 {
        return None;
    }
    jiff::civil::Date::new(number(year)?, small(month)?, small(day)?).ok().map(Date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let wanted = Date(jiff::civil::date(2027, 1, 26));
        for text in ["2027-01-26", " 2027-1-26 ", "26.1.2027", "26.01.2027", "26/01/2027", "26. 1. 2027"] {
            assert_eq!(read(text), Some(wanted), "{text}");
        }
        for text in ["", "tomorrow", "1/26/2027", "26.1.27", "2027-02-30", "2027-01", "2027-01-26-1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
