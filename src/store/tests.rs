//! Tests of the store as a whole.

mod customs;
mod drift;
mod exported;
mod facts;
mod history;
mod permutations;
mod reparse;
mod revisions;
mod saving;

use super::apply::Reread;
use super::{Admitted, Document, Gate, Saved, SnapshotRef, Store, StoreError};
use crate::model::{Class, Coverage, DateBasis, Frequency, Observation, Period, Reading, Status};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

/// A small document for tests: its bytes' name, its days, its figures and what its table covers.
#[derive(Debug, Clone)]
pub(super) struct Doc {
    name: char,
    as_of: u32,
    known_from: u32,
    held: bool,
    /// Series number, table, year, figure: a number, `-` (absent), `` (blank), `x` (withheld).
    figures: Vec<(u8, &'static str, i32, String)>,
    /// Table, first and last year.
    spans: Vec<(&'static str, i32, i32)>,
}

/// A store in a folder that goes away.
struct Fixture {
    store: Store,
    _dir: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Fixture {
        let dir = tempfile::tempdir().unwrap();
        Fixture { store: Store::open(&dir.path().join("t.db")).unwrap(), _dir: dir }
    }

    /// Saves documents one after the other; held ones are read again from the list.
    fn ingest(&mut self, docs: &[Doc], order: &[usize]) {
        let readings: HashMap<(String, NaiveDate), Reading> =
            docs.iter().filter(|d| d.held).map(|d| ((sha(d.name), date(d.as_of)), reading(d))).collect();
        let mut reread = |at: &SnapshotRef| Ok(readings.get(&(at.sha256.clone(), at.as_of)).cloned());
        for (turn, &i) in order.iter().enumerate() {
            let recorded = now() + chrono::Duration::hours(turn as i64);
            let_in(&mut self.store, &document(&docs[i]), &reading(&docs[i]), &mut reread, recorded).unwrap();
        }
    }

    /// The invariants every store has, whatever happened to it.
    fn assert_sound(&self) {
        let one = |sql: &str| self.store.db.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap();
        assert_eq!(one("SELECT count(*) FROM pragma_foreign_key_check"), 0);
        let counts = self.store.counts().unwrap();
        assert_eq!(counts.observations, one("SELECT count(*) FROM observation WHERE recorded_to IS NULL"));
        let chains = "SELECT count(*) FROM (SELECT DISTINCT series_id, period, source_id, class FROM observation
                      WHERE recorded_to IS NULL)";
        assert_eq!(counts.vintages, counts.observations - one(chains));
        let open = "SELECT count(*) FROM (SELECT 1 FROM observation WHERE known_to IS NULL AND recorded_to IS NULL
                    GROUP BY series_id, period, source_id, class HAVING count(*) > 1)";
        assert_eq!(one(open), 0, "a chain has one open row at most");
        let gaps = "SELECT count(*) FROM observation AS o WHERE o.recorded_to IS NULL AND o.known_to IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM observation AS n WHERE n.recorded_to IS NULL AND n.series_id = o.series_id AND n.period = o.period
              AND n.source_id = o.source_id AND n.class = o.class AND n.known_from = o.known_to AND n.id <> o.id)";
        assert_eq!(one(gaps), 0, "every end is the beginning of the next row");
        self.assert_counted();
    }

    /// What triggers keep is what counting would give.
    fn assert_counted(&self) {
        let one = |sql: &str| self.store.db.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap();
        let counted = "SELECT unit, value_num, count(*) FROM observation
            WHERE value IS NOT NULL AND known_to IS NULL AND recorded_to IS NULL GROUP BY unit, value_num";
        let chained = "SELECT DISTINCT series_id, source_id, class FROM observation";
        for (kept, counted) in [("SELECT * FROM value_count", counted), ("SELECT * FROM series_source", chained)] {
            let differing = format!(
                "SELECT count(*) FROM (SELECT * FROM ({kept} EXCEPT {counted}) UNION ALL
                SELECT * FROM ({counted} EXCEPT {kept}))"
            );
            assert_eq!(one(&differing), 0, "{kept} says what the rows say");
        }
    }

    /// How SQLite would answer a question, a line a step.
    fn plan(&self, sql: &str) -> String {
        let mut query = self.store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let blanks = vec![""; query.parameter_count()];
        let rows = query.query_map(rusqlite::params_from_iter(blanks), |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    }
}

