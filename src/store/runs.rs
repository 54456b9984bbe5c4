//! Planned runs: which instants were answered, which nothing came of, and how often a source failed of late.

use super::attempt::{ANSWERED_OUTCOMES, INTERRUPTED, listed, moment};
use super::{Store, StoreError, instant};
use crate::model::{Marks, Tried};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};

/// Outcome of a planned run that was not started, because the one before it was still going on.
pub const SKIPPED: &str = "skipped_overlap";
/// Outcome of planned runs whose instants passed while nothing ran; one row stands for all of a stretch.
pub const MISSED: &str = "missed";
/// Who asked, where it was a look at the publisher. What a person brings is none.
const LOOKS: &str = "'schedule', 'run'";
/// Outcome of a run that did not ask, because the host is left alone for a while.
pub const LEFT_ALONE: &str = "left_alone";
/// Outcome of a source that was not asked, because there is no network.
pub const OFFLINE: &str = "offline";
/// Outcome of a run that was not let to ask; before the next planned instant nothing will change about that.
const NOT_LET: &str = "robots_disallowed";
/// Outcomes that say nothing about the publisher.
const SAYING_NOTHING: [&str; 5] = [MISSED, SKIPPED, LEFT_ALONE, INTERRUPTED, OFFLINE];
/// So many tries are looked back over to count failures.
const LOOK_BACK: u32 = 50;

/// Failures of a source, one after the other, up to its newest try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When the first of them began (UTC).
    pub since: String,
    /// How the newest ended.
    pub outcome: String,
    /// What it said.
    pub message: String,
}

