//! Splitting work over machines: which part of it is whose, the same everywhere.

use std::fmt;
use std::str::FromStr;

/// One of several parts of the work: `I/N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partition {
    /// Which part, from 1.
    pub index: usize,
    /// How many there are.
    pub of: usize,
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let why = || "it has the form I/N, such as 1/3: the first of three parts".to_owned();
        let (index, of) = text.split_once('/').ok_or_else(why)?;
        let number = |text: &str| text.trim().parse::<usize>().map_err(|_| why());
        let (index, of) = (number(index)?, number(of)?);
        if of == 0 {
            return Err("there is at least one part: N is 1 or more".to_owned());
        }
        if !(1..=of).contains(&index) {
            return Err(format!("there is no part {index} of {of}: I counts from 1 to N"));
        }
        Ok(Self { index, of })
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.index, self.of)
    }
}

impl Partition {
    /// Which of some pieces of work, each with its name and size, are in this part. The largest is given away
    /// first, each to the part that has the least so far, so that all parts are about as large.
    #[must_use]
    pub fn choose(self, work: &[(String, u64)]) -> Vec<bool> {
        let mut order: Vec<usize> = (0..work.len()).collect();
        order.sort_by(|a, b| work[*b].1.cmp(&work[*a].1).then_with(|| work[*a].0.cmp(&work[*b].0)));
        let mut loads = vec![0_u64; self.of.min(work.len().max(1))];
        let mut mine = vec![false; work.len()];
        for piece in order {
            let part = (0..loads.len()).min_by_key(|part| loads[*part]).unwrap_or_default();
            // Even a piece of no size is some work.
            loads[part] += work[piece].1.max(1);
            mine[piece] = part + 1 == self.index;
        }
        mine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(sizes: &[u64]) -> Vec<(String, u64)> {
        sizes.iter().enumerate().map(|(index, size)| (format!("p{index}"), *size)).collect()
    }

    #[test]
    fn every_piece_is_in_exactly_one_part_and_parts_are_about_as_large() {
        let work = work(&[90, 10, 40, 50, 30, 80, 5]);
        let parts: Vec<Vec<bool>> = (1..=3).map(|index| Partition { index, of: 3 }.choose(&work)).collect();
        for piece in 0..work.len() {
            assert_eq!(parts.iter().filter(|part| part[piece]).count(), 1, "{piece}");
        }
        let load = |part: &Vec<bool>| part.iter().zip(&work).filter(|(mine, _)| **mine).map(|(_, w)| w.1).sum::<u64>();
        let loads: Vec<u64> = parts.iter().map(load).collect();
        assert!(loads.iter().all(|load| (85..=125).contains(load)), "{loads:?}");
    }

    #[test]
    fn the_order_of_the_pieces_does_not_matter() {
        let mut work = work(&[7, 7, 7, 1]);
        let half = Partition { index: 1, of: 2 };
        let names = |work: &[(String, u64)]| {
            let chosen = half.choose(work);
            let mut names: Vec<_> =
                work.iter().zip(chosen).filter(|(_, mine)| *mine).map(|(w, _)| w.0.clone()).collect();
            names.sort();
            names
        };
        let first = names(&work);
        work.reverse();
        assert_eq!(names(&work), first);
    }

    #[test]
    fn more_parts_than_pieces_leave_some_empty() {
        let work = work(&[1]);
        assert_eq!(Partition { index: 1, of: 3 }.choose(&work), [true]);
        assert_eq!(Partition { index: 3, of: 3 }.choose(&work), [false]);
        assert!(Partition { index: 1, of: 2 }.choose(&[]).is_empty());
    }

    #[test]
    fn a_part_that_is_none_is_told() {
        for (text, why) in
            [("2", "I/N"), ("0/2", "counts from 1"), ("3/2", "no part 3 of 2"), ("1/0", "at least"), ("a/b", "I/N")]
        {
            assert!(text.parse::<Partition>().expect_err(text).contains(why), "{text}");
        }
        assert_eq!("2/3".parse::<Partition>().expect("a part").to_string(), "2/3");
    }
}
