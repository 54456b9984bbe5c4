//! The real documents, replayed once: what must come out of them.

use super::support::{self, column, count, vintages};
use chrono::Utc;
use rusqlite::Connection;
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use sverka::pipeline::{self, House, Places, Summary};

/// Documents in the manifest.
const DOCUMENTS: usize = 59;
/// The base of 2018 and the base of 2010.
const NEW: &str = "rosstat-ipi-activity-2018";
const OLD: &str = "rosstat-ipi-activity-2010";
/// Documents of two small sources, each with its day, in the order of their days.
const SUBSET: [(&str, &str, &str); 6] = [
    ("cbr-trade", "2019-03-05", "cbr/trade/2019-03-05/trade.xls"),
    (OLD, "2019-03-05", "rosstat/ipi-by-activity-base2010/2019-03-05/ind_okved2.xlsx"),
    ("cbr-trade", "2020-06-29", "cbr/trade/2020-06-29/trade.xls"),
    (OLD, "2020-06-29", "rosstat/ipi-by-activity-base2010/2020-06-29/ind_okved2.xlsx"),
    (OLD, "2020-11-05", "rosstat/ipi-by-activity-base2010/2020-11-05/ind_okved2.xlsx"),
    ("cbr-trade", "2020-12-08", "cbr/trade/2020-12-08/trade.xls"),
];

/// A data folder that all tests share, and what the first replay said.
struct Replayed {
    data: tempfile::TempDir,
    first: Summary,
}

impl Replayed {
    fn db(&self) -> Connection {
        support::open(self.data.path())
    }
}

fn places(data: &Path) -> Places {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let evidence = data.join("evidence");
    std::fs::create_dir_all(&evidence).unwrap();
    let (config, papers) = (Some(root.join("sources.toml")), Some(root.join("papers")));
    Places { data: data.to_path_buf(), config, papers, evidence: Some(evidence), alerts: None }
}

fn replay(house: &mut House, samples: &Path) -> Summary {
    pipeline::replay(house, &samples.join("MANIFEST.tsv"), Utc::now, &|_| ()).unwrap()
}

/// The replay of all samples, made by whoever asks first.
fn replayed() -> Option<&'static Replayed> {
    static ONCE: OnceLock<Option<Replayed>> = OnceLock::new();
    ONCE.get_or_init(|| {
        let samples = support::samples()?;
        let data = tempfile::tempdir().unwrap();
        let mut house = House::open(&places(data.path()), support::reader(), Utc::now()).unwrap();
        let first = replay(&mut house, &samples);
        pipeline::reconcile_papers(&mut house, None, Utc::now()).unwrap();
        Some(Replayed { data, first })
    })
    .as_ref()
}

/// The data folder of that replay, to be read only.
pub fn replayed_data() -> Option<&'static Path> {
    replayed().map(|all| all.data.path())
}

#[test]
fn every_document_is_accounted_for() {
    let Some(all) = replayed() else { return };
    assert_eq!(all.first.taken.len(), DOCUMENTS);
    let data = all.data.path().to_str().unwrap();
    let room = support::Room::new("http://127.0.0.1:1/s.xlsx");
    let papers = concat!(env!("CARGO_MANIFEST_DIR"), "/papers");
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/sources.toml");
    let (code, told) = room.json(&["status", "--data-dir", data, "--config", config, "--papers", papers]);
    assert_eq!(code, 0);
    let mut outcomes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for document in told["documents"].as_array().unwrap() {
        outcomes.entry(document["outcome"].as_str().unwrap()).or_default().insert(document["document"].as_str().unwrap());
    }
    assert_eq!(outcomes.values().map(BTreeSet::len).sum::<usize>(), DOCUMENTS);
    let page = "rosstat/ipi-by-activity-base2018/2020-08-31/ind_baza_2018.xlsx";
    assert_eq!(outcomes["forbidden_page"], BTreeSet::from([page]));
    let picture = "gacc/2018-02-08/release_section4_by_country_jan2018_cny.html";
    assert_eq!(outcomes["image_only"], BTreeSet::from([picture]));
    assert_eq!(outcomes["rar_archive"], BTreeSet::from(["rosstat/kep/2017-01-31/ind.rar"]));
    assert_eq!(outcomes["kept"], BTreeSet::from(["gacc/2026-04-08/seed_2026.html"]), "a list of links, which has no figures");
    let known = ["stored", "incomplete", "known", "kept", "forbidden_page", "image_only", "rar_archive", "waiting_for_source"];
    assert!(outcomes.keys().all(|outcome| known.contains(outcome)), "{:?}", outcomes.keys());
    // what has no source is the certificates
    assert!(
        outcomes["waiting_for_source"].iter().all(|document| document.starts_with("tls/")),
        "{:?}",
        outcomes["waiting_for_source"]
    );
    // these lost rows, or had codes renamed: what they have is stored
    let incomplete = [
        "rosstat/ipi-by-activity-base2018/2020-11-05/ind_baza_2018.xlsx",
        "rosstat/ipi-by-activity-base2018/2021-07-30/ind-baza-2018.xlsx",
        "rosstat/press-release-2018/2018-09-02/13.htm",
    ];
    assert_eq!(outcomes["incomplete"], BTreeSet::from(incomplete));
    assert!(outcomes["stored"].len() >= 50, "{} stored", outcomes["stored"].len());
}

