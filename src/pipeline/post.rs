//! Takes what is in the outbox to the channels: each by itself, so that none waits for another. A message is marked as tried
//! before it goes and as sent after; whoever is killed between the two sends it again, with the same id.

use super::danger;
use super::house::database;
use super::intake::failed_disk;
use super::{House, Places, alerts_alone};
use crate::archive::ArchiveError;
use crate::config::Alerts;
use crate::faultpoint;
use crate::notify::{Channel, Message, NotSent, send};
use crate::store::{Store, StoreError, alert_told, payload};
use anyhow::Result;
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// A command that ends waits no longer than this for its channels; what did not go goes with the next.
const AT_THE_END: Duration = Duration::from_secs(60);
/// That a message went is written down even if the store is busy for a while; each try waits 5 s.
const MARK_TRIES: u32 = 6;

/// The outbox of a house and the channels it goes to, with a connection of its own: nobody waits for the house.
#[derive(Debug)]
pub struct Post {
    store: Mutex<Store>,
    alerts: Alerts,
    data: PathBuf,
    /// Whether it was already said past the store that the store fails.
    cried: AtomicBool,
}

impl Post {
    /// That of a house.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn of(house: &House) -> Result<Arc<Post>> {
        let store = Mutex::new(Store::open(&database(&house.data))?);
        Ok(Arc::new(Post { store, alerts: house.alerts.clone(), data: house.data.clone(), cried: AtomicBool::new(false) }))
    }

    /// Who is told.
    pub fn channels(&self) -> &[Channel] {
        &self.alerts.channels
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what may be sent now, to all channels at once, within a minute.
    pub async fn deliver(self: &Arc<Post>, clock: fn() -> DateTime<Utc>) {
        let mut under_way = JoinSet::new();
        for channel in self.channels().to_vec() {
            let post = self.clone();
            under_way.spawn(async move { post.empty(&channel, clock).await });
        }
        let all = async { while under_way.join_next().await.is_some() {} };
        if tokio::time::timeout(AT_THE_END, all).await.is_err() {
            tracing::warn!("not every channel answered in time; what is left goes with the next run");
        }
    }

    /// Sends what may be sent to one channel now, the oldest first. The first message that does not go ends it: the others
    /// would hardly fare better, and the next time comes soon.
    pub async fn empty(&self, channel: &Channel, clock: fn() -> DateTime<Utc>) {
        loop {
            match self.send_one(channel, clock).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => return tracing::warn!(channel = channel.name, "not told: {error:#}"),
            }
        }
    }

    /// Whether there was something to send.
    async fn send_one(&self, channel: &Channel, clock: fn() -> DateTime<Utc>) -> Result<bool> {
        let (now, name) = (clock(), channel.name.as_str());
        let outgoing = {
            let mut store = self.store();
            if !store.has_messages(name)? {
                return Ok(false);
            }
            store.give_up_old(now)?;
            store.bundle(name, now)?;
            faultpoint::point("outbox.bundled");
            store.begin_sending(name, now)?
        };
        let Some(outgoing) = outgoing else { return Ok(false) };
        let message = Message { id: outgoing.message, payload: outgoing.payload };
        faultpoint::point("outbox.marked");
        match send(channel, &message).await {
            Ok(()) => {
                faultpoint::point("outbox.went");
                self.mark_sent(outgoing.id, clock)?;
                faultpoint::point("outbox.sent");
            }
            Err(error) => {
                self.store().not_sent(outgoing.id, &error.to_string())?;
                return Err(error.into());
            }
        }
        tracing::info!(channel = name, message = message.id, "told");
        Ok(true)
    }

    fn mark_sent(&self, id: i64, clock: fn() -> DateTime<Utc>) -> Result<(), StoreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.store().sent(id, clock()) {
                Err(error) if tries < MARK_TRIES => tracing::debug!(%error, "marking a message as sent"),
                done => return done,
            }
        }
    }

    /// Looks at disk and database. If the store cannot say so, the channels are told past it, once until it can be written again.
    pub async fn look(self: &Arc<Post>, clock: fn() -> DateTime<Utc>) {
        let post = self.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let mut store = post.store();
            let found = danger(&mut store, &post.data, &post.alerts, clock())?;
            store.rest()?;
            Ok(found)
        });
        match looked.await.unwrap_or_else(|broken| Err(broken.into())) {
            Ok(_) => self.cried.store(false, Ordering::Relaxed),
            Err(error) => {
                // a store that is busy with a large document is none
                tracing::info!("looking at disk and database: {error:#}");
                if is_danger(&error) && !self.cried.swap(true, Ordering::Relaxed) {
                    shout(&self.alerts, &format!("{error:#}"), clock()).await;
                }
            }
        }
    }
}

/// Tells all channels, past a store that cannot be written, that this is so; nothing for other errors. The id is the same all
/// day, so that whoever is told by every run can tell.
pub async fn cry(places: &Places, error: &anyhow::Error, now: DateTime<Utc>) {
    if let Ok(alerts) = alerts_alone(places)
        && is_danger(error)
    {
        shout(&alerts, &format!("{error:#}"), now).await;
    }
}

fn is_danger(error: &anyhow::Error) -> bool {
    error.is::<ArchiveError>() && failed_disk(error).is_some() || error.downcast_ref().is_some_and(StoreError::is_danger)
}

async fn shout(alerts: &Alerts, error: &str, now: DateTime<Utc>) {
    let id = format!("database-write-{}", now.format("%Y-%m-%d"));
    let message = message(&id, "database/write", "critical", &format!("what came cannot be stored: {error}"), now);
    let mut under_way = JoinSet::new();
    for channel in alerts.channels.clone() {
        let message = message.clone();
        under_way.spawn(async move { send(&channel, &message).await.map_err(|error| (channel.name, error)) });
    }
    while let Some(sent) = under_way.join_next().await {
        if let Ok(Err((channel, error))) = sent {
            tracing::warn!(channel, "not told: {error}");
        }
    }
}

/// Sends a message to a channel that says that it can be told; nothing is stored.
///
/// # Errors
/// Why it did not go.
pub async fn test_message(channel: &Channel, now: DateTime<Utc>) -> Result<(), NotSent> {
    let id = format!("test-{}", now.format("%Y%m%dT%H%M%S%3fZ"));
    let text = format!("this is a test: channel {} can be told", channel.name);
    send(channel, &message(&id, "test", "info", &text, now)).await
}

fn message(id: &str, key: &str, severity: &str, text: &str, now: DateTime<Utc>) -> Message {
    let at = crate::model::instant(now);
    let payload = payload(id, &at, &[alert_told(key, severity, text, &at, None)], 0);
    Message { id: id.to_string(), payload }
}
