//! Reviews: whether what somebody read is still what the document says.

use super::view::View;
use crate::model::records::Review;

pub use crate::markdown::fingerprint;

/// The newest review of each document by each person that no longer holds, with the reason.
pub(super) fn stale<'a>(view: &View<'a>) -> Vec<(&'a Review, String)> {
    let reviews = &view.loaded.records.reviews;
    let newest = |review: &Review| {
        let same = |other: &&Review| other.document.value == review.document.value && other.by.value == review.by.value;
        !reviews.iter().filter(same).any(|other| other.date.value > review.date.value)
    };
    let mut stale = Vec::new();
    for review in reviews.iter().filter(|review| newest(review)) {
        let kind = review.document.as_str();
        match view.dossier.document(kind).map(fingerprint) {
            Some(Ok(now)) if now == review.content.as_str() => {}
            Some(Ok(_)) => stale.push((review, "its content has changed since".to_owned())),
            Some(Err(_)) | None => stale.push((review, "there is no such document any more".to_owned())),
        }
    }
    stale.sort_by_key(|(review, _)| (review.document.as_str(), review.by.as_str()));
    stale
}