#[test]
fn one_figure_on_two_bases_is_two_linked_series() {
    let Some(all) = replayed() else { return };
    let (db, code) = (all.db(), |base: &str| format!("rosstat.ipi.bcde.ru.mom.m.{base}"));
    let told = "SELECT o.value || ' ' || o.known_from || '..' || coalesce(o.known_to, '') FROM observation AS o
        JOIN series AS s ON s.id = o.series_id
        WHERE s.code = ?1 AND o.period = '2019-01' AND o.source_id = ?2 AND o.recorded_to IS NULL ORDER BY o.known_from";
    let new = column::<String>(&db, told, [code("base2018"), NEW.to_string()]);
    assert_eq!(new, ["83.2 2020-06-29..2020-11-05", "83.7 2020-11-05..2021-03-29", "83.8 2021-03-29.."]);
    // the oldest document states its own date, a fortnight before it was fetched
    assert_eq!(column::<String>(&db, told, [code("base2010"), OLD.to_string()]), ["78.5 2019-02-20.."]);
    let links = "SELECT l.kind FROM series_link AS l JOIN series AS a ON a.id = l.\"from\" JOIN series AS b ON b.id = l.\"to\"
        WHERE a.code = ?1 AND b.code = ?2";
    assert_eq!(column::<String>(&db, links, [code("base2010"), code("base2018")]), ["successor"]);
}

#[test]
fn an_error_page_leaves_the_figures_as_they_were() {
    let Some(all) = replayed() else { return };
    let db = all.db();
    let tried = "SELECT outcome FROM attempt WHERE document LIKE '%2020-08-31%'";
    assert!(column::<String>(&db, tried, []).iter().all(|outcome| outcome == "forbidden_page"));
    assert_eq!(count(&db, "SELECT count(*) FROM snapshot WHERE as_of = '2020-08-31'"), 0);
    let current = "SELECT count(*) FROM observation WHERE source_id = 'rosstat-ipi-activity-2018' AND recorded_to IS NULL
        AND known_from = '2020-06-29' AND (known_to IS NULL OR known_to >= '2020-11-05')";
    let first = "SELECT count(*) FROM observation WHERE source_id = 'rosstat-ipi-activity-2018' AND recorded_to IS NULL
        AND known_from = '2020-06-29'";
    assert!(count(&db, first) > 10_000);
    assert_eq!(count(&db, current), count(&db, first), "a figure of June ended before the next document");
}

#[test]
fn a_document_that_ends_earlier_withdraws_nothing() {
    let Some(all) = replayed() else { return };
    let db = all.db();
    for month in ["2019-08", "2019-09", "2019-10", "2019-11", "2019-12"] {
        let current = format!(
            "SELECT count(*) FROM observation AS o JOIN series AS s ON s.id = o.series_id WHERE o.source_id = '{OLD}'
             AND s.code = 'rosstat.ipi.bcde.ru.mom.m.base2010' AND o.period = '{month}' AND o.known_to IS NULL AND o.value IS NOT NULL"
        );
        assert_eq!(count(&db, &current), 1, "{month}");
    }
    let lost = "SELECT i.wanted FROM issue AS i JOIN snapshot AS n ON n.id = i.snapshot_id
        WHERE i.code = 'coverage_lost' AND i.recorded_to IS NULL AND n.source_id = ?1 AND n.as_of = '2020-11-05'";
    let lost = column::<String>(&db, lost, [OLD]);
    assert!(!lost.is_empty() && lost.iter().all(|text| text.contains("lost 2019-08-01/2019-12-31")), "{lost:?}");
}

#[test]
fn figures_held_back_by_order_are_withheld() {
    let Some(all) = replayed() else { return };
    let statuses = "SELECT DISTINCT o.status FROM observation AS o JOIN series AS s ON s.id = o.series_id
        WHERE s.code = 'rosstat.ipi.06.ru.qoq.q.base2018' AND o.known_to IS NULL AND o.period >= '2023-Q1' AND o.notes != '[]'";
    assert_eq!(column::<String>(&all.db(), statuses, []), ["withheld"]);
    let before = vintages(&all.db(), "rosstat.ipi.06.ru.qoq.q.base2018", "2022-Q4");
    assert!(before[0].starts_with("103.3 "), "{before:?}");
}

/// Old-base documents, and how many of their cells hold more digits than they show (counted with another program).
const UNROUNDED: [(&str, usize); 3] = [("2019-03-05", 58), ("2020-06-29", 92), ("2020-11-05", 56)];

/// How many of these hold more digits than they show; each must show what it holds, rounded.
fn unrounded(cells: impl Iterator<Item = (Decimal, Decimal)>) -> usize {
    let cells = cells.filter(|(value, raw)| value != raw);
    cells
        .inspect(|(value, raw)| {
            let shown = raw.round_dp_with_strategy(value.scale(), RoundingStrategy::MidpointAwayFromZero);
            assert_eq!(shown, *value, "{raw}");
        })
        .count()
}

