//! The catalogue: publishers and sources as `sources.toml` states them.

use super::sync::upsert;
use super::{Store, StoreError, instant};
use crate::model::SeriesCode;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, TransactionBehavior, params};
use std::collections::BTreeMap;

/// A publisher as the configuration states it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublisherRow {
    /// Short name; the first part of series codes.
    pub id: String,
    /// Full name.
    pub title: String,
    /// The name that stands in sentences.
    pub short: String,
    /// Home page.
    pub url: String,
}

/// A source as the configuration states it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceRow {
    /// Its id.
    pub id: String,
    /// Its publisher's id.
    pub publisher: Option<String>,
    /// What it is.
    pub title: String,
    /// The page a person would open.
    pub page: String,
    /// The format's name.
    pub format: String,
    /// When it is looked at, as written.
    pub schedule: String,
    /// The declared state, such as `active`.
    pub state: String,
    /// Older than this, its newest document is stale.
    pub max_age_days: Option<u32>,
    /// When something new is expected, as written; empty where nobody said.
    pub expected: String,
    /// On which terms its publisher lets others use it, in words.
    pub licence: String,
}

impl Store {
    /// Gives series that have no title one.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn name_series(&mut self, titles: &BTreeMap<SeriesCode, String>) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (code, title) in titles {
            let sql = "UPDATE series SET title = ?2 WHERE code = ?1 AND title = ''";
            tx.prepare_cached(sql)?.execute(params![code.as_str(), title])?;
        }
        Ok(tx.commit()?)
    }

    /// Makes the catalogue say what the configuration says at `now`. Sources it no longer has stay, as `unconfigured`; one whose
    /// schedule or state is another than before is looked at anew from now on.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn sync_sources(
        &mut self,
        publishers: &[PublisherRow],
        sources: &[SourceRow],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for publisher in publishers {
            upsert_publisher(&tx, publisher)?;
        }
        let ids: Vec<&String> = sources.iter().map(|source| &source.id).collect();
        let gone = "UPDATE source SET state = 'unconfigured'
             WHERE state <> 'unconfigured' AND id NOT IN (SELECT value FROM json_each(?1))";
        tx.execute(gone, [serde_json::json!(ids).to_string()])?;
        for source in sources {
            upsert_source(&tx, source)?;
            watch(&tx, source, now)?;
        }
        Ok(tx.commit()?)
    }
}

fn upsert_publisher(db: &Connection, row: &PublisherRow) -> Result<(), StoreError> {
    let sql = upsert("publisher", "id", "title, short, url");
    db.prepare_cached(&sql)?.execute(params![row.id, row.title, row.short, row.url])?;
    Ok(())
}

fn upsert_source(db: &Connection, row: &SourceRow) -> Result<(), StoreError> {
    if let Some(publisher) = &row.publisher {
        db.prepare_cached("INSERT INTO publisher (id) VALUES (?1) ON CONFLICT (id) DO NOTHING")?.execute([publisher])?;
    }
    let sql = upsert("source", "id", "publisher_id, title, page, format, schedule, state, max_age_days, licence");
    let (id, publisher, licence) = (&row.id, &row.publisher, &row.licence);
    let stated = params![id, publisher, row.title, row.page, row.format, row.schedule, row.state, row.max_age_days, licence];
    db.prepare_cached(&sql)?.execute(stated)?;
    Ok(())
}

/// Since when planned runs of the source count.
fn watch(db: &Connection, row: &SourceRow, now: DateTime<Utc>) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO watch (source_id, schedule, since, expected) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source_id) DO UPDATE SET expected = excluded.expected, schedule = excluded.schedule,
           since = CASE WHEN schedule = excluded.schedule THEN since ELSE excluded.since END
         WHERE expected <> excluded.expected OR schedule <> excluded.schedule",
    )?
    .execute(params![row.id, format!("{} {}", row.schedule, row.state), instant(now), row.expected])?;
    Ok(())
}

/// A source met in a manifest or evidence file gets a row of its own, `unconfigured`.
pub(super) fn ensure_source(db: &Connection, id: &str) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO source (id) VALUES (?1) ON CONFLICT (id) DO NOTHING")?.execute([id])?;
    Ok(())
}

/// What changed in a source's number of rows and of rows beyond the first of a chain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Delta {
    /// Rows with recorded_to NULL.
    pub observations: i64,
    /// Those that are not the first of their chain.
    pub vintages: i64,
}

/// Keeps the counters of `source`, so that `status` never counts rows.
pub(super) fn count(db: &Connection, source: &str, delta: Delta) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE source SET observations = observations + ?2, vintages = vintages + ?3 WHERE id = ?1")?
        .execute(params![source, delta.observations, delta.vintages])?;
    Ok(())
}