impl Store {
    /// The planned instants of a source up to `now`: later ones were written under a clock that was wrong. With `any`, every
    /// end of a run answers its instant, for of this source nothing good is expected.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn looked(&self, source: &str, any: bool, now: DateTime<Utc>) -> Result<Marks, StoreError> {
        let good = match any {
            false => format!("outcome IN ({}, '{SKIPPED}', '{NOT_LET}')", listed(&ANSWERED_OUTCOMES)),
            true => format!("outcome NOT IN ('{MISSED}', '{INTERRUPTED}', '{OFFLINE}', '{LEFT_ALONE}')"),
        };
        let answered = format!(
            "SELECT max(at) FROM (
               SELECT * FROM (SELECT due_at AS at FROM attempt
                 WHERE source_id = ?1 AND due_at <= ?2 AND {good} ORDER BY due_at DESC LIMIT 1)
               UNION ALL
               SELECT * FROM (SELECT started_at FROM attempt
                 WHERE source_id = ?1 AND due_at IS NULL AND started_at <= ?2 AND trigger IN ({LOOKS}) AND {good}
                 ORDER BY started_at DESC LIMIT 1))"
        );
        let planned = "SELECT max(at) FROM (SELECT max(due_at) AS at FROM attempt WHERE source_id = ?1 AND due_at <= ?2
             UNION ALL SELECT since FROM watch WHERE source_id = ?1 AND since <= ?2)";
        let one = |sql: &str| -> Result<_, StoreError> {
            let text: Option<String> = self.db.prepare_cached(sql)?.query_row(params![source, instant(now)], |row| row.get(0))?;
            text.map(|text| moment("attempt.due_at", &text)).transpose()
        };
        Ok(Marks { answered: one(&answered)?, planned: one(planned)?, tried: self.tried(source, now)? })
    }

    fn tried(&self, source: &str, now: DateTime<Utc>) -> Result<Option<Tried>, StoreError> {
        let tries = format!("outcome IS NOT NULL AND outcome NOT IN ('{MISSED}', '{SKIPPED}', '{INTERRUPTED}')");
        let sql = format!(
            "SELECT due_at, count(*), max(finished_at) FROM attempt WHERE source_id = ?1 AND {tries} AND due_at =
               (SELECT due_at FROM attempt WHERE source_id = ?1 AND due_at <= ?2 AND {tries} ORDER BY due_at DESC LIMIT 1)
             GROUP BY due_at"
        );
        let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?));
        let found = self.db.prepare_cached(&sql)?.query_row(params![source, instant(now)], read).optional()?;
        let Some((at, times, last)) = found else { return Ok(None) };
        Ok(Some(Tried { at: moment("attempt.due_at", &at)?, times, last: moment("attempt.finished_at", &last)? }))
    }

    /// Records planned runs that did not take place: one row, which says of the last of them when it was due.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn record_unrun(
        &mut self,
        source: &str,
        due_at: DateTime<Utc>,
        outcome: &str,
        message: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO attempt (source_id, trigger, due_at, started_at, finished_at, outcome, message)
             VALUES (?1, 'schedule', ?2, ?3, ?3, ?4, ?5)";
        let mut insert = self.db.prepare_cached(sql)?;
        insert.execute(params![source, instant(due_at), instant(now), outcome, message])?;
        Ok(())
    }

    /// How the source's last run ended.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn last_outcome(&self, source: &str) -> Result<Option<String>, StoreError> {
        let sql = format!(
            "SELECT outcome FROM attempt WHERE source_id = ?1 AND trigger IN ({LOOKS}) AND outcome IS NOT NULL
               AND outcome NOT IN ('{MISSED}', '{SKIPPED}', '{INTERRUPTED}') ORDER BY id DESC LIMIT 1"
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([source], |row| row.get(0)).optional()?)
    }

    /// How often a source failed since it last answered; tries that say nothing about it do not count.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`].
    pub fn failures(&self, source: &str) -> Result<Option<Failures>, StoreError> {
        let sql = format!(
            "SELECT started_at, outcome, message FROM attempt
             WHERE source_id = ?1 AND trigger IN ({LOOKS}) AND outcome IS NOT NULL AND outcome NOT IN ({})
             ORDER BY id DESC LIMIT {LOOK_BACK}",
            listed(&SAYING_NOTHING)
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let mut rows = query.query([source])?;
        let mut found: Option<Failures> = None;
        while let Some(row) = rows.next()? {
            let (since, outcome, message): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match &mut found {
                _ if ANSWERED_OUTCOMES.contains(&outcome.as_str()) => break,
                Some(failures) => (failures.count, failures.since) = (failures.count + 1, since),
                None => found = Some(Failures { count: 1, since, outcome, message }),
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::AttemptEnd;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-{text}Z").parse().unwrap()
    }

    fn tried(store: &mut Store, trigger: &str, due: Option<&str>, began: &str, outcome: &str) {
        let id = store.begin_attempt("s", trigger, due.map(at), at(began)).unwrap();
        store.finish_attempt(id, &AttemptEnd::new(outcome, format!("it was {outcome}"), at("30T00:00:00"))).unwrap();
    }

    #[test]
    fn an_instant_is_answered_by_the_run_that_was_due_then_however_late_it_ended() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        let all = |store: &Store, any, now| store.looked("s", any, at(now)).unwrap();
        let of = |store: &Store, any, now| Marks { tried: None, ..all(store, any, now) };
        assert_eq!(all(&store, false, "30T00:00:00"), Marks::default());
        tried(&mut store, "schedule", Some("20T06:00:00"), "20T06:00:09", "stored");
        tried(&mut store, "replay", None, "20T12:00:00", "stored");
        let first = Some(at("20T06:00:00"));
        assert_eq!(of(&store, false, "30T00:00:00"), Marks { answered: first, planned: first, tried: None });
        tried(&mut store, "schedule", Some("21T06:00:00"), "21T06:00:09", "http_500");
        let second = Some(at("21T06:00:00"));
        assert_eq!(of(&store, false, "30T00:00:00"), Marks { answered: first, planned: second, tried: None });
        assert_eq!(
            of(&store, true, "30T00:00:00"),
            Marks { answered: second, planned: second, tried: None },
            "nothing good is expected"
        );
        let ended = at("30T00:00:00");
        tried(&mut store, "schedule", Some("21T06:00:00"), "21T06:30:09", "interrupted");
        assert_eq!(all(&store, false, "30T00:00:00").tried, Some(Tried { at: at("21T06:00:00"), times: 1, last: ended }));
        tried(&mut store, "run", Some("21T06:00:00"), "21T07:00:09", "connect");
        assert_eq!(all(&store, false, "30T00:00:00").tried, Some(Tried { at: at("21T06:00:00"), times: 2, last: ended }));
        assert_eq!(all(&store, false, "20T23:00:00").tried, Some(Tried { at: at("20T06:00:00"), times: 1, last: ended }));
        tried(&mut store, "run", None, "21T11:00:00", LEFT_ALONE);
        assert_eq!(of(&store, false, "30T00:00:00").answered, first, "nobody was asked");
        tried(&mut store, "run", None, "21T11:30:00", NOT_LET);
        assert_eq!(of(&store, false, "30T00:00:00").answered, Some(at("21T11:30:00")), "no use to ask again before it is due");
        tried(&mut store, "run", None, "21T12:00:00", "not_modified");
        assert_eq!(of(&store, false, "30T00:00:00").answered, Some(at("21T12:00:00")));
        store.record_unrun("s", at("22T06:00:00"), SKIPPED, "", at("22T06:00:00")).unwrap();
        store.record_unrun("s", at("24T06:00:00"), MISSED, "", at("25T00:00:00")).unwrap();
        let (skipped, missed) = (Some(at("22T06:00:00")), Some(at("24T06:00:00")));
        assert_eq!(of(&store, false, "30T00:00:00"), Marks { answered: skipped, planned: missed, tried: None });
        assert_eq!(of(&store, true, "30T00:00:00").answered, skipped);
        // the clock was set back: what was written under the later one does not count
        assert_eq!(of(&store, false, "21T06:00:00"), Marks { answered: first, planned: second, tried: None });
    }

    #[test]
    fn failures_are_counted_from_the_last_answer() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(&dir.path().join("a.db")).unwrap();
        assert_eq!(store.failures("s").unwrap(), None);
        let outcomes = ["http_404", "drift", "http_500", "offline", LEFT_ALONE, "connect"];
        for (n, outcome) in outcomes.into_iter().enumerate() {
            tried(&mut store, "schedule", None, &format!("2{n}T06:00:00"), outcome);
        }
        tried(&mut store, "ingest", None, "27T06:00:00", "unreadable");
        let wanted = Failures {
            count: 2,
            since: "2026-11-22T06:00:00Z".into(),
            outcome: "connect".into(),
            message: "it was connect".into(),
        };
        assert_eq!(store.failures("s").unwrap(), Some(wanted));
        tried(&mut store, "run", None, "28T06:00:00", "unchanged");
        assert_eq!(store.failures("s").unwrap(), None);
    }
}