#[test]
fn unrounded_cells_are_read_beside_what_is_shown() {
    let Some(samples) = support::samples() else { return };
    let config = sverka::config::Config::builtin().unwrap();
    for (day, wanted) in UNROUNDED {
        let file = samples.join(format!("rosstat/ipi-by-activity-base2010/{day}/ind_okved2.xlsx"));
        let bytes = std::fs::read(file).unwrap();
        let reading = pipeline::read_document(config.source(OLD).unwrap(), &bytes, day.parse().unwrap()).unwrap();
        let pair = |o: &sverka::model::Observation| Some((o.value?, o.raw.as_ref()?.parse().unwrap()));
        assert_eq!(unrounded(reading.observations.iter().filter_map(pair)), wanted, "{day}");
    }
}

#[test]
fn unrounded_cells_are_stored_beside_what_is_shown() {
    let Some(all) = replayed() else { return };
    // the first document has a row for every cell; of the later ones only what differs from it as shown
    let rows = "SELECT o.value || ' ' || o.raw FROM observation AS o JOIN snapshot AS n ON n.id = o.snapshot_id
        WHERE n.source_id = ?1 AND n.as_of = ?2 AND o.raw IS NOT NULL AND o.value IS NOT NULL AND o.recorded_to IS NULL";
    let (day, wanted) = UNROUNDED[0];
    let rows = column::<String>(&all.db(), rows, [OLD, day]);
    let pair = |row: &String| row.split_once(' ').map(|(value, raw)| (value.parse().unwrap(), raw.parse().unwrap()));
    assert_eq!(unrounded(rows.iter().filter_map(pair)), wanted, "{day}");
}

/// The claim, its figure, and the verdict by what was known when the paper was accepted and by what is known since.
const VERDICTS: [(&str, &str, &str, &str); 5] = [
    ("s1.1-001", "4.1%", "DEVIATES", "NO_VINTAGE_MATCHES"),
    ("s1.1-003", "0.5%", "DEVIATES", "NO_VINTAGE_MATCHES"),
    ("s1.1-008", "512.7", "UNVERIFIABLE", ""),
    ("s1.2-001", "3.2%", "SUPERSEDED", "MATCH_AT_CUTOFF"),
    ("s1.3-007", "0.6%", "UNVERIFIABLE", "VINTAGE_UNKNOWN"),
];

#[test]
fn the_paper_is_judged_by_what_was_known_then() {
    let Some(all) = replayed() else { return };
    for (claim, printed, status, result) in VERDICTS {
        let found = "SELECT external_status || ' ' || coalesce(vintage_result, '') FROM claims_with_verdict WHERE claim = ?1 AND printed = ?2";
        assert_eq!(column::<String>(&all.db(), found, [claim, printed]), [format!("{status} {result}")], "{claim}");
    }
}

#[test]
fn the_same_documents_again_change_nothing() {
    let (Some(all), Some(samples)) = (replayed(), support::samples()) else { return };
    let data = tempfile::tempdir().unwrap();
    copy(all.data.path(), data.path());
    let mut house = House::open(&places(data.path()), support::reader(), Utc::now()).unwrap();
    let before = house.store.logical_dump().unwrap();
    let again = replay(&mut house, &samples);
    assert_eq!(again.count("known"), all.first.count("stored") + all.first.count("incomplete"));
    assert_eq!((again.count("stored"), again.taken.len()), (0, DOCUMENTS));
    assert!(house.store.logical_dump().unwrap() == before, "the dump differs");
}

/// The database; documents are in the archive of the one it was copied from, and are not needed again.
fn copy(from: &Path, to: &Path) {
    let db = support::open(from);
    db.execute("VACUUM INTO ?1", [to.join("sverka.db").to_str().unwrap()]).unwrap();
}

#[test]
fn documents_in_any_order_give_the_same_store() {
    let Some(samples) = support::samples() else { return };
    let (mut backward, forward) = (SUBSET.to_vec(), SUBSET.to_vec());
    backward.reverse();
    let dump = |order: Vec<(&str, &str, &str)>| dump_of(&samples, &order);
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| dump(forward));
        (dump(backward), one.join().unwrap())
    });
    assert!(one.lines().count() > 10_000);
    assert!(one == other, "{:?}", one.lines().zip(other.lines()).find(|(a, b)| a != b));
}

fn dump_of(samples: &Path, order: &[(&str, &str, &str)]) -> String {
    let data = tempfile::tempdir().unwrap();
    let mut house = House::open(&places(data.path()), support::reader(), Utc::now()).unwrap();
    for (source, day, file) in order {
        let (file, as_of): (PathBuf, _) = (samples.join(file), day.parse().unwrap());
        let by_hand =
            pipeline::ByHand { file, source: source.to_string(), as_of, obtained_from: "samples".to_string(), url: None };
        assert_eq!(pipeline::ingest(&mut house, by_hand, Utc::now()).unwrap().outcome, "stored", "{source} {day}");
    }
    house.store.logical_dump().unwrap()
}
