//! Fetching: several sources at once, one after the other into the store.

use super::ask::{ask, before};
use super::due::{is_live, record_missed};
use super::intake::{Delivery, FETCHED, Taken, broke_off};
use super::manners::{self, client, ways_out};
use super::resume::resume;
use super::{House, Summary, danger, take_in, watch};
use crate::config::Source;
use crate::faultpoint;
use crate::fetch::{Client, Document, FetchError, Fetched};
use crate::model::{DateBasis, Marks};
use crate::schedule::Due;
use crate::store::{AttemptEnd, LEFT_ALONE, OFFLINE};
use anyhow::Result;
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use tokio::task::JoinSet;
use url::Url;

/// Publishers' days are Moscow days (UTC+3, no daylight saving since 2014) where a document is dated by its fetch.
const PUBLISHERS_OFFSET: i32 = 3 * 3600;

/// Which sources a run is for.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Only these; empty: all that can be fetched.
    pub sources: Vec<String>,
    /// Only what is due.
    pub due: bool,
}

/// A fetch on its way: source, attempt, what came.
type Came = (String, i64, Result<Fetched, FetchError>);

/// Fetches the chosen sources, in parallel, and takes in what came. `tell` hears of each as it ends.
///
/// # Errors
/// An unknown source, or the archive or the store failing. A source that fails is recorded, and the others go on.
pub async fn run(
    house: &mut House,
    chosen: &Chosen,
    clock: fn() -> DateTime<Utc>,
    tell: &(dyn Fn(&Taken) + Sync),
) -> Result<Summary> {
    let mut summary = fetch_chosen(house, chosen, clock, tell).await?;
    summary.alerts.extend(danger(&mut house.store, &house.data, &house.alerts, clock())?);
    Ok(summary)
}

async fn fetch_chosen(
    house: &mut House,
    chosen: &Chosen,
    clock: fn() -> DateTime<Utc>,
    tell: &(dyn Fn(&Taken) + Sync),
) -> Result<Summary> {
    let wanted = choose(house, chosen, clock())?;
    let mut summary = Summary { fetched: true, ..Summary::default() };
    if wanted.is_empty() {
        return Ok(summary);
    }
    for (source, _) in &wanted {
        for taken in resume(house, &source.id, clock())? {
            tell(&taken);
            summary.add(taken, None);
        }
    }
    let client = std::sync::Arc::new(client(house)?);
    let (hosts, proxies) = ways_out(wanted.iter().map(|(source, _)| source));
    summary.offline = !client.online(&hosts, &proxies).await;
    let begun = begin_all(house, &wanted, clock())?;
    faultpoint::point("run.begun");
    if summary.offline {
        let arrived = wanted.into_iter().zip(begun).map(|((source, _), attempt)| (source.id, attempt)).collect();
        for (before, taken) in none_asked(house, arrived, clock())? {
            summary.failed.push(taken.source.clone());
            summary.add(taken, before.as_deref());
        }
        return Ok(summary);
    }
    // who names a source wants it asked, whatever its host did of late
    let insists = !chosen.due && !chosen.sources.is_empty();
    let mut under_way: JoinSet<Came> = JoinSet::new();
    for ((source, _), attempt) in wanted.into_iter().zip(begun) {
        let (client, before, now) = (client.clone(), before(house, &source.id, insists)?, clock());
        under_way.spawn(async move {
            let came = ask(&client, &source, &before, now).await;
            (source.id, attempt, came)
        });
    }
    while let Some(came) = under_way.join_next().await {
        let mut arrived = vec![came?];
        while let Some(came) = under_way.try_join_next() {
            arrived.push(came?);
        }
        faultpoint::point("run.came");
        manners::keep(&mut house.store, &client)?;
        faultpoint::point("run.hosts");
        for (before, taken) in settle_all(house, arrived, clock())? {
            if is_failure(house, &taken) {
                summary.failed.push(taken.source.clone());
            }
            tell(&taken);
            summary.add(taken, before.as_deref());
        }
    }
    faultpoint::point("run.settled");
    summary.alerts = watch(house, clock())?;
    faultpoint::point("run.watched");
    Ok(summary)
}

/// Begins an attempt a source, all in one change: one wait for the disk, not one a source.
fn begin_all(house: &mut House, wanted: &[(Source, Option<Due>)], now: DateTime<Utc>) -> Result<Vec<i64>> {
    together(house, |house| wanted.iter().map(|(source, due)| begin(house, &source.id, "run", due.as_ref(), now)).collect())
}

