//! The margin of a page: what its author shall see at the places that it is about. Bundles have none.

use crate::finding::Finding;
use crate::source::Span;
use std::cell::RefCell;

/// The findings of one page that are still to be told, and how one is written.
pub(super) struct Margin<'a> {
    open: RefCell<Vec<&'a Finding>>,
    write: &'a dyn Fn(&Finding) -> String,
}

impl<'a> Margin<'a> {
    /// A margin for findings.
    pub(super) fn new(findings: Vec<&'a Finding>, write: &'a dyn Fn(&Finding) -> String) -> Self {
        Self { open: RefCell::new(findings), write }
    }

    /// What is to be told behind the text at a place, which is then told.
    pub(super) fn at(&self, place: Span) -> String {
        let is_here = |finding: &&Finding| finding.span().is_some_and(|span| place.contains(span));
        let (here, elsewhere) = self.open.take().into_iter().partition(is_here);
        self.open.replace(elsewhere);
        self.told(here)
    }

    /// What has not been told.
    pub(super) fn rest(&self) -> String {
        self.told(self.open.take())
    }

    fn told(&self, findings: Vec<&Finding>) -> String {
        findings.into_iter().map(self.write).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn what_was_told_at_an_inner_place_is_not_told_again() {
        let file = Sources::default().add("a.md", "0123456789");
        let at = |start, end| Span::new(file, start, end);
        let inner = Finding::error("inner", "x").at(at(2, 3), "");
        let nowhere = Finding::error("nowhere", "x");
        let outer = Finding::error("outer", "x").at(at(5, 6), "");
        let write = |finding: &Finding| format!("<{}>", finding.rule);
        let margin = Margin::new(vec![&inner, &nowhere, &outer], &write);
        assert_eq!(margin.at(at(1, 4)), "<inner>");
        assert_eq!(margin.at(at(0, 9)), "<outer>");
        assert_eq!(margin.rest(), "<nowhere>");
        assert_eq!(margin.rest(), "");
    }
}
