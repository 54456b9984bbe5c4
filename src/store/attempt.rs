//! Attempts: every try at a source leaves exactly one row with a typed outcome.

use super::admit::{DRIFT, INCOMPLETE};
use super::catalogue::ensure_source;
use super::{Store, StoreError, instant};
use crate::faultpoint;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};

/// Outcomes that count as success: a new document, the same bytes, a 304, a document already known, one that is kept and
/// not read. The view `source_health` has the same list.
pub const SUCCESS_OUTCOMES: [&str; 5] = ["stored", "unchanged", "not_modified", KNOWN, "kept"];
/// Outcomes after which the source has been looked at for the day: the good ones, a document that is kept out until a person
/// accepts it, one that lacks something. Asking again before the next planned instant would bring the same document.
pub const ANSWERED_OUTCOMES: [&str; 7] = ["stored", "unchanged", "not_modified", KNOWN, "kept", DRIFT, INCOMPLETE];
/// The outcome of a document that was here already.
pub const KNOWN: &str = "known";
/// The outcome of an attempt that was told to stop or whose process died.
pub const INTERRUPTED: &str = "interrupted";
/// The outcome of the attempt that a document leaves which was read again.
pub(super) const REPARSED: &str = "reparsed";
/// Who asked for an attempt that reads a document of the archive again.
pub const REPARSE: &str = "reparse";

/// How an attempt ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttemptEnd {
    /// When.
    pub finished_at: DateTime<Utc>,
    /// A typed code; [`SUCCESS_OUTCOMES`] are the good ones.
    pub outcome: String,
    /// The last answer's status.
    pub http_status: Option<u16>,
    /// One sentence for a person.
    pub message: String,
    /// A label of the document tried, such as its path in a manifest.
    pub document: Option<String>,
    /// The document it brought.
    pub snapshot_id: Option<i64>,
    /// The address that answered.
    pub url: Option<String>,
    /// Validator for the next conditional request.
    pub etag: Option<String>,
    /// Validator for the next conditional request.
    pub last_modified: Option<String>,
}

impl AttemptEnd {
    /// An end of which nothing is known but how, why and when.
    pub fn new(outcome: &str, message: String, finished_at: DateTime<Utc>) -> AttemptEnd {
        AttemptEnd {
            finished_at,
            outcome: outcome.to_string(),
            http_status: None,
            message,
            document: None,
            snapshot_id: None,
            url: None,
            etag: None,
            last_modified: None,
        }
    }
}

/// What a conditional request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// The address they belong to; they mean nothing elsewhere.
    pub url: Option<String>,
    /// As the server sent it.
    pub etag: Option<String>,
    /// As the server sent it.
    pub last_modified: Option<String>,
}

impl Store {
    /// Records that a try begins. A source the catalogue does not know gets a row, `unconfigured`.
    ///
    /// # Errors
    /// [`StoreError::AlreadyBegun`] if a try for this planned instant is under way or answered it; one that failed may be repeated.
    pub fn begin_attempt(
        &mut self,
        source: &str,
        trigger: &str,
        due_at: Option<DateTime<Utc>>,
        started_at: DateTime<Utc>,
    ) -> Result<i64, StoreError> {
        ensure_source(&self.db, source)?;
        let due = due_at.map(instant);
        let sql = "INSERT INTO attempt (source_id, trigger, due_at, started_at) VALUES (?1, ?2, ?3, ?4)";
        match self.db.prepare_cached(sql)?.insert(params![source, trigger, due, instant(started_at)]) {
            Err(rusqlite::Error::SqliteFailure(e, _)) if e.code == ErrorCode::ConstraintViolation && due.is_some() => {
                Err(StoreError::AlreadyBegun { source_id: source.to_string(), due_at: due.unwrap_or_default() })
            }
            other => Ok(other?),
        }
    }

    /// Records how a try ended.
    ///
    /// # Errors
    /// [`StoreError::NoSuchAttempt`] unless it is under way.
    pub fn finish_attempt(&mut self, id: i64, end: &AttemptEnd) -> Result<(), StoreError> {
        finish(&self.db, id, end)
    }