/// Brings what came at about the same time into the store, each with how the try before it ended: what has no document in one
/// change, then the documents, one after the other.
fn settle_all(house: &mut House, arrived: Vec<Came>, now: DateTime<Utc>) -> Result<Vec<(Option<String>, Taken)>> {
    let (plain, documents): (Vec<Came>, Vec<Came>) = arrived.into_iter().partition(|(_, _, came)| brings_nothing(came));
    let one = |house: &mut House, (source, attempt, came): Came| {
        let before = house.store.last_outcome(&source)?;
        Ok((before, settle(house, &source, attempt, came, now)?))
    };
    let mut taken = match plain.is_empty() {
        true => Vec::new(),
        false => together(house, |house| plain.into_iter().map(|came| one(house, came)).collect::<Result<Vec<_>>>())?,
    };
    for came in documents {
        taken.push(one(house, came)?);
    }
    Ok(taken)
}

/// Ends the attempts of sources that were not asked.
fn none_asked(house: &mut House, begun: Vec<(String, i64)>, now: DateTime<Utc>) -> Result<Vec<(Option<String>, Taken)>> {
    let one = |house: &mut House, (source, attempt): (String, i64)| {
        let before = house.store.last_outcome(&source)?;
        let end = plain_end(OFFLINE, "no network".to_string(), "", now);
        Ok((before, finish(house, &source, attempt, end)?))
    };
    together(house, |house| begun.into_iter().map(|at| one(house, at)).collect())
}

/// Whether the end of the attempt is all there is to write.
fn brings_nothing(came: &Result<Fetched, FetchError>) -> bool {
    match came {
        Ok(fetched) => matches!(fetched, Fetched::NotModified { .. }),
        Err(error) => error.refused.is_none(),
    }
}

/// Several small changes of the store as one.
fn together<T>(house: &mut House, work: impl FnOnce(&mut House) -> Result<T>) -> Result<T> {
    house.store.begin_together()?;
    match work(house) {
        Ok(done) => {
            house.store.end_together()?;
            Ok(done)
        }
        Err(error) => {
            house.store.drop_together();
            Err(error)
        }
    }
}

/// Begins an attempt. What was missed before the instant that it answers is recorded first.
fn begin(house: &mut House, source: &str, trigger: &str, due: Option<&Due>, now: DateTime<Utc>) -> Result<i64> {
    due.map(|due| record_missed(house, source, due, now)).transpose()?;
    Ok(house.store.begin_attempt(source, trigger, due.map(|due| due.at), now)?)
}

/// One source, for the daemon: fetch, then take in. `due` is the planned instant it answers.
///
/// # Errors
/// As [`run`].
pub async fn fetch_and_take(
    house: &tokio::sync::Mutex<House>,
    client: &Client,
    source: &str,
    due: &Due,
    clock: fn() -> DateTime<Utc>,
) -> Result<Taken> {
    let (source, attempt, before) = {
        let mut house = house.lock().await;
        let source = house.source(source)?;
        let source = source.on_its_own().unwrap_or_else(|| source.clone());
        resume(&mut house, &source.id, clock())?;
        let attempt = begin(&mut house, &source.id, "schedule", Some(due), clock())?;
        let before = before(&house, &source.id, false)?;
        (source, attempt, before)
    };
    let came = ask(client, &source, &before, clock()).await;
    // a cut cable is no failure of a publisher
    let silent = came.as_ref().is_err_and(|error| error.http_status().is_none() && error.code() != LEFT_ALONE);
    let (hosts, proxies) = if silent { all_ways_out(&*house.lock().await) } else { (Vec::new(), Vec::new()) };
    let offline = silent && !client.online(&hosts, &proxies).await;
    let mut house = house.lock().await;
    match offline {
        true => manners::forget(&house.store, client)?,
        false => manners::keep(&mut house.store, client)?,
    }
    match offline {
        true => finish(&mut house, &source.id, attempt, plain_end(OFFLINE, "no network".to_string(), "", clock())),
        false => settle(&mut house, &source.id, attempt, came, clock()),
    }
}

/// The ways out of all that is fetched on its own.
fn all_ways_out(house: &House) -> (Vec<String>, Vec<Url>) {
    let sources: Vec<Source> = house.config.sources.iter().filter_map(Source::on_its_own).collect();
    ways_out(sources.iter())
}

