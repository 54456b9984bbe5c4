//! What a fetch is told of the fetches before it.

use super::House;
use super::read::accepted;
use crate::config::Source;
use crate::fetch::{Asking, Client, Earlier, Ended, FetchError, Fetched, Validators};
use crate::store::ANSWERED_OUTCOMES;
use anyhow::Result;
use chrono::{DateTime, Utc};

/// Outcomes of an answer that was another kind of file.
const OTHER_KIND: [&str; 4] = ["soft_404", "forbidden_page", "not_expected_type", "wrong_language"];

/// What the store knows of a source's earlier fetches, and who asks now.
pub(super) struct Before {
    /// A person named the source: hosts that are to be left alone are asked all the same.
    pub insists: bool,
    known: Option<Validators>,
    earlier: Vec<Earlier>,
}

/// Looks it up.
///
/// # Errors
/// The store failing.
pub(super) fn before(house: &House, source: &str, insists: bool) -> Result<Before> {
    let known = house.store.validators(source)?;
    let known = known.and_then(|v| Some(Validators { url: v.url?, etag: v.etag, last_modified: v.last_modified }));
    let earlier = |(address, outcome): (String, String)| Earlier { address, ended: ended(&outcome) };
    Ok(Before { insists, known, earlier: house.store.addresses_tried(source)?.into_iter().map(earlier).collect() })
}

/// Fetches a source. The day is that of the source's own zone.
pub(super) async fn ask(client: &Client, source: &Source, before: &Before, now: DateTime<Utc>) -> Result<Fetched, FetchError> {
    let today = now.with_timezone(&source.schedule.zone).date_naive();
    let accept = accepted(source);
    let asking =
        Asking { known: before.known.as_ref(), accept: &accept, earlier: &before.earlier, today, now, insists: before.insists };
    client.fetch(&source.fetch, &asking).await
}

/// A document that is kept out is held all the same.
fn ended(outcome: &str) -> Ended {
    match outcome {
        good if ANSWERED_OUTCOMES.contains(&good) => Ended::Held,
        other if OTHER_KIND.contains(&other) => Ended::OtherKind,
        _ => Ended::Failed,
    }
}