    /// After a crash: whatever is under way is not. Gives how many there were.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn interrupt_open_attempts(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let sql = "UPDATE attempt SET finished_at = ?1, outcome = ?2, message = 'the program ended during this run'
                   WHERE finished_at IS NULL";
        Ok(self.db.prepare_cached(sql)?.execute(params![instant(now), INTERRUPTED])?)
    }

    /// The validators of the source's last good fetch.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn validators(&self, source: &str) -> Result<Option<Validators>, StoreError> {
        let read = |row: &Row<'_>| Ok(Validators { url: row.get(0)?, etag: row.get(1)?, last_modified: row.get(2)? });
        Ok(self.db.prepare_cached(&validators())?.query_row([source], read).optional()?)
    }

    /// The addresses at which the source was tried, the least recent first, each with the outcome of its best try: a good
    /// one if there was any, else the last.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn addresses_tried(&self, source: &str) -> Result<Vec<(String, String)>, StoreError> {
        let mut query = self.db.prepare_cached(&addresses_tried())?;
        let rows = query.query_map([source], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Validators of the last good fetch of source ?1.
pub(super) fn validators() -> String {
    format!(
        "SELECT url, etag, last_modified FROM attempt
         WHERE source_id = ?1 AND outcome IN ({}) AND (etag IS NOT NULL OR last_modified IS NOT NULL)
         ORDER BY id DESC LIMIT 1",
        listed(&SUCCESS_OUTCOMES)
    )
}

/// Every address of source ?1 with its best outcome, in the order of the last tries. One address is found from the one before, so
/// that what counts is how many there are, not how often they were tried.
pub(super) fn addresses_tried() -> String {
    let tried = format!(
        "FROM attempt AS a WHERE a.source_id = ?1 AND a.outcome IS NOT NULL AND a.outcome <> '{REPARSED}' AND coalesce(a.document, a.url)"
    );
    let first = format!("SELECT coalesce(a.document, a.url) {tried} >= '' ORDER BY coalesce(a.document, a.url) LIMIT 1");
    let next = format!("SELECT coalesce(a.document, a.url) {tried} > t.address ORDER BY coalesce(a.document, a.url) LIMIT 1");
    let last = format!("{tried} = t.address ORDER BY a.id DESC LIMIT 1");
    let good = format!("{tried} = t.address AND a.outcome IN ({}) ORDER BY a.id DESC LIMIT 1", listed(&ANSWERED_OUTCOMES));
    format!(
        "WITH RECURSIVE t(address) AS (
           SELECT ({first}) UNION ALL SELECT ({next}) FROM t WHERE t.address IS NOT NULL)
         SELECT t.address, coalesce((SELECT a.outcome {good}), (SELECT a.outcome {last})) FROM t
         WHERE t.address IS NOT NULL ORDER BY (SELECT a.id {last})"
    )
}

/// Outcomes as the members of an SQL list.
pub(super) fn listed(outcomes: &[&str]) -> String {
    outcomes.iter().map(|outcome| format!("'{outcome}'")).collect::<Vec<_>>().join(", ")
}

/// [`Store::finish_attempt`] inside a transaction that is already open.
pub(super) fn finish(db: &Connection, id: i64, end: &AttemptEnd) -> Result<(), StoreError> {
    faultpoint::point("store.finish");
    let changed = db
        .prepare_cached(
            "UPDATE attempt SET finished_at = ?2, outcome = ?3, http_status = ?4, message = ?5, document = ?6, snapshot_id = ?7,
               url = ?8, etag = ?9, last_modified = ?10
             WHERE id = ?1 AND finished_at IS NULL",
        )?
        .execute(params![
            id,
            instant(end.finished_at),
            end.outcome,
            end.http_status,
            end.message,
            end.document,
            end.snapshot_id,
            end.url,
            end.etag,
            end.last_modified
        ])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NoSuchAttempt(id)) }
}

