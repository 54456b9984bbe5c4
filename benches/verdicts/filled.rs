//! A store of many observations: monthly series of several indicators, items and entities, every figure revised twice, the rows in
//! the order in which documents bring them.

use chrono::{Months, NaiveDate};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use sverka::paper::Paper;
use sverka::store::Store;

/// Versions of every figure.
pub const VINTAGES: usize = 3;
/// Claims of the paper, and every which of them is wrong.
const CLAIMS: usize = 300;
const WRONG: usize = 30;
/// How the series are made: by measure, item, entity, indicator.
const MEASURES: [(&str, &str); 3] = [("yoy", "percent"), ("mom", "percent"), ("level", "million RUB")];
const ITEMS: usize = 25;
const ENTITIES: usize = 10;
const PUBLISHERS: usize = 3;
/// Sources, each with its share of the series.
const SOURCES: usize = 200;
/// Looks at a source for one new document.
const TRIES: usize = 5;
/// Open and settled issues of a source.
const ISSUES: usize = 40;

/// How many there are of what.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    series: usize,
    periods: usize,
}

/// The store of so many observations, made if it is not there yet.
pub fn store(observations: usize) -> (Shape, PathBuf) {
    // nine years of months, and 27 in a large store
    let periods = if observations > 3_000_000 { 324 } else { 108 };
    let shape = Shape { series: observations.div_ceil(periods * VINTAGES), periods };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("target/verdicts-{observations}.db"));
    if !path.exists() {
        let draft = path.with_extension("draft");
        let _ = std::fs::remove_file(&draft);
        drop(Store::open(&draft).unwrap());
        shape.fill(&draft);
        std::fs::rename(&draft, &path).unwrap();
    }
    (shape, path)
}

impl Shape {
    /// Claims spread over the series, told as growth; every [`WRONG`]th says what no vintage said.
    pub fn paper(&self) -> Paper {
        let head = "id = \"p\"\ntitle = \"A paper\"\naccepted = 2040-01-01\n";
        let columns = "id,section,paragraph,sentence,printed,value,decimals,unit,hedge,wording,entity,counterpart,flow,indicator,\
            series,period,measure,base,footnote,cutoff\n";
        let lines = (0..CLAIMS).map(|n| {
            // the first measure of every third series is a growth against the year before
            let (series, period) = (n * 17 % (self.series / 3) * 3, 24 + n * 7 % (self.periods - 26));
            let wrong = if n % WRONG == 0 { 13 } else { 0 };
            let tenths = tenths(series, period, VINTAGES - 1) - 1000 + wrong;
            let value = format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10);
            let (code, month) = (code(series), month(period).0);
            format!("c{n},1,1,1,{value}%,{value},1,percent,,,,,,,{code},{month},growth,,,\n")
        });
        let csv = std::iter::once(columns.to_string()).chain(lines).collect::<String>();
        Paper::parse(head, &csv, "paper.toml", "claims.csv").unwrap()
    }

    fn fill(&self, path: &Path) {
        let mut db = Connection::open(path).unwrap();
        // a file that is thrown away if this ends early
        db.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA journal_mode = OFF").unwrap();
        let tx = db.transaction().unwrap();
        self.catalogue(&tx);
        for document in 0..self.periods + VINTAGES - 1 {
            for source in 0..SOURCES {
                self.document(&tx, document, source);
            }
        }
        tx.execute("UPDATE source SET observations = ?1, vintages = ?1 / 3 * 2", [number(self.observations() / SOURCES)])
            .unwrap();
        tx.commit().unwrap();
        db.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    }

    fn observations(&self) -> usize {
        self.series * self.periods * VINTAGES
    }

    fn catalogue(&self, db: &Connection) {
        for n in 0..SOURCES {
            db.execute("INSERT INTO source (id) VALUES (?1)", [format!("source-{n}")]).unwrap();
            for issue in 0..ISSUES {
                let sql = "INSERT INTO issue (source_id, code, severity, locator, seen, wanted, recorded_from, recorded_to)
                     VALUES (?1, 'unknown_row', 'warning', ?2, 'x', 'y', '2020', ?3)";
                let settled = (issue % 2 == 0).then_some("2021");
                db.execute(sql, params![format!("source-{n}"), format!("A{issue}"), settled]).unwrap();
            }
        }
        for n in 0..self.series {
            let code = code(n).parse::<sverka::model::SeriesCode>().unwrap();
            let (id, unit) = (code.identity(), MEASURES[n % MEASURES.len()].1);
            let sql = "INSERT INTO series (id, code, publisher, indicator, item, entity, measure, frequency, unit)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'm', ?8)";
            let part = params![number(n + 1), code.as_str(), id.publisher, id.indicator, id.item, id.entity, id.measure, unit];
            db.execute(sql, part).unwrap();
        }
    }

    /// A document of one source: the newest period of its series for the first time, those before it revised.
    fn document(&self, db: &Connection, document: usize, source: usize) {
        let (name, day) = (format!("source-{source}"), stated(document));
        let sql = "INSERT INTO snapshot (source_id, sha256, bytes, as_of, as_of_basis, known_from, known_from_basis, class, held,
               recorded_from) VALUES (?1, ?2, 1, ?3, 'stated', ?3, 'stated', 'parsed', 1, ?3)";
        let sha256 = format!("{:064x}", document * SOURCES + source);
        let snapshot = db.prepare_cached(sql).unwrap().insert(params![name, sha256, day]).unwrap();
        for again in 0..TRIES {
            let sql = "INSERT INTO attempt (source_id, trigger, started_at, finished_at, outcome, snapshot_id, url)
                 VALUES (?1, 'schedule', ?2, ?2, ?3, ?4, 'https://example.org/a')";
            let (outcome, brought) = if again == 0 { ("stored", Some(snapshot)) } else { ("not_modified", None) };
            let at = format!("{day}T10:0{again}:00Z");
            db.prepare_cached(sql).unwrap().execute(params![name, at, outcome, brought]).unwrap();
        }
        for series in (source..self.series).step_by(SOURCES) {
            for vintage in 0..VINTAGES {
                if let Some(period) = document.checked_sub(vintage).filter(|period| *period < self.periods) {
                    observe(db, (&name, snapshot), (series, period, vintage));
                }
            }
        }
    }
}

