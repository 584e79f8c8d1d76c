//! Reviews: whether what somebody read is still what the document says.

use super::view::View;
use crate::model::records::Review;
use crate::model::report::{ReviewState, Reviewed};
use jiff::ToSpan as _;
use std::collections::BTreeMap;

pub use crate::markdown::fingerprint;

/// How many months a review is fresh.
const MONTHS: i32 = 6;

/// The newest review of each document by each person with its state, in the order of documents and people.
pub(super) fn judged<'a>(view: &View<'a>) -> Vec<(&'a Review, ReviewState)> {
    let reviews = &view.loaded.records.reviews;
    let newest = |review: &Review| {
        let same = |other: &&Review| other.document.value == review.document.value && other.by.value == review.by.value;
        !reviews.iter().filter(same).any(|other| other.date.value > review.date.value)
    };
    // A document that is made from the report has no content yet.
    let is_late = |review: &Review| {
        let template = view.loaded.templates.get(review.document.as_str());
        template.and_then(|template| template.front.after_check.as_ref()).is_some_and(|flag| flag.0)
    };
    let mut prints: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut judged = Vec::new();
    for review in reviews.iter().filter(|review| newest(review) && !is_late(review)) {
        let kind = review.document.as_str();
        let now = prints
            .entry(kind)
            .or_insert_with(|| view.dossier.document(kind).and_then(|document| fingerprint(document).ok()));
        let state = match now.as_deref() {
            None => ReviewState::Gone,
            Some(now) if now != review.content.as_str() => ReviewState::Changed,
            Some(_) if is_old(view, review) => ReviewState::Old,
            Some(_) => ReviewState::Holds,
        };
        judged.push((review, state));
    }
    judged.sort_by_key(|(review, _)| (review.document.as_str(), review.by.as_str()));
    judged
}

/// Whether a review was given long before the release.
fn is_old(view: &View<'_>, review: &Review) -> bool {
    let released = view.project().map(|project| project.release.date.value.0);
    let oldest = released.and_then(|day| day.checked_sub(MONTHS.months()).ok());
    oldest.is_some_and(|oldest| review.date.value.0 < oldest)
}

/// The reviews that no longer hold, with the reason.
pub(super) fn stale<'a>(view: &View<'a>) -> Vec<(&'a Review, String)> {
    let stale = |(review, state): (&'a Review, ReviewState)| Some((review, why(state)?.to_owned()));
    judged(view).into_iter().filter_map(stale).collect()
}

/// All reviews that count, for a report.
pub(super) fn told(view: &View<'_>) -> Vec<Reviewed> {
    let told = |(review, state): (&Review, ReviewState)| Reviewed {
        document: review.document.as_str().to_owned(),
        by: review.by.as_str().to_owned(),
        date: review.date.value.to_string(),
        state,
    };
    judged(view).into_iter().map(told).collect()
}

/// Why a review no longer holds, as the end of a sentence; nothing if it does.
pub(super) fn why(state: ReviewState) -> Option<&'static str> {
    match state {
        ReviewState::Holds | ReviewState::Old => None,
        ReviewState::Changed => Some("its content has changed since"),
        ReviewState::Gone => Some("there is no such document any more"),
    }
}