pub(super) fn moment(column: &'static str, text: &str) -> Result<DateTime<Utc>, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt { column, wanted: "an instant in UTC", found: text.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn ended(outcome: &str, when: &str, etag: Option<&str>) -> AttemptEnd {
        AttemptEnd { finished_at: at(when), outcome: outcome.into(), etag: etag.map(String::from), ..AttemptEnd::default() }
    }

    #[test]
    fn one_row_an_attempt() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let due = Some(at("2026-11-23T06:00:00Z"));
        let first = store.begin_attempt("s", "schedule", due, at("2026-11-23T06:00:01Z")).unwrap();
        let again = store.begin_attempt("s", "schedule", due, at("2026-11-23T06:00:02Z"));
        assert!(matches!(again, Err(StoreError::AlreadyBegun { .. })));
        store.finish_attempt(first, &ended("stored", "2026-11-23T06:00:09Z", Some("\"x\""))).unwrap();
        assert!(store.finish_attempt(first, &ended("stored", "2026-11-23T06:00:10Z", None)).is_err());
        let failed = store.begin_attempt("s", "run", None, at("2026-11-24T06:00:00Z")).unwrap();
        store.finish_attempt(failed, &ended("http_500", "2026-11-24T06:00:01Z", Some("\"bad\""))).unwrap();
        assert_eq!(store.validators("s").unwrap().unwrap().etag.as_deref(), Some("\"x\""));
        store.begin_attempt("s", "run", None, at("2026-11-25T06:00:00Z")).unwrap();
        assert_eq!(store.interrupt_open_attempts(at("2026-11-25T07:00:00Z")).unwrap(), 1);
        assert_eq!(store.interrupt_open_attempts(at("2026-11-25T07:00:00Z")).unwrap(), 0);
        assert_eq!(store.status_rows().unwrap()[0].outcome.as_deref(), Some("interrupted"));
    }

    /// A catch-up after a failure or a crash answers the same planned instant.
    #[test]
    fn a_planned_instant_is_answered_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let due = Some(at("2026-11-23T06:00:00Z"));
        for outcome in ["http_500", "forbidden_page", "stored"] {
            let id = store.begin_attempt("s", "schedule", due, at("2026-11-23T06:00:01Z")).unwrap();
            store.finish_attempt(id, &ended(outcome, "2026-11-23T06:00:09Z", None)).unwrap();
        }
        let again = store.begin_attempt("s", "run", due, at("2026-11-23T06:01:00Z"));
        assert!(matches!(again, Err(StoreError::AlreadyBegun { .. })));
    }

    #[test]
    fn an_address_is_remembered_by_its_best_try() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let tries =
            [("stored", "a"), ("http_404", "b"), ("soft_404", "c"), ("http_503", "a"), ("http_500", "b"), ("offline", "")];
        for (outcome, url) in tries {
            let id = store.begin_attempt("s", "run", None, at("2026-11-23T06:00:01Z")).unwrap();
            let url = (!url.is_empty()).then(|| url.to_string());
            store.finish_attempt(id, &AttemptEnd { url, ..ended(outcome, "2026-11-23T06:00:09Z", None) }).unwrap();
        }
        let wanted = [("c", "soft_404"), ("a", "stored"), ("b", "http_500")].map(|(a, o)| (a.to_string(), o.to_string()));
        assert_eq!(store.addresses_tried("s").unwrap(), wanted);
        assert_eq!(store.addresses_tried("t").unwrap(), []);
    }

    #[test]
    fn the_schema_counts_the_same_outcomes() {
        let sql = include_str!("../../schema.sql");
        // the view and the index that answers it; the index that lets a planned run succeed once
        for (what, list, times) in [("view", listed(&SUCCESS_OUTCOMES), 2), ("index", listed(&ANSWERED_OUTCOMES), 1)] {
            assert_eq!(sql.matches(&format!("outcome IN ({list})")).count(), times, "{what}: {list}");
        }
    }
}