/// Lets a document in, whatever it changed.
fn let_in(
    store: &mut Store,
    doc: &Document,
    reading: &Reading,
    reread: Reread<'_>,
    recorded_at: DateTime<Utc>,
) -> Result<Saved, StoreError> {
    match store.admit(doc, reading, reread, Gate::Accepting(""), recorded_at)? {
        Admitted::In { saved, .. } => Ok(saved),
        Admitted::Held { drift } => panic!("held: {drift:?}"),
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-23T10:15:00Z".parse().unwrap()
}

fn sha(name: char) -> String {
    format!("{:0>64x}", u32::from(name))
}

/// The n-th day of 2021.
fn date(n: u32) -> NaiveDate {
    NaiveDate::from_yo_opt(2021, n).unwrap()
}

fn year(y: i32) -> Period {
    Period::year(y).unwrap()
}

fn document(doc: &Doc) -> Document {
    Document {
        source: "src".into(),
        sha256: sha(doc.name),
        bytes: 1,
        as_of: date(doc.as_of),
        as_of_basis: DateBasis::Recorded,
        fetched_at: None,
        known_from: date(doc.known_from),
        known_from_basis: DateBasis::Stated,
        url: format!("https://example.org/{}", doc.name),
        obtained_from: "test".into(),
        content_type: "text/csv".into(),
        class: Class::Parsed,
        held: doc.held,
        streamed: false,
        parser: "csv 1".into(),
        attempt: None,
    }
}

fn reading(doc: &Doc) -> Reading {
    let figures = doc.figures.iter().enumerate();
    Reading {
        observations: figures.map(|(i, f)| observation(doc.name, i, f)).collect(),
        coverage: doc.spans.iter().map(|(table, from, to)| coverage(table, *from, *to)).collect(),
        ..Reading::default()
    }
}

fn observation(name: char, row: usize, (series, table, y, text): &(u8, &'static str, i32, String)) -> Observation {
    // "2 million": a figure and its unit
    let (figure, unit) = text.split_once(' ').unwrap_or((text, "percent"));
    let (status, value) = match figure {
        "-" => (Status::Absent, None),
        "" => (Status::Blank, None),
        "x" => (Status::Withheld, None),
        number => (Status::Published, Some(number.parse().unwrap())),
    };
    Observation {
        series: format!("p.i.s{series}.ru.level.a").parse().unwrap(),
        period: year(*y),
        value,
        status,
        printed: text.clone(),
        raw: None,
        unit: unit.into(),
        table: table.to_string(),
        locator: format!("{name}!{row}"),
        notes: Vec::new(),
    }
}

fn coverage(table: &str, from: i32, to: i32) -> Coverage {
    Coverage { table: table.into(), frequency: Frequency::A, start: year(from).start(), end: year(to).end(), figures: 1 }
}

/// What is being written when the program must end is taken back whole, and the store works on.
#[test]
fn a_change_can_be_cut_short_from_outside() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("a.db")).unwrap();
    let breaker = store.breaker();
    let (started, began) = std::sync::mpsc::channel();
    let cutting = std::thread::spawn(move || {
        began.recv().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(100));
        breaker.cut();
    });
    let tx = store.db.unchecked_transaction().unwrap();
    tx.execute("INSERT INTO source (id) VALUES ('half')", []).unwrap();
    started.send(()).unwrap();
    let endless = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)
         INSERT INTO source (id) SELECT 's' || i FROM n WHERE i % 1000 = 0";
    assert!(tx.execute(endless, []).unwrap_err().to_string().contains("interrupted"));
    drop(tx);
    cutting.join().unwrap();
    assert_eq!(store.db.query_row("SELECT count(*) FROM source", [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    store.db.execute("INSERT INTO source (id) VALUES ('whole')", []).unwrap();
}
