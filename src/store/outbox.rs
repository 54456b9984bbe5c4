//! Messages to send: written with what causes them, marked before a try and after it went. A try that nobody marked as sent is
//! made again with the same id.

use super::sync::upsert;
use super::{Store, StoreError, instant};
use crate::model::{Gravity as Severity, doubled};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use serde_json::{Value, json};

/// More messages than this that wait for one channel and were never tried become one.
const BUNDLED_OVER: usize = 5;
/// A message tells so many alerts; the store has them all.
const MOST_TOLD: usize = 100;
/// The pause after a first try that failed; it doubles each further time.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(10);
/// But it is no longer than this.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);
/// A message that could not be sent for so long is given up: what it says is history by then.
const TOO_OLD: TimeDelta = TimeDelta::days(7);
/// Messages that are still to go.
const OPEN: &str = "sent_at IS NULL AND bundled_in IS NULL AND given_up_at IS NULL";

/// A message that may be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its row.
    pub id: i64,
    /// The id it bears however often it is sent.
    pub message: String,
    /// What it says, as JSON.
    pub payload: String,
}

/// What waits for one channel.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Queue {
    /// The channel.
    pub channel: String,
    /// How many messages.
    pub pending: u64,
    /// When the oldest of them was written (UTC).
    pub oldest: Option<String>,
    /// How often the most tried of them was tried.
    pub tries: u64,
    /// Why its last try failed; empty: it did not.
    pub error: String,
}

impl Store {
    /// Makes the store know these channels and no others: name, and how severe an alert must be to be sent there.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn sync_channels(&mut self, channels: &[(String, Severity)]) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let names: Vec<&String> = channels.iter().map(|(name, _)| name).collect();
        let gone = "DELETE FROM channel WHERE name NOT IN (SELECT value FROM json_each(?1))";
        tx.execute(gone, [json!(names).to_string()])?;
        for (name, least) in channels {
            tx.execute(&upsert("channel", "name", "least"), [name, least.as_str()])?;
        }
        Ok(tx.commit()?)
    }

    /// Whether anything waits for a channel, be it for a pause to end. Asked often, and reads only.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn has_messages(&self, channel: &str) -> Result<bool, StoreError> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM outbox WHERE channel = ?1 AND {OPEN})");
        Ok(self.db.prepare_cached(&sql)?.query_row([channel], |row| row.get(0))?)
    }

    /// Makes one message of those that wait for a channel and were never tried, if they are many. What was tried may have
    /// arrived, and stays by itself.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn bundle(&mut self, channel: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let waiting: Vec<(i64, String)> = {
            let sql = format!("SELECT id, payload FROM outbox WHERE channel = ?1 AND tries = 0 AND {OPEN} ORDER BY id");
            let mut query = tx.prepare_cached(&sql)?;
            query.query_map([channel], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
        };
        if waiting.len() <= BUNDLED_OVER {
            return Ok(());
        }
        let told: Vec<Value> = waiting.iter().flat_map(|(_, payload)| alerts_of(payload)).collect();
        let digest = write(&tx, None, channel, told, &instant(at))?;
        for (id, _) in &waiting {
            tx.prepare_cached("UPDATE outbox SET bundled_in = ?2 WHERE id = ?1")?.execute([id, &digest])?;
        }
        Ok(tx.commit()?)
    }

    /// The oldest message that may be sent to a channel now, marked as tried: should nobody come back to say what became of it,
    /// it is sent again after a pause.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn begin_sending(&mut self, channel: &str, at: DateTime<Utc>) -> Result<Option<Outgoing>, StoreError> {
        let now = instant(at);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // what was written later than now was written under a clock that has been set back
        let sql = format!(
            "SELECT id, message, payload, tries FROM outbox
             WHERE channel = ?1 AND {OPEN} AND (next_at <= ?2 OR created_at > ?2) ORDER BY id LIMIT 1"
        );
        let read =
            |row: &Row<'_>| Ok((Outgoing { id: row.get(0)?, message: row.get(1)?, payload: row.get(2)? }, row.get::<_, u32>(3)?));
        let found = tx.prepare_cached(&sql)?.query_row([channel, &now], read).optional()?;
        let Some((outgoing, tries)) = found else { return Ok(None) };
        let next = instant(at + pause(tries));
        let sql = "UPDATE outbox SET tries = tries + 1, next_at = ?2 WHERE id = ?1";
        tx.prepare_cached(sql)?.execute(params![outgoing.id, next])?;
        tx.commit()?;
        Ok(Some(outgoing))
    }

    /// A message went.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn sent(&mut self, id: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET sent_at = ?2, error = '' WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![id, instant(at)])?;
        Ok(())
    }

    /// A message did not go.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn not_sent(&mut self, id: i64, error: &str) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE outbox SET error = ?2 WHERE id = ?1")?.execute(params![id, error])?;
        Ok(())
    }

    /// Gives up messages that are too old and those of channels that are no more. Gives how many that were.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn give_up_old(&mut self, at: DateTime<Utc>) -> Result<usize, StoreError> {
        let sql = format!(
            "UPDATE outbox SET given_up_at = ?1
             WHERE {OPEN} AND (created_at < ?2 OR channel NOT IN (SELECT name FROM channel))"
        );
        Ok(self.db.prepare_cached(&sql)?.execute([instant(at), instant(at - TOO_OLD)])?)
    }

    /// What waits, by channel; one for which nothing waits is there as well.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        let sql = format!(
            "SELECT c.name, count(o.id), min(o.created_at), coalesce(max(o.tries), 0),
               coalesce((SELECT e.error FROM outbox AS e WHERE e.channel = c.name AND e.error <> '' AND {OPEN} ORDER BY e.id DESC LIMIT 1), '')
             FROM channel AS c LEFT JOIN (SELECT * FROM outbox WHERE {OPEN}) AS o ON o.channel = c.name
             GROUP BY c.name ORDER BY c.name"
        );
        let read = |row: &Row<'_>| {
            let count = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.unsigned_abs());
            Ok(Queue { channel: row.get(0)?, pending: count(1)?, oldest: row.get(2)?, tries: count(3)?, error: row.get(4)? })
        };
        let mut query = self.db.prepare_cached(&sql)?;
        Ok(query.query_map([], read)?.collect::<Result<_, _>>()?)
    }
}