fn observe(db: &Connection, (source, snapshot): (&str, i64), (series, period, vintage): (usize, usize, usize)) {
    let sql = "INSERT INTO observation (series_id, source_id, period, period_start, period_end, value, decimals, printed, unit, status,
           class, known_from, known_to, known_from_basis, recorded_from, parser, snapshot_id, locator, table_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?6, ?7, 'published', 'parsed', ?8, ?9, 'stated', '2026-01-01T00:00:00Z', 'xlsx 1', ?10,
           ?11, 'table')";
    let (text, start, end) = month(period);
    let tenths = tenths(series, period, vintage);
    let value = format!("{}.{}", tenths / 10, tenths % 10);
    let until = (vintage + 1 < VINTAGES).then(|| stated(period + vintage + 1));
    let (unit, locator) = (MEASURES[series % MEASURES.len()].1, format!("1!R{}C{}", series / SOURCES, period));
    let from = stated(period + vintage);
    let row = params![number(series + 1), source, text, start, end, value, unit, from, until, snapshot, locator];
    db.prepare_cached(sql).unwrap().execute(row).unwrap();
}

/// A period's text, first and last day.
fn month(period: usize) -> (String, String, String) {
    let start = first_day(period);
    let end = first_day(period + 1).pred_opt().unwrap();
    (start.format("%Y-%m").to_string(), start.to_string(), end.to_string())
}

fn first_day(period: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(1998, 1, 1).unwrap() + Months::new(u32::try_from(period).unwrap())
}

/// The day that a document states for itself: the middle of the month after its newest period.
fn stated(document: usize) -> String {
    first_day(document + 1).format("%Y-%m-15").to_string()
}

/// The code of a series; those that differ in the measure alone stand together.
fn code(series: usize) -> String {
    let (measure, rest) = (MEASURES[series % MEASURES.len()].0, series / MEASURES.len());
    let (item, entity, indicator) = (rest % ITEMS, rest / ITEMS % ENTITIES, rest / ITEMS / ENTITIES);
    format!("publisher{}.indicator{indicator}.item{item}.region{entity}.{measure}.m", indicator % PUBLISHERS)
}

/// A figure in tenths: indices heap up around 100, as those of statistics do; levels have no two alike.
fn tenths(series: usize, period: usize, vintage: usize) -> i64 {
    let mut seed = (series as u64 * 1_000 + period as u64) * 10 + 1;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((seed >> 33) % below).unwrap()
    };
    let revision = vintage as i64;
    if MEASURES[series % MEASURES.len()].0 == "level" {
        return 10_000 + next(1 << 30) + revision * 7;
    }
    1000 - 120 + (0..4).map(|_| next(61)).sum::<i64>() + revision
}

/// A number as the database takes it.
fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap()
}
