//! What 300 verdicts cost in a large store, beside looking the same figures up by plain SQL: `cargo bench --bench verdicts`, or
//! `cargo bench --bench verdicts -- 10000000` for as many observations. Nothing is asserted; the bars are 30 ms for all without
//! diagnosis, 2 ms for each diagnosis and 20 ms for the state of the sources. The store is made once, under `target`.

mod filled;

use rusqlite::{Connection, OpenFlags, params};
use rust_decimal::Decimal;
use std::time::{Duration, Instant};
use sverka::model::{Period, SeriesCode};
use sverka::paper::Paper;
use sverka::reconcile::{Facts, FactsError, SeriesInfo, VerdictStatus, Vintage, reconcile};
use sverka::store::Store;

/// So often everything is done; the quickest counts.
const TIMES: usize = 15;
/// Observations, unless the command line says otherwise.
const OBSERVATIONS: usize = 1_000_000;

fn main() {
    let observations = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(OBSERVATIONS);
    let (shape, path) = filled::store(observations);
    let paper = shape.paper();
    let store = Store::open(&path).unwrap();
    let deviating = reconcile(&paper, &store, None).unwrap().findings;
    let deviating: Vec<_> = deviating.iter().filter(|finding| finding.external.status == VerdictStatus::Deviates).collect();
    let explained: usize = deviating.iter().map(|finding| finding.external.suggestions.len()).sum();
    let chance = deviating.iter().flat_map(|finding| &finding.external.suggestions).map(|s| s.chance).max().unwrap_or(0);
    println!("{observations} observations, {} claims, {} deviate", paper.claims.len(), deviating.len());
    println!("{explained} suggestions; one fits {chance} stored figures by chance");
    let plain = plainly(&path, &paper);
    let [floor, bare, full] = quickest([
        &|| assert_eq!(plain(), paper.claims.len() * filled::VINTAGES),
        &|| drop(reconcile(&paper, &Undiagnosed(&store), None).unwrap()),
        &|| drop(reconcile(&paper, &store, None).unwrap()),
    ]);
    let each = full.saturating_sub(bare) / u32::try_from(deviating.len().max(1)).unwrap();
    println!("{:>9.2} ms the figures by plain SQL", ms(floor));
    println!("{:>9.2} ms verdicts without diagnosis: {:.2} of plain SQL", ms(bare), bare.as_secs_f64() / floor.as_secs_f64());
    println!("{:>9.2} ms with diagnosis: {:.2} ms a deviating claim", ms(full), ms(each));
    let [sources, issues, documents, totals] = quickest([
        &|| drop(store.status_rows().unwrap()),
        &|| drop(store.issues(None).unwrap()),
        &|| drop(store.documents(None, 2_000).unwrap()),
        &|| _ = store.counts().unwrap(),
    ]);
    println!("{:>9.2} ms the state of the sources", ms(sources));
    println!("{:>9.2} ms the open issues", ms(issues));
    println!("{:>9.2} ms the last tries", ms(documents));
    println!("{:>9.2} ms the totals", ms(totals));
}

/// A look-up of every vintage of the claims' figures, by one statement on a connection of its own.
fn plainly<'p>(path: &std::path::Path, paper: &'p Paper) -> impl Fn() -> usize + 'p {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    move || {
        let sql = "SELECT o.value, o.known_from, o.known_to FROM series AS s JOIN observation AS o ON o.series_id = s.id
             WHERE s.code = ?1 AND o.period = ?2 AND o.recorded_to IS NULL";
        let mut query = db.prepare_cached(sql).unwrap();
        let figures = |claim: &sverka::paper::Claim| {
            let place = params![claim.series.as_ref().unwrap().as_str(), claim.period.to_string()];
            let rows = query.query_map(place, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
            rows.unwrap().filter_map(|row: rusqlite::Result<(String, String, Option<String>)>| row.ok()).count()
        };
        paper.claims.iter().map(figures).sum()
    }
}

/// The quickest of several runs of each, in turn, so that a slow moment of the machine hits all of them.
fn quickest<const N: usize>(works: [&dyn Fn(); N]) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    for _ in 0..TIMES {
        for (best, work) in best.iter_mut().zip(works) {
            let since = Instant::now();
            work();
            *best = (*best).min(since.elapsed());
        }
    }
    best
}

/// The store, asked for the verdicts alone: no other figure explains anything.
struct Undiagnosed<'s>(&'s Store);

impl Facts for Undiagnosed<'_> {
    fn series_info(&self, code: &SeriesCode) -> Result<Option<SeriesInfo>, FactsError> {
        Facts::series_info(self.0, code)
    }
    fn vintages(&self, code: &SeriesCode, period: Period) -> Result<Vec<Vintage>, FactsError> {
        Facts::vintages(self.0, code, period)
    }
    fn count_like(&self, _: Decimal, _: u32, _: &str) -> Result<u64, FactsError> {
        Ok(0)
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