/// Writes a message for every channel that asked for alerts of this severity: that one began, or ended.
pub(super) fn tell(db: &Connection, key: &str, at: &str) -> Result<(), StoreError> {
    let sql = "SELECT id, severity, message, raised_at, cleared_at FROM alert WHERE key = ?1";
    let (alert, severity, told) = db.prepare_cached(sql)?.query_row([key], |row| {
        let text = |at: usize| row.get::<_, String>(at);
        let (severity, cleared): (String, Option<String>) = (text(1)?, row.get(4)?);
        let told = alert_told(key, &severity, &text(2)?, &text(3)?, cleared.as_deref());
        Ok((row.get::<_, i64>(0)?, severity, told))
    })?;
    let severity = Severity::parse(&severity);
    let mut query = db.prepare_cached("SELECT name, least FROM channel ORDER BY name")?;
    let channels = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    for channel in channels {
        let (name, least) = channel?;
        if severity >= Severity::parse(&least) {
            write(db, Some(alert), &name, vec![told.clone()], at)?;
        }
    }
    Ok(())
}

/// One alert as messages tell it: it began, or it ended on `cleared_at`.
pub fn alert_told(key: &str, severity: &str, message: &str, raised_at: &str, cleared_at: Option<&str>) -> Value {
    json!({
        "key": key, "state": if cleared_at.is_none() { "raised" } else { "cleared" }, "severity": severity,
        "message": message, "raised_at": raised_at, "cleared_at": cleared_at,
    })
}

/// A message as channels get it: what is told, and of how many more alerts it only says that they are.
pub fn payload(id: &str, at: &str, told: &[Value], more: usize) -> String {
    json!({ "schema": 1, "id": id, "at": at, "alerts": told, "more": more }).to_string()
}

/// Writes one message.
fn write(db: &Connection, alert: Option<i64>, channel: &str, mut told: Vec<Value>, at: &str) -> Result<i64, StoreError> {
    let message: String = db.query_row("SELECT lower(hex(randomblob(16)))", [], |row| row.get(0))?;
    let more = told.len().saturating_sub(MOST_TOLD);
    told.truncate(MOST_TOLD);
    let payload = payload(&message, at, &told, more);
    let sql = "INSERT INTO outbox (message, alert_id, channel, payload, created_at, next_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
    Ok(db.prepare_cached(sql)?.insert(params![message, alert, channel, payload, at])?)
}

fn alerts_of(payload: &str) -> Vec<Value> {
    let payload: Value = serde_json::from_str(payload).unwrap_or_default();
    payload["alerts"].as_array().cloned().unwrap_or_default()
}

/// How long to wait after a try, if so many were made before it.
fn pause(tries: u32) -> TimeDelta {
    doubled(FIRST_PAUSE, tries, LONGEST_PAUSE)
}

#[cfg(test)]
mod tests;