/// The sources to fetch, each with the instant it answers if it is due.
fn choose(house: &House, chosen: &Chosen, now: DateTime<Utc>) -> Result<Vec<(Source, Option<Due>)>> {
    for id in &chosen.sources {
        house.source(id)?;
    }
    let named = |source: &Source| chosen.sources.contains(&source.id);
    let sources = house.config.sources.iter();
    let fetched: Vec<Source> = match chosen.sources.is_empty() {
        true => sources.filter_map(Source::on_its_own).collect(),
        // who names a source wants all of its addresses asked, also those that are said to be dead
        false => sources.filter(|source| named(source)).filter(|source| !source.fetch.places.is_empty()).cloned().collect(),
    };
    if !chosen.due {
        return Ok(fetched.into_iter().map(|source| (source, None)).collect());
    }
    let mut due = Vec::new();
    for source in fetched {
        // whoever calls has chosen how often what failed is tried again
        let marks = Marks { tried: None, ..house.store.looked(&source.id, !is_live(&source), now)? };
        if let Some(instant) = source.schedule.due_at(marks, now) {
            due.push((source, Some(instant)));
        }
    }
    Ok(due)
}

/// Brings what came into the store, whatever it is.
fn settle(house: &mut House, source: &str, attempt: i64, came: Result<Fetched, FetchError>, now: DateTime<Utc>) -> Result<Taken> {
    match came {
        Ok(Fetched::NotModified { url, status }) => {
            let end = AttemptEnd { http_status: Some(status), ..plain_end("not_modified", String::new(), url.as_str(), now) };
            finish(house, source, attempt, end)
        }
        Ok(Fetched::Document(document)) => {
            let delivery = delivery(source, *document, now)?;
            take_in(house, attempt, delivery, now)
        }
        Err(error) => {
            // an address that nobody asked is none that was tried
            let url = if error.code() == LEFT_ALONE { "" } else { &*error.url };
            let end = AttemptEnd { http_status: error.http_status(), ..plain_end(error.code(), error.to_string(), url, now) };
            if let Some(mut refused) = error.refused {
                // the page that came instead is kept: somebody will want to see it
                let kept = house.archive.store(refused.body.reader()?).map_err(anyhow::Error::from);
                kept.inspect_err(|error| broke_off(house, attempt, error, now))?;
            }
            finish(house, source, attempt, end)
        }
    }
}

/// A document that came. A web archive's copy has the publisher's address and the day of the capture.
fn delivery(source: &str, mut document: Document, now: DateTime<Utc>) -> Result<Delivery> {
    let (bytes, captured) = (document.body.read_all()?, document.archived.as_ref().map(|copy| copy.at));
    let (at, url, obtained_from, validators) = match document.archived {
        Some(copy) => (copy.at, copy.original, document.url.to_string(), (None, None)),
        None => {
            let validators = (document.headers.etag, document.headers.last_modified);
            (now, document.url, FETCHED.to_string(), validators)
        }
    };
    let label = document.requested.to_string();
    let content_type = document.headers.content_type.unwrap_or_default();
    Ok(Delivery {
        obtained_from,
        content_type,
        validators,
        url: url.to_string(),
        http_status: Some(document.status),
        captured,
        ..Delivery::of(source.to_string(), label, bytes, moscow_day(at), DateBasis::Recorded)
    })
}

fn finish(house: &mut House, source: &str, attempt: i64, end: AttemptEnd) -> Result<Taken> {
    house.store.finish_attempt(attempt, &end)?;
    Ok(Taken {
        label: end.url.unwrap_or_default(),
        source: source.to_string(),
        outcome: end.outcome,
        message: end.message,
        saved: None,
        drift: Vec::new(),
    })
}

fn plain_end(outcome: &str, message: String, url: &str, now: DateTime<Utc>) -> AttemptEnd {
    AttemptEnd { url: (!url.is_empty()).then(|| url.to_string()), ..AttemptEnd::new(outcome, message, now) }
}

/// A failure that the source's declared state does not announce.
fn is_failure(house: &House, taken: &Taken) -> bool {
    let live = house.config.source(&taken.source).is_some_and(is_live);
    live && !taken.is_success()
}

/// The day it is in Moscow.
pub(super) fn moscow_day(now: DateTime<Utc>) -> NaiveDate {
    FixedOffset::east_opt(PUBLISHERS_OFFSET).map_or_else(|| now.date_naive(), |zone| now.with_timezone(&zone).date_naive())
}
